// What nets learn in the page: for each task its letters, answers, texts to learn from, and texts that
// go on without end. No DOM call enters this file.

import { answers, rest, sharpened, stepsOf } from "./learning.js";
import { uniforms } from "./random.js";
import { truthOf } from "./tasks.js";

const below = (uniform, n) => Math.floor(n * uniform());
const members = (letters) => Array.from({ length: 10 }, (_, n) => [...letters].map((c) => c.repeat(n + 1)).join(""));

// A random balanced text of brackets: up and down, never below 0, back at the end.
function balanced(uniform, length) {
  let depth = 0;
  return Array.from({ length }, (_, t) => {
    const opens = depth === 0 || (depth < length - t && uniform() < 0.5);
    depth += opens ? 1 : -1;
    return opens ? "(" : ")";
  }).join("");
}

const bits = (uniform, length) => Array.from({ length }, () => below(uniform, 2)).join("");
const firsts = (uniform, length) =>
  "AB"[below(uniform, 2)] + Array.from({ length: length - 2 }, () => "ab"[below(uniform, 2)]).join("") + "?";
const some = (make, lengths) => (uniform) => lengths.map((length) => make(uniform, length));
const range = (from, to, step = 1) => Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, k) => from + k * step);
const thrice = (lengths) => [...lengths, ...lengths, ...lengths];

// letters; answers, told of each; texts(uniform) to learn from; longer(n), a text for every n; option
// as in tasks.js.
export const LESSONS = {
  anbn: { letters: "ab", option: "ab", answers: ["a or b", "b", "end"], texts: () => members("ab"),
    longer: (n) => "a".repeat(n) + "b".repeat(n), probe: "aaaaaaaabbbbbbbb" },
  anbncn: { letters: "abc", option: "abc", answers: ["a or b", "b", "c", "end"], texts: () => members("abc"),
    longer: (n) => "a".repeat(n) + "b".repeat(n) + "c".repeat(n), probe: "aaaaaabbbbbbcccccc" },
  dyck1: { letters: "()", option: "()", answers: ["balanced", "open"], texts: some(balanced, thrice(range(2, 20, 2))),
    longer: (n) => "(".repeat(n) + ")".repeat(n), probe: "((()())(()))()((()))" },
  parity: { letters: "01", option: "01", answers: ["even", "odd"], texts: some(bits, thrice(range(1, 20))),
    longer: (n) => "1".repeat(n), probe: "0110100110010110" },
  remember_first: { letters: "ABab?", option: 2, answers: ["A", "B"], texts: some(firsts, thrice(range(2, 20))),
    longer: (n) => ["A", "B"][n % 2] + "ab".repeat(n).slice(0, n) + "?", probe: "Aabbabaababba?" },
};

export const codesOf = ({ letters }, chars) => chars.map((char) => letters.indexOf(char));

export function targetsOf(task, chars) {
  const { letters, option } = LESSONS[task];
  return truthOf(task, option, chars, letters, "answer");
}

// The texts of a task to learn from: [{ codes, targets }], from a seed.
export function lessonsOf(task, seed) {
  const lesson = LESSONS[task];
  return lesson.texts(uniforms(seed + 7)).map((text) => {
    const chars = [...text];
    return { codes: codesOf(lesson, chars), targets: targetsOf(task, chars) };
  });
}

const right = (net, { codes, targets }) =>
  answers(net, stepsOf(net, codes)).every((said, t) => targets[t] === null || said === targets[t]);

// How many of the texts have a wrong answer anywhere.
export const countWrong = (net, texts) => texts.filter((text) => !right(net, text)).length;

// The largest κ of 1, 2, 4, 8 with which all texts are right; null if none is.
export function chosenSharpness(net, texts) {
  const fine = [1, 2, 4, 8].filter((kappa) => countWrong(sharpened(net, kappa), texts) === 0);
  return fine.length ? fine.at(-1) : null;
}

// The first n up to `most` whose longer text is not answered right everywhere: advance(end) goes on
// and tells whether it is found; `n` is what was tried, `failing` the n or null.
export function firstFailing(net, task, most) {
  const found = { n: 0, failing: null };
  return {
    found,
    advance(end) {
      while (found.failing === null && found.n < most) {
        const chars = [...LESSONS[task].longer(found.n + 1)];
        const text = { codes: codesOf(LESSONS[task], chars), targets: targetsOf(task, chars) };
        if (!right(net, text)) found.failing = found.n + 1;
        found.n += 1;
        if (performance.now() > end) break;
      }
      return found.failing !== null || found.n >= most;
    },
  };
}

// What each gate of an input-gated LSTM does at each letter, in words; for other nets nothing can be
// read off, since their gates read h as well.
export function rulesOf(net, { letters }) {
  if (net.kind !== "input_gated") return [];
  return [...letters].map((letter, code) => {
    const step = stepsOf(net, [code], null, rest(net))[0];
    const units = step.c.map((_, k) => ruleOf(step.remember[k], step.save[k] * step.candidate[k]));
    return { letter, units };
  });
}

const HARD = 0.02;

// c ← f c + i g as a statement, if f is nearly 0, 1 or −1.
function ruleOf(f, adds) {
  const near = [0, 1, -1].find((value) => Math.abs(f - value) < HARD);
  if (near === undefined) return { soft: true, text: `soft: remember ${f.toFixed(2)}` };
  const step = Math.abs(adds) < HARD ? 0 : Number(adds.toFixed(2));
  const kept = { 0: "", 1: "c", "-1": "−c" }[near];
  const sign = step < 0 ? "−" : "+";
  const added = step === 0 ? "" : kept ? ` ${sign} ${Math.abs(step)}` : `${step < 0 ? "−" : ""}${Math.abs(step)}`;
  return { soft: false, text: `c ← ${kept + added || "0"}` };
}
