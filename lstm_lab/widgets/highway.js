// Highway: what is left of c and how far a gradient travels, against the lag, in four wirings.

import { brief, clip, few, powerOfTen } from "./lstm.js";
import { highway, partsWithin } from "./gradients.js";
import { draw, footnote, hue, label, place, textLine, word, write } from "./drawing.js";
import { pad, slider } from "./controls.js";
import { mount } from "./figure.js";
import { remember } from "./memo.js";
import { allowed, finite, whole } from "./rules.js";

const PLOT = { top: 58, height: 244, left: 34, between: 68 };
const READOUT = 274; // width of the legend with its gap
const DECADES = [-12, 6];
const LINES = {
  rnn: { width: 3 },
  power: { width: 1.5, dash: "2 4" },
  residual: { width: 3 },
  gated: { width: 3 },
  lstm: { width: 3 },
  direct: { width: 1.5 },
  law: { width: 1.5, dash: "7 4" },
};
const READ = Object.keys(LINES);
const FAINT = { strokeWidth: 1, opacity: 0.75 };

function buildHighway(parts, start, set) {
  const T = start.xs.length;
  const dials = highwayDials(parts.sliders, T, set);
  const choose = (lag) => {
    dials.lag.input.focus({ preventScroll: true }); // arrow keys go on from here
    set({ lag });
  };

  const layout = (width) => {
    const { svg } = parts;
    const below = parts.narrow ? PLOT.top + PLOT.height + 40 : 0; // from one panel to the next
    const wide = parts.narrow
      ? width - PLOT.left - 14
      : (width - READOUT - PLOT.left - PLOT.between) / 2;
    const [second, third] = [below, 2 * below].map((y) =>
      draw("g", { transform: `translate(0,${y})` }, svg),
    );
    const sentence = sentenceLines(svg, below ? [6, 23] : [12]);
    const left = survivalPanel(svg, PLOT.left, wide, T, choose);
    const beside = below ? PLOT.left + 12 : PLOT.left + wide + PLOT.between;
    const log = gainPanel(second, beside, below ? wide - 12 : wide, T, choose);
    const readout = readoutColumn(third, below ? PLOT.left : width - READOUT + 22, width);
    const bottom = 2 * below + PLOT.top + PLOT.height + (below ? 10 : 66);
    const note = footnote(draw("g", { transform: "translate(110,0)" }, svg), bottom + 14);
    const paint = (state, values) => {
      const { forget_bias, radius, lag } = state;
      dials.forget_bias.set(forget_bias, brief(forget_bias));
      dials.radius.set(radius, brief(radius));
      dials.lag.set(lag, `${lag}`, `${lag} steps back`);
      const said = leftOver(lag, values);
      sentence(said);
      left(lag, values);
      log(lag, values);
      readout(lag, values);
      note(dialled(state));
      const read = READ.map((key) => `${word(key)} ${few(values[key][lag])}`);
      parts.svg.setAttribute("aria-label", `at lag ${lag}: ${read.join(", ")}. ${said}`);
    };
    return { height: bottom, paint };
  };
  return { layout };
}

function leftOver(lag, { direct, half_life: [half] }) {
  const steps = (count) => `${brief(count)} ${count === 1 ? "step" : "steps"}`;
  const gone = half === Infinity ? "it never fades" : `half is gone after ${steps(half)}`;
  return `Of a value stored ${steps(lag)} ago, ${few(100 * direct[lag])} % is left; by the law, ${gone}.`;
}

// A sentence on one line, or its halves on two; call the result with it.
function sentenceLines(svg, heights) {
  const lines = heights.map((y) => textLine(svg, 0, y));
  return (said) => {
    const halves = heights.length === 1 ? [said] : said.split(/(?<=; )/);
    halves.forEach((half, k) => lines[k]([[half]]));
  };
}

// What the dials say, for a saved picture.
function dialled({ forget_bias, radius, lag }) {
  const set = { forget_bias: brief(forget_bias), radius: brief(radius), lag };
  return Object.entries(set).map(([key, value]) => `${label(key)} = ${value}`).join(", ");
}

function highwayDials(parent, T, set) {
  const limits = {
    forget_bias: { min: -3, max: 8, step: 0.1 },
    radius: { min: 0.1, max: 2, step: 0.05 },
    lag: { min: 0, max: T, step: 1 },
  };
  const dials = Object.entries(limits).map(([name, options]) => {
    const dial = slider(parent, label(name), { ...options, name }, (value) => set({ [name]: value }));
    dial.row.classList.add("lab-share");
    return [name, dial];
  });
  return Object.fromEntries(dials);
}

// --- the two panels -----------------------------------------------------------------------------

// Axes with ticks over the lag; returns x(lag), and cursor(lag, heights) which moves the line and
// one dot per key of `keys`.
function lagPanel(svg, left, wide, T, title, keys) {
  const bottom = PLOT.top + PLOT.height;
  const x = (k) => left + (k / T) * wide;
  write(svg, left, PLOT.top - 18, title, "head", "start");
  draw("path", { d: `M${left},${PLOT.top}V${bottom}h${wide}`, class: "lab-box" }, svg);
  const pitch = [1, 2, 5, 10, 20, 50].find((step) => T / step <= 5);
  for (let k = 0; k <= T; k += pitch) {
    draw("line", { x1: x(k), x2: x(k), y1: bottom, y2: bottom + 5, class: "lab-axis" }, svg);
    write(svg, x(k), bottom + 15, `${k}`, "faint");
  }
  write(svg, left + wide / 2, bottom + 55, `${word("lag")}: steps back from the end`, "faint");
  const lines = draw("g", {}, svg);
  const line = draw("line", { y1: PLOT.top, y2: bottom, class: "lab-cursor" }, svg);
  const dots = keys.map((key) => {
    const dot = draw("circle", { r: 4.5 }, svg);
    dot.style.fill = hue(key) || "var(--ink)";
    return dot;
  });
  const cursor = (lag, heights) => {
    place(line, { x1: x(lag), x2: x(lag) });
    dots.forEach((dot, j) => {
      const inside = heights[j] >= PLOT.top - 0.5 && heights[j] <= bottom + 0.5;
      place(dot, { cx: x(lag), cy: inside ? heights[j] : bottom });
      dot.style.opacity = inside ? 1 : 0;
    });
  };
  return { x, lines, cursor };
}

// Press or drag anywhere in a panel to move the cursor.
function lagPad(svg, left, wide, T, choose) {
  const area = { x: left, y: PLOT.top, width: wide, height: PLOT.height, class: "lab-touch" };
  const touch = draw("rect", area, svg);
  touch.style.cursor = "ew-resize";
  const point = (event) => {
    const box = touch.getBoundingClientRect();
    choose(clip(Math.round(((event.clientX - box.left) / box.width) * T), 0, T));
  };
  const down = (event) => {
    event.preventDefault(); // the lag's slider has the focus, and keeps it
    point(event);
    return true;
  };
  pad(touch, { down, move: (event, held) => held && point(event) });
}

function stroke(parent, key) {
  const { width, dash } = LINES[key];
  const path = draw("path", { class: "lab-line" }, parent);
  path.style.stroke = hue(key) || "var(--ink)";
  path.style.strokeWidth = width;
  if (dash) path.style.strokeDasharray = dash;
  return path;
}

const pathThrough = (points) => `M${points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join("L")}`;

// ∏ f of every unit, their root mean square and the law; the half-life on the axis.
function survivalPanel(svg, left, wide, T, choose) {
  const y = (v) => PLOT.top + (1 - v) * PLOT.height;
  for (const v of [0, 0.5, 1]) write(svg, left - 6, y(v), brief(v), "faint", "end");
  const { x, lines, cursor } = lagPanel(svg, left, wide, T, "what is left of c", ["law", "direct"]);
  const guide = draw("path", { class: "lab-hard" }, lines);
  const units = stroke(lines, "direct");
  Object.assign(units.style, FAINT);
  const [direct, law] = ["direct", "law"].map((key) => stroke(lines, key));
  direct.style.strokeWidth = 3;
  const half = halfLifeMark(svg, left, wide, T);
  lagPad(svg, left, wide, T, choose);
  const through = (values) => pathThrough(values.map((v, k) => [x(k), y(v)]));
  return (lag, values) => {
    const H = values.survival[0].length;
    const unit = (_, j) => through(values.survival.map((row) => row[j]));
    units.setAttribute("d", Array.from({ length: H }, unit).join(""));
    direct.setAttribute("d", through(values.direct));
    law.setAttribute("d", through(values.law));
    const [steps] = values.half_life;
    const down = within(steps, T) ? `H${x(steps)}V${y(0)}` : `H${x(T)}`;
    guide.setAttribute("d", `M${x(0)},${y(0.5)}${down}`);
    half(steps);
    cursor(lag, [y(values.law[lag]), y(values.direct[lag])]);
  };
}

// Whether the axis reaches so far, but for rounding.
const within = (steps, T) => steps <= T * (1 + 1e-9);

// A wedge under the axis with the half-life; beyond T an arrow at the right edge.
function halfLifeMark(svg, left, wide, T) {
  const row = PLOT.top + PLOT.height + 35;
  const wedge = draw("path", { class: "lab-pointer" }, svg);
  const text = write(svg, 0, row, "", "small");
  return (steps) => {
    const beyond = !within(steps, T);
    const x = left + (beyond ? 1 : steps / T) * wide;
    const tip = PLOT.top + PLOT.height;
    wedge.setAttribute("d", beyond ? `M${x},${row}l-7,-5v10z` : `M${x},${tip + 1}l-4,8h8z`);
    text.textContent = `half-life ${brief(steps)}`.replace("Infinity", "∞");
    const room = text.textContent.length * 3.1;
    place(text, { x: clip(x, left + room, left + wide - room - (beyond ? 12 : 0)) });
  };
}

// Gains on a log axis that does not move; lines are cut where they leave it.
function gainPanel(svg, left, wide, T, choose) {
  const [low, high] = DECADES;
  const y = (v) => PLOT.top + ((high - v) / (high - low)) * PLOT.height;
  const height = (gain) => y(Math.max(Math.log10(gain), -400));
  for (let e = low; e <= high; e += 3) {
    const grid = { x1: left, x2: left + wide, y1: y(e), y2: y(e), class: "lab-axis" };
    draw("line", grid, svg).style.opacity = e === 0 ? 1 : 0.35;
    write(svg, left - 6, y(e), powerOfTen(e), "faint", "end");
  }
  const keys = ["rnn", "residual", "gated", "lstm", "direct"];
  const title = "gradient ‖∂s(T)/∂s(T−k)‖";
  const { x, lines, cursor } = lagPanel(svg, left, wide, T, title, keys);
  const paths = READ.map((key) => [key, stroke(lines, key)]);
  lagPad(svg, left, wide, T, choose);
  const through = (gains) => {
    const logs = gains.map((gain) => Math.max(Math.log10(gain), -400)); // 0 is far below, too
    const at = (points) => points.map(([k, v]) => [x(k), y(v)]);
    return partsWithin(logs, low, high).map((points) => pathThrough(at(points))).join("");
  };
  return (lag, values) => {
    for (const [key, path] of paths) path.setAttribute("d", through(values[key]));
    cursor(lag, keys.map((key) => height(values[key][lag])));
  };
}

// --- the legend, which reads every line at the lag ----------------------------------------------

function readoutColumn(svg, left, right) {
  const title = write(svg, left, PLOT.top - 18, "", "head", "start");
  const numbers = READ.map((key, row) => {
    const y = PLOT.top + 12 + 29 * row;
    swatch(svg, key, left, y);
    write(svg, left + 32, y, word(key), "", "start");
    return write(svg, right - 4, y, "", "head", "end");
  });
  const foot = PLOT.top + 12 + 29 * READ.length;
  Object.assign(swatch(svg, "direct", left, foot).style, FAINT);
  write(svg, left + 32, foot, "∏ f of each unit (left)", "", "start");
  return (lag, values) => {
    title.textContent = `at lag ${lag}`;
    READ.forEach((key, row) => (numbers[row].textContent = few(values[key][lag])));
  };
}

function swatch(svg, key, x, y) {
  const line = stroke(svg, key);
  place(line, { d: `M${x},${y}h26` });
  return line;
}

// --- values -------------------------------------------------------------------------------------

// Kept while only the lag moves.
const FOLLOWED = ["W_x", "W_h", "xs", "forget_bias", "radius"];
const travelled = remember(highway);

const Highway = {
  keys: ["W_x", "W_h", "xs", "forget_bias", "radius", "lag"],
  minWidth: 800,
  narrow: 480,
  stack: true,
  whole: ({ W_x, W_h, xs, lag }) => W_x.length === W_h.length && lag <= xs.length,
  compute: (state) => travelled(FOLLOWED.map((key) => state[key]), state),
  shape: (state) => [state.xs.length, state.W_h.length],
  build: buildHighway,
};

const rules = {
  forget_bias: finite(), radius: finite(Number.MIN_VALUE, 3), lag: whole(0, ({ xs }) => xs.length + 1),
};

export default { rules, allowed, render: (context) => mount(context, Highway) };
