
import { NAMES } from "./names.js";
import { brief, clip, number } from "./lstm.js";
import { allowed, finite, list, row, text, whole } from "./rules.js";
import {
  alignmentOf, decoded, encoded, fitting, knifeOf, netOf, nudged, pairOf,
} from "./seq2seq.js";
import { heatmap, make, palette, place, visible } from "./drawing.js";
import {
  button, chipRow, noteLine, pad, sharpnessDial, slider, textEntry, unknownCharacter,
} from "./controls.js";
import { mount } from "./figure.js";
import { remember } from "./memo.js";
import { largest, scoreWords, writtenAt } from "./attention_links.js";
import { CUT, STRIP, STRIPS, attentionFrame, geometry, unitLimit } from "./attention_picture.js";

const LONGEST = 100;
function buildAttentionMap(parts, start, set) {
  parts.picture.closest(".lab-figure").classList.add("lab-attention");
  const colours = { gate: palette(NAMES.gateStops), signed: palette(NAMES.signedStops) };
  const map = heatmap(parts.picture);
  const strips = STRIPS.map(() => heatmap(parts.picture));
  parts.picture.append(parts.svg); // over the maps
  const over = make("div", { class: "lab-pad", tabindex: 0, role: "application" }, parts.picture);
  let now = null;
  let hovered = null;

  const refuse = (text) => refusal(text, start.alphabet);
  const entry = textEntry(parts.dials, { name: "source", title: "input text", rows: 1, refuse }, set);
  const sharpness = sharpnessDial(parts.dials, set);
  const unit = placeDial(parts.dials, "unit", "unit", 1, (unit) => set({ unit: unit - 1 }));
  const knife = knifeControls(parts.sliders, () => now, set);
  const note = noteLine(parts.sliders);
  parts.sliders.insertBefore(parts.sliders.lastChild, knife.chips); // the note before the chips

  const mostOf = (t) => largest(now.values.masks[t]);
  const link = (t, k) => point((hovered = t === null ? null : { t, k: k ?? mostOf(t) }));
  const point = (at) => {
    const { state, values, frame } = now;
    const [t, k] = at ? [at.t, at.k] : selected(state, values);
    frame.point(state, values, clip(t, 0, values.masks.length - 1), clip(k, 0, now.S - 1));
  };
  workPad(over, { now: () => now, link, set, cut: knife.cut, nudge: knife.nudge });

  const layout = (width) => {
    const frame = attentionFrame(parts.svg, width, parts.narrow, link);
    let painted = null;
    const paint = (state, values) => {
      const S = state.source.length;
      now = { state, values, S, frame, at: geometry(frame, S, values) };
      note(entry(state.source));
      sharpness(state.sharpness);
      place(unit.input, { max: state.units });
      unit.set(state.unit + 1);
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
      over.setAttribute("aria-label", `${label}. Arrows point, x cuts, Shift and an arrow moves a look`);
    };
    return { height: frame.height, paint };
  };

  const paintMap = ({ state, values, S, at, frame }) => {
    const T = values.masks.length;
    const box = { left: at.left, top: at.top, width: at.width, height: at.tall * T };
    map({ x: at.left, y: at.top, ...box }, T, S, (t, k) => colours.gate(values.masks[t][k]));
    for (const key in box) over.style[key] = `${box[key]}px`;
    frame.paint({ state, values, at });
  };

  const paintStrips = ({ state, values, S, at, frame }) => {
    STRIPS.forEach((key, j) => {
      const gate = NAMES.names[key].activation === "σ";
      const end = key === "c" ? unitLimit(values, state.unit) : 1;
      const colour = (v) => (gate ? colours.gate(v) : colours.signed((v / end + 1) / 2));
      const spot = { x: at.left, y: at.strips + j * STRIP, width: at.width, height: STRIP - 3 };
      strips[j](spot, 1, S, (_, k) => colour(values[key][k][state.unit]));
    });
    frame.gates({ state, values, at });
  };
  return { layout };
}

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
function workPad(over, { now, link, set, cut, nudge }) {
  const spot = (event) => {
    const { S, values } = now();
    const box = over.getBoundingClientRect(); // smaller than designed on a phone
    const share = { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
    const T = values.masks.length;
    return { t: clip(Math.floor(share.y * T), 0, T - 1), k: clip(Math.floor(share.x * S), 0, S - 1) };
  };
  const down = (event) => {
    const { t, k } = spot(event);
    over.focus({ preventScroll: true });
    const from = { t, k, edits: now().state.edits, place: k };
    set({ step: t, place: k });
    return from;
  };
  const move = (event, from) => {
    const { t, k } = spot(event);
    if (!from) return link(t, k);
    link(from.t, k);
    if (k === from.place) return;
    from.place = k;
    set({ place: k, edits: k === from.k ? from.edits : [...from.edits, [from.t, from.k, k]] });
  };
  const cancel = (from) => set({ edits: from.edits, place: from.k });
  pad(over, { down, move, cancel, leave: () => link(null) });
  over.addEventListener("dblclick", cut);
  over.addEventListener("keydown", (event) => {
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
const nets = remember(netOf);
const sources = remember(readSource);
const texts = remember(written);

function attended(state) {
  const { weights, source, edits, sharpness } = state;
  const net = nets([weights], state);
  const read = sources([net, source], net, state);
  return texts([read, sharpness, JSON.stringify(edits)], net, read, state);
}

function written(net, read, { source, edits, sharpness, writes }) {
  const own = sharpness === 1 && edits.length === 0;
  const attend = knifeOf(fitting(edits, source.length));
  const now = own ? read.free : decoded(net, read.encoding, attend, sharpness);
  const spell = ({ codes }) => codes.map((k) => writes[k]).join("");
  const score = read.truth && alignmentOf(now.masks, read.truth.spans);
  return {
    masks: now.masks, scores: now.scores, wrote: spell(now), before: spell(read.free),
    ended: now.ended, ...read.encoding.run, free: read.free, truth: read.truth, score,
  };
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

const rules = {
  source: text(100, 1, ({ alphabet }) => alphabet),
  edits: list(200, row(whole(0, 210), whole(0, 100), whole(-1, 100))),
  sharpness: finite(0, 1e6),
  step: whole(0, 210),
  place: whole(0, 100),
  unit: whole(0, ({ units }) => units),
};

export default { rules, allowed, render: (context) => mount(context, AttentionMap) };
