"""Rules against the nets that they were read from."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lstm_lab as lab
from lstm_lab import training

from .test_programs import MAKE, every
from .test_tasks import TELLING


def sharp(name, seed=0):
    kappa = training.card(name)["seeds"][str(seed)]["sharpness"]
    return training.sharpen(training.load(name, seed), kappa)


RULES = {}


def rules_of(name):
    if name not in RULES:
        RULES[name] = lab.decompile(MAKE[name]())
    return RULES[name]


@every
@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_the_rules_of_a_program_say_what_it_says_on_any_text(name, data):
    program = MAKE[name]()
    text = data.draw(st.text(TELLING.get(name, program.task.alphabet), min_size=1, max_size=50))
    np.testing.assert_array_equal(rules_of(name).run(text), program.value(text))


def test_rules_read_as_a_student_would_write_them():
    assert str(rules_of("nesting")).splitlines() == [
        "nesting: c0; all start at 0",
        "  ( [ {        c0 += 1",
        "  ) ] }        c0 −= 1",
        "  92 others    nothing",
        "value: c0",
    ]
    assert str(rules_of("parity")).splitlines() == [
        "parity: no counter, 2 states; all start at 0",
        "in state 0 (c0 = 0)",
        "  0            nothing",
        "  1            go to state 1",
        "in state 1 (c0 = 1)",
        "  0            nothing",
        "  1            go to state 0",
        "value: c0",
    ]
    assert "  ! . ? ↵      erase c0" in str(rules_of("length"))


@pytest.mark.parametrize("seed", range(10))
def test_a_trained_counter_is_read_and_runs_on_without_its_net(seed):
    net = sharp("anbn", seed)
    rules = lab.decompile(net)
    assert rules.checked > 150 and len(rules.counters) == 1
    for n in (1, 10, 11, 57, 400):
        text = net.task.text(n)
        np.testing.assert_array_equal(rules.run(text), net.answer(text))
        for miss in net.task.near_misses(text):
            asked = net.task.targets(miss) >= 0  # up to where it leaves the language
            np.testing.assert_array_equal(rules.run(miss)[asked], net.answer(miss)[asked])
            assert not net.task.accepts(miss, rules.run(miss))
    text = net.task.text(15_000)
    assert net.task.accepts(text, rules.run(text))
    assert not net.task.accepts(text + "b", rules.run(text + "b"))


@pytest.mark.parametrize("name", ["anbncn", "dyck1"])
def test_other_trained_counters_are_read(name):
    net = sharp(name)
    rules = lab.decompile(net)
    for text in net.task.sample(20, 90, 5):
        np.testing.assert_array_equal(rules.run(text), net.answer(text))
        np.testing.assert_array_equal(rules.run(text), net.task.targets(text))


def test_a_soft_net_is_refused_with_its_softest_gates():
    with pytest.raises(lab.NotReadable, match=r"still soft.*\n  \w+ of unit \d at [ab] is 0\.\d+"):
        lab.decompile(training.load("anbn"))
    soft = lab.programs.nesting(strength=3)
    with pytest.raises(lab.NotReadable, match=r"remember of unit 0 at .* is 0.953, 0.047 from 1\n"):
        lab.decompile(soft)


def test_a_net_that_counts_what_its_gates_read_is_refused_with_that_reason():
    net = training.sharpen(training.load("anbn_lstm", 1), 8)
    with pytest.raises(lab.NotReadable, match=r"gates read the h of unit \d.*such a unit counts"):
        lab.decompile(net)


def test_a_bare_cell_gives_all_its_c():
    rng = np.random.default_rng(0)
    program = lab.programs.list_items()
    small = lab.Cell(
        program.W_x[:, [program.task.alphabet.index(k) for k in "-a\n"]], program.W_h, program.b
    )
    rules = lab.decompile(small, "-a\n")
    assert rules.checked == sum(3**k for k in range(1, 8))
    text = "".join(rng.choice(list("-a\n"), size=200))
    run = small.run(np.eye(3)[["-a\n".index(k) for k in text]])
    np.testing.assert_allclose(rules.run(text), run.c, atol=1e-9)


def test_rules_that_differ_from_the_net_on_a_text_are_refused_with_that_text():
    leaky = lab.programs.nesting(strength=8)  # hard within 1e-3, but it drifts
    with pytest.raises(lab.NotReadable, match="the rules do not say what the net says"):
        lab.decompile(leaky, texts=["(" * 60 + ")" * 60])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: lab.decompile(lab.Cell(np.zeros((4, 2)), np.zeros((4, 1)))),
            ValueError,
            "alphabet",
        ),
        (lambda: lab.decompile("anbn"), TypeError, "a Tagger, a Program or a Cell"),
        (lambda: lab.decompile(training.load("anbn_gru")), TypeError, "no LSTM cell"),
        (lambda: rules_of("parity").run("0a1"), ValueError, "'a' at position 1"),
    ],
)
def test_bad_input_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
