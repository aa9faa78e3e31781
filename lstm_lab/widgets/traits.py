"""Traits of the figures: numbers that are checked when they are set, by Python or by the page."""

from contextlib import contextmanager

import traitlets

from .._validate import (
    as_finite,
    as_float,
    as_int,
    as_nonnegative,
    as_numpy,
    check_ndim,
    check_one_of,
)

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


class Factor(traitlets.TraitType):
    """One finite number ≥ 0."""

    def validate(self, obj, value):
        return float(checked(as_nonnegative, self.name, value))


class Number(traitlets.TraitType):
    """One finite number."""

    def validate(self, obj, value):
        return checked(as_float, self.name, value)


class Whole(traitlets.TraitType):
    """A whole number from 0 on."""

    default_value = 0

    def validate(self, obj, value):
        return checked(as_int, self.name, value, 0)


class Fixed(Numbers):
    """Numbers that stay what they are from the figure's making on."""

    def validate(self, obj, value):
        now, before = super().validate(obj, value), obj._trait_values.get(self.name)
        if before and now != before:
            name = type(obj).__name__
            raise FigureError(f"{self.name} belongs to the cell: make a new {name} for another")
        return now


class Choice(traitlets.TraitType):
    """One of a few words."""

    def __init__(self, allowed, **options):
        super().__init__(**options)
        self.allowed = allowed

    def validate(self, obj, value):
        checked(check_one_of, self.name, value, self.allowed)
        return value


def stays(*names):
    """A validator for a figure's class: these traits are of the net, and stay as they were made."""

    @traitlets.validate(*names)
    def unchanged(figure, proposal):
        name, value = proposal["trait"].name, proposal["value"]
        if value != figure.__dict__.get("_made", {}).get(name, value):
            title = type(figure).__name__
            raise FigureError(f"{name} belongs to the net: make a new {title} for another")
        return value

    return unchanged


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


def _tuples(value):
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
