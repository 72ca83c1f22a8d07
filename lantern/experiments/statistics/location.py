"""The interquartile mean, exact for any number of runs."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def middle_weights(n: int) -> Floats:
    """Weight of each of n sorted values in the interquartile mean.

    Value i stands for the quantiles [i/n, (i+1)/n]; its weight is how much of that lies in [1/4, 3/4]. Values
    at the edges count in part, so that 3 or 5 runs are not silently averaged whole, as cutting an integer
    number of values would do.

    Returns
    -------
    float64[n]
        Weights, summing to 1.
    """
    edges = np.clip(np.arange(n + 1) / n, 0.25, 0.75)
    return np.diff(edges) * 2.0


def iqm(scores: ArrayLike, axis: int = -1) -> Floats:
    """Interquartile mean: the mean of the middle half of the values.

    Parameters
    ----------
    scores : array_like
        Finite values, or +inf for a value known only to lie beyond all others (a censored duration).
    axis : int
        Axis to reduce.

    Returns
    -------
    float64[...]
        +inf where an infinite value reaches into the middle half.

    Raises
    ------
    ValueError
        If there are no values along the axis.
    """
    ordered = np.sort(np.moveaxis(np.asarray(scores, dtype=np.float64), axis, -1), axis=-1)
    if ordered.shape[-1] == 0:
        raise ValueError("the interquartile mean of no values is not defined")
    weight = middle_weights(ordered.shape[-1])
    inside = weight > 0  # 0 * inf would be nan
    # numpy's own sum, not a BLAS product: its order of additions is the same on every machine.
    return np.asarray(np.sum(ordered[..., inside] * weight[inside], axis=-1))
