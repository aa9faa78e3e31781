"""AttentionMap in a real JupyterLab: pointed at, sharpened, cut and moved by mouse and by key."""

import json

import numpy as np

from .conftest import SCREENSHOTS, busy, change, eventually, overlaps

#: Untrained, its weights made larger, so that it looks somewhere and a knife shows.
MAKE = """net = lab.seq2seq.Seq2Seq(lab.tasks.permutation(), 12, seed=14)
for weights in net.parameters():
    weights.data *= 8
figure = lab.AttentionMap(net, "attention")
figure"""
ASK = """import json
values = {k: v if isinstance(v, str) else v.tolist() for k, v in figure.values().items()}
state = {k: getattr(figure, k) for k in figure.played}
print(json.dumps([state, values, figure.score()]))"""
TEXTS = {"light": ("a", "electroencephalogram", "lstm" * 15), "dark": ("abc", "lstmlabs" * 5)}
#: Of what is on the page, the weight that is cut.
STEP, PLACE = 3, 0


@eventually
def agree(notebook, figure):
    """State, map, what is written and the encoder's gates: the same on the page and in Python."""
    state, values, (hits, mass, steps) = json.loads(notebook.ask(ASK))
    page = figure.read()
    assert {key: page["state"][key] for key in state} == state
    for key, value in values.items():
        if isinstance(value, str):
            assert page["values"][key] == value
        else:
            np.testing.assert_allclose(page["values"][key], value, rtol=1e-6, atol=1e-9)
    score = page["values"]["score"]
    assert (score["hits"], score["steps"]) == (round(hits * steps), steps)
    assert abs(score["mass"] - mass) < 1e-6
    return page["values"]


def spot(figure, step, place):
    """Where on the page a cell of the map is."""
    box = figure.root.locator(".lab-pad").bounding_box()
    page = figure.read()
    T, S = len(page["values"]["masks"]), len(page["state"]["source"])
    return (
        box["x"] + (place + 0.5) * box["width"] / S,
        box["y"] + (step + 0.5) * box["height"] / T,
    )


def drag(figure, step, place, to):
    figure.page.mouse.move(*spot(figure, step, place))
    figure.page.mouse.down()
    figure.page.mouse.move(*spot(figure, step, to), steps=5)
    figure.page.mouse.up()
    figure.settle()


def edits(figure):
    return figure.read()["state"]["edits"]


def test_attention_map(show, tmp_path):
    notebook = show(MAKE)
    figure = notebook.figure("AttentionMap")
    agree(notebook, figure)
    is_pointed_at(notebook, figure)
    is_sharpened(notebook, figure)
    is_cut_and_moved_by_mouse(notebook, figure)
    is_cut_and_moved_by_key(notebook, figure)
    reads_what_is_typed(notebook, figure)
    with busy(notebook, tmp_path):
        cuts_while_busy(figure)
    agree(notebook, figure)
    for button in ("look elsewhere", "average", "choose one", "40 letters", "cut one look"):
        figure.click(button)
        agree(notebook, figure)
    is_saved_with_its_knife(notebook, figure)
    for theme in ("light", "dark"):
        notebook.set_theme(theme)
        looks(notebook, figure, theme)


def is_pointed_at(notebook, figure):
    before = figure.read()["state"]
    notebook.page.mouse.move(*spot(figure, STEP, 7))
    shown = figure.root.locator("svg").text_content()
    weight = figure.read()["values"]["masks"][STEP][7]
    assert f"step {STEP + 1} writes ‘s’" in shown
    assert f"input 8 ‘o’: weight {weight:.2f}" in shown
    assert figure.root.locator(".lab-linked[d^='M']").count() > 0
    figure.root.locator(".lab-column").nth(1).hover()  # the string that is written, its middle
    assert "step 15 writes" in figure.root.locator("svg").text_content()
    notebook.page.mouse.move(5, 5)
    assert "step 1 writes" in figure.root.locator("svg").text_content()
    assert figure.read()["state"] == before


def is_sharpened(notebook, figure):
    own = figure.read()["values"]["wrote"]
    for exponent in figure.ends("sharpness"):
        values = agree(notebook, figure)
        reached = np.log10(figure.read()["state"]["sharpness"])
        assert abs(reached - exponent) < 0.5  # a thumb is not taken by its very middle
        assert values["before"] == own
    assert np.ptp(values["masks"][0]) < 0.1  # κ = 0.01, an average
    figure.click("Reset")


def is_cut_and_moved_by_mouse(notebook, figure):
    own = agree(notebook, figure)["wrote"]
    drag(figure, STEP, PLACE, 5)
    assert edits(figure) == [[STEP, PLACE, 5]]
    values = agree(notebook, figure)
    assert values["masks"][STEP][PLACE] == 0 and values["wrote"] != own
    drag(figure, 1, 4, 9)  # beyond the edge
    assert edits(figure)[1] == [1, 4, 8]
    drag(figure, 2, 4, 4)  # nowhere
    assert len(edits(figure)) == 2
    figure.root.get_by_role("button", name="restore step 2: n₅ → n₉").click()
    figure.settle()
    assert edits(figure) == [[STEP, PLACE, 5]]
    notebook.page.mouse.dblclick(*spot(figure, 2, PLACE))
    figure.settle()
    assert edits(figure)[1:] == [[2, PLACE, -1]]
    drag(figure, 1, 4, 6)  # a double click has marked no text that the browser would drag instead
    assert edits(figure)[2:] == [[1, 4, 6]]
    agree(notebook, figure)
    figure.click("Reset")
    assert edits(figure) == [] and agree(notebook, figure)["wrote"] == own


def is_cut_and_moved_by_key(notebook, figure):
    cells = notebook.page.locator(".jp-Cell").count()
    page, press = notebook.page, notebook.page.keyboard.press
    page.locator(".lab-pad").focus()
    for key in ["ArrowDown"] * (STEP + 1) + ["ArrowUp", "End", "ArrowRight", "Home"]:
        press(key)
    press("x")
    press("Delete")  # the same once more is the same cut
    figure.settle()
    assert edits(figure) == [[STEP, PLACE, -1]]
    agree(notebook, figure)
    press("ArrowRight")
    for _ in range(3):
        press("Shift+ArrowRight")
        figure.settle()
    assert edits(figure)[1:] == [[STEP, 1, 4]]
    agree(notebook, figure)
    for name, key in (("step", "Home"), ("place", "End")):
        figure.press(name, key)
    figure.press("Cut", "Enter")
    figure.press("← Move", "Space")
    assert edits(figure)[2:] == [[0, 8, -1], [0, 8, 7]]
    for _ in range(2):
        figure.root.get_by_role("button", name="restore step 1").last.click()
    figure.settle()
    assert len(edits(figure)) == 2
    assert figure.root.evaluate("(e) => e.contains(document.activeElement)")  # the focus stays
    page.locator(".lab-pad").focus()
    press("Escape")
    assert not figure.root.evaluate("(e) => e.contains(document.activeElement)")
    assert notebook.page.locator(".jp-Cell").count() == cells
    figure.click("Reset")
    for expected in figure.ends("unit"):
        assert figure.read()["state"]["unit"] == expected - 1  # people count from 1


def reads_what_is_typed(notebook, figure):
    area, note = figure.control("source"), figure.root.locator(".lab-note")
    figure.page.evaluate("window.scrollTo(0, 0)")
    area.fill("abcd\nxyz")
    assert agree(notebook, figure)["truth"]["target"] == "zyxdcba"
    assert figure.read()["state"]["source"] == area.input_value() == "abcdxyz"
    for wrong, told in (("abc<d", "‘<’ at 4 is not in"), ("", "at least one"), ("a" * 101, "101")):
        area.fill(wrong)
        figure.settle()
        assert told in note.inner_text() and area.input_value() == wrong
        assert figure.read()["state"]["source"] == "abcdxyz"
    area.fill("abcde")
    figure.settle()
    assert note.inner_text() == "" and agree(notebook, figure)["before"]
    figure.click("Reset")


def cuts_while_busy(figure):
    own = figure.read()["values"]["wrote"]
    figure.page.mouse.dblclick(*spot(figure, STEP, PLACE))
    figure.settle()
    assert figure.read()["values"]["wrote"] != own


def is_saved_with_its_knife(notebook, figure):
    with notebook.page.expect_download() as download:
        figure.control("SVG").click()
    text = download.value.path().read_text("utf-8")
    assert text.count("<image") == 6  # the map and the strips
    assert "input: stressed" in text and "step 3: 8 cut" in text


def looks(notebook, figure, theme):
    """No text stands on another, and nothing jumps, however long the texts are."""
    sizes = []
    for text in TEXTS[theme]:
        cut = "[(0, 1, None), (2, 2, 0)]" if len(text) > 2 else "[]"
        change(notebook, figure, f"source={text!r}, edits={cut}, step=2, place=1")
        figure.screenshot(SCREENSHOTS / f"attention_map_{len(text)}_{theme}.png")
        assert not overlaps(figure, ".lab-saved, .lab-linked-text"), text
        sizes.append(figure.root.bounding_box())
    assert all(size == sizes[0] for size in sizes) and sizes[0]["height"] <= 640
