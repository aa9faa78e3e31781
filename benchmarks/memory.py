"""What each notebook costs a server: memory of its kernel, seconds for all cells and the slowest.

Every notebook is run once, in a kernel of its own. `peak` is the most that the kernel held (VmHWM),
`own` what of its memory at the end comes from no file (RssAnon): the rest is libraries such as
torch, which all kernels of one machine share. Linux.
"""

import argparse
import itertools
import re
import subprocess
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent.parent / "notebooks"
EMPTY = "(a kernel that only starts)"


def megabytes(pid, field):
    """A line of /proc/<pid>/status, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"^{field}:\s+(\d+) kB", status, re.M)[1]) * 1024 / 1e6


def measure(path=None):
    """(peak MB, own MB, seconds, seconds of the slowest cell) of a kernel that runs a notebook, or
    only starts."""
    nothing = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("pass")])
    notebook = nothing if path is None else nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": FOLDER}}
    )
    with client.setup_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        times = [time.perf_counter()]
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
            times.append(time.perf_counter())
        pid = client.km.provisioner.pid
        cells = [after - before for before, after in itertools.pairwise(times)]
        return megabytes(pid, "VmHWM"), megabytes(pid, "RssAnon"), sum(cells), max(cells)


def rows():
    """(what, lab, beside it, ratio) for each notebook's kernel, beside one that only starts."""
    if not sys.platform.startswith("linux"):
        return
    bare, *_ = measure()
    for path in sorted(FOLDER.glob("*.ipynb")):
        peak, own, seconds, _ = measure(path)
        yield (
            f"a kernel that ran {path.stem}",
            f"peak {peak:.0f} MB, {own:.0f} MB its own; ran {seconds:.0f} s",
            f"a kernel that only starts: {bare:.0f} MB",
            f"{peak / bare:.1f}×",
        )


def main():
    if not sys.platform.startswith("linux"):
        sys.exit("benchmarks.memory reads /proc: it needs Linux")
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="all of them, if none is named")
    paths = parser.parse_args().notebooks or sorted(FOLDER.glob("*.ipynb"))
    heads = ("notebook", "peak MB", "own MB", "seconds", "slowest cell")
    print("{:30} {:>8} {:>8} {:>8} {:>13}".format(*heads))
    for path in (None, *paths):
        name = EMPTY if path is None else path.stem
        print("{:30} {:8.0f} {:8.0f} {:8.1f} {:13.1f}".format(name, *measure(path)), flush=True)


if __name__ == "__main__":
    main()
