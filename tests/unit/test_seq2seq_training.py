"""Training on pairs, exact match, and the shipped nets of notebook 06."""

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

import lstm_lab as lab
from lstm_lab import seq2seq, training
from lstm_lab.seq2seq import Seq2Seq
from lstm_lab.training import recipes
from lstm_lab.training.recipes import RECIPES, WEIGHTS, Pairs

REVERSE = lab.tasks.permutation()
WRITERS = [name for name, recipe in RECIPES.items() if isinstance(recipe, Pairs)]
LETTERS = [name for name in WRITERS if RECIPES[name].task == "reverse"]


def test_a_few_updates_teach_something_and_a_seed_repeats_itself():
    def trained():
        return seq2seq.fit(Seq2Seq(REVERSE, 8), (1, 4), steps=40, seed=1, progress=False)

    first, second = trained(), trained()
    assert first.history.loss == second.history.loss and len(first.history.loss) == 40
    assert np.mean(first.history.loss[-5:]) < first.history.loss[0] - 0.3
    assert not first.model.training


def test_watch_sees_the_net_before_and_after():
    seen = []
    net = Seq2Seq(REVERSE, 4)
    seq2seq.fit(
        net,
        3,
        steps=5,
        callback_every=2,
        progress=False,
        callback=lambda step, net: seen.append(step),
    )
    assert seen == [0, 2, 4, 5]


@pytest.mark.parametrize(
    ("name", "length"),
    [("reverse", (18, 24)), ("reverse_dot", (18, 24)), ("reverse_plain", (3, 9))],
)
def test_exact_is_counting_whole_answers(name, length):
    net, pairs = training.load(name), REVERSE.sample(40, length, rng=0)
    wrote = [net.decode(pair.source) for pair in pairs]
    right = [w.ended and w.text == p.target for w, p in zip(wrote, pairs, strict=True)]
    assert 0 < np.mean(right) < 1  # else this test says little
    assert seq2seq.exact_match(net, pairs, side_by_side=7) == np.mean(right)


def test_the_score_of_many_maps_is_that_of_all_steps():
    net, pairs = Seq2Seq(REVERSE, 6, seed=1), [REVERSE.pair(w) for w in ("ab", "hello", "x")]
    hits, mass, steps = 0, 0.0, 0
    for pair in pairs:
        masks = net(*REVERSE.batch([pair]))[1][0].detach().numpy()
        for (start, _), row in zip(pair.spans, masks, strict=False):
            hits, mass, steps = hits + (row.argmax() == start), mass + row[start], steps + 1
    expected = (hits / steps, mass / steps, steps)
    assert seq2seq.alignment_score(net, pairs) == pytest.approx(expected)


@pytest.mark.parametrize("name", WRITERS)
def test_weights_are_small_safe_and_carry_a_card(name):
    card = training.card(name)
    assert (WEIGHTS / f"{name}.safetensors").stat().st_size < 400_000
    assert card["made_by"] == f"python -m tools.train {name}"
    assert list(card["seeds"]) == ["0", "1", "2", "3", "4"]
    assert card["recipe"] == RECIPES[name]._asdict() and card["shipped"] == [0]
    net = training.load(name)
    assert (card["hidden_size"], card["num_parameters"]) == (net.hidden_size, net.num_parameters)


def test_the_cards_tell_what_was_asked():
    with_it, without = (training.card(name) for name in ("reverse", "reverse_plain"))
    for seed in with_it["seeds"].values():
        assert min(seed["exact"][str(T)] for T in range(1, 21)) >= 0.99
        assert seed["arg_max_on_source"] >= 0.99
        assert seed["seconds"] <= 30
    assert max(seed["exact"]["20"] for seed in without["seeds"].values()) < 0.5
    assert 1 <= without["num_parameters"] / with_it["num_parameters"] < 1.05
    for seed in training.card("dates")["seeds"].values():
        assert seed["exact"] == 1 and seed["5 April 09"] == "2009-04-05"
        assert seed["arg_max_on_source"] < 0.9


@pytest.mark.parametrize("name", LETTERS)
def test_shipped_letters_do_what_their_cards_say(name):
    """Every length from 1 on; another CPU may differ in a word or two."""
    net, said = training.load(name), training.card(name)["seeds"]["0"]["exact"]
    for T in (*range(1, 21), 25):
        found = seq2seq.exact_match(net, seq2seq.held_out(name, 200, T))
        assert found == pytest.approx(said[str(T)], abs=0.02)


def test_shipped_dates_are_all_right():
    net, pairs = training.load("dates"), seq2seq.held_out("dates", 2000)
    assert seq2seq.exact_match(net, pairs) >= 0.999
    for text in ("5 April 09", "Sunday, March 3rd 2024", "03/04/98"):
        assert net.decode(text).text == lab.tasks.dates().pair(text).target


def test_held_out_words_are_none_of_those_trained_on():
    rng, trained = np.random.default_rng(0), set()
    for _ in range(20):
        trained |= {pair.source for pair in REVERSE.sample(32, (1, 20), rng)}
    long = [p.source for p in seq2seq.held_out("reverse", 200, (6, 20))]
    assert not trained & set(long)


def test_training_leaves_torchs_seed_and_threads_alone():
    before, threads = torch.get_rng_state(), torch.get_num_threads()
    seq2seq.fit(Seq2Seq(REVERSE, 4), 3, steps=2, progress=False)
    assert torch.equal(before, torch.get_rng_state()) and torch.get_num_threads() == threads


TAGGER = lab.models.Tagger(lab.tasks.anbn(), 3)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: seq2seq.fit(TAGGER), "a Seq2Seq is wanted"),
        (lambda: seq2seq.exact_match(TAGGER, [REVERSE.pair("ab")]), "a Seq2Seq is wanted"),
        (lambda: seq2seq.exact_match(Seq2Seq(REVERSE, 4), []), "a list of pairs is wanted"),
        (lambda: seq2seq.exact_match(Seq2Seq(REVERSE, 4), "abc"), "a list of pairs is wanted"),
        (
            lambda: seq2seq.alignment_score(Seq2Seq(REVERSE, 4), ["abc"]),
            "a list of pairs is wanted",
        ),
        (lambda: seq2seq.alignment_score(Seq2Seq(REVERSE, 4, None), []), "no map to score"),
        (lambda: seq2seq.fit(Seq2Seq(REVERSE, 4), 3, steps=0), "steps is 0"),
        (lambda: seq2seq.fit(Seq2Seq(REVERSE, 4), (3, 2)), "length is 2, but must be 3"),
        (lambda: seq2seq.fit(Seq2Seq(lab.tasks.dates(), 4), 3), "leave it out"),
        (lambda: training.train("sort"), "must be one of 'anbn'"),
        (lambda: training.load("sort"), "must be one of 'anbn'"),
        (lambda: seq2seq.fit(Seq2Seq(REVERSE, 4), 3, lr=-1), "lr is -1"),
        (lambda: seq2seq.fit(Seq2Seq(REVERSE, 4), 3, seed="a"), "seed must be a seed"),
        (lambda: seq2seq.fit(Seq2Seq(REVERSE, 4), 3, callback=[]), "callback must be a function"),
        (lambda: seq2seq.exact_match(Seq2Seq(REVERSE, 4), None), "wanted.* but None"),
        (
            lambda: seq2seq.exact_match(Seq2Seq(REVERSE, 4), [REVERSE.pair("ab")], -1),
            "side_by_side is -1",
        ),
        (lambda: seq2seq.held_out("reverse", 2, 0), "length is 0"),
        (lambda: seq2seq.held_out("reverse", 2, seed=None), "seed must be a whole number"),
    ],
)
def test_bad_input_is_named(call, says):
    with pytest.raises((TypeError, ValueError), match=says):
        call()


def test_weights_of_one_seed_are_read_with_and_without_its_number(tmp_path, monkeypatch):
    plain = training.load("reverse_dot").state_dict()
    for prefix in ("0.", ""):
        save_file({prefix + key: 2 * value for key, value in plain.items()}, tmp_path / "it")
        monkeypatch.setattr(recipes, "load_file", lambda _: load_file(tmp_path / "it"))
        found = training.load("reverse_dot").state_dict()
        assert all(torch.equal(found[key], 2 * value) for key, value in plain.items())
