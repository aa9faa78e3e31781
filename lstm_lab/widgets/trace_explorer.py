"""TraceExplorer: type a text, see every gate of a small cell at every character, hold some."""

import numpy as np
import traitlets

from .._layers import check_weights, full_name, unwrapped
from .._validate import as_index, as_numpy, as_text
from ..cell import GATES, Cell, without_projection
from ..decompiling import alphabet_for, own_alphabet
from ..plots import trace_explorer as still_of_trace_explorer
from ..programs import Program
from ..tasks import Task
from ..traces import Trace
from .figure import Figure, preset, short
from .traits import Numbers, checked, clamp_entry, factor, index, readable, stays

__all__ = ["BUILT", "MOST_CHARACTERS", "MOST_TOLD", "MOST_UNITS", "PLAYED", "TraceExplorer"]


MOST_UNITS, MOST_CHARACTERS = 32, 20_000
#: So many characters are told in text.
MOST_TOLD = 40
#: What people type or press …
PLAYED = ("text", "unit", "step", "clamp", "sharpness")
#: … and what travels with the figure and stays.
BUILT = (
    "W_x", "W_h", "b", "alphabet", "task", "option", "asked", "answers", "V", "v", "count_unit",
    "count_step",
)  # fmt: skip

#: Texts worth trying, by task: name, hint, text.
EXAMPLES = {
    "nesting": (
        ("nested", "three kinds", "f(a[i], {b: (c)}) + g(x)"),
        ("never closed", "one bracket too many", "((a + b) * (c + d)"),
        ("deep", "30 levels", "(" * 30 + ")" * 30),
    ),
    "list_items": (
        ("two lists", "an empty line ends a list", "- milk\n- eggs\n\nthen\n- soap"),
        ("dashes", "not every dash is an item", "a - b\n- c-d\n-- e"),
    ),
    "quotes": (
        ("speech", "two quotations", 'He said "hello" and "good-bye".'),
        ("curly", "opening and closing marks", "He said “hello” and “good-bye”."),
        ("left open", "one mark is missing", 'She said "yes and left. "No!" said he.'),
    ),
    "urls": (
        ("a link", "from :// to the blank", "see https://a.org/x for more"),
        ("nearly", "no link at all", "a: b / c // d :/ e"),
    ),
    "length": (("sentences", "short and long", "No. I will not go there today! Why?"),),
    "anbn": (
        ("n = 10", "as long as in training", "a" * 10 + "b" * 10),
        ("n = 30", "three times as long", "a" * 30 + "b" * 30),
        ("n = 60", "six times as long", "a" * 60 + "b" * 60),
        ("one too many", "a near miss", "a" * 8 + "b" * 9),
    ),
    "anbncn": (
        ("n = 10", "as long as in training", "a" * 10 + "b" * 10 + "c" * 10),
        ("n = 40", "four times as long", "a" * 40 + "b" * 40 + "c" * 40),
    ),
    "dyck1": (
        ("nested", "15 deep", "(" * 15 + ")" * 15),
        ("zigzag", "never deep", "()" * 20),
        ("sawtooth", "up and down", ("(" * 8 + ")" * 8) * 4),
    ),
    "parity": (("bits", "odd or even?", "0110100110010110"), ("all ones", "", "1" * 30)),
}


class TraceExplorer(Figure):
    """Every gate and state of a cell over a typed text, its answer beside the truth.

    net        a `Program`, a `Tagger` of an LSTM, or a `Cell` (then give `alphabet`)
    text       what is read; a character outside the alphabet is read as nothing (x = 0)
    alphabet   the characters of a Cell's inputs, in their order
    unit, step what is pointed at, from 0
    clamp      [(gate, unit, first step, last step, value), …]: gates held over a range of steps;
               the rest of the recurrence is computed from there, beside the original
    sharpness  κ, multiplies all pre-activations

    All but `net` are traits. `values()` gives remember, save, candidate, focus, c, h (T, H), and
    the answer (T,) where the net has a task; `truth()` is what it should be.
    """

    js = "trace_explorer.js"
    shown = (*BUILT, *PLAYED)
    played = PLAYED

    W_x = Numbers(2).tag(sync=True)
    W_h = Numbers(2).tag(sync=True)
    b = Numbers(1).tag(sync=True)
    alphabet = traitlets.Unicode().tag(sync=True)
    task = traitlets.Unicode().tag(sync=True)
    option = traitlets.Unicode().tag(sync=True)
    asked = traitlets.Unicode().tag(sync=True)  # "value", "answer" or ""
    answers = traitlets.List(traitlets.Unicode()).tag(sync=True)
    V: traitlets.List[list] = traitlets.List().tag(sync=True)
    v: traitlets.List[list] = traitlets.List().tag(sync=True)
    count_unit = traitlets.Int(0).tag(sync=True)
    count_step = traitlets.Float(1.0).tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    unit = index().tag(sync=True)
    step = index().tag(sync=True)
    clamp: traitlets.List[list] = traitlets.List().tag(sync=True)
    sharpness = factor(1.0).tag(sync=True)

    _stays = stays(*BUILT)

    def __init__(self, net, text=None, alphabet=None, **traits):
        cell, self._task, parts = _parts(unwrapped(net), alphabet)
        if text is None:
            text = EXAMPLES[self._task.name][0][2] if self._task else parts["alphabet"]
        super().__init__(
            W_x=cell.W_x, W_h=cell.W_h, b=cell.b, **parts, text=as_text("text", text), **traits
        )

    @traitlets.validate("text")
    def _not_too_long(self, proposal):
        return readable(proposal["value"], MOST_CHARACTERS)

    @traitlets.validate("unit", "step")
    def _from_zero(self, proposal):
        name, value = proposal["trait"].name, proposal["value"]
        end = len(self.b) // 4 if name == "unit" and self.b else MOST_CHARACTERS + 1
        return checked(as_index, name, value, end)

    @traitlets.validate("clamp")
    def _clamps(self, proposal):
        return [clamp_entry(entry, len(self.b) // 4) for entry in proposal["value"]]

    def suggestions(self):
        examples = EXAMPLES.get(self.task, ())
        if self.task == "quotes":
            examples = [e for e in examples if (e[0] == "curly") == (self.option == "curly")]
        return [
            *(preset(name, hint, text=text) for name, hint, text in examples),
            preset("κ = 1", "as it was made", sharpness=1),
            preset("κ = 8", "soft ifs become hard ifs", sharpness=8),
        ]

    @property
    def cell(self) -> Cell:
        """The cell that reads the text."""
        return Cell(self.W_x, self.W_h, self.b)

    def run(self, clamped=True) -> Trace:
        """The run that is shown, or the one without clamps; arrays (T, H)."""
        return self._run(self.text, clamped)

    def _run(self, text, clamped=True) -> Trace:
        """The run over a text that was read once: the page may change it at any time."""
        cell, T = self.cell, len(text)
        if T == 0:
            empty = np.zeros((0, cell.units))
            return Trace(dict.fromkeys([*GATES, "c", "h"], empty))
        held: dict[tuple, float] = {}
        for gate, unit, first, last, value in self.clamp if clamped else ():
            key = (gate, unit, range(first, min(last + 1, T)))
            held.pop(key, None)  # a later clamp stands above an earlier one
            held[key] = value
        return cell.run(self._encoded(text), clamp=held, sharpness=self.sharpness)

    def _encoded(self, text):
        """(T, I) one-hot, a row of zeros for a character that is not in the alphabet."""
        size = len(self.alphabet)
        place = {character: k for k, character in enumerate(self.alphabet)}
        codes = [place.get(character, size) for character in text]
        return np.eye(size + 1, size)[codes]

    def values(self):
        run = self.run()
        return dict(run.arrays) | ({"answer": self._said(run)} if self.asked else {})

    def _said(self, run):
        """What the net says at each character: a count, or the place of an answer."""
        if self.asked == "value":
            return np.rint(run.c[:, self.count_unit] / self.count_step).astype(int)
        return (run.h @ np.array(self.V).T + self.v).argmax(axis=1)

    def truth(self) -> np.ndarray:
        """What the answer should be (T,), None where nothing is asked or the text is unknown."""
        return self._truth(self.text)

    def _truth(self, text):
        known = [t for t, character in enumerate(text) if character in self.alphabet]
        truth = np.full(len(text), None, dtype=object)
        if not known:
            return truth
        asked = self._task.label if self.asked == "value" else self._task.targets
        found = asked("".join(text[t] for t in known))
        hidden = self.asked == "answer" and found < 0
        truth[known] = np.where(hidden, None, found.astype(object))
        return truth

    def first_mistake(self) -> int | None:
        """The first step, from 0, at which the answer is not the truth."""
        if not self.asked:
            return None
        text = self.text
        return _first_mistake(self._said(self._run(text)), self._truth(text))

    def still(self):
        text = self.text
        run = self._run(text)
        answer, truth = (self._said(run), self._truth(text)) if self.asked else (None, None)
        return still_of_trace_explorer(run, text, self.unit, answer, truth, self.answers)

    def __repr__(self):
        text, values = self.text, self.values()
        many = f" … {len(text)} in all" * (len(text) > MOST_TOLD)
        held = f", clamp {self.clamp}" if self.clamp else ""
        head = f"TraceExplorer({self.task or 'cell'}, unit {self.unit + 1}, sharpness"
        lines = [f"{head} {self.sharpness:g}{held})", f"  text = {text[:MOST_TOLD]!r}{many}"]
        for key in (*GATES, "c", "h"):
            lines.append(f"  {key} = {short(values[key][:MOST_TOLD, self.unit], 3)}")
        if self.asked:
            says = ", ".join(map(self._word, values["answer"][:MOST_TOLD]))
            mistake = self._mistake(values["answer"], self._truth(text))
            lines += [f"  answer = [{says}]", f"  first mistake: {mistake}"]
        return "\n".join(lines)

    def _mistake(self, answer, truth) -> str:
        t = _first_mistake(answer, truth)
        if t is None:
            return "none"
        return f"step {t + 1}, it says {self._word(answer[t])}, truth {self._word(truth[t])}"

    def _word(self, said) -> str:
        return self.answers[said] if self.answers else str(int(said))


def _first_mistake(answer, truth) -> int | None:
    """The first step, from 0, at which an answer (T,) is not the truth (T,), None if unasked."""
    wrong = [true is not None and said != true for said, true in zip(answer, truth, strict=True)]
    return wrong.index(True) if True in wrong else None


def _parts(net, alphabet):
    """A net's cell, its task, and the traits that say how its answer is read."""
    if isinstance(net, Program):
        own_alphabet(net.task, alphabet)
        counted = {"asked": "value", "count_unit": net.unit, "count_step": net.unit_step}
        return net, net.task, _of_task(net.task) | counted
    if isinstance(net, Cell):
        cell = without_projection(net)
        return _few(cell), None, {"alphabet": alphabet_for(cell, alphabet)}
    task = getattr(net, "task", None)
    if not isinstance(task, Task):
        raise TypeError(
            f"a Program, a Tagger or a Cell is wanted, not {full_name(net)}: "
            "lab.Cell.from_torch(lstm) makes one of a layer"
        )
    own_alphabet(task, alphabet)
    check_weights(net)
    V, v = (as_numpy(part).tolist() for part in (net.read.weight, net.read.bias))
    read = {"asked": "answer", "answers": list(task.answers), "V": V, "v": v}
    return _few(net.cell), task, _of_task(task) | read


def _of_task(task):
    return {"task": task.name, "alphabet": task.alphabet, "option": task.option}


def _few(cell):
    if cell.units > MOST_UNITS:
        raise ValueError(f"{cell.units} units: 1 to {MOST_UNITS} can be shown")
    return cell
