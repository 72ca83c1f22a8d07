"""Comparing agents by whole distributions: profiles, probability of improvement, optimality gap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lantern.experiments.statistics.bootstrap import Interval, draw_counts, percentile_interval

Floats = NDArray[np.float64]


def performance_profile(scores: Sequence[ArrayLike], thresholds: ArrayLike) -> Floats:
    """Share of all runs whose score is above each threshold (run-score distribution).

    Parameters
    ----------
    scores : sequence of float[n_t]
        One array a task.
    thresholds : float[K]
        Where to evaluate the profile.

    Returns
    -------
    float64[K]
        In [0, 1], not increasing in the threshold.
    """
    pooled = np.sort(np.concatenate([np.asarray(task, dtype=np.float64) for task in scores]))
    return 1.0 - np.searchsorted(pooled, np.asarray(thresholds), side="right") / pooled.size


def profile_band(
    scores: Sequence[ArrayLike],
    thresholds: ArrayLike,
    generator: np.random.Generator,
    resamples: int = 2000,
    level: float = 0.95,
) -> tuple[Floats, Floats, Floats]:
    """Performance profile with a pointwise stratified-bootstrap interval.

    Returns
    -------
    estimate, low, high : float64[K]
    """
    tasks = [np.asarray(task, dtype=np.float64) for task in scores]
    pooled = np.concatenate(tasks)
    above = (pooled[:, None] > np.asarray(thresholds)[None, :]).astype(np.float64)
    chunks = draw_counts([task.size for task in tasks], resamples, generator)
    samples = np.concatenate([counts @ above for counts in chunks]) / pooled.size
    low, high = np.quantile(samples, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return performance_profile(scores, thresholds), low, high


def _wins(x: ArrayLike, y: ArrayLike) -> Floats:
    """Matrix of comparisons: 1 where x is larger, 1/2 for a tie."""
    first, second = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    wins: Floats = (first[:, None] > second[None, :]) + 0.5 * (first[:, None] == second[None, :])
    return wins


def probability_of_improvement(x: Sequence[ArrayLike], y: Sequence[ArrayLike]) -> float:
    """Probability that a run of X scores higher than one of Y on the same task, averaged over tasks.

    Per task this is the Mann-Whitney statistic U / (n m); a tie counts one half.

    Parameters
    ----------
    x, y : sequence of float[n_t], float[m_t]
        One array a task, tasks in the same order.
    """
    return float(np.mean([_wins(a, b).mean() for a, b in zip(x, y, strict=True)]))


def improvement_interval(
    x: Sequence[ArrayLike],
    y: Sequence[ArrayLike],
    generator: np.random.Generator,
    resamples: int = 2000,
    level: float = 0.95,
) -> Interval:
    """Probability of improvement with its stratified-bootstrap interval."""
    samples = np.zeros(resamples)
    for a, b in zip(x, y, strict=True):
        wins = _wins(a, b)
        n, m = wins.shape
        left = np.concatenate(list(draw_counts([n], resamples, generator)))
        right = np.concatenate(list(draw_counts([m], resamples, generator)))
        samples += np.sum((left @ wins) * right, axis=1) / (n * m * len(x))
    return percentile_interval(samples, probability_of_improvement(x, y), level)


def optimality_gap(scores: Sequence[ArrayLike], target: float = 1.0) -> float:
    """Mean shortfall below a target score; scores above it count as the target."""
    pooled = np.concatenate([np.asarray(task, dtype=np.float64) for task in scores])
    return float(np.mean(np.maximum(target - pooled, 0.0)))
