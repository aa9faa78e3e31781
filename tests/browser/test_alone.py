"""A figure alone in one offline file: it plays without a kernel, a network or another file."""

import numpy as np

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
