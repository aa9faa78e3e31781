"""The answer to a guess is not on the screen with its question."""

import contextlib
import io
import re

import numpy as np
import pytest

import lstm_lab as lab

from .test_structure import ANSWER, LESSONS, folded


def spellings(truth):
    """How a number of two or more digits may be written; those of one digit stand anywhere."""
    for value in np.ravel(np.asarray(truth, float)):
        forms = {format(value, how) for how in ("g", ".2f", ".3g", ".0f")} | {f"{value:.0%}"}
        yield from (form for form in forms if len(re.sub(r"\D", "", form).strip("0")) > 1)


def asked(path, monkeypatch):
    """(what is seen with a question, the truth) for each guess of a notebook, which is run."""
    truths, names, space, seen = [], [], {"display": lambda *_: None}, ""

    def record(guess, truth, about, **how):
        assert about not in names
        names.append(about)
        truths.append(truth)

    monkeypatch.setattr(lab.check, "prediction", record)
    for visible, cell in folded(path):
        if re.match(r"##+ ", cell.source) and cell.source != ANSWER:
            seen = ""  # a new section, a new question
        if visible:
            seen += re.sub(r"<details>.*?</details>", "", cell.source, flags=re.S) + "\n"
        if cell.cell_type == "code":
            before = len(truths)
            with contextlib.redirect_stdout(io.StringIO()):
                exec(cell.source, space)
            if visible:
                seen += "\n".join(o.get("text", "") for o in cell.outputs)
            if len(truths) > before and visible:
                yield seen, truths[-1]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_no_answers_number_is_seen_with_its_question(path, monkeypatch):
    guesses = 0
    for seen, truth in asked(path, monkeypatch):
        guesses += 1
        for number in [] if isinstance(truth, str) else spellings(truth):
            assert not re.search(rf"(?<![\d.]){re.escape(number)}(?![\d.])", seen), (number, seen)
    assert guesses >= 3
