"""Clamps of one layer: which gate of which units has which value at which steps."""

import numpy as np

from ._layers import kind_of
from ._validate import as_float, check_one_of, shown
from .cell import GATES, chosen
from .names import GRU, NAMES
from .traces import ALIASES


class Clamps:
    """{(gate, units, steps): value} for one layer or cell of torch.

    mean  gate to (H,) means, asked where a value is "mean"
    """

    def __init__(self, module, clamp, mean):
        if not isinstance(clamp, dict):
            raise TypeError(
                f"clamps of a layer are {{(gate, units, steps): value}}, not {shown(clamp)}"
            )
        self.units, known = module.hidden_size, gates_of(module)
        self.entries = []
        for key, value in clamp.items():
            if not (isinstance(key, tuple) and len(key) == 3):
                raise TypeError(f"clamp has the key {shown(key)}: give (gate, units, steps)")
            gate = ALIASES.get(key[0], key[0]) if isinstance(key[0], str) else key[0]
            check_one_of("gate", gate, known)
            units = chosen("unit", key[1], self.units)
            self.entries.append((gate, units, key[2], _value(gate, value, mean, units)))

    def table(self, T) -> dict:
        """Gate to (mask, value), each (T, H): where it is clamped, and at what."""
        tables: dict = {}
        for gate, units, steps, value in self.entries:
            empty = np.zeros((T, self.units), bool), np.zeros((T, self.units))
            mask, values = tables.setdefault(gate, empty)
            rows = chosen("step", steps, T)
            mask[np.ix_(rows, units)] = True
            values[np.ix_(rows, units)] = value
        return tables

    def row(self, t) -> dict:
        """The same for one step (H,), where nobody knows how many there will be."""
        kept = [entry for entry in self.entries if _is_at(entry[2], t)]
        now = Clamps.__new__(Clamps)
        now.units, now.entries = self.units, [(g, u, None, v) for g, u, _, v in kept]
        return {gate: (mask[0], value[0]) for gate, (mask, value) in now.table(1).items()}


def gates_of(module) -> tuple:
    """What can be clamped in a layer or cell."""
    kind = getattr(kind_of(module), "__name__", "")
    if kind.startswith("RNN"):
        raise TypeError("an nn.RNN has no gates to hold")
    return tuple(GRU) if kind.startswith("GRU") else GATES


def _is_at(steps, t) -> bool:
    return steps is None or (t in steps if isinstance(steps, range | tuple) else t == steps)


def _value(gate, value, mean, units):
    """One value for each unit, within the gate's limits."""
    if isinstance(value, str):
        check_one_of("value of clamp", value, ("mean",))
        return mean(gate)[units]
    value, (low, high) = as_float("value of clamp", value), NAMES[gate].limits
    if not low <= value <= high:
        raise ValueError(f"{gate} held at {value:g}: it lies in [{low}, {high}]")
    return np.full(len(units), value)
