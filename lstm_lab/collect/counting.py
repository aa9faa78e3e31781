"""What a class answered, counted by student: guesses, and mistakes that were named."""

import itertools
import re
from collections import Counter
from typing import NamedTuple

import numpy as np

from .._text import counted
from .._validate import shown
from ..check import course
from ..check.predicting import BETWEEN
from ..check.reading import number_of
from ..check.verdicts import PASSED, WRONG
from .reading import Report, same_name

__all__ = [
    "OWN",
    "Guesses",
    "Mistake",
    "exercises",
    "guesses",
    "is_shared",
    "mistakes",
    "passed",
    "place",
    "shared",
    "students",
]

#: Of one question, more different numbers than this are put together into ranges.
MOST_BARS = 10
#: Ranges are of one factor from this factor on; a guess so many times the middle one is far off.
WIDE, FAR = 20, 1000
#: What stands for an answer that was none of the choices.
ELSE = "something else"
#: Numbers up to here are put together.
MOST_VALUE = 1e300
#: Where a class's own questions stand.
OWN = "Other questions"
#: A guess of one number or of more, as it is kept; of many the last may be cut.
NUMBERS = re.compile(r"[-−+\d.,e\[\] ]*\d[-−+\d.,e\[\] ]*")
NUMBER = re.compile(r"[-−]?\d+([.,]\d+)?(e[-−+]?\d+)?")
#: Each question and exercise of the notebooks: its notebook, and its place in the course.
PLACE = {
    name: (notebook, k)
    for k, (notebook, name) in enumerate(
        (n, one) for n, asked in course.COURSE.items() for one in asked
    )
}


class Guesses(NamedTuple):
    """A question, its truth, the bars: (what was guessed, by how many, right), its notebook."""

    question: str
    truth: str
    bars: list[tuple[str, int, bool]]
    notebook: str = OWN

    @property
    def title(self) -> str:
        """The question as it may be shown before its answer: one without a name tells it."""
        return (
            "a question without a name" if self.question == f"it is {self.truth}" else self.question
        )

    @property
    def answered(self) -> int:
        """How many guessed."""
        return sum(count for _, count, _ in self.bars)

    @property
    def right(self) -> int:
        """How many guessed right."""
        return sum(count for _, count, right in self.bars if right)


class Mistake(NamedTuple):
    """So many students made it; what most of them were told, and by how many that was read to the
    letter."""

    students: int
    exercise: str
    text: str
    told: int


def students(reports) -> list[Report]:
    """The reports of each student as one, in the order of their files; those without answers are
    left out. Two are one student's if the names are the same, whatever the capitals; how many there
    were is its note. Raises TypeError for what are no reports."""
    if not isinstance(reports, list) or not all(isinstance(one, Report) for one in reports):
        raise TypeError(f"reports must be those of collect(folder), not {shown(reports)}")
    found: dict[str, list[Report]] = {}
    for one in reports:
        if one.tries:
            found.setdefault(same_name(one.name), []).append(one)
    return [_joined(own) for own in found.values()]


def _joined(own) -> Report:
    note = counted(len(own), "report") if len(own) > 1 else ""
    return own[0]._replace(tries=[t for one in own for t in one.tries], note=note)


def place(name) -> tuple[str, int]:
    """The notebook of a question or exercise, and its place in the course; else after all."""
    return PLACE.get(name, (OWN, len(PLACE)))


def exercises(reports) -> list[str]:
    """The exercises that anybody tried, in the order of the notebooks; what is none is left out."""
    tried = {t["exercise"] for r in reports for t in r.tries if not t["truth"]}
    return [name for name in course.exercises() if name in tried]


def passed(report, exercise) -> str:
    """The try at which it was passed: 3; "2 ✗" if after two it was not; "" if it was not tried."""
    tries = [t["state"] for t in report.tries if t["exercise"] == exercise and not t["truth"]]
    if PASSED in tries:
        return f"{tries.index(PASSED) + 1}"
    return f"{len(tries)} ✗" if tries else ""


def mistakes(reports) -> list[Mistake]:
    """Each mistake that was named, the most frequent first: a student is counted once, and
    sentences that differ by their numbers are one. Raises TypeError for what are no reports."""
    joined = students(reports)
    known = exercises(joined)
    found: dict[tuple, Counter] = {}
    for report in joined:
        wrong = [t for t in report.tries if t["state"] == WRONG and t["named"] and not t["truth"]]
        own = {(t["exercise"], NUMBER.sub("#", t["text"])): t["text"] for t in wrong}
        for key, text in own.items():
            found.setdefault(key, Counter())[text] += 1
    told = [
        Mistake(texts.total(), exercise, *texts.most_common(1)[0])
        for (exercise, _), texts in found.items()
        if exercise in known
    ]
    return sorted(told, key=lambda one: (-one.students, place(one.exercise)[1], one.text))


# --- guesses --------------------------------------------------------------------------------------


def guesses(reports) -> list[Guesses]:
    """Of each question, in the order of the notebooks, what students guessed first. Raises
    TypeError for what are no reports."""
    asked: dict[str, list] = {}
    known = course.exercises()
    for student in students(reports):
        first: dict[str, dict] = {}
        for one in student.tries:
            if one["truth"] and one["exercise"] not in known:
                first.setdefault(_question(one), one)
        for question, one in first.items():
            asked.setdefault(question, []).append(one)
    made = [_guesses(question, tries) for question, tries in asked.items()]
    return sorted(made, key=lambda one: place(one.question)[1])


def shared(reports) -> list[Guesses]:
    """The guesses that may be shown to all: not at a question that one student alone had, unless
    it is of the course, or there is one student only."""
    own = students(reports)
    return [one for one in guesses(reports) if is_shared(one, own)]


def is_shared(asked, own) -> bool:
    """Whether a question may be shown to all, by the rule of `shared`; `own` are the students."""
    return asked.notebook != OWN or asked.answered > 1 or len(own) == 1


def _question(one) -> str:
    """The question's name; one that had none, "guess 3", is told by its truth."""
    unnamed = re.fullmatch(r"guess \d+", one["exercise"])
    return f"it is {one['truth']}" if unnamed else one["exercise"]


def _guesses(question, tries) -> Guesses:
    truth = _most(one["truth"] for one in tries)
    choices = _most(one["choices"] for one in tries if one["choices"])
    options = choices.split(BETWEEN) if choices else []
    known = _known([one["given"] for one in tries], truth, options)
    tries = [
        one if one["given"] in known else one | {"given": ELSE, "state": WRONG} for one in tries
    ]
    counts = Counter(dict.fromkeys(options, 0))
    counts.update(one["given"] for one in tries)
    right = Counter(one["given"] for one in tries if _is_right(one, truth))
    bars = [(given, n, given == truth or 2 * right[given] > n) for given, n in counts.items()]
    if not choices:
        bars = _in_ranges(sorted(bars, key=lambda bar: _order(bar[0])))
    return Guesses(question, truth, bars, place(question)[0])


def _most(values) -> str:
    return Counter([*values] or [""]).most_common(1)[0][0]


def _known(given, truth, options) -> set[str]:
    """Of what was given, what may be shown: nothing that one student alone has made up."""
    if options:
        return set(options)
    if NUMBERS.fullmatch(truth):
        return set(filter(NUMBERS.fullmatch, given))
    return {truth} | {one for one, n in Counter(given).items() if n > 1}


def _is_right(one, truth) -> bool:
    """Whether a guess was right by the class's truth; what a machine computed may be near it."""
    if one["state"] != PASSED:
        return False
    own, common = _order(one["truth"]), _order(truth)
    near = own[0] == common[0] == 0 and abs(own[1] - common[1]) <= abs(common[1]) / 10
    return near or one["truth"] == truth


def _order(given) -> tuple:
    """What guesses are sorted by: numbers first, in their order."""
    try:
        value = number_of(given)
    except ValueError:
        value = np.inf
    return (0, value, given) if abs(value) < MOST_VALUE else (1, 0.0, given)


def _in_ranges(bars):
    """Bars of many different numbers put together, right ones with right ones, each named by the
    smallest and the largest guess that it holds; words as they are."""
    numbers = [bar for bar in bars if not _order(bar[0])[0]]
    if len(numbers) <= MOST_BARS:
        return bars
    values = np.array([_order(given)[1] for given, _, _ in numbers])
    alike = itertools.groupby(
        zip(_bins(values), numbers, strict=True), key=lambda one: (one[0], one[1][2])
    )
    groups = [[bar for _, bar in group] for _, group in alike]
    made = [(_span(own), sum(n for _, n, _ in own), own[0][2]) for own in groups]
    return made + bars[len(numbers) :]  # words come after the numbers


def _span(bars) -> str:
    low, high = bars[0][0], bars[-1][0]
    return low if low == high else f"{low} to {high}"


def _bins(values) -> np.ndarray:
    """The range of each number: of one width, or of one factor; far ones are ranges beside it."""
    far = FAR * np.median(abs(values))
    near = values[abs(values) <= far] if far else values
    above = near[near > 0]
    wide = near[0] >= 0 and len(above) > 1 and near[-1] >= WIDE * above[0]
    low, spread = (above[0], np.geomspace) if wide else (near[0], np.linspace)
    edges = spread(low, near[-1], MOST_BARS)
    edges[0], edges[-1] = low, np.nextafter(near[-1], np.inf)
    if near[0] < low:
        edges = np.insert(edges, 0, near[0])  # zero has a range to itself
    return np.digitize(values, edges)
