"""SoftIf and SoftSwitch, and what every figure shares, in a real JupyterLab."""

import io

import numpy as np
import pytest
from PIL import Image

from tools.browser import STILL

from .conftest import SCREENSHOTS, SETUP, busy, change, eventually, kernel

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
        same = theirs == (list(value) if isinstance(value, tuple) else value)
        assert same or not isinstance(value, str)  # a word that the kernel has not heard of yet
        assert same or np.allclose(theirs, value, rtol=0, atol=1e-12)
    for key, value in values.items():
        np.testing.assert_allclose(page["values"][key], value, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("title", MAKE)
def test_every_control_reaches_its_ends_by_mouse_and_by_key(show, title):
    notebook = show(MAKE[title])
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


def test_radio_buttons_choose_the_mask(show):
    notebook = show(MAKE["SoftSwitch"])
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


def test_python_moves_the_figure_and_two_views_stay_in_step(show):
    notebook = show("figure = lab.SoftIf(z=[1, 0.5, -0.5, -1])\ndisplay(figure, figure)")
    first, second = (notebook.figure("SoftIf", k) for k in (0, 1))
    change(notebook, first, "z=[2, 2, 2, 2.25], sharpness=3")
    second.shows(z=[2, 2, 2, 2.25], sharpness=3)
    assert first.read() == second.read()
    second.drag("z1", 0)
    first.shows(z=[-8, 2, 2, 2.25])
    assert first.read() == second.read()
    agree(notebook, first)


def test_a_figure_may_change_its_shape(show):
    notebook = show(MAKE["SoftSwitch"])
    figure = notebook.figure("SoftSwitch")
    change(notebook, figure, "cases=[[1, 2], [3, 4]], scores=[1, 0], names=['T', 'F']")
    figure.drag("score2", 1)
    assert figure.control("score3").count() == 0
    agree(notebook, figure)


@pytest.mark.parametrize("size", [2, 8])
def test_presets_fit_the_figure_after_its_size_changed(show, size):
    notebook = show(MAKE["SoftIf"])
    figure = notebook.figure("SoftIf")
    change(notebook, figure, f"if_true=range({size}), if_false=[1] * {size}, z=[0] * {size}")
    figure.click("all true")
    assert figure.read()["state"]["z"] == [6] * size
    figure.drag(f"z{size}", 0)
    agree(notebook, figure)


def test_page_and_python_agree_when_the_size_changes_under_the_hand(show, tmp_path):
    notebook = show(MAKE["SoftSwitch"])
    figure = notebook.figure("SoftSwitch")
    with busy(notebook, tmp_path):
        notebook.start("figure.change(cases=[[1], [2]], scores=[0, 0], names=['T', 'F'])")
        figure.drag("score3", 1)  # Python will have no third score by the time it hears of it
        assert figure.read()["state"]["scores"][2] == 8
    figure.shows(scores=[0, 0])
    figure.drag("score1", 1)
    assert figure.read()["state"]["scores"] == [8, 0]
    agree(notebook, figure)


def test_renaming_keeps_the_focus(show):
    notebook = show(MAKE["SoftSwitch"])
    figure = notebook.figure("SoftSwitch")
    figure.control("score2").focus()
    change(notebook, figure, "names=['one', 'two', 'three']")
    notebook.page.keyboard.press("End")
    figure.settle()
    assert figure.read()["state"]["scores"][1] == 8
    assert "two" in figure.root.inner_text()


#: A picture is as wide as the place that it stands in.
FILLED = """(e) => e.dataset.painted === 'yes'
    && +e.querySelector('.lab-picture svg').getAttribute('width')
        === e.querySelector('.lab-picture').clientWidth"""


def test_the_picture_fills_its_room_when_the_theme_has_changed(show):
    """Meanwhile JupyterLab has no style for its prompts, and the figure another room."""
    notebook = show(MAKE["SoftIf"])
    figure = notebook.figure("SoftIf")
    for theme in ("dark", "light"):
        notebook.set_theme(theme)
        notebook.page.evaluate(STILL)
        figure.wait(FILLED)


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


def test_it_answers_while_the_kernel_is_busy(show, tmp_path):
    notebook = show(MAKE["SoftIf"])
    figure = notebook.figure("SoftIf")
    with busy(notebook, tmp_path):
        figure.drag("z1", 1)
        assert figure.read()["values"]["gate"][0] > 0.99
    agree(notebook, figure)


def test_pictures_are_saved(show):
    notebook = show(MAKE["SoftIf"], theme="dark")
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
    lab.end_kernels(notebook.path)
    notebook.load(notebook.path)
    figure = notebook.figure("SoftIf")
    figure.settle()
    assert figure.read()["state"]["z"][0] == 8
    figure.drag("z2", 0)
    assert figure.read()["values"]["gate"][1] < 0.01
    assert notebook.page.get_by_text("Loading widget").count() == 0
    assert notebook.page.get_by_text("model not found").count() == 0


def test_what_people_type_stays_text(show):
    hostile = "</script><img src=x onerror=document.title=1>"
    notebook = show(f"figure = lab.SoftSwitch([[1], [2]], names=[{hostile!r}, '𝒳 ←'])\nfigure")
    figure = notebook.figure("SoftSwitch")
    figure.settle()
    assert figure.root.locator("img").count() == 0
    assert notebook.page.title() != "1"
    assert hostile in figure.root.inner_text()
    agree(notebook, figure)
