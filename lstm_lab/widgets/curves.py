"""Curves: lines that grow while something trains."""

import numpy as np
import traitlets

from .._validate import as_finite, as_float, as_int, as_list, check_one_of, shown
from ..plots import learning_curves
from ..plots.style import hues
from .figure import Figure, short
from .traits import FigureError, checked

__all__ = ["MOST", "Curves"]


MOST = 5


class Curves(Figure):
    """Up to five errors that fall, on a log axis, while Python goes on appending to them.

    names   what runs, one line each
    max_updates  at the right edge
    goal    the error that ends the race, a dashed line

    `figure.watch(name, curve)` shows what `lab.experiments.compare_biases(…,
    callback=figure.watch)` has come to. The trait
    `curves` is [[(updates, error), …], …] in the order of the names; `values()` the last errors.
    """

    js = "curves.js"
    shown = ("names", "max_updates", "goal", "curves")

    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    max_updates = traitlets.Int().tag(sync=True)
    goal = traitlets.Float().tag(sync=True)
    curves: traitlets.List[list] = traitlets.List().tag(sync=True)
    colours = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, names, max_updates=800, goal=0.002, **options):
        names = [str(name) for name in checked(as_list, "names", names, "names")]
        if not 1 <= len(names) <= MOST or len(set(names)) < len(names):
            raise FigureError(f"names is {shown(names)}: give 1 to {MOST} different ones")
        max_updates = checked(as_int, "max_updates", max_updates)
        goal = checked(as_float, "goal", goal)
        if not 0 < goal < 1:
            raise FigureError(f"goal is {goal:g}, but must lie between 0 and 1")
        given = {"names": names, "max_updates": max_updates, "goal": goal}
        super().__init__(**given, curves=[[] for _ in names], **options)
        self.colours = hues(names)

    @traitlets.validate("curves")
    def _fits(self, proposal):
        curves = proposal["value"]
        if len(curves) != len(self.names):
            raise FigureError(f"{len(curves)} curves for {len(self.names)} names: one for each")
        for points in curves:
            pairs = checked(as_finite, "curves", points)
            if pairs.size and pairs.shape[1:] != (2,):
                raise FigureError(f"a curve is a list of (updates, error), not {shown(points)}")
            if (pairs < 0).any():
                raise FigureError(
                    f"updates and errors must be 0 or more, but {shown(points)} was given"
                )
        return [[[float(x), float(y)] for x, y in points] for points in curves]

    def watch(self, name, lane):
        """Show how far a lane has come; called by the race."""
        checked(check_one_of, "name", name, self.names)
        if not (hasattr(lane, "updates") and hasattr(lane, "errors")):
            raise FigureError(f"a LearningCurve is wanted, not {shown(lane)}")
        points = [list(p) for p in zip(lane.updates, lane.errors, strict=True)]
        k = self.names.index(name)
        self.curves = [*self.curves[:k], points, *self.curves[k + 1 :]]

    def values(self):
        last = [points[-1][1] if points else np.nan for points in self.curves]
        return {"last": np.array(last)}

    def still(self):
        lanes = dict(zip(self.names, self.curves, strict=True))
        return learning_curves(lanes, self.goal, self.max_updates)

    def __repr__(self):
        ran = [name for name, points in zip(self.names, self.curves, strict=True) if points]
        rows = [f"  {name} = {short(self.curves[self.names.index(name)][-1])}" for name in ran]
        return "\n".join([f"Curves({', '.join(self.names)}; goal {self.goal:g})", *rows])
