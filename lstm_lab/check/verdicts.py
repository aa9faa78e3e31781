"""A verdict, and the decorator that prints, keeps and returns it.

What is kept stays in the memory of this kernel. It is written to disk while my_answers.txt is in
the notebook's folder; `keep()` makes that file.
"""

import functools
import inspect
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from .._text import counted, shorten
from . import keeping
from .keeping import PASSED, WRONG

__all__ = [
    "OPEN",
    "PASSED",
    "WRONG",
    "Verdict",
    "forget",
    "keep",
    "kept",
    "summary",
    "tries",
    "verdict",
]

OPEN = "unanswered"
#: A name in the summary has up to so many characters.
MOST_WIDE = 60
#: The word that a verdict begins with.
LEADS = {PASSED: "passed", WRONG: "not yet", OPEN: "not answered yet"}


@dataclass(frozen=True)
class Verdict:
    """What a check says of an answer.

    state     "passed", "wrong" or "unanswered"
    text      the sentence
    id        one word for the mistake that was named: "swapped", "missing" …; "" if none was
    exercise  the name of the exercise, or of the guess
    lead      the first word of what is printed; by default it follows from the state
    given     of a guess, what was said; `truth`, what it is; `choices`, from which it was chosen

    >>> print(Verdict(WRONG, "the bias is missing", "missing"))
    not yet: the bias is missing
    """

    state: str
    text: str
    id: str = ""
    exercise: str = ""
    lead: str = ""
    given: str = ""
    truth: str = ""
    choices: str = ""

    def __str__(self):
        return f"{self.lead or LEADS[self.state]}: {self.text}"

    def __repr__(self):
        return f"<{self}>"

    def _ipython_display_(self):
        """Nothing: a notebook has printed it already."""


_KEPT: list[Verdict] = []
#: So many of them are in the student's file, which is this one.
_added, _file = 0, ""


def verdict(judge: Callable[..., Verdict]) -> Callable[..., Verdict]:
    """A public check from a function that judges: it prints the verdict, keeps and returns it.

    The function itself stays at hand as `.judge`: it prints and keeps nothing.

    >>> @verdict
    ... def two(answer):
    ...     return Verdict(PASSED, "two it is") if answer == 2 else Verdict(WRONG, "count again")
    >>> two(2).exercise
    passed: two it is
    'two'
    """

    takes = inspect.signature(judge)

    @functools.wraps(judge)
    def check(*args, **named):
        name = judge.__name__
        try:
            takes.bind(*args, **named)
        except TypeError:
            wanted = [key for key, one in takes.parameters.items() if one.default is one.empty]
            text = f"give the check what it asks for: lab.check.{name}({', '.join(wanted)})"
            said = Verdict(OPEN, text)
        else:
            said = judge(*args, **named)
        said = said if said.exercise else replace(said, exercise=name)
        print(said)
        _KEPT.append(said)
        _add()
        return said

    check.judge = judge  # type: ignore[attr-defined]
    return check


def kept() -> tuple[Verdict, ...]:
    """All verdicts of this kernel, the oldest first."""
    return tuple(_KEPT)


def forget() -> None:
    """Forget all verdicts of this kernel; a student's file stays."""
    global _added
    _KEPT.clear()
    _added = 0


def keep() -> Path:
    """Keep verdicts and guesses on this disk from now on, in one readable file: its path.

    The file, my_answers.txt, stands beside the notebook. All notebooks of the folder add to it,
    after a restart too, until you delete it. `summary()` and `report()` then tell of all of them.
    Nothing is sent anywhere. Raises ValueError where the file cannot be written.
    """
    _begin_anew_if_gone()
    path = keeping.begin()
    _add()
    many = counted(len(keeping.stored()), "answer")
    print(f"{path.absolute()} holds {many}; all notebooks of this folder add to it.")
    print("To keep no more, delete it.")
    return path


def _add() -> None:
    """Add to the student's file, if there is one, what it has not yet."""
    global _added, _file
    _begin_anew_if_gone()
    if keeping.is_there():
        new = _unkept()
        done = keeping.add([_try(_KEPT[k]) for k in new])
        _added, _file = [*new, len(_KEPT)][done], os.path.abspath(keeping.FILE)


def _begin_anew_if_gone() -> None:
    """What was in a file that is gone is in none."""
    global _added
    if not os.path.isfile(_file):
        _added = 0


def _unkept() -> list[int]:
    """Which answers of this kernel are not in the student's file."""
    start = _added if keeping.is_there() else 0
    return [k for k in range(start, len(_KEPT)) if _KEPT[k].state != OPEN]


def tries() -> list[dict]:
    """What was answered, the oldest first: the file's, where there is one, and this kernel's."""
    _begin_anew_if_gone()
    return keeping.stored() + [_try(_KEPT[k]) for k in _unkept()]


def _try(said: Verdict) -> dict:
    """A verdict as it is kept: texts, cut; ? for half of a character."""
    texts = (said.exercise, said.state, said.id, said.text, said.given, said.truth, said.choices)
    return {
        key: text[:most].encode(errors="replace").decode()
        for (key, most), text in zip(keeping.MOST.items(), texts, strict=True)
    }


def summary() -> None:
    """Print a table: each exercise and guess, whether it is passed, how many tries, the mistake
    last named.

    Of this kernel; after `keep()`, of all in my_answers.txt. A cell that was run with its dots in
    place is no try. A mistake is told by one word.

    >>> summary()  # doctest: +SKIP
    exercise  passed  tries  named
    two       yes     1
    """
    rows: list[tuple[str, ...]] = [("exercise", "passed", "tries", "named")]
    answered = tries()
    met = [one["exercise"] for one in answered] + [said.exercise for said in _KEPT]
    for name in dict.fromkeys(met):
        own = [one for one in answered if one["exercise"] == name]
        passed = any(one["state"] == PASSED for one in own)
        named = [one["named"] for one in own if one["named"]]
        told = name, "yes" if passed else "no", str(len(own)), (named or [""])[-1]
        rows.append(tuple(shorten(" ".join(word.split()), MOST_WIDE) for word in told))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(word.ljust(n) for word, n in zip(row, widths, strict=True)).rstrip())
