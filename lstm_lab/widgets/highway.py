"""Highway: how far a gradient travels through time, in four wirings of the same weights, live."""

import numpy as np
import traitlets

from .._text import few
from .._validate import as_float, as_index, as_int
from ..biases import forget_bias as bias_for
from ..biases import half_life
from ..cell import Cell
from ..gates import sigmoid
from ..gradients import gain, survival
from ..plots import highway as still_of_highway
from ..residual.by_hand import random_cell, recurrence_paths
from .figure import Figure, preset, short
from .traits import Checked, FigureError, Fixed, checked, factor, index

__all__ = ["DIALS", "MOST_STEPS", "MOST_UNITS", "Highway"]


MOST_UNITS, MOST_STEPS, MOST_RADIUS = 32, 200, 3
#: What people move.
DIALS = ("forget_bias", "radius", "lag")


class Highway(Figure):
    """Gradient gain ‖∂s_T/∂s_{T-k}‖ against the lag k, for four wirings of one candidate F.

    forget_bias  the bias of every remember gate
    radius       ρ, the spectral radius of the candidate's W_h: above 0, up to 3
    lag          k, where the values are read: 0 to steps
    units        H, 1 to 32
    steps        T, 2 to 200
    seed         of the weights and of the input, small noise

    The first three are traits, and so are the numbers they work on, which stay as they are: W_x
    (4H, 2), W_h (4H, H) whose candidate has radius 1, and xs (T, 2). `values()` gives the gains of
    rnn, residual, gated and lstm, each (T + 1,), and of the LSTM's direct path: survival
    (T + 1, H), each unit's ∏ f over the lag; direct, its root mean square; law, σ(forget_bias)^k.
    """

    js = "highway.js"
    shown = ("W_x", "W_h", "xs", *DIALS)
    played = DIALS

    W_x = Fixed(2).tag(sync=True)
    W_h = Fixed(2).tag(sync=True)
    xs = Fixed(2).tag(sync=True)
    forget_bias = Checked(as_float, default=1.0).tag(sync=True)
    radius = factor(0.9).tag(sync=True)
    lag = index().tag(sync=True)

    def __init__(
        self, forget_bias=1.0, radius=0.9, lag=50, *, units=16, steps=100, seed=2, **options
    ):
        units = _size("units", units, 1, MOST_UNITS)
        steps = _size("steps", steps, 2, MOST_STEPS)
        seed = checked(as_int, "seed", seed, 0)
        cell = random_cell(units, 2, radius=1, bias=0, seed=seed)
        xs = 0.5 * np.random.default_rng([seed, 1]).uniform(-1, 1, (steps, 2))
        dials = {"forget_bias": forget_bias, "radius": radius, "lag": lag}
        super().__init__(W_x=cell.W_x, W_h=cell.W_h, xs=xs, **dials, **options)

    @traitlets.validate("radius")
    def _stretches(self, proposal):
        if not 0 < proposal["value"] <= MOST_RADIUS:
            raise FigureError(
                f"radius is {proposal['value']:g}, but must be above 0 and up to {MOST_RADIUS}"
            )
        return proposal["value"]

    @traitlets.validate("lag")
    def _within(self, proposal):
        return checked(as_index, "lag", proposal["value"], len(self.xs) + 1)

    def suggestions(self):
        far = {"radius": 2.0, "forget_bias": -1.0, "lag": len(self.xs)}
        return [
            preset("torch: bias 0", "its default: the gate rests at one half", forget_bias=0.0),
            preset("bias 1", "the gate rests at 0.73", forget_bias=1.0),
            preset("bias 3", "the gate rests at 0.95", forget_bias=3.0),
            preset("half-life 100", "half is left after 100 steps", forget_bias=bias_for(100)),
            preset("edge: ρ = 1", "W_h neither shrinks nor stretches", radius=1.0),
            preset("explodes: ρ = 2", "W_h stretches, c forgets, read at the far end", **far),
        ]

    @property
    def cell(self) -> Cell:
        """The cell as the dials have set it."""
        W_h, H = np.array(self.W_h), len(self.W_h[0])
        b = np.zeros(4 * H)
        W_h[2 * H : 3 * H] *= self.radius
        b[H : 2 * H] = self.forget_bias
        return Cell(self.W_x, W_h, b)

    def values(self):
        cell, f = self.cell, sigmoid(self.forget_bias)
        left = survival(cell.run(self.xs).remember)
        direct = np.sqrt((left**2).mean(axis=1))  # gain of diag(∏ f)
        paths = {name: gain(path) for name, path in recurrence_paths(cell, self.xs).items()}
        law = {"half_life": np.array([half_life(f)]), "law": f ** np.arange(len(left))}
        return law | {"survival": left, "direct": direct} | paths

    def still(self):
        values = self.values()
        paths = {name: values[name] for name in ("rnn", "residual", "gated", "lstm")}
        return still_of_highway(paths, values["survival"], values["law"], self.lag, self.radius)

    def __repr__(self):
        dials = ", ".join(f"{key}={short(getattr(self, key))}" for key in DIALS)
        values = self.values()
        half, left = values.pop("half_life")[0], values.pop("survival")[self.lag]
        lines = [f"Highway({dials})", f"  half_life = {few(half)} steps", f"at lag {self.lag}:"]
        lines += [f"  survival = {few(left.min())} … {few(left.max())}, {len(left)} units"]
        return "\n".join(lines + [f"  {key} = {few(v[self.lag])}" for key, v in values.items()])


def _size(name, value, least, most):
    size = checked(as_int, name, value, 0)
    if not least <= size <= most:
        raise FigureError(f"{size} {name}: {least} to {most} can be shown")
    return size
