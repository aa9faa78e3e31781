"""The bar of a training: what it leaves in a terminal, in a notebook, and in a stored one."""

import re

import nbformat
import pytest

from lstm_lab._progress import progress_bar
from tools.handout.figures import saved_widgets
from tools.notebooks import WIDGET_VIEW, clean, execute


def test_in_a_terminal_the_full_bar_stays(capsys):
    assert list(progress_bar(range(3))) == [0, 1, 2]
    with progress_bar(total=3) as bar:
        bar.update(3)
    out, err = capsys.readouterr()
    assert out == "" and len(re.findall(r"100%\|█+\| 3/3", err)) == 2


def test_nothing_is_shown_if_nobody_wants_it(capsys):
    assert list(progress_bar(range(3), shown=False)) == [0, 1, 2]
    assert capsys.readouterr() == ("", "")


BAR = "from lstm_lab._progress import progress_bar\n"


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A notebook with a bar that became full, one that an error ended, and one not to be shown."""
    path = tmp_path_factory.mktemp("bars") / "bars.ipynb"
    cells = [
        BAR + "for _ in progress_bar(range(3)): pass",
        "with progress_bar(total=2) as bar: bar.update(1)",
        "for _ in progress_bar(range(3), shown=False): pass",
    ]
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbformat.write(made, path)
    return execute(path)


@pytest.mark.parametrize(("cell", "done", "style"), [(0, 3, "success"), (1, 1, "danger")])
def test_in_a_notebook_it_is_a_widget_whose_model_stays_and_no_text(ran, cell, done, style):
    (output,) = ran.cells[cell].outputs
    assert set(output.data) == {WIDGET_VIEW}
    models = saved_widgets(ran)
    children = models[output.data[WIDGET_VIEW]["model_id"]]["state"]["children"]
    bar, text = (models[child.removeprefix("IPY_MODEL_")]["state"] for child in children[1:])
    assert (bar["value"], bar["bar_style"]) == (done, style)
    assert f"{done}/{bar['max']:.0f}" in text["value"]


def test_a_stored_notebook_has_no_bar(ran):
    assert ran.cells[2].outputs == []
    assert [cell.outputs for cell in clean(ran.copy()).cells] == [[], [], []]
