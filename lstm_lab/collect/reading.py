"""Reports as they were handed in, read as data: one that cannot be read says why."""

import itertools
import json
import os
import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

from .._validate import as_folder, shown
from ..check.keeping import FILE, MOST
from ..check.reporting import FORMAT, MOST_NAME, fingerprint
from ..check.verdicts import PASSED, WRONG

__all__ = ["PAGE", "Report", "collect", "read"]

#: A report has up to so many bytes and answers, and a text in it so many characters.
MOST_BYTES, MOST_TRIES, MOST_TEXT = 1_000_000, 2000, 200
MOST_FILES = 2000
PAGE = "class.html"
NO_REPORT = "it is not read: a report is a file that ends in .json"
OWN_FILE = "it is not read: ask for the file that lab.check.report writes"
#: What computers put beside files by themselves.
NOT_HANDED_IN = re.compile(r"\.|__MACOSX$|Thumbs\.db$|desktop\.ini$", re.IGNORECASE)


class Report(NamedTuple):
    """One file: who, their tries (a dict of texts each), and what is to be said of the file."""

    file: str
    name: str
    tries: list
    note: str = ""


def read(path) -> Report:
    """A report; one that cannot be read has no tries and says why in `note`."""
    path = Path(path)
    file = _text(path.name)
    try:
        if path.is_symlink() or not path.is_file() or path.suffix.lower() != ".json":
            return Report(file, "", [], OWN_FILE if path.name == FILE else NO_REPORT)
        if path.stat().st_size > MOST_BYTES:
            return Report(file, "", [], f"it is larger than {MOST_BYTES // 1000} kB")
        told = json.loads(path.read_text("utf-8-sig"))
    except RecursionError:
        return Report(file, "", [], "it is nested too deep")
    except (OSError, ValueError):
        return Report(file, "", [], "it is no report: not JSON in UTF-8")
    if not isinstance(told, dict) or not isinstance(told.get("tries"), list):
        return Report(file, "", [], "it is no report of lab.check.report")
    tries = [_try(one) for one in told["tries"][:MOST_TRIES]]
    known = [one for one in tries if one]
    name = _text(told.get("name"), MOST_NAME) or _text(path.stem, MOST_NAME)
    return Report(file, name, known, _note(told, tries))


def _try(one) -> dict | None:
    """A try as texts, or None if it is none."""
    if not isinstance(one, dict) or one.get("state") not in (PASSED, WRONG):
        return None
    made = {key: _text(one.get(key), most) for key, most in MOST.items()}
    return made if made["exercise"] else None


def _text(value, most=MOST_TEXT) -> str:
    """A text that can be shown, cut; "" for anything else."""
    if not isinstance(value, str):
        return ""
    plain = unicodedata.normalize(
        "NFC", "".join(c for c in value if c.isprintable() or c in "\u200c\u200d")
    )
    return re.sub(r"([\u0300-\u036f]{2})[\u0300-\u036f]+", r"\1", plain).strip()[:most]


def _note(told, tries) -> str:
    notes = []
    if told.get("format") != FORMAT:
        notes.append("from another version of the lab")
    elif told.get("fingerprint") == "":
        notes.append("saved by a page opened by http: nobody can see whether it was edited")
    elif not _untouched(told):
        notes.append("edited after it was written")
    if None in tries:
        notes.append(f"{tries.count(None)} entries could not be read")
    if len(told["tries"]) > MOST_TRIES:
        notes.append(f"only the first {MOST_TRIES} answers were read")
    if not any(tries):
        notes.append("it holds no answers")
    return "; ".join(notes)


def _untouched(told) -> bool:
    try:
        return told.get("fingerprint") == fingerprint(told)
    except (KeyError, TypeError, ValueError, RecursionError):
        return False


def collect(folder) -> list[Report]:
    """All reports of a folder and of the folders in it, by name, then by file; one whose answers
    all stand in another by the same student is not counted. Raises ValueError where there is no
    such folder, or too much in it.

    >>> [(one.name, len(one.tries)) for one in collect("reports")]  # doctest: +SKIP
    [('Anna', 12), ('Ben', 9)]
    """
    folder = as_folder(folder, "name the one with the reports")
    inside = [*itertools.islice(folder.rglob("*"), MOST_FILES + 1)]
    if len(inside) > MOST_FILES:
        told = f"{shown(str(folder))} holds more than {MOST_FILES:,} files"
        raise ValueError(f"{told}: give the folder that holds the reports and nothing else")
    paths = [path.relative_to(folder) for path in inside if not os.path.isdir(path)]
    files = [path for path in paths if path != Path(PAGE) and not _is_by_itself(path)]
    found = [read(folder / path)._replace(file=_text(path.as_posix())) for path in files]
    return sorted(_without_earlier(found), key=lambda one: (one.name.casefold(), _order(one.file)))


def _is_by_itself(path) -> bool:
    return any(NOT_HANDED_IN.match(part) for part in path.parts)


def _order(file) -> list:
    """report_2.json before report_10.json, and after report.json."""
    parts = re.split(r"(\d+)", file.casefold().removesuffix(".json"))
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _without_earlier(reports) -> list[Report]:
    """Reports, those without their tries that stand in another one by the same student."""
    made: list[Report] = []
    kept: dict[str, list[Report]] = {}
    for one in sorted(reports, key=lambda one: -len(one.tries)):
        own = kept.setdefault(same_name(one.name), [])
        whole = next((k for k in own if _stands_in(one.tries, k.tries)), None)
        note = f"not counted: all of it is in {whole.file}" if whole else ""
        made.append(one._replace(tries=[], note=note) if whole else one)
        own.append(made[-1])
    return made


def _stands_in(tries, others) -> bool:
    """Whether some tries, one or more, stand together among others."""
    n, first = len(tries), tries[:1]
    starts = (k for k, tried in enumerate(others) if [tried] == first)
    return any(others[k : k + n] == tries for k in starts)


def same_name(name) -> str:
    """What is the same for "Anna B" and "ANNA  B"."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
