"""A notebook as it was shipped, again; the student's own copy is kept."""

import os
import subprocess
from pathlib import Path

__all__ = ["fresh"]


def fresh(number: str) -> Path:
    """The path of the student's copy; the notebook itself is as it was shipped again.

    number  of the notebook: "03", or its file name

    What is kept is what was saved: press Ctrl+S before, for the page may hold more than the file.
    Looks in the current folder (a kernel's is that of its notebook), and in `notebooks` within it.
    What is shipped stands in the folder that LAB_NOTEBOOKS names (in a hub's seat), or is what git
    has for the last commit. Raises ValueError for a number that no one notebook begins with,
    RuntimeError where there is neither.
    """
    path = _notebook(str(number))
    shipped = _shipped(path)
    kept = _unused(path)
    path.rename(kept)
    path.write_bytes(shipped)
    print(f"{path.name} is as it was shipped: File → Reload Notebook from Disk.")
    print(f"Yours, as last saved, is kept as {kept.name}.")
    return kept


def _notebook(number) -> Path:
    """The one notebook whose name begins so."""
    for folder in (Path(), Path("notebooks")):
        found = [p for p in folder.glob("[0-9][0-9]_*.ipynb") if "_mine" not in p.stem]
        fitting = [path for path in found if path.name.startswith(number) and number]
        if len(fitting) == 1:
            return fitting[0].resolve()
        if found:
            numbers = ", ".join(sorted(path.name[:2] for path in found))
            raise ValueError(f"no one notebook begins with {number!r}: give one of {numbers}")
    raise ValueError(f"there are no notebooks of the lab in {Path().resolve()}")


def _shipped(path) -> bytes:
    """A notebook from the folder of shipped ones, or as git has it in the last commit."""
    folder = os.environ.get("LAB_NOTEBOOKS")
    if folder and Path(folder).resolve() == path.parent:
        folder = None  # those are the student's own
    command = ["git", "show", f"HEAD:./{path.name}"]
    try:
        if folder:
            return (Path(folder) / path.name).read_bytes()
        return subprocess.run(command, cwd=path.parent, capture_output=True, check=True).stdout
    except OSError:
        why = f"it is not in {folder}" if folder else "git is not installed"
    except subprocess.CalledProcessError as error:
        why = error.stderr.decode(errors="replace").strip()
    raise RuntimeError(f"{path.name} was left as it is ({why}): take it anew from the repository")


def _unused(path) -> Path:
    """A name beside a notebook that no file has: 03_the_lstm_cell_mine_2.ipynb."""
    names = (path.with_stem(f"{path.stem}_mine{'' if k == 1 else f'_{k}'}") for k in range(1, 1000))
    return next(name for name in names if not name.exists())
