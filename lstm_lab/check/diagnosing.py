"""Five devices that name a mistake which nobody listed.

1. the shape;  2. how the result is related to the right one;  3. mutations of the solution;
4. which part is right;  5. plain words for what was raised (explaining.py).

A device speaks only if what it says gives the student's result on every case, to rounding. Where
two sentences do, the first is told as a possibility.
"""

import ast
import itertools
from collections.abc import Callable, Iterator

import numpy as np

from .mutating import mutants, pairs, run
from .outcomes import Text, all_same, outcome, same
from .texts import read_as_text

__all__ = ["diagnose", "right_part"]


def diagnose(exercise, got: list, wanted: list, through: Callable) -> tuple[str, str] | None:
    """(the kind of mistake in one word, the sentence), or None if no device explains all cases."""
    if not any(isinstance(one, Text) or _has_numbers(one) for one in got):
        return None
    with np.errstate(all="ignore"):
        for device in (_shape, read_as_text, _related, _mutated, _swapped, _part, _two):
            found = device(exercise, got, wanted, through)
            if found:
                return found
    return None


def _has_numbers(one) -> bool:
    """Whether an outcome is not all nan: two nan are no sign of one mistake."""
    return isinstance(one, np.ndarray) and not np.isnan(one).all()


# --- the shape ------------------------------------------------------------------------------------


def _shape(exercise, got, wanted, through):
    """A result of another shape that holds the right numbers, or would after one step."""
    if not all(isinstance(a, np.ndarray) for a in [*got, *wanted]):
        return None
    for kind, sentence, change in _SHAPES:
        if all_same(list(map(_attempt(change), got)), wanted):
            return kind, sentence
    for kind, sentence, change in _TOO_MUCH:
        if all_same(got, list(map(_attempt(change), wanted))):
            return kind, sentence
    return None


def _attempt(change):
    def attempt(array):
        try:
            return np.asarray(change(np.asarray(array, float)), float)
        except (ValueError, IndexError):
            return None

    return attempt


_SHAPES = (
    ("transposed", "the numbers are right, but transposed: turn it with .T", np.transpose),
    (
        "shape",
        "the number is right, but it stands in an array: return it without [ ]",
        lambda a: a.item() if a.size == 1 else None,
    ),
    ("shape", "the numbers are right, but there is one axis too many", np.squeeze),
    (
        "shape",
        "every row holds the right result: begin with zeros of the shape of one row",
        lambda a: a[0] if a.ndim and (a == a[0]).all() else None,
    ),
    (
        "sum",
        "the parts are right, but they are not added up: add them (axis 0)",
        lambda a: a.sum(0),
    ),
    ("sum", "the parts are right, but not added up: add them (last axis)", lambda a: a.sum(-1)),
    ("sum", "the parts are right, but not added up", np.sum),
    (
        "sum",
        "the parts are joined end to end: add them, element by element",
        lambda a: a[: len(a) // 2] + a[len(a) // 2 :] if a.ndim else None,
    ),
    ("shape", "the first part is right; return it alone", lambda a: a[0]),
    ("shape", "the last part is right; return it alone", lambda a: a[-1]),
    ("shape", "the right numbers stand on the diagonal of a table", np.diagonal),
)
_TOO_MUCH = (
    ("sum", "the elements are added up: one result for each is wanted", np.sum),
    ("sum", "that is the mean of the elements: one result for each is wanted", np.mean),
    ("sum", "that is the largest element: one result for each is wanted", np.max),
    ("shape", "that is the first element alone: one result for each is wanted", lambda a: a[0]),
    (
        "return",
        "that is the first element alone: is the `return` inside the loop?",
        lambda a: a[:1] if a.ndim == 1 else None,
    ),
    ("shape", "that is the last element alone: one result for each is wanted", lambda a: a[-1]),
)


# --- arguments, and what is done to the result ----------------------------------------------------


def _swapped(exercise, got, wanted, through):
    """The right function with its arguments in another order."""
    places = range(len(exercise.names))
    truth = run(exercise.forms[0], exercise.names) if exercise.forms else exercise.truth
    for order in itertools.permutations(places):
        moved = [k for k in places if order[k] != k]
        if len(moved) != 2 and len(places) > 3:
            continue
        made = [
            outcome(
                lambda *given, order=order: truth(*(given[k] for k in order)),
                case,
                through,
            )
            for case in exercise.cases
        ]
        if moved and all_same(got, made):
            names = [f"`{exercise.names[k]}`" for k in moved]
            told = f"{', '.join(names[:-1])} and {names[-1]} have changed places"
            return "swapped", f"{told}: it is called as {exercise.call}"
    return None


def _related(exercise, got, wanted, through):
    """The right result with one thing done to it, or an argument as it is."""
    if not all(
        isinstance(a, np.ndarray) and isinstance(b, np.ndarray)
        for a, b in zip(got, wanted, strict=True)
    ):
        return None
    for k, name in enumerate(exercise.names):
        for told, change in (("", lambda v: v), ("1 - ", lambda v: 1 - v), ("-", lambda v: -v)):
            made = [
                _attempt(change)(case[k]) if not isinstance(case[k], str) else None
                for case in exercise.cases
            ]
            if all_same(got, made):
                return "argument", f"that is `{told}{name}` and nothing else"
    wanted = [np.asarray(w, float) for w in wanted]
    one = all_same(got, [got[0]] * len(got)) and got[0].shape == wanted[0].shape
    if one and np.isfinite(got[0]).all() and not all_same(wanted, [wanted[0]] * len(got)):
        text = "that is the same in every case: is y *= … or y += … meant, in a loop?"
        return "constant", text
    for kind, sentence, change in RELATIONS:
        if all_same(got, [np.asarray(change(w), float) for w in wanted]):
            return kind, sentence
    return _cut(exercise, got, wanted) or _extra(exercise, got, wanted) or _factor(got, wanted)


LN10, LN2 = np.log(10), np.log(2)
RELATIONS: tuple[tuple[str, str, Callable], ...] = (
    ("sign", "the sign is wrong: that is minus the right result", lambda w: -w),
    ("complement", "that is 1 minus the right result", lambda w: 1 - w),
    ("factor", "that is half of the right result", lambda w: w / 2),
    ("factor", "that is twice the right result", lambda w: 2 * w),
    ("percent", "that is in per cent: divide by 100", lambda w: 100 * w),
    ("base", "the logarithm is the natural one, base e; yours is to base 10", lambda w: w / LN10),
    ("base", "the logarithm is the natural one, base e; yours is to base 2", lambda w: w / LN2),
    ("offbyone", "that is 1 more than the right result", lambda w: w + 1),
    ("offbyone", "that is 1 less than the right result", lambda w: w - 1),
    ("upside", "that is 1 divided by the right result", lambda w: 1 / w),
    ("square", "that is the square of the right result", lambda w: w**2),
    ("tanh", "the right result has been through tanh: leave it as it is", np.tanh),
    ("sigma", "the right result has been through σ: leave it as it "
     "is", lambda w: 1 / (1 + np.exp(-w))),
    ("exp", "that is e to the power of the right result", np.exp),
    ("log", "that is the logarithm of the right result", np.log),
    ("root", "that is the square root of the right result", np.sqrt),
    ("clip", "right up to 1, and cut off there: it may be larger", lambda w: np.minimum(w, 1)),
    ("clip", "right above 0, and cut off there: it may be negative", lambda w: np.maximum(w, 0)),
    ("clip", "right, but cut off at 0 and 1", lambda w: np.clip(w, 0, 1)),
    ("clip", "right, but cut off at -1 and 1", lambda w: np.clip(w, -1, 1)),
    ("sign", "the sign is lost: it may be negative", abs),
    ("hard", "the largest is made 1 and the rest 0: that is the hard choice",
     lambda w: w == w.max(0) if w.ndim else w),
    ("rounded", "right, but rounded to whole numbers", np.round),
    ("rounded", "right, but rounded to whole numbers", np.floor),
    ("rounded", "right, but rounded to one digit", lambda w: np.round(w, 1)),
    ("rounded", "right, but rounded to two digits", lambda w: np.round(w, 2)),
    ("rounded", "right, but rounded to three digits", lambda w: np.round(w, 3)),
    ("rounded", "right, but rounded to four digits", lambda w: np.round(w, 4)),
    ("reversed", "right, but in the reverse order", lambda w: w[::-1] if w.ndim else w),
    ("normalised", "divided by its sum: that must not sum to 1", lambda w: w / w.sum()),
    ("sum", "added up from the beginning (cumsum): one result for each is wanted", np.cumsum),
)  # fmt: skip


def _cut(exercise, got, wanted):
    """The right result cut off at some size, or right but for its first or last element."""
    both = list(zip(got, wanted, strict=True))
    if any(a.shape != b.shape for a, b in both):
        return None
    most = max(np.abs(a).max() for a in got)
    if all_same(got, [np.clip(w, -most, most) for w in wanted]):
        return "clip", f"right up to {most:.4g}, and cut off there"
    ends = () if exercise.tells_part else (("last", np.s_[:-1]), ("first", np.s_[1:]))
    for told, part in ends:
        if all(a.ndim and len(a) > 1 and same(a[part], b[part]) != same(a, b) for a, b in both):
            return "offbyone", f"right but for the {told} element: is the loop one short?"
    return None


def _extra(exercise, got, wanted):
    """The right result with an argument added, taken away or multiplied once too often."""
    kinds = (
        ("twice", "`{}` is added once more than is right", np.add),
        ("sign", "`{}` is taken away from the right result", np.subtract),
        ("factor", "the right result is multiplied by `{}` once more", np.multiply),
        ("factor", "the right result is divided by `{}` once more", np.divide),
    )
    for k, name in enumerate(exercise.names):
        for kind, sentence, change in kinds:
            made = [
                _combined(change, w, case[k])
                for w, case in zip(wanted, exercise.cases, strict=True)
            ]
            if all_same(got, made):
                return kind, sentence.format(name)
    sizes = [len(np.atleast_1d(case[0])) for case in exercise.cases]
    if len(set(sizes)) > 1 and all_same(got, [w / n for w, n in zip(wanted, sizes, strict=True)]):
        return "factor", "that is divided by how many there are"
    return None


def _combined(change, a, b):
    try:
        return np.asarray(change(a, b), float)
    except (ValueError, TypeError):
        return None


def _factor(got, wanted):
    """The right result times one number, or plus one number, the same in all cases."""
    if any(a.shape != b.shape for a, b in zip(got, wanted, strict=True)):
        return None
    a = np.concatenate([one.ravel() for one in got])
    b = np.concatenate([one.ravel() for one in wanted])
    if len(np.unique(b)) < 3 or not np.isfinite([a, b]).all():
        return None
    k = float(a @ b / (b @ b))
    if abs(k) > 1e-9 and same(a, k * b):
        return "factor", f"that is {k:.4g} times the right result"
    d = float((a - b).mean())
    return ("offset", f"that is {d:.4g} more than the right result") if same(a, b + d) else None


# --- mutations of the solution --------------------------------------------------------------------


def _mutated(exercise, got, wanted, through):
    """The solution with one mistake in it."""
    found = {}
    for form in exercise.forms:
        for one in _matching(mutants(form, exercise.names, exercise.gates), exercise, got, through):
            found.setdefault(one.id, one)
        if found:
            break
    if not found:
        return None
    first = next(iter(found.values()))
    part = right_part(exercise, got, wanted)
    sentence = f"perhaps {first.text}" if len(found) > 1 else first.text
    return first.id, f"{part}: {sentence}" if part and exercise.tells_part else sentence


def _two(exercise, got, wanted, through):
    """The solution with two mistakes in it, where the first form has them."""
    for form in exercise.forms[:1]:
        if sum(isinstance(node, ast.BinOp | ast.Call) for node in ast.walk(ast.parse(form))) < 3:
            continue  # of so short a solution two mistakes explain anything
        for one in _matching(pairs(form, exercise.names, exercise.gates), exercise, got, through):
            return one.id, f"perhaps {one.text}"
    return None


def _matching(made, exercise, got, through) -> Iterator:
    """Of mutants, those that do what the student's function does. The first case is tried first."""
    first = next(k for k, one in enumerate(got) if isinstance(one, np.ndarray | Text))
    for one in made:
        try:
            function = run(one.source, exercise.names)
        except SyntaxError:
            continue
        if same(outcome(function, exercise.cases[first], through), got[first]) and all_same(
            got, [outcome(function, case, through) for case in exercise.cases]
        ):
            yield one


# --- which part is right --------------------------------------------------------------------------


def _part(exercise, got, wanted, through):
    told = right_part(exercise, got, wanted)
    return ("part", told) if told else None


def right_part(exercise, got: list, wanted: list) -> str:
    """ "right in c, wrong in h", where one of an exercise's parts is right on all cases; or "".

    A part that is not there (no gate between 0 and 1, say) says nothing.
    """
    if exercise.parts is None or not all(
        isinstance(a, np.ndarray) and a.shape == b.shape for a, b in zip(got, wanted, strict=True)
    ):
        return ""
    right: dict[str, bool] = {}
    for a, b, case in zip(got, wanted, exercise.cases, strict=True):
        for name, part in exercise.parts(*case).items():
            if not isinstance(part, np.ndarray) or part.any():
                right[name] = right.get(name, True) and same(a[part], b[part])
    good = [name for name, so in right.items() if so]
    bad = [name for name, so in right.items() if not so]
    return f"right {' and '.join(good)}, wrong {' and '.join(bad)}" if good and bad else ""
