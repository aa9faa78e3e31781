// The maths of the figures, in float64. No DOM call enters this file: tests run it alone and hold
// it to the Python half (gates.py, plots/style.py).

export const clip = (value, low, high) => Math.min(Math.max(value, low), high);

export const sigmoid = (z) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));

// y = g T + (1 - g) F, element by element, with all that the figure shows of it.
export function softIf({ if_true: T, if_false: F, z, sharpness }) {
  const gate = z.map((v) => sigmoid(sharpness * v));
  const y = gate.map((g, k) => g * T[k] + (1 - g) * F[k]);
  const hard = gate.map((g, k) => (g > 0.5 ? T[k] : F[k]));
  const slope = gate.map((g, k) => sharpness * g * (1 - g) * (T[k] - F[k]));
  return { gate, y, hard, slope };
}

export function softmax(scores) {
  const top = Math.max(...scores);
  const e = scores.map((s) => Math.exp(s - top));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((v) => v / sum);
}

export function mask(scores, kind, sharpness) {
  const s = scores.map((v) => v * sharpness);
  return kind === "sigmoid" ? s.map(sigmoid) : softmax(s);
}

// The mask of infinite sharpness: 1 at the first highest score, or at every score above 0.
function hardMask(scores, kind) {
  const best = scores.indexOf(Math.max(...scores));
  return scores.map((s, k) => Number(kind === "sigmoid" ? s > 0 : k === best));
}

// y = Σ_k m_k C_k, with the weighed cases and the hard choice.
export function softSwitch({ cases, scores, kind, sharpness }) {
  const m = mask(scores, kind, sharpness);
  const product = cases.map((row, k) => row.map((v) => m[k] * v));
  const y = cases[0].map((_, d) => product.reduce((sum, row) => sum + row[d], 0));
  const chosen = hardMask(scores, kind);
  const hard = cases[0].map((_, d) => cases.reduce((sum, row, k) => sum + chosen[k] * row[d], 0));
  return { mask: m, product, y, chosen, hard, sum: m.reduce((a, b) => a + b, 0) };
}

// The largest magnitude in nested arrays, the end of a signed colour scale; 1 if all are 0.
export const symmetricLimit = (...arrays) =>
  Math.max(...arrays.flat(3).map(Math.abs)) || 1;

// The colour at t in [0, 1] of a map given as evenly spaced "#rrggbb" stops: [r, g, b] in 0…255.
export function colourAt(stops, t) {
  const place = clip(t, 0, 1) * (stops.length - 1);
  const left = Math.min(Math.floor(place), stops.length - 2);
  const channel = (stop, k) => parseInt(stop.slice(1 + 2 * k, 3 + 2 * k), 16);
  return [0, 1, 2].map((k) => {
    const from = channel(stops[left], k);
    return from + (place - left) * (channel(stops[left + 1], k) - from);
  });
}

// Black or white, whichever reads better on the colour.
export function inkOn(rgb) {
  const [r, g, b] = rgb.map((v) => {
    const c = v / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000000" : "#ffffff";
}

// Three digits at the most, no zeros at the end: 0.5, 1, 20, 1e+10.
export const brief = (value) => `${Number(value.toPrecision(3))}`.replaceAll("-", "−");

// Rounded as Python does it: a tie goes to the even digit, where JavaScript's goes up.
const TIE = `5${"0".repeat(24)}`;
function even(rounded, exact) {
  const low = exact.slice(0, -25).replace(/\.$/, "");
  return exact.endsWith(TIE) && "02468".includes(low.at(-1)) ? low : rounded;
}
export const fixed = (value, digits) => even(value.toFixed(digits), value.toFixed(digits + 25));
export function scientific(value, digits) {
  const [rounded, exact] = [digits, digits + 25].map((n) => value.toExponential(n).split("e"));
  const up = even(rounded[0], exact[0]);
  return up === rounded[0] ? rounded.join("e") : `${up}e${exact[1]}`;
}

// Two decimals with a true minus sign; very large and very small numbers as 1.2e5 and 3.0e-4.
export function number(value) {
  const size = Math.abs(value);
  if (size >= 1e4 || (size > 0 && size < 0.005 && size >= 1e-12))
    return scientific(value, 1).replace("e+", "e").replaceAll("-", "−");
  const text = fixed(value, 2);
  return (text === "-0.00" ? "0.00" : text).replace("-", "−");
}

// Two digits, however small the number: 0.16, 2.2, 120, and 3.1e−7 beyond 0.01 … 10 000.
export function few(value) {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : value < 0 ? "−∞" : "nan";
  const text = scientific(value, 1);
  const exponent = Number(text.split("e")[1]);
  const plain = -2 <= exponent && exponent < 4;
  return (plain ? `${Number(text)}` : text.replace("e+", "e")).replaceAll("-", "−");
}

// 10⁻³ for -3, and 1 for 0.
export function powerOfTen(exponent) {
  const raised = `${exponent}`.replace("-", "⁻").replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]);
  return exponent === 0 ? "1" : `10${raised}`;
}

// One step of an LSTM cell, weights in torch's row order (save, remember, candidate, focus).
// `clamp` lists [gate, unit, value]. Returns the step with what each pre-activation is made of.
function cellStep({ W_x, W_h, b }, x, h, c, clamp) {
  const H = c.length;
  const dot = (row, vector) => row.reduce((sum, w, k) => sum + w * vector[k], 0);
  const parts = b.map((bias, r) => [dot(W_x[r], x), dot(W_h[r], h), bias]);
  const rows = (block, squash) =>
    parts.slice(block * H, (block + 1) * H).map(([fromX, fromH, bias]) => squash(fromX + fromH + bias));
  const computed = {
    save: rows(0, sigmoid),
    remember: rows(1, sigmoid),
    candidate: rows(2, Math.tanh),
    focus: rows(3, sigmoid),
  };
  const step = Object.fromEntries(Object.entries(computed).map(([gate, v]) => [gate, [...v]]));
  for (const [gate, unit, value] of clamp) step[gate][unit] = value;
  step.c = c.map((v, k) => step.remember[k] * v + step.save[k] * step.candidate[k]);
  step.h = step.c.map((v, k) => step.focus[k] * Math.tanh(v));
  return { ...step, computed, parts };
}

// All steps; gates are held from step `clamp_from` on.
export function cellRun(state) {
  let { h0: h, c0: c } = state;
  return state.xs.map((x, t) => {
    const step = cellStep(state, x, h, c, t < state.clamp_from ? [] : state.clamp);
    ({ h, c } = step);
    return step;
  });
}

// The next of 1, 1.5, 2, 3, 5, 7, 10, 15 …: an axis that does not tremble while a slider moves.
export function niceLimit(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 1.5, 2, 3, 5, 7, 10].map((k) => k * power).find((limit) => limit >= value * (1 - 1e-12));
}

// One step of a cell over a text. `code` is a place in the alphabet, -1 for nothing (x = 0); `clamp`
// lists [gate, unit, …, value]; `reads` says which rows read h at all, all if it is left out.
export function textStep({ W_x, W_h, b, reads }, code, h, c, sharpness = 1, clamp = []) {
  const H = b.length / 4;
  const a = b.map((bias, r) => {
    let sum = bias + (code < 0 ? 0 : W_x[r][code]);
    if (!reads || reads[r]) for (let k = 0; k < H; k++) sum += W_h[r][k] * h[k];
    return sharpness * sum;
  });
  const step = {
    save: a.slice(0, H).map(sigmoid),
    remember: a.slice(H, 2 * H).map(sigmoid),
    candidate: a.slice(2 * H, 3 * H).map(Math.tanh),
    focus: a.slice(3 * H).map(sigmoid),
  };
  for (const hold of clamp) step[hold[0]][hold[1]] = hold.at(-1);
  step.c = c.map((v, k) => step.remember[k] * v + step.save[k] * step.candidate[k]);
  step.h = step.c.map((v, k) => step.focus[k] * Math.tanh(v));
  return step;
}

// A cell over a text: `codes` are places in the alphabet, -1 for a character that it does not know
// and reads as nothing. `clamp` lists [gate, unit, from, to, value], steps counted from 0, both ends
// included. Returns remember, save, candidate, focus, c, h, each T rows of H.
export function textRun(cell, codes, sharpness, clamp) {
  const H = cell.b.length / 4;
  const run = { remember: [], save: [], candidate: [], focus: [], c: [], h: [] };
  const reading = { ...cell, reads: cell.b.map((_, r) => cell.W_h[r].some((w) => w !== 0)) };
  let [h, c] = [new Array(H).fill(0), new Array(H).fill(0)];
  codes.forEach((code, t) => {
    const held = clamp.filter(([, , from, to]) => from <= t && t <= to);
    const step = textStep(reading, code, h, c, sharpness, held);
    ({ h, c } = step);
    for (const key in run) run[key].push(step[key]);
  });
  return run;
}

// What a run says at each step: the count c[unit] / step, rounded; or the answer scored highest.
export function said(run, { unit, step, V, v }) {
  if (!V?.length) return run.c.map((c) => roundHalfEven(c[unit] / step));
  return run.h.map((h) => {
    const scores = V.map((row, k) => row.reduce((sum, w, j) => sum + w * h[j], v[k]));
    return scores.indexOf(Math.max(...scores));
  });
}

// The first step at which what was said is not the truth; -1 if there is none.
export const firstMistake = (saidThere, truth) =>
  truth.findIndex((value, t) => value !== null && value !== saidThere[t]);

function roundHalfEven(value) {
  const rounded = Math.round(value);
  const tie = Math.abs(value % 1) === 0.5;
  return (tie && rounded % 2 !== 0 ? rounded - 1 : rounded) + 0;
}
