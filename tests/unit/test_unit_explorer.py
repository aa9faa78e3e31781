"""UnitExplorer: the page reads, ranks, guesses and writes what Python does, and torch."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import lstm_lab as lab
from lstm_lab.models import CharModel
from lstm_lab.tasks.source import ALPHABET
from lstm_lab.widgets.char_writing import uniforms
from lstm_lab.widgets.packing import packed, unpacked
from lstm_lab.widgets.traits import FigureError
from tests.node import evaluator

js = evaluator("unit_values.js", "char_net.js", "packing.js", "unit_ranks.js", "random.js")
READ = """(() => {
    const compute = explorer();
    let values = compute(x);
    for (let k = 0; values.more && k < 10000; k++) values = compute(x);
    return values;
})()"""
CODE = "def f(x, y='(a'):\n    return [x, (y)]  # so\n" * 4
WORDS = ["the", "cat", "(", "a", "tom", ")", "sat", ".", "\n"] * 12


def net(**options):
    made = CharModel(ALPHABET, 12, seed=3, **options)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter *= 4  # so that gates open and shut
    return made


def live(**traits):
    return lab.UnitExplorer(net(), CODE, "code", **traits)


def recorded(rows=None, **traits):
    torch.manual_seed(0)
    trace = lab.trace(torch.nn.LSTM(3, 7), torch.randn(len(WORDS), 3))
    labels = {"inside": np.cumsum([(w == "(") - (w == ")") for w in WORDS]) > 0,
              "length": [len(w) for w in WORDS]}  # fmt: skip
    return lab.UnitExplorer(trace, WORDS, labels, **traits)


def figures():
    marks = [("high", 5, 20), ("low", 30, 70)]
    yield "live", live(unit=4, step=17)
    holds = [("remember", 4, 9, 20_000, 0.0), ("save", 4, 9, 20_000, 0.25), ("focus", 2, 3, 5, 1)]
    yield "held", live(unit=4, clamp=holds, label="depth", of="h", writes=40, sharpness=2.0, seed=7)
    yield "written", live(writes=25, step=len(CODE) - 1, seed=1)
    yield "marked", live(marks=marks, of="save")
    yield "one mark", live(marks=marks[:1])
    deep = net(num_layers=2, embedding_size=5)
    yield "layers", lab.UnitExplorer(deep, "a(b) é'c'" * 9, "prose", layer=0, unit=2,
                                     clamp=[("f", 2, 4, 30, 1)])  # fmt: skip
    yield "corpus", live(corpus=["'a' (b) " * 30, CODE], unit=1)
    yield "no text", lab.UnitExplorer(net(), "", "code", writes=9)
    shipped = lab.training.load("python_code", 3)
    page = next(f.text for f in lab.tasks.python_source("lab") if f.name.endswith("/cell.py"))
    yield "shipped", lab.UnitExplorer(shipped, page[1000:2000], "code", unit=7, writes=200,
                                      clamp=[("save", 7, 900, 20_000, 0.0)])  # fmt: skip
    yield "recorded", recorded(unit=3)
    yield "numbers", recorded(label="length", of="candidate", unit=6)
    gru = lab.trace(torch.nn.GRU(3, 4), torch.randn(30, 3))
    yield "gru", lab.UnitExplorer(gru, np.linspace(0, 3, 30), marks=[("low", 0, 9)])
    cell = lab.programs.nesting()
    text = cell.task.sample(1, 200, 0)[0]
    yield "ties", lab.UnitExplorer(cell.run(cell.task.encode(text)), text,
                                   {"open": cell.task.label(text) > 0})  # fmt: skip


def state(figure):
    kept = {key: getattr(figure, key) for key in figure.shown}
    return kept | {"packed": list(figure.packed)}


@pytest.mark.parametrize(("name", "figure"), list(figures()))
def test_the_page_shows_what_python_says(name, figure):
    page = js(READ, state(figure))
    assert page["more"] is False
    for key, expected in figure.values().items():
        got = list(page["rows"][key].values()) if page["rows"][key] else []
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12)
    ranked = figure.ranked()
    assert len(page["ranked"]) == len(ranked)
    for ours, theirs in zip(page["ranked"], ranked, strict=True):
        assert abs(ours["score"] - theirs.score) < 1e-9 and ours["sign"] == theirs.sign
        assert ours["out"] is None or abs(ours["out"] - theirs.held_out) < 1e-9
    assert [(p["sequence"], p["step"]) for p in page["passages"]] == [
        (p.sequence if figure.corpus else -1, p.step) for p in figure.passages()
    ]
    for label, values in figure.label_values().items():
        if label == figure.label:
            assert page["label"] == values.tolist()
    if figure.live and figure.text:
        for key, clamped in (("guesses", True), ("freeGuesses", False)):
            p = figure.guesses(clamped)
            assert np.allclose(page[key], [p[c] for c in figure.alphabet], rtol=1e-9, atol=1e-12)
        wrote = ["".join(one["chars"]) for one in page["written"]]
        assert wrote[0] == figure.written()
        assert wrote[1] == (figure.written(clamped=False) if figure.clamp else "")


def test_what_is_read_is_what_the_net_does():
    figure, model = live(), net()
    with lab.listen(model) as heard, torch.no_grad():
        logits = model(model.codes(CODE))
    for name in figure.names:
        np.testing.assert_allclose(figure.trace()[name], heard["lstm"][name], atol=2e-5)
    figure.step = 30
    p = torch.softmax(logits[30], dim=-1)
    assert max(abs(p[k] - figure.guesses()[c]) for k, c in enumerate(ALPHABET)) < 2e-5
    held = {("remember", 4, range(9, len(CODE))): 0.0}
    figure.clamp = [("remember", 4, 9, 20_000, 0.0)]
    with lab.hold(model, {"lstm": held}), torch.no_grad():
        p = torch.softmax(model(model.codes(CODE))[30], dim=-1)
    assert max(abs(p[k] - figure.guesses()[c]) for k, c in enumerate(ALPHABET)) < 2e-5


def test_a_text_that_grows_or_changes_is_read_as_if_it_were_new():
    figure = live(clamp=[("save", 1, 12, 20_000, 1.0)], text="")
    texts = [CODE[:k] for k in (40, 41, 60)] + ["x" + CODE[:60], CODE[:30] + "!" + CODE[31:60], ""]
    clamps = [figure.clamp, [], [["focus", 2, 50, 52, 0.0]], [["focus", 2, 5, 52, 0.0]]]
    given = state(figure) | {"texts": texts, "clamps": clamps}
    states = "x.texts.flatMap((text) => x.clamps.map((clamp) => ({ ...x, text, clamp })))"
    settle = "{ let v = compute(s); while (v.more) v = compute(s); return v.rows.c; }"
    kept = js(f"((compute) => {states}.map((s) => {settle}))(explorer())", given)
    anew = js(f"{states}.map((s) => {{ const compute = explorer(); {settle[1:]})", given)
    assert kept == anew and len(kept) == 24


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=2, max_size=30))
def test_ranks_with_ties_are_those_of_the_lab(pairs):
    x, y = (np.array(part) for part in zip(*pairs, strict=True))
    if y.all() or not y.any():
        return
    got = js("auroc(x.v, x.y)", {"v": x.tolist(), "y": y.tolist()})
    assert abs(got - lab.units.auroc(x[:, None], y)[0]) < 1e-12


def test_numbers_travel_as_what_they_are_called():
    rng = np.random.default_rng(0)
    halves = rng.normal(size=50).astype(np.float16).astype(float)
    special = [0, -0.0, 6e-8, -65504, 2**-14, 2**-25, 1 / 3]
    arrays = {
        "a": (rng.normal(size=(3, 4)), "f4"), "b": (np.array([*halves, *special]), "f2"),
        "c": (rng.uniform(size=9), "u1"), "d": (rng.uniform(-1, 1, size=9), "i1"),
        "e": (np.array([[-1, 70_000]]), "i4"),
    }  # fmt: skip
    data, parts = packed(arrays)
    here = unpacked(data, parts)
    got = js("unpacked(x.bytes, x.parts)", {"bytes": list(data), "parts": parts})
    for name, (array, _) in arrays.items():
        assert got[name]["shape"] == list(np.shape(array))
        assert list(got[name]["data"].values()) == here[name].ravel().tolist()
    assert (here["b"][:50] == halves).all() and np.abs(here["a"] - arrays["a"][0]).max() < 1e-6
    assert np.abs(here["c"] - arrays["c"][0]).max() <= 0.5 / 255 + 1e-12
    assert np.abs(here["d"] - arrays["d"][0]).max() <= 0.5 / 127 + 1e-12


def test_the_page_draws_the_same_numbers():
    program = "((next) => Array.from({ length: 20 }, () => next()))(uniforms(x))"
    for seed in (0, 1, 2**31, 2**32 - 1):
        own = uniforms(seed)
        assert js(program, seed) == [next(own) for _ in range(20)]
    many = uniforms(3)
    drawn = np.array([next(many) for _ in range(5000)])
    assert abs(drawn.mean() - 0.5) < 0.02 and 0 <= drawn.min() < 0.01 < 0.99 < drawn.max() < 1


def test_a_thousand_steps_of_256_units_travel_in_two_megabytes():
    trace = lab.trace(torch.nn.LSTM(4, 256), torch.randn(1000, 4))
    figure = lab.UnitExplorer(trace, "a" * 1000, {"late": np.arange(1000) % 500 > 250})
    assert len(figure.packed) <= 2_048_000
    assert np.abs(figure.trace().save - trace.save).max() <= 0.5 / 255 + 1e-6
    assert np.abs(figure.trace().c - trace.c).max() <= 1e-3 * np.abs(trace.c).max()
    for name in ("rank", "page"):
        assert name == "rank" or len(js(READ, state(figure))["ranked"]) == 256


def test_a_shipped_net_travels_in_two_bytes_a_number():
    figure = lab.UnitExplorer(lab.training.load("python_code"), "f(x)", "code")
    assert len(figure.packed) < 300_000


def test_a_batch_of_one_is_that_one():
    lstm, x = torch.nn.LSTM(2, 3), torch.randn(6, 1, 2)
    figure = lab.UnitExplorer(lab.trace(lstm, x), "abcdef")
    assert figure.trace().c.shape == (6, 3)


def test_marks_take_the_rest_for_the_other_kind():
    figure = recorded(marks=[("high", 2, 5)])
    y = np.zeros(len(WORDS), bool)
    y[2:6] = True
    best = figure.ranked()[0]
    folded = np.abs(lab.units.auroc(figure.trace().c, y) - 0.5) + 0.5
    assert best.score == folded.max() and best.unit == folded.argmax()
    assert lab.UnitExplorer(lab.trace(torch.nn.LSTM(1, 2), torch.ones(5, 1)), "abcde",
                            marks=[("high", 0, 9)]).ranked() == []  # fmt: skip


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lab.UnitExplorer(5, "a"), "a Trace or a CharModel is wanted, not int"),
        (lambda: lab.UnitExplorer(lab.trace(torch.nn.LSTM(1, 2), torch.ones(5, 3, 1)), "abcde"),
         "this trace holds 3 sequences"),
        (lambda: recorded(unit=7), "unit is 7, but must be 0 to 6"),
        (lambda: recorded(of="reset"), "of is 'reset', but must be one of 'remember'"),
        (lambda: recorded(label="late"), "label is 'late', but must be one of '', 'inside'"),
        (lambda: recorded(text="a"), "text is typed for a CharModel"),
        (lambda: recorded(clamp=[("save", 0, 0, 1, 1)]), "gates are held in a CharModel"),
        (lambda: recorded(marks=[("up", 0, 1)]), "marks has"),
        (lambda: recorded(marks=[("high", 3, 1)]), "the first comes first"),
        (lambda: live(text="a" * 5001), "text has 5,001 characters: up to 5,000"),
        (lambda: live(writes=1001), "writes is 1001, but must be 0 to 1000"),
        (lambda: live(clamp=[("save", 12, 0, 1, 1)]), "clamp of unit 12: there are 12"),
        (lambda: live(text="\ud800"), "half of a character"),
        (lambda: lab.UnitExplorer(lab.trace(torch.nn.LSTM(1, 2), torch.ones(2, 1)), "a\ud800"),
         "tokens has .* half of a character"),
        (lambda: live(corpus=[5]), "corpus must be texts"),
        (lambda: live(corpus="a" * 200_001), "the corpus has 200,001 steps"),
        (lambda: live(layer=1), "layer"),
        (lambda: lab.UnitExplorer(net(), CODE, "poetry"), "labels of a CharModel is 'poetry'"),
        (lambda: lab.UnitExplorer(lab.trace(torch.nn.LSTM(1, 2), torch.ones(5, 1)), "abc"),
         "3 tokens for 5 steps"),
        (lambda: lab.UnitExplorer(lab.trace(torch.nn.LSTM(1, 2), torch.ones(2, 1)), "ab", {"x": [1]}
                                  ), r"label 'x' has shape \(1,\), but there are 2 steps"),
        (lambda: recorded().guesses(), r"guesses\(\) is for a CharModel"),
    ],
)  # fmt: skip
def test_bad_input_is_named(call, message):
    with pytest.raises((FigureError, TypeError, ValueError), match=message):
        call()
