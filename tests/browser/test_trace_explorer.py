"""TraceExplorer in a real JupyterLab: whatever is typed, the page says what Python says."""

import json

import numpy as np

from .conftest import SCREENSHOTS, SETUP, busy, change, eventually

MAKE = {
    "nesting": "lab.TraceExplorer(lab.programs.nesting())",
    "trained": "lab.TraceExplorer(lab.training.load('anbn'), 'a' * 55 + 'b' * 55, unit=1)",
    "urls": "lab.TraceExplorer(lab.programs.urls())",
    "wide": (
        "lab.TraceExplorer(lab.models.Tagger(lab.tasks.nesting(), 16, 'lstm'), '(a[b]c)d' * 13)"
    ),
}
HOSTILE = {
    "script": "</script><script>window.broken = 1</script><img src=x onerror='window.broken = 1'>",
    "emoji": "(😀[👨‍👩‍👧]) 🏳️‍🌈",
    "right to left": "(שלום [عالم]) \u202e(",
    "control": "(\t\x07[\u200b])",
    "empty": "",
    "5,000": "([{a" * 625 + "}])b" * 625,
}
ASK = """import json
values = figure.values()
print(json.dumps({
    "state": {k: getattr(figure, k) for k in ("text", "unit", "step", "clamp", "sharpness")},
    "run": {k: v.tolist() for k, v in values.items()},
    "truth": figure.truth().tolist(), "mistake": figure.first_mistake(),
}))"""


def explore(show, name, theme="light"):
    notebook = show(f"figure = {MAKE[name]}; figure", theme)
    return notebook, notebook.figure("TraceExplorer")


@eventually
def agree(notebook, figure):
    """State, gates, c, h, answer, truth, first mistake: the same on the page and in Python."""
    figure.settle()
    kernel, page = json.loads(notebook.ask(ASK)), figure.read()
    for key, value in kernel["state"].items():
        assert page["state"][key] == value, key
    values = page["values"]
    assert values["answer"] == kernel["run"].pop("answer")
    for key, rows in kernel["run"].items():
        ours = values["run"][key]
        assert len(ours) == len(rows)
        if rows:
            np.testing.assert_allclose(ours, rows, rtol=1e-9, atol=1e-12)
    assert values["truth"] == kernel["truth"]
    assert values["mistake"] == (-1 if kernel["mistake"] is None else kernel["mistake"])
    return values


def test_text_is_typed_and_read_as_it_is_typed(show):
    notebook, figure = explore(show, "nesting")
    cells = notebook.page.locator(".jp-Cell").count()
    area = figure.control("text")
    area.click()
    notebook.page.keyboard.press("Control+a")
    notebook.page.keyboard.type("dd((a)[bb m x", delay=10)  # letters that JupyterLab would obey
    assert area.input_value() == "dd((a)[bb m x"
    assert agree(notebook, figure)["answer"][-1] == 2
    for _ in range(4):
        notebook.page.keyboard.press("ArrowLeft")
    notebook.page.keyboard.type("]")  # in the middle, where the caret is
    assert area.input_value() == "dd((a)[bb] m x"
    assert agree(notebook, figure)["answer"][-1] == 1
    assert notebook.page.locator(".jp-Cell").count() == cells


def test_hostile_text_neither_breaks_nor_escapes(show):
    notebook, figure = explore(show, "nesting")
    for name in HOSTILE:
        stays_whole(notebook, figure, name)


def stays_whole(notebook, figure, name):
    figure.control("text").fill(HOSTILE[name])
    values = agree(notebook, figure)
    assert len(values["chars"]) == len(HOSTILE[name])
    assert notebook.page.evaluate("window.broken") is None
    assert figure.root.locator("script, img").count() == 0
    unknown = figure.root.locator(".lab-note").inner_text()
    assert ("read as nothing" in unknown) == (name in ("emoji", "right to left", "control"))
    figure.screenshot(SCREENSHOTS / f"trace_explorer_{name.replace(',', '').replace(' ', '_')}.png")
    figure.control("text").fill("(()")  # and it goes on
    assert agree(notebook, figure)["answer"] == [1, 2, 1]


def test_too_long_a_text_is_refused_in_words_and_changes_nothing(show):
    _, figure = explore(show, "nesting")
    before = figure.read()["state"]["text"]
    figure.control("text").fill("(" * 20_001)
    figure.settle()
    for key in ("step", "sharpness"):  # what stands in the box stays there while others are moved
        assert "up to 20000" in figure.root.locator(".lab-note").inner_text()
        assert len(figure.control("text").input_value()) == 20_001
        assert figure.read()["state"]["text"] == before
        figure.press(key, "ArrowRight")
    figure.click("deep")
    assert figure.control("text").input_value() == figure.read()["state"]["text"]
    assert figure.root.locator(".lab-note").inner_text() == ""


def test_undo_in_the_text_box_is_its_own(open_notebook):
    notebook = open_notebook(cells=[SETUP, f"figure = {MAKE['nesting']}; figure"])
    notebook.run_all()
    figure = notebook.figure("TraceExplorer")
    code = "window.jupyterapp.shell.currentWidget.content.widgets[0].model.sharedModel.source"
    notebook.page.evaluate(f"{code} += '  # a note'")
    area = figure.control("text")
    area.fill("")
    area.click()
    notebook.page.keyboard.type("(x")
    notebook.page.keyboard.press("Control+z")
    figure.settle()
    assert area.input_value() != "(x"
    assert notebook.page.evaluate(code).endswith("# a note")
    agree(notebook, figure)


def test_one_odd_step_of_five_thousand_is_seen(show):
    notebook, figure = explore(show, "nesting")
    text = "a" * 2500 + "(" + "b" * 2500
    change(notebook, figure, f"text={text!r}, clamp=[('remember', 0, 4000, 4000, 0.0)]")
    painted = figure.root.evaluate(
        """(e) => [...e.querySelectorAll('canvas.lab-map')].map((canvas) => {
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, 1);
            const seen = new Set();
            for (let k = 0; k < data.length; k += 4) seen.add(data.slice(k, k + 3).join());
            return [canvas.width, seen.size];
        })"""
    )
    assert all(width < 1000 for width, _ in painted)
    assert painted[0][1] == 2 and painted[2][1] == 2  # the shut gate, the one candidate of 1
    red = figure.root.locator(".lab-wrong").bounding_box()
    assert red["width"] >= 2


def test_a_busy_kernel_hears_of_the_text_afterwards(show, tmp_path):
    notebook, figure = explore(show, "nesting")
    with busy(notebook, tmp_path):
        figure.control("text").fill("((x")
        figure.settle()
        assert figure.read()["values"]["answer"] == [1, 2, 2]
    agree(notebook, figure)
