// The picture of TraceExplorer: the characters, answer and truth, one unit's c and h, six maps.

import { NAMES } from "./names.js";
import { brief, clip } from "./lstm.js";
import { pad } from "./controls.js";
import { draw, footnote, hue, outline, textLine, visible, word, write } from "./drawing.js";

// TraceExplorer: a typed text, every gate and state at every character, the answer and the truth.

export const MAPS = ["remember", "save", "candidate", "focus", "c", "h"];
export const HELD = MAPS.slice(0, 4);
const EDGE = { left: 116, right: 58 }; // room for words left of the columns, for limits right of them
const WIDEST = 34; // of one character's column
const rowHeight = (H) => (H === 1 ? 22 : H <= 4 ? 14 : H <= 8 ? 9 : H <= 16 ? 5 : 3);

// --- picture --------------------------------------------------------------------------------

export function drawFrame(svg, width, start, H, pointing, narrow) {
  const room = width - EDGE.left - EDGE.right;
  const column = (T) => Math.min(WIDEST, room / Math.max(T, 1));
  const tall = rowHeight(H);
  const classes = start.answers.length;
  const [numbers, verdict] = [10, 31].map((y) => {
    const line = textLine(svg, 0, y, "small");
    return narrow ? squeezed(line, svg.lastChild, width) : line;
  });
  const glyphs = draw("g", {}, svg);
  let y = 62;
  const answers = start.asked ? answerChart(svg, y, width, classes ? 18 * classes : 66, start) : null;
  if (start.asked) y += (classes ? 18 * classes : 66) + 6;
  const chart = unitChart(svg, y, width, 46);
  y += 2 * 46 + 14;
  const tops = {};
  const labels = {};
  for (const key of MAPS) {
    tops[key] = y;
    labels[key] = write(svg, EDGE.left - 8, y + (tall * H) / 2, word(key), "small", "end");
    labels[key].style.fill = hue(key);
    labels[key].style.fontWeight = 600;
    const ends = key === "c" ? ["", ""] : NAMES.names[key].limits.map(brief);
    labels[`${key} ends`] = write(svg, width, y + (tall * H) / 2, ends.join(" … "), "faint", "end");
    y += tall * H + 6;
  }
  const axis = draw("g", {}, svg);
  const now = outline(svg, { y: 44, height: y - 44 });
  const rows = MAPS.map(() => draw("path", { class: "lab-pointer" }, svg));
  const dials = footnote(svg, y + 26);
  const marks = draw("g", {}, svg);
  const count = { T: 0 };
  for (const key of MAPS) touch(svg, key, tops[key], tall, H, room, column, count, pointing);
  let shown;
  return {
    height: y + 16,
    column,
    numbers,
    place: (key) => ({ x: EDGE.left, y: tops[key], height: tall * H }),
    limit: (limits, unit) => {
      const shared = limits.every((limit) => limit === limits[0]);
      labels["c ends"].textContent = `${shared ? "" : "▸ "}±${brief(limits[unit])}`;
    },
    cursor: (t, T) =>
      now({ x: EDGE.left + t * column(T), width: T ? Math.max(column(T), 2) : 0 }),
    dials,
    characters: (chars, text) => {
      count.T = chars.length;
      if (shown === text) return;
      shown = text;
      writeCharacters(glyphs, axis, y + 6, chars, column(chars.length));
    },
    clamped: (clamp, T, selected) => {
      marks.replaceChildren();
      clamp.forEach(([gate, unit, from, to], k) => {
        const last = Math.min(to, T - 1);
        if (from > last) return;
        const x = EDGE.left + from * column(T);
        const place = { x, y: tops[gate] + unit * tall, height: tall };
        const box = draw("rect", { ...place, width: (last - from + 1) * column(T) }, marks);
        box.setAttribute("class", k === selected ? "lab-clamped lab-selected" : "lab-clamped");
      });
    },
    unit: (state, values) => {
      const middle = (key) => tops[key] + (state.unit + 0.5) * tall;
      const arrow = (key) => `M${EDGE.left - 6},${middle(key) - 4}l5,4l-5,4z`;
      MAPS.forEach((key, k) => H > 1 && rows[k].setAttribute("d", arrow(key)));
      chart(state, values, column(count.T));
    },
    answers: (values) => answers(values, column(count.T)),
    verdict,
  };
}

// A line of text that is drawn smaller where it would be cut.
function squeezed(line, node, width) {
  return (pieces) => {
    node.style.fontSize = "";
    line(pieces);
    const share = width / node.getComputedTextLength();
    if (share < 1) node.style.fontSize = `${parseFloat(getComputedStyle(node).fontSize) * share}px`;
  };
}

function writeCharacters(glyphs, axis, y, chars, wide) {
  glyphs.replaceChildren();
  axis.replaceChildren();
  const middle = (t) => EDGE.left + (t + 0.5) * wide;
  if (wide >= 5)
    chars.forEach((char, t) => {
      const glyph = write(glyphs, middle(t), 52, visible(char));
      glyph.classList.add("lab-glyph");
      glyph.style.fontSize = `${clip(1.6 * wide, 8, 15)}px`;
    });
  else write(glyphs, EDGE.left, 52, `${chars.length} characters`, "faint", "start");
  const every = [1, 2, 5].flatMap((k) => [k, 10 * k, 100 * k, 1000 * k]).sort((a, b) => a - b);
  const pitch = every.find((k) => k * wide >= 40) ?? 10000;
  for (let t = pitch; t <= chars.length; t += pitch) write(axis, middle(t - 1), y, `${t}`, "faint");
  write(axis, EDGE.left - 8, y, "step", "faint", "end");
}

// The answer and the truth as steps over the characters; wrong ones stand on a red ground.
function answerChart(svg, top, width, height, { answers }) {
  const red = draw("path", { class: "lab-wrong" }, svg);
  const truth = draw("path", { class: "lab-truth" }, svg);
  const before = draw("path", { class: "lab-before" }, svg);
  const answer = draw("path", { class: "lab-answer" }, svg);
  const names = answers.map((text, k) =>
    write(svg, EDGE.left - 8, top + height - (k + 0.5) * 18, text, "small", "end"),
  );
  const ends = names.length
    ? []
    : [0, 1].map((k) => write(svg, EDGE.left - 8, top + 8 + (1 - k) * (height - 16), "", "faint", "end"));
  write(svg, width, top + 9, "truth", "faint", "end");
  write(svg, width, top + 25, "answer", "small", "end").style.fill = "var(--accent)";
  return ({ answer: said, truth: right, original }, wide) => {
    const all = [...said, ...original.answer, ...right.filter((v) => v !== null)];
    const low = names.length ? 0 : all.reduce((a, b) => Math.min(a, b), 0);
    const high = names.length ? names.length - 1 : all.reduce((a, b) => Math.max(a, b), low + 1);
    ends.forEach((text, k) => (text.textContent = `${k ? high : low}`.replace("-", "−")));
    const pad = names.length ? 9 : 8;
    const y = (v) => top + height - pad - ((v - low) / (high - low)) * (height - 2 * pad);
    const steps = (values) => stepPath(values, wide, y);
    answer.setAttribute("d", steps(said));
    truth.setAttribute("d", steps(right));
    before.setAttribute("d", steps(original.answer));
    const wrong = right.map((v, t) => v !== null && v !== said[t]);
    red.setAttribute("d", boxes(wrong, wide, top, height));
  };
}

// A path of level steps, one per column, broken where there is no value.
function stepPath(values, wide, y) {
  let path = "";
  let drawn = false;
  values.forEach((v, t) => {
    if (v === null) return (drawn = false);
    const x = (EDGE.left + t * wide).toFixed(1);
    path += `${drawn ? "L" : "M"}${x},${y(v).toFixed(1)}H${(EDGE.left + (t + 1) * wide).toFixed(1)}`;
    drawn = true;
  });
  return path;
}

// A path of boxes, one for each run of flags; none is too narrow to be seen.
function boxes(flags, wide, top, height) {
  let path = "";
  for (let t = 0, end; t < flags.length; t = end + 1) {
    end = t;
    while (flags[end] && flags[end + 1]) end++;
    const width = Math.max((end - t + 1) * wide, 2);
    if (flags[t]) path += `M${EDGE.left + t * wide},${top}h${width}v${height}h${-width}z`;
  }
  return path;
}

// c and h of one unit over the characters, each within its own limits, with the original dashed.
function unitChart(svg, top, width, height) {
  const lines = ["c", "h"].map((key, k) => {
    const y0 = top + k * (height + 4);
    const middle = y0 + height / 2;
    draw("line", { x1: EDGE.left, x2: width - EDGE.right, y1: middle, y2: middle, class: "lab-axis" }, svg);
    const label = write(svg, EDGE.left - 8, middle, "", "small", "end");
    label.style.fill = hue(key);
    label.style.fontWeight = 600;
    const end = write(svg, width, middle, "", "faint", "end");
    const before = draw("path", { class: "lab-before" }, svg);
    const path = draw("path", { class: "lab-line" }, svg);
    path.style.stroke = hue(key);
    return { key, middle, label, end, before, path };
  });
  return ({ unit, b }, { run, original, limits }, wide) => {
    for (const { key, middle, label, end, before, path } of lines) {
      const limit = limits[key];
      label.textContent = b.length > 4 ? `${word(key)} of unit ${unit + 1}` : word(key);
      end.textContent = `±${brief(limit)}`;
      const y = (row) => middle - (row[unit] / limit) * (height / 2 - 3);
      const line = (rows) =>
        rows.map((row, t) => `${t ? "L" : "M"}${(EDGE.left + (t + 0.5) * wide).toFixed(1)},${y(row).toFixed(1)}`).join("");
      path.setAttribute("d", line(run[key]));
      before.setAttribute("d", line(original[key]));
    }
  };
}

// Hover for numbers, click for a unit and a step, drag along a gate to hold it.
function touch(svg, key, top, tall, H, room, column, count, pointing) {
  const area = { x: EDGE.left, y: top, width: room, height: tall * H, class: "lab-touch" };
  const map = draw("rect", { ...area, "data-map": key }, svg);
  const spot = (event) => {
    const box = map.getBoundingClientRect();
    const scale = box.width / room; // a picture may be drawn smaller
    const t = Math.floor((event.clientX - box.left) / (scale * column(count.T)));
    const k = Math.floor((event.clientY - box.top) / (scale * tall));
    return { t: clip(t, 0, count.T - 1), k: clip(k, 0, H - 1), beyond: t >= count.T };
  };
  const down = (event) => {
    const at = spot(event);
    if (at.beyond) return undefined;
    return { ...at, x: event.clientX, moved: false, clamps: pointing.clamps() };
  };
  const move = (event, from) => {
    const { t, beyond } = spot(event);
    if (from !== null || !beyond) pointing.at(t);
    if (from === null || !HELD.includes(key)) return;
    from.moved ||= Math.abs(event.clientX - from.x) > 4;
    const ends = [Math.min(from.t, t), Math.max(from.t, t)];
    if (from.moved) pointing.clamp(key, from.k, ...ends, from.clamps);
  };
  const up = (from) => !from.moved && pointing.pick({ unit: from.k, step: from.t });
  pad(map, { down, move, up, leave: () => pointing.leave() });
}

// --- words ----------------------------------------------------------------------------------

export const answerWord = ({ answers }, said) =>
  said === null ? "–" : answers.length ? `“${answers[said]}”` : `${said}`.replace("-", "−");
