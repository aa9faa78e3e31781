"""What a net that guesses the next character of Python source came to know, seed by seed.

`python -m tools.reading` prints the table of docs/cells_nobody_programmed.md: which unit follows
what, on files that the net has not seen; what each unit matters at a closing mark; what it writes.
"""

from typing import NamedTuple

import numpy as np
import torch

import lstm_lab as lab
from lstm_lab.tasks import code_labels, python_source

#: So many held-out files, and characters of each.
FILES, LENGTH = 40, 6000
#: Characters before a string that is looked at, and how short and long it may be.
BEFORE, SHORT, LONG = 100, 4, 60
FOLLOWED = ("string", "docstring", "comment", "bracket", "depth", "column", "indent")


def held_out_texts(files=FILES, length=LENGTH) -> list[str]:
    """The beginnings of files that no net was trained on, in an order of their own."""
    found = python_source("held_out")
    order = np.random.default_rng(0).permutation(len(found))[:files]
    return [found[k].text[:length] for k in order]


def bits(net, texts) -> float:
    """What a character costs on the mean, in bits."""
    return float(np.nanmean(np.concatenate([net.bits(text) for text in texts])))


def followed(net, texts, labels=FOLLOWED) -> dict:
    """The best unit of each label: chosen on the first half of the texts, told on the second."""
    traces = [lab.trace(net.lstm, net.encode(text)) for text in texts]
    true = [code_labels(text) for text in texts]
    found = {}
    for label in labels:
        ranked = lab.units.rank(traces, [one[label] for one in true])
        best = ranked[0]
        found[label] = {
            "of": best.of, "unit": best.unit + 1, "score": round(best.score, 3),
            "held_out": round(best.held_out, 3), "second_best": round(ranked.second_best, 3),
            "probe": round(ranked.probe, 3), "shuffled": round(ranked.shuffled, 3),
        }  # fmt: skip
    return found


def score(name, net, seed) -> dict:
    """A seed's line on the card: bits on unseen files and on the lab's own, and its best units."""
    texts = held_out_texts()
    own = [file.text[:LENGTH] for file in python_source("lab")]
    return {
        "bits_unseen": round(bits(net, texts), 3),
        "bits_lab": round(bits(net, own), 3),
        "follows": followed(net, texts),
    }


class Strings(NamedTuple):
    """Strings with what stands before them: codes (B, T), all opened at step BEFORE, each closed at
    its own step of `ends` (B,)."""

    codes: torch.Tensor
    ends: np.ndarray


def strings_in(net, texts, most=10) -> Strings:
    """Strings of SHORT to LONG characters, up to so many of each text."""
    rows, ends = [], []
    for text in texts:
        inside = code_labels(text)["string"]
        opens = np.flatnonzero(inside & ~np.concatenate([[False], inside[:-1]]))
        own = [(k, k + int(np.argmin(inside[k:]))) for k in opens if k >= BEFORE]
        fits = [(k, end) for k, end in own if SHORT < end - k <= LONG + 1 and text[end] == text[k]]
        for start, end in fits[:most]:
            rows.append(text[start - BEFORE : end + 1].ljust(BEFORE + LONG + 2))
            ends.append(BEFORE + end - start)
    return Strings(torch.stack([net.codes(row) for row in rows]), np.array(ends))


@torch.no_grad()
def costs(net, strings) -> tuple[float, float]:
    """Bits at the true closing marks, and at the characters within the strings, on the mean."""
    log_p = torch.log_softmax(net(strings.codes[:, :-1]).double(), dim=-1)
    bits = -log_p.gather(2, strings.codes[:, 1:, None])[..., 0].numpy() / np.log(2)
    within = [row[BEFORE : end - 1] for row, end in zip(bits, strings.ends, strict=True)]
    at_mark = bits[np.arange(len(bits)), strings.ends - 1]
    return float(at_mark.mean()), float(np.concatenate(within).mean())


def erased(net, strings, unit) -> tuple[float, float]:
    """What both cost more if a unit is erased from the opening mark on."""
    steps = range(BEFORE, strings.codes.shape[1] - 1)
    with lab.hold(net, {"lstm": {("remember", unit, steps): 0, ("save", unit, steps): 0}}):
        held = costs(net, strings)
    mark, within = costs(net, strings)
    return held[0] - mark, held[1] - within


def gates_at(net, texts, unit) -> dict:
    """A unit's mean gates and states in code: at (, between brackets, at ), and outside of them."""
    rows: dict[str, list] = {name: [] for name in ("(", "between", ")", "outside")}
    for text in texts:
        trace, true = lab.trace(net.lstm, net.encode(text)), code_labels(text)
        code = ~(true["string"] | true["docstring"] | true["comment"])
        letters = np.array(list(text))
        plain = code & ~np.isin(letters, list("()[]{}"))
        where = {"(": code & (letters == "("), ")": code & (letters == ")")}
        where |= {"between": plain & true["bracket"], "outside": plain & ~true["bracket"]}
        for name, steps in where.items():
            rows[name].append(np.stack([trace[g][steps, unit] for g in trace.names], axis=1))
    means = {name: np.concatenate(found).mean(axis=0).astype(float) for name, found in rows.items()}
    return {
        n: dict(zip(trace.names, row.round(2).tolist(), strict=True)) for n, row in means.items()
    }


def marks_per_1000(net, prompt, mark, hold=None, n=4000, seed=0) -> float:
    """How many marks it writes per 1,000 characters."""
    return 1000 * net.write(prompt, n, hold=hold, seed=seed).count(mark) / n


def untrained(seed=0):
    """The same net before training."""
    from lstm_lab.training.recipes import RECIPES

    return RECIPES["python_code"].make(seed).eval()


def main(seeds=range(5)):
    torch.set_num_threads(1)
    texts = held_out_texts()
    print("before training:", followed(untrained(), texts, ("string", "bracket")))
    for seed in seeds:
        net = lab.training.load("python_code", seed)
        line = score("python_code", net, seed)
        print(f"seed {seed}: {line['bits_unseen']} bits unseen, {line['bits_lab']} on the lab")
        for label, one in line["follows"].items():
            print(f"  {label:10} {one}")
        unit = line["follows"]["string"]["unit"] - 1
        strings = strings_in(net, texts)
        more = [(k, *erased(net, strings, k)) for k in range(128)]
        print(f"  erased in {len(strings.ends)} strings: bits at the closing mark, within")
        for k, mark, within in [more[unit], *sorted(more, key=lambda one: -abs(one[1]))[:4]]:
            print(f"    unit {k + 1:3} {mark:6.2f} {within:6.2f}")
        rest = [abs(mark) for k, mark, _ in more if k != unit]
        print(f"    the other 127: median {np.median(rest):.3f}, largest {max(rest):.2f}")
        bracket = line["follows"]["bracket"]["unit"] - 1
        gates = gates_at(net, texts, bracket)
        for place, means in gates.items():
            print(f"  unit {bracket + 1} at {place:8} {means}")
        written(net, bracket, gates)


def held_at(unit, c) -> dict:
    """Clamps under which a unit's c comes to this value: at once up to ±1, which save and the
    candidate reach alone; farther out in some steps, with as much of remember as is missing."""
    beyond = 1 - 1 / max(abs(c), 1)
    gates = {"remember": beyond, "save": 1, "candidate": float(np.clip(c, -1, 1))}
    return {(gate, unit, None): value for gate, value in gates.items()}


def written(net, unit, gates):
    """Brackets that it writes with c of a unit held where it stands inside of them, and outside."""
    for name, place in (("free", None), ("held inside", "between"), ("held outside", "outside")):
        hold = None
        if place:
            hold = held_at(unit, gates[place]["c"])
        counts = {mark: marks_per_1000(net, "def f(", mark, hold) for mark in "()"}
        print(f"  it writes, {name}: {counts}")


if __name__ == "__main__":
    main()
