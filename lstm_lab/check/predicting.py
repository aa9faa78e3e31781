"""Predict, then check: a student's guess beside what was computed."""

import ast
import re

import numpy as np

from .._text import number
from .._validate import shown
from .judging import Verdict, as_floats, unanswered


def prediction(guess, truth, tolerance=0.05, choices=()) -> None:
    """Print how a guess compares with what was computed; without a guess, ask for one.

    Numbers or arrays agree within `tolerance`. If the truth is a word, `choices` are the words to
    choose from. A guess of the wrong kind is told so and does not see the answer.
    """
    print(judge_prediction(guess, truth, tolerance, choices))


def judge_prediction(guess, truth, tolerance=0.05, choices=()) -> Verdict:
    """The verdict of `prediction`: its state is "predict", "right" or "surprise"."""
    if unanswered(guess):
        return Verdict("predict", "put your guess where the dots are, then run the cell")
    if isinstance(truth, str):
        return _judge_word(guess, truth, choices)
    wanted = as_floats(truth)
    try:
        given = _numbers_of(guess, 1 if tolerance >= 1 else 100)
    except (TypeError, ValueError, SyntaxError):
        return Verdict("predict", f"{_many(wanted.size)} wanted, but {shown(guess)} was given")
    if given.size != wanted.size:
        return Verdict("predict", f"{_many(wanted.size)} wanted, you gave {given.size}")
    right = bool((abs(given.ravel() - wanted.ravel()) <= tolerance).all())
    said = f"you said {_rounded(given.reshape(wanted.shape))}, it is {_rounded(wanted)}"
    return Verdict("right" if right else "surprise", said)


def _judge_word(guess, truth, choices):
    plain = isinstance(guess, str | int | float)
    exact = [choice for choice in {*choices, truth} if plain and _is(guess, choice)]
    if exact:
        state = "right" if exact == [truth] else "surprise"
        return Verdict(state, f"you said {exact[0]!r}, it is {truth!r}")
    words = re.findall(r"\w+", str(guess).lower()) if plain else []
    named = [choice for choice in {*choices, truth} if choice.lower() in words]
    if len(named) != 1:
        offer = ", ".join(map(repr, choices)) or "a word"
        return Verdict("predict", f"choose one of {offer}")
    state = "right" if named == [truth] else "surprise"
    return Verdict(state, f"you said {named[0]!r}, it is {truth!r}")


def _is(guess, choice) -> bool:
    """Whether a guess is a choice, as a word or as a number: 0.5 is "0.5"."""
    if str(guess).strip().lower() == choice.lower():
        return True
    try:
        return float(guess) == float(choice)
    except ValueError:
        return False


def _numbers_of(guess, percent):
    """Numbers out of what a student may type: 0.9, [1, 2], a tensor, "90%", "90 %, 20 %".

    percent  what a number with % is divided by: 100 where shares are asked, 1 where per cents are
    """
    if isinstance(guess, str):
        guess = guess.strip(" []()").split(",")
    if isinstance(guess, list | tuple) and any(isinstance(part, str) for part in guess):
        return np.array([_number_of(part, percent) for part in guess])
    return as_floats(guess)


def _number_of(part, percent) -> float:
    text = str(part).strip()
    value = float(ast.literal_eval(text.rstrip("% ")))
    return value / percent if text.endswith("%") else value


def _many(count):
    return "1 number is" if count == 1 else f"{count} numbers are"


def _rounded(array) -> str:
    if np.ndim(array):
        return f"[{', '.join(map(_rounded, array))}]"
    value = float(array)
    return f"{value:.0f}".replace("-", "−") if value.is_integer() else number(value)
