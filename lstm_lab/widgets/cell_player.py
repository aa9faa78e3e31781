"""CellPlayer: one LSTM cell, step by step, live."""

import numpy as np
import traitlets

from .._validate import as_finite, as_index, as_int, as_numpy, as_words, check_ndim, shown
from ..cell import Cell, clamped_gate, without_projection
from ..names import CORNERS
from ..plots import cell_player as still_of_cell_player
from .figure import Figure, preset, short
from .traits import FigureError, Numbers, checked, index

__all__ = ["MOST_STEPS", "MOST_UNITS", "CellPlayer"]


MOST_UNITS, MOST_STEPS = 4, 60


class CellPlayer(Figure):
    """Step and play through a sequence: gates computed from the weights, or held by hand.

    cell        a `Cell` of 1 to 4 units without projection
    xs          (T, I) its input, 1 to 60 steps
    tokens      T labels for the steps, 1 … T by default
    h0, c0      (H,) where it starts, zero by default
    step, unit  what is shown, from 0
    clamp       [(gate, unit, value), …]: gates that are held instead of computed …
    clamp_from  … from this step on

    It is played in float64. All but `cell` are traits, and so are its weights W_x, W_h, b: set
    them, observe them. A value that does not fit is a ValueError and leaves the figure as it was.
    `values()` gives the run: remember, save, candidate, focus, c, h, each (T, H).
    """

    js = "cell_player.js"
    shown = ("W_x", "W_h", "b", "xs", "tokens", "h0", "c0", "step", "unit", "clamp", "clamp_from")

    W_x = Numbers(2).tag(sync=True)
    W_h = Numbers(2).tag(sync=True)
    b = Numbers(1).tag(sync=True)
    xs = Numbers(2).tag(sync=True)
    tokens = traitlets.List(traitlets.Unicode()).tag(sync=True)
    h0 = Numbers(1).tag(sync=True)
    c0 = Numbers(1).tag(sync=True)
    step = index().tag(sync=True)
    unit = index().tag(sync=True)
    clamp: traitlets.List[list] = traitlets.List().tag(sync=True)
    clamp_from = index().tag(sync=True)

    def __init__(self, cell, xs, tokens=None, *, h0=None, c0=None, **traits):
        without_projection(cell)
        xs = as_numpy(as_finite("xs", xs))
        check_ndim("xs", xs, 2)
        h0, c0 = (np.zeros(cell.units) if v is None else v for v in (h0, c0))
        tokens = (
            [f"{t + 1}" for t in range(len(xs))] if tokens is None else as_words("tokens", tokens)
        )
        weights = {"W_x": cell.W_x, "W_h": cell.W_h, "b": cell.b}
        super().__init__(**weights, xs=xs, tokens=tokens, h0=h0, c0=c0, **traits)

    @traitlets.validate(
        "W_x", "W_h", "b", "xs", "tokens", "h0", "c0", "step", "unit", "clamp_from", "clamp"
    )
    def _fits(self, proposal):
        new = {proposal["trait"].name: proposal["value"]}
        now = {key: new.get(key, getattr(self, key)) for key in self.shown}
        now["clamp"] = [self._hold(entry) for entry in now["clamp"]]
        cell = checked(Cell, now["W_x"], now["W_h"], now["b"])
        checked(cell.check, now["xs"], now["h0"], now["c0"])
        T, H = len(now["xs"]), cell.units
        for what, size, most in (("units", H, MOST_UNITS), ("steps", T, MOST_STEPS)):
            if size > most:
                raise FigureError(f"{size} {what}: 1 to {most} can be shown")
        if len(now["tokens"]) != T:
            raise FigureError(f"{len(now['tokens'])} tokens for {T} steps: give one for each")
        for key, size in (("step", T), ("unit", H), ("clamp_from", T)):
            checked(as_index, key, now[key], size)
        for _, unit, _ in now["clamp"]:
            if unit >= H:
                raise FigureError(f"clamp of unit {unit}: there are {H}, from 0; change clamp too")
        return now[proposal["trait"].name]

    def _hold(self, entry):
        if not (isinstance(entry, list | tuple) and len(entry) == 3):
            raise FigureError(f"clamp has {shown(entry)}: give (gate, unit, value)")
        gate, unit, value = entry
        gate, value = checked(clamped_gate, "clamp", gate, value)
        return [
            gate,
            checked(as_int, "unit of clamp", self.unit if unit is None else unit, 0),
            value,
        ]

    def suggestions(self):
        corners = [
            _preset(name, f"remember {remember}, save {save}", remember=remember, save=save)
            for name, (remember, save) in CORNERS.items()
        ]
        focus = [_preset("show", "focus 1", focus=1), _preset("hide", "focus 0", focus=0)]
        return [*corners, *focus, preset("computed", "let the weights decide", clamp=[])]

    @property
    def cell(self) -> Cell:
        """The cell that is played."""
        return Cell(self.W_x, self.W_h, self.b)

    @property
    def clamps(self) -> dict:
        """What is held, as `Cell.run` takes it."""
        steps = range(self.clamp_from, len(self.xs))
        return {(gate, unit, steps): value for gate, unit, value in self.clamp}

    def run(self):
        """The run that is shown, as a Trace."""
        return self.cell.run(self.xs, self.h0, self.c0, clamp=self.clamps)

    def values(self):
        return dict(self.run().arrays)

    def still(self):
        return still_of_cell_player(self.run(), self.step, self.unit, self.tokens, self.clamp)

    def __repr__(self):
        tokens = " ".join(self.tokens)
        head = f"CellPlayer(step {self.step + 1} of {len(self.xs)}, unit {self.unit + 1}"
        rows = [f"  {key} = {short(v[:, self.unit], digits=3)}" for key, v in self.values().items()]
        return "\n".join([f"{head}, held {self.clamp})", f"  tokens = {tokens}", *rows])


def _preset(name, hint, **gates):
    held = [[gate, None, float(value)] for gate, value in gates.items()]
    return preset(name, hint, clamp=held)
