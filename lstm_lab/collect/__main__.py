"""python -m lstm_lab.collect FOLDER"""

import contextlib
import os
import sys
from pathlib import Path

from . import as_page, as_text, collect
from .reading import PAGE


def main(arguments) -> int:
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a console may lack a character
    if len(arguments) != 1:
        print("usage: python -m lstm_lab.collect FOLDER")
        return 2
    try:
        reports = collect(arguments[0])
    except ValueError as error:
        print(error)
        return 2
    path = Path(arguments[0]) / PAGE
    failed = _write(path, as_page(reports))
    print(as_text(reports))
    print(failed or f"guesses and names: {path}")
    return 1 if failed else 0


def _write(path, text) -> str:
    """Write a page whole, in place of what stands there, or say why not."""
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.unlink(missing_ok=True)
        beside.write_bytes(text.encode(errors="replace"))
        os.replace(beside, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        return f"the page could not be written: {error.strerror}: {path}"
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
