"""Hand-set cells against their tasks, on random text and at the edge of float32."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lstm_lab as lab
from lstm_lab.programs import PROGRAMS, drift_limit, left_over

from .test_tasks import TELLING

MAKE = {
    **PROGRAMS,
    "curly": lambda **o: lab.programs.quotes("curly", **o),
    "one kind": lambda **o: lab.programs.nesting("<>", **o),
    "www": lambda **o: lab.programs.urls("www.", **o),
    "::": lambda **o: lab.programs.urls("::", **o),
    "@": lambda **o: lab.programs.urls("@", **o),
}


every = pytest.mark.parametrize("name", MAKE)


@every
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_every_program_counts_right_on_random_text(name, data):
    dtype = data.draw(st.sampled_from([np.float64, np.float32]))
    program = MAKE[name](dtype=dtype)
    alphabet = program.task.alphabet
    some = st.text(TELLING.get(name, alphabet), min_size=1, max_size=60)
    text = data.draw(some | st.text(alphabet, min_size=1, max_size=60))
    np.testing.assert_array_equal(program.value(text), program.task.label(text))


@every
def test_the_same_weights_in_torch_count_the_same(name):
    import torch

    program = MAKE[name]()
    text = program.task.sample(1, 50, 3)[0]
    h, (_, c) = program.to_torch()(torch.from_numpy(program.task.encode(text)))
    run = program.run(program.task.encode(text))
    np.testing.assert_allclose(h.detach(), run.h, atol=1e-12)
    np.testing.assert_allclose(c[0].detach(), run.c[-1], atol=1e-12)


@every
def test_every_weight_has_one_line_and_a_reason(name, capsys):
    program = MAKE[name]()
    program.explain()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(program.weights) + 2
    for weight in program.weights:
        assert any(weight.gate in line and weight.why in line for line in lines)
    explained = sum(len(w.reads) if isinstance(w.reads, str) else 1 for w in program.weights)
    assert explained >= sum((array != 0).sum() for array in (program.W_x, program.W_h, program.b))


def test_parity_of_a_long_text_has_no_error():
    program = lab.programs.parity()
    text = "".join(np.random.default_rng(0).choice(list("01"), size=20_000))
    np.testing.assert_array_equal(program.value(text), program.task.label(text))


def test_a_float32_counter_is_exact_to_2_to_the_24_and_then_stuck():
    counter = lab.programs.nesting(dtype=np.float32)
    up = np.broadcast_to(counter.task.encode("(")[0].astype(np.float32), (1 << 20, 98))
    for start in (0, 7 << 20, 15 << 20):  # every one of these counts goes on by exactly one
        c = np.arange(start, start + (1 << 20), dtype=np.float32)[:, None]
        step = counter.step(up, np.tanh(c), c)
        np.testing.assert_array_equal(step.c, c + 1)
        np.testing.assert_array_equal(step.c.astype(int), c.astype(int) + 1)
    top = np.full((1, 1), 2.0**24, np.float32)
    assert counter.step(up[:1], np.tanh(top), top).c == top


@pytest.mark.parametrize("strength", [8, 10, 12])
def test_drift_fails_where_the_law_says_within_5_percent(strength):
    counter = lab.programs.nesting(strength=strength)
    remember = lab.sigmoid(float(strength))
    predicted = drift_limit(remember)
    measured = next(
        n for n in range(int(0.8 * predicted), int(1.2 * predicted) + 2)
        if counter.value("(" * n + ")" * n)[-1] != 0
    )  # fmt: skip
    assert measured == pytest.approx(predicted, rel=0.05)
    assert predicted == pytest.approx(np.sqrt(0.5 / (1 - remember)), rel=0.05)


def test_left_over_is_what_a_leaky_counter_is_off_by():
    for remember, n in ((0.999, 10), (0.99, 30), (0.9, 5), (1.0, 100)):
        c = 0.0
        for step in [1] * n + [-1] * n:
            c = remember * c + step
        assert -c == pytest.approx(left_over(remember, n), abs=1e-12)
    assert left_over(1 - 1e-6, 100) == pytest.approx(1e-6 * 100**2, rel=0.01)
    assert drift_limit(1.0) == float("inf")


def test_a_program_is_found_by_name_and_an_unknown_one_refused():
    assert lab.programs.program("urls", start="@").units == 1
    with pytest.raises(ValueError, match="'nesting', 'list_items'"):
        lab.programs.program("brackets")
    with pytest.raises(ValueError, match="strength is -1"):
        lab.programs.nesting(strength=-1)
    assert repr(lab.programs.urls()) == "Program(urls, 3 units, float64)"


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        (("forget", 0, None, 1.0, ""), "gate of a weight is 'forget'"),
        (("save", 1, None, 1.0, ""), "unit of a weight is 1"),
        (("save", 0, 1, 1.0, ""), "unit whose h a weight reads is 1"),
        (("save", 0, "x", 1.0, ""), "character that a weight reads is 'x'"),
    ],
)
def test_a_weight_that_stands_nowhere_is_refused(weight, message):
    with pytest.raises(ValueError, match=message):
        lab.programs.Program(lab.tasks.parity(), [lab.programs.Weight(*weight)])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lab.programs.Program(lab.tasks.parity(), None), "weights must be a list of"),
        (lambda: lab.programs.Program(lab.tasks.parity(), ["save"]), "weights has 'save'"),
        (lambda: lab.programs.Program(lab.tasks.parity(), [], units="2"), "units must be a whole"),
        (
            lambda: lab.programs.Program(lab.tasks.parity(), [], step=0),
            "step is 0, but must be above",
        ),
        (lambda: lab.programs.Program(lab.tasks.parity, []), "a task of lab.tasks is wanted"),
        (lambda: left_over(2, 3), r"remember is 2, but a remember lies in \[0, 1\]"),
        (lambda: left_over(0.9, 1.5), "n must be a whole number, but 1.5"),
        (lambda: drift_limit("0.9"), "remember must hold real numbers, but '0.9'"),
        (lambda: drift_limit(-1), r"remember is -1, but"),
        (lambda: lab.programs.parity(dtype="int"), "dtype is 'int64', but must be one of"),
    ],
)
def test_bad_input_is_refused_with_what_is_wanted(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()


@every
def test_many_texts_are_counted_side_by_side_as_one_by_one(name, monkeypatch):
    program = MAKE[name]()
    texts = ["", *program.task.sample(7, 30, 1), *program.task.sample(5, 12, 2), ""]
    for together in (1, 1 << 22):
        monkeypatch.setattr(lab.programs, "TOGETHER", together)
        values = program.value(texts)
        for text, row in zip(texts, values, strict=True):
            np.testing.assert_array_equal(row[: len(text)], program.value(text))
            np.testing.assert_array_equal(row[: len(text)], program.task.label(text))
    assert program.value("").shape == (0,) and program.value(["", ""]).shape == (2, 0)


def test_many_texts_are_sharpened_like_one():
    program = lab.programs.nesting(strength=3)
    texts = ["((()", "()" * 9]
    assert program.value(texts, sharpness=8)[1, :18].tolist() == [1, 0] * 9
    soft = [program.value(text).tolist() for text in texts]
    assert [row[: len(t)].tolist() for row, t in zip(program.value(texts), texts, strict=True)] == (
        soft
    )
