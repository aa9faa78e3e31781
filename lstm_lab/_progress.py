"""The bar that shows how far a training has come, in a notebook or in a terminal."""

from tqdm import auto

#: Whether tqdm draws a widget here: it has looked for a Jupyter kernel.
IN_NOTEBOOK = auto.notebook_tqdm is not auto.std_tqdm


def progress_bar(steps=None, total=None, *, shown=True) -> auto.tqdm:
    """tqdm's bar over `steps`, or one of `total` that `update(n)` moves; it stays when it is full.

    A notebook keeps a text as it was at first, and a widget as it became. So the bar brings no
    text, which would stand at 0 % for ever, and its widget is never closed: the view of a closed
    one reads "model not found" in a notebook that is opened again.
    """
    if not (shown and IN_NOTEBOOK):
        return auto.tqdm(steps, total=total, disable=not shown)
    from IPython.display import display  # half a second, which a terminal need not wait

    bar = auto.tqdm(steps, total=total, display=False)
    view = {"version_major": 2, "version_minor": 0, "model_id": bar.container.model_id}
    display({"application/vnd.jupyter.widget-view+json": view}, raw=True)  # what ipywidgets shows
    return bar
