"""Stills of counting: how far nets count, and what their states do meanwhile."""

from .._validate import as_dict, as_finite, as_positive, as_words, check_ndim
from ..names import CELL, NETS
from .seeds import rows_of_dots
from .steps import label_steps
from .style import FAINT, canvas, of_seeds, strokes

__all__ = ["ACROSS", "first_failures", "states"]


#: Inches that the steps stand on.
ACROSS = 7.6
#: Numbers on the axis of n.
TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000)


def states(runs, tokens=None, ax=None):
    """One line per net over the characters, all on the same axes.

    runs    name to (T,) values: a c, or an h
    tokens  T labels for the steps
    ax      Axes to draw on; a new still by default

    Returns (fig, ax). Raises ValueError if the runs differ in length.
    """
    for name, values in as_dict("runs", runs, "values").items():
        check_ndim(name, as_finite(name, values), 1)
    tokens = None if tokens is None else as_words("tokens", tokens)
    given = {name: len(values) for name, values in runs.items()}
    given |= {} if tokens is None else {"tokens": len(tokens)}
    if len(set(given.values())) != 1:
        raise ValueError(f"runs and tokens must be of one length, but there are {given}")
    fig, ax = canvas(9, 3.2, ax)
    own = NETS | {word: CELL[word].colour for word in ("c", "h") if word in runs}
    for (name, values), style in zip(runs.items(), strokes(runs, own), strict=True):
        ax.plot(values, linewidth=2.5, label=name, **style)
    ax.axhline(0, color="#999999", linewidth=1, zorder=0)
    ax.legend(frameon=False)
    ax.set_ylabel("state")
    label_steps(ax.xaxis, tokens, ACROSS, next(iter(given.values())))
    return fig, ax


def first_failures(found, trained=10, max_n=None, ax=None):
    """One dot per seed: the first n at which a net fails, on a log axis.

    found    name to a list of first failing n, None for a seed that has none; one seed at least
    trained  nets saw n up to this
    max_n    every n was tried up to this; where there is no failure the dot stands there, hollow
    ax       Axes to draw on; a new still by default

    Returns (fig, ax).
    """
    of_seeds("found", found)
    as_positive("trained", trained)
    if max_n is not None:
        as_positive("max_n", max_n)
    if max_n is None and any(n is None for seeds in found.values() for n in seeds):
        raise ValueError("a seed has no failure: say up to which n was tried, max_n=…")
    fig, ax = canvas(9, 0.9 + 0.45 * len(found), ax)
    top = max_n or max((n for seeds in found.values() for n in seeds if n), default=trained) * 1.5
    rows_of_dots(ax, found, top)
    for row, seeds in enumerate(found.values()):
        fine = seeds.count(None)
        if fine:
            ax.annotate(
                f"{fine} of {len(seeds)}: none", (top, row), (-10, 0),
                textcoords="offset points", ha="right", va="center",
            )  # fmt: skip
    ax.axvspan(1, trained, color=FAINT, alpha=0.25, linewidth=0, zorder=0)
    ax.text(1.1, -0.62, "trained on", color=FAINT, fontsize=9, va="center")
    ax.set(xlim=(1, top * 1.6), xlabel="first n that fails")
    ticks = [n for n in TICKS if n < top * 1.6]
    ax.set_xticks(ticks, [f"{n:,}" for n in ticks])
    ax.minorticks_off()
    ax.set_ylim(len(found) - 0.4, -0.85)
    return fig, ax
