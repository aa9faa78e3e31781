"""How far a gradient travels through time: measured by autograd, and the law of its direct path.

A nudge to a state k steps before the end changes the state at the end by ∂s_T/∂s_{T-k}: a product
of k Jacobians, one for each step. Notebook 02 measures it for a vanilla RNN (Hochreiter 1991;
Bengio, Simard & Frasconi 1994; Pascanu, Mikolov & Bengio 2013), notebook 05 for the recurrences of
`lab.residual`.

full path     all that the nudge does, through every gate that reads it
direct path   ∂c_T/∂c_{T-k} with h held fixed: the product of the remember gates, nothing else
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from ._paths import Path
from ._validate import (
    as_finite,
    as_nonnegative,
    as_numpy,
    check_ndim,
    check_unit_interval,
)

if TYPE_CHECKING:
    import torch
    from torch import nn

    State = torch.Tensor | np.ndarray | tuple | None

__all__ = [
    "direct_path",
    "full_gain",
    "full_path",
    "gain",
    "spectral_radius",
    "survival",
    "with_radius",
]

# --- a number for a matrix, and for a gate --------------------------------------------------------


def gain(jacobians: ArrayLike) -> np.ndarray:
    """The length on arrival of a nudge of length 1: root mean square over all directions.

    ‖J‖_F / √H for each matrix of (…, H, H): 1 for the identity, ρ for ρ times a rotation. Raises
    ValueError for matrices that are not square.

    >>> float(gain(np.eye(3)))
    1.0
    """
    J = as_numpy(as_finite("jacobians", jacobians))
    if J.ndim < 2 or J.shape[-1] != J.shape[-2]:
        raise ValueError(f"jacobians must be (…, H, H), but have shape {J.shape}")
    return np.sqrt((J**2).sum(axis=(-2, -1)) / J.shape[-1])


def spectral_radius(W_h: ArrayLike) -> float:
    """The largest magnitude of an eigenvalue of W_h: the factor of a step in the long run.

    Raises ValueError for a matrix that is not square.

    >>> spectral_radius([[2.0, 1.0], [0.0, -1.0]])
    2.0
    """
    W = as_numpy(as_finite("W_h", W_h))
    check_ndim("W_h", W, 2)
    if W.shape[0] != W.shape[1]:
        raise ValueError(f"W_h has shape {W.shape}, but an eigenvalue needs a square one")
    return float(abs(np.linalg.eigvals(W)).max())


def with_radius(W_h: ArrayLike, radius: float) -> np.ndarray:
    """W_h scaled to a spectral radius. ValueError if its own is 0.

    >>> with_radius([[4.0]], 0.9)
    array([[0.9]])
    """
    W = as_numpy(as_finite("W_h", W_h))
    now, wanted = spectral_radius(W), as_nonnegative("radius", radius)
    if now == 0:
        raise ValueError("W_h has spectral radius 0: no factor gives it another")
    return W * (wanted / now)


# --- measured by autograd -------------------------------------------------------------------------


def full_path(
    module: nn.Module, x: ArrayLike, state: State = None, of: str = "h", layer: int = -1
) -> np.ndarray:
    """∂s_T/∂s_{T-k} for k = 0 … T, by autograd: (T + 1, H, H), float64.

    module  torch's own nn.RNN, nn.GRU, nn.LSTM (one direction) or cell, computed in float64; or any
            module that is called as a cell is: `module(x (B, I), state)` gives the next state, and
            `module.hidden_size` its size
    x       (T, I), one sequence
    state   where it starts, as the module takes it for one sequence; zero by default
    of      "h", or "c" of an LSTM. The h of a step follows from its c, so a nudge to c goes on
            through both; a nudge to h leaves the c beside it as it was
    layer   of a stacked nn.RNN, nn.GRU or nn.LSTM

    Needs room for what it returns and little more. Raises TypeError for what is no recurrent
    module, ValueError for shapes that do not fit, for more than 2 GB (then ask for `full_gain`) and
    for a module that gives another state when it is called again. Nothing of the module moves.

    >>> import torch
    >>> full_path(torch.nn.LSTM(2, 3), np.zeros((5, 2)), of="c").shape
    (6, 3, 3)
    """
    path = Path(module, x, state, of, layer)
    return path.filled(path.full())


def full_gain(
    module: nn.Module, x: ArrayLike, state: State = None, of: str = "h", layer: int = -1
) -> np.ndarray:
    """`gain` of the full path, (T + 1,), without its matrices: for any H and T.

    Takes what `full_path` takes, and raises what it raises but for the room.

    >>> import torch
    >>> full_gain(torch.nn.RNN(2, 3), np.zeros((5, 2)))[0]
    np.float64(1.0)
    """
    return np.array([gain(J) for J in Path(module, x, state, of, layer).full()])


def direct_path(
    module: nn.Module, x: ArrayLike, state: State = None, layer: int = -1
) -> np.ndarray:
    """∂c_T/∂c_{T-k} with h held fixed in every gate, k = 0 … T, by autograd: (T + 1, H, H).

    Of an LSTM. Each step gives diag(f), so the product is ∏ f: `survival` of its trace. Raises what
    `full_path` raises.

    >>> import torch
    >>> direct_path(torch.nn.LSTM(2, 3), np.zeros((5, 2))).shape
    (6, 3, 3)
    """
    path = Path(module, x, state, "c", layer)
    return path.filled(path.direct())


def survival(remember: ArrayLike) -> np.ndarray:
    """∏ f over the last k steps, k = 0 … T: the law of the direct path, (T + 1, H).

    remember  (T, H), such as `lab.trace(lstm, x).remember`

    Raises ValueError for another shape, and for gates outside [0, 1].

    >>> survival([[0.5], [0.25]])[:, 0]
    array([1.   , 0.25 , 0.125])
    """
    f = as_numpy(as_finite("remember", remember))
    check_ndim("remember", f, 2)
    check_unit_interval("remember", f, "σ(b) for a bias b")
    return np.concatenate([np.ones_like(f[:1]), f[::-1].cumprod(axis=0)])
