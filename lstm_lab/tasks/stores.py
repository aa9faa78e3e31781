"""Numbers in, numbers out: a river below a mountain whose snow and soil are known.

Real rivers are guessed by LSTMs whose cells turn out to follow the snow (Kratzert et al. 2018,
Lees et al. 2022). Here both stores are computed, so that whoever finds them can be told right.
"""

from typing import NamedTuple

import numpy as np

from .._validate import as_generator, as_int

__all__ = ["River", "river"]

#: mm of snow that a degree melts in a day; of the soil's water, what runs off and what dries up.
MELTS, RUNS_OFF, DRIES = 3.0, 0.03, 0.01
YEAR = 365


class River(NamedTuple):
    """Arrays (n, days): rain in mm, temperature in °C, and from these flow, snow, soil, dried."""

    rain: np.ndarray
    temperature: np.ndarray
    flow: np.ndarray
    snow: np.ndarray
    soil: np.ndarray
    dried: np.ndarray


def river(n=1, days=2 * YEAR, rng=None) -> River:
    """n rivers for so many days, beginning in autumn with empty stores.

        snow_t = snow_{t-1} + (rain if it freezes) - melt_t     melt_t = min(snow, 3 mm a degree)
        soil_t = 0.96 (soil_{t-1} + (rain unless it freezes) + melt_t)
        flow_t = 0.03 (the same),  dried_t = 0.01 (the same)

    rng  a seed or a Generator. Raises ValueError for numbers below 1.

    >>> import lstm_lab as lab
    >>> one = lab.tasks.river(rng=0)
    >>> one.flow.shape, bool(one.snow[0, 100] > one.snow[0, 300])
    ((1, 730), True)
    """
    n, days = as_int("n", n, least=1), as_int("days", days, least=1)
    rng = as_generator(rng)
    wet = rng.random((n, days)) < 0.4
    rain = wet * rng.exponential(6.0, (n, days))
    season = -np.sin(2 * np.pi * np.arange(days) / YEAR)  # colder first
    temperature = 5 + 11 * season + rng.normal(0, 3, (n, days))
    snow, soil = np.zeros((2, n, days))
    wetted = np.zeros((n, days))
    for t in range(days):
        lying, wet_soil = (snow[:, t - 1], soil[:, t - 1]) if t else (0, 0)
        freezes = temperature[:, t] < 0
        lying = lying + rain[:, t] * freezes
        melt = np.minimum(lying, MELTS * np.maximum(temperature[:, t], 0))
        snow[:, t] = lying - melt
        wetted[:, t] = wet_soil + rain[:, t] * ~freezes + melt
        soil[:, t] = (1 - RUNS_OFF - DRIES) * wetted[:, t]
    return River(rain, temperature, RUNS_OFF * wetted, snow, soil, DRIES * wetted)
