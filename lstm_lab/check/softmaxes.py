"""The masked softmax of notebook 06, right and in the ways in which it goes wrong."""

import numpy as np

from .. import gates

__all__ = ["across", "by_row", "cut", "exp", "masked", "share", "shared", "without_shift"]


def masked(scores, padding):
    """The right answer: softmax over the sources (axis 0), nothing for padding."""
    return gates.mask(cut(scores, padding))


def cut(scores, padding):
    """The scores, those of padding so low that their weight is 0."""
    return np.where(padding[:, None], -1e9, scores)


def exp(scores):
    """e to the scores, the largest of each column taken away first."""
    return np.exp(scores - scores.max(axis=0))


def without_shift(scores, padding):
    e = np.where(padding[:, None], 0, np.exp(scores))
    return e / e.sum(axis=0)


def share(scores):
    """Of the sum over the whole table, the share of each column."""
    e = np.exp(scores - scores.max())
    return e.sum(axis=0) / e.sum()


def shared(scores):
    """Each score over the sum of its column."""
    return scores / scores.sum(axis=0)


def across(scores):
    """Softmax over the wrong axis: the queries share each source."""
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def by_row(scores):
    """The same axis, with nothing taken away first."""
    e = np.exp(scores)
    return e / e.sum(axis=1, keepdims=True)
