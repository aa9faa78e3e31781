"""A net that guesses the next character: what notebook 07 looks for units in, and yours."""

import numpy as np
import torch
from torch import nn

from ._layers import check_weights, evaluated
from ._threads import one_thread
from ._validate import as_generator, as_int, as_positive, as_text, shown
from .holding import hold as held

__all__ = ["CharModel"]

#: Units, and numbers that stand for a character, at the most.
MOST = 65_536


class CharModel(nn.Module):
    """Logits of the next character after each one: an LSTM over characters, a read-out of its h.

    alphabet        the characters that it knows, each once
    hidden_size     H
    num_layers      of the LSTM
    embedding_size  how many numbers stand for a character; None for one-hot
    seed            of the initial weights

    Parts: `lstm` (batch_first), `read`, `embedding` (None if one-hot). `forward(codes)` takes (T,)
    or (B, T) codes and gives logits (…, T, A). A character that it does not know has the code -1
    and is read as nothing: x = 0. Raises ValueError for an alphabet without characters or with one
    twice.

    >>> net = CharModel("ab ", hidden_size=4)
    >>> net(net.codes("ab ba")).shape, net.bits("ab ba").shape
    (torch.Size([5, 3]), (4,))
    """

    def __init__(self, alphabet, hidden_size=128, num_layers=1, embedding_size=None, seed=0):
        super().__init__()
        if not isinstance(alphabet, str) or len(set(alphabet)) != len(alphabet) or not alphabet:
            raise ValueError(
                f"alphabet must be a text of characters, each once, not {shown(alphabet)}"
            )
        as_int("hidden_size", hidden_size, most=MOST), as_int("num_layers", num_layers, most=100)
        as_int("seed", seed, least=0, most=2**64 - 1)
        embeds = embedding_size is not None
        size = as_int("embedding_size", embedding_size, most=MOST) if embeds else len(alphabet)
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            self.embedding = nn.Embedding(len(alphabet), size) if embeds else None
            self.lstm = nn.LSTM(size, hidden_size, num_layers, batch_first=True)
            self.read = nn.Linear(hidden_size, len(alphabet))
        self.alphabet, self.hidden_size, self.seed = alphabet, hidden_size, seed
        self._code = {character: k for k, character in enumerate(alphabet)}

    def codes(self, text: str) -> torch.Tensor:
        """(T,) places in the alphabet, -1 for a character that is not in it."""
        found = [self._code.get(character, -1) for character in as_text("text", text)]
        return torch.tensor(found, dtype=torch.long, device=self.read.weight.device)

    def encode(self, text: str) -> torch.Tensor:
        """(T, I) what the LSTM reads of a text; zeros for a character that is not known."""
        return self._inputs(self.codes(text)).detach()

    def _inputs(self, codes):
        """(…, T, I) of codes (…, T)."""
        known, codes = (codes >= 0).unsqueeze(-1), codes.clamp(min=0)
        if self.embedding is not None:
            return self.embedding(codes) * known
        empty = self.read.weight.new_zeros(*codes.shape, len(self.alphabet))
        return empty.scatter_(-1, codes.unsqueeze(-1), known.to(empty))

    def forward(self, codes, state=None):
        return self.after(codes, state)[0]

    def after(self, codes, state=None):
        """(logits, state) of codes, read on from a state of the LSTM's."""
        self._check_codes(codes)
        return self._after(codes, state)

    def _after(self, codes, state):
        h, state = self.lstm(self._inputs(codes), state)
        return self.read(h), state

    def _check_codes(self, codes):
        """Refuse what are no codes (T,) or (B, T)."""
        whole = isinstance(codes, torch.Tensor) and not codes.dtype.is_floating_point
        if not whole or codes.dtype in (torch.bool, torch.complex64, torch.complex128):
            raise TypeError(
                f"codes must be a tensor of whole numbers, not {shown(codes)}: net.codes(text)"
            )
        if codes.ndim not in (1, 2) or 0 in codes.shape:
            raise ValueError(f"codes has shape {tuple(codes.shape)}, but must be (T,) or (B, T)")
        if int(codes.max()) >= len(self.alphabet):
            most = len(self.alphabet) - 1
            raise ValueError(f"codes has {int(codes.max())}, but the alphabet ends at {most}")

    @one_thread()
    @torch.no_grad()
    def bits(self, text: str) -> np.ndarray:
        """(T - 1,) what each character after the first costs, in bits: -log₂ of its probability.

        A character that is not known cannot be guessed: nan.
        """
        codes = self.codes(text)
        if len(codes) < 2:
            return np.zeros(0)
        with evaluated(check_weights(self)):
            log_p = torch.log_softmax(self(codes[:-1]).double(), dim=-1)
        found = log_p.gather(1, codes[1:].clamp(min=0)[:, None])[:, 0]
        return torch.where(codes[1:] >= 0, -found / np.log(2), torch.nan).cpu().numpy()

    @one_thread()
    @torch.no_grad()
    def write(self, prompt: str, n: int, sharpness=1.0, hold=None, seed=0) -> str:
        """The n characters that it writes after a prompt, each drawn from what it expects.

        sharpness  what logits are multiplied by: 1 / temperature
        hold       clamps of its LSTM, as in `lab.hold`, with None for the steps; from the prompt's
                   end on. For the prompt too: `with lab.hold(net, {"lstm": …}): net.write(…)`
        seed       of the draws

        Raises ValueError for an empty prompt, and for a hold with steps.

        >>> len(CharModel("ab ", 4).write("ab", 10))
        10
        """
        n, sharpness = as_int("n", n, least=0), as_positive("sharpness", sharpness)
        if not as_text("prompt", prompt):
            raise ValueError("prompt is empty: give at least one character to go on from")
        rng = as_generator(seed, "seed")
        with evaluated(check_weights(self)):
            logits, state = self.after(self.codes(prompt))
            with held(self, {"lstm": _without_steps(hold)} if hold else {}):
                return "".join(self._written(logits[-1], state, n, sharpness, rng))

    def _written(self, logits, state, n, sharpness, rng):
        for _ in range(n):
            p = torch.softmax(sharpness * logits.double(), dim=-1).cpu().numpy()
            code = int(np.searchsorted(p.cumsum(), rng.random() * p.sum()))
            code = min(code, len(p) - 1)
            yield self.alphabet[code]
            logits, state = self._after(torch.tensor([code], device=self.read.weight.device), state)
            logits = logits[-1]

    def fit(self, text, **options):
        """`lab.training.fit_text(self, text, …)`: the net, trained, and its history."""
        from .training import fit_text

        return fit_text(self, text, **options)

    @property
    def num_parameters(self) -> int:
        """How many numbers it has learned."""
        return sum(p.numel() for p in self.parameters())


def _without_steps(hold):
    """The clamps, if they are for all steps: each character that is written is a step 0."""
    for key in hold if isinstance(hold, dict) else ():
        if isinstance(key, tuple) and len(key) == 3 and key[2] is not None:
            told = shown(key[2])
            raise ValueError(
                f"hold has the steps {told}: give None, it holds at all that is written"
            )
    return hold
