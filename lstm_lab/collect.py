"""`python -m lstm_lab.collect FOLDER`: what a class answered, from the reports they handed in.

One page, `class.html`, and the same as text: the guesses as bars, which mistake was named how
often, and, in a fold, who passed what. Feedback, not marks. Reports are read as data and trusted in
nothing: what cannot be read gets a line with the reason.
"""

import html
import itertools
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ._text import number
from ._validate import as_folder, shown
from .check.keeping import FIELDS
from .check.reading import number_of
from .check.reporting import FORMAT, fingerprint
from .check.verdicts import PASSED, WRONG

__all__ = ["Guesses", "Report", "as_page", "as_text", "collect", "guesses", "read"]

#: A report has up to so many bytes and answers, and a text in it so many characters.
MOST_BYTES, MOST_TRIES, MOST_TEXT = 1_000_000, 2000, 200
MOST_FILES = 2000
#: Of one question, more different numbers than this are put together into ranges.
MOST_BARS = 10
#: Numbers up to here are put together.
MOST_VALUE = 1e15
PAGE = "class.html"


class Report(NamedTuple):
    """One file: who, their tries (a dict of texts each), and what is to be said of the file."""

    file: str
    name: str
    tries: list
    note: str = ""


class Guesses(NamedTuple):
    """A question, its truth, and the bars: (what was guessed, by how many, right)."""

    question: str
    truth: str
    bars: list[tuple[str, int, bool]]


def read(path) -> Report:
    """A report; one that cannot be read has no tries and says why in `note`."""
    path = Path(path)
    try:
        if path.is_symlink() or not path.is_file() or path.suffix.lower() != ".json":
            return Report(
                path.name, "", [], "it is not read: a report is a file that ends in .json"
            )
        if path.stat().st_size > MOST_BYTES:
            return Report(path.name, "", [], f"it is larger than {MOST_BYTES // 1000} kB")
        told = json.loads(path.read_text("utf-8"))
    except RecursionError:
        return Report(path.name, "", [], "it is nested too deep")
    except (OSError, ValueError):
        return Report(path.name, "", [], "it is no report: not JSON in UTF-8")
    if not isinstance(told, dict) or not isinstance(told.get("tries"), list):
        return Report(path.name, "", [], "it is no report of lab.check.report")
    tries = [_try(one) for one in told["tries"][:MOST_TRIES]]
    known = [one for one in tries if one]
    return Report(path.name, _text(told.get("name")) or path.stem, known, _note(told, tries))


def _try(one) -> dict | None:
    """A try as texts, or None if it is none."""
    if not isinstance(one, dict) or one.get("state") not in (PASSED, WRONG):
        return None
    made = {field: _text(one.get(field)) for field in FIELDS}
    return made if made["exercise"] else None


def _text(value) -> str:
    """A text that can be shown, cut; "" for anything else."""
    if not isinstance(value, str):
        return ""
    plain = "".join(c for c in value if c.isprintable())
    return plain.strip()[:MOST_TEXT]


def _note(told, tries) -> str:
    notes = []
    if told.get("format") != FORMAT:
        notes.append("from another version of the lab")
    elif told.get("fingerprint") == "":
        notes.append("without a fingerprint, as a page saves it that was not opened by https")
    elif not _untouched(told):
        notes.append("edited after it was written")
    if None in tries:
        notes.append(f"{tries.count(None)} entries could not be read")
    if len(told["tries"]) > MOST_TRIES:
        notes.append(f"only the first {MOST_TRIES} answers were read")
    return "; ".join(notes)


def _untouched(told) -> bool:
    try:
        return told.get("fingerprint") == fingerprint(told)
    except (KeyError, TypeError, ValueError, RecursionError):
        return False


def collect(folder) -> list[Report]:
    """All reports of a folder and of the folders in it, by name; of two by one student that begin
    alike, the longer counts."""
    folder = as_folder(folder, "name the one with the reports")
    inside = [*itertools.islice(folder.rglob("*"), MOST_FILES + 1)]
    if len(inside) > MOST_FILES:
        told = f"{str(folder)!r} holds more than {MOST_FILES:,} files"
        raise ValueError(f"{told}: give the folder that holds the reports and nothing else")
    paths = [path.relative_to(folder) for path in sorted(inside) if not path.is_dir()]
    files = [path for path in paths if path != Path(PAGE)]
    found = [read(folder / path)._replace(file=path.as_posix()) for path in files]
    return sorted(_without_earlier(found), key=lambda one: (one.name.lower(), one.file))


def _without_earlier(reports) -> list[Report]:
    """Reports, those without their tries that another one by the same student continues."""
    kept: list[Report] = []
    for one in sorted(reports, key=lambda one: -len(one.tries)):
        later = (k for k in kept if k.name == one.name and k.tries[: len(one.tries)] == one.tries)
        whole = next(later, None) if one.tries else None
        note = f"not counted: all of it is in {whole.file}" if whole else ""
        kept.append(one._replace(tries=[], note=note) if whole else one)
    return kept


# --- what is to be told ---------------------------------------------------------------------------


def exercises(reports) -> list[str]:
    """The exercises that anybody tried, in the order of the notebooks."""
    from . import check

    tried = {t["exercise"] for r in reports for t in r.tries if not t["truth"]}
    order = {name: k for k, name in enumerate(check.__all__)}
    return sorted(tried, key=lambda name: (order.get(name, len(order)), name))


def passed(report, exercise) -> str:
    """The try at which it was passed: 3; "2 ✗" if after two it was not; "" if it was not tried."""
    tries = [t["state"] for t in report.tries if t["exercise"] == exercise and not t["truth"]]
    if PASSED in tries:
        return f"{tries.index(PASSED) + 1}"
    return f"{len(tries)} ✗" if tries else ""


def mistakes(reports) -> list[tuple[int, str, str]]:
    """(students, exercise, sentence) of each mistake that was named, the most frequent first."""
    found: Counter = Counter()
    for report in reports:
        wrong = [t for t in report.tries if t["state"] == WRONG and t["named"]]
        own = {(t["exercise"], t["text"]) for t in wrong}
        found.update(own)
    return [(count, *what) for what, count in found.most_common()]


def guesses(reports) -> list[Guesses]:
    """Of each question, in the order in which they were met, what was guessed first."""
    if not isinstance(reports, list) or not all(isinstance(one, Report) for one in reports):
        raise TypeError(f"reports must be those of collect(folder), not {shown(reports)}")
    asked: dict[str, list] = {}
    for report in reports:
        first: dict[str, dict] = {}
        for one in report.tries:
            if one["truth"]:
                first.setdefault(_question(one), one)
        for question, one in first.items():
            asked.setdefault(question, []).append(one)
    return [_guesses(question, tries) for question, tries in asked.items()]


def _question(one) -> str:
    """The question's name; one that had none, "guess 3", is told by its truth."""
    unnamed = re.fullmatch(r"guess \d+", one["exercise"])
    return f"it is {one['truth']}" if unnamed else one["exercise"]


def _guesses(question, tries) -> Guesses:
    (truth, _), *_ = Counter(one["truth"] for one in tries).most_common(1)
    counts = Counter((one["given"], one["state"] == PASSED) for one in tries)
    bars = [(given, count, right) for (given, right), count in counts.items()]
    bars.sort(key=lambda bar: _order(bar[0]))
    return Guesses(question, truth, _in_ranges(bars) if len(bars) > MOST_BARS else bars)


def _in_ranges(bars):
    """Bars of many different numbers put together, the right ones into one; words as they are."""
    numbers = [bar for bar in bars if not _order(bar[0])[0]]
    words = bars[len(numbers) :]  # they come after the numbers
    if len(numbers) <= MOST_BARS:
        return bars
    values = np.array([_order(given)[1] for given, _, _ in numbers])
    wide = values[0] > 0 and values[-1] > 100 * values[0]
    edges = (np.geomspace if wide else np.linspace)(values[0], values[-1], MOST_BARS)
    ranges = np.clip(np.digitize(values, edges), 1, MOST_BARS - 1)
    held = [given for given, _, right in numbers if right]
    made: dict[tuple, int] = {}
    for k, (_, count, right) in zip(ranges, numbers, strict=True):
        low, high = (held[0], held[-1]) if right else map(number, edges[k - 1 : k + 1])
        name = low if low == high else f"{low} to {high}"
        made[name, right] = made.get((name, right), 0) + count
    return [(name, count, right) for (name, right), count in made.items()] + words


def _order(given) -> tuple:
    """What guesses are sorted by: numbers first, in their order; one beyond all use is a word."""
    try:
        value = number_of(given)
    except ValueError:
        value = np.inf
    return (0, value, given) if abs(value) < MOST_VALUE else (1, 0.0, given)


def counted(reports) -> str:
    """How many reports count: "26 reports of 31 files"."""
    return f"{sum(bool(one.tries) for one in reports)} reports of {len(reports)} files"


def as_text(reports) -> str:
    """The same as plain lines."""
    names = exercises(reports)
    lines = [counted(reports)]
    for exercise in names:
        done = [passed(report, exercise) for report in reports]
        right = sum(bool(one) and "✗" not in one for one in done)
        lines.append(f"{exercise:18} passed by {right:3} of {sum(map(bool, done))} who tried")
    lines += [f"{count:3} × {exercise}: {text}" for count, exercise, text in mistakes(reports)[:12]]
    lines += [f"{report.file}: {report.note}" for report in reports if report.note]
    return "\n".join(lines)


STYLE = """
:root { color-scheme: light dark; font: 16px/1.45 system-ui, sans-serif; }
body { max-width: 70rem; margin: 0 auto; padding: 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; } td, th { padding: .2rem .6rem; text-align: left; }
td, th { border-bottom: 1px solid #8886; } td.no { color: #c62828; font-weight: 600; }
.bar { display: grid; grid-template-columns: minmax(4rem, 10rem) 1fr 2rem; gap: .6rem; }
.bar i { background: #1976d2; height: 1.1rem; border-radius: 2px; align-self: center; }
.bar.right i { background: #148a5f; }
.guess { break-inside: avoid; margin: 1.4rem 0; } .guess h3, .guess p { margin: 0 0 .3rem; }
.note { color: #8a6d00; } summary { font-size: 1.5rem; font-weight: 700; margin: 1rem 0; }
@media (prefers-color-scheme: dark) { td.no { color: #ff8a80; } .note { color: #e0c060; } }
"""


def as_page(reports) -> str:
    """One HTML page that a teacher may show: names stand in its folds only."""
    e = html.escape
    names = exercises(reports)
    head = "".join(f"<th scope='col'>{e(name)}</th>" for name in ("", *names))
    rows = "".join(_row(report, names) for report in reports if report.tries)
    named = "".join(
        f"<li>{count} × <b>{e(exercise)}</b>: {e(text)}</li>"
        for count, exercise, text in mistakes(reports)[:25]
    )
    asked = "".join(map(_bars, guesses(reports)))
    noted = [one for one in reports if one.note]
    notes = "".join(f"<li class='note'>{e(one.file)}: {e(one.note)}</li>" for one in noted)
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What a class answered</title><style>{STYLE}</style></head>
<body><h1>What a class answered</h1>
<p>{counted(reports)}. This is feedback, not a mark: the checks can be passed by trying.</p>
<h2>Guesses</h2>{asked or "<p>none</p>"}
<h2>Mistakes that were named</h2><ol>{named}</ol>
<details><summary>Who passed what</summary><p>A number is the try at which an exercise was passed; ✗
after how many tries it was not yet.</p>
<div class="wide" tabindex="0" role="group" aria-label="who passed what">
<table><tr>{head}</tr>{rows}</table></div></details>
<details><summary>Files to look at: {len(noted)}</summary><ul>{notes}</ul></details></body></html>
"""


def _row(report, names) -> str:
    cells = ((name, passed(report, name)) for name in names)
    told = "".join(f"<td{' class=no' * ('✗' in done)}>{done}</td>" for _, done in cells)
    return f"<tr><th scope='row'>{html.escape(report.name)}</th>{told}</tr>"


def _bars(asked: Guesses) -> str:
    """A question's guesses as bars, numbers in their order; right ones are green and have a ✓."""
    e, most = html.escape, max(count for _, count, _ in asked.bars)
    bars = "".join(
        f"<div class='bar{' right' * right}'><span>{e(given)}{' ✓' * right}</span>"
        f"<i style='width: {100 * count / most:.0f}%'></i><span>{count}</span></div>"
        for given, count, right in asked.bars
    )
    truth = "" if asked.question == f"it is {asked.truth}" else f"<p>it is {e(asked.truth)}</p>"
    return f"<div class='guess'><h3>{e(asked.question)}</h3>{truth}{bars}</div>"


def main(arguments) -> int:
    if len(arguments) != 1:
        print("usage: python -m lstm_lab.collect FOLDER")
        return 2
    try:
        reports = collect(arguments[0])
    except ValueError as error:
        print(error)
        return 2
    path = Path(arguments[0]) / PAGE
    print(as_text(reports))
    try:
        path.write_text(as_page(reports), "utf-8")
    except OSError as error:
        print(f"the page could not be written: {error.strerror}: {path}")
        return 1
    print(f"the same as a page: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
