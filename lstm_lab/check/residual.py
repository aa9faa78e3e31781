"""The exercises of notebook 05, and the shelf of mistakes made in them."""

import numpy as np

from .. import biases, gates
from .._text import number
from .explaining import plain_words
from .judging import OPEN, PASSED, WRONG, Exercise, Number, Verdict, judge, judge_number, verdict

__all__ = [
    "BIAS_FOR",
    "GATED_STEP",
    "HALF_LIFE",
    "bias_for",
    "gated_step",
    "half_life",
    "remember_from",
]


FADING = 0.9


HALF_LIFE = Number(
    float(biases.half_life(FADING)),
    0.1,
    "f multiplies c at each step: f to which power is one half?",
    {
        "c would be half gone so soon if each step took a tenth of the first c; it takes a tenth "
        "of what is left": 0.5 / (1 - FADING),
        "1/(1 − f) is the mean life, after which 0.35 is left; a half is left earlier": 10.0,
        "half a step too far: steps need not be whole here": (7.0, 0.01),
        "half a step short: steps need not be whole here": (6.0, 0.01),
        "that is ln 2 / 0.1, decay without steps: here c is multiplied by f, so divide by −ln f": (
            np.log(2) / (1 - FADING),
            0.02,
        ),
        "that is how many until a tenth is left: a half is asked": (
            float(np.log(0.1) / np.log(FADING)),
            0.2,
        ),
        "logarithms of two bases: take both natural, or both to base 10": (
            np.log10(0.5) / np.log(FADING),
            0.02,
        ),
        "that is f/2: f to which power is one half?": (FADING / 2, 0.01),
        "upside down: ln ½ is divided by ln f": np.log(FADING) / np.log(0.5),
        "the sign: both logarithms are negative, and steps are not": -float(
            biases.half_life(FADING)
        ),
    },
    "log(0.5) / log(0.9)",
    lambda n: f"after {n:g} steps {number(FADING**n)} is left" if 0 <= n < 1e4 else "",
)


@verdict
def half_life(answer) -> Verdict:
    """Exercise 05.1: the half-life of c at a remember gate of 0.9, in steps. Prints a verdict."""
    return judge_number(HALF_LIFE, answer)


BIAS_FOR = Exercise(
    "bias_for(lag)",
    lambda lag: biases.forget_bias(float(lag)),
    [(1.0,), (10.0,), (100.0,), (1000.0,)],
    {
        "that is the gate, f; its bias is ln(f/(1 − f))": lambda lag: 0.5 ** (1 / lag),
        "the sign: a gate near 1 has a bias above 0": lambda lag: -biases.forget_bias(lag),
        "ln lag leaves about e⁻¹ = 0.37, not a half (it is the rule behind chrono)": np.log,
        "that is f/(1 − f): its logarithm is the bias": (
            lambda lag: 0.5 ** (1 / lag) / (1 - 0.5 ** (1 / lag))
        ),
        "the logarithm is the natural one: σ is made with e": (
            lambda lag: biases.forget_bias(lag) / np.log(10)
        ),
        "that is σ of the gate; the bias is what σ takes to the gate": (
            lambda lag: gates.sigmoid(0.5 ** (1 / lag))
        ),
        "½ is split evenly over the steps there; what is left is multiplied": (
            lambda lag: np.log((1 - 0.5 / lag) / (0.5 / lag))
        ),
        "f to the power lag shall be ½, so f is ½ to the power 1/lag": (
            lambda lag: np.log(0.5**lag / (1 - 0.5**lag))
        ),
        "that is the rule behind chrono, ln(lag − 1), a gate of 1 − 1/lag: it leaves about 0.37, "
        "not a half": (lambda lag: np.log(lag - 1)),
        "the gate is not 1/lag: f to the power lag shall be ½": (
            lambda lag: np.log((1 / lag) / (1 - 1 / lag))
        ),
    },
    (
        "f = 0.5 ** (1 / lag)\nlog(f / (1 - f))",
        "f = 0.5 ** (1 / lag)\nlog(f) - log(1 - f)",
        "-log(2 ** (1 / lag) - 1)",
        "f = exp(log(0.5) / lag)\nlog(f / (1 - f))",
    ),
)


@verdict
def bias_for(answer) -> Verdict:
    """Exercise 05.3: write bias_for(lag): half of c is left after `lag` steps. Prints a verdict."""
    return judge(BIAS_FOR, answer)


_F = np.array([1.0, 0.0, 0.7, 0.5])
_OLD, _NEW = np.array([2.0, -3.0, 1.0, 4.0]), np.array([0.5, 0.9, -0.8, 0.1])

GATED_STEP = Exercise(
    "gated_step(f, h, new)",
    lambda f, h, new: f * h + (1 - f) * new,
    [(_F, _OLD, _NEW), (1 - _F, _NEW, _OLD)],
    {
        "the gate is the wrong way round: f = 1 keeps the old h": (
            lambda f, h, new: f * new + (1 - f) * h
        ),
        "that is the plain residual: nothing is gated": lambda f, h, new: h + new,
        "that is the LSTM with save 1: here what f leaves over, 1 − f, lets the new one in": (
            lambda f, h, new: f * h + new
        ),
        "only the new one is gated: the old h must make room": lambda f, h, new: h + (1 - f) * new,
        "only the new one is gated, and by f": lambda f, h, new: h + f * new,
        "both are weighed by f: what f leaves over, 1 − f, lets the new one in": (
            lambda f, h, new: f * (h + new)
        ),
        "the old one is gone: add f ⊗ h": lambda f, h, new: (1 - f) * new,
        "the gate is the wrong way round, and the new one is not gated": (
            lambda f, h, new: (1 - f) * h + new
        ),
        "nothing new gets in: add (1 − f) ⊗ new": lambda f, h, new: f * h,
        "the gate has been through σ already": (
            lambda f, h, new: gates.sigmoid(f) * h + (1 - gates.sigmoid(f)) * new
        ),
        "`new` has been through tanh already": lambda f, h, new: f * h + (1 - f) * np.tanh(new),
        "h is not squashed here: tanh around the sum would end the skip": (
            lambda f, h, new: np.tanh(f * h + (1 - f) * new)
        ),
    },
    ("f * h + (1 - f) * new", "h + (1 - f) * (new - h)"),
    ("f",),
    lambda f, *_: {"where the gate is 0 or 1": np.isin(f, (0, 1)), "between": ~np.isin(f, (0, 1))},
)


@verdict
def gated_step(answer) -> Verdict:
    """Exercise 05.2: write gated_step(f, h, new), the gated residual. Prints a verdict."""
    return judge(GATED_STEP, answer)


@verdict
def remember_from(answer) -> Verdict:
    """Exercise 05.4: write remember_from(lstm, bias), which changes an nn.LSTM in place so that
    its remember gates begin with that bias, and nothing else begins with any. Prints a verdict."""
    if answer is ... or answer is None:
        return Verdict(OPEN, "write remember_from(lstm, bias) and give it to the check")
    if not callable(answer):
        text = "give the function itself, `remember_from`, without brackets"
        return Verdict(WRONG, text, "function")
    before, after, given = _set_by(answer)
    if isinstance(given, BaseException):
        kind, said = plain_words(given, "remember_from(lstm, bias)")
        hint = ": change parameters inside `with torch.no_grad():`" if "leaf" in said else ""
        return Verdict(WRONG, f"it raised {type(given).__name__}: {said}{hint}", kind or "grad")
    unchanged = all(np.array_equal(after[name], before[name]) for name in before)
    if given is ... and unchanged:
        return Verdict(OPEN, "put your lines where the dots are")
    if unchanged and hasattr(given, "named_parameters"):
        text = "a new LSTM is returned: change the one that was given, in place"
        return Verdict(WRONG, text, "inplace")
    wrong = _wrong_parameters(after, before) or _wrong_biases(after)
    if wrong:
        return Verdict(WRONG, wrong[1], wrong[0])
    return Verdict(
        PASSED, "the remember gates begin with 1.5, the sum of both biases; the rest with 0"
    )


def _set_by(answer):
    """(parameters before, parameters after, what was returned or raised) of a small LSTM."""
    import torch

    with torch.random.fork_rng():
        torch.manual_seed(0)
        lstm = torch.nn.LSTM(2, 3)
    before = {name: value.detach().clone().numpy() for name, value in lstm.named_parameters()}
    try:
        given = answer(lstm, 1.5)
        after = {name: value.detach().numpy() for name, value in lstm.named_parameters()}
    except (Exception, SystemExit) as error:
        return before, before, error
    return before, after, given


def _wrong_parameters(after, before) -> tuple[str, str] | None:
    """(kind, sentence) if more than numbers of the biases has changed, or nothing has."""
    if {n: v.shape for n, v in after.items()} != {n: v.shape for n, v in before.items()}:
        return "shape", "the parameters have other shapes now: change them in place"
    weights, both = ("weight_ih_l0", "weight_hh_l0"), ("bias_ih_l0", "bias_hh_l0")
    if any((after[name] != before[name]).any() for name in weights):
        return "weights", "the weights have changed: only biases are to be set"
    if not all(np.isfinite(after[name]).all() for name in both):
        return "nan", "a bias is not a number (nan), or infinite"
    if all((after[name] == before[name]).all() for name in both):
        return "inplace", "no bias has changed: set the rows of remember in place, bias[H:2*H]"
    return None


def _wrong_biases(after) -> tuple[str, str] | None:
    """(kind, sentence) if the two biases, added, are not what is wanted."""
    first, second = after["bias_ih_l0"], after["bias_hh_l0"]
    save, remember, candidate, focus = np.split(first + second, 4)
    if np.allclose(remember, 3.0):
        return "twice", "torch adds its two biases: filling both with 1.5 makes 3"
    if not np.allclose(remember, 1.5):
        return _wrong_remember(remember, {"save": save, "candidate": candidate, "focus": focus},
                               np.ptp(first[3:6]) + np.ptp(second[3:6]) > 1e-6)  # fmt: skip
    rest = np.concatenate([save, candidate, focus])
    if np.allclose(rest, 1.5):
        return "rows", "all gates begin with 1.5: only the rows H:2H belong to remember"
    if rest.any():
        return "random", "the other rows still hold torch's random numbers: set them to 0"
    return None


def _wrong_remember(remember, others, random) -> tuple[str, str]:
    """(kind, sentence) for a remember gate that does not begin with 1.5."""
    for name, rows in others.items():
        if np.allclose(rows, 1.5):
            return "rows", f"those are the rows of {name}; remember has H:2H"
    for kind, told, value in (
        (
            "sigma",
            "σ of the bias is set: set the bias itself; the cell takes σ",
            gates.sigmoid(1.5),
        ),
        ("sign", "the sign is wrong: a positive bias opens the gate", -1.5),
        ("factor", "half of the bias is in one of the two, and 0 in the other: set it whole", 0.75),
        ("constant", "1 is written in: use the bias that is given", 1.0),
    ):
        if np.allclose(remember, value):
            return kind, told
    what = "the other bias still holds torch's random numbers" if random else "1.5 is wanted"
    kind = "random" if random else ""
    return kind, f"the two biases of remember add up to {remember.round(2)}: {what}"
