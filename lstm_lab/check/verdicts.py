"""A verdict, and the decorator that prints, keeps and returns it.

What is kept stays in the memory of this kernel; nothing is written to disk.
"""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace

__all__ = ["OPEN", "PASSED", "WRONG", "Verdict", "forget", "kept", "summary", "verdict"]

PASSED, WRONG, OPEN = "passed", "wrong", "unanswered"
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
    given     of a guess, what was said, and `truth`, what it is

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

    def __str__(self):
        return f"{self.lead or LEADS[self.state]}: {self.text}"

    def __repr__(self):
        return f"<{self}>"

    def _ipython_display_(self):
        """Nothing: a notebook has printed it already."""


_KEPT: list[Verdict] = []


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
        return said

    check.judge = judge  # type: ignore[attr-defined]
    return check


def kept() -> tuple[Verdict, ...]:
    """All verdicts of this kernel, the oldest first."""
    return tuple(_KEPT)


def forget() -> None:
    """Forget all verdicts of this kernel."""
    _KEPT.clear()


def summary() -> None:
    """Print a table: each exercise, whether it is passed, how many tries, the mistake last named.

    A cell that was run with its dots in place is no try. A mistake is told by one word.

    >>> summary()  # doctest: +SKIP
    exercise  passed  tries  named
    two       yes     1
    """
    rows = [("exercise", "passed", "tries", "named")]
    for name in dict.fromkeys(said.exercise for said in _KEPT):
        tries = [said for said in _KEPT if said.exercise == name and said.state != OPEN]
        passed = any(said.state == PASSED for said in tries)
        named = [said.id for said in tries if said.id]
        rows.append((name, "yes" if passed else "no", str(len(tries)), (named or [""])[-1]))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(word.ljust(n) for word, n in zip(row, widths, strict=True)).rstrip())
