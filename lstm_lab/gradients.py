"""How far a gradient travels through time: measured by autograd, and the law of its direct path.

A nudge to a state k steps before the end changes the state at the end by ∂s_T/∂s_{T-k}: a product
of k Jacobians, one for each step. Notebook 02 measures it for a vanilla RNN (Hochreiter 1991;
Bengio, Simard & Frasconi 1994; Pascanu, Mikolov & Bengio 2013), notebook 05 for four ways of wiring
the same weights.

full path     all that the nudge does, through every gate that reads it
direct path   ∂c_T/∂c_{T-k} with h held fixed: the product of the remember gates, nothing else
"""

import numpy as np

from .cell import Cell, without_projection
from .gates import sigmoid
from .inputs import (
    as_numpy,
    axes,
    choice,
    factor,
    generator,
    number,
    numbers,
    unit_interval,
    whole,
)
from .tracing import direction_weights, kind_of, layer_index, trace

#: Four ways to use one candidate F = tanh(W_xc x + W_hc h + b_c), and which state carries each.
WIRINGS = {"rnn": "h", "residual": "h", "gated": "h", "lstm": "c"}


# --- a number for a matrix, and for a gate --------------------------------------------------------


def gain(jacobians) -> np.ndarray:
    """How long a nudge of length 1 is on arrival: root mean square over all directions.

    ‖J‖_F / √H for each matrix of (…, H, H): 1 for the identity, ρ for ρ times a rotation.
    """
    J = as_numpy(numbers("jacobians", jacobians))
    if J.ndim < 2 or J.shape[-1] != J.shape[-2]:
        raise ValueError(f"jacobians must be (…, H, H), but have shape {J.shape}")
    return np.sqrt((J**2).sum(axis=(-2, -1)) / J.shape[-1])


def spectral_radius(W_h) -> float:
    """The largest magnitude of an eigenvalue: by it W_h stretches in the long run, step by step."""
    W = as_numpy(numbers("W_h", W_h))
    axes("W_h", W, 2)
    if W.shape[0] != W.shape[1]:
        raise ValueError(f"W_h has shape {W.shape}, but an eigenvalue needs a square one")
    return float(abs(np.linalg.eigvals(W)).max())


def with_radius(W_h, radius) -> np.ndarray:
    """W_h scaled to a spectral radius."""
    W = as_numpy(numbers("W_h", W_h))
    now, wanted = spectral_radius(W), factor("radius", radius)
    if now == 0:
        raise ValueError("W_h has spectral radius 0: no factor gives it another")
    return W * (wanted / now)


def half_life(remember):
    """Steps until half of c is left, if the gate stays: ln ½ / ln f. A gate of 1 never gets there.

    remember  a gate or an array of gates in [0, 1]
    """
    f = as_numpy(numbers("remember", remember))
    if ((f < 0) | (f > 1)).any():
        raise ValueError(f"remember is {remember!r}, but a gate lies in [0, 1]: σ(b) for a bias b")
    with np.errstate(divide="ignore"):
        steps = np.log(0.5) / np.log(f)  # f^k = ½
    return np.where(f == 1, np.inf, steps)[()]


def forget_bias(lag, left=0.5) -> float:
    """The bias of the remember gate that keeps a share `left` of c over `lag` steps.

    f^lag = left, and b = ln f/(1 - f): the inverse of the sigmoid.
    """
    steps, share = number("lag", lag), number("left", left)
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
    units, longest = whole("units", units), whole("longest", longest, least=3)
    return np.log(generator(rng).uniform(1, longest - 1, size=units))


# --- measured by autograd -------------------------------------------------------------------------


def full_path(module, x, state=None, of="h", layer=-1) -> np.ndarray:
    """∂s_T/∂s_{T-k} for k = 0 … T, by autograd: (T + 1, H, H), float64.

    module  nn.RNN, nn.GRU, nn.LSTM (one direction), their cells, or any module that is called as
            one: `module(x (B, I), state)` gives the next state, and `module.hidden_size` its size
    x       (T, I), one sequence
    state   where it starts, as the module takes it for one sequence; zero by default
    of      "h", or "c" of an LSTM. The h of a step follows from its c, so a nudge to c goes on
            through both; a nudge to h leaves the c beside it as it was
    layer   of a stacked nn.RNN, nn.GRU or nn.LSTM

    Raises TypeError for what is no recurrent module, ValueError for shapes that do not fit.
    """
    choice("of", of, ("h", "c"))
    module, x, state = _one_layer(module, x, state, layer)
    step, first = _stepper(module, state)
    _needs_c(module, of)
    jacobians, P = _step_jacobians(step, x, first), first[0].shape[1]
    if of == "h":
        return _products(jacobians, slice(0, P))[:, :, :P]
    to_c = _products(jacobians, slice(P, None))  # (T + 1, H, S)
    return to_c[:, :, P:] + to_c[:, :, :P] @ _h_of_c(module, x, first)


def direct_path(module, x, state=None, layer=-1) -> np.ndarray:
    """∂c_T/∂c_{T-k} with h held fixed in every gate, k = 0 … T, by autograd: (T + 1, H, H).

    Of an LSTM. Each step gives diag(f), so the product is ∏ f: `trace` says the same.
    """
    module, x, state = _one_layer(module, x, state, layer)
    step, first = _stepper(module, state)
    _needs_c(module, "c")
    P = first[0].shape[1]
    return _products(_step_jacobians(step, x, first)[:, P:, P:])


def survival(remember) -> np.ndarray:
    """∏ f over the last k steps, k = 0 … T: the law of the direct path, (T + 1, H).

    remember  (T, H), such as `lab.trace(lstm, x).remember`
    """
    f = as_numpy(numbers("remember", remember))
    axes("remember", f, 2)
    unit_interval("remember", f, "σ(b) for a bias b")
    return np.concatenate([np.ones_like(f[:1]), f[::-1].cumprod(axis=0)])


def _products(jacobians, rows=slice(None)) -> np.ndarray:
    """A_T A_{T-1} … A_{T-k+1} for k = 0 … T, of which only `rows` are wanted."""
    product = np.eye(jacobians.shape[-1])[rows]
    products = [product]
    for A in jacobians[::-1]:
        product = product @ A
        products.append(product)
    return np.stack(products)


def _step_jacobians(step, x, first) -> np.ndarray:
    """(T, S, S) ∂s_t/∂s_{t-1}, as autograd finds it; s is h, or h and then c.

    Every step at once: the T states that were met become a batch of one step each.
    """
    import torch

    states = [first]
    with torch.no_grad():
        for row in x:
            states.append(step(row[None], states[-1]))
    before = tuple(
        torch.cat([state[part] for state in states[:-1]]).requires_grad_()
        for part in range(len(first))
    )
    with torch.enable_grad():
        after = torch.cat(step(x, before), dim=1)  # (T, S)
    rows = []
    for column in after.sum(dim=0):  # of the sum over steps, each step's row is its own
        slopes = torch.autograd.grad(column, before, retain_graph=True, materialize_grads=True)
        rows.append(torch.cat(slopes, dim=1))
    return torch.stack(rows, dim=1).double().numpy()


def _h_of_c(module, x, first) -> np.ndarray:
    """∂h_{T-k}/∂c_{T-k} for k = 0 … T: (T + 1, P, H). h = o ⊗ tanh(c); the first h is given."""
    cell = Cell.from_torch(module)
    h0, c0 = (part[0].detach().double().numpy() for part in first)
    run = cell.run(x.detach().double().numpy(), h0, c0)
    slopes = run.focus * (1 - np.tanh(run.c) ** 2)  # (T, H)
    P = np.eye(cell.units) if cell.W_p is None else cell.W_p
    slopes = P * slopes[:, None]
    return np.concatenate([slopes[::-1], np.zeros_like(slopes[:1])])


def _needs_c(module, of):
    import torch

    if of == "c" and not isinstance(module, torch.nn.LSTM | torch.nn.LSTMCell):
        raise TypeError(f"c is a state of an nn.LSTM or nn.LSTMCell, not of {_kind(module)}")


def _kind(module):
    return type(module).__name__


def _one_layer(module, x, state, layer):
    """A module of one layer, its input (T, I) as a tensor, and its part of the state."""
    import torch

    if not (isinstance(module, torch.nn.Module) and hasattr(module, "hidden_size")):
        raise TypeError(f"a recurrent module is wanted, not {_kind(module)}")
    x = numbers("x", x)
    axes("x", x, 2)
    if x.shape[1] != getattr(module, "input_size", x.shape[1]):
        raise ValueError(f"x has shape {tuple(x.shape)}, but must be (T, {module.input_size})")
    x = torch.as_tensor(x).to(next(module.parameters()).dtype)
    if state is not None:
        parts = _parts_of(tuple(state) if isinstance(state, list) else state)
        state = tuple(torch.as_tensor(numbers("state", part)).to(x) for part in parts)
    if not isinstance(module, torch.nn.RNNBase):
        return module, x, state
    if module.bidirectional:
        raise ValueError("this module reads both ways: a gradient through time needs one direction")
    level = layer_index(module, layer)
    if module.num_layers == 1:
        return module, x, state
    if state is not None:
        if any(part.ndim < 2 or len(part) != module.num_layers for part in state):
            given = ", ".join(str(tuple(part.shape)) for part in state)
            raise ValueError(f"state has shapes {given}, but there are {module.num_layers} layers")
        state = tuple(part.reshape(module.num_layers, -1) for part in state)
    if level > 0:
        below = state if state is None or len(state) > 1 else state[0]
        x = torch.as_tensor(trace(module, x, below, layer=level - 1).h)
    if state is not None:
        state = tuple(part[level] for part in state)
    return _layer_alone(module, level), x, state


def _layer_alone(module, level):
    """One layer of a stack as a module of its own."""
    import torch

    kind = kind_of(module)
    weights = direction_weights(module, level)
    options = {"bias": module.bias, "dtype": weights["weight_ih"].dtype}
    if kind is torch.nn.LSTM:
        options["proj_size"] = module.proj_size
    if kind is torch.nn.RNN:
        options["nonlinearity"] = module.nonlinearity
    with torch.random.fork_rng():
        alone = kind(weights["weight_ih"].shape[1], module.hidden_size, **options)
    alone.load_state_dict({f"{name}_l0": value for name, value in weights.items()})
    return alone


def _parts_of(state):
    return state if isinstance(state, tuple) else (state,)


def _stepper(module, state):
    """step(x (B, I), (h,) or (h, c), each (B, H)) -> the next state, and the state (1, H) to begin.

    torch's layers take steps as sequences of one, cells as they are.
    """
    import torch

    layered = isinstance(module, torch.nn.RNNBase)

    def step(x, parts):
        given = tuple(part[None] for part in parts) if layered else tuple(parts)
        given = given if len(given) > 1 else given[0]
        if layered:
            x = x[:, None] if module.batch_first else x[None]
        after = module(x, given)
        after = _parts_of(after[1] if layered else after)
        return tuple(part[0] for part in after) if layered else after

    H = module.hidden_size
    P = getattr(module, "proj_size", 0) or H
    two = isinstance(module, torch.nn.LSTM | torch.nn.LSTMCell)
    sizes = (P, H) if two else (H,)
    like = next(module.parameters())
    if state is None:
        return step, tuple(like.new_zeros(1, size) for size in sizes)
    first = tuple(part.detach().reshape(1, -1).to(like) for part in state)
    one = all(part.shape[-1:] == (size,) for part, size in zip(state, sizes, strict=False))
    if tuple(part.shape[1] for part in first) != sizes or not one:
        given = ", ".join(str(tuple(part.shape)) for part in state)
        what = f"h and c of {P} and {H}" if two else f"h of {H}"
        raise ValueError(f"state has shapes {given}, but must be {what} numbers, one sequence")
    return step, first


# --- four ways to wire the same weights -----------------------------------------------------------


def random_cell(units=8, inputs=2, radius=0.9, bias=1.0, seed=0) -> Cell:
    """A Cell as training might begin with it, but for two numbers that are chosen.

    radius  the spectral radius of the candidate's W_h
    bias    the remember gate's; all other biases are 0
    seed    of the weights, uniform between ±1/√H as torch draws them
    """
    units, inputs = whole("units", units), whole("inputs", inputs)
    bound, rng = units**-0.5, generator(seed, "seed")
    W_x = rng.uniform(-bound, bound, (4 * units, inputs))
    W_h = rng.uniform(-bound, bound, (4 * units, units))
    W_h[2 * units : 3 * units] = with_radius(W_h[2 * units : 3 * units], radius)
    b = np.zeros(4 * units)
    b[units : 2 * units] = number("bias", bias)
    return Cell(W_x, W_h, b)


def wired_paths(cell, xs) -> dict[str, np.ndarray]:
    """The full path of WIRINGS, in NumPy and by hand: name to ∂s_T/∂s_{T-k}, (T + 1, H, H) each.

    All use the candidate F of one cell, and its remember gate where they have one:

    rnn       h = F
    residual  h = h + F
    gated     h = f ⊗ h + (1 - f) ⊗ F
    lstm      c = f ⊗ c + i ⊗ F, h = o ⊗ tanh(c)

    `full_path` of `lab.models.wirings(cell)` says the same, by autograd.
    """
    xs, zero, _ = without_projection(cell).check(xs)
    axes("xs", xs, 2)
    paths = {}
    for name in ("rnn", "residual", "gated"):
        h, steps = zero, []
        for x in xs:
            h, A = _wired_step(cell, name, x, h)
            steps.append(A)
        paths[name] = _products(np.stack(steps))
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
    to_c = _products(np.stack(steps), slice(H, None))
    return to_c[:, :, H:] + to_c[:, :, :H] @ np.stack(h_of_c[::-1])
