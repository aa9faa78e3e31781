"""Curves in a real JupyterLab: they grow while the kernel trains."""

from .conftest import SCREENSHOTS

MAKE = "figure = lab.Curves(['slow', 'fast'], max_updates=100); figure"
#: Two lanes that are tested five times; after each the kernel waits until the page has shown it.
RUN = """
from pathlib import Path
import time
from lstm_lab.experiments import LearningCurve
for k in range(1, 6):
    figure.watch('slow', LearningCurve([0, 20 * k], [0, k], [0.2, 0.2 / k]))
    figure.watch('fast', LearningCurve([0, 20 * k], [0, k], [0.2, 0.2 / 10**k]))
    while not Path(FOLDER, str(k)).exists():
        time.sleep(0.01)
"""


def test_curves_grow_while_python_trains_and_look_well(show, tmp_path):
    notebook = show(f"FOLDER = {str(tmp_path)!r}\n{MAKE}")
    figure = notebook.figure("Curves")
    figure.settle()
    assert figure.read()["values"]["last"] == [None, None]
    assert "waits" in figure.root.inner_text()
    notebook.start(RUN)
    for k in range(1, 6):
        last = [0.2 / k, 0.2 / 10**k]
        figure.wait("(e, last) => `${e.lab.values.last}` === `${last}`", last)
        (tmp_path / str(k)).touch()
    figure.settle()
    said = figure.root.locator("svg").get_attribute("aria-label")
    assert said == "errors: slow: 100: 0.04; fast: there after 100"
    figure.screenshot(SCREENSHOTS / "curves.png")
    figure.click("Reset")
    assert notebook.ask("print(figure.curves)").strip() == "[[], []]"
