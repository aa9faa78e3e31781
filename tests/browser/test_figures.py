"""SoftIf and SoftSwitch, and what every figure shares, in a real JupyterLab."""

import io

import numpy as np
import pytest
from PIL import Image

from .conftest import SCREENSHOTS, SETUP, eventually, kernel, while_busy

MAKE = {
    "SoftIf": "figure = lab.SoftIf(z=[1, 0.5, -0.5, -1]); figure",
    "SoftSwitch": "figure = lab.SoftSwitch(scores=[1, 0, -1]); figure",
}
DIALS = {
    "SoftIf": ["z1", "z2", "z3", "z4", "sharpness"],
    "SoftSwitch": ["score1", "score2", "score3", "sharpness"],
}
BUTTONS = {
    "SoftIf": ["all true", "all false", "undecided", "each its own", "too sharp", "Reset"],
    "SoftSwitch": ["mostly one", "choose one", "average", "any of them", "Reset"],
}


@eventually
def agree(notebook, figure):
    """The page and the kernel show the same state and the same values."""
    page = figure.read()
    state, values = kernel(notebook)
    for key, value in state.items():
        theirs = page["state"][key]
        assert theirs == (list(value) if isinstance(value, tuple) else value) or np.allclose(
            theirs, value, rtol=0, atol=1e-12
        )
    for key, value in values.items():
        np.testing.assert_allclose(page["values"][key], value, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("title", MAKE)
def test_every_control_reaches_its_ends_by_mouse_and_by_key(open_notebook, title):
    notebook = open_notebook(cells=[SETUP, MAKE[title]])
    notebook.run_all()
    figure = notebook.figure(title)
    for name in DIALS[title]:
        for expected in figure.ends(name):
            assert float(figure.control(name).input_value()) == expected
            agree(notebook, figure)
        figure.press(name, *["ArrowRight"] * 3)
        assert expected < float(figure.control(name).input_value()) < expected + 0.5
        agree(notebook, figure)
    for button in BUTTONS[title]:
        figure.click(button)
        agree(notebook, figure)
    assert figure.read()["state"] | {"sharpness": 1} == figure.read()["state"]  # reset


def test_radio_buttons_choose_the_mask(open_notebook):
    notebook = open_notebook(cells=[SETUP, MAKE["SoftSwitch"]])
    notebook.run_all()
    figure = notebook.figure("SoftSwitch")
    figure.click("sigmoid")
    assert figure.read()["state"]["kind"] == "sigmoid"
    assert figure.read()["values"]["sum"] != pytest.approx(1)
    agree(notebook, figure)
    figure.press("sigmoid", "ArrowLeft")
    assert figure.read()["values"]["sum"] == pytest.approx(1)
    agree(notebook, figure)


def test_keys_do_not_reach_jupyterlabs_shortcuts(open_notebook):
    notebook = open_notebook(cells=[SETUP, MAKE["SoftIf"]])
    notebook.run_all()
    cells = notebook.page.locator(".jp-Cell").count()
    figure = notebook.figure("SoftIf")
    figure.control("z1").click()
    for key in ("a", "b", "d", "d", "m", "ArrowUp", "ArrowDown", "x", "Space"):
        notebook.page.keyboard.press(key)
    figure.control("Reset").focus()
    notebook.page.keyboard.press("Enter")
    figure.settle()
    assert notebook.page.locator(".jp-Cell").count() == cells
    assert figure.read()["state"]["z"] == [1, 0.5, -0.5, -1]
    agree(notebook, figure)


def test_python_moves_the_figure_and_two_views_stay_in_step(open_notebook):
    notebook = open_notebook(cells=[SETUP, MAKE["SoftIf"], "figure"])
    notebook.run_all()
    first, second = (notebook.figure("SoftIf", k) for k in (0, 1))
    notebook.ask("figure.z = [2, 2, 2, 2.25]; figure.sharpness = 3")
    first.settle()
    assert first.read() == second.read()
    assert second.read()["state"]["z"][3] == 2.25
    second.drag("z1", 0)
    assert first.read()["state"]["z"][0] == -8
    assert first.read() == second.read()
    agree(notebook, first)


def test_a_figure_may_change_its_shape(open_notebook):
    notebook = open_notebook(cells=[SETUP, MAKE["SoftSwitch"]])
    notebook.run_all()
    notebook.ask("figure.change(cases=[[1, 2], [3, 4]], scores=[1, 0], names=['T', 'F'])")
    figure = notebook.figure("SoftSwitch")
    figure.settle()
    figure.drag("score2", 1)
    assert figure.control("score3").count() == 0
    agree(notebook, figure)


@pytest.mark.parametrize("size", [2, 8])
def test_presets_fit_the_figure_after_its_size_changed(open_notebook, size):
    notebook = open_notebook(cells=[SETUP, MAKE["SoftIf"]])
    notebook.run_all()
    figure = notebook.figure("SoftIf")
    notebook.ask(f"figure.change(if_true=range({size}), if_false=[1] * {size}, z=[0] * {size})")
    figure.settle()
    figure.click("all true")
    assert figure.read()["state"]["z"] == [6] * size
    figure.drag(f"z{size}", 0)
    agree(notebook, figure)


def test_page_and_python_agree_when_the_size_changes_under_the_hand(open_notebook):
    notebook = open_notebook(cells=[SETUP, MAKE["SoftSwitch"]])
    notebook.run_all()
    figure = notebook.figure("SoftSwitch")
    change = "figure.change(cases=[[1], [2]], scores=[0, 0], names=['T', 'F'])"
    notebook.start(f"import time; time.sleep(2); {change}")
    figure.drag("score3", 1)  # Python will have no third score by the time it hears of it
    notebook.ask("print()")
    notebook.page.wait_for_timeout(300)
    figure.drag("score1", 1)
    assert figure.read()["state"]["scores"] == [8, 0]
    agree(notebook, figure)


def test_renaming_keeps_the_focus(open_notebook):
    notebook = open_notebook(cells=[SETUP, MAKE["SoftSwitch"]])
    notebook.run_all()
    figure = notebook.figure("SoftSwitch")
    figure.control("score2").focus()
    notebook.ask("figure.names = ['one', 'two', 'three']")
    figure.settle()
    notebook.page.keyboard.press("End")
    figure.settle()
    assert figure.read()["state"]["scores"][1] == 8
    assert "two" in figure.root.inner_text()


def test_the_picture_keeps_its_width_when_the_theme_changes(open_notebook):
    notebook = open_notebook(cells=[SETUP, MAKE["SoftIf"]])
    notebook.run_all()
    figure = notebook.figure("SoftIf")
    figure.settle()
    svg = figure.root.locator(".lab-picture svg")
    width = svg.get_attribute("width")
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        notebook.page.evaluate(
            "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme })",
            theme,
        )
        notebook.page.wait_for_timeout(1500)  # meanwhile JupyterLab has no style for its prompts
        assert svg.get_attribute("width") == width


def test_the_notebook_can_be_saved_from_a_slider_and_escape_leaves_the_figure(open_notebook):
    notebook = open_notebook(cells=[SETUP, MAKE["SoftIf"]])
    notebook.run_all()
    figure = notebook.figure("SoftIf")
    figure.press("z1", "End")
    dirty = "window.jupyterapp.shell.currentWidget.context.model.dirty"
    assert notebook.page.evaluate(dirty)
    notebook.page.keyboard.press("Control+s")
    notebook.page.wait_for_function(f"!{dirty}")
    notebook.page.keyboard.press("Escape")
    assert figure.root.evaluate("(e) => !e.contains(document.activeElement)")


def test_it_answers_while_the_kernel_is_busy(open_notebook):
    notebook = open_notebook(cells=[SETUP, MAKE["SoftIf"]])
    notebook.run_all()
    figure = notebook.figure("SoftIf")

    def open_the_gate():
        figure.drag("z1", 1)
        assert figure.read()["values"]["gate"][0] > 0.99

    while_busy(notebook, open_the_gate)
    agree(notebook, figure)


def test_pictures_are_saved(open_notebook):
    notebook = open_notebook(cells=[SETUP, MAKE["SoftIf"]], theme="dark")
    notebook.run_all()
    figure = notebook.figure("SoftIf")
    saved = {}
    for kind in ("PNG", "SVG"):
        with notebook.page.expect_download() as download:
            figure.control(kind).click()
        assert download.value.suggested_filename == f"SoftIf.{kind.lower()}"
        saved[kind] = download.value.path().read_bytes()
    picture = Image.open(io.BytesIO(saved["PNG"]))
    picture.save(SCREENSHOTS / "saved_dark.png")
    assert picture.width > 1200 and len(picture.convert("RGB").getcolors(1 << 24)) > 100
    text = saved["SVG"].decode()
    assert "var(--" not in text and 'xmlns="http://www.w3.org/2000/svg"' in text
    assert "−0.50" in text  # the sliders' numbers, which stand beside the picture on the screen


def test_a_saved_notebook_reopened_is_live_without_a_kernel_run(open_notebook, lab):
    notebook = open_notebook(cells=[SETUP, MAKE["SoftIf"]])
    notebook.run_all()
    notebook.figure("SoftIf").drag("z1", 1)
    notebook.save()
    name = notebook.page.evaluate("window.jupyterapp.shell.currentWidget.context.path")
    notebook.page.close()
    lab.end_kernels()
    again = open_notebook(name)
    figure = again.figure("SoftIf")
    figure.settle()
    assert figure.read()["state"]["z"][0] == 8
    figure.drag("z2", 0)
    assert figure.read()["values"]["gate"][1] < 0.01
    assert again.page.get_by_text("Loading widget").count() == 0
    assert again.page.get_by_text("model not found").count() == 0


def test_what_people_type_stays_text(open_notebook):
    hostile = "</script><img src=x onerror=document.title=1>"
    notebook = open_notebook(
        cells=[SETUP, f"figure = lab.SoftSwitch([[1], [2]], names=[{hostile!r}, '𝒳 ←'])\nfigure"]
    )
    notebook.run_all()
    figure = notebook.figure("SoftSwitch")
    figure.settle()
    assert figure.root.locator("img").count() == 0
    assert notebook.page.title() != "1"
    assert hostile in figure.root.inner_text()
    agree(notebook, figure)
