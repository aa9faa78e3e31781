// SoftSwitch: y = Σ m_k C_k, one row per case.

import { NAMES } from "./names.js";
import { brief, number, softSwitch, symmetricLimit } from "./lstm.js";
import {
  ROW, TALL, TOP, cell, css, draw, footnote, gateColour, head, label, scale, signedColour, write,
} from "./drawing.js";
import { radios, sharpnessDial, slider } from "./controls.js";
import { mount } from "./figure.js";
import { allowed, finite, like, one } from "./rules.js";

const BAR = 80;
const MASK = 124;

function buildSoftSwitch(parts, start, set) {
  let now = start;
  const sharpness = sharpnessDial(parts.dials, set);
  const kinds = ["softmax", "sigmoid"].map((value) => ({ value, text: value, name: value }));
  const kind = radios(parts.dials, label("mask"), kinds, (value) => set({ kind: value }));
  const K = start.cases.length;
  const D = start.cases[0].length;
  const sliders = start.scores.map((_, k) =>
    slider(
      parts.sliders,
      now.names[k],
      { min: -8, max: 8, step: 0.1, name: `score${k + 1}` },
      (value) => set({ scores: now.scores.map((old, j) => (j === k ? value : old)) }),
    ),
  );

  const layout = (width) => {
    const svg = parts.svg;
    const gap = 28;
    const wide = Math.min(64, (width - MASK - 2 * gap) / (2 * D));
    const x = { mask: 0, cases: MASK + gap, product: MASK + 2 * gap + D * wide };
    const end = x.product + D * wide;
    head(svg, BAR / 2, "mask");
    head(svg, x.cases + (D * wide) / 2, "cases");
    head(svg, x.product + (D * wide) / 2, "product");
    head(draw("g", { class: "lab-saved" }, svg), -64, "score");
    const line = (top, left) => {
      const cells = Array.from({ length: D }, (_, d) => cell(svg, left + d * wide, top, wide - 2, TALL));
      return (values, limit) => cells.forEach((paint, d) => paint(values[d], signedColour(values[d], limit)));
    };
    const rows = now.cases.map((_, k) => {
      const top = TOP + ROW * k;
      const saved = write(svg, -12, top + TALL / 2, "", "saved", "end");
      const bar = draw("rect", { x: 0, y: top, height: TALL, rx: 2 }, svg);
      const box = { x: 0.5, y: top + 0.5, width: BAR - 1, height: TALL - 1, rx: 2, class: "lab-box" };
      draw("rect", box, svg);
      const weight = write(svg, BAR + 8, top + TALL / 2, "", "", "start");
      const ofCase = line(top, x.cases);
      const product = line(top, x.product);
      return (state, values, limit) => {
        const m = values.mask[k];
        saved.textContent = `${state.names[k]}: ${number(state.scores[k])}`;
        bar.setAttribute("width", m * BAR);
        bar.style.fill = css(gateColour(m));
        weight.textContent = number(m);
        ofCase(state.cases[k], limit);
        product(values.product[k], limit);
      };
    });
    const chosen = now.cases.map((_, k) => {
      const frame = { x: x.cases - 4, y: TOP + ROW * k - 4, width: D * wide + 6, height: TALL + 8 };
      return draw("rect", { ...frame, rx: 4, class: "lab-chosen" }, svg);
    });
    const top = TOP + ROW * K + 4;
    draw("line", { x1: 0, x2: end, y1: top - 6, y2: top - 6, class: "lab-axis" }, svg);
    const total = write(svg, MASK - 4, top + ROW + TALL / 2, "", "", "end");
    write(svg, x.product - 12, top + TALL / 2, `Σ m · C = ${label("y")}`, "head", "end");
    const soft = line(top, x.product);
    write(svg, x.product - 12, top + ROW + TALL / 2, label("hard"), "head", "end");
    const hard = line(top + ROW, x.product);
    const foot = top + 2 * ROW + 4;
    const scales = scale(svg, end - 240, foot, 180, NAMES.signedStops, "value");
    const note = footnote(svg, foot + 5);
    const paint = (state, values) => {
      now = state;
      const limit = symmetricLimit(state.cases);
      sharpness(state.sharpness);
      kind(state.kind);
      rows.forEach((row, k) => {
        const spoken = `${state.names[k]} score ${number(state.scores[k])}, mask ${number(values.mask[k])}`;
        sliders[k].rename(state.names[k]);
        sliders[k].set(state.scores[k], number(state.scores[k]), spoken);
        row(state, values, limit);
      });
      chosen.forEach((frame, k) => frame.setAttribute("opacity", values.chosen[k]));
      total.textContent = `Σ m = ${number(values.sum)}`;
      soft(values.y, limit);
      hard(values.hard, limit);
      scales(number(-limit), number(limit));
      note(`${state.kind}, κ = ${brief(state.sharpness)}`);
      const weights = values.mask.map((m, k) => `${state.names[k]} ${number(m)}`).join(", ");
      parts.svg.setAttribute("aria-label", `soft switch: mask ${weights}; y = ${values.y.map(number)}`);
    };
    return { height: foot + 32, paint };
  };
  return { layout };
}

const SoftSwitch = {
  keys: ["cases", "scores", "kind", "sharpness", "names"],
  minWidth: 520,
  narrow: 440,
  compute: softSwitch,
  shape: (state) => [state.cases.length, state.cases[0].length],
  whole: ({ cases, scores, names }) =>
    cases.length === scores.length && cases.length === names.length,
  build: buildSoftSwitch,
};

const rules = {
  cases: like("cases"), scores: like("scores"), names: like("names"),
  kind: one(["softmax", "sigmoid"]), sharpness: finite(0),
};

export default { rules, allowed, render: (context) => mount(context, SoftSwitch) };
