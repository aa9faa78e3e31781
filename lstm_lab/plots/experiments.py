"""Stills of learning: errors that fall, the race over the forget bias, success against lag."""

import numpy as np

from .._validate import as_dict, as_finite, as_float, as_positive
from .seeds import medians, rows_of_dots
from .style import FAINT, canvas, hues, of_nets, of_seeds, strokes

__all__ = ["accuracy_by_lag", "learning_curves", "updates_to_goal"]


def learning_curves(curves, goal=None, max_updates=None, ax=None):
    """One line per net, its error against updates, on a log axis.

    curves       name to a LearningCurve of `lab.experiments.compare_biases`, or to [(updates,
                 error), …]
    goal         a dashed line
    max_updates  at the right edge
    ax           Axes to draw on; a new still by default

    Returns (fig, ax).
    """
    as_dict("curves", curves, "points")
    for key, value in {"goal": goal, "max_updates": max_updates}.items():
        if value is not None:
            as_positive(key, value)
    fig, ax = canvas(9, 3.6, ax)
    for (name, curve), style in zip(curves.items(), strokes(curves), strict=True):
        x, y = _columns(name, curve)
        ax.plot(x, y, linewidth=2, label=name, **style)
    if goal is not None:
        ax.axhline(goal, color=FAINT, linewidth=1, linestyle="--")
    ax.set(
        yscale="log",
        ylim=(1e-4, 1),
        xlim=(0, max_updates),
        xlabel="updates",
        ylabel="squared error",
    )
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    return fig, ax


def _columns(name, points):
    if hasattr(points, "errors"):
        return points.updates, points.errors
    if hasattr(points, "__len__") and not len(points):
        return [], []
    pairs = as_finite(name, points)
    if pairs.shape[1:] != (2,):
        raise ValueError(f"{name} has shape {pairs.shape}: give (updates, error) pairs")
    return pairs.T


def updates_to_goal(found, max_updates, ax=None):
    """One dot per seed: after how many updates the goal was reached, on a log axis.

    found        name to a list of updates, None for a seed that did not arrive
    max_updates  at which it was given up; a hollow dot stands there
    ax           Axes to draw on; a new still by default

    Returns (fig, ax).
    """
    of_seeds("found", found)
    as_positive("max_updates", max_updates)
    fig, ax = canvas(9, 0.9 + 0.4 * len(found), ax)
    rows_of_dots(ax, found, max_updates, spread=0)
    for row, (seeds, colour) in enumerate(zip(found.values(), hues(found), strict=True)):
        arrived = [n for n in seeds if n is not None]
        if arrived:
            ax.plot([np.median(arrived)] * 2, [row - 0.3, row + 0.3], color=colour)
    ax.set(xlim=(100, max_updates * 1.2), xlabel="updates until the goal")
    ticks = [n for n in (100, 200, 500, 1000, 2000, 5000) if n <= max_updates]
    ax.set_xticks(ticks, [f"{n:,}" for n in ticks])
    ax.minorticks_off()
    ax.set_ylim(len(found) - 0.4, -0.6)
    return fig, ax


def accuracy_by_lag(found, baseline, ax=None):
    """Share of right answers against lag: the median of the seeds as a line, each seed a dot.

    found     name to {lag: [share, …]}
    baseline  the share of one who remembers nothing
    ax        Axes to draw on; a new still by default

    Returns (fig, ax).
    """
    of_nets("found", found, "lag")
    as_float("baseline", baseline)
    fig, ax = canvas(9, 3.4, ax)
    medians(ax, found, beside=1.04, alpha=0.6)
    ax.axhline(baseline, color=FAINT, linewidth=1, linestyle="--")
    note = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "color": FAINT}
    ax.annotate("guessing", (0, baseline), (6, -12), fontsize=9, **note)
    ax.set(xscale="log", ylim=(0, 1.05), xlabel="lag, in characters", ylabel="right answers")
    lags = list(next(iter(found.values())))
    ax.set_xticks(lags, [str(lag) for lag in lags])
    ax.minorticks_off()
    return fig, ax
