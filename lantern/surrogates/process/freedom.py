"""How far each weight of a head may move at a new site: structure that no data are needed for.

A plant that stands still stays where it is, at whatever level: what differs from site to site is how it
answers to changes. So a site's head may move freely in the weights of differences (of the last reading and
the means before it, of the next set-point and the last), and hardly in those of the levels themselves.
Otherwise a few days at one level decide what is predicted at another, which they have never seen.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lantern.surrogates.process.channels import Channels

Floats = NDArray[np.float64]
SMALLEST = 0.02
"""Least usual size of a difference that counts, in units of a channel."""


def directions(
    channels: Channels, starts: Floats, input_scale: Floats, features: int, stiff: float = 10.0
) -> Floats:
    """Directions in which the weights of a head may move, as long as they may move far.

    Parameters
    ----------
    channels : Channels
    starts : float64[n, columns, memory]
        States that were seen, for the usual sizes of levels and differences.
    input_scale : float64[inputs]
        By which inputs were divided.
    features : int
        Rows of the head; those after the inputs move alike.
    stiff : float
        How much less the weight of a level may move than that of a difference, both per their usual size.

    Returns
    -------
    float64[features, features]
        One column for each direction.
    """
    columns, memory = len(channels.names), len(channels.memory)
    order = np.argsort(channels.memory)  # from the last value to the slowest mean
    found = np.eye(features)
    inputs = columns * memory + len(channels.actions)
    found[:inputs, :inputs] = 0.0

    def put(column: int, plus: int, minus: int | None, values: Floats, less: float = 1.0) -> None:
        size = less * max(float(values.std()), SMALLEST)
        found[plus, column] = input_scale[plus] / size
        if minus is not None:
            found[minus, column] = -input_scale[minus] / size

    for channel in range(columns):
        seen, first = starts[:, channel], channel * memory
        for quick, slow in pairwise(order):
            put(first + quick, first + quick, first + slow, seen[:, quick] - seen[:, slow])
        put(first + order[-1], first + order[-1], None, seen[:, order[-1]], stiff)
    for action in range(len(channels.actions)):
        seen = starts[:, action]
        moves = seen[:, order[0]] - seen[:, order[min(1, memory - 1)]]
        put(columns * memory + action, columns * memory + action, action * memory + order[0], moves)
    return found
