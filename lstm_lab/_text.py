"""Characters and numbers as a reader sees them."""

import unicodedata

import numpy as np

#: What the tasks on ordinary text may hold: printable ASCII, the newline and curly quotes.
TEXT = "".join(map(chr, range(32, 127))) + "\n“”"


def describe(character) -> str:
    """'😀' (GRINNING FACE)."""
    return f"{character!r} ({unicodedata.name(character, f'U+{ord(character):04X}')})"


def short_alphabet(alphabet) -> str:
    """The characters, or how many and which are the first."""
    if len(alphabet) <= 30 or alphabet != TEXT:
        return " ".join(map(visible, alphabet))
    return f"{len(alphabet)} characters: printable ASCII, newline, “ and ”"


def visible(character) -> str:
    """A character as it can be seen: ␣ for a blank, ↵ for a newline, □ for what has no form."""
    formless = unicodedata.category(character)[0] == "C"
    return {" ": "␣", "\n": "↵", "\t": "⇥"}.get(character, "□" if formless else character)


def plain(value) -> str:
    """A number without zeros at its end, three decimals at the most, and a true minus sign."""
    return f"{round(float(value), 3) + 0.0:g}".replace("-", "−")


def number(value) -> str:
    """Two decimals with a true minus sign; very large and very small numbers as 1.2e5, 3.0e−4."""
    if not np.isfinite(value):
        return {np.inf: "∞", -np.inf: "−∞"}.get(value, "nan")
    if abs(value) >= 1e4 or 1e-12 <= abs(value) < 0.005:
        mantissa, exponent = f"{value:.1e}".split("e")
        return f"{mantissa}e{int(exponent)}".replace("-", "−")
    text = f"{value:.2f}"
    return ("0.00" if text == "-0.00" else text).replace("-", "−")


def few(value) -> str:
    """Two digits, however small the number: 0.16, 2.2, 120, and 3.1e−7 beyond 0.01 … 10 000."""
    if not np.isfinite(value):
        return number(value)
    mantissa, exponent = f"{value:.1e}".split("e")
    plain = value == 0 or -2 <= int(exponent) < 4
    text = f"{float(f'{value:.1e}'):g}" if plain else f"{mantissa}e{int(exponent)}"
    return text.replace("-", "−")


def counted(n, word) -> str:
    """How many: "1 answer", "2 answers"."""
    return f"{n} {word}{'s' * (n != 1)}"


def shorten(text, most) -> str:
    """A text, or its beginning and "…" where it has more characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
