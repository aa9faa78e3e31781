"""A measured number beside the bound that is claimed of it.

A notebook prints the number, so that a reader sees 99. What depends on the seed's luck with a CPU's
last digits may not be compared as a text: the test of the notebooks leaves out the number of a fact
that holds, and compares the bound. A fact that does not hold prints other words, which the test
compares as they stand; so a number can move within its bound, and nowhere else.
"""

import re
from dataclasses import dataclass

import numpy as np

__all__ = ["Fact", "fact"]


@dataclass(frozen=True)
class Fact:
    """A number, and its bounds: prints as "99 of 100 (claimed: at least 90)"."""

    value: float
    bounds: tuple[tuple[str, float], ...]
    of: int | None = None
    unit: str = ""

    @property
    def holds(self) -> bool:
        """Whether the number is within its bounds."""
        return all(BOUNDS[word](self.value, bound) for word, bound in self.bounds)

    def __repr__(self):
        claimed = " and ".join(f"{word} {self._said(bound, 12)}" for word, bound in self.bounds)
        number = self._said(self.value) + (f" of {self.of:,}" if self.of else "")
        return f"{number} (claimed: {claimed}{'' if self.holds else ', and that is NOT so'})"

    def _said(self, value, digits=3) -> str:
        return _text(value, digits) + self.unit


def _text(value, digits) -> str:
    """So many digits, and all before the point: 98.6, 1,234, 1.2e9, 3.14e−16."""
    whole = isinstance(value, int) or value.is_integer() or digits == 3
    if isinstance(value, int) or (whole and 1000 <= abs(value) < 1e6):
        text = f"{value:,.0f}"
    else:
        text = re.sub(r"e\+?(-?)0*", r"e\1", f"{value:.{digits}g}")
    return text.replace("-", "−").replace("inf", "∞")


#: The words of a bound, and the comparison that each is.
BOUNDS = {
    "at least": lambda value, bound: value >= bound,
    "at most": lambda value, bound: value <= bound,
    "above": lambda value, bound: value > bound,
    "below": lambda value, bound: value < bound,
}


def fact(value, *, at_least=None, at_most=None, above=None, below=None, of=None, unit="") -> Fact:
    """A number with what is claimed of it, to be printed.

    value  one number; a bool or an array of one element is one, too
    of     how many there are in all: "99 of 100"
    unit   what stands after the numbers: " %"

    Raises TypeError for what is no number, ValueError without a bound.

    >>> fact(99, at_least=90, of=100)
    99 of 100 (claimed: at least 90)
    >>> fact(0.5, below=1e-12)
    0.5 (claimed: below 1e−12, and that is NOT so)
    """
    given = {"at least": at_least, "at most": at_most, "above": above, "below": below}
    bounds = tuple((word, _number(b)) for word, b in given.items() if b is not None)
    if not bounds:
        raise ValueError("a fact has a bound: give at_least, at_most, above or below")
    return Fact(_number(value), bounds, of, unit)


def _number(value) -> int | float:
    """One number in any form."""
    array = np.asarray(value)
    if array.size != 1 or array.dtype.kind not in "iufb":
        raise TypeError(f"one number is wanted, not {value!r}")
    return array.item() if array.dtype.kind == "f" else int(array.item())
