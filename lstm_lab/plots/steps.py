"""What stands along an axis of steps: every character or word that can be read, or step numbers."""

from .._text import shorten, visible

__all__ = ["APART", "HIGH", "LONGEST", "WIDE", "label_steps"]


#: Points: the smallest and the largest letter, and between two step numbers.
SMALLEST, LARGEST, APART = 5, 9, 40
#: The width and the height of a letter of DejaVu Sans Mono, by its size.
WIDE, HIGH = 0.602, 1.17
#: Letters of a word that are written; the rest is told by a sign.
LONGEST = 14


def label_steps(axis, tokens, inches, count, what="step"):
    """Label the places of an axis with their tokens, upright if words need it.

    Where even the smallest letters would lie upon each other, every n-th place gets its number,
    counted from 1, and the axis says that the tokens are left out.

    axis    an x or a y axis of matplotlib, `count` places on `inches`
    tokens  one text for each place, or None: numbers
    what    the noun for a place
    """
    pitch = 72 * inches / count  # points from one place to the next
    shown = [_shown(token) for token in tokens or ()]
    longest = max(map(len, shown), default=0)
    across = pitch / (WIDE * max(longest, 1)) if axis.axis_name == "x" else pitch / HIGH
    size = max(across, min(pitch / HIGH, LARGEST - 1))
    if not shown or size < SMALLEST:
        return _number(axis, count, pitch, what, bool(shown))
    style = {"fontsize": min(size, LARGEST), "fontfamily": "monospace"}
    axis.set_ticks(range(count), shown, rotation=0 if size == across else 90, **style)
    axis.set_tick_params(length=2)
    axis.set_label_text("")


def _shown(token) -> str:
    return shorten("".join(map(visible, token)), LONGEST)


def _number(axis, count, pitch, what, left_out):
    """Step numbers at round places."""
    rounds = (base * 10**k for k in range(10) for base in (1, 2, 5))
    every = next(n for n in rounds if n * pitch >= APART or n >= count)
    places = range(every, count + 1, every)
    axis.set_ticks([n - 1 for n in places], [f"{n:,}" for n in places])
    sign = f" (the {count:,} characters or words are left out)" if left_out else ""
    axis.set_label_text(what + sign)
