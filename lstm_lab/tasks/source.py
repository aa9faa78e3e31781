"""Python source as a text to read: of packages that are installed with the lab, and of the lab.

Nothing is shipped: pinned versions give the same text on every machine, and its hash is on the card
of the nets that were trained on it.
"""

import hashlib
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from .._validate import check_one_of

__all__ = ["ALPHABET", "PACKAGES", "SourceFile", "python_source", "readable", "source_hash"]

#: Printable ASCII and the newline: 96 characters.
ALPHABET = "".join(map(chr, range(32, 127))) + "\n"
PACKAGES = (
    "matplotlib", "ipython", "jupyter-client", "jupyter-core", "jupyter-server", "jupyterlab",
    "jupyterlab-server", "ipykernel", "ipywidgets", "traitlets", "nbclient", "nbconvert",
    "nbformat",
)  # fmt: skip
#: One file of so many is held out …
EVERY = 10
#: … but not scored if more than this share of its lines of so many characters stands in the others.
MOST_READ, LONG_LINE = 0.2, 20
PARTS = ("train", "held_out", "lab")


class SourceFile(NamedTuple):
    """A file of Python source: where it stands in its package, and what `readable` leaves of it."""

    name: str
    text: str


def python_source(part: str = "held_out") -> list[SourceFile]:
    """Files of Python source, in the order of their names.

    part  "train", what the nets named "python_code" have read; "held_out", of the tenth that they
          have not read the files that are new to them: packages copy from each other, and files
          of which more than a fifth of the lines of 20 characters and more stands in "train" are
          left out; or "lab", the source of lstm_lab itself, which they have not read either

    Raises ModuleNotFoundError if a package of PACKAGES is not installed.

    >>> import lstm_lab as lab
    >>> [file.name for file in lab.tasks.python_source("lab")][:2]
    ['lstm_lab/__init__.py', 'lstm_lab/__main__.py']
    """
    check_one_of("part", part, PARTS)
    if part == "lab":
        root = Path(__file__).parents[1]
        paths = {p.relative_to(root.parent).as_posix(): p for p in root.rglob("*.py")}
        return _read(paths)
    files = [file for package in PACKAGES for file in _files_of(package) if file.suffix == ".py"]
    train, held_out = (
        {str(f): Path(f.locate()) for f in files if _is_held_out(str(f)) == out}
        for out in (False, True)
    )
    return _read(train) if part == "train" else _new_to(_read(train), _read(held_out))


def _files_of(package):
    try:
        return metadata.files(package) or ()
    except metadata.PackageNotFoundError:
        raise ModuleNotFoundError(
            f"{package} is not installed, but its source is part of the text: run "
            '`pip install -c constraints.txt ".[lab]"` in the folder of the repository'
        ) from None


def _is_held_out(name) -> bool:
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % EVERY == 0


def _read(paths) -> list[SourceFile]:
    """The files at {name: path} that hold a text."""
    texts = {name: readable(path.read_text("utf-8")) for name, path in sorted(paths.items())}
    return [SourceFile(name, text) for name, text in texts.items() if text.strip()]


def _new_to(read, files) -> list[SourceFile]:
    """Those of `files` that are new to a reader of `read`."""
    known = {line for file in read for line in _long_lines(file.text)}

    def is_new(file):
        lines = _long_lines(file.text)
        return sum(line in known for line in lines) <= MOST_READ * len(lines)

    return [*filter(is_new, files)]


def _long_lines(text) -> list[str]:
    """The lines that are not everybody's, as `else:` is, without the blanks around them."""
    return [line for line in map(str.strip, text.split("\n")) if len(line) >= LONG_LINE]


def readable(text: str) -> str:
    """The text in ALPHABET: tabs as four blanks, and no character that is not in it."""
    text = text.replace("\r\n", "\n").replace("\t", "    ")
    return "".join(filter(set(ALPHABET).__contains__, text))


def source_hash(files: list[SourceFile]) -> str:
    """SHA-256 of the names and texts of files, the first sixteen digits."""
    return hashlib.sha256("\0".join(f"{f.name}\0{f.text}" for f in files).encode()).hexdigest()[:16]
