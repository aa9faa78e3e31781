"""The exercises of notebook 05, and the shelf of mistakes made in them."""

import numpy as np

from .. import biases, gates
from .._text import number
from .explaining import plain_words
from .judging import OPEN, PASSED, WRONG, Exercise, Verdict, judge, verdict
from .numbers import Number, judge_number

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
        "upside down: ln ½ is divided by ln f": (np.log(FADING) / np.log(0.5), 0.0006),
        "that is 1/(−ln f), after which 1/e = 0.37 is left: a half is asked": (
            -1 / float(np.log(FADING)),
            0.02,
        ),
        "the logarithms are multiplied: divide ln ½ by ln f": (
            float(np.log(0.5) * np.log(FADING)),
            0.0006,
        ),
        "the logarithms are subtracted: divide ln ½ by ln f": (
            float(np.log(0.5) - np.log(FADING)),
            0.006,
        ),
        "½ is divided by f: divide their logarithms": (0.5 / FADING, 0.006),
        "that is the root of f: f to which power is one half?": (FADING**0.5, 0.0006),
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


def _logit(f):
    return np.log(f / (1 - f))


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
        "the gate is e to the power −1/lag there: it leaves 1/e = 0.37, not a half": (
            lambda lag: _logit(np.exp(-1 / lag))
        ),
        "the gate is ½/lag there: brackets are missing, or `**` is; f = 0.5 ** (1 / lag)": (
            lambda lag: _logit(0.5 / lag)
        ),
        "that is nearly right for long lags, and wrong for short ones: f is ½ to the power 1/lag": (
            lambda lag: np.log(lag / np.log(2))
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


_F = np.array([1.0, 0.0, 0.7321, 0.5])
_OLD, _NEW = np.array([2.0, -3.0, 1.0, 4.0]), np.array([0.5, 0.9, -0.8, 0.1])

GATED_STEP = Exercise(
    "gated_step(f, h, new)",
    lambda f, h, new: f * h + (1 - f) * new,
    [(_F, _OLD, _NEW), (1 - _F, _NEW, _OLD), (_F[2:], _OLD[:2], _NEW[2:])],
    {
        "the gate is the wrong way round: f = 1 keeps the old h": (
            lambda f, h, new: f * new + (1 - f) * h
        ),
        "that is the plain residual: nothing is gated": lambda f, h, new: h + new,
        "that is the plain mean: the gate is not used": lambda f, h, new: (h + new) / 2,
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


#: What remember_from is tried on: sizes of an LSTM, and a bias.
_TRIED = ((2, 3, 1.5), (3, 4, -0.75))


@verdict
def remember_from(answer) -> Verdict:
    """Exercise 05.4: write remember_from(lstm, bias), which changes an nn.LSTM in place so that
    its remember gates begin with that bias, and nothing else begins with any. Prints a verdict."""
    if answer is ... or answer is None:
        return Verdict(OPEN, "write remember_from(lstm, bias) and give it to the check")
    if not callable(answer) or hasattr(answer, "named_parameters"):
        text = "give the function itself, `remember_from`, without brackets"
        return Verdict(WRONG, text, "function")
    for k, (inputs, units, bias) in enumerate(_TRIED):
        kind, text = _tried(answer, inputs, units, bias) or ("", "")
        if text and k:
            text = f"right for nn.LSTM(2, 3) and 1.5; for nn.LSTM({inputs}, {units}): {text}"
            return Verdict(WRONG, text, "constant")
        if text:
            return Verdict(OPEN, text) if kind == OPEN else Verdict(WRONG, text, kind)
    return Verdict(
        PASSED, "the remember gates begin with the bias, the sum of both; the rest with 0"
    )


def _tried(answer, inputs, units, bias) -> tuple[str, str] | None:
    """(kind, sentence) of what is wrong with one LSTM that a student has changed, or None."""
    lstm, before, given = _set_by(answer, inputs, units, bias)
    if isinstance(given, BaseException):
        kind, said = plain_words(given, "remember_from(lstm, bias)")
        hint = ": change parameters inside `with torch.no_grad():`" if "leaf" in said else ""
        hint = hint or (f" (there are {_HAS})" if isinstance(given, AttributeError) else "")
        return kind or "grad", f"it raised {type(given).__name__}: {said}{hint}"
    if any(value.is_meta for value in lstm.parameters()):
        return "meta", "the numbers are gone: the LSTM stands on the meta device now"
    after = {name: value.detach().float().numpy() for name, value in lstm.named_parameters()}
    unchanged = all(np.array_equal(after.get(name, ()), before[name]) for name in before)
    if given is ... and unchanged:
        return OPEN, "put your lines where the dots are"
    if unchanged and hasattr(given, "named_parameters"):
        return "inplace", "a new LSTM is returned: change the one that was given, in place"
    if not all(value.requires_grad for value in lstm.parameters()):
        return "grad", "a bias does not learn any more: leave requires_grad, use torch.no_grad()"
    return _wrong_parameters(after, before) or _wrong_biases(after, before, bias)


_HAS = "lstm.hidden_size, lstm.bias_ih_l0 and lstm.bias_hh_l0"


def _set_by(answer, inputs, units, bias):
    """(a small LSTM that was given to a function, its parameters before, what was returned or
    raised)."""
    import torch

    with torch.random.fork_rng():
        torch.manual_seed(0)
        lstm = torch.nn.LSTM(inputs, units)
    before = {name: value.detach().clone().numpy() for name, value in lstm.named_parameters()}
    try:
        return lstm, before, answer(lstm, bias)
    except (Exception, SystemExit) as error:
        return lstm, before, error


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


def _wrong_biases(after, before, bias) -> tuple[str, str] | None:
    """(kind, sentence) if the two biases, added, are not what is wanted."""
    names = ("save", "remember", "candidate", "focus")
    both = after["bias_ih_l0"] + after["bias_hh_l0"]
    rows = dict(zip(names, np.split(both, 4), strict=True))
    left = np.any([after[name] == before[name] for name in ("bias_ih_l0", "bias_hh_l0")], axis=0)
    left = dict(zip(names, np.split(left, 4), strict=True))
    others = [name for name in names if name != "remember" and np.allclose(rows[name], bias)]
    if not np.allclose(rows["remember"], bias):
        return _wrong_remember(rows["remember"], bias, others, left["remember"].any())
    if len(others) == 3:
        return "rows", f"all gates begin with {bias}: only the rows H:2H belong to remember"
    if others:
        told = " and ".join(others)
        begin = "begins" if len(others) == 1 else "begin"
        return "rows", f"{told} {begin} with {bias}, too: only the rows H:2H belong to remember"
    del rows["remember"]
    if not any(row.any() for row in rows.values()):
        return None
    if any(left[name].any() for name in rows):
        return "random", "the other rows still hold torch's random numbers: set them to 0"
    return "rest", "the other rows are not 0: set them to 0"


def _wrong_remember(remember, bias, others, random) -> tuple[str, str]:
    """(kind, sentence) for a remember gate that does not begin with the bias."""
    if others:
        return "rows", f"those are the rows of {' and '.join(others)}; remember has H:2H"
    for kind, told, value in (
        ("twice", f"torch adds its two biases: filling both with {bias} makes {2 * bias:g}",
         2 * bias),
        ("sigma", "σ of the bias is set: set the bias itself; the cell takes σ",
         gates.sigmoid(bias)),
        ("sign", "the sign is wrong: a positive bias opens the gate", -bias),
        ("factor", "half of the bias is in one of the two, and 0 in the other: set it whole",
         bias / 2),
        ("constant", "1 is written in: use the bias that is given", 1.0),
        ("constant", f"{_TRIED[0][2]} is written in: use the bias that is given", _TRIED[0][2]),
        ("missing", "nothing is written in the rows H:2H; H is lstm.hidden_size", 0.0),
    ):  # fmt: skip
        if np.allclose(remember, value):
            return kind, told
    told = f"the two biases of remember add up to {remember.round(2)}"
    if random:
        return "random", f"{told}: one of the two still holds torch's random numbers"
    if np.isclose(remember, bias).any():
        return "rows", f"{told}: a row is missed; all rows H:2H, with H = lstm.hidden_size"
    return "", f"{told}: {bias} is wanted"
