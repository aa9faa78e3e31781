// Tokens on a canvas, each on a ground of its colour: thousands at once, and part of a saved picture.

import { inkOn } from "./lstm.js";
import { css, make, visible } from "./drawing.js";

// (line, first place, places) of every token on lines of `across` places: a character takes one, a
// word one more than its letters; a newline ends its line.
export function placed(tokens, across) {
  const words = tokens.some((token) => [...token].length > 1);
  let [line, column] = [0, 0];
  return tokens.map((token) => {
    const wide = Math.min(Math.max([...token].length, 1) + words, across);
    if (column + wide > across) [line, column] = [line + 1, 0];
    const place = { line, column, wide };
    column += wide;
    if (token === "\n") [line, column] = [line + 1, 0];
    return place;
  });
}

// A canvas of `lines` lines of `across` places; call the result with where it stands on the picture
// and what is on it: [{ line, column, wide, token, rgb, under }].
export function tokenCanvas(parent, lines, across, { wide, tall, font }) {
  const canvas = make("canvas", { class: "lab-map lab-written", "aria-hidden": true }, parent);
  const [width, height] = [across * wide, lines * tall];
  return (x, y, cells) => {
    const ratio = Math.max(window.devicePixelRatio || 1, 1);
    Object.assign(canvas.style, { left: `${x}px`, top: `${y}px` });
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    const context = canvas.getContext("2d");
    context.scale(canvas.width / width, canvas.height / height);
    const family = getComputedStyle(parent).getPropertyValue("--jp-code-font-family") || "monospace";
    Object.assign(context, { font: `${font}px ${family}`, textAlign: "center", textBaseline: "middle" });
    for (const cell of cells) paintToken(context, cell, wide, tall);
  };
}

function paintToken(context, { line, column, wide: places, token, rgb, under }, wide, tall) {
  const [x, y, across] = [column * wide, line * tall, places * wide];
  context.fillStyle = css(rgb);
  context.fillRect(x, y, across, tall);
  context.fillStyle = inkOn(rgb);
  const told = token === " " ? "" : [...token].map(visible).join("");
  context.fillText(told, x + across / 2, y + tall / 2, across);
  if (under) context.fillRect(x, y + tall - 3, across, 2);
}
