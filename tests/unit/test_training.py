"""Taggers, their training, and the weights that are shipped."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import lstm_lab as lab
from lstm_lab import models, training
from lstm_lab.training import RECIPES, WEIGHTS

ANBN = lab.tasks.anbn()


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
    assert net.weights == sum(p.numel() for p in net.parameters())


@pytest.mark.parametrize("kind", ["input_gated", "lstm", "gru", "rnn"])
def test_first_failing_n_is_that_of_one_string_after_another(kind):
    name = {"input_gated": "anbn_no_noise"}.get(kind, f"anbn_{kind}")
    net = training.load(name, 1)
    one_by_one = next(n for n in range(1, 80) if training.errors(net, [ANBN.text(n)]))
    assert training.first_failing_n(net, 79) == one_by_one
    assert training.first_failing_n(net, one_by_one - 1) is None


def test_first_failing_n_of_three_letters():
    net = training.load("anbncn", 3)
    first = training.first_failing_n(net, 60)
    assert training.errors(net, training.members(net.task, first - 1)) == 0
    assert training.errors(net, [net.task.text(first)]) == 1


def test_the_same_seed_gives_the_same_weights_and_another_seed_others():
    def run(seed):
        net = models.Tagger(ANBN, 3, seed=seed)
        options = {"seed": seed, "steps": 20, "noise": 3.0, "batch": 4, "progress": False}
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
    assert len(history.loss) == RECIPES["anbn"].steps and training.errors(net, texts) == 0
    kappa = training.choose_sharpness(net, texts)
    assert kappa > 1
    assert training.first_failing_n(net, 1000) > 10
    assert training.first_failing_n(training.sharpen(net, kappa), 1500) is None


@pytest.mark.parametrize("name", RECIPES)
def test_shipped_weights_do_what_their_card_says(name):
    card = training.card(name)
    assert card["recipe"] == RECIPES[name]._asdict()
    assert card["made_by"] == f"python -m tools.train {name}"
    assert list(card["seeds"]) == [str(k) for k in range(10)]
    assert (WEIGHTS / f"{name}.safetensors").stat().st_size < 10_000
    for seed, line in card["seeds"].items():
        net = training.load(name, int(seed))
        assert (
            training.errors(net, training.training_texts(name, int(seed)))
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
    """DESIGN's table, read from the cards; `python -m benchmarks.counting` measures it anew."""
    lines = {name: training.card(name)["seeds"].values() for name in RECIPES}
    exact = [line["sharp_first_failing_n"] is None for line in lines["anbn"]]
    assert sum(exact) >= 9 and all(line["near_misses_rejected"] for line in lines["anbn"])
    assert training.card("anbn")["tried_up_to"]["sharpened"] == 15_000
    three = [line["sharp_first_failing_n"] or 5_000 for line in lines["anbncn"]]
    assert np.median(three) >= 1_000
    perfect = [not any(line["sharp_long_errors"].values()) for line in lines["dyck1"]]
    assert sum(perfect) >= 8


def test_cards_are_plain_json_with_every_seed(tmp_path):
    for path in WEIGHTS.glob("*.json"):
        card = json.loads(path.read_text("utf-8"))
        assert {"made_by", "torch", "recipe", "fit", "texts", "sharpness", "seeds"} <= set(card)
    assert {p.stem for p in WEIGHTS.glob("*.safetensors")} == set(RECIPES)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: models.Tagger("anbn", 3), TypeError, "a task of lab.tasks"),
        (lambda: models.Tagger(ANBN, 3, "cnn"), ValueError, "'input_gated', 'lstm', 'gru', 'rnn'"),
        (lambda: training.load("anbm"), ValueError, "'anbn', 'anbncn'"),
        (lambda: training.load("anbn", 10), ValueError, "seed is '10'"),
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
