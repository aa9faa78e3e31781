"""Three tasks that ask for memory and nothing else, at any lag: two of text, one of numbers.

What is hard about them is the distance between what matters and where it is asked for.
"""

from typing import NamedTuple

import numpy as np

from .._validate import as_finite, as_generator, as_int, as_numpy, check_ndim
from .base import LETTERS, NONE, Task

__all__ = ["Adding", "CopyAfterLag", "RememberFirst", "Sequences"]


class RememberFirst(Task):
    """Which capital did the text begin with? Asked at each `?`; all that comes between is to be
    ignored.

    symbols  how many capitals there are, 2 to 26; whoever guesses is right once in so many

    The value is that capital's place, from 1; 0 where the text began with none.
    """

    name, value = "remember_first", "first"

    def __init__(self, symbols=4):
        symbols = as_int("symbols", symbols, least=2)
        if symbols > 26:
            raise ValueError(f"symbols is {symbols}, but there are 26 capitals")
        self.option = symbols
        self.answers = tuple(LETTERS[:symbols].upper())
        self.alphabet = "".join(self.answers) + LETTERS[:symbols] + "?"
        self.marks = "".join(self.answers) + "?"

    @property
    def baseline(self) -> float:
        """The share of right answers of one who remembers nothing."""
        return 1 / len(self.answers)

    def label(self, text):
        self.codes(text)
        first = self.answers.index(text[0]) + 1 if text and text[0] in self.answers else 0
        return np.full(len(text), first)

    def _values(self, codes):
        first = codes[:, :1]
        return np.where(first < len(self.answers), first + 1, 0) * np.ones_like(codes)

    def _targets(self, codes, values):
        asked = self._is(codes, "?") & (values > 0)
        return np.where(asked, values - 1, NONE)

    def _sample(self, n, length, rng):
        if length < 2:
            raise ValueError(f"length {length}: a capital and a `?` need at least 2")
        K = len(self.answers)
        codes = rng.integers(K, 2 * K, size=(n, length))
        codes[:, 0] = rng.integers(K, size=n)
        codes[:, -1] = 2 * K
        return self._texts(codes)

    def near_misses(self, text):
        """The same text after each other capital."""
        self.codes(text)
        return [symbol + text[1:] for symbol in self.answers if text and symbol != text[0]]


class CopyAfterLag(Task):
    """Letters, then blanks `.`, then a `:`, and after it as many blanks: say the letters again.

    symbols  how many letters there are, 2 to 26
    items    how many a sample is to remember

    At all other characters the right answer is the blank. The value is the place of the letter to
    be said, from 1; 0 for the blank. After Hochreiter & Schmidhuber 1997 and Arjovsky, Shah &
    Bengio 2016: with T - 1 blanks between letters and `:`, a text of T + 2 · items characters.
    """

    name, value = "copy", "due"

    def __init__(self, symbols=8, items=10):
        symbols, self.items = as_int("symbols", symbols, least=2), as_int("items", items)
        if symbols > 26:
            raise ValueError(f"symbols is {symbols}, but there are 26 letters")
        self.option = (symbols, items)
        self.letters = LETTERS[:symbols]
        self.alphabet = self.marks = self.letters + ".:"
        self.answers = (".", *self.letters)

    def baseline(self, length) -> float:
        """Cross entropy per character of one who knows when to speak, but not what: nats.

        items · ln symbols / length, in the literature 10 ln 8/(T + 20).
        """
        return self.items * np.log(len(self.letters)) / self._enough(length)

    def label(self, text):
        self.codes(text)
        said, _, after = text.partition(":")
        letters = [self.letters.index(c) + 1 for c in said if c in self.letters]
        silent = [0] * (len(text) - len(after))
        return np.array((silent + letters + [0] * len(text))[: len(text)], int)

    def _values(self, codes):
        T = codes.shape[1]
        go = np.maximum.accumulate(self._is(codes, ":"), axis=1)
        letter = self._is(codes, self.letters) & ~go
        memory = np.zeros_like(codes)  # the letters, one after the other
        rows, steps = np.nonzero(letter)
        memory[rows, np.cumsum(letter, axis=1)[rows, steps] - 1] = codes[rows, steps] + 1
        since_go = np.cumsum(go, axis=1) - 2  # 0 at the first character after the `:`
        due = np.take_along_axis(memory, np.clip(since_go, 0, T - 1), axis=1)
        return np.where(since_go >= 0, due, 0)

    def _targets(self, codes, values):
        return values

    def _sample(self, n, length, rng):
        blanks = self._enough(length) - 2 * self.items - 1
        letters = rng.integers(len(self.letters), size=(n, self.items))
        rest = "." * blanks + ":" + "." * self.items
        return [text + rest for text in self._texts(letters)]

    def _enough(self, length) -> int:
        least = 2 * self.items + 1
        if as_int("length", length) < least:
            raise ValueError(f"length {length}: copying {self.items} letters needs {least} or more")
        return length

    def near_misses(self, text):
        """Another letter in the place of the last one."""
        self.codes(text)
        places = [t for t, c in enumerate(text.partition(":")[0]) if c in self.letters]
        if not places:
            return []
        t = places[-1]
        return [text[:t] + c + text[t + 1 :] for c in self.letters if c != text[t]]


class Sequences(NamedTuple):
    """n sequences of T steps, and the one number that is asked for after the last.

    x  (n, T, 2)
    y  (n,)
    """

    x: np.ndarray
    y: np.ndarray


class Adding:
    """Numbers between 0 and 1, two of them marked: what is the sum of these two?

    Each step is (number, mark). One mark is in the first half, one in the second. After Hochreiter
    & Schmidhuber 1997 (there −1 to 1); whoever always says 1 has a mean squared error of 1/6, the
    variance of the sum of two numbers between 0 and 1.
    """

    name = "adding"
    baseline = 1 / 6

    def sample(self, n, length, rng) -> Sequences:
        """n sequences of `length` steps, at least 2.

        rng  a numpy Generator, or a seed for one
        """
        n, T = as_int("n", n), as_int("length", length, least=2)
        rng = as_generator(rng)
        values, marks, rows = rng.random((n, T)), np.zeros((n, T)), np.arange(n)
        marks[rows, rng.integers(T // 2, size=n)] = 1
        marks[rows, rng.integers(T // 2, T, size=n)] = 1
        return Sequences(np.stack([values, marks], axis=-1), (values * marks).sum(axis=1))

    def label(self, x) -> float:
        """The answer to one sequence (T, 2), by hand."""
        x = as_numpy(as_finite("x", x))
        check_ndim("x", x, 2)
        if x.shape[1] != 2 or not np.isin(x[:, 1], (0, 1)).all():
            raise ValueError(f"x {x.shape}: each step is (number, mark), and a mark is 0 or 1")
        marked = [value for value, mark in x.tolist() if mark]
        if len(marked) != 2:
            raise ValueError(f"{len(marked)} steps are marked, but two must be")
        return sum(marked)

    def __repr__(self):
        return "adding: the sum of two marked numbers among T"
