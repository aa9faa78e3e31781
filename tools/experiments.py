"""`make experiments`: the tables of notebooks 02 and 05, all seeds told.

forget_bias  updates and seconds until the adding problem is learned, for each first bias of the
             remember gates, at T = 100; and at T = 4, where the bias does not matter
lag          share of right answers to `remember_first` against the lag, RNN and LSTM
"""

import json
import platform
import sys
from concurrent.futures import ProcessPoolExecutor
from itertools import product

import torch

from lstm_lab import experiments
from lstm_lab.experiments import BIASES, FINE, GOAL, TABLES, bias_name

SEEDS = range(5)
LENGTHS, MAX_UPDATES = (100, 4), 6000
#: What of chrono does it: its remember gates, its save gates, or both?
PARTS = (("chrono", 0), (3, -3))
LAGS = (5, 10, 20, 50, 100)
#: Who runs over the lags: name, kind, first forget bias.
RUNNERS = {
    "RNN": ("rnn", None),
    "LSTM, torch's start": ("lstm", None),
    "LSTM, b_f = 5": ("lstm", 5),
    "LSTM, b_f = 5, b_i = −5": ("lstm", (5, -5)),
    "LSTM, chrono": ("lstm", "chrono"),
}


def run_lane(job) -> dict:
    """One bias, one seed, one length: until the finer goal, or 6,000 updates."""
    length, bias, seed = job
    torch.set_num_threads(1)
    (lane,) = experiments.compare_biases(
        [bias], length, max_updates=MAX_UPDATES, goal=FINE, seed=seed, progress=False
    ).values()
    seconds = dict(zip(lane.updates, lane.seconds, strict=True))
    line = {"length": length, "bias": bias_name(bias), "seed": seed}
    for goal in (GOAL, FINE):
        reached = lane.reached(goal)
        line[f"updates_to_{goal}"] = reached
        line[f"seconds_to_{goal}"] = None if reached is None else round(seconds[reached], 1)
    return line | {"curve": [round(error, 5) for error in lane.errors]}


def run_lag(job) -> dict:
    """One runner, one seed, one lag."""
    lag, name, seed = job
    torch.set_num_threads(1)
    kind, bias = RUNNERS[name]
    right = experiments.recall_accuracy(kind, lag, bias=bias, seed=seed, progress=False)
    return {"lag": lag, "net": name, "seed": seed, "right": round(right, 3)}


JOBS = {
    "forget_bias": (
        run_lane,
        [*product(LENGTHS, BIASES, SEEDS), *product(LENGTHS[:1], PARTS, SEEDS)],
    ),
    "lag": (run_lag, list(product(LAGS, RUNNERS, SEEDS))),
}
HOW = {
    "forget_bias": "nn.LSTM(2, 16) and a weighted sum; batches of 32 new sequences, Adam 0.02, "
    "gradient norm at most 1; tested on 1,000 others every 25 updates",
    "lag": "8 LSTM units, RNN of about as many weights; 600 updates of 32 new texts, Adam 0.01, "
    "gradient norm at most 1; tested on 500 others",
}


def lines_of(name) -> list[dict]:
    """Every run of a table, two at a time; each is printed as it comes."""
    run, jobs = JOBS[name]
    lines = []
    with ProcessPoolExecutor(2) as pool:
        for line in pool.map(run, jobs):
            print(f"  { ({k: v for k, v in line.items() if k != 'curve'}) }", flush=True)
            lines.append(line)
    return lines


def main(names):
    TABLES.mkdir(exist_ok=True)
    for name in names or list(JOBS):
        made = {"made_by": f"python -m tools.experiments {name}", "how": HOW[name]}
        made |= {"torch": torch.__version__.split("+")[0], "machine": platform.machine()}
        made["runs"] = lines_of(name)
        text = json.dumps(made, ensure_ascii=False, indent=1)
        (TABLES / f"{name}.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
