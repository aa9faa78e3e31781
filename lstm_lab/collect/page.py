"""What a class answered, as one page and as plain lines."""

import html
import re
from itertools import groupby

from .._text import counted
from .counting import (
    OWN,
    exercises,
    guesses,
    is_shared,
    mistakes,
    passed,
    place,
    students,
)

__all__ = ["as_page", "as_text"]

#: So many mistakes of an exercise are shown, and so many questions that are not the course's.
MOST_MISTAKES, MOST_QUESTIONS = 6, 20
#: A fold has up to so many lines.
MOST_LINES = 200
E = html.escape
#: What a message shows of what a student wrote; of a long text its beginning.
QUOTED = re.compile(r"(?<!\w)(['\"`]).*?(\1(?!\w)| … \([\d,]+ characters\)|$)")
STYLE = """
:root { color-scheme: light dark; font: 16px/1.45 system-ui, sans-serif; }
@media (min-width: 1000px) { :root { font-size: 19px; } }
body { max-width: 62rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { margin: 0; } h2 { display: inline; font-size: 1.4rem; } h3 { font-size: 1.1rem; margin: 0; }
details.part { border-top: 1px solid #8886; } summary { cursor: pointer; }
details.part > summary { padding: .7rem 0; }
section { break-inside: avoid; margin: 0 0 1.6rem; }
.bar { display: grid; grid-template-columns: minmax(5rem, 14rem) 1fr 2.5rem; gap: .6rem; }
.bar span { overflow: clip; min-width: 0; }
.bar i { background: #1976d2; height: 1.1rem; border-radius: 2px; align-self: center; }
.bar i { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.bar b { visibility: hidden; color: #148a5f; }
section:has(.truth[open]) .right i { background: #148a5f; }
section:has(.truth[open]) .right b { visibility: visible; }
.truth > summary { width: max-content; color: #1668b8; }
ul { margin: .3rem 0; padding-left: 1.3rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; }
td, th { padding: .2rem .6rem; text-align: left; border-bottom: 1px solid #8886; }
th[scope=row] { position: sticky; left: 0; background: Canvas; min-width: min(12rem, 40vw); }
th[scope=col], td { overflow-wrap: normal; white-space: nowrap; }
td.no { color: #c62828; font-weight: 600; }
@media (prefers-color-scheme: dark) {
  td.no { color: #ff8a80; } .truth > summary { color: #6ab0f3; } .bar b { color: #4cc596; }
}
@media print {
  summary, h3 { break-after: avoid; }
  .wide { overflow: visible; } th[scope=col] { writing-mode: vertical-rl; }
  td, th { padding: .1rem; font-size: .75rem; line-height: 1.15; } td { white-space: normal; }
  th[scope=row] { min-width: 5rem; }
}
"""


def as_page(reports) -> str:
    """One HTML page that a teacher may show: what is right and all names stand in folds."""
    own, found = students(reports), mistakes(reports)
    asked = guesses(reports)
    open_to_all = [one for one in asked if is_shared(one, own)]
    alone = [one for one in asked if not is_shared(one, own)]
    others = [one for one in open_to_all if one.notebook == OWN]
    further = sorted(others, key=lambda one: -one.answered)[MOST_QUESTIONS:]
    parts = _by_notebook([one for one in open_to_all if one not in further], own, found)
    shown = "".join(
        _fold(name, "".join(sections), opened=len(parts) <= 2 or k == 0)
        for k, (name, sections) in enumerate(parts)
    )
    made = [f"{one.exercise}: {one.text}" for one in found if one.students == 1]
    notes = [f"{one.file}: {one.note}" for one in reports if one.note]
    folds = [
        _listed("Further questions", [f"{one.title}: {one.answered} guessed" for one in further]),
        _fold("Who passed what", _table(own)) if own else "",
        _listed("Mistakes that one student made", made),
        _listed(
            "Questions that one student had", [f"{one.question}: {_said(one)}" for one in alone]
        ),
        _listed("Files to look at", notes),
    ]
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What a class answered</title><style>{STYLE}</style></head>
<body><h1>What a class answered</h1>
<p>{_how_many(reports, own)}. This is feedback, not a mark: the checks can be passed by trying.</p>
{shown or "<p>No answers.</p>"}
{"".join(folds)}</body></html>
"""


def _table(own) -> str:
    """A row for each student, a column for each exercise."""
    names = exercises(own)
    head = "".join(f"<th scope='col'>{E(name)}</th>" for name in ("", *names))
    rows = "".join(_row(report, names) for report in own)
    return f"""<p>3: passed at the third try. 3 ✗: three tries, not passed. Empty: not tried.</p>
<div class="wide" tabindex="0" role="group" aria-label="who passed what">
<table><tr>{head}</tr>{rows}</table></div>"""


def _how_many(reports, own) -> str:
    """How many: "26 students; 41 of 45 files are reports with answers"."""
    some = sum(bool(one.tries) for one in reports)
    are = "is a report" if some == 1 else "are reports"
    told = f"{some} of {counted(len(reports), 'file')} {are} with answers"
    return f"{counted(len(own), 'student')}; {told}"


def _by_notebook(questions, own, found) -> list[tuple[str, list]]:
    """Each notebook's sections, questions and exercises in their order."""
    asked = {one.question: one for one in questions}
    names = sorted([*asked, *exercises(own)], key=lambda name: place(name)[1])
    made = (
        (name, _asked(asked[name]) if name in asked else _tried(name, own, found)) for name in names
    )
    groups = groupby(made, key=lambda one: place(one[0])[0])
    return [(notebook, [section for _, section in group]) for notebook, group in groups]


def _fold(title, inside, opened=False) -> str:
    open_ = " open" * opened
    return f"<details class='part'{open_}><summary><h2>{E(title)}</h2></summary>{inside}</details>"


def _said(asked) -> str:
    """What the only one who was asked guessed."""
    return next(given for given, count, _ in asked.bars if count)


def _listed(title, lines) -> str:
    """Lines in a fold that says how many they are; nothing if there are none."""
    more = [f"… and {len(lines) - MOST_LINES} more"] * (len(lines) > MOST_LINES)
    inside = "".join(f"<li>{E(line)}</li>" for line in [*lines[:MOST_LINES], *more])
    return _fold(f"{title}: {len(lines)}", f"<ul>{inside}</ul>") if lines else ""


def _asked(one) -> str:
    """A question's guesses as bars; right ones are green and have a ✓ once the truth is opened."""
    most = max(count for _, count, _ in one.bars)
    bars = "".join(
        f"<div class='bar{' right' * right}'><span>{E(given)} <b>{'✓' * right}</b></span>"
        f"<i style='width: {100 * count / most:.0f}%'></i><span>{count}</span></div>"
        for given, count, right in one.bars
    )
    truth = f"it is {E(one.truth)}: {one.right} of {one.answered} were right"
    return f"""<section><h3>{E(one.title)}</h3>{bars}
<details class="truth"><summary>what is right?</summary>{truth}</details></section>"""


def _tried(name, own, found) -> str:
    """An exercise: how many passed it, and what more than one student did wrong."""
    right, tried = _done(name, own)
    shared = [one for one in found if one.exercise == name and one.students > 1][:MOST_MISTAKES]
    lines = "".join(f"<li>{one.students} of {tried}: {E(_of_many(one))}</li>" for one in shared)
    return f"<section><h3>{E(name)}: passed by {right} of {tried}</h3><ul>{lines}</ul></section>"


def _done(name, own) -> tuple[int, int]:
    """By how many students an exercise was passed, and by how many it was tried."""
    done = [told for told in (passed(report, name) for report in own) if told]
    return sum("✗" not in told for told in done), len(done)


def _of_many(mistake) -> str:
    """What the students were told; what one of them typed stays out of sight."""
    if mistake.told > 1:
        return mistake.text
    return QUOTED.sub("…", mistake.text)


def _row(report, names) -> str:
    cells = (passed(report, name) for name in names)
    told = "".join(f"<td{' class=no' * ('✗' in done)}>{done}</td>" for done in cells)
    name = f"{report.name} ({report.note})" if report.note else report.name
    return f"<tr><th scope='row'>{E(name)}</th>{told}</tr>"


def as_text(reports) -> str:
    """Plain lines: how many passed what, the mistakes that more than one made, files to look at."""
    own, found = students(reports), mistakes(reports)
    lines = [_how_many(reports, own)]
    for name in exercises(own):
        right, tried = _done(name, own)
        lines.append(f"{name:18} passed by {right:3} of {tried} who tried")
    shared = [one for one in found if one.students > 1]
    lines += [f"{one.students:3} × {one.exercise}: {_of_many(one)}" for one in shared[:12]]
    lines += [f"{report.file}: {report.note}" for report in reports if report.note]
    return "\n".join(lines)
