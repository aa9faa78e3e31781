"""Aligned pairs against what Python itself says."""

from datetime import date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lstm_lab as lab
from lstm_lab.tasks.alignment import ending

Dates, Permutation = lab.tasks.dates, lab.tasks.permutation

LETTER_TEXT = st.text("abcdefghijklmnopqrstuvwxyz", max_size=30)
DATES = st.dates(Dates.FIRST, Dates.LAST)
#: The same forms for Python's own reader.
CODES = {
    "D": "%d", "d": "%d", "M": "%B", "m": "%b", "N": "%m", "n": "%m", "Y": "%Y", "y": "%y",
    "W": "%A", "w": "%a", "o": "%d",
}  # fmt: skip


@given(LETTER_TEXT, st.integers(1, 9))
def test_targets_are_the_source_in_another_order(text, by):
    assert Permutation("copy").pair(text).target == text
    assert Permutation("reverse").pair(text).target == text[::-1]
    k = by % len(text) if text else 0
    assert (
        Permutation("shift", by).pair(text).target == text[len(text) - k :] + text[: len(text) - k]
    )


@pytest.mark.parametrize("order", ["copy", "reverse", "shift"])
@given(text=LETTER_TEXT)
def test_each_letter_stands_where_its_span_says(order, text):
    source, target, spans = Permutation(order, 3).pair(text)
    assert "".join(source[a:b] for a, b in spans) == target
    assert sorted(spans) == [(k, k + 1) for k in range(len(text))]


@pytest.mark.parametrize("form", Dates.FORMS)
@given(day=DATES)
def test_a_date_is_read_as_python_reads_it(form, day):
    task = Dates()
    text = task.write(day, form)
    pair = task.pair(text)
    assert pair.target == day.isoformat() and len(pair.spans) == 10
    pattern = "".join(CODES.get(part, part) for part in form.replace("{", "").replace("}", ""))
    plain = text.replace(f"{day.day}{ending(day.day)}", str(day.day)) if "{o}" in form else text
    assert datetime.strptime(plain, pattern).date() == day


@given(day=DATES, k=st.integers(0, len(Dates.FORMS) - 1))
def test_figures_come_from_where_they_are_written(day, k):
    source, target, spans = Dates().pair(Dates().write(day, Dates.FORMS[k]))
    for character, (start, stop) in zip(target, spans, strict=True):
        part = source[start:stop]
        if character == "-":
            assert (start, stop) == (0, 0)
        elif len(part) == 1 and stop - start == 1 and target.count("-") == 2:
            assert part == character or character == "0"  # a 0 that is not written
        else:
            assert part.isalpha() or part == str(day.year % 100).zfill(2)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("5 April 09", "2009-04-05"),
        ("Sunday, March 3rd 2024", "2024-03-03"),
        ("03/04/98", "1998-04-03"),
        ("1 Jan 1969", "1969-01-01"),
        ("31.12.68", "2068-12-31"),
        ("May 29th, 2000", "2000-05-29"),
    ],
)
def test_dates_by_hand(text, iso):
    assert Dates().pair(text).target == iso


def test_samples_are_seeded_and_of_every_form():
    task = Dates()
    pairs = task.sample(500, rng=0)
    assert pairs == task.sample(500, rng=np.random.default_rng(0)) != task.sample(500, rng=1)
    assert len({len(pair.source) for pair in pairs}) > 10
    assert all(date.fromisoformat(pair.target).isoformat() == pair.target for pair in pairs)
    words = Permutation().sample(20, 7, 0)
    assert all(len(pair.source) == 7 for pair in words) and words == Permutation().sample(20, 7, 0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Permutation("sort"), "must be one of 'copy'"),
        (lambda: Permutation("shift", 0), "by is 0"),
        (lambda: Permutation().pair("aB"), "'B' .* at position 1"),
        (lambda: Permutation().pair(3), "about text"),
        (lambda: Permutation().sample(2, 0, 0), "length is 0"),
        (lambda: Dates().pair("30 February 2020"), "day"),
        (lambda: Dates().pair("April the 5th"), "no date that is known"),
        (lambda: Dates().pair("5 Avril 2009"), "no date that is known"),
        (lambda: Dates().pair("5 März 2009"), "'ä' .* at position 3"),
        (lambda: Dates().sample(3, 10), "as long as it is"),
        (lambda: Dates().write(date(2000, 1, 1), "%d"), "must be one of"),
        (lambda: Permutation().sample(2, [1, 5], 0), r"\[1, 5\]: give a whole .* \(fewest, most\)"),
        (lambda: Permutation().sample(2, (1, 2, 3), 0), r"\(fewest, most\)"),
        (lambda: Permutation().sample(2, 3, "seed"), "rng must be a seed"),
        (lambda: Permutation().batch(None), "a list of pairs is wanted.* but None"),
        (lambda: Permutation().batch(["ab"]), "a list of pairs is wanted.* but 'ab'"),
        (lambda: Permutation().codes(3), "sources must be a list of texts, but 3"),
        (lambda: Dates().sample(3, rng="seed"), "rng must be a seed"),
        (lambda: Dates().write("5 April", "{D} {M} {Y}"), "day must be a datetime.date, but '5"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()
