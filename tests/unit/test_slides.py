"""Slides: a heading, a question and a live figure each, and nothing else."""

import re

import nbformat
from bs4 import BeautifulSoup

import lstm_lab as lab
from tests.made_up import code, gallery, printed
from tools.slides import build


def made_up(path):
    """A notebook with two figures, one of them below a folded answer."""
    notebook = gallery(lab.SoftIf(), lab.Highway(), folded=True)
    say = nbformat.v4.new_markdown_cell
    cells = notebook.cells[1:]
    before = [
        say(f"## {path.stem}. Gates\n\nAll fine.\n\nWhat moves <b>now</b>?\n\n- z"),
        code("1", printed("one")),
    ]
    notebook.cells = [notebook.cells[0], *before, *cells, say("## Later\n\nNo question")]
    return notebook


def test_a_slide_for_each_figure_with_its_question(tmp_path):
    paths = [tmp_path / "1.ipynb", tmp_path / "2.ipynb"]
    page = build(paths, tmp_path / "out" / "slides.html", run=made_up)
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    heads = [h.text for h in soup.select(".slides .prose h2")]
    assert heads == ["1. Gates", "1. Gates", "2. Gates", "2. Gates"]
    assert len(soup.select(".live")) == 4
    asked = [p.text for p in soup.select(".slides .prose p")]
    assert asked == ["What moves now?"] * 2
    assert not soup.select(".highlight") and "one" not in soup.main.text and not soup.header
    assert not re.search(r"https?://(?!www\.w3\.org)", str(soup.head))
