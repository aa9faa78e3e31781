import { NAMES } from "./names.js";
import { brief, clip, number } from "./lstm.js";
import { make, visible, word, write } from "./drawing.js";
import { button, chipRow, noteLine, radios, sharpnessDial, slider, textEntry } from "./controls.js";
import { mount } from "./figure.js";
import { allowed, finite, holdOf, list, one, row, text, whole } from "./rules.js";
import { explorer } from "./unit_values.js";
import {
  canvasesFor, colourScale, guessBlock, nearBlock, passageBlock, textBlock, writtenBlock,
} from "./unit_picture.js";

const MOST = 5000;
const ON = 20000; // a hold up to here goes on while the net writes
const WRITES = 200;
const CONTEXT = 300; // characters before a passage that are read with it
const HOLDS = {
  keep: { remember: 1, save: 0 },
  erase: { remember: 0, save: 0 },
  "set to +1": { remember: 0, save: 1, candidate: 1 },
  "set to −1": { remember: 0, save: 1, candidate: -1 },
};

const unitsOf = ({ parts, names, alphabet, own }) => {
  const shape = (name) => parts.find(([key]) => key === name)[2];
  return alphabet ? shape(`W_h${own}`)[1] : shape(names[0])[1];
};

function buildUnitExplorer(parts, start, set) {
  const live = Boolean(start.alphabet);
  const H = unitsOf(start);
  parts.body.parentElement.classList.add("lab-units");
  let now = null; // { state, values, point } as painted
  let hovered = null;
  let mode = "point";

  const controls = {
    entry: live ? textEntry(parts.dials, { name: "text", rows: 2, refuse: tooLong }, set) : () => "",
    of: radios(parts.dials, "colour", start.names.map((name) => ({ value: name, text: word(name), name })), (of) => set({ of })),
    unit: slider(parts.dials, "unit", { min: 1, max: H, step: 1, name: "unit" }, (unit) => set({ unit: unit - 1 })),
    step: slider(parts.dials, "step", { min: 1, max: 1, step: 1, name: "step" }, (step) => set({ step: step - 1 })),
    sharpness: live ? sharpnessDial(parts.dials, set) : () => {},
  };
  for (const dial of [controls.unit, controls.step]) dial.row.classList.add("lab-dial");
  const ranks = rankControls(parts.sliders, () => now, set);
  const brush = brushControls(parts.sliders, () => now, set, (chosen) => {
    mode = chosen;
    now.repaint();
  });
  const holds = live ? holdControls(parts.sliders, () => now.state, set) : () => {};
  const writing = live ? writeControls(parts.sliders, () => now.state, set) : () => {};
  const note = noteLine(parts.sliders);

  const stroke = { before: [] };
  const pointing = {
    at: (t) => now.point((hovered = t)),
    leave: () => {
      hovered = null;
      now.point(clip(now.state.step, 0, Math.max(now.values.T - 1, 0)));
    },
    again: () => now.repaint(),
    down: (t) => {
      stroke.before = now.state.marks;
      pointing.move(t, t);
    },
    move: (from, to) => {
      if (mode === "point") return set({ step: to });
      set({ marks: [...stroke.before, [mode, Math.min(from, to), Math.max(from, to)]] });
    },
    up: () => {},
    pick: (step) => set({ step }),
  };
  const goTo = (k) => {
    const it = now.values.passages[k];
    if (!it) return;
    if (it.sequence < 0) return set({ step: it.step });
    if (!live) return;
    const from = Math.max(it.step - CONTEXT, 0);
    const text = [...it.tokens].slice(from, it.step + 100).join("");
    set({ text, step: it.step - from, marks: [], clamp: [] });
  };

  const layout = (width) => {
    for (const old of parts.picture.querySelectorAll("canvas, .lab-hit")) old.remove();
    const across = Math.floor(width / 9);
    const canvases = canvasesFor(parts.picture, start.names, width, across);
    const half = live ? Math.floor(width / 2) : width;
    const places = Math.floor((half - 60) / 7);
    const passagesCanvas = canvases.passages(places);
    parts.picture.append(parts.svg); // over the canvases
    const title = write(parts.svg, 0, 10, "", "head", "start");
    const showScale = colourScale(parts.svg, width - 160, 4);
    const text = textBlock(parts.svg, canvases, 24, width, pointing);
    const words = start.tokens.some((token) => [...token].length > 1);
    const near = nearBlock(parts.svg, canvases, text.bottom + 10, width, start.names, words, pointing);
    const passages = passageBlock(parts.svg, parts.picture, passagesCanvas, near.bottom + 6, places, start.corpus.length > 0, goTo);
    const guess = live ? guessBlock(parts.svg, half + 10, near.bottom + 6, width - half - 10, [...start.alphabet]) : () => {};
    const wrote = live ? writtenBlock(parts.svg, canvases.written, passages.bottom + 4, width) : { paint: () => {}, bottom: passages.bottom };
    const saved = write(parts.svg, 0, wrote.bottom + 20, "", "saved", "start");
    let followed = null;

    const paint = (state, values) => {
      const follow = followed !== `${state.step} ${state.text}`;
      followed = `${state.step} ${state.text}`;
      const T = values.T;
      const point = (t) => {
        text.cursor(t);
        near.paint(state, values, clip(t, 0, Math.max(T - 1, 0)));
      };
      now = { state, values, point, repaint: () => paint(state, values) };
      note(controls.entry(state.text) || unknown(state));
      controls.of(state.of);
      controls.unit.set(state.unit + 1);
      controls.step.input.max = Math.max(values.tokens.length, 1);
      controls.step.set(clip(state.step, 0, Math.max(values.tokens.length - 1, 0)) + 1);
      controls.sharpness(state.sharpness);
      ranks(state, values, H);
      brush(state, mode);
      holds(state);
      writing(state, values);
      text.brush(mode !== "point");
      title.textContent = `${word(state.of)} of unit ${state.unit + 1}`;
      showScale(state.of, values.limit);
      text.paint(state, values, follow);
      passages.paint(state, values);
      guess(state, values);
      wrote.paint(state, values);
      saved.textContent = state.clamp.map(clampWords).join("   ");
      point(hovered !== null && hovered < T ? hovered : clip(state.step, 0, Math.max(T - 1, 0)));
      parts.svg.setAttribute("aria-label", spoken(state, values));
    };
    return { height: wrote.bottom + 8, paint };
  };
  return { layout };
}

const tooLong = ([...text]) =>
  text.length > MOST ? `${text.length} characters, up to ${MOST} can be read` : "";

function unknown({ text, alphabet }) {
  if (!alphabet) return "";
  const known = new Set(alphabet);
  const char = [...text].find((one) => !known.has(one));
  return char === undefined ? "" : `‘${visible(char)}’ is not in the alphabet: read as nothing`;
}

function spoken({ of, unit, step, names }, { T, rows, tokens }) {
  if (T === 0) return "no text";
  const t = clip(step, 0, T - 1);
  const told = names.map((name) => `${NAMES.names[name].word} ${number(rows[name][t])}`).join(", ");
  return `${T} steps coloured by ${of} of unit ${unit + 1}; step ${t + 1} ‘${tokens[t]}’: ${told}`;
}

// --- controls -------------------------------------------------------------------------------

// A list to choose from; call the result with its options [value, text] and the chosen value.
function choice(parent, text, name, size, onChange) {
  const row = make("label", { class: "lab-choice" }, parent);
  make("span", {}, row, text);
  const select = make("select", { "data-control": name, size, "aria-label": text || name }, row);
  select.addEventListener("change", () => onChange(select.value));
  let shown = null;
  return (options, chosen) => {
    const told = JSON.stringify(options);
    if (shown !== told) {
      select.replaceChildren(...options.map(([value, words]) => make("option", { value }, null, words)));
      shown = told;
    }
    if (select.value !== `${chosen}`) select.value = `${chosen}`;
  };
}

function rankControls(parent, now, set) {
  const label = choice(parent, "ranked by", "label", 1, (chosen) => set({ label: chosen, marks: [] }));
  const list = choice(parent, "", "ranked", 9, (unit) => set({ unit: Number(unit) }));
  const rest = make("div", { class: "lab-told" }, parent);
  const told = ({ unit, score, out, sign }) => {
    const held = out === null ? "" : ` → ${out.toFixed(3)}`;
    const name = `${unit + 1}`.padStart(3, "\u00a0");
    return [unit, `${name} ${sign < 0 ? "↓" : "\u00a0"} ${score.toFixed(3)}${held}`];
  };
  return (state, { ranked, T, label: values }, H) => {
    const kinds = labelNames(state);
    const name = state.marks.length ? "what is marked" : state.label;
    const options = [["", "nothing"], ...kinds.map((kind) => [kind, kind])];
    label(state.marks.length ? [["marks", "what is marked"], ...options] : options, state.marks.length ? "marks" : state.label);
    const plain = Array.from({ length: H }, (_, unit) => [unit, `unit ${unit + 1}`]);
    list(ranked.length ? ranked.map(told) : plain, state.unit);
    const asked = name && T ? "cannot be asked: the same in one half" : "choose a label, or mark a passage";
    const numbers = typeof values[0] === "number";
    const words = state.marks.length ? "AUROC on what is marked" : `${numbers ? "|Spearman|" : "AUROC"}: first half → second`;
    rest.textContent = ranked.length ? words : asked;
  };
}

const CODE = ["string", "docstring", "comment", "bracket", "depth", "column", "indent"];
const PROSE = ["quotation", "bracket", "depth", "letter", "column"];
const labelNames = ({ scanner, labels }) =>
  scanner ? (scanner === "code" ? CODE : PROSE) : Object.keys(labels);

// What a drag over the text does: point, or mark where units should be high, or low.
function brushControls(parent, now, set, choose) {
  const choices = [["point", "point"], ["high", "high here"], ["low", "low there"]];
  const kind = radios(parent, "drag", choices.map(([value, text]) => ({ value, text, name: `drag ${value}` })), choose);
  const row = make("div", { class: "lab-buttons" }, parent);
  let mode = "point";
  let from = null;
  const mark = button(row, "", "mark steps by key: press at the first, and again at the last", () => {
    const { state } = now();
    if (mode === "point") return;
    if (from === null) from = state.step;
    else {
      const ends = [from, state.step].sort((a, b) => a - b);
      from = null;
      set({ marks: [...state.marks, [mode, ...ends]] });
    }
    now().repaint();
  });
  const clear = button(row, "Unmark", "take all marks away", () => set({ marks: [] }));
  return (state, chosen) => {
    mode = chosen;
    kind(mode);
    if (mode === "point") from = null;
    mark.textContent = from === null ? "Mark from here" : `${from + 1} … to here`;
    mark.disabled = mode === "point";
    clear.disabled = !state.marks.length;
  };
}

const clampWords = ([gate, unit, from, to, value]) =>
  `${word(gate)} of unit ${unit + 1}, ${from + 1}${to >= MOST ? " on" : `–${to + 1}`}: ${brief(value)}`;

// What is done with the unit from the step on: its gates are held, and the net reads on from there.
function holdControls(parent, state, set) {
  make("div", { class: "lab-told" }, parent, "hold the unit, from the step on");
  const row = make("div", { class: "lab-buttons" }, parent);
  for (const [name, gates] of Object.entries(HOLDS)) {
    const hint = Object.entries(gates).map(([gate, value]) => `${word(gate)} ${value}`).join(", ");
    button(row, name, hint, () => {
      const { unit, step, clamp } = state();
      const others = clamp.filter(([, own]) => own !== unit);
      const held = Object.entries(gates).map(([gate, value]) => [gate, unit, step, ON, value]);
      set({ clamp: [...others, ...held] });
    });
  }
  const chips = chipRow(parent);
  return ({ clamp, unit: shown }) => {
    const units = [...new Set(clamp.map(([, unit]) => unit))];
    const words = units.map((unit) => {
      const own = clamp.filter(([, one]) => one === unit);
      const [, , from, to] = own[0];
      const gates = own.map(([gate, , , , value]) => `${word(gate)} ${brief(value)}`).join(", ");
      return `unit ${unit + 1}, ${from + 1}${to >= MOST ? " on" : `–${to + 1}`}: ${gates}`;
    });
    const select = (k) => set({ unit: units[k] });
    const remove = (k) => set({ clamp: state().clamp.filter(([, unit]) => unit !== units[k]) });
    chips(words, {
      selected: units.indexOf(shown), select, hint: "show this unit", verb: "release", remove, otherwise: row.firstChild,
    });
  };
}

function writeControls(parent, state, set) {
  const row = make("div", { class: "lab-buttons" }, parent);
  const write = button(row, `Write ${WRITES}`, "let the net write on after the text", () => set({ writes: WRITES }));
  const again = button(row, "Again", "other draws: the next seed", () => set({ seed: state().seed + 1, writes: WRITES }));
  const stop = button(row, "Clear", "take away what was written", () => set({ writes: 0 }));
  return (now, { T }) => {
    write.disabled = T === 0;
    again.disabled = stop.disabled = now.writes === 0;
    again.title = `other draws: the next seed (now ${now.seed})`;
  };
}

const UnitExplorer = {
  keys: ["packed", "parts", "names", "tokens", "alphabet", "own", "labels", "scanner", "corpus",
    "text", "unit", "of", "step", "label", "marks", "clamp", "sharpness", "seed", "writes"],
  minWidth: 620,
  narrow: 560,
  whole: (state) => state.parts.length > 0 && state.names.includes(state.of) && state.unit < unitsOf(state),
  shape: ({ parts, names, alphabet }) => [parts, names, alphabet],
  build: buildUnitExplorer,
};

const rules = {
  text: (value, state) => text(state.alphabet ? MOST : 0)(value, state),
  unit: whole(0, unitsOf), of: one(({ names }) => names), step: whole(0, ON),
  label: one((state) => ["", ...labelNames(state)]),
  marks: list(1000, (mark) => row(one(["high", "low"]), whole(0), whole(0))(mark) && mark[1] <= mark[2]),
  clamp: (value, state) => list(state.alphabet ? 1000 : 0, holdOf(unitsOf))(value, state),
  sharpness: finite(0), seed: whole(0), writes: whole(0, 1001),
};

export default { rules, allowed, render: (context) => mount(context, { ...UnitExplorer, compute: explorer() }) };
