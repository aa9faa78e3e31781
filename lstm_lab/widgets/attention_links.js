// Beside the map: the two strings with a line for every look, and what is read off the map.

import { NAMES } from "./names.js";
import { clip } from "./lstm.js";
import { draw, place, scale, textLine, visible, write } from "./drawing.js";

export const LINKS = { top: 94, height: 116, least: 0.05, widest: 7 };
export const END_MARK = "■";
export const MONO = 0.602; // width of a letter by its size

export const largest = (weights) => weights.indexOf(Math.max(...weights));
// What is written at a step, as it can be seen.
export const writtenAt = ({ wrote }, t) => (t < wrote.length ? visible(wrote[t]) : END_MARK);

// The two strings and a line for every look: the wider, the more weight.
export function linkPanel(svg, left, width, link) {
  const bottom = LINKS.top + LINKS.height;
  write(svg, left, LINKS.top - 19, "input", "faint", "start");
  write(svg, left, bottom + 19, "output", "faint", "start");
  const widths = Array.from({ length: 10 }, (_, k) => ((k + 0.5) / 10) * LINKS.widest);
  const layer = (kind) =>
    widths.map((size) => {
      const path = draw("path", { class: kind }, svg);
      path.style.strokeWidth = size;
      return path;
    });
  const [all, one] = [layer("lab-link"), layer("lab-link lab-linked")];
  const strings = draw("g", {}, svg);
  const marks = [0, 1].map(() => draw("text", { class: "lab-text lab-glyph lab-linked-text" }, svg));
  let now, x;

  const fill = (paths, rows) => {
    const lines = widths.map(() => "");
    for (const t of rows)
      now.values.masks[t].forEach((m, k) => {
        if (m < LINKS.least) return;
        const [from, to] = [x[1](t).toFixed(1), x[0](k).toFixed(1)];
        const [high, low, middle] = [LINKS.top + 10, bottom - 10, LINKS.top + LINKS.height / 2];
        const line = `M${from},${low}C${from},${middle},${to},${middle},${to},${high}`;
        lines[clip(Math.floor(m * 10), 0, 9)] += line;
      });
    paths.forEach((path, j) => path.setAttribute("d", lines[j]));
  };
  const paint = (next) => {
    now = next;
    const { source } = now.state;
    const { masks, free } = now.values;
    const room = width - 12;
    const places = (size) => {
      const pitch = Math.min(22, room / size);
      return Object.assign((k) => left + 6 + (room - pitch * size) / 2 + (k + 0.5) * pitch, { pitch });
    };
    x = [places(source.length), places(Math.max(masks.length, free.masks.length))];
    strings.replaceChildren();
    const texts = [[...source].map(visible), masks.map((_, t) => writtenAt(now.values, t))];
    texts.forEach((chars, j) => stringOf(strings, chars, x[j], j ? bottom : LINKS.top));
    fill(all, masks.keys());
    linkPads(strings, texts, x, bottom, link, now.values);
  };
  const point = (t, k) => {
    fill(one, [t]);
    const chars = [visible(now.state.source[k]), writtenAt(now.values, t)];
    [k, t].forEach((at, j) => {
      place(marks[j], { x: x[j](at), y: j ? bottom : LINKS.top, "text-anchor": "middle" });
      marks[j].textContent = chars[j];
      marks[j].style.fontSize = `${Math.max(1.5 * stringSize(x[j].pitch), 13)}px`;
    });
  };
  return { paint, point };
}

const stringSize = (pitch) => clip(pitch / MONO, 5, 16);

function stringOf(parent, chars, x, y) {
  const places = chars.map((_, k) => x(k).toFixed(1)).join(" ");
  const attributes = { x: places, y, class: "lab-text lab-glyph", "text-anchor": "middle" };
  const text = draw("text", attributes, parent, chars.join(""));
  text.style.fontSize = `${stringSize(x.pitch)}px`;
}

// Hover a character of a string: an output's row, at its largest weight; the output that looks most at
// an input.
function linkPads(parent, texts, x, bottom, link, { masks }) {
  const looker = (k) => largest(masks.map((row) => row[k]));
  const to = [(k) => link(looker(k), k), (t) => link(t)];
  texts.forEach((chars, j) => {
    const from = x[j](0) - x[j].pitch / 2;
    const area = { x: from, y: (j ? bottom : LINKS.top) - 11, width: x[j].pitch * chars.length, height: 22 };
    const pad = draw("rect", { ...area, class: "lab-column" }, parent);
    pad.addEventListener("pointermove", (event) => {
      const box = pad.getBoundingClientRect();
      const share = (event.clientX - box.left) / box.width;
      to[j](clip(Math.floor(share * chars.length), 0, chars.length - 1));
    });
    pad.addEventListener("pointerleave", () => link(null));
  });
}

// What is read off the map where it is pointed at, the score, and what the marks mean.
export function readoutLines(svg, left, top) {
  const lines = [0, 23, 46, 76, 99].map((y) => textLine(svg, left, top + y));
  legend(svg, left, top + 134);
  return (state, values, t, k) => {
    const row = values.masks[t];
    const named = (at) => `input ${at + 1} ‘${visible(state.source[at])}’`;
    const most = largest(row);
    const blind = row[most] === 0;
    lines[0]([[`step ${t + 1} writes ‘${writtenAt(values, t)}’`, "strong"]]);
    lines[1]([[`${named(k)}: weight ${row[k].toFixed(2)}`]]);
    lines[2]([[blind ? "it looks at nothing" : `it looks most at ${named(most)}: ${row[most].toFixed(2)}`]]);
    scoreWords(values).forEach((words, j) => lines[3 + j]([[words, values.score ? "" : "faint"]]));
  };
}

export function scoreWords({ score }) {
  if (!score) return ["the true source is not known", ""];
  const { hits, steps, mass } = score;
  return [`arg-max on the true source: ${hits} of ${steps}`, `weight there ${mass.toFixed(2)}`];
}

function legend(svg, left, y) {
  for (const kind of ["lab-span-halo", "lab-span"])
    draw("path", { d: `M${left + 1},${y - 6}h16v12h-16z`, class: kind }, svg);
  write(svg, left + 26, y, "the true source", "faint", "start");
  write(svg, left + 140, y, `${END_MARK} end mark`, "faint", "start");
  draw("path", { d: `M${left + 4},${y + 18}l9,9m0,-9l-9,9`, class: "lab-knife" }, svg);
  write(svg, left + 26, y + 23, "cut: double click", "faint", "start");
  draw("path", { d: `M${left + 140},${y + 23}h18m-5,-5l5,5l-5,5`, class: "lab-knife" }, svg);
  write(svg, left + 166, y + 23, "move: drag", "faint", "start");
  scale(svg, left + 16, y + 41, 120, NAMES.gateStops, "weight");
}
