"""The exercises of notebooks 02 and 05: right answers pass, each mistake has its own sentence."""

import numpy as np
import pytest
import torch

import lstm_lab as lab
from lstm_lab.check import memory, residual
from lstm_lab.check.judging import OPEN, PASSED, WRONG, judge
from lstm_lab.check.predicting import judge_prediction

TWO = {"store": (0, 1, 0), "wait": (1, 0, 0), "ask": (1, 0, 1)}


@pytest.mark.parametrize("exercise", [memory.TRAVELLED, residual.BIAS_FOR, residual.GATED_STEP])
def test_truth_passes_and_every_mistake_is_named(exercise):
    assert judge(exercise, exercise.truth).state == PASSED
    for sentence, mistake in exercise.mistakes.items():
        assert judge(exercise, mistake) == (type(judge(exercise, ...)))(WRONG, sentence)
    assert judge(exercise, ...).state == OPEN


@pytest.mark.parametrize(
    ("judged", "said"),
    [
        (memory.judge_lag_left(66), "66"),
        (memory.judge_lag_left([66]), "66"),
        (residual.judge_half_life(6.58), "6.58"),
        (residual.judge_half_life(np.log(0.5) / np.log(0.9)), "6.579"),
        (memory.judge_two_states(TWO), "held 0.9"),
        (memory.judge_two_states(TWO | {"ask": [1.0, 0.0, 1.0]}), "held 0.9"),
    ],
)
def test_right_answers_pass(judged, said):
    assert judged.state == PASSED and said in judged.why


@pytest.mark.parametrize(
    ("judged", "said"),
    [
        (memory.judge_lag_left(65), "one step short"),
        (memory.judge_lag_left(6.9), "divide it by"),
        (memory.judge_lag_left(22), "a tenth is left"),
        (memory.judge_lag_left(44), "a hundredth is left"),
        (memory.judge_lag_left(65.56), "steps are whole"),
        (memory.judge_lag_left(-65.56), "the sign"),
        (memory.judge_lag_left(0.0153), "upside down"),
        (residual.judge_half_life(7), "need not be whole"),
        (memory.judge_lag_left(10), "a tenth of what it was at first"),
        (memory.judge_lag_left(80), "too large"),
        (memory.judge_lag_left("many"), "one number"),
        (residual.judge_half_life(5), "a tenth of the first c"),
        (residual.judge_half_life(10), "mean life"),
        (residual.judge_half_life(0.152), "upside down"),
        (residual.judge_half_life(-6.58), "the sign"),
        (residual.judge_half_life(8), "too large"),
        (memory.judge_two_states([1, 0, 1]), "a dict is wanted"),
        (memory.judge_two_states(TWO | {"ask": (1, 0)}), "three gates"),
        (memory.judge_two_states(TWO | {"ask": (1, 0, 2)}), "three gates"),
        (memory.judge_two_states(TWO | {"ask": "open"}), "three gates"),
        (memory.judge_two_states(TWO | {"store": (1, 1, 0)}), "the old c of 2 is still in it"),
        (memory.judge_two_states(TWO | {"store": (0, 0, 0)}), "the candidate of 0.9 must enter"),
        (memory.judge_two_states(TWO | {"store": (0, 1, 1)}), "must be silent"),
        (memory.judge_two_states(TWO | {"wait": (1, 0, 1)}), "must be silent"),
        (memory.judge_two_states(TWO | {"wait": (1, 1, 0)}), "noise gets into c"),
        (memory.judge_two_states(TWO | {"wait": (0.9, 0, 0)}), "c fades"),
        (memory.judge_two_states(TWO | {"ask": (0, 0, 1)}), "when it is read"),
        (memory.judge_two_states(TWO | {"ask": (1, 0, 0)}), "focus is 0"),
    ],
)
def test_wrong_answers_are_told_what_is_wrong(judged, said):
    assert judged.state == WRONG and said in judged.why


@pytest.mark.parametrize(
    "judged",
    [
        memory.judge_lag_left(...),
        residual.judge_half_life(...),
        memory.judge_two_states({}),
        memory.judge_two_states(TWO | {"wait": ...}),
        residual.judge_remember_from(...),
        residual.judge_remember_from(lambda lstm, bias: ...),
    ],
)
def test_what_is_not_answered_is_open(judged):
    assert judged.state == OPEN


# --- the two biases of torch ----------------------------------------------------------------------


def fill(**rows):
    """An answer that sets rows of both biases: {"ih": (slice, value, rest)}."""

    def remember_from(lstm, bias):
        with torch.no_grad():
            for which, (part, factor, rest) in rows.items():
                target = getattr(lstm, f"bias_{which}_l0")
                if rest is not None:
                    target[:] = rest
                target[part] = factor * bias

    return remember_from


REMEMBER, ALL, SAVE = slice(3, 6), slice(0, 12), slice(0, 3)


@pytest.mark.parametrize(
    "answer",
    [
        lab.biases.set_forget_bias,
        fill(ih=(REMEMBER, 1, 0), hh=(REMEMBER, 0, 0)),
        fill(ih=(REMEMBER, 0.5, 0), hh=(REMEMBER, 0.5, 0)),
        lambda lstm, bias: fill(ih=(REMEMBER, 1, 0), hh=(REMEMBER, 0, 0))(lstm, bias) or ...,
    ],
)
def test_a_bias_may_be_set_in_either_or_shared_out(answer):
    assert residual.judge_remember_from(answer).state == PASSED


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (fill(ih=(REMEMBER, 1, 0), hh=(REMEMBER, 1, 0)), "makes 3"),
        (fill(ih=(REMEMBER, 1, 0)), "torch's random numbers"),
        (fill(ih=(REMEMBER, 1, None), hh=(REMEMBER, 0, None)), "the other rows still hold"),
        (fill(ih=(SAVE, 1, 0), hh=(SAVE, 0, 0)), "the rows of save"),
        (fill(ih=(ALL, 1, 0), hh=(ALL, 0, 0)), "only the rows H:2H"),
        (fill(ih=(REMEMBER, 2, 0), hh=(REMEMBER, 0, 0)), "makes 3"),
        (lambda lstm, bias: None, "no bias has changed"),
        (lambda lstm, bias: lstm.bias_ih_l0.fill_(bias), "torch.no_grad()"),
        (lambda lstm, bias: torch.nn.init.ones_(lstm.weight_ih_l0), "the weights have changed"),
        (lambda lstm: None, "TypeError"),
        (lambda lstm, b: setattr(lstm, "bias_ih_l0", torch.nn.Parameter(torch.zeros(3))), "shapes"),
        (lambda lstm, b: torch.nn.init.constant_(lstm.bias_ih_l0, float("nan")), "not a number"),
        ("remember_from", "the function itself"),
    ],
)
def test_the_two_bias_trap_and_its_kin(answer, said):
    verdict = residual.judge_remember_from(answer)
    assert verdict.state == WRONG and said in verdict.why


# --- words that look like numbers, and words of two words -----------------------------------------


@pytest.mark.parametrize(
    ("guess", "truth", "state"),
    [
        ("-1", "-1", "right"),
        (-1, "-1", "right"),
        ("-1", "1", "surprise"),
        (1, "-1", "surprise"),
        ("chrono", "chrono", "right"),
        (0.5, "none", "surprise"),
        ("a tenth", "a tenth", "right"),
        ("I say a tenth", "a tenth", "predict"),
    ],
)
def test_a_choice_is_met_exactly_before_it_is_taken_apart(guess, truth, state):
    choices = ["-1", "0", "0.5", "1", "chrono", "a tenth", "none"]
    assert judge_prediction(guess, truth, choices=choices).state == state
