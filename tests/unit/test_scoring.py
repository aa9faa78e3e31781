"""Points as nbgrader reads them."""

import numpy as np
import pytest
import torch

from lstm_lab import check, gates
from lstm_lab.check import verdicts


@pytest.fixture
def swapped():
    """A wrong answer, where no verdict is kept."""
    verdicts.forget()
    yield lambda g, T, F: g * F + (1 - g) * T
    verdicts.forget()


def test_an_exercise_has_its_points_once_it_is_passed(swapped):
    check.soft_if(swapped)
    assert check.points("soft_if", 2) == 0
    check.soft_if(gates.soft_if)
    assert (check.points("soft_if", 2), check.points("open_gate")) == (2, 0)


@pytest.mark.parametrize("last", [..., "swapped"])
def test_the_last_verdict_counts_not_one_that_a_student_called_for_before(last, swapped):
    check.soft_if(gates.soft_if)
    check.soft_if(swapped if last == "swapped" else last)
    assert check.points("soft_if", 2) == 0


@pytest.mark.parametrize(
    "most", [2, 2.0, 1.5, 0, True, np.float64(1.5), np.int64(2), torch.tensor(1)]
)
def test_points_are_shown_as_a_number_that_nbgrader_can_read(most, swapped):
    check.soft_if(gates.soft_if)
    assert float(repr(check.points("soft_if", most))) == float(most)


@pytest.mark.parametrize("most", ["x", None, float("nan"), -1, [1]])
def test_what_are_no_points_is_refused(most):
    with pytest.raises((TypeError, ValueError), match="most"):
        check.points("soft_if", most)


@pytest.mark.parametrize("name", ["prediction", "summary", "soft_ifs", 3, ["soft_if"], np.ones(2)])
def test_what_is_no_exercise_is_refused(name):
    with pytest.raises(ValueError, match="is no exercise: give one of "):
        check.points(name)
