
import { NAMES } from "./names.js";
import { brief, clip, firstMistake, niceLimit, number, said, textRun } from "./lstm.js";
import { allowed, finite, holdOf, list, text, whole } from "./rules.js";
import { truthOf } from "./tasks.js";
import { heatmap, palette, place, visible, word } from "./drawing.js";
import {
  button, chipRow, noteLine, radios, sharpnessDial, slider, textEntry, unknownCharacter,
} from "./controls.js";
import { mount } from "./figure.js";
import { remember } from "./memo.js";
import { HELD, MAPS, answerWord, drawFrame } from "./trace_picture.js";

const MOST = 20000;

const units = (state) => state.b.length / 4;
function buildTraceExplorer(parts, start, set) {
  const H = units(start);
  const colours = { gate: palette(NAMES.gateStops), signed: palette(NAMES.signedStops) };
  const maps = Object.fromEntries(MAPS.map((key) => [key, heatmap(parts.picture)]));
  parts.picture.append(parts.svg); // over the maps
  let now = { state: start };

  const tooLong = ([...text]) =>
    text.length > MOST ? `${text.length} characters, up to ${MOST} can be shown` : "";
  const entry = textEntry(parts.dials, { name: "text", rows: 2, refuse: tooLong }, set);
  const sharpness = sharpnessDial(parts.dials, set);
  const dials = {
    unit: dial(parts.dials, "unit", "unit", H, (unit) => set({ unit: unit - 1 })),
    step: dial(parts.dials, "step", "step", 1, (step) => set({ step: step - 1 })),
  };
  if (H === 1) dials.unit.row.style.display = "none";
  const clamps = clampControls(parts.sliders, () => now.state, set);
  const note = noteLine(parts.sliders);

  let hovered = null;
  const pointing = {
    at: (t) => now.point((hovered = t)),
    leave: () => {
      hovered = null;
      now.point(now.state.step);
    },
    pick: set,
    clamp: (gate, unit, from, to, before) => {
      const held = [gate, unit, from, to, clamps.level(gate)];
      set({ clamp: [...before, held], unit });
      clamps.select(before.length);
    },
    clamps: () => now.state.clamp,
  };

  const layout = (width) => {
    const frame = drawFrame(parts.svg, width, start, H, pointing, parts.narrow);
    let painted = null;
    const point = (step) => {
      const { state, values } = now;
      const t = clip(step, 0, values.chars.length - 1);
      frame.cursor(t, values.chars.length);
      frame.numbers(values.chars.length ? numbersAt(state, values, t) : [["type a text above"]]);
      frame.verdict(state.asked && values.chars.length ? verdictAt(state, values, t) : []);
    };

    const paint = (state, values) => {
      now = { state, values, point };
      const T = values.chars.length;
      note(entry(state.text) || values.unknown);
      sharpness(state.sharpness);
      dials.unit.set(state.unit + 1);
      dials.step.input.max = Math.max(T, 1);
      dials.step.set(clip(state.step, 0, Math.max(T - 1, 0)) + 1);
      clamps.paint(state, T);
      frame.characters(values.chars, state.text);
      if (painted !== values.run) for (const key of MAPS) paintMap(frame, key, values, T);
      painted = values.run;
      frame.limit(values.colourLimits, state.unit);
      frame.clamped(state.clamp, T, clamps.selected());
      frame.dials(dialled(state));
      frame.unit(state, values);
      if (state.asked) frame.answers(values);
      point(hovered ?? state.step);
      parts.svg.setAttribute("aria-label", spoken(state, values));
    };
    return { height: frame.height, paint };
  };

  // A map has no more columns than pixels; one that stands for several shows the most telling of them.
  const paintMap = (frame, key, { run, colourLimits }, T) => {
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
  return { layout };
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
  const control = slider(parent, text, { min: 1, max, step: 1, name }, onInput);
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
  return `${word(gate)}${many ? ` of unit ${unit + 1}` : ""}, ${where}: ${brief(value)}`;
};

// What the dials say, for a saved picture.
function dialled({ sharpness, clamp, b, text }) {
  const held = clamp.map((one) => clampWords(one, b.length > 4));
  const first = [...text].slice(0, 40).map(visible).join("");
  const parts = [`κ = ${brief(sharpness)}`, ...held.map((words) => `held: ${words}`), first];
  return parts.join("   ");
}

function numbersAt({ unit }, { chars, run }, t) {
  const at = `step ${t + 1} ‘${visible(chars[t])}’${run.c[t].length > 1 ? `, unit ${unit + 1}` : ""}:  `;
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
const runs = remember((state) => {
  const chars = [...state.text];
  const places = new Map([...state.alphabet].map((char, k) => [char, k]));
  const codes = chars.map((char) => places.get(char) ?? -1);
  const run = textRun(state, codes, state.sharpness, state.clamp);
  const free = state.clamp.length ? textRun(state, codes, state.sharpness, []) : run;
  return { chars, run, free };
});

// Where c's colours end, for each unit: at the largest of all, or at its own where they differ tenfold.
function colourLimits(rows, state) {
  const own = new Array(units(state)).fill(0);
  for (const row of rows) row.forEach((v, k) => (own[k] = Math.max(own[k], Math.abs(v))));
  const ends = own.map((limit) => limit || 1);
  const most = Math.max(...ends);
  return most >= 10 * Math.min(...ends) ? ends : ends.map(() => most);
}

function explored(state) {
  const { chars, run, free } = runs(READ.map((key) => state[key]), state);
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

const rules = {
  text: text(MOST), step: whole(0, MOST + 1), unit: whole(0, ({ b }) => b.length / 4),
  clamp: list(1000, holdOf(({ b }) => b.length / 4)), sharpness: finite(0),
};

export default { rules, allowed, render: (context) => mount(context, TraceExplorer) };
