"""Layers and cells of torch with gates clamped: step by step where they are, fused elsewhere."""

import torch
from torch.nn.functional import dropout, linear
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

from ._gates import beyond, reversal
from ._layers import directions, kind_of, state_sizes


def run_held(module, places, given, hx):
    """What a layer gives; `places` has (layer, direction) to the Clamps there, in order."""
    xs, lengths, unbatched = _time_major(module, given)
    states, last = _states(module, hx, xs, unbatched), []
    for level in range(module.num_layers):
        outs = []
        for d in range(len(directions(module))):
            first = [state[len(last)] for state in states]
            y, end = _one(module, (level, d), xs, lengths, first, places.get((level, d)))
            outs.append(y)
            last.append(end)
        xs = torch.cat(outs, dim=-1)
        if module.training and module.dropout and level < module.num_layers - 1:
            xs = dropout(xs, module.dropout)
    ends = [torch.stack(part) for part in zip(*last, strict=True)]
    ends = [end[:, 0] for end in ends] if unbatched else ends
    return _restored(module, given, xs, unbatched), tuple(ends) if len(ends) > 1 else ends[0]


def _time_major(module, given):
    """(T, B, I), the B lengths, and whether there was no batch."""
    if isinstance(given, PackedSequence):
        xs, lengths = pad_packed_sequence(given)
        return xs, lengths, False
    unbatched = given.dim() == 2
    xs = given[:, None] if unbatched else given.transpose(0, 1) if module.batch_first else given
    return xs, torch.full((xs.shape[1],), xs.shape[0]), unbatched


def _states(module, hx, xs, unbatched):
    """The first states, each (layers · directions, B, size)."""
    if hx is None:
        count = module.num_layers * len(directions(module))
        return [xs.new_zeros(count, xs.shape[1], size) for size in state_sizes(module)]
    states = hx if isinstance(hx, tuple) else (hx,)
    return [state[:, None] for state in states] if unbatched else list(states)


def _restored(module, given, xs, unbatched):
    """The output in the layout of the input."""
    if isinstance(given, PackedSequence):
        rows = xs if given.sorted_indices is None else xs[:, given.sorted_indices]
        data = torch.cat([rows[t, :n] for t, n in enumerate(given.batch_sizes.tolist())])
        return given._replace(data=data)
    return xs[:, 0] if unbatched else xs.transpose(0, 1) if module.batch_first else xs


def _one(module, place, xs, lengths, first, clamps):
    """One layer in one direction: h (T, B, H), and its last states."""
    level, d = place
    weights = _weights(module, f"_l{level}{'_reverse' * d}")
    turn = reversal(lengths.numpy(), *xs.shape[:2]) if d else None
    steps = xs if turn is None else xs[turn]
    if clamps:
        y, last = _by_steps(module, weights, steps, lengths, first, _tables(clamps, steps, turn))
    else:
        y, last = _fused(module, weights, steps, lengths, first)
    return (y if turn is None else y[turn]), last


def _weights(module, suffix=""):
    """The weights as they are in use, with their gradients; without the suffix."""
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")
    found = {name: getattr(module, name + suffix, None) for name in names}
    return {name: weight for name, weight in found.items() if weight is not None}


def _tables(clamps, xs, turn):
    """Gate to (mask, value), each (T, B, H) in the order of reading; of several the last counts."""
    T, B, _ = xs.shape
    found: dict = {}
    for clamp in clamps:
        for gate, (mask, value) in clamp.table(T).items():
            mask = torch.from_numpy(mask).to(xs.device)[:, None].expand(T, B, -1)
            value = torch.from_numpy(value).to(xs)[:, None].expand(T, B, -1)
            if turn is not None:  # steps are places in the text
                mask, value = mask[turn], value[turn]
            before = found.get(gate)
            if before is not None:
                mask, value = mask | before[0], torch.where(mask, value, before[1])
            found[gate] = mask, value
    return found


def _by_steps(module, weights, xs, lengths, state, tables):
    """The layer step by step, with its gates clamped."""
    past, ys = beyond(lengths.numpy(), xs)[..., None], []
    from_x = linear(xs, weights["weight_ih"], weights.get("bias_ih"))
    for t, a in enumerate(from_x):
        clamp = {gate: (mask[t], value[t]) for gate, (mask, value) in tables.items()}
        new = STEPS[kind_of(module).__name__](weights, a, state, clamp)
        state = [torch.where(past[t], old, now) for now, old in zip(new, state, strict=True)]
        ys.append(state[0])
    return torch.stack(ys).masked_fill(past, 0), state


def _clamped(gates, clamp):
    """Gates, those that are clamped replaced."""
    return {
        name: torch.where(*clamp[name], gate) if name in clamp else gate
        for name, gate in gates.items()
    }


def _lstm_step(weights, a, state, clamp):
    """[h, c] of one step of an LSTM, from what x gives (…, 4H)."""
    h, c = state
    a = a + linear(h, weights["weight_hh"], weights.get("bias_hh"))
    names = ("save", "remember", "candidate", "focus")
    gates = {
        name: torch.tanh(part) if name == "candidate" else torch.sigmoid(part)
        for name, part in zip(names, a.chunk(4, -1), strict=True)
    }
    gates = _clamped(gates, clamp)
    c = gates["remember"] * c + gates["save"] * gates["candidate"]
    h = gates["focus"] * torch.tanh(c)
    return [linear(h, weights["weight_hr"]) if "weight_hr" in weights else h, c]


def _gru_step(weights, a, state, clamp):
    """[h] of one step of a GRU, from what x gives (…, 3H)."""
    (h,) = state
    from_x = a.chunk(3, -1)
    from_h = linear(h, weights["weight_hh"], weights.get("bias_hh")).chunk(3, -1)
    gates = {
        name: torch.sigmoid(from_x[k] + from_h[k]) for k, name in enumerate(("reset", "update"))
    }
    gates = _clamped(gates, clamp)
    new = torch.tanh(from_x[2] + gates["reset"] * from_h[2])
    new = _clamped({"new": new}, clamp)["new"]
    return [(1 - gates["update"]) * new + gates["update"] * h]


STEPS = {"LSTM": _lstm_step, "GRU": _gru_step, "LSTMCell": _lstm_step, "GRUCell": _gru_step}


def _fused(module, weights, xs, lengths, first):
    """The layer by torch's own operation: h (T, B, H), and its last states."""
    flags = (module.bias, 1, 0.0, module.training, False)  # one layer, no dropout, forward
    operation = torch._VF.lstm if isinstance(module, torch.nn.LSTM) else torch._VF.gru
    states, flat = [state[None] for state in first], list(weights.values())
    if bool((lengths == len(xs)).all()):
        y, *last = operation(xs, states if len(states) > 1 else states[0], flat, *flags, False)
        return y, [state[0] for state in last]
    packed = pack_padded_sequence(xs, lengths, enforce_sorted=False)
    states = [state[:, packed.sorted_indices] for state in states]
    given = states if len(states) > 1 else states[0]
    data, *last = operation(packed.data, packed.batch_sizes, given, flat, *flags)
    y, _ = pad_packed_sequence(packed._replace(data=data), total_length=len(xs))
    return y, [state[0][packed.unsorted_indices] for state in last]


def cell_step(cell, clamps, x, state, t):
    """What a cell gives at a step t, with gates clamped: (h, c), or h of a GRUCell."""
    weights = _weights(cell)
    if not state:
        shape = (*x.shape[:-1], cell.hidden_size)
        state = [x.new_zeros(shape)] * (2 if isinstance(cell, torch.nn.LSTMCell) else 1)
    rows: dict = {}
    for clamp in clamps:
        for gate, (mask, value) in clamp.row(t).items():
            mask, value = torch.from_numpy(mask).to(x.device), torch.from_numpy(value).to(x)
            old = rows.get(gate)
            rows[gate] = (mask, value) if old is None else (
                mask | old[0], torch.where(mask, value, old[1])
            )  # fmt: skip
    a = linear(x, weights["weight_ih"], weights.get("bias_ih"))
    new = STEPS[kind_of(cell).__name__](weights, a, state, rows)
    return tuple(new) if len(new) > 1 else new[0]
