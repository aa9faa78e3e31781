"""The nets of today, each against its published formula written out another way."""

import numpy as np
import pytest
import torch

import lstm_lab as lab
from lstm_lab import kin

RNG = np.random.default_rng(4)
T, H, K, D = 17, 3, 4, 2


def gate(*shape):
    return lab.sigmoid(RNG.normal(scale=2, size=shape))


def close(a, b):
    np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)


def unrolled(a, b):
    """Σ_s (∏_{s<r≤t} a_r) b_s, as sums of products."""
    return np.array([
        sum(np.prod(a[s + 1 : t + 1], axis=0) * b[s] for s in range(t + 1)) for t in range(len(b))
    ])  # fmt: skip


@pytest.mark.parametrize("length", [1, 2, 3, 8, 17])
def test_pairs_of_steps_are_one_step(length):
    a, b = gate(length, H), RNG.normal(size=(length, H))
    close(kin.linear_recurrence(a, b), unrolled(a, b))
    c, rounds = kin.pairwise(a, b)
    close(c, unrolled(a, b))
    assert rounds == int(np.ceil(np.log2(length)))
    first = RNG.normal(size=H)
    close(kin.linear_recurrence(a, b, first), unrolled(a, b) + np.cumprod(a, axis=0) * first)


def test_min_gru_is_the_soft_if_and_the_papers_line():
    z, new = gate(T, H), RNG.normal(size=(T, H))
    close(kin.min_gru(z, new), unrolled(1 - z, z * new))  # h = (1 − z) h + z new


def test_min_lstm_is_the_papers_line():
    f, i, new = gate(T, H), gate(T, H), RNG.normal(size=(T, H))
    close(kin.min_lstm(f, i, new), unrolled(f / (f + i), i / (f + i) * new))


def test_a_mamba_step_is_a_soft_if():
    z, x = RNG.normal(scale=3, size=(T, H)), RNG.normal(size=(T, H))
    close(kin.mamba_step(z, x), kin.min_gru(lab.sigmoid(z), x))
    # the discretisation itself: (ΔA)⁻¹ (e^ΔA − 1) ΔB, A = −1, B = 1
    step = np.log1p(np.exp(z))
    close(kin.mamba_step(z, x), unrolled(np.exp(-step), (np.exp(-step) - 1) / -step * step * x))


def test_rg_lru_is_griffins_line():
    r, i, x, strength = gate(T, H), gate(T, H), RNG.normal(size=(T, H)), RNG.normal(size=H)
    a = lab.sigmoid(strength) ** (8 * r)
    close(kin.rg_lru(r, i, x, strength), unrolled(a, np.sqrt(1 - a**2) * i * x))


def sequences():
    return RNG.normal(size=(T, K)), RNG.normal(size=(T, K)) / 2, RNG.normal(size=(T, D))


@pytest.mark.parametrize("gates", [None, (T,), (T, K)])
def test_linear_attention_is_attention_without_softmax(gates):
    q, k, v = sequences()
    f = None if gates is None else gate(*gates)
    per_row = np.ones((T, K)) if f is None else np.reshape(f, (T, -1)) * np.ones((T, K))
    weights = np.array([
        [(q[t] * np.prod(per_row[s + 1 : t + 1], axis=0)) @ k[s] * (s <= t) for s in range(T)]
        for t in range(T)
    ])  # fmt: skip
    close(kin.gated_linear_attention(q, k, v, f), weights @ v)


def test_mlstm_is_the_papers_parallel_form():
    """With D = log(∏ f · i): out = (QKᵀ ⊗ e^D) V / max(|row sum|, 1)."""
    q, k, v = sequences()
    i, f = RNG.normal(size=T), RNG.normal(size=T) + 2
    log_f = np.log(lab.sigmoid(f))
    decay = np.array([[log_f[s + 1 : t + 1].sum() + i[s] for s in range(T)] for t in range(T)])
    weights = np.tril(q @ k.T * np.exp(decay))
    expected = weights @ v / np.maximum(abs(weights.sum(axis=1)), 1)[:, None]
    close(kin.mlstm(q, k, v, i, f), expected)
    close(kin.mlstm(q, k, v, i, f, running_max=False), expected)


def test_without_its_running_maximum_the_exponential_gate_overflows():
    q, k, v = sequences()
    i, f = np.linspace(0, 900, T), np.full(T, 5.0)
    assert np.isfinite(kin.mlstm(q, k, v, i, f)).all()
    with np.errstate(all="ignore"):
        assert not np.isfinite(kin.mlstm(q, k, v, i, f, running_max=False)).all()


def test_forgetting_attention_is_torchs_with_a_bias():
    q, k, v = sequences()
    f = gate(T)
    bias = np.array([
        [np.log(f[s + 1 : t + 1]).sum() if s <= t else -np.inf for s in range(T)] for t in range(T)
    ])  # fmt: skip
    tensors = [torch.tensor(a)[None] for a in (q, k, v)]
    attention = torch.nn.functional.scaled_dot_product_attention
    close(kin.forgetting_attention(q, k, v, f), attention(*tensors, torch.tensor(bias)[None])[0])
    close(kin.forgetting_attention(q, k, v, np.ones(T)), attention(*tensors, is_causal=True)[0])


def test_what_a_gate_may_be_decides_parity():
    assert (kin.learn_parity(-1, seeds=3) == 0).sum() >= 2
    assert (kin.learn_parity(0, seeds=3, updates=150) > 150).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: kin.linear_recurrence([1, 2], [1]), "shapes differ"),
        (lambda: kin.min_gru([[2.0]], [[1.0]]), "gate"),
        (lambda: kin.min_lstm([[2.0]], [[0.5]], [[1.0]]), "give gates, not pre-activations"),
        (lambda: kin.gated_linear_attention([[1]], [[1, 2]], [[1]]), "must have one shape"),
        (lambda: kin.mlstm([[1]], [[1], [2]], [[1]], [0], [0]), "of one T"),
        (lambda: kin.learn_parity(0.5), "low is 0.5"),
        (lambda: kin.pairwise([np.nan], [1.0]), r"a\[0\] is nan"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
