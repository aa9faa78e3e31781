"""What a run leaves: gates and states over time."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ._validate import as_float, as_index, shown
from .names import CELL, GRU, NAMES

__all__ = ["ALIASES", "Saturation", "Trace"]


#: torch's letters for the lesson's words.
ALIASES = {name.symbol: key for key, name in (CELL | GRU).items() if name.symbol != key}


class Saturation(NamedTuple):
    """Share of steps, per unit, at which a gate is shut or open; (H,) each."""

    shut: np.ndarray
    open: np.ndarray


class Trace:
    """Gates and states over time.

    Every array has its steps along `time_axis` and its units last: (T, H), (T, B, H), or (B, T, H)
    for batch_first. Steps past the end of a shorter sequence hold 0. Arrays are reached by the
    lesson's word or torch's letter: `trace.remember is trace.f`.
    """

    def __init__(self, arrays, *, c_first=None, lengths=None, time_axis=0, direction="forward"):
        self.arrays = dict(arrays)
        self.c_first = None if c_first is None else np.array(c_first)
        self.time_axis = time_axis
        self.direction = direction
        self.batched = self.arrays["h"].ndim == 3
        steps = self.arrays["h"].shape[time_axis]
        self.lengths = None if not self.batched else np.full(self.batch, steps)
        if lengths is not None:
            self.lengths = np.array(lengths)

    @property
    def names(self) -> tuple[str, ...]:
        """What was traced: remember, save, candidate, focus, c, h for an LSTM."""
        return tuple(self.arrays)

    @property
    def batch(self) -> int:
        """How many sequences; 1 if it was traced without a batch axis."""
        return self.arrays["h"].shape[1 - self.time_axis] if self.batched else 1

    def __getattr__(self, name):
        arrays = self.__dict__.get("arrays", {})
        name = ALIASES.get(name, name) if name not in arrays else name
        if name in arrays:
            return arrays[name]
        raise AttributeError(f"a trace has no {name!r}, but {', '.join(arrays)}")

    def __len__(self):
        """Steps, T: not how many names there are, though it has keys as a dict has."""
        return self.arrays["h"].shape[self.time_axis]

    def __contains__(self, name):
        """Whether it was traced, by the lesson's word or torch's letter: `"f" in trace`."""
        return isinstance(name, str) and ALIASES.get(name, name) in self.arrays

    def __iter__(self) -> Iterator[str]:
        """The names of what was traced; `dict(trace)` has them with their arrays."""
        return iter(self.arrays)

    def keys(self):
        """The names of what was traced."""
        return self.arrays.keys()

    def values(self):
        """The arrays, in the order of the names."""
        return self.arrays.values()

    def items(self):
        """(name, array) for all that was traced."""
        return self.arrays.items()

    def plot(self, tokens=None):
        """The still of all its arrays over time, `lab.plots.heatmaps`: (fig, axes)."""
        from .plots import heatmaps

        return heatmaps(self, tokens)

    def sequence(self, index=0) -> "Trace":
        """One sequence of a batch without its padding: arrays (T, H)."""
        if not self.batched:
            raise ValueError("this trace holds one sequence: it needs no sequence()")
        known = isinstance(index, int | np.integer) and not isinstance(index, bool)
        if not known or index not in range(-self.batch, self.batch):
            raise ValueError(
                f"sequence {shown(index)}: there are {self.batch}, 0 to {self.batch - 1}"
            )
        length = self.lengths[index]
        arrays = {
            name: values.take(index, axis=1 - self.time_axis)[:length]
            for name, values in self.arrays.items()
        }
        c_first = None if self.c_first is None else self.c_first[index]
        return Trace(arrays, c_first=c_first, direction=self.direction)

    def sequences(self) -> Iterator["Trace"]:
        """Every sequence, without padding."""
        return map(self.sequence, range(self.batch)) if self.batched else iter([self])

    def __getitem__(self, key):
        """`trace[step]` or `trace[step, unit]`, ints or slices: name to array; `trace["f"]`."""
        if isinstance(key, str):
            return getattr(self, key)
        self._single("indexing by step and unit")
        return {name: values[key] for name, values in self.arrays.items()}

    def saturation(self, low=0.1, high=0.9) -> dict[str, Saturation]:
        """Share of steps at which each unit's gates are shut (< low) or open (> high).

        After Karpathy, Johnson & Fei-Fei 2015. Padding does not count.
        """
        low, high = as_float("low", low), as_float("high", high)
        if not 0 <= low < high <= 1:
            raise ValueError(f"low {low:g} and high {high:g} must be 0 ≤ low < high ≤ 1")
        shares = {}
        for gate in self.gates:
            steps = np.concatenate([one.arrays[gate] for one in self.sequences()])
            shares[gate] = Saturation((steps < low).mean(axis=0), (steps > high).mean(axis=0))
        return shares

    @property
    def gates(self) -> tuple[str, ...]:
        """Those of `names` that are gates in [0, 1]."""
        return tuple(name for name in self.names if NAMES[name].is_gate)

    def survival(self, from_step=0) -> np.ndarray:
        """What is left of the c of `from_step`, step by step: 1, f, f·f', … (steps to go, H).

        The product of the remember gates that are read after `from_step`; the direct path of the
        gradient too. A reverse trace reads towards step 0, and so does its survival.
        """
        self._single("survival")
        if "remember" not in self.arrays:
            raise ValueError(f"survival needs remember gates, but this traces {self.names}")
        from_step = as_index("from_step", from_step, len(self))
        forward = self.direction == "forward"
        after = self.remember[from_step + 1 :] if forward else self.remember[:from_step][::-1]
        return np.cumprod(np.concatenate([np.ones_like(self.remember[:1]), after]), axis=0)

    def weights_of_past(self, unit) -> np.ndarray:
        """(T, T) weights: c_t = Σ_s weights[t, s] · candidate_s, and what is left of the first c.

        weights[t, s] is save_s times the remember gates that are read after s and up to t; it is 0
        for what has not been read. An LSTM's own map of attention, whose rows need not sum to 1
        (after Levy et al. 2018). What is left of the first c is ∏ remember · c_first. For one unit
        of one sequence of an LSTM, the map of a reverse trace in the order of the text.

        >>> import lstm_lab as lab
        >>> cell = lab.programs.nesting("()")
        >>> cell.run(cell.task.encode("(a)")).weights_of_past(0).round(2)
        array([[1., 0., 0.],
               [1., 1., 0.],
               [1., 1., 1.]])
        """
        self._single("weights_of_past")
        if "remember" not in self.arrays:
            raise ValueError(f"weights_of_past needs an LSTM's gates, but this traces {self.names}")
        unit = as_index("unit", unit, self.remember.shape[1])
        order = slice(None, None, 1 if self.direction == "forward" else -1)
        remember, save = self.remember[order, unit], self.save[order, unit]
        weights = np.zeros((len(self), len(self)), remember.dtype)
        for t in range(len(self)):
            weights[t, :t] = remember[t] * weights[t - 1, :t]
            weights[t, t] = save[t]
        return weights[order, order]

    def c_before(self, step) -> np.ndarray:
        """The c (H,) that a step starts from."""
        self._single("c_before")
        step = as_index("step", step, len(self))
        last = step - 1 if self.direction == "forward" else step + 1
        return self.arrays["c"][last] if 0 <= last < len(self) else self.c_first

    def columns(self) -> dict[str, np.ndarray]:
        """One row per step and unit, as columns: `pandas.DataFrame(trace.columns())`.

        h is left out where it is projected: it has other units.
        """
        self._single("columns")
        T, H = self.arrays[self.names[0]].shape
        same = {n: a.ravel() for n, a in self.arrays.items() if a.shape == (T, H)}
        return {"step": np.repeat(np.arange(T), H), "unit": np.tile(np.arange(H), T)} | same

    def _single(self, what):
        if self.batched:
            raise ValueError(f"{what} is for one sequence of a batch: say trace.sequence(k) first")

    def __repr__(self):
        many = f"{self.batch} sequences of up to " if self.batched else ""
        head = f"Trace({many}{len(self)} steps, {self.arrays[self.names[0]].shape[-1]} units)"
        rows = []
        for name, values in self.arrays.items():
            steps = np.concatenate([one.arrays[name] for one in self.sequences()])  # no padding
            limits = f"{steps.min():7.3f} … {steps.max():.3f}"
            rows.append(f"  {NAMES[name].label:14} {tuple(values.shape)!s:14} {limits}")
        return "\n".join([head, *rows])
