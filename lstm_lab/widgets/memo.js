// What is kept while what it was made of stays the same.

// A function of (parts, ...given) that calls make(...given) only if one of `parts` is another than
// last time.
export function remember(make) {
  let of = null;
  let value = null;
  return (parts, ...given) => {
    if (of === null || parts.some((part, k) => part !== of[k])) value = make(...given);
    of = parts;
    return value;
  };
}
