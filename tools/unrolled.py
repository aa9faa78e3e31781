"""Diagrams of an encoder and a decoder unrolled in time: through one state, and with attention."""

from itertools import pairwise

import numpy as np
from matplotlib.patches import FancyArrowPatch, Polygon

from lstm_lab import gates
from lstm_lab._validate import check_one_of
from lstm_lab.names import NAMES, TIME_MACROS
from lstm_lab.plots.style import FAINT, INK, gate_colour, ink_on, page, write

from .shapes import ROOM, arrow, label, label_box, path, sign

#: The example: a text, the same text reversed, and the marks before and after it.
READ, WRITTEN, START, END = "abc", "cba", "start", "end"
#: The scores in the example: of the state wanted, of one beside it, and of one two steps away.
EXAMPLE = np.array([2.8, 0.7, 0.0])
HUE, DECODER = NAMES["h"].colour, NAMES["query"].latex
WORD, SYMBOL = 14, 20
WIDE, HIGH, SMALL = 32, 25, 20  # half a state's width and height, half a character's
#: With attention: the rows of masks and scores; where beside a state's middle stand its score, the
#: question to it and its way to the sum; the width of a stream that is one whole state.
MASKS, SCORES, SCORE, QUESTION, WAY, FULL = 195, 265, -44, -62, 24, 20


def encoder_decoder():
    """An encoder reads abc, a decoder writes cba; all that passes between them is one state.

    Returns (fig, ax); `make images` writes it to images/encoder_decoder.png.
    """
    fig, ax = page(860, 465)
    rows = top, middle, bottom = 75, 210, 345
    reads, writes = (65, 165, 265), (500, 600, 700, 800)
    _room(ax, *_waisted(15, 315, 450, 845, middle))
    for t, x in enumerate(reads, 1):
        _encode(ax, x, rows, t)
    for t, x in enumerate(writes, 1):
        _decode(ax, x, rows, t)
    _chain(ax, reads + writes, middle)
    for before, after in pairwise(writes):
        _feed_back(ax, before, after, top, bottom)
    label(ax, 382, 112, "the bottleneck", WORD)
    arrow(ax, (382, 126), (382, middle - 18), INK, 1.5)
    write(ax, 374, 322, "one vector,\nhowever long\nthe text", size=WORD)
    label(ax, 165, top, f"{READ} → {WRITTEN}", SYMBOL)
    write(ax, 165, 435, "the encoder reads", size=WORD)
    write(ax, 650, 435, "the decoder writes, and reads it back", size=WORD)
    return fig, ax


def attention_step(step=1):
    """One step of the decoder with attention: a soft switch over all states of the encoder.

    step  which character of cba it writes: 1, 2 or 3

    Returns (fig, ax); `make images` writes it to images/attention_step.png.
    """
    check_one_of("step", step, (1, 2, 3))
    scores = EXAMPLE[abs(np.arange(len(READ)) - READ.index(WRITTEN[step - 1]))]
    masks = gates.mask(scores)
    fig, ax = page(860, 575)
    rows = top, middle, _ = 100, 400, 505
    reads, add, last = (198, 328, 458), 545, 775
    _room(ax, (15, 45), (597, 45), (597, 305), (15, 305))
    for t, x in enumerate(reads, 1):
        _encode(ax, x, rows, t)
        _weigh(ax, x, middle, scores[t - 1], masks[t - 1])
    _chain(ax, reads, middle)
    _gather(ax, reads, (add, top), masks)
    _stream(ax, (add, top), (last - SMALL, top))
    _ask(ax, reads, last, middle)
    _decode(ax, last, rows, step)
    _long_way(ax, reads[-1], last, middle)
    arrow(ax, (last + WIDE, middle), (845, middle), HUE)
    _captions(ax)
    return fig, ax


def _symbol(latex, t):
    """A quantity of the lesson at time step t."""
    return rf"${latex}_{{({t})}}$"


def _character(ax, x, y, text):
    """A character that is read or written, or one of the marks."""
    one = len(text) == 1
    label_box(ax, x, y, text, "white", INK, SMALL if one else 30, SMALL, 18 if one else WORD)


def _encode(ax, x, rows, t):
    """One step of the encoder: a character below, the state that has read it above."""
    _, middle, bottom = rows
    arrow(ax, (x, bottom - SMALL), (x, middle + HIGH), INK)
    _character(ax, x, bottom, READ[t - 1])
    write(ax, x, bottom + 40, _symbol(TIME_MACROS["x"], t), size=SYMBOL)
    label_box(ax, x, middle, _symbol(NAMES["h"].latex, t), HUE, "white", WIDE, HIGH, SYMBOL)


def _decode(ax, x, rows, t):
    """One step of the decoder: what it wrote before, its state, and what it writes now."""
    top, middle, bottom = rows
    written, y = (START, *WRITTEN, END), NAMES["y"].latex
    arrow(ax, (x, bottom - SMALL), (x, middle + HIGH), INK)
    arrow(ax, (x, middle - HIGH), (x, top + SMALL), INK)
    _character(ax, x, bottom, written[t - 1])
    if t > 1:
        write(ax, x, bottom + 40, _symbol(y, t - 1), size=SYMBOL)
    label_box(ax, x, middle, _symbol(DECODER, t), "white", HUE, WIDE, HIGH, SYMBOL)
    _character(ax, x, top, written[t])
    write(ax, x, top - 40, _symbol(y, t), size=SYMBOL)


def _chain(ax, places, y):
    """Every state is handed on to the next step."""
    for before, after in pairwise(places):
        arrow(ax, (before + WIDE, y), (after - WIDE, y), HUE)


def _feed_back(ax, before, after, top, bottom):
    """What was written is the next thing to read."""
    turn = (before + after) / 2
    path(ax, [(before + SMALL, top), (turn, top), (turn, bottom)], FAINT, 1.5, "--")
    arrow(ax, (turn, bottom), (after - SMALL, bottom), FAINT, 1.5)


def _points(units):
    """A width in the page's units, as matplotlib wants it."""
    return 0.72 * units


def _stream(ax, start, end):
    """A whole state, on its way."""
    tail, head, length = _points(FULL), _points(2 * FULL), _points(1.2 * FULL)
    style = f"simple,tail_width={tail},head_width={head},head_length={length}"
    shape = {"arrowstyle": style, "mutation_scale": 1, "shrinkA": 0, "shrinkB": 0}
    ax.add_patch(FancyArrowPatch(start, end, color=HUE, linewidth=0, zorder=3, **shape))


def _waisted(left, door, other, right, y, half=70, neck=12):
    """The corners of two rooms and of the narrow passage between them."""
    heights = (half, half, neck, neck, half, half)
    places = (left, door, door, other, other, right)
    upper = [(x, y - height) for x, height in zip(places, heights, strict=True)]
    return upper + [(x, 2 * y - height) for x, height in reversed(upper)]


def _room(ax, *corners):
    """What belongs together, on its own ground."""
    ax.add_patch(Polygon(corners, closed=True, joinstyle="round", zorder=1, **ROOM))


def _weigh(ax, x, middle, score, mask):
    """A state's score, the weight that softmax makes of it, and the state times its weight."""
    left, right, rgb = x + SCORE, x + WAY, gate_colour(mask)
    arrow(ax, (left + 18, middle - HIGH), (left + 18, SCORES + SMALL), HUE)
    arrow(ax, (right, middle - HIGH), (right, MASKS + 16), HUE)
    label_box(ax, left, SCORES, f"{score:.1f}", "white", INK, 30, SMALL, WORD)
    arrow(ax, (left, SCORES - SMALL), (left, MASKS + SMALL), INK)
    label_box(ax, left, MASKS, f"{mask:.2f}", rgb, ink_on(rgb), 30, SMALL, WORD)
    arrow(ax, (left + 30, MASKS), (right - 16, MASKS), INK)
    sign(ax, right, MASKS, "×")


def _gather(ax, reads, end, masks):
    """Each state flows into the sum as wide as its weight: all of them make one state."""
    add, top = end
    lanes = top + FULL * (np.cumsum(masks) - masks / 2 - 1 / 2)
    for x, y, mask in zip(reads, lanes, masks, strict=True):
        path(ax, [(x + WAY, MASKS), (x + WAY, y), (add, y)], HUE, _points(FULL * mask))
    sign(ax, add, top, "+")


def _ask(ax, reads, last, middle, rail=340):
    """The decoder's state goes to every score."""
    start, stops = last - 16, [x + QUESTION for x in reads]
    path(ax, [(start, middle - HIGH), (start, rail), (stops[0], rail)], INK, 1.5, "--")
    for stop in stops:
        arrow(ax, (stop, rail), (stop, SCORES + SMALL), INK, 1.5)


def _long_way(ax, last, x, y):
    """From the last state alone: what attention by-passes."""
    path(ax, [(last + WIDE, y), (x - WIDE - 8, y)], FAINT, 1.5, ":")
    arrow(ax, (x - WIDE - 8, y), (x - WIDE, y), FAINT, 1.5)
    write(ax, (last + x) / 2, y + 34, "the long way,\nby-passed", size=WORD, colour=FAINT)


def _captions(ax):
    """What the parts of the soft switch are called, and the code that says the same."""
    label(ax, 82, 68, "soft switch", WORD)
    write(ax, 15, 22, "lab.soft_switch(lab.mask(scores), states)", size=WORD, ha="left",
          family="monospace")  # fmt: skip
    write(ax, 68, MASKS, NAMES["mask"].label, size=WORD)
    write(ax, 68, (MASKS + SCORES) / 2, "softmax", size=WORD, colour=FAINT)
    write(ax, 68, SCORES, NAMES["score"].label, size=WORD)
    write(ax, 547, MASKS, "Σ m = 1", size=WORD)
    label(ax, 670, 70, "context", WORD, HUE)
    write(ax, 676, 142, r"$\Sigma_k\,\mathrm{mask}_k\,\mathbf{h}_{(k)}$", size=16)
    write(ax, 660, 322, "asks every state", size=WORD)
