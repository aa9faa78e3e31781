"""Weights of other libraries, each held to that library's equations written out."""

import numpy as np
import pytest

import lstm_lab as lab

N, H, T = 3, 4, 6
RNG = np.random.default_rng(0)
XS = RNG.normal(size=(T, N))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def run(gates):
    """h (T, H), where gates(x, h) gives i, f, g, o before they are squashed."""
    h = c = np.zeros(H)
    hs = []
    for x in XS:
        i, f, g, o = gates(x, h)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        hs.append(h)
    return np.array(hs)


@pytest.mark.parametrize("biases", [0, 1])
def test_keras(biases):
    kernel, recurrent = RNG.normal(size=(N, 4 * H)), RNG.normal(size=(H, 4 * H))
    bias = RNG.normal(size=biases * 4 * H) if biases else None

    def gates(x, h):  # z = x·kernel + h·recurrent + bias; i, f, c, o = split(z, 4)
        z = x @ kernel + h @ recurrent
        z = z + (0 if bias is None else bias.reshape(biases, 4 * H).sum(axis=0))
        return np.split(z, 4)

    cell = lab.Cell.from_keras(kernel, recurrent, bias)
    np.testing.assert_allclose(cell.run(XS).h, run(gates), rtol=0, atol=1e-12)


def test_a_cudnn_lstm_of_keras_is_the_lstm_that_keras_makes_of_it():
    """Keras turns each gate's block: the kernel's by .T and a reshape, the recurrent's by .T."""
    kernel, recurrent = RNG.normal(size=(N, 4 * H)), RNG.normal(size=(H, 4 * H))
    bias = RNG.normal(size=8 * H)
    turned = [k.T.reshape(k.shape, order="C") for k in np.split(kernel, 4, axis=1)]
    its = np.hstack(turned), np.hstack([k.T for k in np.split(recurrent, 4, axis=1)])
    wanted = lab.Cell.from_keras(kernel, recurrent, bias[: 4 * H] + bias[4 * H :])
    found = lab.Cell.from_keras(*its, bias)
    np.testing.assert_allclose(found.run(XS).h, wanted.run(XS).h, rtol=0, atol=1e-12)


@pytest.mark.parametrize("direction", [0, 1])
def test_onnx(direction):
    W, R = RNG.normal(size=(2, 4 * H, N)), RNG.normal(size=(2, 4 * H, H))
    B = RNG.normal(size=(2, 8 * H))

    def gates(x, h):  # Xt·(W[iofc])ᵀ + Ht-1·(R[iofc])ᵀ + Wb + Rb
        k = direction
        i, o, f, c = np.split(W[k] @ x + R[k] @ h + B[k, : 4 * H] + B[k, 4 * H :], 4)
        return i, f, c, o

    cell = lab.Cell.from_onnx(W, R, B, direction=direction, activations=["Sigmoid", "Tanh", "Tanh"])
    np.testing.assert_allclose(cell.run(XS).h, run(gates), rtol=0, atol=1e-12)
    assert (lab.Cell.from_onnx(W, R, P=np.zeros((2, 3 * H))).b == 0).all()


def flax(bias=True):
    def dense(rows, bias):
        made = {"kernel": RNG.normal(size=(rows, H))}
        return made | ({"bias": RNG.normal(size=H)} if bias else {})

    return {f"i{g}": dense(N, False) for g in "ifgo"} | {f"h{g}": dense(H, bias) for g in "ifgo"}


@pytest.mark.parametrize("bias", [True, False])
def test_flax(bias):
    params = flax(bias)

    def gates(x, h):  # i = σ(dense_ii(x) + dense_hi(h)), and so on
        return [
            x @ params[f"i{g}"]["kernel"]
            + h @ params[f"h{g}"]["kernel"]
            + params[f"h{g}"].get("bias", 0)
            for g in "ifgo"
        ]

    cell = lab.Cell.from_flax(params)
    np.testing.assert_allclose(cell.run(XS).h, run(gates), rtol=0, atol=1e-12)


K, R_ = np.zeros((N, 4 * H)), np.zeros((H, 4 * H))
W, R = np.zeros((1, 4 * H, N)), np.zeros((1, 4 * H, H))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: lab.Cell.from_keras(K, R_, None, "tanh", "hard_sigmoid"), "'hard_sigmoid'"),
        (lambda: lab.Cell.from_keras(K, R_, None, "relu"), "activation is 'relu'"),
        (lambda: lab.Cell.from_keras(K, R_.T), "W_h"),
        (lambda: lab.Cell.from_keras(K * np.nan, R_), "kernel"),
        (lambda: lab.Cell.from_onnx(W, R, P=np.ones((1, 3 * H))), "peepholes"),
        (lambda: lab.Cell.from_onnx(W, R, clip=3.0), "clip=3"),
        (lambda: lab.Cell.from_onnx(W, R, input_forget=1), "ties save"),
        (lambda: lab.Cell.from_onnx(W, R, activations=["HardSigmoid"]), "HardSigmoid"),
        (lambda: lab.Cell.from_onnx(W, R, direction=1), "direction 1"),
        (lambda: lab.Cell.from_onnx(W[0], R[0]), "W has shape"),
        (lambda: lab.Cell.from_flax({"ii": {}}), "params has no if, ig"),
    ],
)
def test_what_cannot_be_said_is_refused_by_name(make, message):
    with pytest.raises(ValueError, match=message):
        make()
