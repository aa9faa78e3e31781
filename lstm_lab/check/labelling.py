"""Exercise 2 of notebook 07: a label of one's own, and the unit of a net that follows it."""

from functools import cache

import numpy as np

from .._validate import shown
from .explaining import plain_words
from .verdicts import OPEN, PASSED, WRONG, Verdict, verdict

__all__ = ["own_label"]


@cache
def _read_by_the_net():
    """(text, Trace): source of the lab as the net of seed 3 reads it."""
    from ..tasks import python_source
    from ..tracing import trace
    from ..training import load

    net = load("python_code", 3)
    files = [file.text for file in python_source("lab") if 2500 < len(file.text) < 6000]
    text = "\n".join(files[:8])
    return text, trace(net.lstm, net.encode(text))


@verdict
def own_label(answer) -> Verdict:
    """Exercise 07.2: label(text), True or False (or a number) for each character of a text.

    What is true at a step may depend on the characters up to it only. Prints a verdict with the
    unit of the net that follows it best.
    """
    if answer is ... or answer is None:
        return Verdict(OPEN, "write label(text) and give it to the check")
    if not callable(answer):
        return Verdict(WRONG, "give the function itself, `label`, not what it returns", "function")
    text, trace = _read_by_the_net()
    try:
        got = answer(text)
        if got is ...:
            return Verdict(OPEN, "put your line where the dots are")
        got = list(got) if hasattr(got, "__next__") else got
        return _not_a_label(got, text) or _looks_ahead(answer, text) or _followed(got, trace)
    except (Exception, SystemExit) as error:
        kind, said = plain_words(error, "label(text)")
        return Verdict(WRONG, f"it raised {type(error).__name__}: {said}", kind)


def _not_a_label(got, text) -> Verdict | None:
    """The verdict on what has not one truth value or number for each character."""
    if got is None:
        return Verdict(WRONG, "it returns nothing: is the `return` missing?", "return")
    if isinstance(got, set | frozenset | dict):
        told = f"a {type(got).__name__} is no list: one value for each character is wanted"
        return Verdict(WRONG, told, "set")
    values = np.asarray(got if hasattr(got, "__len__") or np.isscalar(got) else list(got))
    if values.ndim == 0:
        told = f"it gives {shown(got)}, one answer for the whole text: one for each character"
        return Verdict(WRONG, f"{told} is wanted, in a list or an array", "shape")
    if values.dtype.kind not in "biuf":
        given = shown(values.ravel()[0]) if values.size else "nothing"
        return Verdict(
            WRONG, f"True, False or a number is wanted at each step, not {given}", "type"
        )
    if values.shape != (len(text),):
        told = f"it gives {values.shape}, but the text has {len(text):,} characters"
        return Verdict(WRONG, f"{told}: one value for each is wanted", "shape")
    if not np.isfinite(values).all():
        return Verdict(WRONG, "a label holds nan or infinity", "nan")
    if (values == values[0]).all():
        told = f"it is {values[0]} everywhere: a label must differ from step to step"
        return Verdict(WRONG, told, "constant")
    return None


#: Of so many characters, so many steps apart, a label may not change when the text goes on.
_TRIED, _EVERY = 3000, 29


def _looks_ahead(answer, text) -> Verdict | None:
    """The verdict on a label that changes when the text goes on."""
    text = text[:_TRIED]
    whole, again = (np.asarray(list(answer(text))) for _ in range(2))
    if not np.array_equal(whole, again):
        return Verdict(WRONG, "it says something else each time it is asked", "random")
    for end in range(1, _TRIED, _EVERY):
        part = np.asarray(list(answer(text[:end])))
        if part.shape != (end,):
            return Verdict(WRONG, "its length does not follow the text's", "shape")
        if (part != whole[:end]).any():
            step = int(np.argmax(part != whole[:end]))
            told = "it looks ahead: what is true after a character may not change when more is read"
            first = "; a text[i - 1] is the last character there" if step == 0 else ""
            return Verdict(WRONG, f"{told} (step {step + 1} did{first})", "ahead")
    return None


def _followed(got, trace) -> Verdict:
    from ..units import rank

    values = np.asarray(list(got))
    two = values.dtype == bool or set(np.unique(values)) <= {0, 1}
    try:
        ranked = rank(trace, values.astype(bool) if two else values.astype(float))
    except ValueError:
        told = "it is the same at all steps of one half that are compared, every second one: take "
        told += "something that comes more often"
        return Verdict(WRONG, told, "rare")
    best, score = ranked[0], "AUROC" if two else "|Spearman|"
    return Verdict(
        PASSED,
        f"unit {best.unit + 1} follows it best: {score} {best.held_out:.2f} on the half that it "
        f"was not chosen on; second best {ranked.second_best:.2f}, a probe on all units "
        f"{ranked.probe:.2f}, shuffled {ranked.shuffled:.2f}",
    )
