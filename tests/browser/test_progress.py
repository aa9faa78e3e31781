"""The bar of a training in a real JupyterLab: while it is there, and when it is opened again."""

from .conftest import SETUP

TRAIN = "lab.training.fit(lab.models.Tagger(lab.tasks.anbn(), 2), ['ab'], steps=60); print('done')"


def full_bar(notebook):
    """The bar that the first cell with outputs shows; it must have come to its end."""
    bar = notebook.page.locator(".jp-OutputArea .widget-hbox:has(.progress-bar)")
    bar.get_by_text("60/60").wait_for()
    return bar


def test_a_finished_bar_is_still_there_when_the_notebook_is_opened_again(open_notebook, lab):
    notebook = open_notebook(cells=[SETUP, TRAIN])
    notebook.run_all()
    assert full_bar(notebook).count() == 1
    notebook.save()
    lab.end_kernels(notebook.path)
    again = open_notebook(notebook.path)
    assert full_bar(again).count() == 1
    for complaint in ("model not found", "Loading widget"):
        assert again.page.get_by_text(complaint).count() == 0
