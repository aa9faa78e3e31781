"""`make bench`: every number of docs/numbers.md, measured again and written into its table.

`make bench ARGS="memory tracing"` measures some parts only; the rows of the others stay.
"""

import json
import os
import platform
import sys
from pathlib import Path

from benchmarks import (
    counting,
    imports,
    learning,
    memory,
    remembering,
    slider_to_paint,
    tracing,
    translating,
    units,
)  # fmt: skip

HERE = Path(__file__).parent
RESULTS, PAGE = HERE / "results.json", HERE.parent / "docs" / "numbers.md"
#: The parts, and the heading that each stands under.
PARTS = {
    "imports": ("How fast", imports),
    "slider_to_paint": ("How fast", slider_to_paint),
    "tracing": ("How fast", tracing),
    "units": ("How fast", units),
    "memory": ("What a kernel takes", memory),
    "counting": ("How far it counts", counting),
    "learning": ("How far it counts", learning),
    "remembering": ("How soon it remembers", remembering),
    "translating": ("What attention is worth", translating),
}
BEGIN, END = "<!-- make bench writes this -->", "<!-- up to here -->"
HEAD = "| what | lab | beside it | ratio |\n|---|---|---|---|"


def table(results) -> str:
    """The rows of all parts as one Markdown table, a bold row where a new heading begins."""
    lines, heading = [HEAD], None
    for part, (name, _) in PARTS.items():
        rows = results.get(part, {}).get("rows", [])
        if rows and name != heading:
            lines.append(f"| **{name}** | | | |")
            heading = name
        lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines)


def measured(part) -> dict:
    """The rows of one part, printed as they come, and what they were measured on."""
    rows = []
    for row in PARTS[part][1].rows():
        print(f"| {' | '.join(row)} |", flush=True)
        rows.append(list(row))
    return {"machine": f"{os.cpu_count()} cores, {platform.machine()}", "rows": rows}


def write(results):
    """Keep the results, and show them in docs/numbers.md."""
    text = json.dumps(results, indent=1, ensure_ascii=False)
    RESULTS.write_text(text + "\n", "utf-8")
    page = PAGE.read_text("utf-8")
    before, _, rest = page.partition(BEGIN)
    shown = f"{BEGIN}\n\n{table(results)}\n\n{END}"
    PAGE.write_text(f"{before}{shown}{rest.partition(END)[2]}", "utf-8")


def main(names):
    unknown = sorted(set(names) - set(PARTS))
    if unknown:
        sys.exit(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    results = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    for part in names or PARTS:
        results[part] = measured(part)
        write(results)


if __name__ == "__main__":
    main(sys.argv[1:])
