// The boxes of a page in which guesses and answers are given, and what was answered in them.

import { FIELDS, judgeGuess, judgeNumber, reportOf } from "./answering.js";

const { format, questions } = JSON.parse(document.getElementById("questions").textContent);
const KEPT = "lstm_lab answers"; // the one place on this device, used if it is asked for
const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_ .-]{0,59}$/u; // as check/reporting.py wants it

const element = (tag, parent, attributes = {}, text = "") => {
  const node = parent.appendChild(document.createElement(tag));
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.textContent = text;
  return node;
};

// --- what was answered ----------------------------------------------------------------------------

const kept = () => {
  try {
    const found = JSON.parse(localStorage.getItem(KEPT));
    const isWhole = (one) => FIELDS.every((key) => typeof one?.[key] === "string");
    return Array.isArray(found) ? found.filter(isWhole) : null;
  } catch {
    return null; // nothing there, or a browser that keeps nothing
  }
};
let answers = kept() ?? [];
let keeping = kept() !== null;

function store(now) {
  answers = now;
  try {
    if (keeping) localStorage.setItem(KEPT, JSON.stringify(answers));
    else localStorage.removeItem(KEPT);
  } catch {
    keeping = false;
  }
  tell();
}

// --- boxes ----------------------------------------------------------------------------------------

// A box's form, and where its verdict is told.
function box(place, label, part) {
  const form = element("form", place, { class: "ask", autocomplete: "off" });
  const field = element("fieldset", form);
  element("legend", field, {}, label);
  part(field, form);
  const output = element("output", form, { class: "verdict", "aria-live": "polite" });
  return { form, output };
}

function answered(output, name, verdict) {
  output.textContent = verdict.told;
  output.dataset.state = verdict.state;
  if (verdict.state === "unanswered") return;
  const { state, id: named, text, given = "", truth = "" } = verdict;
  const before = (keeping && kept()) || answers; // another page may have kept some
  store([...before, { exercise: name, state, named, text, given, truth }]);
}

// Words: a button for each.
function words(place, { name, choices, said }) {
  const { form, output } = box(place, "Your guess", (field) => {
    for (const choice of choices) element("button", field, { value: choice }, choice);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = event.submitter ?? form.querySelector("button");
    for (const button of form.querySelectorAll("button"))
      button.setAttribute("aria-pressed", button === chosen);
    answered(output, name, said[choices.indexOf(chosen.value)]);
  });
}

// Numbers: typed.
function numbers(place, question) {
  const guess = question.kind === "numbers";
  const count = guess && Array.isArray(question.truth) ? question.truth.length : 1;
  const label = `Your ${guess ? "guess" : "answer"}: ${count > 1 ? `${count} numbers` : "a number"}`;
  const { form, output } = box(place, label, (field) => {
    const hint = count > 1 ? { placeholder: "1, 2, …" } : { inputmode: "text" };
    element("input", field, { "aria-label": label, maxlength: 60, size: 14, ...hint });
    element("button", field, {}, "Check");
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = form.querySelector("input").value.replace(/\p{C}/gu, "").trim();
    const open = { state: "unanswered", told: `type ${count > 1 ? `${count} numbers` : "a number"} first` };
    const judge = guess ? judgeGuess : judgeNumber;
    answered(output, question.name, text ? judge(question, text) : open);
  });
}

// Choices: a table of them.
function choices(place, { name, whole, rows, columns, said, of }) {
  const { form, output } = box(place, "Your answer", (field) => {
    const table = element("table", element("div", field, { class: "scrolls", "data-name": "answer" }));
    const head = element("tr", table);
    for (const column of ["", ...columns.map(([label]) => label)]) element("th", head, {}, column);
    for (const row of rows) {
      const line = element("tr", table);
      element("th", line, { scope: "row" }, row);
      for (const [label, values] of columns) {
        const at = { "aria-label": `${row} ${label}`.trim() };
        const select = element("select", element("td", line), at);
        element("option", select, { value: "" }, "…");
        values.forEach((value, k) => element("option", select, { value: k }, `${value}`.replace("-", "−")));
      }
    }
    element("button", field, {}, "Check");
    if (!whole) element("span", field, { class: "note" }, "a few values; the notebook takes any");
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = [...form.querySelectorAll("select")];
    const open = chosen.find((select) => select.value === "");
    if (open) {
      open.focus();
      return answered(output, name, { state: "unanswered", told: "not answered yet: choose where the dots are" });
    }
    const sizes = chosen.map((select) => select.options.length - 1);
    const place = chosen.reduce((sum, select, k) => sum * sizes[k] + Number(select.value), 0);
    answered(output, name, said[of[place]]);
  });
}

const BOXES = { words, numbers, number: numbers, choices };
for (const place of document.querySelectorAll("[data-question]")) {
  const question = questions[place.dataset.question];
  BOXES[question.kind](place, question);
}

// --- the end of the page: keep, save --------------------------------------------------------------

const end = document.getElementById("answers");
const count = element("p", end);
const keep = element("label", element("p", end));
const tick = element("input", keep, { type: "checkbox" });
keep.append(" keep my answers on this device, for all pages of the handout");
const hand = element("form", end, { class: "ask", autocomplete: "off" });
const label = element("label", hand, {}, "Your name, or the number that your teacher gave you: ");
const who = element("input", label, { maxlength: 60, size: 14 });
element("button", hand, {}, "Save a report");
const note = element("output", hand, { class: "verdict", "aria-live": "polite" });

function tell() {
  const passed = new Set(answers.filter((one) => one.state === "passed").map((one) => one.exercise));
  const tried = new Set(answers.map((one) => one.exercise));
  count.textContent = answers.length
    ? `${tried.size} questions answered, ${passed.size} right; ${answers.length} tries.`
    : "Nothing is answered yet.";
  tick.checked = keeping;
}

// The first 12 hex digits of SHA-256, or "" where a page may not compute it (http).
async function digest(text) {
  const bytes = await crypto.subtle?.digest("SHA-256", new TextEncoder().encode(text));
  const hex = [...new Uint8Array(bytes ?? [])].map((byte) => byte.toString(16).padStart(2, "0"));
  return hex.join("").slice(0, 12);
}

tick.addEventListener("change", () => {
  keeping = tick.checked;
  store(answers);
});

hand.addEventListener("submit", async (event) => {
  event.preventDefault();
  const name = who.value.trim();
  if (!NAME.test(name)) {
    note.textContent = "type your name first: letters, digits, blanks, . - or _";
    return who.focus();
  }
  const report = await reportOf(name, answers, format, digest);
  const url = URL.createObjectURL(new Blob([`${JSON.stringify(report, null, 1)}\n`]));
  const link = element("a", end, { download: `report_${name.replaceAll(" ", "_")}.json`, href: url });
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  note.textContent = `${report.tries.length} answers saved: read the file, then hand it in`;
});

tell();
