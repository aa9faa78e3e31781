"""What is true after each character of a text: inside a string, how many brackets, which column.

A small scanner, which any text can be given to, half finished too; where Python's `tokenize` reads
a text, they agree (tests/unit/test_labels.py, on whole packages). scanner.js is its twin.
"""

import numpy as np

from .._validate import as_text, check_one_of

__all__ = ["KINDS", "code_labels", "labels", "prose_labels"]

OPENING, CLOSING = "([{", ")]}"


def labels(kind: str, text: str) -> dict[str, np.ndarray]:
    """`code_labels` or `prose_labels`, by its name: "code" or "prose"."""
    check_one_of("kind", kind, tuple(KINDS))
    return KINDS[kind](text)


def code_labels(text: str) -> dict[str, np.ndarray]:
    """What is true of Python source after each character: name to (T,) bools or whole numbers.

    string     inside '…' or "…": from its opening mark on, up to before its closing one
    docstring  the same for three marks
    comment    from # on, up to the line's end
    bracket    whether one is open, and depth, how many; those in strings and comments do not count
    column     characters of the line so far, and indent, the blanks that it begins with

    >>> code_labels("f('(')")["bracket"].astype(int).tolist()
    [0, 1, 1, 1, 1, 0]
    >>> code_labels("f('(')")["string"].astype(int).tolist()
    [0, 0, 1, 1, 0, 0]
    """
    mode = _modes(as_text("text", text))
    code = [before == after == "" for before, after in zip(["", *mode], mode, strict=False)]
    depth = _depths(text, code)
    column, indent = _columns(text)
    return {
        "string": np.array([len(m) == 1 and m != "#" for m in mode], bool),
        "docstring": np.array([len(m) == 3 for m in mode], bool),
        "comment": np.array([m == "#" for m in mode], bool),
        "bracket": depth > 0,
        "depth": depth,
        "column": column,
        "indent": indent,
    }


def prose_labels(text: str) -> dict[str, np.ndarray]:
    """What is true of prose after each character: name to (T,) bools or whole numbers.

    quotation  inside “…” or "…": from its opening mark on, up to before its closing one
    bracket    whether one is open, and depth, how many
    letter     which letter of its word this is, from 1; 0 where it is none
    column     characters of the line so far

    >>> prose_labels('a "b c"')["quotation"].astype(int).tolist()
    [0, 0, 1, 1, 1, 1, 0]
    """
    open_now, quotation, letter, letters = False, [], 0, []
    for character in as_text("text", text):
        open_now = {"“": True, "”": False, '"': not open_now}.get(character, open_now)
        quotation.append(open_now)
        letter = letter + 1 if character.isalpha() else 0
        letters.append(letter)
    depth = _depths(text, [True] * len(text))
    return {
        "quotation": np.array(quotation, bool),
        "bracket": depth > 0,
        "depth": depth,
        "letter": np.array(letters, int),
        "column": _columns(text)[0],
    }


KINDS = {"code": code_labels, "prose": prose_labels}


def _modes(text) -> list[str]:
    """What each character leaves open: "" nothing, "#" a comment, or the marks of a string."""
    mode, modes, t = "", [], 0
    while t < len(text):
        character = text[t]
        if mode == "" and character in "'\"":
            mode = character * 3 if text.startswith(character * 3, t) else character
            passed = [""] * (len(mode) - 1) + [mode]
        elif mode == "":
            mode = "#" if character == "#" else ""
            passed = [mode]
        elif mode != "#" and character == "\\":
            passed = [mode] * 2  # whatever comes next is only a character
        elif mode != "#" and text.startswith(mode, t):
            passed = [mode] * (len(mode) - 1) + [""]
            mode = ""
        else:
            mode = "" if character == "\n" and len(mode) == 1 else mode
            passed = [mode]
        modes += passed
        t += len(passed)
    return modes[: len(text)]


def _depths(text, counts) -> np.ndarray:
    """(T,) how many brackets are open, of the characters that count; never below 0."""
    depth, depths = 0, []
    for character, counted in zip(text, counts, strict=True):
        if counted:
            depth = max(depth + (character in OPENING) - (character in CLOSING), 0)
        depths.append(depth)
    return np.array(depths, int)


def _columns(text) -> tuple[np.ndarray, np.ndarray]:
    """(T,) characters of the line so far, and the blanks that it begins with."""
    column, indent, columns, indents = 0, 0, [], []
    for character in text:
        if character == "\n":
            column = indent = 0
        else:
            indent += character == " " and indent == column
            column += 1
        columns.append(column)
        indents.append(indent)
    return np.array(columns, int), np.array(indents, int)
