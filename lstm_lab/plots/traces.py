"""Stills of a Trace: heatmaps over characters, one unit over time, the saturation scatter."""

import numpy as np

from .._text import few, number
from .._validate import as_index, as_list, as_words, check_one_of
from ..names import NAMES
from ..traces import Trace
from .steps import label_steps
from .style import FAINT, GATE_MAP, INK, SIGNED_MAP, Still, symmetric_limit

__all__ = [
    "ACROSS",
    "APART",
    "MOST_UNITS",
    "ROW",
    "cell_player",
    "heatmaps",
    "saturation",
    "trace_explorer",
    "unit",
]


MOST_UNITS = 256
#: Inches: that the steps of a still stand on, and that one map has at the most, or a unit at least.
ACROSS, DOWN, LEAST = 6.8, 1.6, 0.01
#: Points that the number of a unit takes.
ROW = 9
#: Dots are drawn on lines of up to so many steps.
DOTTED = 100
#: Each unit's c has colours of its own where the largest is so many times the smallest.
APART = 10


def heatmaps(trace, tokens=None, units=None, c_limit=None):
    """Every gate and state as a map, steps across and units down.

    trace    a Trace of one sequence (`trace.sequence(k)` of a batch)
    tokens   a text or a list of T labels for the steps
    units    which units, from above; all by default. Or some that `lab.units.rank` found: [:8]
    c_limit  "shared", one limit of c's colours for all units; "each", a limit for each; by default
             "each" where the units' largest |c| differ by a factor of 10 or more

    Gates in [0, 1] share one scale, candidate and h are drawn from -1 to 1, c from -limit to limit
    with the limit printed. A projected h has rows of its own.

    Returns (fig, axes). Raises ValueError for more than 256 units at once.
    """
    tokens, units = _tokens(trace, tokens), _units(trace, units)
    if len(units) > MOST_UNITS:
        raise ValueError(f"{len(units)} units: choose up to {MOST_UNITS}, units=range(…)")
    names, H = trace.names, _width(trace)
    tall = 0.4 + min(0.08 * len(units), max(DOWN, LEAST * len(units)))
    fig = Still(figsize=(9, 0.4 + len(names) * tall), layout="constrained")
    axes = fig.subplots(len(names), 1, sharex=True, squeeze=False)[:, 0]
    for ax, name in zip(axes, names, strict=True):
        array = trace.arrays[name]
        rows = units if array.shape[1] == H else range(array.shape[1])
        each = _map(fig, ax, name, array[:, rows].T, c_limit)
        every = int(np.ceil(ROW * len(rows) / (72 * (tall - 0.15))))
        ends = [""] * len(rows) if each is None else [f": ±{few(limit)}" for limit in each]
        shown = [f"{u + 1}{end}" for u, end in zip(rows, ends, strict=True)]
        ax.set_yticks(range(0, len(rows), every), shown[::every], fontsize=8)
        ax.set_ylabel(NAMES[name].label, rotation=0, ha="right", va="center")
    axes[0].set_title("rows: units, from 1", fontsize=8, loc="left", color=FAINT)
    label_steps(axes[-1].xaxis, tokens, ACROSS, len(trace))
    return fig, axes


def _map(fig, ax, name, values, c_limit=None):
    """A map with its colour scale beside it; returns each unit's limit if they have their own."""
    check_one_of("c_limit", c_limit, (None, "shared", "each"))
    each = _limits(values, c_limit) if name == "c" else None
    image = _image(ax, name, values if each is None else values / each[:, None])
    ends = image.get_clim()
    bar = fig.colorbar(image, ax=ax, ticks=ends, pad=0.01, aspect=8)
    told = ["−limit", "limit"] if each is not None else [number(v).replace(".00", "") for v in ends]
    bar.ax.set_yticklabels(told, fontsize=8)
    return each


def _limits(values, c_limit):
    """(H,) the largest |c| of each unit, or None if all share one limit."""
    own = np.array([symmetric_limit(row) for row in values])
    apart = len(own) and own.max() >= APART * own.min()
    return own if c_limit == "each" or (c_limit is None and apart) else None


def _image(ax, name, values):
    """Values as colours: a gate from 0 to 1, c within its own limit, the rest from -1 to 1."""
    limit = symmetric_limit(values) if name == "c" else 1
    cmap, low = (GATE_MAP, 0) if NAMES[name].is_gate else (SIGNED_MAP, -limit)
    return ax.imshow(values, cmap=cmap, vmin=low, vmax=limit, aspect="auto")


def unit(trace, unit=0, tokens=None):
    """One unit over time: its states as lines, its gates as strips below them.

    Returns (fig, axes), the lines' axes first. Raises ValueError for an unknown unit or a batch.
    """
    tokens = _tokens(trace, tokens)
    _units(trace, [unit])
    fig = Still(figsize=(9, 3.6), layout="constrained")
    return fig, _unit(fig, trace, unit, tokens, f"unit {unit + 1}")


def _unit(fig, trace, unit, tokens, title):
    H = _width(trace)
    states = [n for n in ("c", "h") if n in trace.arrays and trace.arrays[n].shape[1] == H]
    gates = [name for name in trace.names if name not in ("c", "h")]
    heights = [4] + [0.7] * len(gates)
    axes = fig.subplots(len(heights), 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0]
    for name in states:
        style = {"color": NAMES[name].colour, "linestyle": "-" if name == "c" else "--"}
        style |= {"marker": "o", "ms": 4} if len(trace) <= DOTTED else {}
        axes[0].plot(trace.arrays[name][:, unit], label=name, **style)
    axes[0].axhline(0, color="#999999", linewidth=1, zorder=0)
    axes[0].legend(loc="upper left", ncols=2, frameon=False)
    axes[0].set_ylabel(title)
    axes[0].margins(y=0.2)
    for ax, name in zip(axes[1:], gates, strict=True):
        _image(ax, name, trace.arrays[name][:, unit][None])
        ax.set_yticks([])
        hue = NAMES[name].colour or INK
        ax.set_ylabel(NAMES[name].label, rotation=0, ha="right", va="center", color=hue)
    label_steps(axes[-1].xaxis, tokens, ACROSS, len(trace))
    return axes


def cell_player(trace, step, unit=0, tokens=None, clamp=()):
    """CellPlayer's still: the unit over time, the shown step marked, its equations above.

    clamp  [(gate, unit, value), …], what was held by hand

    Returns (fig, axes).
    """
    tokens = _tokens(trace, tokens)
    _units(trace, [unit])
    if "c" not in trace.arrays or trace.arrays["h"].shape[1] != _width(trace):
        raise ValueError(f"an LSTM's trace without projection is wanted, not {trace.names}")
    step = as_index("step", step, len(trace))
    fig = Still(figsize=(9, 4.8), layout="constrained")
    top, bottom = fig.subfigures(2, 1, height_ratios=[1.1, 3.6])
    axes = _unit(bottom, trace, unit, tokens, f"unit {unit + 1}")
    axes[0].axvspan(step - 0.5, step + 0.5, color="#1976d2", alpha=0.18, zorder=0)
    for ax in axes[1:]:
        ax.axvspan(step - 0.48, step + 0.48, fill=False, edgecolor=INK, linewidth=2)
    v = {name: number(array[step, unit]) for name, array in trace.arrays.items()}
    before = number(trace.c_before(step)[unit])
    by_hand = ", ".join(f"{gate} {value:g}" for gate, u, value in clamp if u == unit)
    lines = [
        f"step {step + 1} of {len(trace)}, unit {unit + 1}"
        + (f"; held: {by_hand}" * bool(by_hand)),
        f"c = remember · c + save · candidate = {v['remember']} · {before} + {v['save']} · "
        f"{v['candidate']} = {v['c']}",
        f"h = focus · tanh(c) = {v['focus']} · tanh({v['c']}) = {v['h']}",
    ]
    for k, line in enumerate(lines):
        top.text(
            0.02, 0.8 - 0.3 * k, line, fontsize=11, color=FAINT if k == 0 else INK, va="center"
        )
    return fig, axes


def trace_explorer(trace, text, unit=0, answer=None, truth=None, answers=(), c_limit=None):
    """TraceExplorer's still: answer and truth over the characters, the maps, c and h of one unit.

    answer, truth  (T,) whole numbers, None where nothing is asked; left out if not given
    answers        the words that they stand for; none if they are counts
    c_limit        as for `heatmaps`

    Returns (fig, axes), the answers' axes first if there are any.
    """
    if len(text := as_words("text", text)) == 0:
        fig = Still(figsize=(9, 1))
        fig.text(0.5, 0.5, "type a text", ha="center", color=FAINT)
        return fig, []
    tokens, H = _tokens(trace, text), _width(trace)
    _units(trace, [unit])
    asked = answer is not None
    if asked:
        answer, truth = (_one_each(n, v, text) for n, v in (("answer", answer), ("truth", truth)))
    tall = 0.25 + min(0.09 * H, DOWN)
    heights = [1.4 if answers else 1] * asked + [tall] * len(trace.names) + [0.8, 0.8]
    fig = Still(figsize=(9, 0.9 * sum(heights) + 0.5), layout="constrained")
    axes = fig.subplots(len(heights), 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0]
    if asked:
        _answers(axes[0], answer, truth, answers)
    for ax, name in zip(axes[asked:], trace.names, strict=False):
        _map(fig, ax, name, trace.arrays[name].T, c_limit)
        ax.set_yticks([])
        ax.set_ylabel(
            NAMES[name].word, rotation=0, ha="right", va="center", color=NAMES[name].colour
        )
    for ax, name in zip(axes[-2:], ("c", "h"), strict=True):
        ax.plot(trace.arrays[name][:, unit], color=NAMES[name].colour, linewidth=2)
        ax.axhline(0, color="#999999", linewidth=1, zorder=0)
        where = f" of unit {unit + 1}" if H > 1 else ""
        ax.set_ylabel(name + where, rotation=0, ha="right", va="center", color=NAMES[name].colour)
    label_steps(axes[-1].xaxis, tokens, ACROSS, len(trace))
    return fig, axes


def _answers(ax, answer, truth, answers):
    """Answer (thin) and truth (thick) as steps; wrong ones on a red ground."""
    edges = np.arange(len(answer) + 1) - 0.5
    right = np.array([np.nan if v is None else float(v) for v in truth])
    ax.stairs(right, edges, baseline=None, color=FAINT, alpha=0.45, linewidth=6, label="truth")
    ax.stairs(
        np.asarray(answer, float),
        edges,
        baseline=None,
        color="#1976d2",
        linewidth=2,
        label="answer",
    )
    for t in np.flatnonzero(~np.isnan(right) & (right != answer)):
        ax.axvspan(t - 0.5, t + 0.5, color="#c62828", alpha=0.3, linewidth=0)
    if answers:
        ax.set_yticks(range(len(answers)), answers)
        ax.set_ylim(-0.5, len(answers) - 0.5)
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False, fontsize=8)


MARKERS = "osD^"


def saturation(trace, low=0.1, high=0.9):
    """Each unit's gates: share of steps shut (< low) across, open (> high) up.

    A unit at (0, 1) never shuts that gate, one at (1, 0) never opens it; on the line between it is
    always one or the other, a hard gate. After Karpathy, Johnson & Fei-Fei 2015, figure 3.

    Returns (fig, axes), one axes per gate.
    """
    shares = _traced(trace).saturation(low, high)
    if not shares:
        raise ValueError(f"saturation needs gates, but this traces {', '.join(trace.names)}")
    fig = Still(figsize=(3 * len(shares), 3.7), layout="constrained")
    axes = fig.subplots(1, len(shares), sharex=True, sharey=True, squeeze=False)[0]
    for ax, marker, (name, share) in zip(axes, MARKERS, shares.items(), strict=False):
        ax.plot([0, 1], [1, 0], color="#999999", linewidth=1, zorder=0)
        hue = NAMES[name].colour or INK
        ax.scatter(share.shut, share.open, s=45, marker=marker, color=hue, alpha=0.7)
        ax.set(title=NAMES[name].label, xlabel=f"share of steps < {low:g}", aspect="equal")
        ax.set(xlim=(-0.05, 1.05), ylim=(-0.05, 1.05))
    axes[0].set_ylabel(f"share of steps > {high:g}")
    return fig, axes


def _traced(trace) -> Trace:
    if not isinstance(trace, Trace):
        raise TypeError(f"a Trace is wanted, not {type(trace).__name__}: make it with lab.trace")
    return trace


def _tokens(trace, tokens):
    if _traced(trace).batched:
        raise ValueError("a still shows one sequence: give trace.sequence(k)")
    return None if tokens is None else as_words("tokens", _one_each("tokens", tokens, trace))


def _one_each(name, values, steps) -> list:
    """One of something for each step."""
    values = list(values) if isinstance(values, str) else as_list(name, values, "one for each step")
    if len(values) != len(steps):
        raise ValueError(f"{len(values)} {name} for {len(steps)} steps: give one for each")
    return values


def _units(trace, units):
    H = _width(trace)
    if units is None:
        return list(range(H))
    units = getattr(units, "unit", units)  # one that was ranked
    chosen = [units] if isinstance(units, int | np.integer) else as_list("units", units, "units")
    chosen = [getattr(k, "unit", k) for k in chosen]
    for k in chosen:
        if isinstance(k, bool) or not isinstance(k, int | np.integer) or k not in range(H):
            raise ValueError(f"unit {k!r}: there are {H}, 0 to {H - 1}")
    if not chosen:
        raise ValueError(f"units is empty: choose some of 0 to {H - 1}")
    return list(dict.fromkeys(int(k) for k in chosen))  # c and h of one unit are ranked apart


def _width(trace):
    """H, the number of units; a projected h has fewer."""
    return trace.arrays[trace.names[0]].shape[1]
