// The picture of UnitExplorer: the text in one unit's colours, its gates, passages, what comes next.

import { NAMES } from "./names.js";
import { brief, clip, number } from "./lstm.js";
import { pad } from "./controls.js";
import {
  colourOf, draw, heatmap, hue, isGate, make, outline, scale, shorten, visible, word, write,
} from "./drawing.js";
import { placed, tokenCanvas } from "./token_canvas.js";
import { AFTER, BEFORE, PASSAGES } from "./unit_values.js";

const TEXT = { wide: 9, tall: 19, font: 14 };
const SMALL = { wide: 7, tall: 16, font: 11.5 };
export const LINES = 11;
const NEXT = 5; // guesses that are told
const [LEFT, RIGHT] = [86, 54]; // beside the rows of gates: their words, their numbers

// --- the text -------------------------------------------------------------------------------

// The text in lines, and below it all of it as one strip. pointing: { at(t), leave(), down(t), move(t) }.
export function textBlock(svg, canvases, y, width, pointing) {
  const across = Math.floor(width / TEXT.wide);
  const height = LINES * TEXT.tall;
  const strip = { x: 0, y: y + height + 6, width, height: 10 };
  const frame = outline(svg, { height: TEXT.tall });
  const marks = draw("path", { class: "lab-marked" }, svg);
  const lows = draw("path", { class: "lab-marked lab-low" }, svg);
  const pane = outline(svg, { y: strip.y - 2, height: strip.height + 8 });
  const touch = draw("rect", { x: 0, y, width: across * TEXT.wide, height, class: "lab-touch", "data-map": "text" }, svg);
  const bar = draw("rect", { ...strip, class: "lab-touch", "data-map": "whole" }, svg);
  let [places, first, shown] = [[], 0, null];
  let now = null;

  const lineCount = () => (places.length ? places.at(-1).line + 1 : 0);
  const scroll = (line) => {
    first = clip(line, 0, Math.max(lineCount() - LINES, 0));
  };
  const box = (node, event) => {
    const area = node.getBoundingClientRect();
    return [(event.clientX - area.left) / area.width, (event.clientY - area.top) / area.height];
  };
  const tokenAt = (event) => {
    const [u, v] = box(touch, event);
    const line = first + clip(Math.floor(v * LINES), 0, LINES - 1);
    const column = clip(u, 0, 0.9999) * across;
    const t = places.findLastIndex((at) => at.line < line || (at.line === line && at.column <= column));
    return Math.max(t, 0);
  };
  const down = (event) => (places.length ? { from: tokenAt(event), moved: false } : undefined);
  pad(touch, {
    down: (event) => {
      const held = down(event);
      if (held) pointing.down(held.from);
      return held;
    },
    move: (event, held) => {
      if (!places.length) return;
      if (held) pointing.move(held.from, tokenAt(event));
      else pointing.at(tokenAt(event));
    },
    up: (held) => pointing.up(held.from),
    leave: pointing.leave,
  });
  touch.addEventListener("wheel", (event) => {
    const before = first;
    scroll(first + Math.sign(event.deltaY) * 2);
    if (first === before) return;
    event.preventDefault();
    pointing.again();
  }, { passive: false });
  const jump = (event) => {
    const [u] = box(bar, event);
    const t = clip(Math.floor(u * places.length), 0, places.length - 1);
    if (!places.length) return;
    scroll(places[t].line - (LINES >> 1));
    pointing.again();
  };
  pad(bar, { down: (event) => (jump(event), {}), move: (event, held) => held && jump(event) });

  const paint = (state, values, follow) => {
    now = values;
    if (shown !== values.tokens) places = placed(values.tokens.slice(0, values.T), across);
    if (places.length !== values.T) places = placed(values.tokens.slice(0, values.T), across);
    shown = values.tokens;
    const colour = colourOf(state.of, values.limit);
    if (follow && values.T) show(clip(state.step, 0, values.T - 1));
    scroll(first);
    canvases.text(0, y, inView().map((t) => ({
      ...places[t], line: places[t].line - first, token: values.tokens[t],
      rgb: colour(values.rows[state.of][t]), under: values.label[t] === true,
    })));
    paintStrip(state, values, colour);
    for (const [path, kind] of [[marks, "high"], [lows, "low"]]) path.setAttribute("d", marked(state.marks, kind));
  };
  const inView = () => {
    const found = [];
    for (let t = places.findIndex((at) => at.line >= first); t >= 0 && t < places.length; t++) {
      if (places[t].line >= first + LINES) break;
      found.push(t);
    }
    return found;
  };
  const show = (t) => {
    const { line } = places[t];
    if (line < first || line >= first + LINES) first = line - (LINES >> 1);
  };
  const paintStrip = (state, { T, rows, label }, colour) => {
    const columns = Math.min(T, Math.floor(width));
    const at = (j) => Math.floor((j * T) / Math.max(columns, 1));
    canvases.strip(strip, columns ? 1 : 0, columns, (_, j) => colour(rows[state.of][at(j)]));
    const truth = typeof label[0] === "boolean";
    const under = { ...strip, y: strip.y + strip.height, height: truth ? 4 : 0 };
    canvases.truth(under, truth ? 1 : 0, columns, (_, j) => (label[at(j)] ? [60, 60, 60] : [225, 225, 225]));
    const seen = inView();
    const share = (t) => (width * t) / Math.max(T, 1);
    pane({ x: seen.length ? share(seen[0]) : 0, width: seen.length ? Math.max(share(seen.at(-1) + 1) - share(seen[0]), 3) : 0 });
  };
  const marked = (all, kind) =>
    all.filter(([own]) => own === kind).flatMap(([, from, to]) =>
      inView().filter((t) => from <= t && t <= to).map((t) => {
        const { line, column, wide } = places[t];
        return `M${column * TEXT.wide},${y + (line - first + 1) * TEXT.tall - 1}h${wide * TEXT.wide}`;
      }),
    ).join("");
  const cursor = (t) => {
    const at = places[t];
    const inside = at && at.line >= first && at.line < first + LINES;
    if (!inside) return frame({ x: 0, y, width: 0 });
    frame({ x: at.column * TEXT.wide, y: y + (at.line - first) * TEXT.tall, width: at.wide * TEXT.wide });
  };
  const brush = (on) => (touch.style.touchAction = on ? "none" : "");
  return { across, bottom: strip.y + strip.height + 8, paint, cursor, brush, values: () => now };
}

// --- the gates at the pointer ---------------------------------------------------------------

export function nearBlock(svg, canvases, y, width, names, words, pointing) {
  const count = words ? 13 : 49;
  const [tall, head] = [15, 17];
  const room = width - LEFT - RIGHT;
  const cell = room / count;
  const glyphs = Array.from({ length: count }, (_, j) => {
    const glyph = write(svg, LEFT + (j + 0.5) * cell, y + 8, "");
    glyph.classList.add("lab-glyph");
    glyph.style.fontSize = words ? "11px" : "12px";
    return glyph;
  });
  const numbers = names.map((name, k) => {
    const middle = y + head + (k + 0.5) * tall;
    const told = write(svg, LEFT - 8, middle, word(name), "small", "end");
    const value = write(svg, width - 2, middle, "", "small", "end");
    for (const text of [told, value]) Object.assign(text.style, { fill: hue(name) || "", fontWeight: 600 });
    return value;
  });
  const frame = outline(svg, { y: y + 1, height: head + names.length * tall });
  const touch = draw("rect", { x: LEFT, y, width: room, height: head + names.length * tall, class: "lab-touch", "data-map": "near" }, svg);
  let first = 0;
  let length = 0;
  touch.addEventListener("click", (event) => {
    const area = touch.getBoundingClientRect();
    const t = first + Math.floor(((event.clientX - area.left) / area.width) * count);
    if (t < length) pointing.pick(t);
  });
  const paint = (state, { tokens, rows, T, limit: shown }, t) => {
    length = T;
    first = clip(t - (count >> 1), 0, Math.max(T - count, 0));
    const columns = Math.min(count, T);
    glyphs.forEach((glyph, j) => {
      const told = j < columns ? [...tokens[first + j]].map(visible) : [];
      glyph.textContent = shorten(told.join(""), 6);
    });
    names.forEach((name, k) => {
      const limit = name === "c" ? limitOfC(rows.c, state.of === "c" ? shown : 0) : 1;
      const colour = colourOf(name, limit);
      const place = { x: LEFT, y: y + head + k * tall, width: columns * cell, height: tall - 1 };
      canvases.rows[k](place, columns ? 1 : 0, columns, (_, j) => colour(rows[name][first + j]));
      numbers[k].textContent = T ? number(rows[name][t]) : "";
    });
    frame({ x: LEFT + (t - first) * cell, width: T ? cell : 0 });
  };
  return { bottom: y + head + names.length * tall + 8, paint };
}

const limitOfC = (c, known) => known || c.reduce((top, v) => Math.max(top, Math.abs(v)), 0) || 1;

// --- passages, guesses, what is written -----------------------------------------------------

export function passageBlock(svg, picture, canvas, y, across, whole, pick) {
  write(svg, 0, y + 8, whole ? "highest in the corpus" : "highest in the text", "faint", "start");
  const lines = Array.from({ length: PASSAGES }, (_, k) => {
    const middle = y + 18 + (k + 0.5) * SMALL.tall;
    const value = write(svg, 44, middle, "", "small", "end");
    const hit = make("button", { type: "button", class: "lab-hit" }, picture);
    const [width, top] = [50 + across * SMALL.wide, middle - SMALL.tall / 2];
    Object.assign(hit.style, { top: `${top}px`, width: `${width}px`, height: `${SMALL.tall}px` });
    hit.addEventListener("click", () => pick(k));
    return { value, hit };
  });
  const paint = (state, { passages, tokens, rows, limit, T }) => {
    const colour = colourOf(state.of, limit);
    const cells = [];
    lines.forEach(({ value, hit }, k) => {
      const it = passages[k];
      value.textContent = it ? number(it.value) : "";
      hit.style.display = it ? "" : "none";
      if (!it) return;
      const told = passageOf(it, tokens.slice(0, T), rows[state.of], across);
      hit.setAttribute("aria-label", `step ${it.step + 1}: ${told.map(({ token }) => token).join("")}`);
      for (const cell of told) cells.push({ ...cell, line: k, rgb: colour(cell.value) });
    });
    canvas(50, y + 18, cells);
  };
  return { bottom: y + 18 + PASSAGES * SMALL.tall + 6, paint };
}

// The tokens around a place that fit on one line, with their values.
function passageOf({ step, around, tokens: own }, tokens, row, across) {
  const text = own ? [...own] : tokens;
  const words = text.some((token) => [...token].length > 1);
  const valueAt = (t) => (around ? around[t - step + BEFORE] : row[t]);
  const sizes = (t) => Math.max([...text[t]].length, 1) + words;
  let [from, to, room] = [step, step, across - sizes(step)];
  for (let grown = true; grown; ) {
    grown = false;
    if (from > 0 && step - from < BEFORE && sizes(from - 1) <= room) {
      room -= sizes(--from);
      grown = true;
    }
    if (to + 1 < text.length && to - step < AFTER && sizes(to + 1) <= room) {
      room -= sizes(++to);
      grown = true;
    }
  }
  let column = 0;
  return Array.from({ length: to - from + 1 }, (_, k) => {
    const [t, wide] = [from + k, Math.min(sizes(from + k), across)];
    column += wide;
    return { column: column - wide, wide, token: text[t], value: valueAt(t), under: t === step };
  });
}

// The likeliest next characters: with what is held as a bar, without it as an outline.
export function guessBlock(svg, x, y, width, alphabet) {
  const title = write(svg, x, y + 8, "", "faint", "start");
  const rows = Array.from({ length: NEXT }, (_, k) => {
    const middle = y + 18 + (k + 0.5) * SMALL.tall;
    const glyph = write(svg, x + 10, middle, "");
    glyph.classList.add("lab-glyph");
    const bar = draw("rect", { x: x + 24, y: middle - 5, height: 10, class: "lab-guess" }, svg);
    const free = draw("rect", { x: x + 24, y: middle - 6, height: 12, class: "lab-free" }, svg);
    const told = write(svg, x + width, middle, "", "small", "end");
    return { glyph, bar, free, told };
  });
  const room = width - 130;
  return ({ step, clamp }, { guesses: now, freeGuesses: before, T }) => {
    const held = clamp.length > 0;
    const at = clip(step, 0, Math.max(T - 1, 0)) + 1;
    title.textContent = `next, after step ${at}${held ? ": held ▬, free ▭" : ""}`;
    const order = now ? now.map((_, k) => k) : [];
    order.sort((a, b) => Math.max(now[b], before[b]) - Math.max(now[a], before[a]) || a - b);
    rows.forEach(({ glyph, bar, free, told }, k) => {
      const code = order[k];
      const known = code !== undefined;
      glyph.textContent = known ? visible(alphabet[code]) : "";
      bar.setAttribute("width", known ? room * now[code] : 0);
      free.setAttribute("width", known && held ? room * before[code] : 0);
      const percent = (p) => `${(100 * p).toFixed(1)} %`;
      told.textContent = known ? (held ? `${percent(now[code])} (${percent(before[code])})` : percent(now[code])) : "";
    });
  };
}

export function writtenBlock(svg, canvases, y, width) {
  const across = Math.floor(width / SMALL.wide);
  const lines = 3;
  const tops = [0, 1].map((k) => y + k * (lines * SMALL.tall + 20));
  const heads = tops.map((top) => write(svg, 0, top + 8, "", "faint", "start"));
  const paint = (state, { written, limit }) => {
    const colour = colourOf(state.of, limit);
    const held = state.clamp.length > 0;
    heads[0].textContent = state.writes ? `it writes on${held ? ", held" : ""}` : "";
    heads[1].textContent = state.writes && held ? "it writes on, free" : "";
    tops.forEach((top, k) => {
      const { chars, values } = written?.[k] ?? { chars: [], values: [] };
      const cells = chars.slice(0, lines * across).map((token, t) => ({
        line: Math.floor(t / across), column: t % across, wide: 1, token, rgb: colour(values[t]),
      }));
      canvases[k](0, top + 16, cells);
    });
  };
  return { bottom: tops[1] + 16 + lines * SMALL.tall, paint };
}

export const canvasesFor = (picture, names, width, across) => ({
  text: tokenCanvas(picture, LINES, across, TEXT),
  strip: heatmap(picture),
  truth: heatmap(picture),
  rows: names.map(() => heatmap(picture)),
  passages: (places) => tokenCanvas(picture, PASSAGES, places, SMALL),
  written: [0, 1].map(() => tokenCanvas(picture, 3, Math.floor(width / SMALL.wide), SMALL)),
});

// The scale of what colours the text: one for gates, one for signed values.
export function colourScale(svg, x, y) {
  const group = { gate: draw("g", {}, svg), signed: draw("g", {}, svg) };
  const ends = {
    gate: scale(group.gate, x, y, 110, NAMES.gateStops, ""),
    signed: scale(group.signed, x, y, 110, NAMES.signedStops, ""),
  };
  return (of, limit) => {
    const kind = isGate(of) ? "gate" : "signed";
    for (const key of ["gate", "signed"]) if (key !== kind) group[key].remove();
    svg.append(group[kind]);
    if (kind === "gate") ends.gate("0", "1");
    else ends.signed(`−${brief(limit)}`, brief(limit));
  };
}
