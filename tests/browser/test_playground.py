"""Playground in a real JupyterLab: it learns, is stopped and spoiled; Python gets its net."""

import json

import numpy as np
import pytest

from .conftest import SCREENSHOTS, busy, change, eventually, overlaps

MAKE = "figure = lab.Playground(); figure"
ASK = """import json
values = {k: v.tolist() for k, v in figure.values().items()}
names = [k for k in figure.played if k != "losses"]
print(json.dumps([{k: getattr(figure, k) for k in names}, values, figure.truth()]))"""


@eventually
def agree(notebook, figure):
    """Settings, weights, gates, answer and truth: the same on the page and in Python."""
    figure.settle()
    state, values, truth = json.loads(notebook.ask(ASK))
    page = figure.read()
    assert {key: page["state"][key] for key in state} == state
    assert page["values"]["said"] == values.pop("answer")
    assert page["values"]["targets"] == truth
    for name, rows in values.items():
        got = [step[name] for step in page["values"]["steps"]]
        np.testing.assert_allclose(got, rows, rtol=1e-9, atol=1e-12)
    return page


def test_it_learns_in_the_page_and_python_goes_on_with_it(show):
    notebook = show(MAKE)
    figure = notebook.figure("Playground")
    assert agree(notebook, figure)["values"]["done"] == 0
    figure.click("One update")
    assert agree(notebook, figure)["state"]["done"] == 1
    figure.click("To the end")
    page = agree(notebook, figure)
    assert page["state"]["done"] == 2500 and page["values"]["loss"] < 0.05
    assert page["values"]["known"]["wrong"] == 0 and 11 < page["values"]["known"]["failing"] < 300
    figure.click("κ = 8")
    page = agree(notebook, figure)
    assert page["values"]["known"]["failing"] is None and page["state"]["done"] == 2500
    said = notebook.ask("print(lab.decompile(lab.training.sharpen(figure.net, 8)))")
    assert "c" in said and len(said.splitlines()) > 3
    figure.screenshot(SCREENSHOTS / "playground_learned.png")


def test_it_plays_pauses_and_goes_on(show):
    notebook = show(MAKE)
    figure = notebook.figure("Playground")
    figure.press("speed", "Home")  # one update a frame
    figure.control("▶ Learn").click()
    figure.wait("(e) => e.lab.values.done > 20")
    figure.click("❚❚ Pause")
    done = agree(notebook, figure)["state"]["done"]
    assert 20 < done < 2500
    figure.control("▶ Learn").focus()
    notebook.page.keyboard.press("Enter")
    figure.wait("(e, n) => e.lab.values.done > n + 5", done)
    figure.click("❚❚ Pause")
    page = agree(notebook, figure)
    assert page["state"]["done"] > done + 5
    figure.click("Again")
    page = agree(notebook, figure)
    assert page["state"]["done"] == 0 and len(page["state"]["shadow"]) > 10


def test_the_same_seed_gives_the_same_numbers(show):
    notebook = show("figure = lab.Playground(updates=200); figure")
    figure = notebook.figure("Playground")
    losses = []
    for _ in range(2):
        figure.click("To the end")
        losses.append(agree(notebook, figure)["values"]["losses"])
        figure.click("Again")
    assert losses[0] == losses[1]
    change(notebook, figure, "seed=1")
    figure.click("To the end")
    assert agree(notebook, figure)["values"]["losses"] != losses[0]


def test_every_setting_begins_anew(show):
    notebook = show("figure = lab.Playground(updates=3); figure")
    figure = notebook.figure("Playground")
    figure.click("To the end")
    assert agree(notebook, figure)["state"]["done"] == 3
    for task in ("anbncn", "dyck1", "parity", "remember_first"):
        figure.control("task").select_option(task)
        assert agree(notebook, figure)["state"]["done"] == 0
    for kind in ("lstm", "gru", "rnn", "input_gated"):
        figure.control("kind").select_option(kind)
        agree(notebook, figure)
        assert overlaps(figure) == []
    for dial in ("units", "remember", "save", "seed", "noise", "lr", "sharpness", "speed"):
        for expected in figure.ends(dial):
            assert float(figure.control(dial).input_value()) == expected
        agree(notebook, figure)
    figure.click("−1 … 1")
    figure.click("To the end")
    assert agree(notebook, figure)["state"]["signed"] is True


def test_hostile_probes_neither_break_nor_escape(show):
    notebook = show(MAKE)
    figure = notebook.figure("Playground")
    for text in ("<img src=x onerror='window.broken=1'>", "a😀b", "", "ab" * 30):
        figure.control("text").fill(text)
        agree(notebook, figure)
    assert notebook.page.evaluate("window.broken") is None
    figure.control("text").fill("a" * 61)
    figure.settle()
    assert "up to 60" in figure.root.locator(".lab-note").inner_text()


def test_it_learns_while_the_kernel_is_busy(show, tmp_path):
    notebook = show("figure = lab.Playground(updates=300); figure")
    figure = notebook.figure("Playground")
    with busy(notebook, tmp_path):
        figure.click("To the end")
        assert figure.read()["values"]["done"] == 300
    agree(notebook, figure)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_screenshots(show, theme):
    notebook = show("lab.Playground(updates=400, units=8, kind='lstm')", theme)
    figure = notebook.figure("Playground")
    figure.click("To the end")
    assert overlaps(figure) == []
    notebook.screenshot(SCREENSHOTS / f"playground_{theme}.png")
