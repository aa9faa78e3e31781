// A net that guesses the next character, read in slices: CharModel in the page, in float64. No DOM
// call enters this file.

import { sigmoid } from "./lstm.js";
import { unpacked } from "./packing.js";
import { uniforms } from "./random.js";

export const GATES = ["save", "remember", "candidate", "focus"]; // the order of torch's rows

// The net of its bytes: the table of a character's part in every pre-activation (a row each, the
// last one of a character that is not known), the layers' matrices, the read-out.
export function charNet(bytes, parts, alphabet) {
  const all = unpacked(bytes, parts);
  const layers = [];
  for (let k = 0; all[`W_h${k}`]; k++) {
    const [W_x, W_h, b] = ["W_x", "W_h", "b"].map((name) => all[`${name}${k}`]?.data);
    layers.push({ W_x, W_h, b, H: all[`W_h${k}`].shape[1] });
  }
  const places = new Map([...alphabet].map((char, k) => [char, k]));
  const code = (char) => places.get(char) ?? places.size;
  return { table: all.table.data, layers, V: all.V, v: all.v.data, code, alphabet: [...alphabet] };
}

// What the layers remember: h and c of each.
const atRest = (net) => net.layers.map(({ H }) => ({ h: new Float64Array(H), c: new Float64Array(H) }));

// One character: { layers, own }, the states after it and the gates of layer `own`. `held` lists
// [gate, unit, …, value] of that layer.
function read(net, before, code, own, held) {
  let x = null;
  let gates = null;
  const after = net.layers.map((layer, k) => {
    const a = preActivations(layer, k === 0 ? net.table : null, code, x, before[k].h);
    const step = squashed(a, layer.H);
    if (k === own) {
      for (const hold of held) step[hold[0]][hold[1]] = hold.at(-1);
      gates = step;
    }
    const [c, h] = [new Float64Array(layer.H), new Float64Array(layer.H)];
    for (let j = 0; j < layer.H; j++) {
      c[j] = step.remember[j] * before[k].c[j] + step.save[j] * step.candidate[j];
      h[j] = step.focus[j] * Math.tanh(c[j]);
    }
    x = h;
    return { h, c };
  });
  return { layers: after, gates };
}

// W_x x + W_h h + b; what the first layer reads of a character is looked up in the table.
function preActivations({ W_x, W_h, b, H }, table, code, x, h) {
  const a = Float64Array.from(b);
  for (let r = 0; r < 4 * H; r++) {
    let sum = 0;
    for (let k = 0, at = r * H; k < H; k++, at++) sum += W_h[at] * h[k];
    if (table) sum += table[code * 4 * H + r];
    else for (let k = 0, at = r * x.length; k < x.length; k++, at++) sum += W_x[at] * x[k];
    a[r] += sum;
  }
  return a;
}

function squashed(a, H) {
  const step = {};
  GATES.forEach((gate, block) => {
    const squash = gate === "candidate" ? Math.tanh : sigmoid;
    step[gate] = a.slice(block * H, (block + 1) * H).map(squash);
  });
  return step;
}

// Probabilities of the next character after h of the last layer.
export function guesses({ V, v }, h, sharpness = 1) {
  const H = h.length;
  const logits = Array.from(v, (bias, r) => {
    let sum = bias;
    for (let k = 0; k < H; k++) sum += V.data[r * H + k] * h[k];
    return sharpness * sum;
  });
  const top = Math.max(...logits);
  const e = logits.map((s) => Math.exp(s - top));
  const total = e.reduce((sum, value) => sum + value, 0);
  return e.map((value) => value / total);
}

// A text as it is read: what was read of it before is kept as far as text and holds are the same.
// advance(chars, clamp, end) reads on until the clock says `end` and tells whether all is read.
export function reader(net, own) {
  let seen = { chars: [], clamp: [] };
  const steps = []; // of each character: { layers, gates }
  return {
    steps,
    advance(chars, clamp, end) {
      steps.length = Math.min(steps.length, sameUntil(seen, chars, clamp));
      seen = { chars: [...chars], clamp };
      while (steps.length < chars.length) {
        const t = steps.length;
        const held = clamp.filter(([, , from, to]) => from <= t && t <= to);
        const before = t ? steps[t - 1].layers : atRest(net);
        steps.push(read(net, before, net.code(chars[t]), own, held));
        if (performance.now() > end && steps.length < chars.length) return false;
      }
      return true;
    },
  };
}

// The first step at which two texts, or what is held in them, differ.
function sameUntil(seen, chars, clamp) {
  let same = 0;
  while (same < chars.length && seen.chars[same] === chars[same]) same++;
  const lists = [seen.clamp, clamp].map((list) => list.map(String));
  const other = (list, than) => list.filter((_, k) => lists[than][k] !== lists[1 - than][k]);
  const starts = [...other(seen.clamp, 0), ...other(clamp, 1)].map(([, , from]) => from);
  return Math.min(same, ...starts);
}

// Characters that the net writes after a text, drawn from what it expects: advance(end) writes on.
export function writer(net, own, last, from, { clamp, sharpness, seed, count }) {
  const uniform = uniforms(seed);
  const written = { chars: [], steps: [] };
  let [layers, t] = [last.layers, from];
  return {
    written,
    advance(end) {
      while (written.chars.length < count) {
        const code = drawn(guesses(net, layers.at(-1).h, sharpness), uniform());
        const held = clamp.filter(([, , first, to]) => first <= t && t <= to);
        const step = read(net, layers, code, own, held);
        written.chars.push(net.alphabet[code]);
        written.steps.push(step);
        layers = step.layers;
        t += 1;
        if (performance.now() > end) break;
      }
      return written.chars.length >= count;
    },
  };
}

// The first place at which the sum of p reaches u.
function drawn(p, u) {
  let sum = 0;
  const found = p.findIndex((value) => (sum += value) > u);
  return found < 0 ? p.length - 1 : found;
}
