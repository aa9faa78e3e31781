"""Stills of counting: how far nets count, and what their states do meanwhile."""

import numpy as np

from .._validate import as_dict, as_finite, as_positive, as_words, check_ndim
from .steps import label_steps
from .style import COLOURS, FAINT, Still, of_seeds, stroke

#: Inches that the steps stand on.
ACROSS = 8


def states(runs, tokens=None):
    """One line per net over the characters, all on the same axes.

    runs    name to (T,) values: a c, or an h
    tokens  T labels for the steps

    Returns (fig, ax). Raises ValueError if the runs differ in length.
    """
    for name, values in as_dict("runs", runs, "values").items():
        check_ndim(name, as_finite(name, values), 1)
    tokens = None if tokens is None else as_words("tokens", tokens)
    given = {name: len(values) for name, values in runs.items()}
    given |= {} if tokens is None else {"tokens": len(tokens)}
    if len(set(given.values())) != 1:
        raise ValueError(f"runs and tokens must be of one length, but there are {given}")
    fig = Still(figsize=(9, 3.2), layout="constrained")
    ax = fig.subplots()
    for k, (name, values) in enumerate(runs.items()):
        ax.plot(values, linewidth=2.5, label=name, **stroke(k))
    ax.axhline(0, color="#999999", linewidth=1, zorder=0)
    ax.legend(frameon=False)
    label_steps(ax.xaxis, tokens, ACROSS, next(iter(given.values())))
    return fig, ax


def first_failures(found, trained=10, most=None):
    """One dot per seed: the first n at which a net fails, on a log axis.

    found    name to a list of first failing n, None for a seed that has none; one seed at least
    trained  nets saw n up to this
    most     every n was tried up to this; where there is no failure the dot stands there, hollow

    Returns (fig, ax).
    """
    of_seeds("found", found)
    as_positive("trained", trained)
    if most is not None:
        as_positive("most", most)
    if most is None and any(n is None for seeds in found.values() for n in seeds):
        raise ValueError("a seed has no failure: say up to which n was tried, most=…")
    fig = Still(figsize=(9, 0.9 + 0.45 * len(found)), layout="constrained")
    ax = fig.subplots()
    top = most or max((n for seeds in found.values() for n in seeds if n), default=trained) * 1.5
    for row, seeds in enumerate(found.values()):
        failed = [n for n in seeds if n is not None]
        colour, y = COLOURS[row % 5], row + _spread(len(seeds))
        ax.scatter(failed, y[: len(failed)], s=45, color=colour)
        fine = len(seeds) - len(failed)
        ax.scatter([top] * fine, y[len(failed) :], s=55, facecolor="white", edgecolor=colour)
        if fine:
            ax.annotate(
                f"{fine} of {len(seeds)}: none", (top, row), (-10, 0),
                textcoords="offset points", ha="right", va="center",
            )  # fmt: skip
    ax.axvspan(1, trained, color="#dddddd", zorder=0)
    ax.text(1.1, -0.62, "trained on", color=FAINT, fontsize=9, va="center")
    ax.set(xscale="log", xlim=(1, top * 1.6), xlabel="first n that fails")
    ax.set_yticks(range(len(found)), list(found))
    ax.set_ylim(len(found) - 0.4, -0.85)
    return fig, ax


def _spread(count):
    """Small offsets, so that dots of one row do not hide each other."""
    return np.linspace(-0.28, 0.28, count) if count > 1 else np.zeros(1)
