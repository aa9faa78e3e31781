// What an address may set: the rules of the traits that people move, no wider than Python's. A rule
// is (value, state) => whether it may be; what depends on the net takes a function of the state. No
// DOM call enters this file.

const ofState = (given, state) => (typeof given === "function" ? given(state) : given);

export const finite = (low = -Infinity, high = Infinity) => (value) =>
  Number.isFinite(value) && value >= low && value <= high;

// From `low` on, below `end`.
export const whole = (low, end = 2 ** 31) => (value, state) =>
  Number.isInteger(value) && value >= low && value < ofState(end, state);

export const flag = (value) => typeof value === "boolean";

export const one = (words) => (value, state) =>
  typeof value === "string" && ofState(words, state).includes(value);

// `least` to `most` characters, of an alphabet if there is one.
export const text = (most, least = 0, alphabet = null) => (value, state) => {
  if (typeof value !== "string" || /\p{Surrogate}/u.test(value)) return false;
  const chars = [...value];
  const known = alphabet && new Set(ofState(alphabet, state));
  return chars.length >= least && chars.length <= most && (!known || chars.every((char) => known.has(char)));
};

export const list = (most, entry) => (value, state) =>
  Array.isArray(value) && value.length <= most && value.every((part) => entry(part, state));

// A list with a rule for each place.
export const row = (...rules) => (value, state) =>
  Array.isArray(value) && value.length === rules.length && rules.every((rule, k) => rule(value[k], state));

// As many numbers, or texts, in rows as long as those that the page was made with.
export const like = (key) => (value, state) => alike(value, state[key]);

function alike(value, made) {
  if (!Array.isArray(made)) return typeof value === typeof made && (typeof made === "string" || Number.isFinite(value));
  return Array.isArray(value) && value.length === made.length && value.every((part, k) => alike(part, made[k]));
}

const LOWEST = { remember: 0, save: 0, candidate: -1, focus: 0 };

// What a gate may be held at, by its name in the first place of an entry.
const held = (gate, value) => Object.hasOwn(LOWEST, gate) && finite(LOWEST[gate], 1)(value);

// [gate, unit, value], and [gate, unit, first step, last step, value].
export const hold = (units) => (entry, state) =>
  row(one(Object.keys(LOWEST)), whole(0, units), finite())(entry, state) && held(entry[0], entry[2]);

export const holdOf = (units) => (entry, state) =>
  row(one(Object.keys(LOWEST)), whole(0, units), whole(0), whole(0), finite())(entry, state) &&
  held(entry[0], entry[4]) && entry[2] <= entry[3];

// Of what an address gives, what the rules allow.
export function allowed(given, rules, state) {
  if (typeof given !== "object" || given === null) return {};
  const fine = ([key, value]) => Object.hasOwn(rules, key) && rules[key](value, state);
  return Object.fromEntries(Object.entries(given).filter(fine));
}
