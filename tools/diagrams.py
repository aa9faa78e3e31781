"""The diagram of the LSTM cell, as tables of lines, signs and words; `make images` draws it."""

import itertools
import textwrap

from matplotlib.patches import FancyBboxPatch

from lstm_lab.names import CELL
from lstm_lab.plots.style import FAINT, INK, page, write

from .shapes import ROOM, arrow, label, label_box, path, sign

#: Heights: the line of c, the four layers, what they read, the way of h.
TOP, LAYERS, BUS, OUT, MIDDLE = 90, 325, 410, 245, 200
#: Places across: the layers, the sum, the tanh.
X = {"remember": 220, "save": 385, "candidate": 545, "focus": 705}
ADD, RIGHT = 465, 790
#: (hue, width, points): arrows along their points; the last stretch has the head.
ARROWS = (
    ("c", 3, (50, TOP), (X["remember"] - 16, TOP)),
    ("c", 3, (X["remember"] + 16, TOP), (ADD - 16, TOP)),
    ("c", 3, (ADD + 16, TOP), (890, TOP)),
    ("remember", 2, (X["remember"], LAYERS - 28), (X["remember"], TOP + 16)),
    ("save", 2, (X["save"], LAYERS - 28), (X["save"], MIDDLE), (ADD - 16, MIDDLE)),
    ("candidate", 2, (X["candidate"], LAYERS - 28), (X["candidate"], MIDDLE), (ADD + 16, MIDDLE)),
    ("", 2, (ADD, MIDDLE - 16), (ADD, TOP + 16)),
    ("c", 2, (RIGHT, TOP), (RIGHT, 145)),
    ("c", 2, (RIGHT, 183), (RIGHT, OUT - 16)),
    ("focus", 2, (X["focus"], LAYERS - 28), (X["focus"], OUT), (RIGHT - 16, OUT)),
    ("h", 3, (RIGHT + 16, OUT), (890, OUT)),
)
SIGNS = ((X["remember"], TOP, "×"), (ADD, TOP, "+"), (ADD, MIDDLE, "×"), (RIGHT, OUT, "×"))
#: (place, word, hue)
WORDS = (
    (60, TOP - 18, "c before", "c"),
    (880, TOP - 18, "c", "c"),
    (880, OUT - 18, "y = h", "h"),
    (56, BUS - 12, "h before", "h"),
    (56, BUS + 12, "x", ""),
)


def lstm_cell():
    """(fig, ax) of one step of the LSTM cell: two states, four gates, what multiplies what."""
    fig, ax = page(940, 490)
    ground = {"boxstyle": "round,pad=0,rounding_size=14"} | ROOM
    ax.add_patch(FancyBboxPatch((130, 35), 715, 425, **ground))
    for key, width, *points in ARROWS:
        for k, (start, end) in enumerate(itertools.pairwise(points)):
            arrow(ax, start, end, _hue(key), width, head=k == len(points) - 2)
    path(ax, [(90, BUS), (X["focus"], BUS)], FAINT, 1.5)
    for x, y, text in SIGNS:
        sign(ax, x, y, text)
    label_box(ax, RIGHT, 164, "tanh", "white", INK, 32, 19)
    for key, x in X.items():
        arrow(ax, (x, BUS), (x, LAYERS + 28), FAINT, 1.5)
        label_box(ax, x, LAYERS, f"{CELL[key].label}\n{CELL[key].activation}", _hue(key), "white")
        write(ax, x, BUS + 24, textwrap.fill(CELL[key].meaning, 18), size=9, colour=FAINT)
    for x, y, text, key in WORDS:
        label(ax, x, y, text, colour=_hue(key))
    for x, y, key in ((60, TOP + 20, "c"), (880, OUT + 20, "h")):
        write(ax, x, y, CELL[key].meaning.partition(": ")[2], size=9, colour=FAINT)
    return fig, ax


def _hue(key):
    return CELL[key].colour if key else INK
