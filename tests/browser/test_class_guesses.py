"""ClassGuesses in a real JupyterLab: question by question, what is right when it is asked for."""

import pytest

import lstm_lab as lab
from lstm_lab.collect import Guesses
from tools.browser import LiveFigure

from .conftest import SCREENSHOTS, overlaps

WORDS = "(root) => [...root.querySelectorAll('svg text')].map((node) => node.textContent)"
MAKE = """
from lstm_lab.collect import Guesses
asked = [
    Guesses("a share", "0.91", [("0.5", 4, False), ("0.9", 8, True), ("2", 1, False)]),
    Guesses("who " + "is it " * 30, "b <b>", [("a" * 50, 3, False), ("b <b>", 5, True)], "01 It"),
    Guesses("which", "7", [(f"{k}", k, k == 7) for k in range(12)]),
]
figure = lab.ClassGuesses(asked); figure
"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_questions_are_gone_through_by_mouse_and_key(show, theme):
    notebook = show(MAKE, theme)
    figure = notebook.figure("ClassGuesses")
    figure.settle()
    height = figure.root.locator("svg").bounding_box()["height"]

    def said():
        figure.settle()
        return figure.root.locator("svg").get_attribute("aria-label")

    assert said() == "a share: 0.5: 4; 0.9: 8; 2: 1; 13 guessed"
    figure.click("what is right?")
    assert said().endswith("0.9: 8, right; 2: 1; it is 0.91: 8 of 13 were right")
    assert notebook.ask("print(figure.told)").strip() == "True"
    figure.screenshot(SCREENSHOTS / f"class_guesses_told_{theme}.png")
    figure.click("▶")
    assert said().endswith("b <b>: 5; 8 guessed")  # hidden again
    figure.screenshot(SCREENSHOTS / f"class_guesses_long_{theme}.png")
    figure.root.locator("input[type=range]").focus()
    notebook.page.keyboard.press("End")
    assert said().startswith("which: 0: 0; 1: 1;")
    notebook.page.keyboard.press("Tab")
    notebook.page.keyboard.press("Space")
    assert said().endswith("it is 7: 7 of 66 were right")
    assert notebook.ask("print(figure.at, figure.told)").strip() == "2 True"
    figure.screenshot(SCREENSHOTS / f"class_guesses_many_{theme}.png")
    assert figure.root.locator("svg").bounding_box()["height"] == height
    assert notebook.ask("figure.change(at=0, told=False)").strip() == ""
    assert said().endswith("13 guessed")
    figure.click("Reset")
    assert said().startswith("a share")


def test_names_are_read_on_a_phone(browser, tmp_path):
    bars = [("[0, 0, 0, 1]", 1, False), ("[0, 1, 1, 0]", 4, True), ("W" * 60, 1, False)]
    which = "which features a quotation mark changes"
    asked = [Guesses(which, "[0, 1, 1, 0]", bars), Guesses("W" * 80, "1", bars[:1])]
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(lab.ClassGuesses(asked, told=True).html(tmp_path / "it").as_uri())
    figure = LiveFigure(page, page.locator(".lab-figure"))
    figure.settle()
    title, _, *names = figure.root.evaluate(WORDS)
    assert title.endswith("…") and len(title) > 30
    assert names[0] == "[0, 0, 0, 1]" and names[2] == "[0, 1, 1, 0] ✓"
    assert names[4].startswith("WWW") and names[4].endswith("…")
    assert overlaps(figure) == []
    figure.screenshot(SCREENSHOTS / "class_guesses_phone.png")
    figure.click("▶")
    assert overlaps(figure) == []
    page.close()
