"""What a student answered, in one small file to hand in; nothing is written unless asked for."""

import hashlib
import json
import re
from pathlib import Path

from .._validate import as_folder, shown
from .keeping import counted
from .verdicts import tries

__all__ = ["FORMAT", "fingerprint", "report"]

FORMAT = "lstm_lab report 1"
NAME = re.compile(r"[\w][\w .-]{0,59}")


def report(name: str, folder=".") -> Path:
    """Write what was answered, for the teacher: the path of the file.

    name    yours, or a number that your teacher gave you: letters, digits, blanks, . - _
    folder  where to

    It tells of this kernel; after `lab.check.keep()`, of all notebooks since. The file is plain
    text: who, and each verdict and guess in the order in which they came. Open it
    before you hand it in. It is for feedback and not for marks: the checks can be passed by trying.
    A file that is there already is kept; the new one gets a number.
    """
    name = name.strip().removesuffix(".json") if isinstance(name, str) else name
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise ValueError(f"name is {shown(name)}, but must be letters, digits, blanks, . - or _")
    folder = as_folder(folder)
    answered = tries()
    told = {"format": FORMAT, "name": name, "tries": answered}
    told["fingerprint"] = fingerprint(told)
    path = _unused(folder / f"report_{name.replace(' ', '_')}.json")
    try:
        path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")
    except PermissionError:
        raise ValueError(
            f"nothing may be written into {shown(str(folder))}: name another folder"
        ) from None
    print(f"{counted(answered)} written to {path}: read it, then hand it in")
    return path


def _unused(path) -> Path:
    """The path, or the first of path_2, path_3 … that is not there yet."""
    number, wanted = 2, path
    while path.exists():
        path = wanted.with_name(f"{wanted.stem}_{number}.json")
        number += 1
    return path


def fingerprint(told: dict) -> str:
    """A short hash of who and what: it shows that a file was edited, and proves nothing more."""
    plain = json.dumps([told["name"], told["tries"]], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()[:12]
