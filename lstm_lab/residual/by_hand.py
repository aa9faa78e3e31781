"""Four recurrences from one candidate F, and their gradients, in NumPy and by hand."""

import numpy as np
from numpy.typing import ArrayLike

from .._paths import check_room, products
from .._validate import as_float, as_generator, as_int, check_ndim
from ..cell import Cell, without_projection
from ..gates import unchecked_sigmoid as sigmoid
from ..gradients import with_radius

__all__ = ["RECURRENCES", "random_cell", "recurrence_paths"]

#: Four ways to use one candidate F = tanh(W_xc x + W_hc h + b_c), and which state carries each.
RECURRENCES = {"rnn": "h", "residual": "h", "gated": "h", "lstm": "c"}


def random_cell(
    units: int = 8, inputs: int = 2, radius: float = 0.9, bias: float = 1.0, seed: int = 0
) -> Cell:
    """A Cell as training might begin with it, but for two numbers that are chosen.

    radius  the spectral radius of the candidate's W_h
    bias    the remember gate's; all other biases are 0
    seed    of the weights, uniform between ±1/√H as torch draws them

    Raises ValueError or TypeError for sizes below 1 and a radius below 0.

    >>> random_cell(units=3, bias=2.0).b[3:6]
    array([2., 2., 2.])
    """
    units, inputs = as_int("units", units), as_int("inputs", inputs)
    bound, rng = units**-0.5, as_generator(seed, "seed")
    W_x = rng.uniform(-bound, bound, (4 * units, inputs))
    W_h = rng.uniform(-bound, bound, (4 * units, units))
    W_h[2 * units : 3 * units] = with_radius(W_h[2 * units : 3 * units], radius)
    b = np.zeros(4 * units)
    b[units : 2 * units] = as_float("bias", bias)
    return Cell(W_x, W_h, b)


def recurrence_paths(cell: Cell, xs: ArrayLike) -> dict[str, np.ndarray]:
    """The full path of RECURRENCES, in NumPy: name to ∂s_T/∂s_{T-k}, (T + 1, H, H) each.

    All use the candidate F of one cell, and its remember gate where they have one. `full_path` of
    `lab.residual.recurrences(cell)` says the same, by autograd. Raises ValueError for an xs that is
    not (T, I), and for paths of more than 2 GB.

    >>> paths = recurrence_paths(random_cell(units=3), np.zeros((5, 2)))
    >>> [*paths], paths["lstm"].shape
    (['rnn', 'residual', 'gated', 'lstm'], (6, 3, 3))
    """
    rows, zero, _ = without_projection(cell).check(xs)
    check_ndim("xs", rows, 2)
    check_room(len(rows) + 1, cell.units, kinds=8)  # four paths, and the steps of one
    paths = {}
    for name in ("rnn", "residual", "gated"):
        h, steps = zero, []
        for x in rows:
            h, A = _one_step(cell, name, x, h)
            steps.append(A)
        paths[name] = np.stack([*products(steps)])
    return paths | {"lstm": _lstm_path(cell, rows)}


def _parts(cell, x, h):
    """i, f, F, o and their slopes by h: (H,) and (H, H) each."""
    i, f, F, o = np.split(cell.W_x @ x + cell.W_h @ h + cell.b, 4)
    i, f, F, o = sigmoid(i), sigmoid(f), np.tanh(F), sigmoid(o)
    squashed = np.concatenate([i * (1 - i), f * (1 - f), 1 - F**2, o * (1 - o)])
    return (i, f, F, o), np.split(squashed[:, None] * cell.W_h, 4)


def _one_step(cell, name, x, h):
    """The next h, and its Jacobian."""
    (_, f, F, _), (_, df, dF, _) = _parts(cell, x, h)
    if name == "rnn":
        return F, dF
    if name == "residual":
        return h + F, np.eye(cell.units) + dF
    A = np.diag(f) + (h - F)[:, None] * df + (1 - f)[:, None] * dF
    return f * h + (1 - f) * F, A


def _lstm_path(cell, xs):
    """∂c_T/∂c_{T-k} by the full path, (T + 1, H, H)."""
    H = cell.units
    h = c = np.zeros(H)
    steps, h_of_c = [], [np.zeros((H, H))]  # the first h does not come from a c
    for x in xs:
        (i, f, F, o), (di, df, dF, do) = _parts(cell, x, h)
        dc_dh = c[:, None] * df + F[:, None] * di + i[:, None] * dF
        c = f * c + i * F
        h = o * np.tanh(c)
        slope = o * (1 - np.tanh(c) ** 2)  # ∂h/∂c
        dh_dh = slope[:, None] * dc_dh + np.tanh(c)[:, None] * do
        steps.append(np.block([[dh_dh, np.diag(slope * f)], [dc_dh, np.diag(f)]]))
        h_of_c.append(np.diag(slope))
    to_c = np.stack([*products(steps, slice(H, None))])
    return to_c[:, :, H:] + to_c[:, :, :H] @ np.stack(h_of_c[::-1])
