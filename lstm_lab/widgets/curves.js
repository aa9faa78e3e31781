// Curves: errors that fall on a log axis while Python appends to them.

import { brief, clip, powerOfTen } from "./lstm.js";
import { draw, write } from "./drawing.js";
import { mount } from "./figure.js";

const EDGE = { left: 62, top: 16, bottom: 44, height: 300 };
const DECADES = [0, -1, -2, -3, -4];
const DASHES = ["", "8 4", "10 3 2 3", "2 3", "14 4"];

function buildCurves(parts, start) {
  const layout = (width) => {
    const svg = parts.svg;
    const right = width - 170;
    const low = EDGE.top + EDGE.height;
    const x = (updates) => EDGE.left + clip(updates / start.max_updates, 0, 1) * (right - EDGE.left);
    const y = (error) => EDGE.top + (clip(-Math.log10(Math.max(error, 1e-300)), 0, 4) / 4) * EDGE.height;
    for (const decade of DECADES) {
      const at = y(10 ** decade);
      draw("line", { x1: EDGE.left, x2: right, y1: at, y2: at, class: "lab-box" }, svg);
      write(svg, EDGE.left - 8, at, powerOfTen(decade), "faint", "end");
    }
    for (let k = 0; k <= 4; k++)
      write(svg, x((k * start.max_updates) / 4), low + 16, `${Math.round((k * start.max_updates) / 4)}`, "faint");
    write(svg, (EDGE.left + right) / 2, low + 35, "updates", "faint");
    const goal = y(start.goal);
    draw("line", { x1: EDGE.left, x2: right, y1: goal, y2: goal, class: "lab-hard" }, svg);
    write(svg, EDGE.left + 6, goal + 11, `goal ${brief(start.goal)}`, "faint", "start");
    const lines = start.names.map((name, k) => {
      const style = `stroke:${start.colours[k]};stroke-dasharray:${DASHES[k]}`;
      const path = draw("path", { class: "lab-line", style }, svg);
      const row = EDGE.top + 14 + 44 * k;
      draw("line", { x1: right + 16, x2: right + 46, y1: row, y2: row, class: "lab-line", style }, svg);
      write(svg, right + 54, row, name, "head", "start");
      return { path, said: write(svg, right + 54, row + 19, "", "small", "start") };
    });
    const paint = (state) => {
      const now = state.curves.map((points) => points.at(-1));
      state.curves.forEach((points, k) => {
        const at = points.map(([n, error]) => `${x(n).toFixed(1)},${y(error).toFixed(1)}`);
        lines[k].path.setAttribute("d", at.length ? `M${at.join("L")}` : "");
        lines[k].said.textContent = progress(now[k], state.goal);
      });
      const spoken = state.names.map((name, k) => `${name}: ${progress(now[k], state.goal)}`);
      parts.svg.setAttribute("aria-label", `errors: ${spoken.join("; ")}`);
    };
    return { height: low + EDGE.bottom, paint };
  };
  return { layout };
}

function progress(point, goal) {
  if (!point) return "waits";
  const [updates, error] = point;
  return error < goal ? `there after ${updates}` : `${updates}: ${Number(error.toPrecision(2))}`;
}

const Curves = {
  keys: ["names", "curves", "goal", "max_updates", "colours"],
  minWidth: 560,
  narrow: 460,
  whole: ({ names, curves }) => names.length === curves.length,
  compute: ({ curves }) => ({ last: curves.map((points) => points.at(-1)?.[1] ?? null) }),
  shape: ({ names, max_updates, goal }) => [names, max_updates, goal],
  build: buildCurves,
};

export default { render: (context) => mount(context, Curves) };
