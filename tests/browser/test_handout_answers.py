"""Guesses and answers given in a page of the handout, offline, by mouse, key and finger."""

import json

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from lstm_lab import check, collect
from lstm_lab.names import CORNERS
from tests.made_up import answer, code, notebook
from tools.browser import CLASS_SIZE
from tools.handout.__main__ import build

from .conftest import SCREENSHOTS
from .test_handout import OVERFLOW, PHONE, Page

CELLS = (
    "import lstm_lab as lab",
    "guess = ...  # a share\nlab.check.prediction(guess, 0.979, about='the <b>share</b>')",
    "guess = ...  # 'a' or 'b'\nwords = ['a', 'b & c']\n"
    "lab.check.prediction(guess, 'b & c', choices=words, about='which')",
    "my_z = ...\n\nlab.check.open_gate(my_z)",
    "doors = {}\n\nlab.check.two_states(doors)",
    "words = {}\n\nlab.check.corners(words)",
    "def f(g, T, F):\n    return ...\n\nlab.check.soft_if(f)",
)
#: By how much the tables of answers are wider than their place.
TOO_WIDE = """() => [...document.querySelectorAll('.ask .scrolls')]
    .map((table) => table.scrollWidth - table.clientWidth)"""
KEPT = "() => localStorage.getItem('lstm_lab answers')"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A notebook that was run by a kernel, and the page of another one beside it."""
    folder = tmp_path_factory.mktemp("asks")
    for name in ("asks", "beside"):
        made = notebook(*map(code, CELLS), answer(), "Because.")
        del made.metadata["widgets"]
        nbformat.write(made, folder / f"{name}.ipynb")
    build(sorted(folder.glob("*.ipynb")), folder)
    return folder


@pytest.fixture
def opened(browser, pages):
    made = []

    def opens(*look):
        made.append(Page(browser, pages / "asks.html", *look, accept_downloads=True))
        return made[-1].page

    yield opens
    assert [it.errors for it in made] == [[]] * len(made)
    for it in made:
        it.context.close()


def box(page, k):
    form = page.locator("form.ask").nth(k)
    form.scroll_into_view_if_needed()
    return form


def typed(page, k, text):
    form = box(page, k)
    form.locator("input").fill(text)
    form.locator("input").press("Enter")
    return form.locator("output").text_content()


def test_verdicts_are_pythons(opened):
    page = opened()
    for text in ("0.98", "1/2", "abc", "it's", "98 %"):
        assert typed(page, 0, text) == str(check.prediction.judge(text, 0.979)), text
    for text in ("4.6", "2.65", "ln 99", "-4.595", "4"):
        assert typed(page, 2, text) == str(check.open_gate.judge(text)), text
    assert typed(page, 0, "  ") == "type a number first"
    words = box(page, 1)
    for name in ("a", "b & c"):
        words.get_by_role("button", name=name).click()
        wanted = check.prediction.judge(name, "b & c", choices=["a", "b & c"])
        assert words.locator("output").text_content() == str(wanted)
        assert words.locator("[aria-pressed=true]").text_content() == name
    doors = box(page, 3)
    doors.get_by_role("button").click()
    assert doors.locator("output").text_content().startswith("not answered yet")
    for gates in (
        (0, 1, 0, 1, 0, 0, 1, 0, 1),
        (1, 0, 0, 0, 1, 0, 0, 1, 1),
        (0, 1, 1, 0, 1, 0, 0, 0, 0),
        (0, 0.5, 0, 1, 0.25, 0, 2, 0, 0.9),
    ):
        for field, value in zip(doors.locator("input").all(), gates, strict=True):
            field.fill({0.5: "1/2", 0.25: "0,25"}.get(value, str(value)))
        doors.get_by_role("button").click()
        three = zip(*[iter(gates)] * 3, strict=True)
        given = dict(zip(("store", "wait", "ask"), three, strict=True))
        assert doors.locator("output").text_content() == str(check.two_states.judge(given))
    half = {"store": (0, 0.5, 0), "wait": (1, 0, 0), "ask": (1, 0, 1)}
    unseen = {0.5: "\u200b50\u00a0%", 1: "１"}
    for field, value in zip(doors.locator("input").all(), sum(half.values(), ()), strict=True):
        field.fill(unseen.get(value, str(value)))
    doors.get_by_role("button").click()
    assert doors.locator("output").text_content() == str(check.two_states.judge(half))
    doors.get_by_label("wait focus").fill("open")
    page.keyboard.press("Enter")
    told = "not answered yet: a number is wanted, not 'open'"
    assert doors.locator("output").text_content() == told
    assert page.evaluate("document.activeElement.ariaLabel") == "wait focus"
    words = box(page, 4)
    for select, word in zip(words.locator("select").all(), CORNERS, strict=True):
        select.select_option(label=word)
    words.get_by_role("button").click()
    assert words.locator("output").text_content().startswith("passed: keep, overwrite")
    assert page.locator(".badge").last.text_content().startswith("write it and check it")
    assert (
        page.locator("#answers p").nth(1).text_content().startswith("5 questions answered, 5 right")
    )


def test_answers_stay_in_the_page_unless_they_are_to_be_kept(opened, pages):
    page = opened()
    typed(page, 0, "0.5")
    assert page.evaluate(KEPT) is None
    page.reload()
    assert "Nothing is answered" in page.locator("#answers").text_content()
    typed(page, 0, "0.5")
    page.get_by_role("checkbox").check()
    page.goto((pages / "beside.html").as_uri())
    assert "1 question answered, 0 right" in page.locator("#answers").text_content()
    typed(page, 2, "4.6")
    assert [one["exercise"] for one in json.loads(page.evaluate(KEPT))] == [
        "the <b>share</b>",
        "open_gate",
    ]
    page.get_by_role("checkbox").uncheck()
    assert page.evaluate(KEPT) is None
    page.evaluate("localStorage.setItem('lstm_lab answers', '[{\"exercise\": 5}, null, 7]')")
    page.reload()
    assert "Nothing is answered" in page.locator("#answers").text_content()


def end(page):
    return page.locator("#answers p").nth(1).text_content()


def test_pages_that_are_open_at_once_keep_and_forget_together(opened, pages):
    page = opened()
    other = page.context.new_page()
    other.goto((pages / "beside.html").as_uri())
    typed(other, 2, "4")
    page.get_by_role("checkbox").check()
    typed(page, 0, "0.5")
    typed(other, 0, "0.6")
    three = "2 questions answered, 0 right; 3 tries."
    for one in (page, other):
        expect(one.locator("#answers p").nth(1)).to_have_text(three)
        expect(one.get_by_role("checkbox")).to_be_checked()
    assert len(json.loads(page.evaluate(KEPT))) == 3
    page.get_by_role("checkbox").uncheck()
    expect(other.get_by_role("checkbox")).not_to_be_checked()
    typed(other, 0, "0.7")
    assert page.evaluate(KEPT) is None
    page.get_by_role("checkbox").check()
    expect(other.locator("#answers p").nth(1)).to_have_text(three.replace("3", "4"))
    assert len(json.loads(page.evaluate(KEPT))) == 4


FILL = """() => {
    for (let size = 1 << 23, k = 0; size; )
        try { localStorage.setItem(`room ${k++}`, "x".repeat(size)); } catch { size >>= 1; }
}"""
BLOCK = """Object.defineProperty(window, "localStorage", {
    get() { throw new DOMException("denied", "SecurityError"); } });"""
NO_ROOM = "this browser keeps no more here: save a report before you leave the page"


def test_what_is_kept_stays_where_there_is_no_room_for_more(opened):
    page = opened()
    page.get_by_role("checkbox").check()
    typed(page, 0, "0.5")
    page.evaluate(FILL)
    for text in ("0.6", "0.7"):
        typed(page, 0, text)
        assert NO_ROOM in page.locator("#answers").text_content()
        assert len(json.loads(page.evaluate(KEPT))) == 1
    assert end(page) == "1 question answered, 0 right; 3 tries."
    page.evaluate(
        "() => Object.keys(localStorage).forEach((k) => /room/.test(k) && delete localStorage[k])"
    )
    typed(page, 0, "0.8")
    assert NO_ROOM not in page.locator("#answers").text_content()
    assert len(json.loads(page.evaluate(KEPT))) == 4


def test_a_browser_that_keeps_nothing_says_so(opened):
    page = opened()
    page.context.add_init_script(BLOCK)
    page.reload()
    typed(page, 0, "0.5")
    assert NO_ROOM not in page.locator("#answers").text_content()
    page.get_by_role("checkbox").click()
    assert NO_ROOM in page.locator("#answers").text_content()
    assert not page.get_by_role("checkbox").is_checked()
    assert end(page) == "1 question answered, 0 right; 1 try."


def test_a_report_is_saved_and_collected(opened, tmp_path):
    page = opened()
    typed(page, 0, "0.5")
    typed(page, 2, "abc")
    end = page.locator("#answers form")
    end.locator("input").fill("../x")
    end.get_by_role("button").click()
    assert end.locator("output").text_content().startswith("type your name first")
    end.locator("input").fill("Anna Å.")
    with page.expect_download() as saved:
        end.get_by_role("button").click()
    path = tmp_path / saved.value.suggested_filename
    saved.value.save_as(path)
    (report,) = collect.collect(tmp_path)
    assert (path.name, report.name, report.note) == ("report_Anna_Å..json", "Anna Å.", "")
    assert [(t["exercise"], t["state"], t["given"]) for t in report.tries] == [
        ("the <b>share</b>", "wrong", "0.50"),
        ("open_gate", "wrong", ""),
    ]


def test_boxes_are_worked_by_key_alone(opened):
    page = opened()
    page.locator("form.ask input").first.focus()
    page.keyboard.type("0.98")
    page.keyboard.press("Enter")
    for _ in range(3):  # Check, a, b & c
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    told = [box(page, k).locator("output").text_content() for k in (0, 1)]
    assert told == ["right: you said 0.98, it is 0.979", "right: you said 'b & c', it is 'b & c'"]


@pytest.mark.parametrize("look", [(CLASS_SIZE, "light"), (PHONE, "dark")])
def test_boxes_are_open_to_everybody(opened, look):
    page = opened(*look)
    typed(page, 0, "0.98")
    typed(page, 2, "2.65")
    assert page.evaluate(OVERFLOW) == []
    assert page.evaluate(TOO_WIDE) == [0, 0]
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
    for control in page.locator(".ask :is(button, input, select)").all():
        assert control.bounding_box()["height"] >= 44
    page.screenshot(path=str(SCREENSHOTS / f"handout_asks_{look[1]}.png"), full_page=True)


#: Playwright hears of no download in an unpatched Firefox: what is saved is kept in the page.
KEEP = """() => {
    URL.createObjectURL = (blob) => { window.saved = blob; return "#"; };
    HTMLAnchorElement.prototype.click = () => {};
}"""


def test_firefox_judges_and_saves_alike(firefox, pages, tmp_path):
    it = Page(firefox, pages / "asks.html")
    assert typed(it.page, 0, "½") == str(check.prediction.judge("½", 0.979))
    assert typed(it.page, 2, "2.65") == str(check.open_gate.judge("2.65"))
    it.page.evaluate(KEEP)
    it.page.locator("#answers form input").fill("7")
    it.page.locator("#answers form button").click()
    it.page.wait_for_function("() => window.saved")
    (tmp_path / "it.json").write_text(it.page.evaluate("() => saved.text()"), "utf-8")
    assert [(one.note, len(one.tries)) for one in collect.collect(tmp_path)] == [("", 2)]
    assert "for this page (Firefox" in it.page.locator("#answers").text_content()
    assert it.errors == []
    it.context.close()
