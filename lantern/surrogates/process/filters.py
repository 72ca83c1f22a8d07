"""A surrogate's memory: exponential means of every channel with several time constants.

They are a state that is updated in one line, so that what is trained on records can be run as a simulator.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

Floats = NDArray[np.float64]


def gains(memory: tuple[float, ...], seconds: float) -> Floats:
    """How far each mean moves towards a new value in one step; 1 for the last value itself."""
    return np.array([1.0 if tau <= 0 else -np.expm1(-seconds / tau) for tau in memory])


def filter_record(channels: Floats, memory: tuple[float, ...], seconds: float) -> Floats:
    """Means along a record, begun at the mean of its first rows.

    Parameters
    ----------
    channels : float64[rows, columns]
    memory : tuple of float
        Time constants, s.
    seconds : float
        From row to row.

    Returns
    -------
    float64[rows, columns, len(memory)]
        Row t knows the rows up to t.
    """
    start = channels[: max(len(channels) // 50, 5)].mean(axis=0)
    found = np.empty((*channels.shape, len(memory)))
    for index, gain in enumerate(gains(memory, seconds)):
        begun = (1.0 - gain) * start[None, :]
        found[:, :, index] = lfilter([gain], [1.0, gain - 1.0], channels, axis=0, zi=begun)[0]
    return found


def update(means: Floats, channels: Floats, gain: Floats) -> Floats:
    """One step of many: float64[plants, columns, memory] and float64[plants, columns]."""
    return np.asarray(means + gain * (channels[:, :, None] - means))
