"""Stills of learning: errors that fall, the race over the forget bias, success against lag."""

import numpy as np

from .._validate import as_dict, as_finite, as_float, as_positive
from .style import COLOURS, FAINT, Still, of_nets, of_seeds, stroke


def learning_curves(lanes, goal=None, most=None):
    """One line per lane, its error against updates, on a log axis.

    lanes  name to a Lane of `lab.experiments.compare_biases`, or to [(updates, error), …]
    goal   a dashed line
    most   updates at the right edge

    Returns (fig, ax).
    """
    as_dict("lanes", lanes, "points")
    for key, value in {"goal": goal, "most": most}.items():
        if value is not None:
            as_positive(key, value)
    fig = Still(figsize=(9, 3.6), layout="constrained")
    ax = fig.subplots()
    for k, (name, lane) in enumerate(lanes.items()):
        x, y = (lane.updates, lane.errors) if hasattr(lane, "errors") else _columns(name, lane)
        ax.plot(x, y, linewidth=2, label=name, **stroke(k))
    if goal is not None:
        ax.axhline(goal, color=FAINT, linewidth=1, linestyle="--")
    ax.set(yscale="log", ylim=(1e-4, 1), xlim=(0, most), xlabel="updates", ylabel="squared error")
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    return fig, ax


def _columns(name, points):
    if hasattr(points, "__len__") and not len(points):
        return [], []
    pairs = as_finite(name, points)
    if pairs.shape[1:] != (2,):
        raise ValueError(f"{name} has shape {pairs.shape}: give (updates, error) pairs")
    return pairs.T


def updates_to_goal(found, most):
    """One dot per seed: after how many updates the goal was reached, on a log axis.

    found  name to a list of updates, None for a seed that did not arrive
    most   updates at which it was given up; a hollow dot stands there

    Returns (fig, ax).
    """
    of_seeds("found", found)
    as_positive("most", most)
    fig = Still(figsize=(9, 0.9 + 0.4 * len(found)), layout="constrained")
    ax = fig.subplots()
    for row, seeds in enumerate(found.values()):
        arrived = [n for n in seeds if n is not None]
        missing = [most] * (len(seeds) - len(arrived))
        ax.scatter(arrived, [row] * len(arrived), s=45, color=COLOURS[row % 5])
        ax.scatter(missing, [row] * len(missing), s=55, facecolor="white", edgecolor="black")
        if arrived:
            ax.plot([np.median(arrived)] * 2, [row - 0.3, row + 0.3], color=COLOURS[row % 5])
    ax.set(xscale="log", xlim=(100, most * 1.2), xlabel="updates until the goal")
    ticks = [n for n in (100, 200, 500, 1000, 2000, 5000) if n <= most]
    ax.set_xticks(ticks, [f"{n:,}" for n in ticks])
    ax.minorticks_off()
    ax.set_yticks(range(len(found)), list(found))
    ax.set_ylim(len(found) - 0.4, -0.6)
    return fig, ax


def accuracy_by_lag(found, baseline):
    """Share of right answers against lag: the median of the seeds as a line, each seed a dot.

    found     name to {lag: [share, …]}
    baseline  the share of one who remembers nothing

    Returns (fig, ax).
    """
    of_nets("found", found, "lag")
    as_float("baseline", baseline)
    fig = Still(figsize=(9, 3.4), layout="constrained")
    ax = fig.subplots()
    for k, (name, by_lag) in enumerate(found.items()):
        colour, lags = COLOURS[k % 5], np.array(list(by_lag), float) * 1.04 ** (k - 1.5)
        for lag, seeds in zip(lags, by_lag.values(), strict=True):
            ax.scatter([lag] * len(seeds), seeds, s=20, color=colour, alpha=0.6)
        medians = [np.median(seeds) for seeds in by_lag.values()]
        ax.plot(lags, medians, linewidth=2.5, label=name, **stroke(k))
    ax.axhline(baseline, color=FAINT, linewidth=1, linestyle="--")
    note = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "color": FAINT}
    ax.annotate("guessing", (0, baseline), (6, -12), fontsize=9, **note)
    ax.set(xscale="log", ylim=(0, 1.05), xlabel="lag, in characters", ylabel="right answers")
    lags = list(next(iter(found.values())))
    ax.set_xticks(lags, [str(lag) for lag in lags])
    ax.minorticks_off()
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    return fig, ax
