// What is true after each character of a text: labels.py in the page. No DOM call enters this file.

const [OPENING, CLOSING] = ["([{", ")]}"];

// Names to T bools or numbers, of "code" or "prose".
export function labelsOf(kind, chars) {
  return kind === "code" ? codeLabels(chars) : proseLabels(chars);
}

function codeLabels(chars) {
  const mode = modes(chars);
  const code = mode.map((after, t) => after === "" && (t === 0 || mode[t - 1] === ""));
  const depth = depths(chars, code);
  const { column, indent } = columns(chars);
  return {
    string: mode.map((m) => m.length === 1 && m !== "#"),
    docstring: mode.map((m) => m.length === 3),
    comment: mode.map((m) => m === "#"),
    bracket: depth.map((d) => d > 0),
    depth,
    column,
    indent,
  };
}

function proseLabels(chars) {
  let [open, place] = [false, 0];
  const quotation = chars.map((char) => (open = char === "“" || (char === '"' ? !open : char !== "”" && open)));
  const letter = chars.map((char) => (place = /\p{L}/u.test(char) ? place + 1 : 0));
  const depth = depths(chars, chars.map(() => true));
  return { quotation, bracket: depth.map((d) => d > 0), depth, letter, column: columns(chars).column };
}

// What each character leaves open: "" nothing, "#" a comment, or the marks of a string.
function modes(chars) {
  const found = [];
  const comes = (mark, t) => [...mark].every((char, k) => chars[t + k] === char);
  let mode = "";
  for (let t = 0; t < chars.length; t = found.length) {
    const char = chars[t];
    if (mode === "" && (char === "'" || char === '"')) {
      mode = comes(char.repeat(3), t) ? char.repeat(3) : char;
      found.push(...new Array(mode.length - 1).fill(""), mode);
    } else if (mode === "") {
      mode = char === "#" ? "#" : "";
      found.push(mode);
    } else if (mode !== "#" && char === "\\") {
      found.push(mode, mode); // whatever comes next is only a character
    } else if (mode !== "#" && comes(mode, t)) {
      found.push(...new Array(mode.length - 1).fill(mode), "");
      mode = "";
    } else {
      if (char === "\n" && mode.length === 1) mode = "";
      found.push(mode);
    }
  }
  return found.slice(0, chars.length);
}

// How many brackets are open, of the characters that count; never below 0.
function depths(chars, counts) {
  let depth = 0;
  return chars.map((char, t) => {
    if (counts[t]) depth = Math.max(depth + OPENING.includes(char) - CLOSING.includes(char), 0);
    return depth;
  });
}

// Characters of the line so far, and the blanks that it begins with.
function columns(chars) {
  const [column, indent] = [[], []];
  let [place, blanks] = [0, 0];
  for (const char of chars) {
    if (char === "\n") place = blanks = 0;
    else {
      if (char === " " && blanks === place) blanks += 1;
      place += 1;
    }
    column.push(place);
    indent.push(blanks);
  }
  return { column, indent };
}
