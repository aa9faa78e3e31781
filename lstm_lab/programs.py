"""Cells whose weights are set by hand, each weight for a reason. Notebook 04 is about this file.

A pre-activation of ±L opens or shuts a gate all the way (L = 40: σ(40) is 1 in float64, too), so
that a soft `if` is a hard one. Where a weight must answer a unit's h, that h is tanh(1) or 0.
"""

from typing import NamedTuple

import numpy as np

from . import tasks
from ._text import visible
from ._validate import (
    as_float,
    as_int,
    as_list,
    as_nonnegative,
    as_positive,
    check_one_of,
    check_unit_interval,
    shown,
)
from .cell import GATES, Cell
from .names import CELL
from .tasks.counting import BLANKS, SENTENCE_ENDS

__all__ = [
    "PROGRAMS",
    "TOGETHER",
    "Program",
    "Weight",
    "anbn",
    "drift_limit",
    "left_over",
    "length",
    "list_items",
    "nesting",
    "parity",
    "program",
    "quotes",
    "urls",
]


STRENGTH = 40.0
#: What h is when a unit with open focus holds a 1.
ONE = float(np.tanh(1))
#: Many texts are run side by side in parts of about so many numbers.
TOGETHER = 1 << 22
#: Characters that a cell counting `length` takes to move c by 1.
PER_UNIT = 80


class Weight(NamedTuple):
    """One weight and its reason. `reads` is None for a bias, a text for the inputs of its
    characters, a number for the h of that unit."""

    gate: str
    unit: int
    reads: str | int | None
    value: float
    why: str


class Program(Cell):
    """A cell set by hand for a task. What it has counted is `c[unit] / step`, rounded.

    task     whose values it computes
    weights  the reasons; all other weights are 0
    """

    def __init__(self, task, weights, units=1, step=1.0, dtype=np.float64):
        if not isinstance(task, tasks.Task):
            raise TypeError(f"a task of lab.tasks is wanted, not {shown(task)}")
        units, step = as_int("units", units), as_positive("step", step)
        weights = as_list("weights", weights, "Weight(gate, unit, reads, value, why)")
        arrays = [np.zeros((4 * units, n)) for n in (len(task.alphabet), units, 1)]
        for weight in weights:
            _check(weight, task.alphabet, units)
            row = CELL[weight.gate].block * units + weight.unit
            for array, columns in zip(arrays, _columns(weight, task.alphabet), strict=True):
                array[row, columns] += weight.value
        super().__init__(arrays[0], arrays[1], arrays[2][:, 0], dtype=dtype)
        self.task, self.weights, self.unit, self.unit_step = task, weights, 0, step

    def value(self, text, sharpness=1.0) -> np.ndarray:
        """What it has counted after each character of a text: (T,) whole numbers.

        Of a list of texts, side by side: (B, T), what stands past an end means nothing.
        """
        codes = self.task.batch(text).codes
        rows = np.eye(self.inputs + 1, self.inputs)  # the last is padding: no input at all
        c = np.zeros(codes.shape)
        for some in _side_by_side(codes.shape, self.inputs):
            c[some] = self.run(rows[codes[some].T], sharpness=sharpness).c[..., self.unit].T
        values = np.rint(c / self.unit_step).astype(int)
        return values[0] if isinstance(text, str) else values

    def explain(self) -> None:
        """Print every weight with its reason."""
        print(self.reasons())

    def reasons(self) -> str:
        """What `explain` prints: one line per weight, gate by gate."""
        many = self.units > 1
        lines = [f"{self.task.name}: {self.task.value} = c{' of unit 1' * many}{self._scale()}"]
        for weight in sorted(self.weights, key=lambda w: (w.unit, GATES.index(w.gate))):
            unit = f" {weight.unit + 1}" if many else ""
            head = f"{weight.gate + unit:12} {_reads(weight.reads):12} {weight.value:+8.4g}"
            lines.append(f"  {head}   {weight.why}")
        return "\n".join([*lines, "  all other weights are 0"])

    def _scale(self):
        return "" if self.unit_step == 1 else f" · {1 / self.unit_step:g}"

    def __repr__(self):
        return f"Program({self.task.name}, {self.units} units, {self.dtype})"


def _side_by_side(shape, inputs):
    """Slices of a batch, each of about TOGETHER numbers; none if all its texts are empty."""
    B, T = shape
    size = max(1, TOGETHER // max(1, T * inputs))
    return [slice(b, b + size) for b in range(0, B, size)] if T else []


def _check(weight, alphabet, units):
    """Refuse a weight of an unknown gate or unit, or one that reads what is not there."""
    if not isinstance(weight, Weight):
        raise TypeError(f"weights has {shown(weight)}: give Weight(gate, unit, reads, value, why)")
    as_float("value of a weight", weight.value)
    check_one_of("gate of a weight", weight.gate, GATES)
    check_one_of("unit of a weight", weight.unit, range(units))
    if isinstance(weight.reads, str):
        for character in weight.reads:
            check_one_of("character that a weight reads", character, tuple(alphabet))
    elif weight.reads is not None:
        check_one_of("unit whose h a weight reads", weight.reads, range(units))


def _columns(weight, alphabet):
    """Which columns of W_x, W_h and b a weight stands in."""
    none = slice(0, 0)
    if weight.reads is None:
        return none, none, slice(None)
    if isinstance(weight.reads, str):
        return [alphabet.index(character) for character in weight.reads], none, none
    return none, weight.reads, none


def _reads(reads) -> str:
    if reads is None:
        return "bias"
    return f"h {reads}" if isinstance(reads, int) else " ".join(map(visible, reads))


def nesting(pairs="()[]{}", strength=STRENGTH, dtype=np.float64) -> Program:
    """One unit counts open brackets: +1 at each opening one, -1 at each closing one."""
    task, L = tasks.nesting(pairs), _strength(strength)
    return Program(task, _counter(L, task.opening, task.closing), dtype=dtype)


def anbn(strength=STRENGTH, dtype=np.float64) -> Program:
    """One unit counts a's minus b's: 0 when there are as many."""
    return Program(tasks.anbn(), _counter(_strength(strength), "a", "b"), dtype=dtype)


def _counter(L, up, down):
    return [
        Weight("remember", 0, None, L, "always open: keep the count"),
        Weight("save", 0, None, L, "always open: the candidate alone decides what is added"),
        Weight("candidate", 0, up, L, "tanh → +1: one more"),
        Weight("candidate", 0, down, -L, "tanh → −1: one less; 0 at any other character"),
        Weight("focus", 0, None, L, "always open: show whether the count is 0"),
    ]


def list_items(strength=STRENGTH, dtype=np.float64) -> Program:
    """Unit 0 counts items; unit 1 tells it whether a line has begun."""
    L = _strength(strength)
    link = 2 * L / ONE
    weights = [
        Weight("remember", 0, None, L, "keep the count"),
        Weight("remember", 0, "\n", -2 * L, "a newline would erase it …"),
        Weight("remember", 0, 1, link, "… but not the one that ends a line with text"),
        Weight("save", 0, None, -L, "shut: nothing is added …"),
        Weight("save", 0, "-", 2 * L, "… but at a dash …"),
        Weight("save", 0, 1, -link, "… that does not stand inside a line"),
        Weight("candidate", 0, None, L, "tanh → +1: one more item"),
        Weight("focus", 0, None, L, "show whether there is a list"),
        Weight("remember", 1, None, -L, "made again at every character"),
        Weight("save", 1, None, L, "made again at every character"),
        Weight("candidate", 1, None, L, "tanh → 1: inside a line …"),
        Weight("candidate", 1, "\n", -L, "… → 0 after a newline (and before the text)"),
        Weight("focus", 1, None, L, "tell the gates of unit 1"),
    ]
    return Program(tasks.list_items(), weights, units=2, dtype=dtype)


def quotes(style="straight", strength=STRENGTH, dtype=np.float64) -> Program:
    """One bit. Straight quotes toggle it, so its candidate reads h; curly ones set and reset it."""
    task, L = tasks.quotes(style), _strength(strength)
    return Program(task, _toggle(L, '"') if style == "straight" else _latch(L), dtype=dtype)


def parity(strength=STRENGTH, dtype=np.float64) -> Program:
    """One bit that every 1 toggles."""
    return Program(tasks.parity(), _toggle(_strength(strength), "1"), dtype=dtype)


def _toggle(L, mark):
    return [
        Weight("remember", 0, None, L, "keep the bit …"),
        Weight("remember", 0, mark, -2 * L, "… until the mark: shut"),
        Weight("save", 0, None, -L, "shut …"),
        Weight("save", 0, mark, 2 * L, "… until the mark: let the new bit in"),
        Weight("candidate", 0, None, L, "the new bit is 1 …"),
        Weight("candidate", 0, 0, -L / ONE, "… or 0 if the old one was 1, as h says"),
        Weight("focus", 0, None, L, "always open: the next step must know the bit"),
    ]


def _latch(L):
    return [
        Weight("remember", 0, None, L, "keep the bit …"),
        Weight("remember", 0, "“”", -2 * L, "… until a quotation mark erases it"),
        Weight("save", 0, None, -L, "shut …"),
        Weight("save", 0, "“", 2 * L, "… until the opening mark"),
        Weight("candidate", 0, None, L, "tanh → 1: inside"),
        Weight("focus", 0, None, L, "show the bit"),
    ]


def urls(start="://", strength=STRENGTH, dtype=np.float64) -> Program:
    """Unit 0 is the bit; each further unit knows whether so much of `start` has just been read."""
    task, L = tasks.urls(start), _strength(strength)
    link = 2 * L / ONE
    last = len(start) - 1  # unit k sees the first k characters of the start; unit 0 all of them
    also = L if last else 0  # how much more must come together if another unit has a say
    set_it = f"'{start}' is complete"
    weights = [
        Weight("remember", 0, None, L + 2 * also, "keep the bit …"),
        Weight("remember", 0, start[last], -2 * L, f"… set again when {set_it}"),
        Weight("remember", 0, BLANKS, -6 * L, "… until a blank or a newline erases it"),
        Weight("save", 0, None, -L - 2 * also, "shut …"),
        Weight("save", 0, start[last], 2 * L, f"… until {set_it}"),
        Weight("candidate", 0, None, L, "tanh → 1: inside"),
        Weight("focus", 0, None, L, "show the bit"),
    ]
    if last:
        weights += [
            Weight("remember", 0, last, -link, f"'{start[:last]}' has just been read"),
            Weight("save", 0, last, link, f"'{start[:last]}' has just been read"),
        ]
    for k in range(1, last + 1):
        weights += [
            Weight("remember", k, None, -L, "made again at every character"),
            Weight("save", k, None, -L if k == 1 else -3 * L, "shut …"),
            Weight("save", k, start[k - 1], 2 * L, f"… until '{start[:k]}' has just been read"),
            Weight("candidate", k, None, L, "tanh → 1: read"),
            Weight("focus", k, None, L, f"tell the gates of unit {(k + 1) % (last + 1) + 1}"),
        ]
        if k > 1:
            weights.append(Weight("save", k, k - 1, link, f"'{start[: k - 1]}' was read before"))
    return Program(task, weights, units=last + 1, dtype=dtype)


def length(strength=STRENGTH, dtype=np.float64) -> Program:
    """One unit grows by 1/80 at every character, so that tanh(c) still tells 20 from 60."""
    L = _strength(strength)
    weights = [
        Weight("remember", 0, None, L, "keep the length …"),
        Weight("remember", 0, SENTENCE_ENDS, -2 * L, "… until the sentence ends: start again"),
        Weight("save", 0, None, L, "count every character …"),
        Weight("save", 0, SENTENCE_ENDS, -2 * L, "… but the end itself"),
        Weight("candidate", 0, None, float(np.arctanh(1 / PER_UNIT)), "tanh → 1/80"),
        Weight("focus", 0, None, L, "show how long it is: an end grows likelier"),
    ]
    return Program(tasks.length(), weights, step=1 / PER_UNIT, dtype=dtype)


def _strength(value) -> float:
    return float(as_nonnegative("strength", value))


def _gate(remember) -> np.float64:
    """One remember gate in [0, 1]."""
    f = np.array(as_float("remember", remember))
    check_unit_interval("remember", f, "σ(b) for a bias b")
    return np.float64(f.clip(0, 1))


#: Every program by the name of its task.
PROGRAMS = {
    make.__name__: make for make in (nesting, list_items, quotes, urls, length, anbn, parity)
}


def program(name, **options) -> Program:
    """The program for the task of that name."""
    check_one_of("name", name, tuple(PROGRAMS))
    return PROGRAMS[name](**options)


def left_over(remember, n) -> float:
    """c after n steps up and n down, by a counter whose remember gate is not quite 1.

    (1-fⁿ)² / (1-f), nearly ε n² for f = 1-ε; in truth it should be 0, and c ends below it.
    """
    f, n = _gate(remember), as_int("n", n)
    return float((1 - f**n) ** 2 / (1 - f)) if f < 1 else 0.0


def drift_limit(remember) -> float:
    """The n at which the left-over reaches ½ and a rounded count fails; infinite for f = 1.

    √(1 / 2ε) for a small ε = 1 - f.
    """
    f = _gate(remember)
    if f == 1:
        return float("inf")
    if f <= 0.5:
        return 1.0
    return float(np.log1p(-np.sqrt((1 - f) / 2)) / np.log(f))
