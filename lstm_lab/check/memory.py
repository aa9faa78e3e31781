"""The exercises of notebook 02, and the shelf of mistakes made in them."""

import itertools

import numpy as np

from .._text import number
from .._validate import shown
from .judging import PASSED, WRONG, Exercise, Verdict, as_floats, dict_of, judge, verdict
from .numbers import Number, judge_number
from .outcomes import NO_FLOATS

__all__ = ["JOBS", "LAG_LEFT", "NOISE", "TRAVELLED", "lag_left", "travelled", "two_states"]


TRAVELLED = Exercise(
    "travelled(radius, lag)",
    lambda radius, lag: radius**lag,
    [(0.9, 10), (1.1, 50), (0.5, 3), (1.0, 100), (0.9, 0), (0.5, 40)],
    {
        "each step multiplies by the radius, so k steps are a power, not a product with k": (
            lambda radius, lag: radius * lag
        ),
        "base and exponent are swapped: the radius is multiplied, lag times": (
            lambda radius, lag: lag**radius
        ),
        "that shrinks by the same amount at each step; it shrinks by the same factor": (
            lambda radius, lag: 1 - (1 - radius) * lag
        ),
        "one step too few: a nudge `lag` steps back goes through W_h `lag` times": (
            lambda radius, lag: radius ** (lag - 1)
        ),
        "one step too few: is it range(lag)?": lambda radius, lag: radius ** max(lag - 1, 0),
        "only one step: is the `return` inside the loop?": (
            lambda radius, lag: radius if lag else None
        ),
        "only one step: is it `left *= radius` in the loop?": (
            lambda radius, lag: radius if lag else 1.0
        ),
        "that is divided by the lag: each step multiplies": lambda radius, lag: radius / lag,
        "that is the power 2, not the power lag": lambda radius, lag: radius**2,
        "e to the power of the lag is not in it: the radius is multiplied, lag times": (
            lambda radius, lag: np.exp(lag) * radius
        ),
        "one step too many: a nudge `lag` steps back goes through W_h `lag` times": (
            lambda radius, lag: radius ** (lag + 1)
        ),
        "that is its logarithm: the height of the line on the log axis": (
            lambda radius, lag: lag * np.log(radius)
        ),
        "that is a root; longer lags would bring it closer to 1": (
            lambda radius, lag: radius ** (1 / lag) if lag else 1.0
        ),
        "that is what is lost, not what is left: without the 1 −": (
            lambda radius, lag: 1 - radius**lag
        ),
        "(1 − radius) is lost at each step; the radius is what is left": (
            lambda radius, lag: (1 - radius) ** lag
        ),
        "that is decay without steps: here each step multiplies by the radius": (
            lambda radius, lag: np.exp(-radius * lag)
        ),
        "that is decay without steps: here each step multiplies by the radius, radius ** lag": (
            lambda radius, lag: np.exp(-(1 - radius) * lag)
        ),
        "e is not the base here: the radius is, radius ** lag": (
            lambda radius, lag: np.exp(radius * lag)
        ),
        "0.9 is written in: take the argument, radius": lambda radius, lag: 0.9**lag,
        "that is 1 divided by it: a radius below 1 makes the nudge smaller": (
            lambda radius, lag: radius ** (-lag)
        ),
    },
    ("radius ** lag", "exp(lag * log(radius))"),
)


@verdict
def travelled(answer) -> Verdict:
    """Exercise 02.1: write travelled(radius, lag). Prints a verdict."""
    return judge(TRAVELLED, answer)


_EXACT = np.log(0.001) / np.log(0.9)  # 65.6: the first whole number beyond
LAG_LEFT = Number(
    np.ceil(_EXACT),
    1e-6,
    "how many steps until 0.9 · 0.9 · … is below 0.001?",
    {
        "one step short: 0.9 to the 65th is still more than a thousandth": (65, 1e-9),
        "that is −ln 0.001; divide it by −ln 0.9": -np.log(0.001),
        "steps are whole: which is the first below a thousandth?": (66.0, 0.99),
        "one step too many: after 66 steps it is below a thousandth already": (67, 1e-9),
        "two steps short: 0.9 to the 64th is still more than a thousandth": (64, 1e-9),
        "each step multiplies: three tenfold falls do not take 3/0.1 steps": (30, 0.01),
        "logarithms of two bases: take both natural, or both to base 10": (
            -3 / np.log(0.9),
            0.05,
        ),
        "that is how many until a tenth is left": np.ceil(np.log(0.1) / np.log(0.9)),
        "that is how many until a hundredth is left": np.ceil(np.log(0.01) / np.log(0.9)),
        "upside down: ln 0.001 is divided by ln 0.9": np.log(0.9) / np.log(0.001),
        "the sign: both logarithms are negative, and steps are not": -_EXACT,
        "perhaps a tenth of what it was at first is taken at each step; it is a tenth of what is "
        "left": 10,
        "that is ln 0.001, which is to be divided by ln 0.9": (float(np.log(0.001)), 0.01),
        "that is how much is left after 66 steps; how many steps is asked": (0.9**66, 1e-4),
        "that is 1/0.001: each step multiplies by 0.9": (1000, 0.1),
        "upside down, and rounded up: ln 0.001 is divided by ln 0.9": (1, 1e-9),
        "logarithms of two bases, rounded up: take both natural, or both to base 10": (29, 1e-9),
        "the sign: steps are not negative": (-66, 0.5),
    },
    "ceil(log(0.001) / log(0.9))",
    lambda n: f"after {n:g} steps {number(0.9**n)} is left" if 0 <= n < 1e4 else "",
)


@verdict
def lag_left(answer) -> Verdict:
    """Exercise 02.2: after how many steps is less than a thousandth left, at radius 0.9?"""
    return judge_number(LAG_LEFT, answer)


#: The jobs of exercise 3, and how long the wait is.
JOBS, _WAIT, _NEAR = ("store", "wait", "ask"), 20, 0.05
#: The candidates of the wait.
NOISE = np.random.default_rng(0).uniform(-1, 1, _WAIT)


@verdict
def two_states(answer) -> Verdict:
    """Exercise 02.3: {"store": (remember, save, focus), "wait": …, "ask": …}, gates in [0, 1].

    The candidate is 0.9 at `store` and noise while waiting; c must come through, and h must be 0
    until it is asked for. Prints a verdict.
    """
    unfit = dict_of(answer, JOBS, "give three gates for store, wait and ask")
    if unfit:
        return unfit
    gates = {}
    for job in JOBS:
        try:
            gates[job] = as_floats(answer[job])
        except NO_FLOATS:
            gates[job] = np.zeros(0)
        if gates[job].shape != (3,) or not ((gates[job] >= 0) & (gates[job] <= 1)).all():
            return Verdict(
                WRONG,
                f"{job}: three gates in [0, 1] are wanted, but {shown(answer[job])} was given",
                "shape",
            )
    return _other_order(gates) or _run_two_states(gates)


def _other_order(gates) -> Verdict | None:
    """The verdict on gates that would do in another order, the same for all three jobs."""
    for order in itertools.permutations(range(3)):
        moved = {job: three[list(order)] for job, three in gates.items()}
        if _run_two_states(moved).state == PASSED and _run_two_states(gates).state != PASSED:
            text = "the gates are right, but in another order: remember, save, focus is asked"
            return Verdict(WRONG, text, "swapped")
    return None


def _run_two_states(gates) -> Verdict:
    """What c and h do over one store, 20 waits with noise, and one ask."""
    for old, late in ((2.0, 0.5), (-1.5, -0.7)):  # what c still holds, the candidate when asked
        c = old
        for job, candidate in [("store", 0.9), *(("wait", v) for v in NOISE), ("ask", late)]:
            remember, save, focus = gates[job]
            c = remember * c + save * candidate
            wrong = _wrong_at(job, gates[job], old, c, focus * np.tanh(c))
            if wrong:
                return Verdict(WRONG, f"{job}: {wrong[1]}", wrong[0])
    return Verdict(
        PASSED, f"c held 0.9 through {_WAIT} steps of noise, and h spoke only when asked"
    )


def _wrong_at(job, gates, old, c, h) -> tuple[str, str] | None:
    """(the gate to blame, the sentence) where c or h is not as it should be at a step of a job."""
    remember, save, focus = gates
    far = abs(c - 0.9) > _NEAR
    if job == "store" and far and remember > 0.02:
        share = "all" if remember == 1 else "some"
        kept = f"remember {remember:g} keeps {share} of the old {old:g}"
        return "remember", f"c becomes {c:.2f}, not 0.9: {kept}"
    if job == "store" and far:
        entered = f"with remember {remember:g} and save {save:g} only {save * 0.9:.2f} entered"
        return "save", f"c becomes {c:.2f}, not 0.9: the candidate of 0.9 must enter, and {entered}"
    if job != "ask" and abs(h) > 0.01:
        return "focus", f"h is {h:.2f}, but must be silent: what shuts it?"
    if far and job == "wait" and save / 2 > (1 - remember) * 0.9:  # noise cancels in part
        return "save", f"noise gets into c, now {c:.2f}: save is {save:g}"
    if far and job == "wait":
        return "remember", f"c fades to {c:.2f}: remember is {remember:g}"
    if far:
        return "remember", f"c is {c:.2f} when it is read: remember {remember:g}, save {save:g}"
    if job == "ask" and abs(h - np.tanh(0.9)) > _NEAR:
        return "focus", f"h is {h:.2f}, but tanh(0.9) = 0.72 is in c: focus is {focus:g}"
    return None
