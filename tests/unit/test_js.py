"""The page's maths is Python's: lstm.js, run by Node, against gates.py and plots/style.py."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import lstm_lab as lab
from lstm_lab.names import GATE_STOPS, SIGNED_STOPS
from lstm_lab.plots import style
from tests.node import NODE, evaluator

js = evaluator("lstm.js", "tasks.js", "gradients.js")
ROOT = Path(__file__).parents[2]
RNG = np.random.default_rng(0)


def close(a, b):
    np.testing.assert_allclose(np.asarray(a, float), b, rtol=1e-12, atol=1e-12)


def test_sigmoid_over_the_whole_range():
    z = [*RNG.normal(scale=30, size=500), -800, -100, 0, 100, 800]
    close(js("x.map(sigmoid)", z), lab.sigmoid(z))


def test_soft_if():
    states = []
    for sharpness in (0, 0.01, 1, 7.5, 100):
        T, F, z = RNG.normal(scale=4, size=(3, 8)).tolist()
        states.append({"if_true": T, "if_false": F, "z": z, "sharpness": sharpness})
    for state, got in zip(states, js("x.map(softIf)", states), strict=True):
        for key, expected in lab.SoftIf(**state).values().items():
            close(got[key], expected)


def test_soft_switch():
    states = []
    for kind in ("softmax", "sigmoid"):
        for K, D, sharpness in ((1, 1, 1), (2, 3, 0), (8, 6, 20), (3, 2, 0.5)):
            cases, scores = RNG.normal(size=(K, D)), RNG.normal(scale=3, size=K)
            state = {"cases": cases.tolist(), "scores": scores.tolist()}
            states.append(state | {"kind": kind, "sharpness": sharpness})
    for state, got in zip(states, js("x.map(softSwitch)", states), strict=True):
        for key, expected in lab.SoftSwitch(**state).values().items():
            close(got[key], expected)
        close(got["sum"], np.sum(got["mask"]))


def player(H, T, clamp, clamp_from):
    rng = np.random.default_rng(H * 100 + T)
    cell = lab.Cell(*(rng.normal(size=size) for size in ((4 * H, 3), (4 * H, H), 4 * H)))
    start = {"h0": rng.uniform(-1, 1, size=H), "c0": rng.normal(size=H)}
    xs = rng.normal(size=(T, 3))
    return lab.CellPlayer(cell, xs, clamp=clamp, clamp_from=clamp_from, **start)


@pytest.mark.parametrize(
    ("H", "T", "clamp", "clamp_from"),
    [
        (1, 1, [], 0),
        (2, 12, [], 3),
        (2, 12, [("remember", 1, 1), ("save", 1, 0)], 4),
        (4, 60, [("candidate", 0, -0.5), ("focus", 3, 0.25), ("save", 2, 1)], 59),
        (3, 40, [("remember", k, 1) for k in range(3)], 0),
    ],
)
def test_a_run_of_the_cell(H, T, clamp, clamp_from):
    figure = player(H, T, clamp, clamp_from)
    keys = ("W_x", "W_h", "b", "xs", "h0", "c0", "clamp", "clamp_from")
    steps = js("cellRun(x)", {key: getattr(figure, key) for key in keys})
    for name, expected in figure.values().items():
        close([step[name] for step in steps], expected)
    for step in steps:  # the numbers of the equations add up to the gates
        sums = np.sum(step["parts"], axis=1).reshape(4, H)
        close(step["computed"]["save"], lab.sigmoid(sums[0]))
        close(step["computed"]["candidate"], np.tanh(sums[2]))


def test_axis_limits_are_round_and_large_enough():
    values = [0, 0.3, 1, 1.2, 2, 4.9, 5.01, 17, 999, 1e6]
    assert js("x.map(niceLimit)", values) == [1, 1, 1, 1.5, 2, 5, 7, 20, 1000, 1e6]


def test_ties_are_broken_alike():
    tie = {"cases": [[1], [2], [3]], "scores": [0, 1, 1], "kind": "softmax", "sharpness": 1}
    assert js("softSwitch(x).hard", tie) == lab.SoftSwitch(**tie).values()["hard"].tolist()
    half = {"if_true": [1], "if_false": [2], "z": [0], "sharpness": 1}
    assert js("softIf(x).hard", half) == lab.SoftIf(**half).values()["hard"].tolist()


@pytest.mark.parametrize("stops", [GATE_STOPS, SIGNED_STOPS], ids=["gate", "signed"])
def test_colours_and_the_ink_on_them(stops):
    t = np.linspace(0, 1, 101)
    got = js("x.t.map((t) => colourAt(x.stops, t))", {"t": t.tolist(), "stops": stops})
    cmap = style.GATE_MAP if stops is GATE_STOPS else style.SIGNED_MAP
    expected = np.array([cmap(v)[:3] for v in t]) * 255
    assert np.abs(np.array(got) - expected).max() <= 0.8  # matplotlib rounds to 1024 steps
    inks = js("x.map((rgb) => inkOn(rgb))", (expected).tolist())
    assert inks == [style.ink_on(rgb / 255) for rgb in expected]


def test_axis_labels_keep_their_zeros():
    expected = ["0", "−1.5", "20", "300", "1e+22"]
    assert js("x.map(brief)", [0, -1.5, 20, 300, 1e22]) == expected


def test_numbers_are_written_alike():
    values = [0.0, -0.001, 0.004, -1e-15, 1.239, -12.3, 1e3, -0.126, 12345.678, -1e6, 3e-9]
    values += [0.125, 0.375, -2.625, 1.005, 0.135, 0.145, 12500, 0.0001220703125]  # and ties
    assert js("x.map(number)", values) == [style.number(v) for v in values]


def explorers():
    rng = np.random.default_rng(0)
    for make in lab.programs.PROGRAMS.values():
        yield lab.TraceExplorer(make(), make().task.sample(1, 60, 1)[0])
    anbn = lab.training.load("anbn")
    yield lab.TraceExplorer(anbn, "a" * 30 + "b" * 31 + "ax", sharpness=0.5)
    clamp = [["f", 1, 3, 9, 0.0], ["save", 0, 0, 99, 0.5], ["f", 1, 5, 6, 1.0], ["g", 2, 8, 8, -1]]
    yield lab.TraceExplorer(anbn, "a" * 10 + "b" * 10, clamp=clamp, sharpness=2)
    lstm = lab.training.load("anbn_lstm", 3)
    yield lab.TraceExplorer(lstm, "aabbabab", clamp=[["focus", 0, 2, 3, 0.25]], sharpness=1.5)
    cell = lab.Cell(rng.normal(size=(64, 5)), rng.normal(size=(64, 16)), rng.normal(size=64))
    yield lab.TraceExplorer(cell, "hello 😀 olleh", alphabet="helo ")
    yield lab.TraceExplorer(lab.programs.quotes("curly"), "“</script>” שלום “")
    yield lab.TraceExplorer(lab.programs.nesting(strength=0.3), "(()" * 20)
    yield lab.TraceExplorer(lab.programs.parity(), "")


@pytest.mark.parametrize("figure", list(explorers()), ids=lambda figure: figure.task or "cell")
def test_a_text_read_by_the_page_is_read_by_python(figure):
    state = {key: getattr(figure, key) for key in figure.shown}
    program = """(() => {
        const chars = [...x.text];
        const codes = chars.map((char) => [...x.alphabet].indexOf(char));
        const run = textRun(x, codes, x.sharpness, x.clamp);
        if (!x.asked) return { ...run };
        const answer = said(run, { unit: x.count_unit, step: x.count_step, V: x.V, v: x.v });
        const truth = truthOf(x.task, x.option, chars, x.alphabet, x.asked);
        return { ...run, answer, truth, mistake: firstMistake(answer, truth) };
    })()"""
    got = js(program, state)
    for key, expected in figure.values().items():
        if len(expected):
            close(got[key], expected)
    if figure.asked:
        assert got["truth"] == list(figure.truth())
        mistake = figure.first_mistake()
        assert got["mistake"] == (-1 if mistake is None else mistake)


#: (task, its option) and characters to draw texts from.
TOLD = {
    "nesting": (lab.tasks.nesting("()[]"), "()[]a"),
    "list_items": (lab.tasks.list_items(), "-a\n "),
    "straight": (lab.tasks.quotes(), '"a'),
    "curly": (lab.tasks.quotes("curly"), "“”a"),
    "urls": (lab.tasks.urls(), ":/a \n"),
    "::": (lab.tasks.urls("::"), ": a"),
    "length": (lab.tasks.length(), "a. "),
    "anbn": (lab.tasks.anbn(), "ab"),
    "anbncn": (lab.tasks.anbncn(), "abc"),
    "dyck1": (lab.tasks.dyck1(), "()"),
    "parity": (lab.tasks.parity(), "01"),
}


@pytest.mark.parametrize("name", TOLD)
def test_the_page_knows_the_truth(name):
    task, letters = TOLD[name]
    rng = np.random.default_rng(0)
    texts = ["".join(rng.choice(list(letters), size=k % 30 + 1)) for k in range(300)]
    texts += ["", *task.sample(100, 30, 0)]
    texts += [miss for text in texts[-20:] for miss in task.near_misses(text) if miss]
    given = {"texts": texts, "task": task.name, "option": task.option, "alphabet": task.alphabet}
    call = "x.texts.map((text) => truthOf(x.task, x.option, [...text], x.alphabet, '{}'))"
    for text, got in zip(texts, js(call.format("value"), given), strict=True):
        assert got == task.label(text).tolist()
    for text, got in zip(texts, js(call.format("answer"), given), strict=True):
        assert got == [None if k < 0 else k for k in task.targets(text).tolist()]


def test_halves_are_rounded_to_the_even_number():
    run = {"c": [[v] for v in (0.5, 1.5, -0.5, -1.5, 2.5, 0.49, -2.51, 3.0)]}
    said = js("said(x, { unit: 0, step: 1, V: [] })", run)
    assert said == np.rint([row[0] for row in run["c"]]).tolist()


@pytest.mark.parametrize(
    ("dials", "options", "rtol"),
    [
        ((), {}, 1e-9),
        ((-3, 0.1, 0), {}, 1e-9),
        ((8, 1.5, 3), {"seed": 4}, 1e-9),
        ((3, 0.9, 1), {"units": 1, "steps": 2}, 1e-9),
        ((0, 1, 200), {"units": 32, "steps": 200}, 1e-9),
        ((-1, 2, 100), {}, 1e-5),  # chaos: the RNN amplifies rounding
    ],
)
def test_gradients_travel_alike(dials, options, rtol):
    figure = lab.Highway(*dials, **options)
    got = js("highway(x)", {key: getattr(figure, key) for key in figure.shown})
    for key, expected in figure.values().items():
        np.testing.assert_allclose(got[key], expected, rtol=rtol)
    power = np.asarray(got["power"], float)
    np.testing.assert_allclose(power, figure.radius ** np.arange(len(power)), rtol=1e-12)


def test_a_gate_of_one_has_no_half_life():
    figure = lab.Highway(50, lag=0, steps=2)
    state = {key: getattr(figure, key) for key in figure.shown}
    assert js("highway(x).half_life[0] === Infinity", state)


def test_lines_are_cut_where_they_leave_the_axis():
    through = js("x.map((line) => partsWithin(line, 0, 10))", [[5, 15, 5], [15, -5], [0, 10, 20]])
    assert through == [
        [[[0, 5], [0.5, 10]], [[1.5, 10], [2, 5]]],
        [[[0.25, 10], [0.75, 0]]],
        [[[0, 0], [1, 10]]],
    ]
    assert js("partsWithin(x, -12, 6)", [-400, -400, -13]) == []


def test_few_digits_are_written_alike():
    values = [0.0, 1, 0.996, 0.0123, 0.00996, 0.0099, 129, 9949, 9951, 3.14e-7, -2.2e-101, 1.3e30]
    assert js("x.map(few)", values) == [style.few(v) for v in values]
    assert js("[few(1 / 0), few(-1 / 0)]", None) == [style.few(np.inf), style.few(-np.inf)]


@pytest.mark.parametrize("name", lab.widgets.__all__)
def test_a_figures_module_loads_by_itself_and_imports_nothing(name, tmp_path):
    module = tmp_path / "figure.mjs"
    module.write_text(getattr(lab, name)._esm, "utf-8")
    assert "import {" not in module.read_text("utf-8")
    code = f"import it from '{module}'; console.log(typeof it.render)"
    done = subprocess.run(
        [NODE, "--input-type=module", "-e", code], capture_output=True, text=True, timeout=600
    )
    assert done.stdout == "function\n", done.stderr


@pytest.mark.parametrize(
    ("defect", "rule"),
    [
        ("export const f = () => nowhere(1);", "no-undef"),
        ('import { clip, gone } from "./lstm.js";\nexport const f = () => clip(gone);', "named"),
        ('import { clip } from "./lstm.js";\nexport const f = 1;', "no-unused-vars"),
        ("export const f = (;", ""),
    ],
)
def test_the_linter_finds_what_a_page_would_die_of(defect, rule, tmp_path):
    (tmp_path / "lstm.js").write_text("export const clip = (value) => value;\n")
    (tmp_path / "planted.js").write_text(defect + "\n")
    shutil.copy(ROOT / ".oxlintrc.json", tmp_path)
    linter = Path(sys.executable).with_name("oxlint")
    done = subprocess.run([linter, "."], cwd=tmp_path, capture_output=True, text=True, timeout=600)
    assert done.returncode == 1 and rule in done.stdout, done.stdout
