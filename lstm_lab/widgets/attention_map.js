// AttentionMap: where a decoder looked at each step, and a knife: a look that is cut or moved
// changes what is written.

const EDGE = { left: 104, right: 64 }; // words left of the columns, numbers right of the strips
const PANEL = 304; // width of the two strings and what is read off the map
const WORDS = { left: 78, pitch: 21 }; // the lines of text above
const MAP = { top: 108, height: 270, widest: 60 };
const STRIPS = ["remember", "save", "candidate", "focus", "c"];
const STRIP = 15;
const LINKS = { top: 94, height: 116, least: 0.05, widest: 7 };
const LONGEST = 100;
const END_MARK = "■";
const CUT = -1;
const MONO = 0.602; // width of a letter by its size

function buildAttentionMap(parts, start, set) {
  parts.picture.closest(".lab-figure").classList.add("lab-attention");
  const colours = { gate: palette(NAMES.gateStops), signed: palette(NAMES.signedStops) };
  const map = heatmap(parts.picture);
  const strips = STRIPS.map(() => heatmap(parts.picture));
  parts.picture.append(parts.svg); // over the maps
  const pad = make("div", { class: "lab-pad", tabindex: 0, role: "application" }, parts.picture);
  let now = null;
  let frame, painted, hovered;

  const refuse = (text) => refusal(text, start.alphabet);
  const entry = textEntry(parts.dials, { name: "source", title: "input text", rows: 1, refuse }, set);
  const sharpness = sharpnessDial(parts.dials, set);
  const unit = placeDial(parts.dials, "unit", "unit", 0, (unit) => set({ unit }));
  const knife = knifeControls(parts.sliders, () => now, set);
  const note = noteLine(parts.sliders);
  parts.sliders.insertBefore(parts.sliders.lastChild, knife.chips); // the note before the chips

  const layout = (width) => {
    painted = null;
    frame = attentionFrame(parts.svg, width, parts.narrow, link);
    return frame.height;
  };
  const link = (t, k) => point((hovered = t === null ? null : { t, k: k ?? mostOf(t) }));
  const mostOf = (t) => largest(now.values.masks[t]);
  const point = (at) => {
    const { state, values } = now;
    const [t, k] = at ? [at.t, at.k] : selected(state, values);
    frame.point(state, values, clip(t, 0, values.masks.length - 1), clip(k, 0, now.S - 1));
  };
  workPad(pad, { now: () => now, link, set, cut: knife.cut, nudge: knife.nudge });

  const paint = (state, values) => {
    const S = state.source.length;
    now = { state, values, S, at: geometry(frame, S, values) };
    note(entry(state.source));
    sharpness(state.sharpness);
    place(unit.input, { max: state.units - 1 });
    unit.set(state.unit);
    knife.paint(now);
    const drawn = { values, map: JSON.stringify([now.at, state.edits]) };
    const read = { gates: values.c, strips: JSON.stringify([now.at, state.unit]) };
    const stale = (parts) => Object.keys(parts).some((key) => painted?.[key] !== parts[key]);
    if (stale(drawn)) paintMap(now);
    if (stale(read)) paintStrips(now);
    painted = { ...drawn, ...read };
    frame.note(dialledKnife(state));
    point(hovered);
    const label = spokenMap(state, values);
    parts.svg.setAttribute("aria-label", label);
    pad.setAttribute("aria-label", `${label}. Arrows point, x cuts, Shift and an arrow moves a look`);
  };

  const paintMap = ({ state, values, S, at }) => {
    const T = values.masks.length;
    const box = { left: at.left, top: at.top, width: at.width, height: at.tall * T };
    map({ x: at.left, y: at.top, ...box }, T, S, (t, k) => colours.gate(values.masks[t][k]));
    for (const key in box) pad.style[key] = `${box[key]}px`;
    frame.paint({ state, values, at });
  };

  const paintStrips = ({ state, values, S, at }) => {
    STRIPS.forEach((key, j) => {
      const gate = NAMES.names[key].activation === "σ";
      const end = key === "c" ? unitLimit(values, state.unit) : 1;
      const colour = (v) => (gate ? colours.gate(v) : colours.signed((v / end + 1) / 2));
      const spot = { x: at.left, y: at.strips + j * STRIP, width: at.width, height: STRIP - 3 };
      strips[j](spot, 1, S, (_, k) => colour(values[key][k][state.unit]));
    });
    frame.gates({ state, values, at });
  };
  return { layout, paint };
}

// Where things stand for S characters: the rows are those that the net writes by itself, so that a
// knife that makes it write more or fewer moves nothing but the rows.
function geometry({ width, panel }, S, { masks, free }) {
  const rows = free.masks.length;
  const room = width - panel - EDGE.left - EDGE.right;
  const wide = Math.min(MAP.widest, room / S);
  const height = Math.min(MAP.height, MAP.widest * rows);
  const tall = height / Math.max(rows, masks.length);
  const strips = MAP.top + Math.max(height, 180) + 26;
  return { left: EDGE.left, top: MAP.top, width: wide * S, height, wide, tall, strips };
}

const unitLimit = ({ c }, unit) => symmetricLimit(c.map((row) => row[unit]));
const largest = (weights) => weights.indexOf(Math.max(...weights));
const selected = ({ step, place, source }, { masks }) =>
  [clip(step, 0, masks.length - 1), clip(place, 0, source.length - 1)];

function refusal(text, alphabet) {
  const chars = [...text];
  if (chars.length === 0) return "type at least one character";
  if (chars.length > LONGEST) return `${chars.length} characters, up to ${LONGEST} can be read`;
  return unknownCharacter(chars, alphabet);
}

// --- controls -----------------------------------------------------------------------------------

function placeDial(parent, name, title, least, onInput) {
  const dial = slider(parent, title, { min: least, max: least, step: 1, name }, onInput);
  dial.row.classList.add("lab-place");
  return dial;
}

// Which look to take, what to do with it, and a chip for each that was cut or moved.
function knifeControls(parent, now, set) {
  const dials = [["step", "step"], ["place", "input"]].map(([key, title]) =>
    placeDial(parent, key, title, 1, (value) => set({ [key]: value - 1 })),
  );
  const edit = (change) => {
    const { state, values } = now();
    const [step, place] = selected(state, values);
    set({ step, place, ...change(state.edits, step, place) });
  };
  const cut = () =>
    edit((edits, step, place) => {
      const last = edits.findLast(([at]) => at === step);
      const again = last && last[1] === place && last[2] === CUT;
      return { edits: again ? edits : [...edits, [step, place, CUT]] };
    });
  const nudge = (by) =>
    edit((edits, step, place) => {
      const to = clip(place + by, 0, now().S - 1);
      return to === place ? {} : { edits: nudged(edits, step, place, to), place: to };
    });
  const cuts = button(parent, "Cut", "this step may not look at this input", cut);
  button(parent, "← Move", "move this look one input to the left", () => nudge(-1));
  button(parent, "Move →", "move this look one input to the right", () => nudge(1));
  const chips = chipRow(parent);
  const paint = ({ state, values, S }) => {
    const [step, place] = selected(state, values);
    const row = values.masks[step];
    const spoken = [
      `${step + 1}, writes ${writtenAt(values, step)}`,
      `${place + 1}, ${visible(state.source[place])}, weight ${number(row[place])}`,
    ];
    [[step, values.masks.length], [place, S]].forEach(([at, size], k) => {
      dials[k].input.max = size;
      dials[k].set(at + 1, `${at + 1}`, spoken[k]);
    });
    const chosen = state.edits.findLastIndex(([t, from, to]) => t === step && [from, to].includes(place));
    chips(state.edits.map((one) => editWords(one, state, values)), {
      selected: chosen,
      select: (k) => set({ step: state.edits[k][0], place: state.edits[k][1] }),
      hint: "point at this look",
      verb: "restore",
      remove: (k) => set({ edits: now().state.edits.toSpliced(k, 1) }),
      otherwise: cuts,
    });
  };
  return { paint, cut, nudge, chips: parent.lastChild };
}

// Hover links row and column; a click selects, a drag moves the weight along its row, a double click
// cuts. Arrows, x and Shift with an arrow do the same.
function workPad(pad, { now, link, set, cut, nudge }) {
  let from = null;
  const spot = (event) => {
    const { S, values } = now();
    const box = pad.getBoundingClientRect(); // smaller than designed on a phone
    const share = { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
    const T = values.masks.length;
    return { t: clip(Math.floor(share.y * T), 0, T - 1), k: clip(Math.floor(share.x * S), 0, S - 1) };
  };
  pad.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const { t, k } = spot(event);
    pad.focus({ preventScroll: true });
    pad.setPointerCapture(event.pointerId);
    from = { t, k, edits: now().state.edits, place: k };
    set({ step: t, place: k });
  });
  pad.addEventListener("pointermove", (event) => {
    const { t, k } = spot(event);
    if (!from) return link(t, k);
    link(from.t, k);
    if (k === from.place) return;
    from.place = k;
    set({ place: k, edits: k === from.k ? from.edits : [...from.edits, [from.t, from.k, k]] });
  });
  pad.addEventListener("pointerup", () => (from = null));
  pad.addEventListener("pointercancel", () => {
    if (from) set({ edits: from.edits, place: from.k });
    from = null;
  });
  pad.addEventListener("pointerleave", () => link(null));
  pad.addEventListener("dblclick", cut);
  pad.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!mapKey(event, now(), { set, cut, nudge })) return;
    event.preventDefault();
    link(null);
  });
}

// Whether a key was one of the map's.
function mapKey({ key, shiftKey }, { state, values, S }, { set, cut, nudge }) {
  const [t, k] = selected(state, values);
  const across = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (shiftKey && across) return nudge(across), true;
  if (["x", "Delete", "Backspace"].includes(key)) return cut(), true;
  const to = {
    ArrowLeft: [t, k - 1], ArrowRight: [t, k + 1], ArrowUp: [t - 1, k], ArrowDown: [t + 1, k],
    Home: [t, 0], End: [t, S - 1],
  }[key];
  if (!to) return false;
  set({ step: clip(to[0], 0, values.masks.length - 1), place: clip(to[1], 0, S - 1) });
  return true;
}

// --- picture ------------------------------------------------------------------------------------

// On a phone the two strings stand below the map, not beside it.
function attentionFrame(svg, width, narrow, link) {
  const size = { width, panel: narrow ? 0 : PANEL };
  const texts = ["by itself", "now", "truth"].map((name, k) => {
    const y = 12 + WORDS.pitch * k;
    write(svg, 0, y, name, "head", "start");
    const line = textLine(svg, WORDS.left, y);
    svg.lastChild.classList.add("lab-mono");
    return { line, node: svg.lastChild };
  });
  write(svg, EDGE.left - 8, MAP.top - 12, "input", "faint", "end");
  const [x, y] = [9, MAP.top + 2];
  const turned = write(svg, x, y, "output step attends to input", "faint", "end");
  turned.setAttribute("transform", `rotate(-90 ${x} ${y})`);
  const map = mapOverlay(svg);
  const gates = gateOverlay(svg);
  const below = MAP.top + MAP.height + 26 + STRIPS.length * STRIP + 18;
  const right = narrow ? 0 : width - PANEL + 14;
  const side = draw("g", { transform: `translate(0,${narrow ? below + 40 - LINKS.top : 0})` }, svg);
  const links = linkPanel(side, right, width - right, link);
  const readout = readoutLines(side, right, LINKS.top + LINKS.height + 44);
  const foot = narrow ? below + LINKS.height + 300 : below;
  const saved = footnote(draw("g", { transform: "translate(110,0)" }, svg), foot + 16);
  return {
    ...size,
    height: foot,
    note: saved,
    paint: (now) => {
      writeTexts(texts, width, now);
      map.paint(now);
      links.paint(now);
    },
    gates: gates.paint,
    point: (state, values, t, k) => {
      const at = geometry(size, state.source.length, values);
      map.point(at, state, values, t, k);
      gates.point(at, state, values, k);
      links.point(t, k);
      readout(state, values, t, k);
    },
  };
}

// By itself, now and the truth under each other; what differs from the line's rule is marked.
function writeTexts(texts, width, { state, values }) {
  const { free, wrote, before, truth, ended } = values;
  const room = (width - WORDS.left) / MONO;
  const size = clip(room / (state.source.length + 18), 8, 16); // a remark stands beside it, too
  const most = Math.floor(room / size) - 1;
  for (const { node } of texts) node.style.fontSize = `${size}px`;
  const changed = differing(wrote, before);
  const wrong = truth ? differing(before, truth.target) : 0;
  const same = wrote === before && ended === free.ended;
  const remarks = [
    !truth ? "" : wrong || !free.ended ? `${wrong} wrong` : "all right",
    same ? "as by itself" : `${changed} changed`,
    "",
  ];
  const lines = [
    [before, truth?.target ?? before, "wrong", free.ended],
    [wrote, before, "changed", ended],
    truth ? [truth.target, truth.target, "", true] : null,
  ];
  lines.forEach((line, k) => {
    if (!line) return texts[k].line([["– no date that can be read", "faint"]]);
    const remark = remarks[k] && `  ${remarks[k]}`;
    texts[k].line([...markedText(...line, most - remark.length), [remark, "faint"]]);
  });
}

const differing = (text, rule) => {
  const differs = [...text].filter((char, k) => char !== rule[k]).length;
  return differs + Math.max(rule.length - text.length, 0);
};

// A text in pieces, the stretches that differ from a rule marked, in up to `most` characters.
function markedText(text, rule, mark, ended, most) {
  const pieces = [];
  const fits = text.length < most;
  [...text].slice(0, fits ? most : most - 14).forEach((char, k) => {
    const kind = char === rule[k] ? "" : mark;
    if (pieces.at(-1)?.[1] === kind) pieces.at(-1)[0] += visible(char);
    else pieces.push([visible(char), kind]);
  });
  const rest = !fits ? `… ${text.length} in all` : ended ? END_MARK : "…";
  return [...pieces, [rest, "faint"]];
}

// A label at each of `count` places, `pitch` apart, in up to three rows; fewer if they must be.
function staggered(count, pitch) {
  const rows = clip(Math.ceil(9.5 / pitch), 1, 3);
  const every = rows * pitch < 8.5 ? Math.ceil(9.5 / pitch) : 1;
  const size = clip(1.03 * pitch * (every > 1 ? every : rows), 10, 15);
  return { rows: every > 1 ? 1 : rows, every, size };
}

const numberPitch = (pitch, room) => [1, 2, 5, 10, 20, 50, 100].find((k) => k * pitch >= room);

// Labels, numbers, true spans, edits and the cursor over the map.
function mapOverlay(svg) {
  const [columns, rows, cells] = [0, 1, 2].map(() => draw("g", {}, svg));
  const truth = ["lab-span-halo", "lab-span"].map((kind) => draw("path", { class: kind }, svg));
  const knife = ["lab-knife-halo", "lab-knife"].map((kind) => draw("path", { class: kind }, svg));
  const [row, column, cell] = [0, 1, 2].map(() => outline(svg, { x: 0 }));
  const paint = ({ state, values, at }) => {
    cells.replaceChildren();
    const { wrote, masks } = values;
    anew(columns, [state.source, at], () => columnLabels(columns, state, at));
    anew(rows, [wrote, masks.length, at], () => rowLabels(rows, values, at));
    if (at.wide >= 36 && at.tall >= 20) cellNumbers(cells, values, at);
    const spans = spanPath(values, at);
    for (const path of truth) path.setAttribute("d", spans);
    const slim = at.tall < 9;
    truth[0].style.strokeWidth = slim ? 0 : 3;
    svg.classList.toggle("lab-slim", slim);
    const edits = knifePath(state, values, at);
    for (const path of knife) path.setAttribute("d", edits);
  };
  const point = (at, state, { masks }, t, k) => {
    const [x, y] = [at.left + k * at.wide, at.top + t * at.tall];
    row({ x: at.left, y, width: at.width, height: at.tall });
    column({ x, y: at.top, width: at.wide, height: at.tall * masks.length });
    cell({ x, y, width: at.wide, height: at.tall });
  };
  return { paint, point };
}

// Fill a group if what it shows has changed.
function anew(group, of, build) {
  const now = JSON.stringify(of);
  if (group.dataset.shows === now) return;
  group.dataset.shows = now;
  group.replaceChildren();
  build();
}

function columnLabels(parent, { source }, at) {
  const { rows, every, size } = staggered(source.length, at.wide);
  [...source].forEach((char, k) => {
    if (k % every) return;
    const x = at.left + (k + 0.5) * at.wide;
    glyph(parent, x, at.top - 12 - (k % rows) * size * 0.9, visible(char), size);
  });
  const pitch = numberPitch(at.wide, 22);
  const y = at.strips + STRIPS.length * STRIP + 8;
  for (let k = pitch; k <= source.length; k += pitch)
    write(parent, at.left + (k - 0.5) * at.wide, y, `${k}`, "faint");
}

function rowLabels(parent, values, at) {
  const T = values.masks.length;
  const { rows, every, size } = staggered(T, at.tall);
  for (let t = 0; t < T; t += every) {
    const x = at.left - 10 - (t % rows) * size * 0.75;
    glyph(parent, x, at.top + (t + 0.5) * at.tall, writtenAt(values, t), size);
  }
  const pitch = numberPitch(at.tall, 15);
  const x = at.left - 24 - (rows - 1) * size * 0.75;
  for (let t = pitch; t <= T; t += pitch)
    write(parent, x, at.top + (t - 0.5) * at.tall, `${t}`, "faint", "end");
}

function glyph(parent, x, y, text, size) {
  const node = write(parent, x, y, text);
  node.classList.add("lab-glyph");
  node.style.fontSize = `${size.toFixed(1)}px`;
}

function cellNumbers(parent, { masks }, at) {
  masks.forEach((weights, t) =>
    weights.forEach((m, k) => {
      if (m < 0.005) return;
      const spot = [at.left + (k + 0.5) * at.wide, at.top + (t + 0.5) * at.tall];
      const node = write(parent, ...spot, m.toFixed(2), "small");
      node.style.fill = inkOn(gateColour(m));
    }),
  );
}

// What is written at a step, as it can be seen.
const writtenAt = ({ wrote }, t) => (t < wrote.length ? visible(wrote[t]) : END_MARK);

// A frame around the true source of every step that has one.
function spanPath({ truth, masks }, at) {
  const frame = ([from, to], t) => {
    if (to === 0 || t >= masks.length) return "";
    const [x, y] = [at.left + from * at.wide + 0.5, at.top + t * at.tall + 0.5];
    const [width, height] = [(to - from) * at.wide - 1, Math.max(at.tall - 1, 1)];
    return `M${x.toFixed(1)},${y.toFixed(1)}h${width.toFixed(1)}v${height.toFixed(1)}h${-width.toFixed(1)}z`;
  };
  return truth ? truth.spans.map(frame).join("") : "";
}

// A cross on what was cut, an arrow along what was moved.
function knifePath({ edits, source }, { masks }, at) {
  const arm = clip(Math.min(at.wide, at.tall) / 3, 2, 6);
  const middle = (k) => at.left + (k + 0.5) * at.wide;
  const mark = ([t, from, to]) => {
    const [x, y] = [middle(from), at.top + (t + 0.5) * at.tall];
    const across = 2 * arm;
    if (to === CUT) return `M${x - arm},${y - arm}l${across},${across}m0,${-across}l${-across},${across}`;
    const back = to > from ? -arm : arm;
    return `M${x},${y}H${middle(to)}m${back},${-arm}l${-back},${arm}l${back},${arm}`;
  };
  return fitting(edits, source.length).filter(([t]) => t < masks.length).map(mark).join("");
}

// The words of the strips, and their values at the input that is pointed at.
function gateOverlay(svg) {
  const group = draw("g", {}, svg);
  const title = write(svg, 0, 0, "", "faint", "start");
  const numbers = STRIPS.map(() => write(svg, 0, 0, "", "small", "start"));
  const frame = outline(svg, { height: STRIPS.length * STRIP - 1 });
  const paint = ({ state, values, at }) => {
    group.replaceChildren();
    place(title, { x: at.left, y: at.strips - 10 });
    title.textContent = `the encoder reads: unit ${state.unit} of ${state.units}`;
    STRIPS.forEach((key, j) => {
      const y = at.strips + (j + 0.4) * STRIP;
      const name = key === "c" ? `c (±${brief(unitLimit(values, state.unit))})` : word(key);
      const text = write(group, at.left - 8, y, name, "small", "end");
      Object.assign(text.style, { fill: hue(key), fontWeight: 600 });
      place(numbers[j], { x: at.left + at.width + 8, y });
    });
  };
  const point = (at, { unit }, values, k) => {
    STRIPS.forEach((key, j) => (numbers[j].textContent = number(values[key][k][unit])));
    frame({ x: at.left + k * at.wide, y: at.strips - 1, width: at.wide });
  };
  return { paint, point };
}

// The two strings and a line for every look: the wider, the more weight.
function linkPanel(svg, left, width, link) {
  const bottom = LINKS.top + LINKS.height;
  write(svg, left, LINKS.top - 19, "input", "faint", "start");
  write(svg, left, bottom + 19, "output", "faint", "start");
  const widths = Array.from({ length: 10 }, (_, k) => ((k + 0.5) / 10) * LINKS.widest);
  const layer = (kind) =>
    widths.map((size) => {
      const path = draw("path", { class: kind }, svg);
      path.style.strokeWidth = size;
      return path;
    });
  const [all, one] = [layer("lab-link"), layer("lab-link lab-linked")];
  const strings = draw("g", {}, svg);
  const marks = [0, 1].map(() => draw("text", { class: "lab-text lab-glyph lab-linked-text" }, svg));
  let now, x;

  const fill = (paths, rows) => {
    const lines = widths.map(() => "");
    for (const t of rows)
      now.values.masks[t].forEach((m, k) => {
        if (m < LINKS.least) return;
        const [from, to] = [x[1](t).toFixed(1), x[0](k).toFixed(1)];
        const [high, low, middle] = [LINKS.top + 10, bottom - 10, LINKS.top + LINKS.height / 2];
        const line = `M${from},${low}C${from},${middle},${to},${middle},${to},${high}`;
        lines[clip(Math.floor(m * 10), 0, 9)] += line;
      });
    paths.forEach((path, j) => path.setAttribute("d", lines[j]));
  };
  const paint = (next) => {
    now = next;
    const { source } = now.state;
    const { masks, free } = now.values;
    const room = width - 12;
    const places = (size) => {
      const pitch = Math.min(22, room / size);
      return Object.assign((k) => left + 6 + (room - pitch * size) / 2 + (k + 0.5) * pitch, { pitch });
    };
    x = [places(source.length), places(Math.max(masks.length, free.masks.length))];
    strings.replaceChildren();
    const texts = [[...source].map(visible), masks.map((_, t) => writtenAt(now.values, t))];
    texts.forEach((chars, j) => stringOf(strings, chars, x[j], j ? bottom : LINKS.top));
    fill(all, masks.keys());
    linkPads(strings, texts, x, bottom, link, now.values);
  };
  const point = (t, k) => {
    fill(one, [t]);
    const chars = [visible(now.state.source[k]), writtenAt(now.values, t)];
    [k, t].forEach((at, j) => {
      place(marks[j], { x: x[j](at), y: j ? bottom : LINKS.top, "text-anchor": "middle" });
      marks[j].textContent = chars[j];
      marks[j].style.fontSize = `${Math.max(1.5 * stringSize(x[j].pitch), 13)}px`;
    });
  };
  return { paint, point };
}

const stringSize = (pitch) => clip(pitch / MONO, 5, 16);

function stringOf(parent, chars, x, y) {
  const places = chars.map((_, k) => x(k).toFixed(1)).join(" ");
  const attributes = { x: places, y, class: "lab-text lab-glyph", "text-anchor": "middle" };
  const text = draw("text", attributes, parent, chars.join(""));
  text.style.fontSize = `${stringSize(x.pitch)}px`;
}

// Hover a character of a string: an output's row, at its largest weight; the output that looks most at
// an input.
function linkPads(parent, texts, x, bottom, link, { masks }) {
  const looker = (k) => largest(masks.map((row) => row[k]));
  const to = [(k) => link(looker(k), k), (t) => link(t)];
  texts.forEach((chars, j) => {
    const from = x[j](0) - x[j].pitch / 2;
    const area = { x: from, y: (j ? bottom : LINKS.top) - 11, width: x[j].pitch * chars.length, height: 22 };
    const pad = draw("rect", { ...area, class: "lab-column" }, parent);
    pad.addEventListener("pointermove", (event) => {
      const box = pad.getBoundingClientRect();
      const share = (event.clientX - box.left) / box.width;
      to[j](clip(Math.floor(share * chars.length), 0, chars.length - 1));
    });
    pad.addEventListener("pointerleave", () => link(null));
  });
}

// What is read off the map where it is pointed at, the score, and what the marks mean.
function readoutLines(svg, left, top) {
  const lines = [0, 23, 46, 76, 99].map((y) => textLine(svg, left, top + y));
  legend(svg, left, top + 134);
  return (state, values, t, k) => {
    const row = values.masks[t];
    const named = (at) => `input ${at + 1} ‘${visible(state.source[at])}’`;
    const most = largest(row);
    const blind = row[most] === 0;
    lines[0]([[`step ${t + 1} writes ‘${writtenAt(values, t)}’`, "strong"]]);
    lines[1]([[`${named(k)}: weight ${row[k].toFixed(2)}`]]);
    lines[2]([[blind ? "it looks at nothing" : `it looks most at ${named(most)}: ${row[most].toFixed(2)}`]]);
    scoreWords(values).forEach((words, j) => lines[3 + j]([[words, values.score ? "" : "faint"]]));
  };
}

function scoreWords({ score }) {
  if (!score) return ["the true source is not known", ""];
  const { hits, steps, mass } = score;
  return [`arg-max on the true source: ${hits} of ${steps}`, `weight there ${mass.toFixed(2)}`];
}

function legend(svg, left, y) {
  for (const kind of ["lab-span-halo", "lab-span"])
    draw("path", { d: `M${left + 1},${y - 6}h16v12h-16z`, class: kind }, svg);
  write(svg, left + 26, y, "the true source", "faint", "start");
  write(svg, left + 140, y, `${END_MARK} end mark`, "faint", "start");
  draw("path", { d: `M${left + 4},${y + 18}l9,9m0,-9l-9,9`, class: "lab-knife" }, svg);
  write(svg, left + 26, y + 23, "cut: double click", "faint", "start");
  draw("path", { d: `M${left + 140},${y + 23}h18m-5,-5l5,5l-5,5`, class: "lab-knife" }, svg);
  write(svg, left + 166, y + 23, "move: drag", "faint", "start");
  scale(svg, left + 16, y + 41, 120, NAMES.gateStops, "weight");
}

// --- words --------------------------------------------------------------------------------------

function editWords([step, from, to], { source }, { masks }) {
  const low = (k) => `${k + 1}`.replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]);
  const named = (k) => `${k < source.length ? visible(source[k]) : "–"}${low(k)}`;
  const done = to === CUT ? `cut ${named(from)}` : `${named(from)} → ${named(to)}`;
  const idle = step >= masks.length || from >= source.length || to >= source.length;
  return `step ${step + 1}: ${done}${idle ? " (not there)" : ""}`;
}

function spokenMap({ source }, values) {
  const { wrote, before, score } = values;
  const right = score ? `, ${scoreWords(values).join(", ")}` : "";
  return `attention map: ${source} becomes ${wrote}, by itself ${before}${right}`;
}

// What the dials say, for a saved picture.
function dialledKnife({ source, sharpness, edits }) {
  const told = edits.map(([t, from, to]) => `step ${t + 1}: ${from + 1} ${to < 0 ? "cut" : `→ ${to + 1}`}`);
  return [`κ = ${brief(sharpness)}`, `input: ${source}`, ...told].join("   ");
}

// --- values -------------------------------------------------------------------------------------

// Each is kept while what it is made of stays: the net, the source that was read, what is written.
const kept = {};

function keep(name, of, make) {
  const same = kept[name] && of.every((value, k) => value === kept[name].of[k]);
  if (!same) kept[name] = { of, value: make() };
  return kept[name].value;
}

function attended(state) {
  const { weights, source, edits, sharpness } = state;
  const net = keep("net", [weights], () => netOf(state));
  const read = keep("read", [net, source], () => readSource(net, state));
  const cuts = JSON.stringify(edits);
  return keep("written", [read, sharpness, cuts], () => {
    const own = sharpness === 1 && edits.length === 0;
    const attend = knifeOf(fitting(edits, source.length));
    const now = own ? read.free : decoded(net, read.encoding, attend, sharpness);
    const spell = ({ codes }) => codes.map((k) => state.writes[k]).join("");
    const score = read.truth && alignmentOf(now.masks, read.truth.spans);
    return {
      masks: now.masks, scores: now.scores, wrote: spell(now), before: spell(read.free),
      ended: now.ended, ...read.encoding.run, free: read.free, truth: read.truth, score,
    };
  });
}

function readSource(net, state) {
  const { source, alphabet, task } = state;
  const encoding = encoded(net, Array.from(source, (char) => alphabet.indexOf(char)));
  const free = decoded(net, encoding, (_, weights) => weights, 1);
  return { encoding, free, truth: pairOf(task, state, source) };
}

const AttentionMap = {
  keys: ["weights", "units", "alphabet", "writes", "kind", "task", "by", "forms",
    "source", "edits", "sharpness", "step", "place", "unit"],
  minWidth: 800,
  narrow: 560,
  stack: true,
  whole: ({ source, unit, units }) => source.length > 0 && unit < units,
  compute: attended,
  shape: (state) => [state.units, state.alphabet, state.task],
  build: buildAttentionMap,
};

export default { render: (context) => mount(context, AttentionMap) };
