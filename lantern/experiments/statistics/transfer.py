"""Transfer metrics of Taylor & Stone (2009): jump-start, asymptote, area under the curve, transfer ratio."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def area_under_curve(step: ArrayLike, success: ArrayLike) -> Floats:
    """Mean height of each curve over its steps, by the trapezoidal rule.

    Parameters
    ----------
    step : int[E]
        Evaluation points, increasing.
    success : float[..., E]
        One row a run.

    Returns
    -------
    float64[...]
        In the units of the curve: in [0, 1] for success rates. With one point only, that point.
    """
    x = np.asarray(step, dtype=np.float64)
    y = np.asarray(success, dtype=np.float64)
    if x.size == 1:
        return np.asarray(y[..., 0])
    width = np.diff(x)
    return np.asarray(np.sum((y[..., 1:] + y[..., :-1]) * width, axis=-1) / (2.0 * np.sum(width)))


def jump_start(success: ArrayLike, points: int = 1) -> Floats:
    """Mean of the first evaluations of each run: what is known before anything is learned in the target.

    Parameters
    ----------
    success : float[..., E]
    points : int
        How many evaluations count as the start.
    """
    return np.asarray(np.mean(np.asarray(success, dtype=np.float64)[..., :points], axis=-1))


def asymptote(success: ArrayLike, share: float = 0.1) -> Floats:
    """Mean of the last evaluations of each run.

    Parameters
    ----------
    success : float[..., E]
    share : float
        Share of the evaluations that counts as the end, in (0, 1]; at least one.
    """
    curves = np.asarray(success, dtype=np.float64)
    points = max(1, round(share * curves.shape[-1]))
    return np.asarray(np.mean(curves[..., -points:], axis=-1))


def transfer_ratio(with_transfer: ArrayLike, without: ArrayLike) -> float:
    """Gain in area under the curve, relative to learning without transfer.

    Parameters
    ----------
    with_transfer, without : float[n], float[m]
        Areas under the curves of the runs.

    Returns
    -------
    float
        (mean with - mean without) / mean without; inf where learning alone has no area and transfer has.
    """
    gain = float(np.mean(np.asarray(with_transfer, dtype=np.float64)))
    base = float(np.mean(np.asarray(without, dtype=np.float64)))
    if base == 0.0:
        return 0.0 if gain == 0.0 else float("inf")
    return (gain - base) / base
