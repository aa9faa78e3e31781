"""Made-up notebooks for the tests of the handout: run by nobody, with widgets in their state."""

import base64
import io

import nbformat
from ipywidgets import Widget
from PIL import Image

from tools.handout.figures import WIDGET_STATE
from tools.notebooks import WIDGET_VIEW

FRONT = "# 99 Made up\n\n**3 minutes.** Afterwards you can\n- test $x^2$.\n\nYou should know all."


def notebook(*cells, widgets=None, front=FRONT):
    """A notebook of these cells (text is Markdown), with the state of its widgets."""
    texts = [nbformat.v4.new_markdown_cell(c) if isinstance(c, str) else c for c in (front, *cells)]
    made = nbformat.v4.new_notebook(cells=texts)
    made.metadata.widgets = {WIDGET_STATE: {"state": widgets or {}}}
    return made


def code(source, *outputs, **metadata):
    return nbformat.v4.new_code_cell(source, outputs=list(outputs), metadata=metadata)


def answer():
    """The heading under which an answer is folded."""
    return nbformat.v4.new_markdown_cell(
        "###### Answer", metadata={"jp-MarkdownHeadingCollapsed": True}
    )


def printed(text):
    return nbformat.v4.new_output("stream", name="stdout", text=text)


def view(model_id):
    """What a cell puts out that shows a widget, with a still beside it."""
    data = {WIDGET_VIEW: {"model_id": model_id}, "image/png": still(), "text/plain": "a figure"}
    return nbformat.v4.new_output(
        "display_data", data=data, metadata={"image/png": {"alt": "a <red> square"}}
    )


def still() -> str:
    """A small red square, as a notebook keeps it."""
    written = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(written, "PNG")
    return base64.b64encode(written.getvalue()).decode() + "\n"


def widget(esm, buffers=(), **state):
    """A figure's saved model; buffers are (path, bytes)."""
    kept = [
        {"path": path, "data": base64.b64encode(data).decode(), "encoding": "base64"}
        for path, data in buffers
    ]
    return {"model_name": "AnyModel", "state": {"_esm": esm, "_css": "", **state}, "buffers": kept}


def gallery(*figures, folded=False):
    """A notebook that shows these figures of the lab, one a cell, folded or not."""
    cells = [code("figure", view(figure.model_id)) for figure in figures]
    if folded:
        cells = [part for cell in cells for part in (answer(), cell)]
    states = Widget.get_manager_state(widgets=figures, drop_defaults=False)["state"]
    return notebook(*cells, widgets=states)
