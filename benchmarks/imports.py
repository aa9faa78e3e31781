"""`import lstm_lab`: seconds and memory of a fresh Python, beside numpy and torch."""

import statistics
import subprocess
import sys

CODE = """
import time
start = time.perf_counter()
import {module}
seconds = time.perf_counter() - start
import psutil
print(seconds, psutil.Process().memory_info().rss / 1e6)
"""


def measure(module, times=7):
    """Median seconds and megabytes of importing one module in a fresh process."""
    code = CODE.format(module=module)
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for _ in range(times)
    ]
    seconds, megabytes = zip(*(map(float, run.stdout.split()) for run in runs), strict=True)
    return statistics.median(seconds), statistics.median(megabytes)


def rows():
    ours = measure("lstm_lab")
    for other in ("numpy", "torch"):
        theirs = measure(other)
        yield (
            "import, median of 7",
            f"{ours[0]:.3f} s, {ours[1]:.0f} MB",
            f"{other}: {theirs[0]:.3f} s, {theirs[1]:.0f} MB",
            f"{theirs[0] / ours[0]:.0f}×",
        )
