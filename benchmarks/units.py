"""A million characters through an LSTM of 128 units: every gate traced, every unit ranked.

Pieces of 10,000 characters, each from the state that the last one left, go through `lab.trace` and
one after another into `lab.units.rank`; beside it the fused forward of the same pieces alone. Each
way runs in a fresh process, on one thread; memory is how far its peak rises above the model's.
"""

import json
import subprocess
import sys
import time

from .memory import megabytes

UNITS, PIECE, PIECES, LETTERS = 128, 10_000, 100, 96


def pieces(lstm, way):
    """What a way gives for each piece of text, and its labels: whether a bracket is open."""
    import numpy as np
    import torch

    import lstm_lab as lab

    rng, eye, state, open_ = np.random.default_rng(0), torch.eye(LETTERS), None, False
    for _ in range(PIECES):
        codes = rng.integers(LETTERS, size=PIECE)
        label = np.empty(PIECE, bool)
        for t, code in enumerate(codes):
            open_ = code == 0 or (open_ and code != 1)
            label[t] = open_
        x = eye[codes]
        with torch.no_grad():
            if way == "forward":
                _, state = lstm(x, state)
                yield label
            else:
                run = lab.trace(lstm, x, state=state)
                last = torch.from_numpy(run.h[-1:]), torch.from_numpy(run.c[-1:])
                state = tuple(part.clone() for part in last)
                yield run, label


def measure(way):
    """{"seconds", "megabytes", …} of one way, in this process."""
    import torch

    import lstm_lab as lab

    torch.set_num_threads(1)
    torch.manual_seed(0)
    lstm = torch.nn.LSTM(LETTERS, UNITS)
    lab.trace(lstm, torch.zeros(100, LETTERS))
    before = megabytes("self", "VmHWM")  # ru_maxrss would count what the parent held
    start = time.perf_counter()
    if way == "forward":
        for _ in pieces(lstm, way):
            pass
        kept = 0
    else:
        ranked = lab.units.rank(pieces(lstm, way), of="c")
        kept = ranked.steps[0]
    seconds = time.perf_counter() - start
    peak = megabytes("self", "VmHWM") - before
    return {"seconds": seconds, "megabytes": peak, "kept": kept}


def rows():
    """The row of README's table."""
    found = {}
    for way in ("forward", "units"):
        command = [sys.executable, "-m", "benchmarks.units", way]
        found[way] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    units, forward = found["units"], found["forward"]
    yield (
        f"{PIECE * PIECES:,} characters traced, every unit of {UNITS} ranked",
        f"{units['seconds']:.1f} s, peak {units['megabytes']:.0f} MB above the model; ranked by "
        f"{units['kept']:,} of the steps",
        f"the fused forward alone {forward['seconds']:.1f} s",
        f"{units['seconds'] / forward['seconds']:.1f}×",
    )


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1])))
