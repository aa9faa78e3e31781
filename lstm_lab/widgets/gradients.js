// How far a gradient travels in four wirings of one cell: gradients.py, in float64. No DOM call
// enters this file. A matrix is one Float64Array, row after row; H is the number of units.

import { clip, sigmoid } from "./lstm.js";

// Everything the figure shows, k = 0 … T: law, survival (T + 1 rows of H), direct, rnn, residual,
// gated, lstm, power; half_life holds one number.
export function highway({ W_x, W_h, xs, forget_bias, radius }) {
  const wires = wiresOf(W_x, W_h, forget_bias, radius);
  const { gains: lstm, remember } = lstmGains(wires, xs);
  const survival = survivalOf(remember, wires.H);
  const direct = survival.map((row) => Math.sqrt(row.reduce((sum, f) => sum + f * f, 0) / wires.H));
  const paths = { rnn: wiredGains(wires, "rnn", xs), residual: wiredGains(wires, "residual", xs) };
  const f = sigmoid(forget_bias);
  const power = (base) => survival.map((_, k) => base ** k);
  const laws = { law: power(f), power: power(radius), half_life: [Math.log(0.5) / Math.log(f)] };
  if (f === 1) laws.half_life = [Infinity];
  return { ...laws, survival, direct, ...paths, gated: wiredGains(wires, "gated", xs), lstm };
}

// The cell as the dials have set it: weights in torch's row order (save, remember, candidate, focus).
function wiresOf(W_x, W_h, forget_bias, radius) {
  const H = W_h[0].length;
  const b = W_h.map((_, r) => (r >= H && r < 2 * H ? forget_bias : 0));
  const scaled = W_h.map((row, r) =>
    r >= 2 * H && r < 3 * H ? row.map((w) => w * radius) : row,
  );
  return { H, W_x, W_h: Float64Array.from(scaled.flat()), b };
}

// i, f, F, o one after the other (4H), and how steep each is at its pre-activation; `blocks` says
// from which to which is wanted.
function gatesAt({ H, W_x, W_h, b }, x, h, blocks = [0, 4]) {
  const gates = new Float64Array(4 * H);
  const steep = new Float64Array(4 * H);
  for (let r = blocks[0] * H; r < blocks[1] * H; r++) {
    let a = b[r];
    for (let j = 0; j < x.length; j++) a += W_x[r][j] * x[j];
    for (let k = 0; k < H; k++) a += W_h[r * H + k] * h[k];
    const tanh = r >= 2 * H && r < 3 * H;
    const g = (gates[r] = tanh ? Math.tanh(a) : sigmoid(a));
    steep[r] = tanh ? 1 - g * g : g * (1 - g);
  }
  return { gates, steep };
}

// --- h = F, h = h + F, h = f ⊗ h + (1 - f) ⊗ F --------------------------------------------------

function wiredGains(wires, name, xs) {
  const { H } = wires;
  const jacobians = [];
  let h = new Float64Array(H);
  for (const x of xs) {
    const A = new Float64Array(H * H);
    h = wiredStep(wires, name, x, h, A);
    jacobians.push(A);
  }
  let product = identity(H);
  const gains = [gainOf(product, H)];
  for (const A of jacobians.reverse()) {
    const next = new Float64Array(H * H);
    addProduct(next, product, A, H);
    gains.push(gainOf((product = next), H));
  }
  return gains;
}

// The next h; its Jacobian is written to A.
function wiredStep(wires, name, x, h, A) {
  const { H, W_h } = wires;
  const gated = name === "gated";
  const { gates, steep } = gatesAt(wires, x, h, gated ? [1, 3] : [2, 3]);
  return h.map((old, r) => {
    const f = gates[H + r];
    const F = gates[2 * H + r];
    const ofF = steep[2 * H + r] * (gated ? 1 - f : 1);
    const off = gated ? (old - F) * steep[H + r] : 0;
    for (let k = 0; k < H; k++)
      A[r * H + k] = ofF * W_h[(2 * H + r) * H + k] + off * W_h[(H + r) * H + k];
    if (name === "rnn") return F;
    A[r * H + r] += gated ? f : 1;
    return gated ? f * old + (1 - f) * F : old + F;
  });
}

// --- c = f ⊗ c + i ⊗ F, h = o ⊗ tanh(c) ---------------------------------------------------------

// ∂c_T by the state (h, c) of k steps ago is [toH toC]; a nudge to c goes on through its h, too.
function lstmGains(wires, xs) {
  const { H } = wires;
  const steps = lstmSteps(wires, xs);
  const gains = [];
  let toH = new Float64Array(H * H);
  let toC = identity(H);
  for (let t = xs.length; t >= 0; t--) {
    const shown = t > 0 ? steps[t - 1].shown : new Float64Array(H); // the first h is given
    gains.push(gainOf(throughBoth(toH, toC, shown, H), H));
    if (t > 0) [toH, toC] = stepBack(steps[t - 1], toH, toC, H);
  }
  return { gains, remember: steps.map((step) => step.f) };
}

// [toH toC] times the Jacobian of one step, [[hByH, shown ⊗ f], [cByH, f]].
function stepBack({ hByH, cByH, shown, f }, toH, toC, H) {
  const next = new Float64Array(H * H);
  addProduct(next, toH, hByH, H);
  addProduct(next, toC, cByH, H);
  const across = throughBoth(toH, toC, shown, H);
  for (let j = 0; j < across.length; j++) across[j] *= f[j % H];
  return [next, across];
}

// toC + toH diag(shown)
function throughBoth(toH, toC, shown, H) {
  const sum = new Float64Array(H * H);
  for (let r = 0, at = 0; r < H; r++)
    for (let k = 0; k < H; k++, at++) sum[at] = toC[at] + toH[at] * shown[k];
  return sum;
}

// Of each step f, shown = ∂h/∂c, and how c and h answer to the h before: (H, H) each.
function lstmSteps(wires, xs) {
  let h = new Float64Array(wires.H);
  let c = new Float64Array(wires.H);
  return xs.map((x) => {
    const at = gatesAt(wires, x, h);
    const step = lstmStep(wires, at, c);
    ({ h, c } = step);
    return step;
  });
}

function lstmStep({ H, W_h }, { gates, steep }, before) {
  const [i, f, F, o] = [0, 1, 2, 3].map((block) => gates.subarray(block * H, (block + 1) * H));
  const c = before.map((old, r) => f[r] * old + i[r] * F[r]);
  const tanh = c.map(Math.tanh);
  const shown = tanh.map((v, r) => o[r] * (1 - v * v));
  const N = H * H;
  const [cByH, hByH] = [new Float64Array(N), new Float64Array(N)];
  for (let r = 0, at = 0; r < H; r++) {
    const byI = F[r] * steep[r];
    const byF = before[r] * steep[H + r];
    const byCandidate = i[r] * steep[2 * H + r];
    const byO = tanh[r] * steep[3 * H + r];
    for (let k = 0; k < H; k++, at++) {
      cByH[at] = byI * W_h[at] + byF * W_h[N + at] + byCandidate * W_h[2 * N + at];
      hByH[at] = shown[r] * cByH[at] + byO * W_h[3 * N + at];
    }
  }
  return { f, shown, cByH, hByH, c, h: tanh.map((v, r) => o[r] * v) };
}

// --- matrices -----------------------------------------------------------------------------------

// ∏ f over the last k steps: T + 1 rows of H.
function survivalOf(remember, H) {
  const rows = [new Array(H).fill(1)];
  for (const f of remember.toReversed()) rows.push(rows.at(-1).map((left, j) => left * f[j]));
  return rows;
}

function identity(H) {
  return Float64Array.from({ length: H * H }, (_, j) => (j % (H + 1) === 0 ? 1 : 0));
}

// out += A B, four rows of B at a time: fewer visits to `out`.
function addProduct(out, A, B, H) {
  for (let row = 0; row < H * H; row += H) {
    let k = 0;
    for (; k + 4 <= H; k += 4) {
      const a = A[row + k];
      const b = A[row + k + 1];
      const c = A[row + k + 2];
      const d = A[row + k + 3];
      for (let j = 0, at = k * H; j < H; j++, at++)
        out[row + j] += a * B[at] + b * B[at + H] + c * B[at + 2 * H] + d * B[at + 3 * H];
    }
    for (; k < H; k++) for (let j = 0; j < H; j++) out[row + j] += A[row + k] * B[k * H + j];
  }
}

// ‖J‖_F / √H
function gainOf(J, H) {
  let sum = 0;
  for (let j = 0; j < J.length; j++) sum += J[j] * J[j];
  return Math.sqrt(sum / H);
}

// --- lines --------------------------------------------------------------------------------------

// The parts of a line through (k, values[k]) that lie between low and high, cut where they leave:
// [[k, value], …] each.
export function partsWithin(values, low, high) {
  const parts = [];
  for (let k = 1; k < values.length; k++) {
    const [a, b] = [values[k - 1], values[k]];
    const at = (limit) => clip((limit - a) / (b - a), 0, 1);
    const ends = a === b ? [0, 1] : [at(low), at(high)].sort((p, q) => p - q);
    if (Math.max(a, b) < low || Math.min(a, b) > high || ends[0] === ends[1]) continue;
    const [from, to] = ends.map((t) => [k - 1 + t, a + t * (b - a)]);
    if (ends[0] > 0 || parts.length === 0 || parts.at(-1).at(-1)[0] < k - 1) parts.push([from]);
    parts.at(-1).push(to);
  }
  return parts;
}
