"""The lesson's five counters on ordinary text: nesting, list items, quotes, URLs, length.

Source: the lesson, "Cell state as counter"; cells that do so were found in trained networks by
Karpathy, Johnson & Fei-Fei 2015.
"""

import re

import numpy as np

from .._text import TEXT
from .._validate import check_one_of, shown
from .base import NONE, Task, last_true, log_uniform, since, walk

__all__ = [
    "BLANKS",
    "SENTENCE_ENDS",
    "Length",
    "ListItems",
    "Nesting",
    "Quotes",
    "URLs",
    "changed",
    "different",
]


SENTENCE_ENDS = ".!?\n"
BLANKS = " \n"


class Nesting(Task):
    """How many brackets are open: opening ones minus closing ones, of all kinds together.

    pairs  the brackets, each opening one before its closing one
    """

    name, value, answers = "nesting", "depth", ("outside", "inside")

    def __init__(self, pairs="()[]{}"):
        known = isinstance(pairs, str) and pairs and not set(pairs) - set(TEXT)
        if not known or len(pairs) % 2 or len(set(pairs)) < len(pairs):
            raise ValueError(f"pairs is {shown(pairs)}: give brackets two by two, such as '()[]'")
        self.option = self.pairs = self.marks = pairs
        self.opening, self.closing = pairs[::2], pairs[1::2]

    def label(self, text):
        self.codes(text)
        depth = [0]
        for character in text:
            depth.append(depth[-1] + (character in self.opening) - (character in self.closing))
        return np.array(depth[1:], int)

    def _values(self, codes):
        steps = self._is(codes, self.opening).astype(int) - self._is(codes, self.closing)
        return np.cumsum(steps, axis=1)

    def _targets(self, codes, values):
        return (values > 0).astype(int)

    def _sample(self, n, length, rng):
        codes = self._letters(n, length, rng)
        brackets = 2 * np.round(length * log_uniform(n, 0.1, 1, rng)[:, 0] / 2).astype(int)
        for count in np.unique(brackets):
            if count == 0:
                continue
            rows = np.flatnonzero(brackets == count)
            steps = walk(len(rows), count, rng)
            places = np.sort(rng.random((len(rows), length)).argsort(axis=1)[:, :count], axis=1)
            codes[rows[:, None], places] = self._brackets(steps, rng)
        return self._texts(codes)

    def _brackets(self, steps, rng):
        """Codes of brackets for steps of ±1; a closing one is of the kind of its opening one."""
        kinds = np.array(
            [[self.alphabet.index(c) for c in p] for p in (self.closing, self.opening)]
        )
        depth = np.cumsum(steps, axis=1)
        stack = np.zeros((len(steps), depth.max() + 1), int)
        chosen = rng.integers(len(self.opening), size=steps.shape)
        everyone = np.arange(len(steps))
        codes = np.empty_like(steps)
        for t in range(steps.shape[1]):
            up = steps[:, t] > 0
            level = np.where(up, depth[:, t], depth[:, t] + 1)
            stack[everyone[up], level[up]] = chosen[up, t]
            codes[:, t] = kinds[up.astype(int), stack[everyone, level]]
        return codes

    def near_misses(self, text):
        """One bracket dropped, or doubled; or one added to a text that has none."""
        self.codes(text)
        return changed(text, self.pairs, self.opening[0])


class ListItems(Task):
    """How many items a list has so far: a `-` that begins a line is an item, an empty line ends
    the list."""

    name, value, answers = "list_items", "items", ("no list", "in a list")
    marks = "-\n"

    def label(self, text):
        self.codes(text)
        items, values, begins = 0, [], True
        for character in text:
            if begins and character == "-":
                items += 1
            if begins and character == "\n":
                items = 0
            begins = character == "\n"
            values.append(items)
        return np.array(values, int)

    def _values(self, codes):
        newline = self._is(codes, "\n")
        begins = np.concatenate([np.ones_like(newline[:, :1]), newline[:, :-1]], axis=1)
        return since(self._is(codes, "-") & begins, newline & begins)

    def _targets(self, codes, values):
        return (values > 0).astype(int)

    def _sample(self, n, length, rng):
        codes = self._letters(n, length, rng)
        dash, newline = self.alphabet.index("-"), self.alphabet.index("\n")
        codes[rng.random((n, length)) < 0.02] = dash  # dashes inside a line do not count
        ends = rng.random((n, length)) < log_uniform(n, 0.02, 0.4, rng)
        codes[ends] = newline
        begins = np.concatenate([np.ones((n, 1), bool), ends[:, :-1]], axis=1)
        item = begins & (rng.random((n, length)) < rng.uniform(0.3, 1, size=(n, 1)))
        codes[item] = dash
        return self._texts(codes)

    def near_misses(self, text):
        """One `-` dropped, or given a line of its own."""
        self.codes(text)
        return different(self, text, changed(text, "-", "\n-", twice="-\n-"))


class Quotes(Task):
    """One bit: inside or outside a quotation.

    style  "straight": each " toggles it; "curly": “ opens and ” closes it
    """

    name, value, answers = "quotes", "inside", ("outside", "inside")

    def __init__(self, style="straight"):
        check_one_of("style", style, ("straight", "curly"))
        self.option = self.style = style
        self.marks = '"' if style == "straight" else "“”"

    def label(self, text):
        self.codes(text)
        before = (text[: t + 1] for t in range(len(text)))
        if self.style == "straight":
            return np.array([prefix.count('"') % 2 for prefix in before], int)
        return np.array([prefix.rfind("“") > prefix.rfind("”") for prefix in before], int)

    def _values(self, codes):
        if self.style == "straight":
            return np.cumsum(self._is(codes, '"'), axis=1) % 2
        return (last_true(self._is(codes, "“")) > last_true(self._is(codes, "”"))).astype(int)

    def _targets(self, codes, values):
        return values

    def _sample(self, n, length, rng):
        codes = self._letters(n, length, rng)
        marks = rng.random((n, length)) < log_uniform(n, 0.02, 0.5, rng)
        if self.style == "straight":
            codes[marks] = self.alphabet.index('"')
        else:
            opens = np.cumsum(marks, axis=1) % 2 == 1
            opens ^= rng.random((n, length)) < 0.1  # some are out of turn
            codes = np.where(marks & opens, self.alphabet.index("“"), codes)
            codes = np.where(marks & ~opens, self.alphabet.index("”"), codes)
        return self._texts(codes)

    def near_misses(self, text):
        """One quotation mark dropped or doubled, or one added at the end."""
        self.codes(text)
        marks = '"' if self.style == "straight" else "“”"
        extra = [text + mark for mark in marks]
        return different(self, text, changed(text, marks, "") + extra)


class URLs(Task):
    """One bit: inside or outside a URL. It begins with the last character of `start` and ends
    before the next blank or newline."""

    name, value, answers = "urls", "inside", ("outside", "inside")

    def __init__(self, start="://"):
        known = isinstance(start, str) and start and not set(start) - set(TEXT)
        if not known or set(start) & set(BLANKS):
            raise ValueError(
                f"start is {shown(start)}: give characters without blanks, such as '://'"
            )
        self.option = self.start = start
        self.marks = start + BLANKS

    def label(self, text):
        self.codes(text)
        words = (re.split("[ \n]", text[: t + 1])[-1] for t in range(len(text)))
        return np.array([self.start in word for word in words], int)

    def _values(self, codes):
        begun = np.ones_like(codes, bool)
        for k, character in enumerate(reversed(self.start)):
            here = self._is(codes, character)
            begun[:, k:] &= here[:, : max(here.shape[1] - k, 0)]
            begun[:, :k] = False
        return (last_true(begun) > last_true(self._is(codes, BLANKS))).astype(int)

    def _targets(self, codes, values):
        return values

    def _sample(self, n, length, rng):
        codes = self._letters(n, length, rng, space=0.1)
        for character in self.start:  # parts of a start that are none
            codes[rng.random((n, length)) < 0.03] = self.alphabet.index(character)
        pattern = np.array([self.alphabet.index(c) for c in self.start])
        most = length - len(pattern) + 1
        if most > 0:
            begins = rng.random((n, most)) < log_uniform(n, 0.005, 0.1, rng)
            rows, columns = np.nonzero(begins)
            codes[rows[:, None], columns[:, None] + np.arange(len(pattern))] = pattern
        return self._texts(codes)

    def near_misses(self, text):
        """A character of one start dropped, or a start or a blank added at the end."""
        self.codes(text)
        places = [m.start() for m in re.finditer(re.escape(self.start), text)]
        dropped = [
            text[:p] + self.start[:k] + self.start[k + 1 :] + text[p + len(self.start) :]
            for p in places
            for k in range(len(self.start))
        ]
        return different(self, text, [*dropped, text + self.start, text + " "])


class Length(Task):
    """How long the sentence is: characters since the last full stop, ! or ? or newline.

    The answer asked for is a guess: does the next character end the sentence? In the texts of
    `sample` that grows likelier with the length.
    """

    name, value, answers = "length", "length", ("goes on", "ends")
    marks = SENTENCE_ENDS

    def label(self, text):
        self.codes(text)
        length, values = 0, []
        for character in text:
            length = 0 if character in SENTENCE_ENDS else length + 1
            values.append(length)
        return np.array(values, int)

    def _values(self, codes):
        ends = self._is(codes, SENTENCE_ENDS)
        return since(~ends, ends)

    def _targets(self, codes, values):
        following = self._is(codes, SENTENCE_ENDS)[:, 1:].astype(int)
        following[codes[:, 1:] == NONE] = NONE
        return np.concatenate([following, np.full((len(codes), 1), NONE)], axis=1)

    def _sample(self, n, length, rng):
        codes = self._letters(n, length, rng)
        ends = np.array([self.alphabet.index(c) for c in SENTENCE_ENDS])
        usual, since_end = log_uniform(n, 12, 36, rng)[:, 0], np.zeros(n, int)
        for t in range(length):
            end = rng.random(n) < since_end / usual**2  # ever likelier: a Rayleigh law
            codes[end, t] = ends[rng.integers(len(ends), size=end.sum())]
            since_end = np.where(end, 0, since_end + 1)
        return self._texts(codes)

    def near_misses(self, text):
        """One character more or less, or one sentence end dropped."""
        self.codes(text)
        dropped = changed(text, SENTENCE_ENDS, "")
        return different(self, text, [*dropped, text + "a", text[:-1]])


def changed(text, marks, extra, twice=None) -> list[str]:
    """A text with each of its `marks` dropped or doubled, or with `extra` added if it has none."""
    places = [t for t, character in enumerate(text) if character in marks]
    if not places:
        return [text + extra] if extra else []
    dropped = [text[:t] + text[t + 1 :] for t in places]
    return dropped + [text[:t] + (twice or 2 * text[t]) + text[t + 1 :] for t in places]


def different(task, text, others) -> list[str]:
    """Those of `others` that end in another value than `text`, each once."""

    def end(one):
        return task.label(one)[-1] if one else 0

    return [other for other in dict.fromkeys(others) if end(other) != end(text)]
