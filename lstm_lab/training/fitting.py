"""The loop that trains every net of the lab: Adam, a learning rate's schedule, a norm clip."""

import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.optim.lr_scheduler import CosineAnnealingLR

from .._layers import check_weights, unwrapped
from .._progress import progress_bar
from .._threads import one_thread
from .._validate import (
    as_generator,
    as_int,
    as_nonnegative,
    as_positive,
    check_callable,
    shown,
)
from ..models import Regressor, Tagger
from ..tasks.base import NONE, Task
from ..tasks.memory import Adding, Sequences

__all__ = ["History", "Trained", "fit", "squared_error", "updates"]


class History(NamedTuple):
    """What happened in a training.

    loss     before every update
    seconds  of computing (of the processor, so that a busy machine counts no more)
    seed     of the batches and the noise
    """

    loss: list[float]
    seconds: float
    seed: int


class Trained(NamedTuple):
    """What `fit` returns: the model that it trained, and its history."""

    model: nn.Module
    history: History


def fit(
    model: Tagger, texts: list[str], *, seed: int = 0, steps: int = 2500, lr: float = 0.02,
    max_grad_norm: float = 1.0, noise: float = 0.0, batch_size: int | None = None,
    callback: Callable[[int, Tagger], object] | None = None, callback_every: int = 50,
    progress: bool = True,
) -> Trained:  # fmt: skip
    """A Tagger trained on texts, in place, by Adam and cross entropy; and its history.

    texts          strings, all of one task
    seed           of noise and batches (the model has a seed of its own for its first weights)
    lr             Adam's learning rate; falls along a half cosine to a tenth
    max_grad_norm  the gradient is scaled down to this norm if it is longer
    noise          standard deviation of Gaussian noise on the gates' pre-activations, towards which
                   it grows from 0 along a straight line. For an input-gated LSTM only
    batch_size     how many texts an update, all by default; memory grows with texts · characters²
    callback       called as callback(step, model) before the first step, after every
                   `callback_every` steps, and after the last

    Shows a progress bar. Raises ValueError for a hyperparameter (lr, batch_size …) that cannot be,
    for a text with characters that the task does not know, or about which it asks nothing.

    >>> import lstm_lab as lab
    >>> net = lab.models.Tagger(lab.tasks.anbn(), hidden_size=3)
    >>> model, history = fit(net, ["ab", "aabb"], steps=5, progress=False)
    >>> len(history.loss)
    5
    """
    model = as_tagger(model)
    lr, max_grad_norm = as_positive("lr", lr), as_max_norm(max_grad_norm)
    as_int("steps", steps), as_int("seed", seed, least=0)
    if as_nonnegative("noise", noise) and model.kind != "input_gated":
        raise ValueError(f"noise reaches the gates of an input-gated LSTM, not of a {model.kind}")
    if batch_size is not None:
        as_int("batch_size", batch_size)
    codes, targets = _batch(model, texts)

    def loss(step):
        if model.kind == "input_gated":
            model.core.noise = noise * step / steps
        rows = slice(None)
        if batch_size is not None:
            rows = torch.randint(len(codes), (batch_size,), device=codes.device)
        logits, _ = model(codes[rows])
        return cross_entropy(logits, targets[rows])

    adam = torch.optim.Adam(model.parameters(), lr=lr)
    falling = CosineAnnealingLR(adam, steps, lr / 10)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        trained = loop(
            model, loss, falling, steps, max_grad_norm, seed, progress, callback, callback_every
        )
    if model.kind == "input_gated":
        model.core.noise = 0.0
    return trained


def _batch(model, texts):
    """The codes and targets (B, T) of texts, on the model's device."""
    data = model.task.batch(texts)
    silent = np.flatnonzero((data.targets < 0).all(axis=1))
    if len(silent):
        raise ValueError(f"text {silent[0]}: {model.task.name} asks nothing about it, leave it out")
    device = model.read.weight.device
    return [torch.as_tensor(part, device=device) for part in (data.codes, data.targets)]


def loop(
    model, loss: Callable, schedule, steps, max_grad_norm, seed, progress, callback, callback_every
) -> Trained:
    """`steps` updates down the gradient of loss(step), the schedule's optimiser with its rate."""
    as_int("callback_every", callback_every), check_callable("callback", callback)
    losses, start = [], time.process_time()
    taken = _steps(model, schedule.optimizer, loss, max_grad_norm)
    with progress_bar(range(steps), shown=progress) as bar:
        for step in bar:
            if callback and step % callback_every == 0:
                callback(step, model.eval())
            losses.append(next(taken))
            schedule.step()
            if step % 50 == 0:
                bar.set_postfix(loss=f"{losses[-1]:.4f}")
    if callback:
        callback(steps, model.eval())
    return Trained(model.eval(), History(losses, time.process_time() - start, seed))


def _steps(model, adam, loss: Callable, max_grad_norm) -> Iterator[float]:
    """The loss before each update down the gradient of loss(0), loss(1), …, without end."""
    for step in count():
        model.train()
        with one_thread():
            now = train_step(model, adam, loss(step), max_grad_norm)
        yield now


def train_step(model, adam, loss, max_grad_norm) -> float:
    """The loss before one update down its gradient, whose norm is clipped."""
    adam.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    adam.step()
    return float(loss.detach())


def as_max_norm(norm) -> float:
    """The largest norm that a gradient may have: above 0, and infinity for any."""
    endless = isinstance(norm, float) and norm == float("inf")
    return norm if endless else as_positive("max_grad_norm", norm)


def updates(
    model: Tagger | Regressor, task: Task | Adding, length: int, *, batch_size: int = 32,
    lr: float = 0.02, max_grad_norm: float = 1.0, seed: int | np.random.Generator = 0,
) -> Iterator[float]:  # fmt: skip
    """The loss before each update, on samples that were never seen before, one update at a time.

    model   a Regressor for `lab.tasks.adding()`, or a Tagger for a task on text
    length  of the samples
    seed    of the samples (the model has a seed of its own for its first weights)

    It goes on for as long as it is asked for the next. Raises TypeError or ValueError for a model
    and a task that do not go together.

    >>> import lstm_lab as lab
    >>> net = lab.models.Regressor(2, hidden_size=4)
    >>> losses = updates(net, lab.tasks.adding(), length=5)
    >>> [next(losses) > 0 for _ in range(3)]
    [True, True, True]
    """
    _check_pair(model, task)
    lr, max_grad_norm = as_positive("lr", lr), as_max_norm(max_grad_norm)
    rng, batch_size = as_generator(seed, "seed"), as_int("batch_size", batch_size)

    def loss(step):
        return _loss(model, task.sample(batch_size, length, rng))

    return _steps(model, torch.optim.Adam(model.parameters(), lr=lr), loss, max_grad_norm)


def _check_pair(model, task):
    """Refuse a model and a task that do not go together."""
    if isinstance(model, Regressor):
        if not isinstance(task, Adding):
            raise TypeError(f"a Regressor adds: lab.tasks.adding() is wanted, not {shown(task)}")
        if model.core.input_size != 2:
            raise ValueError(f"adding has 2 inputs, but this Regressor {model.core.input_size}")
        return
    own = as_tagger(model).task
    if (own.name, own.option) != (getattr(task, "name", None), getattr(task, "option", None)):
        raise ValueError(f"this Tagger was made for {shown(own)}, not for {shown(task)}")


def _loss(model, sample):
    """Mean squared error of the sums, or cross entropy wherever an answer is asked for."""
    if isinstance(model, Regressor):
        y = torch.as_tensor(sample.y, device=model.read.weight.device)
        return nn.functional.mse_loss(model(sample.x), y.float())
    data = model.task.batch(sample)
    logits, _ = model(data.codes)
    return cross_entropy(logits, torch.as_tensor(data.targets, device=logits.device))


def cross_entropy(logits, targets):
    """Of logits (B, T, K) over (B, T) answers, but for those that are not asked."""
    return nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=NONE)


@one_thread()
@torch.no_grad()
def squared_error(model: Regressor, sample: Sequences) -> float:
    """The mean squared error of a Regressor on a sample of `lab.tasks.adding()`.

    Raises TypeError for another model or sample.
    """
    if not isinstance(model, Regressor):
        raise TypeError(f"a Regressor is wanted, not {type(model).__name__}")
    if not isinstance(sample, Sequences):
        raise TypeError(f"a sample of lab.tasks.adding() is wanted, not {shown(sample)}")
    return float(_loss(check_weights(model), sample))


def as_tagger(model) -> Tagger:
    """The Tagger, out of what wraps it; TypeError for anything else."""
    model = unwrapped(model)
    if not isinstance(model, Tagger):
        raise TypeError(f"a Tagger is wanted, not {shown(model)}: lab.models.Tagger(task, …)")
    return model
