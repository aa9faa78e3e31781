"""How long a part of a notebook takes, by one clock for the notebooks and the teacher's plans."""

import re
from types import SimpleNamespace

NAMED = (
    "Soft",
    "CellPlayer",
    "TraceExplorer",
    "Highway",
    "AttentionMap",
    "UnitExplorer",
    "Playground",
    "ClassGuesses",
)
LIVE = re.compile(rf"^(?:\w+ = )?lab\.(?:{'|'.join((*NAMED, 'Curves'))})", re.M)


def minutes(cells) -> SimpleNamespace:
    """Minutes alone, with a class, and those of its exercises; 130 words are read in one."""
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    sources = [cell.source for cell in cells if cell.cell_type == "code"]
    words = len(re.findall(r"[A-Za-z']+", re.sub(r"<details>.*?</details>", "", text, flags=re.S)))
    exercises = [*map(int, re.findall(r"### Exercise .* (\d+) minutes", text))]
    guesses = sum("guess = ..." in source for source in sources)
    spoken = len(re.findall(r"[Ss]ay aloud|\*\*Before you", text))
    figures = sum(bool(LIVE.search(source)) for source in sources)
    read = sum(exercises) + words / 130
    return SimpleNamespace(
        exercises=exercises,
        alone=read + guesses + spoken / 2 + 2.5 * figures,
        together=read + 2 * guesses + spoken + 3.5 * figures,
    )
