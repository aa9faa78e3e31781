"""Verdicts on a student's answer: passed, not answered yet, or what is wrong and why.

An exercise is a tiny contract: the true answer, a few cases, and the mistakes that people make,
each with the sentence that helps. A wrong answer is compared with the result of every mistake, so
the verdict can name the misconception and not only the case that failed; diagnosing.py names
mistakes that nobody listed. Nothing here raises on a wrong answer.
"""

import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .._validate import shown
from .diagnosing import diagnose
from .explaining import plain_words
from .mutating import mutants, run
from .outcomes import Changed, Hint, Printed, Text, all_same, as_floats, outcome, outcomes, same
from .reading import as_numbers, significant
from .verdicts import OPEN, PASSED, WRONG, Verdict, verdict

__all__ = [
    "OPEN",
    "PASSED",
    "WRONG",
    "Exercise",
    "Hint",
    "Number",
    "Text",
    "Verdict",
    "as_floats",
    "dict_of",
    "judge",
    "judge_number",
    "kind_of",
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
        text = f"give the function itself, `{name}`, not `{exercise.call}`"
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
    if isinstance(got[first], Hint) or (kind and all(type(g) is type(got[0]) for g in got)):
        return kind, text
    case = _shown(exercise, exercise.cases[first])
    if len(case) > MOST_SHOWN:
        case = f'case {first + 1}, lab.check.case("{exercise.name}", {first + 1}),'
    return kind, f"for {case} {text}"


def _difference(exercise, got, wanted) -> tuple[str, str]:
    """(kind, what came out, and what should have)."""
    if got is None:
        return "return", "it returns nothing: is the `return` missing?"
    if isinstance(got, Printed):
        text = f"it prints {shown(got.text)} and returns nothing: write `return`, not print"
        return "prints", text
    if isinstance(got, Hint):
        return kind_of(str(got)), str(got)
    if isinstance(got, BaseException):
        kind, text = plain_words(got, exercise.call)
        if exercise.misfit and text.startswith("the shapes do not fit"):
            return "transposed", exercise.misfit
        return kind, f"it raised {type(got).__name__}: {text}"
    if isinstance(wanted, Text):
        return "", f"it gives {shown(got)}, but {shown(wanted)} is right"
    if got.shape != wanted.shape:
        return "shape", f"the result has shape {got.shape}, but {wanted.shape} is wanted"
    if not np.isfinite(got).all() and np.isfinite(wanted).all():
        what = "not a number (nan)" if np.isnan(got).any() else "infinite"
        return "nan", f"it gives {_plain(got)}: a result is {what}"
    if got.size > 12:
        k = tuple(int(n) for n in np.argwhere(~np.isclose(got, wanted))[0])
        return "", f"it gives {_plain(got[k])} at {list(k)}, but {_plain(wanted[k])} is right"
    return "", f"it gives {_plain(got)}, but {_plain(wanted)} is right"


def _shown(exercise, case) -> str:
    """A case by the names of the call: "g = [1, 0], T = …"."""
    pairs = zip(exercise.names, case, strict=True)
    return ", ".join(f"{name} = {_plain(value)}" for name, value in pairs)


def _plain(array) -> str:
    if isinstance(array, str):
        return repr(array)
    if np.size(array) > 12:
        return f"an array {np.shape(array)}"
    if np.ndim(array):
        return f"[{', '.join(map(_plain, array))}]"
    return f"{float(array):.4g}"


# --- one number -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Number:
    """A number to find.

    truth, tolerance  right is what is so near to the truth
    ask               what is asked for, told as long as nothing is answered
    mistakes          sentence to the number that the mistake gives, or (number, tolerance of its
                      own)
    form              the solution as code, from which mistakes are generated
    says              what a wrong number would do, a sentence told where no mistake gives it
    """

    truth: float
    tolerance: float
    ask: str
    mistakes: dict[str, float | tuple[float, float]]
    form: str = ""
    says: Callable[[float], str] = lambda _: ""

    def listed(self) -> list[tuple[str, float, float]]:
        """(sentence, the number that the mistake gives, how near to it) of each listed mistake."""
        told, near = self.mistakes.items(), self.tolerance
        pairs = [(text, one if isinstance(one, tuple) else (one, near)) for text, one in told]
        return [(text, float(center), float(near)) for text, (center, near) in pairs]

    def generated(self) -> list[tuple[str, str, float, float]]:
        """(kind, sentence, number, how near at least) of the slips and of the form's mutants."""
        with np.errstate(all="ignore"):
            made = [(k, text, slip(self.truth), self.tolerance) for k, text, slip in SLIPS]
            for one in mutants(self.form) if self.form else ():
                with contextlib.suppress(TypeError, ValueError, ZeroDivisionError, OverflowError):
                    made.append((one.id, one.text, float(run(one.source)()), 0.0))
        return [(kind, f"perhaps {text}", number, near) for kind, text, number, near in made]


def judge_number(exercise: Number, answer) -> Verdict:
    """The verdict on a number."""
    truth, tolerance = exercise.truth, exercise.tolerance
    if answer is ... or answer is None:
        return Verdict(OPEN, exercise.ask)
    try:
        value = float(as_numbers(answer).item())
    except (TypeError, ValueError, RuntimeError):
        return Verdict(WRONG, *_no_number(answer))
    if abs(value - truth) <= tolerance * (1 + 1e-9):
        return Verdict(PASSED, f"{_plain(value)}; to four digits {_plain(truth)}")
    for sentence, center, near in exercise.listed():
        if abs(value - center) <= near or _rounds_to(center, value):
            return Verdict(WRONG, sentence, kind_of(sentence))
    if np.isnan(value):
        return Verdict(WRONG, "that is not a number (nan)", "nan")
    kind, text = _from_a_mistake(value, exercise) or ("", "")
    if not kind:
        says = exercise.says(value) if np.isfinite(value) else ""
        text = f"{_plain(value)} is too {'large' if value > truth else 'small'}"
        text += f": {says}" if says else ""
    return Verdict(WRONG, text, kind)


def _rounds_to(center, value) -> bool:
    """Whether a number of two or more digits is another one, rounded to as many."""
    digits = significant(value) if np.isfinite(value) and value else 0
    return digits >= 2 and np.isfinite(center) and float(f"{center:.{digits}g}") == value


def _no_number(answer) -> tuple[str, str]:
    """(text, kind) for what is no number."""
    if isinstance(answer, str):
        alone = re.search(r"\d+([.,]\d+)?", answer)
        if re.search(r"\b(ln|log|exp|sqrt)\b", answer):
            return f"{answer!r} is a text: let Python calculate it, as in np.log(2)", "text"
        if alone:
            return f"one number is wanted, alone: {alone[0]}, but {answer!r} was given", "text"
    if callable(answer):
        return "one number is wanted, but a function was given", "function"
    return f"one number is wanted, but {shown(answer)} was given", "shape"


#: Numbers that come of the right one by one slip.
SLIPS = (
    ("sign", "the sign is wrong", lambda w: -w),
    ("percent", "that is in per cent", lambda w: 100 * w),
    ("upside", "upside down: that is 1 divided by it", lambda w: 1 / w),
    ("factor", "that is half of it", lambda w: w / 2),
    ("factor", "that is twice as much", lambda w: 2 * w),
    ("complement", "that is 1 minus it", lambda w: 1 - w),
    ("base", "a logarithm to base 10 is taken: the natural one is "
     "wanted", lambda w: w / np.log(10)),
    ("base", "a logarithm to base 2 is taken: the natural one is wanted", lambda w: w / np.log(2)),
    ("base", "two logarithms of different bases", lambda w: w * np.log(10)),
)  # fmt: skip


def _from_a_mistake(value, exercise):
    """(kind, sentence) if a slip gives the number, to the three digits or more that were given."""
    digits = significant(value)
    if digits < 3:
        return None
    last = 10.0 ** (np.floor(np.log10(abs(value))) - digits + 1)
    for kind, text, made, near in exercise.generated():
        if abs(made - value) < max(last, near):
            return kind, text
    return None


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
