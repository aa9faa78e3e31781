"""Gates heard inside models as people write them; a model that runs with gates held."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

import lstm_lab as lab
from lstm_lab import holding, listening

GATES = ("remember", "save", "candidate", "focus")


class Tagger(nn.Module):
    """Embedding, a bidirectional LSTM of two layers, a read-out."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(11, 4)
        self.rnn = nn.LSTM(4, 3, num_layers=2, bidirectional=True, batch_first=True)
        self.read = nn.Linear(6, 5)

    def forward(self, codes):
        return self.read(self.rnn(self.embedding(codes))[0])


class Translator(nn.Module):
    """A GRU that reads, an LSTMCell in a loop that writes."""

    def __init__(self, T=5):
        super().__init__()
        self.encoder, self.bridge = nn.GRU(4, 3), nn.Linear(3, 6)
        self.parts = nn.ModuleDict({"decoder": nn.LSTMCell(2, 6)})
        self.read, self.T = nn.Linear(6, 2), T

    def forward(self, x):
        h = self.bridge(self.encoder(x)[1][0])
        state, y, out = (h, torch.zeros_like(h)), x.new_zeros(x.shape[1], 2), []
        for _ in range(self.T):
            state = self.parts["decoder"](y, state)
            y = self.read(state[0])
            out.append(y)
        return torch.stack(out)


class Picture(nn.Module):
    """A CRNN: convolutions, columns as steps, an LSTM with projection."""

    def __init__(self):
        super().__init__()
        self.see = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.ReLU())
        self.rnn = nn.LSTM(8, 5, proj_size=2)

    def forward(self, image):
        seen = self.see(image)
        return self.rnn(seen.flatten(1, 2).permute(2, 0, 1))[0]


def made(kind):
    torch.manual_seed(0)
    given = {
        Tagger: lambda: torch.randint(11, (3, 7)),
        Translator: lambda: torch.randn(6, 2, 4),
        Picture: lambda: torch.randn(2, 1, 4, 9),
    }
    return kind(), given[kind]()


MODELS = (Tagger, Translator, Picture)


def untouched(model):
    for part in model.modules():
        assert not part._forward_hooks and not part._forward_pre_hooks
        assert "forward" not in vars(part)


@pytest.mark.parametrize("kind", MODELS)
def test_a_model_that_is_heard_gives_the_same_to_the_bit_and_stays_as_it_was(kind):
    model, x = made(kind)
    model.train()
    before, state = model(x), torch.random.get_rng_state()
    with lab.listen(model) as heard:
        during = model(x)
    assert torch.equal(before, during) and model.training
    assert torch.equal(state, torch.random.get_rng_state())
    for name in heard:
        heard[name]
    assert torch.equal(state, torch.random.get_rng_state())
    assert all(p.grad is None for p in model.parameters())
    during.sum().backward()
    untouched(model)


@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_gates_of_every_layer_and_direction_are_those_of_trace(layer, direction):
    model, x = made(Tagger)
    with lab.listen(model) as heard:
        model(x)
    assert heard.names == ("rnn",)
    run = heard.trace("rnn", layer, direction)
    wanted = lab.trace(model.rnn, model.embedding(x), layer=layer, direction=direction)
    for name in wanted:
        np.testing.assert_array_equal(run[name], wanted[name])
    np.testing.assert_array_equal(heard["rnn"].h, lab.trace(model.rnn, model.embedding(x)).h)


def test_a_cell_in_a_loop_is_one_sequence():
    model, x = made(Translator)
    with lab.listen(model, keep="all") as heard:
        written = [model(x), model(2 * x)]
    assert heard.names == ("encoder", "parts.decoder") and heard.calls("parts.decoder") == 2
    cell = lab.Cell.from_torch(model.parts["decoder"])
    for call, (out, read) in enumerate(zip(written, (x, 2 * x), strict=True)):
        run = heard.trace("parts.decoder", call=call)
        h0 = model.bridge(model.encoder(read)[1][0]).detach()
        fed = torch.cat([torch.zeros(1, 2, 2), out[:-1].detach()])
        wanted = cell.run(fed, h0=h0, c0=torch.zeros_like(h0))
        for name in (*GATES, "c", "h"):
            np.testing.assert_allclose(run[name], wanted[name], rtol=0, atol=1e-6)
    assert heard.trace("encoder", call=0)["update"].shape == (6, 2, 3)


@pytest.mark.parametrize("kind", [nn.LSTMCell, nn.GRUCell, nn.RNNCell])
def test_cells_of_all_kinds_with_and_without_a_state(kind):
    torch.manual_seed(0)
    cell, xs = kind(2, 3), torch.randn(4, 5, 2)
    with lab.listen(cell, keep="all") as heard:
        for _ in range(2):
            state = None
            for x in xs:
                state = cell(x, state)
    assert heard.calls("") == 2
    h = state[0] if isinstance(state, tuple) else state
    np.testing.assert_allclose(heard[""].h[-1], h.detach(), rtol=0, atol=1e-6)
    assert len(heard[""]) == 4


def test_packed_sequences_are_heard_without_their_padding():
    torch.manual_seed(0)
    lstm, xs, lengths = nn.LSTM(2, 3, bidirectional=True), torch.randn(6, 3, 2), [4, 6, 1]
    with lab.listen(lstm) as heard:
        lstm(pack_padded_sequence(xs, lengths, enforce_sorted=False))
    for direction in ("forward", "reverse"):
        run = heard.trace("", direction=direction)
        for k, n in enumerate(lengths):
            alone = lab.trace(lstm, xs[:n, k], direction=direction)
            np.testing.assert_allclose(run.sequence(k).c, alone.c, rtol=0, atol=1e-6)


def test_hooks_are_gone_after_an_error():
    model, x = made(Tagger)
    with pytest.raises(RuntimeError), lab.listen(model):
        model(x)
        raise RuntimeError
    with (
        pytest.raises(RuntimeError),
        lab.hold(model, {"rnn": {("save", 0, None): 0}}),
        lab.hold(model, {("rnn", 0, "reverse"): {("f", 0, None): 1}}),
    ):
        model(x)
        raise RuntimeError
    untouched(model)


class Own(nn.LSTM):
    def forward(self, x, hx=None):
        return super().forward(2 * x, hx)


def heard_of(model, *given):
    with lab.listen(model) as heard:
        model(*given)
    return heard


def changed():
    lstm = nn.LSTM(2, 3)
    heard = heard_of(lstm, torch.ones(4, 2))
    with torch.no_grad():
        lstm.weight_hh_l0.add_(1)
    return heard[""]


def while_held():
    lstm = nn.LSTM(2, 3)
    with lab.hold(lstm, {"": {("save", 0, None): 0}}):
        return heard_of(lstm, torch.ones(4, 2))[""]


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (lambda: heard_of(nn.Linear(2, 3), torch.ones(1, 2)), ValueError, "no recurrent layer"),
        (
            lambda: heard_of(nn.Sequential(torch.jit.script(nn.LSTM(2, 3))), torch.ones(4, 2)),
            ValueError,
            "is compiled .TorchScript.",
        ),
        (lambda: heard_of("lstm"), TypeError, "lab.listen takes an nn.Module, not 'lstm'"),
        (lambda: heard_of(nn.LSTM(2, 3), torch.ones(4, 2))["rnn"], ValueError, "but ''"),
        (lambda: lab.listen(nn.LSTM(2, 3), keep="first").__enter__(), ValueError, "keep"),
        (lambda: heard_of(nn.LSTM(2, 3), torch.ones(4, 2)).trace("", call=1), ValueError, "call 1"),
        (lambda: heard_of(nn.LSTM(2, 3), torch.ones(4, 2)).trace("", 2), ValueError, "layer 2"),
        (lambda: heard_of(Own(2, 3), torch.ones(4, 2))[""], TypeError, "forward of its own"),
        (changed, ValueError, "have they changed since"),
        (while_held, ValueError, "was held while it was heard"),
    ],
)
def test_what_cannot_be_heard_is_told(ask, error, message):
    with pytest.raises(error, match=message):
        ask()


# --- hold -----------------------------------------------------------------------------------------


clamps = st.dictionaries(
    st.tuples(
        st.sampled_from(["remember", "i", "candidate", "focus"]),
        st.one_of(st.none(), st.integers(0, 2), st.just((0, 2))),
        st.one_of(st.none(), st.integers(0, 4), st.just(range(1, 3))),
    ),
    st.sampled_from([0.0, 0.25, 1.0]),
    max_size=4,
)


@settings(deadline=None)
@given(clamps, st.booleans(), st.booleans())
def test_a_held_layer_is_the_cell_with_the_same_clamps(clamp, batched, bias):
    torch.manual_seed(1)
    lstm = nn.LSTM(2, 3, bias=bias).double()
    x = torch.randn((5, 4, 2) if batched else (5, 2)).double()
    with lab.hold(lstm, {"": clamp}):
        y, (h, c) = lstm(x)
    wanted = lab.Cell.from_torch(lstm).run(x, clamp=clamp)
    np.testing.assert_allclose(y.detach(), wanted.h, rtol=0, atol=1e-12)
    np.testing.assert_allclose(h[0].detach(), wanted.h[-1], rtol=0, atol=1e-12)
    np.testing.assert_allclose(c[0].detach(), wanted.c[-1], rtol=0, atol=1e-12)


def layer(module, level, direction, xs, clamp=None):
    """h of one layer and direction by the NumPy cell, in the order of the text."""
    order = slice(None, None, -1 if direction == "reverse" else 1)
    turned = {}
    for (gate, units, steps), value in (clamp or {}).items():
        places = range(len(xs)) if steps is None else [steps] if isinstance(steps, int) else steps
        for t in places:
            turned[gate, units, len(xs) - 1 - t if direction == "reverse" else t] = value
    cell = lab.Cell.from_torch(module, layer=level, direction=direction)
    return cell.run(xs[order], clamp=turned).h[order]


@pytest.mark.parametrize("place", [(0, "forward"), (0, "reverse"), (1, "forward"), (1, "reverse")])
def test_one_layer_and_direction_of_several_is_held(place):
    torch.manual_seed(0)
    lstm = nn.LSTM(2, 3, num_layers=2, bidirectional=True).double()
    x = torch.randn(6, 2).double()
    clamp = {("save", 1, 2): 0, ("remember", None, range(3, 5)): 1, ("focus", 2, None): 0.5}
    with lab.hold(lstm, {("", *place): clamp}):
        y, _ = lstm(x)
    xs = x.numpy()
    for level in range(2):
        each = [
            layer(lstm, level, d, xs, clamp if (level, d) == place else None)
            for d in ("forward", "reverse")
        ]
        xs = np.concatenate(each, axis=1)
    np.testing.assert_allclose(y.detach(), xs, rtol=0, atol=1e-12)


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU])
@pytest.mark.parametrize("place", [(0, "forward"), (1, "reverse")])
def test_a_packed_batch_is_its_sequences_one_by_one(kind, place):
    torch.manual_seed(0)
    net = kind(2, 3, num_layers=2, bidirectional=True).double()
    xs, lengths = torch.randn(6, 4, 2).double(), [4, 6, 1, 6]
    gate = "remember" if kind is nn.LSTM else "update"
    held = {("", *place): {(gate, 1, 0): 0.3, (gate, 0, None): 0.9}}
    with lab.hold(net, held):
        for order in (True, False):
            rows = sorted(range(4), key=lambda k: -lengths[k]) if order else range(4)
            sizes = [lengths[k] for k in rows]
            packed = pack_padded_sequence(xs[:, list(rows)], sizes, enforce_sorted=order)
            y, last = net(packed)
            y, _ = nn.utils.rnn.pad_packed_sequence(y)
            last = last[0] if isinstance(last, tuple) else last
            for k, row in enumerate(rows):
                alone, end = net(xs[: lengths[row], row])
                end = end[0] if isinstance(end, tuple) else end
                assert torch.allclose(y[: lengths[row], k], alone, rtol=0, atol=1e-12)
                assert torch.allclose(last[:, k], end, rtol=0, atol=1e-12)


def test_a_gru_is_held_as_its_equation_says():
    torch.manual_seed(0)
    gru, x = nn.GRU(2, 3).double(), torch.randn(5, 2).double()
    with lab.hold(gru, {"": {("update", 1, None): 1, ("new", 0, 2): 0.5, ("r", 2, None): 0}}):
        y, _ = gru(x)
    assert (y[:, 1] == 0).all()  # keeps what it began with
    h, W, R = torch.zeros(3).double(), gru.weight_ih_l0.chunk(3), gru.weight_hh_l0.chunk(3)
    b, d = gru.bias_ih_l0.chunk(3), gru.bias_hh_l0.chunk(3)
    for t in range(5):
        r, z = (torch.sigmoid(W[k] @ x[t] + b[k] + R[k] @ h + d[k]) for k in (0, 1))
        r, z = r * torch.tensor([1, 1, 0]), torch.stack([z[0], torch.ones(()).double(), z[2]])
        new = torch.tanh(W[2] @ x[t] + b[2] + r * (R[2] @ h + d[2]))
        new = torch.cat([torch.tensor([0.5]).double(), new[1:]]) if t == 2 else new
        h = (1 - z) * new + z * h
        assert torch.allclose(y[t], h, rtol=0, atol=1e-12)


def test_a_cell_in_a_loop_is_held_by_its_steps():
    torch.manual_seed(0)
    cell, xs = nn.LSTMCell(2, 3).double(), torch.randn(5, 4, 2).double()
    clamp = {("save", 1, 2): 0, ("remember", 0, range(1, 4)): 1, ("focus", (0, 2), None): 0.5}
    wanted = lab.Cell.from_torch(cell).run(xs, clamp=clamp)
    with lab.hold(cell, {"": clamp}):
        for _ in range(2):  # the second text begins at step 0 again
            state = None
            for t, x in enumerate(xs):
                state = cell(x, state)
                np.testing.assert_allclose(state[0].detach(), wanted.h[t], rtol=0, atol=1e-12)


@pytest.mark.parametrize("kind", MODELS)
def test_without_clamps_the_model_is_the_same_to_the_bit(kind):
    model, x = made(kind)
    with lab.hold(model, {}):
        assert torch.equal(model(x), made(kind)[0](x))


def test_steps_without_a_clamp_give_what_the_fused_layer_gives_and_its_gradient():
    model, x = made(Tagger)
    model.rnn.dropout = 0.5
    model.eval()
    found = []
    for held in (
        {},
        {("rnn", k, d): {("f", (), None): 0} for k in (0, 1) for d in ("forward", "reverse")},
    ):
        model.zero_grad()
        with lab.hold(model, held):
            y = model(x)
        y.square().sum().backward()
        found.append([y.detach(), *(p.grad.clone() for p in model.parameters())])
    for one, other in zip(*found, strict=True):
        assert torch.allclose(one, other, rtol=0, atol=1e-5)


def test_dropout_between_layers_stays_on_while_it_trains():
    torch.manual_seed(0)
    lstm = nn.LSTM(2, 64, num_layers=2, dropout=0.5).train()
    with lab.hold(lstm, {("", 1, "forward"): {("save", 0, None): 0}}):
        one, other = (lstm(torch.ones(3, 2))[0] for _ in range(2))
    assert not torch.equal(one, other)


def test_held_at_the_mean_of_what_was_heard():
    model, x = made(Tagger)
    with lab.listen(model) as heard:
        model(x)
    mean = heard["rnn"].save.reshape(-1, 3).mean(axis=0)
    with lab.hold(model, {"rnn": {("save", None, None): "mean"}}, heard):
        y = model(x)
    with lab.hold(model, {"rnn": {("save", k, None): float(mean[k]) for k in range(3)}}):
        assert torch.allclose(y, model(x), rtol=0, atol=1e-6)


def test_the_inner_context_has_the_last_word():
    lstm, x = nn.LSTM(2, 3), torch.ones(4, 2)
    with lab.hold(lstm, {"": {("focus", None, None): 0}}):
        with lab.hold(lstm, {"": {("focus", 1, None): 1}}):
            inner = lstm(x)[0]
        assert (lstm(x)[0] == 0).all()
    assert (inner[:, [0, 2]] == 0).all() and (inner[:, 1] != 0).all()
    untouched(lstm)


@pytest.mark.parametrize(
    ("model", "clamps", "error", "message"),
    [
        (nn.LSTM(2, 3), [1], TypeError, "clamps must be"),
        (nn.LSTM(2, 3), {"rnn": {}}, ValueError, "no layer 'rnn' in the model: there are ''"),
        (nn.LSTM(2, 3), {"": {("reset", 0, 0): 0}}, ValueError, "gate"),
        (nn.LSTM(2, 3), {"": {("save", 3, 0): 0}}, ValueError, "unit 3 of clamp: there are 3"),
        (nn.LSTM(2, 3), {"": {("save", 0, 0): 2}}, ValueError, r"lies in \[0, 1\]"),
        (nn.LSTM(2, 3), {"": {("save", 0, 0): "median"}}, ValueError, "mean"),
        (nn.LSTM(2, 3), {"": {("save", 0, 0): "mean"}}, ValueError, "give heard="),
        (nn.LSTM(2, 3), {"": {("save", 0): 1}}, TypeError, r"give \(gate, units, steps\)"),
        (nn.LSTM(2, 3), {("", 1, "forward"): {}}, ValueError, "layer 1: there are 1"),
        (nn.LSTM(2, 3), {("", 0, "reverse"): {}}, ValueError, "no direction 'reverse'"),
        (nn.RNN(2, 3), {"": {("save", 0, 0): 1}}, TypeError, "nn.RNN"),
        (nn.RNNCell(2, 3), {"": {("save", 0, 0): 1}}, TypeError, "no gates to hold"),
        (Own(2, 3), {"": {}}, TypeError, "forward of its own"),
        (nn.Linear(2, 3), {"": {}}, ValueError, "no recurrent layer"),
    ],
)
def test_what_cannot_be_held_is_told_and_nothing_is_changed(model, clamps, error, message):
    with pytest.raises(error, match=message), lab.hold(model, clamps):
        pass
    untouched(model)


def test_a_step_that_is_not_there_is_told_when_the_text_is_known():
    lstm = nn.LSTM(2, 3)
    with lab.hold(lstm, {"": {("save", 0, 9): 0}}), pytest.raises(ValueError, match="step 9"):
        lstm(torch.ones(4, 2))


def test_no_line_needs_the_processor():
    """As far as the meta device can tell: shapes and devices go through."""
    lstm = nn.LSTM(2, 3, device="meta")
    with lab.hold(lstm, {"": {("save", 0, None): 0}}), lab.listen(lstm) as heard:
        y, _ = lstm(torch.ones(4, 2, device="meta"))
    assert y.device.type == "meta" and heard.names == ("",)


def test_the_modules_say_their_names():
    assert lab.hold is holding.hold and lab.listen is listening.listen
