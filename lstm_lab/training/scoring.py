"""What a trained Tagger can do: exact match, the sharpest gates, and the first n that it fails."""

from collections.abc import Sequence

import numpy as np
import torch

from .._layers import check_weights, evaluated
from .._threads import one_thread
from .._validate import as_int, as_list, shown
from ..models import Tagger
from ..tasks.languages import Blocks
from .fitting import as_tagger

__all__ = ["choose_sharpness", "count_wrong", "first_failing_n", "members", "sharpen"]

SHARPNESS = (1, 2, 4, 8)


def count_wrong(model: Tagger, texts: list[str]) -> int:
    """The number of texts with a wrong answer at any character (exact match, not accuracy).

    Raises TypeError for what is no Tagger, ValueError for texts that its task does not know.

    >>> import lstm_lab as lab
    >>> count_wrong(lab.training.load("anbn"), ["ab", "aabb"])
    0
    """
    model = as_tagger(model)
    data = model.task.batch(texts)
    wrong = (model.answers(texts) != data.targets) & (data.targets >= 0)
    return int(wrong.any(axis=1).sum())


def sharpen(model: Tagger, sharpness: float) -> Tagger:
    """A copy of a Tagger with its cell's pre-activations times κ: soft ifs become hard ifs.

    Raises TypeError for what has no gates of an LSTM.

    >>> import lstm_lab as lab
    >>> sharp = sharpen(lab.training.load("anbn"), 8)
    """
    return as_tagger(model).sharpened(sharpness)


def choose_sharpness(
    model: Tagger, texts: list[str], candidates: Sequence[float] = SHARPNESS
) -> int | None:
    """The largest κ of `candidates` with which no training text has an error; None if all have.

    >>> import lstm_lab as lab
    >>> choose_sharpness(lab.training.load("anbn"), ["ab", "aabb"])
    8
    """
    candidates = as_list("candidates", candidates, "sharpnesses")
    exact = [k for k in candidates if count_wrong(sharpen(model, k), texts) == 0]
    return max(exact, default=None)


@one_thread()
@torch.no_grad()
def first_failing_n(model: Tagger, max_n: int) -> int | None:
    """The first n up to `max_n` at which aⁿbⁿ (aⁿbⁿcⁿ) is not answered right at every character;
    None if there is none.

    Every n is tried. The a's of all n are one run; from the state after each of its steps the rest
    is run for all n side by side. Where all n up to N are right, the near misses of n ≤ N - 2 (one
    or two letters too many or too few) are rejected: each is a member of that range up to the
    character that is not allowed. Raises TypeError for another task.

    >>> import lstm_lab as lab
    >>> first_failing_n(lab.training.sharpen(lab.training.load("anbn"), 8), 100)  # None to n = 100
    """
    model, max_n = as_tagger(model), as_int("max_n", max_n)
    task = model.task
    if not isinstance(task, Blocks):
        raise TypeError(f"first_failing_n is about aⁿbⁿ and aⁿbⁿcⁿ, not {shown(task)}")
    with evaluated(check_weights(model)):
        fine = _right_up_to(model, max_n)
    return None if fine == max_n else fine + 1


def _right_up_to(model, max_n):
    """The n up to which every n is answered right."""
    task = model.task
    states, fine = _after_each_a(model, max_n)  # all n from 1 to `fine` are right so far
    for letter in range(1, len(task.letters)):
        for t in range(1, max_n + 1):  # the t-th of this letter, in all runs that have so many
            if t > fine:
                break
            due = slice(t - 1, fine)
            answers, states[:, due] = _advance(model, states[:, due], letter)
            right = torch.full_like(answers, letter)
            right[0] = letter + 1  # for n = t this was the last of its letter
            wrong = answers != right
            if wrong.any():
                fine = t - 1 + int(wrong.int().argmax())
    return fine


def _after_each_a(model, max_n):
    """The state after each of `max_n` a's, side by side, and up to which n they are right."""
    parts = 1 if model.kind in ("gru", "rnn") else 2  # h, or h and c
    state = model.read.weight.new_zeros(parts, 1, model.hidden_size)
    states, fine = state.repeat(1, max_n, 1), max_n
    for k in range(max_n):
        answers, state = _advance(model, state, letter=0)
        states[:, k] = state[:, 0]
        if int(answers) != 0:
            fine = min(fine, k)
    return states, fine


def _advance(model, states, letter):
    """One more letter for B runs: their answers (B,), and their states (1 or 2, B, H)."""
    codes = np.full((states.shape[1], 1), letter)
    logits, after = model(codes, model.unpack(states))
    return logits[:, 0].argmax(dim=-1), model.pack(after)


def members(task: Blocks, max_n: int) -> list[str]:
    """All members of aⁿbⁿ (aⁿbⁿcⁿ) with n from 1 to `max_n`; TypeError for another task.

    >>> import lstm_lab as lab
    >>> members(lab.tasks.anbn(), 2)
    ['ab', 'aabb']
    """
    if not isinstance(task, Blocks):
        raise TypeError(f"members are those of aⁿbⁿ or aⁿbⁿcⁿ, not of {shown(task)}")
    return [task.text(n) for n in range(1, as_int("max_n", max_n) + 1)]
