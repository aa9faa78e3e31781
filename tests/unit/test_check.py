"""Verdicts: right answers pass, every typical wrong one gets a sentence of its own."""

import numpy as np
import pytest
import torch

from lstm_lab import check, gates
from lstm_lab.cell import Cell

JUDGES = {
    "soft_if": lambda answer: check.judge(check.SOFT_IF, answer),
    "soft_switch": lambda answer: check.judge(check.SOFT_SWITCH, answer),
    "if_from_switch": check.judge_if_from_switch,
    "update_c": lambda answer: check.judge(check.UPDATE_C, answer),
    "step": check.judge_step,
}
SHELVES = {
    "soft_if": check.SOFT_IF.mistakes,
    "soft_switch": check.SOFT_SWITCH.mistakes,
    "if_from_switch": check.IF_FROM_SWITCH.mistakes,
    "update_c": check.UPDATE_C.mistakes,
    "step": check.STEP.mistakes,
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
        assert JUDGES[name](answer).state == check.PASSED


@pytest.mark.parametrize(("name", "why"), SHELF, ids=[f"{n}: {w[:40]}" for n, w in SHELF])
def test_each_mistake_is_named(name, why):
    verdict = JUDGES[name](SHELVES[name][why])
    assert (verdict.state, verdict.why) == (check.WRONG, why)


@pytest.mark.parametrize("name", JUDGES)
@pytest.mark.parametrize(
    ("answer", "state", "says"),
    [
        (None, check.OPEN, "give it to the check"),
        (..., check.OPEN, "give it to the check"),
        (lambda *_: ..., check.OPEN, "dots"),
        (lambda *_: None, check.WRONG, "is the `return` missing"),
        (7, check.WRONG, "give the function itself"),
        (lambda: 1, check.WRONG, "positional arguments"),
        (lambda *_: 1 / 0, check.WRONG, "ZeroDivisionError"),
        (lambda *_: exit(), check.WRONG, "SystemExit"),
        (lambda *_: "text", check.WRONG, ""),
        (lambda *a: a[0].__iadd__(1), check.WRONG, "changes its argument "),
        (lambda *_: np.full(7, np.nan), check.WRONG, "for "),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_odd_answers_get_a_sentence_and_raise_nothing(name, answer, state, says):
    verdict = JUDGES[name](answer)
    assert verdict.state == state and says in verdict.why


def test_a_wrong_number_says_on_which_case():
    verdict = JUDGES["soft_if"](lambda g, T, F: g * T + (1 - g) * F + 1)
    assert "for g = [1, 0, 1], T = [4, 5, 6], F = [-1, -2, -3] it gives" in verdict.why
    verdict = JUDGES["soft_if"](lambda g, T, F: (g * T + (1 - g) * F)[..., None])
    assert "has shape (3, 1), but (3,) is wanted" in verdict.why


@pytest.mark.parametrize(
    ("z", "state", "says"),
    [
        (4.595, check.PASSED, "4.595"),
        (np.log(99), check.PASSED, ""),
        (torch.tensor(4.6), check.PASSED, ""),
        (..., check.OPEN, "give the z"),
        (-4.595, check.WRONG, "sign"),
        (0.99, check.WRONG, "not the pre-activation"),
        (0.729, check.WRONG, "σ(0.99)"),
        (1.9956, check.WRONG, "base 10"),
        (-0.01005, check.WRONG, "ln 0.99"),
        (4.6052, check.WRONG, "99 to 1"),
        (99, check.WRONG, "logarithm"),
        (6, check.WRONG, "too large"),
        (2.5, check.WRONG, "too small"),
        (float("nan"), check.WRONG, "not a number"),
        ("4.6 or so", check.WRONG, "one number is wanted"),
        ([4.6, 4.6], check.WRONG, "one number is wanted"),
    ],
)
def test_open_gate(z, state, says):
    verdict = check.judge_open_gate(z)
    assert verdict.state == state and says in verdict.why


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda g, T, F: g, "return two things"),
        (lambda g, T, F: (g, np.stack([T, F])), "mask has shape (3,)"),
        (lambda g, T, F: (np.stack([g, g - 1]), np.stack([T, F])), "leave over for F"),
        (lambda g, T, F: (np.stack([g, 1 - g], 1), np.stack([T, F])), "mask stands in columns"),
        (lambda g, T, F: (np.stack([g, 1 - g]), np.stack([T, F], 1)), "cases stands in columns"),
        (lambda g, T, F: (np.r_[g, 1 - g], np.r_[T, F]), "mask is one long vector"),
        (lambda g, T, F: (np.stack([T, F]), np.stack([g, 1 - g])), "the cases are T and F"),
        (lambda g, T, F: (np.ones((2, 3)) / 2, np.stack([g * T, (1 - g) * F])), "the mask's work"),
    ],
)
def test_masks_and_cases_that_do_not_fit_get_a_hint(answer, says):
    verdict = JUDGES["if_from_switch"](answer)
    assert verdict.state == check.WRONG and says in verdict.why and "raised" not in verdict.why


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
    assert says in JUDGES[name](answer).why


WORDS = ("blunt", "soft", "sharp")


@pytest.mark.parametrize(
    ("guess", "truth", "state"),
    [
        (..., 1.0, "predict"),
        ([..., ...], [1.0, 2.0], "predict"),
        (0.98, 1.0, "right"),
        ("98 %", 1.0, "right"),
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
    verdict = check.judge_prediction(guess, truth, choices=WORDS)
    assert verdict.state == state
    if state == "predict":
        assert "it is" not in verdict.why


def test_without_a_guess_the_answer_is_not_given_away():
    assert "9" not in str(check.judge_prediction(..., 9.0))
    assert "0.25" not in str(check.judge_prediction([1, 2], [0.25, 0.5, 0.25]))


def test_public_checks_print_their_verdict(capsys):
    for name in ("soft_if", "soft_switch", "if_from_switch", "open_gate", "update_c", "step"):
        assert getattr(check, name)(...) is None
        assert capsys.readouterr().out.startswith(check.OPEN)
    check.prediction(1, 1.0)
    assert capsys.readouterr().out == "right: you said 1.00, it is 1.00\n"


def test_h_alone_is_no_pair():
    verdict = check.judge_step(lambda *case: reference_step(*case)[0])
    assert verdict.why.endswith("return two things: h, c")


def test_an_answer_that_autograd_watches_is_read():
    def answer(*case):
        return [torch.tensor(state, requires_grad=True) for state in reference_step(*case)]

    assert check.judge_step(answer).state == check.PASSED


GOOD_CORNERS = {(1, 0): "keep", (0, 1): "overwrite", (1, 1): "accumulate", (0, 0): "erase"}


@pytest.mark.parametrize(
    ("answer", "state", "says"),
    [
        (GOOD_CORNERS, check.PASSED, ""),
        ({k: v.upper() + " " for k, v in GOOD_CORNERS.items()}, check.PASSED, ""),
        (GOOD_CORNERS | {(0, 0): ...}, check.OPEN, "four corners"),
        ({}, check.OPEN, "four corners"),
        (
            GOOD_CORNERS | {(1, 1): "keep"},
            check.WRONG,
            "not 'keep': c becomes all of the old c and",
        ),
        (GOOD_CORNERS | {(0, 1): "erase"}, check.WRONG, "all of the candidate"),
        (GOOD_CORNERS | {(0, 0): "forget"}, check.WRONG, "the words are keep"),
        ("keep", check.WRONG, "a dict is wanted"),
    ],
)
def test_corners(answer, state, says):
    verdict = check.judge_corners(answer)
    assert verdict.state == state and says in verdict.why


GOOD_BIASES = {"keep": (10, -10), "overwrite": (-10, 10), "accumulate": (10, 10)}


@pytest.mark.parametrize(
    ("answer", "state", "says"),
    [
        (GOOD_BIASES, check.PASSED, "20 steps"),
        (GOOD_BIASES | {"keep": ...}, check.OPEN, "two biases"),
        (GOOD_BIASES | {"keep": (..., ...)}, check.OPEN, "two biases"),
        (GOOD_BIASES | {"keep": (-10, 10)}, check.WRONG, "keep: remember must be open"),
        (GOOD_BIASES | {"keep": (10, 0)}, check.WRONG, "save must be shut, but a bias of 0"),
        (GOOD_BIASES | {"keep": (2.197, 0.617)}, check.WRONG, "keep: save must be shut"),
        (GOOD_BIASES | {"keep": (2.197, -0.5)}, check.WRONG, "save is not shut enough, 0.38 away"),
        (GOOD_BIASES | {"overwrite": (-1, 10)}, check.WRONG, "remember is not shut enough"),
        ({"keep": (1, 0), "overwrite": (0, 1), "accumulate": (1, 1)}, check.WRONG, "are gates"),
        (GOOD_BIASES | {"keep": (4, -10)}, check.WRONG, "remember is not open enough, 0.018"),
        (
            GOOD_BIASES | {"overwrite": (10, 10)},
            check.WRONG,
            "remember must be shut, but a bias of 10",
        ),
        (GOOD_BIASES | {"accumulate": (10, -10)}, check.WRONG, "save must be open"),
        (GOOD_BIASES | {"accumulate": 10}, check.WRONG, "two numbers are wanted"),
        (GOOD_BIASES | {"accumulate": ("a", "b")}, check.WRONG, "two numbers are wanted"),
        ([1, 2], check.WRONG, "a dict is wanted"),
    ],
)
def test_biases(answer, state, says):
    verdict = check.judge_biases(answer)
    assert verdict.state == state and says in verdict.why
