"""The race over the forget bias, success against lag, and their tables."""

import json
from itertools import islice

import numpy as np
import pytest
import torch
from torch import nn

import lstm_lab as lab
from lstm_lab import experiments, tasks, training
from lstm_lab.biases import set_forget_bias
from lstm_lab.experiments import LearningCurve
from lstm_lab.models import Regressor, Tagger


def test_a_race_runs_every_lane_and_stops_where_the_goal_is_reached():
    watched = []
    lanes = experiments.compare_biases(
        [0, "chrono"], 8, hidden_size=4, max_updates=75, goal=0.1, progress=False,
        callback=lambda name, lane: watched.append((name, lane.updates[-1])),
    )  # fmt: skip
    assert list(lanes) == ["b_f = 0", "chrono"]
    for name, lane in lanes.items():
        assert lane.updates == list(range(0, lane.updates[-1] + 1, 25))
        assert len(lane.errors) == len(lane.seconds) == len(lane.updates)
        assert all(error >= 0.1 for error in lane.errors[:-1])
        assert lane.errors[-1] < 0.1 or lane.updates[-1] == 75
        assert [n for who, n in watched if who == name] == lane.updates[1:]


def test_a_race_is_the_same_from_the_same_seed():
    runs = [
        experiments.compare_biases([1], 6, hidden_size=3, max_updates=50, seed=s, progress=False)
        for s in (3, 3, 4)
    ]
    first, again, other = (run["b_f = 1"].errors for run in runs)
    assert first == again != other


def test_a_pair_sets_remember_and_save_and_has_a_name():
    assert experiments.bias_name((3, -3)) == "b_f = 3, b_i = −3"
    lstm = nn.LSTM(2, 2)
    lab.biases.set_first_biases(lstm, ("chrono", 0), 10, seed=0)
    b = lab.Cell.from_torch(lstm).b
    assert not b[:2].any() and b[2:4].all()


def test_a_lane_says_when_it_was_there():
    lane = LearningCurve([0, 25, 50], [0.0, 0.1, 0.2], [0.2, 0.001, 0.003])
    assert lane.reached(0.002) == 25 and lane.reached(0.0001) is None


def test_short_sums_are_learned_and_the_error_is_that_on_new_sequences():
    model, task = Regressor(2, 8), tasks.adding()
    assert training.squared_error(model, task.sample(500, 4, 1)) > 0.1
    losses = list(islice(training.updates(model, task, 4), 400))
    found = training.squared_error(model, (sample := task.sample(500, 4, 1)))
    with torch.no_grad():
        by_hand = ((model(sample.x).numpy() - sample.y) ** 2).mean()
    assert len(losses) == 400
    assert found == pytest.approx(by_hand, rel=1e-4) and found < 0.02


def test_a_short_lag_is_learned():
    assert experiments.recall_accuracy("lstm", 3, bias=1, max_updates=200, progress=False) == 1


def test_an_rnn_of_like_size_has_like_weights():
    task = tasks.remember_first()
    wanted = Tagger(task, 8, "lstm").num_parameters
    for kind in ("rnn", "gru"):
        size = experiments.matched_units(task, kind, 8)
        found = abs(Tagger(task, size, kind).num_parameters - wanted)
        others = [abs(Tagger(task, size + by, kind).num_parameters - wanted) for by in (-1, 1)]
        assert found <= min(others) and found < 0.1 * wanted


# --- the bias that a training begins with --------------------------------------------------------


def test_the_forget_bias_is_what_the_gate_begins_with_whatever_torch_adds():
    lstm = set_forget_bias(nn.LSTM(2, 3, num_layers=2, bidirectional=True), 1.5)
    for layer in (0, 1):
        for direction in ("forward", "reverse"):
            b = lab.Cell.from_torch(lstm, layer, direction).b
            assert b.tolist() == [0] * 3 + [1.5] * 3 + [0] * 6


def test_filling_both_of_torchs_biases_gives_twice_as_much():
    lstm = nn.LSTM(2, 3)
    with torch.no_grad():
        for bias in (lstm.bias_ih_l0, lstm.bias_hh_l0):
            bias[3:6] = 1
    assert lab.Cell.from_torch(lstm).b[3:6].tolist() == [2, 2, 2]


def test_chrono_opens_remember_and_shuts_save_by_the_same():
    b = lab.Cell.from_torch(set_forget_bias(nn.LSTM(2, 50), "chrono", 100, seed=1)).b
    assert (b[50:100] >= 0).all() and np.exp(b[50:100]).max() <= 99
    assert (b[:50] == -b[50:100]).all() and not b[100:].any()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: set_forget_bias(nn.GRU(2, 3), 1),
            "takes an nn.LSTM, not torch.nn.GRU",
        ),
        (lambda: set_forget_bias(nn.LSTM(2, 3), "crono", 9), "must be one of 'chrono'"),
        (lambda: set_forget_bias(nn.LSTM(2, 3), "chrono"), "longest="),
        (lambda: set_forget_bias(nn.LSTM(2, 3), float("nan")), "finite"),
        (lambda: set_forget_bias(nn.LSTM(2, 3, bias=False), 1), "no bias to set"),
        (lambda: set_forget_bias(nn.LSTM(2, 3), [1, 2]), "a single number"),
        (lambda: experiments.compare_biases("chrono"), "give a list"),
        (lambda: experiments.compare_biases([1, 1]), "different ones"),
        (lambda: experiments.compare_biases(max_updates=30), "a multiple"),
        (lambda: training.squared_error(Tagger(tasks.copy(), 3), []), "a Regressor is wanted"),
        (lambda: training.updates(Regressor(5, 3), tasks.adding(), 30), "this Regressor 5"),
        (lambda: training.updates(Regressor(2, 3), tasks.copy(), 30), "a Regressor adds"),
        (
            lambda: training.updates(Tagger(tasks.copy(), 3), tasks.anbn(), 30),
            "this Tagger was made for copy",
        ),
        (lambda: next(training.updates("net", tasks.anbn(), 30)), "a Tagger is wanted"),
        (lambda: experiments.compare_biases(max_updates=10), "must be 25 or more"),
        (lambda: experiments.recall_accuracy("cnn", 10), "must be one of"),
        (lambda: experiments.recall_accuracy("lstm", 0), "lag is 0"),
        (lambda: experiments.table("speed"), "must be one of"),
        (lambda: Regressor(2, 3, "cnn"), "must be one of"),
        (lambda: Regressor(0, 3), "input_size is 0"),
        (lambda: experiments.compare_biases([]), "give a list"),
        (
            lambda: experiments.compare_biases([(1, 2, 3)], 5, max_updates=25),
            r"give one for remember, or \(remember, save\)",
        ),
        (lambda: experiments.compare_biases([0], goal="low"), "goal must hold real numbers"),
        (lambda: experiments.compare_biases([0], seed=0.5), "seed must be a whole number, but 0.5"),
        (
            lambda: experiments.compare_biases([0], callback="me"),
            "callback must be a function, or None, but 'me'",
        ),
        (lambda: experiments.recall_accuracy("lstm", 5, hidden_size=0), "hidden_size is 0"),
        (lambda: LearningCurve([0], [0.0], [1.0]).reached("low"), "goal must hold real numbers"),
        (lambda: set_forget_bias(nn.LSTM(2, 3), np.ones((2, 2))), "a single number"),
        (lambda: set_forget_bias(nn.LSTM(2, 3), 1, seed="a"), "seed must be a seed"),
        (lambda: Regressor(2, 3, seed=-1), "seed is -1"),
        (
            lambda: Regressor(2, 3)(np.ones((5, 2))),
            r"x has shape \(5, 2\), but must be \(B, T, 2\)",
        ),
        (lambda: Regressor(2, 3)("abc"), "x must hold real numbers"),
        (lambda: training.squared_error(Regressor(2, 3), [1, 2]), "a sample of lab.tasks.adding"),
    ],
)
def test_bad_input_is_refused_with_what_is_allowed(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()


# --- the tables ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["forget_bias", "lag"])
def test_a_table_holds_every_seed_and_says_how_it_was_made(name):
    from tools.experiments import HOW, JOBS

    table = experiments.table(name)
    assert len(table["runs"]) == len(JOBS[name][1])
    assert table["how"] == HOW[name] and table["made_by"] == f"python -m tools.experiments {name}"
    keys = ("length", "bias", "seed") if name == "forget_bias" else ("lag", "net", "seed")
    assert len({tuple(run[key] for key in keys) for run in table["runs"]}) == len(table["runs"])


def test_a_line_of_the_table_is_made_by_its_script():
    """The shortest one again: the same seed comes to the goal at about the same update."""
    from tools.experiments import run_lane

    line = run_lane((4, 3, 0))
    stored = next(
        run for run in experiments.table("forget_bias")["runs"]
        if (run["length"], run["bias"], run["seed"]) == (4, "b_f = 3", 0)
    )  # fmt: skip
    assert line.keys() == stored.keys() == json.loads(json.dumps(line)).keys()
    assert abs(line["updates_to_0.002"] - stored["updates_to_0.002"]) <= 100
