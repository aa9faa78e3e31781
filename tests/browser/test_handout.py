"""The handout in a browser without a network: opened from a folder, as from a USB stick."""

import itertools
import re
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe

import lstm_lab as lab
from tests.made_up import code, gallery, notebook, view, widget
from tools.browser import CLASS_SIZE, PATIENCE, LiveFigure
from tools.handout.__main__ import FOLDER, build
from tools.notebooks import execute

from .conftest import SCREENSHOTS

PHONE, SMALL = {"width": 390, "height": 844}, {"width": 360, "height": 800}
LOOKS = {"class": (CLASS_SIZE, "light"), "phone": (PHONE, "dark"), "small": (SMALL, "light")}
#: Run by a kernel, as `make handout` does; a lesson as it is stored, with stills; and made up.
RUN, STORED, GALLERY = "00_start_here", "03_the_lstm_cell", "gallery"
#: Figures on each page.
PAGES = {RUN: 1, STORED: 0, GALLERY: 10, "index": 0}

#: Every figure has painted, those in a closed fold among them.
PAINTED = """(count) => document.querySelectorAll('.live').length === count &&
    [...document.querySelectorAll('.live')].every((place) => !place.querySelector('img')
    && place.querySelector('.lab-figure')?.dataset.painted === 'yes')"""
PROSE = """() => {
    const page = document.body.cloneNode(true);
    page.querySelectorAll('script, pre, code, .lab-figure').forEach((node) => node.remove());
    return page.textContent;
}"""
#: Boxes that scroll sideways, other than those of code and tables.
OVERFLOW = """() => [document.documentElement, ...document.querySelectorAll('.lab-body')]
    .filter((node) => node.scrollWidth > node.clientWidth + 1).map((node) => node.className)"""

#: What Firefox says of a formula that it draws before it has read its end, on a busy machine.
#: That no formula lacks a part is held by tests/unit/test_handout.py.
HALF_READ = "Incorrect number of children for <m"

BYTES = """export default { render({ model, el }) {
    const seen = [model.get("table"), model.get("deep")[1]].map((view) => view.getUint8(1));
    el.textContent = `bytes ${seen} ${model.get("text")}`;
} }"""
BROKEN = "export default { render() { throw new Error('out of order'); } }"


def figures():
    """One of each kind, and the first once more."""
    races = lab.Curves(["slow", "fast"], max_updates=100)
    races.curves = [[[0, 0.2], [100, 0.1]], [[0, 0.2], [100, 0.001]]]
    trained = lab.training.load("anbn")
    blend = lab.SoftIf([4, -3, 2], z=[1, 0, -1])
    reversing = lab.training.load("reverse")
    return [
        blend,
        lab.SoftSwitch(),
        lab.CellPlayer(lab.programs.nesting(), lab.tasks.nesting().encode("(a)b"), "(a)b"),
        lab.TraceExplorer(trained, "a" * 20 + "b" * 20),
        lab.Highway(),
        races,
        lab.AttentionMap(reversing, edits=[(2, 5, None)]),
        lab.UnitExplorer(lab.training.load("python_code"), "f(x, [y]) # so\n" * 20, "code", step=9),
        lab.Playground(trained),
        blend,
    ]


def run(path):
    if path.stem == STORED:
        return nbformat.read(path, as_version=4)
    return execute(path) if path.stem == RUN else made_up()[path.stem]


def made_up():
    odd = widget(BYTES, [(["table"], b"\x00\x07"), (["deep", 1], b"ab")], deep=[0, None])
    odd["state"]["text"] = "</script><img src=x onerror=alert(1)>"
    shown = [code("x", view(name)) for name in ("odd", "broken")]
    return {
        GALLERY: gallery(*figures()),
        "folded": gallery(lab.SoftIf(), lab.Highway(), folded=True),
        "odd": notebook(*shown, widgets={"odd": odd, "broken": widget(BROKEN)}),
    }


@pytest.fixture(scope="module")
def handout(tmp_path_factory):
    out = tmp_path_factory.mktemp("handout")
    made = [Path(f"{name}.ipynb") for name in (GALLERY, "folded", "odd")]
    build([*(FOLDER / f"{name}.ipynb" for name in (RUN, STORED)), *made], out, run=run)
    return out


class Page:
    """A page opened offline; what it asks for and complains of is noted."""

    def __init__(self, browser, path, size=CLASS_SIZE, theme="light", **options):
        touch = size is PHONE
        self.context = browser.new_context(
            viewport=size, color_scheme=theme, has_touch=touch, offline=True, **options
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.errors, self.requests = [], []
        self.page.on("pageerror", lambda error: self._said(str(error)))
        self.page.on("console", lambda said: self._said(said.text))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri())

    def _said(self, text):
        if not text.startswith(HALF_READ):
            self.errors.append(text)

    def figure(self, title):
        root = self.page.locator(f".lab-figure[aria-label='{title}']").first
        root.scroll_into_view_if_needed()
        return LiveFigure(self.page, root)


@pytest.fixture
def opened(browser, handout):
    """Open a page of the handout by name."""
    pages = []

    def opens(name, *look, **options):
        pages.append(Page(browser, handout / f"{name}.html", *look, **options))
        return pages[-1]

    yield opens
    for page in pages:
        page.context.close()


def is_whole(it, name):
    """Every figure is painted, nothing was complained of, nothing scrolls sideways."""
    it.page.wait_for_function(PAINTED, arg=PAGES[name])
    assert it.errors == []
    assert it.page.evaluate(OVERFLOW) == []


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_quiet_and_open_to_everybody(opened, name, look):
    it = opened(name, *LOOKS[look])
    is_whole(it, name)
    asked = {re.match(r"\w+:", url)[0] for url in it.requests}
    assert {"file:"} <= asked <= {"file:", "blob:", "data:"}
    assert sum(url.startswith("file:") for url in it.requests) == 1  # the page itself
    it.page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
    assert not re.search(r"[$\\]", it.page.evaluate(PROSE))
    found = Axe().run(it.page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
    it.page.screenshot(path=str(SCREENSHOTS / f"handout_{name}_{look}.png"), full_page=True)


def test_figures_are_worked_by_mouse_and_by_key_and_reset(opened):
    are_worked(opened(GALLERY))


#: A host's colours: none of JupyterLab's, and a ground of its own. Its class tells of a new theme.
HOST = """(ground) => {
    const root = document.documentElement;
    for (const rule of [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]))
        for (const key of rule.style ? [...rule.style] : [])
            if (key.startsWith('--jp-')) root.style.setProperty(key, 'initial');
    document.body.style.background = ground;
    document.body.className = `on ${ground}`;
}"""
#: The least contrast of a text of a figure with the ground that it stands on.
CONTRAST = """(root) => {
    const light = (colour) => {
        const [r, g, b] = colour.match(/[\\d.]+/g).map((v) => (v / 255) ** 2.2);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = light(getComputedStyle(document.body).backgroundColor);
    const texts = [...root.querySelectorAll('.lab-head, .lab-faint, .lab-slider span')];
    const ink = (node, { fill, color }) => light(node.closest('svg') ? fill : color);
    const inks = texts.map((node) => ink(node, getComputedStyle(node)));
    const against = (v) => (Math.max(v, ground) + 0.05) / (Math.min(v, ground) + 0.05);
    return Math.min(...inks.map(against));
}"""


def test_a_host_without_jupyterlabs_colours_may_be_dark(opened):
    it = opened(GALLERY)
    figure = it.figure("SoftIf")
    for ground, dark in (("rgb(24, 28, 26)", True), ("rgb(250, 245, 230)", False)):
        it.page.evaluate(HOST, ground)
        figure.wait("(e, dark) => e.classList.contains('lab-dark') === dark", dark)
        assert figure.root.evaluate(CONTRAST) >= 4.5
        assert figure.root.evaluate("(e) => e.style.getPropertyValue('--ground')") == ground


def test_a_host_may_bring_light_colours_onto_a_dark_page(opened):
    it = opened(GALLERY)
    figure = it.figure("SoftIf")
    it.page.evaluate(HOST, "rgb(56, 56, 56)")
    it.page.evaluate("document.body.style.setProperty('--jp-content-font-color1', 'black')")
    figure.wait("(e) => e.classList.contains('lab-dark')")
    assert figure.root.evaluate(CONTRAST) >= 4.5
    it.page.evaluate(HOST, "white")
    figure.wait("(e) => !e.classList.contains('lab-dark')")
    assert figure.root.evaluate("(e) => e.style.getPropertyValue('--ground')") == ""


def test_with_classic_scrollbars_nothing_is_cut(browser, start_browser, handout):
    bars = start_browser("chromium", ignore_default_args=["--hide-scrollbars"])
    it = Page(bars, handout / f"{GALLERY}.html")
    is_whole(it, GALLERY)
    assert it.page.locator(".lab-narrow").count() == 0
    figure = it.figure("AttentionMap")
    figure.root.locator(".lab-pad").focus()
    for _ in range(6):
        it.page.keyboard.press("x")
        it.page.keyboard.press("ArrowDown")
    figure.settle()
    chips = figure.root.locator(".lab-chips")
    visible, all_of_it, chip = chips.evaluate(
        "(e) => [e.clientHeight, e.scrollHeight, e.querySelector('button').offsetHeight]"
    )
    assert chips.evaluate("(e) => e.scrollWidth > e.clientWidth < e.offsetHeight")
    assert chip <= visible == all_of_it
    it.context.close()


def test_every_part_of_a_line_stands_on_its_middle(opened):
    """WebKit does not hand the baseline of a text to its parts."""
    found = "(all) => [...new Set(all.map((e) => getComputedStyle(e).dominantBaseline))]"
    it = opened(GALLERY)
    it.page.wait_for_function(PAINTED, arg=PAGES[GALLERY])
    assert it.page.eval_on_selector_all(".lab-text tspan", found) == ["central"]


HEIGHTS = "(all) => all.map((e) => [e.ariaLabel, e.getBoundingClientRect().height])"


def test_figures_are_as_high_in_firefox_as_in_chromium(firefox, handout, opened):
    pages = [opened(GALLERY), Page(firefox, handout / f"{GALLERY}.html")]
    for it in pages:
        is_whole(it, GALLERY)
    ours, theirs = (dict(it.page.eval_on_selector_all(".lab-figure", HEIGHTS)) for it in pages)
    pages[1].context.close()
    assert theirs == pytest.approx(ours, abs=6)


def test_firefox_may_draw_a_formula_before_it_has_read_it(firefox, tmp_path):
    half = tmp_path / "half.html"
    half.write_text("<!doctype html><math><msub><mi>x</mi></msub></math>")
    it = Page(firefox, half)
    with it.page.expect_event("pageerror") as told:
        it.page.reload()
    assert str(told.value).startswith(HALF_READ)
    assert it.errors == []
    it.context.close()


def test_firefox_draws_every_page_and_its_figures_are_worked(firefox, handout):
    for name, size in itertools.product(PAGES, (CLASS_SIZE, PHONE, SMALL)):
        it = Page(firefox, handout / f"{name}.html", size)
        is_whole(it, name)
        it.page.screenshot(
            path=str(SCREENSHOTS / f"firefox_{name}_{size['width']}.png"), full_page=True
        )
        if name == GALLERY and size is CLASS_SIZE:
            are_worked(it)
            assert it.errors == []
        it.context.close()


def are_worked(it):
    blend = it.figure("SoftIf")
    before = blend.read()["values"]["y"]
    blend.drag("z1", 1)
    assert blend.read()["state"]["z"][0] == 8
    blend.press("z2", "ArrowRight", "ArrowRight")
    assert blend.read()["state"]["z"][1] == 0.2
    assert blend.read()["values"]["y"][2] == before[2] != blend.read()["values"]["y"][0]
    blend.click("Reset")
    assert blend.read()["values"]["y"] == before
    races = it.figure("Curves")
    races.click("Reset")
    assert races.read()["values"]["last"] == [0.1, 0.001]  # what was recorded is not lost
    explorer = it.figure("TraceExplorer")
    explorer.control("text").fill("aab")
    explorer.settle()
    assert len(explorer.read()["values"]["answer"]) == 3
    attention = it.figure("AttentionMap")
    pad = attention.root.locator(".lab-pad")
    box = pad.bounding_box()
    at = [(box["x"] + (k + 0.5) * box["width"] / 8, box["y"] + 5) for k in range(8)]
    it.page.mouse.click(*at[7])
    it.page.keyboard.press("x")
    it.page.mouse.move(*at[6])
    it.page.mouse.down()
    it.page.mouse.move(*at[3], steps=4)
    it.page.mouse.up()
    attention.settle()
    assert attention.read()["state"]["edits"][1:] == [[0, 7, -1], [0, 6, 3]]


def test_figures_are_worked_by_finger_on_a_phone(opened):
    it = opened(GALLERY, PHONE)
    highway = it.figure("Highway")
    pad = highway.root.locator(".lab-touch").nth(1)
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    it.page.touchscreen.tap(box["x"] + 0.8 * box["width"], box["y"] + 20)
    highway.settle()
    assert highway.read()["state"]["lag"] == 80
    explorer = it.figure("TraceExplorer")
    row = explorer.root.locator("[data-map='save']")
    row.scroll_into_view_if_needed()
    box = row.bounding_box()
    x, y = 10.5 / 40 * box["width"], 0.9 * box["height"]
    it.page.touchscreen.tap(box["x"] + x, box["y"] + y)
    explorer.settle()
    assert (explorer.read()["state"]["step"], explorer.read()["state"]["unit"]) == (10, 2)
    attention = it.figure("AttentionMap")
    box = attention.root.locator(".lab-pad").bounding_box()
    it.page.touchscreen.tap(box["x"] + 0.9 * box["width"], box["y"] + 0.3 / 9 * box["height"])
    attention.settle()
    assert (attention.read()["state"]["step"], attention.read()["state"]["place"]) == (0, 7)
    attention.click("Cut")
    assert attention.read()["values"]["wrote"][0] != attention.read()["values"]["before"][0] == "d"
    for button in explorer.root.get_by_role("button").all():
        assert button.bounding_box()["height"] >= 44


def test_a_folded_figure_fills_its_place_when_it_is_opened(opened):
    it = opened("folded", PHONE)
    for fold in it.page.locator("details.answer").all():
        assert not fold.locator("svg").is_visible()
        fold.locator("summary").click()
        fold.locator("svg").first.scroll_into_view_if_needed()
        it.page.wait_for_function(
            "(e) => 300 < e.clientWidth && e.getBoundingClientRect().width <= 358",
            arg=fold.locator("svg").first.element_handle(),
        )
    assert it.errors == []


def test_two_views_of_a_figure_stay_in_step(opened):
    it = opened(GALLERY)
    first, second = it.page.locator(".lab-figure[aria-label='SoftIf']").all()
    LiveFigure(it.page, second).drag("z1", 0)
    assert first.evaluate("(e) => e.lab.values.y") == second.evaluate("(e) => e.lab.values.y")
    assert first.evaluate("(e) => e.lab.state.z[0]") == -8


def test_binary_and_hostile_traits_arrive_and_a_broken_figure_leaves_its_still(opened):
    it = opened("odd")
    odd, broken = it.page.locator(".live").all()
    odd.get_by_text("bytes").wait_for()
    assert odd.inner_text() == "bytes 7,98 </script><img src=x onerror=alert(1)>"
    assert broken.locator("img").get_attribute("alt") == "a <red> square"
    assert it.errors == ["out of order"]


def test_without_scripts_a_page_still_shows_its_stills_and_formulas(opened):
    it = opened(RUN, java_script_enabled=False)
    assert it.page.locator(".live img").bounding_box()["width"] > 400
    it = opened(STORED, java_script_enabled=False)
    assert it.page.locator("math").count() > 20
