"""Rules against the nets that they were read from."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import lstm_lab as lab
from lstm_lab import models, training

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
        "nesting: c1; all start at 0",
        "  ( [ {        c1 += 1",
        "  ) ] }        c1 −= 1",
        "  92 others    nothing",
        "value: c1",
        f"agrees with the net on {rules_of('nesting').checked} texts",
    ]
    assert str(rules_of("parity")).splitlines() == [
        "parity: no counter, 2 states; all start at 0",
        "in state 0 (c1 = 0)",
        "  0            nothing",
        "  1            go to state 1",
        "in state 1 (c1 = 1)",
        "  0            nothing",
        "  1            go to state 0",
        "value: c1",
        f"agrees with the net on {rules_of('parity').checked} texts",
    ]
    assert "  ! . ? ↵      erase c1" in str(rules_of("length"))


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
    with pytest.raises(lab.NotReadable, match=r"remember of unit 1 at .* is 0.953, 0.047 from 1\n"):
        lab.decompile(soft)


def test_a_net_that_counts_what_its_gates_read_is_refused_with_that_reason():
    net = training.sharpen(training.load("anbn_lstm", 1), 8)
    told = r"gates read the h of unit \d.*such a unit counts.*kind='input_gated'"
    with pytest.raises(lab.NotReadable, match=told):
        lab.decompile(net)


def test_a_bare_cell_gives_all_its_c():
    rng = np.random.default_rng(0)
    program = lab.programs.list_items()
    small = lab.Cell(
        program.W_x[:, [program.task.alphabet.index(k) for k in "-a\n"]], program.W_h, program.b
    )
    rules = lab.decompile(small, "-a\n")
    assert rules.checked >= sum(3**k for k in range(1, 8))
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
        (
            lambda: rules_of("parity").run("0a1"),
            ValueError,
            "'a' .LATIN SMALL LETTER A. at position 1 .*, 0 1",
        ),
        (lambda: rules_of("parity").run(101), TypeError, "rules read a text, but 101"),
        (lambda: lab.decompile(lab.programs.parity(), "ab"), ValueError, "its own alphabet.* 'ab'"),
        (
            lambda: lab.decompile(lab.programs.parity(), texts=3),
            TypeError,
            "a list of texts, but 3",
        ),
        (lambda: lab.decompile(lab.programs.parity(), texts=[1]), ValueError, r"but \[1\] was"),
    ],
)
def test_bad_input_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def tagger(program, kind):
    """A Tagger with a program's weights; it says the second answer where the count is above 0."""
    net = models.Tagger(program.task, program.units, kind).double()
    with torch.no_grad():
        if kind == "lstm":
            net.core.load_state_dict(program.to_torch().state_dict())
        else:
            net.core.weight_x.copy_(torch.from_numpy(program.W_x))
            net.core.bias.copy_(torch.from_numpy(program.b))
        net.read.weight.copy_(torch.tensor([[0.0], [10.0]]) * (torch.arange(program.units) == 0))
        net.read.bias.copy_(torch.tensor([3.0, 0.0]))
    return net


TAGGED = {
    "nesting": ("input_gated", "(A[b"),
    "parity": ("lstm", "01"),
    "quotes": ("lstm", '"#a'),
    "list_items": ("lstm", "-\nA "),
    "urls": ("lstm", ":/A "),
}


@pytest.mark.parametrize("name", TAGGED)
def test_rules_of_a_tagger_hold_for_every_character_in_every_state(name):
    kind, letters = TAGGED[name]
    program = MAKE[name]()
    net = tagger(program, kind)
    rules = lab.decompile(net)
    rng = np.random.default_rng(1)
    for alphabet in (letters, program.task.alphabet):
        for size in (1, 3, 40):
            text = "".join(rng.choice(list(alphabet), size=size))
            np.testing.assert_array_equal(rules.run(text), net.answer(text))
    said = str(rules)
    assert "answer" in said and f"agrees with the net on {rules.checked} texts" in said
    assert ("in state 1" in said) == (name != "nesting")


def test_what_was_never_tried_is_refused_in_words():
    rules = lab.decompile(sharp("anbn"), texts=["a", "aa"])
    with pytest.raises(ValueError, match="no text that was tried has 'b' in state 0"):
        rules.run("ab")


def test_a_candidate_behind_a_shut_gate_may_be_soft():
    program = lab.programs.nesting("()")
    others = [k for k, c in enumerate(program.task.alphabet) if c not in "()"]
    program.W_x[0, others] = -80  # save shut
    program.W_x[2, others] = 0.5  # a candidate of 0.46 waits behind it
    assert lab.decompile(tagger(program, "input_gated")).counters == (0,)


def test_a_program_hard_within_the_limit_is_read_though_it_leaks():
    assert len(lab.decompile(lab.programs.parity(strength=8)).states) == 2
    small = lab.programs.anbn(strength=12)
    cell = lab.Cell(small.W_x, small.W_h, small.b)
    assert lab.decompile(cell, "ab").checked > 1000


def test_one_character_is_an_alphabet_too():
    cell = lab.Cell([[40.0]] * 4, np.zeros((4, 1)))
    assert lab.decompile(cell, "a").run("aaa")[:, 0].tolist() == [1, 2, 3]


def test_a_unit_hidden_by_focus_is_told():
    net = sharp("anbn", 2)
    assert "a            c1 −= 1, hide c1" in str(lab.decompile(net))


def test_a_count_that_does_not_come_back_is_refused():
    program = lab.programs.nesting("()")
    program.W_x[2, program.task.alphabet.index(")")] = -0.5  # down by 0.46 only
    with pytest.raises(lab.NotReadable, match=r"candidate of unit 1 at \) is -0.462"):
        lab.decompile(tagger(program, "input_gated"))


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"texts": "0110"}, TypeError, "a list of texts"),
        ({"texts": []}, ValueError, "one of them not empty"),
        ({"texts": [""]}, ValueError, "one of them not empty"),
        ({"hard": 0.6}, ValueError, "between 0 and ½"),
        ({"hard": -1}, ValueError, "must be 0 or more"),
        ({"alphabet": "ab"}, ValueError, "brings its own alphabet"),
    ],
)
def test_bad_options_are_refused(options, error, message):
    with pytest.raises(error, match=message):
        lab.decompile(lab.programs.parity(), **options)


def test_a_cell_that_projects_or_an_alphabet_with_a_double_is_refused():
    with pytest.raises(TypeError, match="projects its h"):
        lab.decompile(lab.Cell([[1, 1]] * 4, [[1]] * 4, W_p=[[1]]), "ab")
    with pytest.raises(ValueError, match="different characters"):
        lab.decompile(lab.Cell([[1, 1]] * 4, [[1]] * 4), "aa")


class Flipping(models.Tagger):
    """An LSTM tagger with the answers of an automaton, whatever its weights are."""

    def __init__(self, task, following, said):
        super().__init__(task, 3, "lstm", seed=1)
        self.following, self.said = following, said

    def answers(self, texts):
        codes = self.task.batch(texts).codes
        states, found = np.zeros(len(codes), int), np.zeros_like(codes)
        for t, column in enumerate(codes.T):
            found[:, t] = np.array(self.said)[states, column]
            states = np.array(self.following)[states, column]
        return found


def test_a_net_whose_gates_read_a_bit_is_read_by_its_answers():
    net = Flipping(lab.tasks.parity(), [[0, 1], [1, 0]], [[0, 1], [1, 0]])
    rules = lab.decompile(net)
    assert len(rules.states) == 2 and "go to state 1" in repr(rules)
    assert "read off its answers, not its gates" in repr(rules) and rules.checked > 2000
    for text in ("", "1", "0110100", "1" * 501):
        np.testing.assert_array_equal(rules.run(text), net.task.targets(text))


def test_states_that_only_a_long_end_tells_apart_are_found():
    following = [[1, 0], [2, 0], [3, 0], [4, 0], [4, 4]]  # five 0s in a row, and then for ever
    net = Flipping(lab.tasks.parity(), following, [[0, 0]] * 3 + [[1, 0]] + [[1, 1]])
    rules = lab.decompile(net)
    assert len(rules.states) == 5
    for text in ("000", "0000", "00010000", "000011"):
        np.testing.assert_array_equal(rules.run(text), net.answer(text))


def test_answers_of_too_many_states_are_refused_with_what_can_be_done():
    following = [[min(q + 1, 9), 0] for q in range(10)]
    net = Flipping(lab.tasks.parity(), following, [[int(q > 8), 0] for q in range(10)])
    with pytest.raises(lab.NotReadable, match=r"Nor are its answers those of 8 states.*to keep a"):
        lab.decompile(net)


def test_a_trained_parity_net_is_read():
    task, rng = lab.tasks.parity(), np.random.default_rng(0)
    texts = ["".join(rng.choice(list("01"), size=n)) for n in rng.integers(1, 41, size=300)]
    model = models.Tagger(task, 4, "lstm")
    net, _ = training.fit(model, texts, steps=600, batch_size=64, progress=False)
    sharp = training.sharpen(net, training.choose_sharpness(net, texts))
    rules = lab.decompile(sharp)
    assert len(rules.states) == 2
    np.testing.assert_array_equal(rules.run("1" * 99), task.targets("1" * 99))
