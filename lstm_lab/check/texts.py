"""The device that names a mistake in a result that is text."""

from .outcomes import Text

__all__ = ["read_as_text"]


def read_as_text(exercise, got, wanted, through):
    """A text that is the right one but for blanks, case, order or length."""
    if not all(isinstance(a, Text) for a in [*got, *wanted]):
        return None
    for kind, sentence, change in _TEXTS:
        if all(change(a) == change(b) for a, b in zip(got, wanted, strict=True)):
            return kind, sentence
    if not any(got):
        return "join", "the text is empty: text.join(…) and text + … make a new one, text += …"
    for kind, sentence, left in _LEFT:
        if all(a == left(b) for a, b in zip(got, wanted, strict=True)):
            return kind, sentence
    if all(
        len(a) < len(b) and b.startswith(a) for a, b in zip(got, wanted, strict=True) if len(b) > 1
    ):
        return "return", "only the beginning is there: is the `return` inside the loop?"
    if all(a in (b[:1], b[-1:]) for a, b in zip(got, wanted, strict=True)):
        return "return", "only one letter is there: join those of all rows"
    return None


_TEXTS = (
    ("join", 'the letters are right, but there are blanks or signs between: "".join(…)',
     lambda text: "".join(filter(str.isalnum, text))),
    ("join", "the letters are right, but not all in the right case", str.lower),
    ("order", "the letters are right, but in another order", sorted),
    ("set", "the letters are right, but each is there once: letters may "
     "repeat", lambda text: sorted(set(text))),
)  # fmt: skip
_LEFT = (
    ("offbyone", "the last letter is missing", lambda text: text[:-1]),
    ("offbyone", "the first letter is missing: places are counted from 0", lambda text: text[1:]),
)
