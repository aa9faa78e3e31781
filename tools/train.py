"""`make weights`: train every recipe from several seeds, score each, write weights and cards.

The same seeds give the same weights on the same kind of CPU. No seed is left out of a card.
"""

import json
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib import metadata
from typing import NamedTuple

import numpy as np
import torch
from safetensors.torch import save_file

from lstm_lab import seq2seq, tasks, training
from lstm_lab.seq2seq.training import MAX_LENGTH
from lstm_lab.tasks.source import PACKAGES, python_source, source_hash
from lstm_lab.training.recipes import RECIPES, WEIGHTS, Counter, Pairs, Reader

from .reading import score as score_reader

#: Every n is tried up to this: once sharpened, and as trained.
MAX_SHARP_N = {"anbn": 15_000, "anbncn": 5_000}
MAX_SOFT_N = 1_000
#: Letters: so many words of every length that is trained on, and of some that are not.
LENGTHS, WORDS = (*range(1, 26), 30, 40), 200
DATES = 2000


class Result(NamedTuple):
    """One seed of one recipe: its weights, and its line on the card."""

    name: str
    seed: int
    tensors: dict
    line: dict


def run(job) -> Result:
    """Train one seed of a recipe and score it."""
    name, seed = job
    torch.set_num_threads(1)
    net, history = training.train(name, seed, progress=False)
    if isinstance(RECIPES[name], Reader):
        net.half().float()  # scored as it is shipped: in two bytes a number
    line = {"seconds": round(history.seconds, 1), "loss": round(history.loss[-1], 4)}
    return Result(name, seed, net.state_dict(), line | kind_of(name).score(name, net, seed))


def score_writer(name, net, seed) -> dict:
    """Exact match on held-out pairs (letters: by length), and the score of the map."""
    if name == "dates":
        pairs = seq2seq.held_out(name, DATES, seed=seed)
        line = {"exact": seq2seq.exact_match(net, pairs)}
        line["5 April 09"] = net.decode("5 April 09").text  # one that is known to be hard
    else:
        words = {T: seq2seq.held_out(name, WORDS, T, seed) for T in LENGTHS}
        line = {"exact": {T: seq2seq.exact_match(net, words[T]) for T in words}}
        pairs = words[MAX_LENGTH]
    if net.attention is None:
        return line
    hits, mass, _ = seq2seq.alignment_score(net, pairs)
    return line | {"arg_max_on_source": round(hits, 4), "weight_on_source": round(mass, 4)}


def score_counter(name, model, seed) -> dict:
    """What it can do, as trained and sharpened; κ is chosen on the training texts."""
    texts = training.training_texts(name, seed)
    found = {"training_errors": training.count_wrong(model, texts)}
    lstm = model.kind in ("input_gated", "lstm")
    kappa = training.choose_sharpness(model, texts) if lstm else None
    sharp = training.sharpen(model, kappa) if kappa else None
    if name == "dyck1":
        found["long_errors"] = long_errors(model)
        return found | (
            {"sharpness": kappa, "sharp_long_errors": long_errors(sharp)} if sharp else {}
        )
    found["first_failing_n"] = training.first_failing_n(model, MAX_SOFT_N)
    if sharp:
        max_n = MAX_SHARP_N.get(name, MAX_SOFT_N)
        failing = training.first_failing_n(sharp, max_n)
        found |= {"sharpness": kappa, "sharp_first_failing_n": failing}
        # a near miss of n is in the range up to n + 2
        n = max_n if failing is None else failing - 3
        found["near_misses_rejected"] = rejects_near_misses(sharp, n)
    return found


def rejects_near_misses(model, n) -> bool:
    """Whether aⁿbⁿ itself is accepted, and with one or two letters more or fewer is not."""
    if n < 1:
        return False
    task = model.task
    texts = [task.text(n), *task.near_misses(task.text(n))]
    answers = model.answers(texts)
    accepted = [task.accepts(t, a[: len(t)]) for t, a in zip(texts, answers, strict=True)]
    return accepted == [True] + [False] * (len(texts) - 1)


def long_texts() -> dict[str, list[str]]:
    """Balanced texts far longer than any trained on: random, nested, zigzag, sawtooth."""
    task, rng = tasks.dyck1(), np.random.default_rng(0)
    random = [text for length in range(1000, 1201, 2) for text in task.sample(10, length, rng)]
    teeth = [("(" * d + ")" * d) * (1000 // d) for d in (2, 10, 50, 100, 500)]
    picked = rng.permutation(len(random))[:1000]
    return {
        "random": [random[k] for k in picked],
        "nested": ["(" * 1000 + ")" * 1000],
        "zigzag": ["()" * 1000],
        "sawtooth": teeth,
    }


def long_errors(model) -> dict[str, int]:
    """Of each kind of long text, how many have a wrong answer at any character."""
    return {kind: training.count_wrong(model, texts) for kind, texts in long_texts().items()}


def about_counter(name) -> dict:
    """The card's words on a counter."""
    texts = training.training_texts(name)
    reach = {"as trained": MAX_SOFT_N, "sharpened": MAX_SHARP_N.get(name, MAX_SOFT_N)}
    return {
        "fit": "Adam 0.02 along a half cosine to 0.002, gradient norm at most 1, cross entropy",
        "texts": f"{len(texts)}, up to {max(map(len, texts))} characters",
        "sharpness": "the largest of 1, 2, 4, 8 with no error on the training texts",
        "tried_up_to": reach if name != "dyck1" else "texts of 1,000 to 2,000 characters",
    }


def about_writer(name) -> dict:
    """The card's words on a net that writes."""
    recipe = RECIPES[name]
    read = "dates" if name == "dates" else f"words of 1 to {MAX_LENGTH} letters"
    held_out = DATES if name == "dates" else WORDS
    return {
        "fit": "Adam 0.01, one cycle, gradient norm at most 1, cross entropy",
        "texts": f"{recipe.steps * recipe.batch_size:,} {read}, each new",
        "exact": f"share written exactly, of {held_out} held-out ones",
    }


def about_reader(name) -> dict:
    """The card's words on a net that guesses the next character."""
    files = python_source("train")
    return {
        "fit": "Adam, one cycle to 0.006, gradient norm at most 1, cross entropy; remember bias 1",
        "texts": f"{len(files)} files, {sum(len(f.text) for f in files):,} characters of Python",
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "sha256": source_hash(files),
        "unseen": source_hash(python_source("held_out")),
        "follows": "chosen on the first half of unseen texts, told on the second; units from 1; "
        "second_best: the runner-up of the half that chose",
    }


class Kind(NamedTuple):
    """How nets of a kind of recipe are scored and shipped.

    seeds    that are trained
    shipped  those of them whose weights are shipped
    score    (name, net, seed) to what the card says of a seed
    about    (name) to what it says of all
    """

    seeds: range
    shipped: range
    score: Callable
    about: Callable


#: Counters are small: all seeds are shipped, and those of notebook 07, which is about their
#: difference. Of nets that write the first is.
KINDS = {
    Counter: Kind(range(10), range(10), score_counter, about_counter),
    Pairs: Kind(range(5), range(1), score_writer, about_writer),
    Reader: Kind(range(5), range(5), score_reader, about_reader),
}


def kind_of(name) -> Kind:
    return KINDS[type(RECIPES[name])]


def write(name, results):
    """The weights that are shipped in one file, and the card beside it."""
    kind = kind_of(name)
    shipped = list(kind.shipped)
    tensors = {
        f"{result.seed}.{key}": value.half() if isinstance(RECIPES[name], Reader) else value
        for result in results if result.seed in shipped
        for key, value in result.tensors.items()
    }  # fmt: skip
    save_file(tensors, WEIGHTS / f"{name}.safetensors")
    net = RECIPES[name].make(0)
    card = {
        "made_by": f"python -m tools.train {name}",
        "torch": torch.__version__.split("+")[0],
        "recipe": RECIPES[name]._asdict(),
        "hidden_size": net.hidden_size,
        "num_parameters": net.num_parameters,
        **kind.about(name),
        "shipped": shipped,
        "seeds": {str(result.seed): result.line for result in results},
    }
    text = json.dumps(card, indent=1, ensure_ascii=False)
    (WEIGHTS / f"{name}.json").write_text(text + "\n", "utf-8")


def train_all(names) -> dict[str, list[Result]]:
    """Each recipe from all its seeds, two processes at a time; prints each seed as it comes."""
    jobs = [(name, seed) for name in names for seed in kind_of(name).seeds]
    done = {name: [] for name in names}
    with ProcessPoolExecutor(2) as pool:
        for result in pool.map(run, jobs):
            print(f"  {result.name} seed {result.seed}: {result.line}", flush=True)
            done[result.name].append(result)
    return done


def main(names):
    WEIGHTS.mkdir(exist_ok=True)
    for name, results in train_all(names or list(RECIPES)).items():
        write(name, results)


if __name__ == "__main__":
    main(sys.argv[1:])
