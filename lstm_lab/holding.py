"""A model that runs with gates clamped inside it.

Within the context the forward of a layer that is named is another: the layers and directions that
are clamped go step by step, the rest by torch's fused operation. Everything is made of torch's
operations, so gradients flow, on any device.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from ._clamps import Clamps
from ._layers import CELLS, DIRECTIONS, kind_of, layer_index, own_layer
from ._validate import shown
from .listening import Heard, parts, recurrent

__all__ = ["hold"]


@contextmanager
def hold(model, clamps: dict, heard: Heard | None = None) -> Iterator:
    """The model, within the context with gates clamped inside it.

    model   any nn.Module with recurrent layers or cells inside
    clamps  {key: {(gate, units, steps): value}}. key: the layer's name as in `named_modules`, for
            its last layer, or (name, layer, direction). gate by the lesson's word or by torch's
            letter; units and steps each an int, several, or None for all; value a number or "mean"
    heard   what `lab.listen` heard, which "mean" is the mean of: each unit's own, over all steps

    Steps count from 0 in the text, for a reverse layer, too; for a cell, from its first call with a
    state that it did not give itself. What is not named runs as before, and without clamps the
    model gives the same to the bit. Contexts can be nested: the inner one has the last word. At the
    end, also after an error, the model is as it was. Raises ValueError for an unknown layer, gate,
    unit or value, TypeError for a layer without gates or with a forward of its own.

    >>> import torch, lstm_lab as lab
    >>> lstm = torch.nn.LSTM(2, 3)
    >>> with lab.hold(lstm, {"": {("focus", 1, None): 0}}):
    ...     y, _ = lstm(torch.ones(4, 2))
    >>> bool((y[:, 1] == 0).all()), bool((y[:, 0] == 0).any())
    (True, False)
    """
    there = recurrent(model, "lab.hold")
    wanted: dict = {}
    for key, clamp in _dict("clamps", clamps).items():
        name, layer, direction = _place(key, there)
        level = layer_index(there[name], layer) if hasattr(there[name], "num_layers") else 0
        place = (level, DIRECTIONS.index(direction))
        known = Clamps(there[name], clamp, _means(heard, name, layer, direction))
        wanted.setdefault(name, {}).setdefault(place, []).append(known)
    before = {}
    try:
        for name, places in wanted.items():
            module = there[name]
            before[name] = vars(module).get("forward")
            outer = before[name].places if before[name] else {}
            module.forward = _Held(module, _merged(outer, places))
        yield model
    finally:
        for name, forward in before.items():
            if forward is None:
                del there[name].forward
            else:
                there[name].forward = forward


def _dict(name, value) -> dict:
    if not isinstance(value, dict):
        raise TypeError(f"{name} must be {{layer's name: {{(gate, units, steps): value}}}}")
    return value


def _place(key, there):
    """(name, layer, direction) of a key, of a layer that can be held."""
    name, layer, direction = key if isinstance(key, tuple) else (key, -1, "forward")
    if name not in there:
        raise ValueError(f"no layer {name!r} in the model: there are {', '.join(map(repr, there))}")
    module = there[name]
    if not isinstance(vars(module).get("forward"), _Held):
        own_layer(module, ("LSTM", "GRU", *CELLS), "lab.hold")
    bidirectional = getattr(module, "bidirectional", False)
    if direction not in DIRECTIONS or (direction == "reverse" and not bidirectional):
        raise ValueError(f"{name!r} has no direction {shown(direction)}")
    return name, layer, direction


def _means(heard, name, layer, direction):
    """Gate to each unit's mean over all steps that were heard, found when it is asked for."""

    def mean(gate):
        if heard is None:
            raise ValueError('"mean" is the mean of what was heard: give heard=…, of lab.listen')
        run = heard.trace(name, layer, direction)
        return np.concatenate([one[gate] for one in run.sequences()]).mean(axis=0)

    return mean


def _merged(outer, inner):
    """Clamps of an outer context, and after them those of an inner one."""
    places = {*outer, *inner}
    return {place: [*outer.get(place, []), *inner.get(place, [])] for place in places}


class _Held:
    """The forward of a layer or cell of which gates are clamped."""

    def __init__(self, module, places):
        self.module, self.places = module, places
        self.step, self.gave = -1, None

    def __call__(self, input, hx=None):
        from . import _held

        if kind_of(self.module, CELLS) is not None:
            return self._one_step(_held.cell_step, input, hx)
        return _held.run_held(self.module, self.places, input, hx)

    def _one_step(self, cell_step, x, hx):
        """A call of a cell is a step; it is the first if the state is not what the cell gave."""
        given = parts(hx)
        goes_on = self.gave is not None and len(given) == len(self.gave)
        goes_on = goes_on and all(map(_same, given, self.gave))
        self.step = self.step + 1 if goes_on else 0
        state = cell_step(self.module, self.places[0, 0], x, given, self.step)
        self.gave = parts(state)
        return state


def _same(a, b) -> bool:
    import torch

    return a is b or (a.shape == b.shape and torch.equal(a, b))
