"""Every gate of an unmodified torch nn.LSTM (nn.GRU, nn.RNN) at every step.

torch runs a whole sequence in one fused operation and keeps the gates to itself (asked for in
pytorch#31423). But its h is enough: each gate is σ(W_x x + W_h h_before + b), so one matrix product
over all steps brings them back, and c follows by its recurrence.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ._layers import (
    DIRECTIONS,
    direction_weights,
    full_precision,
    kind_of,
    layer_index,
    like,
    own_layer,
)
from ._validate import as_finite, as_real, is_torch, shown
from .names import CELL
from .traces import Trace

if TYPE_CHECKING:
    import torch

#: Steps are traced in blocks of about this many numbers, so that they stay in the cache.
BLOCK = 1 << 20
#: From so many numbers a step on, one product a step is cheaper than torch's way and all again.
WIDE = 8192
#: Where going by pairs of steps begins to pay: from so many steps, up to so many numbers a step.
SHORT, NARROW = 64, 256


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
    direction_weights(module, layer, direction)
    device = like(module).device
    with torch.no_grad(), torch.autocast(device.type, enabled=False):
        xs, lengths, layout = _time_major(module, x, lengths)
        states = _initial(module, state, xs, layout.unbatched)
        top, D = layer_index(module, layer), 2 if module.bidirectional else 1
        with one_thread(when=xs.shape[1] * module.hidden_size < WIDE):
            for level in range(top):
                runs = [_run(module, xs, lengths, states, level, d) for d in range(D)]
                xs = torch.cat([run.h for run in runs], dim=-1)
            run = _run(module, xs, lengths, states, top, DIRECTIONS.index(direction), gates=True)
    arrays = {name: layout.restore(values) for name, values in run.arrays.items()}
    c_first = None if run.c_first is None else layout.restore_state(run.c_first)
    sizes = None if layout.unbatched else lengths
    return Trace(
        arrays, c_first=c_first, lengths=sizes, time_axis=layout.time_axis, direction=direction
    )


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
        xs = xs.masked_fill(_beyond(lengths, xs)[..., None], 0)  # whatever it is, it is not read
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


def _beyond(lengths, xs):
    """(T, B): True past the end of a sequence, beside the steps xs (T, …)."""
    import torch

    past = np.arange(len(xs))[:, None] >= lengths
    return torch.from_numpy(past).to(xs.device)


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
    """The initial states as [h] or [h, c], each (layers · directions, B, size)."""
    import torch

    B = xs.shape[1]
    sizes = [getattr(module, "proj_size", 0) or module.hidden_size]
    if isinstance(module, torch.nn.LSTM):
        sizes.append(module.hidden_size)
    count = module.num_layers * (2 if module.bidirectional else 1)
    if state is None:
        return [xs.new_zeros(count, B, size) for size in sizes]
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
    return tensors


# --- one layer, one direction -------------------------------------------------------------------


class _Run(NamedTuple):
    h: "torch.Tensor"
    arrays: dict
    c_first: np.ndarray | None


def _run(module, xs, lengths, states, level, d, gates=False) -> _Run:
    """One layer in one direction over (T, B, I): h, and if asked for all its gates."""
    import torch

    weights = direction_weights(module, level, DIRECTIONS[d])
    index = level * (2 if module.bidirectional else 1) + d
    first = [state[index] for state in states]
    padded = bool((lengths < len(xs)).any())
    turn = _reversal(lengths, *xs.shape[:2]) if d else None
    steps = xs if turn is None else xs[turn]
    wide = gates and isinstance(module, torch.nn.LSTM) and xs.shape[1] * module.hidden_size >= WIDE
    if wide:
        found = _lstm_steps(module, steps, first, weights)
    else:
        h = _fused(module, steps, first, list(weights.values()))
        found = _gates_of(module)(module, steps, h, first, weights) if gates else {"h": h}
    if padded:
        for values in found.values():
            values[_beyond(lengths, values)] = 0
    h, arrays = found["h"], {name: values.cpu().numpy() for name, values in found.items()}
    if turn is not None:
        h = h[turn]
        arrays = {name: values[turn] for name, values in arrays.items()}
    return _Run(h, arrays, first[1].cpu().numpy() if len(first) > 1 else None)


def _reversal(lengths, T, B):
    """Indices (T, B), (T, B) that turn every sequence round within its own length."""
    t = np.arange(T)[:, None]
    return np.where(t < lengths, lengths - 1 - t, t), np.arange(B)[None]


def _fused(module, xs, first, weights):
    """torch's own operation for one layer in one direction: h (T, B, H)."""
    import torch

    bias = module.bias
    flags = (bias, 1, 0.0, False, False, False)  # one layer, no dropout, eval, forward, time first
    if isinstance(module, torch.nn.LSTM):
        return torch._VF.lstm(xs, [s[None] for s in first], weights, *flags)[0]
    if isinstance(module, torch.nn.GRU):
        return torch._VF.gru(xs, first[0][None], weights, *flags)[0]
    operation = torch._VF.rnn_relu if module.nonlinearity == "relu" else torch._VF.rnn_tanh
    return operation(xs, first[0][None], weights, *flags)[0]


def _gates_of(module):
    """What brings the gates of such a layer back."""
    return {"LSTM": _lstm_gates, "GRU": _gru_gates, "RNN": _rnn_gates}[kind_of(module).__name__]


def _blocks(T, B, width):
    """Slices of time, each of about BLOCK numbers."""
    size = max(1, BLOCK // (B * width))
    return [slice(t, min(t + size, T)) for t in range(0, T, size)]


def _lstm_gates(module, xs, h, first, weights):
    """The gates of every step from x and the h before it, then c by its recurrence."""
    import torch

    T, B, _ = xs.shape
    H = module.hidden_size
    out = {name: xs.new_empty(T, B, H) for name in CELL if name != "h"}
    bias = weights["bias_ih"] + weights["bias_hh"] if module.bias else None
    for block in _blocks(T, B, 4 * H):
        a = torch.nn.functional.linear(xs[block], weights["weight_ih"], bias)
        a += _before(h, first[0], block) @ weights["weight_hh"].T
        _squash(a, out, block, H)
        torch.mul(out["save"][block], out["candidate"][block], out=out["c"][block])
    f, c, c_first = (values.cpu() for values in (out["remember"], out["c"], first[1]))
    _scan(f.numpy(), c.numpy(), c_first.numpy())
    return out | {"c": c, "h": h}


def _lstm_steps(module, xs, first, weights):
    """The same for wide batches: step by step, gates and states computed once."""
    import torch

    T, B, _ = xs.shape
    H, (h, c) = module.hidden_size, first
    out = {name: xs.new_empty(T, B, H) for name in CELL}
    out["h"] = xs.new_empty(T, *h.shape)
    bias = weights["bias_ih"] + weights["bias_hh"] if module.bias else None
    for block in _blocks(T, B, 4 * H):
        from_x = torch.nn.functional.linear(xs[block], weights["weight_ih"], bias)
        for t, a in enumerate(from_x, block.start):
            _squash(a.addmm_(h, weights["weight_hh"].T), out, t, H)
            c = torch.mul(out["remember"][t], c, out=out["c"][t])
            c.addcmul_(out["save"][t], out["candidate"][t])
            h = out["focus"][t] * torch.tanh(c)
            if "weight_hr" in weights:
                h = h @ weights["weight_hr"].T
            out["h"][t] = h
    return out


def _squash(a, out, steps, H):
    """Write the four gates of the pre-activations a (…, 4H) into `out` at these steps."""
    import torch

    for name in ("save", "remember", "candidate", "focus"):
        k = CELL[name].block
        squash = torch.tanh if name == "candidate" else torch.sigmoid
        squash(a[..., k * H : (k + 1) * H], out=out[name][steps])


def _before(h, first, block):
    """The h that each step of a block reads: that of the step before it."""
    import torch

    if block.start == 0:
        return torch.cat([first[None], h[: block.stop - 1]])
    return h[block.start - 1 : block.stop - 1]


def _scan(f, c, first):
    """c_t = f_t ⊗ c_{t-1} + new_t for every step, in place: c (T, B, H) holds `new` at first.

    Narrow and long, it goes by pairs. Two steps are one: f₂(f₁c + n₁) + n₂ = (f₂f₁)c + (f₂n₁ + n₂).
    So half as many are left to do, and the steps between follow from those.
    """
    if len(f) < SHORT or first.size > NARROW:
        product = np.empty_like(first)
        for f_t, c_t in zip(f, c, strict=True):
            c_t += np.multiply(f_t, first, out=product)
            first = c_t
        return
    pairs = f[1::2] * c[:-1:2] + c[1::2]
    _scan(f[1::2] * f[:-1:2], pairs, first)
    c[1::2] = pairs
    c[0] += f[0] * first
    c[2::2] += f[2::2] * pairs[: len(c[2::2])]


def _gru_gates(module, xs, h, first, weights):
    """reset, update and new (torch: r, z, n): h = (1 - z) ⊗ n + z ⊗ h_before."""
    import torch

    linear = torch.nn.functional.linear
    before = _before(h, first[0], slice(0, len(xs)))
    bias_ih, bias_hh = (weights.get(key) for key in ("bias_ih", "bias_hh"))
    from_x = linear(xs, weights["weight_ih"], bias_ih).chunk(3, -1)
    from_h = linear(before, weights["weight_hh"], bias_hh).chunk(3, -1)
    reset, update = (torch.sigmoid(from_x[k] + from_h[k]) for k in (0, 1))
    new = torch.tanh(from_x[2] + reset * from_h[2])
    return {"reset": reset, "update": update, "new": new, "h": h}


def _rnn_gates(module, xs, h, first, weights):
    """A vanilla RNN has no gates: h alone."""
    return {"h": h}
