"""The lab away from JupyterLab in Chromium: in Notebook 7, and in Firefox."""

import pytest

from tools.browser import Notebook, jupyterlab, scratch_notebook

from .conftest import SCREENSHOTS, SETUP

CELLS = [
    f"{SETUP}\nlab.SoftIf([4, -3], [0, 1], z=[1, 0.5])",
    "lab.AttentionMap(lab.training.load('reverse'))",
    "lab.TraceExplorer(lab.programs.nesting())",
]
#: What Notebook 7.6 complains of with any notebook.
ITS_OWN = "Cannot read properties of undefined (reading 'schema')"
CELL_COUNT = "window.jupyterapp.shell.currentWidget.content.widgets.length"
MARKDOWN = """window.jupyterapp.shell.currentWidget.content.widgets
    .filter((cell) => cell.model.type === 'markdown').length"""


def test_a_notebook_is_run_and_worked_in_firefox(firefox, lab, root):
    path = "notebooks/01_soft_conditionals.ipynb"
    with Notebook(firefox, lab, path) as notebook:
        notebook.run_all()
        figure = notebook.figure("SoftIf")
        figure.settle()
        name = figure.root.locator("input[type=range]").nth(1).get_attribute("data-control")
        figure.drag(name, 1)
        assert float(figure.control(name).input_value()) == 8
        figure.press(name, "ArrowLeft", *"bxdd")
        assert float(figure.control(name).input_value()) == pytest.approx(7.9)
        assert figure.read()["values"]["gate"][0] > 0.99
        notebook.screenshot(SCREENSHOTS / "firefox_01.png")
    lab.end_kernels(path)
    assert notebook.errors == []


def test_keys_in_a_figure_stay_in_the_figure(browser, root):
    name = "notebooks/" + scratch_notebook(root / "notebooks", CELLS)
    with jupyterlab(root, "notebook") as server, Notebook(browser, server, name) as notebook:
        keys_stay(notebook)
        assert set(notebook.errors) <= {ITS_OWN}


def keys_stay(notebook):
    notebook.run_all()
    press = notebook.page.keyboard.press
    blend, attention, explorer = map(notebook.figure, ("SoftIf", "AttentionMap", "TraceExplorer"))
    blend.control("z1").click()
    blend.press("z1", "Home", "ArrowRight", *"jkbamxdd", "ArrowRight")
    assert blend.read()["state"]["z"][0] == pytest.approx(-7.8)
    attention.settle()
    attention.root.locator(".lab-pad").click()
    before = attention.read()["state"]
    press("x")
    press("ArrowDown")
    attention.settle()
    after = attention.read()["state"]
    assert after["edits"] == [[before["step"], before["place"], -1]]
    assert after["step"] == min(before["step"] + 1, 8)
    area = explorer.control("text")
    area.fill("")
    area.click()
    notebook.page.keyboard.type("(b x")
    press("Control+z")
    explorer.settle()
    assert area.input_value() != "(b x" and explorer.read()["state"]["text"] == area.input_value()
    assert notebook.page.evaluate(CELL_COUNT) == len(CELLS)
    assert notebook.page.evaluate(MARKDOWN) == 0
    press("Escape")  # and gives the notebook its keys back
    press("b")
    notebook.page.wait_for_function(f"{CELL_COUNT} === {len(CELLS) + 1}")
