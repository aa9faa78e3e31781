"""A number beside its bound, and the rule by which the notebooks are compared."""

import configparser
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import lstm_lab as lab

RULES = configparser.ConfigParser(interpolation=None)
RULES.read(Path(__file__).parents[1] / "notebooks" / "compared.cfg")


def compared(text):
    """What strict nbval compares of a printed text."""
    for rule in RULES.sections():
        text = re.sub(RULES[rule]["regex"], RULES[rule]["replace"], text)
    return text


numbers = st.one_of(st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9, allow_nan=False))


@given(numbers, numbers, numbers)
def test_a_number_may_move_within_its_bound_and_nowhere_else(a, b, bound):
    one, other = (compared(f"right: {lab.fact(value, at_least=bound)}") for value in (a, b))
    if (a >= bound) == (b >= bound) == True:  # noqa: E712
        assert one == other
    elif (a >= bound) != (b >= bound):
        assert one != other
    elif repr(lab.fact(a, at_least=bound)) != repr(lab.fact(b, at_least=bound)):
        assert one != other  # two that do not hold are compared as they stand


@given(numbers, numbers)
def test_another_bound_is_seen(bound, other):
    one, two = (compared(repr(lab.fact(1e10, above=b))) for b in (bound, other))
    assert (one == two) == (repr(lab.fact(1e10, above=bound)) == repr(lab.fact(1e10, above=other)))


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (lab.fact(99, at_least=90, of=100), "99 of 100 (claimed: at least 90)"),
        (lab.fact(np.int64(99), at_least=90), "99 (claimed: at least 90)"),
        (lab.fact(98.6, at_least=90, unit=" %"), "98.6 % (claimed: at least 90 %)"),
        (lab.fact(torch.tensor(3.0), above=2, at_most=4), "3 (claimed: at most 4 and above 2)"),
        (lab.fact(-3.142e-16, above=-1e-12), "−3.14e−16 (claimed: above −1e−12)"),
        (lab.fact(15_000, at_least=10_000), "15,000 (claimed: at least 10,000)"),
        (lab.fact(float("nan"), below=1), "nan (claimed: below 1, and that is NOT so)"),
        (lab.fact(2, below=2), "2 (claimed: below 2, and that is NOT so)"),
        (lab.fact(True, at_least=1), "1 (claimed: at least 1)"),
    ],
)  # fmt: skip
def test_how_it_reads(fact, text):
    assert repr(fact) == f"{fact}" == text
    assert fact.holds == ("NOT" not in text)
    assert (compared(text) == text) == (not fact.holds)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: lab.fact(1), ValueError, "at_least, at_most, above or below"),
        (lambda: lab.fact("99", below=1), TypeError, "one number is wanted, not '99'"),
        (lambda: lab.fact([1, 2], below=1), TypeError, "one number is wanted"),
        (lambda: lab.fact(1, below=[1, 2]), TypeError, "one number is wanted"),
    ],
)
def test_what_is_no_fact_is_told(make, error, message):
    with pytest.raises(error, match=re.escape(message)):
        make()
