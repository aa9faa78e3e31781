// What UnitExplorer shows of a state, computed in slices. No DOM call enters this file.

import { clip, niceLimit } from "./lstm.js";
import { remember } from "./memo.js";
import { charNet, guesses, reader, writer } from "./char_net.js";
import { unpacked } from "./packing.js";
import { labelsOf } from "./scanner.js";
import { peaks, question, ranking } from "./unit_ranks.js";

const SLICE = 8; // milliseconds of computing between two paintings
export const [PASSAGES, BEFORE, AFTER] = [5, 24, 8]; // as in unit_parts.py

// A function of a state that gives its values, as far as one slice gets; `more` says that it is to be
// asked again. One for each figure: it keeps what was read.
export function explorer(now = () => performance.now()) {
  const source = remember((state) => (state.alphabet ? live(state) : recorded(state)));
  const scan = remember((kind, tokens) => labelsOf(kind, tokens));
  const ranks = remember((asked, units, valueOf) => ranking(asked, units, valueOf));
  const writers = [remember(writer), remember(writer)];
  let order = [];

  return (state) => {
    const end = now() + SLICE;
    const from = source([state.packed, state.parts, state.alphabet, state.own], state);
    const tokens = state.alphabet ? [...state.text] : state.tokens;
    const read = from.read(tokens, state.clamp, end);
    const T = read.length;
    const labels = state.scanner ? scan([state.scanner, state.text], state.scanner, tokens) : state.labels;
    const label = labels[state.label] ?? [];
    const flags = marked(state.marks, T);
    const row = (name) => Float64Array.from({ length: T }, (_, t) => read.value(name, state.unit, t));
    const rows = Object.fromEntries(state.names.map((name) => [name, row(name)]));
    let done = read.done;
    if (done) {
      const asked = question(T && label.length === T ? label : [], flags);
      const parts = [state.packed, state.text, state.of, state.label];
      const told = parts.concat(JSON.stringify([state.marks, state.clamp]));
      const ranked = ranks(told, asked, from.units, (unit, t) => read.value(state.of, unit, t));
      done = ranked.advance(end);
      if (done) order = ranked.order();
    }
    const values = { tokens, T, rows, label, flags, ranked: order, limit: limitOf(state.of, rows) };
    Object.assign(values, from.passages(state, rows[state.of]));
    if (state.alphabet && read.done && T) {
      const expected = next(from, state, T);
      const wrote = [state.clamp, []].map((clamp, k) => writes(from, writers[k], state, T, clamp, k, end));
      Object.assign(values, expected, { written: wrote.map(({ written }) => written) });
      done &&= wrote.every((one) => one.done);
    }
    return { ...values, more: !done };
  };
}

// --- where values come from -----------------------------------------------------------------

function recorded({ packed, parts, names, corpus }) {
  const arrays = unpacked(packed, parts);
  const [T, units] = arrays[names[0]].shape;
  const value = (name, unit, t) => arrays[name].data[t * units + unit];
  const read = () => ({ length: T, done: true, value });
  return { units, read, passages: passagesOf(arrays, corpus) };
}

function live({ packed, parts, alphabet, own, corpus }) {
  const net = charNet(packed, parts, alphabet);
  const [held, free] = [reader(net, own), reader(net, own)];
  const value = (name, unit, t) => valueOf(held.steps[t], own, name, unit);
  const read = (chars, clamp, end) => {
    let done = held.advance(chars, clamp, end);
    if (done && clamp.length) done = free.advance(chars, [], end);
    return { length: held.steps.length, done, value };
  };
  const arrays = unpacked(packed, parts);
  return { units: net.layers[own].H, net, held, free, read, passages: passagesOf(arrays, corpus) };
}

const valueOf = ({ gates, layers }, own, name, unit) =>
  name === "c" || name === "h" ? layers[own][name][unit] : gates[name][unit];

// The highest places of the unit: in the corpus, or in the text itself.
function passagesOf(arrays, corpus) {
  if (!arrays.places)
    return (_, row) => ({
      passages: peaks(row, PASSAGES, BEFORE).map((peak) => ({ ...peak, sequence: -1 })),
    });
  const [wide, { places, near }] = [BEFORE + 1 + AFTER, arrays];
  return ({ unit }) => ({
    passages: Array.from({ length: PASSAGES }, (_, k) => {
      const at = unit * PASSAGES + k;
      const [sequence, step] = places.data.subarray(2 * at, 2 * at + 2);
      const around = near.data.subarray(at * wide, (at + 1) * wide);
      return { sequence, step, value: around[BEFORE], around, tokens: corpus[sequence] };
    }).filter(({ step }) => step >= 0),
  });
}

// --- what comes next ------------------------------------------------------------------------

function next({ net, held, free }, state, T) {
  const t = clip(state.step, 0, T - 1);
  const after = (steps) => guesses(net, steps[t].layers.at(-1).h);
  const now = after(held.steps);
  return { guesses: now, freeGuesses: state.clamp.length ? after(free.steps) : now };
}

// What the net writes on, with its clamps or (k = 1) without them.
function writes({ net, held, free }, kept, state, T, clamp, k, end) {
  if (!state.writes || (k === 1 && !state.clamp.length)) return { done: true, written: { chars: [], values: [] } };
  const last = (k === 1 ? free : held).steps.at(-1);
  const { sharpness, seed, writes: count, own } = state;
  const parts = [state.packed, state.text, sharpness, seed, count, JSON.stringify(clamp)];
  const pen = kept(parts, net, own, last, T, { clamp, sharpness, seed, count });
  const done = pen.advance(end);
  const { chars, steps } = pen.written;
  const values = steps.map((step) => valueOf(step, own, state.of, state.unit));
  return { done, written: { chars: [...chars], values } };
}

// --- small things ---------------------------------------------------------------------------

// True where units should be high, false where low, null elsewhere; [] without marks. Where only one
// kind is marked, all else is the other.
function marked(marks, T) {
  if (!marks.length) return [];
  const kinds = new Set(marks.map(([kind]) => kind));
  const flags = new Array(T).fill(kinds.size === 2 ? null : kinds.has("low"));
  for (const [kind, from, to] of marks)
    for (let t = from; t <= Math.min(to, T - 1); t++) flags[t] = kind === "high";
  return flags;
}

// Where the colours of an array end: at 1, but for c, which has no bound.
function limitOf(of, rows) {
  if (of !== "c") return 1;
  const most = rows.c.reduce((top, v) => Math.max(top, Math.abs(v)), 0);
  return most > 0.75 ? niceLimit(most) : most || 1;
}
