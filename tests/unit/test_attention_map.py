"""AttentionMap's two halves say the same: what is read, written, cut and moved; and its traits."""

import base64
import copy

import numpy as np
import pytest
import torch

import lstm_lab as lab
from lstm_lab.plots.style import png
from lstm_lab.widgets.attention_map import PARAMETERS
from lstm_lab.widgets.traits import FigureError
from tests.node import evaluator

js = evaluator("lstm.js", "seq2seq.js")
REVERSE = lab.tasks.permutation()
TASKS = {
    "reverse": REVERSE,
    "copy": lab.tasks.permutation("copy"),
    "shift": lab.tasks.permutation("shift", 3),
    "dates": lab.tasks.dates(),
}


def untrained(task=REVERSE, units=6, kind="additive", seed=0, scale=3.0):
    """A small net whose weights are large enough to look somewhere."""
    net = lab.seq2seq.Seq2Seq(task, units, kind, seed)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter *= scale
    return net


def figure(source="lstmlab", edits=(), sharpness=1.0, **options):
    return lab.AttentionMap(untrained(**options), source, edits, sharpness)


def given(it):
    state = {key: getattr(it, key) for key in it.shown}
    return state | {"weights": base64.b64encode(it.weights).decode()}


#: How the page computes, from a state whose bytes stand at an odd place in a longer buffer.
ATTENDED = """x.map((state) => {
    const bytes = Uint8Array.from(atob(state.weights), (c) => c.charCodeAt(0));
    const all = new Uint8Array(bytes.length + 12);
    all.set(bytes, 5);
    const net = netOf({ ...state, weights: new DataView(all.buffer, 5, bytes.length) });
    const plain = netOf({ ...state, weights: bytes.buffer });
    if (String(net.read.W) !== String(plain.read.W)) throw new Error("another net");
    const { source, alphabet, writes, edits, sharpness } = state;
    const read = encoded(net, Array.from(source, (char) => alphabet.indexOf(char)));
    const free = decoded(net, read, (_, weights) => weights, 1);
    const now = decoded(net, read, knifeOf(fitting(edits, source.length)), sharpness);
    const text = (codes) => codes.map((k) => writes[k]).join("");
    const truth = pairOf(state.task, state, source);
    const score = truth && alignmentOf(now.masks, truth.spans);
    const wrote = { wrote: text(now.codes), before: text(free.codes), ended: now.ended };
    return { ...read.run, masks: now.masks, scores: now.scores, ...wrote, truth, score };
})"""


def figures():
    rng = np.random.default_rng(0)
    for k in range(24):
        task = list(TASKS.values())[k % 4]
        units, kind = int(rng.integers(1, 14)), ("additive", "dot")[k % 2]
        net = untrained(task, units, kind, seed=k, scale=float(rng.uniform(1, 6)))
        source = "".join(rng.choice(list(task.alphabet), size=rng.integers(1, 30)))
        places = rng.integers(30, size=(rng.integers(5), 3)).tolist()
        edits = [(t, a, to - 1) for t, a, to in places]
        yield lab.AttentionMap(net, source, edits, (1, 0, 100, 0.01, 7.5)[k % 5])
    yield figure(edits=[(1, 2, None), (1, 2, -1), (0, 3, 3), (1, 4, 2), (200, 0, 1), (2, 99, 0)])
    yield figure("a", edits=[(0, 0, -1), (1, 0, 0)])  # nothing left to look at
    yield figure("5 April 09", task=TASKS["dates"], units=12)
    yield figure("z" * 60, units=16)


def test_the_page_reads_and_writes_what_the_kernel_does():
    cases = list(figures())
    for it, got in zip(cases, js(ATTENDED, list(map(given, cases))), strict=True):
        values, score = it.values(), it.score()
        for key, expected in values.items():
            if isinstance(expected, str):
                assert got[key] == expected
            else:
                np.testing.assert_allclose(got[key], expected, rtol=1e-9, atol=1e-12)
        assert got["ended"] == it.decode().ended
        pair = it.truth()
        if pair is None:
            assert got["truth"] is None
            continue
        assert got["truth"] == {"target": pair.target, "spans": list(map(list, pair.spans))}
        assert got["score"]["hits"] == round(score.hits * score.steps)
        assert got["score"]["steps"] == score.steps
        assert got["score"]["mass"] == pytest.approx(score.mass, abs=1e-12)


def test_the_kernel_writes_what_the_net_writes_with_that_knife():
    it = figure(edits=[(1, 2, None), (3, 0, 5)], sharpness=2)
    net = copy.deepcopy(untrained()).double()
    attend = lab.seq2seq.intervene([(1, 2, None), (3, 0, 5)])
    expected = net.decode("lstmlab", attend=attend, sharpness=2)
    assert it.values()["wrote"] == expected.text
    np.testing.assert_allclose(it.values()["masks"], expected.masks, atol=1e-12)
    assert it.values()["before"] == net.decode("lstmlab").text
    assert it.edits == [[1, 2, -1], [3, 0, 5]]


def test_the_knife_of_the_page_is_attentions():
    rng = np.random.default_rng(1)
    rows = [*rng.dirichlet(np.ones(6) * 0.3, size=20).tolist(), [0, 0, 1, 0, 0, 0], [0] * 6]
    cases = [[row, int(k), int(to)] for row in rows for k, to in rng.integers(6, size=(4, 2))]
    cuts = js("x.map(([row, k]) => cutMask(row, k))", cases)
    moves = js("x.map(([row, k, to]) => moveMask(row, k, to))", cases)
    for (row, k, to), cut, moved in zip(cases, cuts, moves, strict=True):
        np.testing.assert_allclose(cut, lab.seq2seq.ablate(row, k), rtol=1e-12)
        np.testing.assert_array_equal(moved, lab.seq2seq.reroute(row, k, to))


def test_a_weight_is_moved_on_step_by_step():
    walk = "nudged(nudged(nudged(x, 2, 5, 4), 2, 4, 3), 2, 3, 2)"
    assert js(walk, [[0, 1, -1]]) == [[0, 1, -1], [2, 5, 2]]
    assert js("nudged(nudged(x, 2, 5, 4), 2, 4, 5)", []) == []
    assert js("nudged(x, 2, 4, 5)", [[1, 3, 4]]) == [[1, 3, 4], [2, 4, 5]]


@pytest.mark.parametrize("name", TASKS)
def test_the_page_knows_the_true_pairs(name):
    task = TASKS[name]
    pairs = task.sample(400, None if name == "dates" else (1, 30), 0)
    sources = [pair.source for pair in pairs]
    if name == "dates":
        sources += [
            "31 February 2024",
            "29 February 2024",
            "29/02/23",
            "1 May 0000",
            "May",
            "5 apr",
        ]
        sources += [
            "32 May 04",
            "0.1.2000",
            "1st May 04",
            "May 1st, 1968",
            "May 31 69",
            "9-12-2001",
        ]
    it = lab.AttentionMap(untrained(task), sources[0])
    state = {"sources": sources} | {key: getattr(it, key) for key in ("task", "by", "forms")}
    found = js("x.sources.map((source) => pairOf(x.task, x, source))", state)
    for source, got in zip(sources, found, strict=True):
        it.source = source
        pair = it.truth()
        expected = pair and {"target": pair.target, "spans": list(map(list, pair.spans))}
        assert got == expected, source


@pytest.mark.parametrize("kind", ["additive", "dot"])
def test_all_weights_travel(kind):
    net = untrained(kind=kind)
    assert len(lab.AttentionMap(net).weights) == 4 * net.num_parameters
    named = [name for name in PARAMETERS if name in dict(net.named_parameters())]
    assert sorted(named) == sorted(name for name, _ in net.named_parameters())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"source": "héllo"}, r"LATIN SMALL LETTER E WITH ACUTE\) at position 1 is not in"),
        ({"source": ""}, "source has 0 characters: 1 to 100"),
        ({"source": "a" * 101}, "source has 101 characters: 1 to 100"),
        ({"sharpness": -1}, "sharpness is -1"),
        ({"sharpness": 1e300}, r"sharpness is 1e\+300, but must be up to 1e6"),
        ({"edits": [(0, 1)]}, r"give \(step, source, to\), to None for a cut"),
        ({"edits": [(0, 1, 100)]}, "to of an edit is 100, but must be 0 to 99"),
        ({"edits": [(0, -1, 1)]}, "source of an edit is -1"),
        ({"edits": [(210, 0, 1)]}, "step of an edit is 210, but must be 0 to 209"),
        ({"edits": [(0.5, 0, 1)]}, "step of an edit must be a whole number"),
        ({"edits": [(0, 0, 1)] * 201}, "201 edits: up to 200"),
        ({"unit": 6}, "unit is 6, but must be 0 to 5"),
        ({"place": 100}, "place is 100, but must be 0 to 99"),
        ({"weights": b"1234"}, "weights belongs to the net: make a new AttentionMap"),
        ({"task": "copy"}, "task belongs to the net"),
    ],
)
def test_bad_traits_are_refused_and_change_nothing(change, message):
    it = figure()
    before = {key: getattr(it, key) for key in it.shown}
    with pytest.raises(FigureError, match=message):
        it.change(**change)
    assert {key: getattr(it, key) for key in it.shown} == before


def test_it_wants_a_net_with_attention():
    with pytest.raises(TypeError, match="a Seq2Seq is wanted, not Permutation"):
        lab.AttentionMap(REVERSE)
    with pytest.raises(ValueError, match="no attention: there is no map"):
        lab.AttentionMap(lab.seq2seq.Seq2Seq(REVERSE, 6, None))
    with pytest.raises(ValueError, match="129 units: 1 to 128"):
        lab.AttentionMap(lab.seq2seq.Seq2Seq(REVERSE, 129))
    with pytest.raises(ValueError, match="not in the alphabet"):
        lab.AttentionMap(untrained(), "A")
    with pytest.raises(TypeError, match="no such trait"):
        lab.AttentionMap(untrained(), colour="red")
    broken = untrained()
    broken.read.bias.data[0] = np.nan
    with pytest.raises(ValueError, match=r"read.bias\[0\] is nan"):
        lab.AttentionMap(broken)


def test_it_is_told_in_few_words():
    told = repr(figure(edits=[(1, 2, None), (0, 3, 99)])).splitlines()
    assert told[0] == "AttentionMap(reverse, additive, sharpness 1)"
    assert told[1] == "  source    = 'lstmlab'" and told[4] == "  truth     = 'balmtsl'"
    assert told[-1] == "  edits: step 2, input 3 't' cut; step 1, input 4 'm' moved to input 100"
    assert len(told) == 7 and "of 7, weight there 0." in told[5]
    unknown = repr(figure("April", task=TASKS["dates"]))
    assert "  truth     = unknown" in unknown and "arg-max" not in unknown
    assert "stopped after 24 steps" in repr(figure(edits=[], scale=0.01))


def test_its_score_is_alignments():
    it = figure("abcde", scale=6.0)
    found = lab.seq2seq.alignment(it.values()["masks"], it.truth().spans)
    assert it.score() == pytest.approx(found)
    it.edits = [(0, k, None) for k in range(5)]
    assert it.values()["masks"][0].tolist() == [0] * 5
    assert it.score().steps == 5 and it.score().hits < 1


@pytest.mark.parametrize("size", [1, 3, 20, 60, 100])
def test_its_still_shows_any_size(size):
    it = figure("abcdefghij" * 10, units=8)
    it.source = it.source[:size]
    fig, ax = it.still()
    assert len(png(fig)) > 5000
    assert ax.get_xlabel() == "input"
    assert ax.get_ylabel().startswith("output step")


def test_a_page_that_sends_what_does_not_fit_is_told_what_holds():
    it = figure()
    told = []
    it.send_state = told.append
    it.set_state({"source": "Ä"})
    assert it.source == "lstmlab" and told == [list(it.shown)]
