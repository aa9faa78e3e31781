"""The exercises of notebook 01, and the shelf of mistakes made in them."""

import numpy as np

from .. import gates
from .judging import Exercise, Hint, Verdict, judge, verdict
from .numbers import Number, judge_number
from .softmaxes import alone

__all__ = [
    "IF_FROM_SWITCH",
    "SOFT_IF",
    "SOFT_SWITCH",
    "if_from_switch",
    "open_gate",
    "soft_if",
    "soft_switch",
]


_HARD = ([1.0, 0.0, 1.0], [4.0, 5.0, 6.0], [-1.0, -2.0, -3.0])
_SOFT = ([0.9, 0.2468, 0.5], [4.0, 5.0, 6.0], [-1.0, -2.0, -3.0])
_BLOCK = ([[0.1, 0.8], [0.3, 0.6]], [[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]])
_GATED = [tuple(map(np.array, case)) for case in (_HARD, _SOFT, _BLOCK)]


def _by_gate(g, *_):
    """Where a gate decides, and where it blends."""
    return {"where the gate is 0 or 1": (g == 0) | (g == 1), "between": (g > 0) & (g < 1)}


SOFT_IF = Exercise(
    "soft_if(g, T, F)",
    gates.soft_if,
    _GATED,
    {
        "the branches are swapped: where the gate is 1, T must come through": (
            lambda g, T, F: (1 - g) * T + g * F
        ),
        "F comes through everywhere: weigh it by what the gate leaves over, (1 - g)": (
            lambda g, T, F: g * T + F
        ),
        "both branches have weight g: F needs what the gate leaves over, (1 - g)": (
            lambda g, T, F: g * T + g * F
        ),
        "F is missing: where the gate is 0 the result must be F, not 0": lambda g, T, F: g * T,
        "the elements are added up, as by `@` or sum(): ⊗ is element by element, in NumPy `*`": (
            lambda g, T, F: g @ T + (1 - g) @ F
        ),
        "elements are added up: (1 - g) * F is right, but g @ T is a matrix product": (
            lambda g, T, F: g @ T + (1 - g) * F
        ),
        "that is the hard if: right for gates of 0 and 1, but a gate of 0.9 must blend": (
            lambda g, T, F: np.where(g > 0.5, T, F)
        ),
        "that is a hard if: a gate of 0.5 must give half of each": (
            lambda g, T, F: np.where(g >= 0.5, T, F)
        ),
        "np.where takes every gate but 0 for true: a gate of 0.9 must blend": (
            lambda g, T, F: np.where(g, T, F)
        ),
        "only a gate of exactly 1 counts as true there: a gate of 0.9 must blend": (
            lambda g, T, F: np.where(g == 1, T, F)
        ),
        "brackets are missing: 1 - g * F is not (1 - g) * F": (lambda g, T, F: g * T + 1 - g * F),
        "the two parts are added, not subtracted": lambda g, T, F: g * T - (1 - g) * F,
        "F + g * (T - F) would do; the F in front is missing": lambda g, T, F: g * (T - F),
        "T is missing: where the gate is 1 the result must be T": lambda g, T, F: (1 - g) * F,
        "g is a gate already: no second σ": (lambda g, T, F: gates.soft_if(gates.sigmoid(g), T, F)),
        "the elements were added up: keep one result per element": (
            lambda g, T, F: (g * T + (1 - g) * F).sum()
        ),
        "that is a hard if, and F comes through where the gate is open": (
            lambda g, T, F: np.where(g > 0.5, F, T)
        ),
        "that is the larger of T and F: the gate is not used": lambda g, T, F: np.maximum(T, F),
        "that is the plain mean of T and F: the gate is not used": lambda g, T, F: (T + F) / 2,
    },
    ("g * T + (1 - g) * F", "F + g * (T - F)"),
    ("g",),
    _by_gate,
)

_SCORES = np.array([2.0, 0.0, -1.0])
_CASES = np.array([[4.0, 0.0], [-3.0, 2.0], [1.0, -4.0]])
_SQUARE = np.array([[1.0, 2.0, 0.0], [0.0, 3.0, -1.0], [2.0, 0.0, 5.0]])


def _softmax(s):
    return gates.mask(s)


def _weighed(s, C):
    return _softmax(s)[:, None] * C


SOFT_SWITCH = Exercise(
    "soft_switch(s, C)",
    lambda s, C: gates.soft_switch(_softmax(s), C),
    [(_SCORES, _CASES), (_SCORES, _SQUARE), (np.array([0.0, 30.0, 0.0]), _CASES)],
    {
        "weighed but not added up: the sum over the cases is what selects": _weighed,
        "added up over the features: add up over the cases, axis 0": (
            lambda s, C: _weighed(s, C).sum(axis=1)
        ),
        "everything was added up: add up over the cases only, axis 0": (
            lambda s, C: _weighed(s, C).sum()
        ),
        "the mask is not normalised: divide e^s by its sum": lambda s, C: np.exp(s) @ C,
        "the mask is not normalised: subtracting the largest score only guards against overflow": (
            lambda s, C: np.exp(s - s.max()) @ C
        ),
        "dividing scores by their sum is no softmax: take e^s first": (
            lambda s, C: (s / s.sum()) @ C
        ),
        "that is the mask alone: now weigh the cases with it and add up": lambda s, C: _softmax(s),
        "those are sigmoids made to sum to 1: softmax takes e^s": (
            lambda s, C: gates.sigmoid(s) / gates.sigmoid(s).sum() @ C
        ),
        "one row too many: the result is one vector (D,), not a table": (
            lambda s, C: _softmax(s)[None] @ C
        ),
        "each weight must meet its whole row: the weights need a second axis, m[:, None]": (
            lambda s, C: _softmax(s) * C
        ),
        "lab.soft_switch takes a mask, not scores: lab.mask(s) first": (
            lambda s, C: gates.soft_switch(s, C)
        ),
        "the scores are no mask yet: softmax makes them weights that sum to 1": (
            lambda s, C: s @ C
        ),
        "a sigmoid mask does not sum to 1: to choose one of the cases take the softmax": (
            lambda s, C: gates.sigmoid(s) @ C
        ),
        "softmax over the wrong axis: every case got weight 1. Normalise over the cases": (
            lambda s, C: C.sum(axis=0)
        ),
        "softmax over the wrong axis: it was taken over the features. Take it over the cases": (
            lambda s, C: (s[:, None] * np.apply_along_axis(_softmax, 1, C)).sum(axis=0)
        ),
        "that is the hard switch: it takes the best case whole and has no gradient": (
            lambda s, C: C[s.argmax()]
        ),
        "the mask comes first: lab.soft_switch(mask, C)": (
            lambda s, C: gates.soft_switch(C, _softmax(s))
        ),
        "the softmax is taken twice: those are weights already": (
            lambda s, C: _softmax(_softmax(s)) @ C
        ),
        "that is the logarithm of the softmax: the weights themselves sum to 1": (
            lambda s, C: np.log(_softmax(s)) @ C
        ),
        "divided by the length of the vector e^s: its sum is wanted, e.sum()": (
            lambda s, C: np.exp(s) / np.linalg.norm(np.exp(s)) @ C
        ),
        "the mean divides by the number of cases: the weights sum to 1 already, so add up": (
            lambda s, C: _weighed(s, C).mean(axis=0)
        ),
        **alone(_weighed),
        "every case has the same weight: where do the scores enter?": lambda s, C: C.mean(axis=0),
        "the product is the wrong way round: weights first, cases second": (
            lambda s, C: C @ _softmax(s)
        ),
        "softmax comes first: it makes weights of the scores; then they weigh the cases": (
            lambda s, C: _softmax(s @ C)
        ),
        "softmax of the cases, not of the scores: it makes weights of the scores": (
            lambda s, C: s @ (np.exp(C) / np.exp(C).sum(axis=0))
        ),
        "softmax of the cases: the scores are to become weights": (
            lambda s, C: np.exp(C) / np.exp(C).sum(axis=0)
        ),
        "the scores are divided by their sum too early: e^s first, then the division": (
            lambda s, C: np.exp(s / s.sum()) @ C
        ),
        "the sum is taken before e^: divide by the sum of all e^s, np.exp(s).sum()": (
            lambda s, C: np.exp(s) / np.exp(s.sum()) @ C
        ),
        "the sum of all e^s is missing below: divide by it, not by how many there are": (
            lambda s, C: np.exp(s) / len(s) @ C
        ),
    },
    ("e = exp(s)\nm = e / e.sum()\nm @ C", "e = exp(s)\n(e @ C) / e.sum()"),
)

IF_FROM_SWITCH = Exercise(
    "if_from_switch(g, T, F)",
    lambda g, T, F: (np.stack([g, 1 - g]), np.stack([T, F])),
    _GATED[:2],
    {
        "the two are swapped: g must weigh T, and (1 - g) must weigh F": (
            lambda g, T, F: (np.stack([1 - g, g]), np.stack([T, F]))
        ),
        "both cases have weight g: the mask is [g; 1 - g]": (
            lambda g, T, F: (np.stack([g, g]), np.stack([T, F]))
        ),
        "F has weight 0: the mask is [g; 1 - g]": (
            lambda g, T, F: (np.stack([g, 0 * g]), np.stack([T, F]))
        ),
        "g is a mask weight already: no softmax or σ of it": (
            lambda g, T, F: (gates.mask(np.stack([g, 1 - g])), np.stack([T, F]))
        ),
        "F has weight 1: the mask is [g; 1 - g]": (
            lambda g, T, F: (np.stack([g, g**0]), np.stack([T, F]))
        ),
        "that is a softmax of g and 0: g is a weight already": (
            lambda g, T, F: (gates.mask(np.stack([g, 0 * g])), np.stack([T, F]))
        ),
        "both cases have weight one half: g is not used. The mask is [g; 1 - g]": (
            lambda g, T, F: (np.full((2, len(g)), 0.5), np.stack([T, F]))
        ),
    },
    ("stack([g, 1 - g]), stack([T, F])",),
    ("g",),
    _by_gate,
)


@verdict
def soft_if(answer) -> Verdict:
    """Exercise 01.1: write soft_if(g, T, F). Prints a verdict."""
    return judge(SOFT_IF, answer)


_ODDS = 0.99 / (1 - 0.99)
OPEN_GATE = Number(
    np.log(_ODDS),
    0.006,
    "give the z at which the gate is 0.99",
    {
        "that shuts the gate to 0.01: the sign is wrong": -np.log(_ODDS),
        "that is the gate, not the pre-activation: solve σ(z) = 0.99 for z": 0.99,
        "that is σ(0.99): solve σ(z) = 0.99 for z": float(gates.sigmoid(0.99)),
        "log to base 10: σ is made of e, so take the natural logarithm": np.log10(99.0),
        "that is ln 0.99: the odds are 0.99 to 0.01": np.log(0.99),
        "that is ln 100: the odds are 99 to 1": np.log(100.0),
        "that is 99, the odds: take their logarithm": 99.0,
        "that is arctanh 0.99: the gate is made by σ, not by tanh": np.arctanh(0.99),
        "log to base 2: σ is made of e, so take the natural logarithm": np.log2(99.0),
        "that is ln 0.01: the odds are 0.99 to 0.01": np.log(1 - 0.99),
        "that is ln(0.99 / 0.1): what is left over of 0.99 is 0.01": (
            float(np.log(0.99 / 0.1)),
            0.002,
        ),
        "that is σ(−0.99): solve σ(z) = 0.99 for z": float(gates.sigmoid(-0.99)),
        "that is e to the power 0.99: the logarithm undoes e": np.exp(0.99),
        "a whole number is not near enough: σ(5) = 0.9933": (5.0, 1e-9),
    },
    "log(0.99 / (1 - 0.99))",
    lambda z: f"σ makes a gate of {gates.unchecked_sigmoid(z):.4f} of it",
)


@verdict
def open_gate(z) -> Verdict:
    """Exercise 01.2: the pre-activation at which σ(z) = 0.99. Prints a verdict."""
    return judge_number(OPEN_GATE, z)


@verdict
def soft_switch(answer) -> Verdict:
    """Exercise 01.3: write soft_switch(s, C) for scores (K,) and cases (K, D). Prints a verdict."""
    return judge(SOFT_SWITCH, answer)


@verdict
def if_from_switch(answer) -> Verdict:
    """Exercise 01.4: the mask and the cases that make the switch an `if`. Prints a verdict."""
    return judge(IF_FROM_SWITCH, answer, through=_switched)


def _switched(result, case):
    """What the student's mask and cases give in the switch, or a Hint if they do not fit."""
    one = isinstance(result, np.ndarray) and result.ndim < 3
    if one or not (hasattr(result, "__len__") and len(result) == 2):
        raise Hint("return two things: mask, cases")
    if isinstance(result, dict | set):
        raise Hint("return two things: mask, cases, with a comma between")
    if any(part is ... for part in result):
        return ...
    mask, cases = (np.asarray(part, float) for part in result)
    _, T, F = case
    wanted = (2, len(T))
    for name, given in (("mask", mask), ("cases", cases)):
        if given.shape == wanted[::-1]:
            raise Hint(f"{name} stands in columns: stack along the first axis, np.stack([…, …])")
        if given.shape == (2 * len(T),):
            raise Hint(f"{name} is one long vector: stack the two, do not join them end to end")
        if given.shape != wanted:
            raise Hint(f"{name} has shape {given.shape}: it needs one row per case, {wanted}")
    if np.allclose(cases.sum(axis=0), 1) and sorted(mask.tolist()) == sorted([[*T], [*F]]):
        raise Hint("the mask comes first: return mask, cases")
    if sorted(cases.tolist()) != sorted([T.tolist(), F.tolist()]):
        raise Hint("the cases are T and F as they are: weighing them is the mask's work")
    if (mask < 0).any() or (mask > 1).any():
        raise Hint("a weight lies in [0, 1]: what does the gate leave over for F?")
    return gates.soft_switch(mask, cases)
