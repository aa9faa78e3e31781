// ClassGuesses: what a class guessed, a question at a time; what is right, when it is asked for.

import { draw, make, place, shorten, write } from "./drawing.js";
import { button, slider } from "./controls.js";
import { mount } from "./figure.js";
import { allowed, flag, whole } from "./rules.js";

const ABOVE = 84;
const PITCH = 40;
const THICK = 26;

function buildClassGuesses(parts, start, set) {
  const last = start.asked.length - 1;
  let now = start;
  const show = (at) => (at < 0 || at > last ? null : set({ at, told: false }));
  const player = make("div", { class: "lab-player" }, parts.dials);
  button(player, "◀", "the question before", () => show(now.at - 1));
  button(player, "▶", "the next question", () => show(now.at + 1));
  const range = { min: 1, max: last + 1, step: 1, name: "at" };
  const choice = slider(player, "question", range, (value) => show(value - 1));
  const tell = button(parts.dials, "", "green and ✓", () => set({ told: !now.told }));
  const most = Math.max(...start.asked.map(({ bars }) => bars.length));

  const layout = (width) => {
    const svg = parts.svg;
    const left = Math.min(260, width * 0.36);
    const title = write(svg, 0, 16, "", "title", "start");
    const under = write(svg, 0, 46, "", "", "start");
    const rows = Array.from({ length: most }, (_, k) => barRow(svg, k, left, width - 60));
    const paint = (state, { counts, right }) => {
      now = state;
      const { title: asked, notebook: from, truth, bars } = state.asked[state.at];
      const guessed = counts.reduce((sum, count) => sum + count, 0);
      const hits = counts.reduce((sum, count, k) => sum + (right[k] ? count : 0), 0);
      choice.set(state.at + 1, `${state.at + 1} of ${last + 1}`);
      tell.textContent = state.told ? "hide what is right" : "what is right?";
      tell.setAttribute("aria-pressed", `${state.told}`);
      fit(title, asked, width, 11);
      const told = state.told ? `it is ${truth}: ${hits} of ${guessed} were right` : `${guessed} guessed`;
      fit(under, `${told} · ${from}`, width, 8);
      const limit = Math.max(...counts, 1);
      rows.forEach((row, k) => row(bars[k], counts[k] / limit, right[k]));
      const spoken = bars.map(([given, count], k) => `${given}: ${count}${right[k] ? ", right" : ""}`);
      svg.setAttribute("aria-label", `${asked}: ${spoken.join("; ")}; ${told}`);
    };
    return { height: ABOVE + most * PITCH, paint };
  };
  return { layout };
}

// One bar: call the result with [given, count], its length from 0 to 1, and whether it is right.
function barRow(svg, k, left, right) {
  const row = draw("g", {}, svg);
  const top = ABOVE + k * PITCH;
  const name = write(row, left - 12, top + THICK / 2, "", "", "end");
  const whole = draw("title", {}, row);
  const bar = draw("rect", { x: left, y: top, height: THICK, rx: 2 }, row);
  const count = write(row, left, top + THICK / 2, "", "head", "start");
  return (guess, length, isRight) => {
    row.setAttribute("visibility", guess ? "visible" : "hidden");
    if (!guess) return;
    fit(name, guess[0], left - 34, 9);
    name.textContent += isRight ? " ✓" : "";
    whole.textContent = guess[0];
    const wide = length * (right - left);
    place(bar, { width: wide, class: isRight ? "lab-right-fill" : "lab-bar-fill" });
    count.textContent = guess[1];
    count.setAttribute("x", left + wide + 10);
  };
}

// Write a text, cut to a width as it is drawn; where nothing is drawn, a character takes `size`.
function fit(node, text, room, size) {
  const fits = (most) => {
    node.textContent = shorten(text, most);
    return (node.getComputedTextLength?.() || size * most) <= room;
  };
  let [low, high] = [1, [...text].length];
  if (fits(high)) return;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  fits(low);
}

const ClassGuesses = {
  keys: ["asked", "at", "told"],
  minWidth: 560,
  narrow: 380,
  whole: ({ asked, at }) => at < asked.length,
  compute: ({ asked, at, told }) => ({
    counts: asked[at].bars.map(([, count]) => count),
    right: asked[at].bars.map(([, , right]) => Number(right && told)),
  }),
  shape: ({ asked }) => asked,
  build: buildClassGuesses,
};

const rules = { at: whole(0, ({ asked }) => asked.length), told: flag };

export default { rules, allowed, render: (context) => mount(context, ClassGuesses) };
