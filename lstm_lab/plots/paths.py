"""Stills of gradients that travel through time: gains against the lag."""

import numpy as np

from .._text import few
from .._validate import as_dict, as_finite, as_index, as_nonnegative, as_numpy, check_ndim
from ..biases import half_life
from ..names import NAMES
from .style import FAINT, INK, Still, canvas, hues

__all__ = ["LAG", "gradients", "highway"]


#: Of the log axis, so that two pictures can be compared.
LIMITS = (1e-12, 1e6)
LAG = "lag: steps back from the end"
GAIN = "gradient gain"


def gradients(paths, laws=None, limits=LIMITS, ax=None):
    """How much of a gradient arrives from k steps back, one line per path, on a log axis.

    paths   name to (T + 1,) gains, such as `lab.gradients.gain(lab.gradients.full_path(rnn, x))`
    laws    name to (T + 1,): what theory says, dashed
    limits  of the log axis; None for as far as the lines reach
    ax      Axes to draw on; a new still by default

    Returns (fig, ax).
    """
    as_dict("paths", paths, "gains")
    laws = {} if laws is None or laws == {} else as_dict("laws", laws, "gains")
    fig, ax = canvas(9, 3.6, ax)
    _gain_axis(ax, limits)
    for name, colour in _hues(paths).items():
        gains = _gains(name, paths[name])
        ax.plot(gains, color=colour, linewidth=2.5, label=_word(name))
    for k, (name, gains) in enumerate(laws.items()):
        ax.plot(_gains(name, gains), color=INK, dashes=(4, 2 + 2 * k), label=_word(name))
    fig.legend(loc="outside right upper", frameon=False)
    return fig, ax


def highway(paths, survival, law, lag=0, radius=None):
    """Highway's still: what is left of c, and the gain of every path, read off at one lag.

    paths     name to (T + 1,) gains of the full path
    survival  (T + 1, H) each unit's ∏ f over the lag
    law       (T + 1,) σ(b)^k
    lag       where the legend reads the lines, 0 to T
    radius    ρ, for the line ρ^k

    Returns (fig, (left, right)).
    """
    left, law = as_numpy(as_finite("survival", survival)), _gains("law", law)
    check_ndim("survival", left, 2)
    as_dict("paths", paths, "gains")
    lines = _lines(paths, np.sqrt((left**2).mean(axis=1)), law, radius)
    sizes = {key: len(line) for key, line in lines.items()} | {"survival": len(left)}
    if len(set(sizes.values())) > 1:
        raise ValueError(f"all must be of one length, but there are {sizes}")
    lag = as_index("lag", lag, len(law))
    fig = Still(figsize=(10, 3.6), layout="constrained")
    linear, log = fig.subplots(1, 2)
    _survival(linear, left, lines, law)
    _gain_axis(log, LIMITS)
    for key, line in lines.items():
        log.plot(line, label=f"{_word(key)}:  {few(line[lag])}", **_stroke(key))
    for ax in (linear, log):
        ax.axvline(lag, color=INK, linewidth=1)
    fig.legend(*log.get_legend_handles_labels(), loc="outside right upper", frameon=False,
               title=f"at lag {lag}", alignment="left")  # fmt: skip
    return fig, (linear, log)


def _lines(paths, direct, law, radius):
    """Name to (T + 1,), in the order of the legend."""
    paths = {key: _gains(key, gains) for key, gains in paths.items()}
    power = (
        {} if radius is None else {"power": as_nonnegative("radius", radius) ** np.arange(len(law))}
    )
    return paths | {"direct": direct, "law": law} | power


def _survival(ax, left, lines, law):
    """∏ f of each unit, their root mean square and the law, with the half-life on the axis."""
    ax.plot(left, color=NAMES["direct"].colour, linewidth=0.8, alpha=0.4)
    ax.plot(lines["direct"], **_stroke("direct") | {"linewidth": 2.5})
    ax.plot(law, **_stroke("law"))
    _half_life(ax, law)
    ax.set(xlabel=LAG, title="what is left of c", ylim=(0, 1.05), xlim=(0, len(law) - 1))


def _half_life(ax, law):
    """A dotted guide from ½ to the axis, or to the right edge if half is left for longer."""
    T = len(law) - 1
    half = half_life(min(law[1], 1.0)) if T else np.inf
    inside = half <= T * (1 + 1e-9)  # but for rounding
    x = half if inside else T
    corners = [(0, 0.5), (x, 0.5), (x, 0)] if inside else [(0, 0.5), (x, 0.5)]
    ax.plot(*zip(*corners, strict=True), color=FAINT, linestyle=":")
    text = f" half-life {few(half)} " + ("" if inside else "→")
    ax.text(x, 0.52, text, color=FAINT, va="bottom", ha="left" if x < 0.6 * T else "right")


def _gain_axis(ax, limits):
    ax.set_yscale("log")
    if limits == LIMITS:
        ax.set_yticks([10.0**e for e in range(-12, 7, 3)])
    ax.axhline(1, color="#999999", linewidth=1, zorder=0)
    ax.set(xlabel=LAG, title=GAIN)
    if limits is not None:  # ylim=None would keep the limits of an empty axis
        ax.set_ylim(limits)
    ax.margins(x=0)


def _stroke(key):
    """How a line of the table is drawn."""
    style = {"color": _hue(key), "linewidth": 2.5}
    thin = {"direct": {"linewidth": 1.3}, "law": {"linewidth": 1.3, "dashes": (5, 3)}}
    thin["power"] = {"linewidth": 1.3, "linestyle": ":"}
    return style | thin.get(key, {})


def _gains(name, gains):
    gains = as_numpy(as_finite(name, gains))
    check_ndim(name, gains, 1)
    if (gains < 0).any():
        raise ValueError(f"{name} has a gain below 0: give gradients.gain(…) of its Jacobians")
    return gains


def _word(name):
    return NAMES[name].word if name in NAMES else str(name)


def _hue(key):
    """The table's hue, or ink where it has none."""
    return NAMES[key].colour or INK


def _hues(names) -> dict:
    """Each name's hue: the table's, or one of its own."""
    mine = [name for name in names if name not in NAMES]
    own = dict(zip(mine, hues(mine), strict=True))
    return {name: own[name] if name in own else _hue(name) for name in names}
