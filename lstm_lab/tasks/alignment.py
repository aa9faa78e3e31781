"""Pairs of texts whose alignment is known: for every character of the target, where it comes from.

Notebook 06 asks a network to write the target, and reads off its attention where it looked. There
the answer is `spans`.
"""

import re
from abc import ABC, abstractmethod
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from .._text import short_alphabet
from .._validate import as_generator, as_int, as_list, check_one_of, shown
from .base import LETTERS, NONE, check_text

__all__ = [
    "PATTERNS",
    "Aligned",
    "Dates",
    "Pair",
    "PairBatch",
    "Permutation",
    "check_pairs",
    "ending",
]


MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Pair(NamedTuple):
    """A text, what it becomes, and for each character of that the part of the text it is read from.

    spans  one (from, to) for each character of the target, `to` not included; (0, 0) for one that
           is not read from anywhere, such as the dash of a date
    """

    source: str
    target: str
    spans: tuple[tuple[int, int], ...]


class PairBatch(NamedTuple):
    """B pairs side by side, padded to S and T characters.

    codes    (B, S) place of each source character in the alphabet, -1 for padding
    lengths  (B,) of the sources
    targets  (B, T) place of each target character in `writes`, then the end mark, then -1
    """

    codes: np.ndarray
    lengths: np.ndarray
    targets: np.ndarray


class Aligned(ABC):
    """A task that turns one text into another, character by character.

    name              how it is called in `lab.tasks`
    alphabet, writes  the characters it reads and those it writes; after them comes an end mark,
                      whose code is len(writes)
    """

    name = ""
    alphabet = writes = LETTERS

    @abstractmethod
    def pair(self, source) -> Pair:
        """A text with its true answer and the spans. Raises ValueError for one it cannot read."""

    @abstractmethod
    def sample(self, n, length, rng) -> list[Pair]:
        """n random pairs with sources of `length` characters."""

    def batch(self, pairs) -> PairBatch:
        """Pairs as one padded batch. Raises ValueError for none, or an empty source."""
        pairs, end = check_pairs(pairs), len(self.writes)
        codes, lengths = self.codes(pair.source for pair in pairs)
        targets = _padded([[*_places(pair.target, self.writes), end] for pair in pairs])
        return PairBatch(codes, lengths, targets)

    def codes(self, sources) -> tuple[np.ndarray, np.ndarray]:
        """Sources as codes (B, S) and their lengths (B,). Any text of the alphabet will do."""
        sources = [sources] if isinstance(sources, str) else as_list("sources", sources, "texts")
        for source in sources:
            check_text(self, source)
        if not sources or not all(sources):
            raise ValueError("a batch needs sources of at least one character")
        codes = _padded([_places(source, self.alphabet) for source in sources])
        return codes, np.array(list(map(len, sources)))

    def __repr__(self):
        return f"{self.name}: reads {short_alphabet(self.alphabet)}"


class Permutation(Aligned):
    """The same letters in another order: copied, reversed, or shifted round by some places.

    order  "copy", "reverse" or "shift"
    by     how far "shift" moves each letter to the right; what falls off comes back on the left
    """

    def __init__(self, order="reverse", by=1):
        check_one_of("order", order, ("copy", "reverse", "shift"))
        self.order, self.by, self.name = order, as_int("by", by), order

    def pair(self, source):
        check_text(self, source)
        T = len(source)
        places = {
            "copy": range(T),
            "reverse": range(T - 1, -1, -1),
            "shift": [(t - self.by) % T for t in range(T)],
        }[self.order]
        target = "".join(source[k] for k in places)
        return Pair(source, target, tuple((k, k + 1) for k in places))

    def sample(self, n, length, rng):
        """n random pairs with sources of `length` characters, or of (fewest, most) of them."""
        lengths = length if isinstance(length, tuple) else (length, length)
        if isinstance(length, list) or len(lengths) != 2:
            raise ValueError(f"length is {shown(length)}: give a whole number, or (fewest, most)")
        fewest = as_int("length", lengths[0])
        most = as_int("length", lengths[1], least=fewest)
        rng = as_generator(rng)
        lengths = rng.integers(fewest, most + 1, size=as_int("n", n))
        codes = rng.integers(len(LETTERS), size=(n, most))
        texts = ("".join(LETTERS[k] for k in row) for row in codes)
        return [self.pair(text[:T]) for text, T in zip(texts, lengths, strict=True)]


class Dates(Aligned):
    """Dates as people write them, and as ISO 8601 does: "5 April 09" is 2009-04-05.

    All in figures, the day comes first: 03/04/98 is the third of April. Of years with two figures
    69 to 99 are 1969 to 1999, and 00 to 68 are 2000 to 2068, as POSIX reads them. A weekday says
    nothing new and is not checked.
    """

    name = "dates"
    alphabet = "".join(sorted(set("".join(MONTHS + WEEKDAYS) + "0123456789 ,./-stndrh")))
    writes = "0123456789-"
    #: How dates are written: {W} weekday, {w} its first three letters, {D} day, {d} day with two
    #: figures, {o} with its ending, {M} month, {m} its first three letters, {N} its number with two
    #: figures, {n} as short as can be, {Y} year, {y} its last two figures.
    FORMS = (
        "{D} {M} {Y}", "{D} {M} {y}", "{D} {m} {Y}", "{d} {m} {y}", "{o} {M} {Y}",
        "{M} {o}, {Y}", "{M} {D}, {Y}", "{m} {D} {Y}", "{m} {o} {y}",
        "{W}, {M} {o} {Y}", "{W}, {D} {M} {Y}", "{w} {D} {m} {Y}", "{w}, {o} {m} {y}",
        "{d}/{N}/{y}", "{d}/{N}/{Y}", "{D}.{n}.{Y}", "{D}.{n}.{y}", "{d}-{N}-{Y}",
    )  # fmt: skip
    FIRST, LAST = date(1969, 1, 1), date(2068, 12, 31)

    def pair(self, source):
        check_text(self, source)
        for pattern in PATTERNS:
            found = pattern.fullmatch(source)
            if found:
                return self._read(source, found)
        known = ", ".join(self.write(date(2009, 4, 5), form) for form in self.FORMS[::5])
        raise ValueError(f"{shown(source)} is no date that is known: write it like one of {known}")

    def sample(self, n, length=None, rng=None):
        """n random dates from 1969 to 2068 in all of FORMS.

        length  None: a date is as long as it is
        """
        if length is not None:
            raise ValueError(f"length is {shown(length)}: a date is as long as it is, leave it out")
        rng = as_generator(rng)
        days = rng.integers((self.LAST - self.FIRST).days + 1, size=as_int("n", n))
        forms = rng.integers(len(self.FORMS), size=n)
        dates = (self.FIRST + timedelta(days=int(k)) for k in days)
        return [self.pair(self.write(d, self.FORMS[k])) for d, k in zip(dates, forms, strict=True)]

    def write(self, day: date, form) -> str:
        """A date in one of FORMS."""
        if not isinstance(day, date):
            raise TypeError(f"day must be a datetime.date, but {shown(day)} was given")
        check_one_of("form", form, self.FORMS)
        weekday, month = WEEKDAYS[day.weekday()], MONTHS[day.month - 1]
        return form.format(
            W=weekday, w=weekday[:3], D=day.day, d=f"{day.day:02}", o=f"{day.day}{ending(day.day)}",
            M=month, m=month[:3], N=f"{day.month:02}", n=day.month,
            Y=day.year, y=f"{day.year % 100:02}",
        )  # fmt: skip

    def _read(self, source, found):
        """The ISO date of a match, and where each of its figures comes from."""
        year, month, day = found["year"], found["month"], found["day"]
        number = int(month) if month.isdigit() else 1 + _month(month)
        full = year if len(year) == 4 else f"{'19' if int(year) >= 69 else '20'}{year}"
        try:
            target = date(int(full), number, int(day)).isoformat()
        except ValueError as error:
            raise ValueError(f"{shown(source)}: {error}") from None
        spans = [
            *_figures(found.span("year"), 4), (0, 0),
            *_figures(found.span("month"), 2, month.isdigit()), (0, 0),
            *_figures(found.span("day"), 2),
        ]  # fmt: skip
        return Pair(source, target, tuple(spans))


def check_pairs(pairs) -> list[Pair]:
    """Refuse what is not a list of pairs, or empty."""
    found = list(pairs) if hasattr(pairs, "__len__") or hasattr(pairs, "__next__") else []
    wrong = [pair for pair in found if not isinstance(pair, Pair)]
    if wrong or not found:
        raise ValueError(
            "a list of pairs is wanted, at least one: task.sample(n, length, rng) or "
            f"[task.pair(…)], but {shown(wrong[0] if wrong else pairs)} was given"
        )
    return found


def _places(text, alphabet) -> list[int]:
    return [alphabet.index(character) for character in text]


def _padded(rows) -> np.ndarray:
    """Rows of codes as one array, -1 where a row has ended."""
    codes = np.full((len(rows), max(map(len, rows))), NONE)
    for row, values in zip(codes, rows, strict=True):
        row[: len(values)] = values
    return codes


def ending(day) -> str:
    """st, nd, rd or th."""
    return "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _month(word) -> int:
    """Which month a word is or begins, from 0."""
    return next(k for k, month in enumerate(MONTHS) if month.startswith(word))


def _figures(span, count, figures=True):
    """Where `count` figures come from: each from its own, those that are not written from all."""
    start, stop = span
    if not figures:  # a word
        return [span] * count
    missing = count - (stop - start)
    return [span] * missing + [(k, k + 1) for k in range(start, stop)]


def _pattern(form):
    """The regular expression of a form, with groups for year, month and day."""
    names = "|".join(MONTHS)
    parts = {
        "W": f"(?:{'|'.join(WEEKDAYS)})",
        "w": f"(?:{'|'.join(day[:3] for day in WEEKDAYS)})",
        "D": r"(?P<day>[1-9]\d?)",
        "d": r"(?P<day>\d\d)",
        "o": r"(?P<day>[1-9]\d?)(?:st|nd|rd|th)",
        "M": f"(?P<month>{names})",
        "m": f"(?P<month>{'|'.join(month[:3] for month in MONTHS)})",
        "N": r"(?P<month>\d\d)",
        "n": r"(?P<month>[1-9]\d?)",
        "Y": r"(?P<year>\d{4})",
        "y": r"(?P<year>\d\d)",
    }
    literal = {".": r"\.", "-": r"\-"}
    return re.compile(
        re.sub(r"\{(\w)\}|([.-])", lambda hit: parts[hit[1]] if hit[1] else literal[hit[2]], form)
    )


PATTERNS = [_pattern(form) for form in Dates.FORMS]
