"""Taggers, their training, and the weights that are shipped."""

import json
from typing import NamedTuple

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

import lstm_lab as lab
from lstm_lab import models, training
from lstm_lab.training import recipes
from lstm_lab.training.recipes import RECIPES, WEIGHTS, Counter
from tools.train import long_errors, rejects_near_misses

ANBN = lab.tasks.anbn()
COUNTERS = [name for name, recipe in RECIPES.items() if isinstance(recipe, Counter)]


@settings(deadline=None, max_examples=30)
@given(B=st.integers(1, 4), T=st.integers(1, 30), H=st.integers(1, 5), seed=st.integers(0, 999))
def test_the_input_gated_lstm_is_torchs_lstm_with_no_weights_from_h(B, T, H, seed):
    torch.manual_seed(seed)
    core = models.InputGatedLSTM(3, H).double()
    with torch.no_grad():
        for parameter in core.parameters():
            parameter *= 3
    x = torch.randn(B, T, 3, dtype=torch.float64, requires_grad=True)
    c0 = torch.randn(B, H, dtype=torch.float64)
    lstm = torch.nn.LSTM(3, H, batch_first=True).double()
    with torch.no_grad():
        lstm.weight_ih_l0.copy_(core.weight_x)
        lstm.weight_hh_l0.zero_()
        lstm.bias_ih_l0.copy_(core.bias)
        lstm.bias_hh_l0.zero_()
    expected, (_, c) = lstm(x, (torch.zeros(1, B, H).double(), c0[None]))
    slope = torch.autograd.grad(expected.square().sum(), x)[0]
    for training_ in (True, False):  # as one sum, and step by step
        core.train(training_)
        h, (_, c_last) = core(x, (None, c0))
        torch.testing.assert_close(h, expected, rtol=0, atol=1e-10)
        torch.testing.assert_close(c_last, c[0], rtol=0, atol=1e-10)
        got = torch.autograd.grad(h.square().sum(), x)[0]
        torch.testing.assert_close(got, slope, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("kind", ["input_gated", "lstm", "gru", "rnn"])
def test_padding_changes_no_answer(kind):
    net = models.Tagger(ANBN, 4, kind, seed=1)
    texts = ["ab", "aaabbb", "a"]
    together = net.answers(texts)
    for k, text in enumerate(texts):
        np.testing.assert_array_equal(together[k, : len(text)], net.answer(text))


@pytest.mark.parametrize("kind", ["input_gated", "lstm"])
def test_the_cell_of_a_tagger_runs_as_it_does(kind):
    net = models.Tagger(ANBN, 3, kind, seed=2)
    text = "aaabbab"
    h = net.cell.run(ANBN.encode(text)).h
    scores = h @ net.read.weight.detach().double().numpy().T + net.read.bias.detach().numpy()
    np.testing.assert_array_equal(scores.argmax(axis=1), net.answer(text))
    sharp = training.sharpen(net, 5)
    np.testing.assert_allclose(
        sharp.cell.run(ANBN.encode(text)).h,
        net.cell.run(ANBN.encode(text), sharpness=5).h,
        atol=1e-6,
    )
    assert net.num_parameters == sum(p.numel() for p in net.parameters())


@pytest.mark.parametrize("kind", ["input_gated", "lstm", "gru", "rnn"])
def test_first_failing_n_is_that_of_one_string_after_another(kind):
    name = {"input_gated": "anbn_no_noise"}.get(kind, f"anbn_{kind}")
    net = training.load(name, 1)
    one_by_one = next(n for n in range(1, 80) if training.count_wrong(net, [ANBN.text(n)]))
    assert training.first_failing_n(net, 79) == one_by_one
    assert training.first_failing_n(net, one_by_one - 1) is None


def test_first_failing_n_of_three_letters():
    net = training.load("anbncn", 3)
    first = training.first_failing_n(net, 60)
    assert training.count_wrong(net, training.members(net.task, first - 1)) == 0
    assert training.count_wrong(net, [net.task.text(first)]) == 1


def test_the_same_seed_gives_the_same_weights_and_another_seed_others():
    def run(seed):
        net = models.Tagger(ANBN, 3, seed=seed)
        options = {"seed": seed, "steps": 20, "noise": 3.0, "batch_size": 4, "progress": False}
        return training.fit(net, training.members(ANBN, 5), **options)

    first, again, other = run(3), run(3), run(4)
    assert first.history.loss == again.history.loss != other.history.loss
    for a, b in zip(first.model.parameters(), again.model.parameters(), strict=True):
        assert torch.equal(a, b)


def test_training_leaves_the_random_numbers_of_others_alone():
    torch.manual_seed(0)
    before = torch.get_rng_state()
    training.fit(models.Tagger(ANBN, 2), ["ab"], steps=3, noise=1.0, progress=False)
    assert torch.equal(before, torch.get_rng_state())


def test_a_counter_is_learned_sharpened_and_exact():
    """The recipe itself, from scratch: what the card claims, on this machine."""
    net, history = training.train("anbn", seed=0, progress=False)
    texts = training.training_texts("anbn")
    assert len(history.loss) == RECIPES["anbn"].steps and training.count_wrong(net, texts) == 0
    kappa = training.choose_sharpness(net, texts)
    assert kappa > 1
    assert training.first_failing_n(net, 1000) > 10
    assert training.first_failing_n(training.sharpen(net, kappa), 1500) is None


@pytest.mark.parametrize("name", COUNTERS)
def test_shipped_weights_do_what_their_card_says(name):
    card = training.card(name)
    assert card["recipe"] == RECIPES[name]._asdict()
    assert card["made_by"] == f"python -m tools.train {name}"
    assert list(card["seeds"]) == [str(k) for k in range(10)]
    assert (WEIGHTS / f"{name}.safetensors").stat().st_size < 10_000
    for seed, line in card["seeds"].items():
        net = training.load(name, int(seed))
        assert (
            training.count_wrong(net, training.training_texts(name, int(seed)))
            == line["training_errors"]
        )
        if "first_failing_n" in line:
            found = training.first_failing_n(net, line["first_failing_n"] + 2)
            assert (
                abs(found - line["first_failing_n"]) <= 2
            )  # another CPU may round a tie otherwise
        if line.get("sharp_first_failing_n", 1) is None:
            sharp = training.sharpen(net, line["sharpness"])
            assert training.first_failing_n(sharp, 300) is None


def test_what_the_lab_promises_of_its_counters():
    """Read from the cards; `python -m benchmarks.counting` measures it anew."""
    lines = {name: training.card(name)["seeds"].values() for name in COUNTERS}
    exact = [line["sharp_first_failing_n"] is None for line in lines["anbn"]]
    assert sum(exact) >= 9 and all(line["near_misses_rejected"] for line in lines["anbn"])
    assert training.card("anbn")["tried_up_to"]["sharpened"] == 15_000
    three = [line["sharp_first_failing_n"] or 5_000 for line in lines["anbncn"]]
    assert np.median(three) >= 1_000
    perfect = [not any(line["sharp_long_errors"].values()) for line in lines["dyck1"]]
    assert sum(perfect) >= 8


def test_cards_are_plain_json_with_every_seed():
    for name in RECIPES:
        card = training.card(name)
        assert {"made_by", "torch", "recipe", "fit", "texts", "shipped", "seeds"} <= set(card)
        assert card["num_parameters"] == training.load(name).num_parameters
    assert {p.stem for p in WEIGHTS.glob("*.safetensors")} == set(RECIPES)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: models.Tagger("anbn", 3), TypeError, "a task of lab.tasks"),
        (lambda: models.Tagger(ANBN, 3, "cnn"), ValueError, "'input_gated', 'lstm', 'gru', 'rnn'"),
        (lambda: training.load("anbm"), ValueError, "'anbn', 'anbncn'"),
        (lambda: training.load("anbn", 10), ValueError, "seed is 10"),
        (lambda: training.sharpen(training.load("anbn"), -1), ValueError, "must be 0 or more"),
        (lambda: training.sharpen(training.load("anbn_gru"), 2), TypeError, "gates of an LSTM"),
        (lambda: training.load("anbn_rnn").cell, TypeError, "no LSTM cell"),
        (
            lambda: training.first_failing_n(training.load("dyck1"), 9),
            TypeError,
            "about aⁿbⁿ",
        ),
        (
            lambda: training.fit(models.Tagger(ANBN, 2, "gru"), ["ab"], noise=1.0),
            ValueError,
            "input-gated LSTM, not of a gru",
        ),
        (lambda: training.fit(models.Tagger(ANBN, 2), ["abc"]), ValueError, "'c'.*position 2"),
    ],
)
def test_bad_input_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_noise_is_there_while_training_and_gone_afterwards():
    core = models.InputGatedLSTM(2, 3, noise=3.0)
    x = torch.eye(2)[None]
    core.train()
    assert not torch.equal(core(x)[0], core(x)[0])
    core.eval()
    assert torch.equal(core(x)[0], core(x)[0])
    net, texts = models.Tagger(ANBN, 3, seed=0), training.members(ANBN, 4)
    noisy = training.fit(net, texts, steps=9, noise=3.0, progress=False)
    plain = training.fit(models.Tagger(ANBN, 3, seed=0), texts, steps=9, progress=False)
    assert noisy.history.loss[0] == plain.history.loss[0]  # it grows from 0
    assert noisy.history.loss[5:] != plain.history.loss[5:]
    assert net.core.noise == 0 and not net.training


def test_the_rate_falls_and_the_gradient_is_clipped(monkeypatch):
    rates, norms = [], []
    step = torch.optim.Adam.step

    def watched(adam, *args, **kwargs):
        rates.append(adam.param_groups[0]["lr"])
        gradients = [p.grad for group in adam.param_groups for p in group["params"]]
        norms.append(float(torch.cat([g.flatten() for g in gradients]).norm()))
        return step(adam, *args, **kwargs)

    monkeypatch.setattr(torch.optim.Adam, "step", watched)
    net = models.Tagger(ANBN, 3)
    training.fit(net, training.members(ANBN, 9), steps=30, max_grad_norm=0.01, progress=False)
    assert rates[0] == 0.02 and rates[-1] < 0.0022 and rates == sorted(rates, reverse=True)
    assert max(norms) <= 0.0101


def test_asking_for_answers_leaves_a_net_in_training_if_it_was():
    net = models.Tagger(ANBN, 2)
    net.train()
    net.answers(["ab"])
    assert net.training
    net.eval()
    net.answers(["ab"])
    assert not net.training


def test_near_misses_and_finite_failures_of_the_cards_are_true():
    for name in ("anbn", "anbn_lstm"):
        for seed, line in training.card(name)["seeds"].items():
            net = training.sharpen(training.load(name, int(seed)), line["sharpness"])
            failing = line["sharp_first_failing_n"]
            if failing is not None and failing < 100:
                assert training.first_failing_n(net, failing + 1) == failing
            n = 300 if failing is None else failing - 3
            assert rejects_near_misses(net, n) == line["near_misses_rejected"]


def test_long_texts_of_dyck1_are_read_right_when_sharpened():
    line = training.card("dyck1")["seeds"]["0"]
    net = training.sharpen(training.load("dyck1"), line["sharpness"])
    assert long_errors(net) == line["sharp_long_errors"]


def test_a_net_in_float64_fails_at_the_same_n():
    net = training.load("anbn_lstm", 1)
    first = training.first_failing_n(net, 60)
    assert abs(training.first_failing_n(net.double(), 60) - first) <= 1


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: models.Tagger(ANBN, 0), ValueError, "hidden_size is 0, but must be 1 or more"),
        (lambda: models.Tagger(ANBN, 2.5), TypeError, "hidden_size must be a whole number"),
        (lambda: models.Tagger(lab.tasks.anbn, 3), TypeError, r"call it, with \(\)"),
        (lambda: fit(["ba"]), ValueError, "text 0: anbn asks nothing about it"),
        (lambda: fit(["ab"], steps=0), ValueError, "steps is 0"),
        (lambda: fit(["ab"], batch_size=0), ValueError, "batch_size is 0"),
        (lambda: fit(["ab"], noise=-1), ValueError, "noise is -1"),
        (lambda: training.fit("net", ["ab"]), TypeError, "a Tagger is wanted"),
        (lambda: training.count_wrong(None, ["ab"]), TypeError, "a Tagger is wanted"),
        (lambda: training.sharpen(lab.programs.anbn(), 2), TypeError, "a Tagger is wanted"),
        (lambda: training.first_failing_n(training.load("anbn"), 0), ValueError, "max_n is 0"),
        (lambda: training.members(lab.tasks.parity(), 3), TypeError, "members are those of"),
        (lambda: training.load("anbn", "0"), ValueError, "seed is '0'"),
        (lambda: ANBN.accepts("ab", [0]), ValueError, "2 answers from 0 to 2 are wanted"),
        (lambda: ANBN.accepts("ab", [0, 7]), ValueError, "2 answers from 0 to 2"),
        (lambda: ANBN.batch(["ab", None]), TypeError, "about text, but None"),
        (lambda: lab.plots.states({}), ValueError, "runs is empty"),
        (lambda: lab.plots.states({"a": [1, 2]}, "abc"), ValueError, "'tokens': 3"),
        (lambda: lab.plots.first_failures({"a": []}), ValueError, "at least one seed"),
        (lambda: lab.plots.first_failures({"a": [None]}), ValueError, "max_n="),
        (lambda: training.members(ANBN, "3"), TypeError, "max_n must be a whole number, but '3'"),
        (lambda: training.members(ANBN, 0), ValueError, "max_n is 0"),
        (lambda: training.load("anbn", True), ValueError, "seed is True"),
        (lambda: training.training_texts("dyck1", "0"), TypeError, "seed must be a seed"),
        (lambda: models.Tagger(ANBN, 2, seed=1.5), TypeError, "seed must be a whole number"),
        (
            lambda: models.Tagger(ANBN, 2)("ab"),
            ValueError,
            r"'ab' was given; for a text say answer",
        ),
        (lambda: models.Tagger(ANBN, 2)([[0.5]]), ValueError, "codes must be .* from -1 to 1"),
        (
            lambda: models.Tagger(ANBN, 2)([[7]]),
            ValueError,
            r"codes must be .* \[\[7\]\] was given",
        ),
        (lambda: models.InputGatedLSTM("2", 3), TypeError, "input_size must be a whole number"),
        (lambda: models.InputGatedLSTM(2, 3, "loud"), TypeError, "noise must hold real numbers"),
        (lambda: models.InputGatedLSTM(2, 3)([1, 2]), ValueError, r"a tensor \(B, T, I\)"),
        (lambda: fit(["ab"], lr=0), ValueError, "lr is 0, but must be above 0"),
        (lambda: fit(["ab"], lr="fast"), TypeError, "lr must hold real numbers, but 'fast'"),
        (
            lambda: fit(["ab"], max_grad_norm=-1),
            ValueError,
            "max_grad_norm is -1, but must be above 0",
        ),
        (lambda: fit(["ab"], seed=1.5), TypeError, "seed must be a whole number, but 1.5"),
        (lambda: fit(7), TypeError, "texts must be a list of texts, but 7"),
        (
            lambda: training.updates(models.Tagger(ANBN, 2), ANBN, 4, max_grad_norm=0),
            ValueError,
            "max_grad_norm is 0",
        ),
        (
            lambda: training.updates(models.Tagger(ANBN, 2), ANBN, 4, batch_size=0),
            ValueError,
            "batch_size is 0",
        ),
        (
            lambda: training.choose_sharpness(training.load("anbn"), ["ab"], 4),
            TypeError,
            "candidates must be a list of sharpnesses, but 4",
        ),
    ],
)
def test_more_bad_input_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def fit(texts, **options):
    return training.fit(models.Tagger(ANBN, 2), texts, progress=False, **options)


def test_another_kind_of_recipe_needs_no_more_than_to_make_and_to_train(tmp_path, monkeypatch):
    class Readers(NamedTuple):
        hidden_size: int

        def make(self, seed):
            return models.Regressor(2, self.hidden_size, seed=seed)

        def train(self, seed, progress):
            return training.Trained(self.make(seed), training.History([], 0.0, seed))

    monkeypatch.setitem(RECIPES, "reader", Readers(4))
    monkeypatch.setattr(recipes, "WEIGHTS", tmp_path)
    net, _ = training.train("reader", seed=5, progress=False)
    save_file({f"5.{k}": v for k, v in net.state_dict().items()}, tmp_path / "reader.safetensors")
    (tmp_path / "reader.json").write_text(json.dumps({"shipped": [5]}), "utf-8")
    found = training.load("reader", 5).state_dict()
    assert all(torch.equal(found[key], value) for key, value in net.state_dict().items())
