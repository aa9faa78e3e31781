"""What is drawn: places, lengths and colours, read from the page and held to Python's values.

Marks are held to the ticks and words beside them, not to the statements that draw both. No figure
here equals itself upside down, mirrored, negated or transposed.
"""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import lstm_lab as lab
from lstm_lab._text import few, number, visible
from lstm_lab.collect import Guesses
from lstm_lab.gates import sigmoid
from lstm_lab.names import GATE_STOPS, NAMES, SIGNED_STOPS
from lstm_lab.plots.style import hues
from tests.made_up import gallery
from tools.browser import PATIENCE
from tools.handout.__main__ import build

from .pictures import (
    READ,
    RIGHT,
    UP,
    Picture,
    box,
    coloured,
    colours,
    corners,
    dots,
    logarithmic,
    near,
    ruler,
)

GUESSED = Guesses("a share", "0.91", [("half", 4, False), ("0.9", 8, True), ("2", 1, False)])
SIZE = {"width": 1280, "height": 900}
PAINTED = """(count) => {
    const figures = [...document.querySelectorAll('.lab-figure')];
    return figures.length === count && figures.every((each) => each.dataset.painted === 'yes');
}"""
MAPS = ("remember", "save", "candidate", "focus", "c", "h")


def figures():
    """One figure of each kind, and a second explorer: of a program that counts."""
    race = lab.Curves(["slow", "fast", "waits"], max_updates=200, goal=0.02)
    race.curves = [[[0, 0.9], [50, 0.5], [120, 0.06]], [[0, 0.7], [40, 0.03], [90, 0.0004]], []]
    cell = lab.residual.random_cell(2, 3, radius=1.5, bias=0.5, seed=3)
    xs = 2 * np.random.default_rng(5).normal(size=(6, 3))
    return {
        "SoftIf": lab.SoftIf([4, -3, 2], [-2, 3, 0.5], z=[1.2, -0.7, 0.3], sharpness=2),
        "SoftSwitch": lab.SoftSwitch([[4, 0.5], [-3, 2], [1, -4]], [0.3, 1.5, -0.5]),
        "CellPlayer": lab.CellPlayer(
            cell, xs, "abcdef", h0=[0.4, -0.6], c0=[0.3, 1.2], step=3, unit=1,
            clamp=[("save", 1, 0.85)], clamp_from=2,
        ),
        "tagger": lab.TraceExplorer(
            lab.training.load("anbn"), "a" * 18 + "bbabb", unit=2, step=5,
            clamp=[("remember", 1, 2, 4, 0.1), ("save", 2, 1, 2, 0.9)],
        ),
        "counter": lab.TraceExplorer(
            lab.programs.nesting(), "a([x]]])b(", step=6, clamp=[("save", 0, 2, 3, 0.0)]
        ),
        "Highway": lab.Highway(2, 1.4, 7, units=4, steps=30),
        "Curves": race,
        "ClassGuesses": lab.ClassGuesses([GUESSED], told=True),
        "AttentionMap": lab.AttentionMap(
            lab.training.load("dates"), "1 Dec 1949", step=4, place=2, unit=5,
            edits=[(1, 0, None), (5, 2, 6), (7, 4, 1), (9, 0, 2)],
        ),
        "Playground": lab.Playground(lab.training.load("anbn"), text="aaabbabbab", sharpness=0.25),
        "UnitExplorer": lab.UnitExplorer(
            lab.training.load("python_code"), "f(x, [y]) # so\n" * 6, "code",
            step=40, unit=5, of="h",
        ),
    }  # fmt: skip


@pytest.fixture(scope="module")
def drawn(browser, tmp_path_factory):
    """One page with all figures, opened offline: name to Picture."""
    made, out = figures(), tmp_path_factory.mktemp("drawn")
    build([Path("drawn.ipynb")], out, run=lambda _: gallery(*made.values()))
    page = browser.new_page(viewport=SIZE)
    page.set_default_timeout(PATIENCE)
    page.goto((out / "drawn.html").as_uri())
    page.wait_for_function(PAINTED, arg=len(made))
    read = [root.evaluate(READ) for root in page.locator(".lab-figure").all()]
    page.close()
    return {name: Picture(made[name], each) for name, each in zip(made, read, strict=True)}


def paired(*lists):
    return zip(*lists, strict=True)


def test_rows_of_soft_if(drawn):
    it = drawn["SoftIf"]
    at = {text.said: text.x for text in it("text", "lab-head")}
    columns = {"if false": it.figure.if_false, "if true": it.figure.if_true}
    columns |= {"soft": it.values["y"], "hard": it.values["hard"]}
    rows = [it.sliders[f"z{k + 1}"] for k in range(3)]
    for k, (y, g) in enumerate(paired(rows, it.values["gate"])):
        coloured(it.cell(at["gate"], y), colours("gate", g))
        assert it.at(at["gate"], y) == number(g)
        for head, column in columns.items():
            coloured(it.cell(at[head], y), colours("y", column[k], 4))
            assert it.at(at[head], y) == number(column[k])
        track, dot = it("line", "lab-track")[k], it("circle", "lab-dot", r=7)[k]
        near([track.y1, track.y2, dot.cy], y, 1)
        assert at["if false"] < track.x1 < track.x2 < at["if true"]
        near(dot.cx, track.x1 + g * (track.x2 - track.x1))
        for end, key in ((track.x1 - 6, "if false"), (track.x2 + 6, "if true")):
            assert it.at(end, y + 19, 2) == number(abs(columns["soft"][k] - columns[key][k]))
    bars = [box(bar) for bar in it("rect", "lab-bar-fill")]
    near([bar.middle[1] for bar in bars], rows, 1)
    ends = np.array([[bar.start[0], bar.end[0]] for bar in bars]) - at["slope"]
    near(np.abs(ends).min(axis=1), 0)
    reach = ends.sum(axis=1) / it.values["slope"]
    near(reach, reach[0])
    assert reach[0] > 1


def test_curves_of_soft_if(drawn):
    it = drawn["SoftIf"]
    z, kappa = np.array(it.figure.z), it.figure.sharpness
    bases = [line for line in it("line", "lab-axis") if line.y1 == line.y2]
    points = np.split(np.array(dots(it("circle", "lab-dot", r=5))), 2)
    curves = (
        lambda z: sigmoid(kappa * z),
        lambda z: kappa * sigmoid(kappa * z) * sigmoid(-kappa * z),
    )
    for base, path, own, curve in paired(bases, it("path", "lab-curve"), points, curves):

        def beside(t, base=base):
            return base.x1 - 9 < t.x < base.x2 + 9 and 0 < base.y1 + 20 - t.y < 120

        x = ruler(it.ticks("x", beside, text_anchor="middle"), RIGHT)
        y = ruler(it.ticks("y", beside, text_anchor="end") | {0: base.y1}, UP)
        near(own, np.transpose([x(z), y(curve(z))]))
        xs, ys = corners(path)[0].T
        near(ys, y(curve((xs - x(0)) / (x(1) - x(0)))), 0.5)
        near(xs[[0, -1]], x([-8, 8]))
        graph = bases.index(base)
        names = [it("text", "lab-small", said=f"{k + 1}")[graph] for k in range(3)]
        shifts = [[name.x, name.y] for name in names] - own
        near(shifts, [shifts[0]] * 3)
        assert np.abs(shifts).max() < 15
        if graph == 0:
            [step] = corners(it.one("path", "lab-hard"))
            near(step, np.transpose([x([-8, 0, 0, 8]), y([0, 0, 1, 1])]))


def test_soft_switch(drawn):
    it = drawn["SoftSwitch"]
    cases, mask = np.array(it.figure.cases), it.values["mask"]
    at = {text.said: text.x for text in it("text", "lab-head")}
    cells = {}
    for cell in sorted(it("rect", "", rx=2), key=lambda each: (each.y, each.x)):
        cells.setdefault(box(cell).middle[1], []).append(cell)
    near(list(cells)[:3], [it.sliders[f"score{k + 1}"] for k in range(3)], 1)
    for k, y in enumerate(list(cells)[:3]):
        frame, chosen = (it("rect", kind)[k] for kind in ("lab-box", "lab-chosen"))
        bar = cells[y].pop(0)
        coloured(bar.fill, colours("gate", mask[k]))
        near([bar.x, bar.width], [frame.x, mask[k] * frame.width], 1)
        near([box(frame).middle[1], box(chosen).middle[1]], y)
        assert it.at(frame.x + frame.width + 8, y, 2) == number(mask[k])
        assert chosen.opacity == (k == np.argmax(mask))
        inside = [chosen.x < box(cell).middle[0] < box(chosen).end[0] for cell in cells[y]]
        assert inside == [True, True, False, False]
    rows = [*np.hstack([cases, mask[:, None] * cases]), it.values["y"], it.values["hard"]]
    for (y, own), values in paired(cells.items(), rows):
        places = [box(cell).middle[0] for cell in own]
        heads = ("case", "m · C")[-len(own) // 2 :]
        near(np.reshape(places, (-1, 2)).mean(axis=1), [at[head] for head in heads], 2)
        for cell, x, value in paired(own, places, values):
            coloured(cell.fill, colours("y", value, 4))
            assert it.at(x, y) == number(value)


def test_cell_player(drawn):
    it = drawn["CellPlayer"]
    figure, k = it.figure, it.figure.unit
    at = {text.said: text.x for text in it("text", y=it.one("text", said="before").y)}
    x = np.array([at[name] for name in ("before", *figure.tokens)])
    wide = x[1] - x[0]
    above = it.one("text", said="before").y  # the scales stand below
    y = ruler(it.ticks("y", lambda text: text.y < above, text_anchor="end"), UP)
    points = np.split(np.array(it("circle")), 2)
    starts = (figure.c0, figure.h0)
    for key, start, path, own in paired("ch", starts, it("path", "lab-line"), points):
        line = np.transpose([x, y([start[k], *it.values[key][:, k]])])
        near(corners(path), [line])
        near(dots(own), line)
        word = it.one("text", "lab-head", said=NAMES[key].word)
        for colour in (path.stroke, word.fill, *(dot.fill for dot in own)):
            coloured(colour, NAMES[key].colour)
    for key in MAPS[:4]:
        word = it.one("text", "lab-small", said=key)
        coloured(word.fill, NAMES[key].colour)
        for left, value in paired(x[1:], it.values[key][:, k]):
            coloured(it.cell(left, word.y), colours(key, value))
    now, held = box(it.one("rect", "lab-now")), box(it.one("rect", "lab-held"))
    near([now.middle[0], now.size[0]], [x[figure.step + 1], wide])
    near([held.start[0], held.end[0]], x[[figure.clamp_from + 1, -1]] + [-wide / 2, wide / 2])
    near([box(column).middle[0] for column in it("rect", "lab-column")], x[1:])
    f, i, g, o, c, h = (number(it.values[key][figure.step, k]) for key in MAPS)
    before = number(it.values["c"][figure.step - 1, k])
    it.one("text", said=f"   = {f} · {before} + {i} · {g} = {c}")
    it.one("text", said=f"h = focus · tanh(c) = {o} · tanh({c}) = {h}")
    for key, value in paired(MAPS[:4], (f, i, g, o)):
        [line] = [text.said for text in it("text") if text.said.startswith(f"{key} = ")]
        assert f"= {value}" in line


@pytest.mark.parametrize("name", ["tagger", "counter"])
def test_maps_of_trace_explorer(drawn, name):
    it = drawn[name]
    figure, (_T, H) = it.figure, it.values["c"].shape
    glyphs = it("text", "lab-glyph")
    assert "".join(glyph.said for glyph in glyphs) == figure.text
    x = np.array([glyph.x for glyph in glyphs])
    wide, half = x[1] - x[0], (x[1] - x[0]) / 2
    row = {}
    for key, shown in paired(MAPS, it.maps):
        limit = colour_limits(it.values["c"]) if key == "c" else 1
        coloured(shown, colours(key, it.values[key].T, limit))
        word = it("text", "lab-small", said=key)[-1]  # the first may be a line's
        stands(shown, word, x)
        assert f"{key} {number(it.values[key][figure.step, figure.unit])} " in it.at(0, 10)
        if key == "c":
            told = [text.said for text in it("text", "lab-faint", y=word.y)]
            assert told[0].startswith("▸") == (np.ptp(limit) > 0) == (name == "tagger")
            near(float(told[0].split("±")[1]), limit[figure.unit, 0], 0.006 * limit.max())
        row[key] = [shown.y + (k + 0.5) * shown.height / H for k in range(H)]
    for held, (key, unit, first, last, _) in paired(it("rect", "lab-clamped"), figure.clamp):
        near([box(held).start[0], box(held).end[0]], x[[first, last]] + [-half, half])
        near(box(held).middle[1], row[key][unit])
    tips = [corners(pointer)[0][1] for pointer in it("path", "lab-pointer") if H > 1]
    near(tips, [[x[0] - half - 1, row[key][figure.unit]] for key in MAPS if H > 1])
    for kind in ("lab-cursor", "lab-halo"):
        frame = box(it.one("rect", kind))
        near([frame.middle[0], frame.size[0]], [x[figure.step], wide])
        assert frame.start[1] < glyphs[0].y < row["h"][-1] < frame.end[1]
    steps = it.ticks("x", text_anchor="middle")
    near(list(steps.values()), [x[int(step) - 1] for step in steps])


@pytest.mark.parametrize("name", ["tagger", "counter"])
def test_answers_of_trace_explorer(drawn, name):
    it = drawn[name]
    figure, said, truth = it.figure, it.values["answer"], it.figure.truth()
    x = np.array([glyph.x for glyph in it("text", "lab-glyph")])
    names = [it.one("text", "lab-small", said=answer).y for answer in figure.answers]
    y = ruler(
        dict(enumerate(names)) or it.ticks("y", lambda text: text.x < x[0], text_anchor="end"), UP
    )
    asked = [None if each is None else y(each) for each in truth]
    wanted = {"answer": y(said), "before": y(unheld(figure)["answer"]), "truth": asked}
    edge = 0.45 * (x[1] - x[0])
    for kind, heights in wanted.items():
        path = it("path", f"lab-{kind}")[0]
        for at, height in paired(x, heights):
            for own in levels(path, at - edge), levels(path, at + edge):
                near(own, [] if height is None else [height])
        if kind != "before":
            assert path.stroke == it.one("text", said=kind).fill
    red = corners(it.one("path", "lab-wrong"))
    covered = [any(part[0, 0] < at < part[1, 0] for part in red) for at in x]
    assert covered == [each is not None and each != own for each, own in paired(truth, said)]
    assert all(part[0, 1] < y(said).min() <= y(said).max() < part[2, 1] for part in red)


def stands(shown, word, x):
    """A map stands beside its word, which has its name's colour, with its columns at x."""
    coloured(word.fill, NAMES[word.said].colour)
    near(box(shown).middle[1], word.y, 1)
    near(shown.x + (np.arange(len(x)) + 0.5) * shown.width / len(x), x)


def colour_limits(c):
    """(H, 1) where c's colours end: for all units alike, or for each if they differ tenfold."""
    own = abs(c).max(axis=0)
    return np.where(own.max() >= 10 * own.min(), own, own.max())[:, None]


def unheld(figure):
    """The values of a figure without its holds."""
    held, figure.clamp = figure.clamp, []
    values, figure.clamp = figure.values(), held
    return values


def levels(path, x):
    """The heights of the level parts of a path at x."""
    ends = [pair for part in corners(path) for pair in pairwise(part)]
    return [y for (left, y), (right, end) in ends if y == end and left <= x <= right]


@pytest.mark.parametrize("name", ["tagger", "counter"])
def test_lines_of_trace_explorer(drawn, name):
    it = drawn[name]
    x = [glyph.x for glyph in it("text", "lab-glyph")]
    zeros = [line.y1 for line in it("line", "lab-axis")]
    lines = paired("ch", zeros, it("path", "lab-line"), it("path", "lab-before")[1:])
    tall = []
    for key, zero, path, before in lines:
        [limit] = it.ticks("y", y=zero)
        assert it.one("text", "lab-small", y=zero).said.split()[0] == key
        for colour in (path.stroke, it.one("text", "lab-small", y=zero).fill):
            coloured(colour, NAMES[key].colour)
        run, own = (each[key][:, it.figure.unit] / limit for each in (it.values, unheld(it.figure)))
        tall.append((zero - corners(path)[0][:, 1]) @ run / (run @ run))
        near(corners(path), [np.transpose([x, zero - tall[-1] * run])])
        near(corners(before), [np.transpose([x, zero - tall[-1] * own])])
    near(tall[0], tall[1], 0.2)
    assert 10 < tall[0] < (zeros[1] - zeros[0]) / 2


def test_playground(drawn):
    it = drawn["Playground"]
    glyphs = it("text", "lab-glyph")
    x = np.array([glyph.x for glyph in glyphs])
    assert "".join(glyph.said for glyph in glyphs) == it.figure.text
    for key, shown in paired(MAPS[:5], it.maps):  # this kind of net shows no h
        limit = abs(it.values["c"]).max() if key == "c" else 1
        coloured(shown, colours(key, it.values[key].T, limit))
        stands(shown, it.one("text", "lab-small", said=key), x)
    asked = [*paired(it.figure.truth(), it.values["answer"])]
    red = corners(it.one("path", "lab-wrong"))
    covered = [any(part[0, 0] < at < part[1, 0] for part in red) for at in x]
    assert covered == [truth not in (None, own) for truth, own in asked]
    assert any(covered) and not all(covered)
    right = sum(truth == own for truth, own in asked)
    of = sum(truth is not None for truth, _ in asked)
    [said] = [text.said for text in it("text") if text.said.startswith("probe: ")]
    assert said.startswith(f"probe: {right} of {of} answers right")


def test_rows_near_the_step_of_unit_explorer(drawn):
    it = drawn["UnitExplorer"]
    step, (T,) = it.figure.step, it.values["c"].shape
    top = min(e.y for e in it("text", "lab-glyph"))  # guesses are glyphs, too
    glyphs = it("text", "lab-glyph", y=top)
    count = len(glyphs)
    first = min(max(step - count // 2, 0), T - count)
    near_it = slice(first, first + count)
    assert 0 < first < T - count
    assert "".join(e.said for e in glyphs) == "".join(map(visible, it.figure.text))[near_it]
    x = [glyph.x for glyph in glyphs]
    for key in MAPS:
        word = it.one("text", "lab-small", said=key)
        [shown] = [e for e in it.maps if abs(box(e).middle[1] - word.y) < 1]
        limit = abs(it.values["c"]).max() if key == "c" else 1
        coloured(shown, colours(key, it.values[key][None, near_it], limit))
        stands(shown, word, x)
        [value] = [e for e in it("text", "lab-small", y=word.y) if e is not word]
        assert value.said == number(it.values[key][step])
        assert value.fill == word.fill


def test_highway(drawn):
    it = drawn["Highway"]
    figure, lags = it.figure, np.arange(len(it.figure.xs) + 1)
    values = it.values | {"power": figure.radius**lags}
    styles = {}
    for key in ("rnn", "power", "residual", "gated", "lstm", "direct", "law"):
        word = it.one("text", said=NAMES[key].word)
        swatch = it.one("path", "lab-line", d=f"M{word.x - 32:g},{word.y:g}h26")
        styles[key] = look(swatch)
        if NAMES[key].colour:
            coloured(swatch.stroke, NAMES[key].colour)
        assert it.one("text", "lab-head", y=word.y).said == few(values[key][figure.lag])
    survival, gains = sorted(it("path", "lab-box"), key=lambda path: corners(path)[0][0, 0])
    x, y, lines, points = panel(it, survival, figure.lag, ruler)
    units, direct, law = lines
    near(corners(units), [np.transpose([x(lags), y(unit)]) for unit in values["survival"].T])
    assert look(law) == styles["law"]
    assert units.stroke == direct.stroke == styles["direct"][0]
    for path, point, key in paired((law, direct), points, ("law", "direct")):
        near(corners(path), [np.transpose([x(lags), y(values[key])])])
        near([point.cx, point.cy], [x(figure.lag), y(values[key][figure.lag])])
        assert point.fill == path.stroke
    half, (left, bottom) = x(it.values["half_life"][0]), corners(survival)[0][1]
    near(corners(it.one("path", "lab-hard")), [[[left, y(0.5)], [half, y(0.5)], [half, bottom]]])
    near(corners(it.one("path", "lab-pointer"))[0][0], [half, bottom + 1])
    x, y, lines, points = panel(it, gains, figure.lag, logarithmic)
    named = {look(path): path for path in lines}
    assert len(named) == len(lines) == len(styles)
    for key, style in styles.items():
        near(corners(named[style]), [np.transpose([x(lags), y(values[key])])])
    for point, key in paired(points, ("rnn", "residual", "gated", "lstm", "direct")):
        near([point.cx, point.cy], [x(figure.lag), y(values[key][figure.lag])])
        coloured(point.fill, NAMES[key].colour)


def look(path):
    return path.stroke, path.dash, path.thick


def panel(it, frame, lag, axis):
    """Its rulers, lines and dots, left to right; its cursor must stand at the lag."""
    [(left, _), (_, bottom), (right, _)] = corners(frame)[0]
    x = ruler(it.ticks("x", lambda t: left - 1 < t.x < right + 1 and t.y > bottom), RIGHT)
    y = axis(it.ticks("y", lambda t: left - 9 < t.x < left, text_anchor="end"), UP)

    def inside(at):
        return left - 1 <= at <= right + 1

    [cursor] = [line for line in it("line", "lab-cursor") if inside(line.x1)]
    near([cursor.x1, cursor.x2], x([lag, lag]))
    lines = [path for path in it("path", "lab-line") if inside(corners(path)[0][0, 0])]
    return x, y, lines, [dot for dot in it("circle") if inside(dot.cx)]


def test_curves(drawn):
    it = drawn["Curves"]
    figure = it.figure
    x = ruler(it.ticks("x", text_anchor="middle"), RIGHT)
    y = logarithmic(it.ticks("y", text_anchor="end"), UP)
    goal = it.one("line", "lab-hard")
    near([goal.y1, goal.y2], y([figure.goal] * 2))
    for line, decade in paired(it("line", "lab-box"), range(5)):
        near([line.x1, line.x2, line.y1], [*x([0, figure.max_updates]), y(10.0**-decade)])
    said = {"slow": "120: 0.06", "fast": "there after 90", "waits": "waits"}
    assert len({path.dash for path in it("path", "lab-line")}) == 3
    lanes = paired(figure.names, figure.curves, it("path", "lab-line"), hues(figure.names))
    for name, points, path, colour in lanes:
        word = it.one("text", "lab-head", said=name)
        coloured(path.stroke, colour)
        assert look(path) == look(it.one("line", "lab-line", y1=word.y))
        assert it.at(word.x, word.y + 19) == said[name]
        near(corners(path), [[(x(n), y(error)) for n, error in points]] if points else [])


def test_bars_of_guesses(drawn):
    it = drawn["ClassGuesses"]
    bars, counts = [*it("rect", "lab-bar-fill"), *it("rect", "lab-right-fill")], [4, 1, 8]
    assert {bar.x for bar in bars} == {bars[0].x}
    near([bar.width / bars[-1].width for bar in bars], [count / 8 for count in counts])
    coloured(bars[-1].fill, "#148a5f")
    for bar, count, name in paired(bars, counts, ["half", "2", "0.9 ✓"]):
        y = bar.y + bar.height / 2
        assert it.at(bar.x + bar.width + 10, y) == f"{count}"
        assert it.at(bar.x - 12, y) == name
    assert it.one("text", "lab-title").said == "a share"
    assert "it is 0.91: 8 of 13 were right · Other questions" in [t.said for t in it("text")]


def on_map(it):
    """From (input, step) to the pixel on the attention map; a half is the middle of a cell."""
    frame = box(it.maps[0])
    size = frame.size / it.values["masks"].shape[::-1]
    return lambda *at: frame.start + np.stack(np.broadcast_arrays(*at), axis=-1) * size


def test_map_of_attention(drawn):
    it = drawn["AttentionMap"]
    figure, masks, place = it.figure, it.values["masks"], on_map(it)
    coloured(it.maps[0], colours("gate", masks))
    T, S = masks.shape
    (left, top), (right, bottom) = place(0, 0), place(S, T)
    letters = [t for t in it("text", "lab-glyph") if not isinstance(t.x, str) and t.x < right]
    above, beside = ([t for t in letters if (t.y < top) == up] for up in (True, False))
    assert [t.said for t in above] == [*figure.source.replace(" ", "␣")]
    assert [t.said for t in beside] == [*it.values["wrote"], "■"]
    near([t.x for t in above], place(np.arange(S) + 0.5, 0)[:, 0])
    near([t.y for t in beside], place(0, np.arange(T) + 0.5)[:, 1])
    assert all(t.x < left for t in beside)
    inputs = it.ticks("x", lambda t: left < t.x < right and t.y > bottom, text_anchor="middle")
    near([*inputs.values()], place(np.array([*inputs]) - 0.5, 0)[:, 0])
    steps = it.ticks("y", lambda t: t.x < left, text_anchor="end")
    near([*steps.values()], place(0, np.array([*steps]) - 0.5)[:, 1])
    for (t, k), m in np.ndenumerate(masks):
        assert it.at(*place(k + 0.5, t + 0.5)) == (f"{m:.2f}" if m >= 0.005 else "")
    t, k = figure.step, figure.place
    ends = [((0, t), (S, t + 1)), ((k, 0), (k + 1, T)), ((k, t), (k + 1, t + 1))]
    *frames, reads = map(box, it("rect", "lab-cursor"))
    for frame, (start, end) in paired(frames, ends):
        near([frame.start, frame.end], [place(*start), place(*end)])
    for key, strip in paired((*MAPS[:4], "c"), it.maps[1:]):
        run = it.values[key][:, figure.unit]
        coloured(strip, [colours(key, run, np.abs(run).max() if key == "c" else 1)])
        near([strip.x, strip.x + strip.width], [left, right])
        y = box(strip).middle[1]
        word, value = [each for each in it("text", "lab-small") if abs(each.y - y) < 1]
        assert (word.said.split()[0], value.said) == (key, number(run[k]))
        coloured(word.fill, NAMES[key].colour)
        assert reads.start[1] < y < reads.end[1]
    near([reads.start[0], reads.end[0]], [place(k, 0)[0], place(k + 1, 0)[0]])


def test_marks_of_attention(drawn):
    it = drawn["AttentionMap"]
    place = on_map(it)
    spans = [(t, *span) for t, span in enumerate(it.figure.truth().spans) if span[1]]
    for kind in ("lab-span", "lab-span-halo"):
        for part, (t, first, end) in paired(corners(it("path", kind)[0]), spans):
            near([part.min(axis=0), part.max(axis=0)], [place(first, t), place(end, t + 1)], 1)
    for kind in ("lab-knife", "lab-knife-halo"):
        marks = iter(corners(it("path", kind)[0]))
        for (t, k, to), line, more in zip(it.figure.edits, marks, marks, strict=True):
            start = place(k + 0.5, t + 0.5)
            assert place(k, t)[1] < min(*line[:, 1], *more[:, 1])
            if to < 0:  # a cross
                near([line.mean(axis=0), more.mean(axis=0)], [start, start])
                near((line[1] - line[0]) * [-1, 1], more[1] - more[0])
            else:  # an arrow
                near(line, [start, place(to + 0.5, t + 0.5)])
                near(more[1], line[1])
                assert np.all((more[[0, 2], 0] - more[1, 0]) * (to - k) < 0)


def test_links_of_attention(drawn):
    it = drawn["AttentionMap"]
    figure, masks = it.figure, it.values["masks"]
    source, wrote = (text for text in it("text", "lab-glyph") if isinstance(text.x, str))
    assert source.said == figure.source.replace(" ", "␣")
    assert wrote.said == it.values["wrote"] + "■"
    inputs, steps = (np.array(text.x.split(), float) for text in (source, wrote))
    assert min(*np.diff(inputs), *np.diff(steps)) > 0
    chosen = it("path", "lab-linked")
    others = [path for path in it("path", "lab-link") if path not in chosen]
    for paths, shown in ((others, range(len(masks))), (chosen, [figure.step])):
        thick = {}
        for path in paths:
            for (low, from_y), (high, to_y) in corners(path):
                t, k = np.abs(steps - low).argmin(), np.abs(inputs - high).argmin()
                near([low, high], [steps[t], inputs[k]])
                assert source.y < to_y < from_y < wrote.y
                thick[t, k] = path.thick
        weights = {(t, k): masks[t, k] for t in shown for k in np.flatnonzero(masks[t] >= 0.05)}
        assert thick.keys() == weights.keys()
        widest = paths[-1].thick / 0.95  # a tenth of the weights share a width
        near([thick[at] / widest for at in weights], [*weights.values()], 0.051)
    over, under = it("text", "lab-linked-text")
    t, k = figure.step, figure.place
    near([over.x, over.y, under.x, under.y], [inputs[k], source.y, steps[t], wrote.y])
    assert (over.said, under.said) == (source.said[k], wrote.said[t])


def test_texts_of_attention(drawn):
    it = drawn["AttentionMap"]
    texts = {"by itself": it.values["before"], "now": it.values["wrote"]}
    texts["truth"] = it.figure.truth().target
    assert len(set(texts.values())) == 3
    for name, text in texts.items():
        line = it.one("text", "lab-mono", y=it.one("text", said=name).y)
        assert line.said.startswith(text)
    t, k, source = it.figure.step, it.figure.place, it.figure.source
    it.one("text", said=f"step {t + 1} writes ‘{it.values['wrote'][t]}’")
    it.one("text", said=f"input {k + 1} ‘{source[k]}’: weight {it.values['masks'][t, k]:.2f}")


@pytest.mark.parametrize("name", ["SoftIf", "SoftSwitch", "CellPlayer", "AttentionMap"])
def test_colour_scales(drawn, name):
    it = drawn[name]
    gates, signs = [(GATE_STOPS, "0", "1")], [(SIGNED_STOPS, number(-4), number(4))]
    wanted = {"SoftIf": gates + signs, "SoftSwitch": signs, "AttentionMap": gates}
    wanted = (wanted | {"CellPlayer": [*gates, (SIGNED_STOPS, "−1", "1")]})[name]
    stops = iter(it("stop"))
    for bar, (ramp, low, high) in paired([b for b in it("rect") if "url" in b.fill], wanted):
        own = [next(stops) for _ in ramp]
        assert [stop.stop_color for stop in own] == [*ramp]
        near([stop.offset for stop in own], np.linspace(0, 1, len(own)))
        assert it.at(bar.x - 6, bar.y + 5) == low
        assert it.at(bar.x + bar.width + 6, bar.y + 5) == high
