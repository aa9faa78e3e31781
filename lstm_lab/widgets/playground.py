"""Playground: a net that learns in the page, while you watch its gates."""

import numpy as np
import traitlets

from .._layers import unwrapped
from .._validate import as_finite, as_index, as_int, as_positive, as_real, check_one_of, shown
from ..gates import sigmoid
from ..plots import playground as still_of_playground
from ..tasks import TASKS, Task
from .char_writing import uniforms
from .figure import Figure, preset, short
from .traits import Checked, FigureError, checked, factor, index, readable

__all__ = ["KINDS", "LESSONS", "PLAYED", "Playground", "run"]

#: Blocks of H rows of each kind's weights, in torch's order.
KINDS = {"input_gated": 4, "lstm": 4, "gru": 3, "rnn": 1}
#: Tasks that are learned in the page, each with a text to look at; as in lessons.js.
LESSONS = {
    "anbn": "aaaaaaaabbbbbbbb",
    "anbncn": "aaaaaabbbbbbcccccc",
    "dyck1": "((()())(()))()((()))",
    "parity": "0110100110010110",
    "remember_first": "Aabbabaababba?",
}
#: How torch calls what the page calls W_x …, in a Tagger of each kind.
OF_TORCH = {
    kind: {"W_x": "core.weight_ih_l0", "b_x": "core.bias_ih_l0",
           "W_h": "core.weight_hh_l0", "b_h": "core.bias_hh_l0"}
    for kind in ("lstm", "gru", "rnn")
} | {"input_gated": {"W_x": "core.weight_x", "b_x": "core.bias"}}  # fmt: skip
#: What each kind has at each step.
NAMED = {"gru": ("reset", "update", "new", "h"), "rnn": ("h",)} | dict.fromkeys(
    ("input_gated", "lstm"), ("remember", "save", "candidate", "focus", "c", "h")
)
READ = {"V": "read.weight", "v": "read.bias"}
SETTINGS = ("task", "kind", "units", "remember", "save", "signed", "seed")
PLAYED = (
    *SETTINGS, "noise", "lr", "updates", "text", "sharpness", "playing", "speed", "weights", "done",
    "losses", "shadow",
)  # fmt: skip
MOST_UNITS, MOST_CHARACTERS, MOST_UPDATES = 8, 60, 20_000


def _within(name, value, low, high) -> float:
    number = float(as_finite(name, value))
    if not low <= number <= high:
        raise ValueError(f"{name} is {number:g}, but must be {low:g} to {high:g}")
    return number


class Playground(Figure):
    """A small net that learns a task in the page: loss, gates, answers and rules, as it learns.

    net        a `Tagger` to start from, or nothing: then a new one
    task       "anbn", "anbncn", "dyck1", "parity" or "remember_first" (of two symbols)
    kind       "input_gated" (gates read the present letter alone), "lstm", "gru" or "rnn"
    units      1 to 8
    remember, save   what is added to the first biases of these gates
    signed     whether the remember gate lies in [−1, 1] in place of [0, 1]
    seed       of the first weights, the texts and the noise: the same seed gives the same numbers
    noise, lr  Gaussian noise on the gates' pre-activations, growing from 0; Adam's learning rate,
               falling along a half cosine to a tenth; the norm of the gradient is held to 1
    updates    how many a training has, of all texts at once; `playing` starts and stops it
    text       the probe that is looked at; sharpness κ of the net that is looked at

    `weights`, `done` and `losses` are what the page has come to, told when it rests. `net` is a
    Tagger with these weights, for `lab.decompile` and `lab.TraceExplorer`; `values()` gives its
    gates and states (T, H) over the probe and its answers.

    >>> figure = Playground(task="parity", units=2)
    >>> figure.values()["h"].shape
    (16, 2)
    """

    js = "playground.js"
    shown = PLAYED
    played = PLAYED

    task = traitlets.Enum([*LESSONS], "anbn").tag(sync=True)
    kind = traitlets.Enum([*KINDS], "input_gated").tag(sync=True)
    units = Checked(as_int, 1, default=3).tag(sync=True)
    remember = Checked(_within, -10, 10, default=0.0).tag(sync=True)
    save = Checked(_within, -10, 10, default=0.0).tag(sync=True)
    signed = traitlets.Bool(False).tag(sync=True)
    seed = index().tag(sync=True)
    noise = Checked(_within, 0, 10, default=3.0).tag(sync=True)
    lr = Checked(as_positive, default=0.02).tag(sync=True)
    updates = Checked(as_int, 1, default=2500).tag(sync=True)
    text = traitlets.Unicode(LESSONS["anbn"]).tag(sync=True)
    sharpness = factor(1.0).tag(sync=True)
    playing = traitlets.Bool(False).tag(sync=True)
    speed = Checked(as_int, 1, default=16).tag(sync=True)
    weights = traitlets.Dict().tag(sync=True)
    done = index().tag(sync=True)
    losses: traitlets.List[list] = traitlets.List().tag(sync=True)
    shadow: traitlets.List[list] = traitlets.List().tag(sync=True)

    def __init__(self, net=None, **traits):
        if net is not None:
            traits = _of_tagger(unwrapped(net)) | traits
        traits.setdefault("text", LESSONS.get(traits.get("task", "anbn"), ""))
        super().__init__(**traits)

    @traitlets.validate("units", "updates", "speed", "seed")
    def _few(self, proposal):
        name, value = proposal["trait"].name, proposal["value"]
        ends = {"units": MOST_UNITS, "updates": MOST_UPDATES, "speed": 1000, "seed": 2**31}
        return checked(as_index, name, value, ends[name] + 1)

    @traitlets.validate("text")
    def _short(self, proposal):
        return readable(proposal["value"], MOST_CHARACTERS)

    @traitlets.validate("weights")
    def _known(self, proposal):
        weights = {}
        for name, values in proposal["value"].items():
            row = checked(as_finite, f"weights[{name!r}]", values)
            weights[name] = np.ravel(row).tolist()
        return weights

    @traitlets.validate("losses", "shadow")
    def _points(self, proposal):
        name, points = proposal["trait"].name, proposal["value"]
        pairs = checked(as_real, name, points) if points else np.zeros((0, 2))
        if pairs.ndim != 2 or pairs.shape[1] != 2 or not np.isfinite(pairs).all():
            raise FigureError(f"{name} has {shown(points)}: give [(update, loss), …]")
        return [[int(n), float(loss)] for n, loss in pairs]

    @traitlets.observe(*SETTINGS)
    def _begins_anew(self, change):
        """Weights of other settings are of no use."""
        if self.weights and self._sizes() != {k: len(v) for k, v in self.weights.items()}:
            self.weights, self.done, self.losses = {}, 0, []

    def suggestions(self):
        base = {"task": "anbn", "kind": "input_gated", "units": 3, "noise": 3.0, "remember": 0.0,
                "save": 0.0, "signed": False, "text": LESSONS["anbn"],
                "sharpness": 1.0}  # fmt: skip
        parity = base | {"task": "parity", "units": 4, "noise": 0.0, "text": LESSONS["parity"]}
        return [
            preset("count", "aⁿbⁿ: it learns to count, and fails after some dozens", **base),
            preset("noise off", "the gates stay soft: it fails sooner", **base | {"noise": 0.0}),
            preset("gates read h", "an ordinary LSTM: can it be sharpened?",
                   **base | {"kind": "lstm", "noise": 0.0}),
            preset("bias −3", "remember begins shut: c is lost at once, and learning takes longer",
                   **base | {"remember": -3.0}),
            preset("GRU instead", "its h stays within −1 … 1: it cannot count far",
                   **base | {"kind": "gru", "noise": 0.0}),
            preset("parity, 0 … 1", "gates that read x alone, in [0, 1]: never", **parity),
            preset("parity, −1 … 1", "the same with a gate that may be −1: a toggle",
                   **parity | {"signed": True}),
            preset("κ = 8", "soft ifs become hard ifs", sharpness=8.0),
        ]  # fmt: skip

    # --- what Python knows of it ------------------------------------------------------------------

    @property
    def made_for(self) -> Task:
        """The task that is learned."""
        return TASKS[self.task](2) if self.task == "remember_first" else TASKS[self.task]()

    def _shapes(self):
        task, rows = self.made_for, KINDS[self.kind] * self.units
        shapes = {"W_x": (rows, len(task.alphabet)), "b_x": (rows,)}
        if self.kind != "input_gated":
            shapes |= {"W_h": (rows, self.units), "b_h": (rows,)}
        return shapes | {"V": (len(task.answers), self.units), "v": (len(task.answers),)}

    def _sizes(self):
        return {name: int(np.prod(shape)) for name, shape in self._shapes().items()}

    def parts(self) -> dict[str, np.ndarray]:
        """The numbers that it has learned, or begins with: W_x, b_x, W_h, b_h, V, v."""
        shapes = self._shapes()
        if {k: len(v) for k, v in self.weights.items()} == self._sizes():
            return {k: np.reshape(self.weights[k], shape) for k, shape in shapes.items()}
        uniform, bound = uniforms(self.seed), self.units**-0.5
        made = {
            name: np.array([bound * (2 * next(uniform) - 1) for _ in range(int(np.prod(shape)))])
            for name, shape in shapes.items()
        }
        if KINDS[self.kind] == 4:
            made["b_x"][: self.units] += self.save
            made["b_x"][self.units : 2 * self.units] += self.remember
        return {name: made[name].reshape(shape) for name, shape in shapes.items()}

    @property
    def net(self):
        """A `Tagger` with the weights that the page has come to.

        Raises ValueError if its remember gate is not one of [0, 1].
        """
        if self.signed:
            raise ValueError("a Tagger's gates lie in [0, 1]: signed=False makes one")
        import torch

        from ..models import Tagger

        tagger = Tagger(self.made_for, self.units, self.kind, self.seed)
        names = OF_TORCH[self.kind] | READ
        state = {names[k]: torch.tensor(v, dtype=torch.float32) for k, v in self.parts().items()}
        tagger.load_state_dict(state)
        return tagger.eval()

    def values(self):
        return self._values(self.text)

    def _values(self, text):
        parts, alphabet = self.parts(), self.made_for.alphabet
        for name in ("W_x", "W_h", "b_x", "b_h"):
            if name in parts:
                parts[name] = self.sharpness * parts[name]
        codes = [alphabet.find(character) for character in text]
        arrays = run(self.kind, parts, codes, self.signed)
        scores = arrays["h"] @ parts["V"].T + parts["v"]
        return arrays | {"answer": scores.argmax(axis=1) if len(text) else np.zeros(0, int)}

    def truth(self) -> list:
        """The right answer at each character of the probe; None where nothing is asked."""
        task, text = self.made_for, self.text
        known = [t for t, character in enumerate(text) if character in task.alphabet]
        truth: list = [None] * len(text)
        if known:
            for t, target in zip(known, task.targets("".join(text[t] for t in known)), strict=True):
                truth[t] = None if target < 0 else int(target)
        return truth

    def still(self):
        text = self.text
        values = self._values(text)
        answer = values.pop("answer")
        return still_of_playground(
            values, text, answer, self.truth(), self.losses, self.shadow, self.signed
        )

    def __repr__(self):
        values = self.values()
        last = f", loss {self.losses[-1][1]:.3g}" if self.losses else ""
        signed = ", remember in [−1, 1]" if self.signed else ""
        head = f"Playground({self.task}, {self.kind}, {self.units} units{signed}, seed {self.seed})"
        lines = [f"{head}: {self.done} of {self.updates} updates{last}", f"  text = {self.text!r}"]
        lines += [f"  {key} = {short(value, 3)}" for key, value in values.items()]
        return "\n".join(lines)


def run(kind, parts, codes, signed=False) -> dict[str, np.ndarray]:
    """Gates and states (T, H) of a small net over codes (-1 for an unknown letter): learning.js.

    parts  W_x, b_x, and W_h, b_h where it reads h
    """
    H = parts["V"].shape[1]
    h, c, steps = np.zeros(H), np.zeros(H), []
    for code in codes:
        x = parts["b_x"] + (parts["W_x"][:, code] if code >= 0 else 0)
        s = parts["W_h"] @ h + parts["b_h"] if "W_h" in parts else np.zeros_like(x)
        if KINDS[kind] == 4:
            save, remember, candidate, focus = np.split(x + s, 4)
            step = {"remember": 2 * sigmoid(remember) - 1 if signed else sigmoid(remember)}
            step |= {"save": sigmoid(save), "candidate": np.tanh(candidate)}
            step["focus"] = sigmoid(focus)
            c = step["remember"] * c + step["save"] * step["candidate"]
            h = step["focus"] * np.tanh(c)
            step["c"] = c
        elif kind == "gru":
            (x_r, x_z, x_n), (s_r, s_z, s_n) = np.split(x, 3), np.split(s, 3)
            step = {"reset": sigmoid(x_r + s_r), "update": sigmoid(x_z + s_z)}
            step["new"] = np.tanh(x_n + step["reset"] * s_n)
            h = (1 - step["update"]) * step["new"] + step["update"] * h
        else:
            step, h = {}, np.tanh(x + s)
        steps.append(step | {"h": h})
    names = [*(steps[0] if steps else NAMED[kind])]
    return {name: np.array([step[name] for step in steps]).reshape(len(steps), H) for name in names}


def _of_tagger(net) -> dict:
    """The traits of a Tagger."""
    from ..models import Tagger

    if not isinstance(net, Tagger):
        raise TypeError(f"a Tagger is wanted, not {shown(net)}: lab.models.Tagger(task, units)")
    check_one_of("task", net.task.name, tuple(LESSONS))
    names = {torch: ours for ours, torch in (OF_TORCH[net.kind] | READ).items()}
    weights = {
        names[name]: value.detach().cpu().double().numpy().ravel().tolist()
        for name, value in net.state_dict().items()
    }
    order = ["W_x", "b_x", "W_h", "b_h", "V", "v"]
    made = {"task": net.task.name, "kind": net.kind, "units": net.hidden_size, "seed": net.seed}
    return made | {"weights": {name: weights[name] for name in order if name in weights}}
