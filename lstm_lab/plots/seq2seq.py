"""Stills of notebook 06: exact match against length, and a map that sharpens while a net learns."""

import numpy as np

from .._validate import as_dict, as_finite, as_positive, check_ndim, check_unit_interval
from .seeds import medians
from .style import FAINT, GATE_MAP, Still, canvas, of_nets

__all__ = ["exact_by_length", "sharpening"]


def exact_by_length(found, trained=None, ax=None):
    """The share of texts written exactly, against their length: a line per net, a dot per seed.

    found    name to {length: [share of each seed, …]}
    trained  the longest that they were trained on: a dashed line
    ax       Axes to draw on; a new still by default

    Returns (fig, ax).
    """
    of_nets("found", found, "length")
    if trained is not None:
        as_positive("trained", trained)
    fig, ax = canvas(9, 3.4, ax)
    medians(ax, found, size=16)
    if trained is not None:
        ax.axvline(trained + 0.5, color=FAINT, linewidth=1, linestyle="--")
        ax.text(trained, 0.55, "trained up to here", color=FAINT, fontsize=9, ha="right")
    ax.set(ylim=(-0.03, 1.05), xlabel="length of the text", ylabel="written exactly")
    return fig, ax


def sharpening(maps, titles=None):
    """Several maps (T, S) of one text side by side, such as those of a net while it learns.

    maps    name or number of updates to an array in [0, 1]
    titles  a line above each, by the same keys

    Returns (fig, axes).
    """
    as_dict("maps", maps, "map")
    titles = {} if titles is None else as_dict("titles", titles, "line")
    fig = Still(figsize=(9, 2.7), layout="constrained")
    panels = np.atleast_1d(fig.subplots(1, len(maps), sharey=True))
    for ax, (key, masks) in zip(panels, maps.items(), strict=True):
        masks = as_finite(f"maps[{key!r}]", masks)
        check_ndim(f"maps[{key!r}]", masks, 2)
        check_unit_interval(f"maps[{key!r}]", masks, "give weights, not scores: lab.mask(scores)")
        image = ax.imshow(masks, cmap=GATE_MAP, vmin=0, vmax=1, interpolation="nearest")
        ax.set_title(titles.get(key, str(key)), fontsize=10)
        ax.set(xticks=[], yticks=[], xlabel="input")
    panels[0].set_ylabel("output step")
    fig.colorbar(image, ax=panels, label="weight", shrink=0.6)
    return fig, panels
