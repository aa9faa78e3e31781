// The picture of AttentionMap: the map with its marks, the texts above, the encoder's gates below.

import { brief, clip, inkOn, number, symmetricLimit } from "./lstm.js";
import { fitting } from "./seq2seq.js";
import {
  draw, footnote, gateColour, hue, outline, place, textLine, visible, word, write,
} from "./drawing.js";
import { END_MARK, LINKS, MONO, linkPanel, readoutLines, writtenAt } from "./attention_links.js";

// AttentionMap: where a decoder looked at each step, and a knife: a look that is cut or moved
// changes what is written.

const EDGE = { left: 104, right: 64 }; // words left of the columns, numbers right of the strips
const PANEL = 304; // width of the two strings and what is read off the map
const WORDS = { left: 78, pitch: 21 }; // the lines of text above
const MAP = { top: 108, height: 270, widest: 60 };
export const STRIPS = ["remember", "save", "candidate", "focus", "c"];
export const STRIP = 15;
export const CUT = -1;
// Where things stand for S characters: the rows are those that the net writes by itself, so that a
// knife that makes it write more or fewer moves nothing but the rows.
export function geometry({ width, panel }, S, { masks, free }) {
  const rows = free.masks.length;
  const room = width - panel - EDGE.left - EDGE.right;
  const wide = Math.min(MAP.widest, room / S);
  const height = Math.min(MAP.height, MAP.widest * rows);
  const tall = height / Math.max(rows, masks.length);
  const strips = MAP.top + Math.max(height, 180) + 26;
  return { left: EDGE.left, top: MAP.top, width: wide * S, height, wide, tall, strips };
}

export const unitLimit = ({ c }, unit) => symmetricLimit(c.map((row) => row[unit]));
// --- picture ------------------------------------------------------------------------------------

// On a phone the two strings stand below the map, not beside it.
export function attentionFrame(svg, width, narrow, link) {
  const size = { width, panel: narrow ? 0 : PANEL };
  const texts = ["by itself", "now", "truth"].map((name, k) => {
    const y = 12 + WORDS.pitch * k;
    write(svg, 0, y, name, "head", "start");
    const line = textLine(svg, WORDS.left, y);
    svg.lastChild.classList.add("lab-mono");
    return { line, node: svg.lastChild };
  });
  write(svg, EDGE.left - 8, MAP.top - 12, "input", "faint", "end");
  const [x, y] = [9, MAP.top + 2];
  const turned = write(svg, x, y, "output step attends to input", "faint", "end");
  turned.setAttribute("transform", `rotate(-90 ${x} ${y})`);
  const map = mapOverlay(svg);
  const gates = gateOverlay(svg);
  const below = MAP.top + MAP.height + 26 + STRIPS.length * STRIP + 18;
  const right = narrow ? 0 : width - PANEL + 14;
  const side = draw("g", { transform: `translate(0,${narrow ? below + 40 - LINKS.top : 0})` }, svg);
  const links = linkPanel(side, right, width - right, link);
  const readout = readoutLines(side, right, LINKS.top + LINKS.height + 44);
  const foot = narrow ? below + LINKS.height + 300 : below;
  const saved = footnote(draw("g", { transform: "translate(110,0)" }, svg), foot + 16);
  return {
    ...size,
    height: foot,
    note: saved,
    paint: (now) => {
      writeTexts(texts, width, now);
      map.paint(now);
      links.paint(now);
    },
    gates: gates.paint,
    point: (state, values, t, k) => {
      const at = geometry(size, state.source.length, values);
      map.point(at, state, values, t, k);
      gates.point(at, state, values, k);
      links.point(t, k);
      readout(state, values, t, k);
    },
  };
}

// By itself, now and the truth under each other; what differs from the line's rule is marked.
function writeTexts(texts, width, { state, values }) {
  const { free, wrote, before, truth, ended } = values;
  const room = (width - WORDS.left) / MONO;
  const size = clip(room / (state.source.length + 18), 8, 16); // a remark stands beside it, too
  const most = Math.floor(room / size) - 1;
  for (const { node } of texts) node.style.fontSize = `${size}px`;
  const changed = differing(wrote, before);
  const wrong = truth ? differing(before, truth.target) : 0;
  const same = wrote === before && ended === free.ended;
  const remarks = [
    !truth ? "" : wrong || !free.ended ? `${wrong} wrong` : "all right",
    same ? "as by itself" : `${changed} changed`,
    "",
  ];
  const lines = [
    [before, truth?.target ?? before, "wrong", free.ended],
    [wrote, before, "changed", ended],
    truth ? [truth.target, truth.target, "", true] : null,
  ];
  lines.forEach((line, k) => {
    if (!line) return texts[k].line([["– no date that can be read", "faint"]]);
    const remark = remarks[k] && `  ${remarks[k]}`;
    texts[k].line([...markedText(...line, most - remark.length), [remark, "faint"]]);
  });
}

const differing = (text, rule) => {
  const differs = [...text].filter((char, k) => char !== rule[k]).length;
  return differs + Math.max(rule.length - text.length, 0);
};

// A text in pieces, the stretches that differ from a rule marked, in up to `most` characters.
function markedText(text, rule, mark, ended, most) {
  const pieces = [];
  const fits = text.length < most;
  [...text].slice(0, fits ? most : most - 14).forEach((char, k) => {
    const kind = char === rule[k] ? "" : mark;
    if (pieces.at(-1)?.[1] === kind) pieces.at(-1)[0] += visible(char);
    else pieces.push([visible(char), kind]);
  });
  const rest = !fits ? `… ${text.length} in all` : ended ? END_MARK : "…";
  return [...pieces, [rest, "faint"]];
}

// A label at each of `count` places, `pitch` apart, in up to three rows; fewer if they must be.
function staggered(count, pitch) {
  const rows = clip(Math.ceil(9.5 / pitch), 1, 3);
  const every = rows * pitch < 8.5 ? Math.ceil(9.5 / pitch) : 1;
  const size = clip(1.03 * pitch * (every > 1 ? every : rows), 10, 15);
  return { rows: every > 1 ? 1 : rows, every, size };
}

const numberPitch = (pitch, room) => [1, 2, 5, 10, 20, 50, 100].find((k) => k * pitch >= room);

// Labels, numbers, true spans, edits and the cursor over the map.
function mapOverlay(svg) {
  const [columns, rows, cells] = [0, 1, 2].map(() => draw("g", {}, svg));
  const truth = ["lab-span-halo", "lab-span"].map((kind) => draw("path", { class: kind }, svg));
  const knife = ["lab-knife-halo", "lab-knife"].map((kind) => draw("path", { class: kind }, svg));
  const [row, column, cell] = [0, 1, 2].map(() => outline(svg, { x: 0 }));
  const paint = ({ state, values, at }) => {
    cells.replaceChildren();
    const { wrote, masks } = values;
    anew(columns, [state.source, at], () => columnLabels(columns, state, at));
    anew(rows, [wrote, masks.length, at], () => rowLabels(rows, values, at));
    if (at.wide >= 36 && at.tall >= 20) cellNumbers(cells, values, at);
    const spans = spanPath(values, at);
    for (const path of truth) path.setAttribute("d", spans);
    const slim = at.tall < 9;
    truth[0].style.strokeWidth = slim ? 0 : 3;
    svg.classList.toggle("lab-slim", slim);
    const edits = knifePath(state, values, at);
    for (const path of knife) path.setAttribute("d", edits);
  };
  const point = (at, state, { masks }, t, k) => {
    const [x, y] = [at.left + k * at.wide, at.top + t * at.tall];
    row({ x: at.left, y, width: at.width, height: at.tall });
    column({ x, y: at.top, width: at.wide, height: at.tall * masks.length });
    cell({ x, y, width: at.wide, height: at.tall });
  };
  return { paint, point };
}

// Fill a group if what it shows has changed.
function anew(group, of, build) {
  const now = JSON.stringify(of);
  if (group.dataset.shows === now) return;
  group.dataset.shows = now;
  group.replaceChildren();
  build();
}

function columnLabels(parent, { source }, at) {
  const { rows, every, size } = staggered(source.length, at.wide);
  [...source].forEach((char, k) => {
    if (k % every) return;
    const x = at.left + (k + 0.5) * at.wide;
    glyph(parent, x, at.top - 12 - (k % rows) * size * 0.9, visible(char), size);
  });
  const pitch = numberPitch(at.wide, 22);
  const y = at.strips + STRIPS.length * STRIP + 8;
  for (let k = pitch; k <= source.length; k += pitch)
    write(parent, at.left + (k - 0.5) * at.wide, y, `${k}`, "faint");
}

function rowLabels(parent, values, at) {
  const T = values.masks.length;
  const { rows, every, size } = staggered(T, at.tall);
  for (let t = 0; t < T; t += every) {
    const x = at.left - 10 - (t % rows) * size * 0.75;
    glyph(parent, x, at.top + (t + 0.5) * at.tall, writtenAt(values, t), size);
  }
  const pitch = numberPitch(at.tall, 15);
  const x = at.left - 24 - (rows - 1) * size * 0.75;
  for (let t = pitch; t <= T; t += pitch)
    write(parent, x, at.top + (t - 0.5) * at.tall, `${t}`, "faint", "end");
}

function glyph(parent, x, y, text, size) {
  const node = write(parent, x, y, text);
  node.classList.add("lab-glyph");
  node.style.fontSize = `${size.toFixed(1)}px`;
}

function cellNumbers(parent, { masks }, at) {
  masks.forEach((weights, t) =>
    weights.forEach((m, k) => {
      if (m < 0.005) return;
      const spot = [at.left + (k + 0.5) * at.wide, at.top + (t + 0.5) * at.tall];
      const node = write(parent, ...spot, m.toFixed(2), "small");
      node.style.fill = inkOn(gateColour(m));
    }),
  );
}

// A frame around the true source of every step that has one.
function spanPath({ truth, masks }, at) {
  const frame = ([from, to], t) => {
    if (to === 0 || t >= masks.length) return "";
    const [x, y] = [at.left + from * at.wide + 0.5, at.top + t * at.tall + 0.5];
    const [width, height] = [(to - from) * at.wide - 1, Math.max(at.tall - 1, 1)];
    return `M${x.toFixed(1)},${y.toFixed(1)}h${width.toFixed(1)}v${height.toFixed(1)}h${-width.toFixed(1)}z`;
  };
  return truth ? truth.spans.map(frame).join("") : "";
}

// A cross on what was cut, an arrow along what was moved.
function knifePath({ edits, source }, { masks }, at) {
  const arm = clip(Math.min(at.wide, at.tall) / 3, 2, 6);
  const middle = (k) => at.left + (k + 0.5) * at.wide;
  const mark = ([t, from, to]) => {
    const [x, y] = [middle(from), at.top + (t + 0.5) * at.tall];
    const across = 2 * arm;
    if (to === CUT) return `M${x - arm},${y - arm}l${across},${across}m0,${-across}l${-across},${across}`;
    const back = to > from ? -arm : arm;
    return `M${x},${y}H${middle(to)}m${back},${-arm}l${-back},${arm}l${back},${arm}`;
  };
  return fitting(edits, source.length).filter(([t]) => t < masks.length).map(mark).join("");
}

// The words of the strips, and their values at the input that is pointed at.
function gateOverlay(svg) {
  const group = draw("g", {}, svg);
  const title = write(svg, 0, 0, "", "faint", "start");
  const numbers = STRIPS.map(() => write(svg, 0, 0, "", "small", "start"));
  const frame = outline(svg, { height: STRIPS.length * STRIP - 1 });
  const paint = ({ state, values, at }) => {
    group.replaceChildren();
    place(title, { x: at.left, y: at.strips - 10 });
    title.textContent = `the encoder reads: unit ${state.unit + 1} of ${state.units}`;
    STRIPS.forEach((key, j) => {
      const y = at.strips + (j + 0.4) * STRIP;
      const name = key === "c" ? `c (±${brief(unitLimit(values, state.unit))})` : word(key);
      const text = write(group, at.left - 8, y, name, "small", "end");
      Object.assign(text.style, { fill: hue(key), fontWeight: 600 });
      place(numbers[j], { x: at.left + at.width + 8, y });
    });
  };
  const point = (at, { unit }, values, k) => {
    STRIPS.forEach((key, j) => (numbers[j].textContent = number(values[key][k][unit])));
    frame({ x: at.left + k * at.wide, y: at.strips - 1, width: at.wide });
  };
  return { paint, point };
}
