"""The same four recurrences as torch modules."""

import numpy as np
import torch
from torch import nn

from .._validate import as_int
from ..cell import Cell, without_projection
from ..gates import soft_if

__all__ = ["GatedResidualCell", "ResidualCell", "recurrences"]


class ResidualCell(nn.RNNCell):
    """h = h + F, F = tanh(W_x x + W_h h + b): an RNN with a skip, called like an nn.RNNCell."""

    def forward(self, x, h=None):
        h = _zero(self, x) if h is None else h
        return h + super().forward(x, h)


class GatedResidualCell(nn.RNNCell):
    """h = f ⊗ h + (1 - f) ⊗ F, f = σ(W_x x + W_h h + b): `soft_if` between the old h and F.

    A highway through time (Srivastava, Greff & Schmidhuber 2015); a GRU without its reset gate.
    Takes the options of an nn.RNNCell. Raises ValueError for sizes below 1.

    >>> GatedResidualCell(2, 3)(torch.zeros(4, 2)).shape
    torch.Size([4, 3])
    """

    def __init__(self, input_size: int, hidden_size: int, **options):
        as_int("input_size", input_size), as_int("hidden_size", hidden_size)
        super().__init__(input_size, hidden_size, **options)
        like = {"dtype": self.weight_ih.dtype, "device": self.weight_ih.device}
        self.gate = nn.Linear(input_size + hidden_size, hidden_size, bias=self.bias, **like)

    def forward(self, x, h=None):
        h = _zero(self, x) if h is None else h
        f = self.gate(torch.cat([x, h], dim=-1)).sigmoid()
        return soft_if(f, h, super().forward(x, h))


def _zero(cell, x):
    return x.new_zeros(*x.shape[:-1], cell.hidden_size)


def recurrences(cell: Cell) -> dict[str, nn.Module]:
    """Four torch cells from the weights of one Cell (RECURRENCES): rnn, residual, gated and lstm.

    All take its candidate for their F; the gated one its remember gate. Raises TypeError or
    ValueError for what is no Cell, or one with a projection.

    >>> import lstm_lab as lab
    >>> [*recurrences(lab.residual.random_cell())]
    ['rnn', 'residual', 'gated', 'lstm']
    """
    without_projection(cell)
    blocks = [np.split(part, 4) for part in (cell.W_x, cell.W_h, cell.b)]
    (_, fx, gx, _), (_, fh, gh, _), (_, fb, gb, _) = blocks
    candidate = {"weight_ih": gx, "weight_hh": gh, "bias_ih": gb, "bias_hh": 0 * gb}
    like = getattr(torch, cell.dtype.name)
    kinds = {"rnn": nn.RNNCell, "residual": ResidualCell, "gated": GatedResidualCell}
    with torch.random.fork_rng():
        made = {name: kind(cell.inputs, cell.units, dtype=like) for name, kind in kinds.items()}
    for module in made.values():
        _fill(module, candidate)
    _fill(made["gated"].gate, {"weight": np.hstack([fx, fh]), "bias": fb})
    return made | {"lstm": cell.to_torch("LSTMCell")}


def _fill(module, values):
    """Write arrays into the parameters of these names."""
    with torch.no_grad():
        for name, value in values.items():
            getattr(module, name).copy_(torch.from_numpy(value))
