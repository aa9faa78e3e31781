"""SoftIf: the soft `if`, a gate per element, live."""

import numpy as np
import traitlets

from .. import gates
from .._validate import as_finite
from ..plots import soft_if as still_of_soft_if
from .figure import Figure, preset
from .traits import FigureError, Numbers, factor

__all__ = ["MOST", "SoftIf"]


MOST = 8


class SoftIf(Figure):
    """y = g ⊗ T + (1 - g) ⊗ F with a slider per gate; T and F of 1 to 8 elements.

    if_true, if_false   (n,) the values to choose from; if one is given, the other is 0
    z                   (n,) pre-activations, 0 by default; the gate is σ(κz)
    sharpness           κ ≥ 0

    Every argument is a trait: set it, observe it, link it. A wrong shape or a NaN is a ValueError
    and leaves the figure as it was. `values()` gives gate, y, hard and slope as arrays.
    """

    js = "soft_if.js"
    shown = ("if_true", "if_false", "z", "sharpness")

    if_true = Numbers(1).tag(sync=True)
    if_false = Numbers(1).tag(sync=True)
    z = Numbers(1).tag(sync=True)
    sharpness = factor().tag(sync=True)

    def __init__(self, if_true=None, if_false=None, z=None, sharpness=1.0, **options):
        if if_true is None and if_false is None:
            if_true, if_false = (4, -3, 2, 1), (-2, 3, 0, -4)
        zero = 0 * as_finite("z", next(v for v in (if_true, if_false) if v is not None))
        if_true, if_false, z = (zero if v is None else v for v in (if_true, if_false, z))
        given = {"if_true": if_true, "if_false": if_false, "z": z}
        super().__init__(**given, sharpness=sharpness, **options)

    @traitlets.validate("if_true", "if_false", "z")
    def _same_length(self, proposal):
        new = {proposal["trait"].name: proposal["value"]}
        sizes = {key: len(new.get(key, getattr(self, key))) for key in self.shown[:3]}
        if len(set(sizes.values())) > 1:
            given = ", ".join(f"{key} has {size}" for key, size in sizes.items())
            raise FigureError(f"{given} elements: give all three the same, with change(…)")
        if not 1 <= len(proposal["value"]) <= MOST:
            raise FigureError(f"{len(proposal['value'])} elements: 1 to {MOST} can be shown")
        return proposal["value"]

    def suggestions(self):
        n = len(self.z)
        return [
            _preset("all true", "every gate open", [6.0] * n),
            _preset("all false", "every gate shut", [-6.0] * n),
            _preset("undecided", "every gate at one half", [0.0] * n),
            _preset("each its own", "every element decides alone", _alternating(n, 4.0)),
            _preset("too sharp", "a hard if: the slope has died", _alternating(n, 2.0), 20.0),
        ]

    def values(self):
        T, F, z = map(np.array, (self.if_true, self.if_false, self.z))
        gate = gates.sigmoid(gates.sharpen(z, self.sharpness))
        return {
            "gate": gate,
            "y": gates.soft_if(gate, T, F),
            "hard": gates.hard_if(gate, T, F),
            "slope": gates.soft_if_slope(z, T, F, self.sharpness),
        }

    def still(self):
        return still_of_soft_if(self.if_true, self.if_false, self.z, self.sharpness)


def _alternating(n, size):
    return [size * (-1) ** k for k in range(n)]


def _preset(name, hint, z, sharpness=1.0):
    return preset(name, hint, z=z, sharpness=sharpness)
