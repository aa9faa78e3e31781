"""Where the biases of the gates begin, and how long a gate remembers.

A number that is none, or out of its range, raises TypeError or ValueError.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from ._layers import own_layer
from ._validate import as_finite, as_float, as_generator, as_int, as_numpy, check_one_of, shown

if TYPE_CHECKING:
    from torch import nn

__all__ = ["chrono", "forget_bias", "half_life", "set_first_biases", "set_forget_bias"]

#: A number or "chrono" for the remember gates, or a pair (remember, save).
Bias = float | str | tuple[float | str, float]


def half_life(remember: ArrayLike) -> np.ndarray:
    """Steps until half of c is left, if the gate stays: ln ½ / ln f. A gate of 1 never gets there.

    remember  a gate or an array of gates in [0, 1]

    >>> float(half_life(0.5))
    1.0
    """
    f = as_numpy(as_finite("remember", remember))
    if ((f < 0) | (f > 1)).any():
        raise ValueError(
            f"remember is {shown(remember)}, but a gate lies in [0, 1]: σ(b) for a bias b"
        )
    with np.errstate(divide="ignore"):
        steps = np.log(0.5) / np.log(f)  # f^k = ½
    return np.where(f == 1, np.inf, steps)[()]


def forget_bias(lag: float, left: float = 0.5) -> float:
    """The bias of the remember gate that keeps a share `left` of c over `lag` steps.

    f^lag = left, and b = ln f/(1 - f): the inverse of the sigmoid.

    >>> round(forget_bias(lag=50), 2)
    4.27
    """
    steps, share = as_float("lag", lag), as_float("left", left)
    if steps <= 0 or not 0 < share < 1:
        raise ValueError(f"lag {steps:g} must be above 0 and left {share:g} between 0 and 1")
    log_f = np.log(share) / steps
    return float(log_f - np.log(-np.expm1(log_f)))  # exact for f close to 1, too


def chrono(units: int, longest: int, rng: int | np.random.Generator | None = None) -> np.ndarray:
    """(H,) remember biases ln U(1, T - 1): gates that hold for about 1 to T steps.

    1/(1 - f), the mean life of what is in c, lies between 2 and T; its half-life is 0.7 of that.

    units    H
    longest  T ≥ 3, the longest lag that is expected
    rng      a numpy Generator, or a seed for one

    Tallec & Ollivier 2018, eq. 16; the save biases are the same with a minus sign.

    >>> chrono(4, longest=100, rng=0).round(1)
    array([4.1, 3.3, 1.6, 1. ])
    """
    units, longest = as_int("units", units), as_int("longest", longest, least=3)
    return np.log(as_generator(rng).uniform(1, longest - 1, size=units))


def set_forget_bias(
    lstm: nn.Module,
    bias: float | str,
    longest: int | None = None,
    seed: int | np.random.Generator = 0,
    save: float | None = None,
) -> nn.Module:
    """The nn.LSTM that was given, its remember gates with a chosen bias, all other biases 0.

    bias     a number for every unit, or "chrono": one for each unit, ln U(1, T - 1), with T the
             `longest` lag; save gates then begin at minus that (Tallec & Ollivier 2018)
    seed     of what "chrono" draws
    save     the bias of the save gates, if it is to be another

    torch adds two biases. These go into bias_ih, and bias_hh is 0. Changes all layers and
    directions in place. Raises TypeError for what is no LSTM, ValueError for one without biases.

    >>> import torch, lstm_lab as lab
    >>> lab.Cell.from_torch(set_forget_bias(torch.nn.LSTM(1, 2), 3)).b[2:4]
    array([3., 3.])
    """
    import torch

    layer = own_layer(lstm, ("LSTM",), "set_forget_bias")
    if not layer.bias:
        raise ValueError("this LSTM was made with bias=False: it has no bias to set")
    H, rng = layer.hidden_size, as_generator(seed, "seed")
    for name, parameter in layer.named_parameters():
        if name.startswith("bias"):
            b = np.zeros(4 * H)
            if name.startswith("bias_ih"):
                b[:H], b[H : 2 * H] = _save_and_remember(H, bias, longest, rng, save)
            with torch.no_grad():
                parameter.copy_(torch.from_numpy(b))
    return lstm


def _save_and_remember(H, bias, longest, rng, save):
    """The biases (H,) of the save gates and of the remember gates."""
    if isinstance(bias, str):
        check_one_of("bias", bias, ("chrono",))
        if longest is None:
            raise ValueError("chrono needs the longest lag that is expected: longest=…")
        remember = chrono(H, longest, rng)
        saves = -remember
    else:
        remember = np.full(H, as_float("bias", bias))
        saves = np.zeros(H)
    if save is not None:
        saves = np.full(H, as_float("save", save))
    return saves, remember


def set_first_biases(lstm: nn.Module, bias: Bias, length: int, seed: int) -> None:
    """Set what an nn.LSTM begins with on texts of a length: a bias, or a pair (remember, save)."""
    if isinstance(bias, tuple) and len(bias) != 2:
        raise ValueError(f"bias is {shown(bias)}: give one for remember, or (remember, save)")
    bias, save = bias if isinstance(bias, tuple) else (bias, None)
    set_forget_bias(lstm, bias, longest=max(length, 3), seed=seed, save=save)
