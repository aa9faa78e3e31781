"""One layer of torch in one direction: its h by torch's fused operation, its gates by what h says.

Each gate is σ(W_x x + W_h h_before + b): one matrix product over all steps. c follows by its
recurrence, two steps at a time where that pays.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ._layers import kind_of
from .cell import GATES
from .names import CELL

if TYPE_CHECKING:
    import torch

#: Steps are traced in blocks of about this many numbers, so that they stay in the cache.
BLOCK = 1 << 20
#: From so many numbers a step on, one product a step is cheaper than torch's way and all again.
WIDE = 4096
#: Where going by pairs of steps begins to pay: from so many steps, up to so many numbers a step.
SHORT, NARROW = 64, 256


class LayerRun(NamedTuple):
    h: "torch.Tensor"
    arrays: dict
    c_first: np.ndarray | None


def run_layer(module, weights, first, xs, lengths, d, gates=False) -> LayerRun:
    """One layer in one direction over (T, B, I): h, and if asked for all its gates."""
    import torch

    padded = bool((lengths < len(xs)).any())
    turn = reversal(lengths, *xs.shape[:2]) if d else None
    steps = xs if turn is None else xs[turn]
    wide = gates and isinstance(module, torch.nn.LSTM) and xs.shape[1] * module.hidden_size >= WIDE
    if wide:
        found = _lstm_steps(steps, first, weights)
    else:
        h = _fused(module, steps, first, list(weights.values()))
        found = _gates_of(module)(module, steps, h, first, weights) if gates else {"h": h}
    if padded:
        for values in found.values():
            values[beyond(lengths, values)] = 0
    h, arrays = found["h"], {name: values.cpu().numpy() for name, values in found.items()}
    if turn is not None:
        h = h[turn]
        arrays = {name: values[turn] for name, values in arrays.items()}
    return LayerRun(h, arrays, first[1].cpu().numpy() if len(first) > 1 else None)


def reversal(lengths, T, B):
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
    """Slices of T steps, each of about BLOCK numbers."""
    size = max(1, BLOCK // (B * width))
    return [slice(t, min(t + size, T)) for t in range(0, T, size)]


def _lstm_gates(module, xs, h, first, weights):
    """The gates of every step from x and the h before it, then c by its recurrence."""
    import torch

    a = _room(xs, *xs.shape[:2], 4 * module.hidden_size)
    for block in _blocks(*a.shape):
        flat, before = a[block].flatten(0, 1), _before(h, first[0], block).flatten(0, 1)
        _read(xs[block].flatten(0, 1), weights, flat).addmm_(before, weights["weight_hh"].T)
        _squash(flat)
    gates, c = _parts(a), _room(xs, *xs.shape[:2], module.hidden_size)
    torch.mul(gates["save"], gates["candidate"], out=c)
    f, c, c_first = (values.cpu() for values in (gates["remember"], c, first[1]))
    scan(f.numpy(), c.numpy(), c_first.numpy())
    return gates | {"c": c, "h": h}


def _lstm_steps(xs, first, weights):
    """The same for wide batches: step by step, gates and states computed once."""
    import torch

    (T, B, _), (h, c) = xs.shape, first
    a, (hs, cs) = _room(xs, T, B, 4 * c.shape[-1]), (_room(xs, T, *s.shape) for s in first)
    for block in _blocks(*a.shape):
        _read(xs[block].flatten(0, 1), weights, a[block].flatten(0, 1))
        for t, now in enumerate(a[block], block.start):
            _squash(now.addmm_(h, weights["weight_hh"].T))
            gates = _parts(now)
            c = torch.mul(gates["remember"], c, out=cs[t])
            c.addcmul_(gates["save"], gates["candidate"])
            h = gates["focus"] * torch.tanh(c)
            if "weight_hr" in weights:
                h = h @ weights["weight_hr"].T
            hs[t] = h
    return _parts(a) | {"c": cs, "h": hs}


def _room(xs, *shape):
    """Memory for a trace: on a processor NumPy's, which Linux gives in large pages, so that it is
    filled in half the time."""
    import torch

    if xs.device.type != "cpu":
        return xs.new_empty(shape)
    return torch.from_numpy(np.empty(shape, str(xs.dtype).removeprefix("torch.")))


def _read(x, weights, out):
    """Write what the inputs x (N, I) say of the gates, W_x x + b, into `out` (N, 4H)."""
    import torch

    bias = [weights[name] for name in ("bias_ih", "bias_hh") if name in weights]
    return torch.addmm(sum(bias, x.new_zeros(())), x, weights["weight_ih"].T, out=out)


def _parts(a):
    """The four gates within (…, 4H), by name."""
    blocks = a.chunk(4, dim=-1)
    return {name: blocks[CELL[name].block] for name in GATES}


def _squash(a):
    """Turn the pre-activations (…, 4H) into gates, where they stand."""
    for name, part in _parts(a).items():
        part.tanh_() if name == "candidate" else part.sigmoid_()


def _before(h, first, block):
    """The h that each step of a block reads: that of the step before it."""
    import torch

    if block.start == 0:
        return torch.cat([first[None], h[: block.stop - 1]])
    return h[block.start - 1 : block.stop - 1]


def scan(f, c, first):
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
    scan(f[1::2] * f[:-1:2], pairs, first)
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


def beyond(lengths, xs):
    """(T, B): True past the end of a sequence, beside the steps xs (T, …)."""
    import torch

    past = np.arange(len(xs))[:, None] >= lengths
    return torch.from_numpy(past).to(xs.device)
