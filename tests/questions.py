"""What a reader of a notebook sees beside each of its questions, and what is folded away."""

import re
from collections.abc import Iterator

import nbformat
import numpy as np

ANSWER = "###### Answer"


def folded(path) -> Iterator[tuple[bool, nbformat.NotebookNode]]:
    """(visible, cell) for each cell: what stands under "Answer" is not, until the next heading."""
    visible = True
    for cell in nbformat.read(path, as_version=4).cells:
        heading = cell.cell_type == "markdown" and re.match(r"#+ ", cell.source)
        visible = visible or bool(heading)
        if cell.source == ANSWER:
            yield True, cell
            visible = False
        else:
            yield visible, cell


def beside(path) -> dict[str, str]:
    """All that can be seen of the section with a guess, up to it; by what it is about."""
    found, seen = {}, ""
    for visible, cell in folded(path):
        if re.match(r"##+ ", cell.source) and cell.source != ANSWER:
            seen = ""  # a new section, a new question
        if visible:
            seen += re.sub(r"<details>.*?</details>", "", cell.source, flags=re.S) + "\n"
            seen += "\n".join(o.get("text", "") for o in cell.get("outputs", []))
            found |= {about: seen for about in re.findall(r'about="(.+?)"\)', cell.source)}
    return found


def leaked(truth, seen) -> list[str]:
    """The spellings of a true answer that can be read; a word may be, among others to choose."""
    return [] if isinstance(truth, str) else [n for n in _spellings(truth) if _stands(n, seen)]


def _spellings(truth):
    """How a number of two or more digits may be written; those of one digit stand anywhere."""
    for value in np.ravel(np.asarray(truth, float)):
        forms = {format(value, how) for how in ("g", ".2f", ".3g", ".0f")} | {f"{value:.0%}"}
        yield from (form for form in forms if len(re.sub(r"\D", "", form).strip("0")) > 1)


def _stands(number, seen):
    return re.search(rf"(?<![\d.]){re.escape(number)}(?![\d.])", seen)
