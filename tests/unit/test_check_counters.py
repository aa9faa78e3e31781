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
        (counters.judge_brackets, BRACKETS),
        (counters.judge_brackets, BRACKETS | {"other": (1, 1, 0)}),
        (counters.judge_brackets, BRACKETS | {"other": [1.0, 0, -0.3]}),
        (counters.judge_quotation, BIT),
        (counters.judge_quotation, BIT | {"”": (0, 1, 0), "other": (1, 1, 0)}),
        (counters.judge_line_length, LINE),
        (counters.judge_line_length, LINE | {"save": (40, 0), "candidate": (40, -40)}),
        (counters.judge_toggle, (0, -40)),
        (counters.judge_toggle, [0.0, -3]),
    ],
)
def test_every_right_answer_passes(judge, answer):
    assert judge(answer).state == PASSED


@pytest.mark.parametrize(
    ("judge", "answer"),
    [
        (counters.judge_brackets, BRACKETS | {")": ...}),
        (counters.judge_brackets, BRACKETS | {")": (1, 1, ...)}),
        (counters.judge_brackets, {}),
        (counters.judge_quotation, BIT | {"other": ...}),
        (counters.judge_line_length, LINE | {"save": ...}),
        (counters.judge_toggle, ...),
        (counters.judge_toggle, (0, ...)),
    ],
)
def test_dots_are_open(judge, answer):
    assert judge(answer).state == OPEN


WRONG_ONES = [
    (counters.judge_brackets, BRACKETS | {")": (1, 1, 1)}, "its sign decides"),
    (counters.judge_brackets, BRACKETS | {")": (1, 0, -1)}, "save is shut"),
    (counters.judge_brackets, BRACKETS | {"(": (0, 1, 1)}, "remember is shut"),
    (counters.judge_brackets, BRACKETS | {"other": (0.99, 0, 0)}, "loses a little of c"),
    (counters.judge_brackets, BRACKETS | {"other": (1, 1, 1)}, "where nothing should be added"),
    (counters.judge_brackets, BRACKETS | {"(": (1, 0.5, 1)}, "only a part of the candidate"),
    (counters.judge_brackets, BRACKETS | {"(": (1, 1, 0.3)}, "it should be 1"),
    (counters.judge_brackets, BRACKETS | {"(": (1, 2, 1)}, r"save is 2, but lies in \[0, 1\]"),
    (counters.judge_brackets, BRACKETS | {"(": (1, 1)}, "three numbers are wanted"),
    (counters.judge_brackets, BRACKETS | {"(": "open"}, "three numbers are wanted"),
    (counters.judge_brackets, BRACKETS | {"(": (1, 1, float("nan"))}, "three numbers"),
    (counters.judge_brackets, [1, 2, 3], "a dict is wanted"),
    (counters.judge_quotation, BIT | {"“": (1, 1, 1)}, "at step 2.*lets the old 1 through"),
    (counters.judge_quotation, BIT | {"”": (1, 0, 0)}, "lets the old 1 through"),
    (counters.judge_quotation, BIT | {"”": (1, 1, -1)}, "where nothing should be added"),
    (counters.judge_quotation, BIT | {"other": (0, 0, 0)}, "remember is shut"),
    (counters.judge_quotation, BIT | {"other": (0.99, 0, 0)}, "0.99 loses a little"),
    (
        counters.judge_line_length,
        LINE | {"remember": (10, -20)},
        "of a line.*remember.*too soft",
    ),
    (counters.judge_line_length, LINE | {"remember": (40, 0)}, "newline.*shut it further"),
    (counters.judge_line_length, LINE | {"save": (40, 0)}, "newline.*lets a candidate of 1 in"),
    (counters.judge_line_length, LINE | {"candidate": (1, 0)}, "it must be 1"),
    (counters.judge_line_length, LINE | {"candidate": (3, 0)}, "candidate is .* too soft"),
    (
        counters.judge_line_length,
        LINE | {"save": (-40, 80)},
        "save is 0 within a line",
    ),
    (counters.judge_line_length, LINE | {"save": 40}, "two numbers are wanted"),
    (counters.judge_line_length, 7, "a dict is wanted"),
    (counters.judge_toggle, (0, 40), "repeats the old bit"),
    (counters.judge_toggle, (0, -1), "after mark 3.*it fades|the bit fades"),
    (counters.judge_toggle, (0, 0), "cannot know the old bit"),
    (counters.judge_toggle, (40, -1), "positive whatever h was"),
    (counters.judge_toggle, (-40, 3), "negative whatever h was"),
    (counters.judge_toggle, "-40", "two numbers are wanted"),
]


@pytest.mark.parametrize(("judge", "answer", "sentence"), WRONG_ONES)
def test_every_mistake_has_its_sentence(judge, answer, sentence):
    verdict = judge(answer)
    assert verdict.state == WRONG
    assert re.search(sentence, verdict.why), verdict.why


def test_checks_print_and_never_raise(capsys):
    for check in (counters.brackets, counters.quotation, counters.line_length, counters.toggle):
        for answer in (None, ..., "x", {}, [], (1,), object(), float("inf"), {"(": None}):
            check(answer)
    assert len(capsys.readouterr().out.splitlines()) == 36


@pytest.mark.parametrize("answer", [np.ones((2, 3)), [np.ones(2), np.ones(2)], np.array([[]])])
@pytest.mark.parametrize("judge", [counters.judge_brackets, counters.judge_line_length])
def test_an_array_is_a_wrong_answer_and_no_error(judge, answer):
    assert judge(answer).why.startswith("a dict is wanted")
