"""Who learns to remember, and how soon: the race over the forget bias, and success against lag.

Notebooks 02 and 05 show both: live where it takes seconds, and from tables of several seeds that
`make experiments` makes anew (tools/experiments.py).
"""

import json
import time
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from . import tasks
from ._progress import progress_bar
from ._threads import one_thread
from ._validate import as_float, as_int, as_nonnegative, check_callable, check_one_of, shown
from .biases import _begin
from .models import Regressor, Tagger
from .training.fitting import squared_error, updates
from .training.scoring import count_wrong

#: Where remember gates begin: a bias for all units, or chrono, one for each, whose save gates begin
#: at minus it (Tallec & Ollivier 2018). A pair is (bias of remember, bias of save).
BIASES = (-1, 0, 1, 3, "chrono")
#: The mean squared error that ends a race, and a finer one (of the baseline 0.167).
GOAL, FINE = 0.002, 0.0007
#: Errors are measured on as many sequences that no lane is trained on, every so many updates.
TESTED, EVERY = 1000, 25
TABLES = Path(__file__).parent / "data"


class LearningCurve(NamedTuple):
    """One runner: after how many updates, and seconds of computing, which error was left."""

    updates: list[int]
    seconds: list[float]
    errors: list[float]

    def reached(self, goal=GOAL) -> int | None:
        """The first number of updates, of those tested, with an error below the goal."""
        goal = as_float("goal", goal)
        return next((n for n, e in zip(self.updates, self.errors, strict=True) if e < goal), None)


def compare_biases(
    biases=BIASES,
    length=100,
    *,
    hidden_size=16,
    max_updates=800,
    goal=GOAL,
    seed=0,
    callback=None,
    progress=True,
) -> dict[str, LearningCurve]:
    """LSTMs that differ in their first biases alone learn the adding problem side by side.

    biases  of the remember gates; chrono also sets those of save, as does a pair (remember, save)
    length  T, the steps of a sequence
    max_updates  updates at which a lane gives up
    goal    mean squared error on 1,000 held-out sequences at which a lane is done
    seed    of first weights, samples and chrono's biases, the same for all lanes
    callback   called as callback(name, lane) each time a lane has been tested

    Every lane takes 25 updates in turn: batches of 32, Adam 0.02, gradient norm at max_updates 1.
    """
    several = isinstance(biases, list | tuple) and len(biases) > 0
    if not several or len({bias_name(b) for b in biases}) < len(biases):
        raise ValueError(
            f"biases is {shown(biases)}: give a list of different ones, such as [0, 3]"
        )
    goal, seed = as_nonnegative("goal", goal), as_int("seed", seed, least=0)
    check_callable("callback", callback)
    task, max_updates = tasks.adding(), as_int("max_updates", max_updates, least=EVERY)
    if max_updates % EVERY:
        raise ValueError(
            f"max_updates is {max_updates}: lanes are tested every {EVERY}, give a multiple of it"
        )
    test = task.sample(TESTED, length, np.random.default_rng([seed, 1]))
    models, runs, lanes = {}, {}, {}
    for bias in biases:
        model = Regressor(2, hidden_size, seed=seed)
        _begin(model.core, bias, length, seed)
        name = bias_name(bias)
        models[name], runs[name] = model, updates(model, task, length, seed=seed)
        lanes[name] = LearningCurve([0], [0.0], [squared_error(model, test)])
    running = set(lanes)
    bar = progress_bar(total=len(lanes) * max_updates, shown=progress)
    with one_thread(), bar:
        for done in range(EVERY, max_updates + 1, EVERY):
            for name in [name for name in lanes if name in running]:
                _turn(lanes[name], models[name], runs[name], test)
                if callback:
                    callback(name, lanes[name])
                there = lanes[name].errors[-1] < goal
                bar.update(max_updates - done + EVERY if there else EVERY)
                if there:
                    running.discard(name)
    return lanes


def _turn(lane, model, run, test):
    """EVERY updates of one lane, the seconds that they took, and the error that is left."""
    start = time.process_time()
    for _ in islice(run, EVERY):
        pass
    lane.updates.append(lane.updates[-1] + EVERY)
    lane.errors.append(squared_error(model, test))
    lane.seconds.append(lane.seconds[-1] + time.process_time() - start)


def bias_name(bias) -> str:
    """How a lane is called: b_f = −1, chrono, or b_f = 3, b_i = −3."""
    if isinstance(bias, tuple):
        return f"{bias_name(bias[0])}, b_i = {bias[1]}".replace("-", "−")
    return bias if isinstance(bias, str) else f"b_f = {bias}".replace("-", "−")


def recall_accuracy(
    kind, lag, *, bias=None, hidden_size=None, max_updates=600, seed=0, progress=True
) -> float:
    """The share of 500 new texts of which a net says the first symbol, `lag` steps later.

    kind   "lstm", "gru" or "rnn", trained on `remember_first` at this lag, 32 texts an update
    bias   of the remember gates of an LSTM, or (remember, save); torch's own start if None
    hidden_size  8 by default; for a GRU or RNN as many as give as many weights

    Whoever remembers nothing is right in a quarter.
    """
    check_one_of("kind", kind, ("lstm", "gru", "rnn"))
    task = tasks.remember_first()
    length, max_updates = as_int("lag", lag) + 1, as_int("max_updates", max_updates)
    if hidden_size is None:
        hidden_size = 8 if kind == "lstm" else matched_units(task, kind, 8)
    model = Tagger(task, hidden_size, kind, seed)
    if bias is not None:
        _begin(model.core, bias, length, seed)
    run = islice(updates(model, task, length, lr=0.01, seed=seed), max_updates)
    with one_thread():
        for _ in progress_bar(run, max_updates, shown=progress):
            pass
    return 1 - count_wrong(model, task.sample(500, length, np.random.default_rng([seed, 1]))) / 500


def matched_units(task, kind, hidden_size) -> int:
    """How many hidden_size of a GRU or RNN have about as many weights as an LSTM of so many."""
    check_one_of("kind", kind, ("gru", "rnn"))
    wanted = Tagger(task, as_int("hidden_size", hidden_size), "lstm").num_parameters
    sizes = range(1, 4 * hidden_size + 1)
    return min(sizes, key=lambda size: abs(Tagger(task, size, kind).num_parameters - wanted))


def table(name) -> dict:
    """What `make experiments` came to, and how: "forget_bias" or "lag"."""
    check_one_of("name", name, ("forget_bias", "lag"))
    return json.loads((TABLES / f"{name}.json").read_text("utf-8"))
