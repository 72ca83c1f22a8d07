"""How far to trust whom at this site: benefit over usual control, as a model expects it and trials bear out.

A plant cannot burn the same waste twice, so that an arm's benefit has to be told from what the waste does.
Trials of a few hours alternate; the waste is a smooth random course below them (a Gaussian process whose
correlation falls off over half a day), the benefit of an arm a step upon it, with a deviation of its own in
each state of the automaton. What the surrogate expects of an arm is the mean that its benefit starts from.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DRIFT_HOURS = 12.0
"""Correlation time of waste and weather."""

CAUTION = 1.0
"""Standard deviations that are taken off a benefit before an arm is trusted."""


SHARPNESS = 0.05
"""Share of the best arm's benefit by which another may fall short and keep a third of its weight."""

DRIFTS = (0.1, 0.2, 0.4, 0.7, 1.0, 1.5)
"""How much the waste does, as shares of what the surrogate says, that are weighed against the trials."""

ROUNDS = 2
"""Trials that every arm and usual control get before belief decides who is tried next."""

OWN = 0.25
"""Deviation of an arm's benefit in one state of the automaton, as a share of the doubt about the arm."""


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

    def _first(self) -> list[tuple[float, int, int, float, int]]:
        """One row of each trial."""
        return list({row[0]: row for row in self._rows}.values())

    def posterior(self) -> tuple[Floats, Floats]:
        """Mean and standard deviation of each arm's benefit in each state: float64[K, U] each.

        How much the waste does is what makes the trials most likely, near what the surrogate says of it.
        """
        pick = self._pick()
        if not self._rows:
            mean, prior = self._prior(self.drift)
            return pick @ mean, np.sqrt((pick**2 * prior).sum(axis=2))
        fits = [self._fit(self.drift * factor) for factor in DRIFTS]
        _, after, left = max(fits, key=lambda fit: fit[0])
        spread = np.einsum("aui,ij,auj->au", pick, left, pick)
        return pick @ after, np.sqrt(np.maximum(spread, 0.0))

    def _pick(self) -> Floats:
        """Which unknowns add up to the benefit of an arm in a state: float64[K, U, K + K U + U + 1]."""
        count, states = self.arms, self.states
        pick = np.zeros((count, states, count + count * states + states + 1))
        for arm in range(count):
            pick[arm, :, arm] = 1.0
            for state in range(states):
                pick[arm, state, count + arm * states + state] = 1.0
        return pick

    def _prior(self, drift: float) -> tuple[Floats, Floats]:
        """Means and variances of the unknowns: benefits, deviations by state, levels by state, level."""
        count, states = self.arms, self.states
        mean = np.concatenate([self.expected, np.zeros(count * states + states + 1)])
        own = np.repeat((OWN * self.doubt) ** 2, states)
        broad = np.array([(100.0 * drift) ** 2])
        return mean, np.concatenate([self.doubt**2, own, np.full(states, drift**2), broad])

    def _fit(self, drift: float) -> tuple[float, Floats, Floats]:
        """Log-likelihood of the trials, and mean and covariance of the unknowns after them."""
        count, states = self.arms, self.states
        mean, prior = self._prior(drift)
        hours, arms, at, worth, steps = (np.array(part) for part in zip(*self._rows, strict=True))
        design = np.zeros((len(hours), len(mean)))
        rows = np.arange(len(hours))
        tried = arms >= 0
        design[rows[tried], arms[tried]] = 1.0
        design[rows[tried], count + arms[tried] * states + at[tried]] = 1.0
        design[rows, count + count * states + at] = 1.0
        design[:, -1] = 1.0
        course = drift**2 * np.exp(-np.abs(hours[:, None] - hours[None, :]) / DRIFT_HOURS)
        noise = np.diag(drift**2 / np.maximum(steps / 12.0, 1.0) + 1e-12)
        covariance = (design * prior) @ design.T + course + noise
        pull = np.linalg.solve(covariance, design * prior).T
        missed = worth - design @ mean
        fit = -0.5 * (missed @ np.linalg.solve(covariance, missed) + np.linalg.slogdet(covariance)[1])
        return float(fit), mean + pull @ missed, np.diag(prior) - pull @ (design * prior)

    def choose(self, rng: np.random.Generator) -> int:
        """Choose whom to try next; -1 for usual control.

        Each in turn first, then by a draw from what is believed (Thompson 1933).
        """
        tried = np.bincount([row[1] + 1 for row in self._first()], minlength=self.arms + 1)
        if tried.min() < ROUNDS:
            return int(np.argmin(tried)) - 1
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
        scale = np.maximum(SHARPNESS * np.abs(sure).max(axis=0), 1e-9)
        strength = np.where(sure > 0.0, np.exp((sure - np.maximum(sure.max(axis=0), 0.0)) / scale), 0.0)
        total = strength.sum(axis=0)
        weight = np.where(total > 0.0, strength / np.maximum(total, 1e-300), 0.0)
        return np.concatenate([weight, (total <= 0.0)[None].astype(float)])
