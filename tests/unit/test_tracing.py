"""trace() against torch's own outputs and against the cell, over every form an nn.LSTM takes."""

import copy

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.utils import prune
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import lstm_lab as lab
from lstm_lab import _gates, tracing

TOLERANCE = {torch.float32: 1e-6, torch.float64: 1e-12}
WORDS = ("remember", "save", "candidate", "focus", "c", "h")


@st.composite
def situations(draw, kinds=(torch.nn.LSTM,)):
    """A module, its input, initial state and lengths: any that torch takes."""
    kind, layers = draw(st.sampled_from(kinds)), draw(st.integers(1, 3))
    inputs, H = draw(st.integers(1, 4)), draw(st.integers(2, 5))
    options = {"batch_first": draw(st.booleans()), "bidirectional": draw(st.booleans())}
    options["bias"] = draw(st.booleans())
    if kind is torch.nn.LSTM:
        options["proj_size"] = draw(st.sampled_from([0, 1]))
    dtype = draw(st.sampled_from([torch.float32, torch.float64]))
    torch.manual_seed(draw(st.integers(0, 99)))
    module = kind(inputs, H, layers, **options).to(dtype)
    module.train(draw(st.booleans()))
    T, B = draw(st.integers(1, 9)), draw(st.sampled_from([None, 1, 3]))
    count, P = layers * (1 + module.bidirectional), options.get("proj_size") or H
    batch = () if B is None else (B,)
    x = torch.randn(T, *batch, inputs, dtype=dtype)
    state = None
    if draw(st.booleans()):
        h, c = (torch.randn(count, *batch, n, dtype=dtype) for n in (P, H))
        state = (h, c) if kind is torch.nn.LSTM else h
    lengths = None
    if B is not None and draw(st.booleans()):
        lengths = draw(st.lists(st.integers(1, T), min_size=B, max_size=B))
        lengths[0] = T  # torch's packed output is as long as the longest
    if module.batch_first and B is not None:
        x = x.transpose(0, 1).contiguous()
    return module, x, state, lengths


def torchs(module, x, state, lengths):
    """torch's own output, states last, in the module's layout."""
    if lengths is None:
        return module(x, state)
    packed = pack_padded_sequence(x, lengths, module.batch_first, enforce_sorted=False)
    y, last = module(packed, state)
    return pad_packed_sequence(y, module.batch_first)[0], last


def directions(module):
    return tracing.DIRECTIONS[: 1 + module.bidirectional]


@given(situations())
@settings(deadline=None, max_examples=150)
def test_h_and_the_last_states_are_torchs(situation):
    module, x, state, lengths = situation
    y, (h_n, c_n) = torchs(module, x, state, lengths)
    size = module.proj_size or module.hidden_size
    for d, direction in enumerate(directions(module)):
        tr = lab.trace(module, x, state, lengths, direction=direction)
        close = {"rtol": 0, "atol": TOLERANCE[x.dtype]}
        ours = y[..., d * size : (d + 1) * size].detach()
        np.testing.assert_allclose(tr.h, ours, **close)
        for layer in range(module.num_layers):
            tr = lab.trace(module, x, state, lengths, layer, direction)
            index = layer * len(directions(module)) + d
            for b, one in enumerate(tr.sequences()):
                last = -1 if direction == "forward" else 0
                for mine, theirs in ((one.h, h_n), (one.c, c_n)):
                    final = theirs[index] if not tr.batched else theirs[index, b]
                    np.testing.assert_allclose(mine[last], final.detach(), **close)


@given(situations())
@settings(deadline=None, max_examples=100)
def test_gates_are_the_cells(situation):
    """The first layer's gates, against the reference cell run on each sequence alone."""
    module, x, state, lengths = situation
    for direction in directions(module):
        tr = lab.trace(module, x, state, lengths, layer=0, direction=direction)
        cell = lab.Cell.from_torch(module, 0, direction)
        for b, one in enumerate(tr.sequences()):
            xs = x.numpy() if not tr.batched else x.numpy().take(b, axis=1 - tr.time_axis)
            xs = xs[: len(one)]
            first = {}
            if state is not None:
                index = tracing.DIRECTIONS.index(direction)
                pick = (lambda s: s[index]) if not tr.batched else (lambda s, b=b: s[index, b])  # noqa: B023
                first = {"h0": pick(state[0]), "c0": pick(state[1])}
            run = cell.run(xs if direction == "forward" else xs[::-1], **first)
            for name in WORDS:
                expected = getattr(run, name)
                expected = expected if direction == "forward" else expected[::-1]
                np.testing.assert_allclose(
                    getattr(one, name), expected, rtol=0, atol=TOLERANCE[x.dtype]
                )


@given(situations(kinds=(torch.nn.GRU, torch.nn.RNN)))
@settings(deadline=None, max_examples=80)
def test_gru_and_rnn_too(situation):
    module, x, state, lengths = situation
    y, _ = torchs(module, x, state, lengths)
    size = module.hidden_size
    for d, direction in enumerate(directions(module)):
        tr = lab.trace(module, x, state, lengths, direction=direction)
        np.testing.assert_allclose(
            tr.h, y[..., d * size : (d + 1) * size].detach(), rtol=0, atol=TOLERANCE[x.dtype]
        )
    if isinstance(module, torch.nn.GRU) and state is None and not module.bidirectional:
        for one in tr.sequences():
            before = np.concatenate([np.zeros((1, size), one.h.dtype), one.h[:-1]])
            again = (1 - one.update) * one.new + one.update * before
            np.testing.assert_allclose(again, one.h, rtol=0, atol=10 * TOLERANCE[x.dtype])


def test_an_rnn_of_relus():
    module, x = torch.nn.RNN(2, 3, nonlinearity="relu"), torch.randn(5, 2)
    assert np.allclose(lab.trace(module, x).h, module(x)[0].detach(), rtol=0, atol=1e-6)
    assert lab.trace(module, x).names == ("h",)


def test_a_packed_sequence_is_traced_in_its_own_order():
    lstm, x, lengths = torch.nn.LSTM(2, 3), torch.randn(6, 3, 2), [2, 6, 4]
    packed = pack_padded_sequence(x, lengths, enforce_sorted=False)
    tr = lab.trace(lstm, packed)
    assert tr.lengths.tolist() == lengths
    np.testing.assert_allclose(tr.h, lab.trace(lstm, x, lengths=lengths).h, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    "shape", [(300, 1, 4), (300, 70, 8), (65, 1, 4), (64, 1, 4), (3, 200, 300)]
)
def test_long_wide_and_blocked_runs_agree_with_torch(shape, monkeypatch):
    monkeypatch.setattr(_gates, "BLOCK", 5000)
    T, B, H = shape
    lstm, x = torch.nn.LSTM(3, H).double(), torch.randn(T, B, 3, dtype=torch.float64)
    y, (_, c) = lstm(x)
    tr = lab.trace(lstm, x)
    np.testing.assert_allclose(tr.h, y.detach(), rtol=0, atol=1e-12)
    np.testing.assert_allclose(tr.c[-1], c[0].detach(), rtol=0, atol=1e-12)
    np.testing.assert_allclose(tr.focus * np.tanh(tr.c), tr.h, rtol=0, atol=1e-12)


@given(situations())
@settings(deadline=None, max_examples=60)
def test_the_way_for_wide_batches_is_the_same(situation):
    module, x, state, lengths = situation
    for direction in directions(module):
        narrow = lab.trace(module, x, state, lengths, direction=direction)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(_gates, "WIDE", 0)
            wide = lab.trace(module, x, state, lengths, direction=direction)
        for name in WORDS:
            ours, theirs = getattr(wide, name), getattr(narrow, name)
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=TOLERANCE[x.dtype])


def test_a_wide_batch_in_float32():
    torch.manual_seed(0)
    lstm, x = torch.nn.LSTM(64, 128), torch.randn(30, 64, 64)
    np.testing.assert_allclose(lab.trace(lstm, x).h, lstm(x)[0].detach(), rtol=0, atol=1e-6)


@given(st.integers(1, 200), st.integers(1, 3))
@settings(deadline=None)
def test_the_scan_is_its_recurrence(T, H):
    rng = np.random.default_rng(T)
    f, n, c = rng.uniform(size=(T, 1, H)), rng.normal(size=(T, 1, H)), rng.normal(size=(1, H))
    f[rng.uniform(size=f.shape) < 0.2] = 0  # a product of gates may vanish
    out = n.copy()
    _gates.scan(f, out, c)
    for t in range(T):
        c = f[t] * c + n[t]
        np.testing.assert_allclose(out[t], c, rtol=0, atol=1e-12)


def test_nothing_about_the_module_changes():
    lstm = torch.nn.LSTM(2, 3, num_layers=2, dropout=0.5).eval()
    lstm(torch.randn(4, 2))[0].sum().backward()
    before = copy.deepcopy(lstm)
    gradients = [parameter.grad.clone() for parameter in lstm.parameters()]
    torch.manual_seed(5)
    random = torch.get_rng_state()
    calls = []
    lstm.register_forward_hook(lambda *_: calls.append(1))
    x = torch.randn(6, 2, requires_grad=True)
    torch.set_rng_state(random)
    kept = x.detach().clone()
    lab.trace(lstm, x)
    assert torch.equal(torch.get_rng_state(), random)
    assert not lstm.training and not calls and x.grad is None and torch.equal(x, kept)
    for mine, theirs in zip(lstm.parameters(), before.parameters(), strict=True):
        assert torch.equal(mine, theirs)
    for parameter, gradient in zip(lstm.parameters(), gradients, strict=True):
        assert torch.equal(parameter.grad, gradient)
    assert torch.is_grad_enabled()


def test_changing_a_trace_does_not_change_the_module_or_the_input():
    lstm, x = torch.nn.LSTM(2, 3), torch.randn(4, 2)
    before = x.clone()
    for array in lab.trace(lstm, x, state=(torch.ones(1, 3), torch.ones(1, 3))).arrays.values():
        array[:] = 7
    assert torch.equal(x, before)


class TestTrace:
    lstm = torch.nn.LSTM(2, 3, batch_first=True)
    x = torch.randn(2, 5, 2)
    tr = lab.trace(lstm, x, lengths=[5, 2])

    def test_words_and_letters_name_the_same_arrays(self):
        for word, letter in (("remember", "f"), ("save", "i"), ("candidate", "g"), ("focus", "o")):
            assert getattr(self.tr, word) is getattr(self.tr, letter)
        with pytest.raises(AttributeError, match="has no 'forget', but remember, save"):
            _ = self.tr.forget

    def test_layout_is_the_modules_and_padding_is_zero(self):
        assert self.tr.h.shape == (2, 5, 3) and len(self.tr) == 5
        assert all((array[1, 2:] == 0).all() for array in self.tr.arrays.values())

    def test_sequences_come_without_padding(self):
        assert [len(one) for one in self.tr.sequences()] == [5, 2]
        np.testing.assert_array_equal(self.tr.sequence(1).c, self.tr.c[1, :2])
        with pytest.raises(ValueError, match="sequence 2: there are 2"):
            self.tr.sequence(2)

    def test_steps_and_units(self):
        one = self.tr.sequence(0)
        assert one[3, 1]["c"] == one.c[3, 1]
        np.testing.assert_array_equal(one[1:3]["h"], one.h[1:3])
        with pytest.raises(ValueError, match=r"say trace\.sequence"):
            self.tr[0]

    def test_saturation_counts_steps_but_no_padding(self):
        shares = self.tr.saturation(0.4, 0.6)
        assert set(shares) == {"remember", "save", "focus"}
        steps = np.concatenate([self.tr.remember[0], self.tr.remember[1, :2]])
        np.testing.assert_allclose(shares["remember"].shut, (steps < 0.4).mean(0))
        np.testing.assert_allclose(shares["remember"].open, (steps > 0.6).mean(0))
        with pytest.raises(ValueError, match=r"low 0\.9 and high 0\.1"):
            self.tr.saturation(0.9, 0.1)

    def test_survival_is_what_is_left_of_c(self):
        one = self.tr.sequence(0)
        left = one.survival(1)
        assert (left[0] == 1).all() and len(left) == 4
        np.testing.assert_allclose(left[-1], one.f[2] * one.f[3] * one.f[4], rtol=1e-6)
        with pytest.raises(ValueError, match="from_step is 5, but must be 0 to 4"):
            one.survival(5)
        with pytest.raises(ValueError, match="survival needs remember gates"):
            lab.trace(torch.nn.GRU(2, 3), self.x[0]).survival()

    def test_columns_are_one_row_per_step_and_unit(self):
        one = self.tr.sequence(0)
        columns = one.columns()
        assert list(columns) == ["step", "unit", *WORDS]
        row = 3 * 3 + 2
        assert (columns["step"][row], columns["unit"][row]) == (3, 2)
        assert columns["c"][row] == one.c[3, 2]

    def test_its_text_says_shapes_and_ranges(self):
        text = repr(self.tr)
        assert "2 sequences of up to 5 steps, 3 units" in text
        assert "remember (f)" in text and "0x" not in text


LSTM = torch.nn.LSTM(2, 3, num_layers=2, dropout=0.5)
X = torch.randn(4, 2)


def packed():
    return pack_padded_sequence(torch.randn(4, 1, 2), [4])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda m: lab.trace(torch.nn.LSTMCell(2, 3), X),
            TypeError,
            "not torch.nn.LSTMCell.*from_torch",
        ),
        (lambda m: lab.trace(torch.nn.Linear(2, 3), X), TypeError, r"not torch\.nn\..*Linear"),
        (lambda m: lab.trace(m, X[:, :1]), ValueError, r"x has shape \(4, 1\).*\(T, 2\)"),
        (lambda m: lab.trace(m, X[0]), ValueError, r"x has shape \(2,\)"),
        (lambda m: lab.trace(m, X[:0]), ValueError, r"\(0, 2\): an empty sequence"),
        (lambda m: lab.trace(m, X * float("nan")), ValueError, r"x\[0, 0\] is nan"),
        (lambda m: lab.trace(m, X.double()), ValueError, "x is torch.float64.*torch.float32"),
        (lambda m: lab.trace(m, "text"), TypeError, "x must hold real numbers"),
        (lambda m: lab.trace(m, X, layer=2), ValueError, "layer 2: there are 2, 0 to 1"),
        (lambda m: lab.trace(m, X, layer="last"), ValueError, "layer 'last'"),
        (lambda m: lab.trace(m, X, direction="reverse"), ValueError, "reads forward only"),
        (lambda m: lab.trace(m, X, direction="back"), ValueError, "direction is 'back'"),
        (lambda m: lab.trace(m.train(), X), ValueError, "dropout 0.5.*module.eval()"),
        (
            lambda m: lab.trace(copy.deepcopy(m).to("meta"), X),
            ValueError,
            "on the meta device.*load",
        ),
        (lambda m: lab.trace(m, X.to("meta")), ValueError, "x is torch.float32 on meta"),
        (lambda m: lab.trace(m, X, torch.zeros(2, 3)), ValueError, "state has 1 parts, but 2"),
        (
            lambda m: lab.trace(m, X, (torch.zeros(1, 3),) * 2),
            ValueError,
            r"state h has shape \(1, 3\)",
        ),
        (lambda m: lab.trace(m, X[:, None], lengths=[9]), ValueError, "between 1 and 4"),
        (lambda m: lab.trace(m, X[:, None], lengths=[0]), ValueError, "between 1 and 4"),
        (
            lambda m: lab.trace(m, X[:, None], lengths=[1, 2]),
            ValueError,
            "lengths must be 1 whole numbers",
        ),
        (lambda m: lab.trace(m, X[:, None], lengths=[1.5]), ValueError, "whole numbers"),
        (lambda m: lab.trace(m, X, lengths=[3]), ValueError, "cut a single sequence"),
        (lambda m: lab.trace(m, X[:, None], lengths=[[1], [2, 3]]), ValueError, "they are nested"),
        (lambda m: lab.trace(m, packed(), lengths=[4]), ValueError, "leave out `lengths`"),
    ],
)
def test_bad_input_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call(LSTM.eval())


def pruned():
    lstm = torch.nn.LSTM(2, 3)
    prune.random_unstructured(lstm, "weight_hh_l0", 0.5)
    return lstm


class Doubled(torch.nn.LSTM):
    def forward(self, x, state=None):
        return super().forward(2 * x, state)


@pytest.mark.parametrize(
    ("module", "error", "message"),
    [
        (pruned(), ValueError, "forward pre-hook"),
        (Doubled(2, 3), TypeError, "Doubled has a forward of its own"),
    ],
)
def test_a_module_that_a_trace_would_misread_is_refused(module, error, message):
    with pytest.raises(error, match=message):
        lab.trace(module, X.to(module.weight_ih_l0.dtype))


def test_parametrized_weights_and_autocast_are_read_right():
    lstm = torch.nn.utils.parametrizations.weight_norm(torch.nn.LSTM(2, 3), "weight_hh_l0")
    y = lstm(X)[0].detach()
    with torch.autocast("cpu", torch.bfloat16):
        np.testing.assert_allclose(lab.trace(lstm, X).h, y, rtol=0, atol=1e-6)


def test_what_lies_beyond_a_length_is_not_read():
    lstm, x = torch.nn.LSTM(2, 3, bidirectional=True), torch.randn(5, 2, 2)
    padded = x.clone()
    padded[3:, 1] = float("nan")
    for direction in tracing.DIRECTIONS:
        clean = lab.trace(lstm, x, lengths=[5, 3], direction=direction)
        dirty = lab.trace(lstm, padded, lengths=torch.tensor([5, 3]), direction=direction)
        np.testing.assert_array_equal(clean.c, dirty.c)
    assert "0.000 …" not in repr(clean).split("candidate")[0]
    with pytest.raises(ValueError, match=r"x\[3, 1, 0\] is nan"):
        lab.trace(lstm, padded)


def test_a_reverse_trace_knows_where_it_comes_from():
    lstm, x = torch.nn.LSTM(2, 3, bidirectional=True).double(), torch.randn(5, 2).double()
    tr = lab.trace(lstm, x, direction="reverse")
    for step in range(5):
        again = tr.f[step] * tr.c_before(step) + tr.i[step] * tr.g[step]
        np.testing.assert_allclose(again, tr.c[step], rtol=0, atol=1e-12)
    left = tr.survival(3)
    np.testing.assert_allclose(left[-1], tr.f[2] * tr.f[1] * tr.f[0])
    batch = lab.trace(lstm, x[:, None], direction="reverse").sequence(0)
    np.testing.assert_array_equal(batch.survival(3), left)


def test_a_trace_owns_its_arrays():
    lengths = np.array([4, 2])
    state = torch.ones(1, 2, 3), torch.ones(1, 2, 3)
    tr = lab.trace(torch.nn.LSTM(2, 3), torch.randn(4, 2, 2), state, lengths)
    lengths[0] = 1
    state[1].zero_()
    assert tr.lengths.tolist() == [4, 2] and (tr.c_first == 1).all()
    assert tr["f"] is tr.remember


def test_dropout_does_not_matter_below_it_or_in_eval_mode():
    LSTM.train()
    assert len(lab.trace(LSTM, X, layer=0)) == 4
    LSTM.eval()
    assert np.allclose(lab.trace(LSTM, X).h, LSTM(X)[0].detach(), atol=1e-6)


def test_trace_stays_a_function_whatever_was_imported_before():
    import subprocess
    import sys

    code = "import lstm_lab as lab; lab.Cell; lab.SoftIf; assert callable(lab.trace)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda run: run.sequence(True), "sequence True: there are 2"),
        (lambda run: run.sequence([0]), r"sequence \[0\]: there are 2"),
        (lambda run: run.saturation("low"), "low must hold real numbers, but 'low'"),
        (lambda run: run.saturation(0.9, 0.1), "low 0.9 and high 0.1 must be 0 ≤ low < high ≤ 1"),
        (lambda run: run.sequence(0).survival(1.0), "from_step must be a whole number, but 1.0"),
        (lambda run: run.sequence(0).c_before(9), "step is 9, but must be 0 to 4"),
        (lambda run: run.sequence(0).c_before(-1), "step is -1, but must be 0 or more"),
    ],
)
def test_bad_places_in_a_trace_are_refused(call, message):
    run = lab.trace(torch.nn.LSTM(3, 2), np.ones((5, 2, 3)))
    with pytest.raises((TypeError, ValueError), match=message):
        call(run)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lab.trace(torch.nn.LSTM(8, 3), torch.randint(0, 50, (30,))), "tokens.*embedding"),
        (lambda: lab.trace(torch.nn.GRU(8, 3), np.zeros((30, 4), int)), "tokens.*embedding"),
        (
            lambda: lab.trace(
                torch.nn.LSTM(2, 3, batch_first=True),
                torch.randn(32, 500, 2),
                lengths=torch.ones(32, 500, dtype=torch.bool),
            ),
            r"lengths is a mask \(32, 500\): say lengths=mask\.sum\(1\)",
        ),
        (
            lambda: lab.trace(
                torch.nn.RNN(2, 3), torch.randn(50, 4, 2), lengths=np.ones((50, 4), bool)
            ),
            r"say lengths=mask\.sum\(0\)",
        ),
        (
            lambda: lab.trace(torch.nn.LSTM(2, 3), torch.randn(9, 4000, 2), lengths=[9, 10] * 2000),
            "between 1 and 9, but 10 is among them",
        ),
        (
            lambda: lab.trace(torch.nn.LSTM(2, 3), torch.randn(9, 2, 2), lengths=[1.5] * 4000),
            "2 whole numbers, but ndarray",
        ),
    ],
)
def test_a_mistake_is_named_in_one_short_line(call, message):
    with pytest.raises((TypeError, ValueError), match=message) as told:
        call()
    assert len(str(told.value)) <= 200 and "\n" not in str(told.value)


def test_whole_numbers_that_are_rows_of_0_and_1_are_read():
    lstm = torch.nn.LSTM(2, 3)
    assert len(lab.trace(lstm, np.eye(2, dtype=int))) == 2


@pytest.mark.parametrize("threads", [2, 3])
def test_small_products_run_on_one_thread_whoever_calls(threads, monkeypatch):
    before, seen = torch.get_num_threads(), []
    real = tracing.run_layer
    monkeypatch.setattr(
        tracing,
        "run_layer",
        lambda *a, **k: (seen.append(torch.get_num_threads()), real(*a, **k))[1],
    )
    try:
        torch.set_num_threads(threads)
        lab.trace(torch.nn.LSTM(2, 3), torch.randn(4, 2))
        lab.trace(torch.nn.LSTM(2, 128), torch.randn(4, 64, 2))
        assert seen == [1, threads] and torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("batched", [False, True])
def test_a_trace_is_asked_and_gone_through_like_a_dict(batched):
    x = torch.randn(6, 4, 3) if batched else torch.randn(6, 3)
    run = lab.trace(torch.nn.LSTM(3, 2), x)
    names = ["remember", "save", "candidate", "focus", "c", "h"]
    assert sorted(run) == sorted(run.keys()) == sorted(names)
    assert "f" in run and "remember" in run and "h" in run and len(run) == 6
    assert "reset" not in run and "z" not in run and 3 not in run
    assert all(array is run[name] for name, array in run.items())
    assert list(map(id, run.values())) == list(map(id, dict(run).values()))


def test_a_trace_draws_itself():
    run = lab.trace(torch.nn.LSTM(3, 2), torch.randn(4, 3))
    (_, axes), (_, other) = run.plot("abcd"), lab.plots.heatmaps(run, "abcd")
    for one, same in zip(axes, other, strict=True):
        np.testing.assert_array_equal(one.images[0].get_array(), same.images[0].get_array())
