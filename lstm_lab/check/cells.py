"""The exercises of notebook 07, and the shelf of mistakes made in them."""

import numpy as np

from .judging import Exercise, Verdict, judge, verdict
from .numbers import Number, judge_number

__all__ = ["AT_MEAN", "AUROC", "BITS_MORE", "at_mean", "auroc", "bits_more"]


def _higher(inside, outside):
    """(inside, outside): 1 where a value inside is higher than one outside, ½ where equal."""
    inside, outside = np.asarray(inside)[:, None], np.asarray(outside)
    return (inside > outside) + 0.5 * (inside == outside)


def _ranks(inside, outside):
    """The ranks of the values inside among all, from 1; equal ones share their mean."""
    every = np.concatenate([inside, outside])
    return np.array([(every < v).sum() + ((every == v).sum() + 1) / 2 for v in inside])


_TIED = (np.array([0.9, 0.5, 0.5, -0.2]), np.array([0.5, 0.1, -0.2, -0.7, -0.9]))

AUROC = Exercise(
    "auroc(inside, outside)",
    lambda inside, outside: _higher(inside, outside).mean(),
    [
        (np.array([0.8, 0.3, 0.6]), np.array([0.1, 0.4])),
        _TIED,
        (np.array([-1.0, -0.5]), np.array([0.5, 1.0, -0.8])),
        (np.array([2.0]), np.array([1.0, 0.0, 3.0, 4.0])),
        (np.array([0.6, -0.4, 0.2]), np.array([0.1, -0.9, 0.5])),
    ],
    {
        "a tie is half a win: where both are equal, neither is higher": (
            lambda inside, outside: (np.asarray(inside)[:, None] > outside).mean()
        ),
        "a tie is half a win, not a whole one, as >= counts it": (
            lambda inside, outside: (np.asarray(inside)[:, None] >= outside).mean()
        ),
        "the wrong way round: how often is the value inside the higher one?": (
            lambda inside, outside: 1 - _higher(inside, outside).mean()
        ),
        "that is how many pairs are won: divide by how many pairs there are": (
            lambda inside, outside: _higher(inside, outside).sum()
        ),
        "that is folded: a unit that is low inside would get the same as one that is high": (
            lambda inside, outside: max(
                _higher(inside, outside).mean(), 1 - _higher(inside, outside).mean()
            )
        ),
        "the wrong way round, and a tie is half a win": (
            lambda inside, outside: (np.asarray(inside)[:, None] < outside).mean()
        ),
        "that is divided by how many are inside; divide by how many pairs there are": (
            lambda inside, outside: _higher(inside, outside).sum() / len(inside)
        ),
        "that is divided by how many are outside; divide by how many pairs there are": (
            lambda inside, outside: _higher(inside, outside).sum() / len(outside)
        ),
        "that compares the largest inside with all outside: take every pair": (
            lambda inside, outside: np.mean(np.max(inside) > np.asarray(outside))
        ),
        "wins less losses: that is 2 · AUROC − 1; luck is ½ here, not 0": (
            lambda inside, outside: 2 * _higher(inside, outside).mean() - 1
        ),
        "that is how far the means are apart; only which of two is higher counts": (
            lambda inside, outside: np.mean(inside) - np.mean(outside)
        ),
        "that is how far the medians are apart; only which of two is higher counts": (
            lambda inside, outside: np.median(inside) - np.median(outside)
        ),
        "that compares each value inside with the largest outside: take every pair": (
            lambda inside, outside: np.mean(inside > np.max(outside))
        ),
        "they are compared in their order; each one inside goes with each one outside: "
        "inside[:, None] > outside": lambda inside, outside: np.mean(inside > outside),
        "one number for each value outside is there: what is their mean?": (
            lambda inside, outside: (inside[:, None] > outside).mean(axis=0)
        ),
        "that is divided by how many are inside, not by how many pairs; and a tie is half a win": (
            lambda inside, outside: (inside[:, None] > outside).sum() / len(inside)
        ),
        "that says whether the mean is higher; count pairs of single values": (
            lambda inside, outside: float(np.mean(inside) > np.mean(outside))
        ),
        "that compares each value inside with the mean outside: take every pair": (
            lambda inside, outside: np.mean(inside > np.mean(outside))
        ),
        "that is how many values inside are above 0: the values outside are not in it": (
            lambda inside, outside: np.mean(np.asarray(inside) > 0)
        ),
        "that is the share on the right side of 0; AUROC needs no threshold": (
            lambda inside, outside: np.mean(
                np.concatenate([np.asarray(inside) > 0, np.asarray(outside) <= 0])
            )
        ),
        "that is the sum of the ranks: take away those within the group, and divide": (
            lambda inside, outside: _ranks(inside, outside).sum()
        ),
        "that is the mean rank divided by how many there are: take away (n + 1)/2 first": (
            lambda inside, outside: _ranks(inside, outside).mean() / (len(inside) + len(outside))
        ),
        "the ranks within the group are not taken away: n (n + 1)/2 of them": (
            lambda inside, outside: _ranks(inside, outside).sum() / (len(inside) * len(outside))
        ),
        "that is divided by all pairs, those within a group too: only pairs of one inside with one "
        "outside count": (
            lambda inside, outside: (
                _higher(inside, outside).sum() / (len(inside) + len(outside)) ** 2
            )
        ),
        "the values are paired in their order; take each one inside with each one outside": (
            lambda inside, outside: np.mean([a > b for a, b in zip(inside, outside, strict=False)])
        ),
        "one comparison for each pair is there: what is their mean?": (
            lambda inside, outside: _higher(inside, outside)
        ),
        "one number for each value inside is there: what is their mean?": (
            lambda inside, outside: _higher(inside, outside).mean(axis=1)
        ),
    },
)


@verdict
def auroc(answer) -> Verdict:
    """Exercise 07.1: write auroc(inside, outside). Prints a verdict."""
    return judge(AUROC, answer)


# --- mean or zero ---------------------------------------------------------------------------------

_RNG = np.random.default_rng(7)


def _case(H, unit, mean):
    a, W_h, h = (_RNG.normal(size=size).round(2) for size in (4 * H, (4 * H, H), H))
    return a, W_h, h, unit, mean


AT_MEAN = Exercise(
    "at_mean(a, W_h, h, unit, mean)",
    lambda a, W_h, h, unit, mean: a + W_h[:, unit] * (mean - h[unit]),
    [_case(2, 1, 0.4), _case(3, 0, -0.7), _case(3, 2, 0.1), _case(4, 1, 0.9)],
    {
        "that sets the unit's h to zero: here it stands at its mean": (
            lambda a, W_h, h, unit, mean: a - W_h[:, unit] * h[unit]
        ),
        "the mean is added, but what the unit says now is still in `a`: take it out": (
            lambda a, W_h, h, unit, mean: a + W_h[:, unit] * mean
        ),
        "a row of W_h is what one gate reads; a column is what one unit is read by: W_h[:, unit]": (
            lambda a, W_h, h, unit, mean: a + np.resize(W_h[unit], len(a)) * (mean - h[unit])
        ),
        "the sign: what it says now goes out, and its mean comes in": (
            lambda a, W_h, h, unit, mean: a + W_h[:, unit] * (h[unit] - mean)
        ),
        "without its weights: h reaches the gates through W_h[:, unit]": (
            lambda a, W_h, h, unit, mean: a + (mean - h[unit])
        ),
        "all units are set to the mean: only one is held": (
            lambda a, W_h, h, unit, mean: a + W_h @ (mean - h)
        ),
        "that is what all units say with one at its mean; `a` has the input and the bias too": (
            lambda a, W_h, h, unit, mean: W_h @ np.where(np.arange(len(h)) == unit, mean, h)
        ),
        "what all units say is added once more: `a` holds it already": (
            lambda a, W_h, h, unit, mean: a + W_h @ np.where(np.arange(len(h)) == unit, mean, h)
        ),
        "that is the change alone: add it to a": (
            lambda a, W_h, h, unit, mean: W_h[:, unit] * (mean - h[unit])
        ),
        "the next unit is taken: `unit` counts from 0 already": (
            lambda a, W_h, h, unit, mean: (
                a + W_h[:, (unit + 1) % len(h)] * (mean - h[(unit + 1) % len(h)])
            )
        ),
        "the unit before it is taken: `unit` counts from 0 already": (
            lambda a, W_h, h, unit, mean: a + W_h[:, unit - 1] * (mean - h[unit - 1])
        ),
        "what it says now is taken out twice": (
            lambda a, W_h, h, unit, mean: a + W_h[:, unit] * (mean - 2 * h[unit])
        ),
        "all that all units say is taken out: only one unit is held": (
            lambda a, W_h, h, unit, mean: a - W_h @ h + W_h[:, unit] * mean
        ),
    },
    (
        "a + W_h[:, unit] * (mean - h[unit])",
        "a - W_h[:, unit] * h[unit] + W_h[:, unit] * mean",
    ),
    misfit="the shapes do not fit: a row of W_h has a number for each unit, a column one for each "
    "gate of each unit, as `a` has: W_h[:, unit]",
)


@verdict
def at_mean(answer) -> Verdict:
    """Exercise 07.3: write at_mean(a, W_h, h, unit, mean). Prints a verdict."""
    return judge(AT_MEAN, answer)


#: What a mark was expected with, and is with a unit erased.
BEFORE, AFTER = 0.48, 0.03


BITS_MORE = Number(
    np.log2(BEFORE / AFTER),
    1e-6,
    "how many bits more?",
    {
        "that is how many times less likely it is; a bit is a halving": BEFORE / AFTER,
        "that is the difference of the probabilities; bits are logarithms of their ratio": (
            BEFORE - AFTER
        ),
        "that is the natural logarithm (nats); bits are to base 2": np.log(BEFORE / AFTER),
        "that is the logarithm to base 10; bits are to base 2": np.log10(BEFORE / AFTER),
        "that is what the mark costs afterwards; how much more is it?": -np.log2(AFTER),
        "that is what the mark cost before; how much more does it cost now?": -np.log2(BEFORE),
        "the sign: it is less likely now, so it costs more": -np.log2(BEFORE / AFTER),
        "both costs are added; their difference is wanted": -np.log2(AFTER) - np.log2(BEFORE),
        "that is the logarithm of the difference, not of the ratio": -np.log2(BEFORE - AFTER),
        "that many halvings go from 1 to a sixteenth of 0.03; count those from 0.48 to 0.03": (
            -np.log2(AFTER / 16)
        ),
        "upside down: 0.03 is a sixteenth of 0.48": AFTER / BEFORE,
        "three halvings end at 0.06": 3,
        "five halvings end at 0.015": 5,
        "a ratio of 16 is 2 · 2 · 2 · 2: count the 2s, do not halve 16": 8,
    },
    "log2(0.48 / 0.03)",
    lambda n: f"0.48 / 2**{n:g} is {BEFORE / 2.0**n:.2g}" if abs(n) < 1000 else "",
)


@verdict
def bits_more(answer) -> Verdict:
    """Exercise 07.4: how many bits more a mark costs, expected with 0.48 before and 0.03 after."""
    return judge_number(BITS_MORE, answer)
