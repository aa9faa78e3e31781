"""The still of UnitExplorer: a text in one unit's colours, its gates, and the units ranked."""

import numpy as np

from .._text import visible
from .._validate import as_index, as_words, check_one_of
from ..names import NAMES
from ..traces import Trace
from .style import FAINT, GATE_MAP, SIGNED_MAP, Still, ink_on, symmetric_limit

__all__ = ["NEAR", "unit_explorer"]

#: Places of one line of text, lines, and steps whose gates are shown.
ACROSS, LINES, NEAR = 72, 9, 36


def unit_explorer(trace, tokens, unit=0, of="c", step=0, ranked=(), by=""):
    """UnitExplorer's still: the text around a step, the unit's gates there, the best units.

    trace   a Trace of one sequence, and `tokens`, one for each of its steps
    of      the array whose value colours the text: a gate, "c" or "h"
    ranked  some `lab.units.Unit`, the best first; `by` says what they follow

    Returns (fig, axes): the text, the gates, and the ranks if there are any.
    """
    tokens = as_words("tokens", tokens)
    fig = Still(figsize=(9, 4.6), layout="constrained")
    if len(tokens) == 0:
        fig.text(0.5, 0.5, "type a text", ha="center", color=FAINT)
        return fig, []
    check_one_of("of", of, trace.names)
    values = trace[of][:, as_index("unit", unit, trace[of].shape[1])]
    step = min(step, len(tokens) - 1)
    grid = fig.add_gridspec(2, 2, height_ratios=[2.2, 1.5], width_ratios=[4, 1 if ranked else 0.01])
    text, gates = fig.add_subplot(grid[0, 0]), fig.add_subplot(grid[1, 0])
    _text(text, tokens, values, of, step)
    text.set_title(f"{NAMES[of].label} of unit {unit + 1}", loc="left", fontsize=10, color=FAINT)
    _gates(gates, trace, tokens, unit, step)
    if not ranked:
        return fig, [text, gates]
    ranks = fig.add_subplot(grid[:, 1])
    _ranks(ranks, ranked, unit, by)
    return fig, [text, gates, ranks]


def placed(tokens, across) -> list[tuple[int, int, int]]:
    """(line, first place, places) of every token on lines of `across` places.

    A character takes one place, a word one more than its letters. A newline ends its line.
    """
    words = any(len(token) > 1 for token in tokens)
    line, column, places = 0, 0, []
    for token in tokens:
        wide = min(max(len(token), 1) + words, across)
        if column + wide > across:
            line, column = line + 1, 0
        places.append((line, column, wide))
        column += wide
        if token == "\n":
            line, column = line + 1, 0
    return places


def _colours(of, values):
    """(T, 4) colours of an array's values."""
    if NAMES[of].is_gate:
        return GATE_MAP(values)
    limit = symmetric_limit(values) if of == "c" else 1
    return SIGNED_MAP((values / limit + 1) / 2)


def _text(ax, tokens, values, of, step):
    """Every token in its colour, on the lines around the step."""
    places, colours = placed(tokens, ACROSS), _colours(of, values)
    last = places[-1][0]
    first = min(max(places[step][0] - LINES // 2, 0), max(last - LINES + 1, 0))
    picture = np.zeros((LINES, ACROSS, 4))
    for t, (line, column, wide) in enumerate(places):
        if not first <= line < first + LINES:
            continue
        picture[line - first, column : column + wide] = colours[t]
        told = "".join(map(visible, tokens[t])) if tokens[t] != " " else ""
        ink = ink_on(colours[t][:3])
        where = (column - 0.5 + wide / 2, line - first)
        ax.text(*where, told, ha="center", va="center", fontsize=7, family="monospace", color=ink)
    line, column, wide = places[step]
    x, y = column - 0.5, line - first - 0.5
    ax.plot([x, x + wide, x + wide, x, x], [y, y, y + 1, y + 1, y], color="black", linewidth=1.5)
    ax.imshow(picture, aspect="auto")
    ax.set_axis_off()


def _gates(ax, trace: Trace, tokens, unit, step):
    """The unit's gates and states on the steps around one, a row each, with that step's numbers."""
    from .steps import label_steps

    names = [name for name in trace.names if trace[name].shape[1] > unit]
    first = min(max(step - NEAR // 2, 0), max(len(tokens) - NEAR, 0))
    here = slice(first, first + NEAR)
    rows = [_colours(name, trace[name][:, unit])[here] for name in names]
    ax.imshow(np.stack(rows), aspect="auto")
    told = [f"{NAMES[name].word} {trace[name][step, unit]:.2f}" for name in names]
    ax.set_yticks(range(len(names)), [line.replace("-", "−") for line in told], fontsize=8)
    for tick, name in zip(ax.get_yticklabels(), names, strict=True):
        tick.set_color(NAMES[name].colour or FAINT)
    x, bottom = step - first, len(names) - 0.5
    ax.plot([x - 0.5, x + 0.5, x + 0.5, x - 0.5, x - 0.5],
            [-0.5, -0.5, bottom, bottom, -0.5], color="black", linewidth=1.5)  # fmt: skip
    label_steps(ax.xaxis, tokens[here], 5.5, len(rows[0]))


def _ranks(ax, ranked, unit, by):
    """A bar for each unit, the best on top; that of the unit that is shown stands out."""
    scores = [one.score for one in ranked]
    colours = ["#1976d2" if one.unit == unit else "#9aa7b1" for one in ranked]
    ax.barh(range(len(ranked)), scores, color=colours)
    ax.set_yticks(range(len(ranked)), [f"{one.unit + 1}" for one in ranked], fontsize=8)
    ax.invert_yaxis()
    ax.set(xlim=(0, 1), ylabel="unit")
    ax.set_title(f"follows {by}" if by else "", fontsize=9)
    ax.tick_params(labelsize=8)
