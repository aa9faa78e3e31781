"""The still of a map of attention: where each output step looked."""

import textwrap

from matplotlib.collections import PatchCollection
from matplotlib.patches import Rectangle

from .._text import visible
from .._validate import as_finite, as_numpy, as_words, check_ndim, check_unit_interval
from ..seq2seq.maps import as_spans
from .steps import LONGEST, label_steps
from .style import FAINT, GATE_MAP, Still

__all__ = ["CELL", "END", "LETTER", "MOST", "attention_map"]


#: Inches that a map has at the most, that one of its cells has, and that words take around it.
MOST, CELL, AROUND = (7.2, 5.6), 0.42, (1.9, 1.2)
#: Inches that a further letter of a word takes.
LETTER = 0.075
END = "■"
TRUE = "#ff4f8b"


def attention_map(masks, source, wrote, spans=None, before=None):
    """A map of attention: one row per output step, one column per input, weights as colours.

    masks   (T, S) weights in [0, 1]
    source  S characters or words, what was read
    wrote   T of them, what was written, or T - 1 and an end mark
    spans   one (from, to) for each step that is outlined as its true source; (0, 0) for none
    before  what is written by itself, told above if it is not what was written

    Returns (fig, ax). Raises ValueError for weights outside [0, 1] or lengths that do not match.
    """
    masks = as_numpy(as_finite("masks", masks))
    check_ndim("masks", masks, 2)
    check_unit_interval("mask", masks, "give weights, not scores: lab.mask(scores)")
    source, wrote = as_words("source", source), as_words("wrote", wrote)
    spans = [] if spans is None else as_spans(spans)
    before = None if before is None else as_words("before", before)
    (T, S), ended = masks.shape, len(wrote) == len(masks) - 1
    if len(source) != S or len(wrote) + ended != T:
        raise ValueError(
            f"masks has {T} steps and {S} sources, but wrote has {len(wrote)}, source {len(source)}"
        )
    size = [min(CELL * n, most) for n, most in zip((S, T), MOST, strict=True)]
    room = [LETTER * min(max(map(len, labels)) - 1, LONGEST) for labels in (wrote or END, source)]
    around = [more + words for more, words in zip(AROUND, room, strict=True)]
    size = [max(n, 1.6) + more for n, more in zip(size, around, strict=True)]
    fig = Still(figsize=size, layout="constrained")
    ax = fig.subplots()
    image = ax.imshow(masks, cmap=GATE_MAP, vmin=0, vmax=1, aspect="auto")
    bar = fig.colorbar(image, ax=ax, ticks=[0, 1], label="weight", pad=0.03)
    bar.ax.tick_params(labelsize=8)
    label_steps(ax.xaxis, source, size[0] - around[0], S, "input")
    label_steps(ax.yaxis, [*wrote, END][:T], size[1] - around[1], T, "output step")
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    ax.set(xlabel=ax.get_xlabel() or "input")
    ax.set(ylabel=ax.get_ylabel() or "output step attends to input")
    _outline(ax, spans, T, S)
    _notes(fig, ended, bool(spans), before, wrote)
    return fig, ax


def _outline(ax, spans, T, S):
    """The true source of each step, framed."""
    boxes = []
    for t, (start, stop) in enumerate(spans):
        if not 0 <= start <= stop <= S:
            raise ValueError(f"span {(start, stop)} of step {t} does not fit {S} sources")
        if t < T and stop > start:
            boxes.append(Rectangle((start - 0.5, t - 0.5), stop - start, 1))
    width = 1.2 if max(T, S) <= 30 else 0.7
    style = {"facecolor": "none", "edgecolor": TRUE, "linewidth": width, "clip_on": False}
    ax.add_collection(PatchCollection(boxes, **style))


def _notes(fig, ended, outlined, before, wrote):
    """What the outline and the end mark mean, and what is written otherwise."""
    marks = ["outlined: the true source"] * outlined + [f"{END} end mark"] * ended
    lines = [", ".join(marks)]
    if before is not None and before != wrote:
        text = "".join(map(visible, "".join(before)))
        lines += textwrap.wrap(f"by itself: {text}", int(12 * fig.get_figwidth()))
    fig.supxlabel("\n".join(lines), fontsize=8, color=FAINT)
