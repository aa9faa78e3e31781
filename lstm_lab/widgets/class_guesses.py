"""ClassGuesses: what a class guessed, a question at a time, on the projector."""

import os

import numpy as np
import traitlets

from .._validate import as_index, shown
from ..collect import Guesses, collect, shared
from ..plots import guesses as still_of_guesses
from .figure import Figure
from .traits import FigureError, checked, index, stays

__all__ = ["ClassGuesses"]


class ClassGuesses(Figure):
    """A class's guesses as bars, first without what is right.

    asked  the folder with the reports, of which a question of your own that one student alone
           answered is left out; or what `lstm_lab.collect.guesses(reports)` gives
    at     which question, from 0
    told   whether what is right is shown; ◀ and ▶ hide it again

    `at` and `told` can be set from Python. `values()` gives the counts of the bars, and which are
    right (0 where that is not shown). Raises FigureError, a ValueError, where nobody has guessed.
    """

    js = "class_guesses.js"
    shown = ("asked", "at", "told")
    played = ("at", "told")

    asked: traitlets.List[dict] = traitlets.List(traitlets.Dict()).tag(sync=True)
    at = index().tag(sync=True)
    told = traitlets.Bool().tag(sync=True)

    def __init__(self, asked, at=0, told=False, **options):
        if isinstance(asked, str | os.PathLike):
            asked = checked(collect, asked)
            asked = checked(shared, asked)
        self._asked = asked
        super().__init__(asked=_as_dicts(asked), at=at, told=told, **options)

    _stays = stays("asked", of="the reports")

    @traitlets.validate("at")
    def _is_there(self, proposal):
        return checked(as_index, "at", proposal["value"], len(self._asked))

    @property
    def now(self) -> Guesses:
        """The question that is shown, with its bars."""
        return self._asked[self.at]

    def values(self):
        _, counts, right = zip(*self.now.bars, strict=True)
        return {"counts": np.array(counts), "right": np.array(right) * self.told}

    def still(self):
        return still_of_guesses(self.now, hidden=not self.told)

    def __repr__(self):
        lines = [f"ClassGuesses, {self.at + 1} of {len(self._asked)}: {self.now.title}"]
        lines += [
            f"  {count:3} × {given}{' ✓' * (right and self.told)}"
            for given, count, right in self.now.bars
        ]
        return "\n".join([*lines, *[f"  it is {self.now.truth}"] * self.told])


def _as_dicts(asked) -> list[dict]:
    """The questions as the page reads them."""
    if not isinstance(asked, list) or not all(isinstance(one, Guesses) for one in asked):
        wanted = "a folder, or what lstm_lab.collect.guesses(reports) gives"
        raise FigureError(f"asked must be {wanted}, not {shown(asked)}")
    if not asked or not all(one.bars for one in asked):
        raise FigureError("asked has no guess: give the reports of those who guessed")
    return [
        {"title": one.title, "notebook": one.notebook, "truth": one.truth, "bars": one.bars}
        for one in asked
    ]
