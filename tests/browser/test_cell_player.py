"""CellPlayer in a real JupyterLab, by mouse and by key."""

import numpy as np
import pytest

from .conftest import SCREENSHOTS, eventually, kernel

PLAYER = """import numpy as np
rng = np.random.default_rng(3)
cell = lab.Cell(rng.normal(size=(8, 3)), rng.normal(size=(8, 2)), rng.normal(size=8))
xs = np.eye(3)[[0, 1, 2, 0, 0, 1, 2, 2, 1, 0, 1, 2]]
figure = lab.CellPlayer(cell, xs, list("abcaabccbabc"), step=4)
figure"""


@eventually
def run_agrees(notebook, figure):
    """Page and kernel show the same run."""
    page = figure.read()
    state, values = kernel(notebook)
    for key in ("step", "unit", "clamp", "clamp_from"):
        assert page["state"][key] == state[key]
    for key, value in values.items():
        steps = [step[key] for step in page["values"]["steps"]]
        np.testing.assert_allclose(steps, value, rtol=1e-12, atol=1e-12)


def test_cell_player_by_mouse_and_by_key(show):
    notebook = show(PLAYER)
    figure = notebook.figure("CellPlayer")
    run_agrees(notebook, figure)
    for name in ("remember", "save", "candidate", "focus"):
        for expected in figure.ends(name):
            assert [name, 0, expected] in figure.read()["state"]["clamp"]
            run_agrees(notebook, figure)
    assert figure.read()["state"]["clamp_from"] == 4  # held from the step that was shown
    figure.press("hold save", "Space")
    assert not any(gate == "save" for gate, *_ in figure.read()["state"]["clamp"])
    figure.press("clamp_from", "Home")
    figure.click("unit2")
    figure.click("keep")
    assert ["remember", 1, 1] in figure.read()["state"]["clamp"]
    run_agrees(notebook, figure)
    figure.click("computed")
    assert figure.read()["state"]["clamp"] == []
    for button in ("overwrite", "accumulate", "erase", "show", "hide", "Reset"):
        figure.click(button)
        run_agrees(notebook, figure)
    assert figure.read()["state"]["clamp"] == []


def test_cell_player_steps_and_plays(show):
    notebook = show(PLAYER)
    figure = notebook.figure("CellPlayer")
    for button, expected in (("step on", 5), ("step back", 4), ("first step", 0), ("step back", 0)):
        figure.root.get_by_role("button", name=button, exact=True).click()
        figure.settle()
        assert figure.read()["state"]["step"] == expected
    figure.press("step", "End")
    assert figure.read()["state"]["step"] == 11
    figure.root.locator(".lab-column").nth(8).click()
    figure.settle()
    assert figure.read()["state"]["step"] == 8
    figure.root.get_by_role("button", name="play", exact=True).click()
    figure.shows(step=11)
    figure.root.get_by_role("button", name="play", exact=True).wait_for()  # it stops at the end
    run_agrees(notebook, figure)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_cell_player_looks(show, theme):
    notebook = show(PLAYER, theme)
    figure = notebook.figure("CellPlayer")
    figure.click("accumulate")
    notebook.screenshot(SCREENSHOTS / f"cell_player_{theme}.png")
    box = figure.root.bounding_box()
    for part in (".lab-picture svg", ".lab-sliders"):
        inner = figure.root.locator(part).bounding_box()
        assert inner["x"] + inner["width"] <= box["x"] + box["width"] + 1, part
