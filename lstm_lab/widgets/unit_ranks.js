// Which unit follows a label: units.py in the page, in slices. No DOM call enters this file.

// How often a value is higher where `flags` is true than where it is not, ties counted half.
export function auroc(values, flags) {
  const groups = [true, false].map((flag) =>
    Float64Array.from(values.filter((_, t) => Boolean(flags[t]) === flag)).sort(),
  );
  const [high, low] = groups;
  let [below, upTo, sum] = [0, 0, 0];
  for (const value of high) {
    while (low[below] < value) below++;
    while (upTo < low.length && low[upTo] <= value) upTo++;
    sum += (below + upTo) / 2;
  }
  return sum / (high.length * low.length);
}

// Ranks 1 … T, equal ones share the mean of theirs.
function ranks(values) {
  const sorted = Float64Array.from(values).sort();
  const place = new Map();
  for (let k = 0, end; k < sorted.length; k = end) {
    for (end = k; end < sorted.length && sorted[end] === sorted[k]; ) end++;
    place.set(sorted[k], (k + 1 + end) / 2);
  }
  return Float64Array.from(values, (value) => place.get(value));
}

// The correlation of two rows' ranks; 0 for a constant one. `ranked` has the ranks of the second.
export function spearman(values, ranked) {
  const middle = (values.length + 1) / 2;
  const a = ranks(values);
  let [ab, aa, bb] = [0, 0, 0];
  for (let t = 0; t < a.length; t++) {
    ab += (a[t] - middle) * (ranked[t] - middle);
    aa += (a[t] - middle) ** 2;
    bb += (ranked[t] - middle) ** 2;
  }
  return aa * bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}

const varied = (label) => label.some((value) => value !== label[0]);

// What is asked of every unit: of a label, a score on its first half and one on its second; of marks
// (true, false, or null where nothing is marked), a score on what is marked. Null if it cannot be asked.
export function question(label, marks) {
  const steps = marks.flatMap((mark, t) => (mark === null ? [] : [t]));
  if (marks.length) {
    const flags = steps.map((t) => marks[t]);
    if (!varied(flags)) return null;
    return (value) => [folded(auroc(steps.map(value), flags)), null];
  }
  const half = Math.floor(label.length / 2);
  const halves = [label.slice(0, half), label.slice(half)];
  if (!halves.every((part) => part.length > 1 && varied(part))) return null;
  const bools = typeof label[0] === "boolean";
  const ranked = bools ? halves : halves.map(ranks);
  const score = (value, k) => {
    const own = halves[k].map((_, t) => value(t + k * half));
    return bools ? auroc(own, ranked[k]) : spearman(own, ranked[k]);
  };
  return (value) => {
    const first = bools ? folded(score(value, 0)) : signed(score(value, 0));
    const second = score(value, 1);
    const out = bools ? (first.sign > 0 ? second : 1 - second) : first.sign * second;
    return [first, out];
  };
}

const folded = (found) => ({ score: Math.abs(found - 0.5) + 0.5, sign: found >= 0.5 ? 1 : -1 });
const signed = (found) => ({ score: Math.abs(found), sign: found >= 0 ? 1 : -1 });

// All units, the best first, scored one after another: advance(end) tells whether all are. Each is
// { unit, score, out, sign }.
export function ranking(asked, H, valueOf) {
  const found = [];
  const order = () => [...found].sort((a, b) => b.score - a.score || a.unit - b.unit);
  return {
    advance(end) {
      while (asked && found.length < H) {
        const unit = found.length;
        const [{ score, sign }, out] = asked((t) => valueOf(unit, t));
        found.push({ unit, score, out, sign });
        if (performance.now() > end) break;
      }
      return !asked || found.length === H;
    },
    order,
  };
}

// The places at which values are highest, no two nearer than `apart`.
export function peaks(values, most, apart) {
  const left = Float64Array.from(values);
  const found = [];
  while (found.length < Math.min(most, values.length)) {
    let best = 0;
    for (let t = 1; t < left.length; t++) if (left[t] > left[best]) best = t;
    if (left[best] === -Infinity) break;
    found.push({ value: values[best], step: best });
    left.fill(-Infinity, Math.max(0, best - apart + 1), best + apart);
  }
  return found;
}
