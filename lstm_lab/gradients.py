"""How far a gradient travels through time: measured by autograd, and the law of its direct path.

A nudge to a state k steps before the end changes the state at the end by ∂s_T/∂s_{T-k}: a product
of k Jacobians, one for each step. Notebook 02 measures it for a vanilla RNN (Hochreiter 1991;
Bengio, Simard & Frasconi 1994; Pascanu, Mikolov & Bengio 2013), notebook 05 for four ways of wiring
the same weights.

full path     all that the nudge does, through every gate that reads it
direct path   ∂c_T/∂c_{T-k} with h held fixed: the product of the remember gates, nothing else
"""

import numpy as np

from ._paths import Path, check_room, products
from ._validate import (
    as_finite,
    as_float,
    as_generator,
    as_int,
    as_nonnegative,
    as_numpy,
    check_ndim,
    check_unit_interval,
    shown,
)
from .cell import Cell, without_projection
from .gates import sigmoid

#: Four ways to use one candidate F = tanh(W_xc x + W_hc h + b_c), and which state carries each.
RECURRENCES = {"rnn": "h", "residual": "h", "gated": "h", "lstm": "c"}


# --- a number for a matrix, and for a gate --------------------------------------------------------


def gain(jacobians) -> np.ndarray:
    """How long a nudge of length 1 is on arrival: root mean square over all directions.

    ‖J‖_F / √H for each matrix of (…, H, H): 1 for the identity, ρ for ρ times a rotation.
    """
    J = as_numpy(as_finite("jacobians", jacobians))
    if J.ndim < 2 or J.shape[-1] != J.shape[-2]:
        raise ValueError(f"jacobians must be (…, H, H), but have shape {J.shape}")
    return np.sqrt((J**2).sum(axis=(-2, -1)) / J.shape[-1])


def spectral_radius(W_h) -> float:
    """The largest magnitude of an eigenvalue: by it W_h stretches in the long run, step by step."""
    W = as_numpy(as_finite("W_h", W_h))
    check_ndim("W_h", W, 2)
    if W.shape[0] != W.shape[1]:
        raise ValueError(f"W_h has shape {W.shape}, but an eigenvalue needs a square one")
    return float(abs(np.linalg.eigvals(W)).max())


def with_radius(W_h, radius) -> np.ndarray:
    """W_h scaled to a spectral radius."""
    W = as_numpy(as_finite("W_h", W_h))
    now, wanted = spectral_radius(W), as_nonnegative("radius", radius)
    if now == 0:
        raise ValueError("W_h has spectral radius 0: no factor gives it another")
    return W * (wanted / now)


def half_life(remember):
    """Steps until half of c is left, if the gate stays: ln ½ / ln f. A gate of 1 never gets there.

    remember  a gate or an array of gates in [0, 1]
    """
    f = as_numpy(as_finite("remember", remember))
    if ((f < 0) | (f > 1)).any():
        raise ValueError(
            f"remember is {shown(remember)}, but a gate lies in [0, 1]: σ(b) for a bias b"
        )
    with np.errstate(divide="ignore"):
        steps = np.log(0.5) / np.log(f)  # f^k = ½
    return np.where(f == 1, np.inf, steps)[()]


def forget_bias(lag, left=0.5) -> float:
    """The bias of the remember gate that keeps a share `left` of c over `lag` steps.

    f^lag = left, and b = ln f/(1 - f): the inverse of the sigmoid.
    """
    steps, share = as_float("lag", lag), as_float("left", left)
    if steps <= 0 or not 0 < share < 1:
        raise ValueError(f"lag {steps:g} must be above 0 and left {share:g} between 0 and 1")
    log_f = np.log(share) / steps
    return float(log_f - np.log(-np.expm1(log_f)))  # exact for f close to 1, too


def chrono(units, longest, rng=None) -> np.ndarray:
    """(H,) remember biases ln U(1, T - 1): gates that hold for about 1 to T steps.

    1/(1 - f), the mean life of what is in c, lies between 2 and T; its half-life is 0.7 of that.

    units    H
    longest  T ≥ 3, the longest lag that is expected
    rng      a numpy Generator, or a seed for one

    Tallec & Ollivier 2018, eq. 16; the save biases are the same with a minus sign.
    """
    units, longest = as_int("units", units), as_int("longest", longest, least=3)
    return np.log(as_generator(rng).uniform(1, longest - 1, size=units))


# --- measured by autograd -------------------------------------------------------------------------


def full_path(module, x, state=None, of="h", layer=-1) -> np.ndarray:
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
    """
    path = Path(module, x, state, of, layer)
    return path.filled(path.full())


def full_gain(module, x, state=None, of="h", layer=-1) -> np.ndarray:
    """`gain` of the full path, (T + 1,), without its matrices: for any H and T.

    Takes what `full_path` takes, and raises what it raises but for the room.
    """
    return np.array([gain(J) for J in Path(module, x, state, of, layer).full()])


def direct_path(module, x, state=None, layer=-1) -> np.ndarray:
    """∂c_T/∂c_{T-k} with h held fixed in every gate, k = 0 … T, by autograd: (T + 1, H, H).

    Of an LSTM. Each step gives diag(f), so the product is ∏ f: `trace` says the same.
    """
    path = Path(module, x, state, "c", layer)
    return path.filled(path.direct())


def survival(remember) -> np.ndarray:
    """∏ f over the last k steps, k = 0 … T: the law of the direct path, (T + 1, H).

    remember  (T, H), such as `lab.trace(lstm, x).remember`
    """
    f = as_numpy(as_finite("remember", remember))
    check_ndim("remember", f, 2)
    check_unit_interval("remember", f, "σ(b) for a bias b")
    return np.concatenate([np.ones_like(f[:1]), f[::-1].cumprod(axis=0)])


# --- four ways to wire the same weights -----------------------------------------------------------


def random_cell(units=8, inputs=2, radius=0.9, bias=1.0, seed=0) -> Cell:
    """A Cell as training might begin with it, but for two numbers that are chosen.

    radius  the spectral radius of the candidate's W_h
    bias    the remember gate's; all other biases are 0
    seed    of the weights, uniform between ±1/√H as torch draws them
    """
    units, inputs = as_int("units", units), as_int("inputs", inputs)
    bound, rng = units**-0.5, as_generator(seed, "seed")
    W_x = rng.uniform(-bound, bound, (4 * units, inputs))
    W_h = rng.uniform(-bound, bound, (4 * units, units))
    W_h[2 * units : 3 * units] = with_radius(W_h[2 * units : 3 * units], radius)
    b = np.zeros(4 * units)
    b[units : 2 * units] = as_float("bias", bias)
    return Cell(W_x, W_h, b)


def recurrence_paths(cell, xs) -> dict[str, np.ndarray]:
    """The full path of WIRINGS, in NumPy and by hand: name to ∂s_T/∂s_{T-k}, (T + 1, H, H) each.

    All use the candidate F of one cell, and its remember gate where they have one:

    rnn       h = F
    residual  h = h + F
    gated     h = f ⊗ h + (1 - f) ⊗ F
    lstm      c = f ⊗ c + i ⊗ F, h = o ⊗ tanh(c)

    `full_path` of `lab.models.recurrences(cell)` says the same, by autograd.
    """
    xs, zero, _ = without_projection(cell).check(xs)
    check_ndim("xs", xs, 2)
    check_room(len(xs) + 1, cell.units, kinds=8)  # four paths, and the steps of one
    paths = {}
    for name in ("rnn", "residual", "gated"):
        h, steps = zero, []
        for x in xs:
            h, A = _wired_step(cell, name, x, h)
            steps.append(A)
        paths[name] = np.stack([*products(steps)])
    return paths | {"lstm": _lstm_path(cell, xs)}


def _parts(cell, x, h):
    """i, f, F, o and their slopes by h: (H,) and (H, H) each."""
    i, f, F, o = np.split(cell.W_x @ x + cell.W_h @ h + cell.b, 4)
    i, f, F, o = sigmoid(i), sigmoid(f), np.tanh(F), sigmoid(o)
    squashed = np.concatenate([i * (1 - i), f * (1 - f), 1 - F**2, o * (1 - o)])
    return (i, f, F, o), np.split(squashed[:, None] * cell.W_h, 4)


def _wired_step(cell, name, x, h):
    """The next h, and its Jacobian."""
    (_, f, F, _), (_, df, dF, _) = _parts(cell, x, h)
    if name == "rnn":
        return F, dF
    if name == "residual":
        return h + F, np.eye(cell.units) + dF
    A = np.diag(f) + (h - F)[:, None] * df + (1 - f)[:, None] * dF
    return f * h + (1 - f) * F, A


def _lstm_path(cell, xs):
    """∂c_T/∂c_{T-k}, full path."""
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
