"""Training a Seq2Seq on pairs, scoring it by exact match, and the shipped nets of notebook 06."""

import time
from typing import NamedTuple

import numpy as np
import torch
from safetensors.torch import load_file

from .. import tasks
from .._layers import check_weights, unwrapped
from .._progress import progress_bar
from .._threads import one_thread
from .._validate import as_generator, as_int, as_positive, check_callable, check_one_of, shown
from ..tasks import Pair
from ..tasks.alignment import check_pairs
from ..training import WEIGHTS, History, Trained, as_max_norm, card_of, cross_entropy, train_step
from .maps import Alignment, alignment
from .model import Seq2Seq, twin_without_attention

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
    net, rng = _seq2seq(net), as_generator(seed, "seed")
    task = net.task
    as_int("steps", steps, least=2), as_int("batch", batch), as_int("every", every)
    rate, clip = as_positive("rate", rate), as_max_norm(clip)
    check_callable("watch", watch)
    adam = torch.optim.Adam(net.parameters(), lr=rate)
    course = torch.optim.lr_scheduler.OneCycleLR(adam, rate, total_steps=steps, pct_start=0.1)
    losses, start = [], time.process_time()
    with one_thread(), progress_bar(range(steps), shown=progress) as bar:
        for step in bar:
            if watch and step % every == 0:
                watch(step, net.eval())
            net.train()
            loss = _loss(net, task.batch(task.sample(batch, length, rng)))
            losses.append(train_step(net, adam, loss, clip))
            course.step()
        net.eval()
        if watch:
            watch(steps, net)
    return Trained(net, History(losses, time.process_time() - start, seed))


def _loss(net, data):
    """Cross entropy of every character and of the end mark, given what is right before it."""
    scores, _ = net(*data)
    return cross_entropy(scores, torch.as_tensor(data.targets, device=scores.device))


def exact_match(net, pairs, side_by_side=500) -> float:
    """The share of pairs whose target is written exactly, end mark and all, with nothing told."""
    net, pairs, right = _seq2seq(net), check_pairs(pairs), 0
    as_int("side_by_side", side_by_side)
    for first in range(0, len(pairs), side_by_side):
        some = pairs[first : first + side_by_side]
        wrote = net.decode_all([pair.source for pair in some])
        right += sum(w.ended and w.text == p.target for w, p in zip(wrote, some, strict=True))
    return right / len(pairs)


@one_thread()
@torch.no_grad()
def alignment_score(net, pairs) -> Alignment:
    """How far the maps are the true alignments, over all steps of all pairs that have a source.

    The net is told what is right so far, so that its steps are those of the target.
    """
    net = _seq2seq(net)
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


class Recipe(NamedTuple):
    """How a net of notebook 06 is made and trained; what `fit` is not told here is its default.

    attention  "additive", "dot", or None: the twin without, of as many weights as "additive" has
    """

    task: str
    attention: str | None
    steps: int
    batch: int = 32
    units: int = 64

    def make_task(self):
        return tasks.dates() if self.task == "dates" else tasks.permutation(self.task)

    def make_net(self, seed) -> Seq2Seq:
        net = Seq2Seq(self.make_task(), self.units, self.attention or "additive", seed)
        return net if self.attention else twin_without_attention(net)

    @property
    def length(self):
        """Of the sources it is trained on."""
        return None if self.task == "dates" else (1, MOST)


RECIPES = {
    "reverse": Recipe("reverse", "additive", steps=800),
    "reverse_dot": Recipe("reverse", "dot", steps=800),
    "reverse_plain": Recipe("reverse", None, steps=800),
    "dates": Recipe("dates", "additive", steps=3000, batch=64),
}
#: The seed whose weights are shipped; the cards tell of five.
SHIPPED = 0


def train(name, seed=0, watch=None, progress=True) -> Trained:
    """Train one of RECIPES from a seed: `net, history = lab.seq2seq.train("reverse")`."""
    check_one_of("name", name, tuple(RECIPES))
    recipe = RECIPES[name]
    options = {"steps": recipe.steps, "batch": recipe.batch, "watch": watch, "progress": progress}
    return fit(recipe.make_net(seed), recipe.length, seed=seed, **options)


def held_out(name, n, length=None, seed=0) -> list[Pair]:
    """n pairs for one of RECIPES that are drawn apart from those it is trained on.

    length  of the sources, for letters: (1, 20) if it is not said
    """
    check_one_of("name", name, tuple(RECIPES))
    recipe = RECIPES[name]
    length = recipe.length if length is None else length
    rng = np.random.default_rng([as_int("seed", seed, least=0), 1])
    return recipe.make_task().sample(n, length, rng)


def load(name) -> Seq2Seq:
    """The weights of a recipe as they were shipped."""
    check_one_of("name", name, tuple(RECIPES))
    net = RECIPES[name].make_net(SHIPPED)
    net.load_state_dict(load_file(WEIGHTS / f"{name}.safetensors"))
    return net.eval()


def card(name) -> dict:
    """How shipped weights were made, and what each seed came to."""
    return card_of(name, RECIPES)


def _seq2seq(net) -> Seq2Seq:
    net = unwrapped(net)
    if not isinstance(net, Seq2Seq):
        raise TypeError(f"a Seq2Seq is wanted, not {shown(net)}: lab.models.Seq2Seq(task)")
    return net
