"""`make weights`, second half: train the nets of notebook 06 from five seeds, score each, write the
weights of the first and cards that tell of all.

The same seeds give the same weights on the same kind of CPU. No seed is left out of a card.
"""

import json
import sys
from concurrent.futures import ProcessPoolExecutor
from itertools import product

import torch
from safetensors.torch import save_file

from lstm_lab.seq2seq import training
from lstm_lab.seq2seq.training import MOST, RECIPES, SHIPPED
from lstm_lab.training import WEIGHTS

SEEDS = range(5)
#: Letters: so many words of every length that is trained on, and of some that are not.
LENGTHS, WORDS = (*range(1, 26), 30, 40), 200
DATES = 2000


def run(job) -> dict:
    """Train one seed of a recipe and score it: its weights, and its line on the card."""
    name, seed = job
    torch.set_num_threads(1)
    net, history = training.train(name, seed, progress=False)
    line = {"seconds": round(history.seconds, 1), "loss": round(history.loss[-1], 4)}
    line |= score_dates(net, seed) if name == "dates" else score_letters(name, net, seed)
    return {"name": name, "seed": seed, "net": net, "line": line}


def score_letters(name, net, seed) -> dict:
    """Exact match by length, and the map's score at the longest length that is trained on."""
    words = {T: training.held_out(name, WORDS, T, seed) for T in LENGTHS}
    line = {"exact": {T: training.exact_match(net, pairs) for T, pairs in words.items()}}
    return line | map_score(net, words[MOST])


def score_dates(net, seed) -> dict:
    """Exact match on held-out dates, the map's score, and one date that is known to be hard."""
    pairs = training.held_out("dates", DATES, seed=seed)
    line = {
        "exact": training.exact_match(net, pairs),
        "5 April 09": net.decode("5 April 09").text,
    }
    return line | map_score(net, pairs)


def map_score(net, pairs) -> dict:
    if net.attention is None:
        return {}
    hits, mass, _ = training.alignment_score(net, pairs)
    return {"arg_max_on_source": round(hits, 4), "weight_on_source": round(mass, 4)}


def write(name, results):
    """The weights of the first seed, and the card beside them."""
    first = next(result["net"] for result in results if result["seed"] == SHIPPED)
    save_file(first.state_dict(), WEIGHTS / f"{name}.safetensors")
    recipe = RECIPES[name]
    read = "dates" if name == "dates" else f"words of 1 to {MOST} letters"
    card = {
        "made_by": f"python -m tools.translate {name}",
        "torch": torch.__version__.split("+")[0],
        "recipe": recipe._asdict() | {"units": first.units, "weights": first.weights},
        "fit": "Adam 0.01, one cycle, gradient norm at most 1, cross entropy",
        "texts": f"{recipe.steps * recipe.batch:,} {read}, each new",
        "exact": f"share written exactly, of {DATES if name == 'dates' else WORDS} held-out ones",
        "shipped": SHIPPED,
        "seeds": {str(result["seed"]): result["line"] for result in results},
    }
    text = json.dumps(card, indent=1, ensure_ascii=False)
    (WEIGHTS / f"{name}.json").write_text(text + "\n", "utf-8")


def train_all(names) -> dict[str, list[dict]]:
    """Each recipe from five seeds, two processes at a time; prints each seed as it comes."""
    done = {name: [] for name in names}
    with ProcessPoolExecutor(2) as pool:
        for result in pool.map(run, product(names, SEEDS)):
            print(f"  {result['name']} seed {result['seed']}: {result['line']}", flush=True)
            done[result["name"]].append(result)
    return done


def main(names):
    for name, results in train_all(names or list(RECIPES)).items():
        write(name, results)


if __name__ == "__main__":
    main(sys.argv[1:])
