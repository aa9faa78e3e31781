"""The nets that are shipped: how each is made, trained and loaded; `make weights` does it anew."""

import json
from pathlib import Path
from typing import NamedTuple

from safetensors.torch import load_file
from torch import nn

from .. import tasks
from .._validate import as_generator, check_one_of
from ..biases import set_forget_bias
from ..models import CharModel, Tagger
from ..seq2seq.model import Seq2Seq, twin_without_attention
from ..seq2seq.training import MAX_LENGTH
from ..seq2seq.training import fit as fit_pairs
from ..tasks import TASKS
from ..tasks.languages import Blocks
from ..tasks.source import ALPHABET, python_source
from .fitting import Trained, fit
from .reading import fit_text
from .scoring import members

__all__ = ["RECIPES", "Counter", "Pairs", "Reader", "card", "load", "train", "training_texts"]

WEIGHTS = Path(__file__).parents[1] / "data"
#: aⁿbⁿ and aⁿbⁿcⁿ are trained on n up to this, Dyck-1 on texts of up to so many characters.
MAX_N, MAX_CHARACTERS, TEXTS = 10, 50, 500


class Counter(NamedTuple):
    """A net of notebook 04, a Tagger; what `fit` is not told here is its default."""

    task: str
    kind: str
    hidden_size: int
    steps: int
    noise: float = 0.0
    batch_size: int | None = None

    def make(self, seed) -> Tagger:
        """The net before training."""
        return Tagger(TASKS[self.task](), self.hidden_size, self.kind, seed)

    def texts(self, seed) -> list[str]:
        """Members up to n = 10, or 500 texts of up to 50 characters."""
        task = TASKS[self.task]()
        if isinstance(task, Blocks):
            return members(task, MAX_N)
        lengths, rng = range(2, MAX_CHARACTERS + 1, 2), as_generator(seed, "seed")
        return [text for k in lengths for text in task.sample(TEXTS // len(lengths), k, rng)]

    def train(self, seed, **options) -> Trained:
        """The net after training, and its history."""
        options |= {"steps": self.steps, "noise": self.noise, "batch_size": self.batch_size}
        return fit(self.make(seed), self.texts(seed), seed=seed, **options)


class Pairs(NamedTuple):
    """A net of notebook 06, a Seq2Seq; what `fit` is not told here is its default.

    attention  "additive", "dot", or None: the twin without, of as many weights as "additive" has
    """

    task: str
    attention: str | None
    steps: int
    batch_size: int = 32
    hidden_size: int = 64

    def make_task(self) -> tasks.Aligned:
        """What it is to write."""
        return tasks.dates() if self.task == "dates" else tasks.permutation(self.task)

    def make(self, seed) -> Seq2Seq:
        """The net before training."""
        net = Seq2Seq(self.make_task(), self.hidden_size, self.attention or "additive", seed)
        return net if self.attention else twin_without_attention(net)

    @property
    def length(self):
        """Of the sources that it is trained on."""
        return None if self.task == "dates" else (1, MAX_LENGTH)

    def train(self, seed, **options) -> Trained:
        """The net after training, and its history."""
        options |= {"steps": self.steps, "batch_size": self.batch_size}
        return fit_pairs(self.make(seed), self.length, seed=seed, **options)


class Reader(NamedTuple):
    """A net of notebook 07, a CharModel; what `fit_text` is not told here is its default."""

    steps: int
    hidden_size: int = 128

    def make(self, seed) -> CharModel:
        """The net before training, its remember gates half open: bias 1."""
        net = CharModel(ALPHABET, self.hidden_size, seed=seed)
        set_forget_bias(net.lstm, 1)
        return net

    def train(self, seed, **options) -> Trained:
        """The net after training, and its history. The files come in an order of the seed's."""
        files = python_source("train")
        order = as_generator(seed, "seed").permutation(len(files))
        text = "\n".join(files[k].text for k in order)
        return fit_text(self.make(seed), text, seed=seed, steps=self.steps, **options)


#: The counters of notebook 04 (the LSTM, GRU and RNN stand beside the first on the same texts), the
#: nets of notebook 06, and that of 07.
RECIPES = {
    "anbn": Counter("anbn", "input_gated", hidden_size=3, steps=2500, noise=3.0),
    "anbncn": Counter("anbncn", "input_gated", hidden_size=4, steps=4000, noise=3.0),
    "dyck1": Counter("dyck1", "input_gated", 3, steps=2000, noise=3.0, batch_size=32),
    "anbn_no_noise": Counter("anbn", "input_gated", hidden_size=3, steps=2500),
    "anbn_lstm": Counter("anbn", "lstm", hidden_size=3, steps=2500),
    "anbn_gru": Counter("anbn", "gru", hidden_size=3, steps=2500),
    "anbn_rnn": Counter("anbn", "rnn", hidden_size=4, steps=2500),
    "reverse": Pairs("reverse", "additive", steps=800),
    "reverse_dot": Pairs("reverse", "dot", steps=800),
    "reverse_plain": Pairs("reverse", None, steps=800),
    "dates": Pairs("dates", "additive", steps=3000, batch_size=64),
    "python_code": Reader(steps=6000),
}


def recipe(name, kind=object):
    """One of RECIPES, of one kind if it is said, by its name; ValueError for another name."""
    check_one_of("name", name, tuple(key for key, it in RECIPES.items() if isinstance(it, kind)))
    return RECIPES[name]


def training_texts(name: str, seed: int = 0) -> list[str]:
    """The texts that a counter is trained on: members up to n = 10, or 500 random ones."""
    return recipe(name, Counter).texts(seed)


def train(name: str, seed: int = 0, progress: bool = True, **options) -> Trained:
    """A net trained by its recipe from a seed: `net, history = lab.training.train("anbn")`.

    options  such as `callback` for a net that writes; the recipe says the rest

    Raises ValueError for a name that is not in RECIPES.
    """
    return recipe(name).train(seed, progress=progress, **options)


def load(name: str, seed: int = 0) -> nn.Module:
    """A net with the weights that are shipped; ValueError for another name, or a seed not shipped.

    >>> import lstm_lab as lab
    >>> lab.training.load("anbn").answer("aabb").shape
    (4,)
    """
    seeds = card(name)["shipped"]
    check_one_of("seed", seed, tuple(seeds))
    net = recipe(name).make(seed)
    tensors = load_file(WEIGHTS / f"{name}.safetensors")
    prefix = f"{seed}."  # in a file of several seeds
    own = {key[len(prefix) :]: value for key, value in tensors.items() if key.startswith(prefix)}
    net.load_state_dict(own or tensors)
    return net.eval()


def card(name: str) -> dict:
    """How shipped weights were made, which seeds are shipped, and what each seed came to.

    >>> card("dates")["shipped"]
    [0]
    """
    recipe(name)
    return json.loads((WEIGHTS / f"{name}.json").read_text("utf-8"))
