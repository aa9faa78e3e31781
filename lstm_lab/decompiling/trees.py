"""Which answer follows from which counts: small trees of comparisons, grown from what was said."""

from itertools import combinations
from typing import NamedTuple

import numpy as np

from .reading import NotReadable, codes, demand_hard, soft_gates, too_soft

__all__ = ["Branch", "decide", "learn"]

#: More leaves than this make no answer that a reader can follow.
MAX_LEAVES = 8

TANGLED = (
    "all gates are 0 or 1, but the answers depend on the units in too many ways: a count does not "
    "come back to where it began. Sharpen the net more, or train on"
)
READ_OUT = "with all gates 0 or 1 it answers otherwise: what is left is in the read-out"


class Branch(NamedTuple):
    """`high` if c[unit] > threshold, else `low`; each an answer, or another Branch."""

    unit: int
    threshold: float
    low: "Branch | int"
    high: "Branch | int"


def decide(tree, c) -> int:
    """The answer of a tree for c (H,)."""
    while isinstance(tree, Branch):
        tree = tree.high if c[tree.unit] > tree.threshold else tree.low
    return tree


def learn(cell, table, net, texts, hard) -> tuple[tuple[int, ...], dict]:
    """The fewest hard units whose c, with the last character, decide every answer; and a tree for
    each (state, kind of character).

    Raises NotReadable if a unit that is needed is soft, or if no small trees do.
    """
    demand_hard(cell, table, (), hard, steps=True)
    soft = {k: soft_gates(cell, table, {k}, hard, steps=True) for k in range(cell.units)}
    lasting = [k for k in range(cell.units) if k not in table.recurrent_units]
    lasting = [k for k in lasting if table.keep[..., k].any()]
    said, tangled = _observations(table, net, texts), False
    for units in _subsets([k for k in lasting if not soft[k]]):
        told = {key: _projected(rows, units) for key, rows in said.items()}
        if None in told.values():
            continue
        trees = {key: _tree_of(rows, units) for key, rows in told.items()}
        if max(map(_leaves, trees.values())) <= MAX_LEAVES:
            return units, trees
        tangled = True
    blamed = sorted((entry for k in lasting for entry in soft[k]), reverse=True)
    if blamed:
        raise NotReadable(too_soft(blamed))
    raise NotReadable(TANGLED if tangled else READ_OUT)


def _subsets(units):
    return (some for size in range(len(units) + 1) for some in combinations(units, size))


def _observations(table, net, texts):
    """{(q, kind): {c: answer}} over all characters of all texts."""
    seen: dict[tuple[int, int], dict] = {}
    for text, said in zip(texts, net.answers(texts), strict=True):
        states, c = table.trace(text)
        kinds = table.kinds[states, codes(table.alphabet, text)]
        for q, kind, row, answer in zip(states, kinds, c, said[: len(text)], strict=True):
            seen.setdefault((int(q), int(kind)), {})[tuple(row)] = int(answer)
    return seen


def _projected(rows, units):
    """{c of `units`: answer}; None if two rows that look alike to them are answered differently."""
    said = {}
    for c, answer in rows.items():
        if said.setdefault(tuple(c[k] for k in units), answer) != answer:
            return None
    return said


def _tree_of(rows, units):
    c = np.array(list(rows)).reshape(len(rows), len(units))
    return _grow(c, np.array(list(rows.values())), units)


def _grow(c, answers, units):
    """A tree of comparisons that tells the answers (N,) by c (N, U), split greedily."""
    if len(set(answers)) == 1:
        return int(answers[0])
    cuts = [(j, cut) for j in range(len(units)) for cut in _cuts(c[:, j])]
    j, cut = min(cuts, key=lambda one: _impurity(c[:, one[0]] > one[1], answers))
    high = c[:, j] > cut
    low_high = (_grow(c[side], answers[side], units) for side in (~high, high))
    return Branch(units[j], float(cut), *low_high)


def _leaves(tree) -> int:
    return _leaves(tree.low) + _leaves(tree.high) if isinstance(tree, Branch) else 1


def _cuts(values):
    """Half-way between neighbours."""
    values = np.unique(values)
    return (values[1:] + values[:-1]) / 2


def _impurity(high, answers):
    """How many answers the majority on either side of a cut gets wrong."""
    sides = (np.bincount(answers[side]) for side in (high, ~high))
    return sum(counts.sum() - counts.max() for counts in sides)
