"""The exercises of notebooks 02 and 05: right answers pass, each mistake has its own sentence."""

import numpy as np
import pytest
import torch

import lstm_lab as lab
from lstm_lab.check import memory, predicting, residual
from lstm_lab.check.judging import OPEN, PASSED, WRONG, judge

TWO = {"store": (0, 1, 0), "wait": (1, 0, 0), "ask": (1, 0, 1)}


@pytest.mark.parametrize("exercise", [memory.TRAVELLED, residual.BIAS_FOR, residual.GATED_STEP])
def test_truth_passes_and_every_mistake_is_named(exercise):
    assert judge(exercise, exercise.truth).state == PASSED
    for sentence, mistake in exercise.mistakes.items():
        found = judge(exercise, mistake)
        assert (found.state, found.text) == (WRONG, sentence)
    assert judge(exercise, ...).state == OPEN


@pytest.mark.parametrize(
    ("judged", "said"),
    [
        (memory.lag_left.judge(66), "66"),
        (memory.lag_left.judge([66]), "66"),
        (residual.half_life.judge(6.58), "6.58"),
        (residual.half_life.judge(np.log(0.5) / np.log(0.9)), "6.579"),
        (memory.two_states.judge(TWO), "held 0.9"),
        (memory.two_states.judge(TWO | {"ask": [1.0, 0.0, 1.0]}), "held 0.9"),
    ],
)
def test_right_answers_pass(judged, said):
    assert judged.state == PASSED and said in judged.text


@pytest.mark.parametrize(
    ("judged", "said"),
    [
        (memory.lag_left.judge(65), "one step short"),
        (memory.lag_left.judge(6.9), "divide it by"),
        (memory.lag_left.judge(22), "a tenth is left"),
        (memory.lag_left.judge(44), "a hundredth is left"),
        (memory.lag_left.judge(65.56), "steps are whole"),
        (memory.lag_left.judge(-65.56), "the sign"),
        (memory.lag_left.judge(0.0153), "upside down"),
        (residual.half_life.judge(7), "need not be whole"),
        (memory.lag_left.judge(10), "a tenth of what it was at first"),
        (memory.lag_left.judge(80), "too large"),
        (memory.lag_left.judge("many"), "one number"),
        (residual.half_life.judge(5), "a tenth of the first c"),
        (residual.half_life.judge(10), "mean life"),
        (residual.half_life.judge(0.152), "upside down"),
        (residual.half_life.judge(-6.58), "the sign"),
        (residual.half_life.judge(8), "too large"),
        (memory.two_states.judge([1, 0, 1]), "a dict is wanted"),
        (memory.two_states.judge(TWO | {"ask": (1, 0)}), "three gates"),
        (memory.two_states.judge(TWO | {"ask": (1, 0, 2)}), "three gates"),
        (memory.two_states.judge(TWO | {"ask": "open"}), "three gates"),
        (memory.two_states.judge(TWO | {"store": (1, 1, 0)}), "keeps all of the old 2"),
        (memory.two_states.judge(TWO | {"store": (0, 0, 0)}), "the candidate of 0.9 must enter"),
        (memory.two_states.judge(TWO | {"store": (0, 1, 1)}), "must be silent"),
        (memory.two_states.judge(TWO | {"wait": (1, 0, 1)}), "must be silent"),
        (memory.two_states.judge(TWO | {"wait": (1, 1, 0)}), "noise gets into c"),
        (memory.two_states.judge(TWO | {"wait": (0.9, 0, 0)}), "c fades"),
        (memory.two_states.judge(TWO | {"ask": (0, 0, 1)}), "when it is read"),
        (memory.two_states.judge(TWO | {"ask": (1, 0, 0)}), "focus is 0"),
    ],
)
def test_wrong_answers_are_told_what_is_wrong(judged, said):
    assert judged.state == WRONG and said in judged.text


@pytest.mark.parametrize(
    "judged",
    [
        memory.lag_left.judge(...),
        residual.half_life.judge(...),
        memory.two_states.judge({}),
        memory.two_states.judge(TWO | {"wait": ...}),
        residual.remember_from.judge(...),
        residual.remember_from.judge(lambda lstm, bias: ...),
    ],
)
def test_what_is_not_answered_is_open(judged):
    assert judged.state == OPEN


# --- the two biases of torch ----------------------------------------------------------------------


def fill(**rows):
    """An answer that sets rows of both biases: {"ih": (slice of gates, factor, rest)}."""

    def remember_from(lstm, bias):
        with torch.no_grad():
            for which, (part, factor, rest) in rows.items():
                target = getattr(lstm, f"bias_{which}_l0")
                if rest is not None:
                    target[:] = rest
                target[part.start * lstm.hidden_size : part.stop * lstm.hidden_size] = factor * bias

    return remember_from


REMEMBER, ALL, SAVE, FROM = slice(1, 2), slice(0, 4), slice(0, 1), slice(1, 4)


def by_numbers(first, last, value):
    """An answer with rows and perhaps the bias written in."""

    def remember_from(lstm, bias):
        fill(ih=(REMEMBER, 0, 0), hh=(REMEMBER, 0, 0))(lstm, bias)
        lstm.bias_ih_l0.data[first : last or 2 * lstm.hidden_size] = value or bias

    return remember_from


def no_longer_learning(lstm, bias):
    lab.biases.set_forget_bias(lstm, bias)
    lstm.bias_hh_l0.requires_grad = False


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
    assert residual.remember_from.judge(answer).state == PASSED


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (fill(ih=(REMEMBER, 1, 0), hh=(REMEMBER, 1, 0)), "makes 3"),
        (fill(ih=(REMEMBER, 1, 0)), "torch's random numbers"),
        (fill(ih=(REMEMBER, 1, None), hh=(REMEMBER, 0, None)), "the other rows still hold"),
        (fill(ih=(SAVE, 1, 0), hh=(SAVE, 0, 0)), "the rows of save"),
        (fill(ih=(ALL, 1, 0), hh=(ALL, 0, 0)), "only the rows H:2H"),
        (fill(ih=(REMEMBER, 2, 0), hh=(REMEMBER, 0, 0)), "makes 3"),
        (fill(ih=(FROM, 1, 0), hh=(FROM, 0, 0)), "candidate and focus begin with 1.5, too"),
        (fill(ih=(REMEMBER, 1, -9), hh=(REMEMBER, 0, 0)), "the other rows are not 0"),
        (by_numbers(3, 6, None), r"nn.LSTM(3, 4): the two biases"),
        (by_numbers(3, None, 1.5), "1.5 is written in"),
        (by_numbers(3, 5, None), "a row is missed"),
        (by_numbers(16, 17, None), "nothing is written in the rows H:2H"),
        (no_longer_learning, "does not learn any more"),
        (lambda lstm, bias: lstm.bias_ih, "lstm.bias_ih_l0 and"),
        (lambda lstm, bias: setattr(lstm, "bias_ih_l0", torch.zeros(12)), "in place: lstm.bias"),
        (torch.nn.LSTM(2, 3), "the function itself"),
        (lambda lstm, bias: lstm.to("meta"), "meta"),
        (lambda lstm, bias: lstm.bfloat16(), "weights have changed"),
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
    verdict = residual.remember_from.judge(answer)
    assert verdict.state == WRONG and said in verdict.text


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
        ("I say a tenth", "a tenth", "right"),
        ("not a tenth", "a tenth", "predict"),
        ("a tenth or chrono", "a tenth", "predict"),
        ("about 0.55", "0.5", "predict"),
    ],
)
def test_a_choice_is_met_exactly_before_it_is_taken_apart(guess, truth, state):
    choices = ["-1", "0", "0.5", "1", "chrono", "a tenth", "none"]
    assert predicting.prediction.judge(guess, truth, choices=choices).lead == state
