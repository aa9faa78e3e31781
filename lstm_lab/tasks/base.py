"""What every counting task is made of: an alphabet, texts, and the truth at every character."""

from abc import ABC, abstractmethod
from typing import NamedTuple

import numpy as np

from .._text import TEXT, describe, short_alphabet
from .._validate import as_generator, as_int, as_list, shown

__all__ = [
    "LETTERS",
    "NONE",
    "Batch",
    "Task",
    "check_text",
    "last_true",
    "log_uniform",
    "since",
    "walk",
]


LETTERS = "abcdefghijklmnopqrstuvwxyz"
#: The code of padding, and the answer where nothing is asked.
NONE = -1


class Batch(NamedTuple):
    """B texts side by side, padded to T characters.

    codes    (B, T) place of each character in the alphabet, -1 for padding
    values   (B, T) the true value after each character, 0 for padding
    targets  (B, T) which of the task's answers is right, -1 where none is asked
    mask     (B, T) True where there is a character
    lengths  (B,)
    """

    codes: np.ndarray
    values: np.ndarray
    targets: np.ndarray
    mask: np.ndarray
    lengths: np.ndarray


class Task(ABC):
    """Texts over an alphabet, and a true value at every character.

    name      how it is called in `lab.tasks`
    alphabet  the characters it knows, in the order of a cell's inputs
    value     what is counted, one word
    answers   what a tagger may say at a character; `batch` says which is right
    option    what it was made with: its pairs, style, start or letters
    marks     the characters that matter to it, where not all do

    A subclass gives `label` (by brute force: the definition), its vectorised twin `_values`, the
    right answers `_targets`, the generator `_sample`, and `near_misses`.
    """

    name = ""
    alphabet = TEXT
    value = ""
    answers: tuple[str, ...] = ()
    option = ""
    marks = ""

    @abstractmethod
    def label(self, text) -> np.ndarray:
        """The true value after each character of a text: (T,) whole numbers."""

    def targets(self, text) -> np.ndarray:
        """Which of `answers` is right after each character: (T,), -1 where none is asked."""
        return self.batch([text]).targets[0]

    def sample(self, n, length, rng) -> list[str]:
        """n random texts of `length` characters, deep ones as well as shallow ones; in aⁿbⁿ and
        aⁿbⁿcⁿ of up to so many, in Dyck-1 one fewer if that is odd.

        rng  a numpy Generator, or a seed for one
        """
        n, length = as_int("n", n), as_int("length", length)
        return self._sample(n, length, as_generator(rng))

    @abstractmethod
    def _values(self, codes) -> np.ndarray:
        """`label` of many texts at once, by arrays: (B, T) codes to (B, T) values."""

    @abstractmethod
    def _targets(self, codes, values) -> np.ndarray:
        """The place of the right answer at every character (B, T), NONE where none is asked."""

    @abstractmethod
    def _sample(self, n, length, rng) -> list[str]:
        """n texts of a length from a numpy Generator."""

    @abstractmethod
    def near_misses(self, text) -> list[str]:
        """Texts one small change away that end in another value, or outside the language."""

    def codes(self, text) -> np.ndarray:
        """(T,) the place of each character in the alphabet; ValueError names an unknown one."""
        check_text(self, text)
        place = {character: k for k, character in enumerate(self.alphabet)}
        return np.array([place[character] for character in text], int)

    def encode(self, text) -> np.ndarray:
        """(T, I) one row per character, 1 at its place in the alphabet."""
        return np.eye(len(self.alphabet))[self.codes(text)]

    def batch(self, texts) -> Batch:
        """Texts as one padded Batch; the empty text is a row of padding. ValueError for none."""
        texts = [texts] if isinstance(texts, str) else as_list("texts", texts, "texts")
        for text in texts:
            if not isinstance(text, str):
                raise TypeError(f"{self.name} is about text, but {shown(text)} was given")
        if not texts:
            raise ValueError("a batch needs at least one text, but there is none")
        lengths = np.array(list(map(len, texts)))
        mask = np.arange(lengths.max()) < lengths[:, None]
        codes = np.full(mask.shape, NONE)
        codes[mask] = self.codes("".join(texts)) if self._known(texts) else self._refuse(texts)
        values = np.where(mask, self._values(codes), 0)
        targets = np.where(mask, self._targets(codes, values), NONE)
        return Batch(codes, values, targets, mask, lengths)

    def _known(self, texts):
        return set().union(*texts) <= set(self.alphabet)

    def _refuse(self, texts):
        """Name the first text that holds an unknown character, and where."""
        for k, text in enumerate(texts):
            try:
                self.codes(text)
            except ValueError as error:
                raise ValueError(f"text {k}: {error}") from None

    def _is(self, codes, characters) -> np.ndarray:
        """True where a character is one of `characters`; padding never is."""
        table = np.array([character in characters for character in self.alphabet] + [False])
        return table[codes]

    def _texts(self, codes) -> list[str]:
        """Codes (n, T) without padding as n texts."""
        rows = np.array(list(self.alphabet))[np.ascontiguousarray(codes)]
        return ["".join(row) for row in rows.tolist()]

    def _letters(self, n, length, rng, space=0.15) -> np.ndarray:
        """Codes (n, length) of characters that the task does not count: letters, blanks, others."""
        letters = np.array([self.alphabet.index(letter) for letter in LETTERS])
        codes = letters[rng.integers(len(letters), size=(n, length))]
        codes[rng.random((n, length)) < space] = self.alphabet.index(" ")
        others = [k for k, c in enumerate(self.alphabet) if c not in self.marks and c != "\n"]
        rare = rng.random((n, length)) < 0.1  # every character is met, letters most of the time
        codes[rare] = rng.choice(others, size=int(rare.sum()))
        return codes

    def __repr__(self):
        return f"{self.name}: {self.value}, alphabet {short_alphabet(self.alphabet)}"


def check_text(task, text):
    """Refuse what is no text, or holds a character that a task's alphabet has not."""
    if not isinstance(text, str):
        raise TypeError(f"{task.name} is about text, but {shown(text)} was given")
    known = set(task.alphabet)
    for position, character in enumerate(text):
        if character not in known:
            raise ValueError(
                f"{describe(character)} at position {position} is not in the alphabet of "
                f"{task.name}, {short_alphabet(task.alphabet)}"
            )


def log_uniform(n, low, high, rng) -> np.ndarray:
    """(n, 1) one rate per text between `low` and `high`, small ones as often as large ones."""
    return np.exp(rng.uniform(np.log(low), np.log(high), size=(n, 1)))


def last_true(flags) -> np.ndarray:
    """(n, T) index of the last True so far, -1 before the first."""
    return np.maximum.accumulate(np.where(flags, np.arange(flags.shape[1]), NONE), axis=1)


def since(counts, flags) -> np.ndarray:
    """(n, T) how many of `counts` came after the last of `flags`."""
    total = np.cumsum(counts, axis=1)
    return total - np.maximum.accumulate(np.where(flags, total, 0), axis=1)


def walk(n, length, rng) -> np.ndarray:
    """(n, length) ±1: random walks that start and end at 0 and never go below.

    Each has a depth of its own that it seldom exceeds, from 1 to half the length, and a drift of
    its own towards it. `length` must be even.
    """
    most = np.round(log_uniform(n, 1, max(length // 2, 1), rng))[:, 0]
    upward = rng.uniform(0.4, 0.9, size=n)
    steps, depth = np.empty((n, length), int), np.zeros(n, int)
    for t in range(length):
        up = rng.random(n) < upward
        up &= depth < most
        up |= depth == 0
        up &= depth < length - t  # enough characters must be left to close all
        steps[:, t] = np.where(up, 1, -1)
        depth += steps[:, t]
    return steps
