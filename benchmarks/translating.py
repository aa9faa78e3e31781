"""`python -m benchmarks.translating`: words reversed and dates, from scratch, five seeds each.

Nothing is read from the shipped weights; `make weights` ships what the same functions make.
"""

from lstm_lab.translation import MOST, RECIPES
from tools.translate import train_all

LETTERS = {"reverse": "additive", "reverse_dot": "dot product", "reverse_plain": "none"}


def rows():
    """(what, lab, beside it, ratio): with attention, and beside it without, at equal weights."""
    found = {
        name: [result["line"] for result in results] for name, results in train_all(RECIPES).items()
    }
    plain = found["reverse_plain"]
    for name in ("reverse", "reverse_dot"):
        with_it, what = found[name], f"words reversed, attention: {LETTERS[name]}"
        for T in (1, 3, 7, 12, MOST, 25, 40):
            beside = f"without: {span(exact(plain, T))}"
            yield (f"{what}: exact at {T} letters", span(exact(with_it, T)), beside, "")
        yield (f"{what}: arg-max on the true letter", span(looks(with_it)), "", "")
        yield (f"{what}: seconds", seconds(with_it), f"without: {seconds(plain)}", "")
    dates = found["dates"]
    yield ("dates: exact of 2,000", span([line["exact"] for line in dates]), "", "")
    april = sum(line["5 April 09"] == "2009-04-05" for line in dates)
    yield ("dates: 5 April 09 is 2009-04-05", f"{april} of {len(dates)} seeds", "", "")
    yield ("dates: arg-max on the true part", span(looks(dates)), "", "")
    yield ("dates: seconds", seconds(dates), "", "")


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
