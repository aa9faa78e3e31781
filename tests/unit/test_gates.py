"""The soft conditionals against brute force, autograd and their hard forms."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import lstm_lab as lab

SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, max_side=4)
VALUES = st.floats(-1e3, 1e3)
UNIT = st.floats(0, 1)


@st.composite
def branches(draw):
    shape = draw(SHAPES)
    gate = draw(hnp.arrays(float, shape, elements=UNIT))
    return gate, *(draw(hnp.arrays(float, shape, elements=VALUES)) for _ in "TF")


@st.composite
def switches(draw):
    K, rest = draw(st.integers(1, 5)), draw(hnp.array_shapes(min_dims=0, max_dims=2, max_side=3))
    scores = draw(hnp.arrays(float, (K,), elements=st.floats(-50, 50)))
    return scores, draw(hnp.arrays(float, (K, *rest), elements=VALUES))


@given(st.floats(-1e308, 1e308))
def test_sigmoid_is_the_logistic_function_and_never_overflows(z):
    with np.errstate(all="raise", under="ignore"):
        got = float(lab.sigmoid(z))
    expected = 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))
    assert got == pytest.approx(expected, rel=1e-14, abs=1e-300)
    assert 0 <= got <= 1


@given(branches())
def test_soft_if_decides_element_by_element(case):
    got = lab.soft_if(*case)
    for k in np.ndindex(got.shape):
        g, T, F = (float(a[k]) for a in case)
        assert got[k] == g * T + (1 - g) * F
        assert min(T, F) - 1e-9 <= got[k] <= max(T, F) + 1e-9


@given(branches())
def test_gates_of_zero_and_one_are_exactly_if(case):
    gate, T, F = case
    hard = lab.hard_gate(gate)
    assert np.array_equal(lab.soft_if(hard, T, F), np.where(gate > 0.5, T, F))
    assert np.array_equal(lab.hard_if(gate, T, F), np.where(gate > 0.5, T, F))


@given(branches(), st.floats(0.1, 20))
def test_slope_is_autograds(case, sharpness):
    z, T, F = 8 * (case[0] - 0.5), case[1], case[2]
    leaf = torch.tensor(z, requires_grad=True)
    y = lab.soft_if(lab.sigmoid(lab.sharpen(leaf, sharpness)), torch.tensor(T), torch.tensor(F))
    (expected,) = torch.autograd.grad(y.sum(), leaf)
    np.testing.assert_allclose(
        lab.soft_if_slope(z, T, F, sharpness), expected.numpy(), rtol=1e-9, atol=1e-9
    )


def test_a_hard_gate_has_no_slope():
    z = torch.tensor([-1.0, 0.3, 2.0], requires_grad=True)
    y = lab.hard_if(lab.sigmoid(z), torch.ones(3), torch.zeros(3))
    (slope,) = torch.autograd.grad(y.sum(), z)
    assert slope.tolist() == [0, 0, 0]


@given(switches(), st.sampled_from(["softmax", "sigmoid"]), st.floats(0, 10))
def test_soft_switch_is_the_weighted_sum(case, kind, sharpness):
    scores, cases = case
    weights = lab.mask(scores, kind, sharpness)
    if kind == "softmax":
        assert weights.sum() == pytest.approx(1, abs=1e-12)
    expected = sum(float(m) * C for m, C in zip(weights, cases, strict=True))
    np.testing.assert_allclose(lab.soft_switch(weights, cases), expected, rtol=1e-9, atol=1e-9)


@given(switches(), st.sampled_from(["softmax", "sigmoid"]))
def test_numpy_and_torch_agree(case, kind):
    scores, cases = case
    for function in (lambda s: lab.mask(s, kind), lambda s: lab.hard_mask(s, kind)):
        ours, theirs = function(scores), function(torch.tensor(scores))
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-12, atol=1e-12)
    y = lab.soft_switch(lab.mask(torch.tensor(scores), kind), cases)
    np.testing.assert_allclose(
        lab.soft_switch(lab.mask(scores, kind), cases), y.numpy(), rtol=1e-9, atol=1e-9
    )


@given(switches())
def test_a_sharp_mask_becomes_the_hard_one_and_a_blunt_one_the_average(case):
    scores, cases = case
    gaps = np.sort(scores)[::-1]
    if len(scores) > 1 and gaps[0] - gaps[1] < 0.01:
        return
    sharp = lab.mask(scores, sharpness=1e6)
    np.testing.assert_allclose(sharp, lab.hard_mask(scores))
    np.testing.assert_allclose(lab.soft_switch(sharp, cases), lab.hard_switch(scores, cases))
    blunt = lab.soft_switch(lab.mask(scores, sharpness=0), cases)
    np.testing.assert_allclose(blunt, cases.mean(axis=0), rtol=1e-9, atol=1e-9)


@given(branches())
def test_if_is_the_switch_of_two_cases(case):
    gate, T, F = case
    switched = lab.soft_switch(np.stack([gate, 1 - gate]), np.stack([T, F]))
    np.testing.assert_allclose(switched, lab.soft_if(gate, T, F), rtol=1e-12, atol=1e-12)


def test_jacobian_is_diagonal():
    T, F = torch.randn(2, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    jacobian = torch.autograd.functional.jacobian(lambda g: lab.soft_if(g, T, F), T.sigmoid())
    assert torch.equal(jacobian, torch.diag(T - F))


def test_float32_stays_float32_and_nothing_is_changed_in_place():
    gate = np.array([0.25, 1], np.float32)
    T, F = np.ones(2, np.float32), np.zeros(2, np.float32)
    assert lab.soft_if(gate, T, F).dtype == np.float32
    assert lab.sigmoid(gate).dtype == lab.mask(gate).dtype == np.float32
    assert gate.tolist() == [0.25, 1]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: lab.soft_if([0.5, 3.0], [1, 2], [3, 4]), ValueError, r"gate\[1\] is 3.*sigmoid"),
        (lambda: lab.soft_if([0.5], [1, 2], [3, 4]), ValueError, r"gate \(1,\).*broadcast=True"),
        (lambda: lab.soft_if(0.5, [1, 2], [3, 4]), ValueError, "shapes differ"),
        (lambda: lab.soft_if([0.5], [np.nan], [0]), ValueError, r"if_true\[0\] is nan"),
        (lambda: lab.soft_if(["a"], [1], [0]), TypeError, "gate must hold real numbers"),
        (lambda: lab.soft_if([0.5], None, [0]), TypeError, "if_true must hold real numbers"),
        (lambda: lab.soft_if([[0.5], [1, 1]], [1], [0]), ValueError, "rows of different lengths"),
        (lambda: lab.sigmoid(1j), TypeError, "z must hold real numbers"),
        (lambda: lab.sigmoid(torch.tensor([np.inf])), ValueError, r"z\[0\] is inf"),
        (lambda: lab.sharpen([1], -1), ValueError, "sharpness is -1, but must be 0 or more"),
        (lambda: lab.sharpen([1], [1, 2]), TypeError, "sharpness must be a single number"),
        (lambda: lab.mask([1, 2], "max"), ValueError, "kind is 'max'.*'softmax', 'sigmoid'"),
        (lambda: lab.mask([]), ValueError, "at least one case"),
        (lambda: lab.mask(3.0), ValueError, "at least one case"),
        (lambda: lab.soft_switch([2, -1], [[1], [2]]), ValueError, r"mask\[0\] is 2.*lab.mask"),
        (lambda: lab.soft_switch([1], [[1], [2]]), ValueError, r"mask \(1,\) does not match"),
        (lambda: lab.soft_switch(0.5, [1]), ValueError, "at least one case"),
        (lambda: lab.mask([1, np.nan]), ValueError, r"scores\[1\] is nan"),
        (lambda: lab.mask([1e308, 0], sharpness=100), ValueError, "sharpness · scores"),
        (lambda: lab.sigmoid(torch.tensor([1j])), TypeError, "z must hold real numbers"),
        (lambda: lab.soft_if_slope([1], [1, 2], [1]), ValueError, "arrays of one shape$"),
        (
            lambda: lab.soft_if([0.5] * 3, [1, 2], [1, 2], broadcast=True),
            ValueError,
            "shapes that stretch",
        ),
    ],
)
def test_bad_input_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_broadcasting_works_when_asked_for():
    got = lab.soft_if(0.5, [[2.0, 4.0]], [[0.0], [2.0]], broadcast=True)
    assert got.tolist() == [[1, 2], [2, 3]]
    assert lab.hard_if(0.9, [1.0, 2.0], 0.0, broadcast=True).tolist() == [1, 2]


def test_rounding_may_carry_a_gate_a_hair_beyond_one():
    assert lab.soft_if([1.0000000000000002], [3.0], [1.0]).tolist() == pytest.approx([3])


def test_a_sharpness_can_be_learned():
    kappa = torch.tensor(2.0, requires_grad=True)
    y = lab.soft_if(lab.sigmoid(lab.sharpen(torch.tensor([0.5]), kappa)), [1.0], [0.0])
    (slope,) = torch.autograd.grad(y.sum(), kappa)
    assert slope.item() == pytest.approx(
        0.5 * torch.sigmoid(torch.tensor(1.0)).item() * 0.2689, rel=1e-3
    )


@given(switches(), st.sampled_from(["softmax", "sigmoid"]))
def test_the_hard_switch_is_where_sharpening_leads(case, kind):
    scores, cases = case
    ranked = np.sort(np.abs(scores if kind == "sigmoid" else np.diff(np.sort(scores), append=99)))
    if ranked[0] < 0.01:
        return
    sharp = lab.soft_switch(lab.mask(scores, kind, 1e6), cases)
    np.testing.assert_allclose(lab.hard_switch(scores, cases, kind), sharp, rtol=1e-9, atol=1e-9)
