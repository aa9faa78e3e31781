// CellPlayer: one LSTM cell, step by step; its equations with live numbers, c and h over time.

import { NAMES } from "./names.js";
import { brief, cellRun, clip, niceLimit, number, symmetricLimit } from "./lstm.js";
import {
  ROW, css, draw, gateColour, hue, make, place, scale, signedColour, textLine, word, write,
} from "./drawing.js";
import { button, radios, slider } from "./controls.js";
import { mount } from "./figure.js";
import { allowed, hold, list, whole } from "./rules.js";

const HEAD = 40; // the first equation's top
const LEFT = 300; // where the equations begin, right of the sliders
const LABELS = 84; // room for the words left of the chart
const LINES = 102; // height of the chart of c and h
const STRIP = 22;
const GATES = ["remember", "save", "candidate", "focus"];
const BLOCKS = Object.fromEntries(GATES.map((gate) => [gate, NAMES.names[gate].block]));

function buildCellPlayer(parts, start, set) {
  let now = start;
  const T = start.xs.length;
  const shown = (gate) => now.clamp.find(([name, unit]) => name === gate && unit === now.unit);
  const others = (gate) => now.clamp.filter(([name, unit]) => name !== gate || unit !== now.unit);
  const hold = (gate, value) => set(prepare(now, { clamp: [[gate, null, value]] }));
  const release = (gate) => set({ clamp: others(gate) });

  const player = playerBar(parts.dials, T, () => now, set);
  const choices = start.c0.map((_, k) => ({ value: k, text: `${k + 1}`, name: `unit${k + 1}` }));
  const units =
    choices.length > 1
      ? radios(parts.dials, "unit", choices, (unit) => set({ unit }))
      : () => {};
  const controls = GATES.map((gate) => gateControl(parts.sliders, gate, hold, release));
  const from = slider(
    parts.sliders,
    "held from step",
    { min: 1, max: T, step: 1, name: "clamp_from" },
    (value) => set({ clamp_from: value - 1 }),
  );

  const layout = (width) => {
    const left = parts.narrow ? 0 : LEFT;
    write(parts.svg, left, 14, "each is made of: from x + from h + bias", "faint", "start");
    const rows = [0.5, 1.5, 2.5, 3.5, 4.4, 4.95, 5.7];
    const formulas = rows.map((row) => textLine(parts.svg, left, HEAD + ROW * row));
    const top = HEAD + ROW * 6 + 16;
    const chart = timeline(parts.svg, top, width, now, (step) => set({ step }));
    const paint = (state, { steps }) => {
      now = state;
      const { step: t, unit: k } = state;
      const step = steps[t];
      const before = t === 0 ? state.c0[k] : steps[t - 1].c[k];
      player(t, state.tokens[t]);
      units(k);
      from.set(state.clamp_from + 1);
      GATES.forEach((gate, j) => {
        controls[j](step[gate][k], shown(gate) !== undefined);
        const heldNow = shown(gate) !== undefined && t >= state.clamp_from;
        formulas[j](gateFormula(gate, step, k, heldNow));
      });
      formulas[4](STATE_WORDS);
      formulas[5](stateNumbers(step, k, before));
      formulas[6](outputFormula(step, k));
      chart(state, steps);
      const said = [...GATES, "c", "h"].map((key) => `${word(key)} ${number(step[key][k])}`);
      parts.svg.setAttribute("aria-label", `step ${t + 1} of ${T}, unit ${k + 1}: ${said.join(", ")}`);
    };
    return { height: top + LINES + 4 * STRIP + 76, paint };
  };
  return { layout, remove: player.stop };
}

// A held gate is of the shown unit where none is named, and holds from the shown step on.
function prepare(state, changes) {
  if (!changes.clamp?.length) return changes;
  const held = changes.clamp.map(([gate, unit, value]) => [gate, unit ?? state.unit, value]);
  const same = ([gate, unit]) => held.some((entry) => entry[0] === gate && entry[1] === unit);
  const kept = state.clamp.filter((entry) => !same(entry));
  const from = state.clamp.length ? {} : { clamp_from: state.step };
  return { ...changes, ...from, clamp: [...kept, ...held] };
}

// |◀ ◀ step ▶ ▶▶: walk or play through the sequence.
function playerBar(parent, T, state, set) {
  const group = make("div", { class: "lab-player" }, parent);
  const go = (step) => set({ step: clip(step, 0, T - 1) });
  let timer;
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
    play.textContent = "▶";
    play.setAttribute("aria-label", "play");
  };
  const by = (delta) => () => {
    stop();
    go(state().step + delta);
  };
  const icon = (text, title, onClick) => {
    const node = button(group, text, title, onClick);
    node.setAttribute("aria-label", title);
    return node;
  };
  icon("|◀", "first step", by(-T));
  icon("−1", "step back", by(-1));
  icon("+1", "step on", by(1));
  const tick = () => (state().step < T - 1 ? go(state().step + 1) : stop());
  const play = icon("▶", "play", () => {
    if (timer !== undefined) return stop();
    if (state().step === T - 1) go(0);
    timer = setInterval(tick, 700);
    play.textContent = "❚❚";
    play.setAttribute("aria-label", "pause");
  });
  const options = { min: 1, max: T, step: 1, name: "step" };
  const dial = slider(group, "step", options, (value) => {
    stop();
    go(value - 1);
  });
  const paint = (step, token) => {
    const text = `${step + 1} of ${T}`;
    dial.set(step + 1, text, `step ${text}, ${token}`);
  };
  paint.stop = stop;
  return paint;
}

// A gate's slider, with a box that says whether the hand holds it or the weights compute it.
function gateControl(parent, gate, hold, release) {
  const [min, max] = NAMES.names[gate].limits;
  const options = { min, max, step: 0.01, name: gate };
  const control = slider(parent, word(gate), options, (value) => hold(gate, value));
  control.row.firstChild.style.color = `color-mix(in srgb, ${hue(gate)} 80%, var(--ink))`;
  control.row.classList.add("lab-gate");
  const box = make("input", { type: "checkbox", "data-control": `hold ${gate}` });
  box.setAttribute("aria-label", `hold ${word(gate)}`);
  box.title = "held by hand; untick to compute it from the weights";
  control.row.before(make("span", { class: "lab-gate-row" }));
  const row = control.row.previousSibling;
  row.append(box, control.row);
  box.addEventListener("change", () =>
    box.checked ? hold(gate, Number(control.input.value)) : release(gate),
  );
  return (value, held) => {
    const spoken = `${word(gate)} ${number(value)}, ${held ? "held" : "computed"}`;
    control.set(value, number(value), spoken);
    box.checked = held;
  };
}

// --- equations ------------------------------------------------------------------------------

function gateFormula(gate, step, k, held) {
  const H = step.c.length;
  const computed = number(step.computed[gate][k]);
  if (held) {
    const note = `   held; the weights say ${computed}`;
    return [[word(gate), gate], [" = "], [number(step[gate][k]), gate], [note]];
  }
  const sum = plusMinus(step.parts[BLOCKS[gate] * H + k]);
  return [[word(gate), gate], [` = ${NAMES.names[gate].activation}(${sum}) = `], [computed, gate]];
}

const plusMinus = (values) =>
  values.map((v, k) => (k === 0 ? number(v) : `${v < 0 ? "−" : "+"} ${number(Math.abs(v))}`)).join(" ");

const STATE_WORDS = [
  ["c", "c"], [" = "], [word("remember"), "remember"], [" · "], ["c", "c"], [" before + "],
  [word("save"), "save"], [" · "], [word("candidate"), "candidate"],
]; // prettier-ignore

function stateNumbers(step, k, before) {
  const n = (key) => [number(step[key][k]), key];
  const old = [["   = "], n("remember"), [" · "], [number(before), "c"]];
  return [...old, [" + "], n("save"), [" · "], n("candidate"), [" = "], n("c")];
}

function outputFormula(step, k) {
  const n = (key) => [number(step[key][k]), key];
  const words = [["h", "h"], [" = "], [word("focus"), "focus"], [" · tanh(c) = "]];
  return [...words, n("focus"), [" · tanh("], n("c"), [") = "], n("h")];
}

// --- c and h over time ----------------------------------------------------------------------

function timeline(svg, top, width, state, choose) {
  const T = state.xs.length;
  const wide = (width - LABELS - 8) / (T + 1); // one column more, for the state before step 1
  const x = (t) => LABELS + (t + 1.5) * wide;
  const middle = top + LINES / 2;
  const strips = top + LINES + 8;
  const bottom = strips + 4 * STRIP;
  const mark = { y: top, width: wide, height: bottom - top + 24, rx: 3, class: "lab-now" };
  const now = draw("rect", mark, svg);
  const heldArea = draw("rect", { y: strips - 4, height: 4, class: "lab-held" }, svg);
  draw("line", { x1: LABELS, x2: width, y1: middle, y2: middle, class: "lab-axis" }, svg);
  const limits = [1, 0, -1].map((v) =>
    write(svg, LABELS - 8, middle - v * (LINES / 2 - 8), "", "faint", "end"),
  );
  write(svg, LABELS + wide / 2, bottom + 14, "before", "faint");
  const lines = ["c", "h"].map((key) => {
    const path = draw("path", { class: "lab-line" }, svg);
    path.style.stroke = hue(key);
    if (key === "h") path.style.strokeDasharray = "6 3";
    const label = write(svg, 8, middle + (key === "c" ? -14 : 14), word(key), "head", "start");
    label.style.fill = hue(key);
    const dots = Array.from({ length: T + 1 }, () => draw("circle", { r: 4 }, svg));
    for (const dot of dots) dot.style.fill = hue(key);
    return { key, path, dots };
  });
  const cells = GATES.map((gate, j) => {
    const y = strips + j * STRIP;
    const label = write(svg, LABELS - 8, y + STRIP / 2, word(gate), "small", "end");
    label.style.fill = hue(gate);
    return state.xs.map((_, t) =>
      draw("rect", { x: x(t) - wide / 2 + 1, y: y + 1, width: wide - 2, height: STRIP - 2 }, svg),
    );
  });
  const every = Math.ceil(14 / wide);
  state.tokens.forEach((token, t) => {
    const text = token.length * 8 > wide * every ? `${token.slice(0, 2)}…` : token;
    if (t % every === 0) write(svg, x(t), bottom + 14, text.replaceAll("\n", "↵").replaceAll(" ", "␣"));
  });
  state.xs.forEach((_, t) => {
    const area = { x: x(t) - wide / 2, y: top, width: wide, height: bottom - top + 24 };
    const column = draw("rect", { ...area, class: "lab-column" }, svg);
    draw("title", {}, column, `step ${t + 1}`);
    column.addEventListener("click", () => choose(t));
  });
  scale(svg, LABELS + 24, bottom + 32, 110, NAMES.gateStops, "a gate");
  scale(svg, LABELS + 214, bottom + 32, 110, NAMES.signedStops, word("candidate"))("−1", "1");
  return (current, steps) => {
    const k = current.unit;
    const series = {
      c: [current.c0[k], ...steps.map((step) => step.c[k])],
      h: [current.h0[k], ...steps.map((step) => step.h[k])],
    };
    const limit = niceLimit(symmetricLimit(series.c, series.h));
    limits.forEach((text, j) => (text.textContent = brief((1 - j) * limit)));
    const y = (v) => middle - (v / limit) * (LINES / 2 - 8);
    for (const { key, path, dots } of lines) {
      path.setAttribute("d", `M${series[key].map((v, t) => `${x(t - 1)},${y(v)}`).join("L")}`);
      dots.forEach((dot, t) => place(dot, { cx: x(t - 1), cy: y(series[key][t]) }));
    }
    GATES.forEach((gate, j) =>
      steps.forEach((step, t) => {
        const value = step[gate][k];
        const rgb = gate === "candidate" ? signedColour(value, 1) : gateColour(value);
        cells[j][t].style.fill = css(rgb);
      }),
    );
    now.setAttribute("x", x(current.step) - wide / 2);
    const held = current.clamp.some(([, unit]) => unit === k);
    place(heldArea, {
      x: x(current.clamp_from) - wide / 2,
      width: held ? (T - current.clamp_from) * wide : 0,
    });
  };
}

const CellPlayer = {
  keys: ["W_x", "W_h", "b", "xs", "tokens", "h0", "c0", "step", "unit", "clamp", "clamp_from"],
  minWidth: 640,
  narrow: 500,
  over: true,
  whole: ({ xs, tokens, W_x, h0, c0, step, unit }) =>
    tokens.length === xs.length && step < xs.length && unit < c0.length &&
    h0.length === c0.length && W_x.length === 4 * c0.length && W_x[0].length === xs[0].length,
  compute: (state) => ({ steps: cellRun(state) }),
  shape: (state) => [state.xs.length, state.c0.length, state.tokens],
  build: buildCellPlayer,
  prepare,
};

const rules = {
  step: whole(0, ({ xs }) => xs.length),
  unit: whole(0, ({ c0 }) => c0.length),
  clamp: list(100, hold(({ c0 }) => c0.length)),
  clamp_from: whole(0, ({ xs }) => xs.length),
};

export default { rules, allowed, render: (context) => mount(context, CellPlayer) };
