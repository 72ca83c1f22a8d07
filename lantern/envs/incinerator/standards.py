"""What a plant may emit: limits, the means that they are set for, and an index of the remaining risk.

Limits are in mg per dry Nm3 at 11 % oxygen. GB 18485-2014 sets hourly and daily ones, the Industrial
Emissions Directive (2010/75/EU, annex VI) half-hourly and daily ones. A daily mean is the mean of the day's
hourly or half-hourly means. Nothing is deducted for the uncertainty of analysers, as the
directive would allow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lantern.content import nearest
from lantern.errors import EnvError

if TYPE_CHECKING:
    from lantern.envs.incinerator.layout import Floats

POLLUTANTS = ("co", "nox", "so2", "hcl", "dust")
"""What the limits are for, in the order of all arrays here."""


@dataclass(frozen=True)
class Standard:
    """A set of limits.

    Attributes
    ----------
    name, title : str
    minutes : int
        Length of the short means, min.
    short, daily : tuple of float
        Limits of the short and of the daily means, in the order of ``POLLUTANTS``.
    """

    name: str
    title: str
    minutes: int
    short: tuple[float, ...]
    daily: tuple[float, ...]


STANDARDS = {
    "gb18485": Standard(
        "gb18485", "GB 18485-2014", 60, (100.0, 300.0, 100.0, 60.0, 30.0), (80.0, 250.0, 80.0, 50.0, 20.0)
    ),
    "eu_ied": Standard(
        "eu_ied", "2010/75/EU", 30, (100.0, 400.0, 200.0, 60.0, 30.0), (50.0, 200.0, 50.0, 10.0, 10.0)
    ),
}


def find_standard(standard: Standard | str) -> Standard:
    """Look a standard up by its name, ``"gb18485"`` or ``"eu_ied"``."""
    if isinstance(standard, Standard):
        return standard
    if standard not in STANDARDS:
        raise EnvError(f"standard={standard!r} is not known. {nearest(str(standard), STANDARDS)}")
    return STANDARDS[standard]


class Means:
    """Short and daily means of N plants as they come about, and how many kept their limits.

    Parameters
    ----------
    plants : int
    standard : Standard
    minutes : int
        From one value to the next; must divide the length of the short means.
    """

    def __init__(self, plants: int, standard: Standard, minutes: int) -> None:
        if standard.minutes % minutes:
            raise EnvError(
                f"minutes={minutes}: a control step must divide the {standard.minutes} min of a mean of "
                f"{standard.title}. Use 1, 5, 10, 15 or {standard.minutes}."
            )
        self.standard = standard
        self._in_block, self._in_day = standard.minutes // minutes, 24 * 60 // standard.minutes
        shape = (plants, len(POLLUTANTS))
        self._sum, self._day_sum, self.last = np.zeros(shape), np.zeros(shape), np.full(shape, np.nan)
        self.last_day = np.full(shape, np.nan)
        self._count, self._day_count = np.zeros(plants, np.int64), np.zeros(plants, np.int64)
        self.blocks, self.days = np.zeros(plants, np.int64), np.zeros(plants, np.int64)
        self.blocks_kept, self.days_kept = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        self._short, self._daily = np.array(standard.short), np.array(standard.daily)

    def begin(self, chosen: np.ndarray) -> None:
        """Forget everything of some plants: bool[N]."""
        for array in (self._sum, self._day_sum, self._count, self._day_count, self.blocks, self.days,
                      self.blocks_kept, self.days_kept):  # fmt: skip
            array[chosen] = 0
        self.last[chosen] = np.nan
        self.last_day[chosen] = np.nan

    def add(self, values: Floats) -> tuple[np.ndarray, np.ndarray]:
        """Take the values of a control step, float64[N, 5]; say which plants ended a short mean and a day."""
        self._sum += values
        self._count += 1
        block = self._count == self._in_block
        if block.any():
            self.last[block] = self._sum[block] / self._in_block
            self._sum[block] = 0.0
            self._count[block] = 0
            self.blocks[block] += 1
            self.blocks_kept[block] += self.last[block] <= self._short
            self._day_sum[block] += self.last[block]
            self._day_count[block] += 1
        day = block & (self._day_count == self._in_day)
        if day.any():
            self.last_day[day] = self._day_sum[day] / self._in_day
            self._day_sum[day] = 0.0
            self._day_count[day] = 0
            self.days[day] += 1
            self.days_kept[day] += self.last_day[day] <= self._daily
        return block, day

    def running(self) -> Floats:
        """Mean of the short interval that is running; the last one's right at its start: float64[N, 5]."""
        before = np.nan_to_num(self.last)
        count = self._count[:, None]
        return np.where(count > 0, self._sum / np.maximum(count, 1), before)

    def today(self) -> Floats:
        """Mean of the day's short means so far; yesterday's right after it; 0 at first: float64[N, 5]."""
        before = np.nan_to_num(self.last_day)
        count = self._day_count[:, None]
        return np.where(count > 0, self._day_sum / np.maximum(count, 1), before)

    def progress(self) -> tuple[Floats, Floats]:
        """Shares of the running short interval and of the running day that are over: float64[N] each."""
        block = self._count / self._in_block
        return block, (self._day_count + block) / self._in_day

    def kept(self) -> np.ndarray:
        """Whether the last short mean and the day so far are within their limits: bool[N, 5]."""
        return np.asarray((np.nan_to_num(self.last) <= self._short) & (self.today() <= self._daily))

    def share_within(self) -> Floats:
        """Share of short means with all limits kept so far, by the pollutant that did worst: float64[N]."""
        kept = self.blocks_kept.min(axis=1) + (self.blocks == 0)
        return np.asarray(kept / np.maximum(self.blocks, 1))


WEIGHTS = np.full(6, 1.0 / 6.0)
"""Of CO, NOx, SO2, HCl, dust and CO2 in the index."""


def risk_index(values: Floats, carbon: Floats, standard: Standard) -> tuple[Floats, Floats]:
    """Carbon-pollutant index in the style of CPSI: a weighted sum of ratios to the daily limits.

    The published index's formula is not public; this one is ours. A sum hides one violated limit behind
    others that are kept well, so the largest ratio stands beside it.

    Parameters
    ----------
    values : float64[N, 5]
        mg/Nm3, as ``POLLUTANTS``.
    carbon : float64[N]
        Fossil CO2 (with N2O as CO2) per unit of steam, relative to the site's usual.
    standard : Standard

    Returns
    -------
    index, largest : float64[N]
        ``largest`` over the pollutants.
    """
    ratios = values / np.array(standard.daily)
    return ratios @ WEIGHTS[:5] + WEIGHTS[5] * carbon, ratios.max(axis=1)
