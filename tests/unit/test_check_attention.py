"""The exercises of notebook 06: right answers pass, each mistake has its own sentence."""

import numpy as np
import pytest

import lstm_lab as lab
from lstm_lab.check import attention
from lstm_lab.check.judging import OPEN, PASSED, WRONG, judge


def verdict(exercise, answer):
    if exercise is attention.READ_MAP:
        return attention.read_map.judge(answer)
    if exercise is attention.MASKED_SOFTMAX:
        return attention.masked_softmax.judge(answer)
    return judge(exercise, answer)


EXERCISES = [
    attention.MASKED_SOFTMAX, attention.ADDITIVE_SCORE, attention.CONTEXT, attention.READ_MAP,
]  # fmt: skip


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.call)
def test_truth_passes_and_every_mistake_is_named(exercise):
    assert verdict(exercise, exercise.truth).state == PASSED
    for sentence, mistake in exercise.mistakes.items():
        found = verdict(exercise, mistake)
        assert (found.state, found.text) == (WRONG, sentence)
    assert verdict(exercise, ...).state == verdict(exercise, lambda *given: ...).state == OPEN


def masked_by_hand(scores, padding):
    e = np.exp(scores - scores[~padding].max(axis=0)) * ~padding[:, None]
    return e / e.sum(axis=0)


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (attention.MASKED_SOFTMAX, masked_by_hand),
        (
            attention.MASKED_SOFTMAX,
            lambda scores, padding: lab.mask(np.where(padding[:, None], -1e9, scores)),
        ),
        (attention.CONTEXT, lab.soft_switch),
        (attention.CONTEXT, lambda mask, states: sum(m * h for m, h in zip(mask, states))),  # noqa: B905
        (
            attention.READ_MAP,
            lambda masks, source: "".join(np.array(list(source))[masks.argmax(1)]),
        ),
    ],
)
def test_other_right_answers_pass(exercise, answer):
    assert verdict(exercise, answer).state == PASSED


@pytest.mark.parametrize(
    ("exercise", "answer", "said"),
    [
        (attention.MASKED_SOFTMAX, lambda s, p: lab.mask(s)[0], "shape"),
        (attention.MASKED_SOFTMAX, lambda s, p: s.softmax(0), "no attribute"),
        (attention.CONTEXT, lambda m, h: m * h.T @ h, "has shape"),
        (attention.READ_MAP, lambda m, source: m.argmax(1), "letters are wanted"),
        (attention.READ_MAP, lambda m, source: source, "not used"),
        (attention.READ_MAP, lambda m, source: [source[k] for k in m.argmax(1)], "join"),
        (attention.READ_MAP, lambda m, source: map(source.__getitem__, m.argmax(1)), "join"),
        (attention.READ_MAP, "hello", "give the function itself"),
        (attention.ADDITIVE_SCORE, lambda h, d: 0, "it raised TypeError"),
    ],
)
def test_wrong_answers_are_told_what_is_wrong(exercise, answer, said):
    found = verdict(exercise, answer)
    assert found.state == WRONG and said in found.text


def by_hand(scores, padding, axis):
    e = np.exp(np.where(padding[:, None], -1e9, scores))
    return e / e.sum(axis=axis, keepdims=True)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda s, p: by_hand(s, p, axis=1), "the wrong axis"),
        (lambda s, p: by_hand(s, p, axis=None), "one sum for the whole table"),
        (lambda s, p: np.exp(s) / np.exp(s).sum(axis=0), "padding still gets weight"),
        (lambda s, p: by_hand(s, p, axis=0), "scores of about 1,000 overflow"),
    ],
)
def test_a_softmax_that_overflows_is_first_told_what_else_is_wrong(answer, said):
    found = attention.masked_softmax.judge(answer)
    assert found.state == WRONG and said in found.text


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (attention.ADDITIVE_SCORE, lambda *given: abs(attention.ADDITIVE_SCORE.truth(*given))),
        (
            attention.READ_MAP,
            lambda m, source: "".join(dict.fromkeys(source[k] for k in m.argmax(1))),
        ),
    ],
)
def test_what_is_right_by_luck_does_not_pass(exercise, answer):
    """A score may be negative, and two steps may look at one letter."""
    assert verdict(exercise, answer).state == WRONG
