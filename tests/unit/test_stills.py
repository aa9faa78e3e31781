"""What the stills draw: read off their artists, and held against the numbers."""

import inspect
import io
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure
from PIL import Image

import lstm_lab as lab
from lstm_lab import plots
from lstm_lab.collect import Guesses
from lstm_lab.names import GATE_STOPS, NAMES, SIGNED_STOPS
from lstm_lab.plots.style import COLOURS, FAINT, INK, alt_text, png
from tests.artists import (
    across,
    at,
    bar,
    bars,
    boxes,
    dots,
    down,
    each,
    flows,
    framed,
    labels,
    legend,
    lines,
    notes,
    on,
    picture,
    plain,
    ramps,
    rows,
    scales,
    spans,
    stairs,
    still_of,
    tracks,
)
from tools.diagrams import lstm_cell
from tools.unrolled import attention_step, encoder_decoder

# --- the numbers: nothing is square, even, or its own mirror image --------------------------------

RNG = np.random.default_rng(8)
UNIT_TEXT = "a (b)\ncd e f " * 8
T, TEXT = 7, "a (b)\nc"
STEPS, PLACES = np.arange(T), dict(enumerate("a␣(b)↵c"))
CELL = lab.Cell(*(1.5 * RNG.normal(size=shape) for shape in ((12, 2), (12, 3), 12)))
XS = RNG.normal(size=(T, 2))
RUN = CELL.run(XS)
GATES, PARTS = ("remember", "save", "focus"), ("remember", "save", "candidate", "focus")
ANSWER, TRUTH = [1, 0, 2, 2, 1, 0, 1], [1, 2, 2, None, 0, 0, None]  # wrong at 1 and at 4
HELD = [("save", 1, 0.25), ("focus", 0, 0.5)]
IF = {"if_true": [4, -3, 0.5], "if_false": [-2, 3, 1.5], "z": [1, -1, 0.4], "sharpness": 3}
CASES, SCORES = np.array([[4, 0.5], [-3, 2], [1, -1.5]]), np.array([0.2, 1, -0.4])
Z, LAGS = np.linspace(-6, 6, 601), np.arange(13)
GAINS = {"rnn": 0.5**LAGS, "residual": 1.5**LAGS, "gated": 0.95**LAGS, "lstm": 0.97**LAGS}
LEFT, LAW = np.array([0.85, 0.9, 0.99]) ** LAGS[:, None], 0.9**LAGS
MASKS, LATER = RNG.dirichlet(np.ones(5), size=(2, 4))
FAILED = {"RNN": [11, 13, 30], "sharp": [None, 40, None]}
ARRIVED = {"bias 0": [400, 900, None, 5000], "bias 1": [700, 300, 350], "none": [None]}
RNN, LSTM = {5: [1, 0.9, 0.2], 50: [0.3, 0.1, 0.25]}, {5: [0.7, 1, 1], 50: [0.8, 0.4, 1]}
LANES = {"a": [(0, 0.2), (25, 0.03), (60, 0.001)], "b": [(0, 0.3), (25, 0.1)], "c": []}
LANES["d"] = lab.experiments.LearningCurve([0, 9], [1, 2], [0.4, 0.02])

GUESSED = Guesses("a share", "0.91", [("$x$", 4, False), ("0.9", 8, True), ("2", 1, False)])

# --- how they should look -------------------------------------------------------------------------

GATE_MAP, SIGNED_MAP = (
    LinearSegmentedColormap.from_list("", stops, N=1024) for stops in (GATE_STOPS, SIGNED_STOPS)
)
GATE_HUES, SIGNED_HUES = [GATE_STOPS[0], GATE_STOPS[-1]], [SIGNED_STOPS[0], SIGNED_STOPS[-1]]
DASHES = ["-", "--", "-.", ":"]
GREY, BLUE, RED, WHITE = "#999999", "#1976d2", "#c62828", "#ffffff"
LAG = "lag: steps back from the end"


def said(value):
    return f"{value:.2f}".replace("-", "−")


def tinted(value, limit=None):
    """A number in a cell: of a gate, or of a signed value up to a limit."""
    rgb = SIGNED_MAP(0.5 + value / limit / 2) if limit else GATE_MAP(float(value))
    return f"{said(value)} {to_hex(rgb)}"


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def hue(name):
    return to_hex(NAMES[name].colour or INK)


def line(x, y, name="", colour=GREY, dashes="-"):
    return name, colour, dashes, x, y


#: The hues of lines by their names; the others take COLOURS in turn.
HUES = {"RNN": "#c23b5c", "LSTM": "#0b90cc"}


def nth(k, name, x, y, colour=None):
    """The k-th line of a still."""
    return line(x, y, name, colour or HUES.get(name) or COLOURS[k], DASHES[k])


def level(value, *style):
    return line([0, 1], [value, value], "", *style)


def upright(value, *style):
    return line([value, value], [0, 1], "", *style)


def a_map(name, numbers, limit=1):
    """The picture of a gate from 0, of another from -limit; rows down, columns across."""
    low, hues = (0, GATE_HUES) if name in (*GATES, "mask") else (-limit, SIGNED_HUES)
    right, last = numbers.shape[1] - 0.5, len(numbers) - 0.5
    return {
        "numbers": numbers,
        "ends": [low, limit],
        "hues": hues,
        "edges": [-0.5, right, -0.5, last],
        "shown": [-0.5, right, last, -0.5],
    }


def maps_of_run(units):
    limit = abs(RUN.c[:, units]).max()
    return {n: a_map(n, RUN[n][:, units].T, limit if n == "c" else 1) for n in RUN.names}


def pictures(labelled, names=RUN.names):
    """Reads the map of every part of the cell, found by its label."""
    return lambda axes: {n: picture(on(axes, labelled(NAMES[n])).images[0]) for n in names}


def c_and_h(unit):
    states = [("c", "-"), ("h", "--")]
    return [*(line(STEPS, RUN[n][:, unit], n, hue(n), dash) for n, dash in states), level(0)]


def strips(unit):
    return {name: a_map(name, RUN[name][None, :, unit]) for name in PARTS}


def equations(step, unit):
    """What the still of CellPlayer says of one step."""
    f, i, g, o, c, h = (said(array[step, unit]) for array in RUN.arrays.values())
    before = said(RUN.c[step - 1, unit])
    return [
        f"c = remember · c + save · candidate = {f} · {before} + {i} · {g} = {c}",
        f"h = focus · tanh(c) = {o} · tanh({c}) = {h}",
    ]


def soft_if(if_true, if_false, z, sharpness):
    """The page's rows, the discs' places and the bars' ends."""
    true, false, z = map(np.array, (if_true, if_false, z))
    g = sigmoid(sharpness * z)
    y, limit = false + g * (true - false), abs(np.array([true, false])).max()
    slope = sharpness * g * (1 - g) * (true - false)
    words = ("z", "gate", "if_false", "if_true", "y", "hard", "slope")
    page = [[NAMES[key].word for key in words], [NAMES[key].symbol for key in words]]
    page[0].insert(3, "from F to T")
    page[1][3:3] = ["|y−F|", "|y−T|"]
    for k in range(len(z)):
        values = (false[k], true[k], y[k], true[k] if z[k] > 0 else false[k])
        page.append([said(z[k]), tinted(g[k]), *(tinted(value, limit) for value in values)])
        page += [[said(abs(y[k] - end[k])) for end in (false, true)], [said(slope[k])]]
    page += [["sharpness (κ) = 3", "0", "1", said(-limit), said(limit)], ["gate (g)", "value"]]
    steepest = abs(true - false).max() * sharpness / 4
    return page, g, [sorted((0, 60 * share)) for share in slope / steepest]


def soft_switch(kind, mask, chosen):
    """The page's rows, and the cases that are framed."""
    weighed, limit = mask[:, None] * CASES, abs(CASES).max()
    page = [["score", "mask", "case", "m · C"], ["s", "m", "C", ""]]
    for name, s, m, *values in zip("pqr", SCORES, mask, CASES, weighed, strict=True):
        page.append([name, said(s), tinted(m), *(tinted(v, limit) for v in np.ravel(values))])
    soft, hard = ([tinted(v, limit) for v in row.sum(axis=0)] for row in (weighed, CASES[chosen]))
    page += [[f"Σ m = {said(mask.sum())}", "soft (y)", *soft], ["hard", *hard]]
    page += [[f"{kind}, sharpness (κ) = 2", said(-limit), said(limit)], ["value"]]
    return page, [list(map(said, case)) for case in CASES[chosen]]


def seeds(moved=lambda k: 1):
    """The dots of RNN and LSTM, those of each moved to the side by a factor."""
    return {
        f"full {colour}": [(place * moved(k), y) for place in (5, 50) for y in by[place]]
        for k, (by, colour) in enumerate(zip((RNN, LSTM), HUES.values(), strict=True))
    }


def attention(step):
    """One step of attention: what flows where, each stream's two edges, the masks' colours, and the
    symbols from above."""
    scores = np.array([2.8, 0.7, 0])[abs(np.arange(3) - "abc".index("cba"[step - 1]))]
    mask = np.exp(scores) / np.exp(scores).sum()
    s, m = [f"{score:.1f}" for score in scores], [f"{weight:.2f}" for weight in mask]
    h, d = ["h(1)", "h(2)", "h(3)"], f"d({step})"
    before, y = ["start", *"cba"][step - 1 : step + 1]
    times = [f"×({weight}, {state})" for weight, state in zip(m, h, strict=True)]
    add = f"+({', '.join(sorted(times))})"
    ways = [*zip("abc", h, strict=True), *zip(h, [*h[1:], d], strict=True)]
    for state, score, weight, product in zip(h, s, m, times, strict=True):
        ways += [(state, score), (d, score), (score, weight)]
        ways += [(weight, product), (state, product), (product, add)]
    ways += [(add, y), (before, d), (d, y), (d, "")]
    edges = 100 + 20 * (np.cumsum([0, *mask]) - 0.5)
    fills = dict(zip(m, map(to_hex, map(GATE_MAP, mask)), strict=True))
    symbols = [f"y({step})", *h, d, "x(1)", "x(2)", "x(3)", *[f"y({step - 1})"] * (step > 1)]
    ways = sorted(" → ".join(way) for way in ways)
    return ways, np.transpose([edges[:-1], edges[1:]]), fills, symbols


def saturated(gate):
    """Each unit's share of steps below 0.3, and above 0.6."""
    return np.transpose([(gate < 0.3).sum(axis=0), (gate > 0.6).sum(axis=0)]) / T


def lanes(ax):
    """Upper and lower edge of every stream where it ends."""
    streams = [line for line in ax.lines if line.get_color() == NAMES["h"].colour]
    ends = [(line.get_ydata()[-1], line.get_linewidth() / 0.72 / 2) for line in streams]
    return [(y - half, y + half) for y, half in ends]


def lengths(ax):
    """Length and colour of every bar, from above."""
    return [(bar.get_width(), to_hex(bar.get_facecolor())) for bar in ax.patches]


def fills(ax):
    return {word: fill for word, _, fill in boxes(ax) if word not in ("×", "+")}


def masks(ax):
    """The weights of a diagram, with two decimals, and their fills."""
    return {word: fill for word, fill in fills(ax).items() if re.fullmatch(r"0\.\d\d", word)}


def states(ax):
    """The states of a diagram, and their fills."""
    return {word: fill for word, fill in fills(ax).items() if re.fullmatch(r"[hd]\(\d\)", word)}


def symbols(ax):
    """The symbols with a time step, row by row."""
    return [w for row in rows(ax) for w in map(plain, row) if re.fullmatch(r"\w\(\d\)", w)]


SOFTMAX = soft_switch("softmax", np.exp(2 * SCORES) / np.exp(2 * SCORES).sum(), [1])
SIGMOID = soft_switch("sigmoid", sigmoid(2 * SCORES), [0, 1])
GREYS = [(0.5, "#bfbfbf", "-"), (1, "#606060", "--"), (3, "#000000", "-.")]
LIMIT = said(abs(RUN.c[:, [2, 0]]).max())
ENDS = [["0", "1"], ["0", "1"], ["−1", "1"], ["0", "1"], [f"−{LIMIT}", LIMIT], ["−1", "1"]]
RMS, HALF = np.sqrt((LEFT**2).sum(axis=1) / 3), np.log(2) / -np.log(0.9)
GAIN_LINES = [
    line(LAGS, gains, f"{NAMES[key].word}:  {gains[2]:.2g}", hue(key), dashes)
    for key, dashes, gains in (
        *((key, "-", gains) for key, gains in GAINS.items()),
        ("direct", "-", RMS),
        ("law", "--", LAW),
        ("power", ":", 0.8**LAGS),
    )
]
KEPT, SAVED = "×(c before, remember)", "×(candidate, save)"
C, SHOWN = f"+({KEPT}, {SAVED})", "×(focus, tanh)"
CELL_WAYS = {
    **{f"h before, x → {part}": FAINT for part in PARTS},
    f"c before → {KEPT}": hue("c"),
    f"remember → {KEPT}": hue("remember"),
    f"{KEPT} → {C}": hue("c"),
    f"save → {SAVED}": hue("save"),
    f"candidate → {SAVED}": hue("candidate"),
    f"{SAVED} → {C}": INK,
    f"{C} → c": hue("c"),
    f"{C} → tanh": hue("c"),
    f"tanh → {SHOWN}": hue("c"),
    f"focus → {SHOWN}": hue("focus"),
    f"{SHOWN} → y = h": hue("h"),
}
CELL_WORDS = [
    *(["c before", "c"], ["×", "+"], ["the disk"], ["tanh"]),
    *(["×"], ["y = h"], ["×"], ["the RAM"]),
    [f"{NAMES[part].label} {NAMES[part].activation}" for part in PARTS],
    *(["h before"], ["x"]),
    [NAMES[part].meaning for part in PARTS],
]
ONE_STATE = (
    "a → h(1), b → h(2), c → h(3), h(1) → h(2), h(2) → h(3), h(3) → d(1), d(1) → d(2), "
    "d(2) → d(3), d(3) → d(4), start → d(1), c → d(2), b → d(3), a → d(4), d(1) → c, d(2) → b, "
    "d(3) → a, d(4) → end, c → c, b → b, a → a, the bottleneck → "
)
ONE_STATE_SYMBOLS = (
    "y(1) y(2) y(3) y(4) h(1) h(2) h(3) d(1) d(2) d(3) d(4) x(1) x(2) x(3) y(1) y(2) y(3)"
)


RANKED = [lab.units.Unit("save", k, s, 0.5, 1) for k, s in ((2, 0.9), (1, 0.8), (0, 0.6))]
C_MOST = np.abs(RUN.c).max()
C_LIMIT, C_LIMIT_2 = np.abs(RUN.c[:, 1]).max(), np.abs(RUN.c[:, 2]).max()


def tokens(ax):
    """Each token as it is told, its colour, its line and the middle of its places."""
    colours = ax.images[0].get_array()
    where = [(text.get_text(), *text.get_position()) for text in ax.texts]
    return [(told, colours[int(y), round(x)], y, x) for told, x, y in where]


def colour_rows(ax):
    return [ax.images[0].get_array()[k] for k in range(len(ax.get_yticks()))]


# --- the tables -----------------------------------------------------------------------------------

STILLS = {
    "soft_if": lambda: plots.soft_if(**IF),
    "soft_switch": lambda: plots.soft_switch(CASES, SCORES, "softmax", 2, "pqr"),
    "soft_switch of gates": lambda: plots.soft_switch(CASES, SCORES, "sigmoid", 2, "pqr"),
    "gate_slopes": lambda: plots.gate_slopes([0.5, 1, 3]),
    "states": lambda: plots.states({"c": RUN.c[:, 0], "h": RUN.h[:, 0]}, TEXT),
    "first_failures": lambda: plots.first_failures(FAILED, 10, 500),
    "first_failures of all": lambda: plots.first_failures({"RNN": [11, 30, 13]}),
    "heatmaps": lambda: plots.heatmaps(RUN, TEXT, [2, 0]),
    "unit": lambda: plots.unit(RUN, 1, TEXT),
    "cell_player": lambda: plots.cell_player(RUN, 3, 1, TEXT, HELD),
    "trace_explorer": lambda: plots.trace_explorer(RUN, TEXT, 1, ANSWER, TRUTH, ["x", "y", "z"]),
    "guesses": lambda: plots.guesses(GUESSED),
    "guesses, the truth hidden": lambda: plots.guesses(GUESSED, hidden=True),
    "unit_explorer": lambda: plots.unit_explorer(RUN, TEXT, 1, "save", 3, RANKED, "brackets"),
    "unit_explorer, alone": lambda: plots.unit_explorer(RUN, ["one", "two words", *"abcde"], 2),
    "playground": lambda: plots.playground(
        {name: RUN[name] for name in ("remember", "save", "c")},
        TEXT,
        ANSWER,
        TRUTH,
        LANES["a"],
        LANES["b"],
        signed=True,
    ),
    "saturation": lambda: plots.saturation(RUN, 0.3, 0.6),
    "attention_map": lambda: plots.attention_map(
        MASKS, "ab c\n", "xyz", [(1, 3), (0, 0), (4, 5)], "xy"
    ),
    "sharpening": lambda: plots.sharpening({0: MASKS, 9: LATER}, {9: "late"}),
    "exact_by_length": lambda: plots.exact_by_length({"RNN": RNN, "LSTM": LSTM}, 20),
    "accuracy_by_lag": lambda: plots.accuracy_by_lag({"RNN": RNN, "LSTM": LSTM}, 0.125),
    "updates_to_goal": lambda: plots.updates_to_goal(ARRIVED, 6000),
    "learning_curves": lambda: plots.learning_curves(LANES, 0.002, 80),
    "gradients": lambda: plots.gradients({"lstm": LAW, "mine": RMS}, {"law": 0.8**LAGS}),
    "gradients, all that there is": lambda: plots.gradients({"a": [1e2, 1, 1e-3]}, limits=None),
    "highway": lambda: plots.highway(GAINS, LEFT, LAW, 2, radius=0.8),
    "highway that keeps": lambda: plots.highway(GAINS, LEFT, 0.99**LAGS),
    "lstm_cell": lstm_cell,
    "encoder_decoder": encoder_decoder,
    "attention_step": attention_step,
    "attention_step, the last": lambda: attention_step(3),
}

#: Of each still: what is read off it, and what that must be.
DRAWN = {
    "soft_if": [
        (rows, soft_if(**IF)[0]),
        (tracks, soft_if(**IF)[1]),
        (bars, soft_if(**IF)[2]),
        (ramps, [GATE_HUES, SIGNED_HUES]),
    ],
    "soft_switch": [(rows, SOFTMAX[0]), (framed, SOFTMAX[1]), (ramps, [SIGNED_HUES])],
    "soft_switch of gates": [(rows, SIGMOID[0]), (framed, SIGMOID[1])],
    "gate_slopes": [
        (at(0, lines), [line(Z, sigmoid(k * Z), f"κ = {k:g}", *look) for k, *look in GREYS]),
        (at(1, lines), [line(Z, k / (2 + 2 * np.cosh(k * Z)), "", *look) for k, *look in GREYS]),
        (at(0, legend), {f"κ = {k:g}": grey for k, grey, _ in GREYS}),
        (at(1, scales), ["linear", (-6.6, 6.6), "log", (1e-6, 10)]),
        (each(labels), [["pre-activation (z)", y, ""] for y in ("gate (g)", "slope (dg/dz)")]),
    ],
    "states": [
        (
            lines,
            [
                nth(0, "c", STEPS, RUN.c[:, 0], hue("c")),
                nth(1, "h", STEPS, RUN.h[:, 0], hue("h")),
                level(0),
            ],
        ),
        (legend, {"c": hue("c"), "h": hue("h")}),
        (across, PLACES),
    ],
    "first_failures": [
        (
            dots,
            {
                f"full {HUES['RNN']}": [(11, -0.28), (13, 0), (30, 0.28)],
                f"full {COLOURS[0]}": [(40, 0.72)],
                f"hollow {COLOURS[0]}": [(500, 1), (500, 1.28)],
            },
        ),
        (spans, [(FAINT, True, 1, 10)]),
        (notes, [("2 of 3: none", 500, 1), ("trained on", 1.1, -0.62)]),
        (scales, ["log", (1, 800), "linear", (1.6, -0.85)]),
        (down, {0: "RNN", 1: "sharp"}),
    ],
    "first_failures of all": [
        (dots, {f"full {HUES['RNN']}": [(11, -0.28), (30, 0), (13, 0.28)]}),
        (scales, ["log", (1, 72), "linear", (0.6, -0.85)]),
    ],
    "heatmaps": [
        (pictures(lambda name: name.label), maps_of_run([2, 0])),
        (each(down), [{0: "3", 1: "1"}] * 6),
        (at(-1, across), PLACES),
        (each(lambda ax: list(bar(ax).values())), ENDS),
    ],
    "unit": [
        (at("unit 2", lines), c_and_h(1)),
        (at(0, legend), {"c": hue("c"), "h": hue("h")}),
        (pictures(lambda name: name.label, PARTS), strips(1)),
        (each(lambda ax: ax.yaxis.label.get_color()), ["black", *map(hue, PARTS)]),
        (at(-1, across), PLACES),
    ],
    "cell_player": [
        (at("unit 2", lines), c_and_h(1)),
        (pictures(lambda name: name.label, PARTS), strips(1)),
        (each(spans), [[(BLUE, True, 2.5, 3.5)], *[[(INK, False, 2.52, 3.48)]] * 4]),
        (
            lambda axes: [text.get_text() for text in still_of(axes[0]).subfigs[0].texts],
            ["step 4 of 7, unit 2; held: save 0.25", *equations(3, 1)],
        ),
        (at(-1, across), PLACES),
    ],
    "playground": [
        (
            at(0, lines),
            [
                ("the run before", FAINT, "--", [0, 25], [0.3, 0.1]),
                ("loss", BLUE, "-", [0, 25, 60], [0.2, 0.03, 0.001]),
            ],
        ),
        (at(0, lambda ax: scales(ax)[2:]), ["log", (1e-3, 3)]),
        (
            lambda axes: [picture(ax.images[0])["numbers"] for ax in axes[1:]],
            [RUN.remember.T, RUN.save.T, RUN.c.T],
        ),
        (
            lambda axes: [picture(ax.images[0])["hues"] for ax in axes[1:]],
            [SIGNED_HUES, GATE_HUES, SIGNED_HUES],
        ),
        (
            lambda axes: [picture(ax.images[0])["ends"] for ax in axes[1:]],
            [(-1, 1), (0, 1), (-C_MOST, C_MOST)],
        ),
        (
            at(2, lambda ax: sorted(patch.get_x() for patch in ax.patches)),
            [t - 0.5 for t in range(T) if TRUTH[t] is not None and TRUTH[t] != ANSWER[t]],
        ),
        (at(-1, across), PLACES),
    ],
    "unit_explorer": [
        (
            at(0, tokens),
            [
                (told, GATE_MAP(RUN.save[t, 1]), line, place)
                for t, (told, line, place) in enumerate(
                    zip(["a", "", *"(b)↵c"], [0] * 6 + [1], [*range(6), 0], strict=True)
                )
            ],
        ),
        (at(0, lambda ax: ax.get_title(loc="left")), "save (i) of unit 2"),
        (
            at(0, lines),
            [("", "#000000", "-", [2.5, 3.5, 3.5, 2.5, 2.5], [-0.5, -0.5, 0.5, 0.5, -0.5])],
        ),
        (
            at(1, colour_rows),
            [
                GATE_MAP(RUN.remember[:, 1]),
                GATE_MAP(RUN.save[:, 1]),
                SIGNED_MAP((RUN.candidate[:, 1] + 1) / 2),
                GATE_MAP(RUN.focus[:, 1]),
                SIGNED_MAP((RUN.c[:, 1] / C_LIMIT + 1) / 2),
                SIGNED_MAP((RUN.h[:, 1] + 1) / 2),
            ],
        ),
        (
            at(1, down),
            {
                k: f"{NAMES[n].word} {RUN[n][3, 1]:.2f}".replace("-", "−")
                for k, n in enumerate(RUN.names)
            },
        ),
        (at(1, across), PLACES),
        (at(2, down), {0: "3", 1: "2", 2: "1"}),
        (at(2, lambda ax: [bar.get_width() for bar in ax.patches]), [0.9, 0.8, 0.6]),
        (
            at(2, lambda ax: [to_hex(bar.get_facecolor()) for bar in ax.patches]),
            ["#9aa7b1", BLUE, "#9aa7b1"],
        ),
        (at(2, lambda ax: ax.get_title()), "follows brackets"),
    ],
    "unit_explorer, alone": [
        (
            at(0, lambda axes: [(told, line, place) for told, _, line, place in tokens(axes)]),
            [
                ("one", 0, 1.5),
                ("two␣words", 0, 8.5),
                *((letter, 0, 14.5 + 2 * k) for k, letter in enumerate("abcde")),
            ],
        ),
        (
            at(0, lambda ax: ax.images[0].get_array()[0, [0, 4, 14, 22]]),
            SIGNED_MAP((RUN.c[[0, 1, 2, 6], 2] / C_LIMIT_2 + 1) / 2),
        ),
        (len, 2),
    ],
    "trace_explorer": [
        (
            at(0, stairs),
            [
                ("truth", FAINT, np.array(TRUTH, float), np.arange(8) - 0.5),
                ("answer", BLUE, ANSWER, np.arange(8) - 0.5),
            ],
        ),
        (at(0, legend), {"truth": FAINT, "answer": BLUE}),
        (at(0, spans), [(RED, True, 0.5, 1.5), (RED, True, 3.5, 4.5)]),
        (at(0, down), {0: "x", 1: "y", 2: "z"}),
        (at(0, scales), ["linear", (-0.5, 6.5), "linear", (-0.5, 2.5)]),
        (pictures(lambda name: name.word), maps_of_run([0, 1, 2])),
        (
            each(lambda ax: ax.get_ylabel()),
            ["", *(NAMES[n].word for n in RUN.names), "c of unit 2", "h of unit 2"],
        ),
        *(
            (at(f"{n} of unit 2", lines), [line(STEPS, RUN[n][:, 1], "", hue(n)), level(0)])
            for n in "ch"
        ),
        (at(-1, across), PLACES),
    ],
    "saturation": [
        *((at(NAMES[g].label, dots), {f"full {hue(g)}": saturated(RUN[g])}) for g in GATES),
        (each(lines), [[line([0, 1], [1, 0])]] * 3),
        (each(scales), [["linear", (-0.05, 1.05)] * 2] * 3),
        (at(0, labels), ["share of steps < 0.3", "share of steps > 0.6", "remember (f)"]),
    ],
    "attention_map": [
        (lambda ax: picture(ax.images[0]), a_map("mask", MASKS)),
        (across, dict(enumerate("ab␣c↵"))),
        (down, dict(enumerate("xyz■"))),
        (labels, ["input", "output step attends to input", ""]),
        (bar, {0: "0", 1: "1"}),
        (
            lambda ax: [p.get_extents().get_points() for p in ax.collections[0].get_paths()],
            [[(0.5, -0.5), (2.5, 0.5)], [(3.5, 1.5), (4.5, 2.5)]],
        ),
        (
            lambda ax: still_of(ax).get_supxlabel(),
            "outlined: the true source, ■ end mark\nby itself: xy",
        ),
    ],
    "guesses": [
        (lengths, [(4, BLUE), (8, "#148a5f"), (1, BLUE)]),
        (down, {0: "$x$", 1: "0.9 ✓", 2: "2"}),
        (notes, [("4", 4, 0), ("8", 8, 1), ("1", 1, 2)]),
        (labels, ["it is 0.91: 8 of 13 were right", "", "a share"]),
    ],
    "guesses, the truth hidden": [
        (lengths, [(4, BLUE), (8, BLUE), (1, BLUE)]),
        (down, {0: "$x$", 1: "0.9", 2: "2"}),
        (labels, ["13 guessed", "", "a share"]),
    ],
    "sharpening": [
        (at("0", lambda ax: picture(ax.images[0])), a_map("mask", MASKS)),
        (at("late", lambda ax: picture(ax.images[0])), a_map("mask", LATER)),
        (each(labels), [["input", "output step", "0"], ["input", "", "late"]]),
    ],
    "exact_by_length": [
        (
            lines,
            [
                nth(0, "RNN", [5, 50], [0.9, 0.25]),
                nth(1, "LSTM", [5, 50], [1, 0.8]),
                upright(20.5, FAINT, "--"),
            ],
        ),
        (dots, seeds()),
        (legend, HUES),
        (notes, [("trained up to here", 20, 0.55)]),
        (lambda ax: scales(ax)[2:], ["linear", (-0.03, 1.05)]),
        (labels, ["length of the text", "written exactly", ""]),
    ],
    "accuracy_by_lag": [
        (
            lines,
            [
                nth(0, "RNN", np.array([5, 50]) * 1.04**-1.5, [0.9, 0.25]),
                nth(1, "LSTM", np.array([5, 50]) * 1.04**-0.5, [1, 0.8]),
                level(0.125, FAINT, "--"),
            ],
        ),
        (dots, seeds(lambda k: 1.04 ** (k - 1.5))),
        (legend, HUES),
        (notes, [("guessing", 0, 0.125)]),
        (lambda ax: [scales(ax)[0], *scales(ax)[2:]], ["log", "linear", (0, 1.05)]),
        (across, {5: "5", 50: "50"}),
        (labels, ["lag, in characters", "right answers", ""]),
    ],
    "updates_to_goal": [
        (
            dots,
            {
                f"full {COLOURS[0]}": [(400, 0), (900, 0), (5000, 0)],
                f"hollow {COLOURS[0]}": [(6000, 0)],
                f"full {COLOURS[1]}": [(700, 1), (300, 1), (350, 1)],
                f"hollow {COLOURS[2]}": [(6000, 2)],
            },
        ),
        (
            lines,
            [
                line([900, 900], [-0.3, 0.3], "", COLOURS[0]),
                line([350, 350], [0.7, 1.3], "", COLOURS[1]),
            ],
        ),
        (scales, ["log", (100, 7200), "linear", (2.6, -0.6)]),
        (across, {n: f"{n:,}" for n in (100, 200, 500, 1000, 2000, 5000)}),
        (down, dict(enumerate(ARRIVED))),
    ],
    "learning_curves": [
        (
            lines,
            [
                nth(0, "a", [0, 25, 60], [0.2, 0.03, 0.001]),
                nth(1, "b", [0, 25], [0.3, 0.1]),
                nth(2, "c", [], []),
                nth(3, "d", [0, 9], [0.4, 0.02]),
                level(0.002, FAINT, "--"),
            ],
        ),
        (legend, dict(zip("abcd", COLOURS, strict=False))),
        (scales, ["linear", (0, 80), "log", (1e-4, 1)]),
        (labels, ["updates", "squared error", ""]),
    ],
    "gradients": [
        (
            lines,
            [
                level(1),
                line(LAGS, LAW, "LSTM, full path", hue("lstm")),
                line(LAGS, RMS, "mine", COLOURS[0]),
                line(LAGS, 0.8**LAGS, "law σ(b)ᵏ", INK, "--"),
            ],
        ),
        (legend, {"LSTM, full path": hue("lstm"), "mine": COLOURS[0], "law σ(b)ᵏ": INK}),
        (scales, ["linear", (0, 12), "log", (1e-12, 1e6)]),
        (lambda ax: ax.get_yticks(), [1e-12, 1e-9, 1e-6, 1e-3, 1, 1e3, 1e6]),
        (labels, [LAG, "", "gradient gain"]),
    ],
    "gradients, all that there is": [(scales, ["linear", (0, 2), "log", (10**-3.25, 10**2.25)])],
    "highway": [
        (
            at("what is left of c", lines),
            [
                *(line(LAGS, unit, "", hue("direct")) for unit in LEFT.T),
                line(LAGS, RMS, "", hue("direct")),
                line(LAGS, LAW, "", INK, "--"),
                line([0, HALF, HALF], [0.5, 0.5, 0], "", FAINT, ":"),
                upright(2, INK),
            ],
        ),
        (at(0, notes), [("half-life 6.6", HALF, 0.52)]),
        (at("gradient gain", lines), [level(1), *GAIN_LINES, upright(2, INK)]),
        (at(0, legend), {name: colour for name, colour, *_ in GAIN_LINES}),
        (lambda axes: still_of(axes[0]).legends[0].get_title().get_text(), "at lag 2"),
        (at(0, scales), ["linear", (0, 12), "linear", (0, 1.05)]),
        (at(1, scales), ["linear", (0, 12), "log", (1e-12, 1e6)]),
        (each(lambda ax: ax.get_xlabel()), [LAG, LAG]),
    ],
    "highway that keeps": [
        (at(0, notes), [("half-life 69 →", 12, 0.52)]),
        (
            at(0, lambda ax: lines(ax)[-2:]),
            [line([0, 12], [0.5, 0.5], "", FAINT, ":"), upright(0, INK)],
        ),
    ],
    "lstm_cell": [
        (lambda ax: sorted(flows(ax).items()), sorted(CELL_WAYS.items())),
        (
            fills,
            {"tanh": WHITE}
            | {f"{NAMES[key].label}\n{NAMES[key].activation}": hue(key) for key in PARTS},
        ),
        (lambda ax: [[" ".join(text.split()) for text in row] for row in rows(ax)], CELL_WORDS),
    ],
    "encoder_decoder": [
        (lambda ax: sorted(flows(ax)), sorted(ONE_STATE.split(", "))),
        (symbols, ONE_STATE_SYMBOLS.split()),
        (
            states,
            {f"h({t})": hue("h") for t in (1, 2, 3)} | {f"d({t})": WHITE for t in range(1, 5)},
        ),
    ],
    **{
        name: [
            (lambda ax: sorted(flows(ax)), attention(step)[0]),
            (lanes, attention(step)[1]),
            (masks, attention(step)[2]),
            (symbols, attention(step)[3]),
            (states, {f"h({t})": hue("h") for t in (1, 2, 3)} | {f"d({step})": WHITE}),
        ]
        for name, step in (("attention_step", 1), ("attention_step, the last", 3))
    },
}


def takes_axes(name):
    """Whether a still is one picture, which can be drawn into given Axes."""
    return "ax" in inspect.signature(getattr(plots, name)).parameters


def same(seen, wanted):
    """Alike all the way down: words as they are, numbers but for rounding."""
    if isinstance(wanted, dict):
        seen, wanted = list(seen.items()), list(wanted.items())
    if isinstance(wanted, list | tuple):
        assert len(seen) == len(wanted)
        for one, other in zip(seen, wanted, strict=True):
            same(one, other)
    elif isinstance(wanted, str | bool):
        assert seen == wanted
    else:
        assert np.shape(seen) == np.shape(wanted)
        np.testing.assert_allclose(seen, wanted, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", DRAWN)
def test_stills_draw_the_numbers(name):
    _, axes = STILLS[name]()
    for read, wanted in DRAWN[name]:
        same(read(axes), wanted)


def test_every_still_is_read():
    assert {re.split(",? ", name)[0] for name in DRAWN} == {
        *plots.__all__,
        "lstm_cell",
        "encoder_decoder",
        "attention_step",
    }
    assert DRAWN.keys() == STILLS.keys()


#: Of other sizes, and at the ends of what can be drawn.
EXTREMES = {
    "soft_if of eight": lambda: plots.soft_if(range(8), range(8, 0, -1), [0] * 8, 100),
    "soft_switch of eight": lambda: plots.soft_switch(np.eye(8, 6), range(8), "sigmoid", 0),
    "gradients of none": lambda: plots.gradients({"a": 0 * LAGS, "b": 9.0**LAGS}, limits=None),
    "highway that never fades": lambda: plots.highway(GAINS, LEFT**0, 1.0**LAGS, 12, 3),
    "highway that fades at once": lambda: plots.highway(GAINS, 0 * LEFT, 1e-9**LAGS),
    "sharpening of one": lambda: plots.sharpening({"now": np.eye(3)}, {"now": "at last"}),
    "attention_map of one": lambda: plots.attention_map([[1.0]], "a", ["one"], before="b"),
    "attention_map, large": lambda: plots.attention_map(np.eye(60), "ab" * 30, "ab" * 30),
}


@pytest.mark.parametrize("name", EXTREMES)
def test_extreme_stills_are_painted(name):
    paint, _ = EXTREMES[name]()[0]._repr_png_()
    colours = Image.open(io.BytesIO(paint)).convert("RGB").getcolors(1 << 24)
    assert len(colours) > 9 and not plt.get_fignums()  # pyplot keeps none of them


@pytest.mark.parametrize("name", STILLS | EXTREMES)
def test_stills_say_in_words_what_they_show(name):
    assert 3 < len(alt_text((STILLS | EXTREMES)[name]()[0])) <= 400


# --- the stills of live figures -------------------------------------------------------------------


def curves():
    it = lab.Curves(["a", "b"], max_updates=80, goal=0.01)
    it.curves = [LANES["a"], LANES["b"]]
    return it


def highway(it):
    now = it.values()
    paths = {key: now[key] for key in GAINS}
    return plots.highway(paths, now["survival"], now["law"], 7, 0.8)


def trace_explorer(it):
    assert it.first_mistake() is not None and (it.run().h != it.run(clamped=False).h).any()
    answer, words = it.values()["answer"], list(lab.tasks.anbn().answers)
    return plots.trace_explorer(it.run(), "aabbab", 1, answer, it.truth(), words)


def attention_map(it):
    now, spans = it.values(), lab.tasks.permutation().pair(it.source).spans
    assert now["wrote"] != now["before"]
    return plots.attention_map(now["masks"], it.source, now["wrote"], spans, now["before"])


def units_found():
    x = np.random.default_rng(0).normal(size=(len(UNIT_TEXT), 3))
    trace = lab.trace(torch.nn.LSTM(3, 5).double(), torch.from_numpy(x))
    labels = {"spaces": [c == " " for c in UNIT_TEXT]}
    return lab.UnitExplorer(trace, UNIT_TEXT, labels, unit=3, step=40, of="save")


def units_drawn(it):
    return plots.unit_explorer(it.trace(), UNIT_TEXT, 3, "save", 40, it.ranked()[:10], "spaces")


#: A live figure, and its still as it is drawn from what the figure was given and has computed.
FIGURES = {
    "SoftIf": (lambda: lab.SoftIf(**IF), lambda it: STILLS["soft_if"]()),
    "SoftSwitch": (
        lambda: lab.SoftSwitch(CASES, SCORES, "sigmoid", 2, list("pqr")),
        lambda it: STILLS["soft_switch of gates"](),
    ),
    "CellPlayer": (
        lambda: lab.CellPlayer(CELL, XS, TEXT, step=3, unit=1, clamp=HELD, clamp_from=2),
        lambda it: plots.cell_player(it.run(), 3, 1, TEXT, HELD),
    ),
    "Curves": (
        curves,
        lambda it: plots.learning_curves({key: LANES[key] for key in "ab"}, 0.01, 80),
    ),
    "ClassGuesses": (
        lambda: lab.ClassGuesses([GUESSED], told=True),
        lambda it: plots.guesses(GUESSED),
    ),
    "Highway": (lambda: lab.Highway(0.5, 0.8, 7, units=3, steps=12), highway),
    "TraceExplorer": (
        lambda: lab.TraceExplorer(
            lab.training.load("anbn"), "aabbab", unit=1, clamp=[("remember", 1, 1, 2, 0.0)]
        ),
        trace_explorer,
    ),
    "UnitExplorer": (units_found, units_drawn),
    "Playground": (
        lambda: lab.Playground(lab.training.load("anbn"), text="aabba", losses=LANES["a"]),
        lambda it: plots.playground(
            {k: v for k, v in it.values().items() if k != "answer"},
            "aabba",
            it.values()["answer"],
            it.truth(),
            [[n, loss] for n, loss in LANES["a"]],
            [],
        ),
    ),
    "AttentionMap": (
        lambda: lab.AttentionMap(lab.training.load("reverse"), "abcde", [(1, 3, 0)]),
        attention_map,
    ),
}


@pytest.mark.parametrize("name", lab.widgets.__all__)
def test_a_figures_still_is_drawn_from_the_figures_numbers(name):
    make, drawn = FIGURES[name]
    it = make()
    assert png(it.still()[0]) == png(drawn(it)[0])


@pytest.mark.parametrize("name", [name for name in plots.__all__ if takes_axes(name)])
def test_a_still_of_one_picture_can_be_drawn_into_axes_of_ones_own(name, monkeypatch):
    """The same drawing, and no page of its own."""
    _, alone = STILLS[name]()
    mine = Figure().subplots(1, 2)
    drawn = getattr(plots, name)
    monkeypatch.setattr(plots, name, lambda *a, **k: drawn(*a, **k, ax=mine[1]))
    figure, ax = STILLS[name]()
    assert ax is mine[1] and figure is mine[0].figure and not mine[0].has_data()
    for read, wanted in DRAWN[name]:
        same(read(ax), wanted)
    assert len(ax.get_children()) == len(alone.get_children())
