"""`make handout`: run every notebook and write its page, and an index, into handout/."""

import json
from pathlib import Path

from ..notebooks import FOLDER, execute
from .answers import ASKED
from .pages import Pages, front

OUT = FOLDER.parent / "handout"
#: A page is to open on a phone, and go by mail.
MOST_BYTES = 3_000_000


def run_and_ask(path):
    """A notebook that was run, with what it asks its readers to guess."""
    notebook = execute(path, then=ASKED)
    notebook.metadata["asked"] = json.loads(notebook.cells.pop().outputs[0].text)
    return notebook


def build(paths, out, run=run_and_ask) -> list[Path]:
    """Write a page for each notebook, and index.html; returns what was written.

    `run` takes a notebook's path and returns it with its outputs, the state of its widgets and what
    was asked; without the last the page has no boxes for guesses.
    """
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    pages = Pages(FOLDER, ["index.html", *(path.stem + ".html" for path in paths)])
    fronts, written = {}, []
    for path in paths:
        notebook = run(path)
        name = path.stem + ".html"
        fronts[name] = front(notebook, path.name)
        written.append(write(out / name, pages.page(notebook, path.name)))
    return [*written, write(out / "index.html", pages.contents(fronts))]


def write(path, text) -> Path:
    """Write a page that is not too large."""
    size = len(text.encode())
    if size > MOST_BYTES:
        raise ValueError(f"{path.name} has {size:,} bytes, but a page may have {MOST_BYTES:,}")
    path.write_text(text, "utf-8")
    print(f"{path.name}: {size // 1000:,} kB", flush=True)
    return path


if __name__ == "__main__":
    build(sorted(FOLDER.glob("*.ipynb")), OUT)
