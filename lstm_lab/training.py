"""Training a Tagger, sharpening it, and scoring it by exact match."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn

from ._layers import check_weights, evaluated, unwrapped
from ._progress import progress_bar
from ._threads import one_thread
from ._validate import (
    as_generator,
    as_int,
    as_list,
    as_nonnegative,
    as_positive,
    check_one_of,
    shown,
)
from .models import Regressor, Tagger
from .tasks import TASKS
from .tasks.base import NONE
from .tasks.languages import Blocks
from .tasks.memory import Adding, Sequences

SHARPNESS = (1, 2, 4, 8)
WEIGHTS = Path(__file__).parent / "data"


class History(NamedTuple):
    """What happened: the loss at every step, seconds of computing (of the processor, so that a busy
    machine counts no more), and how it was asked for."""

    loss: list[float]
    seconds: float
    seed: int


class Trained(NamedTuple):
    """What `fit` returns: the model that it trained, and its history."""

    model: nn.Module
    history: History


def fit(
    model, texts, *, seed=0, steps=2500, rate=0.02, clip=1.0, noise=0.0, batch=None, progress=True
) -> Trained:
    """Train a Tagger on texts, in place, by Adam and cross entropy.

    texts     strings, all of one task
    seed      of noise and batches (the model has a seed of its own for its first weights)
    rate      Adam's; falls along a half cosine to a tenth
    clip      the gradient's largest norm
    noise     standard deviation of Gaussian noise on the gates' pre-activations, towards which it
              grows from 0 along a straight line. For an input-gated LSTM only
    batch     how many texts a step, all by default; memory grows with texts · characters²

    Shows a progress bar. Raises ValueError for a text with characters that the task does not know,
    or about which it asks nothing.
    """
    model = _tagger(model)
    task = model.task
    as_int("steps", steps), as_int("seed", seed, least=0)
    rate, clip = as_positive("rate", rate), as_max_norm(clip)
    if as_nonnegative("noise", noise) and model.kind != "input_gated":
        raise ValueError(f"noise reaches the gates of an input-gated LSTM, not of a {model.kind}")
    data = task.batch(texts)
    silent = np.flatnonzero((data.targets < 0).all(axis=1))
    if len(silent):
        raise ValueError(f"text {silent[0]}: {task.name} asks nothing about it, leave it out")
    if batch is not None:
        as_int("batch", batch)
    device = model.read.weight.device
    codes, targets = (torch.as_tensor(part, device=device) for part in (data.codes, data.targets))
    adam = torch.optim.Adam(model.parameters(), lr=rate)
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, steps, rate / 10)
    losses, start = [], time.process_time()
    model.train()
    bar = progress_bar(range(steps), shown=progress)
    with one_thread(), torch.random.fork_rng(), bar:
        torch.manual_seed(seed)
        for step in bar:
            if model.kind == "input_gated":
                model.core.noise = noise * step / steps
            rows = slice(None)
            if batch is not None:
                rows = torch.randint(len(codes), (batch,), device=device)
            scores, _ = model(codes[rows])
            loss = cross_entropy(scores, targets[rows])
            losses.append(train_step(model, adam, loss, clip))
            falling.step()
            if step % 50 == 0:
                bar.set_postfix(loss=f"{losses[-1]:.4f}")
    if model.kind == "input_gated":
        model.core.noise = 0.0
    model.eval()
    return Trained(model, History(losses, time.process_time() - start, seed))


def updates(model, task, length, *, batch=32, rate=0.02, clip=1.0, seed=0) -> Iterator[float]:
    """Train on samples that were never seen before, one update at a time: the loss before each.

    model   a Regressor for `lab.tasks.adding()`, or a Tagger for a task on text
    length  of the samples
    seed    of the samples (the model has a seed of its own for its first weights)

    It goes on for as long as it is asked for the next: `for loss in islice(updates(…), 100)`.
    """
    _fits(model, task)
    rate, clip, rng = as_positive("rate", rate), as_max_norm(clip), as_generator(seed, "seed")
    return _updates(model, task, length, as_int("batch", batch), rate, clip, rng)


def _updates(model, task, length, batch, rate, clip, rng):
    adam = torch.optim.Adam(model.parameters(), lr=rate)
    while True:
        model.train()
        with one_thread():
            loss = train_step(model, adam, _loss(model, task.sample(batch, length, rng)), clip)
        yield loss


def train_step(model, adam, loss, clip) -> float:
    """One update down the loss's gradient, whose norm is at most `clip`: the loss before it."""
    adam.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), clip)
    adam.step()
    return float(loss.detach())


def as_max_norm(clip) -> float:
    """The largest norm that a gradient may have: above 0, and infinity for any."""
    endless = isinstance(clip, float) and clip == float("inf")
    return clip if endless else as_positive("clip", clip)


def _fits(model, task):
    """Refuse a model and a task that do not go together."""
    if isinstance(model, Regressor):
        if not isinstance(task, Adding):
            raise TypeError(f"a Regressor adds: lab.tasks.adding() is wanted, not {shown(task)}")
        if model.core.input_size != 2:
            raise ValueError(f"adding has 2 inputs, but this Regressor {model.core.input_size}")
    elif (_tagger(model).task.name, model.task.option) != (
        getattr(task, "name", None), getattr(task, "option", None)
    ):  # fmt: skip
        raise ValueError(f"this Tagger was made for {shown(model.task)}, not for {shown(task)}")


def _loss(model, sample):
    """Mean squared error of the sums, or cross entropy wherever an answer is asked for."""
    if isinstance(model, Regressor):
        y = torch.as_tensor(sample.y, device=model.read.weight.device)
        return nn.functional.mse_loss(model(sample.x), y.float())
    data = model.task.batch(sample)
    scores, _ = model(data.codes)
    return cross_entropy(scores, torch.as_tensor(data.targets, device=scores.device))


def cross_entropy(scores, targets):
    """Of scores (B, T, K) over (B, T) answers, but for those that are not asked."""
    return nn.functional.cross_entropy(scores.flatten(0, 1), targets.flatten(), ignore_index=NONE)


@one_thread()
@torch.no_grad()
def squared_error(model, sample) -> float:
    """The mean squared error of a Regressor on a sample of `lab.tasks.adding()`."""
    if not isinstance(model, Regressor):
        raise TypeError(f"a Regressor is wanted, not {type(model).__name__}")
    if not isinstance(sample, Sequences):
        raise TypeError(f"a sample of lab.tasks.adding() is wanted, not {shown(sample)}")
    return float(_loss(check_weights(model), sample))


def count_wrong(model, texts) -> int:
    """How many of the texts have a wrong answer at any character (exact match, not accuracy)."""
    model = _tagger(model)
    data = model.task.batch(texts)
    wrong = (model.answers(texts) != data.targets) & (data.targets >= 0)
    return int(wrong.any(axis=1).sum())


def sharpen(model, sharpness):
    """A copy of a Tagger with its cell's pre-activations times κ: soft ifs become hard ifs."""
    return _tagger(model).sharpened(sharpness)


def _tagger(model) -> Tagger:
    model = unwrapped(model)
    if not isinstance(model, Tagger):
        raise TypeError(f"a Tagger is wanted, not {shown(model)}: lab.models.Tagger(task, units)")
    return model


def choose_sharpness(model, texts, candidates=SHARPNESS) -> int | None:
    """The largest κ of `candidates` with which no training text has an error; None if all have."""
    candidates = as_list("candidates", candidates, "sharpnesses")
    exact = [k for k in candidates if count_wrong(sharpen(model, k), texts) == 0]
    return max(exact, default=None)


@one_thread()
@torch.no_grad()
def first_failing_n(model, most) -> int | None:
    """The first n from 1 to `most` at which aⁿbⁿ (aⁿbⁿcⁿ) is not answered right at every character;
    None if there is none.

    Every n is tried. The a's of all n are one run; from the state after each of its steps the rest
    is run for all n side by side. Where all n up to N are right, the near misses of n ≤ N - 2 (one
    or two letters too many or too few) are rejected: each is a member of that range up to the
    character that is not allowed.
    """
    model, most = _tagger(model), as_int("most", most)
    task = model.task
    if not isinstance(task, Blocks):
        raise TypeError(f"first_failing_n is about aⁿbⁿ and aⁿbⁿcⁿ, not {shown(task)}")
    with evaluated(check_weights(model)):
        fine = _right_up_to(model, most)
    return None if fine == most else fine + 1


def _right_up_to(model, most):
    """The n up to which every n is answered right."""
    task = model.task
    states, fine = _after_each_a(model, most)  # all n from 1 to `fine` are right so far
    for letter in range(1, len(task.letters)):
        for t in range(1, most + 1):  # the t-th of this letter, in all runs that have so many
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


def _after_each_a(model, most):
    """The state after each of `most` a's, side by side, and up to which n they are right."""
    parts = 1 if model.kind in ("gru", "rnn") else 2  # h, or h and c
    state = model.read.weight.new_zeros(parts, 1, model.units)
    states, fine = state.repeat(1, most, 1), most
    for k in range(most):
        answers, state = _advance(model, state, letter=0)
        states[:, k] = state[:, 0]
        if int(answers) != 0:
            fine = min(fine, k)
    return states, fine


def _advance(model, states, letter):
    """One more letter for B runs: their answers (B,), and their states (1 or 2, B, H)."""
    codes = np.full((states.shape[1], 1), letter)
    scores, after = model(codes, model.unpack(states))
    return scores[:, 0].argmax(dim=-1), model.pack(after)


def members(task, most) -> list[str]:
    """All members of aⁿbⁿ (aⁿbⁿcⁿ) with n from 1 to `most`."""
    if not isinstance(task, Blocks):
        raise TypeError(f"members are those of aⁿbⁿ or aⁿbⁿcⁿ, not of {shown(task)}")
    return [task.text(n) for n in range(1, as_int("most", most) + 1)]


class Recipe(NamedTuple):
    """How a counter is trained; what `fit` is not told here is its default."""

    task: str
    kind: str
    units: int
    steps: int
    noise: float = 0.0
    batch: int | None = None


#: The counters of notebook 04. The LSTM, GRU and RNN stand beside the first on the same texts.
RECIPES = {
    "anbn": Recipe("anbn", "input_gated", units=3, steps=2500, noise=3.0),
    "anbncn": Recipe("anbncn", "input_gated", units=4, steps=4000, noise=3.0),
    "dyck1": Recipe("dyck1", "input_gated", units=3, steps=2000, noise=3.0, batch=32),
    "anbn_no_noise": Recipe("anbn", "input_gated", units=3, steps=2500),
    "anbn_lstm": Recipe("anbn", "lstm", units=3, steps=2500),
    "anbn_gru": Recipe("anbn", "gru", units=3, steps=2500),
    "anbn_rnn": Recipe("anbn", "rnn", units=4, steps=2500),
}
#: aⁿbⁿ and aⁿbⁿcⁿ are trained on n up to this, Dyck-1 on texts of up to so many characters.
MOST_N, MOST_CHARACTERS, TEXTS = 10, 50, 500


def training_texts(name, seed=0) -> list[str]:
    """What a recipe is trained on: members up to n = 10, or 500 texts of up to 50 characters."""
    check_one_of("name", name, tuple(RECIPES))
    task = TASKS[RECIPES[name].task]()
    if isinstance(task, Blocks):
        return members(task, MOST_N)
    lengths = range(2, MOST_CHARACTERS + 1, 2)
    rng = as_generator(seed, "seed")
    return [text for k in lengths for text in task.sample(TEXTS // len(lengths), k, rng)]


def train(name, seed=0, progress=True) -> Trained:
    """Train one of RECIPES from a seed: `model, history = lab.training.train("anbn")`."""
    texts = training_texts(name, seed)
    recipe = RECIPES[name]
    model = Tagger(TASKS[recipe.task](), recipe.units, recipe.kind, seed)
    options = {"steps": recipe.steps, "noise": recipe.noise, "batch": recipe.batch}
    return fit(model, texts, seed=seed, progress=progress, **options)


def load(name, seed=0) -> Tagger:
    """The weights of a recipe as they were shipped, from one of the seeds of its card."""
    check_one_of("seed", seed, tuple(map(int, card(name)["seeds"])))
    recipe = RECIPES[name]
    model = Tagger(TASKS[recipe.task](), recipe.units, recipe.kind, seed)
    tensors = load_file(WEIGHTS / f"{name}.safetensors")
    own = {key: tensors[f"{seed}.{key}"] for key in model.state_dict()}
    model.load_state_dict(own)
    return model.eval()


def card(name) -> dict:
    """How shipped weights were made, and what each seed came to."""
    return card_of(name, RECIPES)


def card_of(name, recipes) -> dict:
    """The card beside the weights of one of some recipes."""
    check_one_of("name", name, tuple(recipes))
    return json.loads((WEIGHTS / f"{name}.json").read_text("utf-8"))
