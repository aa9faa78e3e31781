"""Curves in a real JupyterLab: they grow while the kernel trains."""

from .conftest import SCREENSHOTS, SETUP

MAKE = "figure = lab.Curves(['slow', 'fast'], most=100); figure"
#: Two lanes that are tested five times, a tenth of a second apart.
RUN = """
import time
from lstm_lab.races import Lane
for k in range(1, 6):
    figure.watch('slow', Lane([0, 20 * k], [0, k], [0.2, 0.2 / k]))
    figure.watch('fast', Lane([0, 20 * k], [0, k], [0.2, 0.2 / 10**k]))
    time.sleep(0.3)
"""


def test_curves_grow_while_python_trains_and_look_well(open_notebook):
    notebook = open_notebook(cells=[SETUP, MAKE])
    notebook.run_all()
    figure = notebook.figure("Curves")
    assert figure.read()["values"]["last"] == [None, None]
    assert "waits" in figure.root.inner_text()
    notebook.start(RUN)
    met = set()
    for _ in range(60):
        met.add(figure.read()["values"]["last"][0])
        notebook.page.wait_for_timeout(50)
        if len(met) == 6:
            break
    assert len(met) >= 4  # it was seen on its way
    notebook.ask("print()")
    figure.settle()
    assert figure.read()["values"]["last"] == [0.04, 0.2 / 10**5]
    said = figure.root.locator("svg").get_attribute("aria-label")
    assert said == "errors: slow: 100: 0.04; fast: there after 100"
    figure.screenshot(SCREENSHOTS / "curves.png")
    figure.click("Reset")
    assert notebook.ask("print(figure.curves)").strip() == "[[], []]"
