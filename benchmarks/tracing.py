"""What it costs to see every gate of an nn.LSTM, over a grid of lengths, batches and sizes.

Side by side in one run: the fused forward (which shows no gate), lab.trace, a loop over
nn.LSTMCell (gates recomputed beside it: the usual way round), and a textbook loop of four products
a step. Each is the fastest of several runs, taking turns. Memory: how far one trace raises the peak
of a fresh process (Linux).
"""

import subprocess
import sys
import time

import torch

import lstm_lab as lab

GRID = [
    (T, B, H)
    for B, T, H in (
        *((1, T, H) for H in (8, 32, 128) for T in (40, 400, 5000)),
        (8, 400, 32),
        (32, 100, 32),
        (32, 1000, 128),
        (64, 200, 256),
        (64, 400, 256),
    )
]


def textbook(lstm, x):
    """Four gates, four pairs of products a step, as the equations stand in a book."""
    weights = [w.chunk(4) for w in (lstm.weight_ih_l0, lstm.weight_hh_l0)]
    biases = (lstm.bias_ih_l0 + lstm.bias_hh_l0).chunk(4)
    h = c = x.new_zeros(x.shape[1], lstm.hidden_size)
    seen = []
    for step in x:
        a = [step @ weights[0][k].T + h @ weights[1][k].T + biases[k] for k in range(4)]
        i, f, g, o = a[0].sigmoid(), a[1].sigmoid(), a[2].tanh(), a[3].sigmoid()
        c = f * c + i * g
        h = o * c.tanh()
        seen.append((f, i, g, o, c, h))
    return [torch.stack(s) for s in zip(*seen, strict=True)]


def cell_loop(lstm, x):
    """nn.LSTMCell step by step, its gates computed a second time to keep them."""
    cell = torch.nn.LSTMCell(lstm.input_size, lstm.hidden_size)
    for mine, theirs in zip(cell.parameters(), lstm.parameters(), strict=True):
        mine.data = theirs.data
    h = c = x.new_zeros(x.shape[1], lstm.hidden_size)
    bias, seen = cell.bias_ih + cell.bias_hh, []
    for step in x:
        a = torch.addmm(bias, step, cell.weight_ih.T) + h @ cell.weight_hh.T
        i, f, g, o = a.chunk(4, 1)
        h, c = cell(step, (h, c))
        seen.append((f.sigmoid(), i.sigmoid(), g.tanh(), o.sigmoid(), c, h))
    return [torch.stack(s) for s in zip(*seen, strict=True)]


WAYS = {
    "fused": lambda lstm, x: lstm(x),
    "trace": lab.trace,
    "cell loop": cell_loop,
    "textbook": textbook,
}


def fastest(lstm, x, seconds=3.0, rounds=5):
    """The fastest run of every way in milliseconds, the ways taking turns."""
    times = {name: [] for name in WAYS}
    start = time.perf_counter()
    while len(times["trace"]) < rounds or time.perf_counter() - start < seconds:
        for name, way in WAYS.items():
            begun = time.perf_counter()
            with torch.no_grad():
                way(lstm, x)
            times[name].append(time.perf_counter() - begun)
    return {name: 1000 * min(runs) for name, runs in times.items()}


def peak_megabytes(T, B, H):
    """How far one trace raises the peak memory of a fresh process, and what it returns, in MB."""
    code = f"""
import re, torch, lstm_lab as lab
peak = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1000
lstm, x = torch.nn.LSTM({H}, {H}), torch.randn({T}, {B}, {H})
lab.trace(lstm, x[:2])
before = peak()
arrays = lab.trace(lstm, x).arrays.values()
print(peak() - before, sum(array.nbytes for array in arrays) / 1e6)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return map(float, done.stdout.split())


#: Those of GRID that `make bench` measures.
SHORT = [(40, 1, 32), (400, 1, 32), (5000, 1, 128), (400, 8, 32), (1000, 32, 128), (400, 64, 256)]


def rows(grid=SHORT):
    """(what, lab, beside it, ratio) for each (T, B, H), and the memory that a trace takes."""
    for T, B, H in grid:
        torch.manual_seed(0)
        lstm, x = torch.nn.LSTM(H, H), torch.randn(T, B, H)
        ms = fastest(lstm, x)
        shown = ", ".join(f"{name} {ms[name]:.1f}" for name in ("fused", "cell loop", "textbook"))
        loop = min(ms["cell loop"], ms["textbook"])
        yield (
            f"every gate, T = {T}, B = {B}, H = {H}",
            f"trace {ms['trace']:.1f} ms",
            f"{shown} ms",
            f"{loop / ms['trace']:.1f}× faster than a loop; {ms['trace'] / ms['fused']:.1f}× fused",
        )
    if not sys.platform.startswith("linux"):
        return
    for T, B, H in ((5000, 1, 128), (1000, 32, 128), (2000, 32, 128)):
        peak, kept = peak_megabytes(T, B, H)
        yield (
            f"memory, T = {T}, B = {B}, H = {H}",
            f"{peak:.0f} MB",
            f"returned {kept:.0f} MB",
            "",
        )


if __name__ == "__main__":
    for row in rows(GRID):
        print(" | ".join(row), flush=True)
