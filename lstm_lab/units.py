"""Which unit of a net follows what, and which one matters.

A unit is chosen on one half and told on the other: among hundreds the best of one text is best by
luck, too. Beside it stand the second best (the runner-up on the half that chose), a probe that
reads all units, and the best unit on labels that were shuffled.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np

from ._validate import as_dict, as_finite, as_int, as_list, as_words, check_callable, shown
from .holding import hold
from .traces import Trace

__all__ = ["Effect", "Passage", "Ranked", "Unit", "auroc", "effect", "rank", "search", "spearman"]

#: So many numbers of the states are kept to be ranked, at the most; beyond, every second step goes.
MOST_NUMBERS = 1 << 22


class Unit(NamedTuple):
    """One unit, and how well it follows a label.

    of        the array that is read: "c", "h" or a gate
    unit      from 0, as Python counts
    score     on the half that it was chosen on: 0.5 to 1 (AUROC) or 0 to 1 (|Spearman|)
    held_out  on the other half
    sign      1 if it is high where the label is, −1 if it is low there
    """

    of: str
    unit: int
    score: float
    held_out: float
    sign: int


class Ranked(list):
    """Units, the best first; each a `Unit`.

    second_best  `held_out` of the runner-up, the other unit that came next on the half that chose:
                 on the half that tells a third may be better
    probe        held-out score of a linear probe on all that was read
    shuffled     held-out score of the unit that is best where labels are shuffled
    steps        how many steps were ranked, of how many that were seen
    """

    def __init__(self, units, probe, shuffled, steps):
        super().__init__(units)
        others = [unit for unit in self if unit.unit != self[0].unit]
        self.second_best = others[0].held_out if others else float("nan")
        self.probe, self.shuffled, self.steps = probe, shuffled, steps

    def __repr__(self):
        best = "\n".join(
            f"  {u.of} of unit {u.unit + 1:<4} {u.score:.3f}, held out {u.held_out:.3f}"
            for u in self[:3]
        )
        kept, seen = self.steps
        return (
            f"Ranked({len(self)} by {kept:,} of {seen:,} steps)\n{best}\n  second best unit "
            f"{self.second_best:.3f}, probe {self.probe:.3f}, shuffled {self.shuffled:.3f}"
        )


def rank(trace: Trace | Iterable, label=None, of=("c", "h"), seed: int = 0) -> Ranked:
    """The units of a net by how well each follows a label, the best first.

    trace  a Trace, or a list or an iterator of them; of batches, every sequence is one
    label  a value for each step: bools (scored by AUROC, folded to 0.5 … 1) or numbers (by
           Spearman's correlation, without its sign). For several traces a list or iterator of them;
           left out where (trace, label) pairs come, so that a long text need not be kept
    of     the arrays that are read
    seed   of the shuffled labels

    One trace is ranked on its first half and told on its second; of a list the first half of the
    traces; of an iterator every second one. A long text takes constant memory: where more than some
    four million numbers come together, every second step of what was kept is left out, and again.
    Raises ValueError for labels that do not fit, are all alike, or are not finite.

    >>> import numpy as np, lstm_lab as lab
    >>> cell = lab.programs.list_items()
    >>> text = cell.task.sample(1, 400, rng=0)[0]
    >>> best = rank(cell.run(cell.task.encode(text)), cell.task.label(text))[0]
    >>> best.of, best.unit, round(best.held_out, 2)
    ('c', 0, 1.0)
    """
    of = as_words("of", of)
    halves = _halves(trace, label, of)
    (x, y), (x_out, y_out) = halves.first, halves.second
    bools = y.dtype == bool
    score = auroc if bools else spearman
    for name, half in (("first", y), ("second", y_out)):
        if len(half) < 2 or (half == half[0]).all():
            raise ValueError(
                f"the label is the same at all steps of the {name} half: give more text"
            )
    found, told = score(x, y), score(x_out, y_out)
    middle = 0.5 if bools else 0.0
    strength, sign = abs(found - middle) + middle, np.where(found >= middle, 1, -1)
    out = np.where(sign == 1, told, 1 - told) if bools else sign * told
    width = x.shape[1] // len(of)
    units = [
        Unit(of[k // width], int(k % width), float(strength[k]), float(out[k]), int(sign[k]))
        for k in np.argsort(-strength, kind="stable")
    ]
    rng = np.random.default_rng(seed)
    luck = np.argmax(abs(score(x, rng.permutation(y)) - middle))
    shuffled = float(abs(score(x_out[:, [luck]], rng.permutation(y_out))[0] - middle) + middle)
    return Ranked(units, _probe(x, y, x_out, y_out, score), shuffled, (halves.kept, halves.seen))


def auroc(x, y) -> np.ndarray:
    """(H,) areas under the ROC curve: how often a column of x (T, H) is higher where y is true.

    Ties count half (Mann and Whitney's U). y is (T,) bools.
    """
    y = np.asarray(y, bool)
    true = y.sum()
    sums = np.array([ranks(column)[y].sum() for column in np.asarray(x).T])
    return (sums - true * (true + 1) / 2) / (true * (len(y) - true))


def spearman(x, y) -> np.ndarray:
    """(H,) rank correlations of the columns of x (T, H) with y (T,); 0 for a constant one."""
    middle = (len(y) + 1) / 2  # the mean of all ranks
    b = ranks(y) - middle
    found = []
    for column in np.asarray(x).T:
        a = ranks(column) - middle
        size = np.sqrt((a @ a) * (b @ b))
        found.append(a @ b / size if size > 0 else 0.0)
    return np.array(found)


def ranks(values) -> np.ndarray:
    """The ranks 1 … T of values (T,); equal ones share the mean of theirs."""
    _, where, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2)[where]


def _probe(x, y, x_out, y_out, score) -> float:
    """The held-out score of least squares on all columns, with a little ridge."""
    mean, std = x.mean(axis=0), x.std(axis=0) + 1e-6
    a, b = (x - mean) / std, np.asarray(y, float)
    weights = np.linalg.solve(a.T @ a + 1e-2 * len(a) * np.eye(a.shape[1]), a.T @ (b - b.mean()))
    return float(score(((x_out - mean) / std @ weights)[:, None], y_out)[0])


class _Halves:
    """Rows of states and labels, in two halves that stay small."""

    def __init__(self):
        self.rows = ([], [])
        self.every, self.seen, self.kept, self.size = 1, 0, 0, 0

    def add(self, half, arrays, y):
        """Keep every n-th step of a piece; where it gets too much, every second of what is kept."""
        kept = slice(-self.seen % self.every, None, self.every)
        self.seen += len(y)
        x = np.concatenate([array[kept] for array in arrays], axis=1)
        self.rows[half].append((x, y[kept].copy()))  # a view would hold all of it
        self.size += self.rows[half][-1][0].size
        while self.size > MOST_NUMBERS:
            self.every *= 2
            for rows in self.rows:
                rows[:] = [(x[::2].copy(), y[::2].copy()) for x, y in rows]
            self.size = sum(x.size for rows in self.rows for x, _ in rows)

    def close(self):
        """(x, y) of both halves, each in one piece."""
        joined = []
        for rows in self.rows:
            if not rows:
                raise ValueError("there is one trace too few: both halves need one")
            joined.append(tuple(np.concatenate(part) for part in zip(*rows, strict=True)))
        self.first, self.second = joined
        self.kept = len(self.first[0]) + len(self.second[0])
        return self


def _halves(trace, label, of) -> _Halves:
    """The states and labels of both halves."""
    halves = _Halves()
    if isinstance(trace, Trace) and not trace.batched:
        arrays, y = _rows(trace, label, of)
        for half, part in enumerate((slice(len(y) // 2), slice(len(y) // 2, None))):
            halves.add(half, [array[part] for array in arrays], y[part])
        return halves.close()
    several = list(trace.sequences()) if isinstance(trace, Trace) else trace
    count = len(several) if isinstance(several, list | tuple) else None
    for k, (one, its_label) in enumerate(_pairs(several, label)):
        half = k % 2 if count is None else int(k >= (count + 1) // 2)
        halves.add(half, *_rows(one, its_label, of))
    return halves.close()


def _pairs(traces, labels) -> Iterator:
    """Each trace with its label; ValueError where there are more of one."""
    if labels is None:
        for trace, label in traces:
            yield from _pairs([trace], [label] if trace.batch == 1 else label)
        return
    left = iter(labels)
    for trace in traces:
        if not isinstance(trace, Trace):
            raise TypeError(f"a Trace is wanted, not {shown(trace)}")
        for one in trace.sequences():
            if (label := next(left, None)) is None:
                raise ValueError("there are fewer labels than sequences")
            yield one, label
    if next(left, None) is not None:
        raise ValueError("there are more labels than sequences")


def _rows(trace, label, of):
    """The arrays that are read, (T, H) each, and (T,) labels of one sequence."""
    missing = [name for name in of if name not in trace]
    if missing:
        raise ValueError(f"of has {missing[0]!r}, but the trace has {', '.join(trace.names)}")
    y = np.asarray(label)
    if y.shape != (len(trace),):
        raise ValueError(f"label has shape {y.shape}, but the trace has {len(trace)} steps")
    y = y if y.dtype == bool else as_finite("label", y)
    return [trace[name] for name in of], y


# --- passages -------------------------------------------------------------------------------------


class Passage(NamedTuple):
    """A place at which a unit is high: its value, the number of the sequence, and the step."""

    value: float
    sequence: int
    step: int


def search(trace, unit: int, of: str = "c", most: int = 10, apart: int = 20) -> list[Passage]:
    """The places at which a unit is highest, the highest first.

    trace  a Trace, or a list or an iterator of them
    most   so many places
    apart  no two of them are nearer in one sequence

    >>> import lstm_lab as lab
    >>> cell = lab.programs.nesting()
    >>> [p.step for p in search(cell.run(cell.task.encode("a(b)((c))d")), unit=0, most=1)]
    [5]
    """
    as_int("most", most), as_int("apart", apart)
    best: list[Passage] = []
    traces = [trace] if isinstance(trace, Trace) else trace
    for k, one in enumerate(one for several in traces for one in several.sequences()):
        (of_one,) = as_words("of", [of])
        values = one[of_one][:, unit]
        best = sorted([*best, *_peaks(values, k, most, apart)], key=lambda p: -p.value)[:most]
    return best


def _peaks(values, sequence, most, apart) -> list[Passage]:
    left, found = np.array(values, float), []
    for _ in range(min(most, len(left))):
        step = int(left.argmax())
        if left[step] == -np.inf:
            break
        found.append(Passage(float(left[step]), sequence, step))
        left[max(0, step - apart + 1) : step + apart] = -np.inf
    return found


# --- what matters ---------------------------------------------------------------------------------


class Effect(NamedTuple):
    """What holding one unit changes: measured with it held, less measured without."""

    unit: int
    change: float


def effect(
    model, name, measure: Callable, units: Iterable[int], clamp=None, heard=None
) -> list[Effect]:
    """What is changed by each unit if it is held, one by one; the largest change first.

    model    any nn.Module; `name` is one of its layers, or (name, layer, direction)
    measure  called as measure(model) without and with a unit held: a number, or an array whose mean
             is taken, such as the bits that the right character costs at chosen places
    units    that are held, each alone; those that do not matter are what the others stand beside
    clamp    {gate: value} for a unit; by default its memory is erased, remember and save 0
    heard    for the value "mean": what `lab.listen` heard

    >>> import torch, lstm_lab as lab
    >>> lstm, x = torch.nn.LSTM(2, 3), torch.ones(5, 2)
    >>> shut = {"focus": 0}
    >>> found = effect(lstm, "", lambda m: abs(m(x)[0].detach())[:, 1], range(3), shut)
    >>> found[0].unit, found[0].change < 0
    (1, True)
    """
    check_callable("measure", measure, needed=True)
    erased = {"remember": 0, "save": 0}
    clamp = erased if clamp is None else as_dict("clamp", clamp, "value")
    units = as_list("units", units, "units, such as range(8)")
    free = _mean(measure(model))
    found = []
    for unit in units:
        held = {name: {(gate, unit, None): value for gate, value in clamp.items()}}
        with hold(model, held, heard):
            found.append(Effect(unit, _mean(measure(model)) - free))
    return sorted(found, key=lambda one: -abs(one.change))


def _mean(value) -> float:
    return float(np.mean(np.asarray(as_finite("what is measured", value))))
