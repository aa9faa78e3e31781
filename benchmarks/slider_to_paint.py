"""From a key press on a slider to the painted picture, in a real JupyterLab.

SoftIf, drawn by the page, beside `interact` with matplotlib drawing SoftIf's still: both move one
gate of four and show the same rows. The clock starts at the key's own time stamp; it is read when
SoftIf's picture has been drawn anew, and stops in the first task after the frame that shows it.
"""

import statistics
import tempfile
from pathlib import Path

from tools.browser import LiveFigure, Notebook, chromium, jupyterlab, scratch_notebook

CELLS = [
    "import lstm_lab as lab\nfrom ipywidgets import FloatSlider, interact\n"
    "from IPython.display import display",
    "figure = lab.SoftIf(z=[0, 1, -1, 2]); figure",
    "def still(z):\n"
    "    display(lab.plots.soft_if(figure.if_true, figure.if_false, [z, 1, -1, 2])[0])\n"
    "slider = interact(still, z=FloatSlider(0, min=-8, max=8, step=0.1))",
]
CLOCK = """() => {
    window.times = [];
    window.drawn = [];
    let pressed = null;
    document.addEventListener('keydown', (e) => { pressed = e.timeStamp; }, true);
    const painted = () => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => {
            if (pressed !== null) window.times.push(performance.now() - pressed);
            pressed = null;
        };
        channel.port2.postMessage(0);
    };
    document.querySelector('.lab-figure').addEventListener('lab:paint', ({ detail }) => {
        if (pressed !== null) window.drawn.push(performance.now() - pressed);
        if (detail.inFrame) painted();
        else requestAnimationFrame(painted);  // the frame that shows it is the next
    });
    const shown = new MutationObserver((changes) => {
        const images = changes.flatMap((c) => [...c.addedNodes])
            .flatMap((n) => n.querySelectorAll ? [...n.querySelectorAll('img')] : []);
        if (images.length) images[0].decode().then(() => requestAnimationFrame(painted));
    });
    const output = document.querySelector('.widget-interact, .jupyter-widgets.widget-interact');
    shown.observe(output, { childList: true, subtree: true });
}"""


def press(notebook, presses):
    """Press → and ← in turn on what has the focus; of each the milliseconds until it was shown, and
    until SoftIf's picture was drawn."""
    notebook.page.evaluate("window.times = []; window.drawn = []")
    for k in range(presses):
        notebook.page.keyboard.press("ArrowRight" if k % 8 < 4 else "ArrowLeft")
        notebook.page.wait_for_function("(k) => window.times.length > k", arg=k)
        notebook.page.wait_for_timeout(37)  # out of step with the frames
    return notebook.page.evaluate("[window.times, window.drawn]")


def measure(presses=60):
    """Milliseconds from key to frame, SoftIf's until it is drawn, and interact's to frame."""
    with tempfile.TemporaryDirectory() as root:
        name = scratch_notebook(root, CELLS)
        with (
            jupyterlab(Path(root)) as lab,
            chromium() as browser,
            Notebook(browser, lab, name, size={"width": 1280, "height": 1600}) as notebook,
        ):
            notebook.run_all()
            figure: LiveFigure = notebook.figure("SoftIf")
            notebook.page.locator(".widget-interact img").wait_for()
            notebook.page.evaluate(CLOCK)
            figure.control("z1").focus()
            press(notebook, 8)  # warm
            ours, drawn = press(notebook, presses)
            notebook.page.locator(".widget-interact .noUi-handle").focus()
            press(notebook, 8)
            return ours, drawn, press(notebook, presses)[0]


def spread(times):
    """`median / p95 ms`."""
    p95 = statistics.quantiles(times, n=20)[-1]
    return f"{statistics.median(times):.1f} / {p95:.1f} ms"


def rows():
    ours, drawn, theirs = measure()
    ratio = statistics.median(theirs) / statistics.median(ours)
    yield (
        "key to paint, median / p95 of 60",
        f"SoftIf: {spread(ours)}, drawn after {spread(drawn)}",
        f"interact + matplotlib: {spread(theirs)}",
        f"{ratio:.1f}×",
    )
