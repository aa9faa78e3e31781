"""UnitExplorer: a text coloured by one unit of any net, the units ranked by what they follow."""

import numpy as np
import traitlets

from .._layers import unwrapped
from .._validate import as_index, as_int, shown
from ..names import NAMES
from ..plots import unit_explorer as still_of_unit_explorer
from ..tasks.labels import labels as scanned
from ..traces import Trace
from ..units import Passage, Unit, auroc, rank, search
from .char_writing import drawn, softmax, uniforms
from .figure import Figure, preset, short
from .packing import unpacked
from .traits import FigureError, checked, clamp_entry, factor, index, readable, stays
from .unit_parts import (
    BEFORE,
    MOST_STEPS,
    PASSAGES,
    as_cells,
    of_a_net,
    of_a_trace,
    read_text,
)

__all__ = ["BUILT", "EXAMPLES", "MOST_CHARACTERS", "PLAYED", "UnitExplorer"]

#: So many characters are read live, and written.
MOST_CHARACTERS, MOST_WRITTEN = 5_000, 1_000
#: What people type or press …
PLAYED = (
    "text", "unit", "of", "step", "label", "marks", "clamp", "sharpness", "seed", "writes",
)  # fmt: skip
#: … and what travels with the figure and stays.
BUILT = (
    "packed", "parts", "names", "tokens", "alphabet", "own", "labels", "scanner", "corpus",
)  # fmt: skip
#: So many steps are told in text.
MOST_TOLD = 40
#: Texts worth trying, by what labels them: name, hint, text.
EXAMPLES = {
    "code": (
        ("marks", "strings of both kinds, and marks within them",
         "names = ['Ada', \"it's\", 'a \"b\" c']\nprint(\"sum:\", 3 + 4, '(not one)')\n" * 4),
        ("nested", "brackets in brackets",
         "table = {key: [f(x, (y + 1)) for x in row] for key, row in items}\nn = len(table)\n" * 4),
        ("comments", "what is said beside the code",
         "total = 0  # of all rows\nfor row in rows:  # 'row' is a list\n    total += row\n" * 4),
    ),
    "prose": (
        ("speech", "two quotations", 'He said "hello" and she said "good-bye". They left. ' * 4),
        ("aside", "brackets in a sentence", "The cat (it was old) sat (as always) there. " * 4),
    ),
}  # fmt: skip


class UnitExplorer(Figure):
    """A text in the colours of one unit, its gates at the pointer, and the units ranked by a label.

    net      a `Trace` of one sequence of any model (`lab.trace`, `lab.listen`), or a net that
             guesses characters (`lab.models.CharModel`): its weights travel, and it reads what is
             typed
    tokens   a Trace's characters, words or numbers, one for each step; a CharModel's text
    labels   of a Trace {name: (T,) bools or numbers}; of a CharModel "code" or "prose", what is
             true of whatever is typed (`lab.tasks.code_labels`)
    corpus   what passages are looked for in, if not in the text: [(trace, tokens), …], or texts
    layer    of a CharModel's LSTM, whose units are shown
    unit, step  what is pointed at, from 0;  of: the array that colours ("c", "h" or a gate)
    label    the name of the label that units are ranked by, in two halves as `lab.units.rank` does
    marks    [("high" or "low", first step, last step), …]: what units are ranked by instead
    clamp    [(gate, unit, first step, last step, value), …]: held while the net reads and writes
    writes   so many characters are written on, from `seed` with `sharpness`, held and free

    `values()` gives the unit's arrays (T,); `ranked()`, `passages()`, `guesses()` and `written()`
    what stands beside them. Raises ValueError for a batch, or where labels or tokens do not fit.

    >>> import lstm_lab as lab
    >>> cell = lab.programs.nesting("()")
    >>> trace = cell.run(cell.task.encode("a(b)(c)"))
    >>> figure = UnitExplorer(trace, "a(b)(c)", {"open": trace.c[:, 0] > 0})
    >>> figure.values()["c"].tolist()
    [0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0]
    """

    js = "unit_explorer.js"
    shown = (*BUILT, *PLAYED)
    played = PLAYED

    packed = traitlets.Bytes().tag(sync=True)
    parts: traitlets.List[list] = traitlets.List().tag(sync=True)
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    tokens = traitlets.List(traitlets.Unicode()).tag(sync=True)
    alphabet = traitlets.Unicode().tag(sync=True)
    own = traitlets.Int(0).tag(sync=True)
    labels = traitlets.Dict().tag(sync=True)
    scanner = traitlets.Unicode().tag(sync=True)
    corpus: traitlets.List = traitlets.List().tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    unit = index().tag(sync=True)
    of = traitlets.Unicode().tag(sync=True)
    step = index().tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)
    marks: traitlets.List[list] = traitlets.List().tag(sync=True)
    clamp: traitlets.List[list] = traitlets.List().tag(sync=True)
    sharpness = factor(1.0).tag(sync=True)
    seed = index().tag(sync=True)
    writes = index().tag(sync=True)

    _stays = stays(*BUILT)

    def __init__(self, net, tokens, labels=None, *, corpus=None, layer=-1, **traits):
        net = unwrapped(net)
        made = of_a_trace if isinstance(net, Trace) else of_a_net
        built, self._units = made(net, tokens, labels, corpus, layer)
        scanner = built.get("scanner")
        self._kinds = [*scanned(scanner, "")] if scanner else [*built["labels"]]
        built["of"] = "c" if "c" in built["names"] else built["names"][-1]
        built["label"] = self._kinds[0] if self._kinds else ""
        super().__init__(**built | traits)

    @property
    def live(self) -> bool:
        """Whether a net reads what is typed; if not, a trace was recorded."""
        return bool(self.alphabet)

    @traitlets.validate("text")
    def _readable(self, proposal):
        text = proposal["value"]
        if text and self.names and not self.live:
            raise FigureError("text is typed for a CharModel; a recorded trace has its tokens")
        return readable(text, MOST_CHARACTERS)

    @traitlets.validate("unit", "step", "writes")
    def _counted(self, proposal):
        name, value = proposal["trait"].name, proposal["value"]
        ends = {"unit": self._units, "step": MOST_STEPS, "writes": MOST_WRITTEN + 1}
        return checked(as_index, name, value, ends[name])

    @traitlets.validate("of", "label")
    def _named(self, proposal):
        name, value = proposal["trait"].name, proposal["value"]
        allowed = self.names if name == "of" else ["", *self._kinds]
        if self.names and value not in allowed:
            told = ", ".join(map(repr, allowed))
            raise FigureError(f"{name} is {value!r}, but must be one of {told}")
        return value

    @traitlets.validate("marks")
    def _marked(self, proposal):
        return [_mark(entry) for entry in proposal["value"]]

    @traitlets.validate("clamp")
    def _clamps(self, proposal):
        if proposal["value"] and not self.alphabet:
            raise FigureError("gates are held in a CharModel, which reads on; not in what is past")
        return [clamp_entry(entry, self._units) for entry in proposal["value"]]

    def suggestions(self):
        best = [(label, self._best(label)) for label in self._kinds]
        units = [
            preset(label, f"unit {u.unit + 1} follows it: {u.held_out:.2f}", unit=u.unit, of=u.of,
                   label=label, marks=[])
            for label, u in best if u
        ]  # fmt: skip
        texts = [preset(name, hint, text=text, step=0, marks=[], clamp=[])
                 for name, hint, text in EXAMPLES.get(self.scanner, ())]  # fmt: skip
        colours = [
            preset(NAMES[name].word, f"the text in the colours of {NAMES[name].word}", of=name)
            for name in self.names
        ]
        return units + texts if self._kinds else colours

    def _best(self, label) -> Unit | None:
        found = self._ranked(self._trace(self._tokens(), ()), "c" if "c" in self.names else self.of,
                             label, [])  # fmt: skip
        return found[0] if found else None

    # --- what is read -----------------------------------------------------------------------------

    def _tokens(self) -> list[str]:
        return list(self.text) if self.live else self.tokens

    def trace(self, clamped=True) -> Trace:
        """What is shown of all units, or the same without clamps: arrays (T, H), float64."""
        return self._trace(self._tokens(), self.clamp if clamped else ())

    def _trace(self, tokens, clamp) -> Trace:
        """The same of tokens that were read once: the page may change them at any time."""
        arrays = unpacked(self.packed, self.parts)
        if not self.live:
            return Trace({name: arrays[name] for name in self.names})
        return self._runs(arrays, tokens, clamp)[self.own]

    def _runs(self, arrays, text, clamp) -> list[Trace]:
        """A Trace of every layer."""
        return read_text(as_cells(arrays), self.alphabet, text, self.own, clamp)

    def values(self):
        run = self.trace()
        return {name: run[name][:, self.unit] for name in self.names}

    def label_values(self) -> dict[str, np.ndarray]:
        """What is true at each step: name to (T,) bools or numbers."""
        return self._label_values(self._tokens())

    def _label_values(self, tokens):
        if self.scanner:
            return scanned(self.scanner, "".join(tokens))
        return {name: np.array(values) for name, values in self.labels.items()}

    def ranked(self) -> list[Unit]:
        """All units, the best first, by the label or by what is marked; [] if neither can be asked.

        Each is a `lab.units.Unit`; what was marked is not held out: nan.
        """
        tokens = self._tokens()
        return self._ranked(self._trace(tokens, self.clamp), self.of, self.label, self.marks)

    def _ranked(self, run, of, label, marks):
        flags = marked(marks, len(run))
        if flags is not None:
            steps = [t for t, flag in enumerate(flags) if flag is not None]
            y = np.array([flags[t] for t in steps], bool)
            if y.all() or not y.any():
                return []
            found = auroc(run[of][steps], y)
            order = np.argsort(-np.abs(found - 0.5), kind="stable")
            return [_of_marks(of, int(k), float(found[k])) for k in order]
        values = self._label_values(self._tokens()).get(label)
        if values is None or len(values) != len(run):
            return []
        try:
            return list(rank(Trace({of: run[of], "h": run[of]}), values, of=(of,)))
        except ValueError:  # it is the same at all steps of a half
            return []

    def passages(self, most=PASSAGES) -> list[Passage]:
        """Where the unit is highest: in the corpus, or in the text if there is none."""
        if not self.corpus:
            run = self.trace()
            return search(run, self.unit, self.of, most, BEFORE) if len(run) else []
        arrays = unpacked(self.packed, self.parts)
        places, values = arrays["places"][self.unit], arrays["near"][self.unit]
        return [
            Passage(float(near[BEFORE]), int(k), int(t))
            for (k, t), near in zip(places, values, strict=True) if t >= 0
        ][:most]  # fmt: skip

    # --- what comes next --------------------------------------------------------------------------

    def guesses(self, clamped=True) -> dict[str, float]:
        """How likely each character is after the step that is pointed at, the likeliest first."""
        self._must_be_live("guesses")
        text, arrays = self._tokens(), unpacked(self.packed, self.parts)
        if not text:
            return {}
        runs = self._runs(arrays, text, self.clamp if clamped else ())
        h = runs[-1].h[min(self.step, len(text) - 1)]
        p = softmax(arrays["V"] @ h + arrays["v"])
        return {self.alphabet[k]: float(p[k]) for k in np.argsort(-p, kind="stable")}

    def written(self, clamped=True) -> str:
        """What the net writes after the text: `writes` characters, with or without the clamps."""
        self._must_be_live("written")
        text, arrays = self._tokens(), unpacked(self.packed, self.parts)
        if not text:
            return ""
        clamp = self.clamp if clamped else []
        cells, runs = as_cells(arrays), self._runs(arrays, text, clamp)
        states = [(run.h[-1], run.c[-1]) for run in runs]
        uniform, inputs, found = uniforms(self.seed), np.eye(len(self.alphabet) + 1), ""
        for t in range(len(text), len(text) + self.writes):
            logits = arrays["V"] @ states[-1][0] + arrays["v"]
            code = drawn(softmax(self.sharpness * logits), next(uniform))
            found += self.alphabet[code]
            x = inputs[code]
            for k, cell in enumerate(cells):
                held = [
                    (gate, unit, value)
                    for gate, unit, first, last, value in (clamp if k == self.own else ())
                    if first <= t <= last
                ]
                step = cell.step(x, *states[k], clamp=held)
                states[k] = step.h, step.c
                x = step.h
        return found

    def _must_be_live(self, what):
        if not self.live:
            raise TypeError(f"{what}() is for a CharModel; this figure has a recorded trace")

    def still(self):
        tokens = self._tokens()
        run = self._trace(tokens, self.clamp)
        ranked = self._ranked(run, self.of, self.label, self.marks)
        by = "what is marked" if self.marks else self.label
        return still_of_unit_explorer(run, tokens, self.unit, self.of, self.step, ranked[:10], by)

    def __repr__(self):
        values, tokens = self.values(), self._tokens()
        T = len(tokens)
        kind = "a net that reads what is typed" if self.live else "a recorded trace"
        lines = [f"UnitExplorer({kind}, {T} steps, unit {self.unit + 1} of {self._units})"]
        lines += [f"  tokens = {short(tokens[:MOST_TOLD])}{' …' * (T > MOST_TOLD)}"]
        lines += [f"  {key} = {short(value[:MOST_TOLD], 3)}" for key, value in values.items()]
        best = [f"unit {u.unit + 1} {u.score:.2f}" for u in self.ranked()[:5]]
        by = "what is marked" if self.marks else self.label or "nothing"
        lines += [f"  ranked by {by}: {', '.join(best) or 'cannot be asked'}"]
        return "\n".join(lines)


def marked(marks, T) -> list | None:
    """(T,) True where units should be high, False where low, None elsewhere; None without marks.

    Where only one kind is marked, all else is the other.
    """
    if not marks:
        return None
    kinds = {kind for kind, *_ in marks}
    flags: list = [None if len(kinds) == 2 else kinds == {"low"}] * T
    for kind, first, last in marks:
        for t in range(first, min(last + 1, T)):
            flags[t] = kind == "high"
    return flags


def _mark(entry):
    if not (isinstance(entry, list | tuple) and len(entry) == 3 and entry[0] in ("high", "low")):
        raise FigureError(
            f"marks has {shown(entry)}: give ('high' or 'low', first step, last step)"
        )
    kind, first, last = entry
    first = checked(as_int, "first step of a mark", first, 0)
    last = checked(as_int, "last step of a mark", last, 0)
    if first > last:
        raise FigureError(f"a mark from step {first} to {last}: the first comes first")
    return [kind, first, last]


def _of_marks(of, unit, found) -> Unit:
    sign = 1 if found >= 0.5 else -1
    return Unit(of, unit, abs(found - 0.5) + 0.5, float("nan"), sign)
