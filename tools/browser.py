"""A real JupyterLab in a real browser: start it, open a notebook, move a control, read a figure.

The browser tests, the benchmarks and the pictures of README all drive the lab through this file.
"""

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import nbformat
from playwright.sync_api import sync_playwright

CLASS_SIZE = {"width": 1280, "height": 800}
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
FLAGS = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync
    --disable-background-networking --disable-component-update""".split()
#: Where each kind of browser is looked for: a variable, names on PATH, a place on a Mac.
PLACES = {
    "chromium": (
        "CHROMIUM",
        "chromium chromium-browser google-chrome google-chrome-stable chrome".split(),
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ),
    "firefox": (
        "FIREFOX",
        "firefox-esr firefox".split(),
        "/Applications/Firefox.app/Contents/MacOS/firefox",
    ),
}
#: Milliseconds that a page may take on a machine that does other work, too.
PATIENCE = 120_000


def find(kind) -> str | None:
    """The path of a "chromium" or a "firefox" on this machine, or None."""
    variable, names, mac = PLACES[kind]
    found = [os.environ.get(variable), *map(shutil.which, names)]
    found.append(mac if Path(mac).exists() else None)
    return next(filter(None, found), None)


@contextlib.contextmanager
def browsers():
    """A function that starts a headless "chromium" or "firefox"; all are closed at the end."""
    with _node_options(f"--require {Path(__file__).with_name('firefox.cjs')}"):
        play = sync_playwright().start()
    started = []

    def start(kind, **options):
        path = find(kind)
        if path is None:
            raise RuntimeError(
                f"no {kind} found: install one, or set {PLACES[kind][0]} to its path"
            )
        own = {"chromium": {"args": FLAGS}, "firefox": {"channel": "moz-firefox"}}[kind]
        launch = getattr(play, kind).launch
        started.append(launch(executable_path=path, timeout=PATIENCE, **own | options))
        return started[-1]

    try:
        yield start
    finally:
        for browser in started:
            browser.close()
        play.stop()


@contextlib.contextmanager
def chromium():
    """A headless Chromium or Chrome, closed at the end."""
    with browsers() as start:
        yield start("chromium")


@contextlib.contextmanager
def _node_options(options):
    before = os.environ.get("NODE_OPTIONS")
    os.environ["NODE_OPTIONS"] = f"{before or ''} {options}"
    yield
    os.environ.pop("NODE_OPTIONS")
    if before is not None:
        os.environ["NODE_OPTIONS"] = before


@contextlib.contextmanager
def jupyterlab(root: Path, app="lab", seconds=300):
    """A JupyterLab serving `root` on loopback with settings of its own; yields its `Lab`.

    app  "lab", or "notebook" for Notebook 7
    """
    with tempfile.TemporaryDirectory() as settings, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        token = secrets.token_hex(16)
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyter", app, *_lab_flags(root, port, token)],
            env=os.environ | _own_settings(settings),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        lab = Lab(
            f"http://127.0.0.1:{port}", token, {"lab": "lab/tree", "notebook": "notebooks"}[app]
        )
        try:
            lab.wait(seconds, process)
            yield lab
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(seconds)


def _lab_flags(root, port, token):
    return [
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={token}",
        f"--ServerApp.root_dir={root}",
        "--expose-app-in-browser",
        "--LabApp.extension_manager=readonly",
        "--LabApp.news_url=",
    ]


def _own_settings(folder):
    kinds = {"CONFIG_DIR": "config", "DATA_DIR": "data", "RUNTIME_DIR": "runtime"}
    own = {f"JUPYTER_{key}": f"{folder}/{name}" for key, name in kinds.items()}
    lab = {f"JUPYTERLAB_{k}_DIR": f"{folder}/{k.lower()}" for k in ("SETTINGS", "WORKSPACES")}
    return own | lab


def scratch_notebook(folder, cells) -> str:
    """Write a notebook of code cells into a folder; returns its file name."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    name = f"scratch_{secrets.token_hex(4)}.ipynb"
    nbformat.write(notebook, Path(folder) / name)
    return name


#: What JupyterLab complains of when a notebook is put away while it still asks or draws something.
PUT_AWAY = ("Canceled future", "Disposed", "node to be removed is not a child")
#: Wait until the page has laid out what it was told, and loaded its pictures.
STILL = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    await frame();
    await frame();
    await Promise.all([...document.images].map((image) => image.decode().catch(() => 0)));
    await frame();
}"""
#: Whether a figure has painted these traits.
SHOWS = """(e, state) => e.dataset.painted === 'yes' && Object.entries(state).every(
    ([key, value]) => JSON.stringify(e.lab.state[key]) === JSON.stringify(value))"""


class Lab:
    """The address of a running JupyterLab."""

    def __init__(self, url, token, pages="lab/tree"):
        self.url, self.token, self.pages = url, token, pages

    def wait(self, seconds, process):
        for _ in range(int(seconds * 10)):
            with contextlib.suppress(OSError):
                return self.request("api/status")
            if process.poll() is not None:
                raise RuntimeError(f"jupyter lab ended with exit code {process.returncode}")
            time.sleep(0.1)
        raise TimeoutError(f"jupyter lab did not answer in {seconds} s")

    def request(self, path, method="GET"):
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(f"{self.url}/{path}", method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=PATIENCE / 1000) as answer:
            return answer.read()

    def end_kernels(self, *paths):
        """Of these notebooks; without this a notebook opened again would keep its kernel."""
        for session in json.loads(self.request("api/sessions")):
            if session["path"] in paths:
                self.request(f"api/sessions/{session['id']}", "DELETE")


class Notebook:
    """One notebook open in one page; `errors` collects what the page's console complains of."""

    def __init__(self, browser, lab, path, theme="light", size=CLASS_SIZE):
        self.lab = lab
        self.page = browser.new_page(viewport=size, color_scheme=theme)
        self.page.set_default_timeout(PATIENCE)
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self._note(str(error)))
        self.page.on("console", self._hear)
        self.load(path)
        self.set_theme(theme)

    def load(self, path):
        """Load JupyterLab anew, with this notebook."""
        self.page.goto(f"{self.lab.url}/{self.lab.pages}/{path}?token={self.lab.token}&reset")
        self._await(path)

    def open(self, path):
        """Another notebook in the same page, in place of this one, whose kernel lives on.

        To load JupyterLab takes ten times as long.
        """
        self.page.evaluate(
            """async (path) => {
                const { shell, commands } = window.jupyterapp;
                for (const widget of [...shell.widgets('main')]) widget.dispose();
                await commands.execute('docmanager:open', { path });
            }""",
            path,
        )
        self._await(path)

    def _await(self, path):
        self.path = path
        self.page.wait_for_function(
            """(path) => {
                const context = window.jupyterapp?.shell?.currentWidget?.context;
                return context?.isReady && context.path === path;
            }""",
            arg=path,
        )
        self.page.evaluate(
            """async () => {
                const context = window.jupyterapp.shell.currentWidget.context.sessionContext;
                await context.ready;
                await context.session.kernel.info;
            }"""
        )

    def set_theme(self, theme):
        """Show the lab in "light" or "dark"."""
        self.page.evaluate(
            """async (theme) => {
                const app = window.jupyterapp;
                await app.restored;
                if (document.body.dataset.jpThemeName === theme) return;
                await app.commands.execute('apputils:change-theme', { theme });
                await app.shell.currentWidget.context.ready;
            }""",
            THEMES[theme],
        )

    def _hear(self, message):
        if message.type == "error":
            self._note(f"{message.text} ({message.location.get('url', '')})")

    def _note(self, complaint):
        if not any(part in complaint for part in PUT_AWAY):
            self.errors.append(complaint)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.page.close()

    def run_all(self):
        """Start the kernel if need be, run every cell, wait until all are done."""
        self.page.evaluate(
            """async () => {
                await window.jupyterapp.commands.execute('notebook:run-all-cells');
            }"""
        )

    def ask(self, code: str) -> str:
        """What the kernel behind the page prints when it runs `code`; an error is raised here."""
        return self.page.evaluate(
            """async (code) => {
                const { session } = window.jupyterapp.shell.currentWidget.context.sessionContext;
                let said = '';
                const future = session.kernel.requestExecute({ code, store_history: false });
                future.onIOPub = ({ content, header }) => {
                    if (header.msg_type === 'stream') said += content.text;
                    if (header.msg_type === 'error') throw new Error(content.evalue);
                };
                const reply = await future.done;
                if (reply.content.status === 'error') throw new Error(reply.content.evalue);
                return said;
            }""",
            code,
        )

    def start(self, code: str):
        """Let the kernel run `code` without waiting for it."""
        self.page.evaluate(
            """(code) => { window.jupyterapp.shell.currentWidget.context.sessionContext.session
                .kernel.requestExecute({ code }); }""",
            code,
        )

    def rewrite(self, source: str):
        """Give the first cell another source."""
        self.page.evaluate(
            """(source) => { window.jupyterapp.shell.currentWidget.content.widgets[0]
                .model.sharedModel.source = source; }""",
            source,
        )

    def save(self):
        self.page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")

    def figure(self, title: str, nth=0) -> "LiveFigure":
        """The nth live figure of that title, scrolled into view."""
        root = self.page.locator(f".lab-figure[aria-label='{title}']").nth(nth)
        root.wait_for(state="attached")
        root.scroll_into_view_if_needed()
        return LiveFigure(self.page, root)

    def screenshot(self, path):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self.page.evaluate(STILL)
        self.page.screenshot(path=str(path))

    def screens(self):
        """Scroll through the notebook a screenful at a time; yields 1, 2, … after each step."""
        scroller = self.page.locator(".jp-WindowedPanel-outer").first
        k, top = 0, -1
        scroller.evaluate("(e) => e.scrollTo(0, 0)")
        while scroller.evaluate("(e) => e.scrollTop") > top:
            top = scroller.evaluate("(e) => e.scrollTop")
            self.page.evaluate(STILL)
            k += 1
            yield k
            scroller.evaluate("(e) => e.scrollBy(0, e.clientHeight - 40)")

    def resize(self, height):
        """Make the window that high: more of a notebook on one screen."""
        self.page.set_viewport_size(CLASS_SIZE | {"height": height})

    def screenshots(self, stem):
        """The whole notebook: stem_01.png, stem_02.png …"""
        Path(stem).parent.mkdir(parents=True, exist_ok=True)
        for k in self.screens():
            self.page.screenshot(path=f"{stem}_{k:02}.png")


class LiveFigure:
    """A figure on the page: move its controls as a person would, read what it shows."""

    def __init__(self, page, root):
        self.page, self.root = page, root

    def control(self, name):
        """The control called `name`: a slider or radio button, or a button by its text."""
        named = self.root.locator(f"[data-control='{name}']")
        return named if named.count() else self.root.get_by_role("button", name=name, exact=True)

    def drag(self, name, fraction):
        """Drag a slider's thumb by mouse to a fraction (0 to 1) of its length."""
        slider = self.control(name)
        slider.scroll_into_view_if_needed()
        low, high, now = slider.evaluate("(e) => [+e.min, +e.max, +e.value]")
        self.page.mouse.move(*self.spot(name, (now - low) / (high - low)))
        self.page.mouse.down()
        self.page.mouse.move(*self.spot(name, fraction), steps=4)
        self.page.mouse.up()
        self.settle()

    def spot(self, name, fraction):
        """Where on the page the thumb of a slider is at a fraction of its length."""
        box, thumb = self.control(name).bounding_box(), 8  # its centre stays inside the track
        x = box["x"] + thumb + fraction * (box["width"] - 2 * thumb)
        return x, box["y"] + box["height"] / 2

    def ends(self, name):
        """Move a slider to its ends by mouse, then by key; yields the value it must have."""
        low, high = (float(self.control(name).get_attribute(a)) for a in ("min", "max"))
        for move, where, expected in (
            (self.drag, 1, high),
            (self.drag, 0, low),
            (self.press, "End", high),
            (self.press, "Home", low),
        ):
            move(name, where)
            yield expected

    def press(self, name, *keys):
        """Focus a control and press keys."""
        self.control(name).focus()
        for key in keys:
            self.page.keyboard.press(key)
        self.settle()

    def click(self, name):
        self.control(name).click()
        self.settle()

    def settle(self):
        """Wait until the figure says that all was painted."""
        self.wait("(e) => e.dataset.painted === 'yes'")

    def wait(self, condition, arg=None):
        """Wait for a condition of the figure, in JavaScript: (figure, arg) -> whether it holds."""
        self.page.wait_for_function(
            f"([e, arg]) => ({condition})(e, arg)", arg=[self.root.element_handle(), arg]
        )

    def shows(self, **state):
        """Wait until these traits, such as Python changed, are painted."""
        self.wait(SHOWS, state)

    def read(self) -> dict:
        """The figure's state and computed values, in full precision."""
        return self.root.evaluate("(e) => e.lab")

    def screenshot(self, path):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self.root.screenshot(path=str(path))
