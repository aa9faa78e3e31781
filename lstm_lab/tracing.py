"""Every gate of an unmodified torch nn.LSTM (nn.GRU, nn.RNN) at every step.

torch runs a whole sequence in one fused operation and keeps the gates to itself (asked for in
pytorch#31423). But its h is enough: each gate is σ(W_x x + W_h h_before + b), so one matrix product
over all steps brings them back, and c follows by its recurrence.
"""

from typing import NamedTuple

import numpy as np

from ._gates import beyond, run_layer
from ._layers import (
    DIRECTIONS,
    direction_weights,
    directions,
    full_precision,
    layer_index,
    like,
    own_layer,
    state_sizes,
)
from ._validate import as_finite, as_real, is_torch, shown
from .traces import Trace

__all__ = ["trace"]

#: From so many numbers a step on, torch keeps the threads that it has.
LARGE = 8192


def trace(module, x, state=None, lengths=None, layer=-1, direction="forward") -> Trace:
    """Every gate of an unmodified nn.LSTM (nn.GRU, nn.RNN), as NumPy arrays in its own layout.

    module     on any device, in any float: it is computed there, float16 and bfloat16 by way of
               float32. One that is compiled or in DataParallel is read as what is wrapped
    x          (T, I), (T, B, I), (B, T, I) with batch_first, or a PackedSequence
    state      the initial (h, c), or h for GRU and RNN, in torch's shapes; zero by default
    lengths    B lengths of padded sequences; what lies beyond is neither read nor traced
    layer      which layer, -1 is the last
    direction  "forward" or "reverse"; a reverse trace stands at the steps that were read

    The module, its mode, its buffers, its gradients and the random state stay as they are, and its
    hooks are not run. Raises ValueError or TypeError for a wrong shape, dtype or device, NaN in x
    or weights, an empty sequence, an unknown layer, for dropout or a parametrization whose train
    mode is different at every call, and for a module that changes its weights or its step inside a
    call, is quantised or scripted.
    """
    import torch

    from ._threads import one_thread

    module = own_layer(module)
    _check_mode(module, layer)
    weights = direction_weights(module, layer, direction)
    device = like(module).device
    with torch.no_grad(), torch.autocast(device.type, enabled=False):
        xs, lengths, layout = _time_major(module, x, lengths)
        states = _initial(module, state, xs, layout.unbatched)
        with one_thread(when=xs.shape[1] * module.hidden_size < LARGE):
            top, d = layer_index(module, layer), DIRECTIONS.index(direction)
            xs = _below(module, states, xs, lengths, top)
            first = states[top * len(directions(module)) + d]
            run = run_layer(module, weights, first, xs, lengths, d, gates=True)
    arrays = {name: layout.restore(values) for name, values in run.arrays.items()}
    c_first = None if run.c_first is None else layout.restore_state(run.c_first)
    sizes = None if layout.unbatched else lengths
    return Trace(
        arrays, c_first=c_first, lengths=sizes, time_axis=layout.time_axis, direction=direction
    )


def _below(module, states, xs, lengths, top):
    """What layer `top` reads: x, or h of every direction of the layer below it."""
    import torch

    each = directions(module)
    for level in range(top):
        runs = [
            run_layer(module, weights, states[level * len(each) + d], xs, lengths, d)
            for d, weights in enumerate(direction_weights(module, level, name) for name in each)
        ]
        xs = torch.cat([run.h for run in runs], dim=-1)
    return xs


# --- what goes in -------------------------------------------------------------------------------


class _Layout(NamedTuple):
    unbatched: bool
    time_axis: int

    def restore(self, values):
        if self.unbatched:
            return values[:, 0]
        return values.swapaxes(0, 1) if self.time_axis else values

    def restore_state(self, state):
        return state[0] if self.unbatched else state


def _check_mode(module, layer):
    if module.training and module.dropout and layer_index(module, layer) > 0:
        raise ValueError(
            f"dropout {module.dropout} between the layers is on in train mode, so gates differ at "
            "every call: say module.eval() first"
        )


def _time_major(module, x, lengths):
    """x as (T, B, I) of the module's dtype, the B lengths, and the layout to go back to."""
    from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence

    if isinstance(x, PackedSequence):
        if lengths is not None:
            raise ValueError("a PackedSequence knows its lengths: leave out `lengths`")
        x, lengths = pad_packed_sequence(x, batch_first=module.batch_first)
    _no_codes(module, x)
    x = _tensor(module, "x", x)
    unbatched, time_axis = x.ndim == 2, int(module.batch_first and x.ndim == 3)
    if unbatched and lengths is not None:
        raise ValueError("lengths are for a batch: cut a single sequence instead, x[:n]")
    if x.ndim not in (2, 3) or x.shape[-1] != module.input_size:
        batch = "(B, T, {0})" if module.batch_first else "(T, B, {0})"
        wanted = f"(T, {{0}}) or {batch}".format(module.input_size)
        raise ValueError(f"x has shape {tuple(x.shape)}, but must be {wanted}")
    if 0 in x.shape:
        raise ValueError(f"x has shape {tuple(x.shape)}: an empty sequence has no gates")
    xs = x[:, None] if unbatched else x.transpose(0, time_axis)
    T, B = xs.shape[:2]
    lengths = _lengths(lengths, T, B, time_axis)
    if (lengths < T).any():
        xs = xs.masked_fill(beyond(lengths, xs)[..., None], 0)  # whatever it is, it is not read
    as_finite("x", xs[:, 0] if unbatched else xs.transpose(0, time_axis))
    return xs, lengths, _Layout(unbatched, time_axis)


def _no_codes(module, x):
    """Refuse whole numbers that stand for tokens."""
    whole = getattr(x, "dtype", None) is not None and not is_torch(x) and x.dtype.kind in "iu"
    whole |= is_torch(x) and not (x.is_floating_point() or x.is_complex())
    if whole and tuple(x.shape[-1:]) != (module.input_size,):
        raise TypeError(
            f"x is {shown(x)}: are these tokens? {type(module).__name__} reads vectors of "
            f"{module.input_size} numbers, give embedding(x) or rows of 0 and 1"
        )


def _lengths(lengths, T, B, time_axis):
    if lengths is None:
        return np.full(B, T)
    try:
        lengths = np.asarray(lengths.cpu() if is_torch(lengths) else lengths)
    except ValueError:
        raise ValueError(f"lengths must be {B} whole numbers, but they are nested") from None
    if lengths.dtype.kind == "b":
        along = time_axis if T == B else int(lengths.shape == (B, T))
        raise ValueError(f"lengths is a mask {lengths.shape}: say lengths=mask.sum({along})")
    if lengths.shape != (B,) or lengths.dtype.kind not in "iu":
        raise ValueError(f"lengths must be {B} whole numbers, but {shown(lengths)} was given")
    if lengths.min() < 1 or lengths.max() > T:
        wrong = lengths[(lengths < 1) | (lengths > T)][0]
        raise ValueError(f"lengths must lie between 1 and {T}, but {wrong} is among them")
    return lengths


def _tensor(module, name, value):
    """A tensor like the module's weights: arrays and lists are converted, tensors must match."""
    weight = like(module)
    if not is_torch(value):
        return full_precision(weight.new_tensor(as_real(name, value)))
    if value.dtype != weight.dtype or value.device != weight.device:
        given, wanted = (f"{t.dtype} on {t.device}" for t in (value, weight))
        raise ValueError(f"{name} is {given}, the module {wanted}: say {name}.to(weight)")
    return full_precision(value.detach())


def _initial(module, state, xs, unbatched):
    """The initial states (h, c), or (h,), of each layer and direction: each (B, size)."""
    B, sizes = xs.shape[1], state_sizes(module)
    count = module.num_layers * len(directions(module))
    if state is None:
        return [[xs.new_zeros(B, size) for size in sizes]] * count
    parts = list(state) if isinstance(state, tuple | list) else [state]
    if len(parts) != len(sizes):
        raise ValueError(f"state has {len(parts)} parts, but {len(sizes)} are wanted")
    tensors = []
    for name, part, size in zip(("state h", "state c"), parts, sizes, strict=False):
        wanted = (count, size) if unbatched else (count, B, size)
        tensor = as_finite(name, _tensor(module, name, part))
        if tuple(tensor.shape) != wanted:
            raise ValueError(f"{name} has shape {tuple(tensor.shape)}, but must be {wanted}")
        tensors.append(tensor[:, None] if unbatched else tensor)
    return list(zip(*tensors, strict=True))
