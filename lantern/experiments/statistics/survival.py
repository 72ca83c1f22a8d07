"""Steps to a threshold, where some runs never get there.

A run that never reaches the threshold is censored at its budget: all that is known is that it needs more. It
is kept and counted; dropping it, or averaging over the runs that succeeded, would flatter the worst agents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Durations:
    """Steps until an event, or until observation ended.

    Attributes
    ----------
    steps : float64[n]
        Environment steps to the event, or to the end of the run.
    reached : bool[n]
        Whether the event happened.
    """

    steps: Floats
    reached: NDArray[np.bool_]

    @property
    def censored(self) -> int:
        """Number of runs that never got there."""
        return int(np.sum(~self.reached))

    @property
    def bounds(self) -> Floats:
        """Steps, with +inf for the runs that never got there, float64[n]."""
        return np.where(self.reached, self.steps, np.inf)


def pool_durations(parts: Sequence[Durations]) -> Durations:
    """Put the runs of several tasks together."""
    return Durations(
        np.concatenate([part.steps for part in parts]), np.concatenate([part.reached for part in parts])
    )


def steps_to_threshold(step: ArrayLike, success: ArrayLike, threshold: float) -> Durations:
    """Steps until the first evaluation that reaches a threshold.

    Parameters
    ----------
    step : int[E]
        Evaluation points, increasing.
    success : float[n, E]
        One row a run.
    threshold : float
        In (0, 1].
    """
    points = np.asarray(step, dtype=np.float64)
    # A mean of, say, 10 episodes is a float: 0.9 must count as reaching 0.9.
    above = np.asarray(np.asarray(success, dtype=np.float64) >= threshold - 1e-12)
    reached = np.asarray(above.any(axis=1))
    return Durations(np.where(reached, points[above.argmax(axis=1)], points[-1]), reached)


@dataclass(frozen=True)
class Survival:
    """Kaplan-Meier estimate of the share of runs that have not got there yet.

    Attributes
    ----------
    time : float64[K]
        Distinct event times, increasing.
    share : float64[K]
        Share still waiting just after each time, in [0, 1].
    at_risk : int64[K]
        Runs under observation just before each time.
    """

    time: Floats
    share: Floats
    at_risk: NDArray[np.int64]

    def quantile(self, probability: float) -> float:
        """Return the first time by which this share of runs has got there; inf where none was observed."""
        hit = np.flatnonzero(self.share <= 1.0 - probability + 1e-12)
        return float(self.time[hit[0]]) if hit.size else float("inf")

    @property
    def median(self) -> float:
        """Time by which half of the runs have got there, in steps; inf where fewer than half did."""
        return self.quantile(0.5)

    def restricted_mean(self, horizon: float) -> float:
        """Mean of min(time, horizon), in steps: the area under the estimate up to a horizon.

        Parameters
        ----------
        horizon : float
            At most the longest time observed, else the estimate is not supported by data.
        """
        inside = self.time < horizon
        edges = np.concatenate([[0.0], self.time[inside], [horizon]])
        height = np.concatenate([[1.0], self.share[inside]])
        return float(np.sum(np.diff(edges) * height))


def kaplan_meier(durations: Durations) -> Survival:
    """Product-limit estimate (Kaplan & Meier 1958) of the waiting time.

    Censored runs count as under observation until their budget ended. Where all have the same budget, the
    median equals the plain median with censored runs put last.
    """
    time = np.unique(durations.steps[durations.reached])
    ordered = np.sort(durations.steps)
    at_risk = ordered.size - np.searchsorted(ordered, time, side="left")
    events = np.array([np.sum(durations.reached & (durations.steps == t)) for t in time], dtype=np.int64)
    share: Floats = np.cumprod(1.0 - events / np.maximum(at_risk, 1), dtype=np.float64)
    return Survival(time, share, at_risk.astype(np.int64))
