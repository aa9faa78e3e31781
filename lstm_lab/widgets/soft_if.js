// SoftIf: y = g ⊗ T + (1 - g) ⊗ F, one row per element.

import { NAMES } from "./names.js";
import { brief, clip, number, sigmoid, softIf, symmetricLimit } from "./lstm.js";
import {
  ROW, TALL, TOP, cell, draw, footnote, gateColour, head, label, place, scale, signedColour,
  write,
} from "./drawing.js";
import { sharpnessDial, slider } from "./controls.js";
import { mount } from "./figure.js";
import { allowed, finite, like } from "./rules.js";

const CELL = 58;
const CURVE = 130;

function buildSoftIf(parts, start, set) {
  const n = start.z.length;
  let now = start;
  const sharpness = sharpnessDial(parts.dials, set);
  const sliders = start.z.map((_, k) =>
    slider(
      parts.sliders,
      `${NAMES.names.z.symbol}${k + 1}`,
      { min: -8, max: 8, step: 0.1, name: `z${k + 1}` },
      (value) => set({ z: now.z.map((old, j) => (j === k ? value : old)) }),
    ),
  );

  const layout = (width) => {
    const svg = parts.svg;
    const gap = 12;
    const bars = 120;
    const x = { gate: 0, if_false: CELL + gap };
    x.slope = width - bars;
    x.hard = x.slope - gap - CELL;
    x.y = x.hard - gap - CELL;
    x.if_true = x.y - 2 * gap - CELL;
    const track = [x.if_false + CELL + gap + 6, x.if_true - gap - 6];
    const heads = ["gate", "if_false", "if_true", "y", "hard"];
    for (const key of heads) head(svg, x[key] + CELL / 2, key);
    head(svg, x.slope + bars / 2, "slope");
    head(draw("g", { class: "lab-saved" }, svg), -64, "z");
    write(svg, (track[0] + track[1]) / 2, 12, "from F to T", "faint");
    if (track[1] - track[0] > 80) {
      write(svg, track[0] - 6, 31, "|y−F|", "faint", "start");
      write(svg, track[1] + 6, 31, "|y−T|", "faint", "end");
    }
    const rows = now.z.map((_, k) => softIfRow(svg, k, x, track, bars, heads));
    const foot = TOP + ROW * n + 12;
    const curve = sigmoidCurves(svg, foot, width, n);
    const low = foot + CURVE + 36;
    scale(svg, 40, low, 120, NAMES.gateStops, label("gate"));
    const scales = scale(svg, width - 240, low, 180, NAMES.signedStops, "value");
    const note = footnote(svg, low + 5);
    const paint = (state, values) => {
      now = state;
      const { if_true: T, if_false: F, z } = state;
      const limit = symmetricLimit(T, F);
      const steepest = Math.max(0.5, state.sharpness / 4); // of the slopes a sharpness can give
      const reach = symmetricLimit(T.map((t, k) => t - F[k])) * steepest;
      sharpness(state.sharpness);
      scales(number(-limit), number(limit));
      note(`κ = ${brief(state.sharpness)}`);
      rows.forEach((row, k) => {
        const g = values.gate[k];
        sliders[k].set(z[k], number(z[k]), `z ${number(z[k])}, gate ${number(g)}`);
        row(z[k], g, { if_false: F[k], if_true: T[k], y: values.y[k], hard: values.hard[k] }, limit);
        row.slope(values.slope[k], reach);
      });
      curve(state, values);
      const said = values.y.map((y, k) => `y${k + 1} = ${number(y)} at gate ${number(values.gate[k])}`);
      parts.svg.setAttribute("aria-label", `soft if: ${said.join("; ")}`);
    };
    return { height: low + 32, paint };
  };
  return { layout };
}

function softIfRow(svg, k, x, [left, right], bars, heads) {
  const top = TOP + ROW * k;
  const middle = top + TALL / 2;
  const saved = write(svg, -64, middle, "", "saved");
  const cells = heads.map((key) => cell(svg, x[key], top, CELL, TALL));
  draw("line", { x1: left, x2: right, y1: middle, y2: middle, class: "lab-track" }, svg);
  const dot = draw("circle", { r: 7, cy: middle, class: "lab-dot" }, svg);
  const fromFalse = write(svg, left - 6, middle + 19, "", "faint", "start");
  const fromTrue = write(svg, right + 6, middle + 19, "", "faint", "end");
  const zero = x.slope + bars / 2;
  draw("line", { x1: zero, x2: zero, y1: top, y2: top + TALL, class: "lab-axis" }, svg);
  const bar = draw("rect", { y: top + 7, height: 16, class: "lab-bar-fill" }, svg);
  const slopeText = write(svg, zero, middle + 21, "", "small");
  const row = (z, g, signed, limit) => {
    saved.textContent = number(z);
    cells[0](g, gateColour(g));
    heads.slice(1).forEach((key, j) => cells[j + 1](signed[key], signedColour(signed[key], limit)));
    dot.setAttribute("cx", left + g * (right - left));
    if (right - left <= 80) return;
    fromFalse.textContent = number(Math.abs(signed.y - signed.if_false));
    fromTrue.textContent = number(Math.abs(signed.y - signed.if_true));
  };
  row.slope = (value, reach) => {
    const length = (bars / 2) * (value / reach);
    place(bar, { x: Math.min(zero, zero + length), width: Math.abs(length) });
    slopeText.textContent = number(value);
  };
  return row;
}

// Two small graphs over z: the gate σ(κz) beside its hard step, and its slope κ g (1 - g).
function sigmoidCurves(svg, top, width, n) {
  const wide = width / 2 - 40;
  const even = Array.from({ length: 81 }, (_, k) => -8 + k / 5);
  const graphs = [
    { left: 20, title: "gate: σ(κz), dashed: hard", high: () => 1, shift: [-7, -9] },
    { left: width / 2 + 30, title: "its slope: dg/dz", high: (kappa) => Math.max(kappa / 4, 0.25), shift: [0, -13] },
  ].map(({ left, title, high, shift }) => {
    const px = (z) => left + ((clip(z, -8, 8) + 8) / 16) * wide;
    write(svg, left + wide / 2, top + 8, title, "faint");
    const base = top + CURVE + 4;
    draw("line", { x1: left, x2: left + wide, y1: base, y2: base, class: "lab-axis" }, svg);
    for (const z of [-8, 0, 8]) write(svg, px(z), base + 12, number(z).slice(0, -3), "faint");
    write(svg, px(4), base + 12, "z", "faint");
    const path = draw("path", { class: "lab-curve" }, svg);
    const dots = Array.from({ length: n }, () => draw("circle", { r: 5, class: "lab-dot" }, svg));
    const names = dots.map(() => write(svg, 0, 0, "", "small"));
    const topLabel = write(svg, left - 4, top + 40, "", "faint", "end");
    const py = (v, kappa) => base - (v / high(kappa)) * (CURVE - 36);
    return { px, py, path, dots, names, topLabel, high, shift, left, wide, base };
  });
  const [gates] = graphs;
  const step = `M${gates.left} ${gates.base}H${gates.px(0)}V${gates.py(1)}H${gates.left + gates.wide}`;
  draw("path", { d: step, class: "lab-hard" }, svg);
  return ({ z, sharpness: kappa }, { gate }) => {
    const curves = [(v) => sigmoid(kappa * v), (v) => kappa * sigmoid(kappa * v) * sigmoid(-kappa * v)];
    const near = even.map((v) => (v * 0.75) / Math.max(kappa, 0.75)); // where a sharp gate turns
    const zs = [...even, ...near].sort((a, b) => a - b);
    const at = [gate, gate.map((g) => kappa * g * (1 - g))];
    graphs.forEach((graph, j) => {
      const points = zs.map((v) => `${graph.px(v).toFixed(1)},${graph.py(curves[j](v), kappa).toFixed(1)}`);
      graph.path.setAttribute("d", `M${points.join("L")}`);
      graph.topLabel.textContent = number(graph.high(kappa)).replace(/\.00$/, "");
      const xs = z.map(graph.px);
      const ys = at[j].map((v) => graph.py(v, kappa));
      const said = clusters(xs, 7);
      z.forEach((_, k) => {
        place(graph.dots[k], { cx: xs[k], cy: ys[k] });
        const [dx, dy] = xs[k] < graph.left + 40 ? [7, -9] : graph.shift;
        const anchor = dx > 0 ? "start" : dx < 0 ? "end" : "middle";
        place(graph.names[k], { x: xs[k] + dx, y: ys[k] + dy, "text-anchor": anchor });
        graph.names[k].textContent = said[k];
      });
    });
  };
}

// One text per dot: dots closer than `near` share one, at the first of them ("1,3" or "1–4").
function clusters(xs, near) {
  const members = xs.map(() => []);
  xs.forEach((x, k) => {
    const first = xs.findIndex((other, j) => members[j].length && Math.abs(other - x) < near);
    members[first < 0 ? k : first].push(k + 1);
  });
  return members.map((group) => {
    const run = group.length > 2 && group.at(-1) - group[0] === group.length - 1;
    return run ? `${group[0]}–${group.at(-1)}` : group.join(",");
  });
}

const SoftIf = {
  keys: ["if_true", "if_false", "z", "sharpness"],
  minWidth: 560,
  whole: ({ if_true, if_false, z }) => if_true.length === z.length && if_false.length === z.length,
  compute: softIf,
  shape: (state) => state.z.length,
  build: buildSoftIf,
};

const rules = { if_true: like("if_true"), if_false: like("if_false"), z: like("z"), sharpness: finite(0) };

export default { rules, allowed, render: (context) => mount(context, SoftIf) };
