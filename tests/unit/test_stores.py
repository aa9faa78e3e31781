"""The river whose stores are known: water is neither made nor lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lstm_lab as lab
from lstm_lab.tasks import river
from tools.river import Flow, told


@given(st.integers(1, 4), st.integers(1, 900), st.integers(0, 99))
def test_all_rain_is_somewhere(n, days, seed):
    it = river(n, days, rng=seed)
    fallen, gone = np.cumsum(it.rain, 1), np.cumsum(it.flow + it.dried, 1)
    np.testing.assert_allclose(it.snow + it.soil + gone, fallen, atol=1e-9 * days)
    assert min(array.min() for array in (it.rain, it.flow, it.snow, it.soil, it.dried)) >= 0


def test_it_snows_and_melts_day_by_day_as_by_hand():
    it = river(2, 730, rng=3)
    for k in range(2):
        snow = soil = 0.0
        for rain, degrees, *said in zip(*(array[k] for array in it), strict=True):
            if degrees < 0:
                snow += rain
                came = 0.0
            else:
                melt = min(snow, 3 * degrees)
                snow -= melt
                came = rain + melt
            ground = soil + came
            soil = 0.96 * ground
            np.testing.assert_allclose(said, (0.03 * ground, snow, soil, 0.01 * ground), atol=1e-9)


def test_it_begins_in_autumn_and_is_the_same_for_a_seed():
    one, two = river(rng=5), river(rng=5)
    assert all((a == b).all() for a, b in zip(one, two, strict=True))
    assert one.temperature[0, :180].mean() < 5 < one.temperature[0, 185:365].mean()
    with pytest.raises(ValueError, match="days"):
        river(1, 0)


def test_a_net_of_numbers_goes_through_listen_and_rank():
    rivers = river(4, 400, rng=0)
    explained, ranked = told(Flow(), rivers)
    assert explained < 1 and {unit.unit for unit in ranked["snow"]} == set(range(16))
    run = lab.trace(Flow().lstm, np.zeros((1, 9, 2), "float32"))
    assert run.c.shape[-1] == 16
