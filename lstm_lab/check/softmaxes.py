"""The masked softmax of notebook 06, right and in the ways in which it goes wrong."""

import numpy as np

from .. import gates
from .judging import Exercise

__all__ = ["MASKED_SOFTMAX", "OVERFLOW", "alone"]


def masked(scores, padding):
    """The right answer: softmax over the sources (axis 0), nothing for padding."""
    return gates.mask(cut(scores, padding))


def cut(scores, padding):
    """The scores, those of padding so low that their weight is 0."""
    return np.where(padding[:, None], -1e9, scores)


def exp(scores):
    """e to the scores, the largest of each column taken away first."""
    return np.exp(scores - scores.max(axis=0))


def alone(weighed):
    """Mistakes in a loop over the cases; weighed(mask or scores, cases) is the table it adds up."""
    return {
        "only the first case is there: is the `return` inside the loop?": (
            lambda m, C: weighed(m, C)[0]
        ),
        "only the last case is there: each takes the place of the one before. Add up, y += …": (
            lambda m, C: weighed(m, C)[-1]
        ),
        "the first case is left out: places are counted from 0": (
            lambda m, C: weighed(m, C)[1:].sum(axis=0)
        ),
        "the last case is left out: range(n) ends before n already": (
            lambda m, C: weighed(m, C)[:-1].sum(axis=0)
        ),
    }


def share(scores):
    """Of the sum over the whole table, the share of each column."""
    e = np.exp(scores - scores.max())
    return e.sum(axis=0) / e.sum()


def shared(scores):
    """Each score over the sum of its column."""
    return scores / scores.sum(axis=0)


def across(scores):
    """Softmax over the wrong axis: the queries share each source."""
    return across_again(np.exp(scores - scores.max(axis=1, keepdims=True)))


def across_again(weights):
    """Weights divided by the sum of their row."""
    return weights / weights.sum(axis=1, keepdims=True)


def by_row(scores):
    """The same axis, with nothing taken away first."""
    return across_again(np.exp(scores))


_SCORES = np.array([[1.0, -2.0], [0.5, 3.0], [2.0, 0.0], [4.0, 4.0]])
_PADDING = np.array([False, False, False, True])
_MORE = [np.array(places, bool) for places in ((0, 0, 1, 1), (0, 1, 0, 0), (1, 0, 0, 0))]
OVERFLOW = (
    "right for small scores; scores of about 1,000 overflow: take the largest of each column away "
    "first, or use lab.mask"
)

MASKED_SOFTMAX = Exercise(
    "masked_softmax(scores, padding)",
    masked,
    [
        (_SCORES, _PADDING),
        (_SCORES[::-1].copy(), _PADDING),
        (_SCORES[:1], _PADDING[:1]),
        *((_SCORES, padding) for padding in _MORE),
        (1000 + _SCORES, _PADDING),
    ],
    {
        "padding still gets weight: its score must be −1e9 (in effect −∞) before the softmax": (
            lambda scores, padding: gates.mask(scores)
        ),
        "the wrong axis: each column is one output step, and its weights over the sources (axis 0) "
        "sum to 1": lambda scores, padding: across(cut(scores, padding)),
        "the wrong axis: a row of padding sums to 0. Each column is one output step, so sum over "
        "the sources (axis 0)": lambda scores, padding: by_row(cut(scores, padding)),
        "the wrong axis, and padding still gets weight": lambda scores, padding: across(scores),
        "not normalised: divide by the sum over the sources (axis 0)": (
            lambda scores, padding: np.where(padding[:, None], 0, np.exp(scores))
        ),
        "not normalised, and padding still gets weight": lambda scores, padding: np.exp(scores),
        "the weights sum to less than 1: padding was cut after the softmax, so cut it before, or "
        "divide again": lambda scores, padding: np.where(padding[:, None], 0, gates.mask(scores)),
        "a score of 0 is not a weight of 0: e⁰ is 1. Padding's score is −1e9 (in effect −∞)": (
            lambda scores, padding: gates.mask(np.where(padding[:, None], 0, scores))
        ),
        "the largest of each column is taken away, but nothing is divided: its weights sum to 1": (
            lambda scores, padding: exp(cut(scores, padding))
        ),
        "one sum for the whole table: each column has its own, e.sum(axis=0)": (
            lambda scores, padding: masked(scores, padding) * share(cut(scores, padding))
        ),
        "that is a sigmoid mask: the weights of a column must sum to 1": (
            lambda scores, padding: gates.mask(cut(scores, padding), "sigmoid")
        ),
        "the rows of padding are gone: keep them, with a weight of 0": (
            lambda scores, padding: gates.mask(scores[~padding])
        ),
        "transposed: give the weights the shape of `scores`, a column for each output step": (
            lambda scores, padding: masked(scores, padding).T
        ),
        "`padding` has one entry for each source: padding[:, None] holds for all its steps": (
            lambda scores, padding: gates.mask(np.where(padding, -1e9, scores))
        ),
        "lab.mask takes finite scores only: −1e9 does what −∞ would": (
            lambda scores, padding: gates.mask(np.where(padding[:, None], -np.inf, scores))
        ),
        "the padding is the wrong way round: True is where there is no source": (
            lambda scores, padding: gates.mask(np.where(padding[:, None], scores, -1e9))
        ),
        "0 times −∞ is not a number (nan): give padding a score of −1e9, by np.where": (
            lambda scores, padding: np.full(scores.shape, np.nan)
        ),
        "−1e9 is for the scores, before the softmax; a weight of padding is 0": (
            lambda scores, padding: np.where(padding[:, None], -1e9, gates.mask(scores))
        ),
        "1 less is not low enough for the scores of padding: put −1e9 in their place": (
            lambda scores, padding: gates.mask(scores - padding[:, None])
        ),
        "divided again, but along the rows: the weights of a column sum to 1 (axis 0)": (
            lambda scores, padding: across_again(np.where(padding[:, None], 0, gates.mask(scores)))
        ),
        "only the last row is taken for padding: `padding` says which rows are": (
            lambda scores, padding: gates.mask(
                cut(scores, np.arange(len(scores)) == len(scores) - 1)
            )
        ),
        "only one row is taken for padding: there may be several, or none": (
            lambda scores, padding: gates.mask(
                cut(scores, np.arange(len(scores)) == padding.argmax())
            )
        ),
        "the softmax is taken twice: those are weights already": (
            lambda scores, padding: gates.mask(masked(scores, padding))
        ),
        "the softmax is taken twice, and padding is cut in between": (
            lambda scores, padding: masked(gates.mask(scores), padding)
        ),
        **{
            f"padding = {low} is low, but not low enough: e to the power {low} still is a weight. "
            "−1e9 is in effect −∞": (
                lambda scores, padding, low=low: gates.mask(np.where(padding[:, None], low, scores))
            )
            for low in (-1, -2, -3, -5, -10)
        },
        "the scores are multiplied there: a negative score times −1e9 is a high one. Put −1e9 in "
        "its place": lambda scores, padding: gates.mask(
            scores * np.where(padding[:, None], -1e9, 1)
        ),
        "that is a division by the sum, no softmax: take e to the power of the scores first": (
            lambda scores, padding: shared(np.where(padding[:, None], 0, scores))
        ),
        "that is a division by the sum, no softmax, and padding still gets weight": (
            lambda scores, padding: shared(scores)
        ),
        "the padding is at the wrong end: padding[::-1] turns it round": (
            lambda scores, padding: gates.mask(cut(scores, padding[::-1]))
        ),
        "the padding is at the wrong end: row k of padding is row k of the weights": (
            lambda scores, padding: np.where(padding[::-1, None], 0, gates.mask(scores))
        ),
    },
    ("e = where(padding[:, None], 0, exp(scores))\ne / e.sum(axis=0)",),
    parts=lambda scores, padding: {
        "in the rows of padding": np.broadcast_to(padding[:, None], scores.shape),
        "in the other rows": np.broadcast_to(~padding[:, None], scores.shape),
    },
)
