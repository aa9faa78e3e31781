"""Maps of attention: their score against the truth, and interventions in them.

A map is (T, S): output step, source.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .._validate import as_finite, as_index, as_int, as_list, check_ndim, check_unit_interval, shown

__all__ = ["Alignment", "ablate", "alignment", "intervene", "reroute"]


def ablate(mask: ArrayLike, source: int) -> np.ndarray:
    """A mask (S,) without one source: the others keep their proportions and sum to what all did.

    As if its score were -∞ (an ablation). If nothing else had any weight, nothing is looked at.
    Raises ValueError for weights outside [0, 1] and for a source that is not there.

    >>> ablate([0.5, 0.25, 0.25], source=0)
    array([0. , 0.5, 0.5])
    """
    left = _row(mask)
    before = left.sum()
    left[as_index("source", source, len(left))] = 0
    return left * (before / left.sum()) if left.sum() > 0 else left


def reroute(mask: ArrayLike, source: int, to: int) -> np.ndarray:
    """A mask (S,) with all the weight of one source added to that of another.

    Raises ValueError for weights outside [0, 1] and for sources that are not there.

    >>> reroute([0.5, 0.25, 0.25], source=0, to=2)
    array([0.  , 0.25, 0.75])
    """
    moved = _row(mask)
    source, to = as_index("source", source, len(moved)), as_index("to", to, len(moved))
    if to != source:
        moved[to] += moved[source]
        moved[source] = 0
    return moved


def intervene(
    edits: Sequence[tuple[int, int, int | None]],
) -> Callable[[int, np.ndarray], np.ndarray]:
    """What `Seq2Seq.decode(attend=…)` takes, from edits (step, source, to), counted from 0.

    Each moves the weight of a source to another (`reroute`), or cuts it if `to` is None (`ablate`);
    several of one step are done in order. Steps that are never reached are left alone. Raises
    TypeError or ValueError for what is no list of edits.

    >>> attend = intervene([(0, 1, None)])  # the first step does not look at the second letter
    >>> attend(0, [0.5, 0.5]), attend(1, [0.5, 0.5])
    (array([1., 0.]), [0.5, 0.5])
    """
    if not isinstance(edits, list | tuple):
        raise TypeError(f"edits must be a list of (step, source, to), not {shown(edits)}")
    for edit in edits:
        if not isinstance(edit, list | tuple) or len(edit) != 3:
            raise ValueError(f"edits has {shown(edit)}: give (step, source, to), to None for a cut")
        as_int("step of an edit", edit[0], least=0)

    def attend(step, mask):
        for at, source, to in edits:
            if at == step:
                mask = ablate(mask, source) if to is None else reroute(mask, source, to)
        return mask

    return attend


class Alignment(NamedTuple):
    """How far a map is the true alignment.

    hits   share of the steps whose largest weight lies on the true source
    mass   mean weight on the true source
    steps  how many steps were counted: those that have a source
    """

    hits: float
    mass: float
    steps: int


def alignment(masks: ArrayLike, spans: Sequence[tuple[int, int]]) -> Alignment:
    """The score of a map (T, S) against the true spans [(from, to), …], `to` not included.

    A step without a source, (0, 0), does not count, nor do steps after the last span (such as the
    one that writes the end mark). Raises ValueError if a row does not sum to 1.

    >>> alignment([[0.9, 0.1], [0.5, 0.5]], [(0, 1), (1, 2)]).mass
    0.7
    """
    weights = as_finite("masks", masks)
    check_ndim("masks", weights, 2)
    check_unit_interval("mask", weights, "give weights, not scores: lab.mask(scores)")
    T, S = weights.shape
    known = as_spans(spans)
    if len(known) > T:
        raise ValueError(f"masks has {T} steps for {len(known)} spans: is it (steps, sources)?")
    off = np.flatnonzero(abs(weights.sum(axis=1) - 1) > 1e-4)
    if len(off):
        total = weights[off[0]].sum()
        raise ValueError(
            f"row {off[0]} of masks sums to {total:.3g}, not to 1: "
            "a row is one output step, its columns the sources"
        )
    found = [
        _step(row, start, stop, S)
        for row, (start, stop) in zip(weights, known, strict=False)
        if (start, stop) != (0, 0)
    ]
    if not found:
        raise ValueError("no step of these spans has a source")
    hits, mass = np.mean(found, axis=0)
    return Alignment(float(hits), float(mass), len(found))


def as_spans(spans) -> list[tuple[int, int]]:
    """Spans [(from, to), …], whole numbers from 0; ValueError for others."""
    for span in (spans := as_list("spans", spans, "(from, to)")):
        if not isinstance(span, list | tuple) or len(span) != 2:
            raise ValueError(
                f"spans has {shown(span)}: give (from, to) for each step, (0, 0) for no source"
            )
        as_int("from of a span", span[0], least=0), as_int("to of a span", span[1], least=0)
    return spans


def _step(row, start, stop, S):
    """Whether the largest weight of a row lies within start…stop, and the weight that does."""
    if not 0 <= start < stop <= S:
        raise ValueError(f"span {(start, stop)} does not fit {S} sources")
    return start <= row.argmax() < stop, row[start:stop].sum()


def _row(mask) -> np.ndarray:
    """A copy of a mask (S,)."""
    mask = as_finite("mask", mask)
    check_ndim("mask", mask, 1)
    check_unit_interval("mask", mask, "make it with lab.mask(scores)")
    return np.array(mask)
