"""What two stills share: medians of seeds as lines, and rows with a dot for each seed."""

import numpy as np

from .style import hues, strokes

__all__ = ["medians", "rows_of_dots"]


def medians(ax, found, *, beside=1.0, size=20, alpha=0.5):
    """Draw a line through the medians of each net, and a dot for each seed.

    found   name to {x: [result of each seed, …]}
    beside  how many times farther right each net stands than the one before, so that dots of
            several nets do not lie on each other
    """
    for k, ((name, by_x), style) in enumerate(zip(found.items(), strokes(found), strict=True)):
        colour, xs = style["color"], np.array(list(by_x), float) * beside ** (k - 1.5)
        for x, seeds in zip(xs, by_x.values(), strict=True):
            ax.scatter([x] * len(seeds), seeds, s=size, color=colour, alpha=alpha)
        middle = [np.median(seeds) for seeds in by_x.values()]
        ax.plot(xs, middle, linewidth=2.5, label=name, **style)
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))


def rows_of_dots(ax, found, limit, spread=0.28):
    """Draw a row for each name and a dot for each seed on a log axis.

    A seed without a number, None, is a hollow dot at the limit.
    """
    for row, (seeds, colour) in enumerate(zip(found.values(), hues(found), strict=True)):
        y = row + (np.linspace(-spread, spread, len(seeds)) if len(seeds) > 1 else np.zeros(1))
        there = [n for n in seeds if n is not None]
        missing = [limit] * (len(seeds) - len(there))
        ax.scatter(there, y[: len(there)], s=45, color=colour)
        ax.scatter(missing, y[len(there) :], s=55, facecolor="white", edgecolor=colour)
    ax.set(xscale="log")
    ax.set_yticks(range(len(found)), list(found))
