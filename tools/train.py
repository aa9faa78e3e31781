"""`make weights`: train every recipe from ten seeds, score each, write weights and cards.

The same seeds give the same weights on the same kind of CPU. No seed is left out of a card.
"""

import json
import sys
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

import numpy as np
import torch
from safetensors.torch import save_file

from lstm_lab import tasks, training
from lstm_lab.training import RECIPES, WEIGHTS

SEEDS = range(10)
#: Every n is tried up to this: once sharpened, and as trained.
MOST_SHARP = {"anbn": 15_000, "anbncn": 5_000}
MOST_SOFT = 1_000


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
    model, history = training.train(name, seed, progress=False)
    texts = training.training_texts(name, seed)
    line = {"seconds": round(history.seconds, 1), "loss": round(history.loss[-1], 4)}
    line["training_errors"] = training.count_wrong(model, texts)
    line |= score(name, model, texts)
    return Result(name, seed, model.state_dict(), line)


def score(name, model, texts) -> dict:
    """What a trained net can do, as trained and sharpened; κ is chosen on the training texts."""
    lstm = model.kind in ("input_gated", "lstm")
    kappa = training.choose_sharpness(model, texts) if lstm else None
    sharp = training.sharpen(model, kappa) if kappa else None
    if name == "dyck1":
        found = {"long_errors": long_errors(model)}
        return found | (
            {"sharpness": kappa, "sharp_long_errors": long_errors(sharp)} if sharp else {}
        )
    found = {"first_failing_n": training.first_failing_n(model, MOST_SOFT)}
    if sharp:
        most = MOST_SHARP.get(name, MOST_SOFT)
        failing = training.first_failing_n(sharp, most)
        found |= {"sharpness": kappa, "sharp_first_failing_n": failing}
        n = most if failing is None else failing - 3  # a near miss of n is in the range up to n + 2
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


def write(name, results):
    """Weights of all seeds in one file, and the card beside it."""
    recipe, tensors = RECIPES[name], {}
    for result in results:
        tensors |= {f"{result.seed}.{key}": value for key, value in result.tensors.items()}
    save_file(tensors, WEIGHTS / f"{name}.safetensors")
    scored_to = {"as trained": MOST_SOFT, "sharpened": MOST_SHARP.get(name, MOST_SOFT)}
    card = {
        "made_by": f"python -m tools.train {name}",
        "torch": torch.__version__.split("+")[0],
        "recipe": recipe._asdict(),
        "fit": "Adam 0.02 along a half cosine to 0.002, gradient norm at most 1, cross entropy",
        "texts": f"{len(training.training_texts(name))}, up to "
        f"{max(map(len, training.training_texts(name)))} characters",
        "sharpness": "the largest of 1, 2, 4, 8 with no error on the training texts",
        "tried_up_to": scored_to if name != "dyck1" else "texts of 1,000 to 2,000 characters",
        "seeds": {str(result.seed): result.line for result in results},
    }
    text = json.dumps(card, indent=1, ensure_ascii=False)
    (WEIGHTS / f"{name}.json").write_text(text + "\n", "utf-8")


def train_all(names) -> dict[str, list[Result]]:
    """Each recipe from ten seeds, two processes at a time; prints each seed as it comes."""
    done = {name: [] for name in names}
    with ProcessPoolExecutor(2) as pool:
        for result in pool.map(run, [(name, seed) for name in names for seed in SEEDS]):
            print(f"  {result.name} seed {result.seed}: {result.line}", flush=True)
            done[result.name].append(result)
    return done


def main(names):
    WEIGHTS.mkdir(exist_ok=True)
    for name, results in train_all(names or list(RECIPES)).items():
        write(name, results)


if __name__ == "__main__":
    main(sys.argv[1:])
