"""TraceExplorer in a real JupyterLab: gates held by mouse and by key, sharpness, pictures."""

import ast
import io

import numpy as np
import pytest
from PIL import Image

from .conftest import SCREENSHOTS
from .test_trace_explorer import agree, explore


def drag_along(notebook, figure, gate, unit, units, first, last):
    """Drag from one character's column to another along a unit's row of a gate's map."""
    box = figure.root.locator(f"[data-map='{gate}']").bounding_box()
    T = len(figure.read()["values"]["chars"])
    wide = min(34, box["width"] / T)
    y = box["y"] + (unit + 0.5) * box["height"] / units
    at = [box["x"] + (t + 0.5) * wide for t in (first, last)]
    notebook.page.mouse.move(at[0], y)
    notebook.page.mouse.down()
    notebook.page.mouse.move(at[1], y, steps=6)
    notebook.page.mouse.up()


def test_every_gate_is_held_over_a_dragged_range(show):
    notebook, figure = explore(show, "trained")
    for gate in ("remember", "save", "candidate", "focus"):
        is_held(notebook, figure, gate)
        figure.click("Reset")


def is_held(notebook, figure, gate):
    drag_along(notebook, figure, gate, 1, 3, 20, 40)
    values = agree(notebook, figure)
    assert figure.read()["state"]["clamp"] == [[gate, 1, 20, 40, 0]]
    held = [row[1] for row in values["run"][gate]]
    assert held[20:41] == [0] * 21 and held[19] != 0
    assert values["original"]["c"] != values["run"]["c"] or gate == "focus"
    for name, expected in (("value", -1 if gate == "candidate" else 0), ("from", 0), ("to", 109)):
        figure.press(name, "End" if name == "to" else "Home")
        place = {"from": 2, "to": 3, "value": 4}[name]
        assert figure.read()["state"]["clamp"][0][place] == expected
        agree(notebook, figure)
    figure.press("value", "End")
    assert figure.read()["state"]["clamp"] == [[gate, 1, 0, 109, 1]]
    agree(notebook, figure)
    figure.root.get_by_role("button", name=f"release {gate} of unit 2, 1–110: 1").click()
    assert agree(notebook, figure) and figure.read()["state"]["clamp"] == []


def test_the_sliders_belong_to_the_hold_that_is_selected(show):
    notebook, figure = explore(show, "trained")
    drag_along(notebook, figure, "remember", 0, 3, 3, 9)
    drag_along(notebook, figure, "candidate", 2, 3, 30, 20)
    figure.press("value", "Home")
    holds = [["remember", 0, 3, 9, 0], ["candidate", 2, 20, 30, -1]]
    assert figure.read()["state"]["clamp"] == holds
    figure.root.get_by_role("button", name="remember of unit 1, 4–10: 0", exact=True).click()
    assert figure.control("remember").is_checked()
    figure.press("value", "End")
    figure.press("to", "ArrowRight")
    holds[0] = ["remember", 0, 3, 10, 1]
    assert figure.read()["state"]["clamp"] == holds
    figure.click("save")  # another gate: nothing is selected, the sliders wait for the next hold
    assert figure.control("from").is_disabled()
    figure.press("value", "End")
    figure.press("Hold", "Enter")
    assert figure.read()["state"]["clamp"] == [*holds, ["save", 2, 0, 0, 1]]
    figure.press("Hold", "Enter")  # the same once more is the same hold
    assert len(figure.read()["state"]["clamp"]) == 3
    agree(notebook, figure)
    release = figure.root.get_by_role("button", name="release remember of unit 1, 4–11: 1")
    release.focus()
    notebook.page.keyboard.press("Enter")
    figure.settle()
    assert figure.root.evaluate("(e) => e.contains(document.activeElement)")  # the focus stays
    assert figure.read()["state"]["clamp"] == [holds[1], ["save", 2, 0, 0, 1]]


def test_gates_are_held_by_keyboard_alone(show):
    notebook, figure = explore(show, "trained")
    figure.press("unit", "Home")
    figure.press("step", "Home", *["ArrowRight"] * 4)
    figure.press("focus", "Space")
    figure.press("Hold", "Enter")
    assert figure.read()["state"]["clamp"] == [["focus", 0, 4, 4, 0]]
    figure.press("to", *["ArrowRight"] * 5)
    assert figure.read()["state"]["clamp"] == [["focus", 0, 4, 9, 0]]
    agree(notebook, figure)
    figure.click("Reset")
    assert agree(notebook, figure) and figure.read()["state"]["clamp"] == []


def test_sharpening_takes_the_first_mistake_away(show):
    notebook, figure = explore(show, "trained")
    assert agree(notebook, figure)["mistake"] > 54
    assert "first mistake at step" in figure.root.locator("svg").first.text_content()
    for _ in figure.ends("sharpness"):
        agree(notebook, figure)
    figure.click("κ = 8")
    assert agree(notebook, figure)["mistake"] == -1
    assert "no mistake" in figure.root.locator("svg").first.text_content()
    for button in ("n = 10", "n = 30", "n = 60", "one too many", "κ = 1", "Reset"):
        figure.click(button)
        agree(notebook, figure)


def test_pointing_tells_the_numbers_and_a_click_picks_a_unit(show):
    notebook, figure = explore(show, "urls")
    box = figure.root.locator("[data-map='save']").bounding_box()
    T = len(figure.read()["values"]["chars"])
    wide = min(34, box["width"] / T)
    spot = box["x"] + 9.5 * wide, box["y"] + 0.9 * box["height"]
    notebook.page.mouse.move(*spot)
    assert "step 10 " in figure.root.locator("svg").first.text_content()
    notebook.page.mouse.click(*spot)
    figure.settle()
    assert (figure.read()["state"]["unit"], figure.read()["state"]["step"]) == (2, 9)
    assert "step 10 ‘:’, unit 3" in figure.root.locator("svg").first.text_content()
    agree(notebook, figure)


def test_python_and_the_page_change_it_in_turn(show):
    notebook, figure = explore(show, "trained")
    notebook.ask("figure.change(text='aabb', clamp=[('f', 1, 1, 2, 0.5)], sharpness=8)")
    assert agree(notebook, figure)["run"]["remember"][1][1] == 0.5
    assert figure.control("text").input_value() == "aabb"
    drag_along(notebook, figure, "save", 0, 3, 0, 3)
    agree(notebook, figure)
    for change in ("text=5", "b=[0] * 4", "text='\\ud83d'", "unit=3"):
        code = f"try: figure.change({change})\nexcept Exception as e: print('refused')"
        assert notebook.ask(code).strip() == "refused"
    agree(notebook, figure)


def test_its_maps_are_in_the_saved_pictures(show):
    notebook, figure = explore(show, "trained", theme="dark")
    saved = {}
    for kind in ("PNG", "SVG"):
        with notebook.page.expect_download() as download:
            figure.control(kind).click()
        saved[kind] = download.value.path().read_bytes()
    assert saved["SVG"].count(b"data:image/png;base64") == 6
    picture = Image.open(io.BytesIO(saved["PNG"])).convert("RGB")
    (SCREENSHOTS / "trace_explorer_saved.png").write_bytes(saved["PNG"])
    colours = {colour for _, colour in picture.getcolors(1 << 24)}
    assert (
        min(abs(np.array(c) - (254, 232, 56)).max() for c in colours) < 4
    )  # an open gate's yellow


@pytest.mark.parametrize(
    ("name", "theme"),
    [("nesting", "light"), ("trained", "dark"), ("urls", "dark"), ("wide", "light")],
)
def test_it_looks(show, name, theme):
    notebook, figure = explore(show, name, theme)
    units = len(ast.literal_eval(notebook.ask("print(list(figure.b))"))) // 4
    drag_along(notebook, figure, "remember", 0, units, 5, 12)
    figure.settle()
    figure.root.scroll_into_view_if_needed()
    figure.screenshot(SCREENSHOTS / f"trace_explorer_{name}_{theme}.png")
    box = figure.root.bounding_box()
    inner = figure.root.locator(".lab-picture svg").bounding_box()
    assert inner["x"] + inner["width"] <= box["x"] + box["width"] + 1
