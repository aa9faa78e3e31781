"""An encoder, a decoder, attention between them: `lab.seq2seq.Seq2Seq`. Notebook 06 trains it."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from .._layers import check_weights
from .._threads import one_thread
from .._validate import (
    as_finite,
    as_int,
    as_nonnegative,
    as_numpy,
    check_one_of,
    check_unit_interval,
    shown,
)
from ..gates import mask, sharpen, soft_switch
from ..tasks import Aligned
from ..tasks.base import check_text

__all__ = ["Attention", "Decoded", "Seq2Seq", "twin_without_attention"]

KINDS = ("additive", "dot")
#: The score of padding: its weight is 0.
NEVER = -1e9


class Attention(nn.Module):
    """A soft switch over the encoder's states: scores, their mask, the weighted sum.

    hidden_size  H, of the states and of the queries
    kind         "additive", v · tanh(W_s s + W_q q + b) (Bahdanau, Cho & Bengio 2015), or "dot",
                 s · q (Luong, Pham & Manning 2015)

    Raises ValueError for another kind or size.
    """

    def __init__(self, hidden_size: int, kind: str = "additive"):
        super().__init__()
        check_one_of("kind", kind, KINDS)
        as_int("hidden_size", hidden_size)
        self.kind = kind
        if kind == "additive":
            self.of_state = nn.Linear(hidden_size, hidden_size, bias=False)
            self.of_query = nn.Linear(hidden_size, hidden_size)
            bound = hidden_size**-0.5
            self.v = nn.Parameter(torch.empty(hidden_size).uniform_(-bound, bound))

    def scores(self, states, queries):
        """Scores (S, T, B): how well each state (S, B, H) answers each query (T, B, H)."""
        if self.kind == "dot":
            return torch.einsum("sbh,tbh->stb", states, queries)  # s · q
        return (self.of_state(states)[:, None] + self.of_query(queries)).tanh() @ self.v

    def forward(self, states, queries, padding=None, sharpness=1.0, attend=None):
        """The context of each query (T, B, H), and the mask that chose it (S, T, B).

        padding    (S, B) True where there is no state: its weight is 0
        sharpness  κ, multiplies the scores
        attend     called with the mask, returns the one to use instead
        """
        scores = sharpen(self.scores(states, queries), sharpness)
        if padding is not None:
            scores = scores.masked_fill(padding[:, None], NEVER)
        masks = mask(scores)  # softmax over the states
        if attend:
            masks = attend(masks)
        cases = states[:, None].expand(-1, len(queries), -1, -1)  # (S, T, B, H)
        return soft_switch(masks, cases), masks  # Σ_k mask_k · state_k


class Decoded(NamedTuple):
    """What a Seq2Seq wrote, and where it looked.

    text    without the end mark
    ended   whether it wrote the end mark by itself
    masks   (T, S) the weight of each source character at each step, the one that writes the end
            mark among them; None without attention
    logits  (T, K) of what may be written, the end mark last
    """

    text: str
    ended: bool
    masks: np.ndarray | None
    logits: np.ndarray


class Seq2Seq(nn.Module):
    """Reads a text with one LSTM and writes another with a second, a character at a time.

    task         what it is to write: `lab.tasks.permutation()` or `dates()`
    hidden_size  H of both
    attention    "additive", "dot", or None: all it knows of the text is the encoder's last state
    seed         of the initial weights

    The decoder starts from the encoder's last (h, c) and reads what was written last, nothing (x =
    0) at its first step. With attention its h is the query: what is written is read off h and the
    context (Luong et al. 2015), without it off h alone. Raises TypeError for another task,
    ValueError for another attention or size.

    >>> import lstm_lab as lab
    >>> net = lab.seq2seq.Seq2Seq(lab.tasks.permutation(), hidden_size=8)
    >>> net.decode("abc").masks.shape[1]  # a row for each step, a column for each letter
    3
    """

    def __init__(
        self,
        task: Aligned,
        hidden_size: int = 64,
        attention: str | None = "additive",
        seed: int = 0,
    ):
        super().__init__()
        if not isinstance(task, Aligned):
            call = ": call it, with ()" if callable(task) else ""
            raise TypeError(
                f"lab.tasks.permutation() or dates() is wanted, not {shown(task)}{call}"
            )
        as_int("hidden_size", hidden_size), as_int("seed", seed, least=0)
        if attention is not None:
            check_one_of("attention", attention, KINDS)
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            self.encoder = nn.LSTM(len(task.alphabet), hidden_size)
            self.decoder = nn.LSTM(len(task.writes), hidden_size)
            self.attention = None if attention is None else Attention(hidden_size, attention)
            read_size = hidden_size if attention is None else 2 * hidden_size
            self.read = nn.Linear(read_size, len(task.writes) + 1)
        self.task, self.hidden_size, self.seed = task, hidden_size, seed

    @property
    def num_parameters(self) -> int:
        """How many numbers it has learned."""
        return sum(p.numel() for p in self.parameters())

    @property
    def kind(self) -> str | None:
        """Its attention: "additive", "dot" or None."""
        return None if self.attention is None else self.attention.kind

    def forward(self, codes, lengths, targets):
        """Logits (B, T, K) of what to write, by teacher forcing: told what is right so far; and the
        masks (B, T, S), None without attention.

        codes (B, S), lengths (B,) and targets (B, T) are those of `task.batch(pairs)`.
        """
        codes, lengths, targets = _whole(codes, lengths, targets, self.read.weight.device)
        states, padding, state = self.encode(codes, lengths)
        before = nn.functional.pad(targets[:, :-1], (1, 0), value=-1)
        logits, masks, _ = self.write(before, states, padding, state)
        return logits.transpose(0, 1), None if masks is None else masks.permute(2, 1, 0)

    def encode(self, codes, lengths):
        """All states (S, B, H), the padding mask (S, B), and the last (h, c) of each text.

        Packed: the LSTM stops at the end of each text and reads no padding.
        """
        lengths = torch.as_tensor(lengths, device="cpu")
        x = self._one_hot(codes, self.encoder)
        packed = nn.utils.rnn.pack_padded_sequence(x, lengths, enforce_sorted=False)
        states, state = self.encoder(packed)
        states, _ = nn.utils.rnn.pad_packed_sequence(states)
        padding = torch.arange(len(states), device="cpu")[:, None] >= lengths
        padding = padding.to(states.device)
        return states, padding, state

    def write(self, before, states, padding, state, **options):
        """Decoder steps, given what was written before each (B, T): logits (T, B, K), masks
        (S, T, B) and the state after them. `options` go to Attention."""
        h, state = self.decoder(self._one_hot(before, self.decoder), state)
        if self.attention is None:
            return self.read(h), None, state
        context, masks = self.attention(states, h, padding, **options)
        return self.read(torch.cat([h, context], dim=-1)), masks, state

    def _one_hot(self, codes, lstm):
        """(B, T) codes as (T, B, I); -1, which is padding or nothing yet, as zeros."""
        size, weight = lstm.input_size, self.read.weight
        rows = torch.eye(size + 1, size, dtype=weight.dtype, device=weight.device)
        return rows[torch.as_tensor(codes, device=weight.device).T.clamp(max=size)]

    def decode(
        self,
        source: str,
        attend: dict | Callable | None = None,
        sharpness: float = 1.0,
        max_steps: int | None = None,
    ) -> Decoded:
        """The answer to one text, by greedy decoding.

        attend     {step: weights (S,)} sets masks, counted from 0; or a function (step, mask) that
                   returns the mask to use, such as `lab.seq2seq.intervene(edits)`
        sharpness  κ of the attention
        max_steps  steps after which it stops without an end mark: 2 S + 10

        Greedy: at each step the character of the largest logit is written and read at the next, so
        that the net is free-running. Raises ValueError for a text that the task cannot read, and
        for attend or sharpness where there is no attention.
        """
        as_nonnegative("sharpness", sharpness), check_text(self.task, source)
        if self.attention is None and (attend is not None or sharpness != 1):
            raise ValueError("this Seq2Seq has no attention: attend and sharpness need one")
        change = _override(attend, len(source)) if attend is not None else None
        return self.decode_all([source], max_steps, sharpness=sharpness, change=change)[0]

    @one_thread()
    @torch.no_grad()
    def decode_all(self, sources, max_steps=None, sharpness=1.0, change=None) -> list[Decoded]:
        """The same for several texts, side by side. `change(step, mask (S, 1, B))`, if given,
        returns the mask to use."""
        codes, lengths = check_weights(self).task.codes(sources)
        device = self.read.weight.device
        if max_steps is None:
            max_steps = 2 * int(lengths.max()) + 10
        as_int("max_steps", max_steps)
        states, padding, state = self.encode(codes, lengths)
        end, said = len(self.task.writes), torch.full((len(codes), 1), -1, device=device)
        ended, steps = torch.zeros(len(codes), dtype=torch.bool, device=device), []
        for step in range(max_steps):
            options = {}
            if self.attention is not None:
                attend = (lambda m, t=step: change(t, m)) if change else None
                options = {"sharpness": sharpness, "attend": attend}
            logits, masks, state = self.write(said, states, padding, state, **options)
            said = logits[0].argmax(dim=-1)[:, None]
            steps.append((said, logits, masks))
            ended |= said[:, 0] == end
            if ended.all():
                break
        return self._decoded(steps, lengths)

    def _decoded(self, steps, lengths):
        """Cut what was written side by side into texts: each up to its end mark."""
        said, logits, masks = zip(*steps, strict=True)
        said = torch.cat(said, dim=1).cpu().numpy()  # (B, T)
        logits = torch.cat(logits).transpose(0, 1).cpu().numpy()  # (B, T, K)
        if self.attention is not None:
            masks = torch.cat(masks, dim=1).permute(2, 1, 0).cpu().numpy()  # (B, T, S)
        found = []
        for b, length in enumerate(lengths):
            ends = np.flatnonzero(said[b] == len(self.task.writes))
            T = ends[0] + 1 if len(ends) else said.shape[1]
            text = "".join(self.task.writes[k] for k in said[b, :T] if k < len(self.task.writes))
            looked = None if self.attention is None else masks[b, :T, :length]
            found.append(Decoded(text, len(ends) > 0, looked, logits[b, :T]))
        return found


def _whole(codes, lengths, targets, device):
    """The arrays of a batch of pairs as tensors, if they hold whole numbers and fit its shapes."""
    try:
        tensors = [torch.as_tensor(part, device=device) for part in (codes, lengths, targets)]
    except (TypeError, ValueError, RuntimeError):
        tensors = []
    fit = [tensor.ndim for tensor in tensors] == [2, 1, 2]
    if not fit or any(map(torch.is_floating_point, tensors)):
        given = ", ".join(f"{tuple(tensor.shape)} {tensor.dtype}" for tensor in tensors)
        raise ValueError(
            "codes (B, S), lengths (B,) and targets (B, T) must be whole numbers, such as "
            f"net(*task.batch(pairs)), but {given or 'no numbers'} was given; "
            "for a text say decode(text)"
        )
    return tensors


def _override(attend, S):
    """`attend` of one text as a function (step, mask (S, 1, 1)) that returns the mask to use."""
    if not callable(attend) and not isinstance(attend, dict):
        raise TypeError(f"attend must be {{step: weights}} or a function, not {shown(attend)}")
    choose = attend if callable(attend) else (lambda step, mask: attend.get(step, mask))
    if isinstance(attend, dict):
        for step in attend:
            as_int("a step of attend", step, least=0)

    def change(step, masks):
        given = choose(step, masks[:, 0, 0].double().cpu().numpy())
        weights = as_numpy(as_finite(f"what attend gives at step {step}", given))
        if weights.shape != (S,):
            raise ValueError(f"attend gives {weights.shape} weights at step {step}, not ({S},)")
        check_unit_interval("mask", weights, f"mend what attend gives at step {step}")
        return masks.new_tensor(weights)[:, None, None]

    return change


def twin_without_attention(net: Seq2Seq) -> Seq2Seq:
    """An untrained Seq2Seq for the same task without attention, of as many weights or just over.

    Raises TypeError for a net that has no attention.
    """
    if not isinstance(net, Seq2Seq) or net.attention is None:
        raise TypeError(f"a Seq2Seq with attention is wanted, not {shown(net)}")
    sizes = range(net.hidden_size, 3 * net.hidden_size)
    twins = (Seq2Seq(net.task, size, None, net.seed) for size in sizes)
    return next(twin for twin in twins if twin.num_parameters >= net.num_parameters)
