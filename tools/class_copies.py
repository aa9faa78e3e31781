"""`make class`: notebooks without solutions, and an answer book for the teacher, into build/class.

Hints stay, and so do the folded answers to guesses, which later cells need. The answer book has
each exercise with its solution, each folded answer with what it prints, and the closing answers.
"""

import re
import shutil
from pathlib import Path

import nbformat

from .notebooks import FOLDER

OUT = FOLDER.parent / "build" / "class"
SOLUTION = re.compile(r"\n*<details><summary>Solution</summary>(.*?)</details>", re.DOTALL)
CLOSING = re.compile(r"\n*<details><summary>Answers</summary>(.*?)</details>", re.DOTALL)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
PICTURE = re.compile(r"\]\((\.\./images/[^)]+)\)")


def without_solutions(notebook):
    """The notebook without solutions and closing answers; changed in place and returned."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = CLOSING.sub("", SOLUTION.sub("", cell.source))
    return notebook


def answers(notebook) -> list[str]:
    """The chapter of a notebook in the answer book, piece by piece in Markdown."""
    title = HEADING.search(notebook.cells[0].source)[1]
    pieces, heading, opened = [f"# {title}"], title, False
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            headings = HEADING.findall(SOLUTION.sub("", cell.source))
            opened = headings == ["Answer"] or (opened and not headings)
            for solution in SOLUTION.findall(cell.source):
                pieces.append(f"### {heading}\n{solution.rstrip()}")
            for closing in CLOSING.findall(cell.source):
                pieces.append(f"### Three questions\n{closing.rstrip()}")
            if headings and headings != ["Answer"]:
                heading = headings[-1]
            elif headings:
                pieces.append(f"### {heading}")
            elif opened:
                pieces.append(cell.source)
        elif opened:
            pieces += [f"```\n{o.text.rstrip()}\n```" for o in cell.outputs if "text" in o]
    return pieces


def take_pictures(notebook, folder, copies):
    """Copy the pictures that a notebook shows to where its copy looks for them."""
    for cell in notebook.cells:
        for picture in PICTURE.findall(cell.source):
            target = copies / picture
            target.parent.mkdir(exist_ok=True)
            shutil.copy(folder / picture, target)


def build(paths, out=OUT) -> Path:
    """Write the class copies, their pictures and the answer book; returns the book's path."""
    copies = Path(out) / "notebooks"
    copies.mkdir(parents=True, exist_ok=True)
    book = nbformat.v4.new_notebook()
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        book.cells += map(nbformat.v4.new_markdown_cell, answers(notebook))
        take_pictures(notebook, path.parent, copies)
        nbformat.write(without_solutions(notebook), copies / path.name)
    for k, cell in enumerate(book.cells):
        cell.id = f"cell-{k:03}"
    nbformat.write(book, Path(out) / "answers.ipynb")
    return Path(out) / "answers.ipynb"


if __name__ == "__main__":
    print(
        f"copies for the class in {OUT / 'notebooks'}, answers in",
        build(sorted(FOLDER.glob("*.ipynb"))),
    )
