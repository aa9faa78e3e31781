"""Training a net to guess the next character of a text."""

import torch
from torch.optim.lr_scheduler import OneCycleLR

from .._validate import as_int, as_positive, shown
from ..char_model import CharModel
from .fitting import Trained, as_max_norm, cross_entropy, loop

__all__ = ["fit_text"]


def fit_text(
    model: CharModel, text: str, *, seed: int = 0, steps: int = 2000, lr: float = 6e-3,
    max_grad_norm: float = 1.0, batch_size: int = 32, length: int = 128, callback=None,
    callback_every: int = 50, progress: bool = True,
) -> Trained:  # fmt: skip
    """A CharModel trained on a text, in place, by Adam and cross entropy; and its history.

    text        what it reads, cut into `batch_size` strips that are read side by side
    length      characters of each strip an update: the state goes on to the next, the gradient does
                not
    seed        of where each strip starts
    lr          the highest learning rate of one cycle

    The text is read round and round. Raises ValueError for a text that is too short, or of which no
    character is in the alphabet.

    >>> import lstm_lab as lab
    >>> net = lab.models.CharModel("ab ", hidden_size=4)
    >>> model, history = fit_text(net, "ab ab " * 20, steps=3, batch_size=2, length=10,
    ...                           progress=False)
    >>> len(history.loss)
    3
    """
    if not isinstance(model, CharModel):
        raise TypeError(f"a CharModel is wanted, not {shown(model)}: lab.models.CharModel(…)")
    as_int("steps", steps), as_int("seed", seed, least=0)
    as_int("batch_size", batch_size), as_int("length", length)
    lr, max_grad_norm = as_positive("lr", lr), as_max_norm(max_grad_norm)
    loss = _Strips(model, text, batch_size, length, seed)
    adam = torch.optim.Adam(model.parameters(), lr=lr)
    cycle = OneCycleLR(adam, lr, total_steps=steps + 1)
    return loop(model, loss, cycle, steps, max_grad_norm, seed, progress, callback, callback_every)


class _Strips:
    """The loss of update after update, on the next characters of every strip."""

    def __init__(self, model, text, batch_size, length, seed):
        codes = model.codes(text)
        if len(codes) < 2 * batch_size * (length + 1):
            need = 2 * batch_size * (length + 1)
            raise ValueError(f"the text has {len(codes):,} characters: {need:,} are needed, or a "
                             "smaller batch_size or length")  # fmt: skip
        if (codes < 0).all():
            raise ValueError(f"no character of the text is in the alphabet {shown(model.alphabet)}")
        first = torch.randint(len(codes), (1,), generator=torch.Generator().manual_seed(seed))
        codes = codes.roll(int(first))
        wide = len(codes) // batch_size
        self.strips = codes[: wide * batch_size].reshape(batch_size, wide)
        self.model, self.length, self.at, self.state = model, length, 0, None

    def __call__(self, step):
        if self.at + self.length + 1 > self.strips.shape[1]:
            self.at, self.state = 0, None
        here = self.strips[:, self.at : self.at + self.length + 1]
        logits, state = self.model.after(here[:, :-1], self.state)
        self.state = tuple(part.detach() for part in state)
        self.at += self.length
        return cross_entropy(logits, here[:, 1:])
