"""UnitExplorer in a real JupyterLab: typed at, brushed, held and let write, by mouse and by key."""

import json

import numpy as np
import pytest

from lstm_lab.plots.style import GATE_MAP, SIGNED_MAP

from .conftest import SCREENSHOTS, busy, change, eventually, overlaps

LIVE = """net = lab.training.load("python_code", 3)
figure = lab.UnitExplorer(net, "f(x, [y]) + 'a(b' * 3  # so\\n" * 6, "code", unit=7, step=20)
figure"""
WORDS = """import torch; torch.manual_seed(1)
words = "the cat ( a tom ) sat . ".split() * 150
trace = lab.trace(torch.nn.LSTM(3, 40), torch.randn(len(words), 3))
figure = lab.UnitExplorer(trace, words, {"bracket": [w == "(" for w in words]}, unit=3)
figure"""
ASK = """import json
state = {k: getattr(figure, k) for k in figure.played}
rows = {k: v.tolist() for k, v in figure.values().items()}
best = [[u.unit, u.score] for u in figure.ranked()[:9]]
wrote = [figure.written(), figure.written(False)] if figure.live else []
print(json.dumps([state, rows, best, wrote, [p.step for p in figure.passages()]]))"""


@eventually
def agree(notebook, figure):
    """State, rows, ranks, passages and what is written: the same on the page and in Python."""
    figure.settle()
    state, rows, best, wrote, passages = json.loads(notebook.ask(ASK))
    page = figure.read()
    assert {key: page["state"][key] for key in state} == state
    values = page["values"]
    for name, row in rows.items():
        np.testing.assert_allclose(values["rows"][name], row, rtol=1e-9, atol=1e-12)
    ours = [[one["unit"], one["score"]] for one in values["ranked"][:9]]
    assert [u for u, _ in ours] == [u for u, _ in best]
    np.testing.assert_allclose([s for _, s in ours], [s for _, s in best], rtol=1e-9)
    assert [one["step"] for one in values["passages"]] == passages
    if wrote:
        told = ["".join(one["chars"]) for one in values.get("written") or [{"chars": []}] * 2]
        assert told == [wrote[0], wrote[1] if state["clamp"] else ""]
    return values


def spot(figure, t):
    """Where on the page a character of a text without newlines is."""
    box = figure.root.locator("[data-map='text']").bounding_box()
    across = round(box["width"] / 9)
    line, column = divmod(t, across)
    return box["x"] + (column + 0.5) * 9, box["y"] + (line + 0.5) * 19


def drag(notebook, figure, first, last):
    notebook.page.mouse.move(*spot(figure, first))
    notebook.page.mouse.down()
    notebook.page.mouse.move(*spot(figure, last), steps=5)
    notebook.page.mouse.up()
    figure.settle()


def test_text_takes_its_colours_as_it_is_typed(show):
    notebook = show(LIVE)
    figure = notebook.figure("UnitExplorer")
    area = figure.control("text")
    area.click()
    notebook.page.keyboard.press("Control+a")
    notebook.page.keyboard.type("dd(a, [b", delay=10)
    values = agree(notebook, figure)
    assert values["tokens"] == list("dd(a, [b")
    for text in (
        "</script><img src=x onerror='window.broken = 1'>",
        "é(😀\u202e)",
        "",
        "([" * 2000,
    ):
        area.fill(text)
        agree(notebook, figure)
    assert notebook.page.evaluate("window.broken") is None
    area.fill("(" * 5001)
    figure.settle()
    assert "up to 5000 can be read" in figure.root.locator(".lab-note").inner_text()
    figure.click("nested")
    assert "key" in agree(notebook, figure)["tokens"] or area.input_value().startswith("table")


def test_what_is_painted_is_the_units_value(show):
    notebook = show(LIVE)
    figure = notebook.figure("UnitExplorer")
    change(notebook, figure, "text='f(a, (b)) + [c]' * 4, of='save'")
    for of, colour in (("save", GATE_MAP), ("c", SIGNED_MAP)):
        figure.click(of)
        values = figure.read()["values"]
        painted = figure.root.locator("canvas.lab-written").first.evaluate(
            """(canvas) => Array.from({ length: 60 }, (_, t) => {
                const scale = canvas.width / parseFloat(canvas.style.width);
                const at = [t * 9 + 1, 1].map((v) => Math.round(v * scale));
                return [...canvas.getContext('2d').getImageData(...at, 1, 1).data].slice(0, 3);
            })"""
        )
        row = np.array(values["rows"][of])
        shares = row if of == "save" else (row / values["limit"] + 1) / 2
        np.testing.assert_allclose(painted, 255 * colour(shares)[:, :3], atol=2)


def test_every_dial_reaches_its_ends(show):
    notebook = show(LIVE)
    figure = notebook.figure("UnitExplorer")
    for name in ("unit", "step", "sharpness"):
        for expected in figure.ends(name):
            assert float(figure.control(name).input_value()) == expected
        agree(notebook, figure)
    for of in ("remember", "save", "candidate", "focus", "h", "c"):
        figure.click(of)
        agree(notebook, figure)
    for label in ("string", "depth", "column", ""):
        figure.control("label").select_option(label)
        agree(notebook, figure)
    assert figure.root.locator("[data-control='ranked'] option").count() == 128


def test_units_are_ranked_by_what_is_brushed_and_stepped_through(show):
    notebook = show(LIVE)
    figure = notebook.figure("UnitExplorer")
    change(notebook, figure, "text='f(a, (b)) + [c] ' * 5")
    figure.click("drag high")
    drag(notebook, figure, 2, 7)
    assert figure.read()["state"]["marks"] == [["high", 2, 7]]
    figure.click("drag low")
    drag(notebook, figure, 15, 9)
    assert figure.read()["state"]["marks"] == [["high", 2, 7], ["low", 9, 15]]
    values = agree(notebook, figure)
    figure.press("ranked", "Home", "ArrowDown")  # by key: the second best
    assert figure.read()["state"]["unit"] == values["ranked"][1]["unit"]
    figure.press("step", "Home")
    figure.press("Mark from here", "Enter")
    figure.press("step", "ArrowRight", "ArrowRight")
    figure.press("1 … to here", "Enter")
    assert figure.read()["state"]["marks"][2] == ["low", 0, 2]
    agree(notebook, figure)
    figure.click("Unmark")
    assert agree(notebook, figure) and figure.read()["state"]["marks"] == []


def test_a_unit_is_held_and_the_net_writes_on(show):
    notebook = show(LIVE)
    figure = notebook.figure("UnitExplorer")
    figure.click("erase")
    values = agree(notebook, figure)
    assert values["guesses"] != values["freeGuesses"]
    figure.click("Write 200")
    values = agree(notebook, figure)
    assert [len(one["chars"]) for one in values["written"]] == [200, 200]
    figure.click("Again")
    assert figure.read()["state"]["seed"] == 1
    agree(notebook, figure)
    for hold in ("keep", "set to +1", "set to −1"):
        figure.click(hold)
        agree(notebook, figure)
    figure.screenshot(SCREENSHOTS / "unit_explorer_held.png")
    assert overlaps(figure) == []
    figure.root.get_by_role("button", name="release unit 8").click()
    figure.click("Clear")
    values = agree(notebook, figure)
    assert figure.read()["state"]["clamp"] == [] and values["guesses"] == values["freeGuesses"]


def test_passages_and_the_strip_lead_to_their_place(show):
    notebook = show(WORDS)
    figure = notebook.figure("UnitExplorer")
    values = agree(notebook, figure)
    assert values["T"] == 1200
    figure.root.locator(".lab-hit").nth(1).click()
    figure.settle()
    assert figure.read()["state"]["step"] == values["passages"][1]["step"]
    figure.root.locator(".lab-hit").nth(0).focus()
    notebook.page.keyboard.press("Enter")
    figure.settle()
    assert figure.read()["state"]["step"] == values["passages"][0]["step"]
    strip = figure.root.locator("[data-map='whole']")
    box = strip.bounding_box()
    before = figure.root.locator("canvas.lab-written").first.evaluate("(e) => e.toDataURL()")
    notebook.page.mouse.click(box["x"] + box["width"] - 3, box["y"] + 4)
    after = figure.root.locator("canvas.lab-written").first.evaluate("(e) => e.toDataURL()")
    assert before != after
    agree(notebook, figure)
    assert overlaps(figure) == []


def test_it_goes_on_while_the_kernel_is_busy(show, tmp_path):
    notebook = show(LIVE)
    figure = notebook.figure("UnitExplorer")
    with busy(notebook, tmp_path):
        figure.control("text").fill("print('a', [b])\n" * 30)
        figure.click("keep")
        assert len(figure.read()["values"]["tokens"]) == 480
    agree(notebook, figure)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_screenshots(show, theme):
    for name, make in (("live", LIVE), ("words", WORDS)):
        notebook = show(make, theme)
        figure = notebook.figure("UnitExplorer")
        figure.settle()
        assert overlaps(figure) == []
        notebook.screenshot(SCREENSHOTS / f"unit_explorer_{name}_{theme}.png")
