"""Diagrams of the lesson, drawn from the name table."""

import textwrap

from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch

from ..names import CELL
from .style import FAINT, INK, page, write


def lstm_cell():
    """One step of the LSTM cell: the two states, the four gates, what multiplies what.

    Returns (fig, ax); `make images` writes it to images/lstm_cell.png.
    """
    fig, ax = page(940, 490)
    top, out, bus, box = 90, 245, 410, 325
    x = {"remember": 220, "save": 385, "candidate": 545, "focus": 705}
    add, right = 465, 790
    ax.add_patch(
        FancyBboxPatch(
            (130, 35), 715, 425, boxstyle="round,pad=0,rounding_size=14", fc="#f6f6f6", ec="#bbbbbb"
        )
    )
    hue = {key: name.colour for key, name in CELL.items()}

    _arrow(ax, (50, top), (x["remember"] - 16, top), hue["c"], 3)
    _arrow(ax, (x["remember"] + 16, top), (add - 16, top), hue["c"], 3)
    _arrow(ax, (add + 16, top), (890, top), hue["c"], 3)
    for key in x:
        _arrow(ax, (x[key], bus), (x[key], box + 28), FAINT, 1.5)
    _path(ax, [(90, bus), (x["focus"], bus)], FAINT, 1.5)
    _arrow(ax, (x["remember"], box - 28), (x["remember"], top + 16), hue["remember"])
    middle = 200
    _arrow(ax, (x["save"], box - 28), (x["save"], middle), hue["save"], head=False)
    _arrow(ax, (x["save"], middle), (add - 16, middle), hue["save"])
    _arrow(ax, (x["candidate"], box - 28), (x["candidate"], middle), hue["candidate"], head=False)
    _arrow(ax, (x["candidate"], middle), (add + 16, middle), hue["candidate"])
    _arrow(ax, (add, middle - 16), (add, top + 16), INK)
    _arrow(ax, (right, top), (right, 145), hue["c"])
    _arrow(ax, (right, 183), (right, out - 16), hue["c"])
    _arrow(ax, (x["focus"], box - 28), (x["focus"], out), hue["focus"], head=False)
    _arrow(ax, (x["focus"], out), (right - 16, out), hue["focus"])
    _arrow(ax, (right + 16, out), (890, out), hue["h"], 3)

    for place, sign in (
        ((x["remember"], top), "×"),
        ((add, top), "+"),
        ((add, middle), "×"),
        ((right, out), "×"),
    ):
        ax.add_patch(Circle(place, 16, facecolor="white", edgecolor=INK, linewidth=1.5, zorder=5))
        _label(ax, *place, sign, size=15)
    _label_box(ax, right, 164, "tanh", "white", INK, 32, 19)
    for key in x:
        _label_box(ax, x[key], box, f"{CELL[key].label}\n{CELL[key].activation}", hue[key], "white")
    _label(ax, 60, top - 18, "c before", colour=hue["c"])
    _label(ax, 880, top - 18, "c", colour=hue["c"])
    _label(ax, 880, out - 18, "y = h", colour=hue["h"])
    _label(ax, 56, bus - 12, "h before", colour=hue["h"])
    _label(ax, 56, bus + 12, "x", colour=INK)
    write(ax, 60, top + 20, CELL["c"].meaning.partition(": ")[2], size=9, colour=FAINT)
    write(ax, 880, out + 20, CELL["h"].meaning.partition(": ")[2], size=9, colour=FAINT)
    for key in x:
        write(ax, x[key], bus + 24, textwrap.fill(CELL[key].meaning, 18), size=9, colour=FAINT)
    return fig, ax


def _arrow(ax, start, end, colour, width=2, head=True):
    style = "-|>" if head else "-"
    ax.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle=style,
            color=colour,
            linewidth=width,
            mutation_scale=14,
            shrinkA=0,
            shrinkB=0,
            zorder=3,
        )
    )


def _path(ax, points, colour, width):
    ax.plot(*zip(*points, strict=True), color=colour, linewidth=width, zorder=2)


def _label(ax, x, y, text, size=11, colour=INK):
    ax.text(x, y, text, fontsize=size, color=colour, ha="center", va="center", zorder=6,
            fontweight="bold")  # fmt: skip


def _label_box(ax, x, y, text, fill, ink, half_width=62, half_height=28):
    shape = {"boxstyle": "round,pad=0,rounding_size=5", "fc": fill, "ec": INK, "zorder": 4}
    size = (2 * half_width, 2 * half_height)
    ax.add_patch(FancyBboxPatch((x - half_width, y - half_height), *size, linewidth=1.2, **shape))
    _label(ax, x, y, text, colour=ink)
