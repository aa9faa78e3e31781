"""From a key press to the painted picture, in a real JupyterLab, for every figure.

SoftIf, drawn by the page, beside `interact` with matplotlib drawing SoftIf's still: both move one
gate of four and show the same rows. The clock starts at the key's own time stamp; it is read when
the figure's picture has been drawn anew, and stops in the first task after the frame that shows it.
What a figure computes in slices is drawn at once as far as it is known, and whole after the last.
"""

import contextlib
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
#: The other figures: how each is made, the control that is moved, and what the move does.
MOVED = {
    "SoftSwitch": ("lab.SoftSwitch()", "score1", "a score"),
    "CellPlayer": (
        "lab.CellPlayer(lab.programs.nesting(), lab.tasks.nesting().encode('(a)' * 3), '(a)' * 3)",
        "step",
        "a step",
    ),
    "Highway": ("lab.Highway()", "forget_bias", "100 steps, a gradient through each"),
    "TraceExplorer": (
        "lab.TraceExplorer(lab.training.load('anbn'), 'a' * 20 + 'b' * 20)",
        "sharpness",
        "40 characters read again",
    ),
    "AttentionMap": (
        "lab.AttentionMap(lab.training.load('reverse'))",
        "sharpness",
        "the word written again",
    ),
    "UnitExplorer": (
        "lab.UnitExplorer(lab.training.load('python_code'), 'f(x) # y\\n' * 55 + 'z = 1', 'code')",
        "text",
        "a character after 500",
    ),
    "UnitExplorer, all of it": ("", "sharpness", "500 characters read again by 128 units"),
    "Playground": (
        "lab.Playground(lab.training.load('anbn'))",
        "sharpness",
        "the text read again; whole: and how far it counts",
    ),
}
CLOCK = """(root) => {
    window.times = [];
    window.drawn = [];
    window.whole = [];
    let pressed = null, begun = null;
    document.addEventListener('keydown', (e) => { pressed = begun = e.timeStamp; }, true);
    const painted = () => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => {
            if (pressed !== null) window.times.push(performance.now() - pressed);
            pressed = null;
        };
        channel.port2.postMessage(0);
    };
    root.addEventListener('lab:paint', ({ detail }) => {
        if (!root.lab.values.more && begun !== null) {
            window.whole.push(performance.now() - begun);
            begun = null;
        }
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
    if (output) shown.observe(output, { childList: true, subtree: true });
}"""


#: Shown, and if a figure was pressed whole.
MEASURED = """(k) => window.times.length > k &&
    (window.drawn.length === 0 || window.whole.length > k)"""


def press(notebook, presses, keys=("ArrowRight", "ArrowLeft")):
    """Press the two keys in turn, four times each, on what has the focus; of each press the
    milliseconds until it was shown, until the figure was drawn, and until it was whole."""
    notebook.page.evaluate("window.times = []; window.drawn = []; window.whole = []")
    for k in range(presses):
        notebook.page.keyboard.press(keys[k % 8 >= 4])
        notebook.page.wait_for_function(MEASURED, arg=k)
        notebook.page.wait_for_timeout(37)  # out of step with the frames
    return notebook.page.evaluate("[window.times, window.drawn, window.whole]")


@contextlib.contextmanager
def opened(cells, height=1600):
    """A notebook of these cells that was run, in JupyterLab."""
    with tempfile.TemporaryDirectory() as root:
        name = scratch_notebook(root, cells)
        with (
            jupyterlab(Path(root)) as lab,
            chromium() as browser,
            Notebook(browser, lab, name, size={"width": 1280, "height": height}) as notebook,
        ):
            notebook.run_all()
            yield notebook


def measure(presses=60):
    """Milliseconds from key to frame, SoftIf's until it is drawn, and interact's to frame."""
    with opened(CELLS) as notebook:
        figure: LiveFigure = notebook.figure("SoftIf")
        notebook.page.locator(".widget-interact img").wait_for()
        figure.root.evaluate(CLOCK)
        figure.control("z1").focus()
        press(notebook, 8)  # warm
        ours, drawn, _ = press(notebook, presses)
        notebook.page.locator(".widget-interact .noUi-handle").focus()
        press(notebook, 8)
        return ours, drawn, press(notebook, presses)[0]


def of_the_others(presses=40):
    """Name, and milliseconds to frame, until it is drawn and until it is whole, of each other
    figure."""
    for name, (made, control, _) in MOVED.items():
        if made:  # a notebook for each: none shares its page
            cells = ["import lstm_lab as lab", made]
        with opened(cells) as notebook:
            figure = notebook.figure(name.partition(",")[0])
            figure.root.evaluate(CLOCK)
            figure.control(control).focus()
            keys = ("z", "Backspace") if control == "text" else ("ArrowRight", "ArrowLeft")
            notebook.page.keyboard.press("Control+End" if control == "text" else "ArrowRight")
            press(notebook, 8, keys)
            yield name, *press(notebook, presses, keys)


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
    for name, shown, drawn, whole in of_the_others():
        took = f"{name.partition(',')[0]}: {spread(shown)}, drawn after {spread(drawn)}"
        in_slices = statistics.median(whole) > 1.1 * statistics.median(drawn)
        slices = f", whole after {spread(whole)}" if in_slices else ""
        yield f"key to paint: {MOVED[name][2]}", took + slices, "", ""
