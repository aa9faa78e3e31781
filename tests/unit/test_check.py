"""Verdicts: right answers pass, every typical wrong one gets a sentence of its own."""

import re

import numpy as np
import pytest
import torch

from lstm_lab import check, gates
from lstm_lab.cell import Cell
from lstm_lab.check import conditionals, four_corners, judging, lstm_cell, predicting, verdicts

JUDGES = {
    "soft_if": lambda answer: judging.judge(conditionals.SOFT_IF, answer),
    "soft_switch": lambda answer: judging.judge(conditionals.SOFT_SWITCH, answer),
    "if_from_switch": conditionals.if_from_switch.judge,
    "update_c": lambda answer: judging.judge(lstm_cell.UPDATE_C, answer),
    "step": lstm_cell.step.judge,
}
SHELVES = {
    "soft_if": conditionals.SOFT_IF.mistakes,
    "soft_switch": conditionals.SOFT_SWITCH.mistakes,
    "if_from_switch": conditionals.IF_FROM_SWITCH.mistakes,
    "update_c": lstm_cell.UPDATE_C.mistakes,
    "step": lstm_cell.STEP.mistakes,
}
SHELF = [(name, why) for name, mistakes in SHELVES.items() for why in mistakes]


def reference_step(x, h, c, W_x, W_h, b):
    now = Cell(W_x, W_h, b).step(x, h, c)
    return now.h, now.c


def torch_cell_step(x, h, c, W_x, W_h, b):
    cell = torch.nn.LSTMCell(len(x), len(h)).double()
    with torch.no_grad():
        for parameter, value in zip(cell.parameters(), (W_x, W_h, b, 0 * b), strict=True):
            parameter.copy_(torch.from_numpy(value))
    h, c = cell(torch.from_numpy(x)[None], (torch.from_numpy(h)[None], torch.from_numpy(c)[None]))
    return h[0].detach(), c[0].detach()


RIGHT = {
    "soft_if": [
        gates.soft_if,
        lambda g, T, F: F + g * (T - F),
        lambda g, T, F: torch.tensor(g * T + (1 - g) * F),
        lambda g, T, F: (g * T + (1 - g) * F).tolist(),
    ],
    "soft_switch": [
        lambda s, C: (np.exp(s) / np.exp(s).sum()) @ C,
        lambda s, C: (np.exp(s)[:, None] * C).sum(0) / np.exp(s).sum(),
        lambda s, C: torch.softmax(torch.tensor(s), 0) @ torch.tensor(C),
    ],
    "if_from_switch": [
        lambda g, T, F: (np.stack([g, 1 - g]), np.stack([T, F])),
        lambda g, T, F: ([1 - g, g], [F, T]),
        lambda g, T, F: [np.stack([g, 1 - g]), np.stack([T, F])],
        lambda g, T, F: np.stack([np.stack([g, 1 - g]), np.stack([T, F])]),
    ],
    "update_c": [lambda f, i, g, c: f * c + i * g, lambda f, i, g, c: (i * g + f * c).tolist()],
    "step": [reference_step, torch_cell_step],
}


@pytest.mark.parametrize("name", JUDGES)
def test_right_answers_pass_however_they_are_written(name):
    for answer in RIGHT[name]:
        assert JUDGES[name](answer).state == judging.PASSED


@pytest.mark.parametrize(("name", "why"), SHELF, ids=[f"{n}: {w[:40]}" for n, w in SHELF])
def test_each_mistake_is_named(name, why):
    verdict = JUDGES[name](SHELVES[name][why])
    assert (verdict.state, verdict.text) == (judging.WRONG, why)


@pytest.mark.parametrize("name", JUDGES)
@pytest.mark.parametrize(
    ("answer", "state", "says"),
    [
        (None, judging.OPEN, "give it to the check"),
        (..., judging.OPEN, "give it to the check"),
        (lambda *_: ..., judging.OPEN, "dots"),
        (lambda *_: None, judging.WRONG, "is the `return` missing"),
        (7, judging.WRONG, "give the function itself"),
        (lambda: 1, judging.WRONG, "positional arguments"),
        (lambda *_: 1 / 0, judging.WRONG, "ZeroDivisionError"),
        (lambda *_: exit(), judging.WRONG, "SystemExit"),
        (lambda *_: "text", judging.WRONG, ""),
        (lambda *a: a[0].__iadd__(1), judging.WRONG, "changes its argument "),
        (lambda *_: np.full(7, np.nan), judging.WRONG, r"has shape \(7,\)|return two things"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_odd_answers_get_a_sentence_and_raise_nothing(name, answer, state, says):
    verdict = JUDGES[name](answer)
    assert verdict.state == state and re.search(says, verdict.text)


def test_a_wrong_number_says_on_which_case():
    verdict = JUDGES["soft_if"](lambda g, T, F: np.sin(g * T + F))
    assert "for g = [1, 0, 1], T = [4, 5, 6], F = [-1, -2, -3] it gives" in verdict.text
    verdict = JUDGES["soft_if"](lambda g, T, F: np.ones((4, 2)))
    assert "has shape (4, 2), but (3,) is wanted" in verdict.text


@pytest.mark.parametrize(
    ("z", "state", "says"),
    [
        (4.595, judging.PASSED, "4.595"),
        (np.log(99), judging.PASSED, ""),
        (torch.tensor(4.6), judging.PASSED, ""),
        (..., judging.OPEN, "give the z"),
        (-4.595, judging.WRONG, "sign"),
        (0.99, judging.WRONG, "not the pre-activation"),
        (0.729, judging.WRONG, "σ(0.99)"),
        (1.9956, judging.WRONG, "base 10"),
        (-0.01005, judging.WRONG, "ln 0.99"),
        (4.6052, judging.WRONG, "99 to 1"),
        (99, judging.WRONG, "logarithm"),
        (6, judging.WRONG, "too large"),
        (2.5, judging.WRONG, "too small"),
        (float("nan"), judging.WRONG, "not a number"),
        ("4.6 or so", judging.WRONG, "one number is wanted"),
        ([4.6, 4.6], judging.WRONG, "one number is wanted"),
    ],
)
def test_open_gate(z, state, says):
    verdict = conditionals.open_gate.judge(z)
    assert verdict.state == state and says in verdict.text


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda g, T, F: g, "return two things"),
        (lambda g, T, F: (g, np.stack([T, F])), "mask has shape (3,)"),
        (lambda g, T, F: (np.stack([g, g - 1]), np.stack([T, F])), "leave over for F"),
        (lambda g, T, F: (np.stack([g, 1 - g], 1), np.stack([T, F])), "mask stands in columns"),
        (lambda g, T, F: (np.stack([g, 1 - g]), np.stack([T, F], 1)), "cases stands in columns"),
        (lambda g, T, F: (np.r_[g, 1 - g], np.r_[T, F]), "mask is one long vector"),
        (lambda g, T, F: (np.stack([T, F]), np.stack([g, 1 - g])), "the mask comes first"),
        (lambda g, T, F: (np.stack([g, 1 - g]), np.stack([T, 2 * F])), "the cases are T and F"),
        (lambda g, T, F: (np.ones((2, 3)) / 2, np.stack([g * T, (1 - g) * F])), "the mask's work"),
    ],
)
def test_masks_and_cases_that_do_not_fit_get_a_hint(answer, says):
    verdict = JUDGES["if_from_switch"](answer)
    assert verdict.state == judging.WRONG and says in verdict.text and "raised" not in verdict.text


@pytest.mark.parametrize(
    ("name", "answer", "says"),
    [
        ("soft_if", lambda g, T, F: T if g else F, "each element has its own"),
        ("soft_if", lambda g, T, F: (g and T) or F, "each element has its own"),
        ("soft_switch", lambda s, C: C * s[[0, 1]][:, None], "the shapes do not fit"),
        ("soft_switch", lambda s, C: s[:2] @ C, "the inner sizes of `@` differ"),
    ],
)
def test_what_numpy_says_is_put_in_plain_words(name, answer, says):
    assert says in JUDGES[name](answer).text


WORDS = ("blunt", "soft", "sharp")


@pytest.mark.parametrize(
    ("guess", "truth", "state"),
    [
        (..., 1.0, "predict"),
        ([..., ...], [1.0, 2.0], "predict"),
        (0.98, 1.0, "right"),
        ("98 %", 1.0, "right"),
        ("98 %, 50%", [1.0, 0.5], "right"),
        (["98 %", 0.5], [1.0, 0.5], "right"),
        ("[0, 1]", [0, 1], "right"),
        ([1.0], 1.0, "right"),
        (0.5, 1.0, "surprise"),
        ([0, 1], np.array([0, 1]), "right"),
        ([1, 1], np.array([0, 1]), "surprise"),
        ([0, 1, 0], np.array([0, 1]), "predict"),
        ("many", 3.0, "predict"),
        ("Soft", "soft", "right"),
        ("the soft one.", "soft", "right"),
        ("sharp", "soft", "surprise"),
        ("mild", "soft", "predict"),
        ("soft or sharp", "soft", "predict"),
        (3, "soft", "predict"),
        (4, torch.tensor(4), "right"),
        (torch.tensor(4.0, requires_grad=True), torch.tensor(4), "right"),
    ],
)
def test_prediction(guess, truth, state):
    verdict = predicting.prediction.judge(guess, truth, choices=WORDS)
    assert verdict.lead == state
    if state == "predict":
        assert "it is" not in verdict.text


@pytest.mark.parametrize(("guess", "state"), [("50 %", "surprise"), ("3 %", "right"), (2, "right")])
def test_per_cents_stay_what_they_are_where_per_cents_are_asked(guess, state):
    assert predicting.prediction.judge(guess, 0.0, tolerance=5).lead == state


def test_without_a_guess_the_answer_is_not_given_away():
    assert "9" not in str(predicting.prediction.judge(..., 9.0))
    assert "0.25" not in str(predicting.prediction.judge([1, 2], [0.25, 0.5, 0.25]))


def test_what_was_asked_is_known_by_its_name():
    before = len(predicting.asked())
    for truth in (0.25, 0.5):  # a question is asked anew when its cell is run again
        said = predicting.prediction.judge(..., np.array([truth]), about="a share", factor=2)
        assert said.exercise == "a share"
    asked = {"about": "a share", "truth": [0.5], "tolerance": 0.05, "choices": [], "factor": 2}
    assert predicting.asked()[before:] == [asked]
    with pytest.raises(TypeError, match="about is 3, but must be the question"):
        predicting.prediction.judge(..., 1.0, about=3)


def test_public_checks_print_their_verdict(capsys):
    for name in ("soft_if", "soft_switch", "if_from_switch", "open_gate", "update_c", "step"):
        said = getattr(check, name)(...)
        assert (said.state, said.exercise) == (judging.OPEN, name) and verdicts.kept()[-1] is said
        assert capsys.readouterr().out.startswith(verdicts.LEADS[judging.OPEN])
    check.prediction(1, 1.0)
    assert capsys.readouterr().out == "right: you said 1, it is 1\n"


def test_h_alone_is_no_pair():
    verdict = lstm_cell.step.judge(lambda *case: reference_step(*case)[0])
    assert verdict.text.endswith("return two things: h, c")


def test_an_answer_that_autograd_watches_is_read():
    def answer(*case):
        return [torch.tensor(state, requires_grad=True) for state in reference_step(*case)]

    assert lstm_cell.step.judge(answer).state == judging.PASSED


GOOD_CORNERS = {(1, 0): "keep", (0, 1): "overwrite", (1, 1): "accumulate", (0, 0): "erase"}


@pytest.mark.parametrize(
    ("answer", "state", "says"),
    [
        (GOOD_CORNERS, judging.PASSED, ""),
        ({k: v.upper() + " " for k, v in GOOD_CORNERS.items()}, judging.PASSED, ""),
        (GOOD_CORNERS | {(0, 0): ...}, judging.OPEN, "four corners"),
        ({}, judging.OPEN, "four corners"),
        (
            GOOD_CORNERS | {(1, 1): "keep"},
            judging.WRONG,
            "not 'keep': all of the old c stays, and all",
        ),
        (GOOD_CORNERS | {(0, 1): "erase"}, judging.WRONG, "all of the candidate"),
        (GOOD_CORNERS | {(0, 0): "forget"}, judging.WRONG, "the words are keep"),
        ("keep", judging.WRONG, "a dict is wanted"),
    ],
)
def test_corners(answer, state, says):
    verdict = four_corners.corners.judge(answer)
    assert verdict.state == state and says in verdict.text


GOOD_BIASES = {"keep": (10, -10), "overwrite": (-10, 10), "accumulate": (10, 10)}


@pytest.mark.parametrize(
    ("answer", "state", "says"),
    [
        (GOOD_BIASES, judging.PASSED, "20 steps"),
        (GOOD_BIASES | {"keep": ...}, judging.OPEN, "two biases"),
        (GOOD_BIASES | {"keep": (..., ...)}, judging.OPEN, "two biases"),
        (GOOD_BIASES | {"keep": (-10, 10)}, judging.WRONG, "keep: remember must be open"),
        (GOOD_BIASES | {"keep": (10, 0)}, judging.WRONG, "save must be shut, but a bias of 0"),
        (GOOD_BIASES | {"keep": (2.197, 0.617)}, judging.WRONG, "keep: save must be shut"),
        (
            GOOD_BIASES | {"keep": (2.197, -0.5)},
            judging.WRONG,
            "remember is not open enough, 0.1 away",
        ),
        (GOOD_BIASES | {"overwrite": (-1, 10)}, judging.WRONG, "remember is not shut enough"),
        ({"keep": (1, 0), "overwrite": (0, 1), "accumulate": (1, 1)}, judging.WRONG, "are gates"),
        (GOOD_BIASES | {"keep": (4, -10)}, judging.WRONG, "remember is not open enough, 0.018"),
        (
            GOOD_BIASES | {"overwrite": (10, 10)},
            judging.WRONG,
            "remember must be shut, but a bias of 10",
        ),
        (GOOD_BIASES | {"accumulate": (10, -10)}, judging.WRONG, "save must be open"),
        (GOOD_BIASES | {"accumulate": 10}, judging.WRONG, "two numbers are wanted"),
        (GOOD_BIASES | {"accumulate": ("a", "b")}, judging.WRONG, "two numbers are wanted"),
        ([1, 2], judging.WRONG, "a dict is wanted"),
    ],
)
def test_biases(answer, state, says):
    verdict = four_corners.biases.judge(answer)
    assert verdict.state == state and says in verdict.text


GRAD = torch.ones(2, requires_grad=True)


@pytest.mark.parametrize("odd", [10**400, (10**400, 1), (GRAD[0], GRAD[1]), [GRAD, GRAD], GRAD])
@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("two_states", ("store", "wait", "ask")),
        ("biases", ("keep", "overwrite", "accumulate")),
        ("line_length", ("remember", "save", "candidate")),
        ("toggle_by_sign", ("0", "1")),
        ("brackets", ("(", ")", "other")),
        ("toggle", ()),
        ("open_gate", ()),
    ],
)
def test_odd_values_are_told_and_raise_nothing(name, keys, odd):
    answer = dict.fromkeys(keys, odd) if keys else odd
    assert getattr(check, name).judge(answer).state == judging.WRONG


def test_a_step_of_tuples_is_right_and_one_with_torchs_y_is_told():
    right = lambda *case: tuple(tuple(part) for part in lstm_cell.STEP.truth(*case))  # noqa: E731
    assert check.step.judge(right).state == judging.PASSED
    with_y = lambda *case: (case[1], lstm_cell.STEP.truth(*case))  # noqa: E731
    assert "leave out y" in check.step.judge(with_y).text


def test_a_check_without_what_it_asks_for_says_so(capsys):
    check.prediction("a")
    check.soft_if()
    said = capsys.readouterr().out
    assert "lab.check.prediction(guess, truth)" in said and "lab.check.soft_if(answer)" in said


def test_thousands_or_decimals_is_asked():
    assert "write a point, 4.595" in check.open_gate.judge("4,595").text
    assert check.open_gate.judge("4,6").state == judging.PASSED
    assert predicting.prediction.judge("1,000", 1000, tolerance=1).state == judging.OPEN
