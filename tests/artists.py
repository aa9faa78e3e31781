"""What a still draws, read off matplotlib's artists as numbers and words."""

import re

import numpy as np
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Rectangle, StepPatch


def still_of(ax):
    return ax.get_figure(root=True)


def labels(ax):
    """Below, beside and above."""
    return [ax.get_xlabel(), ax.get_ylabel(), ax.get_title()]


def on(axes, which):
    """The one of several axes that is labelled so, or the one of that number."""
    (ax,) = [axes[which]] if isinstance(which, int) else [ax for ax in axes if which in labels(ax)]
    return ax


def at(which, read):
    """Reads one of several axes."""
    return lambda axes: read(on(axes, which))


def each(read):
    """Reads all of several axes."""
    return lambda axes: [read(ax) for ax in axes]


def lines(ax):
    """Name, hue, dashes and places of every line."""
    return [
        (
            line.get_label() if line.get_label()[0] != "_" else "",
            to_hex(line.get_color()),
            line.get_linestyle(),
            line.get_xdata(),
            line.get_ydata(),
        )
        for line in ax.lines
    ]


def legend(ax):
    """Name to hue, as the legend of the axes or of the whole still pairs them."""
    it = ax.get_legend() or still_of(ax).legends[0]
    names = [text.get_text() for text in it.get_texts()]
    return {n: to_hex(h.get_color()) for n, h in zip(names, it.legend_handles, strict=True)}


def picture(image):
    """An image as it is seen, its numbers from the upper left corner on."""
    left, right, last, first = image.get_extent()  # edges of the columns and rows
    if image.origin == "lower":
        first, last = last, first
    (x0, x1), (y0, y1) = image.axes.get_xlim(), image.axes.get_ylim()
    across, down = np.sign((right - left) * (x1 - x0)), np.sign((first - last) * (y1 - y0))
    return {
        "numbers": image.get_array()[:: int(down), :: int(across)],
        "ends": image.get_clim(),
        "hues": [to_hex(image.cmap(share)) for share in (0.0, 1.0)],
        "edges": [*sorted((left, right)), *sorted((first, last))],
        "shown": [x0, x1, y0, y1],
    }


def dots(ax):
    """Kind and hue of dots to their places."""
    places = {}
    for some in (c for c in ax.collections if isinstance(c, PathCollection)):
        if len(some.get_offsets()):
            fill, edge = (to_hex(c[0]) for c in (some.get_facecolor(), some.get_edgecolor()))
            kind = "hollow" if fill == "#ffffff" else "full" if fill == edge else fill
            places.setdefault(f"{kind} {edge}", []).extend(some.get_offsets().tolist())
    return places


def spans(ax):
    """Edge, filled or not, left and right of every span."""
    found = (p for p in ax.patches if isinstance(p, Rectangle))
    return [(to_hex(p.get_edgecolor()), p.get_fill(), *p.get_bbox().intervalx) for p in found]


def stairs(ax):
    """Name, hue, heights and edges of every line of steps."""
    found = (p for p in ax.patches if isinstance(p, StepPatch))
    return [(p.get_label(), to_hex(p.get_edgecolor()), *p.get_data()[:2]) for p in found]


def ticks(axis):
    """Place to label."""
    labels = [label.get_text() for label in axis.get_ticklabels()]
    return dict(zip(map(float, axis.get_ticklocs()), labels, strict=True))


def across(ax):
    return ticks(ax.xaxis)


def down(ax):
    return ticks(ax.yaxis)


def bar(ax):
    """What the two ends of an image's colours stand for."""
    return ticks(ax.images[0].colorbar.ax.yaxis)


def scales(ax):
    """Scale and limits, across and up."""
    return [ax.get_xscale(), ax.get_xlim(), ax.get_yscale(), ax.get_ylim()]


def notes(ax):
    """What is written, and where it points or stands."""
    return [(t.get_text().strip(), *getattr(t, "xy", t.get_position())) for t in ax.texts]


def rows(ax):
    """The words of a page row by row, each with the colour of the cell that it stands in."""
    cells = [p for p in ax.patches if isinstance(p, Rectangle) and p.get_facecolor()[3]]
    found = {}
    for text in sorted(ax.texts, key=lambda text: text.get_position()):
        x, y = text.get_position()
        fills = [to_hex(p.get_facecolor()) for p in cells if p.get_bbox().contains(x, y)]
        found.setdefault(round(y), []).append(" ".join([text.get_text(), *fills]))
    return [found[y] for y in sorted(found, reverse=not ax.yaxis_inverted())]


def framed(ax):
    """The words within each frame of a page."""
    frames = [p.get_bbox() for p in ax.patches if not p.get_facecolor()[3]]
    return [[t.get_text() for t in ax.texts if f.contains(*t.get_position())] for f in frames]


def ramps(ax):
    """The hues at the two ends of every colour scale of a page."""
    ends = (image.to_rgba(picture(image)["numbers"][:, [0, -1]])[0] for image in ax.images)
    return [[to_hex(end) for end in pair] for pair in ends]


def tracks(ax):
    """How far along its track every disc stands."""
    discs = [p.center for p in ax.patches if isinstance(p, Circle)]
    level = {
        line.get_ydata()[0]: line.get_xdata() for line in ax.lines if not np.ptp(line.get_ydata())
    }
    return [(x - level[y][0]) / np.ptp(level[y]) for x, y in discs]


def bars(ax):
    """The two ends of every bar, from the line in its middle."""
    found = [p.get_bbox() for p in ax.patches if to_hex(p.get_facecolor()) == "#8c8c8c"]
    middle = [line.get_xdata()[0] for line in ax.lines if not np.ptp(line.get_xdata())]
    return [box.intervalx - x for box, x in zip(found, middle, strict=True)]


def plain(text):
    """A word or a formula of a diagram without its LaTeX."""
    return re.sub(r"\\mathbf|[${}_]", "", text)


def boxes(ax):
    """Word, extent and fill of every box and sign of a diagram that has a word in its middle."""
    words = {tuple(map(round, t.get_position())): plain(t.get_text()) for t in ax.texts}
    found = []
    for patch in (p for p in ax.patches if isinstance(p, Circle | FancyBboxPatch)):
        extent = patch.get_patch_transform().transform_path(patch.get_path()).get_extents()
        middle = tuple(map(round, extent.get_points().mean(axis=0)))
        if middle in words:
            found.append((words[middle], extent.padded(4), to_hex(patch.get_facecolor())))
    return found


def ways(ax):
    """From, to and hue of every way through a diagram; from and to are numbers of boxes, or words
    that stand beside an end."""
    found, wires = boxes(ax), []
    for patch in (p for p in ax.patches if isinstance(p, FancyArrowPatch)):
        path = patch.get_path()
        points = path.vertices[path.codes != path.CLOSEPOLY]
        tip = points[np.hypot(*(points - points[0]).T).argmax()]
        head = len(points) > 3
        wires.append((np.array([points[0], tip]), to_hex(patch.get_edgecolor()), head))
    wires += [(line.get_xydata(), to_hex(line.get_color()), False) for line in ax.lines]
    beside = {
        t.get_position(): plain(t.get_text())
        for t in ax.texts
        if t.get_weight() == "bold" and not any(e.contains(*t.get_position()) for _, e, _ in found)
    }

    def box(point):
        inside = [k for k, (_, extent, _) in enumerate(found) if extent.contains(*point)]
        near = [word for place, word in beside.items() if np.hypot(*(place - point)) < 40]
        return inside[0] if inside else ", ".join(sorted(near))

    def source(wire):
        start = wire[0][0]
        if (name := box(start)) != "":
            return name
        return source(min((w for w in wires if w is not wire), key=lambda w: gap(w[0], start)))

    return [
        (source(wire), box(wire[0][-1]), wire[1])
        for wire in wires
        if wire[2] or box(wire[0][-1]) != ""
    ]


def gap(points, place):
    """How far a place is from a line through points."""
    starts, steps = points[:-1], np.diff(points, axis=0)
    along = ((place - starts) * steps).sum(axis=1) / (steps**2).sum(axis=1)
    nearest = starts + along.clip(0, 1)[:, None] * steps
    return np.hypot(*(nearest - place).T).min()


def flows(ax):
    """The ways of a diagram to their hues, a sign with what it joins: ×(c before, remember) → +."""
    words, arrive, found = [word.split()[0] for word, _, _ in boxes(ax)], {}, ways(ax)
    for start, stop, _ in found:
        arrive.setdefault(stop, []).append(start)

    def term(end):
        word = end if isinstance(end, str) else words[end]
        joined = ", ".join(sorted(map(term, arrive.get(end, ())))) if word in ("×", "+") else ""
        return f"{word}({joined})" if joined else word

    return {f"{term(start)} → {term(stop)}": hue for start, stop, hue in found}
