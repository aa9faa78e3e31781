"""The exercises of notebook 03 on the four corners, what two gates of 0 or 1 make of c."""

from functools import lru_cache

import numpy as np

from .. import gates
from .._validate import shown
from ..cell import Cell
from ..names import CORNERS
from .judging import PASSED, WRONG, Verdict, as_floats, dict_of, verdict
from .outcomes import NO_FLOATS

__all__ = ["JOBS", "biases", "corners"]


#: Why each corner does what it does.
CORNER_MAKES = {
    "keep": "the old c stays, and nothing of the candidate enters",
    "overwrite": "nothing of the old c stays, and all of the candidate enters",
    "accumulate": "all of the old c stays, and all of the candidate is added",
    "erase": "nothing of the old c stays, and nothing enters: c is 0",
}


@verdict
def corners(answer) -> Verdict:
    """Exercise 03.2: {(remember, save): word} for the four corners. Prints a verdict."""
    if isinstance(answer, dict) and answer and set(answer) <= set(CORNERS):
        text = "turn it round: the corner is the key, (1, 0), and the word its value"
        return Verdict(WRONG, text, "key")
    unfit = dict_of(answer, tuple(CORNERS.values()), "put a word at each of the four corners")
    if unfit:
        return unfit
    for word, corner in CORNERS.items():
        said = answer[corner]
        said = said.strip().lower() if isinstance(said, str) else said
        if not isinstance(said, str) or said not in CORNERS:
            text = f"at {corner} you say {shown(said)}; the words are {', '.join(CORNERS)}"
            return Verdict(WRONG, text, "word")
        if said != word:
            remember, save = corner
            text = f"remember {remember}, save {save} is not {said!r}: {CORNER_MAKES[word]}"
            return Verdict(WRONG, text, word)
    return Verdict(PASSED, "keep, overwrite, accumulate, erase")


#: What the biases of (remember, save) should make of c, for exercise 3.
JOBS = {word: corner for word, corner in CORNERS.items() if word != "erase"}
_STEPS, _NEAR = 20, 0.05


@verdict
def biases(answer) -> Verdict:
    """Exercise 03.3: {"keep": (b_remember, b_save), "overwrite": …, "accumulate": …}.

    A cell of one unit gets these two biases and a candidate of tanh(0.5) = 0.46; over 20 steps from
    c = 3, and from c = -3, c must stay within 0.05 of what gates of 0 and 1 would give. Prints a
    verdict.
    """
    unfit = dict_of(answer, tuple(JOBS), "give two biases for keep, overwrite and accumulate")
    if unfit:
        return unfit
    pairs = {job: _pair(answer[job]) for job in JOBS}
    for job, pair in pairs.items():
        if not len(pair):
            text = f"{job}: two numbers are wanted, but {shown(answer[job])} was given"
            return Verdict(WRONG, text, "shape")
    values = {value for pair in pairs.values() for value in pair}
    if values != {0} and all(0 <= value <= 1 for value in values):
        text = "those are gates; a bias goes through σ first, and σ(1) is only 0.73"
        return Verdict(WRONG, text, "gate")
    wrong = {job: _wrong_gate(pairs[job], corner) for job, corner in JOBS.items()}
    turned = [_wrong_gate(pairs[job][::-1], corner) for job, corner in JOBS.items()]
    if any(wrong.values()) and not any(turned):
        text = "the two biases have changed places: remember comes first, save second"
        return Verdict(WRONG, text, "swapped")
    for job, found in wrong.items():
        if found:
            return Verdict(WRONG, f"{job}: {found[1]}", found[0])
    return Verdict(PASSED, f"all three jobs done over {_STEPS} steps")


def _pair(value) -> tuple:
    """Two numbers, or none; ±∞ is a gate of 1 or 0, as ±1,000 is."""
    try:
        pair = as_floats(value)
    except NO_FLOATS:
        return ()
    fits = pair.shape == (2,) and not np.isnan(pair).any()
    return tuple(np.clip(pair, -1e3, 1e3).tolist()) if fits else ()


@lru_cache(1000)
def _wrong_gate(pair, corner) -> tuple:
    """(the gate to blame, the sentence), or () if c does as it should from 3 and from -3."""
    gate = gates.sigmoid(np.array(pair))
    k = _further(abs(gate - corner))
    name, wanted = ("remember", "save")[k], ("shut", "open")[corner[k]]
    if gate[k] == 0.5 or (gate[k] > 0.5) != corner[k]:
        return name, f"{name} must be {wanted}, but a bias of {pair[k]:g} makes it {gate[k]:.3g}"
    for start in (3.0, -3.0):
        got = _run_biases(pair, start)
        ideal = _run_biases(np.where(corner, 1e3, -1e3), start)
        late = np.flatnonzero(abs(got - ideal) > _NEAR)
        if len(late):
            t = late[0]
            one_right = np.where(np.eye(2), np.where(corner, 1e3, -1e3), pair)
            k = _further([-abs(_run_biases(one, start) - ideal)[t] for one in one_right])
            name, wanted = ("remember", "save")[k], ("shut", "open")[corner[k]]
            away = f"{name} is not {wanted} enough, {abs(gate[k] - corner[k]):.2g} away"
            saw = f"from c = {start:g}, at step {t + 1} c is {got[t]:.2f} instead of {ideal[t]:.2f}"
            return name, f"{away}: {saw}"
    return ()


def _further(two) -> int:
    """Which of two is larger: the second, if it is so by more than rounding; else the first."""
    return int(two[1] > two[0] + 1e-9)


def _run_biases(pair, start):
    """c over 20 steps of a one-unit cell with a candidate of tanh(0.5)."""
    remember, save = pair
    cell = Cell(np.zeros((4, 1)), np.zeros((4, 1)), [save, remember, 0.5, 0.0])
    return cell.run(np.zeros((_STEPS, 1)), c0=[start]).c[:, 0]
