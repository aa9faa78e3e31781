"""One JupyterLab and one browser of each kind for all browser tests, on a copy of the notebooks."""

import ast
import contextlib
import functools
import json
import os
import shutil
import time
from pathlib import Path

import pytest

from tools.browser import (
    CLASS_SIZE,
    PATIENCE,
    Notebook,
    browsers,
    find,
    jupyterlab,
    scratch_notebook,
)

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "screenshots"
SETUP = "import lstm_lab as lab"
MISSING = "no {0}: these browser tests did NOT run (install one, or set {1} to its path)"


def pytest_collection_modifyitems(items):
    """A person's run goes on without a browser, and says so; CI fails instead."""
    if os.environ.get("CI"):
        return
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        for kind, fixture in (("chromium", "browser"), ("firefox", "firefox")):
            if fixture in fixtures and find(kind) is None:
                item.add_marker(pytest.mark.skip(reason=MISSING.format(kind, kind.upper())))


@pytest.fixture(scope="session")
def start_browser():
    with browsers() as start:
        yield start


@pytest.fixture(scope="session")
def browser(start_browser):
    return start_browser("chromium")


@pytest.fixture(scope="session")
def firefox(start_browser):
    return start_browser("firefox")


@pytest.fixture(scope="session")
def root(tmp_path_factory):
    """A copy of the notebooks that tests may write in."""
    SCREENSHOTS.mkdir(exist_ok=True)
    root = tmp_path_factory.mktemp("lab")
    for folder in ("notebooks", "images"):
        shutil.copytree(ROOT / folder, root / folder)
    return root


@pytest.fixture(scope="session")
def lab(root):
    with jupyterlab(root) as lab:
        yield lab


@pytest.fixture(scope="session")
def desk(browser, lab, root):
    """The page that all tests of notebooks work at, with a notebook of one cell at first."""
    path = "notebooks/" + scratch_notebook(root / "notebooks", [SETUP])
    with Notebook(browser, lab, path) as notebook:
        notebook.first = path
        yield notebook


@pytest.fixture
def open_notebook(desk, lab, root):
    """Open a notebook by path or by its cells' sources, with a kernel of its own.

    No console error may have come up. What needs no notebook of its own takes `show`: faster.
    """
    with opener(desk, root) as opens:
        yield opens


@contextlib.contextmanager
def opener(desk, root, known=None):
    """A function that opens notebooks in a page; it must not have complained, and at the end their
    kernels are ended.

    known  a complaint that is not ours
    """
    opened = set()
    desk.errors.clear()

    def opens(path=None, *, cells=None, theme="light"):
        desk.open(path or "notebooks/" + scratch_notebook(root / "notebooks", cells))
        desk.set_theme(theme)
        desk.resize(CLASS_SIZE["height"])
        opened.add(desk.path)
        return desk

    yield opens
    desk.lab.end_kernels(*opened)
    assert [error for error in desk.errors if error != known] == []


@pytest.fixture
def show(desk):
    """Run code in the page's first notebook, whose kernel many tests use one after another:
    show("figure = …; figure") returns the notebook.

    No console error may have come up.
    """
    desk.errors.clear()

    def shows(code, theme="light"):
        if desk.path != desk.first:
            desk.open(desk.first)
        desk.set_theme(theme)
        desk.resize(CLASS_SIZE["height"])
        desk.rewrite(f"{SETUP}\n{code}")
        desk.run_all()
        return desk

    yield shows
    assert desk.errors == []


def eventually(check):
    """A check that comes to hold: a busy kernel hears of a drag late, since the page sends it one
    message at a time."""

    @functools.wraps(check)
    def patient(*args):
        end = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < end:
            with contextlib.suppress(AssertionError):
                return check(*args)
            time.sleep(0.05)
        return check(*args)

    return patient


def kernel(notebook):
    """What Python holds: the figure's state and values."""
    code = (
        "print({k: getattr(figure, k) for k in figure.shown},"
        "{k: v.tolist() for k, v in figure.values().items()}, sep='\\n')"
    )
    return map(ast.literal_eval, notebook.ask(code).splitlines())


def change(notebook, figure, traits):
    """Let Python change traits ("z=[0], sharpness=2"), and wait until the page has painted them."""
    code = f"import json; figure.change({traits})\n"
    code += f"print(json.dumps({{key: getattr(figure, key) for key in dict({traits})}}))"
    figure.shows(**json.loads(notebook.ask(code)))


@contextlib.contextmanager
def busy(notebook, folder):
    """Within this the kernel is busy: it waits for a file that is written at the end."""
    begun, end = folder / "begun", folder / "end"
    code = f"from pathlib import Path; import time; Path({str(begun)!r}).touch()\n"
    code += f"while not Path({str(end)!r}).exists(): time.sleep(0.01)"
    notebook.start(code)
    eventually(lambda: _exists(begun))()
    try:
        yield
    finally:
        end.touch()


def _exists(path):
    assert path.exists()


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
