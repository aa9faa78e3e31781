// Playground: a net that learns in the page, while its gates are watched.

import { brief, clip, few, powerOfTen } from "./lstm.js";
import { button, noteLine, radios, sharpnessDial, slider, textEntry, unknownCharacter } from "./controls.js";
import { colourOf, draw, heatmap, hue, make, visible, word, write } from "./drawing.js";
import { mount } from "./figure.js";
import { LESSONS } from "./lessons.js";
import { MOST_N, player } from "./playing.js";
import { allowed, finite, flag, list, one, row, text, whole } from "./rules.js";

const NETS = ["lstm", "gru", "rnn"].map((kind) => [kind, kind.toUpperCase()]);
const KINDS = { input_gated: "gates read x", ...Object.fromEntries(NETS) };
const TASKS = { anbn: "aⁿbⁿ", anbncn: "aⁿbⁿcⁿ", dyck1: "brackets", parity: "parity", remember_first: "remember the first" };
const SHOWN = {
  input_gated: ["remember", "save", "candidate", "focus", "c"],
  lstm: ["remember", "save", "candidate", "focus", "c", "h"],
  gru: ["reset", "update", "new", "h"],
  rnn: ["h"],
};
const LOSS = { top: 22, height: 104, left: 40, right: 12 };
const [EDGE, WIDEST, LETTERS] = [100, 28, 5];
const MOST = 60;

function buildPlayground(parts, start, set, game) {
  parts.body.parentElement.classList.add("lab-units");
  const restart = (changes) => {
    const { losses } = parts.now;
    const shadow = losses.length > 1 ? { shadow: losses } : {};
    set({ playing: false, weights: {}, done: 0, losses: [], ...shadow, ...changes });
  };
  parts.restart = restart;
  const controls = settings(parts.sliders, set, restart);
  const entry = textEntry(parts.dials, { name: "text", title: "probe", rows: 1, refuse: refusal }, set);
  const sharpness = sharpnessDial(parts.dials, set);
  const buttons = transport(parts.dials, set, restart, game, () => parts.now);
  const note = noteLine(parts.sliders);
  const maps = ["remember", "save", "candidate", "focus", "reset", "update", "new", "c", "h"];
  const canvases = Object.fromEntries(maps.map((key) => [key, heatmap(parts.picture)]));
  parts.picture.append(parts.svg);

  const layout = (width) => {
    const loss = lossChart(parts.svg, width);
    const probe = probeBlock(parts.svg, canvases, LOSS.top + LOSS.height + 40, width);
    const told = draw("g", {}, parts.svg);
    const paint = (state, values) => {
      parts.now = { ...state, losses: values.losses };
      note(entry(state.text) || unknownCharacter([...state.text], LESSONS[state.task].letters));
      sharpness(state.sharpness);
      controls(state);
      buttons(state, values);
      loss(state, values);
      const bottom = probe(state, values);
      tell(told, bottom, state, values, width);
      parts.svg.setAttribute("aria-label", spoken(state, values));
      if (values.finished && state.playing) setTimeout(() => set({ playing: false }), 0);
      else if (values.unsaid) setTimeout(() => set(game.report()), 0);
    };
    return { height: LOSS.top + LOSS.height + 40 + 330, paint };
  };
  return { layout };
}

const refusal = ([...text]) => (text.length > MOST ? `${text.length} characters, up to ${MOST} can be shown` : "");

// --- controls -------------------------------------------------------------------------------

function settings(parent, set, restart) {
  const pick = (title, name, words, choose) => {
    const row = make("label", { class: "lab-choice" }, parent);
    make("span", {}, row, title);
    const select = make("select", { "data-control": name, "aria-label": title }, row);
    for (const [value, text] of Object.entries(words)) make("option", { value }, select, text);
    select.addEventListener("change", () => choose(select.value));
    return (value) => (select.value = value);
  };
  const dial = (name, text, options, change) => {
    const it = slider(parent, text, { ...options, name }, change);
    return (value, told) => it.set(value, told);
  };
  const task = pick("task", "task", TASKS, (value) => restart({ task: value, text: LESSONS[value].probe }));
  const kind = pick("net", "kind", KINDS, (value) => restart({ kind: value }));
  const units = dial("units", "units", { min: 1, max: 8, step: 1 }, (value) => restart({ units: value }));
  const remember = dial("remember", "bias f", { min: -5, max: 5, step: 0.5 }, (value) => restart({ remember: value }));
  const save = dial("save", "bias i", { min: -5, max: 5, step: 0.5 }, (value) => restart({ save: value }));
  const signed = radios(parent, "remember in", [[false, "0 … 1"], [true, "−1 … 1"]].map(
    ([value, text]) => ({ value, text, name: text }),
  ), (value) => restart({ signed: value }));
  const seed = dial("seed", "seed", { min: 0, max: 99, step: 1 }, (value) => restart({ seed: value }));
  const noise = dial("noise", "noise", { min: 0, max: 5, step: 0.5 }, (value) => set({ noise: value }));
  const lr = dial("lr", "lr", { min: -3, max: -1, step: 0.1 }, (value) => set({ lr: Number((10 ** value).toPrecision(2)) }));
  return (state) => {
    task(state.task);
    kind(state.kind);
    units(state.units);
    remember(state.remember, brief(state.remember));
    save(state.save, brief(state.save));
    signed(state.signed);
    seed(state.seed);
    noise(state.noise, brief(state.noise));
    lr(Math.log10(state.lr), brief(state.lr));
  };
}

function transport(parent, set, restart, game, now) {
  const row = make("div", { class: "lab-buttons" }, parent);
  const play = button(row, "▶ Learn", "learn, frame by frame; and pause", () => {
    game.orders.rush = false;
    set({ playing: !now().playing });
  });
  const once = button(row, "One update", "one step down the gradient", () => {
    game.orders.once += 1;
    set({ playing: false });
  });
  const rush = button(row, "To the end", "learn without waiting for the screen", () => {
    game.orders.rush = true;
    set({ playing: true });
  });
  button(row, "Again", "begin anew from the same seed; the last run stays as a shadow", () => restart({}));
  const speed = slider(row, "speed", { min: 0, max: 7, step: 1, name: "speed" }, (value) => set({ speed: 2 ** value }));
  return (state, { finished }) => {
    play.textContent = state.playing ? "❚❚ Pause" : "▶ Learn";
    for (const one of [play, once, rush]) one.disabled = finished;
    speed.set(Math.round(Math.log2(state.speed)), `${state.speed}`, `${state.speed} updates a frame`);
  };
}

// --- picture --------------------------------------------------------------------------------

// The loss on a log axis, 3 to 0.001, with the last run as a shadow.
function lossChart(svg, width) {
  const { top, height, left, right } = LOSS;
  const room = width - left - right;
  const y = (loss) => top + (clip(Math.log10(3) - Math.log10(Math.max(loss, 1e-9)), 0, 3.5) / 3.5) * height;
  const title = write(svg, 0, 8, "", "head", "start");
  for (const power of [0, -1, -2, -3]) {
    draw("line", { x1: left, x2: left + room, y1: y(10 ** power), y2: y(10 ** power), class: "lab-box" }, svg);
    write(svg, left - 6, y(10 ** power), powerOfTen(power), "faint", "end");
  }
  const ends = [0, 0.5, 1].map((share) => write(svg, left + share * room, top + height + 14, "", "faint", share === 1 ? "end" : "middle"));
  write(svg, left + room / 4, top + height + 14, "updates", "faint");
  const shadow = draw("path", { class: "lab-before" }, svg);
  const line = draw("path", { class: "lab-answer" }, svg);
  return ({ shadow: before, updates }, { losses, loss, done }) => {
    const path = (points) => points.map(([n, v], k) => `${k ? "L" : "M"}${(left + (room * n) / updates).toFixed(1)},${y(v).toFixed(1)}`).join("");
    line.setAttribute("d", path(losses));
    shadow.setAttribute("d", path(before));
    ends.forEach((end, k) => (end.textContent = `${Math.round((k * updates) / 2)}`));
    title.textContent = `${done} updates${loss === null ? "" : `, loss ${few(loss)}`}`;
  };
}

// The probe text, its gates and c, the answer beside the truth; returns where it ends.
function probeBlock(svg, canvases, y, width) {
  const room = width - EDGE - 12;
  const marks = draw("path", { class: "lab-wrong" }, svg);
  const group = draw("g", {}, svg);
  return (state, { chars, steps, said, targets, limit }) => {
    group.replaceChildren();
    const T = chars.length;
    const wide = Math.min(WIDEST, room / Math.max(T, 1));
    const names = SHOWN[state.kind];
    const tall = state.units <= 2 ? 12 : state.units <= 4 ? 8 : 5;
    if (wide >= LETTERS)
      chars.forEach((char, t) => {
        const glyph = write(group, EDGE + (t + 0.5) * wide, y, visible(char));
        glyph.classList.add("lab-glyph");
        glyph.style.fontSize = `${clip(1.5 * wide, 8, 14)}px`;
      });
    let at = y + 12;
    for (const key in canvases)
      if (!names.includes(key)) canvases[key]({ x: EDGE, y: at, width: 0, height: 0 }, 0, 0);
    for (const key of names) {
      const text = write(group, EDGE - 8, at + (tall * state.units) / 2, word(key), "small", "end");
      Object.assign(text.style, { fill: hue(key) || "", fontWeight: 600 });
      const place = { x: EDGE, y: at, width: T * wide, height: state.units * tall };
      const signed = key === "remember" && state.signed;
      const colour = signed ? colourOf("candidate", 1) : colourOf(key, key === "c" ? limit : 1);
      canvases[key](place, T ? state.units : 0, T, (k, t) => colour(steps[t][key][k]));
      at += tall * state.units + 5;
    }
    const wrong = targets.map((target, t) => target !== null && target !== said[t]);
    marks.setAttribute("d", wrong.map((bad, t) => (bad ? `M${EDGE + t * wide},${y - 9}h${wide}v${at - y + 6}h${-wide}z` : "")).join(""));
    return at + 8;
  };
}

// What can be said once it rests: right or wrong, how far, how hard, and the rules.
function tell(group, y, state, values, width) {
  group.replaceChildren();
  const line = (k, text, kind = "small") => write(group, 0, y + 18 * k, text, kind, "start");
  const { known, hard, rules, targets, said, texts } = values;
  const asked = targets.filter((target) => target !== null).length;
  const right = targets.filter((target, t) => target !== null && target === said[t]).length;
  const gates = hard === null ? "" : `;  gates nearly shut or open: ${Math.round(100 * hard)} %`;
  line(0, `probe: ${right} of ${asked} answers right${gates}`);
  if (!known) return;
  line(1, `texts that it learns from: ${texts - known.wrong} of ${texts} right;  ${failing(state, known)}`);
  if (known.best !== null && state.sharpness === 1) line(2, `sharpen it: κ = ${known.best} keeps all of them right`, "faint");
  rules.forEach(({ letter, units }, k) => {
    const words = units.map(({ text }, unit) => `${units.length > 1 ? `c${unit + 1}: ` : ""}${text}`);
    const told = write(group, 0, y + 18 * (3 + k), `‘${visible(letter)}’  ${words.join("   ")}`, "small", "start");
    told.classList.add("lab-mono");
    told.style.whiteSpace = "pre";
    if (told.getComputedTextLength?.() > width) told.setAttribute("textLength", width);
  });
}

const failing = ({ task }, { failing: n, n: tried }) => {
  const what = task === "remember_first" ? "wait" : "n";
  if (n !== null) return `first ${what} that fails: ${n}`;
  return `no ${what} fails up to ${tried}${tried < MOST_N ? " …" : ""}`;
};

function spoken(state, { done, loss, known }) {
  const learned = `${TASKS[state.task]}, ${KINDS[state.kind]}: ${done} updates`;
  return `${learned}${loss === null ? "" : `, loss ${few(loss)}`}${known ? `, ${failing(state, known)}` : ""}`;
}

const Playground = {
  keys: ["task", "kind", "units", "noise", "lr", "remember", "save", "signed", "seed", "updates", "text",
    "sharpness", "playing", "speed", "weights", "done", "losses", "shadow"],
  minWidth: 620,
  narrow: 520,
  whole: ({ task, kind }) => task in LESSONS && kind in SHOWN,
  shape: () => "one",
};

const points = list(1000, row(finite(0), finite()));
const PARTS = { W_x: 0, b_x: 0, W_h: 0, b_h: 0, V: 0, v: 0 };
const rules = {
  task: one(Object.keys(TASKS)), kind: one(Object.keys(KINDS)), units: whole(1, 9), signed: flag,
  remember: finite(-10, 10), save: finite(-10, 10), seed: whole(0), noise: finite(0, 10),
  lr: finite(Number.MIN_VALUE), updates: whole(1, 20001), text: text(MOST), sharpness: finite(0),
  playing: flag, speed: whole(1, 1001), done: whole(0), losses: points, shadow: points,
  weights: (value) => value?.constructor === Object && Object.entries(value).every(
    ([name, part]) => Object.hasOwn(PARTS, name) && list(2000, finite())(part)),
};

export default {
  rules,
  allowed,
  render(context) {
    const game = player();
    const build = (parts, start, set) => {
      parts.now = start;
      return buildPlayground(parts, start, set, game);
    };
    const fresh = { playing: false, weights: {}, done: 0, losses: [] };
    const prepare = (state, changes) => ("sharpness" in changes && Object.keys(changes).length === 1 ? changes
      : { ...fresh, shadow: state.losses.length > 1 ? state.losses : state.shadow, ...changes });
    return mount(context, { ...Playground, build, prepare, compute: game.compute });
  },
};
