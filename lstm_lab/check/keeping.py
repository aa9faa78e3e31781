"""A student's answers in one readable file on their own disk, where they ask for it."""

import json
from pathlib import Path

__all__ = ["FIELDS", "FILE", "add", "begin", "counted", "stored"]

#: Beside the notebooks. While it is there, each try is added to it; who deletes it, stops that.
FILE = "my_answers.txt"
#: Its first line.
HEAD = "# What I answered. To keep no more, delete this file. It is sent nowhere."
#: What is kept of a try, texts all of them.
FIELDS = ("exercise", "state", "named", "text", "given", "truth", "choices")


def begin() -> Path:
    """The file, made if it is not there. Raises ValueError where it cannot be written."""
    path = Path(FILE)
    try:
        with path.open("a", encoding="utf-8") as file:
            if not file.tell():
                file.write(HEAD)
    except OSError as error:
        raise ValueError(f"{path.absolute()} cannot be written: {error.strerror}") from None
    return path


def add(tries: list[dict]) -> bool:
    """Whether the tries are in the file now: not where there is none, or none can be written."""
    path = Path(FILE)
    if not path.is_file():
        return False
    lines = ("\n" + json.dumps(one, ensure_ascii=False) for one in tries)
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write("".join(lines))
    except OSError as error:
        print(f"({FILE} cannot be written: {error.strerror})")
        return False
    return True


def stored() -> list[dict]:
    """The tries of the file, the oldest first; a line that is none is left out."""
    try:
        text = Path(FILE).read_text("utf-8", errors="replace")
    except OSError:
        return []
    return [one for one in map(_try, text.split("\n")) if one]


def _try(line) -> dict | None:
    try:
        one = json.loads(line)
    except (ValueError, RecursionError):
        return None
    whole = isinstance(one, dict) and all(isinstance(one.get(key), str) for key in FIELDS)
    return {key: one[key] for key in FIELDS} if whole else None


def counted(tries) -> str:
    """How many they are: "1 answer", "2 answers"."""
    return f"{len(tries)} answer{'s' * (len(tries) != 1)}"
