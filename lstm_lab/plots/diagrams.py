"""Diagrams of the lesson, drawn from the name table."""

import textwrap

from matplotlib.patches import FancyBboxPatch

from ..names import CELL
from .style import FAINT, INK, ROOM, arrow, label, label_box, page, path, sign, write


def lstm_cell():
    """One step of the LSTM cell: the two states, the four gates, what multiplies what.

    Returns (fig, ax); `make images` writes it to images/lstm_cell.png.
    """
    fig, ax = page(940, 490)
    top, out, bus, box = 90, 245, 410, 325
    x = {"remember": 220, "save": 385, "candidate": 545, "focus": 705}
    add, right = 465, 790
    ax.add_patch(
        FancyBboxPatch((130, 35), 715, 425, boxstyle="round,pad=0,rounding_size=14", **ROOM)
    )
    hue = {key: name.colour for key, name in CELL.items()}

    arrow(ax, (50, top), (x["remember"] - 16, top), hue["c"], 3)
    arrow(ax, (x["remember"] + 16, top), (add - 16, top), hue["c"], 3)
    arrow(ax, (add + 16, top), (890, top), hue["c"], 3)
    for key in x:
        arrow(ax, (x[key], bus), (x[key], box + 28), FAINT, 1.5)
    path(ax, [(90, bus), (x["focus"], bus)], FAINT, 1.5)
    arrow(ax, (x["remember"], box - 28), (x["remember"], top + 16), hue["remember"])
    middle = 200
    arrow(ax, (x["save"], box - 28), (x["save"], middle), hue["save"], head=False)
    arrow(ax, (x["save"], middle), (add - 16, middle), hue["save"])
    arrow(ax, (x["candidate"], box - 28), (x["candidate"], middle), hue["candidate"], head=False)
    arrow(ax, (x["candidate"], middle), (add + 16, middle), hue["candidate"])
    arrow(ax, (add, middle - 16), (add, top + 16), INK)
    arrow(ax, (right, top), (right, 145), hue["c"])
    arrow(ax, (right, 183), (right, out - 16), hue["c"])
    arrow(ax, (x["focus"], box - 28), (x["focus"], out), hue["focus"], head=False)
    arrow(ax, (x["focus"], out), (right - 16, out), hue["focus"])
    arrow(ax, (right + 16, out), (890, out), hue["h"], 3)

    sign(ax, x["remember"], top, "×")
    sign(ax, add, top, "+")
    sign(ax, add, middle, "×")
    sign(ax, right, out, "×")
    label_box(ax, right, 164, "tanh", "white", INK, 32, 19)
    for key in x:
        label_box(ax, x[key], box, f"{CELL[key].label}\n{CELL[key].activation}", hue[key], "white")
    label(ax, 60, top - 18, "c before", colour=hue["c"])
    label(ax, 880, top - 18, "c", colour=hue["c"])
    label(ax, 880, out - 18, "y = h", colour=hue["h"])
    label(ax, 56, bus - 12, "h before", colour=hue["h"])
    label(ax, 56, bus + 12, "x", colour=INK)
    write(ax, 60, top + 20, CELL["c"].meaning.partition(": ")[2], size=9, colour=FAINT)
    write(ax, 880, out + 20, CELL["h"].meaning.partition(": ")[2], size=9, colour=FAINT)
    for key in x:
        write(ax, x[key], bus + 24, textwrap.fill(CELL[key].meaning, 18), size=9, colour=FAINT)
    return fig, ax
