"""The LSTM cell, written to be read. Notebook 03 is about this file.

Source: the lesson, "The gate equations"; Hochreiter & Schmidhuber 1997 with the remember gate of
Gers, Schmidhuber & Cummins 2000. Weights stand in torch's row order: save, remember, candidate,
focus (torch: i, f, g, o), H rows each.
"""

from typing import NamedTuple

import numpy as np

from ._imports import from_flax, from_keras, from_onnx
from ._layers import direction_weights, own_layer
from ._validate import as_finite, as_float, as_list, as_nonnegative, as_numpy, check_one_of, shown
from .gates import unchecked_sigmoid as sigmoid
from .names import CELL
from .traces import ALIASES, Trace

__all__ = ["GATES", "Cell", "Step", "chosen", "clamped_gate", "without_projection"]


GATES = tuple(key for key, name in CELL.items() if name.block is not None)


class Step(NamedTuple):
    """One time step; every array is (…, H), h is (…, P) if the cell projects."""

    remember: np.ndarray
    save: np.ndarray
    candidate: np.ndarray
    focus: np.ndarray
    c: np.ndarray
    h: np.ndarray


class Cell:
    """An LSTM cell in NumPy.

    W_x  (4H, I) weights of the input
    W_h  (4H, H) weights of the short-term state; (4H, P) with a projection
    b    (4H,) biases; zero if left out. Torch has two and adds them, so this is their sum
    W_p  (P, H) projection of h, torch's `proj_size`; none by default

    dtype is float64 unless float32 is asked for. Raises ValueError for shapes that do not fit.

    Its gates are σ, as in torch; what cannot be said with them is refused by `from_keras`,
    `from_onnx` and `from_flax`.
    """

    def __init__(self, W_x, W_h, b=None, W_p=None, dtype=np.float64):
        self.dtype = _dtype(dtype)
        self.W_x, self.W_h = self._array("W_x", W_x), self._array("W_h", W_h)
        b = np.zeros(len(self.W_x)) if b is None else b
        self.b = self._array("b", b)
        self.W_p = None if W_p is None else self._array("W_p", W_p)
        self._check_shapes()

    def step(self, x, h, c, sharpness=1.0, clamp=()) -> Step:
        """One step from (h, c) on input x: (…, I), (…, H) and (…, H).

        sharpness  κ multiplies all pre-activations
        clamp      (gate, units, value) triples: what replaces a computed gate

        Raises ValueError for shapes that do not fit, NaN, or κ below 0.
        """
        x, h, c = self._of_one_step(x, h, c)
        clamp = [_triple(entry) for entry in as_list("clamp", clamp, "(gate, units, value)")]
        return self._step(x, h, c, float(as_nonnegative("sharpness", sharpness)), clamp)

    def _step(self, x, h, c, sharpness, clamp) -> Step:
        """One step on arrays that are known to fit: the lesson's equations."""
        a = sharpness * (x @ self.W_x.T + h @ self.W_h.T + self.b)  # (…, 4H)
        a_save, a_remember, a_candidate, a_focus = np.split(a, 4, axis=-1)

        remember = sigmoid(a_remember)  # f = σ(W_xf x + W_hf h + b_f)
        save = sigmoid(a_save)  #         i = σ(W_xi x + W_hi h + b_i)
        candidate = np.tanh(a_candidate)  # c' = tanh(W_xc x + W_hc h + b_c)
        focus = sigmoid(a_focus)  #       o = σ(W_xo x + W_ho h + b_o)
        gates = {"remember": remember, "save": save, "candidate": candidate, "focus": focus}
        for gate, units, value in clamp:
            gates[gate][..., units] = value

        c = remember * c + save * candidate  # c = f ⊗ c + i ⊗ c'
        h = focus * np.tanh(c)  #              h = o ⊗ tanh(c)
        if self.W_p is not None:
            h = h @ self.W_p.T
        return Step(remember, save, candidate, focus, c, h)

    def run(self, xs, h0=None, c0=None, clamp=None, sharpness=1.0) -> Trace:
        """All steps of a sequence xs (T, I), or of B sequences (T, B, I).

        h0, c0     where it starts, (H,) or (B, H); zero by default
        clamp      {(gate, units, steps): value}: hold a gate at a value and compute the rest of the
                   recurrence from there. units and steps are an int, a range, or None for all.
                   Gates are in [0, 1], the candidate in [-1, 1]
        sharpness  κ ≥ 0 multiplies all pre-activations

        Raises ValueError for a wrong shape, NaN, an empty sequence, an unknown gate or unit.
        """
        xs, h, c = self.check(xs, h0, c0)
        kappa, c_first = float(as_nonnegative("sharpness", sharpness)), c
        clamps = self._by_step({} if clamp is None else clamp, len(xs))
        steps = []
        for t, x in enumerate(xs):
            step = self._step(x, h, c, kappa, clamps[t])
            h, c = step.h, step.c
            steps.append(step)
        arrays = {
            key: np.stack(values)
            for key, values in zip(Step._fields, zip(*steps, strict=True), strict=True)
        }
        return Trace(arrays, c_first=c_first)

    @property
    def units(self) -> int:
        """H, the number of units."""
        return len(self.W_x) // 4

    @property
    def inputs(self) -> int:
        """I, the size of the input."""
        return self.W_x.shape[1]

    @staticmethod
    def from_torch(lstm, layer=None, direction="forward", dtype=np.float64) -> "Cell":
        """The cell of one layer and direction of torch's own nn.LSTM, or of an nn.LSTMCell.

        layer  which one, -1 is the last; it must be said where there are several

        From any device, compiled or in DataParallel. Raises TypeError for a module with a forward
        of its own, a quantised or scripted one, ValueError for NaN among its weights.
        """
        lstm = own_layer(lstm, ("LSTM", "LSTMCell"), "Cell.from_torch")
        weights = direction_weights(lstm, layer, direction)
        arrays = {key: as_numpy(weight) for key, weight in weights.items()}
        bias = [arrays[key] for key in ("bias_ih", "bias_hh") if key in arrays]
        b = sum(bias) if bias else None  # torch's two biases add
        return Cell(arrays["weight_ih"], arrays["weight_hh"], b, arrays.get("weight_hr"), dtype)

    @staticmethod
    def from_keras(
        kernel, recurrent, bias=None, activation="tanh", recurrent_activation="sigmoid"
    ) -> "Cell":
        """The cell of a Keras LSTM: `Cell.from_keras(*layer.get_weights())`.

        kernel (I, 4H), recurrent (H, 4H), bias (4H,), or (8H,) of a CuDNNLSTM, which has its
        kernels in another layout. Raises ValueError for other activations: "hard_sigmoid" is a line
        cut at 0 and 1, up to 0.08 from σ at every step.
        """
        return Cell(*from_keras(kernel, recurrent, bias, activation, recurrent_activation))

    @staticmethod
    def from_onnx(
        W, R, B=None, P=None, direction=0, activations=(), clip=None, input_forget=0
    ) -> "Cell":
        """The cell of one direction of an ONNX LSTM node, by its inputs and attributes.

        W (D, 4H, I), R (D, 4H, H), B (D, 8H), whose two biases add. Raises ValueError for
        peepholes, a clip, tied gates and other activations.
        """
        return Cell(*from_onnx(W, R, B, P, direction, activations, clip, input_forget))

    @staticmethod
    def from_flax(params) -> "Cell":
        """The cell of a Flax LSTMCell or OptimizedLSTMCell: its part of the params, a dict with
        "ii", "if", "ig", "io" and "hi" to "ho"."""
        return Cell(*from_flax(params))

    def to_torch(self, kind="LSTM"):
        """An nn.LSTM of one layer (or an nn.LSTMCell) that computes the same.

        All of b goes into the first of torch's two biases, the second is zero. Raises ValueError
        for the LSTMCell of a cell that projects: torch has none.
        """
        import torch

        check_one_of("kind", kind, ("LSTM", "LSTMCell"))
        if kind == "LSTMCell" and self.W_p is not None:
            raise ValueError("an LSTMCell cannot project its h: take kind='LSTM'")
        size = {"proj_size": len(self.W_p)} if self.W_p is not None else {}
        with torch.random.fork_rng():
            module = getattr(torch.nn, kind)(self.inputs, self.units, **size)
        values = {"weight_ih": self.W_x, "weight_hh": self.W_h, "bias_ih": self.b}
        values |= {"bias_hh": 0 * self.b, "weight_hr": self.W_p}
        module.to(getattr(torch, self.dtype.name))
        with torch.no_grad():
            for name, parameter in module.named_parameters():
                parameter.copy_(torch.from_numpy(values[name.removesuffix("_l0")]))
        return module

    def __repr__(self):
        return f"Cell({self.inputs} inputs, {self.units} units, {self.dtype})"

    def _array(self, name, value):
        given = as_numpy(as_finite(name, value))
        with np.errstate(over="ignore"):
            return as_finite(f"{name} in {self.dtype}", np.array(given, self.dtype))

    def _check_shapes(self):
        if self.W_p is not None and self.W_p.ndim != 2:
            raise ValueError(f"W_p is {self.W_p.shape}: it must be (P, H), P rows of one per unit")
        if self.W_x.ndim != 2 or len(self.W_x) == 0 or len(self.W_x) % 4:
            raise ValueError(f"W_x is {self.W_x.shape}: it must be (4H, I), H rows for each gate")
        H4, H = len(self.W_x), self.units
        P = H if self.W_p is None else len(self.W_p)
        wanted = {"W_h": (H4, P), "b": (H4,)} | ({} if self.W_p is None else {"W_p": (P, H)})
        for name, shape in wanted.items():
            if getattr(self, name).shape != shape:
                given = getattr(self, name).shape
                raise ValueError(f"{name} is {given}, but with W_x {self.W_x.shape} it is {shape}")

    def check(self, xs, h0=None, c0=None):
        """A run's input and initial states as arrays that fit this cell, or a ValueError."""
        xs = self._array("xs", xs)
        if xs.ndim not in (2, 3) or xs.shape[-1] != self.inputs:
            wanted = f"(T, {self.inputs}) or (T, B, {self.inputs})"
            raise ValueError(f"xs has shape {xs.shape}, but must be {wanted}")
        if 0 in xs.shape:
            raise ValueError("xs is an empty sequence: give at least one step")
        lead, P = xs.shape[1:-1], self.W_h.shape[1]
        h0, c0 = self._state("h0", h0, (*lead, P)), self._state("c0", c0, (*lead, self.units))
        return xs, h0, c0

    def _of_one_step(self, x, h, c):
        """x, h and c of one step as arrays that fit this cell and each other."""
        arrays = {"x": x, "h": h, "c": c}
        arrays = {name: as_numpy(as_finite(name, value)) for name, value in arrays.items()}
        lead = arrays["x"].shape[:-1]
        sizes = {"x": self.inputs, "h": self.W_h.shape[1], "c": self.units}
        for name, size in sizes.items():
            wanted = (*lead, size)
            if arrays[name].shape != wanted:
                given = arrays[name].shape
                raise ValueError(f"{name} has shape {given}, but with this x it must be {wanted}")
        return arrays.values()

    def _state(self, name, value, shape):
        state = self._array(name, np.zeros(shape) if value is None else value)
        if state.shape != shape:
            raise ValueError(f"{name} has shape {state.shape}, but must be {shape}")
        return state

    def _by_step(self, clamp, T):
        """For each step the (gate, units, value) triples that hold there."""
        if not isinstance(clamp, dict):
            raise TypeError(f"clamp must be {{(gate, units, steps): value}}, not {shown(clamp)}")
        steps = [[] for _ in range(T)]
        for key, value in clamp.items():
            if not (isinstance(key, tuple) and len(key) == 3):
                raise TypeError(f"clamp has the key {shown(key)}: give (gate, units, steps)")
            gate, value = clamped_gate("clamp", key[0], value)
            units = chosen("unit", key[1], self.units)
            for t in chosen("step", key[2], T):
                steps[t].append((gate, units, value))
        return steps


def clamped_gate(what, gate, value) -> tuple[str, float]:
    """A gate by the lesson's word, torch's letter will do, and a value that it can have.

    what  where they stand, for messages: "clamp"
    """
    gate = ALIASES.get(gate, gate) if isinstance(gate, str) else gate
    check_one_of(f"gate of {what}", gate, GATES)
    value, (low, high) = as_float(f"value of {what}", value), CELL[gate].limits
    if not low <= value <= high:
        raise ValueError(f"{gate} held at {value:g}: it lies in [{low}, {high}]")
    return gate, value


def _triple(entry):
    """A (gate, units, value) of one step; a gate by the lesson's word or torch's letter."""
    if not isinstance(entry, list | tuple) or len(entry) != 3:
        raise ValueError(f"clamp has {shown(entry)}: give (gate, units, value)")
    gate, value = clamped_gate("clamp", entry[0], entry[2])
    return gate, entry[1], value


def without_projection(cell) -> "Cell":
    """Refuse what is no Cell, or one that projects its h."""
    if not isinstance(cell, Cell) or cell.W_p is not None:
        raise TypeError(
            f"a Cell without projection is wanted, not {shown(cell)}: lab.Cell.from_torch(lstm) "
            "makes one of a layer"
        )
    return cell


def _dtype(dtype) -> np.dtype:
    """float64 or float32, by name or by type."""
    try:
        name = np.dtype(dtype).name
    except (TypeError, ValueError):
        name = dtype  # no type at all
    check_one_of("dtype", name, ("float64", "float32"))
    return np.dtype(name)


def chosen(name, index, size) -> list[int]:
    """The whole numbers below `size` that an int, a range or tuple, or None (all) stands for."""
    if index is None:
        return list(range(size))
    many = isinstance(index, range | tuple)
    for k in index if many else [index]:
        if isinstance(k, bool) or not isinstance(k, int | np.integer):
            raise TypeError(
                f"{name} {shown(index)} of clamp: give an int, a range or a tuple, or None for all"
            )
        if not -size <= k < size:
            raise ValueError(f"{name} {k} of clamp: there are {size}, 0 to {size - 1}")
    return [int(k) % size for k in (index if many else [index])]
