"""Temperature and oxygen of a furnace, minutes ahead: learned at one site, taken to another in closed form.

The body is frozen (:mod:`responses`), the head is linear, and what the set-points do not explain is followed
by a Kalman filter (:mod:`disturbance`). A new site's head is the source's plus what some minutes of its
records support: ridge regression about the source's head in float64, on rows that the filter has whitened,
with the posterior kept. The pace of the bed, the one number that is not linear, is chosen among a few by
evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from lantern.errors import SurrogateError
from lantern.surrogates.dynamics.disturbance import Disturbance, whiten
from lantern.surrogates.dynamics.responses import (
    ACTIONS,
    BURNING,
    HEAT,
    KELVINS,
    OUTPUTS,
    OXYGEN_LAG,
    Fuel,
    Lumps,
    burning_features,
    heat_features,
    inputs,
    lag,
)
from lantern.surrogates.record import Record

Floats = NDArray[np.float64]
LEVELS = [BURNING - 1, BURNING + HEAT - 1]
#: How far the heads of two sites may lie apart, as standard deviations: gains of lagged feed and air and the
#: level for the burning; gains, polynomials and level for the temperature. Found on three sites of the fleet.
APART = np.array([
    0.015, 0.03, 0.05, 0.065, 0.065, 0.008, 0.015, 0.05, 0.06,
    0.015, 0.15, 0.3, 0.5, 0.5, 0.05, 0.08, 0.3, 0.65, 0.005, 0.005, 0.4,
])  # fmt: skip
PACES = (1.0, 0.7, 0.5, 0.35, 0.25, 0.17, 0.12)
PACE_SPREADS = {"same": 0.15, "unknown": 0.25, "other": 1.0}
"""How surely a new site's bed is as slow as the source's: standard deviations of the logarithm of the pace,
where the technology (grate or fluidised bed) is the same, not said, and another."""
ROWS = 60.0  # of the source, to whose noise that of a new site is drawn
ELSEWHERE = np.array([1.5, 1.4])  # how much wider intervals are at other sites: their disturbances differ
RECENT = 15  # rows on which the filter is judged now
DOUBTFUL = 0.5  # share of the variance that may come from an unsure head


class Forecast(NamedTuple):
    """Oxygen and temperature of the next rows, as instruments without noise would show them.

    Attributes
    ----------
    mean, low, high : float64[steps, 2]
        Dry oxygen in % and furnace temperature in C; the interval of the level that was asked for.
    doubt : float64[steps]
        Above 1: do not trust this. The largest of the three below.
    outside : float64[steps]
        How far the share of oxygen consumed lies from the site's usual one, over the farthest at the source.
    unsure : float64[steps]
        How much of the variance comes from the head, over what is allowed: the minutes do not tell.
    surprised : float
        How badly the last quarter of an hour was foretold, over the worst usual at the source.
    """

    mean: Floats
    low: Floats
    high: Floats
    doubt: Floats
    outside: Floats
    unsure: Floats
    surprised: float


class _Rows(NamedTuple):
    """Features of both outputs with their readings in the last column, and what turns them back."""

    columns: Floats
    weights: Floats
    air: Floats
    place: Floats
    fuel: Fuel


@dataclass(frozen=True)
class FastDynamics:
    """A head on the frozen body, with what it takes to look ahead.

    Attributes
    ----------
    weights : float64[BURNING + HEAT]
    covariance : float64[BURNING + HEAT, BURNING + HEAT]
        Of the weights.
    disturbance : Disturbance
    lumps : Lumps
    noise : float
        Mean square of the whitened rest; 1 where the disturbance is just as likely as it was at the source.
    half : float
        Half width of the polynomials' interval: of the logarithm of oxygen consumed over air blown.
    seconds : float
        From row to row.
    pace : float
        Of the bed, over the source's.
    inflation : float64[steps, 2]
        By how much intervals are too narrow at the source, row by row ahead.
    usual : float
        Largest mean square of recent whitened rows that is usual at the source.
    technology : str
        Of the source: ``"grate"``, ``"fluidised bed"``, or nothing where its records do not say.
    """

    weights: Floats
    covariance: Floats
    disturbance: Disturbance
    lumps: Lumps
    noise: float
    half: float
    seconds: float
    pace: float = 1.0
    inflation: Floats = field(default_factory=lambda: np.ones((1, 2)))
    usual: float = 1.0
    technology: str = ""

    def rows(self, record: Record, plan: Floats | None = None, weights: Floats | None = None) -> _Rows:
        """Features of a record, and of a plan for the rows after it.

        Parameters
        ----------
        record : Record
        plan : float64[steps, 3], optional
        weights : float64[BURNING + HEAT], optional
            The head by which the consumed share is worked out, whose polynomials are features themselves.
        """
        self._check(record)
        weights = self.weights if weights is None else weights
        given, fuel, count = inputs(record, plan, self.lumps), Fuel.of(record.about), len(record)
        air = lag(given.air, OXYGEN_LAG, self.seconds)
        first = burning_features(given, self.seconds, self.pace)
        place = (first @ weights[:BURNING] - air - weights[BURNING - 1]) / self.half
        columns = np.zeros((len(first), 2, BURNING + HEAT + 1))
        columns[:, 0, :BURNING] = first
        columns[:, 1, BURNING:-1] = heat_features(given, place, self.seconds, self.pace)
        share = record["oxygen"] / 100.0
        columns[:count, 0, -1] = fuel.consumed(share) + air[:count]
        columns[:count, 1, -1] = record["furnace"] / KELVINS
        return _Rows(columns, fuel.slope(np.where(np.isfinite(share), share, 0.08)), air, place, fuel)

    def _check(self, record: Record) -> None:
        if abs(record.seconds - self.seconds) > 1e-6 * self.seconds:
            raise SurrogateError(
                f"The record has a row every {record.seconds:g} s, the model one every {self.seconds:g} s. "
                "Bring the record to the model's interval, for instance by Record.every."
            )
        read = [int(np.isfinite(record[name]).sum()) for name in OUTPUTS]
        if min(read) < 5:
            raise SurrogateError(
                f"The record has {read[0]} readings of oxygen and {read[1]} of the furnace temperature; "
                "5 of each are the least."
            )

    def adapt(self, record: Record, paces: Sequence[float] = PACES) -> FastDynamics:
        """Solve the head for a new site.

        Parameters
        ----------
        record : Record
            Some minutes of the site, actions moved; ten are enough for the levels, an hour for the rest.
        paces : sequence of float
            Of the bed, tried by evidence.

        Returns
        -------
        FastDynamics
            The site's.

        Raises
        ------
        SurrogateError
            If the record has too few readings, another interval, or does not say what the design is.
        """
        elsewhere = replace(self, inflation=self.inflation * ELSEWHERE)
        tried = [elsewhere._at_pace(pace)._solve(record) for pace in paces]
        here = record.about.get("technology")
        known = (
            "unknown" if not (here and self.technology) else "same" if here == self.technology else "other"
        )
        spread = PACE_SPREADS[known]
        chances = [
            value - 0.5 * (np.log(p) / spread) ** 2 for (value, _), p in zip(tried, paces, strict=True)
        ]
        return tried[int(np.argmax(chances))][1]

    def _at_pace(self, pace: float) -> FastDynamics:
        keep = self.disturbance.keep.copy()
        keep[2] = keep[2] ** (1.0 / pace)
        return replace(self, pace=self.pace * pace, disturbance=replace(self.disturbance, keep=keep))

    def _solve(self, record: Record) -> tuple[float, FastDynamics]:
        """The head at one pace, and how likely it is; twice, for the polynomials depend on the head."""
        site, chance = self, 0.0
        for _ in range(2):
            made = self.rows(record, weights=site.weights)
            rows, logs, _, _ = whiten(self.disturbance, made.columns, made.weights)
            flat = rows.reshape(-1, rows.shape[2])
            chance, weights, covariance, noise = posterior(
                flat[flat.any(axis=1)], self.weights, APART, self.noise
            )
            site = replace(self, weights=weights, covariance=covariance, noise=noise)
        return chance - logs, site

    def forecast(self, past: Record, plan: Floats, level: float = 0.9) -> Forecast:
        """Look ahead along a plan.

        Parameters
        ----------
        past : Record
            The last minutes, up to now; an hour or more is best, five rows the least.
        plan : float64[steps, 3]
            Set-points of feed, primary and secondary air for the next rows, in the record's units.
        level : float
            Of the intervals, in (0, 1).

        Raises
        ------
        SurrogateError
            As :meth:`adapt`, and if the plan is none.
        """
        plan = np.asarray(plan, dtype=np.float64)
        if plan.ndim != 2 or plan.shape[1] != len(ACTIONS) or not len(plan) or not 0.0 < level < 1.0:
            raise SurrogateError(
                f"A forecast needs a plan [steps, 3] ({', '.join(ACTIONS)}) and a level in (0, 1); got a "
                f"plan of shape {plan.shape} and {level:g}."
            )
        made, now = self.rows(past, plan), len(past)
        white, _, states, covariance = whiten(self.disturbance, made.columns[:now], made.weights)
        means, spreads = self.disturbance.ahead(len(plan), covariance)
        moved = means @ states
        features = made.columns[now:, :, :-1] - moved[:, :, :-1]
        head = np.einsum("soi,ij,soj->so", features, self.covariance, features)
        own = self.noise * np.diagonal(spreads, axis1=1, axis2=2) * self._widened(len(plan)) ** 2
        middle = moved[:, :, -1] + features @ self.weights
        reach = ndtri(0.5 + 0.5 * level) * np.sqrt(head + own)
        ends = [self._physical(made, now, values) for values in (middle, middle - reach, middle + reach)]
        rest = white[-RECENT:, :, -1] - white[-RECENT:, :, :-1] @ self.weights
        surprised = float(np.sum(rest**2)) / max(int(np.count_nonzero(rest)), 1) / self.usual
        outside, unsure = np.abs(made.place[now:]), (head / (own + head)).max(axis=1) / DOUBTFUL
        doubt = np.maximum(np.maximum(outside, unsure), surprised)
        return Forecast(
            ends[0], np.minimum(*ends[1:]), np.maximum(*ends[1:]), doubt, outside, unsure, surprised
        )

    def _widened(self, steps: int) -> Floats:
        return self.inflation[np.minimum(np.arange(steps), len(self.inflation) - 1)]

    def _physical(self, made: _Rows, now: int, values: Floats) -> Floats:
        oxygen = 100.0 * made.fuel.oxygen(values[:, 0] - made.air[now:])
        return np.column_stack([oxygen, KELVINS * values[:, 1]])


def posterior(
    white: Floats, mean: Floats, apart: Floats, noise: float
) -> tuple[float, Floats, Floats, float]:
    """Normal prior about a head, inverse-gamma prior about the noise, rows of independent noise.

    Parameters
    ----------
    white : float64[rows, n + 1]
        Features, and readings in the last column.
    mean : float64[n]
        The head to stay close to.
    apart : float64[n]
        Standard deviations about it, in units of the noise.
    noise : float
        Variance of the source, worth ``ROWS`` rows.

    Returns
    -------
    evidence : float
        Logarithm of the chance of the readings, but for a constant.
    weights : float64[n]
    covariance : float64[n, n]
    noise : float
    """
    scaled, rest = white[:, :-1] * apart, white[:, -1] - white[:, :-1] @ mean
    left, singular, right = np.linalg.svd(scaled, full_matrices=False)
    inner = left.T @ rest
    unexplained = float(rest @ rest - np.sum(inner**2 * singular**2 / (1.0 + singular**2)))
    found = (ROWS * noise + unexplained) / (ROWS + len(rest))
    evidence = -0.5 * float(np.sum(np.log1p(singular**2))) - 0.5 * (ROWS + len(rest)) * float(np.log(found))
    weights = mean + apart * (right.T @ (inner * singular / (1.0 + singular**2)))
    shrunk = np.eye(len(mean)) - (right.T * (singular**2 / (1.0 + singular**2))) @ right
    return evidence, weights, found * apart[:, None] * shrunk * apart, found
