"""Traits of the figures: numbers that are checked when they are set, by Python or by the page."""

import traitlets

from ..inputs import as_numpy, axes, choice, factor, numbers


class FigureError(traitlets.TraitError, ValueError):
    """A value that a figure cannot show. The figure stays as it was."""


class Numbers(traitlets.TraitType):
    """Finite numbers of `ndim` axes, kept as nested tuples, so that they cannot change unseen."""

    def __init__(self, ndim, **options):
        super().__init__(default_value=(), **options)
        self.ndim = ndim

    def validate(self, obj, value):
        array = checked(numbers, self.name, value)
        checked(axes, self.name, array, self.ndim)
        return _tuples(as_numpy(array).tolist())


class Factor(traitlets.TraitType):
    """One finite number ≥ 0."""

    def validate(self, obj, value):
        return float(checked(factor, self.name, value))


class Choice(traitlets.TraitType):
    """One of a few words."""

    def __init__(self, allowed, **options):
        super().__init__(**options)
        self.allowed = allowed

    def validate(self, obj, value):
        checked(choice, self.name, value, self.allowed)
        return value


def checked(check, *arguments):
    """check(*arguments), what it refuses raised as a FigureError."""
    try:
        return check(*arguments)
    except (TypeError, ValueError) as error:
        raise FigureError(str(error)) from None


def _tuples(value):
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
