// The truth at every character, as the tasks of Python have it (lstm_lab/tasks); no DOM call enters.
// `chars` holds one character each; `option` is the task's own: its pairs, style, start or letters.

const SENTENCE_ENDS = ".!?\n";
const NOT_ASKED = null;

// The value after each character, carried on by `next(value, character, t)`.
const carried = (chars, next, value = 0) => chars.map((char, t) => (value = next(value, char, t)));
const amongEven = (text, char) => [...text].indexOf(char) % 2 === 0;

export function depths(chars, pairs) {
  const known = [...pairs];
  const step = (char) => (known.includes(char) ? (amongEven(pairs, char) ? 1 : -1) : 0);
  return carried(chars, (depth, char) => depth + step(char));
}

export function items(chars) {
  const begins = (t) => t === 0 || chars[t - 1] === "\n";
  return carried(chars, (count, char, t) => {
    if (begins(t) && char === "-") return count + 1;
    return begins(t) && char === "\n" ? 0 : count;
  });
}

function quoted(chars, style) {
  if (style === "straight") return carried(chars, (bit, char) => (char === '"' ? 1 - bit : bit));
  return carried(chars, (bit, char) => (char === "“" ? 1 : char === "”" ? 0 : bit));
}

function inURL(chars, start) {
  const size = [...start].length;
  const complete = (t) => chars.slice(Math.max(t - size + 1, 0), t + 1).join("") === start;
  return carried(chars, (bit, char, t) =>
    char === " " || char === "\n" ? 0 : complete(t) ? 1 : bit,
  );
}

const sentenceLengths = (chars) =>
  carried(chars, (length, char) => (SENTENCE_ENDS.includes(char) ? 0 : length + 1));

function due(chars, letters) {
  const count = Object.fromEntries([...letters].map((letter) => [letter, 0]));
  return chars.map((char) => {
    count[char] += 1;
    return count[letters[0]] - count[char === letters[0] ? letters[1] : char];
  });
}

// Which answer is right in aⁿbⁿ or aⁿbⁿcⁿ; none from the first character that leaves the language.
function blockAnswers(chars, letters) {
  const count = [...letters].map(() => 0);
  let at = 0;
  let dead = false;
  return chars.map((char) => {
    const k = letters.indexOf(char);
    dead ||= k < at || k > at + 1 || (k > at && at > 0 && count[at] < count[0]);
    at = k;
    count[k] += 1;
    dead ||= k > 0 && count[k] > count[0];
    if (dead) return NOT_ASKED;
    if (k === 0) return 0;
    return count[k] < count[0] ? k : k + 1;
  });
}

function dyckAnswers(chars) {
  let dead = false;
  return depths(chars, "()").map((depth) => {
    dead ||= depth < 0;
    return dead ? NOT_ASKED : Number(depth > 0);
  });
}

// Which capital the text began with, asked at each "?".
function firstAnswers(chars, symbols) {
  const first = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".slice(0, symbols).indexOf(chars[0] ?? "?");
  return chars.map((char) => (char === "?" && first >= 0 ? first : NOT_ASKED));
}

const TRUE_VALUES = {
  nesting: depths,
  list_items: items,
  quotes: quoted,
  urls: inURL,
  length: sentenceLengths,
  anbn: due,
  anbncn: due,
  dyck1: (chars) => depths(chars, "()"),
  parity: (chars) => carried(chars, (bit, char) => (char === "1" ? 1 - bit : bit)),
};
const above0 = (values) => values.map((value) => Number(value > 0));
const TRUE_ANSWERS = {
  nesting: (chars, pairs) => above0(depths(chars, pairs)),
  list_items: (chars) => above0(items(chars)),
  quotes: quoted,
  urls: inURL,
  length: (chars) =>
    chars.map((_, t) =>
      t + 1 < chars.length ? Number(SENTENCE_ENDS.includes(chars[t + 1])) : NOT_ASKED,
    ),
  anbn: blockAnswers,
  anbncn: blockAnswers,
  dyck1: dyckAnswers,
  parity: TRUE_VALUES.parity,
  remember_first: firstAnswers,
};

// The true value, or the right answer, at every character; null where none is asked and at a
// character that the task does not know, which changes nothing.
export function truthOf(task, option, chars, alphabet, asked) {
  const known = new Set(alphabet);
  const table = asked === "value" ? TRUE_VALUES : TRUE_ANSWERS;
  const truth = table[task](chars.filter((char) => known.has(char)), option);
  let next = 0;
  return chars.map((char) => (known.has(char) ? truth[next++] : NOT_ASKED));
}
