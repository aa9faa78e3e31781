// What the figures draw with: text, coloured cells, scales, heatmaps, frames.

import { NAMES } from "./names.js";
import { clip, colourAt, inkOn, number } from "./lstm.js";

// Rows of a picture stand beside its sliders: the first row's top, a row's pitch, a cell's height.
export const TOP = 52;
export const ROW = 44;
export const TALL = 30;

export const css = ([r, g, b]) => `rgb(${r.toFixed(0)},${g.toFixed(0)},${b.toFixed(0)})`;
export const gateColour = (v) => colourAt(NAMES.gateStops, v);
export const signedColour = (v, limit) => colourAt(NAMES.signedStops, (v / limit + 1) / 2);
export const isGate = (key) => NAMES.names[key].activation === "σ";
// The colours of a quantity: a gate's from 0 to 1, all else from −limit to limit.
export const colourOf = (key, limit) =>
  isGate(key) ? (v) => gateColour(v) : (v) => signedColour(v, limit);
export const label = (key) => NAMES.names[key].label;
export const word = (key) => NAMES.names[key].word;
export const hue = (key) => NAMES.names[key].colour;

// A name that no other figure on the page has, though each loads a copy of this file.
export const unique = (stem) => `${stem}-${Math.random().toString(36).slice(2)}`;

export function make(tag, attributes = {}, parent = null, text = null) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== null) node.textContent = text;
  parent?.append(node);
  return node;
}

export function draw(tag, attributes = {}, parent = null, text = null) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== null) node.textContent = text;
  parent?.append(node);
  return node;
}

export function place(node, attributes) {
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
}

// Text on the picture. kind: "" (ink), "head" (bold), "faint"; anchor: start, middle or end.
export function write(parent, x, y, text, kind = "", anchor = "middle") {
  const attributes = { x, y, class: `lab-text ${kind && `lab-${kind}`}`, "text-anchor": anchor };
  return draw("text", attributes, parent, text);
}

const MARKS = ["wrong", "changed", "faint", "strong"];

// A line of text; call the result with its parts: [text], [text, name whose hue it has], or
// [text, one of MARKS].
export function textLine(parent, x, y, kind = "") {
  const line = write(parent, x, y, "", kind, "start");
  return (pieces) => {
    line.replaceChildren();
    for (const [text, key] of pieces) {
      const span = draw("tspan", {}, line, text);
      span.style.whiteSpace = "pre";
      if (MARKS.includes(key)) span.setAttribute("class", `lab-${key}-text`);
      else if (key) Object.assign(span.style, { fill: hue(key), fontWeight: 600 });
    }
  };
}

// A text, or its beginning and "…" where it has more characters.
export function shorten(text, most) {
  const chars = [...text];
  return chars.length <= most ? text : `${chars.slice(0, most - 1).join("")}…`;
}

// A character as it can be seen: ␣ for a blank, □ for what has no form.
export const visible = (char) =>
  ({ " ": "␣", "\n": "↵", "\t": "⇥" })[char] ?? (/\p{C}/u.test(char) ? "□" : char);

// A frame that is seen on dark and light colours: call the result with its x and width.
export function outline(svg, box) {
  const frames = ["lab-halo", "lab-cursor"].map((kind) =>
    draw("rect", { ...box, rx: 2, class: kind }, svg),
  );
  return (attributes) => frames.forEach((frame) => place(frame, attributes));
}

// A column's head: the word, and its symbol below.
export function head(parent, x, key) {
  const { word, symbol } = NAMES.names[key];
  write(parent, x, 12, word, "head");
  write(parent, x, 31, symbol, "faint");
}

// What the dials say, for a saved picture; call the result with the text.
export function footnote(parent, y) {
  const text = write(parent, -110, y, "", "saved", "start");
  return (words) => (text.textContent = words);
}

// A coloured cell with its number; call the result with (value, colour) to repaint it.
export function cell(parent, x, y, width, height) {
  const box = draw("rect", { x, y, width, height, rx: 2 }, parent);
  const text = write(parent, x + width / 2, y + height / 2, "");
  return (value, rgb) => {
    box.style.fill = css(rgb);
    text.style.fill = inkOn(rgb);
    text.textContent = number(value);
    if (text.textContent.length * 8.5 > width)
      place(text, { textLength: width - 4, lengthAdjust: "spacingAndGlyphs" });
    else text.removeAttribute("textLength");
  };
}

// A colour scale with the values of its ends; call the result with (low, high) to relabel it.
export function scale(parent, x, y, width, stops, title) {
  const id = unique("lab-scale");
  const gradient = draw("linearGradient", { id }, draw("defs", {}, parent));
  stops.forEach((colour, k) =>
    draw("stop", { offset: k / (stops.length - 1), "stop-color": colour }, gradient),
  );
  draw("rect", { x, y, width, height: 10, fill: `url(#${id})` }, parent);
  const low = write(parent, x - 6, y + 5, "0", "faint", "end");
  const high = write(parent, x + width + 6, y + 5, "1", "faint", "start");
  write(parent, x + width / 2, y + 22, title, "faint");
  return (from, to) => {
    low.textContent = from;
    high.textContent = to;
  };
}

// A map of numbers on a canvas at data resolution; call the result with its place, its rows and
// columns and colour(row, column) to repaint it.
export function heatmap(parent) {
  const canvas = make("canvas", { class: "lab-map", "aria-hidden": true }, parent);
  return ({ x, y, width, height }, rows, columns, colour) => {
    Object.assign(canvas.style, { left: `${x}px`, top: `${y}px` });
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    Object.assign(canvas, { width: columns, height: rows }); // clears it, too
    if (rows * columns === 0) return;
    const context = canvas.getContext("2d");
    const image = context.createImageData(columns, rows);
    for (let r = 0, p = 0; r < rows; r++)
      for (let t = 0; t < columns; t++, p += 4) {
        const [red, green, blue] = colour(r, t);
        image.data[p] = red;
        image.data[p + 1] = green;
        image.data[p + 2] = blue;
        image.data[p + 3] = 255;
      }
    context.putImageData(image, 0, 0);
  };
}

// 256 colours of a scale, looked up by a value from 0 to 1.
export function palette(stops) {
  const colours = Array.from({ length: 256 }, (_, k) => colourAt(stops, k / 255));
  return (share) => colours[clip(Math.round(share * 255), 0, 255)];
}

// The colour that a node stands on, looked for out of shadow roots too; null if nobody says one.
export function backgroundOf(node) {
  for (let at = node; at; at = at.parentElement ?? at.getRootNode().host) {
    const colour = getComputedStyle(at).backgroundColor;
    if (!/^(transparent|rgba\(.*, 0\))$/.test(colour)) return colour;
  }
  return null;
}

// Whether a computed colour, whatever its notation, is nearer to black than to white.
export function isDark(colour) {
  const context = make("canvas", { width: 1, height: 1 }).getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return inkOn([...context.getImageData(0, 0, 1, 1).data.slice(0, 3)]) !== "#000000";
}
