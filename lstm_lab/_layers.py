"""Which torch modules are recurrent layers whose gates we know, and what their weights are.

Every door that takes a module asks here, so that all take the same ones and refuse alike what they
would misread. Nothing of a module is changed: not its buffers, nor the random state.
"""

import copy
from contextlib import contextmanager
from typing import Any

from ._validate import as_finite, check_one_of, shown

LAYERS = ("LSTM", "GRU", "RNN")
CELLS = ("LSTMCell", "GRUCell", "RNNCell")
DIRECTIONS = ("forward", "reverse")


def full_name(value) -> str:
    """Where its type comes from, as far as it is needed to tell two of one name apart."""
    kind = type(value)
    name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    return name.replace("torch.nn.modules.rnn.", "torch.nn.")


def unwrapped(module):
    """The module within torch.compile, DataParallel and their like; anything else as it is."""
    if not hasattr(module, "_modules"):
        return module  # a Program, and torch need not be imported for it
    import torch

    parallel = torch.nn.parallel
    wraps = (parallel.DataParallel, parallel.DistributedDataParallel)
    wraps += (torch.optim.swa_utils.AveragedModel,)
    while True:
        if "_orig_mod" in getattr(module, "_modules", ()):  # torch.compile
            module = module._orig_mod
        elif isinstance(module, wraps):
            module = module.module
        else:
            return module


def has_own_forward(module) -> bool:
    """Whether a recurrent layer or cell computes by a forward that is not torch's."""
    import torch

    kind: Any = kind_of(module)
    ours = "forward" in vars(module) or type(module).forward is not kind.forward
    return ours or type(module).__call__ is not torch.nn.Module.__call__


def kind_of(module, kinds=LAYERS + CELLS) -> type | None:
    """nn.LSTM, nn.GRU …, whichever a recurrent layer or cell is or derives from."""
    import torch

    known = (getattr(torch.nn, kind) for kind in kinds)
    return next((kind for kind in known if isinstance(module, kind)), None)


def own_layer(module, kinds=LAYERS, who="lab.trace"):
    """torch's own recurrent layer or cell of one of `kinds`, out of what wraps it.

    Raises TypeError for another module, for a quantised or scripted one, and for one with a forward
    of its own, whose gates may be others.
    """
    module = unwrapped(module)
    if kind_of(module, kinds) is None:
        wanted = " or ".join([", ".join(f"nn.{k}" for k in kinds[:-1]), f"nn.{kinds[-1]}"])
        wanted = wanted.removeprefix(" or ")
        raise TypeError(f"{who} takes an {wanted}, not {full_name(module)}{way_out(module)}")
    if has_own_forward(module):
        raise TypeError(
            f"{full_name(module)} has a forward of its own, which {who} does not run: its gates "
            "may be others than torch's"
        )
    return module


def way_out(module) -> str:
    """What to do with a module that is no layer of torch."""
    import torch

    if ".quantized." in type(module).__module__:
        return ": its weights are packed whole numbers, give the float module it was made from"
    if isinstance(module, torch.jit.ScriptModule):
        return f" (a scripted {module.original_name}): give the module it was made from"
    if isinstance(module, torch.nn.LSTMCell):
        return ": say lab.Cell.from_torch(cell).run(x)"
    if isinstance(module, torch.nn.RNNCellBase):
        return ": put its weights into a layer, named weight_ih_l0 …, and give that"
    if isinstance(module, torch.nn.Module):
        inside = [name for name, part in module.named_modules() if kind_of(part)]
        return f": give one of its parts, {', '.join(inside[:3])}" if inside else ""
    return ""


def layer_index(module, layer=None) -> int:
    """A layer counted from 0, or from -1 at the top; None will do where there is one alone."""
    count = module.num_layers
    if layer is None and count == 1:
        return 0
    told = f"there are {count}, 0 to {count - 1} (or -1, the last)"
    if layer is None:
        raise ValueError(f"say which layer is meant, layer=…: {told}")
    if isinstance(layer, bool) or not isinstance(layer, int) or not -count <= layer < count:
        raise ValueError(f"layer {shown(layer)}: {told}")
    return layer % count


def directions(module) -> tuple[str, ...]:
    """In which directions a layer reads: forward, and perhaps in reverse."""
    return DIRECTIONS[: 1 + module.bidirectional]


def state_sizes(module) -> list[int]:
    """The size of h, and of c where there is one."""
    import torch

    h = getattr(module, "proj_size", 0) or module.hidden_size
    return [h, module.hidden_size] if isinstance(module, torch.nn.LSTM) else [h]


def direction_weights(module, layer=None, direction="forward") -> dict:
    """The weights of one layer and direction of torch's own nn.LSTM, nn.GRU, nn.RNN or a cell.

    Keys as torch's, without the suffix: weight_ih, weight_hh, bias_ih, bias_hh, weight_hr. Tensors
    on the module's device, without gradient, float32 for float16 and bfloat16. Raises ValueError
    for NaN and for weights that are made anew at every call.
    """
    import torch

    suffix = ""
    if isinstance(module, torch.nn.RNNCellBase):
        if layer not in (None, 0, -1) or direction != "forward":
            raise ValueError(f"{full_name(module)} has one layer and no direction")
    else:
        suffix = f"_l{layer_index(module, layer)}{_suffix(module, direction)}"
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")
    found = {name: _weight(module, name + suffix) for name in names}
    return {name: weight for name, weight in found.items() if weight is not None}


def _suffix(module, direction):
    check_one_of("direction", direction, DIRECTIONS)
    if direction == "reverse" and not module.bidirectional:
        raise ValueError("direction 'reverse': this module reads forward only")
    return "_reverse" if direction == "reverse" else ""


def _weight(module, name):
    """One weight as it is outside of any call; None if there is none of that name."""
    if name in getattr(module, "parametrizations", ()):
        return _readable(name, _parametrized(module, name))
    value = getattr(module, name, None)
    if value is None:
        return None
    if module._forward_pre_hooks and name not in module._parameters:
        raise ValueError(
            f"{name} is made anew by a forward pre-hook (so do pruning and the old weight_norm): "
            "make it permanent first, such as torch.nn.utils.prune.remove(module, name)"
        )
    return _readable(name, value)


def _parametrized(module, name):
    """What a parametrization gives in eval mode, if it gives the same now; found on copies."""
    import torch

    made = module.parametrizations[name]
    now, still = copy.deepcopy(made), copy.deepcopy(made).eval()
    with torch.no_grad(), torch.random.fork_rng():
        value = still()
        if not torch.equal(now(), value):
            raise ValueError(
                f"{name} has a parametrization that makes another weight at every call in train "
                "mode: say module.eval() first"
            )
    return value


def _readable(name, value):
    """A weight as finite numbers that NumPy can hold."""
    import torch

    if value.dtype not in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
        raise TypeError(f"{name} is {value.dtype}, which is not read: say module.float() first")
    return as_finite(name, full_precision(with_numbers(name, value.detach())))


def with_numbers(name, tensor):
    """Refuse a tensor on the meta device."""
    if tensor.is_meta:
        raise ValueError(
            f"{name} is on the meta device, which holds shapes but no numbers: load them first"
        )
    return tensor


def full_precision(tensor):
    """float16 and bfloat16 as float32, which NumPy knows too; any other as it is."""
    return tensor.float() if tensor.element_size() < 4 else tensor


def check_weights(module):
    """Refuse a module of anybody's that holds NaN or infinity, or no numbers at all."""
    for name, value in module.named_parameters():
        if value.is_floating_point():
            as_finite(name, with_numbers(name, value.detach()))
    return module


@contextmanager
def evaluated(module):
    """A module in eval mode; then every part of it is in its own mode again."""
    modes = {part: part.training for part in module.modules()}
    module.eval()
    try:
        yield module
    finally:
        for part, training in modes.items():
            part.training = training


def as_made(net, kind, *methods):
    """Refuse a net of the lab whose class computes otherwise: by a `forward` (or another of
    `methods`) of its own."""
    for method in ("forward", *methods):
        if method in vars(net) or getattr(type(net), method) is not getattr(kind, method):
            raise TypeError(
                f"{full_name(net)} has a {method} of its own, so its weights alone do not say what "
                f"it does: give a {kind.__name__}"
            )
    return net


def like(module):
    """A tensor of the dtype and on the device of a module's weights."""
    return next(module.parameters()).detach()
