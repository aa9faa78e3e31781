"""The exercises of notebook 06, and the shelf of mistakes made in them."""

from dataclasses import replace

import numpy as np

from .. import gates
from .judging import PASSED, WRONG, Exercise, Hint, Text, Verdict, judge, verdict
from .softmaxes import MASKED_SOFTMAX, OVERFLOW, alone

__all__ = ["additive_score", "context", "masked_softmax", "read_map"]


@verdict
def masked_softmax(answer) -> Verdict:
    """Exercise 06.2: write masked_softmax(scores, padding). Prints a verdict."""
    with np.errstate(all="ignore"):
        small = judge(replace(MASKED_SOFTMAX, cases=MASKED_SOFTMAX.cases[:-1]), answer)
        whole = judge(MASKED_SOFTMAX, answer) if small.state == PASSED else small
        return whole if whole.state == small.state else Verdict(WRONG, OVERFLOW, "mask")


_RNG = np.random.default_rng(6)
_H = 3
_WEIGHTS = tuple(_RNG.normal(size=shape).round(1) for shape in ((_H, _H), (_H, _H), _H, _H))
_PAIRS = [(*_RNG.normal(size=(2, _H)).round(1), *_WEIGHTS) for _ in range(3)]
_PAIRS += [(*_PAIRS[0][:-1], -_WEIGHTS[-1])]  # a score may be negative

ADDITIVE_SCORE = Exercise(
    "additive_score(h, d, W_h, W_d, b, v)",
    lambda h, d, W_h, W_d, b, v: v @ np.tanh(W_h @ h + W_d @ d + b),
    _PAIRS,
    {
        "tanh is missing: without it the state and the query are only added, and the choice of "
        "the state cannot depend on the query": (
            lambda h, d, W_h, W_d, b, v: v @ (W_h @ h + W_d @ d + b)
        ),
        "that is the vector before v; a score is one number, v @ …": (
            lambda h, d, W_h, W_d, b, v: np.tanh(W_h @ h + W_d @ d + b)
        ),
        "v weighs the parts one by one; a score is their sum, v @ …": (
            lambda h, d, W_h, W_d, b, v: v * np.tanh(W_h @ h + W_d @ d + b)
        ),
        "`*` multiplies element by element; a matrix times a vector is `@`": (
            lambda h, d, W_h, W_d, b, v: v @ np.tanh(W_h * h + W_d * d + b)
        ),
        "a score is one number, not an array that holds one": (
            lambda h, d, W_h, W_d, b, v: [v @ np.tanh(W_h @ h + W_d @ d + b)]
        ),
        "`*` multiplies element by element: a matrix times a vector is `@`, and so is v @ …": (
            lambda h, d, W_h, W_d, b, v: v * np.tanh(W_h * h + W_d * d + b)
        ),
        "np.tan is the tangent of an angle: np.tanh squashes": (
            lambda h, d, W_h, W_d, b, v: v @ np.tan(W_h @ h + W_d @ d + b)
        ),
        "the bias b is added up and added last: it belongs inside the tanh": (
            lambda h, d, W_h, W_d, b, v: v @ np.tanh(W_h @ h + W_d @ d) + b.sum()
        ),
        "the matrices are added, and h and d are: each has a matrix of its own": (
            lambda h, d, W_h, W_d, b, v: v @ np.tanh((W_h + W_d) @ (h + d) + b)
        ),
        "σ in place of tanh": (
            lambda h, d, W_h, W_d, b, v: v @ gates.sigmoid(W_h @ h + W_d @ d + b)
        ),
        "the bias b is added last: it belongs inside the tanh": (
            lambda h, d, W_h, W_d, b, v: v @ np.tanh(W_h @ h + W_d @ d) + b
        ),
        "the bias b comes after the tanh: it belongs inside": (
            lambda h, d, W_h, W_d, b, v: v @ (np.tanh(W_h @ h + W_d @ d) + b)
        ),
        "W_h is there twice, or h and d are added first: the query has a matrix of its own, W_d": (
            lambda h, d, W_h, W_d, b, v: v @ np.tanh(W_h @ h + W_h @ d + b)
        ),
        "the bias b is missing": lambda h, d, W_h, W_d, b, v: v @ np.tanh(W_h @ h + W_d @ d),
        "h and d have each other's matrix": (
            lambda h, d, W_h, W_d, b, v: v @ np.tanh(W_h @ d + W_d @ h + b)
        ),
        "a matrix is the wrong way round: W @ h, not h @ W": (
            lambda h, d, W_h, W_d, b, v: v @ np.tanh(h @ W_h + d @ W_d + b)
        ),
        "the state h is not in it": lambda h, d, W_h, W_d, b, v: v @ np.tanh(W_d @ d + b),
        "the query d is not in it": lambda h, d, W_h, W_d, b, v: v @ np.tanh(W_h @ h + b),
        "the sum of the parts, but v is missing": (
            lambda h, d, W_h, W_d, b, v: np.tanh(W_h @ h + W_d @ d + b).sum()
        ),
        "tanh comes before v: v @ tanh(…), not tanh(v @ …)": (
            lambda h, d, W_h, W_d, b, v: np.tanh(v @ (W_h @ h + W_d @ d + b))
        ),
        "that is the dot product of Luong, with nothing learned": (
            lambda h, d, W_h, W_d, b, v: h @ d
        ),
        "the two are squashed apart: add them first, then tanh": (
            lambda h, d, W_h, W_d, b, v: v @ (np.tanh(W_h @ h) + np.tanh(W_d @ d + b))
        ),
        "that is the general score of Luong, h @ W @ d: here the two are added inside tanh": (
            lambda h, d, W_h, W_d, b, v: h @ W_h @ d
        ),
        "that is the general score of Luong, h @ W_d @ d: here the two are added inside tanh": (
            lambda h, d, W_h, W_d, b, v: h @ W_d @ d
        ),
        "that is the general score of Luong, d @ W @ h: here the two are added inside tanh": (
            lambda h, d, W_h, W_d, b, v: d @ W_h @ h
        ),
        "the two are squashed apart, and multiplied: add them first, then tanh": (
            lambda h, d, W_h, W_d, b, v: np.tanh(W_h @ h) @ np.tanh(W_d @ d)
        ),
    },
    ("v @ tanh(W_h @ h + W_d @ d + b)",),
)


@verdict
def additive_score(answer) -> Verdict:
    """Exercise 06.1: write additive_score(h, d, W_h, W_d, b, v). Prints a verdict."""
    return judge(ADDITIVE_SCORE, answer)


_STATES = np.array([[1.0, -1.0, 0.5], [0.0, 2.0, -0.5], [3.0, 0.5, 1.0]])
_MASK = np.array([0.2345, 0.4617, 0.3038])

CONTEXT = Exercise(
    "context(mask, states)",
    lambda mask, states: mask @ states,
    [(_MASK, _STATES), (np.eye(3)[2], _STATES), (np.array([0.9, 0.1]), _STATES[:2])],
    {
        "the transpose: a weight belongs to a state, a row of `states`, not to a feature": (
            lambda mask, states: states @ mask
        ),
        "the weights are not used: that is the plain average": (
            lambda mask, states: states.mean(axis=0)
        ),
        "the weights are not used: that is the plain sum": lambda mask, states: states.sum(axis=0),
        "the hard choice: there the mask has no gradient. Weigh all states": (
            lambda mask, states: states[mask.argmax()]
        ),
        "weighed, but not added up: sum over the states (axis 0)": (
            lambda mask, states: mask[:, None] * states
        ),
        "the wrong axis: sum over the states (axis 0), not over the features": (
            lambda mask, states: (mask[:, None] * states).sum(axis=1)
        ),
        "weights land on features: give the mask a second axis, mask[:, None]": (
            lambda mask, states: (mask * states).sum(axis=0)
        ),
        "weights land on features, and nothing is added up: mask[:, None], then the sum (axis 0)": (
            lambda mask, states: mask * states
        ),
        "everything is added up: sum over the states alone (axis 0)": (
            lambda mask, states: (mask[:, None] * states).sum()
        ),
        "the mask comes first: lab.soft_switch(mask, states)": (
            lambda mask, states: gates.soft_switch(states, mask)
        ),
        "divided by the number of states: the weights sum to 1 already": (
            lambda mask, states: mask @ states / len(states)
        ),
        "the weights are in the reverse order": lambda mask, states: mask[::-1] @ states,
        "each state has the weight of another: weight k belongs to row k": (
            lambda mask, states: np.roll(mask, 1) @ states
        ),
        "only states with a weight above one half are added, unweighed: weigh all": (
            lambda mask, states: states[mask > 0.5].sum(axis=0)
        ),
        "the mask has been through a softmax already": (
            lambda mask, states: gates.mask(mask) @ states
        ),
        **alone(lambda mask, states: mask[:, None] * states),
        "that is the last state alone: weigh all states": lambda mask, states: states[-1],
        "that is the first state alone: weigh all states": lambda mask, states: states[0],
        "that is the largest of each feature: weigh all states": lambda m, states: states.max(
            axis=0
        ),
    },
    ("mask @ states", "(mask[:, None] * states).sum(axis=0)"),
)


@verdict
def context(answer) -> Verdict:
    """Exercise 06.3: write context(mask, states). Prints a verdict."""
    return judge(CONTEXT, answer)


#: The last row looks at one letter most, but at less than one half; in "hello" it is an l again.
_MAP = gates.mask(
    np.array([[0, 1, 4, 2, 0], [5, 0, 1, 0, 1], [0, 3, 1, 2, 0], [0, 1, 1, 1.5, 0]]).T
).T


def _looked_at(places, source):
    return "".join(source[int(k)] for k in places)


READ_MAP = Exercise(
    "read_map(masks, source)",
    lambda masks, source: _looked_at(masks.argmax(axis=1), source),
    [(_MAP, "hello"), (_MAP[::-1].copy(), "world"), (_MAP[:1], "abcde")],
    {
        "the map is read transposed: a row is one output step, so look for the largest of each "
        "row (axis 1)": lambda masks, source: _looked_at(masks.argmax(axis=0), source),
        "one place too far: places are counted from 0": (
            lambda masks, source: _looked_at((masks.argmax(axis=1) + 1) % len(source), source)
        ),
        "one place short: places are counted from 0": (
            lambda masks, source: _looked_at(masks.argmax(axis=1) - 1, source)
        ),
        "that is where it looks least": (
            lambda masks, source: _looked_at(masks.argmin(axis=1), source)
        ),
        "right, but from the last step to the first": (
            lambda masks, source: _looked_at(masks.argmax(axis=1), source)[::-1]
        ),
        "the largest of the whole map: one for each row is wanted": (
            lambda masks, source: _looked_at([masks.argmax() % len(source)], source)
        ),
        "argmax() without an axis is one place for the whole map: argmax(axis=1) is one for each "
        "row": lambda masks, source: source[masks.argmax()],
        "a text takes one place at a time: source[k] for each k, joined": (
            lambda masks, source: source[masks.argmax(axis=1)]
        ),
        "the map is not used: that is the source": lambda masks, source: Text(source),
        "the map is not used: that is the source, turned round": (
            lambda masks, source: Text(source[::-1])
        ),
        "the map is not used: those are the first letters of the source": (
            lambda masks, source: Text(source[: len(masks)])
        ),
        "all weights over one half: a row may have none. Take the largest of each row": (
            lambda masks, source: _looked_at(np.nonzero(masks > 0.5)[1], source)
        ),
    },
)


def _letters(result, case):
    """A text, or a Hint that says what it is instead."""
    if isinstance(result, set | frozenset | dict):
        raise Hint("a set has no order, and each letter once: give one text, with a letter a row")
    several = isinstance(result, list | tuple | np.ndarray)
    if (several and all(isinstance(k, str) for k in result)) or hasattr(result, "__next__"):
        raise Hint('one text is wanted: join the letters, "".join(…)')
    if isinstance(result, str) and result.isdigit():
        raise Hint("letters are wanted, not places: source[k] is the letter at place k")
    if not isinstance(result, str):
        raise Hint("letters are wanted, not places: join source[k] for the place k of each row")
    return Text(result)


@verdict
def read_map(answer) -> Verdict:
    """Exercise 06.4: write read_map(masks, source): the letter that each step looks at most, as one
    text. Prints a verdict."""
    return judge(READ_MAP, answer, _letters)
