"""One JupyterLab and one browser for all browser tests, on a copy of the notebooks."""

import ast
import contextlib
import functools
import os
import shutil
import time
from pathlib import Path

import pytest

from tools.browser import Notebook, chromium, find_chromium, jupyterlab, scratch_notebook

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "screenshots"
SETUP = "import lstm_lab as lab"
MISSING = "no Chromium or Chrome: the browser tests did NOT run (install one, or set CHROMIUM)"


def pytest_collection_modifyitems(items):
    if find_chromium() is None and not os.environ.get("CI"):
        for item in items:
            if "/browser/" in item.path.as_posix():
                item.add_marker(pytest.mark.skip(reason=MISSING))


@pytest.fixture(scope="session")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    root = tmp_path_factory.mktemp("lab")
    SCREENSHOTS.mkdir(exist_ok=True)
    for folder in ("notebooks", "images"):
        shutil.copytree(ROOT / folder, root / folder)
    with jupyterlab(root) as lab:
        lab.root = root
        yield lab


@pytest.fixture
def open_notebook(browser, lab):
    """Open a notebook by path or by its cells' sources; no console error may have come up."""
    opened = []

    def opens(path=None, *, cells=None, theme="light"):
        if cells is not None:
            path = "notebooks/" + scratch_notebook(lab.root / "notebooks", cells)
        opened.append(Notebook(browser, lab, path, theme))
        return opened[-1]

    yield opens
    errors = [error for notebook in opened for error in notebook.errors]
    for notebook in opened:
        notebook.page.close()
    lab.end_kernels()
    assert not errors


def eventually(check):
    """A check that must hold within two seconds: a busy kernel hears of a drag late,
    since the page sends it one message at a time."""

    @functools.wraps(check)
    def patient(*args):
        for _ in range(20):
            with contextlib.suppress(AssertionError):
                return check(*args)
            time.sleep(0.1)
        return check(*args)

    return patient


def kernel(notebook):
    """What Python holds: the figure's state and values."""
    code = (
        "print({k: getattr(figure, k) for k in figure.shown},"
        "{k: v.tolist() for k, v in figure.values().items()}, sep='\\n')"
    )
    return map(ast.literal_eval, notebook.ask(code).splitlines())


def while_busy(notebook, act):
    """Do something on the page while the kernel sleeps; it must still sleep when that is done."""
    notebook.start("import time; time.sleep(3); done = True")
    act()
    assert notebook.page.locator(".jp-Notebook-ExecutionIndicator[data-status='busy']").count()
    assert notebook.ask("print(done)").strip() == "True"


def overlaps(figure, but=".lab-saved"):
    """Pairs of texts of the picture that stand on each other, or leave it; all but some."""
    return figure.root.evaluate(
        """(root, but) => {
            const svg = root.querySelector('svg').getBoundingClientRect();
            const texts = [...root.querySelectorAll(`svg text:not(${but})`)];
            const boxes = texts.map((text) => [text.textContent, text.getBoundingClientRect()]);
            const meet = (from, to, other, end) => from < end - 3 && other < to - 3;
            const cross = (a, b) => meet(a.left, a.right, b.left, b.right)
                && meet(a.top, a.bottom, b.top, b.bottom);
            const out = boxes.filter(([, b]) => b.left < svg.left - 1 || b.right > svg.right + 1);
            const pairs = boxes.flatMap(([text, box], k) =>
                boxes.slice(0, k).filter(([, other]) => cross(box, other)).map(([o]) => [text, o]));
            return [...out.map(([text]) => text), ...pairs];
        }""",
        but,
    )
