// Arrays out of the bytes in which they travel: packing.py in the page. No DOM call enters this file.

const SIZES = { f4: 4, f2: 2, u1: 1, i1: 1, i4: 4 };

// Name to { shape, data }, data a Float64Array, of bytes (a DataView, an ArrayBuffer, an array) and
// their parts [name, code, shape].
export function unpacked(bytes, parts) {
  const view = viewOf(bytes);
  const read = {
    f4: (at) => view.getFloat32(at, true),
    f2: (at) => half(view.getUint16(at, true)),
    u1: (at) => view.getUint8(at) / 255,
    i1: (at) => view.getInt8(at) / 127,
    i4: (at) => view.getInt32(at, true),
  };
  let at = 0;
  return Object.fromEntries(
    parts.map(([name, code, shape]) => {
      const data = new Float64Array(shape.reduce((a, b) => a * b, 1));
      for (let k = 0; k < data.length; k++, at += SIZES[code]) data[k] = read[code](at);
      return [name, { shape, data }];
    }),
  );
}

function viewOf(bytes) {
  if (Array.isArray(bytes)) return new DataView(Uint8Array.from(bytes).buffer);
  if (ArrayBuffer.isView(bytes)) return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return new DataView(bytes);
}

// A number of two bytes: a sign, five bits of exponent, ten of fraction.
export function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return sign * 2 ** -24 * fraction;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * 2 ** (exponent - 25) * (1024 + fraction);
}
