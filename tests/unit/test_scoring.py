"""Points as nbgrader reads them."""

import numpy as np
import pytest

from lstm_lab import check, gates
from lstm_lab.check import verdicts


def test_an_exercise_has_its_points_once_it_is_passed():
    verdicts.forget()
    check.soft_if(lambda g, T, F: g * F + (1 - g) * T)
    assert check.points("soft_if", 2) == 0
    check.soft_if(gates.soft_if)
    check.soft_if(...)
    assert (check.points("soft_if", 2), check.points("open_gate")) == (2, 0)
    verdicts.forget()


@pytest.mark.parametrize("most", ["x", None, float("nan"), -1, [1]])
def test_what_are_no_points_is_refused(most):
    with pytest.raises((TypeError, ValueError), match="most"):
        check.points("soft_if", most)


@pytest.mark.parametrize("name", ["prediction", "summary", "soft_ifs", 3, ["soft_if"], np.ones(2)])
def test_what_is_no_exercise_is_refused(name):
    with pytest.raises(ValueError, match="is no exercise: give one of "):
        check.points(name)
