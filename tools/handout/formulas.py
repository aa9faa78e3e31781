"""Formulas, typeset when the page is made: MathML, which browsers draw, select and read aloud."""

import base64
import html
import io
import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from math_core import LatexError, LatexToMathML

from lstm_lab.names import macro_block, macros

#: STIX Two Math; its package is found without being imported.
FONT = Path(find_spec("ziamath").origin).parent / "fonts" / "STIXTwoMath-Regular.ttf"
#: No browser breaks a formula in a line; one with more letters may be wider than a phone.
MOST_LETTERS = 25
#: A letter with a prime, as math_core writes it.
PRIMED = re.compile(r"<msup>(<mi>[^<]*</mi>)<mo>′</mo></msup>")


class Formulas:
    """The formulas of one page; it remembers their letters, so that `font()` can bring them."""

    def __init__(self):
        self._converter = LatexToMathML(macros=macros(), fancy_error=False)
        self.letters = {"√"}  # no letter of a formula that has a root

    def typeset(self, latex: str, display: bool) -> str:
        """One formula as MathML; nothing for the macros of `lab.notation()`, known here anyway."""
        if latex.strip() == macro_block().strip("$\n"):
            return ""
        try:
            formula = self._converter.convert_with_local_state(latex, displaystyle=display)
        except LatexError as error:
            raise ValueError(f"the formula {latex.strip()!r} cannot be typeset: {error}") from None
        formula = alike(formula)
        letters = html.unescape(re.sub(r"<[^>]*>", "", formula))
        self.letters |= set(letters)
        if display:
            return f'<div class="formula scrolls" data-name="formula">{formula}</div>'
        long = len(letters) > MOST_LETTERS
        return f'<span class="long" data-name="formula">{formula}</span>' if long else formula

    def font(self) -> str:
        """A data URI of STIX Two Math, cut down to the letters that were used."""
        return (
            f"data:font/woff;base64,{base64.b64encode(font_of(frozenset(self.letters))).decode()}"
        )


def alike(mathml) -> str:
    """Formulas that look the same in all browsers.

    Firefox takes ⊗ for a large operator, a sum's sign, and doubles it where a formula stands alone.
    The font's prime is small and high by itself; Chromium and WebKit shrink and raise it once more
    if it is an exponent.
    """
    mathml = re.sub(r"<mo(?=[^>]*>⊗)", '<mo largeop="false"', mathml)
    return PRIMED.sub(r"<mrow>\1<mo>′</mo></mrow>", mathml)


@lru_cache
def font_of(letters) -> bytes:
    """The math font with these letters alone, and the table that says how to stretch them."""
    options = subset.Options(flavor="woff", layout_features=["ssty"], notdef_outline=True)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(letters)))
    font, written = TTFont(FONT), io.BytesIO()
    subsetter.subset(font)
    font.flavor = "woff"
    font.save(written)
    return written.getvalue()
