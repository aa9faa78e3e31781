"""`python -m lstm_lab.collect FOLDER`: what a class answered, from the reports they handed in.

One page, `class.html`, and the same as text: who passed what, which mistake was named how often,
and the guesses as bars. Feedback, not marks. Reports are read as data and trusted in nothing: what
cannot be read gets a line with the reason.
"""

import html
import json
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from .check.reporting import FORMAT, fingerprint
from .check.verdicts import PASSED, WRONG

__all__ = ["Report", "as_page", "as_text", "collect", "read"]

#: A report has up to so many bytes and answers, and a text in it so many characters.
MOST_BYTES, MOST_TRIES, MOST_TEXT = 300_000, 2000, 200
FIELDS = ("exercise", "state", "named", "text", "given", "truth")


class Report(NamedTuple):
    """One file: who, their tries (a dict of texts each), and what is to be said of the file."""

    file: str
    name: str
    tries: list
    note: str = ""


def read(path) -> Report:
    """A report; one that cannot be read has no tries and says why in `note`."""
    path = Path(path)
    try:
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
    """All reports of a folder, by name."""
    folder = Path(folder)
    if not folder.is_dir():
        raise ValueError(f"there is no folder {str(folder)!r}: name the one with the reports")
    return sorted(map(read, folder.glob("*.json")), key=lambda one: one.name.lower())


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


def guesses(reports) -> dict[str, Counter]:
    """Of each question, told by its truth: what was guessed first, and by how many."""
    asked: dict[str, Counter] = {}
    for report in reports:
        first: dict[str, str] = {}
        for one in report.tries:
            if one["truth"]:
                first.setdefault(one["truth"], one["given"])
        for truth, given in first.items():
            asked.setdefault(truth, Counter())[given] += 1
    return asked


def as_text(reports) -> str:
    """The same as plain lines."""
    names = exercises(reports)
    lines = [f"{len(reports)} reports"]
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
.bar { display: grid; grid-template-columns: minmax(4rem, 12rem) 1fr 3rem; gap: .6rem; }
.bar i { background: #1976d2; height: 1.1rem; border-radius: 2px; align-self: center; }
.bar.right i { background: #148a5f; }
.guess { break-inside: avoid; margin: 1rem 0; } .note { color: #8a6d00; }
@media (prefers-color-scheme: dark) { td.no { color: #ff8a80; } .note { color: #e0c060; } }
"""


def as_page(reports) -> str:
    """One HTML page that a teacher may show: names stand in its first table only."""
    e = html.escape
    names = exercises(reports)
    head = "".join(f"<th scope='col'>{e(name)}</th>" for name in ("", *names))
    rows = "".join(_row(report, names) for report in reports if report.tries)
    named = "".join(
        f"<li>{count} × <b>{e(exercise)}</b>: {e(text)}</li>"
        for count, exercise, text in mistakes(reports)[:25]
    )
    asked = "".join(_guess(truth, found) for truth, found in guesses(reports).items())
    notes = "".join(
        f"<li class='note'>{e(one.file)}: {e(one.note)}</li>" for one in reports if one.note
    )
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What a class answered</title><style>{STYLE}</style></head>
<body><h1>What a class answered</h1>
<p>{len(reports)} reports. A number is the try at which an exercise was passed; ✗ after how many
tries it was not yet. This is feedback, not a mark: the checks can be passed by trying.</p>
<h2>Guesses</h2>{asked or "<p>none</p>"}
<h2>Mistakes that were named</h2><ol>{named}</ol>
<h2>Who passed what</h2><div class="wide" tabindex="0" role="group" aria-label="who passed what">
<table><tr>{head}</tr>{rows}</table></div>
<h2>Files to look at</h2><ul>{notes or "<li>none</li>"}</ul></body></html>
"""


def _row(report, names) -> str:
    cells = ((name, passed(report, name)) for name in names)
    told = "".join(f"<td{' class=no' * ('✗' in done)}>{done}</td>" for _, done in cells)
    return f"<tr><th scope='row'>{html.escape(report.name)}</th>{told}</tr>"


def _guess(truth, found) -> str:
    """A question's guesses as bars, numbers in their order, the truth in green."""
    most = max(found.values())
    bars = "".join(
        f"<div class='bar{' right' * (given == truth)}'><span>{html.escape(given)}</span>"
        f"<i style='width: {100 * count / most:.0f}%'></i><span>{count}</span></div>"
        for given, count in sorted(found.items(), key=lambda one: _order(one[0]))
    )
    return f"<div class='guess'><h3>it is {html.escape(truth)}</h3>{bars}</div>"


def _order(given):
    try:
        return (0, float(given.replace("−", "-")), given)
    except ValueError:
        return (1, 0.0, given)


def main(arguments) -> int:
    if len(arguments) != 1:
        print("usage: python -m lstm_lab.collect FOLDER")
        return 2
    try:
        reports = collect(arguments[0])
    except ValueError as error:
        print(error)
        return 2
    path = Path(arguments[0]) / "class.html"
    path.write_text(as_page(reports), "utf-8")
    print(as_text(reports))
    print(f"the same as a page: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
