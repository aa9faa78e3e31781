// A net that learns, forward and back, by hand: backpropagation through time. No DOM call enters
// this file; tests hold its gradients and a training to torch's.
//
// A net is { kind, I, H, K, signed, parts }: inputs, units, answers, and its numbers by name, rows of
// W_x (R, I), W_h (R, H), b_x, b_h (R,) in torch's row order, V (K, H) and v (K,). An input-gated
// LSTM has no W_h and no b_h. `signed`: its remember gate lies in [−1, 1].

import { sigmoid } from "./lstm.js";
import { gaussians, uniforms } from "./random.js";

export const ROWS = { input_gated: 4, lstm: 4, gru: 3, rnn: 1 }; // blocks of H rows

// A net before training: uniform numbers up to 1/√H, as torch begins, and what is added to the
// biases of remember and save.
export function newNet({ kind, I, H, K, signed = false, seed, remember = 0, save = 0 }) {
  const uniform = uniforms(seed);
  const bound = 1 / Math.sqrt(H);
  const some = (size) => Float64Array.from({ length: size }, () => bound * (2 * uniform() - 1));
  const R = ROWS[kind] * H;
  const parts = { W_x: some(R * I), b_x: some(R) };
  if (kind !== "input_gated") Object.assign(parts, { W_h: some(R * H), b_h: some(R) });
  Object.assign(parts, { V: some(K * H), v: some(K) });
  if (ROWS[kind] === 4)
    for (let k = 0; k < H; k++) {
      parts.b_x[k] += save;
      parts.b_x[H + k] += remember;
    }
  return { kind, I, H, K, signed, parts };
}

// --- one step, and one step back ------------------------------------------------------------------

// Small arrays are plain ones: a typed array of three numbers takes longer to make than to fill.
const made = (size, of) => {
  const array = new Array(size);
  for (let k = 0; k < size; k++) array[k] = of(k);
  return array;
};
const nothing = (size) => new Array(size).fill(0);

// W_x x + b_x, of a one-hot x; and W_h h + b_h.
function fromInput({ I, parts: { W_x, b_x } }, code) {
  return made(b_x.length, (r) => b_x[r] + (code < 0 ? 0 : W_x[r * I + code]));
}

function fromState({ H, parts: { W_h, b_h } }, h) {
  return made(b_h.length, (r) => {
    let sum = b_h[r];
    for (let k = 0; k < H; k++) sum += W_h[r * H + k] * h[k];
    return sum;
  });
}

// Gradients of what `fromInput` and `fromState` were made of; returns W_hᵀ da.
function toInput(net, G, code, da) {
  for (let r = 0; r < da.length; r++) {
    G.b_x[r] += da[r];
    if (code >= 0) G.W_x[r * net.I + code] += da[r];
  }
}

function toState({ H, parts: { W_h } }, G, h, da) {
  const dh = nothing(H);
  for (let r = 0; r < da.length; r++) {
    G.b_h[r] += da[r];
    for (let k = 0; k < H; k++) {
      G.W_h[r * H + k] += da[r] * h[k];
      dh[k] += W_h[r * H + k] * da[r];
    }
  }
  return dh;
}

const plus = (a, b) => made(a.length, (k) => a[k] + b[k]);

const lstm = {
  // i = σ(a_i), f = σ(a_f), g = tanh(a_g), o = σ(a_o);  c = f ⊗ c + i ⊗ g;  h = o ⊗ tanh(c)
  step(net, code, { h, c }, noise) {
    const { H } = net;
    const a = net.parts.W_h ? plus(fromInput(net, code), fromState(net, h)) : fromInput(net, code);
    if (noise) for (let r = 0; r < 4 * H; r++) if (r < 2 * H || r >= 3 * H) a[r] += noise();
    const squash = net.signed ? (z) => 2 * sigmoid(z) - 1 : sigmoid;
    const save = made(H, (k) => sigmoid(a[k]));
    const remember = made(H, (k) => squash(a[H + k]));
    const candidate = made(H, (k) => Math.tanh(a[2 * H + k]));
    const focus = made(H, (k) => sigmoid(a[3 * H + k]));
    const next = made(H, (k) => remember[k] * c[k] + save[k] * candidate[k]);
    const tanh = made(H, (k) => Math.tanh(next[k]));
    return { save, remember, candidate, focus, c: next, tanh, h: made(H, (k) => focus[k] * tanh[k]) };
  },
  // From dL/dh and dL/dc of a step to those of the step before it.
  back(net, G, code, before, { save, remember, candidate, focus, tanh }, dh, dc) {
    const { H, signed } = net;
    const [da, dcBefore] = [nothing(4 * H), nothing(H)];
    for (let k = 0; k < H; k++) {
      const [i, f, g] = [save[k], remember[k], candidate[k]];
      const [o, t] = [focus[k], tanh[k]];
      const d = dc[k] + dh[k] * o * (1 - t * t); //     dL/dc, through h = o tanh(c) too
      da[k] = d * g * i * (1 - i); //                    c = … + i g,  i = σ(a)
      da[H + k] = d * before.c[k] * (signed ? (1 - f * f) / 2 : f * (1 - f)); // c = f c + …
      da[2 * H + k] = d * i * (1 - g * g); //            g = tanh(a)
      da[3 * H + k] = dh[k] * t * o * (1 - o); //        h = o tanh(c)
      dcBefore[k] = d * f; //                            the direct path: remember, and nothing else
    }
    toInput(net, G, code, da);
    const dhBefore = net.parts.W_h ? toState(net, G, before.h, da) : nothing(H);
    return [dhBefore, dcBefore];
  },
};

const gru = {
  // r = σ(x_r + h_r), z = σ(x_z + h_z), n = tanh(x_n + r ⊗ h_n);  h = (1 − z) ⊗ n + z ⊗ h
  step(net, code, { h }) {
    const { H } = net;
    const [x, s] = [fromInput(net, code), fromState(net, h)];
    const reset = made(H, (k) => sigmoid(x[k] + s[k]));
    const update = made(H, (k) => sigmoid(x[H + k] + s[H + k]));
    const inner = s.slice(2 * H);
    const fresh = made(H, (k) => Math.tanh(x[2 * H + k] + reset[k] * inner[k]));
    const next = made(H, (k) => (1 - update[k]) * fresh[k] + update[k] * h[k]);
    return { reset, update, new: fresh, inner, h: next, c: next };
  },
  back(net, G, code, before, { reset, update, new: fresh, inner }, dh) {
    const { H } = net;
    const [dx, ds] = [nothing(3 * H), nothing(3 * H)];
    for (let k = 0; k < H; k++) {
      const [r, z, n] = [reset[k], update[k], fresh[k]];
      const dn = dh[k] * (1 - z) * (1 - n * n);
      dx[k] = ds[k] = dn * inner[k] * r * (1 - r);
      dx[H + k] = ds[H + k] = dh[k] * (before.h[k] - n) * z * (1 - z);
      dx[2 * H + k] = dn;
      ds[2 * H + k] = dn * r;
    }
    toInput(net, G, code, dx);
    const dhBefore = toState(net, G, before.h, ds);
    return [dhBefore.map((value, k) => value + dh[k] * update[k]), nothing(H)];
  },
};

const rnn = {
  // h = tanh(W_x x + W_h h + b)
  step(net, code, { h }) {
    const next = plus(fromInput(net, code), fromState(net, h)).map(Math.tanh);
    return { h: next, c: next };
  },
  back(net, G, code, before, { h }, dh) {
    const da = dh.map((value, k) => value * (1 - h[k] * h[k]));
    toInput(net, G, code, da);
    return [toState(net, G, before.h, da), nothing(net.H)];
  },
};

const CELLS = { input_gated: lstm, lstm, gru, rnn };

// --- a text ---------------------------------------------------------------------------------------

export const rest = ({ H }) => ({ h: nothing(H), c: nothing(H) });

// The steps of a text; on from `before` if it is given.
export function stepsOf(net, codes, noise = null, before = rest(net)) {
  const steps = [];
  for (const code of codes) {
    const step = CELLS[net.kind].step(net, code, steps.at(-1) ?? before, noise);
    steps.push(step);
  }
  return steps;
}

export function scores({ H, K, parts: { V, v } }, h) {
  return made(K, (j) => {
    let sum = v[j];
    for (let k = 0; k < H; k++) sum += V[j * H + k] * h[k];
    return sum;
  });
}

export const answers = (net, steps) =>
  steps.map(({ h }) => {
    const s = scores(net, h);
    return s.indexOf(Math.max(...s));
  });

export const zeros = (parts) =>
  Object.fromEntries(Object.entries(parts).map(([name, { length }]) => [name, new Float64Array(length)]));

// The loss of texts [{ codes, targets }], cross entropy over all that is asked (null is not), and its
// gradient by name.
export function lossAndGradient(net, texts, noise = null) {
  const asked = texts.reduce((sum, { targets }) => sum + targets.filter((t) => t !== null).length, 0);
  const G = zeros(net.parts);
  let loss = 0;
  for (const { codes, targets } of texts) {
    const steps = stepsOf(net, codes, noise);
    let [dh, dc] = [nothing(net.H), nothing(net.H)];
    for (let t = steps.length - 1; t >= 0; t--) {
      if (targets[t] !== null) loss += readBack(net, G, steps[t].h, targets[t], asked, dh);
      const before = t ? steps[t - 1] : rest(net);
      [dh, dc] = CELLS[net.kind].back(net, G, codes[t], before, steps[t], dh, dc);
    }
  }
  return { loss: loss / asked, gradient: G };
}

// −log p of the target, p = softmax(V h + v); adds its gradient to G and to dh: dL/ds = (p − target)/n.
function readBack(net, G, h, target, asked, dh) {
  const { H, K, parts } = net;
  const s = scores(net, h);
  const top = Math.max(...s);
  const e = s.map((value) => Math.exp(value - top));
  const sum = e.reduce((a, b) => a + b, 0);
  for (let j = 0; j < K; j++) {
    const d = (e[j] / sum - Number(j === target)) / asked;
    G.v[j] += d;
    for (let k = 0; k < H; k++) {
      G.V[j * H + k] += d * h[k];
      dh[k] += d * parts.V[j * H + k];
    }
  }
  return Math.log(sum) + top - s[target];
}

// --- updates --------------------------------------------------------------------------------------

const [BETA_1, BETA_2, EPSILON] = [0.9, 0.999, 1e-8];

// Adam down the gradient, whose norm is clipped; its moments are kept in `memory`.
export function adamStep(net, gradient, memory, lr, maxNorm = 1) {
  const names = Object.keys(net.parts);
  let square = 0;
  for (const name of names) for (const g of gradient[name]) square += g * g;
  const scale = Math.min(1, maxNorm / (Math.sqrt(square) + 1e-6));
  memory.count += 1;
  const [c1, c2] = [1 - BETA_1 ** memory.count, 1 - BETA_2 ** memory.count];
  for (const name of names) {
    const [p, g, m, v] = [net.parts[name], gradient[name], memory.m[name], memory.v[name]];
    for (let k = 0; k < p.length; k++) {
      const d = scale * g[k];
      m[k] = BETA_1 * m[k] + (1 - BETA_1) * d;
      v[k] = BETA_2 * v[k] + (1 - BETA_2) * d * d;
      p[k] -= (lr * (m[k] / c1)) / (Math.sqrt(v[k] / c2) + EPSILON);
    }
  }
}

// A training: update({ lr, noise, updates }) changes the net once and returns the loss before it. The
// learning rate falls along a half cosine to a tenth, the noise grows along a line.
export function training(net, texts, seed) {
  const memory = { count: 0, m: zeros(net.parts), v: zeros(net.parts) };
  const gaussian = gaussians(uniforms(seed + 1));
  return {
    net,
    get updates() {
      return memory.count;
    },
    update({ lr, noise, updates }) {
      const share = Math.min(memory.count / updates, 1);
      const size = noise * share;
      const drawn = size > 0 && ROWS[net.kind] === 4 ? () => size * gaussian() : null;
      const { loss, gradient } = lossAndGradient(net, texts, drawn);
      const rate = lr / 10 + ((lr - lr / 10) * (1 + Math.cos(Math.PI * share))) / 2;
      adamStep(net, gradient, memory, rate);
      return loss;
    },
  };
}

// The same net with all that its gates are computed from multiplied by κ.
export function sharpened(net, kappa) {
  const parts = { ...net.parts };
  for (const name of ["W_x", "W_h", "b_x", "b_h"])
    if (parts[name]) parts[name] = parts[name].map((value) => kappa * value);
  return { ...net, parts };
}
