"""`make names`: write the name table as the module that the figures import, widgets/names.js."""

import json
from pathlib import Path

from lstm_lab.names import as_json
from lstm_lab.widgets.figure import HERE

FILE = Path(HERE) / "names.js"
HEAD = "// The table of names.py, written by `make names`.\n\n"


def module() -> str:
    """The text of names.js: one line for each entry of the table."""
    rows = []
    for key, value in as_json().items():
        entries = value.items() if isinstance(value, dict) else None
        if entries is None:
            rows.append(f"  {key}: {_js(value)},")
            continue
        rows.append(f"  {key}: {{")
        rows += [f"    {name}: {_js(entry)}," for name, entry in entries]
        rows.append("  },")
    return HEAD + "\n".join(["export const NAMES = {", *rows, "};"]) + "\n"


def _js(value) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    FILE.write_text(module(), "utf-8")
