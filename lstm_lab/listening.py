"""The gates of every recurrent layer and cell inside any model, heard while it runs as usual.

Hooks note what goes in and what comes out; the gates follow from that when they are asked for, by
`lab.trace`. After TransformerLens: a cache that is a mapping, hooks that are gone at the end.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from ._layers import CELLS, direction_weights, kind_of, own_layer, unwrapped
from ._validate import check_one_of, shown
from .traces import Trace
from .tracing import trace

__all__ = ["Heard", "listen"]

#: Gates are believed if they lead to what the module gave, this near; half precision is coarser.
NEAR, COARSE = 1e-4, 2e-2


@contextmanager
def listen(model, keep="last") -> Iterator["Heard"]:
    """What is heard of the recurrent layers and cells inside a model, a mapping of name to Trace.

    model  any nn.Module: within the context it is used as usual, and gives the same to the bit
    keep   "last" or "all": the calls of each layer that are kept

    Names are those of `named_modules`; a model that is a layer itself has the name "". An LSTMCell
    (GRUCell, RNNCell) that is called in a loop is one call, as long as it is given the state that
    it gave before. Hooks are removed at the end, also after an error. Raises TypeError for what is
    no module, ValueError for a model without a recurrent layer.

    >>> import torch, lstm_lab as lab
    >>> model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.LSTM(3, 4))
    >>> with lab.listen(model) as heard:
    ...     _ = model(torch.zeros(5, 2))
    >>> heard.names, heard["1"].remember.shape
    (('1',), (5, 4))
    """
    check_one_of("keep", keep, ("last", "all"))
    heard = Heard(keep)
    handles = []
    try:
        for name, module in recurrent(model, "lab.listen").items():
            note = heard.note(name)
            handles.append(module.register_forward_hook(note, with_kwargs=True))
        yield heard
    finally:
        for handle in handles:
            handle.remove()


def recurrent(model, who) -> dict:
    """Name to module of every recurrent layer and cell in a model."""
    import torch

    model = unwrapped(model)
    if not isinstance(model, torch.nn.Module):
        raise TypeError(f"{who} takes an nn.Module, not {shown(model)}")
    found = {name: part for name, part in model.named_modules() if kind_of(part) is not None}
    if found:
        return found
    told = f"{type(model).__name__} has no recurrent layer or cell inside"
    if any(isinstance(part, torch.jit.ScriptModule) for part in model.modules()):
        told = f"{type(model).__name__} is compiled (TorchScript), and no hook is called in it: "
        told += "write its layers as an nn.Module and load its state_dict() into that"
    raise ValueError(told)


class Call(NamedTuple):
    """What a module was given and gave: for a cell, lists of these, a step each."""

    module: Any
    x: Any
    state: Any
    y: Any
    held: bool


class Heard:
    """What was heard: `heard["encoder.lstm"]` is the Trace of its last call and last layer."""

    def __init__(self, keep):
        self._keep, self._calls = keep, {}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the layers and cells that were called."""
        return tuple(self._calls)

    def calls(self, name) -> int:
        """How many calls of a layer were kept; of a cell, how many sequences."""
        return len(self._of(name))

    def __contains__(self, name):
        return name in self._calls

    def __iter__(self):
        return iter(self._calls)

    def __len__(self):
        return len(self._calls)

    def __getitem__(self, name) -> Trace:
        return self.trace(name)

    def __repr__(self):
        told = ", ".join(f"{name!r} ({len(calls)})" for name, calls in self._calls.items())
        return f"Heard({told or 'nothing yet'})"

    def trace(self, name, layer=-1, direction="forward", call=-1, lengths=None) -> Trace:
        """The gates of one call of a layer: as `lab.trace` gives them, in the layer's own layout.

        call     which of those that were kept, from 0; the last by default
        lengths  of sequences that are padded and not packed

        Raises ValueError for a name or a call that was not heard, for a layer that was held, and
        where the weights have changed since.
        """
        calls = self._of(name)
        if isinstance(call, bool) or call not in range(-len(calls), len(calls)):
            raise ValueError(f"call {shown(call)} of {name!r}: {len(calls)} were kept, from 0")
        try:
            one = _whole(calls[call]) if isinstance(calls[call], list) else calls[call]
            if one.held:
                raise ValueError("it was held while it was heard: its gates are not its own")
            run = trace(one.module, one.x, one.state, lengths, layer, direction)
            if layer in (-1, getattr(one.module, "num_layers", 1) - 1):
                _check(run, one, direction)
        except (TypeError, ValueError) as error:
            raise type(error)(f"{name!r}: {error}") from None
        return run

    def note(self, name):
        """The forward hook of a module of that name."""

        def hook(module, args, kwargs, output):
            given = dict(zip(("input", "hx"), args, strict=False)) | kwargs
            held = "forward" in vars(module)
            call = Call(module, *map(_kept, (given["input"], given.get("hx"), output)), held)
            calls = self._calls.setdefault(name, [])
            if kind_of(module, CELLS) is None:
                calls.append(call)
            elif calls and _goes_on(calls[-1][-1], call):
                calls[-1].append(call)
            else:
                calls.append([call])
            if self._keep == "last":
                del calls[:-1]

        return hook

    def _of(self, name):
        if name not in self._calls:
            told = ", ".join(map(repr, self._calls)) or "nothing: run the model within the context"
            raise ValueError(f"{name!r} was not heard, but {told}")
        return self._calls[name]


def _kept(value):
    """A copy of tensors as they are now, without gradient; of what holds them, too."""
    import torch

    if isinstance(value, torch.Tensor):
        return value.detach().clone()
    if isinstance(value, torch.nn.utils.rnn.PackedSequence):
        return value._replace(data=value.data.detach().clone())
    return tuple(map(_kept, value)) if isinstance(value, tuple | list) else value


def parts(state) -> tuple:
    """A state as a tuple of tensors; empty for none."""
    return () if state is None else state if isinstance(state, tuple) else (state,)


def _goes_on(last, call) -> bool:
    """Whether a cell was given the state that it gave before."""
    import torch

    before, now = parts(last.y), parts(call.state)
    pairs = zip(before, now, strict=False)
    return len(before) == len(now) and all(
        a.shape == b.shape and torch.equal(a, b) for a, b in pairs
    )


def _whole(steps) -> Call:
    """The calls of a cell as one call of a layer that has its weights."""
    import torch

    first = steps[0]
    x = torch.stack([step.x for step in steps])
    y = torch.stack([parts(step.y)[0] for step in steps])
    state = tuple(part[None] for part in parts(first.state)) or None
    if state is not None and len(state) == 1:
        state = state[0]
    held = any(step.held for step in steps)
    return Call(as_layer(first.module), x, state, y, held)


def as_layer(cell):
    """An nn.LSTM (GRU, RNN) with the weights of a cell; no random number is drawn."""
    import torch

    cell = own_layer(cell, CELLS, "lab.listen")
    weights = direction_weights(cell)
    kind = kind_of(cell, CELLS).__name__.removesuffix("Cell")
    options = {"nonlinearity": cell.nonlinearity} if kind == "RNN" else {}
    made = {"device": "meta", "dtype": weights["weight_ih"].dtype} | options
    layer = getattr(torch.nn, kind)(cell.input_size, cell.hidden_size, bias=cell.bias, **made)
    layer.load_state_dict({f"{key}_l0": value for key, value in weights.items()}, assign=True)
    return layer.eval()


def _check(run, call, direction):
    """Refuse gates that do not lead to what the module gave."""
    import torch

    y = call.y if isinstance(call.y, torch.Tensor) else call.y[0]
    near = NEAR if not isinstance(y, torch.Tensor) or y.element_size() >= 4 else COARSE
    if isinstance(y, torch.nn.utils.rnn.PackedSequence):
        y, _ = torch.nn.utils.rnn.pad_packed_sequence(y, batch_first=bool(run.time_axis))
    P = run.h.shape[-1]
    given = y[..., P:] if direction == "reverse" else y[..., :P]
    given = given.float().cpu().numpy()
    past = np.zeros(given.shape[:-1], bool)
    if run.batched:
        steps = np.arange(given.shape[run.time_axis])
        past = (
            steps[None] >= run.lengths[:, None] if run.time_axis else steps[:, None] >= run.lengths
        )
    if not np.allclose(given[~past], run.h[~past], rtol=0, atol=near):
        raise ValueError(
            "its weights do not lead to what it gave: have they changed since? Or is it padded and "
            "not packed, and lengths say more than it knew?"
        )
