"""Numbers out of what a student may type: 0.9, "90 %", "1/2", "½", "0,5", [1, 2], a tensor."""

import re
import unicodedata

import numpy as np

from .outcomes import as_floats

__all__ = ["THOUSANDS", "as_numbers", "latin", "number_of", "significant"]

THOUSANDS = r"[-+−]?[1-9]\d{0,2},\d{3}"  # or decimals? Nobody knows
#: Signs and letters of full width, as ％ and ／, and the Arabic point.
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {ord("٫"): "."}
_NUMBER = r"[-+−]?\d*[.,]?\d+(?:[eE][-+−]?\d+)?|[-+−]?\d+[.,]"


def latin(text: str) -> str:
    """A text with digits of every script, and those of full width, as 0 to 9.

    >>> latin("５％"), latin("٠٫٥")
    ('5%', '0.5')
    """
    return "".join(str(unicodedata.decimal(c, c)) for c in text.translate(_WIDE))


def number_of(text: str, percent: float = 1) -> float:
    """The number that a text is. Raises ValueError if it is none.

    percent  what a number with % is divided by: 100 where shares are asked, 1 where per cents are

    >>> number_of("1/2"), number_of("0,5"), number_of("90 %", percent=100)
    (0.5, 0.5, 0.9)
    """
    text = latin(str(text)).strip()
    if text.endswith("%"):
        return number_of(text[:-1]) / percent
    if len(text) == 1 and "⁄" in unicodedata.normalize("NFKC", text):  # ½
        text = unicodedata.normalize("NFKC", text).replace("⁄", "/")
    over, bar, under = text.partition("/")
    if bar and "/" not in under:
        above, below = number_of(over), number_of(under)
        if below == 0:
            raise ValueError(f"{text} divides by 0")
        return above / below
    if not re.fullmatch(_NUMBER, text) or re.fullmatch(THOUSANDS, text):
        raise ValueError(f"{text} is no number")
    return float(text.replace("−", "-").replace(",", "."))


def as_numbers(value, count: int = 1, percent: float = 1) -> np.ndarray:
    """Numbers in any form as an array. Raises ValueError or TypeError if they are none.

    count  how many are asked: where it is one, a comma in a text stands before decimals

    >>> as_numbers("1/2, 3", count=2)
    array([0.5, 3. ])
    """
    if isinstance(value, str):
        value = latin(value).strip(" []()")
        value = (
            [value] if count == 1 and re.fullmatch(rf"({_NUMBER})\s*%?", value) else _apart(value)
        )
    if isinstance(value, list | tuple) and any(isinstance(part, str) for part in value):
        return np.array([number_of(part, percent) for part in value])
    return as_floats(value)


def _apart(text):
    """A text at its separators: "1, 2", "0,5; 0,7", "1 and 2"."""
    if ";" in text:
        return text.split(";")
    return text.split(",") if "," in text else re.split(r"\s+and\s+|(?<=[\d%])\s+(?=\d)", text)


def significant(value: float) -> int:
    """How many digits a student gave: 4.6 has two, 0.0153 three.

    >>> significant(0.0153)
    3
    """
    digits = np.format_float_scientific(value, trim="-").partition("e")[0]
    return sum(character.isdigit() for character in digits)
