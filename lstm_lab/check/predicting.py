"""Predict, then check: a student's guess beside what was computed."""

import math
import re
from dataclasses import replace

import numpy as np

from .._text import number
from .._validate import shown
from .judging import OPEN, PASSED, WRONG, Verdict, unanswered, verdict
from .keeping import MOST
from .outcomes import NO_FLOATS, as_floats
from .reading import as_numbers, number_of, significant

__all__ = ["BETWEEN", "prediction"]

#: What stands between the choices where they are kept as one text.
BETWEEN = " | "

#: How far arithmetic may carry a number from a whole one, which is then told.
ROUNDING = 1e-12

#: What was asked in this kernel, by its name.
_ASKED: dict[str, dict] = {}


@verdict
def prediction(guess, truth, tolerance=0.05, choices=(), factor=None, about="") -> Verdict:
    """The verdict on a guess, printed and kept; without a guess, one is asked for.

    guess          a number, numbers or a word; "90 %", "1/2" and "0,5" are numbers
    truth          what was computed: a number, an array, or a word
    tolerance      numbers are right so near to the truth
    choices        the words to choose from, where the truth is a word
    factor         in place of the tolerance, where only the size counts: 3 for a third to three
                   times the truth
    about          the question in a few words, by which a class's guesses are put together

    A guess of the wrong kind is told so and does not see the answer.

    >>> said = prediction(0.008, 0.00515, factor=3)
    right: you said 0.008, it is 0.0052
    """
    if not isinstance(about, str):
        raise TypeError(f"about is {shown(about)}, but must be the question in a few words")
    said = _judged(guess, truth, tolerance, choices, factor)
    told = truth if isinstance(truth, str) else as_floats(truth).tolist()
    question = {"truth": told, "tolerance": tolerance, "choices": list(choices), "factor": factor}
    return replace(said, exercise=_named(about, question))


def _named(about, question) -> str:
    """The name of a question, by which it is kept; one without gets a number: "guess 1"."""
    known = (name for name, one in _ASKED.items() if one == question)
    name = about or next(known, f"guess {len(_ASKED) + 1}")
    _ASKED[name] = question
    return name


def asked() -> list[dict]:
    """All that was asked in this kernel, in its order: about, truth, tolerance, choices, factor."""
    return [{"about": name} | one for name, one in _ASKED.items()]


def _judged(guess, truth, tolerance, choices, factor) -> Verdict:
    if unanswered(guess):
        return _ask("put your guess where the dots are, then run the cell")
    if isinstance(truth, str):
        return _judge_word(guess, truth, choices)
    wanted = as_floats(truth)
    try:
        given = as_numbers(guess, wanted.size, 1 if tolerance >= 1 else 100)
        if not np.isfinite(given).all():
            raise ValueError("nan and infinity are no guesses")
    except NO_FLOATS:
        return _ask(f"{_many(wanted.size)} wanted, but {shown(guess)} was given")
    if given.size != wanted.size:
        return _ask(f"{_many(wanted.size)} wanted, you gave {given.size}")
    given = given.reshape(wanted.shape)
    said = "you said {}, it is {}".format(*_told_apart(given, wanted))
    answer = _answer(_near(given, wanted, tolerance, factor), said)
    return replace(answer, given=_rounded(given), truth=_rounded(wanted))


def _near(given, wanted, tolerance, factor) -> bool:
    """Whether all numbers are near enough, a last bit of rounding aside."""
    if factor is None:
        return bool((abs(given - wanted) <= tolerance * (1 + 1e-9) + 1e-12).all())
    signs = np.sign(given) == np.sign(wanted)
    low, high = np.minimum(abs(given), abs(wanted)), np.maximum(abs(given), abs(wanted))
    return bool((signs & (high <= factor * low * (1 + 1e-9))).all())


def _answer(right: bool, said: str) -> Verdict:
    return Verdict(PASSED, said, lead="right") if right else Verdict(WRONG, said, lead="surprise")


def _ask(text: str) -> Verdict:
    return Verdict(OPEN, text, lead="predict")


def _judge_word(guess, truth, choices) -> Verdict:
    plain = isinstance(guess, str | int | float)
    among = list(dict.fromkeys([*choices, truth]))
    named = [choice for choice in among if plain and _is(guess, choice)]
    if not named and plain:
        named = _within(str(guess).lower(), among)
    if len(named) != 1:
        offer = ", ".join(map(repr, choices)) or "a word"
        given = f", but {shown(guess)} was given" if plain else ""
        return _ask(f"choose one of {offer}{given}")
    answer = _answer(named == [truth], f"you said {named[0]!r}, it is {truth!r}")
    return replace(answer, given=named[0], truth=truth, choices=_as_one(choices))


def _as_one(choices) -> str:
    """The choices as one text, "" where that cannot be taken apart again."""
    short = [choice[: MOST["given"]] for choice in choices]
    told = BETWEEN.join(short)
    return told if told.split(BETWEEN) == short and len(told) <= MOST["choices"] else ""


#: Where one of these stands beside a choice, it is not clear what is meant.
_UNCLEAR = re.compile(r"\b(not|no|never|non|neither|nor|or|isn't|less|more)\b")


def _within(said, choices) -> list[str]:
    """The choices that stand in a sentence, the longest first; none if one is denied."""
    named = []
    for choice in sorted(choices, key=len, reverse=True):
        alone = rf"(?<![\w.,−-]){re.escape(choice.lower())}(?![\w−-]|[.,]\d)"
        rest = re.sub(alone, " ", said)
        named += [choice] if rest != said else []
        said = rest
    return [] if _UNCLEAR.search(said) else named


def _is(guess, choice) -> bool:
    """Whether a guess is a choice, as a word or as a number: 0.5 and "1/2" are "0.5"."""
    if str(guess).strip().lower() == choice.lower():
        return True
    try:
        return number_of(guess) == number_of(choice)
    except ValueError:
        return False


def _many(count):
    return "1 number is" if count == 1 else f"{count} numbers are"


def _told_apart(given, wanted) -> tuple[str, str]:
    """Both as texts, with as many digits as it takes to tell them apart where they differ."""
    said, told = _rounded(given), _rounded(wanted)
    if said != told or np.array_equal(given, wanted):
        return said, told
    for digits in range(1, 13):
        said, told = _rounded(given, digits), _rounded(wanted, digits)
        if said != told:
            break
    return said, told


def _rounded(array, digits=0) -> str:
    """Numbers as a reader sees them, or with so many significant digits."""
    if np.ndim(array):
        return f"[{', '.join(_rounded(one, digits) for one in array)}]"
    value = float(array)
    if digits:
        return f"{value:.{digits}g}".replace("-", "−")
    if not np.isfinite(value):
        return number(value)
    if math.isclose(value, round(value), rel_tol=ROUNDING):
        return f"{np.rint(value):.0f}".replace("-", "−")
    return next(text for text in _longer(value) if not _is_crude(text, value))


def _longer(value):
    """A number with two decimals, then with more and more digits."""
    yield number(value)
    yield from (_rounded(value, digits) for digits in range(2, 17))
    yield repr(value).replace("-", "−")


def _is_crude(text, value) -> bool:
    """Whether a text is a whole number's, 1.00 for 0.995, or has lost a digit, 0.01 for 0.00515."""
    told = number_of(text)
    lost = told != value and significant(told) < 2 and abs(value) < 0.1
    return lost or (told.is_integer() and abs(value) < 1e4)
