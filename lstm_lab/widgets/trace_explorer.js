// TraceExplorer: a typed text, every gate and state at every character, the answer and the truth.

const MAPS = ["remember", "save", "candidate", "focus", "c", "h"];
const HELD = MAPS.slice(0, 4);
const EDGE = { left: 116, right: 58 }; // room for words left of the columns, for limits right of them
const WIDEST = 34; // of one character's column
const MOST = 20000;

const units = (state) => state.b.length / 4;
const rowHeight = (H) => (H === 1 ? 22 : H <= 4 ? 14 : H <= 8 ? 9 : H <= 16 ? 5 : 3);

function buildTraceExplorer(parts, start, set) {
  const H = units(start);
  const colours = { gate: palette(NAMES.gateStops), signed: palette(NAMES.signedStops) };
  const maps = Object.fromEntries(MAPS.map((key) => [key, heatmap(parts.picture)]));
  parts.picture.append(parts.svg); // over the maps
  let now = { state: start, values: null };

  const tooLong = ([...text]) =>
    text.length > MOST ? `${text.length} characters, up to ${MOST} can be shown` : "";
  const entry = textEntry(parts.dials, { name: "text", rows: 2, refuse: tooLong }, set);
  const sharpness = sharpnessDial(parts.dials, set);
  const dials = {
    unit: dial(parts.dials, "unit", "unit", H - 1, (unit) => set({ unit })),
    step: dial(parts.dials, "step", "step", 1, (step) => set({ step: step - 1 })),
  };
  if (H === 1) dials.unit.row.style.display = "none";
  const clamps = clampControls(parts.sliders, () => now.state, set);
  const note = noteLine(parts.sliders);

  let frame, painted;
  const layout = (width) => {
    painted = null;
    frame = drawFrame(parts.svg, width, start, H, pointing, parts.narrow);
    return frame.height;
  };

  let hovered = null;
  const pointing = {
    at: (t) => point((hovered = t)),
    leave: () => point((hovered = null) ?? now.state.step),
    pick: set,
    clamp: (gate, unit, from, to, before) => {
      const held = [gate, unit, from, to, clamps.level(gate)];
      set({ clamp: [...before, held], unit });
      clamps.select(before.length);
    },
    clamps: () => now.state.clamp,
  };

  const point = (step) => {
    const { state, values } = now;
    const t = clip(step, 0, values.chars.length - 1);
    frame.cursor(t, values.chars.length);
    frame.numbers(values.chars.length ? numbersAt(state, values, t) : [["type a text above"]]);
    frame.verdict(state.asked && values.chars.length ? verdictAt(state, values, t) : []);
  };

  const paint = (state, values) => {
    now = { state, values };
    const T = values.chars.length;
    note(entry(state.text) || values.unknown);
    sharpness(state.sharpness);
    dials.unit.set(state.unit);
    dials.step.input.max = Math.max(T, 1);
    dials.step.set(clip(state.step, 0, Math.max(T - 1, 0)) + 1);
    clamps.paint(state, T);
    frame.characters(values.chars, state.text);
    if (painted !== values.run) for (const key of MAPS) paintMap(key, values, T);
    painted = values.run;
    frame.limit(values.colourLimits, state.unit);
    frame.clamped(state.clamp, T, clamps.selected());
    frame.dials(dialled(state));
    frame.unit(state, values);
    if (state.asked) frame.answers(values);
    point(hovered ?? state.step);
    parts.svg.setAttribute("aria-label", spoken(state, values));
  };

  // A map has no more columns than pixels; one that stands for several shows the most telling of them.
  const paintMap = (key, { run, colourLimits }, T) => {
    const rows = run[key];
    const end = (k) => (key === "c" ? colourLimits[k] : 1);
    const gate = NAMES.names[key].activation === "σ";
    const width = frame.column(T) * T;
    const columns = Math.min(T, Math.floor(width));
    const value = columns === T ? (k, j) => rows[j][k] : telling(rows, T, columns, gate);
    const colour = gate
      ? (k, j) => colours.gate(value(k, j))
      : (k, j) => colours.signed((value(k, j) / end(k) + 1) / 2);
    maps[key]({ ...frame.place(key), width }, H, columns, colour);
  };
  return { layout, paint };
}

// Of the steps that share a column: the largest in size, or the gate farthest from the usual.
function telling(rows, T, columns, gate) {
  const H = rows[0]?.length ?? 0;
  const usual = Array.from({ length: H }, (_, k) =>
    gate ? rows.reduce((sum, row) => sum + row[k], 0) / T : 0,
  );
  return (k, j) => {
    const [from, to] = [j, j + 1].map((edge) => Math.floor((edge * T) / columns));
    let best = rows[from][k];
    for (let t = from + 1; t < to; t++)
      if (Math.abs(rows[t][k] - usual[k]) > Math.abs(best - usual[k])) best = rows[t][k];
    return best;
  };
}

// --- controls -------------------------------------------------------------------------------

function dial(parent, text, name, max, onInput) {
  const low = name === "unit" ? 0 : 1;
  const control = slider(parent, text, { min: low, max, step: 1, name }, onInput);
  control.row.classList.add("lab-dial");
  return control;
}

// Which gate to hold, at what, from where to where; a chip for each hold, one of them selected: the
// sliders are its own.
function clampControls(parent, state, set) {
  const level = { remember: 0, save: 0, candidate: 0, focus: 0 };
  let gate = "remember";
  let selected = null;
  const repaint = () => paint(state(), [...state().text].length);
  const chosen = radios(
    parent,
    "hold",
    HELD.map((key) => ({ value: key, text: word(key), name: key })),
    (key) => {
      gate = key;
      selected = null;
      repaint();
    },
  );
  const edit = (place, value) => {
    const held = [...state().clamp[selected]];
    held[place] = value;
    if (held[2] > held[3]) held[place === 2 ? 3 : 2] = held[place];
    set({ clamp: state().clamp.with(selected, held) });
  };
  const value = slider(parent, "at", { min: 0, max: 1, step: 0.01, name: "value" }, (at) => {
    level[gate] = at;
    if (selected !== null) edit(4, at);
    else repaint();
  });
  const ends = ["from", "to"].map((name, k) =>
    slider(parent, name, { min: 1, max: 1, step: 1, name }, (step) => edit(2 + k, step - 1)),
  );
  const hold = () => {
    const { unit, step, text, clamp } = state();
    const t = clip(step, 0, Math.max([...text].length - 1, 0));
    const held = [gate, unit, t, t, level[gate]];
    const others = clamp.filter((one) => String(one.slice(0, 4)) !== String(held.slice(0, 4)));
    set({ clamp: [...others, held] });
    select(others.length);
  };
  const holds = button(parent, "Hold", "hold the chosen gate of this unit at this step", hold);
  const chips = chipRow(parent);
  const select = (k) => {
    selected = k;
    repaint();
  };
  const release = (k) => {
    selected = null;
    set({ clamp: state().clamp.toSpliced(k, 1) });
  };
  const paint = (now, T) => {
    if (selected !== null && selected >= now.clamp.length) selected = null;
    const held = selected === null ? null : now.clamp[selected];
    if (held) gate = held[0];
    const at = held ? held[4] : level[gate];
    chosen(gate);
    place(value.input, { min: NAMES.names[gate].limits[0] });
    value.set(at, brief(at));
    ends.forEach((end, k) => {
      end.input.max = Math.max(T, 1);
      end.input.disabled = !held;
      end.set(held ? held[2 + k] + 1 : 1, held ? `${held[2 + k] + 1}` : "–");
    });
    const words = now.clamp.map((one) => clampWords(one, now.b.length > 4));
    const chosenChip = { selected, select, hint: "let the sliders change this hold" };
    chips(words, { ...chosenChip, verb: "release", remove: release, otherwise: holds });
  };
  return { paint, select, selected: () => selected, level: (key) => level[key] };
}

const clampWords = ([gate, unit, from, to, value], many) => {
  const where = from === to ? `step ${from + 1}` : `${from + 1}–${to + 1}`;
  return `${word(gate)}${many ? ` of unit ${unit}` : ""}, ${where}: ${brief(value)}`;
};

// What the dials say, for a saved picture.
function dialled({ sharpness, clamp, b, text }) {
  const held = clamp.map((one) => clampWords(one, b.length > 4));
  const first = [...text].slice(0, 40).map(visible).join("");
  const parts = [`κ = ${brief(sharpness)}`, ...held.map((words) => `held: ${words}`), first];
  return parts.join("   ");
}

// --- picture --------------------------------------------------------------------------------

function drawFrame(svg, width, start, H, pointing, narrow) {
  const room = width - EDGE.left - EDGE.right;
  const column = (T) => Math.min(WIDEST, room / Math.max(T, 1));
  const tall = rowHeight(H);
  const classes = start.answers.length;
  const [numbers, verdict] = [10, 31].map((y) => {
    const line = textLine(svg, 0, y, "small");
    return narrow ? squeezed(line, svg.lastChild, width) : line;
  });
  const glyphs = draw("g", {}, svg);
  let y = 62;
  const answers = start.asked ? answerChart(svg, y, width, classes ? 18 * classes : 66, start) : null;
  if (start.asked) y += (classes ? 18 * classes : 66) + 6;
  const chart = unitChart(svg, y, width, 46);
  y += 2 * 46 + 14;
  const tops = {};
  const labels = {};
  for (const key of MAPS) {
    tops[key] = y;
    labels[key] = write(svg, EDGE.left - 8, y + (tall * H) / 2, word(key), "small", "end");
    labels[key].style.fill = hue(key);
    labels[key].style.fontWeight = 600;
    const ends = key === "c" ? ["", ""] : NAMES.names[key].limits.map(brief);
    labels[`${key} ends`] = write(svg, width, y + (tall * H) / 2, ends.join(" … "), "faint", "end");
    y += tall * H + 6;
  }
  const axis = draw("g", {}, svg);
  const now = outline(svg, { y: 44, height: y - 44 });
  const rows = MAPS.map((key) => draw("path", { class: "lab-pointer" }, svg));
  const dials = footnote(svg, y + 26);
  const marks = draw("g", {}, svg);
  const count = { T: 0 };
  for (const key of MAPS) touch(svg, key, tops[key], tall, H, room, column, count, pointing);
  let shown;
  return {
    height: y + 16,
    column,
    numbers,
    place: (key) => ({ x: EDGE.left, y: tops[key], height: tall * H }),
    limit: (limits, unit) => {
      const shared = limits.every((limit) => limit === limits[0]);
      labels["c ends"].textContent = `${shared ? "" : "▸ "}±${brief(limits[unit])}`;
    },
    cursor: (t, T) =>
      now({ x: EDGE.left + t * column(T), width: T ? Math.max(column(T), 2) : 0 }),
    dials,
    characters: (chars, text) => {
      count.T = chars.length;
      if (shown === text) return;
      shown = text;
      writeCharacters(glyphs, axis, y + 6, chars, column(chars.length));
    },
    clamped: (clamp, T, selected) => {
      marks.replaceChildren();
      clamp.forEach(([gate, unit, from, to], k) => {
        const last = Math.min(to, T - 1);
        if (from > last) return;
        const x = EDGE.left + from * column(T);
        const place = { x, y: tops[gate] + unit * tall, height: tall };
        const box = draw("rect", { ...place, width: (last - from + 1) * column(T) }, marks);
        box.setAttribute("class", k === selected ? "lab-clamped lab-selected" : "lab-clamped");
      });
    },
    unit: (state, values) => {
      const middle = (key) => tops[key] + (state.unit + 0.5) * tall;
      const arrow = (key) => `M${EDGE.left - 6},${middle(key) - 4}l5,4l-5,4z`;
      MAPS.forEach((key, k) => H > 1 && rows[k].setAttribute("d", arrow(key)));
      chart(state, values, column(count.T));
    },
    answers: (values) => answers(values, column(count.T)),
    verdict,
  };
}

// A line of text that is drawn smaller where it would be cut.
function squeezed(line, node, width) {
  return (pieces) => {
    node.style.fontSize = "";
    line(pieces);
    const share = width / node.getComputedTextLength();
    if (share < 1) node.style.fontSize = `${parseFloat(getComputedStyle(node).fontSize) * share}px`;
  };
}

function writeCharacters(glyphs, axis, y, chars, wide) {
  glyphs.replaceChildren();
  axis.replaceChildren();
  const middle = (t) => EDGE.left + (t + 0.5) * wide;
  if (wide >= 5)
    chars.forEach((char, t) => {
      const glyph = write(glyphs, middle(t), 52, visible(char));
      glyph.classList.add("lab-glyph");
      glyph.style.fontSize = `${clip(1.6 * wide, 8, 15)}px`;
    });
  else write(glyphs, EDGE.left, 52, `${chars.length} characters`, "faint", "start");
  const every = [1, 2, 5].flatMap((k) => [k, 10 * k, 100 * k, 1000 * k]).sort((a, b) => a - b);
  const pitch = every.find((k) => k * wide >= 40) ?? 10000;
  for (let t = pitch; t <= chars.length; t += pitch) write(axis, middle(t - 1), y, `${t}`, "faint");
  write(axis, EDGE.left - 8, y, "step", "faint", "end");
}

// The answer and the truth as steps over the characters; wrong ones stand on a red ground.
function answerChart(svg, top, width, height, { answers }) {
  const red = draw("path", { class: "lab-wrong" }, svg);
  const truth = draw("path", { class: "lab-truth" }, svg);
  const before = draw("path", { class: "lab-before" }, svg);
  const answer = draw("path", { class: "lab-answer" }, svg);
  const names = answers.map((text, k) =>
    write(svg, EDGE.left - 8, top + height - (k + 0.5) * 18, text, "small", "end"),
  );
  const ends = names.length
    ? []
    : [0, 1].map((k) => write(svg, EDGE.left - 8, top + 8 + (1 - k) * (height - 16), "", "faint", "end"));
  write(svg, width, top + 9, "truth", "faint", "end");
  write(svg, width, top + 25, "answer", "small", "end").style.fill = "var(--accent)";
  return ({ answer: said, truth: right, original }, wide) => {
    const all = [...said, ...original.answer, ...right.filter((v) => v !== null)];
    const low = names.length ? 0 : all.reduce((a, b) => Math.min(a, b), 0);
    const high = names.length ? names.length - 1 : all.reduce((a, b) => Math.max(a, b), low + 1);
    ends.forEach((text, k) => (text.textContent = `${k ? high : low}`.replace("-", "−")));
    const pad = names.length ? 9 : 8;
    const y = (v) => top + height - pad - ((v - low) / (high - low)) * (height - 2 * pad);
    const steps = (values) => stepPath(values, wide, y);
    answer.setAttribute("d", steps(said));
    truth.setAttribute("d", steps(right));
    before.setAttribute("d", steps(original.answer));
    const wrong = right.map((v, t) => v !== null && v !== said[t]);
    red.setAttribute("d", boxes(wrong, wide, top, height));
  };
}

// A path of level steps, one per column, broken where there is no value.
function stepPath(values, wide, y) {
  let path = "";
  let drawn = false;
  values.forEach((v, t) => {
    if (v === null) return (drawn = false);
    const x = (EDGE.left + t * wide).toFixed(1);
    path += `${drawn ? "L" : "M"}${x},${y(v).toFixed(1)}H${(EDGE.left + (t + 1) * wide).toFixed(1)}`;
    drawn = true;
  });
  return path;
}

// A path of boxes, one for each run of flags; none is too narrow to be seen.
function boxes(flags, wide, top, height) {
  let path = "";
  for (let t = 0, end; t < flags.length; t = end + 1) {
    end = t;
    while (flags[end] && flags[end + 1]) end++;
    const width = Math.max((end - t + 1) * wide, 2);
    if (flags[t]) path += `M${EDGE.left + t * wide},${top}h${width}v${height}h${-width}z`;
  }
  return path;
}

// c and h of one unit over the characters, each within its own limits, with the original dashed.
function unitChart(svg, top, width, height) {
  const lines = ["c", "h"].map((key, k) => {
    const y0 = top + k * (height + 4);
    const middle = y0 + height / 2;
    draw("line", { x1: EDGE.left, x2: width - EDGE.right, y1: middle, y2: middle, class: "lab-axis" }, svg);
    const label = write(svg, EDGE.left - 8, middle, "", "small", "end");
    label.style.fill = hue(key);
    label.style.fontWeight = 600;
    const end = write(svg, width, middle, "", "faint", "end");
    const before = draw("path", { class: "lab-before" }, svg);
    const path = draw("path", { class: "lab-line" }, svg);
    path.style.stroke = hue(key);
    return { key, middle, label, end, before, path };
  });
  return ({ unit, b }, { run, original, limits }, wide) => {
    for (const { key, middle, label, end, before, path } of lines) {
      const limit = limits[key];
      label.textContent = b.length > 4 ? `${word(key)} of unit ${unit}` : word(key);
      end.textContent = `±${brief(limit)}`;
      const y = (row) => middle - (row[unit] / limit) * (height / 2 - 3);
      const line = (rows) =>
        rows.map((row, t) => `${t ? "L" : "M"}${(EDGE.left + (t + 0.5) * wide).toFixed(1)},${y(row).toFixed(1)}`).join("");
      path.setAttribute("d", line(run[key]));
      before.setAttribute("d", line(original[key]));
    }
  };
}

// Hover for numbers, click for a unit and a step, drag along a gate to hold it.
function touch(svg, key, top, tall, H, room, column, count, pointing) {
  const area = { x: EDGE.left, y: top, width: room, height: tall * H, class: "lab-touch" };
  const pad = draw("rect", { ...area, "data-map": key }, svg);
  let from = null;
  const spot = (event) => {
    const box = pad.getBoundingClientRect();
    const scale = box.width / room; // a picture may be drawn smaller
    const t = Math.floor((event.clientX - box.left) / (scale * column(count.T)));
    const k = Math.floor((event.clientY - box.top) / (scale * tall));
    return { t: clip(t, 0, count.T - 1), k: clip(k, 0, H - 1), beyond: t >= count.T };
  };
  pad.addEventListener("pointerdown", (event) => {
    const at = spot(event);
    if (event.button !== 0 || at.beyond) return;
    pad.setPointerCapture(event.pointerId);
    from = { ...at, x: event.clientX, moved: false, clamps: pointing.clamps() };
  });
  pad.addEventListener("pointermove", (event) => {
    const { t, beyond } = spot(event);
    if (from !== null || !beyond) pointing.at(t);
    if (from === null || !HELD.includes(key)) return;
    from.moved ||= Math.abs(event.clientX - from.x) > 4;
    const ends = [Math.min(from.t, t), Math.max(from.t, t)];
    if (from.moved) pointing.clamp(key, from.k, ...ends, from.clamps);
  });
  pad.addEventListener("pointerup", () => {
    if (from && !from.moved) pointing.pick({ unit: from.k, step: from.t });
    from = null;
  });
  pad.addEventListener("pointercancel", () => (from = null));
  pad.addEventListener("pointerleave", () => pointing.leave());
}

// --- words ----------------------------------------------------------------------------------

const answerWord = ({ answers }, said) =>
  said === null ? "–" : answers.length ? `“${answers[said]}”` : `${said}`.replace("-", "−");

function numbersAt({ unit }, { chars, run }, t) {
  const at = `step ${t + 1} ‘${visible(chars[t])}’${run.c[t].length > 1 ? `, unit ${unit}` : ""}:  `;
  const one = (key) => [[`${word(key)} `, key], [`${number(run[key][t][unit])}   `]];
  return [[at], ...MAPS.flatMap(one)];
}

function verdictAt(state, { chars, answer, truth, mistake }, t) {
  const says = (k) => `says ${answerWord(state, answer[k])}, truth ${answerWord(state, truth[k])}`;
  const wrong = truth.filter((value, k) => value !== null && value !== answer[k]).length;
  const here = [`${says(t)}   `, truth[t] !== null && truth[t] !== answer[t] ? "wrong" : ""];
  if (mistake < 0) return [here, ["no mistake in the text"]];
  const first = `first mistake at step ${mistake + 1} ‘${visible(chars[mistake])}’: ${says(mistake)}`;
  return [here, [first, "wrong"], [`;  ${wrong} of ${chars.length} wrong`]];
}

function spoken(state, { chars, mistake, answer }) {
  const size = `${chars.length} characters`;
  if (!state.asked || chars.length === 0) return size;
  const last = answerWord(state, answer.at(-1));
  return `${size}, ${mistake < 0 ? "no mistake" : `first mistake at step ${mistake + 1}`}, at the end ${last}`;
}

// --- values ---------------------------------------------------------------------------------

// The runs are kept while only the unit or the step that is pointed at changes.
const READ = ["W_x", "W_h", "b", "alphabet", "text", "clamp", "sharpness"];
let kept = null;

function runs(state) {
  if (kept && READ.every((key) => kept.of[key] === state[key])) return kept;
  const chars = [...state.text];
  const places = new Map([...state.alphabet].map((char, k) => [char, k]));
  const codes = chars.map((char) => places.get(char) ?? -1);
  const run = textRun(state, codes, state.sharpness, state.clamp);
  const free = state.clamp.length ? textRun(state, codes, state.sharpness, []) : run;
  kept = { of: { ...state }, chars, run, free };
  return kept;
}

// Where c's colours end, for each unit: at the largest of all, or at its own where they differ tenfold.
function colourLimits(rows, state) {
  const own = new Array(units(state)).fill(0);
  for (const row of rows) row.forEach((v, k) => (own[k] = Math.max(own[k], Math.abs(v))));
  const ends = own.map((limit) => limit || 1);
  const most = Math.max(...ends);
  return most >= 10 * Math.min(...ends) ? ends : ends.map(() => most);
}

function explored(state) {
  const { chars, run, free } = runs(state);
  const { asked, task, option, alphabet } = state;
  const reading = { unit: state.count_unit, step: state.count_step, V: state.V, v: state.v };
  const answer = asked ? said(run, reading) : [];
  const truth = asked ? truthOf(task, option, chars, alphabet, asked) : [];
  const original = { c: free.c, h: free.h, answer: asked ? said(free, reading) : [] };
  const peak = (rows) => rows.reduce((top, row) => row.reduce((a, v) => Math.max(a, Math.abs(v)), top), 0);
  const unit = (row) => [row[state.unit]];
  const own = Math.max(peak(run.c.map(unit)), peak(free.c.map(unit)));
  const limits = { c: own > 0.75 ? niceLimit(own) : own || 1, h: 1 };
  const stranger = unknownCharacter(chars, alphabet);
  const unknown = stranger && `${stranger}: read as nothing`;
  const mistake = firstMistake(answer, truth);
  return { chars, run, original, answer, truth, mistake, limits, colourLimits: colourLimits(run.c, state), unknown };
}

const TraceExplorer = {
  keys: ["W_x", "W_h", "b", "alphabet", "task", "option", "asked", "answers", "V", "v",
    "count_unit", "count_step", "text", "unit", "step", "clamp", "sharpness"],
  minWidth: 720,
  narrow: 600,
  stack: true,
  whole: ({ W_x, W_h, b, unit, alphabet }) =>
    W_x.length === b.length && W_h.length === b.length && unit < b.length / 4 &&
    W_x[0].length === [...alphabet].length,
  compute: explored,
  shape: (state) => [state.b.length, state.answers, state.asked],
  build: buildTraceExplorer,
};

export default { render: (context) => mount(context, TraceExplorer) };
