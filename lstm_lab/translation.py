"""Training a Seq2Seq on pairs, scoring it by exact match, and the shipped nets of notebook 06."""

import time

import numpy as np
import torch
from torch import nn
from tqdm.auto import tqdm

from .attention import Alignment, alignment
from .inputs import whole
from .seq2seq import Seq2Seq
from .tasks.base import NONE
from .training import History, Trained, one_thread

#: Letters are trained on up to so many characters.
MOST = 20


def fit(
    net, length=(1, MOST), *, seed=0, steps=600, rate=0.01, clip=1.0, batch=32,
    watch=None, every=50, progress=True,
) -> Trained:  # fmt: skip
    """Train a Seq2Seq on pairs of its task that were never seen before, by Adam and cross entropy.

    length   of the sources, or (fewest, most) of them; None for dates
    seed     of the pairs (the net has a seed of its own for its first weights)
    rate     Adam's at its highest; it rises over the first tenth and falls to nothing (Smith 2018)
    clip     the gradient's largest norm
    watch    called as watch(step, net) before the first step and after every `every` steps

    Shows a progress bar.
    """
    task, rng = _seq2seq(net).task, np.random.default_rng(seed)
    whole("steps", steps, least=2), whole("batch", batch), whole("every", every)
    adam = torch.optim.Adam(net.parameters(), lr=rate)
    course = torch.optim.lr_scheduler.OneCycleLR(adam, rate, total_steps=steps, pct_start=0.1)
    losses, start = [], time.perf_counter()
    with one_thread(), tqdm(range(steps), disable=not progress, leave=False) as bar:
        for step in bar:
            if watch and step % every == 0:
                watch(step, net.eval())
            net.train()
            loss = _loss(net, task.batch(task.sample(batch, length, rng)))
            adam.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), clip)
            adam.step()
            course.step()
            losses.append(float(loss.detach()))
        net.eval()
        if watch:
            watch(steps, net)
    return Trained(net, History(losses, time.perf_counter() - start, seed))


def _loss(net, data):
    """Cross entropy of every character and of the end mark, given what is right before it."""
    scores, _ = net(*data)
    targets = torch.from_numpy(data.targets)
    return nn.functional.cross_entropy(scores.flatten(0, 1), targets.flatten(), ignore_index=NONE)


def exact(net, pairs, side_by_side=500) -> float:
    """The share of pairs whose target is written exactly, end mark and all, with nothing told."""
    pairs = list(pairs)
    right = 0
    with one_thread():
        for first in range(0, len(pairs), side_by_side):
            some = pairs[first : first + side_by_side]
            wrote = _seq2seq(net).decode_all([pair.source for pair in some])
            right += sum(w.ended and w.text == p.target for w, p in zip(wrote, some, strict=True))
    return right / len(pairs)


@torch.no_grad()
def aligned(net, pairs) -> Alignment:
    """How far the maps are the true alignments, over all steps of all pairs that have a source.

    The net is told what is right so far, so that its steps are those of the target.
    """
    pairs = list(pairs)
    if _seq2seq(net).attention is None:
        raise ValueError("this Seq2Seq has no attention: there is no map to score")
    data = net.task.batch(pairs)
    with one_thread():
        _, masks = net(*data)
    found = [
        alignment(mask[: len(pair.target), : len(pair.source)], pair.spans)
        for mask, pair in zip(masks.numpy(), pairs, strict=True)
    ]
    hits, mass, steps = np.array(found).T
    total = steps.sum()
    return Alignment(float(hits @ steps / total), float(mass @ steps / total), int(total))


def _seq2seq(net) -> Seq2Seq:
    if not isinstance(net, Seq2Seq):
        raise TypeError(f"a Seq2Seq is wanted, not {net!r}: lab.models.Seq2Seq(task)")
    return net
