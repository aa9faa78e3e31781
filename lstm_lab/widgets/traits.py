"""Traits of the figures: numbers that are checked when they are set, by Python or by the page."""

from contextlib import contextmanager

import traitlets

from .._validate import (
    as_finite,
    as_int,
    as_nonnegative,
    as_numpy,
    as_writable,
    check_ndim,
    shown,
)
from ..cell import clamped_gate

__all__ = [
    "MOST_TOLD",
    "Checked",
    "FigureError",
    "Fixed",
    "Numbers",
    "checked",
    "clamp_entry",
    "factor",
    "index",
    "readable",
    "refused",
    "stays",
]


#: So many characters of what traitlets says are told.
MOST_TOLD = 200


class FigureError(traitlets.TraitError, ValueError):
    """A value that a figure cannot show. The figure stays as it was."""


class Numbers(traitlets.TraitType):
    """Finite numbers of `ndim` axes, kept as nested tuples, so that they cannot change unseen."""

    def __init__(self, ndim, **options):
        super().__init__(default_value=(), **options)
        self.ndim = ndim

    def validate(self, obj, value):
        array = checked(as_finite, self.name, value)
        checked(check_ndim, self.name, array, self.ndim)
        return _tuples(as_numpy(array).tolist())


class Checked(traitlets.TraitType):
    """A value that passes a check of _validate: `Checked(as_int, 0)` is a whole number from 0 on.

    check  returns the value as it is kept, or None if it only refuses
    more   what it takes after the name and the value
    """

    def __init__(self, check, *more, default=traitlets.Undefined):
        super().__init__(default)
        self.check, self.more = check, more

    def validate(self, obj, value):
        kept = checked(self.check, self.name, value, *self.more)
        return value if kept is None else kept


def factor(default=1.0) -> Checked:
    """One finite number ≥ 0."""
    return Checked(as_nonnegative, default=default)


def index() -> Checked:
    """A whole number from 0 on."""
    return Checked(as_int, 0, default=0)


class Fixed(Numbers):
    """Numbers that stay what they are from the figure's making on."""

    def validate(self, obj, value):
        now, before = super().validate(obj, value), obj._trait_values.get(self.name)
        if before and now != before:
            name = type(obj).__name__
            raise FigureError(f"{self.name} belongs to the cell: make a new {name} for another")
        return now


def stays(*names, of="the net"):
    """A validator for a figure's class: these traits are of the net, or of something else, and stay
    as they were made."""

    @traitlets.validate(*names)
    def unchanged(figure, proposal):
        name, value = proposal["trait"].name, proposal["value"]
        if value != figure.__dict__.get("_made", {}).get(name, value):
            title = type(figure).__name__
            raise FigureError(f"{name} belongs to {of}: make a new {title} for another")
        return value

    return unchanged


def clamp_entry(entry, units) -> list:
    """[gate, unit, first step, last step, value] of a gate that is held; 0 units: not known yet."""
    if not (isinstance(entry, list | tuple) and len(entry) == 5):
        raise FigureError(
            f"clamp has {shown(entry)}: give (gate, unit, first step, last step, value)"
        )
    gate, unit, first, last, value = entry
    gate, value = checked(clamped_gate, "clamp", gate, value)
    unit = checked(as_int, "unit of clamp", unit, 0)
    first = checked(as_int, "first step of clamp", first, 0)
    last = checked(as_int, "last step of clamp", last, 0)
    if units and unit >= units:
        raise FigureError(f"clamp of unit {unit}: there are {units}, from 0")
    if first > last:
        raise FigureError(f"clamp from step {first} to {last}: the first comes first")
    return [gate, unit, first, last, value]


@contextmanager
def refused():
    """What traitlets refuses by itself is a FigureError, too."""
    try:
        yield
    except FigureError:
        raise
    except traitlets.TraitError as error:
        told = " ".join(str(error).splitlines())  # traitlets prints an array as it is
        raise FigureError(told if len(told) <= MOST_TOLD else f"{told[:MOST_TOLD]} …") from None


def checked(check, *arguments):
    """check(*arguments), what it refuses raised as a FigureError."""
    try:
        return check(*arguments)
    except (TypeError, ValueError) as error:
        raise FigureError(str(error)) from None


def readable(text: str, most: int) -> str:
    """A text that a page can show: of up to so many characters, and of whole ones."""
    if len(text) > most:
        raise FigureError(f"text has {len(text):,} characters: up to {most:,} can be shown")
    return checked(as_writable, "text", text)


def _tuples(value):
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
