"""SoftSwitch: the soft `switch`, a mask over cases, live."""

import numpy as np
import traitlets

from .. import gates
from .._validate import as_finite, check_ndim, check_one_of
from ..plots import soft_switch as still_of_soft_switch
from .figure import Figure, preset
from .traits import Checked, FigureError, Numbers, factor

__all__ = ["SoftSwitch"]


MOST_CASES, MOST_FEATURES = 8, 6


class SoftSwitch(Figure):
    """y = Σ_k m_k C_k with a score slider per case; 1 to 8 cases of 1 to 6 features.

    cases      (K, D)
    scores     (K,) 0 by default
    kind       "softmax" (the weights sum to 1) or "sigmoid" (each case has its own gate)
    sharpness  κ ≥ 0, multiplies the scores
    names      K labels, C1 … CK by default

    Every argument is a trait: set it, observe it, link it. A wrong shape or a NaN is a ValueError
    and leaves the figure as it was. `values()` gives mask, y and hard as arrays.
    """

    js = "soft_switch.js"
    shown = ("cases", "scores", "kind", "sharpness", "names")

    cases = Numbers(2).tag(sync=True)
    scores = Numbers(1).tag(sync=True)
    kind = Checked(check_one_of, gates.KINDS).tag(sync=True)
    sharpness = factor().tag(sync=True)
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(
        self,
        cases=((4, 0, -2), (-3, 2, 1), (1, -4, 3)),
        scores=None,
        kind="softmax",
        sharpness=1.0,
        names=None,
        **options,
    ):
        table = as_finite("cases", cases)
        check_ndim("cases", table, 2)
        scores = np.zeros(len(table)) if scores is None else scores
        names = [f"C{k + 1}" for k in range(len(table))] if names is None else names
        given = {"cases": cases, "scores": scores, "names": names}
        super().__init__(**given, kind=kind, sharpness=sharpness, **options)

    @classmethod
    def as_if(cls, if_true=(4, -3, 2), if_false=(-2, 3, 0), z=0.0):
        """`if` as the switch of two cases: C = [T; F], and softmax([z, 0]) = [g, 1 - g]."""
        return cls([if_true, if_false], [z, 0.0], names=["T", "F"])

    @traitlets.validate("cases", "scores", "names")
    def _matching(self, proposal):
        new = {proposal["trait"].name: proposal["value"]}
        sizes = {k: len(new.get(k, getattr(self, k))) for k in ("cases", "scores", "names")}
        if len(set(sizes.values())) > 1:
            given = ", ".join(f"{size} {key}" for key, size in sizes.items())
            raise FigureError(f"{given}: give as many of each, with change(…)")
        if not 1 <= sizes["cases"] <= MOST_CASES:
            raise FigureError(f"{sizes['cases']} cases: 1 to {MOST_CASES} can be shown")
        if new.get("cases") and not 1 <= len(new["cases"][0]) <= MOST_FEATURES:
            width = len(new["cases"][0])
            raise FigureError(f"{width} features: 1 to {MOST_FEATURES} can be shown")
        return proposal["value"]

    def suggestions(self):
        K = len(self.scores)
        ramp = [2.0, 1.0, *(-2.0 - k for k in range(K))][:K]
        return [
            _preset("mostly one", "a soft choice", ramp, 1.0),
            _preset("choose one", "sharp: the mask is one-hot", ramp, 20.0),
            _preset("average", "blunt: every case counts alike", ramp, 0.0),
            _preset("any of them", "sigmoid: each case has its own gate", ramp, 5.0, "sigmoid"),
        ]

    def values(self):
        mask = gates.mask(self.scores, self.kind, self.sharpness)
        return {
            "mask": mask,
            "y": gates.soft_switch(mask, self.cases),
            "hard": gates.hard_switch(self.scores, self.cases, self.kind),
        }

    def still(self):
        return still_of_soft_switch(self.cases, self.scores, self.kind, self.sharpness, self.names)


def _preset(name, hint, scores, sharpness, kind="softmax"):
    return preset(name, hint, scores=scores, sharpness=sharpness, kind=kind)
