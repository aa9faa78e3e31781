"""Highway in a real JupyterLab: its sliders, and the cursor that is dragged in both panels."""

import math

import numpy as np
import pytest

from .conftest import SCREENSHOTS, busy, change, eventually, kernel, overlaps

MAKE = "figure = lab.Highway(); figure"
DIALS = ("forget_bias", "radius", "lag")
#: name: forget bias, radius, lag
EXTREMES = {
    "as made": (1, 0.9, 50),
    "forgets": (-3, 0.1, 0),
    "chaos": (-3, 2, 100),
    "keeps": (8, 0.1, 100),
    "keeps all": (8, 2, 0),
    "half left": (4.9686, 1, 100),
}


@eventually
def agree(notebook, figure):
    """Page and kernel show the same dials and the same values."""
    page = figure.read()
    state, values = kernel(notebook)
    assert [page["state"][key] for key in DIALS] == [state[key] for key in DIALS]
    rtol = 1e-9 if state["radius"] <= 1.5 else 1e-5  # chaos amplifies rounding
    for key, value in values.items():
        np.testing.assert_allclose(page["values"][key], value, rtol=rtol)


def drag_cursor(figure, panel, start, end):
    """Drag by mouse from one fraction of a panel's width to another."""
    box = figure.root.locator(".lab-touch").nth(panel).bounding_box()
    y, (first, last) = box["y"] + 80, (box["x"] + part * box["width"] for part in (start, end))
    figure.page.mouse.move(first, y)
    figure.page.mouse.down()
    figure.page.mouse.move(last, y, steps=6)
    figure.page.mouse.up()
    figure.settle()


def test_highway_by_mouse_and_by_key(show):
    notebook = show(MAKE)
    figure = notebook.figure("Highway")
    agree(notebook, figure)
    for name in DIALS:
        for expected in figure.ends(name):
            assert figure.read()["state"][name] == expected
            agree(notebook, figure)
    for button in ("bias 1", "half-life 100", "explodes: ρ = 2", "Reset", "bias 3"):
        figure.click(button)
        agree(notebook, figure)
    assert figure.read()["state"]["forget_bias"] == 3
    for panel in (0, 1):
        drag_cursor(figure, panel, 0.1, 0.7)
        assert figure.read()["state"]["lag"] == 70
        drag_cursor(figure, panel, 0.7, 1.3)  # beyond the edge
        assert figure.read()["state"]["lag"] == 100
        drag_cursor(figure, panel, 0.5, -0.3)
        assert figure.read()["state"]["lag"] == 0
    notebook.page.keyboard.press("ArrowRight")  # the cursor was taken: arrows move it on
    figure.settle()
    assert figure.read()["state"]["lag"] == 1
    agree(notebook, figure)
    drag_cursor(figure, 1, 0.2, 0.37)
    said = figure.root.locator("svg").get_attribute("aria-label")
    assert said.startswith("at lag 37: RNN ") and "Of a value stored 37 steps ago, 16 %" in said
    figure.click("torch: bias 0")
    assert "half is gone after 1 step." in figure.root.inner_text()


def test_highway_answers_while_the_kernel_is_busy_and_is_saved_with_its_dials(show, tmp_path):
    notebook = show(MAKE)
    figure = notebook.figure("Highway")
    with busy(notebook, tmp_path):
        figure.drag("forget_bias", 1)
        assert figure.read()["values"]["direct"][100] > 0.9
    agree(notebook, figure)
    change(notebook, figure, "forget_bias=40, radius=3, lag=99")  # beyond the sliders
    assert figure.read()["values"]["half_life"] == [math.inf]
    assert "it never fades" in figure.root.inner_text()
    with notebook.page.expect_download() as download:
        figure.control("SVG").click()
    text = download.value.path().read_text("utf-8")
    assert "forget bias (b) = 40, spectral radius (ρ) = 3, lag (k) = 99" in text


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_highway_looks(show, theme):
    notebook = show(MAKE, theme)
    figure = notebook.figure("Highway")
    sizes = []
    for name, dials in EXTREMES.items():
        change(notebook, figure, "forget_bias={}, radius={}, lag={}".format(*dials))
        figure.screenshot(SCREENSHOTS / f"highway_{name.replace(' ', '_')}_{theme}.png")
        assert not overlaps(figure), name
        sizes.append(figure.root.bounding_box())
    assert all(size == sizes[0] for size in sizes) and sizes[0]["height"] <= 480
    svg = figure.root.locator("svg").bounding_box()
    assert svg["x"] + svg["width"] <= sizes[0]["x"] + sizes[0]["width"] + 1
