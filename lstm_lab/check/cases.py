"""The inputs that functions are tried on, handed over."""

import copy
from collections import namedtuple

from . import attention, cells, conditionals, kin, lstm_cell, memory, residual

__all__ = ["case"]

EXERCISES = {
    exercise.name: exercise
    for exercise in (
        conditionals.SOFT_IF,
        conditionals.SOFT_SWITCH,
        conditionals.IF_FROM_SWITCH,
        memory.TRAVELLED,
        lstm_cell.UPDATE_C,
        lstm_cell.STEP,
        residual.GATED_STEP,
        residual.BIAS_FOR,
        attention.ADDITIVE_SCORE,
        attention.MASKED_SOFTMAX,
        attention.CONTEXT,
        attention.READ_MAP,
        cells.AUROC,
        cells.AT_MEAN,
        kin.PAST_WEIGHTS,
        kin.MIN_GRU,
        kin.MEMORY,
    )
}


def case(exercise: str, number: int = 1):
    """The arguments of one case of an exercise, as a tuple with names: a copy to try things on.

    number  which case, as a verdict tells it: the first is 1

    Raises ValueError for an exercise that is not judged on cases, and for a case that is not there.

    >>> given = case("step", 1)
    >>> given.x.shape, given.W_x.shape
    ((3,), (8, 3))
    """
    if exercise not in EXERCISES:
        raise ValueError(f"{exercise!r} is not judged on cases: give one of {', '.join(EXERCISES)}")
    found = EXERCISES[exercise]
    if isinstance(number, bool) or number not in range(1, len(found.cases) + 1):
        raise ValueError(
            f"case {number!r} of {exercise} is not there: give 1 to {len(found.cases)}"
        )
    return namedtuple("Case", found.names)(*copy.deepcopy(found.cases[number - 1]))
