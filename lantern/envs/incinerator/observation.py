"""What a controller sees: readings and means so far, scaled to about [-1, 1]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lantern.envs.incinerator.control.usual import HIGH, LOW
from lantern.envs.incinerator.layout import ACTIONS, Floats
from lantern.envs.incinerator.sensors import ACTUATOR_UNITS, MEASURED, READ
from lantern.envs.incinerator.standards import POLLUTANTS

if TYPE_CHECKING:
    from lantern.envs.incinerator.episodes import Episodes

BOUND = 2.0
"""Observations are cut off at plus and minus this."""

# Names of the entries, in order.
OBSERVED = (
    *MEASURED,
    *(f"{name}_running" for name in POLLUTANTS),  # mean of the short interval that is running
    *(f"{name}_today" for name in POLLUTANTS),  # mean of the day's short means so far
    "interval",  # how much of the short interval is over
    "day",  # how much of the day is over
    "load",  # asked for now
    "load_ahead",  # asked for after the change that is announced
    "wait",  # until then, in hours; 1 where none is announced
)
_COLUMNS = [READ[name] for name in POLLUTANTS]
_SLIP, _NITROUS = 10.0, 20.0


def ratio_scale(ratio: Floats) -> Floats:
    """Scale a ratio to a limit: 0 is -1, a tenth -0.63, the limit 0.29, four times the limit 1."""
    return np.asarray(2.0 * np.log1p(10.0 * ratio) / np.log(41.0) - 1.0)


def ratio_of(scaled: NDArray[Any]) -> Floats:
    """The ratio to a limit that an entry of an observation stands for: what :func:`ratio_scale` undoes."""
    return np.asarray(np.expm1((np.asarray(scaled, np.float64) + 1.0) / 2.0 * np.log(41.0)) / 10.0)


def observe(episodes: Episodes, demand: Floats, ahead: Floats, waiting: Floats) -> Any:
    """Observations of all plants: float32[N, len(OBSERVED)].

    Actuators are scaled so that -1 and 1 are the least and the most that actions can set; the furnace by
    150 K about 950 C; oxygen by 5 % about 8 %; steam, gas and load by half of full load about full load;
    CO2 by 10 % about 10 %; emissions by :func:`ratio_scale` to the short limit (daily for means of the day;
    ammonia slip to 10, N2O to 20 mg/Nm3).
    """
    measured, means, standard = episodes.passed.measured, episodes.means, episodes.standard
    seen = np.empty((episodes.count, len(OBSERVED)))
    part = measured[:, :ACTIONS] / (episodes.design * ACTUATOR_UNITS)
    seen[:, :ACTIONS] = 2.0 * (part - LOW) / (HIGH - LOW) - 1.0
    seen[:, READ["furnace"]] = (measured[:, READ["furnace"]] - 950.0) / 150.0
    seen[:, READ["oxygen"]] = (measured[:, READ["oxygen"]] - 8.0) / 5.0
    seen[:, READ["steam"]] = 2.0 * (measured[:, READ["steam"]] / episodes.full_steam - 1.0)
    seen[:, READ["gas"]] = 2.0 * (measured[:, READ["gas"]] / episodes.usual[READ["gas"]] - 1.0)
    seen[:, READ["co2"]] = (measured[:, READ["co2"]] - 10.0) / 10.0
    short, daily = np.array(standard.short), np.array(standard.daily)
    seen[:, _COLUMNS] = ratio_scale(measured[:, _COLUMNS] / short)
    seen[:, READ["nh3"]] = ratio_scale(measured[:, READ["nh3"]] / _SLIP)
    seen[:, READ["n2o"]] = ratio_scale(measured[:, READ["n2o"]] / _NITROUS)
    at = len(MEASURED)
    seen[:, at : at + 5] = ratio_scale(means.running() / short)
    seen[:, at + 5 : at + 10] = ratio_scale(means.today() / daily)
    interval, day = means.progress()
    rest = (2.0 * interval - 1.0, 2.0 * day - 1.0, 2.0 * (demand - 1.0), 2.0 * (ahead - 1.0), waiting)
    seen[:, at + 10 :] = np.stack(rest, axis=1)
    return np.clip(seen, -BOUND, BOUND).astype(np.float32)
