"""Verdicts on a student's answer: passed, not answered yet, or what is wrong and why.

An exercise is a tiny contract: the true answer, a few cases, and the mistakes that people make,
each with the sentence that helps. A wrong answer is compared with the result of every mistake, so
the verdict can name the misconception and not only the case that failed. Nothing here raises on a
wrong answer.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .._validate import as_numpy, is_torch, shown

#: A case is told by its numbers if they take no more characters.
MOST_SHOWN = 120
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


class Text(str):
    """A result that is text: `through` of `judge` makes it."""


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
    shown = _shown(exercise, exercise.cases[first])
    where = shown if len(shown) <= MOST_SHOWN else f"case {first + 1}"
    return Verdict(WRONG, f"for {where} {_difference(got[first], wanted[first])}")


@dataclass(frozen=True)
class _Changed:
    """The outcome of a function that changed one of its arguments, by position."""

    argument: int


def _outcome(function, case, through):
    """What a function makes of a case: an array or text, what it raised, `...`, or _Changed."""
    given = copy.deepcopy(case)
    try:
        result = function(*given)
        for k in range(len(case)):
            if not _same(given[k], case[k]):
                return _Changed(k)
        if result is not None and result is not ...:
            result = through(result, case)
        if result is ... or result is None or isinstance(result, Text):
            return result
        return as_floats(result)
    except (Exception, SystemExit) as error:
        return error


def as_floats(value):
    """Numbers in any form, a tensor that autograd watches among them, as a NumPy array."""
    return as_numpy(value) if is_torch(value) else np.asarray(value, float)


def _same(a, b) -> bool:
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.shape == b.shape and np.allclose(a, b, rtol=1e-6, atol=1e-9, equal_nan=True)
    if isinstance(a, BaseException) or isinstance(b, BaseException):
        return type(a) is type(b) and str(a) == str(b)
    return a is b or (isinstance(a, _Changed | Text) and a == b)


def _difference(got, wanted) -> str:
    """What came out, and what should have."""
    if got is None:
        return "it returns nothing: is the `return` missing?"
    if isinstance(got, Hint):
        return str(got)
    if isinstance(got, BaseException):
        return f"it raised {type(got).__name__}: {_plain_words(got)}"
    if isinstance(wanted, Text):
        return f"it gives {shown(got)}, but {shown(wanted)} is right"
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
    if isinstance(array, str):
        return repr(array)
    if np.size(array) > 12:
        return f"an array {np.shape(array)}"
    if np.ndim(array):
        return f"[{', '.join(map(_plain, array))}]"
    return f"{float(array):.4g}"


def judge_number(answer, truth, tolerance, ask, mistakes: dict[str, float]) -> Verdict:
    """The verdict on a number: right within `tolerance`, or the mistake that gives it."""
    if answer is ... or answer is None:
        return Verdict(OPEN, ask)
    try:
        value = float(as_floats(answer).item())
    except (TypeError, ValueError, RuntimeError):
        return Verdict(WRONG, f"one number is wanted, but {shown(answer)} was given")
    if abs(value - truth) <= tolerance:
        return Verdict(PASSED, f"{_plain(value)}; to four digits {_plain(truth)}")
    for sentence, mistaken in mistakes.items():
        if abs(value - mistaken) <= tolerance:
            return Verdict(WRONG, sentence)
    if np.isnan(value):
        return Verdict(WRONG, "that is not a number (nan)")
    return Verdict(WRONG, f"{_plain(value)} is too {'large' if value > truth else 'small'}")


def unanswered(guess) -> bool:
    """True where a student has left the dots, in place of a value or within a list."""
    return (
        guess is ...
        or guess is None
        or (isinstance(guess, list | tuple) and any(part is ... for part in guess))
    )
