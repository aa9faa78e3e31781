"""Arrays as bytes that travel to a page: `packed(arrays)`; packing.js reads them."""

import numpy as np

__all__ = ["as_it_travels", "packed", "unpacked"]

#: How a number travels: as it is in 4 or 2 bytes, as whole hundred-and-twenty-sevenths (or 255ths)
#: of 1 in one byte, or as a whole number.
CODES = {"f4": "<f4", "f2": "<f2", "u1": "u1", "i1": "i1", "i4": "<i4"}
#: What a whole number in one byte is divided by.
STEPS = {"u1": 255, "i1": 127}


def packed(arrays: dict) -> tuple[bytes, list]:
    """(bytes, parts) of arrays {name: (array, code)}; parts lists [name, code, shape]."""
    pieces, parts = [], []
    for name, (array, code) in arrays.items():
        array = np.asarray(array)
        kept = np.rint(array * STEPS[code]) if code in STEPS else array
        pieces.append(np.ascontiguousarray(kept).astype(CODES[code]).tobytes())
        parts.append([name, code, list(array.shape)])
    return b"".join(pieces), parts


def unpacked(data: bytes, parts: list) -> dict:
    """name to array, float64 (or int for "i4"): the numbers that the page has."""
    arrays, at = {}, 0
    for name, code, shape in parts:
        dtype = np.dtype(CODES[code])
        count = int(np.prod(shape))
        flat = np.frombuffer(data, dtype, count, at)
        at += count * dtype.itemsize
        flat = flat.astype(int if code == "i4" else float)
        arrays[name] = (flat / STEPS[code] if code in STEPS else flat).reshape(shape)
    return arrays


def as_it_travels(array) -> tuple:
    """(array, code) of weights: in two bytes a number where that changes none, else in four."""
    array = np.asarray(array, float)
    with np.errstate(over="ignore"):
        same = (array.astype(np.float16) == array).all()
    return array, "f2" if same else "f4"
