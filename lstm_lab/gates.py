"""Soft conditionals: `if` and `switch` made of arithmetic, so that a gradient can pass.

Every function takes NumPy arrays (or lists) or torch tensors; with tensors, autograd sees through.
Notebook 01 is about this file. Source: the lesson, "From Math to Program".
"""

import numpy as np

from ._validate import (
    as_common,
    as_finite,
    as_nonnegative,
    check_one_of,
    check_same_shape,
    check_unit_interval,
    is_torch,
)

__all__ = [
    "KINDS",
    "hard_gate",
    "hard_if",
    "hard_mask",
    "hard_switch",
    "mask",
    "sharpen",
    "sigmoid",
    "soft_if",
    "soft_if_slope",
    "soft_switch",
    "unchecked_sigmoid",
]


KINDS = ("softmax", "sigmoid")


def sigmoid(z):
    """σ(z) = 1 / (1 + e^-z), any shape, in [0, 1]; no overflow for any finite z."""
    return unchecked_sigmoid(as_finite("z", z))


def unchecked_sigmoid(z):
    """σ of an array or tensor that is known to hold finite numbers."""
    return z.sigmoid() if is_torch(z) else np.exp(-np.logaddexp(0, -z))


def sharpen(z, sharpness):
    """κ·z: pre-activations (or scores) of any shape times one sharpness κ ≥ 0.

    κ > 1 moves a gate towards 0 or 1, κ < 1 towards ½; κ = 0 forgets z altogether.
    """
    return _sharpen("z", z, sharpness)


def hard_gate(gate):
    """The gate rounded to 0 or 1, any shape; ½ counts as 0. Its gradient is zero.

    Not Keras' `hard_sigmoid`: that is a straight line, cut at 0 and at 1.
    """
    gate = as_finite("gate", gate)
    _check_gate(gate)
    return gate.round()


def soft_if(gate, if_true, if_false, *, broadcast=False):
    """y = g ⊗ T + (1 - g) ⊗ F: each element decides for itself.

    gate      g, in [0, 1]
    if_true   T, what y is where the gate is 1; shape of the gate
    if_false  F, what y is where the gate is 0; shape of the gate
    broadcast let NumPy stretch unequal shapes; otherwise they are a ValueError

    Raises ValueError for a gate outside [0, 1], unequal shapes or a NaN; TypeError for no numbers.
    """
    g, T, F = as_common(gate=gate, if_true=if_true, if_false=if_false)
    _check_gate(g)
    if not broadcast:
        check_same_shape(", or say broadcast=True", gate=g, if_true=T, if_false=F)
    try:
        return g * T + (1 - g) * F
    except (ValueError, RuntimeError):
        check_same_shape(" or shapes that stretch to one", gate=g, if_true=T, if_false=F)
        raise


def hard_if(gate, if_true, if_false, *, broadcast=False):
    """T where the gate is above ½, F elsewhere: the `if` that soft_if approaches."""
    return soft_if(hard_gate(gate), if_true, if_false, broadcast=broadcast)


def soft_if_slope(z, if_true, if_false, sharpness=1.0):
    """∂y/∂z = κ g (1 - g) (T - F) for y = soft_if(σ(κz), T, F); all of one shape.

    Zero wherever the gate is shut or open all the way: a hard `if` teaches its gate nothing.
    """
    z, T, F = as_common(z=z, if_true=if_true, if_false=if_false)
    check_same_shape(z=z, if_true=T, if_false=F)
    kappa = as_nonnegative("sharpness", sharpness)
    g = sigmoid(sharpen(z, kappa))
    return (g * (1 - g) * (T - F)) * kappa


def mask(scores, kind="softmax", sharpness=1.0):
    """A weight in [0, 1] for each case.

    scores     (K, …), K cases along the first axis
    kind       "softmax": the weights of the K cases sum to 1 (choose one);
               "sigmoid": each case has a gate of its own (choose any)
    sharpness  κ ≥ 0; κ → ∞ chooses, κ = 0 weighs all alike
    """
    check_one_of("kind", kind, KINDS)
    s = _sharpen("scores", scores, sharpness)
    _check_cases("scores", s)
    if kind == "sigmoid":
        return sigmoid(s)
    if is_torch(s):
        return s.softmax(0)
    e = np.exp(s - s.max(axis=0))
    return e / e.sum(axis=0)


def hard_mask(scores, kind="softmax"):
    """The mask of infinite sharpness: 1 at the first highest score (softmax), or where the score is
    above 0 (sigmoid); 0 elsewhere. Shape of the scores (K, …)."""
    check_one_of("kind", kind, KINDS)
    s = as_finite("scores", scores)
    _check_cases("scores", s)
    if kind == "sigmoid":
        return 0 * s + (s > 0)
    best = s.argmax(0)
    one_hot = 0 * s
    for k in range(len(s)):
        one_hot[k] = best == k
    return one_hot


def soft_switch(mask, cases):
    """y = Σ_k m_k C_k: the weighted sum of the cases.

    mask   in [0, 1]; (K,) one weight per case, or the first axes of `cases`, up to one weight per
           case and feature, (K, …)
    cases  C, (K, …)

    Returns an array of shape `cases.shape[1:]`. The weights need not sum to 1 (a sigmoid mask's do
    not). Raises ValueError for a weight outside [0, 1] or shapes that do not match.
    """
    m, C = as_common(mask=mask, cases=cases)
    _check_cases("mask", m)
    _check_cases("cases", C)
    check_unit_interval("mask", m, "make it with lab.mask(scores)")
    if tuple(m.shape) != tuple(C.shape[: m.ndim]):
        raise ValueError(
            f"mask {tuple(m.shape)} does not match cases {tuple(C.shape)}: "
            "give one weight per case, cases along the first axis"
        )
    return (m.reshape(tuple(m.shape) + (1,) * (C.ndim - m.ndim)) * C).sum(0)


def hard_switch(scores, cases, kind="softmax"):
    """What soft_switch(mask(scores, kind), cases) approaches as the mask is sharpened.

    softmax: the case of the first highest score; sigmoid: the sum of the cases scored above 0.
    """
    return soft_switch(hard_mask(scores, kind), cases)


def _sharpen(name, values, sharpness):
    with np.errstate(over="ignore"):
        product = as_finite(name, values) * as_nonnegative("sharpness", sharpness)
    return as_finite(f"sharpness · {name}", product)


def _check_gate(gate):
    check_unit_interval("gate", gate, "did you mean sigmoid(gate)?")


def _check_cases(name, array):
    if array.ndim == 0 or len(array) == 0:
        shape = tuple(array.shape)
        raise ValueError(f"{name} has shape {shape}: give a list, at least one case is needed")
