"""Copies for a class: no solution in them, all of them in the answer book."""

import re

import nbformat
import pytest

from tools.class_copies import build
from tools.notebooks import FOLDER

PATHS = sorted(FOLDER.glob("*.ipynb"))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("class")
    book = nbformat.read(build(PATHS, out), as_version=4)
    copies = {p.name: nbformat.read(p, as_version=4) for p in (out / "notebooks").iterdir()}
    links = re.findall(r"\]\(((?:\.\./|\d)[^)]+)\)", "".join(map(str, copies.values())))
    assert "../images/lstm_cell.png" in links  # pictures and other notebooks: all are there
    assert all((out / "notebooks" / link).is_file() for link in links)
    return "\n\n".join(cell.source for cell in book.cells), copies


def solutions(path):
    """What is written below "Solution" and "Answers", line by line."""
    text = "\n".join(c.source for c in nbformat.read(path, 4).cells if c.cell_type == "markdown")
    found = re.findall(r"<summary>(?:Solution|Answers)</summary>(.*?)</details>", text, re.S)
    return [line for part in found for line in part.splitlines() if len(line) > 15]


def test_every_notebook_has_a_copy_that_is_whole(made):
    assert set(made[1]) == {path.name for path in PATHS}
    for path in PATHS:
        stored, copy = nbformat.read(path, as_version=4), made[1][path.name]
        code = [[c for c in n.cells if c.cell_type == "code"] for n in (stored, copy)]
        assert code[0] == code[1]
        text = "\n".join(c.source for c in copy.cells)
        assert text.count("<details>") == text.count("</details>")
        assert text.count("<summary>Hint</summary>") == "\n".join(
            c.source for c in stored.cells
        ).count("<summary>Hint</summary>")


@pytest.mark.parametrize("path", PATHS[1:], ids=lambda path: path.stem)
def test_no_solution_is_in_the_copy_and_each_is_in_the_book(made, path):
    book, copies = made
    text = "\n".join(c.source for c in copies[path.name].cells if c.cell_type == "markdown")
    assert "Solution</summary>" not in text and "Answers</summary>" not in text
    lines = solutions(path)
    assert len(lines) > 5
    for line in lines:
        assert line in book
    assert sum(line in text for line in lines) == 0


def test_the_book_has_each_exercise_and_what_answers_print(made):
    exercises = re.findall(r"^### (Exercise .+)$", made[0], re.M)
    there = "\n".join(c.source for path in PATHS for c in nbformat.read(path, 4).cells)
    assert len(exercises) == len(re.findall(r"^### Exercise ", there, re.M)) >= 27
    assert "a million more lie between 0.0 and 1.0" in made[0]
    assert "$c$ stays the same, whatever focus does." in made[0]
