"""Stills of the soft conditionals: the twins of the live SoftIf and SoftSwitch."""

import numpy as np
from matplotlib.patches import Circle, Rectangle

from .. import gates
from .._text import number
from .._validate import as_finite, as_words, check_ndim, check_same_shape
from ..names import NAMES
from .style import (
    FAINT,
    GATE_MAP,
    INK,
    SIGNED_MAP,
    Still,
    cell,
    frame,
    gate_colour,
    head,
    page,
    scale,
    signed_colour,
    symmetric_limit,
    write,
)

__all__ = ["CELL", "LINES", "ROW", "TOP", "gate_slopes", "soft_if", "soft_switch"]


LINES = ("-", "--", "-.", ":")
ROW, CELL, HEIGHT, TOP = 44, 58, 30, 54


def soft_if(if_true, if_false, z, sharpness=1.0):
    """The soft `if` element by element: gate, the way from F to T, y, the hard `if`, dy/dz.

    if_true, if_false, z   (n,) each; n from 1 to 8 reads well
    sharpness              κ ≥ 0, multiplies z

    Returns (fig, ax). Raises ValueError for unequal shapes or a NaN.
    """
    T, F, z = as_finite("if_true", if_true), as_finite("if_false", if_false), as_finite("z", z)
    check_same_shape(if_true=T, if_false=F, z=z)
    check_ndim("z", z, 1)
    g = gates.sigmoid(gates.sharpen(z, sharpness))
    y, hard = gates.soft_if(g, T, F), gates.hard_if(g, T, F)
    slope = gates.soft_if_slope(z, T, F, sharpness)
    limit = symmetric_limit(T, F)
    reach = symmetric_limit(T - F) * max(0.5, float(sharpness) / 4)  # the steepest slope possible

    fig, ax = page(880, TOP + ROW * len(z) + 56)
    columns = {"z": 70, "gate": 175, "if_false": 250, "if_true": 550, "y": 635, "hard": 705}
    for key, x in (columns | {"slope": 805}).items():
        head(ax, x, key)
    write(ax, 400, 14, "from F to T", colour=FAINT)
    write(ax, 300, 33, "|y−F|", colour=FAINT, ha="left")
    write(ax, 500, 33, "|y−T|", colour=FAINT, ha="right")
    for k in range(len(z)):
        top = TOP + ROW * k
        write(ax, columns["z"], top + HEIGHT / 2, number(z[k]))
        signed = {"if_false": F[k], "if_true": T[k], "y": y[k], "hard": hard[k]}
        left = columns["gate"] - CELL / 2
        cell(ax, left, top, CELL, HEIGHT, g[k], gate_colour(g[k]))
        for key, value in signed.items():
            rgb = signed_colour(value, limit)
            cell(ax, columns[key] - CELL / 2, top, CELL, HEIGHT, value, rgb)
        _track(ax, 305, 495, top + HEIGHT / 2, g[k], abs(y[k] - F[k]), abs(y[k] - T[k]))
        _bar(ax, 805, top + HEIGHT / 2, 60, slope[k], reach)
    foot = TOP + ROW * len(z) + 16
    write(ax, 75, foot + 5, f"{NAMES['sharpness'].label} = {float(sharpness):g}", size=10)
    scale(ax, 200, foot, 120, GATE_MAP, "0", "1", NAMES["gate"].label)
    scale(ax, 450, foot, 180, SIGNED_MAP, number(-limit), number(limit), "value")
    return fig, ax


def gate_slopes(sharpness=(0.25, 1, 4, 16)):
    """The gate σ(κz) and its slope κ g (1 - g) over z, one curve per sharpness κ.

    Returns (fig, axes), two axes. Raises ValueError for a negative sharpness or none.
    """
    check_ndim("sharpness", as_finite("sharpness", sharpness), 1)
    fig = Still(figsize=(8.8, 3.2), layout="constrained")
    left, right = fig.subplots(1, 2)
    z = np.linspace(-6, 6, 601)
    for k, kappa in enumerate(sharpness):
        grey = 0.75 - 0.75 * k / max(len(sharpness) - 1, 1)
        line = {"color": (grey, grey, grey), "linestyle": LINES[k % len(LINES)], "linewidth": 2}
        left.plot(z, gates.sigmoid(gates.sharpen(z, kappa)), label=f"κ = {kappa:g}", **line)
        right.semilogy(z, gates.soft_if_slope(z, 0 * z + 1, 0 * z, kappa), **line)
    left.set(xlabel=NAMES["z"].label, ylabel=NAMES["gate"].label)
    right.set(xlabel=NAMES["z"].label, ylabel="slope (dg/dz)", ylim=(1e-6, 10))
    left.legend(title=NAMES["sharpness"].word, frameon=False)
    return fig, (left, right)


def _track(ax, left, right, y, g, from_false, from_true):
    """The way from F (left) to T (right), y's place on it, and its distance from either end."""
    x = left + g * (right - left)
    ax.plot([left, right], [y, y], color="#bbbbbb", linewidth=3, solid_capstyle="round", zorder=1)
    ax.add_patch(Circle((x, y), 6, facecolor=INK, zorder=3))
    write(ax, left - 5, y + 18, number(from_false), size=9, colour=FAINT, ha="left")
    write(ax, right + 5, y + 18, number(from_true), size=9, colour=FAINT, ha="right")


def _bar(ax, middle, y, half, value, reach):
    """A signed bar from the middle, `half` units long at |value| = reach, with its number."""
    length = half * value / reach
    ax.plot([middle, middle], [y - 13, y + 13], color="#999999", linewidth=1)
    ax.add_patch(
        Rectangle((min(middle, middle + length), y - 8), abs(length), 16, facecolor="#8c8c8c")
    )
    write(ax, middle, y + 20, number(value), size=9)


def soft_switch(cases, scores, kind="softmax", sharpness=1.0, names=None):
    """The soft `switch`: the mask, the cases, each case weighed, their sum, and the hard choice.

    cases      (K, D): K cases of D features
    scores     (K,)
    kind       "softmax" or "sigmoid"
    sharpness  κ ≥ 0, multiplies the scores
    names      K labels for the cases, C1 … CK by default

    Returns (fig, ax). Raises ValueError for shapes that do not match or a NaN.
    """
    C, s = as_finite("cases", cases), as_finite("scores", scores)
    check_ndim("cases", C, 2)
    check_ndim("scores", s, 1)
    m = gates.mask(s, kind, sharpness)
    soft, chosen = gates.soft_switch(m, C), gates.hard_mask(s, kind)
    names = [f"C{k + 1}" for k in range(len(C))] if names is None else as_words("names", names)
    if len(names) != len(C):
        raise ValueError(f"{len(names)} names for {len(C)} cases: give as many of each")
    limit, D = symmetric_limit(C), C.shape[1]
    wide = min(CELL, 300 // D)
    fig, ax = page(880, TOP + ROW * (len(C) + 2) + 72)
    left, right = 300, 330 + wide * D
    for key, x in {"score": 95, "mask": 195, "cases": left, "product": right}.items():
        head(ax, x + (wide * D / 2 if x >= left else 0), key)
    for k, name in enumerate(names):
        top = TOP + ROW * k
        write(ax, 30, top + HEIGHT / 2, name, weight="bold")
        write(ax, 95, top + HEIGHT / 2, number(s[k]))
        cell(ax, 195 - CELL / 2, top, CELL, HEIGHT, m[k], gate_colour(m[k]))
        _row(ax, left, top, wide, C[k], limit)
        _row(ax, right, top, wide, m[k] * C[k], limit)
    for k in np.flatnonzero(chosen):
        frame(ax, left - 4, TOP + ROW * k - 4, wide * D + 6, HEIGHT + 8)
    top = TOP + ROW * len(C) + 8
    write(ax, 195, top + HEIGHT / 2, f"Σ m = {number(m.sum())}")
    sums = {"y": soft, "hard": gates.hard_switch(s, C, kind)}
    _sums(ax, right, top, wide, sums, limit)
    foot = top + 2 * ROW + 8
    write(ax, 130, foot + 5, f"{kind}, {NAMES['sharpness'].label} = {float(sharpness):g}", size=10)
    scale(ax, 420, foot, 180, SIGNED_MAP, number(-limit), number(limit), "value")
    return fig, ax


def _sums(ax, x, top, wide, sums, limit):
    """Below a line, a row for each sum, with its word."""
    end = x + wide * len(sums["y"])
    ax.plot([20, end], [top - 8, top - 8], color="#999999", linewidth=1)
    for k, (key, values) in enumerate(sums.items()):
        y = top + ROW * k
        write(ax, x - 12, y + HEIGHT / 2, NAMES[key].label, ha="right", weight="bold")
        _row(ax, x, y, wide, values, limit)


def _row(ax, x, top, wide, values, limit):
    for d, value in enumerate(values):
        rgb = signed_colour(value, limit)
        cell(ax, x + wide * d, top, wide - 2, HEIGHT, value, rgb)
