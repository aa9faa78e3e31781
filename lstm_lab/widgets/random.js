// Numbers from a seed, the same in Node, in every browser and in Python (char_writing.py).

// Numbers in [0, 1): mulberry32.
export function uniforms(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}

// Numbers of a normal distribution, two of each pair of uniform ones (Box and Muller).
export function gaussians(uniform) {
  let kept = null;
  return () => {
    if (kept !== null) {
      const value = kept;
      kept = null;
      return value;
    }
    const [size, angle] = [Math.sqrt(-2 * Math.log(1 - uniform())), 2 * Math.PI * uniform()];
    kept = size * Math.sin(angle);
    return size * Math.cos(angle);
  };
}
