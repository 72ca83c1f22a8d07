"""The six pollutants of a day, and whether any is worse than under usual control on the same waste."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from lantern.agents.control.task import ControlTask, Days

Floats = NDArray[np.float64]

SIX = ("co", "nox", "so2", "hcl", "dust", "co2")
"""Five limited pollutants, mg/Nm3; fossil CO2 with N2O as CO2 per steam, t/MWh, as in the risk index."""

UNCERTAINTY = np.array([0.10, 0.03, 0.03, 0.03, 0.03, 0.03])
"""Of the analysers, as shares of a reading: a difference that is less cannot be shown at a plant."""

ROUNDING = 1e-6
"""Strictly no worse still allows for what floating-point numbers lose."""


def daily_means(task: ControlTask, days: Days) -> Floats:
    """Mean of each day and pollutant: float64[N, 6], in the order of ``SIX``."""
    return np.column_stack([days.emitted.mean(axis=0), carbon(task, days)])


def carbon(task: ControlTask, days: Days) -> Floats:
    """Fossil CO2 with N2O as CO2 per steam, mean of each day: float64[N], t/MWh."""
    from lantern.envs.incinerator.costs import carbon_intensity

    steps, count, width = days.values.shape
    flat = carbon_intensity(days.values.reshape(-1, width), task.site.waste.fossil_share)
    return np.asarray(flat.reshape(steps, count).mean(axis=0))


def ratios(task: ControlTask, days: Days, usual: Days) -> Floats:
    """Daily means as shares of those under usual control on the same waste: float64[N, 6]."""
    return daily_means(task, days) / np.maximum(daily_means(task, usual), 1e-9)


def none_worse(ratio: Floats, tolerance: Floats | float = 0.0) -> NDArray[np.bool_]:
    """Whether no pollutant of a day is higher than under usual control: bool[N].

    Parameters
    ----------
    ratio : float64[N, 6]
        Of :func:`ratios`.
    tolerance : float64[6] or float
        Rise that counts as none: 0 for the strict reading, ``UNCERTAINTY`` for what analysers can tell.
    """
    return np.asarray((ratio <= 1.0 + tolerance + ROUNDING).all(axis=1))
