"""Networks of a few lines around a recurrent layer. Notebook 04 trains and sharpens a Tagger."""

import copy

import numpy as np
import torch
from torch import nn

from ._layers import as_made, check_weights, evaluated, own_layer
from ._threads import one_thread
from ._validate import (
    as_int,
    as_nonnegative,
    as_numpy,
    as_real,
    check_one_of,
    shown,
)
from .cell import Cell
from .char_model import CharModel
from .tasks import Task

__all__ = ["CharModel", "InputGatedLSTM", "Regressor", "Tagger"]

KINDS = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


class InputGatedLSTM(nn.Module):
    """An LSTM whose gates and candidate read the present input alone: W_h = 0.

    Then c follows c = f ⊗ c + i ⊗ c' with f and i known beforehand, and counting needs no more:
    what is forbidden to read h cannot be led astray by it.

    weight_x (4H, I), bias (4H,), in torch's row order. `noise` is the standard deviation of what is
    added to the pre-activations of the three gates while it trains (Li et al. 2018).
    """

    def __init__(self, input_size: int, hidden_size: int, noise: float = 0.0):
        super().__init__()
        as_int("input_size", input_size), as_int("hidden_size", hidden_size)
        as_nonnegative("noise", noise)
        rows, bound = 4 * hidden_size, hidden_size**-0.5
        self.weight_x = nn.Parameter(torch.empty(rows, input_size).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(rows).uniform_(-bound, bound))
        self.noise = noise

    def forward(self, x, state=None):
        """x (B, T, I) to h (B, T, H) and the state (h, c) after the last step, (B, H) each."""
        if not isinstance(x, torch.Tensor) or x.ndim != 3:
            raise ValueError(f"x must be a tensor (B, T, I), but {shown(x)} was given")
        a = x @ self.weight_x.T + self.bias  # (B, T, 4H)
        a_save, a_remember, a_candidate, a_focus = a.chunk(4, dim=-1)
        if self.training and self.noise:
            a_save, a_remember, a_focus = (
                gate + self.noise * torch.randn_like(gate) for gate in (a_save, a_remember, a_focus)
            )
        entering = a_save.sigmoid() * a_candidate.tanh()  # i ⊗ c'
        c = torch.zeros_like(entering[:, 0]) if state is None else state[1]
        c = (unrolled if self.training else stepwise)(a_remember, entering, c)
        h = a_focus.sigmoid() * c.tanh()
        return h, (h[:, -1], c[:, -1])


def stepwise(a_remember, entering, c):
    """c = f ⊗ c + i ⊗ c', step after step: (B, T, H)."""
    remember, steps = a_remember.sigmoid(), []
    for t in range(entering.shape[1]):
        c = remember[:, t] * c + entering[:, t]
        steps.append(c)
    return torch.stack(steps, dim=1)


def unrolled(a_remember, entering, c):
    """The same as one sum over what entered before, weighed by its survival; quick to train.

    c_t = Σ_s (∏_{s<r≤t} f_r) i_s c'_s. The products are differences of Σ log f.
    """
    kept = nn.functional.logsigmoid(a_remember).cumsum(dim=1)  # (B, T, H)
    survival = kept[:, :, None] - kept[:, None]  # (B, T, T, H): to t, from s
    past = torch.ones_like(survival[:1, :, :, :1], dtype=torch.bool).squeeze(-1).tril()
    weights = survival.masked_fill(~past[..., None], -torch.inf).exp()
    return torch.einsum("btsh,bsh->bth", weights, entering) + kept.exp() * c[:, None]


class Tagger(nn.Module):
    """Gives one of the task's answers at every character.

    task         what it is asked; its alphabet is the input, its answers the output
    hidden_size  H
    kind         "input_gated", "lstm", "gru" or "rnn": the recurrent layer
    seed         of the initial weights

    `forward(codes)` takes (B, T) codes of a batch, padding at the end, and returns the logits of
    the answers (B, T, K) and the last state. Padding is read as the first character: logits there,
    and the last state of a shorter text, mean nothing. Raises TypeError for what is no task,
    ValueError for another kind or size.

    >>> import lstm_lab as lab
    >>> lab.models.Tagger(lab.tasks.anbn(), hidden_size=3).num_parameters
    48
    """

    def __init__(self, task: Task, hidden_size: int, kind: str = "input_gated", seed: int = 0):
        super().__init__()
        if not isinstance(task, Task):
            call = ": call it, with ()" if callable(task) else ""
            raise TypeError(f"a task of lab.tasks is wanted, not {shown(task)}{call}")
        as_int("hidden_size", hidden_size), as_int("seed", seed, least=0)
        check_one_of("kind", kind, ("input_gated", *KINDS))
        input_size, answers = len(task.alphabet), len(task.answers)
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            if kind == "input_gated":
                self.core = InputGatedLSTM(input_size, hidden_size)
            else:
                self.core = KINDS[kind](input_size, hidden_size, batch_first=True)
            self.read = nn.Linear(hidden_size, answers)
        self.task, self.kind, self.hidden_size, self.seed = task, kind, hidden_size, seed

    def forward(self, codes, state=None):
        h, state = self.core(self._one_hot(codes).to(self.read.weight.dtype), state)
        return self.read(h), state

    def _one_hot(self, codes):
        """(B, T) codes as (B, T, I); -1, which is padding, as the first character."""
        size = len(self.task.alphabet)
        try:
            codes_here = torch.as_tensor(codes, device=self.read.weight.device)
            x = nn.functional.one_hot(codes_here.clamp(min=0), size)
        except (TypeError, ValueError, RuntimeError):
            x = None
        if x is None or x.ndim != 3:
            array = hasattr(codes, "shape")
            given = f"{codes.dtype} {tuple(codes.shape)}" if array else shown(codes)
            raise ValueError(
                f"codes must be (B, T) whole numbers from -1 to {size - 1}, such as "
                f"task.batch(texts).codes, but {given} was given; for a text say answer(text)"
            )
        return x

    def answer(self, text: str | list[str]) -> np.ndarray:
        """Which of the task's answers it gives after each character: (T,); (B, T) of a list."""
        found = self.answers(text)
        return found[0] if isinstance(text, str) else found

    @one_thread()
    @torch.no_grad()
    def answers(self, texts: str | list[str]) -> np.ndarray:
        """The same for several texts at once: (B, T), what stands past an end means nothing."""
        codes = self.task.batch(texts).codes
        if codes.shape[1] == 0:  # empty texts alone
            return codes
        with evaluated(check_weights(self)):
            return self(codes)[0].argmax(dim=-1).cpu().numpy()

    def pack(self, state):
        """The core's state as one tensor: (2, B, H) for h and c, (1, B, H) if there is only h."""
        parts = state if isinstance(state, tuple) else (state,)
        return torch.stack([part.reshape(-1, self.hidden_size) for part in parts])

    def unpack(self, states):
        """What `pack` made, as the core takes it."""
        if self.kind == "input_gated":
            return tuple(states)
        parts = tuple(part[None].contiguous() for part in states)
        return parts if len(parts) > 1 else parts[0]

    @property
    def cell(self) -> Cell:
        """The trained cell by itself, in NumPy; of an LSTM only."""
        if self.kind == "lstm":
            return Cell.from_torch(as_made(self, Tagger).core)
        if self.kind != "input_gated":
            raise TypeError(f"a {self.kind} has no LSTM cell")
        core = as_made(as_made(self, Tagger).core, InputGatedLSTM)
        W_x, b = (as_numpy(p) for p in (core.weight_x, core.bias))
        return Cell(W_x, np.zeros((4 * self.hidden_size, self.hidden_size)), b)

    @property
    def num_parameters(self) -> int:
        """How many numbers it has learned."""
        return sum(p.numel() for p in self.parameters())

    def sharpened(self, sharpness: float) -> "Tagger":
        """A copy whose cell has all pre-activations multiplied by κ; the read-out stays."""
        kappa = as_nonnegative("sharpness", sharpness)
        if self.kind not in ("input_gated", "lstm"):
            raise TypeError(f"sharpening is for the gates of an LSTM, not for a {self.kind}")
        other = copy.deepcopy(as_made(self, Tagger))
        if self.kind == "lstm":
            own_layer(other.core, ("LSTM",), "sharpening")
        with torch.no_grad():
            for parameter in other.core.parameters():
                parameter *= kappa
        return other


class Regressor(nn.Module):
    """One number after the last step of a sequence: a recurrent layer, and a weighted sum of its h.

    input_size, hidden_size  I and H
    kind                     "lstm", "gru" or "rnn"
    seed                     of the initial weights

    `forward(x)` takes (B, T, I) and gives (B,). Raises ValueError for another shape.
    """

    def __init__(self, input_size: int, hidden_size: int, kind: str = "lstm", seed: int = 0):
        super().__init__()
        as_int("input_size", input_size), as_int("hidden_size", hidden_size)
        as_int("seed", seed, least=0), check_one_of("kind", kind, tuple(KINDS))
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            self.core = KINDS[kind](input_size, hidden_size)
            self.read = nn.Linear(hidden_size, 1)
        self.kind, self.hidden_size, self.seed = kind, hidden_size, seed

    def forward(self, x):
        weight = self.read.weight
        x = torch.as_tensor(as_real("x", x), dtype=weight.dtype, device=weight.device)
        if x.ndim != 3 or x.shape[-1] != self.core.input_size or 0 in x.shape:
            wanted = f"(B, T, {self.core.input_size})"
            raise ValueError(f"x has shape {tuple(x.shape)}, but must be {wanted}")
        h, _ = self.core(x.transpose(0, 1))  # (T, B, H): steps first is the quicker layout
        return self.read(h[-1])[:, 0]
