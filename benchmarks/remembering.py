"""`python -m benchmarks.remembering`: the race over the forget bias, and success against lag, from
scratch, five seeds each."""

from statistics import median

from lstm_lab.experiments import FINE, GOAL
from tools.experiments import lines_of

from .translating import span

BESIDE = {"b_f = 1": "0.0007 in 39 s (cybertronai/schmidhuber-problems)"}


def rows():
    """(what, lab, beside it, ratio) for each length and bias."""
    found = {}
    for line in lines_of("forget_bias"):
        found.setdefault((line["length"], line["bias"]), []).append(line)
    for (length, bias), lines in found.items():
        beside = BESIDE.get(bias, "") if length == 100 else ""
        yield (f"adding problem, T = {length}, {bias}", said(lines), beside, "")
    yield from lags(lines_of("lag"))


def lags(lines):
    """A row for each net: the share of right answers at each lag, worst to best seed."""
    found = {}
    for line in lines:
        found.setdefault(line["net"], {}).setdefault(line["lag"], []).append(line["right"])
    for net, by_lag in found.items():
        shares = ", ".join(f"{span(s)} at {lag}" for lag, s in by_lag.items())
        yield (f"first of four symbols, so many steps later: {net}", shares, "guessing: 25 %", "")


def said(lines) -> str:
    """What the seeds came to, in words."""
    arrived = [line for line in lines if line[f"updates_to_{GOAL}"] is not None]
    updates = sorted(line[f"updates_to_{GOAL}"] for line in arrived)
    if not updates:
        return f"0 of {len(lines)} seeds to {GOAL}"
    slowest = max(line[f"seconds_to_{GOAL}"] for line in arrived)
    fine = [line[f"seconds_to_{FINE}"] for line in arrived if line[f"updates_to_{FINE}"]]
    words = (
        f"{len(arrived)} of {len(lines)} seeds to {GOAL} in {updates[0]} to {updates[-1]} updates "
        f"(median {median(updates):g}), at most {slowest:.1f} s of computing"
    )
    return f"{words}; {len(fine)} to {FINE} in at most {max(fine):.1f} s" if fine else words


if __name__ == "__main__":
    for what, lab, beside, _ in list(rows()):
        print(f"| {what} | {lab} | {beside} |")
