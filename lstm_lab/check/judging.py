"""Verdicts on a student's answer: passed, not answered yet, or what is wrong and why.

An exercise is a tiny contract: the true answer, a few cases, and the mistakes that people make,
each with the sentence that helps. A wrong answer is compared with the result of every mistake, so
the verdict can name the misconception and not only the case that failed; diagnosing.py names
mistakes that nobody listed. Nothing here raises on a wrong answer.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .._validate import shown
from .diagnosing import diagnose
from .explaining import plain_words
from .outcomes import Changed, Hint, Printed, Text, all_same, as_floats, outcome, outcomes, same
from .verdicts import OPEN, PASSED, WRONG, Verdict, verdict

__all__ = [
    "OPEN",
    "PASSED",
    "WRONG",
    "Exercise",
    "Hint",
    "Text",
    "Verdict",
    "as_floats",
    "dict_of",
    "judge",
    "kind_of",
    "plain",
    "unanswered",
    "verdict",
]

#: A case is told by its numbers if they take no more characters.
MOST_SHOWN = 120


@dataclass(frozen=True)
class Exercise:
    """A function to write.

    call        how it is called, for messages: "soft_if(g, T, F)"
    truth       the right function
    cases       argument tuples to try it on
    mistakes    sentence to the function that makes that mistake
    forms       the solution as code, in one or more forms, from which mistakes are generated
    gates       the arguments that are gates, which a student may have made hard
    parts       of a case: names of parts of the result, each with where it is, a mask or index
    tells_part  whether a mistake is told together with the part that is right
    misfit      what is said where shapes do not fit, in place of the general sentence
    """

    call: str
    truth: Callable
    cases: list[tuple]
    mistakes: dict[str, Callable]
    forms: tuple[str, ...] = ()
    gates: tuple[str, ...] = ()
    parts: Callable[..., dict] | None = None
    tells_part: bool = False
    misfit: str = ""

    @property
    def name(self) -> str:
        """The name of the function: "soft_if"."""
        return self.call.partition("(")[0]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the arguments."""
        return tuple(self.call.partition("(")[2].rstrip(")").split(", "))


def judge(exercise: Exercise, answer, through: Callable = lambda result, case: result) -> Verdict:
    """The verdict on a student's function; `through` turns what it returns into the result."""
    name = exercise.name
    if answer is ... or answer is None:
        return Verdict(OPEN, f"write {exercise.call} and give it to the check")
    if not callable(answer):
        text = "give the function itself: its name, without brackets and arguments"
        return Verdict(WRONG, text, "function")
    got = outcomes(answer, exercise.cases, through)
    if got[0] is ...:
        return Verdict(OPEN, "put your line where the dots are")
    for made in got:
        if isinstance(made, Changed):
            argument = exercise.names[made.argument]
            text = f"it changes its argument {argument}: make a new array instead"
            return Verdict(WRONG, text, "changes")
    wanted = [outcome(exercise.truth, case, through) for case in exercise.cases]
    if all(map(same, got, wanted)):
        return Verdict(PASSED, f"{name} agrees on all {len(wanted)} cases")
    kind, text = (
        _off_the_shelf(exercise, got, through)
        or diagnose(exercise, got, wanted, through)
        or _first_difference(exercise, got, wanted)
    )
    return Verdict(WRONG, text, kind)


def _off_the_shelf(exercise, got, through):
    """The listed mistake that does what the student's function does."""
    with np.errstate(all="ignore"):
        for sentence, mistake in exercise.mistakes.items():
            if all_same(got, [outcome(mistake, case, through) for case in exercise.cases]):
                return kind_of(sentence), sentence
    return None


#: Words of a sentence, and the one word for the kind of mistake that it names; the first counts.
KINDS = (
    ("swapped|wrong way round|other's|places|order|comes first|reverse|last step to the "
     "first", "swapped"),
    ("transpose|columns|W @ h", "transposed"),
    ("bracket", "brackets"),
    ("sign|not subtracted|minus", "sign"),
    ("matrix product|`@`|dot product", "product"),
    ("axis|features|for the whole|feature", "axis"),
    ("added up|sum |are added|everything", "sum"),
    ("normalised|sum to|divided|divide", "normalised"),
    ("hard|np.where|counts as true", "hard"),
    ("σ|sigmoid", "sigma"),
    ("tanh|squash", "tanh"),
    ("missing|not in it|is gone|nothing new|comes through|enters|make room|not used|weight "
     "0|silent", "missing"),
    ("padding|overflow|scores", "mask"),
    ("leave|weigh|own|weight|mask", "gate"),
    ("step|place|short|too far|too many", "offbyone"),
    ("log|ln |base", "log"),
    ("upside", "upside"),
    ("factor|power|multipl|root|split|times", "power"),
    ("shape|row|vector|array|number|two things|text|letters|word", "shape"),
)  # fmt: skip


def kind_of(sentence: str) -> str:
    """One word for the kind of mistake that a sentence names.

    >>> kind_of("the gates are swapped: remember weighs the old c, save the candidate")
    'swapped'
    """
    for pattern, kind in KINDS:
        if re.search(pattern, sentence):
            return kind
    return "other"


def _first_difference(exercise, got, wanted) -> tuple[str, str]:
    """(kind, sentence) for the first case that went wrong; kind is "" for mere numbers."""
    first = next(k for k in range(len(wanted)) if not same(got[k], wanted[k]))
    kind, text = _difference(exercise, got[first], wanted[first])
    failed = isinstance(got[first], ValueError | IndexError | RuntimeError)
    sized = any(np.ndim(given) for given in exercise.cases[first])
    if failed and sized and any(map(same, got, wanted)):
        return (
            "size",
            f"case {first + 1} has other sizes than those that are right: is one written in?",
        )
    if isinstance(got[first], Hint) or (kind and all(type(g) is type(got[0]) for g in got)):
        return kind, text
    case = _shown(exercise, exercise.cases[first])
    if len(case) > MOST_SHOWN:
        case = f'case {first + 1} (see lab.check.case("{exercise.name}", {first + 1}))'
    return kind, f"for {case} {text}"


def _difference(exercise, got, wanted) -> tuple[str, str]:
    """(kind, what came out, and what should have)."""
    if got is None:
        return "return", "it returns nothing: is the `return` missing?"
    if isinstance(got, Printed):
        what = "its result" if "\n" in got.text else shown(got.text)
        text = f"it prints {what} and returns nothing: write `return`, not print"
        return "prints", text
    if isinstance(got, Hint):
        return kind_of(str(got)), str(got)
    if isinstance(got, BaseException):
        kind, text = plain_words(got, exercise.call)
        if exercise.misfit and text.startswith("the shapes do not fit"):
            return "transposed", exercise.misfit
        return kind, f"it raised {type(got).__name__}" + (f": {text}" if text else "")
    if isinstance(wanted, Text):
        return "", f"it gives {shown(got)}, but {shown(wanted)} is right"
    if wanted.ndim == 0 and got.size != 1:
        return "shape", f"one number is wanted; these are {got.size}"
    if got.shape != wanted.shape:
        return "shape", f"the result has shape {got.shape}, but {wanted.shape} is wanted"
    if not np.isfinite(got).all() and np.isfinite(wanted).all():
        what = "not a number (nan)" if np.isnan(got).any() else "infinite"
        return "nan", f"it gives {plain(got)}: a result is {what}"
    if got.size > 12:
        k = tuple(int(n) for n in np.argwhere(~np.isclose(got, wanted, 1e-5))[0])
        given, right = _told_apart(got[k], wanted[k])
        return "", f"it gives {given} at {list(k)}, but {right} is right"
    given, right = _told_apart(got, wanted)
    return "", f"it gives {given}, but {right} is right"


def _told_apart(got, wanted) -> tuple[str, str]:
    """Both to four digits, or to as many as show that they differ."""
    pairs = ((plain(got, digits), plain(wanted, digits)) for digits in (4, 6, 8, 12))
    return next((pair for pair in pairs if pair[0] != pair[1]), (plain(got), plain(wanted)))


def _shown(exercise, case) -> str:
    """A case by the names of the call: "g = [1, 0], T = …"."""
    pairs = zip(exercise.names, case, strict=True)
    return ", ".join(f"{name} = {plain(value)}" for name, value in pairs)


def plain(array, digits=4) -> str:
    """Numbers to four digits, one beside the other."""
    if isinstance(array, str):
        return repr(array)
    if np.size(array) > 12:
        return f"an array {np.shape(array)}"
    if np.ndim(array):
        return f"[{', '.join(plain(one, digits) for one in array)}]"
    return f"{float(array):.{digits}g}"


# --- dicts, and dots ------------------------------------------------------------------------------


def dict_of(answer, keys: tuple, ask: str) -> Verdict | None:
    """The verdict on an answer that is no dict with these keys, or still has dots; None if it fits.

    ask  what is to be given, told where dots are left: "give three gates for store and wait"

    >>> dict_of({"Store": 1}, ("store",), "give a gate for store").text
    'there is no "store" in your dict: you have \\'Store\\''
    """
    if unanswered(answer) or (isinstance(answer, dict) and not answer):
        return Verdict(OPEN, ask)
    wanted = ", ".join(f'"{key}"' if isinstance(key, str) else str(key) for key in keys)
    if not isinstance(answer, dict):
        return Verdict(WRONG, f"a dict is wanted, with {wanted}", "shape")
    for key in keys:
        if key not in answer:
            told = f'"{key}"' if isinstance(key, str) else str(key)
            yours = ", ".join(map(repr, answer))
            yours += " (the keys are texts: with quotes)" if key in map(str, answer) else ""
            return Verdict(WRONG, f"there is no {told} in your dict: you have {yours}", "key")
    if any(unanswered(answer[key]) for key in keys):
        return Verdict(OPEN, ask)
    return None


def unanswered(guess) -> bool:
    """True where a student has left the dots, in place of a value or within a list."""
    return (
        guess is ...
        or guess is None
        or (isinstance(guess, list | tuple) and any(part is ... for part in guess))
    )
