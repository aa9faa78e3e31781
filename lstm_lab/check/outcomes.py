"""What a student's function does with a case: a result, an exception, or an argument changed."""

import contextlib
import copy
import io
import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .._validate import as_numpy, is_torch

__all__ = [
    "NO_FLOATS",
    "Changed",
    "Hint",
    "Printed",
    "Text",
    "all_same",
    "as_floats",
    "is_shape_error",
    "outcome",
    "outcomes",
    "same",
]


class Hint(Exception):
    """A sentence for the student, raised where an answer cannot even be compared."""


class Text(str):
    """A result that is text: `through` of `judge` makes it."""


@dataclass(frozen=True)
class Changed:
    """The outcome of a function that changed one of its arguments, by position."""

    argument: int


@dataclass(frozen=True)
class Printed:
    """The outcome of a function that printed something and returned nothing."""

    text: str


class _Tee(io.StringIO):
    """What is printed goes on to the screen, and is kept."""

    def __init__(self, screen):
        super().__init__()
        self.screen = screen

    def write(self, text):
        self.screen.write(text)
        return super().write(text)


def outcomes(answer: Callable, cases: list[tuple], through: Callable) -> list:
    """What a student's function makes of each case; what it prints is seen as usual."""
    return [_printing(answer, case, through) for case in cases]


def _printing(answer, case, through):
    tee = _Tee(sys.stdout)
    with contextlib.redirect_stdout(tee):
        made = outcome(answer, case, through)
    said = tee.getvalue()
    if said and not said.endswith("\n"):
        print()  # the verdict begins a line of its own
    return Printed(said.strip()) if made is None and said.strip() else made


def outcome(function: Callable, case: tuple, through: Callable):
    """An array or text, None, `...`, the exception that was raised, or Changed."""
    given = copy.deepcopy(case)
    try:
        result = function(*given)
        for k in range(len(case)):
            if not same(given[k], case[k]):
                return Changed(k)
        if result is not None and result is not ...:
            result = through(result, case)
        return result if result is ... or result is None or isinstance(result, Text) else (
            _numbers(result)
        )  # fmt: skip
    except (Exception, SystemExit) as error:
        return error


def _numbers(result):
    """The result as an array, or a Hint that says what it is instead."""
    if isinstance(result, list | tuple) and any(part is None for part in result):
        raise Hint("a part of the result is None: does a function in it return nothing?")
    if hasattr(result, "__next__"):
        raise Hint("it returns a generator: collect the parts in a list, and return that")
    if callable(result) and not is_torch(result):
        raise Hint("it returns a function: are the brackets () of a call missing?")
    if isinstance(result, dict | set | str | bytes):
        raise Hint(f"it returns a {type(result).__name__}, but numbers are wanted")
    try:
        return as_floats(result)
    except (TypeError, ValueError) as error:
        if "inhomogeneous" in str(error) or "setting an array element" in str(error):
            raise Hint("the parts of the result have different shapes: return one array") from None
        raise


#: What `as_floats` raises for what is no number: a list of tensors that autograd watches and a
#: whole number that is too large among them.
NO_FLOATS = (TypeError, ValueError, OverflowError, RuntimeError)


def as_floats(value) -> np.ndarray:
    """Numbers in any form, a tensor that autograd watches among them, as a NumPy array."""
    return as_numpy(value) if is_torch(value) else np.asarray(value, float)


#: What NumPy and torch say where shapes do not fit.
_SHAPE_WORDS = (
    "could not be broadcast",
    "mismatch in its core dimension",
    "not aligned",
    "shapes cannot be multiplied",
    "must match the size",
    "size mismatch",
    "inconsistent tensor size",
)


def is_shape_error(value) -> bool:
    """Whether an outcome is an exception about shapes, whoever raised it."""
    return isinstance(value, Exception) and any(word in str(value) for word in _SHAPE_WORDS)


def same(a, b) -> bool:
    """Whether two outcomes are one: arrays to rounding, exceptions by type and text."""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.shape == b.shape and np.allclose(a, b, rtol=1e-5, atol=1e-9, equal_nan=True)
    if isinstance(a, BaseException) or isinstance(b, BaseException):
        return type(a) is type(b) and str(a) == str(b)
    return a is b or (isinstance(a, Changed | Text) and a == b)


def all_same(got: list, made: list) -> bool:
    """Whether two functions do the same on all cases. Shape errors count as one outcome, if there
    is also a case with a result."""
    some = any(isinstance(one, np.ndarray | Text) for one in got)
    return all(
        same(a, b) or (some and is_shape_error(a) and is_shape_error(b))
        for a, b in zip(got, made, strict=True)
    )
