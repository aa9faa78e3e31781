"""Weights of other libraries' LSTMs in torch's row order: save, remember, candidate, focus.

Keras  i, f, c, o in kernel (I, 4H), recurrent (H, 4H), bias (4H,): its layers/rnn/lstm.py. A
       CuDNNLSTM, whose bias is (8H,), has the blocks turned: preprocess_weights_for_loading
ONNX   i, o, f, c in W (D, 4H, I), R (D, 4H, H), B (D, 8H), two biases: the operator LSTM
Flax   a Dense for each gate, kernels (I, H) and (H, H), biases (H,): its linen/recurrent.py
"""

import numpy as np

from ._validate import as_finite, as_numpy, shown

#: Where torch's i, f, g, o stand in ONNX's order i, o, f, c.
ONNX_ORDER = (0, 2, 3, 1)


def from_keras(kernel, recurrent, bias, activation, recurrent_activation):
    """(W_x, W_h, b) of a Keras LSTM; its order is torch's."""
    _tanh_and_sigmoid("Keras", activation, recurrent_activation)
    W_x, W_h = (
        _array(name, value).T for name, value in (("kernel", kernel), ("recurrent", recurrent))
    )
    b = None if bias is None else _array("bias", bias)
    if b is None or b.shape != (2 * len(W_x),):
        return W_x, W_h, b
    blocks = [np.split(rows, 4) for rows in (W_x, W_h)]  # CuDNNLSTM: (H, I) and (H, H) as they lie
    W_x = np.concatenate([rows.T.reshape(rows.shape) for rows in blocks[0]])
    W_h = np.concatenate([rows.T for rows in blocks[1]])
    return W_x, W_h, b[: len(W_x)] + b[len(W_x) :]


def from_onnx(W, R, B, P, direction, activations, clip, input_forget):
    """(W_x, W_h, b) of one direction of an ONNX LSTM node."""
    if P is not None and np.any(_array("P", P)):
        raise ValueError(
            "this LSTM has peepholes (P), which let its gates read c: not torch's cell"
        )
    if clip is not None:
        raise ValueError(f"clip={clip:g} cuts what the gates are made of: not torch's cell")
    if input_forget:
        raise ValueError("input_forget=1 ties save to 1 − remember: not torch's cell")
    given = tuple(str(name).lower() for name in activations)[:3]
    if given not in ((), ("sigmoid", "tanh", "tanh")):
        raise ValueError(
            f"activations are {', '.join(activations)}: only Sigmoid, Tanh, Tanh are read"
        )
    W, R = _array("W", W), _array("R", R)
    if W.ndim != 3 or R.ndim != 3 or direction not in range(len(W)):
        raise ValueError(
            f"W has shape {W.shape}, R {R.shape}: (directions, 4H, …) is wanted, and direction "
            f"{shown(direction)} one of them"
        )
    rows = _in_order(len(W[0]) // 4)
    b = None
    if B is not None:
        two = _array("B", B)[direction].reshape(2, -1)
        b = (two[0] + two[1])[rows]
    return W[direction][rows], R[direction][rows], b


def from_flax(params):
    """(W_x, W_h, b) of a Flax LSTMCell or OptimizedLSTMCell: its part of the params."""
    wanted = [f"{side}{gate}" for side in "ih" for gate in "ifgo"]
    missing = [name for name in wanted if name not in params]
    if missing:
        raise ValueError(f"params has no {', '.join(missing)}: give those of one LSTMCell")
    W_x, W_h = (
        np.concatenate([_array(side + gate, params[side + gate]["kernel"]).T for gate in "ifgo"])
        for side in "ih"
    )
    biases = [params[f"h{gate}"].get("bias") for gate in "ifgo"]
    known = [bias is not None for bias in biases]
    b = np.concatenate([_array("bias", bias) for bias in biases]) if all(known) else None
    return W_x, W_h, b


def _tanh_and_sigmoid(who, activation, recurrent_activation):
    for name, value, known in (
        ("activation", activation, "tanh"),
        ("recurrent_activation", recurrent_activation, "sigmoid"),
    ):
        if value != known:
            raise ValueError(f"{who}: {name} is {value!r}, and only {known!r} is read: gates are σ")


def _in_order(H):
    """The rows of ONNX in torch's order."""
    return np.concatenate([np.arange(k * H, (k + 1) * H) for k in ONNX_ORDER])


def _array(name, value) -> np.ndarray:
    return np.asarray(as_numpy(as_finite(name, value)), float)
