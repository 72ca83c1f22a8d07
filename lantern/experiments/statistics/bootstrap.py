"""Stratified bootstrap: seeds are drawn again inside each task, never across tasks.

A resample is kept as counts, how often each run was drawn, rather than as a copy of its scores. The same
counts serve every statistic and every point of a curve, and the interquartile mean of a resample needs no
sorting: with the values sorted once, it is a sum over cumulative counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

CHUNK = 1 << 20  # drawn indices held at a time


@dataclass(frozen=True)
class Interval:
    """An estimate and its confidence interval.

    Attributes
    ----------
    estimate, low, high : float
        May be inf where censored values reach into the statistic.
    """

    estimate: float
    low: float
    high: float


def percentile_interval(samples: ArrayLike, estimate: float, level: float = 0.95) -> Interval:
    """Percentile interval of bootstrap samples.

    Parameters
    ----------
    samples : float[R]
        The statistic of each resample; may hold inf.
    estimate : float
        The statistic of the data.
    level : float
        Coverage, in (0, 1).
    """
    # Infinite samples are legitimate; taking order statistics avoids inf - inf in an interpolation.
    values = np.asarray(samples, dtype=np.float64)
    low = float(np.quantile(values, (1 - level) / 2, method="inverted_cdf"))
    high = float(np.quantile(values, (1 + level) / 2, method="inverted_cdf"))
    return Interval(float(estimate), low, high)


def draw_counts(
    sizes: Sequence[int], resamples: int, generator: np.random.Generator, position: Counts | None = None
) -> Iterator[Counts]:
    """Draw resamples as counts, in chunks.

    Parameters
    ----------
    sizes : sequence of int
        Runs of each task; N is their sum.
    resamples : int
        R, over all chunks.
    generator : Generator
        Source of randomness.
    position : int64[N], optional
        Column for each run; the order of the tasks by default.

    Yields
    ------
    int64[r, N]
        How often each run was drawn; each task's columns sum to its size.
    """
    total = sum(sizes)
    starts = np.cumsum([0, *sizes[:-1]])
    rows = max(1, CHUNK // total)
    for start in range(0, resamples, rows):
        count = min(rows, resamples - start)
        offset = np.arange(count)[:, None] * total
        drawn = np.concatenate(
            [
                begin + generator.integers(size, size=(count, size), dtype=np.uint32)
                for begin, size in zip(starts, sizes, strict=True)
            ],
            axis=1,
        )
        if position is not None:
            drawn = position[drawn]
        yield np.bincount((drawn + offset).ravel(), minlength=count * total).reshape(count, total)


def iqm_of_counts(ordered: Floats, counts: Counts) -> Floats:
    """Interquartile mean of each resample.

    Parameters
    ----------
    ordered : float64[N]
        All values, sorted; +inf allowed.
    counts : int64[r, N]
        How often each was drawn, in the same order; rows sum to N.

    Returns
    -------
    float64[r]
    """
    n = ordered.size
    # Fourfold counts keep the quartiles n/4 and 3n/4 integers.
    edges = np.clip(4 * np.cumsum(counts, axis=1), n, 3 * n)
    finite = np.isfinite(ordered)
    last = int(finite.sum())
    if last == 0:
        return np.full(len(counts), np.inf)
    # Summation by parts: sum of v_i * (E_i - E_{i-1}) with E_{-1} = n and E_last = 3n for finite values.
    value = ordered[:last]
    result = (3 * n * value[-1] - n * value[0] - edges[:, : last - 1] @ np.diff(value)) / (2 * n)
    if last < n:
        result[edges[:, last - 1] < 3 * n] = np.inf
    return np.asarray(result)


def bootstrap_iqm(
    scores: Sequence[ArrayLike], generator: np.random.Generator, resamples: int = 2000
) -> Floats:
    """Interquartile means of stratified resamples, pooled over tasks.

    Parameters
    ----------
    scores : sequence of float[n_t]
        One array a task.
    generator : Generator
        Source of randomness.
    resamples : int
        R.

    Returns
    -------
    float64[R]
    """
    tasks = [np.asarray(task, dtype=np.float64) for task in scores]
    pooled = np.concatenate(tasks)
    order = np.argsort(pooled, kind="stable")
    position = np.empty_like(order)
    position[order] = np.arange(order.size)
    ordered = pooled[order]
    sizes = [task.size for task in tasks]
    chunks = draw_counts(sizes, resamples, generator, position)
    return np.concatenate([iqm_of_counts(ordered, counts) for counts in chunks])


def bootstrap(
    scores: Sequence[ArrayLike],
    statistic: Callable[[list[Floats]], Floats],
    generator: np.random.Generator,
    resamples: int = 2000,
    paired: bool = False,
) -> Floats:
    """Any statistic of stratified resamples.

    Parameters
    ----------
    scores : sequence of float[n_t, ...]
        One array a task (or a group); runs along the first axis.
    statistic : callable
        Takes the resampled groups, each float64[R, n_t, ...], and returns float64[R, ...].
    generator : Generator
        Source of randomness.
    resamples : int
        R.
    paired : bool
        Draw the same runs in every group: for groups that share their seeds, such as two agents.

    Raises
    ------
    ValueError
        If groups are paired but differ in their numbers of runs.
    """
    groups = [np.asarray(group, dtype=np.float64) for group in scores]
    sizes = [len(group) for group in groups]
    if paired and len(set(sizes)) > 1:
        raise ValueError(f"paired groups must have the same runs, got {sizes} of them")
    drawn = [generator.integers(size, size=(resamples, size)) for size in sizes[: 1 if paired else None]]
    drawn = drawn * len(groups) if paired else drawn
    return statistic([group[index] for group, index in zip(groups, drawn, strict=True)])
