"""Sample-efficiency curves: the interquartile mean at every evaluation point, with bands.

A pointwise interval covers the truth at one point 95 % of the time; read along a curve, it is left somewhere
far more often. The simultaneous band covers the whole curve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lantern.experiments.statistics.bootstrap import draw_counts, iqm_of_counts
from lantern.experiments.statistics.location import iqm

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Band:
    """A curve with pointwise and simultaneous confidence bands.

    Attributes
    ----------
    estimate, low, high : float64[E]
        Interquartile mean and its pointwise interval.
    band_low, band_high : float64[E]
        Simultaneous band: covers all points together at the same level.
    """

    estimate: Floats
    low: Floats
    high: Floats
    band_low: Floats
    band_high: Floats


def _resampled_curves(
    pooled: Floats, sizes: list[int], generator: np.random.Generator, resamples: int
) -> Floats:
    """Interquartile mean of each resample at each point, float64[R, E]; whole runs are drawn."""
    # Before anything is learned, and after, all points of a curve are alike: each kind is worked out once.
    points, kind = np.unique(pooled, axis=1, return_inverse=True)
    order = np.argsort(points, axis=0, kind="stable")
    parts = []
    for counts in draw_counts(sizes, resamples, generator):
        part = np.empty((len(counts), points.shape[1]))
        for point in range(points.shape[1]):
            index = order[:, point]
            part[:, point] = iqm_of_counts(points[index, point], counts[:, index])
        parts.append(part)
    return np.concatenate(parts)[:, kind.ravel()]


def simultaneous_band(samples: Floats, level: float = 0.95) -> tuple[Floats, Floats]:
    """Percentile band that contains a share of whole curves (Mandel & Betensky 2008).

    Each curve is as deep as its most extreme rank at any point; the deepest curves that make up the level
    span the band. It keeps to the range of the data and needs no symmetry.

    Parameters
    ----------
    samples : float64[R, E]
        Bootstrap curves.
    level : float
        Coverage, in (0, 1).

    Returns
    -------
    low, high : float64[E]
    """
    count = len(samples)
    ordered = np.sort(samples, axis=0)
    depth = np.full(count, count)
    for point in range(samples.shape[1]):
        # Ties take the deepest of their ranks: equal values are equally typical.
        below = np.searchsorted(ordered[:, point], samples[:, point], side="right")
        above = count - np.searchsorted(ordered[:, point], samples[:, point], side="left")
        depth = np.minimum(depth, np.minimum(below, above))
    cut = int(np.quantile(depth, 1 - level, method="lower"))
    rank = max(cut, 1)
    return ordered[rank - 1], ordered[count - rank]


def efficiency_band(
    success: Sequence[ArrayLike],
    generator: np.random.Generator,
    resamples: int = 2000,
    level: float = 0.95,
) -> Band:
    """Sample-efficiency curve of one agent.

    Parameters
    ----------
    success : sequence of float[n_t, E]
        One array a task, one row a run, evaluated at common steps.
    generator : Generator
        Source of randomness.
    resamples : int
        Bootstrap resamples; runs are drawn whole, inside each task.
    level : float
        Coverage of the intervals and of the band.
    """
    tasks = [np.asarray(task, dtype=np.float64) for task in success]
    pooled = np.concatenate(tasks)
    samples = _resampled_curves(pooled, [len(task) for task in tasks], generator, resamples)
    low, high = np.quantile(samples, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return Band(iqm(pooled, axis=0), low, high, *simultaneous_band(samples, level))
