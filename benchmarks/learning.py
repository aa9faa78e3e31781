"""`python -m benchmarks.learning`: the counter of notebook 04, learned in the page and in torch.

The page's own files in the Node that Playwright brings, and torch on one thread, in one run; ten
seeds each, failures told. Parity with a gate that may be negative, and with one that may not.
"""

from statistics import median

from lstm_lab import training
from tests.node import evaluator

SEEDS, MOST = range(10), 1000
END = """(() => {
    const { letters, answers } = LESSONS[x.task];
    const sizes = { I: letters.length, H: x.units, K: answers.length };
    const net = newNet({ kind: "input_gated", ...sizes, signed: x.signed, seed: x.seed });
    const texts = lessonsOf(x.task, x.seed);
    const it = training(net, texts, x.seed);
    const begun = performance.now();
    for (let k = 0; k < x.updates; k++) it.update(x);
    const seconds = (performance.now() - begun) / 1000;
    const far = (one) => {
        const tried = firstFailing(one, x.task, x.most);
        tried.advance(Infinity);
        return tried.found.failing;
    };
    const best = chosenSharpness(net, texts);
    return { seconds, soft: far(net), sharp: best ? far(sharpened(net, best)) : 1,
        wrong: countWrong(net, texts) };
})()"""


def in_page(**options):
    """What each seed came to."""
    js = evaluator("learning.js", "lessons.js")
    given = {"task": "anbn", "units": 3, "signed": False, "lr": 0.02, "noise": 3, "most": MOST}
    given |= {"updates": 2500} | options
    return [js(END, given | {"seed": seed}) for seed in SEEDS]


def rows():
    """(what, lab, beside it, ratio)."""
    page, torch = in_page(), [training.train("anbn", seed, progress=False) for seed in SEEDS]
    own = median(one["seconds"] for one in page)
    theirs = median(one.history.seconds for one in torch)
    yield (
        "aⁿbⁿ learned in the page, 2,500 updates, ten seeds",
        f"{own:.2f} s, at most {max(one['seconds'] for one in page):.2f} s",
        f"torch, one thread: {theirs:.1f} s",
        f"{theirs / own:.0f}×",
    )
    yield (
        "… first failing n as trained, in order of the seeds",
        told(page, "soft"),
        told_of(torch),
        "",
    )
    more = in_page(updates=4000)
    yield (
        f"… sharpened, exact to n = {MOST:,}",
        f"{exact(page)} of 10 seeds; after 4,000 updates {exact(more)} of 10",
        "10 of 10, to 15,000",
        "",
    )
    toggles, none = (in_page(task="parity", units=4, noise=0, signed=s) for s in (True, False))
    yield (
        "parity, remember in (−1, 1): seeds with no error on their 60 texts",
        f"{sum(one['wrong'] == 0 for one in toggles)} of 10, "
        f"{median(one['seconds'] for one in toggles):.1f} s each",
        f"in (0, 1): {sum(one['wrong'] == 0 for one in none)} of 10",
        "",
    )


def told(found, key) -> str:
    return ", ".join("none" if one[key] is None else f"{one[key]}" for one in found)


def told_of(trained) -> str:
    return ", ".join(f"{training.first_failing_n(one.model, MOST)}" for one in trained)


def exact(found) -> int:
    return sum(one["sharp"] is None for one in found)


if __name__ == "__main__":
    for row in rows():
        print(*row, sep=" | ")
