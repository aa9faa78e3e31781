"""Reading a cell as a finite table: what each character does in each state, gates being 0 or 1."""

from collections import deque
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .._text import describe, short_alphabet, visible
from .._validate import shown
from ..gates import unchecked_sigmoid as sigmoid

__all__ = ["Automaton", "NotReadable", "codes", "demand_hard", "read", "soft_gates", "too_soft"]

#: So many states of the units that feed back are followed at the most.
MAX_STATES = 64


class NotReadable(ValueError):
    """The cell is no program: a gate is still soft, or a unit that feeds back counts."""


@dataclass(frozen=True)
class Automaton:
    """What a cell does, as tables over Q states and S characters.

    states           c (H,) of each state
    h                h (H,) of each state, empty if it was not read from gates
    keep, add        (Q, S, H) what a character does in a state: c = keep · c + add
    seen             (Q, S, H) whether focus lets c be seen
    transition       (Q, S) the next state
    recurrent_units  those whose h the gates read
    """

    alphabet: str
    states: list
    h: list
    keep: np.ndarray
    add: np.ndarray
    seen: np.ndarray
    transition: np.ndarray
    recurrent_units: tuple[int, ...] = ()

    @property
    def units(self) -> int:
        """H."""
        return self.keep.shape[2]

    @cached_property
    def kinds(self) -> np.ndarray:
        """(Q, S) numbers: characters that do the same in a state are of one kind there."""
        parts = [self.keep, self.add, self.seen, self.transition[..., None]]
        rows = np.concatenate(parts, axis=2)
        return np.array([np.unique(row, axis=0, return_inverse=True)[1].ravel() for row in rows])

    def trace(self, text) -> tuple[np.ndarray, np.ndarray]:
        """The state before each character (T,) and all c after it (T, H)."""
        places = codes(self.alphabet, text)
        states, c = np.zeros(len(places), int), np.zeros((len(places), self.units))
        q, now = 0, np.zeros(self.units)
        for t, s in enumerate(places):
            states[t] = q
            now = self.keep[q, s] * now + self.add[q, s]
            q, c[t] = self.transition[q, s], now
        return states, c

    def visits(self) -> list[str]:
        """For each state a shortest text that leads there, followed by each character."""
        ways, waiting = {0: ""}, deque([0])
        while waiting:
            q = waiting.popleft()
            for character, after in zip(self.alphabet, self.transition[q].tolist(), strict=True):
                if after not in ways:
                    ways[after] = ways[q] + character
                    waiting.append(after)
        return [text + character for text in ways.values() for character in self.alphabet]

    def who(self, characters) -> str:
        """Some characters of the alphabet in words: one by one, or how many there are."""
        if len(characters) == len(self.alphabet) > 1:
            return "any character"
        if len(characters) > 6:
            return f"{len(characters)} others"
        return " ".join(map(visible, characters))


def codes(alphabet, text) -> np.ndarray:
    """(T,) the place of each character in the alphabet; ValueError names an unknown one."""
    if not isinstance(text, str):
        raise TypeError(f"rules read a text, but {shown(text)} was given")
    unknown = next((k for k, character in enumerate(text) if character not in alphabet), None)
    if unknown is not None:
        raise ValueError(
            f"{describe(text[unknown])} at position {unknown} is not in the alphabet, "
            f"{short_alphabet(alphabet)}"
        )
    return np.array([alphabet.index(character) for character in text], int)


def read(cell, alphabet, hard) -> Automaton:
    """The table of a cell: the units that feed back are followed from state to state.

    hard  a candidate this near to a whole number is that number
    """
    recurrent = np.flatnonzero(abs(cell.W_h).max(axis=0) > 0)
    found = [(np.zeros(cell.units), np.zeros(cell.units))]
    names, waiting, rows = {_state(*found[0], recurrent): 0}, deque([0]), []
    while waiting:
        c, h = found[waiting.popleft()]
        remember, save, candidate, focus = _gates(cell, h)
        keep, add = _hardened(remember, save, candidate, hard)
        seen, after, transition = np.rint(focus), keep * c + add, []
        for state in zip(after, seen * np.tanh(after), strict=True):
            name = _state(*state, recurrent)
            if name not in names:
                names[name] = len(found)
                waiting.append(len(found))
                found.append(state)
            transition.append(names[name])
        if len(found) > MAX_STATES:
            raise NotReadable(_endless(recurrent, found))
        rows.append((keep, add, seen > 0, transition))
    keep, add, seen, to = (np.array(table) for table in zip(*rows, strict=True))
    all_c, all_h = ([state[k] for state in found] for k in (0, 1))
    feeding = tuple(recurrent.tolist())
    return Automaton(alphabet, all_c, all_h, keep, add, seen, to, feeding)


def _gates(cell, h):
    """remember, save, candidate, focus for every character (S, H), after short-term state h."""
    a = cell.W_x.T + cell.W_h @ h + cell.b  # (S, 4H)
    a_save, a_remember, a_candidate, a_focus = np.split(a.astype(float), 4, axis=1)
    return sigmoid(a_remember), sigmoid(a_save), np.tanh(a_candidate), sigmoid(a_focus)


def _state(c, h, recurrent):
    """The name of a state: c and h of the units that feed back."""
    return (*np.round(c[recurrent], 6).tolist(), *np.round(h[recurrent], 6).tolist())


def _hardened(remember, save, candidate, hard):
    """c = keep · c + add, with gates of 0 and 1."""
    whole = np.rint(candidate)
    step = np.where(abs(candidate - whole) <= hard, whole, candidate)
    return np.rint(remember), np.rint(save) * step + 0.0


def _endless(recurrent, found):
    values = [len({round(float(c[k]), 2) for c, _ in found}) for k in recurrent]
    unit = recurrent[int(np.argmax(values))]
    return (
        f"the gates read the h of unit {unit + 1}, and its c takes {max(values)} values or more: "
        "such a unit counts, or is soft, and its gates have no finite table"
    )


# --- gates that are neither 0 nor 1 -------------------------------------------------------------


def soft_gates(cell, table, units, hard, steps=False) -> list[tuple[float, str]]:
    """(distance from hard, words) of each gate of `units` that is neither 0 nor 1, softest first.

    steps  whether what is added must be whole as well: where a net answers, what counts must come
           back to where it began
    """
    soft: dict[tuple, list[str]] = {}
    for q, h in enumerate(table.h):
        remember, save, candidate, focus = _gates(cell, h)
        gates = {"remember": remember, "save": save, "focus": focus}
        if steps:
            gates["candidate"] = np.where((table.keep[q] == 1) & (save > 0.5), candidate, 0)
        for word, gate in gates.items():
            for s, k in np.argwhere(abs(gate - np.rint(gate)) > hard):
                if k in units:
                    key = (round(float(gate[s, k]), 3), f"{word} of unit {k + 1}", q)
                    soft.setdefault(key, []).append(table.alphabet[s])
    told = [_soft_words(key, where, table) for key, where in soft.items()]
    return sorted(told, reverse=True)


def _soft_words(key, where, table):
    value, gate, q = key
    whole = round(value)
    away = abs(value - whole)
    state = f" in state {q}" if len(table.states) > 1 else ""
    return away, f"{gate} at {table.who(where)}{state} is {value:.3f}, {away:.3f} from {whole}"


def demand_hard(cell, table, units, hard, steps=False):
    """Refuse a cell of which some unit, or one that feeds back, has a soft gate."""
    soft = soft_gates(cell, table, {*units, *table.recurrent_units}, hard, steps)
    if soft:
        raise NotReadable(too_soft(soft))


def too_soft(soft) -> str:
    """The softest gates in words, and what to do."""
    listed = "\n".join(f"  {words}" for _, words in soft[:3])
    more = f"\n  and {len(soft) - 3} more" if len(soft) > 3 else ""
    return f"still soft, so there are no rules yet; sharpen the net first:\n{listed}{more}"
