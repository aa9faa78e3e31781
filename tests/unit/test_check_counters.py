"""The puzzles of notebook 04: right answers of every kind pass, each mistake has its sentence."""

import re

import numpy as np
import pytest

from lstm_lab.check import counters
from lstm_lab.check.judging import OPEN, PASSED, WRONG

BRACKETS = {"(": (1, 1, 1), ")": (1, 1, -1), "other": (1, 0, 0)}
BIT = {"“": (0, 1, 1), "”": (0, 0, 0), "other": (1, 0, 0)}
LINE = {"remember": (40, -80), "save": (40, -80), "candidate": (40, 0)}


@pytest.mark.parametrize(
    ("judge", "answer"),
    [
        (counters.brackets.judge, BRACKETS),
        (counters.brackets.judge, BRACKETS | {"other": (1, 1, 0)}),
        (counters.brackets.judge, BRACKETS | {"other": [1.0, 0, -0.3]}),
        (counters.quotation.judge, BIT),
        (counters.quotation.judge, BIT | {"”": (0, 1, 0), "other": (1, 1, 0)}),
        (counters.line_length.judge, LINE),
        (counters.line_length.judge, LINE | {"save": (40, 0), "candidate": (40, -40)}),
        (counters.toggle.judge, (0, -40)),
        (counters.toggle.judge, [0.0, -3]),
    ],
)
def test_every_right_answer_passes(judge, answer):
    assert judge(answer).state == PASSED


@pytest.mark.parametrize(
    ("judge", "answer"),
    [
        (counters.brackets.judge, BRACKETS | {")": ...}),
        (counters.brackets.judge, BRACKETS | {")": (1, 1, ...)}),
        (counters.brackets.judge, {}),
        (counters.quotation.judge, BIT | {"other": ...}),
        (counters.line_length.judge, LINE | {"save": ...}),
        (counters.toggle.judge, ...),
        (counters.toggle.judge, (0, ...)),
    ],
)
def test_dots_are_open(judge, answer):
    assert judge(answer).state == OPEN


WRONG_ONES = [
    (counters.brackets.judge, BRACKETS | {")": (1, 1, 1)}, "its sign decides"),
    (counters.brackets.judge, BRACKETS | {")": (1, 0, -1)}, "save is shut"),
    (counters.brackets.judge, BRACKETS | {"(": (0, 1, 1)}, "remember is shut"),
    (counters.brackets.judge, BRACKETS | {"other": (0.99, 0, 0)}, "loses a little of c"),
    (counters.brackets.judge, BRACKETS | {"other": (1, 1, 1)}, "where nothing should be added"),
    (counters.brackets.judge, BRACKETS | {"(": (1, 0.5, 1)}, "only a part of the candidate"),
    (counters.brackets.judge, BRACKETS | {"(": (1, 1, 0.3)}, "it should be 1"),
    (counters.brackets.judge, BRACKETS | {"(": (1, 2, 1)}, r"save is 2, but must lie in \[0, 1\]"),
    (counters.brackets.judge, BRACKETS | {"(": (1, 1)}, "three numbers are wanted"),
    (counters.brackets.judge, BRACKETS | {"(": "open"}, "three numbers are wanted"),
    (counters.brackets.judge, BRACKETS | {"(": (1, 1, float("nan"))}, "three numbers"),
    (counters.brackets.judge, [1, 2, 3], "a dict is wanted"),
    (counters.quotation.judge, BIT | {"“": (1, 1, 1)}, "at step 2.*lets the old 1 through"),
    (counters.quotation.judge, BIT | {"”": (1, 0, 0)}, "lets the old 1 through"),
    (counters.quotation.judge, BIT | {"”": (1, 1, -1)}, "where nothing should be added"),
    (counters.quotation.judge, BIT | {"other": (0, 0, 0)}, "remember is shut"),
    (counters.quotation.judge, BIT | {"other": (0.99, 0, 0)}, "0.99 loses a little"),
    (
        counters.line_length.judge,
        LINE | {"remember": (10, -20)},
        "of a line.*remember.*too soft",
    ),
    (counters.line_length.judge, LINE | {"remember": (40, 0)}, "newline.*shut it further"),
    (counters.line_length.judge, LINE | {"save": (40, 0)}, "newline.*lets a candidate of 1 in"),
    (
        counters.line_length.judge,
        LINE | {"save": (10, 0)},
        "newline.*save 1 lets a candidate of 1 in",
    ),
    (counters.line_length.judge, LINE | {"candidate": (1, 0)}, "it must be 1"),
    (counters.line_length.judge, LINE | {"candidate": (3, 0)}, "candidate is .* too soft"),
    (
        counters.line_length.judge,
        LINE | {"save": (-40, 80)},
        "save is 0 within a line",
    ),
    (counters.line_length.judge, LINE | {"save": 40}, "two numbers are wanted"),
    (counters.line_length.judge, 7, "a dict is wanted"),
    (counters.toggle.judge, (0, 40), "repeats the old bit"),
    (counters.toggle.judge, (0, -1), "0.9 is wanted"),
    (counters.toggle.judge, (0, 0), "cannot know the old bit"),
    (counters.toggle.judge, (40, -1), "positive whatever h was"),
    (counters.toggle.judge, (-40, 3), "changed places"),
    (counters.toggle.judge, (-40, 40), "negative whatever h was"),
    (counters.toggle.judge, "-40", "two finite numbers are wanted"),
]


@pytest.mark.parametrize(("judge", "answer", "sentence"), WRONG_ONES)
def test_every_mistake_has_its_sentence(judge, answer, sentence):
    verdict = judge(answer)
    assert verdict.state == WRONG
    assert re.search(sentence, verdict.text), verdict.text


def test_checks_print_and_never_raise(capsys):
    for check in (counters.brackets, counters.quotation, counters.line_length, counters.toggle):
        for answer in (None, ..., "x", {}, [], (1,), object(), float("inf"), {"(": None}):
            check(answer)
    assert len(capsys.readouterr().out.splitlines()) == 36


@pytest.mark.parametrize("answer", [np.ones((2, 3)), [np.ones(2), np.ones(2)], np.array([[]])])
@pytest.mark.parametrize("judge", [counters.brackets.judge, counters.line_length.judge])
def test_an_array_is_a_wrong_answer_and_no_error(judge, answer):
    assert judge(answer).text.startswith("a dict is wanted")
