// Verdicts in a page, as lstm_lab.check gives them: on gates and biases that are typed into a table.
// No DOM call enters this file: tests run it alone and hold it to Python.

import { fixed, sigmoid } from "../../../lstm_lab/widgets/lstm.js";
import { general } from "./answering.js";

// The verdict on rows of numbers; `question` is what answers.py says of the exercise.
export function judgeGates(question, rows) {
  const unsigned = rows.map((row) => row.map((value) => value + 0)); // -0 is 0
  const [id, text] = JUDGES[question.name](unsigned, question);
  const [state, lead] = id === null ? ["passed", "passed"] : ["wrong", "not yet"];
  return { state, text, told: `${lead}: ${text}`, id: id ?? "" };
}

const RIGHT = null; // stands where a mistake has its word

// --- how Python writes them -----------------------------------------------------------------------

const decimals = (value, digits) => `${Object.is(value, -0) ? "-" : ""}${fixed(value, digits)}`;
const short = (text) => text.replace(/\.?0+$/, "");
const plain = (value) => general(Number(fixed(value, 3)) + 0).replaceAll("-", "−");

// With enough digits to see that it is not 0 or 1.
function close(value) {
  if (value > 0.5 && value < 1) return short(fixed(value, 10));
  return value > 1e-6 && value < 0.5 ? general(value, 2) : plain(value);
}

// A number as Python shows it, and a tuple of them.
function repr(value) {
  if (!Number.isFinite(value)) return general(value);
  const size = Math.abs(value);
  if (Number.isInteger(value) ? size < 1e16 : size >= 1e-4 && size < 1e16) return `${value}`;
  return value.toExponential().replace(/e([-+])(\d)$/, "e$10$2");
}
const tuple = (values) => `(${values.map(repr).join(", ")})`;

// --- check/memory.py: gates that store, wait and ask ----------------------------------------------

const JOBS = ["store", "wait", "ask"];
const ORDERS = [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

function twoStates(rows, { noise }) {
  const k = rows.findIndex((row) => row.some((gate) => !(gate >= 0 && gate <= 1)));
  if (k >= 0) return ["shape", `${JOBS[k]}: three gates in [0, 1] are wanted, but ${tuple(rows[k])} was given`];
  const told = runJobs(rows, noise);
  const moved = (order) => rows.map((row) => order.map((j) => row[j]));
  if (told[0] !== RIGHT && ORDERS.some((order) => runJobs(moved(order), noise)[0] === RIGHT))
    return ["swapped", "the gates are right, but in another order: remember, save, focus is asked"];
  return told;
}

function runJobs(rows, noise) {
  for (const [old, late] of [[2, 0.5], [-1.5, -0.7]]) {
    let c = old;
    for (const [k, candidate] of [[0, 0.9], ...noise.map((value) => [1, value]), [2, late]]) {
      const [remember, save, focus] = rows[k];
      c = remember * c + save * candidate;
      const wrong = wrongAt(JOBS[k], rows[k], old, c, focus * Math.tanh(c));
      if (wrong) return [wrong[0], `${JOBS[k]}: ${wrong[1]}`];
    }
  }
  return [RIGHT, `c held 0.9 through ${noise.length} steps of noise, and h spoke only when asked`];
}

function wrongAt(job, [remember, save, focus], old, c, h) {
  const far = Math.abs(c - 0.9) > 0.05;
  const [cs, hs] = [decimals(c, 2), decimals(h, 2)];
  const [r, s, f] = [remember, save, focus].map((gate) => general(gate));
  if (job === "store" && far && remember > 0.02)
    return ["remember", `c becomes ${cs}, not 0.9: remember ${r} keeps ${remember === 1 ? "all" : "some"} of the old ${general(old)}`];
  if (job === "store" && far)
    return ["save", `c becomes ${cs}, not 0.9: the candidate of 0.9 must enter, and with remember ${r} and save ${s} only ${decimals(save * 0.9, 2)} entered`];
  if (job !== "ask" && Math.abs(h) > 0.01) return ["focus", `h is ${hs}, but must be silent: what shuts it?`];
  if (far && job === "wait" && save / 2 > (1 - remember) * 0.9)
    return ["save", `noise gets into c, now ${cs}: save is ${s}`];
  if (far && job === "wait") return ["remember", `c fades to ${cs}: remember is ${r}`];
  if (far) return ["remember", `c is ${cs} when it is read: remember ${r}, save ${s}`];
  if (job === "ask" && Math.abs(h - Math.tanh(0.9)) > 0.05)
    return ["focus", `h is ${hs}, but tanh(0.9) = 0.72 is in c: focus is ${f}`];
  return null;
}

// --- check/four_corners.py: two biases for each corner -----------------------------------------------

const OPEN = 1000; // as good as infinite
const STEPS = 20;
const further = ([first, second]) => (second > first + 1e-9 ? 1 : 0);

function biases(rows, { rows: jobs, corners }) {
  const pairs = rows.map((row) => row.map((bias) => Math.min(Math.max(bias, -OPEN), OPEN)));
  const all = pairs.flat();
  if (all.some((value) => value !== 0) && all.every((value) => value >= 0 && value <= 1))
    return ["gate", "those are gates; a bias goes through σ first, and σ(1) is only 0.73"];
  const wrong = pairs.map((pair, k) => wrongGate(pair, corners[k]));
  const k = wrong.findIndex(Boolean);
  if (k < 0) return [RIGHT, `all three jobs done over ${STEPS} steps`];
  if (!pairs.some(([one, other], j) => wrongGate([other, one], corners[j])))
    return ["swapped", "the two biases have changed places: remember comes first, save second"];
  return [wrong[k][0], `${jobs[k]}: ${wrong[k][1]}`];
}

function wrongGate(pair, corner) {
  const gate = pair.map(sigmoid);
  const away = gate.map((value, k) => Math.abs(value - corner[k]));
  const [names, wants] = [["remember", "save"], ["shut", "open"]];
  const worst = further(away);
  if (gate[worst] === 0.5 || gate[worst] > 0.5 !== (corner[worst] === 1)) {
    const made = `a bias of ${general(pair[worst])} makes it ${general(gate[worst], 3)}`;
    return [names[worst], `${names[worst]} must be ${wants[corner[worst]]}, but ${made}`];
  }
  const best = corner.map((open) => (open ? OPEN : -OPEN));
  for (const start of [3, -3]) {
    const [got, ideal] = [pair, best].map((biases) => runBiases(biases, start));
    const t = got.findIndex((c, k) => Math.abs(c - ideal[k]) > 0.05);
    if (t < 0) continue;
    const mended = [[best[0], pair[1]], [pair[0], best[1]]];
    const k = further(mended.map((biases) => -Math.abs(runBiases(biases, start)[t] - ideal[t])));
    const saw = `from c = ${start}, at step ${t + 1} c is ${decimals(got[t], 2)} instead of ${decimals(ideal[t], 2)}`;
    return [names[k], `${names[k]} is not ${wants[corner[k]]} enough, ${general(away[k], 2)} away: ${saw}`];
  }
  return null;
}

function runBiases([remember, save], start) {
  const [kept, added] = [sigmoid(remember), sigmoid(save) * Math.tanh(0.5)];
  let c = start;
  return Array.from({ length: STEPS }, () => (c = kept * c + added));
}

// --- check/counters.py: gates at each character ---------------------------------------------------

const GATES = ["remember", "save", "candidate"];
const firstNamed = (sentence) =>
  GATES.reduce((first, gate) => (placeIn(sentence, gate) < placeIn(sentence, first) ? gate : first));
const placeIn = (sentence, gate) => (sentence.indexOf(gate) + sentence.length) % sentence.length;

function rules(rows, { rows: keys, ideal, texts, praise }) {
  const other = keys.length - 1;
  const quoted = (k) => (k === other ? "another character" : `'${keys[k]}'`);
  for (const [k, row] of rows.entries()) {
    const wrong = outOfLimits(row);
    if (wrong) return ["limits", `at ${quoted(k)}: ${wrong}`];
  }
  for (const text of texts) {
    let [c, truth] = [0, 0];
    for (let t = 0; t < text.length; t++) {
      const found = keys.indexOf(text[t]);
      const k = found < 0 ? other : found;
      const [[remember, save, candidate], [kept, added], before] = [rows[k], ideal[k], c];
      c = remember * before + save * candidate;
      truth = kept * truth + added;
      if (!(Math.abs(c - truth) > 0.01)) continue;
      const why = blame(rows[k], ideal[k], before);
      const where = `in ${clipped(text, t)} at step ${t + 1}, ${quoted(k)}`;
      return [firstNamed(why), `${where}: c is ${close(c)}, not ${plain(truth)}. ${why}`];
    }
  }
  return [RIGHT, `${praise}, ${texts.length} of ${texts.length}`];
}

function outOfLimits(row) {
  if (!row.every(Number.isFinite)) return `three numbers are wanted, but ${tuple(row)} was given`;
  const k = row.findIndex((value, j) => value < (j < 2 ? 0 : -1) || value > 1);
  return k < 0 ? "" : `${GATES[k]} is ${plain(row[k])}, but must lie in [${k < 2 ? 0 : -1}, 1]`;
}

function blame([remember, save, candidate], [kept, added], before) {
  const [lost, came] = [(kept - remember) * before, added - save * candidate].map(Math.abs);
  if (kept && remember < 1 && (lost >= came || lost > 0.005)) {
    if (remember > 0.5) return `remember ${close(remember)} loses a little of c at every step: make it 1`;
    if (remember > 0) return `remember is ${close(remember)}, half shut: a part of what was there is lost`;
    return "remember is shut: what was there is lost";
  }
  if (!kept && remember > 0 && Math.abs(remember * before) > 1e-6)
    return `remember lets the old ${plain(before)} through: shut it, so that c is set anew`;
  if (added === 0) return "save lets the candidate in where nothing should be added";
  if (save === 0) return "save is shut: the candidate does not come in";
  if (save < 1 && candidate * added > 0) return `save ${close(save)} lets only a part of the candidate in`;
  if (candidate === 0) return "the candidate is 0: nothing is added";
  if (candidate * added < 0)
    return `the candidate is ${plain(candidate)}: its sign decides whether c goes up or down`;
  return `the candidate is ${close(candidate)}: it should be ${plain(added)}`;
}

function clipped(text, t) {
  const read = text.slice(0, t + 1).replaceAll(" ", "␣");
  return read.length <= 16 ? `'${read}'` : `'…${read.slice(-14)}'`;
}

// --- check/counters.py: weights that count a line -------------------------------------------------

const PLACES = "bias and weight have changed places: the bias comes first";

function lineLength(pairs, { lengths }) {
  const odd = pairs.findIndex((pair) => !pair.every(Number.isFinite));
  if (odd >= 0) return ["shape", `${GATES[odd]}: two numbers are wanted, but ${tuple(pairs[odd])} was given`];
  if (pairs.flat().every((value) => Math.abs(value) <= 1))
    return ["gate", "these are weights, not gates: σ(0) is 0.5, and σ(1) only 0.73"];
  const c = lineStates(pairs, lengths);
  const wrong = ([value, truth]) => Math.abs(value - truth) >= (truth ? 0.5 : 0.05);
  const t = c.findIndex(wrong);
  if (t < 0) return [RIGHT, `lines of ${lengths.join(", ")} characters are counted right`];
  const turned = pairs.map(([bias, weight]) => [weight, bias]);
  if (!lineStates(turned, lengths).some(wrong)) return ["swapped", PLACES];
  const [value, truth] = c[t];
  const where = truth ? `at character ${truth} of a line` : "at a newline";
  const why = blameLine(pairs, truth, t ? c[t - 1][0] : c.at(-1)[0]);
  return [firstNamed(why), `${where} c is ${plain(value)}, not ${truth}. ${why}`];
}

// (c, what it must be) at each step of lines of these lengths, a newline after each.
function lineStates(pairs, lengths) {
  const steps = [0, 1].map((atEnd) => {
    const [remember, save, candidate] = atLine(pairs, atEnd);
    return [remember, save * candidate];
  });
  let c = 0;
  const after = (atEnd) => (c = steps[atEnd][0] * c + steps[atEnd][1]);
  return lengths.flatMap((length) =>
    Array.from({ length: length + 1 }, (_, k) => [after(Number(k === length)), (k + 1) % (length + 1)]),
  );
}

const atLine = (pairs, atEnd) =>
  pairs.map(([bias, weight], k) => (k < 2 ? sigmoid : Math.tanh)(bias + atEnd * weight));

function blameLine(pairs, character, before) {
  const atEnd = character === 0;
  const values = atLine(pairs, Number(atEnd));
  const says = values.map((value) => (atEnd && value > 0.5 ? plain(value) : close(value)));
  const [remember, save, candidate] = values;
  if (atEnd && Math.abs(remember * before) > Math.abs(save * candidate) + 1e-9)
    return `remember is ${says[0]} there, and c was ${plain(before)}: shut it further`;
  if (atEnd) return `save ${says[1]} lets a candidate of ${says[2]} in: shut save, or make the candidate 0`;
  for (const [k, wanted] of [[2, "1"], [1, "open"], [0, "open"]])
    if (values[k] < 0.9) return `${GATES[k]} is ${says[k]} within a line: it must be ${wanted}`;
  const lost = values.map((value, k) => (1 - value) * character * (k ? 1 : character / 2));
  const worst = lost.indexOf(Math.max(...lost));
  return `${GATES[worst]} is ${says[worst]}: too soft for a line so long, give it a larger bias`;
}

// --- check/counters.py: a bit that turns ----------------------------------------------------------

function toggle([pair], { marks, clear }) {
  if (!pair.every(Number.isFinite)) return ["shape", `two finite numbers are wanted, but ${tuple(pair)} was given`];
  const c = toggled(pair, marks);
  const wrong = (value, t) => !(value * truthAt(t) >= clear);
  const t = c.findIndex(wrong);
  if (t < 0) return [RIGHT, `${marks} marks, and c still jumps from ${plain(c.at(-5))} to ${plain(c.at(-1))}`];
  if (!toggled([pair[1], pair[0]], marks).some(wrong)) return ["swapped", PLACES];
  const why = blameToggle(pair, clear);
  const id = why.includes("weight") ? "weight" : why.includes("opposite") ? "sign" : "bias";
  return [id, `after mark ${markAt(t)} c is ${plain(c[t])}, not ${plain(truthAt(t))}. ${why}`];
}

// A mark stands after every three letters.
const markAt = (t) => Math.floor((t + 1) / 4);
const truthAt = (t) => (markAt(t) % 2 ? 1 : -1);

function toggled([bias, weight], marks) {
  let [c, h] = [-1, Math.tanh(-1)];
  return Array.from({ length: 4 * marks }, (_, t) => {
    const x = t % 4 === 3 ? 80 : 0;
    c = sigmoid(40 - x) * c + sigmoid(x - 40) * Math.tanh(bias + weight * h);
    h = sigmoid(40) * Math.tanh(c);
    return c;
  });
}

function blameToggle([bias, weight], clear) {
  const [low, high] = [-1, 1].map((old) => Math.tanh(bias + weight * old * Math.tanh(1)));
  if (low > 0 && high < 0 && Math.abs(low + high) > 0.05)
    return "the bias pulls to one side: bring it nearer to 0";
  if (low > 0 && high < 0) return `the sign is right, but ${clear} is wanted: make the weight more negative`;
  if (low < 0 && high > 0) return "the candidate repeats the old bit: it must be its opposite";
  if (weight === 0) return "without a weight from h the candidate cannot know the old bit";
  return `the candidate is ${high > 0 ? "positive" : "negative"} whatever h was: bring the bias nearer to 0`;
}

// --- check/kin.py: a toggle without h -------------------------------------------------------------

function toggleBySign(rows, { bits }) {
  for (const [k, row] of rows.entries()) {
    if (!row.every(Number.isFinite)) return ["shape", `"${k}": two numbers (a, b) are wanted, not ${tuple(row)}`];
    if (row.some((value) => Math.abs(value) > 1))
      return ["range", `${k}: a and b lie in [−1, 1], but ${tuple(row)} was given`];
  }
  const are = (...values) => rows.flat().every((value, k) => value === values[k]);
  if (are(-1, 0, 1, 0)) return ["swapped", "the letters are swapped: a 1 turns c round, a 0 keeps it"];
  if (are(0, 1, 0, -1)) return ["swapped", "a comes first, b second: c = a · c + b"];
  let [c, odd] = [1, false];
  for (const [t, bit] of [...bits].entries()) {
    const [a, b] = rows[bit];
    c = a * c + b;
    odd = odd !== (bit === "1");
    const truth = odd ? -1 : 1;
    if (Math.abs(c - truth) > 1e-6) {
      const told = Math.abs(c - truth) > 0.1 ? general(c, 2) : decimals(c, 6);
      const where = `after '${bits.slice(0, t + 1)}' c is ${told}, not ${truth}`;
      return [b === 0 ? "remember" : "save", where + whyNot(bit, a, b)];
    }
  }
  return [RIGHT, `c is right after each of ${bits.length} bits, and no h was needed`];
}

function whyNot(bit, a, b) {
  if (bit === "0") return ": a 0 must leave c as it is";
  if (a === 1 && b === 0) return ": a 1 leaves c as it is; what turns 1 into −1, and −1 into 1?";
  if (a === 0) return ": with a = 0 the old c is forgotten, and so is the count";
  if (b !== 0 && a >= 0)
    return `: adding ${general(b)} goes one way only; a 1 must turn c round, whichever it is`;
  if (a > -1 && a < 0 && b === 0) return `: with a = ${general(a)} c turns, and fades as well`;
  return b ? `: c is turned, but then ${general(b)} is added` : "";
}

const JUDGES = {
  two_states: twoStates, biases, brackets: rules, quotation: rules, toggle, line_length: lineLength,
  toggle_by_sign: toggleBySign,
};
