"""Every notebook as a class opens it: stills first, then run, live, without a complaint."""

import json

import pytest

from tests.questions import beside, leaked
from tools.handout.answers import ASKED

from .conftest import ROOT, SCREENSHOTS

NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
#: Three screens of a class at once, in pixels: quicker to look through.
TALL = 2400
#: The cells that stand under a heading "Answer", and whether each can be seen.
ANSWERS = """() => {
    const cells = [...window.jupyterapp.shell.currentWidget.content.widgets];
    let under = false;
    return cells.flatMap((cell) => {
        const source = cell.model.sharedModel.source;
        const heading = cell.model.type === 'markdown' && source.startsWith('#');
        if (heading) under = source === '###### Answer';
        return under && !heading ? [cell.isVisible] : [];
    });
}"""
OPEN = "window.jupyterapp.commands.execute('notebook:expand-all-headings')"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_and_its_figures_are_live(open_notebook, name):
    notebook = open_notebook(f"notebooks/{name}")
    stills = 0
    notebook.resize(TALL)
    for _ in notebook.screens():  # not run and not trusted: a still for every figure
        stills = max(stills, notebook.page.locator(".jp-OutputArea img").count())
        assert notebook.page.locator(".lab-figure").count() == 0
        assert notebook.page.get_by_text("Loading widget").count() == 0
    assert stills >= 1
    notebook.run_all()
    truths = {one["about"]: one["truth"] for one in json.loads(notebook.ask(ASKED))}
    for about, seen in beside(ROOT / "notebooks" / name).items():
        assert not leaked(truths[about], seen), about
    answers = notebook.page.evaluate(ANSWERS)  # run all: not one of them has opened
    assert not any(answers) and len(answers) >= (0 if name.startswith("00") else 10)
    notebook.screenshots(SCREENSHOTS / f"{name[:2]}_folded")
    notebook.page.evaluate(OPEN)
    assert all(notebook.page.evaluate(ANSWERS))
    assert notebook.page.locator(".lab-figure svg").count() >= 1
    assert notebook.page.locator("mjx-merror").count() == 0
    assert notebook.page.locator(".jp-RenderedText[data-mime-type*='error']").count() == 0
    for theme in ("dark", "light"):
        notebook.set_theme(theme)
        notebook.screenshots(SCREENSHOTS / f"{name[:2]}_{theme}")
