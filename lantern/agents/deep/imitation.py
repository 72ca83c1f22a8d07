"""What draws a student towards what a teacher would do: slopes that are added to those of its own loss."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lantern.agents.deep.mlp import Floats
from lantern.agents.deep.policy import softmax

Rows = NDArray[np.int64]


def draw_values(
    values: Floats, slope: Floats, rows: Rows, theirs: Floats, weight: Floats | float, temperature: float
) -> None:
    """Add ``weight`` times the mean cross-entropy of a teacher's policy and softmax(Q / temperature).

    Parameters
    ----------
    values, slope : float32[B, A]
        The student's values, and the slope of its loss in them; changed in place.
    rows : int64[R]
        Where the teacher speaks.
    theirs : float32[R, A]
        Its probabilities of the actions there.
    weight : float or float32[R, 1]
    temperature : float
        The slope is that of the loss, times this: a constant that the weight takes in.
    """
    mine = softmax(values[rows] / np.float32(temperature))
    slope[rows] += np.float32(1.0 / len(values)) * np.float32(weight) * (mine - theirs)


def draw_means(
    out: Floats, slope: Floats, rows: Rows, said: NDArray[np.float32], weight: Floats | float
) -> None:
    """Add ``weight`` times the mean squared distance of an actor's mean actions to a teacher's.

    Parameters
    ----------
    out, slope : float32[B, A] or float32[B, 2A]
        The actor's outputs, means before tanh first, and the slope of its loss; changed in place.
    rows : int64[R]
        Where the teacher speaks.
    said : float32[R, A]
        What it would do there, in [-1, 1].
    weight : float or float32[R, 1]
    """
    width = said.shape[1]
    mean = np.tanh(out[rows, :width])
    pulled = (mean - said) * (1.0 - mean * mean)
    slope[rows, :width] += np.float32(2.0 / len(out)) * np.float32(weight) * pulled
