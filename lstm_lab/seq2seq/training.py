"""Training a Seq2Seq on pairs, and scoring it by exact match and by its map."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch.optim.lr_scheduler import OneCycleLR

from .._layers import check_weights, unwrapped
from .._threads import one_thread
from .._validate import as_generator, as_int, as_positive, shown
from ..tasks import Pair
from ..tasks.alignment import check_pairs
from ..training.fitting import Trained, as_max_norm, cross_entropy, loop
from .maps import Alignment, alignment
from .model import Seq2Seq

__all__ = ["alignment_score", "exact_match", "fit", "held_out"]

#: Letters are trained on up to so many characters.
MAX_LENGTH = 20


def fit(
    net: Seq2Seq, length: int | tuple[int, int] | None = (1, MAX_LENGTH), *, seed: int = 0,
    steps: int = 600, lr: float = 0.01, max_grad_norm: float = 1.0, batch_size: int = 32,
    callback: Callable[[int, Seq2Seq], object] | None = None, callback_every: int = 50,
    progress: bool = True,
) -> Trained:  # fmt: skip
    """A Seq2Seq trained in place on pairs of its task that were never seen before; its history.

    It is trained by teacher forcing (each step is told what is right before it), Adam and cross
    entropy.

    length          of the sources, or (fewest, most) of them; None for dates
    seed            of the pairs (the net has a seed of its own for its first weights)
    lr              the highest learning rate; it rises over the first tenth of the steps and falls
                    to nothing (one cycle, Smith 2018)
    max_grad_norm   the gradient is scaled down to this norm if it is longer
    callback        called as callback(step, net) before the first step, after every
                    `callback_every` steps, and after the last

    Shows a progress bar. Raises TypeError for what is no Seq2Seq, ValueError for a hyperparameter
    (lr, batch_size …) that cannot be.

    >>> import lstm_lab as lab
    >>> net = lab.seq2seq.Seq2Seq(lab.tasks.permutation(), hidden_size=8)
    >>> len(fit(net, length=3, steps=2, progress=False).history.loss)
    2
    """
    net, rng = as_seq2seq(net), as_generator(seed, "seed")
    as_int("steps", steps, least=2), as_int("batch_size", batch_size)
    lr, max_grad_norm = as_positive("lr", lr), as_max_norm(max_grad_norm)

    def loss(step):
        data = net.task.batch(net.task.sample(batch_size, length, rng))
        logits, _ = net(*data)  # of every character and of the end mark
        return cross_entropy(logits, torch.as_tensor(data.targets, device=logits.device))

    adam = torch.optim.Adam(net.parameters(), lr=lr)
    cycle = OneCycleLR(adam, lr, total_steps=steps, pct_start=0.1)
    return loop(net, loss, cycle, steps, max_grad_norm, seed, progress, callback, callback_every)


def exact_match(net: Seq2Seq, pairs: Sequence[Pair], side_by_side: int = 500) -> float:
    """The share of pairs whose target is written exactly, end mark and all, by greedy decoding.

    side_by_side  how many pairs are decoded at once

    Raises TypeError for what is no Seq2Seq or no pairs.

    >>> import lstm_lab as lab
    >>> exact_match(lab.training.load("reverse"), held_out("reverse", 20, length=7))
    1.0
    """
    net, pairs, right = as_seq2seq(net), check_pairs(pairs), 0
    as_int("side_by_side", side_by_side)
    for first in range(0, len(pairs), side_by_side):
        some = pairs[first : first + side_by_side]
        wrote = net.decode_all([pair.source for pair in some])
        right += sum(w.ended and w.text == p.target for w, p in zip(wrote, some, strict=True))
    return right / len(pairs)


@one_thread()
@torch.no_grad()
def alignment_score(net: Seq2Seq, pairs: Sequence[Pair]) -> Alignment:
    """How far the maps are the true alignments, over all steps of all pairs that have a source.

    By teacher forcing: the net is told what is right so far, so its steps are those of the target.
    Raises ValueError for a net without attention.

    >>> import lstm_lab as lab
    >>> net = lab.training.load("reverse")
    >>> alignment_score(net, held_out("reverse", 20, length=7)).steps  # 20 words of 7 letters
    140
    """
    net = as_seq2seq(net)
    if net.attention is None:
        raise ValueError("this Seq2Seq has no attention: there is no map to score")
    pairs = check_pairs(pairs)
    data = net.task.batch(pairs)
    _, masks = check_weights(net)(*data)
    found = [
        alignment(mask[: len(pair.target), : len(pair.source)], pair.spans)
        for mask, pair in zip(masks.cpu().numpy(), pairs, strict=True)
    ]
    hits, mass, steps = np.array(found).T
    total = steps.sum()
    return Alignment(float(hits @ steps / total), float(mass @ steps / total), int(total))


def held_out(
    name: str, n: int, length: int | tuple[int, int] | None = None, seed: int = 0
) -> list[Pair]:
    """n pairs for a net of `lab.training.RECIPES`, drawn apart from those it is trained on.

    length  of the sources, for letters: (1, 20) if it is not said

    Raises ValueError for another name.

    >>> held_out("reverse", 1, length=3)[0].source[::-1] == held_out("reverse", 1, 3)[0].target
    True
    """
    from ..training.recipes import Pairs, recipe

    made = recipe(name, Pairs)
    length = made.length if length is None else length
    rng = np.random.default_rng([as_int("seed", seed, least=0), 1])
    return made.make_task().sample(n, length, rng)


def as_seq2seq(net) -> Seq2Seq:
    """The Seq2Seq, out of what wraps it; TypeError for anything else."""
    net = unwrapped(net)
    if not isinstance(net, Seq2Seq):
        raise TypeError(f"a Seq2Seq is wanted, not {shown(net)}: lab.seq2seq.Seq2Seq(task)")
    return net
