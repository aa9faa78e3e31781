"""`make slides`: the live figures of all notebooks, one to a screen, in build/slides.html.

The page is made as the handout's are: whole in itself, without a network. A slide is the heading
above a figure, the question that is asked before it, and the figure.
"""

import re
from pathlib import Path

import nbformat

from .handout.__main__ import write
from .handout.figures import WIDGET_STATE, Album, saved_widgets
from .handout.pages import Pages
from .notebooks import FOLDER, execute

OUT = FOLDER.parent / "build" / "slides.html"


def slides(notebook) -> list:
    """The cells of a run notebook's slides: words and a figure, words and a figure …"""
    cells, heading, asked, album = [], "", "", Album(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            text = re.sub(r"<details>.*?</details>", "", cell.source, flags=re.DOTALL)
            heading = (re.findall(r"^#+ (?!Answer$)(.+)$", text, re.MULTILINE) or [heading])[-1]
            asked = next(
                (p for p in reversed(text.split("\n\n")) if "?" in p and p[0] != "#"), asked
            )
        elif live := [output for output in cell.outputs if album.shown_by(output)]:
            cells.append(nbformat.v4.new_markdown_cell(f"## {heading}\n\n{asked}"))
            cells.append(nbformat.v4.new_code_cell("", outputs=live))
            asked = ""
    return cells


def build(paths, out=OUT, run=execute) -> Path:
    """Write the slides of some notebooks; `run` returns one with the state of its widgets."""
    deck, states = nbformat.v4.new_notebook(), {}
    for path in paths:
        notebook = run(path)
        deck.cells += slides(notebook)
        states |= saved_widgets(notebook)
    deck.metadata.widgets = {WIDGET_STATE: {"state": states}}
    out.parent.mkdir(parents=True, exist_ok=True)
    return write(out, Pages(FOLDER, []).slides(deck))


if __name__ == "__main__":
    build(sorted(FOLDER.glob("*.ipynb")))
