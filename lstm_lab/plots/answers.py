"""What a class guessed, as bars."""

from .._text import shorten
from .._validate import shown
from .style import FAINT, INK, canvas

__all__ = ["guesses"]

#: The colours of a right guess, and of the others.
RIGHT, OTHER = "#148a5f", "#1976d2"


def guesses(asked, hidden=False, ax=None):
    """A class's guesses at one question as bars, the right ones green and marked ✓.

    asked   one of `lstm_lab.collect.guesses(reports)`
    hidden  without the truth, to be shown before it is told
    ax      Axes to draw on; a new still by default

    Returns (fig, ax).

    >>> from lstm_lab.collect import collect, guesses
    >>> stills = [lab.plots.guesses(one) for one in guesses(collect("reports"))]  # doctest: +SKIP
    """
    if not getattr(asked, "bars", None):
        raise TypeError(
            f"asked must be one of lstm_lab.collect.guesses(reports), not {shown(asked)}"
        )
    given, counts, right = zip(*asked.bars, strict=True)
    seen = [bool(one) and not hidden for one in right]
    names = [shorten(name, 40) + " ✓" * one for name, one in zip(given, seen, strict=True)]
    fig, ax = canvas(8, 1.2 + 0.42 * len(names), ax)
    rows = range(len(names))
    ax.barh(rows, counts, color=[RIGHT if one else OTHER for one in seen], height=0.7)
    for row, count in zip(rows, counts, strict=True):
        ax.text(count, row, f"  {count}", va="center", color=INK, fontsize=12)
    ax.set_yticks(rows, names, fontsize=12, parse_math=False)
    ax.set(xlim=(0, 1.12 * max(*counts, 1)), xticks=[], ylim=(len(names) - 0.4, -0.6))
    ax.spines[:].set_visible(False)
    ax.tick_params(left=False)
    ax.set_title(shorten(asked.title, 70), fontsize=14, color=INK, parse_math=False)
    told = f"it is {asked.truth}: {asked.right} of {asked.answered} were right"
    truth = f"{asked.answered} guessed" if hidden else told
    ax.set_xlabel(truth, color=FAINT, fontsize=12, parse_math=False)
    return fig, ax
