// What Playground shows of a state: a training that goes on in slices. No DOM call enters this file.

import { clip } from "./lstm.js";
import {
  LESSONS, codesOf, countWrong, chosenSharpness, firstFailing, lessonsOf, rulesOf, targetsOf,
} from "./lessons.js";
import { ROWS, answers, newNet, sharpened, stepsOf, training } from "./learning.js";

const SLICE = 8; // milliseconds of computing between two paintings
export const MOST_N = 1000; // n are tried up to this
const KEPT = 240; // points of the loss that are kept

// A function of a state that goes on with its training, as far as one slice gets, and gives what is
// shown. `orders` are given by buttons: { once } updates to do at once, { rush } not to wait for frames.
export function player() {
  let run = null;
  const orders = { once: 0, rush: false };
  const compute = (state) => {
    const end = performance.now() + SLICE;
    if (!run || run.key !== keyOf(state) || state.weights !== run.weights) run = begun(state);
    goOn(run, state, orders, end);
    const finished = run.done() >= state.updates;
    if (finished) orders.rush = false;
    const shown = look(run, state, state.playing && !finished ? 0 : end);
    const playing = (state.playing || orders.rush) && !finished;
    const unsaid = !playing && run.told !== run.done();
    return { ...shown, finished, unsaid, more: playing || unsaid || !shown.settled };
  };
  // What Python is to know of it: the weights, how many updates, the losses.
  const report = () => {
    run.told = run.done();
    const weights = Object.entries(run.training.net.parts).map(([name, part]) => [name, Array.from(part)]);
    run.weights = Object.fromEntries(weights);
    return { weights: run.weights, done: run.done(), losses: [...run.losses] };
  };
  return { compute, report, orders };
}

const SETTINGS = ["task", "kind", "units", "remember", "save", "signed", "seed"];
const keyOf = (state) => JSON.stringify(SETTINGS.map((key) => state[key]));

function begun(state) {
  const { task, kind, units, remember, save, signed, seed, weights, done } = state;
  const { letters, answers: words } = LESSONS[task];
  const shape = { kind, I: letters.length, H: units, K: words.length, signed, seed, remember, save };
  const net = newNet(shape);
  const sizes = Object.entries(net.parts).map(([name, { length }]) => `${name} ${length}`);
  const given = Object.entries(weights).map(([name, { length }]) => `${name} ${length}`);
  const goesOn = given.length > 0 && String(sizes) === String(given);
  if (goesOn) for (const name in weights) net.parts[name] = Float64Array.from(weights[name]);
  const texts = lessonsOf(task, seed);
  const it = training(net, texts, seed);
  const before = goesOn ? done : 0;
  const losses = goesOn ? [...state.losses] : [];
  return {
    key: keyOf(state), weights, training: it, texts, losses, told: before,
    done: () => before + it.updates, every: 1, look: null,
  };
}

// Updates until the slice, or what a frame is to do, is over.
function goOn(run, state, orders, end) {
  const { lr, noise, updates, speed, playing } = state;
  let left = orders.once + (orders.rush ? Infinity : playing ? speed : 0);
  orders.once = 0;
  while (left > 0 && run.done() < updates) {
    const loss = run.training.update({ lr, noise, updates });
    if (run.done() % run.every === 0 || run.done() === updates) run.losses.push([run.done(), loss]);
    if (run.losses.length > KEPT) {
      run.losses = run.losses.filter((_, k) => k % 2 === 1);
      run.every *= 2;
    }
    left -= 1;
    if (performance.now() > end) break;
  }
}

// The net as it is, on the probe text: every gate, answer and truth; and, once it rests, the first n
// that fails, whether the texts that it learned from are right, and its rules.
function look(run, state, end) {
  const { task, sharpness, text } = state;
  const net = sharpness === 1 ? run.training.net : sharpened(run.training.net, sharpness);
  const chars = [...text];
  const steps = stepsOf(net, codesOf(LESSONS[task], chars));
  const targets = targetsOf(task, chars);
  const said = answers(net, steps);
  const key = `${run.done()} ${sharpness}`;
  if (end && run.look?.key !== key) {
    const wrong = countWrong(net, run.texts);
    const best = ROWS[net.kind] === 4 ? chosenSharpness(run.training.net, run.texts) : null;
    run.look = { key, failing: firstFailing(net, task, MOST_N), wrong, best, rules: rulesOf(net, LESSONS[task]) };
  }
  const settled = end ? run.look.failing.advance(end) : true;
  const known = end ? { ...run.look.failing.found, wrong: run.look.wrong, best: run.look.best } : null;
  return {
    chars, steps, said, targets, settled, known, done: run.done(), losses: run.losses,
    loss: run.losses.at(-1)?.[1] ?? null, hard: hardShare(steps), limit: limitOf(steps),
    rules: end ? run.look.rules : [], texts: run.texts.length,
  };
}

// The share of gates that are nearly shut or open; null where there are none.
function hardShare(steps) {
  const gates = ["save", "remember", "focus", "reset", "update"].filter((name) => steps[0]?.[name]);
  const values = gates.flatMap((name) => steps.flatMap((step) => step[name]));
  if (values.length === 0) return null;
  return values.filter((v) => Math.abs(v) < 0.1 || Math.abs(v) > 0.9).length / values.length;
}

const limitOf = (steps) =>
  Math.max(clip(Math.max(0, ...steps.flatMap(({ c }) => c.map(Math.abs))), 1, Infinity), 1);
