"""Comparisons over seeds: learning curves for each forget bias, and recall accuracy for each lag.

Notebooks 02 and 05 show both: live where it takes seconds, and from tables of several seeds that
`make experiments` makes anew (tools/experiments.py).
"""

import json
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from . import tasks
from ._progress import progress_bar
from ._threads import one_thread
from ._validate import as_float, as_int, as_nonnegative, check_callable, check_one_of, shown
from .biases import Bias, set_first_biases
from .models import Regressor, Tagger
from .training.fitting import squared_error, updates
from .training.scoring import count_wrong

__all__ = [
    "BIASES",
    "FINE",
    "GOAL",
    "LearningCurve",
    "bias_name",
    "compare_biases",
    "matched_units",
    "recall_accuracy",
    "table",
]

#: Where remember gates begin: a bias for all units, or chrono, one for each, whose save gates begin
#: at minus it (Tallec & Ollivier 2018). A pair is (bias of remember, bias of save).
BIASES = (-1, 0, 1, 3, "chrono")
#: The mean squared error that ends a race, and a finer one (of the baseline 0.167).
GOAL, FINE = 0.002, 0.0007
#: Errors are measured on as many sequences that no lane is trained on, every so many updates.
TESTED, EVERY = 1000, 25
TABLES = Path(__file__).parent / "data"


class LearningCurve(NamedTuple):
    """The errors of one net, each after how many updates and seconds of computing."""

    updates: list[int]
    seconds: list[float]
    errors: list[float]

    def reached(self, goal: float = GOAL) -> int | None:
        """The first number of updates, of those tested, with an error below the goal; else None."""
        goal = as_float("goal", goal)
        return next((n for n, e in zip(self.updates, self.errors, strict=True) if e < goal), None)


def compare_biases(
    biases: Sequence[Bias] = BIASES, length: int = 100, *, hidden_size: int = 16,
    max_updates: int = 800, goal: float = GOAL, seed: int = 0,
    callback: Callable[[str, LearningCurve], object] | None = None, progress: bool = True,
) -> dict[str, LearningCurve]:  # fmt: skip
    """The learning curves of LSTMs that differ in their first biases alone, on the adding problem.

    biases       of the remember gates; chrono also sets those of save, as does a pair
                 (remember, save)
    length       T, the steps of a sequence
    max_updates  updates after which a net gives up, a multiple of 25
    goal         mean squared error on 1,000 held-out sequences at which a net is done
    seed         of first weights, samples and chrono's biases, the same for all nets
    callback     called as callback(name, curve) each time a net has been tested

    The nets take 25 updates in turn: batches of 32, Adam with learning rate 0.02, gradient norm at
    most 1. Raises ValueError for biases that are not different, and for updates or a goal that
    cannot be.
    """
    _check_biases(biases)
    goal, seed = as_nonnegative("goal", goal), as_int("seed", seed, least=0)
    check_callable("callback", callback)
    task, max_updates = tasks.adding(), as_int("max_updates", max_updates, least=EVERY)
    if max_updates % EVERY:
        raise ValueError(
            f"max_updates is {max_updates}: lanes are tested every {EVERY}, give a multiple of it"
        )
    test = task.sample(TESTED, length, np.random.default_rng([seed, 1]))
    racers = {
        bias_name(bias): _Racer(task, bias, length, hidden_size, seed, test) for bias in biases
    }
    running = dict(racers)
    bar = progress_bar(total=len(racers) * max_updates, shown=progress)
    with one_thread(), bar:
        for done in range(EVERY, max_updates + 1, EVERY):
            for name, racer in list(running.items()):
                racer.turn()
                if callback:
                    callback(name, racer.curve)
                bar.update(EVERY)
                if racer.curve.errors[-1] < goal:
                    bar.update(max_updates - done)
                    del running[name]
    return {name: racer.curve for name, racer in racers.items()}


def _check_biases(biases):
    """Refuse what is no list of different biases."""
    several = isinstance(biases, list | tuple) and len(biases) > 0
    if not several or len({bias_name(b) for b in biases}) < len(biases):
        raise ValueError(
            f"biases is {shown(biases)}: give a list of different ones, such as [0, 3]"
        )


class _Racer:
    """One net of a comparison, its training, and its learning curve so far."""

    def __init__(self, task, bias, length, hidden_size, seed, test):
        self.model, self.test = Regressor(2, hidden_size, seed=seed), test
        set_first_biases(self.model.core, bias, length, seed)
        self.run = updates(self.model, task, length, seed=seed)
        self.curve = LearningCurve([0], [0.0], [squared_error(self.model, test)])

    def turn(self):
        """EVERY updates, the seconds that they took, and the error that is left."""
        start, curve = time.process_time(), self.curve
        for _ in islice(self.run, EVERY):
            pass
        curve.updates.append(curve.updates[-1] + EVERY)
        curve.errors.append(squared_error(self.model, self.test))
        curve.seconds.append(curve.seconds[-1] + time.process_time() - start)


def bias_name(bias: Bias) -> str:
    """The name of a net's curve: b_f = −1, chrono, or b_f = 3, b_i = −3.

    >>> bias_name((3, -3))
    'b_f = 3, b_i = −3'
    """
    if isinstance(bias, tuple):
        return f"{bias_name(bias[0])}, b_i = {bias[1]}".replace("-", "−")
    return bias if isinstance(bias, str) else f"b_f = {bias}".replace("-", "−")


def recall_accuracy(
    kind: str, lag: int, *, bias: Bias | None = None, hidden_size: int | None = None,
    max_updates: int = 600, seed: int = 0, progress: bool = True,
) -> float:  # fmt: skip
    """The share of 500 new texts of which a net says the first symbol, `lag` steps later.

    kind         "lstm", "gru" or "rnn", trained on `remember_first` at this lag, 32 texts an update
    bias         of the remember gates of an LSTM, or (remember, save); torch's own start if None
    hidden_size  8 by default; for a GRU or RNN as many as give as many parameters

    Chance level is a quarter. Raises ValueError for another kind, or a lag below 1.
    """
    check_one_of("kind", kind, ("lstm", "gru", "rnn"))
    task = tasks.remember_first()
    length, max_updates = as_int("lag", lag) + 1, as_int("max_updates", max_updates)
    if hidden_size is None:
        hidden_size = 8 if kind == "lstm" else matched_units(task, kind, 8)
    model = Tagger(task, hidden_size, kind, seed)
    if bias is not None:
        set_first_biases(model.core, bias, length, seed)
    run = islice(updates(model, task, length, lr=0.01, seed=seed), max_updates)
    with one_thread():
        for _ in progress_bar(run, max_updates, shown=progress):
            pass
    return 1 - count_wrong(model, task.sample(500, length, np.random.default_rng([seed, 1]))) / 500


def matched_units(task: tasks.Task, kind: str, hidden_size: int) -> int:
    """The hidden size of a GRU or RNN with about as many parameters as an LSTM (parameter-matched).

    hidden_size  of the LSTM

    >>> from lstm_lab import tasks
    >>> matched_units(tasks.remember_first(), "gru", 8)
    10
    """
    check_one_of("kind", kind, ("gru", "rnn"))
    wanted = Tagger(task, as_int("hidden_size", hidden_size), "lstm").num_parameters
    sizes = range(1, 4 * hidden_size + 1)
    return min(sizes, key=lambda size: abs(Tagger(task, size, kind).num_parameters - wanted))


def table(name: str) -> dict:
    """What `make experiments` came to, and how: "forget_bias" or "lag"; else ValueError.

    >>> sorted(table("lag"))
    ['how', 'machine', 'made_by', 'runs', 'torch']
    """
    check_one_of("name", name, ("forget_bias", "lag"))
    return json.loads((TABLES / f"{name}.json").read_text("utf-8"))
