"""How far a gradient travels: autograd against analytic cases, finite differences and the trace."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import lstm_lab as lab
from lstm_lab import _one_step, _paths
from lstm_lab import gradients as g
from lstm_lab.residual.modules import GatedResidualCell, ResidualCell, recurrences


def inputs(T=12, size=2, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, (T, size))


def rotation(H, seed=0):
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(H, H)))[0]


def module_of(kind, **options):
    torch.manual_seed(0)
    return kind(2, 3, dtype=torch.float64, **options)


class LinearCell(nn.Module):
    """h = W h + x: a module of nobody's, called like a cell."""

    def __init__(self, W):
        super().__init__()
        self.W, self.hidden_size = nn.Parameter(torch.tensor(W)), len(W)

    def forward(self, x, h):
        return h @ self.W.T + x


# --- analytic cases -------------------------------------------------------------------------------


@pytest.mark.parametrize("radius", [0.5, 0.9, 1.0, 1.1, 2.0])
def test_a_linear_rnn_follows_its_spectral_radius_exactly(radius):
    J = g.full_path(LinearCell(radius * rotation(4)), inputs(50, 4))
    assert np.allclose(g.gain(J), radius ** np.arange(51), rtol=1e-12)


def test_a_linear_rnn_gives_the_powers_of_its_matrix():
    W = np.random.default_rng(0).normal(size=(4, 4))
    J = g.full_path(LinearCell(W), inputs(8, 4))
    for k in range(9):
        assert np.allclose(J[k], np.linalg.matrix_power(W, k), rtol=1e-10)


def test_an_lstm_whose_gates_are_fixed_gives_exactly_the_product_of_remember():
    biases = np.array([0.3, 2.0, -1.0])
    lstm = lab.Cell(
        np.zeros((12, 2)),
        np.zeros((12, 3)),
        np.concatenate([0 * biases, biases, 0 * biases, biases]),
    ).to_torch()
    expected = np.stack([np.diag(lab.sigmoid(biases) ** k) for k in range(13)])
    assert np.allclose(g.full_path(lstm, inputs(), of="c"), expected, rtol=1e-12, atol=0)
    assert np.allclose(g.direct_path(lstm, inputs()), expected, rtol=1e-12, atol=0)


def test_c_passes_unchanged_and_so_does_its_derivative_where_remember_is_1_and_save_0():
    b = np.repeat([-200.0, 200.0, 0.0, 200.0], 3)  # save, remember, candidate, focus
    lstm = lab.Cell(np.zeros((12, 2)), np.zeros((12, 3)), b).to_torch()
    assert (g.full_path(lstm, inputs(), of="c") == np.eye(3)).all()


# --- measured against finite differences ----------------------------------------------------------


CELLS = [nn.RNNCell, nn.GRUCell, nn.LSTMCell, ResidualCell, GatedResidualCell]
KINDS = [nn.RNN, nn.GRU, nn.LSTM, *CELLS]


def end(module, x, start, of):
    """h or c at the end of a run from a state, by stepping a module of cells or layers."""
    step = _one_step.stepper(module)
    state = tuple(torch.as_tensor(part)[None] for part in start)
    for row in torch.as_tensor(x):
        state = step(row[None], state)
    return state[0 if of == "h" else 1][0].detach().numpy()


def states(module, x):
    step, state = _one_step.stepper(module), _one_step.first_state(module, None)
    met = [state]
    for row in torch.as_tensor(x):
        met.append(step(row[None], met[-1]))
    return [tuple(part[0].detach().numpy() for part in state) for state in met]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_full_path_of_h_agrees_with_finite_differences(kind):
    module, x, eps = module_of(kind), inputs(6), 1e-6
    J = g.full_path(module, x)
    met = states(module, x)
    for k in (0, 1, 3, 6):
        h, *c = met[6 - k]
        for j in range(3):
            nudge = eps * np.eye(3)[j]
            up, down = (end(module, x[6 - k :], (h + s * nudge, *c), "h") for s in (1, -1))
            assert np.allclose(J[k][:, j], (up - down) / (2 * eps), atol=1e-8)


@pytest.mark.parametrize("kind", [nn.LSTM, nn.LSTMCell], ids=lambda kind: kind.__name__)
def test_full_path_of_c_takes_along_the_h_that_follows_from_it(kind):
    module, x, eps = module_of(kind), inputs(6), 1e-6
    J = g.full_path(module, x, of="c")
    met, focus = states(module, x), lab.Cell.from_torch(module).run(x).focus
    for k in (0, 1, 3, 6):
        c = met[6 - k][1]
        for j in range(3):
            ends = []
            for sign in (1, -1):
                nudged = c + sign * eps * np.eye(3)[j]
                h = focus[5 - k] * np.tanh(nudged) if k < 6 else met[0][0]
                ends.append(end(module, x[6 - k :], (h, nudged), "c"))
            assert np.allclose(J[k][:, j], (ends[0] - ends[1]) / (2 * eps), atol=1e-8)


def test_one_backward_pass_through_the_fused_lstm_says_the_same():
    """The oracle without any of our steps: torch's own gradient of h_T by the first h and c."""
    lstm, x = module_of(nn.LSTM), torch.tensor(inputs(9))
    h0, c0 = (torch.randn(1, 3, dtype=torch.float64, requires_grad=True) for _ in range(2))
    _, (h, _) = lstm(x, (h0, c0))
    rows = [torch.autograd.grad(h[0, j], h0, retain_graph=True)[0][0] for j in range(3)]
    J = g.full_path(lstm, x.numpy(), state=(h0.detach(), c0.detach()))
    assert np.allclose(J[-1], torch.stack(rows).numpy(), rtol=1e-12)


# --- the direct path and its law ------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(T=st.integers(1, 60), H=st.integers(1, 6), seed=st.integers(0, 99), bias=st.floats(-3, 6))
def test_the_direct_path_is_the_product_of_the_traced_remember_gates(T, H, seed, bias):
    lstm = lab.residual.random_cell(H, 2, 0.9, bias, seed).to_torch()
    x = inputs(T, seed=seed)
    law = g.survival(lab.trace(lstm, x).remember)
    direct = g.direct_path(lstm, x)
    assert np.allclose(np.diagonal(direct, axis1=1, axis2=2), law, rtol=1e-12, atol=0)
    assert (direct == direct * np.eye(H)).all()


def test_in_float32_the_law_holds_to_a_millionth():
    torch.manual_seed(0)
    lstm, x = nn.LSTM(2, 5), inputs(100).astype(np.float32)
    direct = np.diagonal(g.direct_path(lstm, x), axis1=1, axis2=2)
    law = g.survival(lab.trace(lstm, x).remember.astype(float))
    # 1e-6 a step at the most: 100 rounded gates are multiplied
    assert np.allclose(direct[:20], law[:20], rtol=1e-6, atol=0)
    assert np.allclose(direct, law, rtol=1e-5, atol=0)


# --- four wirings of the same weights -------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(
    H=st.integers(1, 6), T=st.integers(1, 40), seed=st.integers(0, 99),
    radius=st.floats(0.1, 1.5), bias=st.floats(-3, 6),
)  # fmt: skip
def test_by_hand_and_by_autograd_the_four_wirings_agree(H, T, seed, radius, bias):
    cell, x = lab.residual.random_cell(H, 2, radius, bias, seed), inputs(T, seed=seed)
    by_hand, modules = lab.residual.recurrence_paths(cell, x), recurrences(cell)
    assert list(by_hand) == list(modules) == list(lab.residual.RECURRENCES)
    for name, of in lab.residual.RECURRENCES.items():
        assert np.allclose(
            by_hand[name], g.full_path(modules[name], x, of=of), rtol=1e-8, atol=1e-12
        )


def test_the_gated_residual_is_a_soft_if_between_old_and_new():
    cell, x = lab.residual.random_cell(4, 2), torch.randn(1, 2, dtype=torch.float64)
    modules, h = recurrences(cell), torch.randn(1, 4, dtype=torch.float64)
    f = modules["gated"].gate(torch.cat([x, h], dim=-1)).sigmoid()
    new = modules["rnn"](x, h)
    assert torch.equal(modules["gated"](x, h), lab.soft_if(f, h, new))
    assert torch.equal(modules["residual"](x, h), h + new)


# --- layers, layouts, states ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", [nn.RNN, nn.GRU, nn.LSTM], ids=lambda kind: kind.__name__)
def test_a_layer_of_a_stack_is_measured_on_what_the_layer_below_gives(kind):
    stack, x = module_of(kind, num_layers=2), inputs(7)
    above = kind(3, 3, dtype=torch.float64)
    above.load_state_dict(
        {name.replace("l1", "l0"): v for name, v in stack.state_dict().items() if "l1" in name}
    )
    parts = [torch.rand(2, 3, dtype=torch.float64) for _ in range(1 + (kind is nn.LSTM))]
    state, top = (parts[0], parts[0][1:]) if len(parts) == 1 else (parts, [p[1:] for p in parts])
    state, top = (tuple(s) if isinstance(s, list) else s for s in (state, top))
    below = lab.trace(stack, x, state, layer=0).h
    assert np.allclose(g.full_path(stack, x, state), g.full_path(above, below, top))
    assert np.allclose(g.full_path(stack, x, layer=0), g.full_path(first_of(stack, kind), x))


def first_of(stack, kind):
    one = kind(2, 3, dtype=torch.float64)
    one.load_state_dict({name: v for name, v in stack.state_dict().items() if "l0" in name})
    return one


def test_batch_first_relu_projection_and_no_bias_are_all_the_same_to_it():
    x = inputs(7)
    plain, first = (module_of(nn.LSTM, batch_first=flag) for flag in (False, True))
    assert np.array_equal(g.full_path(plain, x), g.full_path(first, x))
    projected = module_of(nn.LSTM, proj_size=2, bias=False)
    assert g.full_path(projected, x).shape == (8, 2, 2)
    assert g.full_path(projected, x, of="c").shape == (8, 3, 3)
    two = module_of(nn.RNN, nonlinearity="relu", num_layers=2)
    assert g.full_path(two, x).shape == (8, 3, 3)


def test_the_global_random_state_stays_as_it_was():
    before = torch.get_rng_state()
    g.full_path(module_of_stack(), inputs())
    recurrences(lab.residual.random_cell())
    assert torch.equal(before, torch.get_rng_state())


def module_of_stack():
    with torch.random.fork_rng():
        return nn.LSTM(2, 3, num_layers=2, dtype=torch.float64)


def test_states_of_a_batch_of_one_are_taken_as_they_come_from_torch():
    lstm, x = module_of_stack(), inputs(7)
    state = tuple(torch.rand(2, 1, 3, dtype=torch.float64) for _ in range(2))
    flat = tuple(part[:, 0] for part in state)
    for layer in (0, 1):
        paths = [g.full_path(lstm, x, s, layer=layer) for s in (state, flat, list(state))]
        assert np.array_equal(paths[0], paths[1]) and np.array_equal(paths[0], paths[2])


def test_the_module_and_its_gradients_stay_as_they_were():
    lstm = module_of(nn.LSTM).train()
    before = {name: v.clone() for name, v in lstm.state_dict().items()}
    g.full_path(lstm, inputs(), of="c")
    assert lstm.training and all(p.grad is None for p in lstm.parameters())
    assert all(torch.equal(v, before[name]) for name, v in lstm.state_dict().items())


# --- numbers for matrices and gates ---------------------------------------------------------------


def test_gain_is_1_for_the_identity_and_for_a_rotation():
    assert np.allclose(g.gain(np.stack([np.eye(5), rotation(5)])), 1)


def test_radius_is_set_and_found():
    W = np.random.default_rng(0).normal(size=(6, 6))
    assert g.spectral_radius(g.with_radius(W, 1.3)) == pytest.approx(1.3)
    assert g.spectral_radius(0.7 * rotation(5)) == pytest.approx(0.7)


def test_half_lives_are_those_of_the_literature():
    found = lab.biases.half_life(lab.sigmoid([0, 1, 2, 3, 5]))
    assert np.allclose(found, [1, 2.2, 5.5, 14.3, 103], rtol=0.01)
    assert lab.biases.half_life(1.0) == np.inf and lab.biases.half_life(0.0) == 0


@given(lag=st.floats(0.1, 1e6), left=st.floats(0.01, 0.99))
def test_the_bias_for_a_lag_leaves_what_was_asked(lag, left):
    f = lab.sigmoid(lab.biases.forget_bias(lag, left))
    assert f**lag == pytest.approx(left, rel=1e-6)
    if left == 0.5:
        assert lab.biases.half_life(f) == pytest.approx(lag)


def test_chrono_biases_spread_half_lives_up_to_the_longest_lag():
    biases = lab.biases.chrono(1000, 100, 0)
    assert biases.min() >= 0 and biases.max() <= np.log(99)
    assert np.allclose(np.exp(biases).mean(), 50, rtol=0.05)
    assert np.array_equal(biases, lab.biases.chrono(1000, 100, 0))


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call, said",
    [
        (lambda: g.full_path("lstm", inputs()), "recurrent module"),
        (lambda: g.full_path(module_of(nn.GRU), inputs(), of="c"), "c is a state of an nn.LSTM"),
        (lambda: g.direct_path(module_of(nn.RNN), inputs()), "c is a state of an nn.LSTM"),
        (lambda: g.full_path(module_of(nn.LSTM), inputs(), of="f"), "must be one of"),
        (lambda: g.full_path(module_of(nn.LSTM), inputs(5, 3)), "2"),
        (lambda: g.full_path(module_of(nn.LSTM), inputs()[None]), "rows of numbers"),
        (lambda: g.full_path(module_of(nn.LSTM, bidirectional=True), inputs()), "both ways"),
        (lambda: g.full_path(module_of(nn.LSTM, num_layers=2), inputs(), layer=2), "there are 2"),
        (lambda: g.full_path(nn.Linear(2, 2), inputs()), "recurrent module"),
        (lambda: g.full_path(module_of(nn.LSTM), inputs(), state=torch.zeros(1, 3)), "h and c"),
        (lambda: g.full_path(module_of(nn.RNN), inputs(), state=torch.zeros(1, 4)), "h of 3"),
        (lambda: g.full_path(module_of_stack(), inputs(), torch.zeros(3, 3)), "2 layers"),
        (lambda: g.full_path(module_of(nn.RNN), inputs(), torch.full((1, 3), np.nan)), "finite"),
        (lambda: g.gain(np.zeros((2, 3, 4))), "(…, H, H)"),
        (lambda: g.with_radius(np.eye(2), -1), "0 or more"),
        (lambda: g.survival([[2.0]]), "lies in [0, 1]"),
        (lambda: lab.biases.forget_bias([1, 2]), "a single number"),
        (lambda: g.gain(np.zeros(3)), "(…, H, H)"),
        (lambda: g.spectral_radius(np.zeros((2, 3))), "square"),
        (lambda: g.with_radius(np.zeros((2, 2)), 1), "radius 0"),
        (lambda: lab.biases.half_life(1.5), "lies in [0, 1]"),
        (lambda: lab.biases.forget_bias(0), "above 0"),
        (lambda: lab.biases.forget_bias(10, 1), "between 0 and 1"),
        (lambda: lab.biases.chrono(4, 2), "3 or more"),
        (lambda: g.survival([0.5, 0.5]), "rows of numbers"),
        (lambda: lab.residual.recurrence_paths("cell", inputs()), "a Cell"),
        (lambda: recurrences("cell"), "a Cell"),
        (lambda: lab.residual.random_cell(radius=float("nan")), "finite"),
        (lambda: g.full_path(module_of(nn.LSTM), inputs(), state=True), "h and c of 3"),
        (lambda: lab.biases.chrono(4, 10, "seed"), "rng must be a seed"),
        (lambda: lab.residual.random_cell(seed=-1), "seed must be a seed"),
    ],
)  # fmt: skip
def test_bad_input_says_what_is_wanted(call, said):
    with pytest.raises((TypeError, ValueError)) as caught:
        call()
    assert said in str(caught.value)


# --- large nets, without large memory -------------------------------------------------------------


@pytest.mark.parametrize("kind", [nn.RNN, nn.GRU, nn.LSTM, nn.LSTMCell], ids=lambda k: k.__name__)
def test_a_wide_net_is_measured_on_another_way_and_alike(kind, monkeypatch):
    module, x = module_of(kind), inputs(9)
    of = "c" if kind in (nn.LSTM, nn.LSTMCell) else "h"
    narrow = g.full_path(module, x, of=of)
    monkeypatch.setattr(_paths, "WIDE", 0)
    assert np.allclose(g.full_path(module, x, of=of), narrow, rtol=1e-12, atol=1e-15)
    if of == "c":
        direct = g.direct_path(module, x)
        assert (direct == direct * np.eye(3)).all()
        law = g.survival(lab.Cell.from_torch(module).run(x).remember)
        assert np.allclose(np.diagonal(direct, axis1=1, axis2=2), law, rtol=1e-12)


@pytest.mark.parametrize("block", [1, 30, 1 << 22])
def test_blocks_of_lags_join(block, monkeypatch):
    monkeypatch.setattr(_paths, "BLOCK", block)
    J = g.full_path(LinearCell(0.9 * rotation(4)), inputs(23, 4))
    assert np.allclose(g.gain(J), 0.9 ** np.arange(24), rtol=1e-12)


@pytest.mark.parametrize("of", ["h", "c"])
def test_the_gain_alone_is_that_of_the_matrices(of):
    lstm, x = module_of(nn.LSTM, num_layers=2), inputs(11)
    whole = g.gain(g.full_path(lstm, x, of=of, layer=0))
    assert np.allclose(g.full_gain(lstm, x, of=of, layer=0), whole, rtol=1e-12)
    projecting = module_of(nn.LSTM, proj_size=2)
    whole = g.gain(g.full_path(projecting, x, of=of))
    assert np.allclose(g.full_gain(projecting, x, of=of), whole, rtol=1e-12)


def test_more_matrices_than_fit_are_refused_before_they_are_made(monkeypatch):
    monkeypatch.setattr(_paths, "MAX_BYTES", 8 * 13 * 9 - 1)
    lstm, cell = module_of(nn.LSTM), lab.residual.random_cell(3, 2)
    for door, net in (
        (g.full_path, lstm),
        (g.direct_path, lstm),
        (lab.residual.recurrence_paths, cell),
    ):
        with pytest.raises(ValueError, match=r"13 matrices of 3 × 3 take .* GB.*full_gain"):
            door(net, inputs())
    assert len(g.full_gain(lstm, inputs())) == 13
    assert len(g.full_path(lstm, inputs(11))) == 12
