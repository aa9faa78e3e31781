"""Wrong answers that a class gives, and which of them a verdict names (wrong_answers.py)."""

import re

import pytest

from lstm_lab import check
from lstm_lab.check import verdicts
from lstm_lab.check.verdicts import PASSED, WRONG

from .wrong_answers import CLASS, NEW

QUOTES = {"“": (0, 1, 1), "”": (0, 0, 0), "other": (1, 0, 0)}
BRACKETS = {"(": (1, 1, 1), ")": (1, 1, -1), "other": (1, 0, 0)}
STATES = {"store": (0, 1, 0), "wait": (1, 0, 0), "ask": (1, 0, 1)}
BIASES = {"keep": (10, -10), "overwrite": (-10, 10), "accumulate": (10, 10)}


def renamed(answer, key, other):
    return {other if k == key else k: value for k, value in answer.items()}


def rows(answers):
    return [(name, k, *row) for name in answers for k, row in enumerate(answers[name])]


def said(name, answer):
    return getattr(check, name).judge(answer)


@pytest.mark.parametrize(
    ("name", "answer", "pattern"),
    [pytest.param(name, *row, id=f"{name}-{k}") for name, k, *row in rows(CLASS) + rows(NEW)],
)
def test_it_is_wrong_and_what_is_said_of_it_is_true(name, answer, pattern):
    verdict = said(name, answer)
    assert verdict.state == WRONG
    assert re.search(pattern, verdict.text), verdict


@pytest.mark.parametrize(
    ("answers", "share"), [(CLASS, 0.95), (NEW, 0.75)], ids=["tried by a class", "invented"]
)
def test_most_are_named(answers, share):
    """A verdict that names no mistake has no id."""
    verdicts = [said(name, answer) for name, _, answer, _ in rows(answers)]
    named = sum(bool(verdict.id) for verdict in verdicts)
    assert named >= share * len(verdicts), [v for v in verdicts if not v.id]


@pytest.mark.parametrize(
    ("name", "answer", "says", "never"),
    [
        ("half_life", 6.93, "decay without steps", "half a step"),
        ("quotation", QUOTES | {"other": (0, 1, 1)}, "save", "remember is shut"),
        ("brackets", BRACKETS | {"other": (0, 1, 1)}, "save", "remember is shut"),
        ("brackets", BRACKETS | {")": (0.5, 0, 0)}, "half shut", "remember is shut"),
        ("two_states", STATES | {"store": (0, 0.9, 0)}, "only 0.81 entered", "enter by"),
        ("two_states", renamed(STATES, "store", "Store"), 'there is no "store"', "not answered"),
        ("biases", renamed(BIASES, "keep", "Keep"), 'there is no "keep"', "not answered"),
        ("corners", {"1,0": "keep"}, r"there is no \(1, 0\)", "not answered"),
        ("two_states", {k: (s, r, f) for k, (r, s, f) in STATES.items()}, "another order", "="),
        ("biases", {k: (s, r) for k, (r, s) in BIASES.items()}, "changed places", "bias of"),
        ("lag_left", 65.7, "whole", "one step"),
        ("lag_left", 66.3, "whole", "one step"),
        ("read_map", lambda m, source: {source[k] for k in m.argmax(1)}, "set", "places"),
    ],
)  # fmt: skip
def test_no_wrong_fault_is_named(name, answer, says, never):
    verdict = said(name, answer)
    assert verdict.state == WRONG
    assert re.search(says, verdict.text), verdict
    assert never not in verdict.text


def test_an_ideal_gate_is_accepted():
    inf = float("inf")
    assert said("biases", BIASES | {"keep": (inf, -inf)}).state == PASSED


@pytest.mark.parametrize(
    ("guess", "truth", "options", "says"),
    [
        (0.008, 0.00515, {"factor": 3}, "right: you said 0.008, it is 0.0052"),
        (0.02, 0.00515, {"factor": 3}, "surprise: you said 0.02, it is 0.0052"),
        (-0.005, 0.00515, {"factor": 3}, "surprise: you said −0.005, it is 0.0052"),
        (0.01, 0.00515, {"tolerance": 0.003}, "surprise: you said 0.01, it is 0.0052"),
        (0.95, 1.0, {"tolerance": 0.05}, "right: you said 0.95, it is 1"),
        (1, 1.22, {"tolerance": 0.1}, "surprise: you said 1, it is 1.22"),
        ("1/2", 0.5, {}, "right: you said 0.50, it is 0.50"),
        ("0,5", 0.5, {}, "right: you said 0.50, it is 0.50"),
        ("50 %", 0.5, {}, "right: you said 0.50, it is 0.50"),
        ("５０％", 0.5, {}, "right: you said 0.50, it is 0.50"),
        ("٠٫٥", 0.5, {}, "right: you said 0.50, it is 0.50"),
        ("１／２", 0.5, {}, "right: you said 0.50, it is 0.50"),
        ("1/2/3", 0.5, {}, "1 number is wanted"),
        ("五", 5, {}, "1 number is wanted"),
        ("maybe", "yes", {"choices": ["yes", "no"]}, "choose one of 'yes', 'no'"),
    ],
)
def test_guesses(guess, truth, options, says):
    assert says in str(check.prediction.judge(guess, truth, **options))


def test_a_case_is_handed_over_as_a_copy():
    given = check.case("step", 1)
    given.x[:] = 0
    assert check.case("step", 1).x.any()
    h, c = check.lstm_cell.STEP.truth(*check.case("step", 1))
    assert check.step.judge(lambda *case: (h, c)).state == WRONG  # right on one case only
    with pytest.raises(ValueError, match="case 99 of step is not there: give 1 to"):
        check.case("step", 99)
    with pytest.raises(ValueError, match="'steps' is not judged on cases: give one of soft_if"):
        check.case("steps")


def test_the_summary_counts_tries(capsys):
    verdicts.forget()
    check.soft_if(...)
    check.soft_if(lambda g, T, F: g * T)
    check.soft_if(lambda g, T, F: g * T + (1 - g) * F)
    check.open_gate(0.99)
    capsys.readouterr()
    check.summary()
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["exercise", "passed", "tries", "named"]
    assert rows[1][:3] == ["soft_if", "yes", "2"] and rows[2][:3] == ["open_gate", "no", "1"]
    verdicts.forget()
    assert verdicts.kept() == ()
