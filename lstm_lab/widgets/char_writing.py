"""How a figure draws characters: in the page and in Python from the same numbers."""

from collections.abc import Iterator

import numpy as np

__all__ = ["drawn", "softmax", "uniforms"]


def softmax(logits) -> np.ndarray:
    """(A,) probabilities."""
    e = np.exp(logits - logits.max())
    return e / e.sum()


def drawn(p, u) -> int:
    """The first place at which the sum of p goes beyond u."""
    return min(int(np.searchsorted(p.cumsum(), u, side="right")), len(p) - 1)


def uniforms(seed: int) -> Iterator[float]:
    """Numbers in [0, 1) from a seed, the same in the page: mulberry32 (random.js)."""
    state, most = seed % 2**32, 2**32 - 1
    while True:
        state = (state + 0x6D2B79F5) & most
        z = ((state ^ (state >> 15)) * (state | 1)) & most
        z ^= (z + ((z ^ (z >> 7)) * (z | 61) & most)) & most
        yield (z ^ (z >> 14)) / 2**32
