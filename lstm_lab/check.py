"""Verdicts on a student's answer: passed, not answered yet, or what is wrong and why.

An exercise is a tiny contract: the true answer, a few cases, and the mistakes that people make,
each with the sentence that helps. A wrong answer is compared with the result of every mistake, so
the verdict can name the misconception and not only the case that failed. Nothing here raises on a
wrong answer.
"""

import ast
import copy
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import gates
from .cell import Cell
from .inputs import as_numpy, is_torch
from .plots.style import number

PASSED, WRONG, OPEN = "passed", "not yet", "not answered yet"


@dataclass(frozen=True)
class Verdict:
    """What a check says: `state` is PASSED, WRONG or OPEN, `why` the sentence after it."""

    state: str
    why: str

    def __str__(self):
        return f"{self.state}: {self.why}"


@dataclass(frozen=True)
class Exercise:
    """A function to write.

    call      how it is called, for messages: "soft_if(g, T, F)"
    truth     the right function
    cases     argument tuples to try it on
    mistakes  sentence to the function that makes that mistake
    """

    call: str
    truth: Callable
    cases: list[tuple]
    mistakes: dict[str, Callable]


class Hint(Exception):
    """A sentence for the student, raised where an answer cannot even be compared."""


def judge(exercise: Exercise, answer, through: Callable = lambda result, case: result) -> Verdict:
    """The verdict on a student's function; `through` turns what it returns into the result."""
    name = exercise.call.partition("(")[0]
    if answer is ... or answer is None:
        return Verdict(OPEN, f"write {exercise.call} and give it to the check")
    if not callable(answer):
        return Verdict(WRONG, f"give the function itself, `{name}`, not `{exercise.call}`")
    got = [_outcome(answer, case, through) for case in exercise.cases]
    if got[0] is ...:
        return Verdict(OPEN, "put your line where the dots are")
    for outcome in got:
        if isinstance(outcome, _Changed):
            name = _names(exercise)[outcome.argument]
            return Verdict(WRONG, f"it changes its argument {name}: make a new array instead")
    wanted = [_outcome(exercise.truth, case, through) for case in exercise.cases]
    wrong = [k for k in range(len(wanted)) if not _same(got[k], wanted[k])]
    if not wrong:
        return Verdict(PASSED, f"{name} agrees on all {len(wanted)} cases")
    for sentence, mistake in exercise.mistakes.items():
        made = [_outcome(mistake, case, through) for case in exercise.cases]
        if all(map(_same, got, made)):
            return Verdict(WRONG, sentence)
    first = wrong[0]
    where = _shown(exercise, exercise.cases[first])
    return Verdict(WRONG, f"for {where} {_difference(got[first], wanted[first])}")


@dataclass(frozen=True)
class _Changed:
    """The outcome of a function that changed one of its arguments, by position."""

    argument: int


def _outcome(function, case, through):
    """What a function makes of a case: an array, the exception it raised, `...`, or _Changed."""
    given = copy.deepcopy(case)
    try:
        result = function(*given)
        for k in range(len(case)):
            if not _same(given[k], case[k]):
                return _Changed(k)
        if result is not None and result is not ...:
            result = through(result, case)
        if result is ... or result is None:
            return result
        return as_numpy(result) if is_torch(result) else np.asarray(result, float)
    except (Exception, SystemExit) as error:
        return error


def _same(a, b) -> bool:
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.shape == b.shape and np.allclose(a, b, rtol=1e-6, atol=1e-9, equal_nan=True)
    if isinstance(a, BaseException) or isinstance(b, BaseException):
        return type(a) is type(b) and str(a) == str(b)
    return a is b or (isinstance(a, _Changed) and a == b)


def _difference(got, wanted) -> str:
    """What came out, and what should have."""
    if got is None:
        return "it returns nothing: is the `return` missing?"
    if isinstance(got, Hint):
        return str(got)
    if isinstance(got, BaseException):
        return f"it raised {type(got).__name__}: {_plain_words(got)}"
    if got.shape != wanted.shape:
        return f"the result has shape {got.shape}, but {wanted.shape} is wanted"
    return f"it gives {_plain(got)}, but {_plain(wanted)} is right"


#: What libraries say, and what it means here.
PLAIN_WORDS = {
    "truth value of an array": "Python's `if`, `and` and `not` take one truth value; "
    "here each element has its own",
    "could not be broadcast": "the shapes do not fit: a matrix times a vector is `@`, and one "
    "weight for each row needs a second axis, m[:, None]",
    "mismatch in its core dimension": "the inner sizes of `@` differ; which comes first?",
}


def _plain_words(error) -> str:
    """An exception's first line, or what it means for the student."""
    for part, meaning in PLAIN_WORDS.items():
        if part in str(error):
            return meaning
    return str(error).partition("\n")[0]


def _shown(exercise, case) -> str:
    """A case by the names of the call: "g = [1, 0], T = …"."""
    pairs = zip(_names(exercise), case, strict=True)
    return ", ".join(f"{name} = {_plain(value)}" for name, value in pairs)


def _names(exercise):
    """The names of a call's arguments."""
    return exercise.call.partition("(")[2].rstrip(")").split(", ")


def _plain(array) -> str:
    if np.size(array) > 12:
        return f"an array {np.shape(array)}"
    if np.ndim(array):
        return f"[{', '.join(map(_plain, array))}]"
    return f"{float(array):.4g}"


def judge_number(answer, truth, tolerance, unanswered, mistakes: dict[str, float]) -> Verdict:
    """The verdict on a number: right within `tolerance`, or the mistake that gives it."""
    if answer is ... or answer is None:
        return Verdict(OPEN, unanswered)
    try:
        value = float(answer)
    except (TypeError, ValueError, RuntimeError):
        return Verdict(WRONG, f"one number is wanted, but {answer!r} was given")
    if abs(value - truth) <= tolerance:
        return Verdict(PASSED, f"{_plain(value)}; to four digits {_plain(truth)}")
    for sentence, mistaken in mistakes.items():
        if abs(value - mistaken) <= tolerance:
            return Verdict(WRONG, sentence)
    if np.isnan(value):
        return Verdict(WRONG, "that is not a number (nan)")
    return Verdict(WRONG, f"{_plain(value)} is too {'large' if value > truth else 'small'}")


# --- predict, then check ------------------------------------------------------------------------


def prediction(guess, truth, tolerance=0.05, choices=()) -> None:
    """Print how a guess compares with what was computed; without a guess, ask for one.

    Numbers or arrays agree within `tolerance`. If the truth is a word, `choices` are the words to
    choose from. A guess of the wrong kind is told so and does not see the answer.
    """
    print(judge_prediction(guess, truth, tolerance, choices))


def judge_prediction(guess, truth, tolerance=0.05, choices=()) -> Verdict:
    """The verdict of `prediction`: its state is "predict", "right" or "surprise"."""
    if _unanswered(guess):
        return Verdict("predict", "put your guess where the dots are, then run the cell")
    if isinstance(truth, str):
        return _judge_word(guess, truth, choices)
    wanted = as_numpy(truth) if is_torch(truth) else np.asarray(truth, float)
    try:
        given = _numbers_of(guess)
    except (TypeError, ValueError, SyntaxError):
        return Verdict("predict", f"{_many(wanted.size)} wanted, but {guess!r} was given")
    if given.size != wanted.size:
        return Verdict("predict", f"{_many(wanted.size)} wanted, you gave {given.size}")
    right = bool((abs(given.ravel() - wanted.ravel()) <= tolerance).all())
    said = f"you said {_rounded(given.reshape(wanted.shape))}, it is {_rounded(wanted)}"
    return Verdict("right" if right else "surprise", said)


def _unanswered(guess):
    return guess is ... or guess is None or (isinstance(guess, list | tuple) and ... in guess)


def _judge_word(guess, truth, choices):
    words = re.findall(r"\w+", guess.lower()) if isinstance(guess, str) else []
    named = [choice for choice in {*choices, truth} if choice.lower() in words]
    if len(named) != 1:
        offer = ", ".join(map(repr, choices)) or "a word"
        return Verdict("predict", f"choose one of {offer}")
    state = "right" if named == [truth] else "surprise"
    return Verdict(state, f"you said {named[0]!r}, it is {truth!r}")


def _numbers_of(guess):
    """Numbers out of what a student may type: 0.9, [1, 2], a tensor, "90%"."""
    if isinstance(guess, str):
        text = guess.strip()
        share = text.endswith("%")
        value = np.asarray(ast.literal_eval(text.rstrip("% ")), float)
        return value / 100 if share else value
    return as_numpy(guess) if is_torch(guess) else np.asarray(guess, float)


def _many(count):
    return "1 number is" if count == 1 else f"{count} numbers are"


def _rounded(array) -> str:
    if np.ndim(array):
        return f"[{', '.join(map(_rounded, array))}]"
    return number(float(array))


# --- notebook 01 --------------------------------------------------------------------------------

_HARD = ([1.0, 0.0, 1.0], [4.0, 5.0, 6.0], [-1.0, -2.0, -3.0])
_SOFT = ([0.9, 0.2, 0.5], [4.0, 5.0, 6.0], [-1.0, -2.0, -3.0])
_BLOCK = ([[0.1, 0.8], [0.3, 0.6]], [[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]])
_GATED = [tuple(map(np.array, case)) for case in (_HARD, _SOFT, _BLOCK)]

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
        "that is a matrix product: it adds the elements up. ⊗ is element-wise, in NumPy `*`": (
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
    },
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
        "every case has the same weight: where do the scores enter?": lambda s, C: C.mean(axis=0),
        "the product is the wrong way round: weights first, cases second": (
            lambda s, C: C @ _softmax(s)
        ),
    },
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
    },
)


def soft_if(answer) -> None:
    """Exercise 01.1: write soft_if(g, T, F). Prints a verdict."""
    print(judge(SOFT_IF, answer))


def open_gate(z) -> None:
    """Exercise 01.2: the pre-activation at which σ(z) = 0.99. Prints a verdict."""
    print(judge_open_gate(z))


def judge_open_gate(z) -> Verdict:
    share = 0.99
    truth = float(np.log(share / (1 - share)))
    mistakes = {
        "that shuts the gate to 0.01: the sign is wrong": -truth,
        "that is the gate, not the pre-activation: solve σ(z) = 0.99 for z": share,
        "that is σ(0.99): solve σ(z) = 0.99 for z": float(gates.sigmoid(share)),
        "log to base 10: σ is made of e, so take the natural logarithm": np.log10(99.0),
        "that is ln 0.99: the odds are 0.99 to 0.01": np.log(share),
        "that is ln 100: the odds are 99 to 1": np.log(100.0),
        "that is 99, the odds: take their logarithm": 99.0,
    }
    return judge_number(z, truth, 0.006, "give the z at which the gate is 0.99", mistakes)


def soft_switch(answer) -> None:
    """Exercise 01.3: write soft_switch(s, C) for scores (K,) and cases (K, D). Prints a verdict."""
    print(judge(SOFT_SWITCH, answer))


def if_from_switch(answer) -> None:
    """Exercise 01.4: the mask and the cases that make the switch an `if`. Prints a verdict."""
    print(judge_if_from_switch(answer))


def judge_if_from_switch(answer) -> Verdict:
    return judge(IF_FROM_SWITCH, answer, through=_switched)


def _switched(result, case):
    """What the student's mask and cases give in the switch, or a Hint if they do not fit."""
    if not (hasattr(result, "__len__") and len(result) == 2):
        raise Hint("return two things: mask, cases")
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
    if sorted(cases.tolist()) != sorted([T.tolist(), F.tolist()]):
        raise Hint("the cases are T and F as they are: weighing them is the mask's work")
    if (mask < 0).any() or (mask > 1).any():
        raise Hint("a weight lies in [0, 1]: what does the gate leave over for F?")
    return gates.soft_switch(mask, cases)


# --- notebook 03 --------------------------------------------------------------------------------

_REMEMBER, _SAVE = np.array([1.0, 0.0, 1.0, 0.0, 0.7]), np.array([0.0, 1.0, 1.0, 0.0, 0.4])
_CANDIDATE, _OLD = np.array([0.5, -0.9, 0.8, 0.3, -0.6]), np.array([3.0, 2.0, -4.0, 5.0, 1.5])

UPDATE_C = Exercise(
    "update_c(remember, save, candidate, c)",
    lambda f, i, g, c: f * c + i * g,
    [(_REMEMBER, _SAVE, _CANDIDATE, _OLD), (_SAVE, _REMEMBER, -_CANDIDATE, 2 * _OLD)],
    {
        "the gates are swapped: remember weighs the old c, save the candidate": (
            lambda f, i, g, c: i * c + f * g
        ),
        "the old c comes through whole: weigh it with remember": lambda f, i, g, c: c + i * g,
        "the whole candidate enters: weigh it with save": lambda f, i, g, c: f * c + g,
        "nothing new enters: add save ⊗ candidate": lambda f, i, g, c: f * c,
        "the old c is gone: add remember ⊗ c": lambda f, i, g, c: i * g,
        "save is a gate of its own here, not what remember leaves over": (
            lambda f, i, g, c: f * c + (1 - f) * g
        ),
        "save weighs the candidate only: the old c has a gate of its own": (
            lambda f, i, g, c: (1 - i) * c + i * g
        ),
        "remember weighs the old c only, not the sum": lambda f, i, g, c: f * (c + i * g),
        "the gates have been through σ already": (
            lambda f, i, g, c: gates.sigmoid(f) * c + gates.sigmoid(i) * g
        ),
        "remember is 1 for keeping: (1 - remember) would forget": (
            lambda f, i, g, c: (1 - f) * c + i * g
        ),
        "a gate weighs, so it multiplies: `*`, not `+`": lambda f, i, g, c: (f + c) * (i + g),
        "gates are added to what they should multiply": lambda f, i, g, c: f + c + i + g,
        "c is not squashed: no tanh around it, or it could not count": (
            lambda f, i, g, c: np.tanh(f * c + i * g)
        ),
        "the candidate has been through tanh already": lambda f, i, g, c: f * c + i * np.tanh(g),
        "that is a matrix product: it adds the units up. ⊗ is element-wise, in NumPy `*`": (
            lambda f, i, g, c: f @ c + i @ g
        ),
    },
)


def update_c(answer) -> None:
    """Exercise 03.1: write update_c(remember, save, candidate, c). Prints a verdict."""
    print(judge(UPDATE_C, answer))


#: What (remember, save) do to c at the corners, and why.
CORNERS = {
    (1, 0): ("keep", "all of the old c, nothing of the candidate"),
    (0, 1): ("overwrite", "nothing of the old c, all of the candidate"),
    (1, 1): ("accumulate", "all of the old c and all of the candidate: a sum"),
    (0, 0): ("erase", "nothing of either, 0"),
}


def corners(answer) -> None:
    """Exercise 03.2: {(remember, save): word} for the four corners. Prints a verdict."""
    print(judge_corners(answer))


def judge_corners(answer) -> Verdict:
    if not isinstance(answer, dict):
        return Verdict(WRONG, "a dict is wanted: {(remember, save): word}")
    if any(answer.get(corner, ...) is ... for corner in CORNERS):
        return Verdict(OPEN, "put a word at each of the four corners")
    words = [word for word, _ in CORNERS.values()]
    for corner, (word, why) in CORNERS.items():
        said = answer[corner]
        said = said.strip().lower() if isinstance(said, str) else said
        if said not in words:
            return Verdict(WRONG, f"at {corner} you say {said!r}; the words are {', '.join(words)}")
        if said != word:
            remember, save = corner
            gates_are = f"remember {remember}, save {save}"
            return Verdict(WRONG, f"{gates_are} is not {said!r}: c becomes {why}")
    return Verdict(PASSED, "keep, overwrite, accumulate, erase")


#: What the biases of (remember, save) should make of c, for exercise 3.
JOBS = {word: corner for corner, (word, _) in CORNERS.items() if word != "erase"}
_STEPS, _NEAR = 20, 0.05


def biases(answer) -> None:
    """Exercise 03.3: {"keep": (b_remember, b_save), "overwrite": …, "accumulate": …}.

    A cell of one unit gets these two biases and a candidate of tanh(0.5) = 0.46; over 20 steps from
    c = 3, and from c = -3, c must stay within 0.05 of what gates of 0 and 1 would give. Prints a
    verdict.
    """
    print(judge_biases(answer))


def judge_biases(answer) -> Verdict:
    if not isinstance(answer, dict):
        return Verdict(WRONG, 'a dict is wanted: {"keep": (b_remember, b_save), …}')
    if any(_unanswered(answer.get(job, ...)) for job in JOBS):
        return Verdict(OPEN, "give two biases for keep, overwrite and accumulate")
    if all(_pair(answer[job]).tolist() == list(corner) for job, corner in JOBS.items()):
        return Verdict(WRONG, "those are gates; a bias goes through σ first, and σ(1) is only 0.73")
    for job, corner in JOBS.items():
        pair = _pair(answer[job])
        if not len(pair):
            return Verdict(WRONG, f"{job}: two numbers are wanted, but {answer[job]!r} was given")
        wrong = _wrong_gate(pair, corner)
        if wrong:
            return Verdict(WRONG, f"{job}: {wrong}")
    return Verdict(PASSED, f"all three jobs done over {_STEPS} steps")


def _pair(value):
    """Two finite numbers as an array, or an empty one."""
    try:
        pair = np.array(value, float)
    except (TypeError, ValueError):
        return np.zeros(0)
    return pair if pair.shape == (2,) and np.isfinite(pair).all() else np.zeros(0)


def _wrong_gate(pair, corner) -> str:
    """What is wrong with the biases of a job, or "" if c does as it should from 3 and from -3."""
    gate = gates.sigmoid(pair)
    k = int(np.argmax(abs(gate - corner)))
    name, wanted = ("remember", "save")[k], ("shut", "open")[corner[k]]
    if gate[k] == 0.5 or (gate[k] > 0.5) != corner[k]:
        return f"{name} must be {wanted}, but a bias of {pair[k]:g} makes it {gate[k]:.3g}"
    for start in (3.0, -3.0):
        got = _run_biases(pair, start)
        ideal = _run_biases(np.where(corner, 1e3, -1e3), start)
        late = np.flatnonzero(abs(got - ideal) > _NEAR)
        if len(late):
            t = late[0]
            return (
                f"{name} is not {wanted} enough, {abs(gate[k] - corner[k]):.2g} away: from "
                f"c = {start:g}, at step {t + 1} c is {got[t]:.2f} instead of {ideal[t]:.2f}"
            )
    return ""


def _run_biases(pair, start):
    """c over 20 steps of a one-unit cell with a candidate of tanh(0.5)."""
    remember, save = pair
    cell = Cell(np.zeros((4, 1)), np.zeros((4, 1)), [save, remember, 0.5, 0.0])
    return cell.run(np.zeros((_STEPS, 1)), c0=[start]).c[:, 0]


def _step_case(seed, inputs=3, units=2):
    rng = np.random.default_rng(seed)
    sizes = (inputs, units, units, (4 * units, inputs), (4 * units, units), 4 * units)
    return tuple(rng.normal(size=size) for size in sizes)


def _torch_step(x, h, c, W_x, W_h, b):
    """torch's own step."""
    import torch

    x, h, c = (torch.from_numpy(v)[None] for v in (x, h, c))
    with torch.no_grad():
        h, c = Cell(W_x, W_h, b).to_torch("LSTMCell")(x, (h, c))
    return h[0].numpy(), c[0].numpy()


def _mistaken_step(
    order="ifgo",
    squash=np.tanh,
    out=np.tanh,
    bias=1,
    from_h=1,
    gates_from="h",
    gate=gates.sigmoid,
    update=lambda f, i, g, c: f * c + i * g,
):
    """A step with one thing done differently: one entry of the shelf."""

    def step(x, h, c, W_x, W_h, b):
        seen = c if gates_from == "c" else h
        a = W_x @ x + from_h * (W_h @ seen) + bias * b
        block = dict(zip(order, np.split(a, 4), strict=True))
        i, f, o = (gate(block[k]) for k in "ifo")
        c = update(f, i, squash(block["g"]), c)
        return o * out(c), c

    return step


STEP = Exercise(
    "step(x, h, c, W_x, W_h, b)",
    _torch_step,
    [_step_case(0), _step_case(1), _step_case(2, units=3)],
    {
        "save and remember are swapped: torch's rows are save, remember, candidate, focus "
        "(i, f, g, o)": _mistaken_step("figo"),
        "the last two blocks are swapped: candidate comes before focus (i, f, g, o)": (
            _mistaken_step("ifog")
        ),
        "wrong row order: torch's is save, remember, candidate, focus (i, f, g, o); "
        "yours is i, o, f, g": _mistaken_step("iofg"),
        "wrong row order: torch's is save, remember, candidate, focus (i, f, g, o); "
        "yours is f, i, o, g": _mistaken_step("fiog"),
        "wrong row order: torch's is save, remember, candidate, focus (i, f, g, o); "
        "yours is candidate first": _mistaken_step("gifo"),
        "the candidate has no tanh": _mistaken_step(squash=lambda a: a),
        "the candidate goes through tanh, not σ: it must be able to count down": (
            _mistaken_step(squash=gates.sigmoid)
        ),
        "h has no tanh: h = focus ⊗ tanh(c)": _mistaken_step(out=lambda c: c),
        "the gates read h, not c": _mistaken_step(gates_from="c"),
        "the bias is missing": _mistaken_step(bias=0),
        "W_h h is missing: the gates read the short-term state too": _mistaken_step(from_h=0),
        "a gate weighs, so it multiplies: `*`, not `+`": (
            _mistaken_step(update=lambda f, i, g, c: (f + c) * (i + g))
        ),
        "the gates have no σ": _mistaken_step(gate=lambda a: a),
        "gates go through σ, only the candidate through tanh": _mistaken_step(gate=np.tanh),
        "save has a gate of its own: it is not what remember leaves over": (
            _mistaken_step(update=lambda f, i, g, c: f * c + (1 - f) * g)
        ),
        "save is missing: only part of the candidate enters": (
            _mistaken_step(update=lambda f, i, g, c: f * c + g)
        ),
        "remember is missing: only part of the old c stays": (
            _mistaken_step(update=lambda f, i, g, c: c + i * g)
        ),
        "c is not squashed: no tanh around it": (
            _mistaken_step(update=lambda f, i, g, c: np.tanh(f * c + i * g))
        ),
        "b is the sum of torch's two biases already: add it once": _mistaken_step(bias=2),
        "that c is the old one: return the new": lambda *a: (_mistaken_step()(*a)[0], a[2]),
        "the wrong way round: return h, c": lambda *a: _mistaken_step()(*a)[::-1],
        "h is made of the old c: update c first": lambda x, h, c, W_x, W_h, b: (
            gates.sigmoid(np.split(W_x @ x + W_h @ h + b, 4)[3]) * np.tanh(c),
            _mistaken_step()(x, h, c, W_x, W_h, b)[1],
        ),
    },
)


def step(answer) -> None:
    """Exercise 03.4: write step(x, h, c, W_x, W_h, b) -> h, c, checked against torch."""
    print(judge_step(answer))


def judge_step(answer) -> Verdict:
    return judge(STEP, answer, through=_pair_of_states)


def _pair_of_states(result, case):
    if isinstance(result, tuple) and any(part is ... for part in result):
        return ...
    if not (hasattr(result, "__len__") and len(result) == 2) or np.ndim(result[0]) == 0:
        raise Hint("return two things: h, c")
    h, c = (as_numpy(part) if is_torch(part) else np.asarray(part, float) for part in result)
    if h.shape != case[1].shape or c.shape != case[2].shape:
        given = f"h and c have shapes {h.shape} and {c.shape}"
        raise Hint(f"{given}, but {case[1].shape} each is wanted")
    return np.stack([h, c])
