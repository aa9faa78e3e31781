"""`python -m benchmarks.counting`: every counter trained from scratch and scored, all seeds told.

Nothing is read from the shipped weights; `make weights` ships what the same functions make.
"""

from statistics import median

import numpy as np

from lstm_lab import programs
from tools.train import MAX_SHARP_N, MAX_SOFT_N, train_all

#: What stands beside ours, with its source.
PUBLISHED = {
    "anbn": "80, best of 3,360 nets on random strings up to n of about 20"
    " (Lan, Chemla & Katzir 2024)",
    "anbncn": "mean 146, best 483 (Suzgun, Belinkov & Shieber 2019);"
    " 1,000 and more, from the ten shortest strings (Pérez-Ortiz et al. 2003)",
    "dyck1": "not learned for 1,000+ characters (El-Naggar, Madhyastha & Weyde 2022)",
}
BITS, PIECE = 1_000_000, 10_000


def rows():
    """(what, lab, beside it, ratio) for each number on counting."""
    found = lines_of(("anbn", "anbncn", "dyck1"))
    for name, lines in found.items():
        seconds = max(line["seconds"] for line in lines)
        said = f"{say(name, lines)}; at most {seconds:.1f} s of computing a seed"
        yield (f"{WHAT[name]}, {len(lines)} seeds", said, PUBLISHED[name], "")
    beside = lines_of(tuple(BESIDE))
    for name, lines in beside.items():
        yield (f"{WHAT['anbn']}, {BESIDE[name]}", say(name, lines), "", "")
    yield ("parity by hand, errors in 10⁶ random bits", f"{parity_errors()}", "", "")
    yield ("counter by hand in float32, counts up to 2²⁴ that go wrong", f"{stuck()}", "", "")


#: Trained on the same texts as the first.
BESIDE = {
    "anbn_no_noise": "without noise",
    "anbn_lstm": "a plain LSTM",
    "anbn_gru": "a GRU",
    "anbn_rnn": "an RNN",
}
WHAT = {
    "anbn": "aⁿbⁿ trained on n ≤ 10, first failing n",
    "anbncn": "aⁿbⁿcⁿ trained on n ≤ 10, first failing n",
    "dyck1": "Dyck-1 trained on ≤ 50 characters, long texts all right",
}


def lines_of(names) -> dict[str, list[dict]]:
    """What the seeds of each recipe came to, trained from scratch."""
    return {name: [one.line for one in results] for name, results in train_all(names).items()}


def say(name, lines) -> str:
    """What ten seeds came to, in words."""
    if name == "dyck1":
        return (
            f"{sum(not any(line['sharp_long_errors'].values()) for line in lines)} of {len(lines)}"
        )
    soft = [line["first_failing_n"] or np.inf for line in lines]
    words = f"as trained median {median(soft):g}, {min(soft):g} to {max(soft):g}"
    if "sharp_first_failing_n" not in lines[0]:
        return words
    most = MAX_SHARP_N.get(name, MAX_SOFT_N)
    sharp = [line["sharp_first_failing_n"] for line in lines]
    failed = sorted(n for n in sharp if n is not None)
    none = f"{sharp.count(None)} of {len(sharp)} seeds"
    some = f" (others {', '.join(map(str, failed))})" if failed else ""
    return f"{words}; sharpened none to {most:,} for {none}{some}"


def parity_errors() -> int:
    """Errors of the hand-set parity cell over 10⁶ random bits, one text read in pieces."""
    cell = programs.parity()
    bits = np.random.default_rng(0).integers(2, size=BITS)
    h, c, errors = np.zeros(1), np.zeros(1), 0
    truth = np.cumsum(bits) % 2
    for start in range(0, BITS, PIECE):
        piece = slice(start, start + PIECE)
        run = cell.run(np.eye(2)[bits[piece]], h, c)
        errors += int((np.rint(run.c[:, 0]) != truth[piece]).sum())
        h, c = run.h[-1], run.c[-1]
    return errors


def stuck() -> int:
    """Of all counts 0 … 2²⁴ - 1, how many the float32 counter does not raise by exactly one."""
    counter, wrong = programs.nesting(dtype=np.float32), 0
    size = 1 << 20
    up = np.broadcast_to(counter.task.encode("(")[0].astype(np.float32), (size, counter.inputs))
    for start in range(0, 1 << 24, size):
        c = np.arange(start, start + size, dtype=np.float32)[:, None]
        after = counter.step(up, np.tanh(c), c).c[:, 0]
        wrong += int((after.astype(np.int64) != np.arange(start + 1, start + size + 1)).sum())
    return wrong


if __name__ == "__main__":
    table = list(rows())
    print("\n| what | lab | beside it |\n|---|---|---|")
    for what, lab, beside, _ in table:
        print(f"| {what} | {lab} | {beside} |")
