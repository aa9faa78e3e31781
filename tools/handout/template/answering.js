// Verdicts in a page, as lstm_lab.check gives them: on numbers that are typed. No DOM call enters
// this file: tests run it alone and hold it to Python.

import { few, fixed, number, scientific, sigmoid } from "../../../lstm_lab/widgets/lstm.js";

// --- check/reading.py: numbers out of what is typed -----------------------------------------------

const NUMBER = String.raw`[-+−]?\d*[.,]?\d+(?:[eE][-+−]?\d+)?|[-+−]?\d+[.,]`;
const WHOLE = new RegExp(`^(?:${NUMBER})$`);
// Thousands or decimals? Nobody knows.
const THOUSANDS = /^[-+−]?[1-9]\d{0,2},\d{3}$/;
const ALONE = new RegExp(String.raw`^(?:${NUMBER})\s*%?$`);

// A number, or null: 0.9, "90 %", "1/2", "½", "0,5".
export function numberOf(text, percent = 1) {
  let plain = latin(text).trim();
  if (plain.endsWith("%")) return over(numberOf(plain.slice(0, -1)), percent);
  if (/^[¼-¾⅐-⅞↉]$/.test(plain)) plain = plain.normalize("NFKC").replace("⁄", "/");
  const parts = plain.split("/");
  if (parts.length === 2) return over(...parts.map((part) => numberOf(part)));
  return WHOLE.test(plain) && !THOUSANDS.test(plain) ? Number(plain.replaceAll("−", "-").replaceAll(",", ".")) : null;
}

// A text with digits of every script, and those of full width, as 0 to 9: each script has its ten in a
// row.
export function latin(text) {
  const narrow = text.replace(/[！-～]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0));
  return narrow
    .replaceAll("٫", ".")
    .replace(/\p{Nd}/gu, (digit) => (digit <= "9" ? digit : placeInRow(digit.codePointAt(0)) % 10));
}
const placeInRow = (code) => (/\p{Nd}/u.test(String.fromCodePoint(code - 1)) ? 1 + placeInRow(code - 1) : 0);

const over = (a, b) => (a === null || !b ? null : a / b);

// Numbers, or null if a part is none. Where one is asked, a comma stands before decimals.
export function numbersOf(text, count = 1, percent = 1) {
  const plain = latin(text).replace(/^[ [\]()]+|[ [\]()]+$/g, "");
  const parts = count === 1 && ALONE.test(plain) ? [plain] : apart(plain);
  const values = parts.map((part) => numberOf(part, percent));
  return values.includes(null) ? null : values;
}

function apart(text) {
  if (text.includes(";")) return text.split(";");
  return text.includes(",") ? text.split(",") : text.split(/\s+and\s+|(?<=[\d%])\s+(?=\d)/);
}

// The digits that were given: 4.6 has two, 0.0153 three.
const significant = (value) => value.toExponential().split("e")[0].replace(/\D/g, "").length;

// --- how Python writes them -----------------------------------------------------------------------

// "%.4g": so many digits, without zeros at the end.
export function general(value, digits = 6) {
  if (!Number.isFinite(value)) return value > 0 ? "inf" : value < 0 ? "-inf" : "nan";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa, power] = scientific(value, digits - 1).split("e");
  const exponent = Number(power);
  const short = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (exponent >= -4 && exponent < digits) return short(fixed(value, digits - 1 - exponent));
  const size = `${Math.abs(exponent)}`.padStart(2, "0");
  return `${short(mantissa)}e${exponent < 0 ? "-" : "+"}${size}`;
}

// A text in quotes, as Python shows one of a line; a long one is cut.
export function shown(text) {
  const whole = [...quoted(text)];
  return whole.length <= 60 ? whole.join("") : `${whole.slice(0, 60).join("")} … (${whole.length} characters)`;
}

function quoted(text) {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll("\\", "\\\\").replaceAll(quote, `\\${quote}`);
  return `${quote}${escaped}${quote}`;
}

// --- check/predicting.py: a guess of numbers ------------------------------------------------------

// The verdict on a guess that is typed; `question` is what answers.py says of it.
export function judgeGuess({ truth, tolerance, factor }, text) {
  const wanted = [truth].flat();
  const given = numbersOf(text, wanted.length, tolerance >= 1 ? 1 : 100);
  const many = wanted.length === 1 ? "1 number is" : `${wanted.length} numbers are`;
  if (!given?.every(Number.isFinite)) return ask(`${many} wanted, but ${shown(text)} was given`);
  if (given.length !== wanted.length) return ask(`${many} wanted, you gave ${given.length}`);
  const right = given.every((value, k) => near(value, wanted[k], tolerance, factor));
  const write = (values, digits) => listed(values, Array.isArray(truth), digits);
  const said = (digits) => [given, wanted].map((values) => write(values, digits));
  const differ = given.some((value, k) => value !== wanted[k]);
  let [mine, its] = said(0);
  for (let digits = 1; differ && mine === its && digits < 13; digits++) [mine, its] = said(digits);
  const told = `you said ${mine}, it is ${its}`;
  const [state, lead] = right ? ["passed", "right"] : ["wrong", "surprise"];
  const kept = { given: write(given, 0), truth: write(wanted, 0) };
  return { state, text: told, told: `${lead}: ${told}`, id: "", ...kept };
}

const ask = (text) => ({ state: "unanswered", text, told: `predict: ${text}`, id: "" });

function near(given, wanted, tolerance, factor) {
  if (factor === null) return Math.abs(given - wanted) <= tolerance * (1 + 1e-9) + 1e-12;
  const [low, high] = [given, wanted].map(Math.abs).sort((a, b) => a - b);
  return Math.sign(given) === Math.sign(wanted) && high <= factor * low * (1 + 1e-9);
}

function listed(values, isList, digits) {
  const texts = values.map((value) => rounded(value, digits));
  return isList ? `[${texts.join(", ")}]` : texts[0];
}

function rounded(value, digits) {
  if (digits) return general(value, digits).replaceAll("-", "−");
  if (!Number.isFinite(value)) return few(value);
  const whole = Math.round(value);
  if (Math.abs(value - whole) <= 1e-12 * Math.abs(value))
    return (Object.is(value, -0) ? "-0" : `${BigInt(whole)}`).replace("-", "−");
  let text = number(value);
  for (let more = 2; isCrude(text, value) && more < 18; more++) text = rounded(value, more);
  return text;
}

// Whether a text is a whole number's, 1.00 for 0.995, or has lost a digit, 0.01 for 0.00515.
function isCrude(text, value) {
  const told = numberOf(text);
  const lost = told !== value && significant(told) < 2 && Math.abs(value) < 0.1;
  return lost || (Number.isInteger(told) && Math.abs(value) < 1e4);
}

// --- check/judging.py: an exercise whose answer is one number -------------------------------------

// What a wrong number would do.
const left = (n) => (n >= 0 && n < 1e4 ? `after ${general(n)} steps ${number(0.9 ** n)} is left` : "");
const INFINITE = "that is infinite: is something divided by 0?";
const SAYS = {
  open_gate: (z) => `σ makes a gate of ${fixed(sigmoid(z), 4)} of it`,
  lag_left: left,
  half_life: left,
  bits_more: (n) =>
    Math.abs(n) < 1000 ? `0.48 / 2**${general(n)} is ${general(0.48 / 2 ** n, 2)}` : "",
};

// The verdict on a number that is typed; `exercise` is what answers.py says of it.
export function judgeNumber(exercise, text) {
  const values = numbersOf(text);
  const verdict = (state, lead, said, id = "") => ({ state, text: said, told: `${lead}: ${said}`, id });
  const wrong = (said, id) => verdict("wrong", "not yet", said, id);
  if (values?.length !== 1) return wrong(...noNumber(text));
  const [value] = values;
  const { truth, tolerance, listed: named, generated } = exercise;
  if (Math.abs(value - truth) <= tolerance * (1 + 1e-9))
    return verdict("passed", "passed", `${general(value, 4)}; to four digits ${general(truth, 4)}`);
  for (const [sentence, kind, center, range] of named)
    if (Math.abs(value - center) <= range || roundsTo(center, value)) return wrong(sentence, kind);
  if (!Number.isFinite(value)) return wrong(INFINITE, "nan");
  const digits = significant(value);
  const last = 10 ** (Math.floor(Math.log10(Math.abs(value))) - digits + 1);
  const slip = ([, , made, least]) => Math.abs(made - value) < Math.max(last, least);
  const [kind, said] = (digits >= 3 && generated.find(slip)) || ["", ""];
  if (said) return wrong(said, kind);
  const does = SAYS[exercise.name](value);
  const size = `${general(value, 4)} is too ${value > truth ? "large" : "small"}`;
  return wrong(does ? `${size}: ${does}` : size);
}

function roundsTo(center, value) {
  const digits = Number.isFinite(value) && value ? significant(value) : 0;
  return digits >= 2 && Number(scientific(center, digits - 1)) === value;
}

// (text, kind) for what is no number.
function noNumber(text) {
  const plain = latin(text).trim();
  const [alone] = plain.match(/\d+([.,]\d+)?/) ?? [];
  if (/\b(ln|log\d*|exp|sqrt)\b|[*^]|\d\s+[-+]\s+\d/.test(plain))
    return [`${quoted(text)} is a text: give the number, or let Python calculate it, as in np.log(2)`, "text"];
  if (THOUSANDS.test(plain))
    return [`one number is wanted: write a point, ${plain.replace(",", ".")}, not ${plain}`, "point"];
  if (alone)
    return [`one number is wanted, alone: ${alone}, but ${quoted(text)} was given`, "text"];
  return [`one number is wanted, but ${shown(text)} was given`, "shape"];
}

// --- check/reporting.py: the file to hand in ------------------------------------------------------

// A name as lstm_lab.check.report takes it, or "".
export function nameOf(text) {
  const plain = text.normalize("NFC").trim().replace(/\.json$/, "").trim().replace(/\s+/gu, " ");
  return /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}\p{Join_C} .,_'’-]*$/u.test(plain) && [...plain].length <= 60 ? plain : "";
}

// The file that it goes into.
export const fileOf = (name) => `report_${name.replace(/[^\p{L}\p{M}\p{N}\p{Join_C}._-]/gu, "_")}.json`;

// A report as lstm_lab.check.report writes it; `most` has what is kept of a try, and how many characters
// of each. `digest` makes 12 hex digits of a text, or "".
export async function reportOf(name, answers, { format, most }, digest) {
  const fields = Object.keys(most).sort(); // as they are hashed
  const points = (text, count) => [...text].slice(0, count).join("");
  const tries = answers
    .filter(({ state }) => state !== "unanswered")
    .map((one) => fields.map((key) => [key, points(one[key], most[key])]));
  const line = (pairs) => `{${pairs.map((pair) => pair.map((p) => JSON.stringify(p)).join(": ")).join(", ")}}`;
  const fingerprint = await digest(`[${JSON.stringify(name)}, [${tries.map(line).join(", ")}]]`);
  return { format, name, tries: tries.map(Object.fromEntries), fingerprint };
}
