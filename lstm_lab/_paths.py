"""How `gradients` measures: a module's step by step Jacobians, multiplied from the end back."""

from collections.abc import Iterator

import numpy as np

from ._layers import (
    LAYERS,
    check_weights,
    direction_weights,
    full_name,
    has_own_forward,
    kind_of,
    layer_index,
    like,
    own_layer,
    unwrapped,
    way_out,
)
from ._validate import as_finite, as_numpy, check_ndim, check_one_of
from .cell import Cell
from .tracing import trace

__all__ = ["Path", "check_room", "has_own_step", "products"]

#: More bytes than this are not asked for.
MAX_BYTES = 2e9
#: Jacobians of so many numbers in all are held at a time …
BLOCK = 1 << 22
#: … and none of a state of more numbers than this: there each product takes its own way back.
WIDE = 128


def check_room(count, H, kinds=1):
    """Refuse matrices (count, H, H), `kinds` of them, that take more than MAX_BYTES."""
    size = 8 * kinds * count * H * H
    if size > MAX_BYTES:
        raise ValueError(
            f"{count} matrices of {H} × {H} take {size / 1e9:,.1f} GB, more than "
            f"{MAX_BYTES / 1e9:g}: take fewer steps, x[-n:], or `full_gain`, which needs none"
        )


def products(jacobians, rows=slice(None)) -> Iterator[np.ndarray]:
    """A_T A_{T-1} … A_{T-k+1} for k = 0 … T, of which only `rows` are wanted."""
    product = np.eye(len(jacobians[0]))[rows]
    yield product
    for A in jacobians[::-1]:
        product = product @ A
        yield product


class Path:
    """A module on its way through x, and the products of its Jacobians from the end back."""

    def __init__(self, module, x, state, of, layer):
        import torch

        check_one_of("of", of, ("h", "c"))
        self.of = of
        self.module, self.x, state = _one_layer(module, x, state, layer)
        self.step, self.first = _stepper(self.module), _first_state(self.module, state)
        _needs_c(self.module, of)
        self.wide = sum(map(torch.numel, self.first)) > WIDE and not has_own_step(self.module)

    def filled(self, matrices) -> np.ndarray:
        """Matrices for k = 0 … T as one array, if there is room."""
        count, H = len(self.x) + 1, self.first[-1 if self.of == "c" else 0].shape[1]
        check_room(count, H)
        out = np.empty((count, H, H))
        for k, matrix in enumerate(matrices):
            out[k] = matrix
        return out

    def full(self) -> Iterator[np.ndarray]:
        """∂s_T/∂s_{T-k}, (H, H), for k = 0 … T."""
        P = self.first[0].shape[1]
        if self.of == "h":
            return (product[:, :P] for product in self._products(slice(0, P)))
        to_c, by_h = self._products(slice(P, None)), _h_of_c(self.module, self.x, self.first)
        return (to[:, P:] + h_of_c(to[:, :P]) for to, h_of_c in zip(to_c, by_h, strict=True))

    def direct(self) -> Iterator[np.ndarray]:
        """∂c_T/∂c_{T-k}, (H, H), with nothing through h."""
        P = self.first[0].shape[1]
        return (product[:, P:] for product in self._products(slice(P, None), fixed=slice(0, P)))

    def _products(self, rows, fixed=slice(0)) -> Iterator[np.ndarray]:
        """A_T A_{T-1} … A_{T-k+1} for k = 0 … T, of which only `rows` are wanted; the states
        `fixed` pass nothing on."""
        states = self._states()
        product = np.eye(states.shape[1])[rows]
        yield product
        for pull in self._pulls(states):
            product = pull(product)
            product[:, fixed] = 0
            yield product

    def _pulls(self, states):
        """For each step, the last first: what multiplies a product by its Jacobian."""
        steps = 1 if self.wide else max(1, BLOCK // states.shape[1] ** 2)
        for stop in range(len(self.x), 0, -steps):
            block = slice(max(stop - steps, 0), stop)
            if self.wide:
                yield lambda rows, block=block: self._pull(rows, self.x[block], states[block])
                continue
            for A in self._jacobians(self.x[block], states[block], states[1:][block])[::-1]:
                yield lambda rows, A=A: rows @ A

    def _states(self):
        """(T + 1, S) every state that is met, h and then c."""
        import torch

        from ._threads import one_thread

        states = [self.first]
        with torch.no_grad(), one_thread(when=not self.wide):
            for row in self.x:
                states.append(self.step(row[None], states[-1]))
        return torch.cat([torch.cat(state, dim=1) for state in states])

    def _parts(self, states):
        """States (B, S) as what a step takes."""
        return states.split([part.shape[1] for part in self.first], dim=1)

    def _jacobians(self, x, before, after) -> np.ndarray:
        """(n, S, S) ∂s_t/∂s_{t-1} of n steps at once, as autograd finds it: a batch of one step."""
        import torch

        from ._threads import one_thread

        rows = []
        with one_thread():
            before, again = self._once_more(x, before)  # (n, S)
            _demand_same(again.detach(), after)
            for column in again.sum(dim=0):  # of the sum over steps, each step's row is its own
                (slopes,) = torch.autograd.grad(
                    column, before, retain_graph=True, allow_unused=True, materialize_grads=True
                )
                rows.append(slopes)
        return as_numpy(torch.stack(rows, dim=1))

    def _pull(self, rows, x, before) -> np.ndarray:
        """rows (R, S) times the Jacobian of one step, which is never written down: R gradients that
        go back side by side."""
        import torch

        before, after = self._once_more(x, before)  # (1, S)
        given = after.new_tensor(rows)[:, None]
        return as_numpy(torch.autograd.grad(after, before, given, is_grads_batched=True)[0][:, 0])

    def _once_more(self, x, before):
        """States (n, S) that a gradient can reach, and those after one step from them."""
        import torch

        before = before.clone().requires_grad_()
        with torch.enable_grad():
            return before, torch.cat(self.step(x, self._parts(before)), dim=1)


def _demand_same(again, states):
    """Refuse a module that is called twice and gives two states, as dropout in train mode does."""
    import torch

    if not torch.allclose(again, states, rtol=1e-3, atol=1e-5, equal_nan=True):
        raise ValueError(
            "this module gives another state when it is called again (dropout or the like in train "
            "mode), so it has no one gradient: say module.eval() first"
        )


def _h_of_c(module, x, first):
    """What multiplies rows (R, P) by ∂h_{T-k}/∂c_{T-k}, for k = 0 … T: h = o ⊗ tanh(c), and P of
    it; the first h is given."""
    cell = Cell.from_torch(module)
    h0, c0 = (as_numpy(part[0]) for part in first)
    run = cell.run(as_numpy(x), h0, c0)
    slopes = run.focus * (1 - np.tanh(run.c) ** 2)  # (T, H)
    for slope in [*slopes[::-1], 0 * slopes[0]]:
        yield lambda rows, slope=slope: (rows if cell.W_p is None else rows @ cell.W_p) * slope


def _needs_c(module, of):
    if of == "c" and kind_of(module, ("LSTM", "LSTMCell")) is None:
        raise TypeError(f"c is a state of an nn.LSTM or nn.LSTMCell, not of {full_name(module)}")
    if of == "c":
        own_layer(module, ("LSTM", "LSTMCell"), "the path of c")


def _one_layer(module, x, state, layer):
    """A module of one layer, its input (T, I) as a tensor, and its part of the state."""
    import torch

    module = _recurrent(module)
    x = _input_of(module, x)
    state = _state_of(state, x)
    if not isinstance(module, torch.nn.RNNBase):
        return _cell_alone(module), *_doubled(module, x, state)
    if module.bidirectional:
        raise ValueError("this module reads both ways: a gradient through time needs one direction")
    level = layer_index(module, layer)
    if module.num_layers > 1:
        x, state = _within_stack(module, x, state, level)
    if has_own_step(module):
        return module, x, state
    return _layer_alone(module, level), *_doubled(module, x, state)


def _recurrent(module):
    """The module, out of what wraps it; TypeError for one that is not recurrent."""
    import torch

    module = unwrapped(module)
    if not (isinstance(module, torch.nn.Module) and hasattr(module, "hidden_size")):
        wrong = full_name(module) + way_out(module)
        raise TypeError(f"a recurrent module is wanted, not {wrong}")
    stacked = isinstance(module, torch.nn.RNNBase) and module.num_layers > 1
    if stacked or isinstance(module, torch.jit.ScriptModule) or not list(module.parameters()):
        own_layer(module, LAYERS, "full_path")  # it is taken apart, or cannot be called
    return module


def _input_of(module, x):
    """x (T, I) as a tensor of the module's own type, on its device."""
    import torch

    x = as_finite("x", x)
    check_ndim("x", x, 2)
    if x.shape[1] != getattr(module, "input_size", x.shape[1]):
        raise ValueError(f"x has shape {tuple(x.shape)}, but must be (T, {module.input_size})")
    weight = like(check_weights(module))
    return torch.as_tensor(x, dtype=weight.dtype, device=weight.device)


def _state_of(state, x):
    """A state as tensors (h,) or (h, c), of the type and on the device of x; None stays."""
    import torch

    if state is None:
        return None
    parts = _parts_of(tuple(state) if isinstance(state, list) else state)
    parts = (torch.as_tensor(as_finite("state", part), device=x.device) for part in parts)
    return tuple(part.to(x) for part in parts)


def _within_stack(module, x, state, level):
    """What one layer of a stack reads, (T, I), and its part of the state."""
    import torch

    if state is not None:
        if any(part.ndim < 2 or len(part) != module.num_layers for part in state):
            given = ", ".join(str(tuple(part.shape)) for part in state)
            raise ValueError(f"state has shapes {given}, but there are {module.num_layers} layers")
        state = tuple(part.reshape(module.num_layers, -1) for part in state)
    if level > 0:
        below = state if state is None or len(state) > 1 else state[0]
        x = torch.as_tensor(trace(module, x, below, layer=level - 1).h, device=x.device)
    return x, state and tuple(part[level] for part in state)


def _doubled(module, x, state):
    """Input and state in float64, as torch's own layers are computed; others keep theirs."""
    if has_own_step(module):
        return x, state
    return x.double(), state and tuple(part.double() for part in state)


def has_own_step(module) -> bool:
    """Whether a module is none of torch's own, and must be called to know what it does."""
    return kind_of(module) is None or has_own_forward(module)


def _layer_alone(module, level):
    """One layer of a stack as a module of its own, in float64."""
    kind, weights = kind_of(module), direction_weights(module, level)
    options = {"bias": module.bias}
    if kind.__name__ == "LSTM":
        options["proj_size"] = module.proj_size
    if kind.__name__ == "RNN":
        options["nonlinearity"] = module.nonlinearity
    named = {f"{name}_l0": value for name, value in weights.items()}
    return _made(kind, weights["weight_ih"], module.hidden_size, named, options)


def _cell_alone(module):
    """torch's own cell as a copy in float64, without hooks; any other module as one whose tensors
    are copies when it is called."""
    if has_own_step(module):
        return module
    kind, weights = kind_of(module), direction_weights(module)
    options = {"bias": module.bias}
    if kind.__name__ == "RNNCell":
        options["nonlinearity"] = module.nonlinearity
    return _made(kind, weights["weight_ih"], module.hidden_size, weights, options)


def _made(kind, weight_ih, units, named, options):
    """A new layer or cell from its weights, in float64."""
    import torch

    like_it = {"dtype": torch.float64, "device": weight_ih.device}
    with torch.random.fork_rng():
        made = kind(weight_ih.shape[1], units, **options, **like_it)
    made.load_state_dict(named)
    return made.requires_grad_(False)


def _parts_of(state):
    return state if isinstance(state, tuple) else (state,)


def _stepper(module):
    """step(x (B, I), (h,) or (h, c), each (B, H)) -> the next state.

    torch's layers take steps as sequences of one, cells as they are.
    """
    import torch

    call = _still(module)

    def step_cell(x, parts):
        return _parts_of(call(x, tuple(parts) if len(parts) > 1 else parts[0]))

    def step_layer(x, parts):
        parts = tuple(part[None] for part in parts)
        x = x[:, None] if module.batch_first else x[None]
        _, after = call(x, parts if len(parts) > 1 else parts[0])
        return tuple(part[0] for part in _parts_of(after))

    return step_layer if isinstance(module, torch.nn.RNNBase) else step_cell


def _first_state(module, state):
    """Where a module begins, (h,) or (h, c), each (1, H): the state that is given, or zeros."""
    H, weight = module.hidden_size, like(module)
    P = getattr(module, "proj_size", 0) or H
    two = kind_of(module, ("LSTM", "LSTMCell")) is not None
    sizes = (P, H) if two else (H,)
    if state is None:
        return tuple(weight.new_zeros(1, size) for size in sizes)
    first = tuple(part.detach().reshape(1, -1).to(weight) for part in state)
    one = all(part.shape[-1:] == (size,) for part, size in zip(state, sizes, strict=False))
    if tuple(part.shape[1] for part in first) != sizes or not one:
        given = ", ".join(str(tuple(part.shape)) for part in state)
        what = f"h and c of {P} and {H}" if two else f"h of {H}"
        raise ValueError(f"state has shapes {given}, but must be {what} numbers, one sequence")
    return first


def _still(module):
    """What calls a module on copies of its parameters and buffers, and random numbers of its own,
    so that nothing of it moves."""
    import torch

    own = {**dict(module.named_parameters()), **dict(module.named_buffers())}

    def call(*given):
        copies = {name: value.detach().clone() for name, value in own.items()}
        with torch.random.fork_rng():
            return torch.func.functional_call(module, copies, given)

    return call if has_own_step(module) else module
