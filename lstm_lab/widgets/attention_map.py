"""AttentionMap: where a decoder looked at each step; cut or move a look, and it writes another."""

import copy

import numpy as np
import torch
import traitlets

from .._layers import as_made, check_weights, own_layer, unwrapped
from .._validate import as_index, as_numpy, shown
from ..plots import attention_map as still_of_attention_map
from ..seq2seq.maps import Alignment, alignment, intervene
from ..seq2seq.model import Attention, Decoded, Seq2Seq
from ..tasks import Pair
from ..tasks.alignment import PATTERNS
from ..tasks.base import check_text
from ..tracing import trace
from .figure import Figure, preset
from .traits import FigureError, checked, factor, index, stays

__all__ = [
    "BUILT",
    "CELL",
    "LONG",
    "MOST_CHARACTERS",
    "MOST_STEPS",
    "MOST_UNITS",
    "PARAMETERS",
    "PLAYED",
    "WORDS",
    "AttentionMap",
]


MOST_UNITS, MOST_CHARACTERS, MOST_EDITS = 128, 100, 200
#: After so many steps a decoder is stopped at the latest.
MOST_STEPS = 2 * MOST_CHARACTERS + 10
#: In an edit, what a weight that is cut is moved to.
CUT = -1
#: What people type or press …
PLAYED = ("source", "edits", "sharpness", "step", "place", "unit")
#: … and what travels with the figure and stays.
BUILT = ("weights", "units", "alphabet", "writes", "kind", "task", "by", "forms")

#: The order of the parameters in `weights`; a net with "dot" attention has none of its own.
CELL = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
PARAMETERS = (
    *(f"{lstm}.{name}" for lstm in ("encoder", "decoder") for name in CELL),
    "attention.of_state.weight", "attention.of_query.weight", "attention.of_query.bias",
    "attention.v", "read.weight", "read.bias",
)  # fmt: skip

WORDS = {"reverse": "stressed", "dates": "5 April 09"}
LONG = "electroencephalogram"
UNTRAINED = "thequickbrownfoxjumpsoverthelazydogagain"


class AttentionMap(Figure):
    """The map of a Seq2Seq's attention over a typed source, and a knife to take to it.

    net        a `Seq2Seq` with attention; its weights travel with the figure
    source     what is read: 1 to 100 characters of the task's alphabet
    edits      [(step, source, to), …], counted from 0: at a step, the weight of one source is moved
               to another, or cut if `to` is None or -1; several of one step are done in order, and
               those of steps or sources that there are not do nothing
    sharpness  κ of the attention

    step, place and unit (of the encoder) are what is pointed at, from 0. All but `net` are traits.
    `values()` gives masks (T, S), scores (T, K), what the net wrote so, and what it writes before
    (by itself: no edits, κ = 1), and remember … h of the encoder (S, H). `truth()` is what it
    should write and from where, `score()` how far the map is that.
    """

    js = "attention_map.js"
    shown = (*BUILT, *PLAYED)
    played = PLAYED

    weights = traitlets.Bytes().tag(sync=True)  # float32, little-endian, in order of PARAMETERS
    units = traitlets.Int().tag(sync=True)
    alphabet = traitlets.Unicode().tag(sync=True)
    writes = traitlets.Unicode().tag(sync=True)
    kind = traitlets.Unicode().tag(sync=True)
    task = traitlets.Unicode().tag(sync=True)
    by = traitlets.Int().tag(sync=True)
    forms = traitlets.List(traitlets.Unicode()).tag(sync=True)
    source = traitlets.Unicode().tag(sync=True)
    edits: traitlets.List[list] = traitlets.List().tag(sync=True)
    sharpness = factor(1.0).tag(sync=True)
    step = index().tag(sync=True)
    place = index().tag(sync=True)
    unit = index().tag(sync=True)

    _stays = stays(*BUILT)

    def __init__(self, net, source=None, edits=(), sharpness=1.0, **traits):
        net = unwrapped(net)
        self._net = _doubled(net)
        task = self._net.task
        given = {"edits": edits, "sharpness": sharpness} | traits
        given["source"] = WORDS.get(task.name, "attention") if source is None else source
        super().__init__(weights=_bytes(self._net), units=net.hidden_size, **_of_task(net), **given)

    @traitlets.validate("source")
    def _readable(self, proposal):
        source = proposal["value"]
        checked(check_text, self._net.task, source)
        if not 1 <= len(source) <= MOST_CHARACTERS:
            raise FigureError(
                f"source has {len(source)} characters: 1 to {MOST_CHARACTERS} can be read"
            )
        return source

    @traitlets.validate("sharpness")
    def _not_infinite(self, proposal):
        if proposal["value"] > 1e6:
            raise FigureError(f"sharpness is {proposal['value']:g}, but must be up to 1e6")
        return proposal["value"]

    @traitlets.validate("step", "place", "unit")
    def _there(self, proposal):
        name, value = proposal["trait"].name, proposal["value"]
        return checked(as_index, name, value, self._ends()[name])

    @traitlets.validate("edits")
    def _listed(self, proposal):
        edits = proposal["value"]
        if len(edits) > MOST_EDITS:
            raise FigureError(f"{len(edits)} edits: up to {MOST_EDITS} can be shown")
        return [self._edit(edit) for edit in edits]

    def _edit(self, edit):
        if not isinstance(edit, list | tuple) or len(edit) != 3:
            raise FigureError(
                f"edits has {shown(edit)}: give (step, source, to), to None for a cut"
            )
        step, source, to = edit
        ends = self._ends()
        cut = to is None or (isinstance(to, int) and to == CUT)
        return [
            checked(as_index, "step of an edit", step, ends["step"]),
            checked(as_index, "source of an edit", source, ends["place"]),
            CUT if cut else checked(as_index, "to of an edit", to, ends["place"]),
        ]

    def _ends(self):
        return {"step": MOST_STEPS, "place": MOST_CHARACTERS, "unit": self._net.hidden_size}

    def suggestions(self):
        task = self._net.task
        word = WORDS.get(task.name, "attention")
        looks = self._net.decode(word).masks.argmax(axis=1)
        step = min(2, len(looks) - 1)
        most, to = int(looks[step]), int(looks[-1 if step == 0 else 0])
        to = to if to != most else (most + 1) % len(word)
        cut, moved = [[step, most, CUT]], [[step, most, to]]
        own = {"edits": [], "sharpness": 1.0}
        knives = [
            preset("cut one look", f"step {step + 1} may not look where it looks most",
                    source=word, step=step, place=most, sharpness=1.0, edits=cut),
            preset("look elsewhere", f"what step {step + 1} looks at, moved to another character",
                    source=word, step=step, place=to, sharpness=1.0, edits=moved),
            preset("average", "κ = 0.01: every character weighs alike", sharpness=0.01, edits=[]),
            preset("choose one", "κ = 100: one character alone", sharpness=100.0, edits=[]),
        ]  # fmt: skip
        return knives + [
            preset(name, hint, source=text, **own) for name, hint, text in _examples(task)
        ]

    def decode(self) -> Decoded:
        """What the net writes with the edits and the sharpness of the figure."""
        return self._decode(self.source)

    def _decode(self, given) -> Decoded:
        """The same for a source that was read once: the page may change it at any time."""
        S = len(given)
        edits = [
            (step, source, None if to == CUT else to)
            for step, source, to in self.edits
            if source < S and to < S
        ]
        return self._net.decode(given, attend=intervene(edits), sharpness=self.sharpness)

    def values(self):
        return self._values(self.source)

    def _values(self, given):
        now, before = self._decode(given), self._net.decode(given)
        codes, _ = self._net.task.codes([given])
        x = np.eye(len(self.alphabet))[codes[0]]
        run = trace(self._net.encoder, torch.from_numpy(x))
        gates = {name: as_numpy(array) for name, array in run.arrays.items()}
        wrote = {"wrote": now.text, "before": before.text}
        return {"masks": now.masks, "scores": now.logits} | wrote | gates

    def truth(self) -> Pair | None:
        """The task's pair, with target and spans; None for a source that it cannot read."""
        return self._truth(self.source)

    def _truth(self, given):
        try:
            return self._net.task.pair(given)
        except ValueError:
            return None

    def score(self) -> Alignment | None:
        """How far the map that is shown is the true alignment, over all steps of the target that
        have a source: one that was not written, or that looks at nothing, is a miss."""
        given = self.source
        pair = self._truth(given)
        return None if pair is None else _score(self._decode(given).masks, pair.spans)

    def still(self):
        given = self.source
        now, pair = self._values(given), self._truth(given)
        spans = None if pair is None else pair.spans
        return still_of_attention_map(now["masks"], given, now["wrote"], spans, now["before"])

    def __repr__(self):
        given = self.source
        now, before = self._decode(given), self._net.decode(given)
        pair = self._truth(given)
        lines = [
            f"AttentionMap({self.task}, {self.kind}, sharpness {self.sharpness:g})",
            f"  source    = {given!r}",
            f"  by itself = {_said(before)}",
            f"  now       = {_said(now)}",
            f"  truth     = {'unknown' if pair is None else repr(pair.target)}",
        ]
        if pair is not None:
            score = _score(now.masks, pair.spans)
            hits = round(score.hits * score.steps)
            lines.append(
                f"  arg-max on the true source: {hits} of {score.steps}, "
                f"weight there {score.mass:.2f}"
            )
        told = "; ".join(map(self._told, self.edits))
        return "\n".join([*lines, f"  edits: {told or 'none'}"])

    def _told(self, edit) -> str:
        step, source, to = edit
        done = "cut" if to == CUT else f"moved to {self._named(to)}"
        return f"step {step + 1}, {self._named(source)} {done}"

    def _named(self, place) -> str:
        there = f" {self.source[place]!r}" if place < len(self.source) else ""
        return f"input {place + 1}{there}"


def _score(masks, spans) -> Alignment:
    """How far a map (T, S) is the true alignment, steps that look at nothing counted as misses."""
    masks = masks[: len(spans)]
    looked = np.flatnonzero(masks.sum(axis=1) > 0)
    steps = sum(map(any, spans))
    spans = [spans[t] for t in looked]
    if not any(map(any, spans)):
        return Alignment(0.0, 0.0, steps)
    found = alignment(masks[looked], spans)
    share = found.steps / steps
    return Alignment(found.hits * share, found.mass * share, steps)


def _doubled(net) -> Seq2Seq:
    """A float64 copy of the net, of the float32 numbers that travel to the page."""
    if not isinstance(net, Seq2Seq):
        raise TypeError(f"a Seq2Seq is wanted, not {type(net).__name__}: lab.seq2seq.Seq2Seq(task)")
    if net.attention is None:
        raise ValueError("this Seq2Seq has no attention: there is no map to show")
    if net.hidden_size > MOST_UNITS:
        raise ValueError(f"{net.hidden_size} units: 1 to {MOST_UNITS} can be shown")
    as_made(net, Seq2Seq, "encode", "write"), as_made(net.attention, Attention, "scores")
    for part in ("encoder", "decoder"):
        own_layer(getattr(net, part), ("LSTM",), "AttentionMap")
    others = set(dict(check_weights(net).named_parameters())) - set(PARAMETERS)
    if others:
        raise TypeError(f"the page knows no parameter {min(others)}: make the weights plain first")
    return copy.deepcopy(net).float().double().eval()


def _bytes(net) -> bytes:
    """All parameters one after another, float32, little-endian, in the order of PARAMETERS."""
    named = dict(net.named_parameters())
    arrays = [named[name].detach().cpu().numpy() for name in PARAMETERS if name in named]
    return np.concatenate([array.ravel() for array in arrays]).astype("<f4").tobytes()


def _of_task(net):
    """The traits that tell the page of a net's task."""
    task, dates = net.task, net.task.name == "dates"
    forms = [pattern.pattern.replace("(?P<", "(?<") for pattern in PATTERNS] if dates else []
    reading = {"alphabet": task.alphabet, "writes": task.writes, "kind": net.kind}
    return reading | {"task": task.name, "by": getattr(task, "by", 0), "forms": forms}


def _examples(task):
    """Sources worth trying: name, hint, text."""
    if task.name == "dates":
        return (
            ("5 April 09", "the month is a word, the century is not written", "5 April 09"),
            ("a weekday", "it says nothing new", "Sunday, March 3rd 2024"),
            ("03/04/98", "all in figures: the day comes first", "03/04/98"),
        )
    return (
        ("20 letters", "as long as in training", LONG),
        ("40 letters", "an untrained length: twice as long as in training", UNTRAINED),
    )


def _said(decoded: Decoded) -> str:
    stopped = "" if decoded.ended else f" … stopped after {len(decoded.logits)} steps"
    return f"{decoded.text!r}{stopped}"
