"""How waste, feeding and mixing drift about a site's mean: first-order autoregressive processes, seeded."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from lantern.compiled import njit
from lantern.envs.incinerator.layout import WET, Floats
from lantern.envs.incinerator.random import Seeds, normal
from lantern.errors import ContentError

DRIFTS = 8
_LARGEST = 0.6  # as a standard deviation of a logarithm; of moisture a third of it


@dataclass(frozen=True)
class Drift:
    """Standard deviations and correlation times of what changes at a site by itself.

    Attributes
    ----------
    moisture : float
        Standard deviation of the moisture, share of wet mass.
    heating : float
        Of the logarithm of the combustible share of the dry waste, and so of its heating value.
    nitrogen, sulphur, chlorine : float
        Of the logarithms of these contents.
    feed : float
        Of the logarithm of what the feeder pushes at a given speed: waste comes in lumps.
    mixing : float
        Of the logarithm of the spread of the local air ratio, which makes surges of carbon monoxide.
    dust : float
        Of the logarithm of the raw dust.
    hours : float
        Correlation time of the waste's composition and of dust, h.
    feed_minutes, mixing_minutes : float
        Correlation times of feeding and mixing, min.

    Raises
    ------
    ContentError
        If a number is out of range.
    """

    moisture: float = 0.03
    heating: float = 0.04
    nitrogen: float = 0.1
    sulphur: float = 0.25
    chlorine: float = 0.25
    feed: float = 0.06
    mixing: float = 0.08
    dust: float = 0.12
    hours: float = 12.0
    feed_minutes: float = 5.0
    mixing_minutes: float = 30.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in ("hours", "feed_minutes", "mixing_minutes"):
                low, high, unit = 0.1, 1000.0, field.name.rpartition("_")[2]
            else:
                low, high, unit = 0.0, _LARGEST / (3 if field.name == "moisture" else 1), "standard deviation"
            if not low <= value <= high:
                raise ContentError(
                    f"Drift: {field.name} is {value:g}; expected {low:g} to {high:g} ({unit})."
                )

    def sizes(self) -> Floats:
        """Standard deviations in the order of the state: float64[8]."""
        names = ("moisture", "heating", "nitrogen", "sulphur", "chlorine", "feed", "mixing", "dust")
        return np.array([getattr(self, name) for name in names])

    def pace(self, seconds: float) -> Floats:
        """What is kept of each deviation and what comes new in a step: float64[2, 8]."""
        times = np.full(DRIFTS, 3600.0 * self.hours)
        times[5:7] = 60.0 * self.feed_minutes, 60.0 * self.mixing_minutes
        keep = np.exp(-seconds / times)
        return np.stack([keep, np.sqrt(1.0 - keep**2) * self.sizes()])


@njit()
def wander(state: Floats, centre: Floats, pace: Floats, rng: Seeds) -> None:
    """Move the deviations of one plant by a step.

    Parameters
    ----------
    state : float64[STATES]
        Changed in place.
    centre : float64[8]
        What the deviations return to: zero, or the shift of an unseen waste.
    pace : float64[2, 8]
        From :meth:`Drift.pace`.
    rng : uint64[1]
        The plant's own random numbers.
    """
    for index in range(DRIFTS):
        away = state[WET + index] - centre[index]
        state[WET + index] = centre[index] + pace[0, index] * away + pace[1, index] * normal(rng)
