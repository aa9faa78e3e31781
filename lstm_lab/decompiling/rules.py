"""Rules: a program that was read from a net, to be printed and run without it."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .._text import plain, visible
from .reading import Automaton, codes
from .trees import Branch, decide

__all__ = ["Answers", "Count", "Rules"]


class Count(NamedTuple):
    """A read-out: the count c[unit] / step, rounded."""

    unit: int
    step: float


class Answers(NamedTuple):
    """A read-out: the words that a net may say, and for each (state, kind of character) which of
    them, or a Branch on the counts."""

    words: tuple[str, ...]
    trees: dict


@dataclass(frozen=True, repr=False)
class Rules:
    """A program read from a cell; print it, run it.

    table     what each character does in each state
    used      the units that the answers need, and those that feed back
    read_out  a Count, Answers, or None: then all c are what it says
    name      of the task
    checked   on how many texts it agrees with the net; elsewhere nothing is promised
    """

    table: Automaton
    used: tuple[int, ...]
    read_out: Count | Answers | None = None
    name: str = ""
    checked: int = 0

    @property
    def states(self) -> list:
        """c (H,) of each state."""
        return self.table.states

    @property
    def counters(self) -> tuple[int, ...]:
        """The units whose c the rules speak of."""
        return tuple(k for k in self.used if k not in self.table.recurrent_units)

    def run(self, text) -> np.ndarray:
        """What the rules alone say on a text: the answers, or the value, or all c (T, H)."""
        states, c = self.table.trace(text)
        if isinstance(self.read_out, Count):
            return np.rint(c[:, self.read_out.unit] / self.read_out.step).astype(int)
        if self.read_out is None:
            return c
        places = codes(self.table.alphabet, text).tolist()
        steps = zip(states.tolist(), places, c, strict=True)
        trees = self.read_out.trees
        return np.array([self._answer(trees, q, s, now) for q, s, now in steps], int)

    def _answer(self, trees, q, s, c) -> int:
        """What is said after character s, read in state q, left c."""
        tree = trees.get((q, int(self.table.kinds[q, s])))
        if tree is None:
            where = f"{visible(self.table.alphabet[s])!r} in state {q}"
            raise ValueError(f"no text that was tried has {where}: decompile with texts that do")
        return decide(tree, c)

    def __repr__(self):
        lines = [*_head(self), *_actions(self), *_says(self)]
        if self.checked:
            lines.append(f"agrees with the net on {self.checked} texts")
        return "\n".join(lines)


# --- in words -----------------------------------------------------------------------------------


def _head(rules):
    table, count = rules.table, len(rules.states)
    states = f", {count} states" if count > 1 else ""
    units = ", ".join(_c(k) for k in rules.counters) or "no counter"
    starts = "all start at 0" if table.units else "read off its answers, not its gates"
    lines = [f"{rules.name or 'cell'}: {units}{states}; {starts}"]
    idle = sorted(set(range(table.units)) - set(rules.used))
    letters = [k for k in idle if not table.keep[..., k].any()]
    others = [k for k in idle if k not in letters]
    if letters:
        lines.append(f"  {_units(letters)} nothing but the last character, as the rules do")
    if others:
        lines.append(f"  {_units(others)} more, which no answer needs")
    return lines


def _actions(rules):
    """What the characters do, state by state."""
    table, lines = rules.table, []
    for q, state in enumerate(table.states):
        if len(table.states) > 1:
            kept = ", ".join(f"{_c(k)} = {plain(state[k])}" for k in table.recurrent_units)
            lines.append(f"in state {q} ({kept})" if kept else f"in state {q}")
        groups: dict[str, list[str]] = {}
        for s, character in enumerate(table.alphabet):
            groups.setdefault(_instruction(rules, q, s), []).append(character)
        for what, characters in sorted(groups.items(), key=lambda group: len(group[1])):
            lines.append(f"  {table.who(characters):12} {what}")
    return lines


def _instruction(rules, q, s):
    table = rules.table
    parts = [_update(k, table.keep[q, s, k], table.add[q, s, k]) for k in rules.counters]
    parts += [f"hide {_c(k)}" for k in rules.counters if not table.seen[q, s, k]]
    if table.transition[q, s] != q:
        parts.append(f"go to state {table.transition[q, s]}")
    return ", ".join(filter(None, parts)) or "nothing"


def _says(rules):
    """The read-out."""
    table, read_out = rules.table, rules.read_out
    if isinstance(read_out, Count):
        scale = "" if read_out.step == 1 else f" · {1 / read_out.step:g}"
        return [f"value: {_c(read_out.unit)}{scale}"]
    if read_out is None:
        return []
    groups: dict[tuple[int, str], list[str]] = {}
    for (q, kind), tree in sorted(read_out.trees.items()):
        alike = [c for c, k in zip(table.alphabet, table.kinds[q], strict=True) if k == kind]
        groups.setdefault((q, _tree(rules, tree)), []).extend(alike)

    def first(group):
        (q, _), characters = group
        return q, table.alphabet.index(characters[0])

    told = [_after(table, *key, who) for key, who in sorted(groups.items(), key=first)]
    return ["answer", *told] if told else []


def _after(table, q, said, characters) -> str:
    where = table.who(characters)
    if len(table.states) > 1:
        where = f"{where} in state {q}"
    return f"  after {where:6} {said}"


def _tree(rules, tree) -> str:
    if not isinstance(tree, Branch):
        return rules.read_out.words[tree]
    high, low = _tree(rules, tree.high), _tree(rules, tree.low)
    if not isinstance(tree.high, Branch):
        return f"{high} if {_above(rules.table, tree)}, else {low}"
    if not isinstance(tree.low, Branch):
        return f"{low} if {_above(rules.table, tree, not_above=True)}, else {high}"
    return f"if {_above(rules.table, tree)}: ({high}), else: ({low})"


def _above(table, tree, not_above=False) -> str:
    """`c1 ≥ 1` where c1 takes whole numbers only, else `c1 > 0.5`."""
    if (table.add[..., tree.unit] % 1).any():
        return f"{_c(tree.unit)} {'≤' if not_above else '>'} {plain(tree.threshold)}"
    floor = int(np.floor(tree.threshold))
    return f"{_c(tree.unit)} " + (f"≤ {plain(floor)}" if not_above else f"≥ {plain(floor + 1)}")


def _update(unit, keep, add) -> str:
    """`c1 += 1`, `c1 = 0`, or nothing."""
    if keep:
        sign = "+=" if add > 0 else "−="
        return f"{_c(unit)} {sign} {plain(abs(add))}" if add else ""
    return f"{_c(unit)} = {plain(add)}" if add else f"erase {_c(unit)}"


def _units(numbers) -> str:
    """`unit 2 holds`, `units 1, 3 hold`: counted from 1, as people read them."""
    if len(numbers) == 1:
        return f"unit {numbers[0] + 1} holds"
    return f"units {', '.join(str(k + 1) for k in numbers)} hold"


def _c(unit) -> str:
    """The counter of a unit as rules name it: units are counted from 1 there."""
    return f"c{unit + 1}"
