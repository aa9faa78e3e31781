"""What a page judges by itself: guesses, and exercises whose answer is numbers, gates or words.

The page is given what Python says: of words each verdict, of a number what is right and what each
mistake gives, of gates what they are tried on. answering.js and gates.js judge; a test holds them
to the checks.
"""

import itertools
import re
from functools import cache

import numpy as np

from lstm_lab import check
from lstm_lab.check import (
    cells,
    conditionals,
    counters,
    four_corners,
    kin,
    memory,
    residual,
)
from lstm_lab.check.judging import kind_of
from lstm_lab.check.numbers import Number
from lstm_lab.names import CORNERS

__all__ = ["ASKED", "GATES", "NUMBERS", "exercise", "guess", "question"]

#: Run at a notebook's end: it prints what was asked there.
ASKED = "import json\nfrom lstm_lab.check.predicting import asked\nprint(json.dumps(asked()))"

#: Exercises whose answer is one number.
NUMBERS = {
    "open_gate": conditionals.OPEN_GATE,
    "lag_left": memory.LAG_LEFT,
    "half_life": residual.HALF_LIFE,
    "bits_more": cells.BITS_MORE,
}


#: Exercises whose answer is a table of gates, biases or weights: columns, and rows, the keys of the
#: answer; one without a name where the answer is one tuple.
_THREE, _TWO = ("remember", "save", "candidate"), ("bias of remember", "bias of save")
GATES: dict[str, tuple] = {
    "two_states": (("remember", "save", "focus"), memory.JOBS),
    "biases": (_TWO, tuple(four_corners.JOBS)),
    "brackets": (_THREE, tuple(counters.BRACKETS.ideal)),
    "quotation": (_THREE, tuple(counters.QUOTATION.ideal)),
    "toggle": (("bias", "weight from h"), ("",)),
    "line_length": (("bias", "weight at the newline"), counters.ASKED),
    "toggle_by_sign": (("a", "b"), ("0", "1")),
}
JUDGED = {*NUMBERS, *GATES, "corners"}


def question(source: str, asked: list[dict]) -> dict | None:
    """What the page is to ask at a cell, or None; a guess takes the next of what was asked."""
    if re.search(r"^guess = \.\.\.", source, re.MULTILINE):
        return guess(**asked.pop(0)) if asked else None
    name = re.search(r"^lab\.check\.(\w+)\(", source, re.MULTILINE)
    return exercise(name[1]) if name and name[1] in JUDGED else None


def guess(about, truth, tolerance, choices, factor) -> dict:
    """A guess: of words, the verdict on each; of numbers, what is right."""
    if not isinstance(truth, str):
        told = {"truth": truth, "tolerance": tolerance, "factor": factor}
        return {"kind": "numbers", "name": about, **told}
    judge = check.prediction.judge
    said = [_told(judge(one, truth, choices=choices, about=about)) for one in choices]
    return {"kind": "words", "name": about, "choices": choices, "said": said}


@cache
def exercise(name) -> dict:
    """An exercise: a number with its mistakes, a table of numbers, or the corners' words."""
    if name in NUMBERS:
        return {"name": name, **_number(NUMBERS[name])}
    if name == "corners":
        return _corners()
    columns, rows = GATES[name]
    return {"kind": "gates", "name": name, "columns": columns, "rows": rows, **_tried_on(name)}


def _tried_on(name) -> dict:
    """What a table of numbers is tried on."""
    rules = {"brackets": counters.BRACKETS, "quotation": counters.QUOTATION}
    if name in rules:
        it = rules[name]
        texts = [text for text, _ in it.labelled()]
        return {"ideal": list(it.ideal.values()), "texts": texts, "praise": it.praise}
    return {
        "two_states": {"noise": memory.NOISE.tolist()},
        "biases": {"corners": list(four_corners.JOBS.values())},
        "toggle": {"marks": counters.MARKS, "clear": counters.CLEAR},
        "line_length": {"lengths": counters.LINES},
        "toggle_by_sign": {"bits": kin.BITS},
    }[name]


def _corners() -> dict:
    """A word at each of four corners: every answer, the last corner changing fastest."""
    places, words = ((1, 0), (0, 1), (1, 1), (0, 0)), tuple(CORNERS)
    every = itertools.product(words, repeat=len(places))
    said = [check.corners.judge(dict(zip(places, answer, strict=True))) for answer in every]
    place = {verdict: k for k, verdict in enumerate(dict.fromkeys(said))}
    return {
        "kind": "choices",
        "name": "corners",
        "rows": [f"remember {remember}, save {save}" for remember, save in places],
        "choices": words,
        "said": [*map(_told, place)],
        "of": [place[verdict] for verdict in said],
    }


def _number(it: Number) -> dict:
    """What is right, and what each mistake gives."""
    return {
        "kind": "number",
        "truth": float(it.truth),
        "tolerance": it.tolerance,
        "listed": [(text, kind_of(text), *at) for text, *at in it.listed()],
        "generated": [one for one in it.generated() if np.isfinite(one[2])],
    }


def _told(verdict) -> dict:
    """A verdict, as the page shows and keeps it."""
    keys = ("state", "text", "id", "given", "truth", "choices")
    return {"told": str(verdict)} | {key: getattr(verdict, key) for key in keys}
