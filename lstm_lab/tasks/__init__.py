"""Text tasks with the true answer at every character: `lab.tasks.nesting()` and its like.

Each has an alphabet, `sample(n, length, rng)`, `label(text)`, `near_misses(text)`, `batch(texts)`.
"""

from .base import Batch, Task
from .counting import Length as length
from .counting import ListItems as list_items
from .counting import Nesting as nesting
from .counting import Quotes as quotes
from .counting import URLs as urls
from .languages import Blocks, Language
from .languages import Dyck1 as dyck1
from .languages import Parity as parity


def anbn() -> Blocks:
    """aⁿbⁿ, n ≥ 1: as many b's as a's."""
    return Blocks("ab")


def anbncn() -> Blocks:
    """aⁿbⁿcⁿ, n ≥ 1."""
    return Blocks("abc")


#: Every task by its name.
TASKS = {
    task.__name__ if task in (anbn, anbncn) else task.name: task
    for task in (nesting, list_items, quotes, urls, length, anbn, anbncn, dyck1, parity)
}

__all__ = ["TASKS", "Batch", "Language", "Task", *TASKS]
