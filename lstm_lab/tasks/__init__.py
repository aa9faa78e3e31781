"""Tasks with the true answer at every step: `lab.tasks.nesting()` and its like.

Those on text have an alphabet, `sample(n, length, rng)`, `label(text)`, `near_misses(text)` and
`batch(texts)`; `adding` is about numbers, and has `sample` and `label`; `river` is a function, and
gives numbers and the stores behind them; `permutation` and `dates` turn one text into another, and
`pair(source)` says from where each character of it is read; `python_source` finds text to read.
"""

from collections.abc import Callable

from .alignment import Aligned, Pair
from .alignment import Dates as dates
from .alignment import Permutation as permutation
from .base import Batch, Task
from .counting import Length as length
from .counting import ListItems as list_items
from .counting import Nesting as nesting
from .counting import Quotes as quotes
from .counting import URLs as urls
from .labels import code_labels, prose_labels
from .languages import Blocks, Language
from .languages import Dyck1 as dyck1
from .languages import Parity as parity
from .memory import Adding as adding
from .memory import CopyAfterLag as copy
from .memory import RememberFirst as remember_first
from .source import python_source
from .stores import River, river


def anbn() -> Blocks:
    """aⁿbⁿ, n ≥ 1: as many b's as a's."""
    return Blocks("ab")


def anbncn() -> Blocks:
    """aⁿbⁿcⁿ, n ≥ 1."""
    return Blocks("abc")


#: The tasks that count, by their names.
COUNTING: dict[str, Callable[..., Task]] = {
    "nesting": nesting,
    "list_items": list_items,
    "quotes": quotes,
    "urls": urls,
    "length": length,
    "anbn": anbn,
    "anbncn": anbncn,
    "dyck1": dyck1,
    "parity": parity,
}
#: Every task on text by its name.
TASKS: dict[str, Callable[..., Task]] = COUNTING | {"copy": copy, "remember_first": remember_first}

__all__ = [
    "TASKS",
    "Aligned",
    "Batch",
    "Language",
    "Pair",
    "River",
    "Task",
    "adding",
    "code_labels",
    "dates",
    "permutation",
    "prose_labels",
    "python_source",
    "river",
    *TASKS,
]
