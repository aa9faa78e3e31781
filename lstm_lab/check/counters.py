"""The exercises of notebook 04: program a cell, and be told at which step which gate went wrong."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from .. import tasks
from .._text import plain, visible
from .._validate import shown
from ..cell import Cell
from ..gates import unchecked_sigmoid as sigmoid
from ..names import CELL
from .judging import OPEN, PASSED, WRONG, Verdict, as_floats, dict_of, unanswered, verdict
from .outcomes import NO_FLOATS

__all__ = [
    "ASKED",
    "BRACKETS",
    "CLEAR",
    "LINES",
    "MARKS",
    "QUOTATION",
    "Rules",
    "brackets",
    "line_length",
    "quotation",
    "toggle",
]


OTHER = "other"
ASKED = ("remember", "save", "candidate")
#: The line lengths of exercise 4, and how many quotation marks exercise 3 is tried on.
LINES, MARKS = (1, 7, 60, 500, 2000), 200
#: How far c may be from the truth where gates are given, which can be exactly 0 and 1.
NEAR = 0.01
CHANGED_PLACES = "bias and weight have changed places: the bias comes first"
#: At a line's end c must be this near to 0.
CLEARED = 0.05
#: The bit of exercise 3 must be at least this far from 0.
CLEAR = 0.9


@verdict
def brackets(answer) -> Verdict:
    """Exercise 04.1: {"(": (remember, save, candidate), ")": …, "other": …}; c is to be the depth.

    Tried on texts of up to 400 characters, 200 deep. Prints a verdict.
    """
    return _judge_rules(answer, BRACKETS)


@cache
def _nested():
    """(text, its depths) of each text of exercise 1."""
    task = tasks.nesting("()")
    deep = "(" * 200 + ")" * 200
    long = "((" + "a" * 1000 + "))"
    texts = ["(a)", "a(b(c)d)e", "()" * 30, *task.sample(20, 60, 0), deep, long]
    return [(text, task.label(text)) for text in texts]


@verdict
def quotation(answer) -> Verdict:
    """Exercise 04.2: {"“": (remember, save, candidate), "”": …, "other": …}.

    c is to be 1 inside a quotation and 0 outside, whatever marks come out of turn. Prints a
    verdict.
    """
    return _judge_rules(answer, QUOTATION)


@cache
def _quoting():
    """(text, its bits) of each text of exercise 2."""
    task = tasks.quotes("curly")
    long = "“" + "a" * 1000 + "”" + "a" * 1000
    texts = ["a“b”c", "“““a”", "a”b“c", *task.sample(20, 60, 0), long]
    return [(text, task.label(text)) for text in texts]


@dataclass(frozen=True)
class Rules:
    """An exercise that asks for three gates at each character.

    ideal     character to (what is kept, what is added)
    labelled  gives (text, what c must be at each step) of each text that it is tried on
    praise    what is said of a right answer
    """

    ideal: dict[str, tuple]
    labelled: Callable[[], list]
    praise: str


BRACKETS = Rules(
    {"(": (1, 1), ")": (1, -1), OTHER: (1, 0)}, _nested, "c is the depth on every text"
)
QUOTATION = Rules(
    {"“": (0, 1), "”": (0, 0), OTHER: (1, 0)}, _quoting, "c is 1 inside and 0 outside on every text"
)


def _judge_rules(answer, rules):
    """Gates for each character, run on texts."""
    ideal, labelled, keys = rules.ideal, rules.labelled(), tuple(rules.ideal)
    unfit = dict_of(answer, keys, f"give (remember, save, candidate) for {_listed(keys)}")
    if unfit:
        return unfit
    gates = {}
    for key in keys:
        gates[key], wrong = _three_gates(answer[key])
        if wrong:
            return Verdict(WRONG, f"at {_quoted(key)}: {wrong}", "limits")
    for text, label in labelled:
        c = 0.0
        for t, (character, truth) in enumerate(zip(text, label, strict=True)):
            key = character if character in ideal else OTHER
            before, (remember, save, candidate) = c, gates[key]
            c = remember * before + save * candidate
            if abs(c - truth) > NEAR:
                why = _blame(gates[key], ideal[key], before)
                where = f"in {_clipped(text, t)} at step {t + 1}, {_quoted(key)}"
                text = f"{where}: c is {_close(c)}, not {plain(truth)}. {why}"
                return Verdict(WRONG, text, _gate_in(why))
    return Verdict(PASSED, f"{rules.praise}, {len(labelled)} of {len(labelled)}")


def _blame(gates, ideal, before) -> str:
    """Which gate of (remember, save, candidate) is to blame where c went wrong."""
    (remember, save, candidate), (kept, added) = gates, ideal
    lost, came = abs((kept - remember) * before), abs(added - save * candidate)
    if kept and remember < 1 and (lost >= came or lost > NEAR / 2):
        if remember > 0.5:
            return f"remember {_close(remember)} loses a little of c at every step: make it 1"
        if remember > 0:
            return f"remember is {_close(remember)}, half shut: a part of what was there is lost"
        return "remember is shut: what was there is lost"
    if not kept and remember > 0 and abs(remember * before) > 1e-6:
        return f"remember lets the old {plain(before)} through: shut it, so that c is set anew"
    if added == 0:
        return "save lets the candidate in where nothing should be added"
    if save == 0:
        return "save is shut: the candidate does not come in"
    if save < 1 and candidate * added > 0:
        return f"save {_close(save)} lets only a part of the candidate in"
    if candidate == 0:
        return "the candidate is 0: nothing is added"
    if candidate * added < 0:
        return f"the candidate is {plain(candidate)}: its sign decides whether c goes up or down"
    return f"the candidate is {_close(candidate)}: it should be {plain(added)}"


def _gate_in(sentence) -> str:
    """The gate that a sentence blames: the first that it names."""
    return min(ASKED, key=lambda gate: sentence.find(gate) % len(sentence))


def _three_gates(value):
    """(remember, save, candidate) within their limits, or what is wrong with them."""
    three = _floats(value, 3)
    if three is None:
        return None, f"three numbers are wanted, but {shown(value)} was given"
    for name, number in zip(ASKED, three, strict=True):
        low, high = CELL[name].limits
        if not low <= number <= high:
            return None, f"{name} is {plain(number)}, but must lie in [{low}, {high}]"
    return three, ""


@verdict
def line_length(answer) -> Verdict:
    """Exercise 04.4: {gate: (bias, weight at the newline)} for remember, save and candidate.

    c is to count the characters of a line and to be 0 at its end. Tried on lines of up to 2,000
    characters. Prints a verdict.
    """
    unfit = dict_of(answer, ASKED, f"give (bias, weight at the newline) for {_listed(ASKED)}")
    if unfit:
        return unfit
    pairs = {}
    for gate in ASKED:
        pairs[gate] = _floats(answer[gate], 2)
        if pairs[gate] is None:
            text = f"{gate}: two numbers are wanted, but {shown(answer[gate])} was given"
            return Verdict(WRONG, text, "shape")
    if all(abs(value) <= 1 for pair in pairs.values() for value in pair):
        text = "these are weights, not gates: σ(0) is 0.5, and σ(1) only 0.73"
        return Verdict(WRONG, text, "gate")
    text = "\n".join("x" * length for length in LINES) + "\n"
    ends = [character == "\n" for character in text]
    c = _line_states(pairs, ends)
    truth = np.array([len(text[:t].rpartition("\n")[2]) + 1 for t in range(len(text))])
    truth[ends] = 0
    near = np.where(ends, CLEARED, 0.5)
    wrong = np.flatnonzero(abs(c - truth) >= near)
    if not len(wrong):
        return Verdict(
            PASSED, f"lines of {', '.join(map(str, LINES))} characters are counted right"
        )
    turned = {gate: pair[::-1] for gate, pair in pairs.items()}
    if (abs(_line_states(turned, ends) - truth) < near).all():
        return Verdict(WRONG, CHANGED_PLACES, "swapped")
    t = int(wrong[0])
    at_end = text[t] == "\n"
    where = "at a newline" if at_end else f"at character {truth[t]} of a line"
    why = _blame_line(pairs, truth[t], c[t - 1])
    return Verdict(WRONG, f"{where} c is {plain(c[t])}, not {truth[t]}. {why}", _gate_in(why))


def _line_states(pairs, ends):
    """c of a cell of one unit whose only input is 1 at a newline. No gate reads h: two steps tell
    all that they are."""
    order = ("save", "remember", "candidate")
    W_x = [[pairs[gate][1]] for gate in order] + [[0.0]]
    b = [pairs[gate][0] for gate in order] + [40.0]
    two = Cell(W_x, np.zeros((4, 1)), b).run([[0.0], [1.0]])
    remember, added = two.remember[:, 0], (two.save * two.candidate)[:, 0]
    steps = itertools.accumulate(
        ends, lambda c, at: remember[int(at)] * c + added[int(at)], initial=0.0
    )
    return np.array([*steps][1:])


def _blame_line(pairs, character, before) -> str:
    """What is to blame at a character of a line, 0 for the newline; c was `before`."""
    squash: dict[str, Callable] = {"remember": sigmoid, "save": sigmoid, "candidate": np.tanh}
    at_end = character == 0
    value = {gate: float(squash[gate](pairs[gate][0] + at_end * pairs[gate][1])) for gate in ASKED}
    says = {gate: plain(v) if at_end and v > 0.5 else _close(v) for gate, v in value.items()}
    if at_end:
        if abs(value["remember"] * before) > abs(value["save"] * value["candidate"]) + 1e-9:
            was = f"remember is {says['remember']} there, and c was {plain(before)}"
            return f"{was}: shut it further"
        let_in = f"save {says['save']} lets a candidate of {says['candidate']} in"
        return f"{let_in}: shut save, or make the candidate 0"
    for gate, wanted in (("candidate", "1"), ("save", "open"), ("remember", "open")):
        if value[gate] < 0.9:
            return f"{gate} is {says[gate]} within a line: it must be {wanted}"
    lost = {gate: (1 - value[gate]) * character for gate in ASKED}
    lost["remember"] *= character / 2  # it loses a share of all that is there already
    worst = max(lost, key=lambda gate: lost[gate])
    return f"{worst} is {says[worst]}: too soft for a line so long, give it a larger bias"


@verdict
def toggle(answer) -> Verdict:
    """Exercise 04.3: (bias, weight from h) of the candidate.

    c is to go from -1 to 1 and back at every quotation mark; remember and save are set already, c
    starts at -1. Tried on 200 marks with letters between. Prints a verdict.
    """
    if unanswered(answer):
        return Verdict(OPEN, "give (bias, weight from h)")
    pair = _floats(answer, 2)
    if pair is None:
        text = f"two finite numbers are wanted, but {shown(answer)} was given"
        return Verdict(WRONG, text, "shape")
    text = ("a" * 3 + '"') * MARKS
    marks = np.array([[float(character == '"')] for character in text])
    c, truth = _toggled(pair, marks), 2 * tasks.quotes().label(text) - 1
    wrong = np.flatnonzero(c * truth < CLEAR)
    if not len(wrong):
        return Verdict(
            PASSED, f"{MARKS} marks, and c still jumps from {plain(c[-5])} to {plain(c[-1])}"
        )
    if (_toggled(pair[::-1], marks) * truth >= CLEAR).all():
        return Verdict(WRONG, CHANGED_PLACES, "swapped")
    t = int(wrong[0])
    mark = int(marks[: t + 1].sum())
    why = _blame_toggle(pair)
    kind = "weight" if "weight" in why else "sign" if "opposite" in why else "bias"
    text = f"after mark {mark} c is {plain(c[t])}, not {plain(truth[t])}. {why}"
    return Verdict(WRONG, text, kind)


def _toggled(pair, marks):
    """c at every step of the cell with this bias and weight of the candidate."""
    W_x, W_h = [[80.0], [-80.0], [0.0], [0.0]], [[0.0], [0.0], [pair[1]], [0.0]]
    cell = Cell(W_x, W_h, [-40.0, 40.0, pair[0], 40.0])
    return cell.run(marks, h0=[np.tanh(-1.0)], c0=[-1.0]).c[:, 0]


def _blame_toggle(pair) -> str:
    bias, weight = pair
    h = np.tanh(1.0)
    new = {old: np.tanh(bias + weight * np.sign(old) * h) for old in (-1, 1)}
    if new[-1] > 0 > new[1] and abs(new[-1] + new[1]) > 0.05:
        return "the bias pulls to one side: bring it nearer to 0"
    if new[-1] > 0 > new[1]:
        return f"the sign is right, but {CLEAR} is wanted: make the weight more negative"
    if new[-1] < 0 < new[1]:
        return "the candidate repeats the old bit: it must be its opposite"
    if weight == 0:
        return "without a weight from h the candidate cannot know the old bit"
    sign = "positive" if new[1] > 0 else "negative"
    return f"the candidate is {sign} whatever h was: bring the bias nearer to 0"


def _floats(value, count):
    """So many finite numbers as floats, or None."""
    try:
        floats = as_floats(value)
    except NO_FLOATS:
        return None
    right = floats.shape == (count,) and np.isfinite(floats).all()
    return tuple(floats.tolist()) if right else None


def _clipped(text, t) -> str:
    """A text up to step t, quoted; a long one without its beginning."""
    shown = "".join(map(visible, text[: t + 1]))
    return f"'{shown}'" if len(shown) <= 16 else f"'…{shown[-14:]}'"


def _quoted(key) -> str:
    return "another character" if key == OTHER else f"'{visible(key)}'"


def _listed(keys) -> str:
    return ", ".join(f'"{key}"' for key in keys)


def _close(value) -> str:
    """A number with enough digits to see that it is not 0 or 1."""
    if 0.5 < value < 1:
        return f"{value:.10f}".rstrip("0").rstrip(".")
    return f"{value:.2g}" if 1e-6 < value < 0.5 else plain(value)
