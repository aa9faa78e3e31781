"""What a student answered, in one small file to hand in; nothing is written unless asked for."""

import hashlib
import json
import os
import unicodedata
from pathlib import Path

from .._text import counted
from .._validate import as_folder, shown
from .verdicts import tries

__all__ = ["FORMAT", "fingerprint", "report"]

FORMAT = "lstm_lab report 2"
MOST_NAME = 60


def report(name: str, folder=".") -> Path:
    """Write what was answered, for the teacher: the path of the file.

    name    yours, or a number that your teacher gave you
    folder  where to

    It tells of this kernel; after `lab.check.keep()`, of all notebooks since. The file is plain
    text: who, and each verdict and guess in the order in which they came. Open it before you hand
    it in. It is for feedback and not for marks: the checks can be passed by trying. A file that is
    there already is kept; the new one gets a number. Raises ValueError where nothing was answered
    or nothing can be written.
    """
    name, answered = as_name(name), tries()
    if not answered:
        raise ValueError("nothing was answered in this kernel: run your answers, then report again")
    told = {"format": FORMAT, "name": name, "tries": answered}
    told["fingerprint"] = fingerprint(told)
    text = json.dumps(told, indent=1, ensure_ascii=False) + "\n"
    path = _unused(as_folder(folder) / file_of(name))
    try:
        _write(path, text)
    except OSError as error:
        why = f"nothing can be written into {shown(str(folder))}, {error.strerror}"
        raise ValueError(f"{why}: name another folder") from None
    print(
        f"{counted(len(answered), 'answer')} written to {path.absolute()}: read it, then hand it in"
    )
    return path


def as_name(name) -> str:
    """A name of letters, digits, blanks and . , - _ ' in any script; a number is one, too."""
    plain = str(name) if isinstance(name, str | int) and not isinstance(name, bool) else ""
    plain = " ".join(unicodedata.normalize("NFC", plain.strip()).removesuffix(".json").split())
    first = plain[:1].isalnum() or plain[:1] == "_"
    if first and all(_is_letter(c) or c in " .,-_'’" for c in plain) and len(plain) <= MOST_NAME:
        return plain
    allowed = f"up to {MOST_NAME} letters, digits, blanks, . , - _ or '"
    raise ValueError(f"name is {shown(name)}, but must be {allowed}")


def file_of(name) -> str:
    """The name of the file that a report goes into."""
    return f"report_{''.join(c if _is_letter(c) or c in '._-' else '_' for c in name)}.json"


def _is_letter(c) -> bool:
    """Whether a character is a letter, a digit, a mark on one, or joins two or parts them."""
    return c.isalnum() or unicodedata.category(c)[0] == "M" or c in "\u200c\u200d"


def _write(path, text):
    """Write a new file whole, or leave none."""
    file = path.open("x", encoding="utf-8")
    try:
        with file:
            file.write(text)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _unused(path) -> Path:
    """The path, or the first of path_2, path_3 … that is not there yet."""
    number, wanted = 2, path
    while os.path.lexists(path):
        path = wanted.with_name(f"{wanted.stem}_{number}.json")
        number += 1
    return path


def fingerprint(told: dict) -> str:
    """A short hash of who and what: it shows that a file was edited, and proves nothing more."""
    plain = json.dumps([told["name"], told["tries"]], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()[:12]
