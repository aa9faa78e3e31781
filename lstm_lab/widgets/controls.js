// The figures' controls: sliders, radio buttons, text boxes, chips.

import { brief } from "./lstm.js";
import { label, make, unique, visible } from "./drawing.js";

// A labelled native slider with a number beside it. Returns { row, input, rename(word), set }, where
// set(value, text, spoken) moves the thumb unless the hand is on it.
export function slider(parent, text, { min, max, step, name }, onInput) {
  const row = make("label", { class: "lab-slider" }, parent);
  const head = make("span", { title: text }, row, text);
  const input = make("input", { type: "range", min, max, step, "data-control": name }, row);
  const output = make("output", { "aria-hidden": true }, row); // aria-valuetext says it
  input.addEventListener("input", () => onInput(Number(input.value)));
  const set = (value, text = `${value}`, spoken = text) => {
    if (Number(input.value) !== value && !input.matches(":active")) input.value = value;
    output.textContent = text;
    input.setAttribute("aria-valuetext", spoken);
  };
  const rename = (word) => {
    head.textContent = head.title = word;
  };
  return { row, input, set, rename };
}

// The sharpness κ: a slider over powers of ten, from 0.01 (average) to 100 (choose one).
export function sharpnessDial(parent, set) {
  const options = { min: -2, max: 2, step: 0.05, name: "sharpness" };
  const dial = slider(parent, label("sharpness"), options, (exponent) =>
    set({ sharpness: Number((10 ** exponent).toPrecision(6)) }),
  );
  dial.row.classList.add("lab-dial");
  return (sharpness) => dial.set(Math.log10(Math.max(sharpness, 1e-300)), brief(sharpness));
}

// Radio buttons; each choice is { value, text, name }. Call the result with the chosen value.
export function radios(parent, legend, choices, choose) {
  const group = make("div", { class: "lab-kind", role: "radiogroup", "aria-label": legend }, parent);
  make("span", { "aria-hidden": true }, group, legend);
  const shared = unique("lab-choice");
  const inputs = choices.map(({ value, text, name }) => {
    const row = make("label", {}, group);
    const attributes = { type: "radio", name: shared, "data-control": name };
    const input = make("input", attributes, row);
    row.append(text);
    input.addEventListener("change", () => choose(value));
    return input;
  });
  return (chosen) => inputs.forEach((input, k) => (input.checked = choices[k].value === chosen));
}

export function button(parent, text, title, onClick) {
  const node = make("button", { type: "button", title, class: "lab-button" }, parent, text);
  node.addEventListener("click", onClick);
  return node;
}

// A text box for the trait `name`, under a title of its own if need be. `refuse(text)` says what is wrong with a text, if anything: the
// figure then keeps the one that it has. A box of one row has no line breaks. Call the result with
// the text; it returns what is wrong with what stands in the box, or "".
export function textEntry(parent, { name, title = name, rows, refuse }, set) {
  const row = make("label", { class: "lab-entry" }, parent);
  make("span", {}, row, title);
  const options = { rows, spellcheck: "false", autocomplete: "off", "data-control": name };
  const area = make("textarea", options, row);
  let shown = null;
  let wrong = ""; // with what stands in the box, while the figure holds `shown`
  area.addEventListener("input", () => {
    if (rows === 1 && /[\r\n]/.test(area.value)) area.value = area.value.replace(/[\r\n]+/g, "");
    const text = area.value.toWellFormed?.() ?? area.value;
    wrong = refuse(text);
    set(wrong ? {} : { [name]: text });
  });
  return (text) => {
    if (shown !== text) wrong = "";
    shown = text;
    if (!wrong && area.value !== text) area.value = text;
    return wrong;
  };
}

// Which character is the first that an alphabet does not have, and how many more there are; or "".
export function unknownCharacter(chars, alphabet) {
  const known = new Set(alphabet);
  const first = chars.findIndex((char) => !known.has(char));
  if (first < 0) return "";
  const others = chars.filter((char) => !known.has(char)).length - 1;
  const more = others ? ` (and ${others} more)` : "";
  const few = [...alphabet].length <= 12 ? `, ${[...alphabet].map(visible).join(" ")}` : "";
  return `‘${visible(chars[first])}’ at ${first + 1}${more} is not in the alphabet${few}`;
}

export function noteLine(parent) {
  const note = make("div", { class: "lab-note", role: "status" }, parent);
  return (text) => {
    if (note.textContent !== text) note.textContent = text;
  };
}

// Press, drag and hover on a node. down(event) returns what move, up and cancel are given as long as
// the pointer is held, or undefined to let the press pass; while nothing is held move gets null.
export function pad(node, { down, move, up, cancel, leave }) {
  let held = null;
  node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    held = down(event) ?? null;
    if (held !== null) node.setPointerCapture(event.pointerId);
  });
  node.addEventListener("pointermove", (event) => move(event, held));
  const end = (then) => () => {
    const was = held;
    held = null;
    if (was !== null) then?.(was);
  };
  node.addEventListener("pointerup", end(up));
  node.addEventListener("pointercancel", end(cancel));
  if (leave) node.addEventListener("pointerleave", leave);
}

// A row of chips, each with a button that takes it away. Call the result with their words and
// { selected, select(k), hint, remove(k), verb, otherwise }: what is focused when none is left.
export function chipRow(parent) {
  const row = make("div", { class: "lab-chips" }, parent);
  return (words, { selected, select, hint, remove, verb, otherwise }) => {
    const now = JSON.stringify([words, selected]);
    if (row.dataset.words === now) return;
    const focused = [...row.querySelectorAll("button")].indexOf(document.activeElement);
    row.dataset.words = now;
    row.replaceChildren();
    words.forEach((text, k) => {
      const chip = make("span", { class: "lab-chip" }, row);
      const name = button(chip, text, hint, () => select(k));
      name.setAttribute("aria-pressed", `${k === selected}`);
      button(chip, "✕", verb, () => remove(k)).setAttribute("aria-label", `${verb} ${text}`);
    });
    row.scrollLeft = row.scrollWidth;
    const buttons = [...row.querySelectorAll("button")];
    if (focused >= 0) (buttons[Math.min(focused, buttons.length - 1)] ?? otherwise).focus();
  };
}
