"""The exercises of notebook 05, and the shelf of mistakes made in them."""

import numpy as np

from .. import biases, gates
from .judging import OPEN, PASSED, WRONG, Exercise, Verdict, judge, judge_number

FADING = 0.9


def half_life(answer) -> None:
    """Exercise 05.1: the half-life of c at a remember gate of 0.9, in steps. Prints a verdict."""
    print(judge_half_life(answer))


def judge_half_life(answer) -> Verdict:
    mistakes = {
        "c would be half gone so soon if each step took a tenth of the first c; it takes a tenth "
        "of what is left": 0.5 / (1 - FADING),
        "1/(1 − f) is the mean life, after which 0.35 is left; a half is left earlier": 10.0,
        "half a step too far: steps need not be whole here": 7.0,
        "upside down: ln ½ is divided by ln f": np.log(FADING) / np.log(0.5),
        "the sign: both logarithms are negative, and steps are not": -biases.half_life(FADING),
    }
    ask = "f multiplies c at each step: f to which power is one half?"
    return judge_number(answer, biases.half_life(FADING), 0.1, ask, mistakes)


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
    },
)


def bias_for(answer) -> None:
    """Exercise 05.3: write bias_for(lag): half of c is left after `lag` steps. Prints a verdict."""
    print(judge(BIAS_FOR, answer))


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
)


def gated_step(answer) -> None:
    """Exercise 05.2: write gated_step(f, h, new), the gated residual. Prints a verdict."""
    print(judge(GATED_STEP, answer))


def remember_from(answer) -> None:
    """Exercise 05.4: write remember_from(lstm, bias), which changes an nn.LSTM in place so that
    its remember gates begin with that bias, and nothing else begins with any. Prints a verdict."""
    print(judge_remember_from(answer))


def judge_remember_from(answer) -> Verdict:
    if answer is ... or answer is None:
        return Verdict(OPEN, "write remember_from(lstm, bias) and give it to the check")
    if not callable(answer):
        return Verdict(WRONG, "give the function itself, `remember_from`, without brackets")
    import torch

    with torch.random.fork_rng():
        torch.manual_seed(0)
        lstm = torch.nn.LSTM(2, 3)
    before = {name: parameter.detach().clone() for name, parameter in lstm.named_parameters()}
    try:
        given = answer(lstm, 1.5)
        after = {name: parameter.detach() for name, parameter in lstm.named_parameters()}
    except (Exception, SystemExit) as error:
        said = str(error).partition("\n")[0]
        hint = ": change parameters inside `with torch.no_grad():`" if "leaf" in said else ""
        return Verdict(WRONG, f"it raised {type(error).__name__}: {said}{hint}")
    if {n: v.shape for n, v in after.items()} != {n: v.shape for n, v in before.items()}:
        return Verdict(WRONG, "the parameters have other shapes now: change them in place")
    if given is ... and all(torch.equal(after[name], before[name]) for name in before):
        return Verdict(OPEN, "put your lines where the dots are")
    return _judge_biases(
        {name: value.numpy() for name, value in after.items()},
        {name: value.numpy() for name, value in before.items()},
    )


def _judge_biases(after, before) -> Verdict:
    """Compare the two biases, added, with what is wanted; name to array of all parameters."""
    if any((after[name] != before[name]).any() for name in ("weight_ih_l0", "weight_hh_l0")):
        return Verdict(WRONG, "the weights have changed: only biases are to be set")
    first, second = after["bias_ih_l0"], after["bias_hh_l0"]
    if not np.isfinite(first + second).all():
        return Verdict(WRONG, "a bias is not a number (nan), or infinite")
    if all((after[name] == before[name]).all() for name in ("bias_ih_l0", "bias_hh_l0")):
        return Verdict(WRONG, "no bias has changed: set the rows of remember in place, bias[H:2*H]")
    save, remember, candidate, focus = np.split(first + second, 4)
    if np.allclose(remember, 3.0):
        return Verdict(WRONG, "torch adds its two biases: filling both with 1.5 makes 3")
    if not np.allclose(remember, 1.5):
        for name, rows in (("save", save), ("candidate", candidate), ("focus", focus)):
            if np.allclose(rows, 1.5):
                return Verdict(WRONG, f"those are the rows of {name}; remember has H:2H")
        random = not np.allclose(first[3:6], first[3]) or not np.allclose(second[3:6], second[3])
        what = "the other bias still holds torch's random numbers" if random else "1.5 is wanted"
        return Verdict(WRONG, f"the two biases of remember add up to {remember.round(2)}: {what}")
    rest = np.concatenate([save, candidate, focus])
    if np.allclose(rest, 1.5):
        return Verdict(WRONG, "all gates begin with 1.5: only the rows H:2H belong to remember")
    if rest.any():
        return Verdict(WRONG, "the other rows still hold torch's random numbers: set them to 0")
    return Verdict(
        PASSED, "the remember gates begin with 1.5, the sum of both biases; the rest with 0"
    )
