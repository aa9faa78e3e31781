"""Verdicts on an answer that is one number."""

import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .._validate import shown
from .judging import kind_of, plain
from .mutating import mutants, run
from .outcomes import NO_FLOATS
from .reading import THOUSANDS, as_numbers, latin, significant
from .verdicts import OPEN, PASSED, WRONG, Verdict

__all__ = ["Number", "judge_number"]


@dataclass(frozen=True)
class Number:
    """A number to find.

    truth, tolerance  right is what is so near to the truth
    ask               what is asked for, told as long as nothing is answered
    mistakes          sentence to the number that the mistake gives, or (number, tolerance of its
                      own)
    form              the solution as code, from which mistakes are generated
    says              what a wrong number would do, a sentence told where no mistake gives it
    """

    truth: float
    tolerance: float
    ask: str
    mistakes: dict[str, float | tuple[float, float]]
    form: str = ""
    says: Callable[[float], str] = lambda _: ""

    def listed(self) -> list[tuple[str, float, float]]:
        """(sentence, the number that the mistake gives, how near to it) of each listed mistake."""
        told, near = self.mistakes.items(), self.tolerance
        pairs = [(text, one if isinstance(one, tuple) else (one, near)) for text, one in told]
        return [(text, float(center), float(near)) for text, (center, near) in pairs]

    def generated(self) -> list[tuple[str, str, float, float]]:
        """(kind, sentence, number, how near at least) of the slips and of the form's mutants."""
        with np.errstate(all="ignore"):
            made = [(k, text, slip(self.truth), self.tolerance) for k, text, slip in SLIPS]
            for one in mutants(self.form) if self.form else ():
                with contextlib.suppress(TypeError, ValueError, ZeroDivisionError, OverflowError):
                    made.append((one.id, one.text, float(run(one.source)()), 0.0))
        return [(kind, f"perhaps {text}", number, near) for kind, text, number, near in made]


def judge_number(exercise: Number, answer) -> Verdict:
    """The verdict on a number."""
    truth, tolerance = exercise.truth, exercise.tolerance
    if answer is ... or answer is None:
        return Verdict(OPEN, exercise.ask)
    try:
        value = float(as_numbers(answer).item())
    except NO_FLOATS:
        return Verdict(WRONG, *_no_number(answer))
    if abs(value - truth) <= tolerance * (1 + 1e-9):
        return Verdict(PASSED, f"{plain(value)}; to four digits {plain(truth)}")
    for sentence, center, near in exercise.listed():
        if abs(value - center) <= near or _rounds_to(center, value):
            return Verdict(WRONG, sentence, kind_of(sentence))
    if np.isnan(value):
        return Verdict(WRONG, "that is not a number (nan)", "nan")
    if np.isinf(value):
        return Verdict(WRONG, "that is infinite: is something divided by 0?", "nan")
    kind, text = _from_a_mistake(value, exercise) or ("", "")
    if not kind:
        says = exercise.says(value)
        text = f"{plain(value)} is too {'large' if value > truth else 'small'}"
        text += f": {says}" if says else ""
    return Verdict(WRONG, text, kind)


def _rounds_to(center, value) -> bool:
    """Whether a number of two or more digits is another one, rounded to as many."""
    digits = significant(value) if np.isfinite(value) and value else 0
    return digits >= 2 and np.isfinite(center) and float(f"{center:.{digits}g}") == value


def _no_number(answer) -> tuple[str, str]:
    """(text, kind) for what is no number."""
    if isinstance(answer, str):
        text = latin(answer).strip()
        if re.fullmatch(THOUSANDS, text):
            point = text.replace(",", ".")
            return f"one number is wanted: write a point, {point}, not {text}", "point"
        alone = re.search(r"\d+([.,]\d+)?", text)
        if re.search(r"\b(ln|log\d*|exp|sqrt)\b|[*^]|\d\s+[-+]\s+\d", text):
            ways = "give the number, or let Python calculate it, as in np.log(2)"
            return f"{answer!r} is a text: {ways}", "text"
        if alone:
            return f"one number is wanted, alone: {alone[0]}, but {answer!r} was given", "text"
    if callable(answer):
        return "one number is wanted, but a function was given", "function"
    if isinstance(answer, tuple) and len(answer) == 2 and all(isinstance(n, int) for n in answer):
        whole, part = answer
        return f"one number is wanted: write a point, {whole}.{part}, not {whole},{part}", "point"
    return f"one number is wanted, but {shown(answer)} was given", "shape"


#: Numbers that come of the right one by one slip.
SLIPS = (
    ("sign", "the sign is wrong", lambda w: -w),
    ("percent", "that is in per cent", lambda w: 100 * w),
    ("upside", "upside down: that is 1 divided by it", lambda w: 1 / w),
    ("factor", "that is half of it", lambda w: w / 2),
    ("factor", "that is twice as much", lambda w: 2 * w),
    ("complement", "that is 1 minus it", lambda w: 1 - w),
    ("base", "a logarithm to base 10 is taken: the natural one is "
     "wanted", lambda w: w / np.log(10)),
    ("base", "a logarithm to base 2 is taken: the natural one is wanted", lambda w: w / np.log(2)),
    ("base", "two logarithms of different bases", lambda w: w * np.log(10)),
)  # fmt: skip


def _from_a_mistake(value, exercise):
    """(kind, sentence) if a slip gives the number, to the three digits or more that were given."""
    digits = significant(value)
    if digits < 3:
        return None
    last = 10.0 ** (np.floor(np.log10(abs(value))) - digits + 1)
    for kind, text, made, near in exercise.generated():
        if abs(made - value) < max(last, near):
            return kind, text
    return None
