"""The exercises of notebook 02, and the shelf of mistakes made in them."""

import numpy as np

from .._validate import shown
from .judging import (
    OPEN,
    PASSED,
    WRONG,
    Exercise,
    Verdict,
    as_floats,
    judge,
    judge_number,
    unanswered,
)

TRAVELLED = Exercise(
    "travelled(radius, lag)",
    lambda radius, lag: radius**lag,
    [(0.9, 10), (1.1, 50), (0.5, 3), (1.0, 100), (0.9, 0)],
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
        "one step too many: a nudge `lag` steps back goes through W_h `lag` times": (
            lambda radius, lag: radius ** (lag + 1)
        ),
        "that is its logarithm: the height of the line on the log axis": (
            lambda radius, lag: lag * np.log(radius)
        ),
        "that is a root; longer lags would bring it closer to 1": (
            lambda radius, lag: radius ** (1 / lag) if lag else 1.0
        ),
    },
)


def travelled(answer) -> None:
    """Exercise 02.1: write travelled(radius, lag). Prints a verdict."""
    print(judge(TRAVELLED, answer))


def lag_left(answer) -> None:
    """Exercise 02.2: after how many steps is less than a thousandth left, at radius 0.9?"""
    print(judge_lag_left(answer))


def judge_lag_left(answer) -> Verdict:
    exact = np.log(0.001) / np.log(0.9)  # 65.6: the first whole number beyond
    mistakes = {
        "one step short: 0.9 to the 65th is still more than a thousandth": 65,
        "that is −ln 0.001; divide it by −ln 0.9": -np.log(0.001),
        "steps are whole: which is the first below a thousandth?": exact,
        "that is how many until a tenth is left": np.ceil(np.log(0.1) / np.log(0.9)),
        "that is how many until a hundredth is left": np.ceil(np.log(0.01) / np.log(0.9)),
        "upside down: ln 0.001 is divided by ln 0.9": np.log(0.9) / np.log(0.001),
        "the sign: both logarithms are negative, and steps are not": -exact,
        "so many if it lost a tenth of what it was at first each step; it loses a tenth of what is "
        "left": 10,
    }
    ask = "how many steps until 0.9 · 0.9 · … is below 0.001?"
    return judge_number(answer, np.ceil(exact), 0.4, ask, mistakes)


#: The jobs of exercise 3, and how long the wait is.
JOBS, _WAIT = ("store", "wait", "ask"), 20


def two_states(answer) -> None:
    """Exercise 02.3: {"store": (remember, save, focus), "wait": …, "ask": …}, gates in [0, 1].

    The candidate is 0.9 at `store` and noise while waiting; c must come through, and h must be 0
    until it is asked for. Prints a verdict.
    """
    print(judge_two_states(answer))


def judge_two_states(answer) -> Verdict:
    if not isinstance(answer, dict):
        return Verdict(WRONG, 'a dict is wanted: {"store": (remember, save, focus), …}')
    if any(unanswered(answer.get(job, ...)) for job in JOBS):
        return Verdict(OPEN, "give three gates for store, wait and ask")
    gates = {}
    for job in JOBS:
        try:
            gates[job] = as_floats(answer[job])
        except (TypeError, ValueError):
            gates[job] = np.zeros(0)
        if gates[job].shape != (3,) or not ((gates[job] >= 0) & (gates[job] <= 1)).all():
            return Verdict(
                WRONG,
                f"{job}: three gates in [0, 1] are wanted, but {shown(answer[job])} was given",
            )
    return _run_two_states(gates)


def _run_two_states(gates) -> Verdict:
    """What c and h do over one store, 20 waits with noise, and one ask."""
    c, noise = 2.0, np.random.default_rng(0).uniform(-1, 1, _WAIT)  # c still holds an old value
    for job, candidate in [("store", 0.9), *(("wait", v) for v in noise), ("ask", 0.5)]:
        remember, save, focus = gates[job]
        c = remember * c + save * candidate
        h = focus * np.tanh(c)
        if job == "store" and abs(c - 0.9) > 0.05:
            why = (
                "the old c of 2 is still in it"
                if remember > 0.02
                else "the candidate of 0.9 must enter"
            )
            return Verdict(WRONG, f"store: c becomes {c:.2f} instead of 0.9: {why} by remember "
                           f"{remember:g}, save {save:g}")  # fmt: skip
        if job != "ask" and abs(h) > 0.01:
            return Verdict(WRONG, f"{job}: h is {h:.2f}, but must be silent: what shuts it?")
        if job == "wait" and abs(c - 0.9) > 0.05:
            if save > 0.001:
                return Verdict(WRONG, f"wait: noise gets into c, now {c:.2f}: save is {save:g}")
            return Verdict(WRONG, f"wait: c fades to {c:.2f}: remember is {remember:g}")
    if abs(c - 0.9) > 0.05:
        return Verdict(
            WRONG, f"ask: c is {c:.2f} when it is read: remember {remember:g}, save {save:g}"
        )
    if abs(h - np.tanh(0.9)) > 0.05:
        return Verdict(
            WRONG, f"ask: h is {h:.2f}, but tanh(0.9) = 0.72 is in c: focus is {focus:g}"
        )
    return Verdict(
        PASSED, f"c held 0.9 through {_WAIT} steps of noise, and h spoke only when asked"
    )
