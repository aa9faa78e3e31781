"""The one table of names, symbols and colours.

Docstrings, axes, widgets, LaTeX macros and diagrams read it, so that two places cannot disagree.
A word is the lesson's, `remember`; the symbol beside it is torch's, `f`.
"""

from dataclasses import asdict, dataclass

__all__ = [
    "CELL",
    "CONDITIONAL",
    "CORNERS",
    "GATE_STOPS",
    "GRADIENT_PATHS",
    "GRU",
    "NAMES",
    "NETS",
    "SIGNED_STOPS",
    "TIME_MACROS",
    "Name",
    "Notation",
    "as_json",
    "macro_block",
    "macros",
    "notation",
]


@dataclass(frozen=True)
class Name:
    """One quantity of the lesson.

    word        what the lesson calls it, and what labels say
    symbol      the letter used in code and in torch's documentation
    latex       what its macro expands to
    meaning     one sentence for a legend
    macro       the LaTeX macro's name, without the backslash
    activation  the function that makes it: "σ", "tanh" or ""
    limits      the smallest and largest value, None where it has no bound
    block       which block of H rows of torch's weights makes it: 0, 1, 2 or 3
    colour      its hue, midway between black and white: it serves light and dark pages
    """

    word: str
    symbol: str
    latex: str
    meaning: str
    macro: str = ""
    activation: str = ""
    limits: tuple[float | None, float | None] = (None, None)
    block: int | None = None
    colour: str = ""

    @property
    def label(self) -> str:
        """The label of an axis, a column or a slider: `remember (f)`, or the word alone."""
        return f"{self.word} ({self.symbol})" if self.symbol not in ("", self.word) else self.word

    @property
    def is_gate(self) -> bool:
        """True for what weighs, in [0, 1]; False for a candidate or a state."""
        return self.activation == "σ"

    @property
    def rows(self) -> str:
        """Where torch keeps its weights: `H:2H`; empty for what has no weights of its own."""
        if self.block is None:
            return ""
        edge = ["0", "H", "2H", "3H", "4H"]
        return f"{edge[self.block]}:{edge[self.block + 1]}"


def _gate(word, symbol, meaning, block, colour):
    latex = rf"\mathbf{{{word}}}"
    return Name(word, symbol, latex, meaning, word, "σ", (0, 1), block, colour)


#: The parts of an LSTM cell, in the order in which one step computes them.
CELL = {
    "remember": _gate("remember", "f", "what of the old c stays", 1, "#2a7ab8"),
    "save": _gate("save", "i", "what of the candidate enters c", 0, "#148a5f"),
    "candidate": Name(
        "candidate",
        "g",
        r"\mathbf{c'}",
        "what could enter c",
        "candidate",
        "tanh",
        (-1, 1),
        2,
        "#b64f9e",
    ),
    "focus": _gate("focus", "o", "what of c is shown in h", 3, "#c85a17"),
    "c": Name("c", "c", r"\mathbf{c}", "long-term state: the disk", "c", colour="#777777"),
    "h": Name(
        "h", "h", r"\mathbf{h}", "short-term state: the RAM", "h", limits=(-1, 1), colour="#8f7200"
    ),
}

#: What (remember, save) do to c at their corners.
CORNERS = {"keep": (1, 0), "overwrite": (0, 1), "accumulate": (1, 1), "erase": (0, 0)}

#: The gates of torch's GRU, for comparison; its h is the LSTM's.
GRU = {
    "reset": Name("reset", "r", r"\mathbf{r}", "what of h the new value sees", "", "σ", (0, 1), 0),
    "update": Name("update", "z", r"\mathbf{z}", "what of the old h stays", "", "σ", (0, 1), 1),
    "new": Name("new", "n", r"\mathbf{n}", "what could enter h", "", "tanh", (-1, 1), 2),
}

#: The words of the soft conditional: `if` and `switch`.
CONDITIONAL = {
    "z": Name("pre-activation", "z", r"\mathbf{z}", "what the gate is computed from", "z"),
    "gate": Name("gate", "g", r"\mathbf{g}", "a truth value in [0, 1]", "g", "σ", (0, 1)),
    "if_true": Name("if true", "T", r"\mathbf{T}", "the value where the gate is 1", "T"),
    "if_false": Name("if false", "F", r"\mathbf{F}", "the value where the gate is 0", "F"),
    "y": Name("soft", "y", r"\mathbf{y}", "the blend", "y"),
    "hard": Name("hard", "", "", "what a real if or switch would give"),
    "slope": Name("slope", "dy/dz", r"\partial y/\partial z", "what of a gradient gets through"),
    "sharpness": Name(
        "sharpness", "κ", r"\kappa", "what pre-activations are multiplied by", "sharpness"
    ),
    "score": Name("score", "s", r"\mathbf{s}", "what the mask is computed from", "s"),
    "mask": Name("mask", "m", r"\mathbf{m}", "a weight in [0, 1] per case", "m", "", (0, 1)),
    "cases": Name("case", "C", r"\mathbf{C}", "the values to choose from", "C"),
    "product": Name("m · C", "", "", "each case, weighed by its mask"),
}

#: Kinds of nets: their hues are none of a gate's, and the same in every picture.
NETS = {"RNN": "#c23b5c", "GRU": "#8a5a2b", "LSTM": "#0b90cc"}

#: How far a gradient travels: four wirings of one candidate c′, two laws, three dials. The hues
#: stay apart for every kind of colour vision, on light and dark pages.
GRADIENT_PATHS = {
    "rnn": Name("RNN", "", "", "h = c′", colour=NETS["RNN"]),
    "residual": Name("residual", "", "", "h = h + c′", colour="#b58500"),
    "gated": Name("gated", "", "", "h = f ⊗ h + (1 − f) ⊗ c′", colour="#8a45ff"),
    "lstm": Name("LSTM, full path", "", "", "c = f ⊗ c + i ⊗ c′", colour=NETS["LSTM"]),
    "direct": Name("LSTM, direct path", "", "", "∏ f over the lag, RMS of units", colour="#0b90cc"),
    "law": Name("law σ(b)ᵏ", "", "", "∏ f if the bias alone made the gate"),
    "power": Name("ρᵏ", "", "", "what W_h does alone", colour="#c23b5c"),
    "forget_bias": Name("forget bias", "b", "", "what a remember gate rests on"),
    "radius": Name("spectral radius", "ρ", "", "how W_h stretches h in the long run"),
    "lag": Name("lag", "k", "", "steps back from the end"),
}

#: Attention: the soft switch over the encoder's states.
ATTENTION = {
    "query": Name(
        "query", "d", r"\mathbf{d}", "the decoder's h, with which it asks", colour="#8f7200"
    ),
    "context": Name(
        "context", "", r"\mathbf{context}", "the states, weighed by the mask and added up"
    ),
}

NAMES = CELL | GRU | CONDITIONAL | GRADIENT_PATHS | ATTENTION

#: Colours from 0 to 1 for a gate or a mask (matplotlib's cividis: uniform, colour-blind-safe).
GATE_STOPS = (
    "#00224e",
    "#1a386f",
    "#434e6c",
    "#61656f",
    "#7d7c78",
    "#9b9476",
    "#bcae6c",
    "#dec958",
    "#fee838",
)
#: Colours from -limit to +limit for signed values (ColorBrewer's RdBu, blue is negative).
SIGNED_STOPS = (
    "#053061",
    "#2065ab",
    "#4393c3",
    "#90c4dd",
    "#d1e5f0",
    "#f7f6f6",
    "#fddbc7",
    "#f3a481",
    "#d6604d",
    "#b1182b",
    "#67001f",
)

#: LaTeX for the time step t and the one before it, in the lesson's notation.
TIME_MACROS = {"x": r"\mathbf{x}", "tp": "{(t)}", "tm": "{(t-1)}"}


def macros() -> dict[str, str]:
    """Every LaTeX macro of the notebooks: name (without backslash) to what it stands for."""
    return {name.macro: name.latex for name in NAMES.values() if name.macro} | TIME_MACROS


def macro_block() -> str:
    r"""The macros as one block of LaTeX, `$$\newcommand{\remember}{…} …$$`."""
    lines = [rf"\newcommand{{\{macro}}}{{{latex}}}" for macro, latex in macros().items()]
    return "$$\n" + "\n".join(lines) + "\n$$"


def as_json() -> dict:
    """The table for the JavaScript half of the figures."""
    names = {key: asdict(name) | {"label": name.label} for key, name in NAMES.items()}
    return {"names": names, "gateStops": GATE_STOPS, "signedStops": SIGNED_STOPS}


class Notation:
    """The words, symbols and colours, and the LaTeX macros; shown when a cell ends with it."""

    def __repr__(self):
        rows = [
            f"{name.label:18} {name.activation:5}{name.meaning}"
            for table in (CONDITIONAL, CELL)
            for name in table.values()
        ]
        return "\n".join(rows)

    def _repr_markdown_(self):
        words = "| | word | symbol | made by | what it says |\n|---|---|---|---|---|\n"
        cell = words.replace("symbol", "torch")
        parts = [
            macro_block(),
            "**Soft conditionals**",
            words + "\n".join(map(_legend_row, CONDITIONAL.values())),
            "**The LSTM cell** (torch's g is the candidate, not any gate)",
            cell + "\n".join(map(_legend_row, CELL.values())),
        ]
        return "\n\n".join(parts)


def _legend_row(name: Name) -> str:
    swatch = f'<span style="color:{name.colour}">&#9632;</span>' if name.colour else ""
    symbol = f"{name.symbol}, rows {name.rows}" if name.rows else name.symbol
    return f"| {swatch} | {name.word} | {symbol} | {name.activation} | {name.meaning} |"


def notation() -> Notation:
    """The lesson's notation: end a cell with it to define the macros and see the legend."""
    return Notation()
