"""`python -m benchmarks.translating`: words reversed and dates, from scratch, five seeds each.

Nothing is read from the shipped weights; `make weights` ships what the same functions make.
"""

from lstm_lab.seq2seq.training import MAX_LENGTH

from .counting import lines_of

LETTERS = {
    "reverse": "with additive attention",
    "reverse_dot": "with dot-product attention",
    "reverse_plain": "without attention, as many weights",
}
#: Nothing stands beside it, and no ratio.
NONE = ("", "")
SHOWN = (1, 3, 7, 12, MAX_LENGTH, 25, 40)


def rows():
    """(what, lab, beside it, ratio) for words with and without attention, and for dates."""
    found = lines_of((*LETTERS, "dates"))
    for name, how in LETTERS.items():
        lines = found[name]
        by_length = ", ".join(f"{span(exact(lines, T))} at {T}" for T in SHOWN)
        yield (
            f"words of 1 to {MAX_LENGTH} letters reversed, {how}: exact, by length",
            by_length,
            "",
            "",
        )
        plain = name == "reverse_plain"
        looked = "" if plain else f"arg-max on the true letter {span(looks(lines))}; "
        yield (
            f"the same, at {MAX_LENGTH} letters",
            f"{looked}{seconds(lines)} of computing",
            "",
            "",
        )
    dates = found["dates"]
    april = sum(line["5 April 09"] == "2009-04-05" for line in dates)
    said = f"{span([line['exact'] for line in dates])}; 5 April 09 right in {april} of {len(dates)}"
    beside = "2009-05-05 for 5 April 09 (a well-known course model)"
    yield (
        "dates in 18 forms: exact of 2,000",
        f"{said}; {seconds(dates)} of computing",
        beside,
        "",
    )
    yield ("the same: arg-max on the true part of the date", span(looks(dates)), "", "")


def exact(lines, length):
    return [line["exact"][length] for line in lines]


def looks(lines):
    return [line["arg_max_on_source"] for line in lines]


def span(shares) -> str:
    """From the worst to the best seed, in per cent."""
    low, high = (f"{100 * end:.3g}" for end in (min(shares), max(shares)))
    return f"{low} %" if low == high else f"{low} to {high} %"


def seconds(lines) -> str:
    taken = [line["seconds"] for line in lines]
    return f"{min(taken):.0f} to {max(taken):.0f} s"


if __name__ == "__main__":
    for what, lab, beside, _ in list(rows()):
        print(f"| {what} | {lab} | {beside} |")
