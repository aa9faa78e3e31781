"""The cell as it stands in the lesson, against torch: values, gradients, clamps, bad input."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import lstm_lab as lab


def random_cell(inputs=3, H=4, seed=0, scale=1.0, **options):
    rng = np.random.default_rng(seed)
    sizes = ((4 * H, inputs), (4 * H, H), (4 * H,))
    return lab.Cell(*(scale * rng.normal(size=size) for size in sizes), **options)


def sequence(T=7, inputs=3, seed=1, batch=()):
    return np.random.default_rng(seed).normal(size=(T, *batch, inputs))


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 9), st.sampled_from([(), (3,)]))
@settings(deadline=None)
def test_a_run_is_torchs_lstm(inputs, H, seed, batch):
    cell, xs = random_cell(inputs, H, seed), sequence(6, inputs, seed, batch)
    y, (h, c) = cell.to_torch()(torch.from_numpy(xs))
    run = cell.run(xs)
    np.testing.assert_allclose(run.h, y.detach(), rtol=0, atol=1e-12)
    np.testing.assert_allclose(run.h[-1], h[0].detach(), rtol=0, atol=1e-12)
    np.testing.assert_allclose(run.c[-1], c[0].detach(), rtol=0, atol=1e-12)


def test_a_step_is_torchs_lstmcell():
    torch_cell = torch.nn.LSTMCell(3, 4).double()
    cell = lab.Cell.from_torch(torch_cell)
    x, h, c = (torch.randn(2, n, dtype=torch.float64) for n in (3, 4, 4))
    step = cell.step(x.numpy(), h.numpy(), c.numpy())
    for ours, theirs in zip((step.h, step.c), torch_cell(x, (h, c)), strict=True):
        np.testing.assert_allclose(ours, theirs.detach(), rtol=0, atol=1e-12)


def test_gradients_agree_where_both_exist():
    """nn.LSTM's gradient by autograd, the cell's by central differences."""
    cell, xs = random_cell(2, 3), sequence(5, 2)
    lstm = cell.to_torch()
    (lstm(torch.from_numpy(xs))[0] ** 2).sum().backward()
    for name, parameter in (("W_x", lstm.weight_ih_l0), ("W_h", lstm.weight_hh_l0)):
        weights, eps = getattr(cell, name), 1e-6
        for k in np.ndindex(weights.shape):
            around = []
            for side in (eps, -eps):
                weights[k] += side
                around.append((cell.run(xs).h ** 2).sum())
                weights[k] -= side
            expected = (around[0] - around[1]) / (2 * eps)
            assert parameter.grad[k].item() == pytest.approx(expected, abs=1e-7)


def test_the_two_biases_of_torch_add():
    lstm = torch.nn.LSTM(2, 3).double()
    cell = lab.Cell.from_torch(lstm)
    np.testing.assert_array_equal(cell.b, (lstm.bias_ih_l0 + lstm.bias_hh_l0).detach())


@pytest.mark.parametrize("direction", ["forward", "reverse"])
@pytest.mark.parametrize("layer", [0, 1])
def test_from_torch_takes_any_layer_and_direction(layer, direction):
    lstm = torch.nn.LSTM(3, 4, num_layers=2, bidirectional=True).double()
    cell = lab.Cell.from_torch(lstm, layer, direction)
    suffix = f"_l{layer}{'_reverse' if direction == 'reverse' else ''}"
    np.testing.assert_array_equal(cell.W_x, getattr(lstm, "weight_ih" + suffix).detach())
    np.testing.assert_array_equal(cell.W_h, getattr(lstm, "weight_hh" + suffix).detach())


def test_there_and_back_again():
    for lstm in (
        torch.nn.LSTM(3, 4),
        torch.nn.LSTM(3, 4, bias=False),
        torch.nn.LSTM(3, 4, proj_size=2),
    ):
        lstm = lstm.double()
        x = torch.randn(5, 3, dtype=torch.float64)
        again = lab.Cell.from_torch(lstm).to_torch()
        assert torch.allclose(again(x)[0], lstm(x)[0], rtol=0, atol=1e-12)


def test_to_an_lstmcell():
    cell = random_cell()
    x, h, c = (torch.randn(1, n, dtype=torch.float64) for n in (3, 4, 4))
    ours = cell.step(x.numpy(), h.numpy(), c.numpy())
    theirs = cell.to_torch("LSTMCell")(x, (h, c))
    np.testing.assert_allclose(ours.h, theirs[0].detach(), rtol=0, atol=1e-12)
    projecting = lab.Cell.from_torch(torch.nn.LSTM(3, 4, proj_size=2))
    with pytest.raises(ValueError, match="cannot project"):
        projecting.to_torch("LSTMCell")


def test_a_cell_owns_its_weights():
    lstm = torch.nn.LSTM(2, 2)
    cell = lab.Cell.from_torch(lstm, dtype=np.float32)
    cell.W_x += 1
    assert not np.allclose(cell.W_x, lstm.weight_ih_l0.detach())
    assert cell.run([[1, 2]]).h.dtype == np.float32


def test_the_update_is_the_four_corners():
    """remember and save at 0 and 1: erase, overwrite, keep, accumulate."""
    cell, xs = random_cell(), sequence(6)
    for remember, save in np.ndindex(2, 2):
        clamp = {("remember", None, None): remember, ("save", None, None): save}
        run = cell.run(xs, c0=np.full(4, 2.0), clamp=clamp)
        before = np.concatenate([np.full((1, 4), 2.0), run.c[:-1]])
        expected = {
            (0, 0): 0 * before,
            (0, 1): run.candidate,
            (1, 0): before,
            (1, 1): before + run.candidate,
        }[remember, save]
        np.testing.assert_allclose(run.c, expected, rtol=0, atol=1e-12)


def test_a_clamp_holds_where_it_is_told_and_the_rest_is_run_again():
    cell, xs = random_cell(), sequence(8)
    free, held = cell.run(xs), cell.run(xs, clamp={("f", 1, range(3, 5)): 0.25})
    assert (held.remember[3:5, 1] == 0.25).all()
    np.testing.assert_array_equal(held.h[:3], free.h[:3])
    assert not np.allclose(held.c[3:, 1], free.c[3:, 1])
    assert not np.allclose(held.remember[5:, 0], free.remember[5:, 0])  # through h
    np.testing.assert_allclose(
        held.c[3, 1], 0.25 * free.c[2, 1] + free.save[3, 1] * free.candidate[3, 1]
    )


def test_clamping_the_computed_value_changes_nothing():
    cell, xs = random_cell(), sequence(5)
    free = cell.run(xs)
    clamp = {("focus", k, t): free.focus[t, k] for k in range(4) for t in range(5)}
    np.testing.assert_allclose(cell.run(xs, clamp=clamp).h, free.h, rtol=0, atol=1e-15)


def test_sharpness_is_the_weights_times_kappa():
    cell, xs = random_cell(), sequence()
    sharp = lab.Cell(8 * cell.W_x, 8 * cell.W_h, 8 * cell.b)
    np.testing.assert_allclose(cell.run(xs, sharpness=8).h, sharp.run(xs).h, rtol=0, atol=1e-12)
    hard = cell.run(xs, sharpness=1e4)
    for gate in (hard.remember, hard.save, hard.focus, np.abs(hard.candidate)):
        assert (
            np.isclose(gate, 0, atol=0.01).sum() + np.isclose(gate, 1, atol=0.01).sum()
            > 0.9 * gate.size
        )


def test_initial_states_are_used():
    cell, xs = random_cell(), sequence()
    whole, first = cell.run(xs), cell.run(xs[:3])
    rest = cell.run(xs[3:], h0=first.h[-1], c0=first.c[-1])
    np.testing.assert_allclose(rest.h, whole.h[3:], rtol=0, atol=1e-14)


CELL = random_cell()
XS = sequence()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: lab.Cell(np.ones((3, 2)), np.ones((3, 1))), ValueError, r"W_x is \(3, 2\).*4H"),
        (lambda: lab.Cell(np.ones((4, 2)), np.ones((4, 2))), ValueError, r"W_h is.*\(4, 1\)"),
        (lambda: lab.Cell(np.ones((4, 2)), np.ones((4, 1)), [1]), ValueError, r"b is \(1,\)"),
        (
            lambda: lab.Cell(np.full((4, 1), np.nan), np.ones((4, 1))),
            ValueError,
            r"W_x\[0, 0\] is nan",
        ),
        (
            lambda: lab.Cell(np.ones((4, 1)), np.ones((4, 1)), dtype=int),
            ValueError,
            "dtype is 'int64'",
        ),
        (lambda: lab.Cell.from_torch(torch.nn.Linear(2, 2)), TypeError, r"not torch\.nn\..*Linear"),
        (
            lambda: lab.Cell.from_torch(torch.nn.LSTM(2, 2), layer=1),
            ValueError,
            "layer 1: there are 1",
        ),
        (lambda: lab.Cell.from_torch(torch.nn.LSTM(2, 2), direction="up"), ValueError, "'up'"),
        (
            lambda: lab.Cell.from_torch(torch.nn.LSTM(2, 2), direction="reverse"),
            ValueError,
            "forward only",
        ),
        (lambda: CELL.run(np.ones((5, 2))), ValueError, r"xs has shape \(5, 2\).*\(T, 3\)"),
        (lambda: CELL.run(np.ones((0, 3))), ValueError, "empty sequence"),
        (lambda: CELL.run([[1, 2, np.inf]]), ValueError, r"xs\[0, 2\] is inf"),
        (lambda: CELL.run(XS, h0=[1, 2]), ValueError, r"h0 has shape \(2,\)"),
        (lambda: CELL.run(XS, sharpness=-1), ValueError, "sharpness is -1"),
        (lambda: CELL.run(XS, clamp={"remember": 1}), TypeError, "give .gate, units, steps"),
        (lambda: CELL.run(XS, clamp={("forget", 0, 0): 1}), ValueError, "'forget'.*'remember'"),
        (lambda: CELL.run(XS, clamp={("c", 0, 0): 1}), ValueError, "gate of clamp is 'c'"),
        (
            lambda: CELL.run(XS, clamp={("save", 4, 0): 1}),
            ValueError,
            "unit 4 of clamp: there are 4",
        ),
        (
            lambda: CELL.run(XS, clamp={("save", 0, 7): 1}),
            ValueError,
            "step 7 of clamp: there are 7",
        ),
        (lambda: CELL.run(XS, clamp={("save", 0.5, 0): 1}), TypeError, "unit 0.5"),
        (lambda: CELL.run(XS, clamp={("save", 0, 0): [1]}), TypeError, "must be a single number"),
        (lambda: CELL.run(np.ones((4, 0, 3))), ValueError, "empty sequence"),
        (lambda: CELL.run(torch.nn.LSTM(3, 4)), TypeError, "xs must hold real numbers"),
        (lambda: lab.Cell.from_torch(torch.nn.GRU(3, 4)), TypeError, "not torch.nn.GRU"),
        (lambda: lab.Cell.from_torch(torch.nn.LSTM(3, 4).to("meta")), ValueError, "on the meta"),
        (
            lambda: lab.Cell([[1e300]] * 4, [[1]] * 4, dtype=np.float32),
            ValueError,
            r"W_x in float32\[0, 0\] is inf",
        ),
        (
            lambda: CELL.run(XS, clamp={("save", 0, 0): -0.5}),
            ValueError,
            r"-0.5: it lies in \[0, 1\]",
        ),
        (
            lambda: CELL.run(XS, clamp={("candidate", 0, 0): 2}),
            ValueError,
            r"2: it lies in \[-1, 1\]",
        ),
        (lambda: lab.Cell([[1]] * 4, [[1]] * 4, W_p=1), ValueError, r"W_p is \(\)"),
        (lambda: lab.Cell([[1]] * 4, [[1]] * 4, dtype="double-ish"), ValueError, "'float64'"),
        (lambda: lab.Cell([[1]] * 4, [[1]] * 4, dtype=np.int64), ValueError, "'float32'"),
        (lambda: CELL.run(XS, clamp=["save"]), TypeError, "clamp must be .*not .'save'"),
        (lambda: CELL.step([1, 2], [0] * 4, [0] * 4), ValueError, r"x has shape \(2,\).*\(3,\)"),
        (lambda: CELL.step([1, 2, 3], 0, [0] * 4), ValueError, r"h has shape \(\).*\(4,\)"),
        (
            lambda: CELL.step(np.ones((2, 3)), np.ones((2, 4)), np.ones(4)),
            ValueError,
            "c has shape",
        ),
        (lambda: CELL.step([1, 2, np.nan], [0] * 4, [0] * 4), ValueError, r"x\[2\] is nan"),
        (lambda: CELL.step("abc", [0] * 4, [0] * 4), TypeError, "x must hold real numbers"),
        (lambda: CELL.step([1] * 3, [0] * 4, [0] * 4, -1), ValueError, "sharpness is -1"),
        (
            lambda: CELL.step([1] * 3, [0] * 4, [0] * 4, clamp=["f"]),
            ValueError,
            "gate, units, value",
        ),
        (
            lambda: CELL.step([1] * 3, [0] * 4, [0] * 4, clamp=[("forget", 0, 1)]),
            ValueError,
            "gate of clamp is 'forget'",
        ),
        (
            lambda: CELL.step([1] * 3, [0] * 4, [0] * 4, clamp=[("save", 0, 2)]),
            ValueError,
            r"save held at 2: it lies in \[0, 1\]",
        ),
    ],
)
def test_bad_input_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_parametrized_lstmcell_is_read_right():
    cell = torch.nn.utils.parametrizations.weight_norm(torch.nn.LSTMCell(2, 3), "weight_hh")
    np.testing.assert_allclose(lab.Cell.from_torch(cell).W_h, cell.weight_hh.detach(), rtol=1e-6)


def test_sharpness_may_be_a_tensor():
    run = CELL.run(XS, sharpness=torch.tensor(2.0))
    np.testing.assert_array_equal(run.h, CELL.run(XS, sharpness=2).h)


def test_which_layer_of_several_must_be_said():
    stack, x = torch.nn.LSTM(3, 3, 2), torch.randn(5, 3)
    with pytest.raises(ValueError, match=r"say which layer is meant, layer=…: there are 2, 0 to 1"):
        lab.Cell.from_torch(stack)
    below = lab.trace(stack, x, layer=0)
    np.testing.assert_allclose(lab.Cell.from_torch(stack, 0).run(x).c, below.c, atol=1e-6)
    top = lab.Cell.from_torch(stack, -1).run(below.h)
    np.testing.assert_allclose(top.c, lab.trace(stack, x).c, atol=1e-6)


def test_a_program_reads_a_cell_from_torch_as_a_cell():
    lstm = torch.nn.LSTM(3, 4)
    cell = lab.programs.Program.from_torch(lstm)
    assert type(cell) is lab.Cell and (cell.W_x == lab.Cell.from_torch(lstm).W_x).all()
