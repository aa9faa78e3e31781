"""`make notebooks`: run every notebook and keep what teaches: counts 1…n, stills, values.

Left out is what differs from run to run or dies with its kernel: widget views, saved widget state,
timings, Python's version. Running it twice gives the same bytes.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent.parent / "notebooks"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def execute(path: Path, seconds=300, then=""):
    """Run all cells in the notebook's own folder; a cell that fails stops it with its traceback.

    then  a cell that is added at its end
    """
    notebook = nbformat.read(path, as_version=4)
    notebook.cells += [nbformat.v4.new_code_cell(then)] if then else []
    NotebookClient(
        notebook,
        timeout=seconds,
        kernel_name="python3",
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],  # no warning that a local kernel speaks plain TCP
        resources={"metadata": {"path": path.parent}},
    ).execute()
    return notebook


def clean(notebook):
    """Drop what does not last; number the code cells 1…n."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"},
    }
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    for count, cell in enumerate(code, 1):
        cell.metadata.pop("execution", None)
        cell.execution_count = count
        cell.outputs = [output for output in map(_lasting, cell.outputs) if output is not None]
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count
    return notebook


def _lasting(output):
    """An output without its widget view, or None if nothing else is in it."""
    if "data" not in output:
        return output
    output.data.pop(WIDGET_VIEW, None)
    return output if output.data else None


def main(names):
    paths = [FOLDER / name for name in names] or sorted(FOLDER.glob("*.ipynb"))
    for path in paths:
        print(f"running {path.name}", flush=True)
        text = nbformat.writes(clean(execute(path)))
        path.write_text(text.rstrip("\n") + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
