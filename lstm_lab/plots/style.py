"""What every still shares: colour maps from the name table, number cells, a page to draw on."""

import contextlib
import io
import re
import warnings

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.spines import Spine
from matplotlib.text import Text
from PIL import Image

from .._text import few, number, shorten
from .._validate import as_finite
from ..names import GATE_STOPS, NAMES, NETS, SIGNED_STOPS

__all__ = [
    "COLOURS",
    "FAINT",
    "GATE_MAP",
    "INK",
    "LINES",
    "MOST_BYTES",
    "SIGNED_MAP",
    "Still",
    "alt_text",
    "canvas",
    "cell",
    "frame",
    "gate_colour",
    "head",
    "hues",
    "ink_on",
    "of_nets",
    "of_seeds",
    "on_any_page",
    "page",
    "png",
    "scale",
    "signed_colour",
    "small_png",
    "strokes",
    "symmetric_limit",
    "write",
]


GATE_MAP = LinearSegmentedColormap.from_list("lstm_lab.gate", GATE_STOPS, N=1024)
SIGNED_MAP = LinearSegmentedColormap.from_list("lstm_lab.signed", SIGNED_STOPS, N=1024)

INK, FAINT = "#1a1a1a", "#767676"
#: In place of ink where a page may be light or dark: 4.2 : 1 on white, and on JupyterLab's black.
ANY = "#7c7c7c"
#: Of lines whose name has no hue of its own, in turn, and how each line is dashed.
COLOURS = ("#8a45ff", "#00857c", "#b58500", "#5c6670", "#c23b5c", "#0b90cc")
LINES = ("-", "--", "-.", ":", (0, (7, 2)))


class Still(Figure):
    """A matplotlib figure that a notebook shows when a cell ends with it, without pyplot.

    It has no ground, so that it stands on a light page and on a dark one; unless it is a sheet.
    """

    sheet = False

    def _repr_png_(self):
        return small_png(self), {"alt": alt_text(self)}


def alt_text(fig, most=400) -> str:
    """The words of a still, for those who do not see it: what its axes, lines and marks are."""
    words = [part for ax in fig.axes for part in _words_of(ax)]
    text = ". ".join(dict.fromkeys(" ".join(word.split()) for word in words))
    return shorten(text, most)


def _words_of(ax):
    """Title, axes, named lines with their two ends, and what is written on one set of axes."""
    across, down = ax.get_xlabel(), ax.get_ylabel()
    axes = f"{down} against {across}" if across and down else across or down
    lines = [line for line in ax.lines if not line.get_label().startswith("_")]
    ends = ", ".join(f"{line.get_label()} {_ends(line)}" for line in lines)
    written = ", ".join(filter(None, (text.get_text().strip() for text in ax.texts)))
    return [part for part in (ax.get_title(), axes, ends, written) if part.strip()]


def _ends(line) -> str:
    values = np.asarray(line.get_ydata(), float)
    return f"from {few(values[0])} to {few(values[-1])}" if len(values) else "has no points"


def canvas(width, height, ax=None):
    """Axes to draw one picture on: (fig, ax). Those that are given, or of a new still in inches."""
    if ax is not None:
        return ax.figure, ax
    fig = Still(figsize=(width, height), layout="constrained")
    return fig, fig.subplots()


def symmetric_limit(*arrays) -> float:
    """The largest magnitude among the arrays, the end of a signed colour scale; 1 if all are 0."""
    return max((float(np.abs(a).max()) for a in arrays if np.size(a)), default=0.0) or 1.0


def signed_colour(value, limit):
    """The colour (RGB in [0, 1]) of a signed value on a scale from -limit to limit."""
    return SIGNED_MAP((value / limit + 1) / 2)[:3]


def gate_colour(value):
    """The colour (RGB in [0, 1]) of a gate or a mask weight in [0, 1]."""
    return GATE_MAP(float(value))[:3]


def ink_on(rgb) -> str:
    """Black or white, whichever reads better on the colour."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    luminance = np.dot([0.2126, 0.7152, 0.0722], linear)
    return "#000000" if luminance > 0.179 else "#ffffff"


def hues(names, own=NETS) -> list[str]:
    """A colour for each name: that of the kind of net in it, if it is the first such; else the next
    of COLOURS.

    own  a word in a name to its colour

    >>> hues(["LSTM, chrono", "RNN", "mine"])
    ['#0b90cc', '#c23b5c', '#8a45ff']
    """
    found: list[str | None] = []
    for name in names:
        colour = next((own[word] for word in re.findall(r"\w+", name) if word in own), None)
        found.append(None if colour in found else colour)
    others = [colour for colour in COLOURS if colour not in found] or list(COLOURS)
    rest = iter(others * len(found))
    return [colour or next(rest) for colour in found]


def strokes(names, own=NETS) -> list[dict]:
    """The colour and the dashes of each line of a still, by its name."""
    return [
        {"color": colour, "linestyle": LINES[k % len(LINES)]}
        for k, colour in enumerate(hues(names, own))
    ]


def of_seeds(name, found):
    """Refuse what is not a dict of a name to the results of seeds, None for one without."""
    if not isinstance(found, dict) or not found:
        raise ValueError(f"{name} is {found!r}: give a dict, at least one name to its seeds")
    for key, seeds in found.items():
        if isinstance(seeds, str | dict) or not hasattr(seeds, "__len__") or not len(seeds):
            raise ValueError(f"{name}[{key!r}] is {seeds!r}: give a list of at least one seed")
        as_finite(f"{name}[{key!r}]", [n for n in seeds if n is not None])


def of_nets(name, found, what):
    """Refuse what is not a dict of a name to {`what`: results of seeds}."""
    if not isinstance(found, dict) or not found or not all(found.values()):
        raise ValueError(f"{name} is {found!r}: give at least one {what} for each name")
    for key, by_what in found.items():
        of_seeds(f"{name}[{key!r}]", by_what)


def page(width, height):
    """An empty page of `width` x `height` units (100 to the inch), y downwards: (fig, ax)."""
    fig = Still(figsize=(width / 100, height / 100), facecolor="white")
    fig.sheet = True
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, width), ylim=(height, 0))
    ax.set_axis_off()
    return fig, ax


def write(ax, x, y, text, *, size=11, colour=INK, ha="center", weight="normal", family=None):
    """Text centred on (x, y) of a page, above all else there."""
    style = {"fontsize": size, "fontweight": weight, "fontfamily": family, "color": colour}
    ax.text(x, y, text, ha=ha, va="center", zorder=6, **style)


def head(ax, x, key):
    """A column's head: the word of the name table, and its symbol below."""
    write(ax, x, 14, NAMES[key].word, weight="bold")
    write(ax, x, 33, NAMES[key].symbol, colour=FAINT)


def frame(ax, x, y, width, height):
    """A frame around the chosen one."""
    ax.add_patch(Rectangle((x, y), width, height, facecolor="none", edgecolor=INK, linewidth=2.5))


def cell(ax, x, y, width, height, value, rgb):
    """A coloured cell with its number, (x, y) the upper left corner."""
    ax.add_patch(Rectangle((x, y), width, height, facecolor=rgb))
    write(ax, x + width / 2, y + height / 2, number(value), colour=ink_on(rgb))


def scale(ax, x, y, width, cmap, low, high, label):
    """A colour scale with the values of its two ends and a label, drawn from (x, y)."""
    ramp = np.linspace(0, 1, 256)[None]
    ax.imshow(ramp, cmap=cmap, extent=(x, x + width, y + 10, y), aspect="auto", zorder=2)
    write(ax, x - 6, y + 5, low, size=9, colour=FAINT, ha="right")
    write(ax, x + width + 6, y + 5, high, size=9, colour=FAINT, ha="left")
    write(ax, x + width / 2, y + 20, label, size=9, colour=FAINT)


def png(fig, dpi=100) -> bytes:
    """The figure as PNG bytes, the same bytes for the same picture."""
    buffer, clear = io.BytesIO(), not getattr(fig, "sheet", True)
    options = {"metadata": {"Software": None}, "transparent": clear}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")  # a script that the font lacks is drawn as boxes
        with on_any_page(fig) if clear else contextlib.nullcontext():
            fig.savefig(buffer, format="png", dpi=dpi, **options)
    return buffer.getvalue()


@contextlib.contextmanager
def on_any_page(fig):
    """Meanwhile what is in ink is in a grey that reads on light and on dark pages."""
    fig.draw_without_rendering()  # all ticks are there now; new ones would keep the grey
    kinds = [(Text, "color"), (Line2D, "color"), (Line2D, "markeredgecolor")]
    kinds += [(Spine, "edgecolor")]
    inked = [
        (getattr(artist, f"set_{key}"), getattr(artist, f"get_{key}")())
        for kind, key in kinds
        for artist in fig.findobj(kind)
        if max(to_rgb(getattr(artist, f"get_{key}")())) < 0.4
    ]
    for set_colour, _ in inked:
        set_colour(ANY)
    try:
        yield
    finally:
        for set_colour, colour in inked:
            set_colour(colour)


#: Bytes that a still may take in a notebook; dots to the inch and colours that it is left with.
MOST_BYTES = 300_000
THRIFT = ((100, 256), (80, 256), (80, 64), (60, 64))


def small_png(fig) -> bytes:
    """The figure as PNG bytes; one too large for a notebook with fewer colours and dots."""
    data = png(fig)
    for dpi, colours in THRIFT:
        if len(data) <= MOST_BYTES:
            break
        data = _few_colours(png(fig, dpi), colours)
    return data


def _few_colours(data, colours) -> bytes:
    with Image.open(io.BytesIO(data)) as picture:
        tree = Image.Quantize.FASTOCTREE  # the one that keeps what is clear
        flat = picture.quantize(colours, tree, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    flat.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
