// What a Seq2Seq with attention reads and writes, and the knife, in float64: seq2seq.py,
// attention.py and tasks/alignment.py in the page. No DOM call enters this file.

import { mask, textRun, textStep } from "./lstm.js";

// --- the net ------------------------------------------------------------------------------------

// Float32 numbers, little-endian, from an ArrayBuffer or from any view of a part of one.
function float32s(bytes) {
  const [buffer, from] = ArrayBuffer.isView(bytes) ? [bytes.buffer, bytes.byteOffset] : [bytes, 0];
  const view = new DataView(buffer, from, bytes.byteLength);
  return Float64Array.from({ length: bytes.byteLength / 4 }, (_, k) => view.getFloat32(4 * k, true));
}

// The net of its numbers, in the order of PARAMETERS (attention_map.py): encoder and decoder as
// { W_x, W_h, b } of textStep, the attention's matrices as rows, and what reads (h, context).
export function netOf({ weights, units: H, alphabet, writes, kind }) {
  const numbers = float32s(weights);
  let at = 0;
  const row = (size) => numbers.subarray(at, (at += size));
  const rows = (count, size) => Array.from({ length: count }, () => row(size));
  const cell = (inputs) => {
    const [W_x, W_h] = [rows(4 * H, inputs), rows(4 * H, H)];
    const [b, more] = [row(4 * H), row(4 * H)];
    return { W_x, W_h, b: Array.from(b, (v, k) => v + more[k]) };
  };
  const net = { kind, encoder: cell(alphabet.length), decoder: cell(writes.length) };
  if (kind === "additive")
    Object.assign(net, { ofState: rows(H, H), ofQuery: rows(H, H), bias: row(H), v: row(H) });
  net.read = { W: rows(writes.length + 1, 2 * H), b: row(writes.length + 1) };
  return net;
}

function dotted(row, vector) {
  let sum = 0;
  for (let k = 0; k < vector.length; k++) sum += row[k] * vector[k];
  return sum;
}

export const times = (rows, vector) => rows.map((row) => dotted(row, vector));

// --- reading and writing ------------------------------------------------------------------------

// All that is known of a source before anything is written: every gate of the encoder, S rows of H,
// and what the scores need of its states.
export function encoded(net, codes) {
  const run = textRun(net.encoder, codes, 1, []);
  const keys = net.kind === "additive" ? run.h.map((state) => times(net.ofState, state)) : run.h;
  return { run, keys };
}

// How well each state answers the query h: v · tanh(W_s s + W_q h + b), or s · h.
function attentionScores({ kind, ofQuery, bias, v }, keys, h) {
  if (kind === "dot") return times(keys, h);
  const query = times(ofQuery, h).map((value, k) => value + bias[k]);
  return keys.map((key) => {
    let sum = 0;
    for (let k = 0; k < query.length; k++) sum += v[k] * Math.tanh(key[k] + query[k]);
    return sum;
  });
}

// What is written, greedily: texts as codes, masks (T, S) and scores (T, K), the end mark last.
// attend(step, mask) returns the mask to use.
export function decoded(net, { run, keys }, attend, sharpness) {
  const [S, H, end] = [keys.length, net.decoder.b.length / 4, net.read.b.length - 1];
  const wrote = { codes: [], masks: [], scores: [], ended: false };
  let [h, c, said] = [run.h[S - 1], run.c[S - 1], -1];
  for (let step = 0; step < 2 * S + 10 && !wrote.ended; step++) {
    ({ h, c } = textStep(net.decoder, said, h, c));
    const weights = attend(step, mask(attentionScores(net, keys, h), "softmax", sharpness));
    const both = [...h, ...new Array(H).fill(0)]; // h, then the context Σ mask · state
    weights.forEach((m, s) => {
      if (m !== 0) for (let k = 0; k < H; k++) both[H + k] += m * run.h[s][k];
    });
    const scores = net.read.W.map((row, k) => dotted(row, both) + net.read.b[k]);
    said = scores.indexOf(Math.max(...scores));
    wrote.ended = said === end;
    if (!wrote.ended) wrote.codes.push(said);
    wrote.masks.push(weights);
    wrote.scores.push(scores);
  }
  return wrote;
}

// --- the knife ----------------------------------------------------------------------------------

export const total = (weights) => weights.reduce((sum, m) => sum + m, 0);

// Without one source the others keep their proportions and sum to what all did; if nothing else had
// any weight, nothing is looked at.
export function cutMask(weights, source) {
  const left = weights.with(source, 0);
  const rest = total(left);
  const all = total(weights);
  return rest > 0 ? left.map((m) => m * (all / rest)) : left;
}

// With all the weight of one source added to that of another.
export function moveMask(weights, source, to) {
  if (source === to) return weights;
  return weights.with(to, weights[to] + weights[source]).with(source, 0);
}

// Edits [step, source, to], to = -1 for a cut, as what `decoded` takes; those of one step in order.
export const knifeOf = (edits) => (step, weights) =>
  edits
    .filter(([at]) => at === step)
    .reduce((m, [, source, to]) => (to < 0 ? cutMask(m, source) : moveMask(m, source, to)), weights);

// Those that name characters that a source of S has.
export const fitting = (edits, S) => edits.filter(([, source, to]) => source < S && to < S);

// The weight at a place moved one place on: the last edit goes on if it brought the weight there.
export function nudged(edits, step, place, to) {
  const last = edits.at(-1);
  const goesOn = last && last[0] === step && last[2] === place;
  const from = goesOn ? last[1] : place;
  const before = goesOn ? edits.slice(0, -1) : edits;
  return from === to ? before : [...before, [step, from, to]];
}

// --- the truth ----------------------------------------------------------------------------------

const ORDERS = {
  copy: (t) => t,
  reverse: (t, T) => T - 1 - t,
  shift: (t, T, by) => (((t - by) % T) + T) % T,
};

// The target of a source and the span that each of its characters is read from, (0, 0) for none;
// null for a date that cannot be read. `forms` are regular expressions with year, month and day.
export function pairOf(task, { by, forms }, source) {
  if (task === "dates") return dateOf(forms, source);
  const places = Array.from(source, (_, t) => ORDERS[task](t, source.length, by));
  const target = places.map((k) => source[k]).join("");
  return { target, spans: places.map((k) => [k, k + 1]) };
}

function dateOf(forms, source) {
  const found = forms.map((form) => new RegExp(`^(?:${form})$`, "d").exec(source)).find(Boolean);
  if (!found) return null;
  const { year, month, day } = found.groups;
  const inFigures = /^\d/.test(month);
  const which = "JanFebMarAprMayJunJulAugSepOctNovDec".indexOf(month.slice(0, 3)) / 3 + 1;
  const full = year.length === 4 ? year : `${Number(year) >= 69 ? "19" : "20"}${year}`;
  const parts = [Number(full), inFigures ? Number(month) : which, Number(day)];
  if (!isDate(...parts)) return null;
  const target = parts.map((part, k) => `${part}`.padStart(k ? 2 : 4, "0")).join("-");
  const at = found.indices.groups;
  const spans = [
    ...figureSpans(at.year, 4), [0, 0],
    ...figureSpans(at.month, 2, inFigures), [0, 0],
    ...figureSpans(at.day, 2),
  ];
  return { target, spans };
}

function isDate(year, month, day) {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

// Where `count` figures come from: each from its own, those that are not written from all.
function figureSpans([start, stop], count, figures = true) {
  const all = [start, stop];
  const own = figures ? Array.from({ length: stop - start }, (_, k) => [start + k, start + k + 1]) : [];
  return [...new Array(count - own.length).fill(all), ...own];
}

// On how many of the true sources the largest weight lies, and the mean weight there; a step that
// was not written, or that looks at nothing, has none. Null if no step has a source.
export function alignmentOf(masks, spans) {
  const steps = spans.map((span, t) => [masks[t] ?? [], span]).filter(([, [, stop]]) => stop > 0);
  if (!steps.length) return null;
  const inside = (k, [start, stop]) => start <= k && k < stop;
  const hit = ([m, span]) => m.some((v) => v > 0) && inside(m.indexOf(Math.max(...m)), span);
  const mass = steps.reduce((sum, [m, span]) => sum + total(m.slice(...span)), 0);
  return { hits: steps.filter(hit).length, mass: mass / steps.length, steps: steps.length };
}
