"""What a page judges by itself: guesses, and exercises whose answer is a number or a few choices.

The page is given what Python says: of words and choices each verdict, of numbers what is right and
what each mistake gives. answering.js compares; a test holds it to the checks.
"""

import itertools
import re
from dataclasses import dataclass
from functools import cache

import numpy as np

from lstm_lab import check
from lstm_lab.check import cells, conditionals, lstm_cell, memory, residual
from lstm_lab.check.judging import kind_of
from lstm_lab.check.numbers import Number

__all__ = ["ASKED", "FORMS", "NUMBERS", "exercise", "guess", "question"]

#: Run at a notebook's end: it prints what was asked there.
ASKED = "import json\nfrom lstm_lab.check.predicting import asked\nprint(json.dumps(asked()))"

#: Exercises whose answer is one number.
NUMBERS = {
    "open_gate": conditionals.OPEN_GATE,
    "lag_left": memory.LAG_LEFT,
    "half_life": residual.HALF_LIFE,
    "bits_more": cells.BITS_MORE,
}


@dataclass(frozen=True)
class Form:
    """An answer that is put together of a few choices.

    rows     names of the rows, as keys of the answer; none where the answer is one tuple
    columns  name of each column to what can be chosen there
    whole    whether these are all values that the check takes
    """

    rows: tuple
    columns: dict[str, tuple]
    whole: bool = False

    def answers(self):
        """Every answer that can be given, the last choice changing fastest."""
        row = [*itertools.product(*self.columns.values())]
        row = [one[0] for one in row] if len(self.columns) == 1 else row
        for chosen in itertools.product(row, repeat=len(self.rows) or 1):
            yield dict(zip(self.rows, chosen, strict=True)) if self.rows else chosen[0]


_DOOR, _SIGN = (0, 1), (-1, 0, 1)
_RULE = {"remember": _DOOR, "save": _DOOR, "candidate": _SIGN}
FORMS = {
    "two_states": Form(memory.JOBS, {"remember": _DOOR, "save": _DOOR, "focus": _DOOR}, whole=True),
    "corners": Form(
        ((1, 0), (0, 1), (1, 1), (0, 0)), {"word": tuple(lstm_cell.CORNERS)}, whole=True
    ),
    "biases": Form(
        tuple(lstm_cell.JOBS),
        {"bias of remember": (-10, 0, 1, 10), "bias of save": (-10, 0, 1, 10)},
    ),
    "brackets": Form(("(", ")", "other"), _RULE),
    "quotation": Form(("“", "”", "other"), _RULE),
    "toggle": Form((), {"bias": (-2, -1, 0, 1, 2), "weight from h": (-5, -2, -1, 0, 1, 2, 5)}),
    "line_length": Form(
        ("remember", "save", "candidate"),
        {"bias": (-40, 0, 40), "weight at the newline": (-80, 0, 80)},
    ),
    "toggle_by_sign": Form(("0", "1"), {"a": _SIGN, "b": _SIGN}),
}


def question(source: str, asked: list[dict]) -> dict | None:
    """What the page is to ask at a cell, or None; a guess takes the next of what was asked."""
    if re.search(r"^guess = \.\.\.", source, re.MULTILINE):
        return guess(**asked.pop(0)) if asked else None
    name = re.search(r"^lab\.check\.(\w+)\(", source, re.MULTILINE)
    return exercise(name[1]) if name and name[1] in FORMS | NUMBERS else None


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
    """An exercise: a number with its mistakes, or choices with the verdict on each answer."""
    if name in NUMBERS:
        return {"name": name, **_number(NUMBERS[name])}
    form, judge = FORMS[name], getattr(check, name).judge
    said = [judge(answer) for answer in form.answers()]
    place = {verdict: k for k, verdict in enumerate(dict.fromkeys(said))}
    return {
        "kind": "choices",
        "name": name,
        "whole": form.whole,
        "rows": [_row(row) for row in form.rows] or [""],
        "columns": [[label, list(values)] for label, values in form.columns.items()],
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


def _row(key) -> str:
    """A row's name as it is read: of a corner, its gates."""
    return key if isinstance(key, str) else f"remember {key[0]}, save {key[1]}"


def _told(verdict) -> dict:
    """A verdict, as the page shows and keeps it."""
    keys = ("state", "text", "id", "given", "truth")
    return {"told": str(verdict)} | {key: getattr(verdict, key) for key in keys}
