"""Stills of notebook 06: exact match against length, and a map that sharpens while a net learns."""

import numpy as np

from .._validate import as_dict, as_finite, as_positive, check_ndim, check_unit_interval
from .style import COLOURS, FAINT, GATE_MAP, Still, of_nets, stroke


def exact_by_length(found, trained=None):
    """The share of texts written exactly, against their length: a line per net, a dot per seed.

    found    name to {length: [share of each seed, …]}
    trained  the longest that they were trained on: a dashed line

    Returns (fig, ax).
    """
    of_nets("found", found, "length")
    if trained is not None:
        as_positive("trained", trained)
    fig = Still(figsize=(9, 3.4), layout="constrained")
    ax = fig.subplots()
    for k, (name, by_length) in enumerate(found.items()):
        for length, seeds in by_length.items():
            ax.scatter([length] * len(seeds), seeds, s=16, color=COLOURS[k % 5], alpha=0.5)
        medians = [np.median(seeds) for seeds in by_length.values()]
        ax.plot(list(by_length), medians, linewidth=2.5, label=name, **stroke(k))
    if trained is not None:
        ax.axvline(trained + 0.5, color=FAINT, linewidth=1, linestyle="--")
        ax.text(trained, 0.55, "trained up to here", color=FAINT, fontsize=9, ha="right")
    ax.set(ylim=(-0.03, 1.05), xlabel="length of the text", ylabel="written exactly")
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
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
