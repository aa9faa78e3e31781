// The boxes of a page in which guesses and answers are given, and what was answered in them.

import { make } from "../../../lstm_lab/widgets/drawing.js";
import { saveFile } from "../../../lstm_lab/widgets/saving.js";
import { fileOf, judgeGuess, judgeNumber, nameOf, numberOf, reportOf, shown } from "./answering.js";
import { judgeGates } from "./gates.js";

const { report: REPORT, questions } = JSON.parse(document.getElementById("questions").textContent);
const KEPT = "lstm_lab answers"; // the one place on this device, used if it is asked for

// --- what was answered ----------------------------------------------------------------------------

const kept = () => {
  try {
    const found = JSON.parse(localStorage.getItem(KEPT));
    const isWhole = (one) => Object.keys(REPORT.most).every((key) => typeof one?.[key] === "string");
    return Array.isArray(found) ? found.filter(isWhole) : null;
  } catch {
    return null; // nothing there, or a browser that keeps nothing
  }
};
let [answers, keeping] = [[], false];

// What another page of the handout has kept, or keeps no more, holds here too.
function follow() {
  const there = kept();
  const known = new Set((there ?? []).map((one) => JSON.stringify(one)));
  keeping = there !== null;
  answers = [...(there ?? []), ...answers.filter((one) => !known.has(JSON.stringify(one)))];
}

// Keep what was answered, if that is asked for; what was kept before is never lost by it.
function store() {
  lack.textContent = "";
  try {
    if (keeping) localStorage.setItem(KEPT, JSON.stringify(answers));
  } catch {
    lack.textContent = "this browser keeps no more here: save a report before you leave the page";
    keeping = kept() !== null; // no room for more, or a browser that keeps nothing at all
  }
  tell();
}

function forget() {
  try {
    localStorage.removeItem(KEPT);
  } catch {
    // nothing was kept
  }
}

// --- boxes ----------------------------------------------------------------------------------------

// A box's form, and where its verdict is told.
function box(place, label, part) {
  const form = make("form", { class: "ask", autocomplete: "off" }, place);
  const field = make("fieldset", {}, form);
  make("legend", {}, field, label);
  part(field, form);
  const output = make("output", { class: "verdict", "aria-live": "polite" }, form);
  return { form, output };
}

function answered(output, name, verdict) {
  output.textContent = verdict.told;
  output.dataset.state = verdict.state;
  if (verdict.state === "unanswered") return;
  const { state, id: named, text, given = "", truth = "", choices = "" } = verdict;
  follow();
  answers.push({ exercise: name, state, named, text, given, truth, choices });
  store();
}

// Words: a button for each.
function words(place, { name, choices, said }) {
  const { form, output } = box(place, "Your guess", (field) => {
    for (const choice of choices) make("button", { value: choice }, field, choice);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = event.submitter ?? form.querySelector("button");
    for (const button of form.querySelectorAll("button"))
      button.setAttribute("aria-pressed", button === chosen);
    answered(output, name, said[choices.indexOf(chosen.value)]);
  });
}

// What stands in a field, without what nobody sees; every blank is a plain one.
const typed = ({ value }) => value.replace(/\p{C}/gu, "").replace(/\p{Z}/gu, " ").trim();

// Numbers: typed.
function numbers(place, question) {
  const guess = question.kind === "numbers";
  const count = guess && Array.isArray(question.truth) ? question.truth.length : 1;
  const label = `Your ${guess ? "guess" : "answer"}: ${count > 1 ? `${count} numbers` : "a number"}`;
  const { form, output } = box(place, label, (field) => {
    const hint = count > 1 ? { placeholder: "1, 2, …" } : { inputmode: "text" };
    make("input", { "aria-label": label, maxlength: 60, size: 14, ...hint }, field);
    make("button", {}, field, "Check");
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = typed(form.querySelector("input"));
    const open = { state: "unanswered", told: `type ${count > 1 ? `${count} numbers` : "a number"} first` };
    const judge = guess ? judgeGuess : judgeNumber;
    answered(output, question.name, text ? judge(question, text) : open);
  });
}

// Rows that a screen reader may pass over.
const SPOKEN = { "(": "opening bracket", ")": "closing bracket", "“": "opening mark", "”": "closing mark" };

// A table of controls, a row for each name; `control(cell, row, column)` makes one.
function table(field, rows, columns, control) {
  const made = make("table", {}, make("div", { class: "scrolls", "data-name": "answer" }, field));
  const head = make("tr", {}, made);
  for (const column of ["", ...columns]) make("th", {}, head, column);
  for (const row of rows) {
    const line = make("tr", {}, made);
    make("th", { scope: "row" }, line, row);
    for (const column of columns) control(make("td", {}, line), `${SPOKEN[row] ?? row} ${column}`.trim());
  }
  make("button", {}, field, "Check");
}

// Say what an answer lacks, at the control that lacks it.
function unfinished(output, name, control, told) {
  control.focus();
  answered(output, name, { state: "unanswered", told: `not answered yet: ${told}` });
}

// Gates, biases or weights: typed into a table.
function gates(place, question) {
  const { name, rows, columns } = question;
  const { form, output } = box(place, "Your answer", (field) =>
    table(field, rows, columns, (cell, label) =>
      make("input", { "aria-label": label, maxlength: 20, size: 4, placeholder: "…" }, cell),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const inputs = [...form.querySelectorAll("input")];
    const values = inputs.map((input) => numberOf(typed(input), 100));
    const open = inputs.find((_, k) => values[k] === null);
    if (open) {
      const text = typed(open);
      const said = text ? `a number is wanted, not ${shown(text)}` : "put a number where the dots are";
      return unfinished(output, name, open, said);
    }
    const lines = rows.map((_, k) => values.slice(k * columns.length, (k + 1) * columns.length));
    answered(output, name, judgeGates(question, lines));
  });
}

// Words, one for each row: chosen from a list.
function choices(place, { name, rows, choices, said, of }) {
  const { form, output } = box(place, "Your answer", (field) =>
    table(field, rows, ["word"], (cell, label) => {
      const select = make("select", { "aria-label": label }, cell);
      make("option", { value: "" }, select, "…");
      choices.forEach((word, k) => make("option", { value: k }, select, word));
    }),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = [...form.querySelectorAll("select")];
    const open = chosen.find((select) => select.value === "");
    if (open) return unfinished(output, name, open, "choose where the dots are");
    const place = chosen.reduce((sum, select) => sum * choices.length + Number(select.value), 0);
    answered(output, name, said[of[place]]);
  });
}

const BOXES = { words, numbers, number: numbers, gates, choices };
for (const place of document.querySelectorAll("[data-question]")) {
  const question = questions[place.dataset.question];
  BOXES[question.kind](place, question);
}

// --- the end of the page: keep, save --------------------------------------------------------------

const end = document.getElementById("answers");
const count = make("p", {}, end);
const keep = make("label", {}, make("p", {}, end));
const tick = make("input", { type: "checkbox" }, keep);
const ownStore = location.protocol === "file:" && navigator.userAgent.includes("Firefox");
const reach = ownStore ? "this page (Firefox keeps the pages of a folder apart)" : "all pages of the handout";
keep.append(` keep my answers on this device, for ${reach}`);
const lack = make("output", { class: "verdict", "aria-live": "polite" }, end);
const hand = make("form", { class: "ask", autocomplete: "off" }, end);
const asks = make("label", {}, hand, "Your name, or the number that your teacher gave you: ");
const who = make("input", { maxlength: 80, size: 14 }, asks);
make("button", {}, hand, "Save a report");
const note = make("output", { class: "verdict", "aria-live": "polite" }, hand);

const counted = (n, one, many) => `${n} ${n === 1 ? one : many}`;

function tell() {
  const passed = new Set(answers.filter((one) => one.state === "passed").map((one) => one.exercise));
  const tried = new Set(answers.map((one) => one.exercise));
  count.textContent = answers.length
    ? `${counted(tried.size, "question", "questions")} answered, ${passed.size} right; ${counted(answers.length, "try", "tries")}.`
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
  const wanted = tick.checked;
  follow();
  keeping = wanted;
  if (!keeping) forget();
  store();
});

addEventListener("storage", ({ key }) => {
  if (key !== KEPT && key !== null) return; // null: all was cleared
  follow();
  store();
});

// A page that the browser kept at hand, to go back to.
addEventListener("pageshow", () => {
  follow();
  tell();
});

hand.addEventListener("submit", async (event) => {
  event.preventDefault();
  const name = nameOf(who.value);
  if (!name) {
    note.textContent = "type your name first: up to 60 letters, digits, blanks, . , - _ or '";
    return who.focus();
  }
  follow();
  tell();
  if (!answers.length) {
    note.textContent = "nothing is answered yet";
    return;
  }
  const report = await reportOf(name, answers, REPORT, digest);
  const file = new Blob([`${JSON.stringify(report, null, 1)}\n`]);
  saveFile(file, fileOf(name));
  note.textContent = `${counted(report.tries.length, "answer", "answers")} saved: read the file, then hand it in`;
});

follow();
tell();
