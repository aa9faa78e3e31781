"""One layer of a recurrent module, its input and its state, and what takes it one step on."""

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
from ._validate import as_finite, check_ndim
from .tracing import trace

__all__ = ["check_has_c", "first_state", "has_own_step", "one_layer", "stepper"]


def check_has_c(module, of):
    """Refuse a path of c through what has none."""
    if of == "c" and kind_of(module, ("LSTM", "LSTMCell")) is None:
        raise TypeError(f"c is a state of an nn.LSTM or nn.LSTMCell, not of {full_name(module)}")
    if of == "c":
        own_layer(module, ("LSTM", "LSTMCell"), "the path of c")


def one_layer(module, x, state, layer):
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


def stepper(module):
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


def first_state(module, state):
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
