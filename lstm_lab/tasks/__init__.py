"""Tasks with the true answer at every step: `lab.tasks.nesting()` and its like.

Those on text have an alphabet, `sample(n, length, rng)`, `label(text)`, `near_misses(text)` and
`batch(texts)`; `adding` is about numbers, and has `sample` and `label`; `permutation` and `dates`
turn one text into another, and `pair(source)` says from where each character of it is read.
"""

from .alignment import Aligned, Pair
from .alignment import Dates as dates
from .alignment import Permutation as permutation
from .base import Batch, Task
from .counting import Length as length
from .counting import ListItems as list_items
from .counting import Nesting as nesting
from .counting import Quotes as quotes
from .counting import URLs as urls
from .languages import Blocks, Language
from .languages import Dyck1 as dyck1
from .languages import Parity as parity
from .memory import Adding as adding
from .memory import CopyAfterLag as copy
from .memory import RememberFirst as remember_first


def anbn() -> Blocks:
    """aⁿbⁿ, n ≥ 1: as many b's as a's."""
    return Blocks("ab")


def anbncn() -> Blocks:
    """aⁿbⁿcⁿ, n ≥ 1."""
    return Blocks("abc")


COUNTING = (nesting, list_items, quotes, urls, length, anbn, anbncn, dyck1, parity)
#: Every task on text by its name.
TASKS = {
    task.__name__ if task in (anbn, anbncn) else task.name: task
    for task in (*COUNTING, copy, remember_first)
}

__all__ = [
    "TASKS",
    "Aligned",
    "Batch",
    "Language",
    "Pair",
    "Task",
    "adding",
    "dates",
    "permutation",
    *TASKS,
]
