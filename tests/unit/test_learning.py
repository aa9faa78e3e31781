"""Playground's training by hand is torch's; and what its presets promise."""

import json
from itertools import islice

import numpy as np
import pytest
import torch
from torch import nn

import lstm_lab as lab
from lstm_lab.widgets.char_writing import uniforms
from lstm_lab.widgets.playground import KINDS, LESSONS
from lstm_lab.widgets.traits import FigureError
from tests.node import evaluator

js = evaluator("learning.js", "lessons.js", "random.js", "playing.js")
CASES = [(kind, False) for kind in KINDS] + [("input_gated", True), ("lstm", True)]
IDS = [f"{kind}{', signed' * signed}" for kind, signed in CASES]
PLAIN = """const plain = (o) => Object.fromEntries(
    Object.entries(o).map(([k, v]) => [k, Array.from(v)]));"""


def by_torch(kind, parts, codes, signed, noise=None):
    """Logits (T, K) of a text by torch's operations."""
    H = parts["V"].shape[1]
    h = c = torch.zeros(H, dtype=torch.float64)
    out = []
    for code in codes:
        x = parts["b_x"] + (parts["W_x"][:, code] if code >= 0 else 0)
        s = parts["W_h"] @ h + parts["b_h"] if "W_h" in parts else torch.zeros_like(x)
        if KINDS[kind] == 4:
            a = x + s
            if noise is not None:
                drawn = torch.tensor([next(noise) for _ in range(3 * H)], dtype=torch.float64)
                a = a + torch.cat([drawn[: 2 * H], torch.zeros(H), drawn[2 * H :]])
            i, f, g, o = a.chunk(4)
            f = torch.tanh(f / 2) if signed else f.sigmoid()
            c = f * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
        elif kind == "gru":
            (x_r, x_z, x_n), (s_r, s_z, s_n) = x.chunk(3), s.chunk(3)
            z = (x_z + s_z).sigmoid()
            h = (1 - z) * (x_n + (x_r + s_r).sigmoid() * s_n).tanh() + z * h
        else:
            h = (x + s).tanh()
        out.append(parts["V"] @ h + parts["v"])
    return torch.stack(out)


def loss_of(kind, parts, texts, signed, noise=None):
    logits = [by_torch(kind, parts, text["codes"], signed, noise) for text in texts]
    targets = [-1 if t is None else t for text in texts for t in text["targets"]]
    return nn.functional.cross_entropy(torch.cat(logits), torch.tensor(targets), ignore_index=-1)


SIZES = {"I": 3, "H": 4, "K": 3}


def net_of(kind, signed, seed=0):
    """A net of the page, its numbers as tensors."""
    given = {"kind": kind, **SIZES, "signed": signed, "seed": seed, "remember": 0.5}
    parts = js(f"(() => {{ {PLAIN} return plain(newNet(x).parts); }})()", given)
    sizes = {"W_x": (-1, 3), "W_h": (-1, 4), "V": (3, 4)}
    made = {
        name: torch.tensor(v, dtype=torch.float64).reshape(sizes.get(name, (-1,)))
        for name, v in parts.items()
    }
    return given, {name: part.requires_grad_() for name, part in made.items()}


def random_texts(seed):
    rng = np.random.default_rng(seed)
    for T in (1, 4, 9):
        targets = [None if rng.random() < 0.3 else int(k) for k in rng.integers(3, size=T)]
        yield {"codes": rng.integers(-1, 3, size=T).tolist(), "targets": [0, *targets[1:]]}


@pytest.mark.parametrize(("kind", "signed"), CASES, ids=IDS)
def test_gradients_are_autograds(kind, signed):
    for seed in range(3):
        given, parts = net_of(kind, signed, seed)
        texts = list(random_texts(seed))
        loss = loss_of(kind, parts, texts, signed)
        loss.backward()
        program = f"(() => {{ {PLAIN} const it = lossAndGradient(newNet(x.net), x.texts);"
        got = js(
            program + " return { loss: it.loss, ...plain(it.gradient) }; })()",
            {"net": given, "texts": texts},
        )
        assert abs(got.pop("loss") - float(loss)) < 1e-12
        for name, part in parts.items():
            np.testing.assert_allclose(got[name], part.grad.ravel(), rtol=1e-9, atol=1e-12)


def gaussians(seed):
    uniform = uniforms(seed)
    while True:
        size, angle = np.sqrt(-2 * np.log(1 - next(uniform))), 2 * np.pi * next(uniform)
        yield from (size * np.cos(angle), size * np.sin(angle))


@pytest.mark.parametrize(("kind", "signed"), CASES, ids=IDS)
def test_fifty_updates_are_torchs(kind, signed):
    """Adam, the clipped norm, the falling rate, and the noise with the same numbers."""
    given, parts = net_of(kind, signed)
    texts, how = list(random_texts(5)), {"lr": 0.05, "noise": 2, "updates": 50}
    adam = torch.optim.Adam(parts.values(), lr=how["lr"])
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, how["updates"], how["lr"] / 10)
    drawn, losses = gaussians(4), []
    for step in range(how["updates"]):
        size = how["noise"] * step / how["updates"]
        noise = None
        if size and KINDS[kind] == 4:  # the page reads a text's gates i, f, o in this order
            noise = (size * value for value in drawn)
        loss = loss_of(kind, parts, texts, signed, noise)
        adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parts.values(), 1)
        adam.step()
        falling.step()
        losses.append(float(loss))
    program = (
        f"(() => {{ {PLAIN} const it = training(newNet(x.net), x.texts, 3); const losses = [];"
    )
    program += " for (let k = 0; k < 50; k++) losses.push(it.update(x.how));"
    program += " return { losses, ...plain(it.net.parts) }; })()"
    got = js(program, {"net": given, "texts": texts, "how": how})
    np.testing.assert_allclose(got["losses"], losses, rtol=1e-6)
    for name, part in parts.items():
        np.testing.assert_allclose(got[name], part.detach().ravel(), rtol=1e-6, atol=1e-9)


def test_the_page_draws_a_normal_distribution():
    drawn = js(
        "(() => { const g = gaussians(uniforms(x)); return Array.from({ length: 4000 }, g); })()", 3
    )
    np.testing.assert_allclose(drawn, list(islice(gaussians(3), 4000)), rtol=1e-12, atol=1e-12)
    assert abs(np.mean(drawn)) < 0.05 and abs(np.std(drawn) - 1) < 0.05


# --- the lessons ----------------------------------------------------------------------------------


@pytest.mark.parametrize("task", LESSONS)
def test_texts_that_are_learned_have_the_tasks_own_answers(task):
    texts = js("lessonsOf(x.task, x.seed).concat([1, 2, 7].map((n) => {"
               "const chars = [...LESSONS[x.task].longer(n)];"
               "const codes = codesOf(LESSONS[x.task], chars);"
               "return { codes, targets: targetsOf(x.task, chars) };"
               "}))", {"task": task, "seed": 2})  # fmt: skip
    it = lab.Playground(task=task).made_for
    assert len(texts) >= 13
    for text in texts:
        letters = "".join(it.alphabet[code] for code in text["codes"])
        assert text["targets"] == [None if t < 0 else t for t in it.targets(letters).tolist()]
        assert any(target is not None for target in text["targets"])


END = """(() => {
    const { letters, answers } = LESSONS[x.task];
    const shape = { kind: x.kind, I: letters.length, H: x.units, K: answers.length };
    const { signed, seed, remember, save } = x;
    const net = newNet({ ...shape, signed, seed, remember, save });
    const texts = lessonsOf(x.task, x.seed);
    const it = training(net, texts, x.seed);
    const losses = Array.from({ length: x.updates }, () => it.update(x));
    const far = (one) => {
        const tried = firstFailing(one, x.task, 300);
        tried.advance(Infinity);
        return tried.found.failing ?? 1000;
    };
    const best = chosenSharpness(net, texts);
    return { early: losses[300], wrong: countWrong(net, texts), n: far(net), best,
        sharp: best ? far(sharpened(net, best)) : 0 };
})()"""


def ends(name, seeds, **changes):
    """What a preset comes to, for some seeds."""
    figure = lab.Playground()
    preset = next(p["state"] for p in figure.presets if p["name"] == name)
    state = {key: getattr(figure, key) for key in figure.shown} | preset | changes
    return [js(END, state | {"seed": seed}) for seed in seeds]


def test_presets_end_as_their_hints_say():
    count = ends("count", range(4))
    assert all(one["wrong"] == 0 and 11 <= one["n"] < 100 for one in count)
    assert all(one["best"] == 8 and one["sharp"] == 1000 for one in count)
    quiet = ends("noise off", range(4))
    assert all(a["n"] < b["n"] for a, b in zip(quiet, count, strict=True))
    slow = ends("bias −3", range(4))
    assert sum(one["early"] for one in slow) > sum(one["early"] for one in count)
    assert {one["best"] for one in ends("gates read h", range(4))} == {1, 4, 8}  # some, not all
    gru = ends("GRU instead", range(3))
    assert all(one["wrong"] == 0 and one["n"] < 16 and one["sharp"] < 16 for one in gru)
    assert all(one["wrong"] > 30 for one in ends("parity, 0 … 1", range(2)))
    toggles = ends("parity, −1 … 1", range(2))
    assert all(one["wrong"] == 0 and one["sharp"] == 1000 for one in toggles)


def test_an_rnns_memory_is_the_seeds_luck_as_notebook_02_lets_one_see():
    figure = lab.Playground(task="remember_first", units=4, noise=0, updates=800)
    state = {key: getattr(figure, key) for key in figure.shown}
    found = {
        kind: [js(END, state | {"kind": kind, "seed": seed})["wrong"] for seed in range(4)]
        for kind in ("rnn", "lstm")
    }
    assert found["lstm"] == [0] * 4 and sum(wrong > 0 for wrong in found["rnn"]) >= 2


def test_a_trained_net_is_read_as_rules():
    rules = js("""(() => {
        const net = { kind: "input_gated", I: 2, H: 1, K: 2, signed: false, parts: {
            W_x: [0, 0, 0, 0, 40, -40, 0, 0], b_x: [20, 20, 0, 20], V: [0, 0], v: [0, 0] } };
        return [net, sharpened(net, 0.01)].map((one) => rulesOf(one, { letters: "ab" }));
    })()""", None)  # fmt: skip
    assert [r["units"][0]["text"] for r in rules[0]] == ["c ← c + 1", "c ← c − 1"]
    assert all(r["units"][0]["soft"] and "remember 0.55" in r["units"][0]["text"] for r in rules[1])


# --- the figure's Python half ---------------------------------------------------------------------

PLAY = """(() => {
    const { compute, report } = player();
    let values = compute(x);
    while (values.more && !values.unsaid) values = compute(x);
    const told = values.unsaid ? report() : null;
    const rows = Object.fromEntries(Object.keys(values.steps[0]).map((key) =>
        [key, values.steps.map((step) => Array.from(step[key]))]));
    return { told, rows, said: values.said, targets: values.targets, known: values.known };
})()"""


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_begins_and_ends_with_pythons_numbers(kind):
    figure = lab.Playground(task="dyck1", kind=kind, units=2, seed=5, remember=1, save=-1)
    state = {key: getattr(figure, key) for key in figure.shown}
    agree(js(PLAY, state), figure)
    told = js(PLAY, state | {"playing": True, "updates": 30})["told"]
    assert told["done"] == 30 and len(told["losses"]) == 30
    figure.change(weights=told["weights"], done=told["done"], losses=told["losses"], updates=30)
    state = {key: getattr(figure, key) for key in figure.shown}
    page = js(PLAY, state)
    agree(page, figure)
    answers = figure.net.answer(figure.text)
    assert answers.tolist() == page["said"]
    again = lab.Playground(figure.net, text=figure.text)
    np.testing.assert_allclose(again.values()["h"], figure.values()["h"], atol=1e-6)
    assert json.loads(json.dumps(state["weights"])) == state["weights"]


def agree(page, figure):
    for name, expected in figure.values().items():
        if name == "answer":
            assert page["said"] == expected.tolist()
        else:
            np.testing.assert_allclose(page["rows"][name], expected, rtol=1e-9, atol=1e-12)
    assert page["targets"] == figure.truth()


def test_a_net_goes_in_and_comes_out():
    trained = lab.training.load("anbn")
    figure = lab.Playground(trained, sharpness=8)
    assert (figure.values()["answer"] == figure.truth()).all()
    assert lab.training.first_failing_n(lab.training.sharpen(figure.net, 8), 60) is None
    assert str(lab.decompile(lab.training.sharpen(figure.net, 8)))


def test_weights_of_other_settings_are_put_away():
    figure = lab.Playground(lab.training.load("anbn"), done=2500, losses=[[2500, 0.1]])
    figure.task = "parity"
    assert figure.weights == {} and figure.done == 0 and figure.losses == []


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lab.Playground(task="poetry"), "task"),
        (lambda: lab.Playground(units=9), "units is 9, but must be 0 to 8|units"),
        (lambda: lab.Playground(lr=0), "lr is 0"),
        (lambda: lab.Playground(noise=-1), "noise is -1"),
        (lambda: lab.Playground(text="a" * 61), "text has 61 characters"),
        (lambda: lab.Playground(losses=[[1]]), "losses has"),
        (lambda: lab.Playground(weights={"W_x": ["a"]}), "must hold real numbers"),
        (lambda: lab.Playground(5), "a Tagger is wanted, not 5"),
        (lambda: lab.Playground(lab.models.Tagger(lab.tasks.urls(), 2)), "task is 'urls'"),
        (lambda: lab.Playground(signed=True).net, "a Tagger's gates lie in"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises((FigureError, TypeError, ValueError), match=message):
        call()
