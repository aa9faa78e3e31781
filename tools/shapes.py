"""What the diagrams are drawn of: boxes, signs, arrows and words on an empty page."""

from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch

from lstm_lab.plots.style import INK, write

ROOM = {"facecolor": "#f6f6f6", "edgecolor": "#bbbbbb"}


def label(ax, x, y, text, size=11, colour=INK):
    """A bold word centred on (x, y) of a diagram."""
    write(ax, x, y, text, size=size, colour=colour, weight="bold")


def sign(ax, x, y, text, size=15):
    """An operation, a sign in a circle around (x, y)."""
    ax.add_patch(Circle((x, y), 16, facecolor="white", edgecolor=INK, linewidth=1.5, zorder=5))
    label(ax, x, y, text, size)


def label_box(ax, x, y, text, fill, ink, half_width=62, half_height=28, size=11):
    """A rounded box centred on (x, y) with a bold word in it."""
    shape = {"boxstyle": "round,pad=0,rounding_size=5", "fc": fill, "ec": INK, "zorder": 4}
    extent = (2 * half_width, 2 * half_height)
    corner = (x - half_width, y - half_height)
    ax.add_patch(FancyBboxPatch(corner, *extent, linewidth=1.2, **shape))
    label(ax, x, y, text, size, ink)


def arrow(ax, start, end, colour, width=2, head=True):
    """A straight arrow from `start` to `end`; without its head, a line."""
    line = {"color": colour, "linewidth": width, "shrinkA": 0, "shrinkB": 0, "zorder": 3}
    style = "-|>" if head else "-"
    ax.add_patch(FancyArrowPatch(start, end, arrowstyle=style, mutation_scale=14, **line))


def path(ax, points, colour, width, line="-"):
    """A line through points of a diagram, below its arrows."""
    ax.plot(*zip(*points, strict=True), line, color=colour, linewidth=width, zorder=2)
