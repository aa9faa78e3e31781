"""The figures' Python half: traits are checked, values computed, stills shown."""

import io
import json
import re
import subprocess
import sys

import ipywidgets
import numpy as np
import pytest
from PIL import Image

import lstm_lab as lab
from lstm_lab.check import verdicts
from lstm_lab.collect import Guesses
from lstm_lab.widgets.traits import FigureError


def cell_player(**traits):
    rng = np.random.default_rng(0)
    cell = lab.Cell(rng.normal(size=(8, 3)), rng.normal(size=(8, 2)), rng.normal(size=8))
    return lab.CellPlayer(cell, rng.normal(size=(5, 3)), "abcde", **traits)


FIGURES = {"SoftIf": lab.SoftIf, "SoftSwitch": lab.SoftSwitch, "CellPlayer": cell_player}
BAD = {"SoftIf": {"sharpness": -1}, "SoftSwitch": {"sharpness": -1}, "CellPlayer": {"step": 5}}
FIGURES["TraceExplorer"] = lambda: lab.TraceExplorer(lab.programs.list_items())
BAD["TraceExplorer"] = {"clamp": [("save", 0, 0, 1, 2)]}
FIGURES["Highway"], BAD["Highway"] = lab.Highway, {"lag": 101}
#: What a figure tells of its values, if not each by its name.
TOLD = {"AttentionMap": ("source   ", "by itself", "now      ", "truth    ")}


def attention_map():
    return lab.AttentionMap(lab.seq2seq.Seq2Seq(lab.tasks.permutation(), 6))


FIGURES["AttentionMap"], BAD["AttentionMap"] = attention_map, {"edits": [(0, 0)]}


def unit_explorer():
    """Of six units, on a text with strings and brackets in both halves."""
    net = lab.models.CharModel("abc()'\" ,xy\n", 6, seed=1)
    return lab.UnitExplorer(net, "x('a', (b)) \n\"c\" (y)" * 6, "code", unit=2, step=9)


ASKED = [
    Guesses("a share", "0.91", [("0.5", 4, False), ("0.9", 8, True), ("2", 1, False)]),
    Guesses("it is b", "b", [("a", 3, False), ("b", 0, True)], "01 Soft conditionals"),
]


def class_guesses(**traits):
    return lab.ClassGuesses(ASKED, **traits)


FIGURES["Playground"], BAD["Playground"] = lab.Playground, {"units": 9}
FIGURES["UnitExplorer"], BAD["UnitExplorer"] = unit_explorer, {"marks": [("high", 3, 1)]}


def explorer(**traits):
    return lab.TraceExplorer(lab.programs.list_items(), **traits)


def big():
    return lab.Cell(np.zeros((132, 1)), np.zeros((132, 33)))


NO_PRESETS = {"Curves", "ClassGuesses"}


@pytest.fixture(params=[name for name in lab.widgets.__all__ if name not in NO_PRESETS])
def figure(request):
    return FIGURES[request.param]


class TestEveryFigure:
    def test_it_shows_itself_live_as_a_still_and_as_text(self, figure):
        bundle, metadata = figure()._repr_mimebundle_()
        assert "application/vnd.jupyter.widget-view+json" in bundle
        picture = Image.open(io.BytesIO(bundle["image/png"]))
        assert len(picture.convert("RGB").getcolors(1 << 24)) > 50
        assert metadata["image/png"]["alt"] == bundle["text/plain"] == repr(figure())

    def test_its_text_holds_values_and_no_address(self, figure):
        text = repr(figure())
        assert "0x" not in text
        for key in TOLD.get(figure().title, figure().values()):
            assert f"{key} =" in text

    def test_presets_and_reset_are_states_that_it_accepts(self, figure):
        it = figure()
        before = {key: getattr(it, key) for key in it.shown}
        assert len(it.presets) >= 4
        for preset in it.presets:
            it.change(**preset["state"])
            for value in it.values().values():
                assert isinstance(value, str) or np.isfinite(value).all()
            assert preset["name"] and preset["hint"]
        it.change(**it.initial)
        assert {"text", "sharpness"} <= set(it.initial) or it.title != "TraceExplorer"
        assert {key: getattr(it, key) for key in it.shown} == before

    def test_a_refused_change_leaves_everything_as_it_was(self, figure):
        it = figure()
        before = {key: getattr(it, key) for key in it.shown}
        with pytest.raises(FigureError):
            it.change(**BAD[it.title])
        with pytest.raises(TypeError, match="no such trait"):
            it.change(colour="red")
        assert {key: getattr(it, key) for key in it.shown} == before

    def test_its_module_is_one_file_without_imports(self, figure):
        module = figure()._esm
        assert "import " not in module.replace("important", "")
        assert module.count("export default") == 1
        assert "http://" not in module.replace("http://www.w3.org/2000/svg", "")

    def test_it_is_written_into_one_offline_file(self, figure, tmp_path):
        it = figure()
        path = it.html(tmp_path / "alone")
        text = path.read_text("utf-8")
        assert path.name == "alone.html" and it.title in text
        assert not re.search(r"(?:src|href)=\"(?!data:)", text)
        state = json.loads(re.search(r'id="figures">(.*?)</script>', text, re.S)[1])["models"][0]
        assert state["state"]["initial"].keys() == it.initial.keys()


def test_a_page_that_cannot_be_written_says_why(tmp_path):
    figure = lab.SoftIf()
    with pytest.raises(ValueError, match=r"there is no folder .*nowhere"):
        figure.html(tmp_path / "nowhere" / "it.html")
    for odd in (5, b"it.html"):
        with pytest.raises(TypeError, match=r"path must be a file's name, not"):
            figure.html(odd)
    for odd in ("", ".", "a\0b", tmp_path):
        with pytest.raises(ValueError, match="must name a file"):
            figure.html(odd)
    path = figure.html(tmp_path / "kept")
    before = path.read_bytes()
    figure.title = "\ud800"
    with pytest.raises(ValueError, match="half of a character"):
        figure.html(path)
    assert path.read_bytes() == before


def test_traits_are_observed_and_linked():
    import ipywidgets

    a, b = lab.SoftIf(z=[1, 2, 3, 4]), lab.SoftIf()
    seen = []
    a.observe(lambda change: seen.append(change["new"]), "z")
    ipywidgets.link((a, "z"), (b, "z"))
    a.z = np.array([0.5, 0, 0, 0])
    assert seen[-1] == b.z == (0.5, 0, 0, 0)


def test_a_page_may_change_size_and_shape_in_one_message():
    switch = lab.SoftSwitch()
    switch.set_state({"cases": [[1, 2], [3, 4]], "scores": [0, 1], "names": ["T", "F"]})
    assert switch.values()["y"].shape == (2,)
    blend = lab.SoftIf()
    blend.change(if_true=[1], if_false=[2], z=[3])
    assert blend.values()["y"].shape == (1,)


def test_a_misspelt_trait_is_refused(figure):
    with pytest.raises(AttributeError, match="no such trait: 'sharpnes'; there are "):
        figure().sharpnes = 3


def test_one_branch_alone_is_blended_with_zero():
    import torch

    assert lab.SoftIf([1, 2]).if_false == lab.SoftIf(if_true=torch.ones(2)).z == (0, 0)


def test_cell_player_plays_what_the_cell_runs():
    it = cell_player(step=2)
    clamp = {("remember", 0, range(2, 5)): 1, ("save", 1, range(2, 5)): 0.25}
    it.change(clamp=[("remember", None, 1), ("save", 1, 0.25)], clamp_from=2)
    assert it.clamp == [["remember", 0, 1], ["save", 1, 0.25]] and it.clamps == clamp
    np.testing.assert_array_equal(it.values()["c"], it.cell.run(it.xs, clamp=clamp).c)
    assert it.values()["remember"][2:, 0].tolist() == [1, 1, 1]


def test_soft_switch_as_if_is_soft_if():
    z, T, F = 0.7, np.array([4.0, -3]), np.array([1.0, 1])
    gate = np.full(2, lab.sigmoid(z))
    as_if = lab.SoftSwitch.as_if(T, F, z)
    np.testing.assert_allclose(as_if.values()["y"], lab.soft_if(gate, T, F), rtol=1e-12)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: lab.SoftIf(z=[1, 2]), "z has 2 elements"),
        (lambda: lab.SoftIf(z=[1, 2, np.nan, 0]), r"z\[2\] is nan"),
        (lambda: lab.SoftIf(z="abcd"), "z must hold real numbers"),
        (lambda: lab.SoftIf([[1, 2]], [[1, 2]]), "if_true must be a row of numbers"),
        (lambda: lab.SoftIf([], []), "if_true must be a row of numbers"),
        (lambda: lab.SoftSwitch(5), "cases must be rows of numbers"),
        (lambda: lab.SoftSwitch([[], []]), "cases must be rows of numbers"),
        (lambda: lab.SoftIf([1] * 9, [1] * 9), "9 elements: 1 to 8"),
        (lambda: lab.SoftIf(sharpness=np.inf), "sharpness is inf"),
        (lambda: lab.SoftSwitch([1, 2]), "cases must be rows of numbers"),
        (lambda: lab.SoftSwitch([[1, 2], [3]]), "rows of different lengths"),
        (lambda: lab.SoftSwitch([[1, 2]], [1, 2]), "2 scores"),
        (lambda: lab.SoftSwitch([[1] * 7]), "7 features: 1 to 6"),
        (lambda: lab.SoftSwitch([[1]] * 9), "9 cases: 1 to 8"),
        (lambda: lab.SoftSwitch(kind="hard"), "kind is 'hard'"),
        (lambda: lab.SoftSwitch(names=["one"]), "1 names"),
        (lambda: cell_player(step=5), "step is 5, but must be 0 to 4"),
        (lambda: cell_player(unit=2), "unit is 2, but must be 0 to 1"),
        (lambda: cell_player(clamp_from=-1), "clamp_from is -1"),
        (lambda: cell_player(c0=[1]), r"c0 has shape \(1,\), but must be \(2,\)"),
        (lambda: cell_player(clamp=[("forget", 0, 1)]), "gate of clamp is 'forget'"),
        (lambda: cell_player(clamp=[("save", 2, 1)]), "clamp of unit 2: there are 2, from 0"),
        (lambda: cell_player(clamp=[("save", 0, 2)]), r"save held at 2: it lies in \[0, 1\]"),
        (lambda: cell_player(clamp=["save"]), "give .gate, unit, value"),
        (
            lambda: lab.CellPlayer(lab.Cell([[1]] * 4, [[1]] * 4), [[1]], "ab"),
            "2 tokens for 1 steps",
        ),
        (lambda: lab.CellPlayer(lab.Cell([[1]] * 4, [[1]] * 4), [[1]] * 61), "61 steps: 1 to 60"),
        (
            lambda: lab.CellPlayer(lab.Cell([[1]] * 4, [[1]] * 4), [[1, 2]]),
            r"xs has shape \(1, 2\)",
        ),
        (lambda: lab.CellPlayer(lab.Cell([[1]] * 20, [[1] * 5] * 20), [[1]]), "5 units: 1 to 4"),
        (lambda: explorer(text="a" * 20_001), "20,001 characters: up to 20,000"),
        (lambda: explorer(unit=2), "unit is 2, but must be 0 to 1"),
        (lambda: explorer(step=-1), "step is -1"),
        (lambda: explorer(sharpness=-1), "sharpness is -1"),
        (lambda: explorer(clamp=[("forget", 0, 0, 1, 1)]), "gate of clamp is 'forget'"),
        (lambda: explorer(clamp=[("save", 2, 0, 1, 1)]), "clamp of unit 2: there are 2, from 0"),
        (lambda: explorer(clamp=[("save", 0, 3, 1, 1)]), "the first comes first"),
        (lambda: explorer(clamp=[("save", 0, 0, 1, -1)]), r"save held at -1: it lies in \[0, 1\]"),
        (
            lambda: explorer(clamp=[("save", 0, 0.5, 1, 1)]),
            "first step of clamp must be a whole number, but 0.5",
        ),
        (lambda: explorer(clamp=[("save", 0)]), "give .gate, unit, first step, last step, value"),
        (lambda: lab.TraceExplorer(lab.Cell([[1, 2]] * 4, [[1]] * 4)), "needs an alphabet"),
        (lambda: lab.TraceExplorer(big(), alphabet="a"), "33 units: 1 to 32"),
        (lambda: lab.Highway(lag=101), "lag is 101, but must be 0 to 100"),
        (lambda: lab.Highway(lag=-1), "lag is -1, but must be 0 or more"),
        (lambda: lab.Highway(lag=2.5), "lag must be a whole number, but 2.5"),
        (lambda: lab.Highway(lag=True), "lag must be a whole number, but True"),
        (lambda: lab.Highway(radius=0), "radius is 0, but must be above 0 and up to 3"),
        (lambda: lab.Highway(radius=3.1), "radius is 3.1, but must be above 0 and up to 3"),
        (lambda: lab.Highway(radius="0.9"), "radius must hold real numbers"),
        (lambda: lab.Highway(np.nan), "forget_bias is nan"),
        (lambda: lab.Highway([1, 2]), r"forget_bias must be a single number, but has shape \(2,\)"),
        (lambda: lab.Highway(units=33), "33 units: 1 to 32"),
        (lambda: lab.Highway(steps=1), "1 steps: 2 to 200"),
        (lambda: lab.Highway(seed=1.0), "seed must be a whole number"),
        (lambda: lab.Highway().change(W_x=[[1]]), "W_x belongs to the cell: make a new Highway"),
        (lambda: cell_player(step="1"), "step must be a whole number, but '1'"),
        (lambda: cell_player(unit=True), "unit must be a whole number, but True"),
        (lambda: cell_player(clamp="save"), "clamp has 'save': give .gate, unit, value"),
        (lambda: cell_player(clamp=[("save", 0, [1])]), "value of clamp must be a single number"),
        (
            lambda: cell_player(clamp=[(["save"], 0, 1)]),
            r"gate of clamp is \['save'\], but must be",
        ),
        (lambda: explorer(unit=0.5), "unit must be a whole number, but 0.5"),
        (
            lambda: explorer(clamp=[("save", 0, 0, 1, [1])]),
            "value of clamp must be a single number",
        ),
        (lambda: lab.SoftSwitch(names=3), "expected a list, not the int 3"),
        (lambda: lab.TraceExplorer(lab.programs.parity(), alphabet="01x"), "its own alphabet"),
        (
            lambda: lab.TraceExplorer(lab.Cell(np.ones((4, 2)), np.ones((4, 1))), "a", "aa"),
            "as many different characters, but 'aa' was given",
        ),
    ],
)
def test_bad_traits_are_refused_by_name(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("cell", [None, "cell", 3])
def test_cell_player_wants_a_cell(cell):
    with pytest.raises(TypeError, match="a Cell without projection is wanted"):
        lab.CellPlayer(cell, [[1]])


def test_cell_player_takes_letters_whole_numbers_and_any_token():
    it = cell_player(clamp=[("f", np.int64(1), 1)])
    assert it.clamp == [["remember", 1, 1.0]] and type(it.clamp[0][1]) is int
    cell = lab.Cell([[1]] * 4, [[1]] * 4)
    assert lab.CellPlayer(cell, [[1], [2]], [1, 2]).tokens == ["1", "2"]


def test_cell_player_refuses_what_no_longer_fits_together():
    it = cell_player(clamp=[("save", 1, 1)])
    with pytest.raises(ValueError, match="clamp of unit 1: there are 1"):
        it.change(W_x=[[1] * 3] * 4, W_h=[[1]] * 4, b=[0] * 4, h0=[0], c0=[0])
    assert it.values()["c"].shape == (5, 2)


@pytest.mark.parametrize(
    ("options", "message"),
    [({"heldfrom": 2}, "no such trait"), ({"xs": None}, "xs must"), ({"tokens": 4}, "tokens must")],
)
def test_cell_player_mistakes(options, message):
    given = {"xs": [[1]], "tokens": "a"} | options
    with pytest.raises((TypeError, ValueError), match=message):
        lab.CellPlayer(lab.Cell([[1]] * 4, [[1]] * 4), **given)


def test_trace_explorer_shows_what_net_and_task_say():
    net = lab.training.load("anbn")
    text = "a" * 55 + "b" * 55
    it = lab.TraceExplorer(net, text)
    np.testing.assert_array_equal(it.values()["answer"], net.answer(text))
    np.testing.assert_array_equal(it.truth().astype(int), net.task.targets(text))
    assert it.first_mistake() == int(np.argmax(net.answer(text) != net.task.targets(text)))
    assert "first mistake: step " in repr(it)
    it.sharpness = 8
    assert it.first_mistake() is None and "first mistake: none" in repr(it)


def test_trace_explorer_holds_gates_over_a_range_and_a_later_hold_wins():
    program = lab.programs.nesting()
    holds = [("f", 0, 3, 5, 0.0), ("remember", 0, 5, 90, 0.5), ("f", 0, 3, 5, 1.0)]
    it = lab.TraceExplorer(program, "((((((((", clamp=holds)
    assert it.values()["remember"][:, 0].tolist() == [1, 1, 1, 1, 1, 1, 0.5, 0.5]
    clamp = {("remember", 0, range(6, 8)): 0.5}
    run = program.run(program.task.encode("(" * 8), clamp=clamp)
    np.testing.assert_array_equal(it.values()["c"], run.c)
    np.testing.assert_array_equal(it.run(clamped=False).c[:, 0], range(1, 9))
    assert it.first_mistake() == 6


def test_trace_explorer_reads_an_unknown_character_as_nothing():
    it = lab.TraceExplorer(lab.programs.anbn(), "aa😀b\u202e")
    assert it.values()["c"][:, 0].tolist() == [1, 2, 2, 1, 1]
    assert it.truth().tolist() == [1, 2, None, 1, None] and it.first_mistake() is None


@pytest.mark.parametrize(
    "text", ["", "</script><img onerror=alert(1)>", "שלום", "x" * 5000, "\0\t"]
)
def test_trace_explorer_takes_any_text(text):
    it = lab.TraceExplorer(lab.programs.quotes(), text)
    assert it.first_mistake() is None and len(it.values()["answer"]) == len(text)
    assert it._repr_mimebundle_()[0]["image/png"]


@pytest.mark.parametrize("net", ["anbn", None, lab.tasks.anbn()])
def test_trace_explorer_wants_a_net(net):
    with pytest.raises(TypeError, match="a Program, a Tagger or a Cell is wanted"):
        lab.TraceExplorer(net)


def test_highway_measures_what_gradients_measures():
    from lstm_lab import gradients as g

    it = lab.Highway(2.5, 1.2, 7, units=5, steps=9, seed=3)
    cell = lab.residual.random_cell(5, 2, radius=1.2, bias=2.5, seed=3)
    np.testing.assert_allclose(it.cell.W_h, cell.W_h, rtol=1e-12)
    np.testing.assert_array_equal(it.cell.b, cell.b)
    values = it.values()
    for name, path in lab.residual.recurrence_paths(cell, it.xs).items():
        np.testing.assert_allclose(values[name], g.gain(path), rtol=1e-9)
    left = g.survival(cell.run(it.xs).remember)
    np.testing.assert_allclose(values["survival"], left, rtol=1e-12)
    diagonal = left[:, :, None] * np.eye(5)
    np.testing.assert_allclose(values["direct"], g.gain(diagonal), rtol=1e-12)
    np.testing.assert_allclose(values["law"], lab.sigmoid(2.5) ** np.arange(10), rtol=1e-12)
    assert values["half_life"] == lab.biases.half_life(lab.sigmoid(2.5))


def test_highway_is_told_in_few_digits_at_the_lag():
    lines = repr(lab.Highway(radius=0.1, lag=5)).splitlines()
    assert lines[0] == "Highway(forget_bias=1, radius=0.1, lag=5)"
    assert lines[1:3] == ["  half_life = 2.2 steps", "at lag 5:"]
    assert "  law = 0.21" in lines and "  rnn = 9.0e−6" in lines and len(lines) == 10
    assert "half_life = ∞ steps" in repr(lab.Highway(50))


@pytest.mark.parametrize("dials", [(-3, 0.1, 0), (-3, 3, 100), (8, 2, 0), (40, 0.001, 100)])
def test_highway_shows_its_extremes(dials):
    it = lab.Highway(*dials)
    assert it._repr_mimebundle_()[0]["image/png"] and "nan" not in repr(it)


def test_highway_brings_no_torch():
    code = "import sys, lstm_lab as lab; lab.Highway()._repr_mimebundle_(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "torch" not in done.stdout.split()


NET = lab.seq2seq.Seq2Seq(lab.tasks.permutation(), 6)
#: Every figure, made with keyword arguments of its own.
MADE = {
    "SoftIf": lab.SoftIf,
    "SoftSwitch": lab.SoftSwitch,
    "CellPlayer": lambda **o: lab.CellPlayer(lab.programs.parity(), np.eye(2), **o),
    "TraceExplorer": explorer,
    "Highway": lab.Highway,
    "AttentionMap": lambda **o: lab.AttentionMap(NET, **o),
    "Curves": lambda **o: lab.Curves(["a"], **o),
    "ClassGuesses": class_guesses,
    "Playground": lab.Playground,
    "UnitExplorer": lambda **o: lab.UnitExplorer(lab.models.CharModel("ab", 3), "ab", **o),
}


@pytest.mark.parametrize("name", lab.widgets.__all__)
def test_a_figure_takes_what_every_ipywidget_takes(name):
    wide = ipywidgets.Layout(width="50%")
    it = MADE[name](layout=wide, tooltip="a hint", tabbable=True)
    assert it.layout is wide and it.tooltip == "a hint" and it.tabbable
    assert MADE[name](layout={"width": "50%"}).layout.width == "50%"
    with pytest.raises(TypeError, match="wide"):
        MADE[name](wide=3)


def test_a_text_that_is_typed_meanwhile_does_not_come_between():
    """The page may change a trait while Python computes: each method reads the text once."""
    figure = lab.TraceExplorer(lab.programs.nesting(), "((a)")
    said = figure._said

    def typed(run):
        figure.text = "((a)[b"
        return said(run)

    figure._said = lambda run: typed(run)
    for read in (figure.first_mistake, figure.still):
        figure.text = "((a)"
        read()


def test_a_class_s_guesses_tell_what_is_right_only_when_it_is_shown():
    it = class_guesses()
    assert repr(it).splitlines()[1:] == ["    4 × 0.5", "    8 × 0.9", "    1 × 2"]
    assert it.values()["right"].tolist() == [0, 0, 0]
    it.told = True
    assert repr(it).splitlines()[2:] == ["    8 × 0.9 ✓", "    1 × 2", "  it is 0.91"]
    assert it.values()["right"].tolist() == [0, 1, 0]
    it.change(at=1, told=False)
    assert repr(it).startswith("ClassGuesses, 2 of 2: a question without a name\n")
    assert it.now is ASKED[1] and "b" not in it.still()[0].axes[0].get_title().split()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: lab.ClassGuesses(3), "asked must be a folder, or what lstm_lab.collect"),
        (lambda: lab.ClassGuesses([]), "asked has no guess"),
        (lambda: lab.ClassGuesses([Guesses("a", "1", [])]), "asked has no guess"),
        (lambda: lab.ClassGuesses(["a"]), "asked must be a folder"),
        (lambda: lab.ClassGuesses("/no/such"), "there is no folder"),
        (lambda: class_guesses(at=2), "at is 2, but must be 0 to 1"),
        (
            lambda: setattr(class_guesses(), "asked", [{}]),
            "asked belongs to the reports: make a new ClassGuesses",
        ),
        (lambda: setattr(class_guesses(), "told", 3), "boolean"),
    ],
)
def test_guesses_that_cannot_be_shown_are_refused(make, message):
    with pytest.raises(FigureError, match=message):
        make()


def test_a_folder_of_reports_is_shown(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    verdicts.forget()
    lab.check.prediction(0.5, 0.9, about="how much")
    lab.check.report("Anna", tmp_path)
    verdicts.forget()
    (asked,) = lab.ClassGuesses(tmp_path).asked
    assert asked["bars"] == [("0.50", 1, False)] and asked["notebook"] == "Other questions"
