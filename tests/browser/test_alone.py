"""A figure alone in one offline file: it plays without a kernel, a network or another file."""

import json
from urllib.parse import quote

import numpy as np
import pytest

import lstm_lab as lab
from tools.browser import PATIENCE, LiveFigure


def test_a_figure_plays_from_its_file(browser, tmp_path):
    figure = lab.AttentionMap(lab.training.load("dates"), "1 Dec 1949", step=4)
    page = browser.new_page(offline=True)
    page.set_default_timeout(PATIENCE)
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(figure.html(tmp_path / "it").as_uri())
    it = LiveFigure(page, page.locator(".lab-figure"))
    it.settle()
    it.control("source").fill("2 May 1950")
    it.settle()
    figure.source = "2 May 1950"
    np.testing.assert_allclose(it.read()["values"]["masks"], figure.values()["masks"], rtol=1e-9)
    assert errors == []
    page.close()


@pytest.fixture
def opens(browser, tmp_path):
    """Open a figure's file at an address."""
    pages = []

    def open_at(figure, address=""):
        page = browser.new_page(offline=True)
        page.set_default_timeout(PATIENCE)
        page.goto(figure.html(tmp_path / "it").as_uri() + address)
        pages.append(page)
        it = LiveFigure(page, page.locator(".lab-figure"))
        it.settle()
        return it

    yield open_at
    for page in pages:
        page.close()


FIGURES = {
    "SoftIf": (lab.SoftIf, {"z": [1, -2, 0.5, 3], "sharpness": 4}),
    "TraceExplorer": (
        lambda: lab.TraceExplorer(lab.programs.nesting()),
        {"text": "((a]", "step": 2},
    ),
    "Playground": (lab.Playground, {"task": "parity", "units": 2, "text": "0110"}),
    "UnitExplorer": (
        lambda: lab.UnitExplorer(lab.models.CharModel("ab(", 4), "a(b", "code"),
        {"unit": 3, "text": "b(a", "of": "save"},
    ),
    "Highway": (lab.Highway, {"lag": 7}),
}


@pytest.mark.parametrize("name", FIGURES)
def test_an_address_opens_a_state_and_link_makes_it(opens, name):
    make, state = FIGURES[name]
    it = opens(make(), f"#f0={quote(json.dumps(state))}")
    shown = it.read()["state"]
    assert {key: shown[key] for key in state} == state
    if name != "Playground":  # its weights are of this state
        it.click("Link")
        hash_ = it.page.evaluate("decodeURIComponent(location.hash.replaceAll('+', ' '))")
        assert json.loads(hash_.removeprefix("#f0=")) == state


HOSTILE = [
    "not json", "[1]", "null", '{"__proto__": {"text": 1}, "constructor": 2}',
    '{"text": "</script><img src=x onerror=\'window.broken=1\'>"}', '{"text": 5, "step": "x"}',
    '{"step": 1e999, "unit": 99}', '{"clamp": [[["save"]], {"a": 1}], "sharpness": -1}',
    '{"clamp": [["nothing", 0, 0, 1, 1]]}', '{"W_x": [], "b": [1]}',
    '{"text": "' + "a" * 60_000 + '"}',
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_address_breaks_nothing(opens, text):
    it = opens(lab.TraceExplorer(lab.programs.nesting()), f"#f0={quote(text)}")
    assert it.page.evaluate("window.broken") is None
    assert it.root.locator("img, script").count() == 0
    it.control("text").fill("(()")
    it.settle()
    assert it.read()["values"]["answer"] == [1, 2, 1]


def test_firefox_learns_what_chromium_learns(browser, firefox, tmp_path):
    """Its exp and tanh may differ in a last digit, so that losses part slowly."""
    path = lab.Playground(updates=300).html(tmp_path / "it")
    losses = []
    for kind in (browser, firefox):
        page = kind.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(path.as_uri())
        it = LiveFigure(page, page.locator(".lab-figure"))
        it.settle()
        it.click("To the end")
        losses.append(np.array(it.read()["values"]["losses"])[:, 1])
        page.close()
    apart = np.abs(losses[1] / losses[0] - 1)
    print("losses part by", apart[10], "after 10 updates,", apart.max(), "at the most in 300")
    assert len(losses[0]) == len(losses[1]) and apart[:10].max() < 1e-12 and apart.max() < 1e-6


REFUSED = [
    (lab.Playground, {"kind": "toString"}),
    (lab.Playground, {"task": "constructor", "units": 100_000}),
    (lab.Playground, {"losses": [1, 2], "shadow": ["x", [1]], "text": "ab" * 3000}),
    (lab.SoftIf, {"z": ["a", "b", "c", "d"], "sharpness": -2}),
    (lab.SoftSwitch, {"kind": "nonsense", "cases": [[], [], []]}),
    (lab.Highway, {"lag": 2.5, "radius": -1}),
    (lambda: lab.TraceExplorer(lab.programs.nesting()), {"clamp": [5], "unit": 0.5}),
]


@pytest.mark.parametrize(("make", "state"), REFUSED, ids=range(len(REFUSED)))
def test_what_pythons_traits_refuse_an_address_cannot_set(opens, make, state):
    first = opens(make()).read()["state"]
    it = opens(make(), f"#f0={quote(json.dumps(state))}")
    errors = []
    it.page.on("pageerror", lambda error: errors.append(str(error)))
    it.page.reload()
    it.settle()
    assert {key: it.read()["state"][key] for key in state} == {key: first[key] for key in state}
    assert errors == []


def test_a_link_opens_in_a_page_that_is_open(opens):
    it = opens(lab.SoftIf())
    it.page.evaluate("location.hash = 'f0=' + encodeURIComponent('{\"sharpness\": 4}')")
    it.wait("(e) => e.lab?.state.sharpness === 4")
