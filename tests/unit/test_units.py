"""Which unit follows what: scores against brute force, ranking, search, effect."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import lstm_lab as lab
from lstm_lab import training, units

values = arrays.arrays(float, st.tuples(st.integers(3, 20), st.integers(1, 3)),
                       elements=st.integers(-3, 3).map(float))  # fmt: skip


@given(values, st.data())
def test_auroc_is_the_share_of_pairs_that_are_in_order(x, data):
    y = np.array(data.draw(st.lists(st.booleans(), min_size=len(x), max_size=len(x))))
    y[0], y[1] = True, False
    pairs = x[y][:, None] - x[~y][None]
    wanted = ((pairs > 0) + (pairs == 0) / 2).mean(axis=(0, 1))
    np.testing.assert_allclose(units.auroc(x, y), wanted, atol=1e-12)


@given(values, st.data())
def test_spearman_is_pearson_of_the_ranks(x, data):
    y = np.array(data.draw(st.lists(st.integers(0, 4), min_size=len(x), max_size=len(x))), float)

    def ranks(column):
        return [np.mean([(column < v).sum() + k for k in range(1, (column == v).sum() + 1)])
                for v in column]  # fmt: skip

    for k, found in enumerate(units.spearman(x, y)):
        a, b = np.array(ranks(x[:, k])), np.array(ranks(y))
        constant = np.ptp(a) == 0 or np.ptp(b) == 0
        assert found == pytest.approx(0 if constant else np.corrcoef(a, b)[0, 1], abs=1e-12)


def items(seed, n=1, length=300):
    """Traces and labels of texts, by a cell whose first unit counts items."""
    cell = lab.programs.list_items()
    texts = cell.task.sample(n, length, rng=seed)
    return [cell.run(cell.task.encode(t)) for t in texts], [cell.task.label(t) for t in texts]


def test_the_unit_that_counts_is_found_and_told_on_the_other_half():
    (trace,), (label,) = items(0)
    ranked = units.rank(trace, label)
    assert (ranked[0].of, ranked[0].unit, ranked[0].sign) == ("c", 0, 1)
    assert ranked[0].held_out > 0.99 > ranked.second_best
    assert ranked.probe > 0.9 and ranked.shuffled < 0.5
    assert ranked.steps == (300, 300)
    inside = units.rank(trace, label > 0, of=["h"])
    assert inside[0].score == pytest.approx(1) and abs(inside.shuffled - 0.5) < 0.15


def test_a_list_an_iterator_and_a_batch_give_the_same_best_unit():
    traces, labels = items(1, n=6)
    both = [units.rank(traces, labels), units.rank(iter(traces), iter(labels))]
    lstm = lab.programs.list_items().to_torch()
    task = lab.tasks.list_items()
    texts = task.sample(6, 80, rng=1)
    batch = lab.trace(lstm, np.stack([task.encode(t) for t in texts], 1))
    both.append(units.rank(batch, [task.label(t) for t in texts]))
    both.append(units.rank(zip(traces, labels, strict=True)))
    assert {(r[0].of, r[0].unit) for r in both} == {("c", 0)}
    assert both[-1][0].held_out == both[1][0].held_out


def test_a_unit_that_is_low_where_the_label_is_counts_as_well():
    (trace,), (label,) = items(7)
    trace.arrays["c"] = -trace.arrays["c"]
    best = units.rank(trace, label > 0, of="c")[0]
    assert best.sign == -1 and best.held_out > 0.99


def test_a_long_text_takes_constant_memory(monkeypatch):
    monkeypatch.setattr(units, "MOST_NUMBERS", 2000)
    traces, labels = items(3, n=40)
    ranked = units.rank(iter(traces), iter(labels), of="c")
    kept, seen = ranked.steps
    assert seen == 40 * 300 and 2 * kept <= 2000 and kept > 400
    assert ranked[0].unit == 0 and ranked[0].held_out > 0.99


def test_every_nth_step_is_kept_across_pieces(monkeypatch):
    monkeypatch.setattr(units, "MOST_NUMBERS", 64)
    halves = units._Halves()
    for k in range(0, 300, 7):
        x = np.arange(k, min(k + 7, 300), dtype=float)[:, None]
        halves.add(k % 2, [x], x[:, 0])
    kept = np.sort(np.concatenate([x[:, 0] for rows in halves.rows for x, _ in rows]))
    assert 20 <= len(kept) <= 64


@given(st.integers(0, 10**6), st.integers(1, 5), st.integers(1, 30))
def test_search_finds_the_highest_places_apart(seed, most, apart):
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, 50, 3)
    traces = [lab.Trace({"c": rng.normal(size=(n, 2)), "h": np.zeros((n, 2))}) for n in lengths]
    found = units.search(traces, unit=1, most=most, apart=apart)
    every = [(-t.c[s, 1], k, s) for k, t in enumerate(traces) for s in range(len(t))]
    wanted = []
    for value, k, s in sorted(every):
        if all(k != other or abs(s - at) >= apart for _, other, at in wanted):
            wanted.append((value, k, s))
    assert [(-p.value, p.sequence, p.step) for p in found] == wanted[:most]


def test_the_unit_that_matters_is_the_one_that_counts():
    net = training.load("anbn")
    text = "a" * 8 + "b" * 8
    c = net.cell.run(net.task.encode(text)).c
    counts = int(np.ptp(c, axis=0).argmax())
    lstm, read = net.cell.to_torch(), net.read
    x = torch.tensor(net.task.encode(text)).to(next(lstm.parameters()).dtype)
    target = torch.tensor(net.task.targets(text))

    def bits(model):
        with torch.no_grad():
            logits = read(model(x)[0].to(read.weight.dtype))
        return torch.nn.functional.cross_entropy(logits, target) / np.log(2)

    found = units.effect(lstm, "", bits, range(3))
    assert found[0].unit == counts and found[0].change > 1
    assert all(abs(e.change) < found[0].change for e in found[1:])
    np.testing.assert_allclose(bits(lstm), bits(lstm))


def trace(T=4):
    return lab.Trace({"c": np.zeros((T, 2)), "h": np.zeros((T, 2))})


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (lambda: units.rank(trace(), [0, 1, 0]), ValueError, r"shape \(3,\), but the trace has 4"),
        (lambda: units.rank(trace(), [1, 1, 1, 1]), ValueError, "the same at all steps"),
        (lambda: units.rank(trace(), [0, 1, 0, np.nan]), ValueError, "label"),
        (lambda: units.rank(trace(), [0, 1, 0, 1], of="g"), ValueError, "of has 'g'"),
        (lambda: units.rank([trace()], [[0, 1, 0, 1]]), ValueError, "one trace too few"),
        (lambda: units.rank([trace()] * 2, [[0, 1, 0, 1]]), ValueError, "fewer labels"),
        (lambda: units.rank([trace()] * 2, [[0, 1, 0, 1]] * 3), ValueError, "more labels"),
        (lambda: units.rank([3], [[0, 1]]), TypeError, "Trace"),
        (lambda: units.search(trace(), 0, most=0), ValueError, "most"),
        (lambda: units.effect(torch.nn.LSTM(1, 1), "", 3, [0]), TypeError, "measure"),
        (lambda: units.effect(torch.nn.LSTM(1, 1), "", None, [0]), TypeError, "must be a f"),
        (lambda: units.effect(torch.nn.LSTM(1, 1), "", len, 5), TypeError, "units must be a list"),
        (lambda: units.effect(torch.nn.LSTM(1, 1), "", len, [0], 3), TypeError, "clamp must be a"),
        (lambda: units.effect(torch.nn.LSTM(1, 1), "", lambda _: np.nan, [0]), ValueError, "me"),
    ],
)  # fmt: skip
def test_bad_input_is_told(ask, error, message):
    with pytest.raises(error, match=message):
        ask()


@given(st.integers(0, 10**6), st.sampled_from(["forward", "reverse"]))
def test_c_is_a_weighted_sum_of_past_candidates(seed, direction):
    torch.manual_seed(seed)
    lstm = torch.nn.LSTM(2, 3, bidirectional=True).double()
    x = torch.randn(7, 2).double()
    c0 = torch.randn(2, 3).double()
    run = lab.trace(lstm, x, state=(torch.randn(2, 3).double(), c0), direction=direction)
    d = int(direction == "reverse")
    order = slice(None, None, -1 if d else 1)
    for unit in range(3):
        weights = run.weights_of_past(unit)
        left = np.cumprod(run.remember[order, unit])[order] * c0[d, unit].item()
        found = weights @ run.candidate[:, unit] + left
        np.testing.assert_allclose(found, run.c[:, unit], rtol=0, atol=1e-12)
    with pytest.raises(ValueError, match="LSTM's gates"):
        lab.trace(torch.nn.GRU(2, 3), x.float()).weights_of_past(0)
