"""How far to trust whom at this site: benefit over usual control, as a model expects it and trials bear out.

A plant cannot burn the same waste twice, so that an arm's benefit has to be told from what the waste does.
Trials of a few hours alternate; the waste is a smooth random course below them (a Gaussian process whose
correlation falls off over half a day), the benefit of an arm a step upon it, with a deviation of its own in
each state of the automaton. What the surrogate expects of an arm is the mean that its benefit starts from.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DRIFT_HOURS = 12.0
"""Correlation time of waste and weather."""

CAUTION = 1.0
"""Standard deviations that are taken off a benefit before an arm is trusted."""


class Gate:
    """Benefit of K arms in U states of the automaton; usual control is not one of them: its benefit is 0.

    Parameters
    ----------
    expected, doubt : float64[K]
        Benefit that is expected beforehand, worth of a control step, and its standard deviation.
    states : int
        U.
    drift : float
        Standard deviation of what the waste does to the worth of a control step.
    """

    def __init__(self, expected: Floats, doubt: Floats, states: int, drift: float) -> None:
        self.expected, self.doubt, self.states, self.drift = expected, doubt, states, max(drift, 1e-6)
        self._rows: list[tuple[float, int, int, float, int]] = []

    @property
    def arms(self) -> int:
        """K."""
        return len(self.expected)

    def note(self, hour: float, arm: int, states: Ints, worth: Floats) -> None:
        """Take note of a trial: worth float64[T] of its control steps and the states int64[T] they were in.

        Arm -1 is usual control.
        """
        for state in np.unique(states):
            here = states == state
            self._rows.append((hour, arm, int(state), float(worth[here].mean()), int(here.sum())))

    def posterior(self) -> tuple[Floats, Floats]:
        """Mean and standard deviation of each arm's benefit in each state: float64[K, U] each."""
        count, states = self.arms, self.states
        mean = np.concatenate([self.expected, np.zeros(count * states + states + 1)])
        own = np.repeat(self.doubt**2 / 4.0, states)
        broad = (10.0 * self.drift) ** 2
        prior = np.concatenate([self.doubt**2, own, np.full(states, self.drift**2), [broad]])
        pick = np.zeros((count, states, len(mean)))
        for arm in range(count):
            pick[arm, :, arm] = 1.0
            for state in range(states):
                pick[arm, state, count + arm * states + state] = 1.0
        if not self._rows:
            benefit, spread = pick @ mean, (pick**2 * prior).sum(axis=2)
            return benefit, np.sqrt(spread)
        hours, arms, at, worth, steps = (np.array(part) for part in zip(*self._rows, strict=True))
        design = np.zeros((len(hours), len(mean)))
        rows = np.arange(len(hours))
        tried = arms >= 0
        design[rows[tried], arms[tried]] = 1.0
        design[rows[tried], count + arms[tried] * states + at[tried]] = 1.0
        design[rows, count + count * states + at] = 1.0
        design[:, -1] = 1.0
        course = self.drift**2 * np.exp(-np.abs(hours[:, None] - hours[None, :]) / DRIFT_HOURS)
        noise = np.diag(self.drift**2 / np.maximum(steps / 12.0, 1.0) + 1e-12)
        covariance = (design * prior) @ design.T + course + noise
        pull = np.linalg.solve(covariance, design * prior).T
        after = mean + pull @ (worth - design @ mean)
        left = np.diag(prior) - pull @ (design * prior)
        benefit = pick @ after
        spread = np.einsum("aui,ij,auj->au", pick, left, pick)
        return benefit, np.sqrt(np.maximum(spread, 0.0))

    def choose(self, rng: np.random.Generator) -> int:
        """Choose whom to try next, by a draw from what is believed (Thompson 1933); -1 for usual control."""
        benefit, spread = self.posterior()
        mean = benefit.mean(axis=1)
        drawn = mean + spread.mean(axis=1) * rng.standard_normal(self.arms)
        return int(np.argmax(drawn)) if drawn.max() > 0.0 else -1

    def trust(self) -> Floats:
        """Weights of the arms, then of usual control: float64[K + 1, U], summing to 1 in every state.

        An arm counts by its benefit less its uncertainty; where none is above 0, usual control has it all.
        """
        benefit, spread = self.posterior()
        sure = benefit - CAUTION * spread
        scale = np.maximum(0.1 * np.abs(sure).max(axis=0), 1e-9)
        strength = np.where(sure > 0.0, np.exp((sure - np.maximum(sure.max(axis=0), 0.0)) / scale), 0.0)
        total = strength.sum(axis=0)
        weight = np.where(total > 0.0, strength / np.maximum(total, 1e-300), 0.0)
        return np.concatenate([weight, (total <= 0.0)[None].astype(float)])


def spread_of(worths: Sequence[Floats]) -> float:
    """Standard deviation over days of the mean worth of a control step."""
    return float(np.std([worth.mean() for worth in worths]))
