"""The frozen body of fast dynamics: responses to what is fed and blown, in variables that sites share.

The oxygen of the flue gas and the air give the oxygen that is being consumed, and so how much burns; in its
logarithm the air's part is known, and what is left depends on little but the feed. The temperature follows
the logarithm of consumed over blown oxygen almost in a straight line; Chebyshev polynomials on an interval
stand for what is not straight. Feed and air enter through first-order lags of up to an hour, which span the
response of a line that does not oscillate. One number, the pace, shortens the lags of the bed: waste lies for
a quarter of an hour on a grate, and for a minute or two in a fluidised bed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray
from scipy.signal import lfilter

from lantern.errors import SurrogateError
from lantern.surrogates.process.channels import fill
from lantern.surrogates.record import Record

Floats = NDArray[np.float64]
ACTIONS = ("set_feed", "set_primary", "set_secondary")
OUTPUTS = ("oxygen", "furnace")
KELVINS = 100.0
"""Degrees that one unit of the second output stands for."""

AIR_OXYGEN = 0.21
_READABLE = (0.004, 0.18)  # shares of oxygen at which something still burns, and not all air is used up
ACTUATOR, OXYGEN_LAG, FURNACE_LAG = 30.0, 30.0, 60.0
BED_LAGS = (60.0, 300.0, 600.0, 1200.0)
FEED_LAGS = (*BED_LAGS, 3600.0)
AIR_LAGS = (0.0, 600.0, 3600.0)
HOT_AIR_LAGS = (0.0, 60.0, 1200.0, 3600.0)
DEGREES = (2, 3)
BURNING = len(FEED_LAGS) + len(AIR_LAGS) + 1
HEAT = len(FEED_LAGS) + len(HOT_AIR_LAGS) + len(DEGREES) + 1


@dataclass(frozen=True)
class Fuel:
    """What the mean composition says of the flue gas.

    Attributes
    ----------
    carbon : float
        Moles of carbon dioxide for a mole of oxygen consumed.
    """

    carbon: float = 0.85

    @classmethod
    def of(cls, about: dict[str, Any]) -> Fuel:
        """From a record's description; a usual value where it says nothing of the waste."""
        waste = about.get("waste")
        if not waste:
            return cls()
        carbon = waste["carbon"] / 12.011
        demand = carbon + 0.25 * (waste["hydrogen"] / 1.008 - waste["chlorine"] / 35.45)
        return cls(carbon / (demand + waste["sulphur"] / 32.06 - 0.5 * waste["oxygen"] / 15.999))

    def consumed(self, oxygen: Floats) -> Floats:
        """Logarithm of oxygen consumed over air blown, kmol/kmol, from the dry share of oxygen."""
        held = np.clip(oxygen, *_READABLE)
        return np.asarray(np.log((AIR_OXYGEN - held) / (1.0 - (1.0 - self.carbon) * held)))

    def oxygen(self, consumed: Floats) -> Floats:
        """The dry share of oxygen, 0 or more: the inverse of :meth:`consumed`."""
        ratio = np.exp(np.minimum(consumed, np.log(AIR_OXYGEN)))
        return np.asarray((AIR_OXYGEN - ratio) / (1.0 - (1.0 - self.carbon) * ratio))

    def slope(self, oxygen: Floats) -> Floats:
        """By how much :meth:`consumed` falls for a relative change of the reading."""
        held = np.clip(oxygen, *_READABLE)
        rest = 1.0 - self.carbon
        return np.asarray(held / (AIR_OXYGEN - held) - held * rest / (1.0 - rest * held))


@dataclass(frozen=True)
class Lumps:
    """How the feeder's pushes stray from its speed: first order, read with noise.

    Attributes
    ----------
    keep : float
        From one row to the next.
    gain : float
        Of the steady Kalman filter that follows them.
    """

    keep: float = 0.0
    gain: float = 0.0

    @classmethod
    def fit(cls, strays: Floats) -> Lumps:
        """From the covariances at lags of none, one and two rows: float64[rows]."""
        away = (
            strays[np.isfinite(strays)] - np.nanmean(strays)
            if np.isfinite(strays).sum() > 10
            else np.zeros(3)
        )
        whole, first, second = (float(np.mean(away[k:] * away[: len(away) - k])) for k in range(3))
        if first <= 0.05 * whole or whole == 0.0:
            return cls()
        keep = float(np.clip(second / first, 0.1, 0.98))
        size = min(first / keep, 0.99 * whole)
        variance, gain = size, 0.0
        for _ in range(200):
            gain = variance / (variance + whole - size)
            variance = keep**2 * (1.0 - gain) * variance + (1.0 - keep**2) * size
        return cls(keep, gain)

    def follow(self, strays: Floats) -> Floats:
        """Best guess at every row: float64[rows]; without a reading it fades."""
        found, now = np.empty(len(strays)), 0.0
        for row, stray in enumerate(strays):
            now *= self.keep
            if np.isfinite(stray):
                now += self.gain * (stray - now)
            found[row] = now
        return found


@dataclass(frozen=True)
class Inputs:
    """What goes in, behind the actuators, as logarithms over design: float64[rows] each."""

    feed: Floats
    air: Floats


def lag(values: Floats, seconds: float, step: float) -> Floats:
    """First-order lag, begun at the mean of the first few rows.

    Parameters
    ----------
    values : float64[rows]
    seconds : float
        Time constant.
    step : float
        From row to row, s.
    """
    if seconds <= 0.0:
        return values
    gain = -np.expm1(-step / seconds)
    start = values[: max(min(5, len(values) // 4), 1)].mean()
    return np.asarray(lfilter([gain], [1.0, gain - 1.0], values, zi=[(1.0 - gain) * start])[0])


def design_of(record: Record) -> dict[str, float]:
    """Usual feed, primary and secondary air at full load, from the record's description."""
    design = record.about.get("design") or {}
    missing = [
        name.removeprefix("set_") for name in ACTIONS if not design.get(name.removeprefix("set_"), 0) > 0
    ]
    if missing:
        raise SurrogateError(
            "The record does not say what the line is designed for: about['design'] has no "
            f"{', '.join(missing)}. Give the usual values at full load, in the units of the record's columns."
        )
    return {name: float(value) for name, value in design.items()}


def strays(record: Record) -> Floats:
    """Logarithm of the feed as read over the feed as set: float64[rows], NaN where it was not read."""
    if "feed" not in record.columns:
        return np.full(len(record), np.nan)
    wanted = lag(np.log(fill(record["set_feed"], "set_feed")), 2 * ACTUATOR, record.seconds)
    with np.errstate(invalid="ignore", divide="ignore"):
        read = np.log(record["feed"]) - wanted
    return np.where(np.isfinite(read), np.clip(read, -0.5, 0.5), np.nan)


def inputs(record: Record, plan: Floats | None, lumps: Lumps) -> Inputs:
    """What goes in along a record, and along a plan for the rows after it.

    Parameters
    ----------
    record : Record
    plan : float64[steps, 3], optional
        Set-points in the order of ``ACTIONS`` and the record's units.
    lumps : Lumps
    """
    design = design_of(record)
    settings = np.column_stack([fill(record[name], name) for name in ACTIONS])
    pushes = lumps.follow(strays(record))
    if plan is not None:
        settings = np.concatenate([settings, plan])
        pushes = np.concatenate([pushes, pushes[-1] * lumps.keep ** np.arange(1, len(plan) + 1)])
    if not (np.isfinite(settings).all() and (settings > 0.0).all()):
        raise SurrogateError(
            "Set-points of feed and air must be above 0; the record or the plan has others. This model is of "
            "a line that burns."
        )
    feed = lag(np.log(settings[:, 0] / design["feed"]), ACTUATOR, record.seconds) + pushes
    blown = (settings[:, 1] + settings[:, 2]) / (design["primary"] + design["secondary"])
    return Inputs(feed, lag(np.log(blown), ACTUATOR, record.seconds))


def _fed(given: Inputs, step: float, pace: float) -> list[Floats]:
    taus = [*(tau * pace for tau in BED_LAGS), *FEED_LAGS[len(BED_LAGS) :]]
    return [lag(given.feed, tau, step) for tau in taus]


def burning_features(given: Inputs, step: float, pace: float) -> Floats:
    """For the logarithm of what burns: lagged feed, lagged air, one: float64[rows, BURNING]."""
    seen = lag(given.air, OXYGEN_LAG, step)
    return np.column_stack([
        *_fed(given, step, pace), *(lag(seen, tau, step) for tau in AIR_LAGS), np.ones(len(seen))
    ])  # fmt: skip


def heat_features(given: Inputs, place: Floats, step: float, pace: float) -> Floats:
    """For the temperature: lagged feed, lagged air, polynomials, one: float64[rows, HEAT].

    Parameters
    ----------
    given : Inputs
    place : float64[rows]
        Where the consumed share lies in the polynomials' interval, which is [-1, 1]; held at its ends.
    step, pace : float
    """
    seen = lag(given.air, FURNACE_LAG, step)
    held = lag(np.clip(place, -1.0, 1.0), FURNACE_LAG, step)
    curved = chebyshev.chebvander(held, max(DEGREES))[:, DEGREES]
    return np.column_stack([
        *_fed(given, step, pace), *(lag(seen, tau, step) for tau in HOT_AIR_LAGS), curved, np.ones(len(seen))
    ])  # fmt: skip
