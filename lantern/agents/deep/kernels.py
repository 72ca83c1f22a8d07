"""Compiled loops over the memory of small networks: rectifiers, slopes of chosen networks, Adam, averaging.

Matrix products are left to BLAS. What lies between them is done here in one pass over the memory each.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lantern.compiled import njit

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


# Numba's own error model checks every division for zero, which keeps the loop from being vectorised.
@njit(fastmath=True, error_model="numpy")
def adam(
    flat: Floats,
    gradient: Floats,
    mean: Floats,
    square: Floats,
    rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
    scale: float,
    max_norm: float,
) -> None:
    """One step of Adam, down the gradient cut to a norm where ``max_norm`` is positive.

    Parameters
    ----------
    flat, gradient, mean, square : float32[P]
        Weights, their gradient, and its running moments.
    rate, scale : float
        Learning rate and factor of the root of ``square``, both corrected for the bias of the moments.
    beta1, beta2, epsilon, max_norm : float
        As torch has them.
    """
    cut = np.float32(1.0)
    if max_norm > 0.0:
        norm = np.float32(0.0)
        for i in range(gradient.size):
            norm += gradient[i] * gradient[i]
        cut = np.float32(min(1.0, max_norm / (np.sqrt(norm) + 1e-6)))
    rest1, rest2 = np.float32(1.0 - beta1), np.float32(1.0 - beta2)
    step, eps, root = np.float32(rate), np.float32(epsilon), np.float32(scale)
    keep = np.float32(beta2)
    for i in range(flat.size):
        g = gradient[i] * cut
        first = mean[i] + rest1 * (g - mean[i])
        second = keep * square[i] + rest2 * g * g
        mean[i] = first
        square[i] = second
        flat[i] -= step * first / (np.sqrt(second) * root + eps)


@njit(fastmath=True)
def add_and_cut(out: Floats, bias: Floats) -> None:
    """Add a bias to the rows of each member, and cut what is negative."""
    for member in range(out.shape[0]):
        for row in range(out.shape[1]):
            for column in range(out.shape[2]):
                value = out[member, row, column] + bias[member, column]
                out[member, row, column] = value if value > 0.0 else np.float32(0.0)


@njit(fastmath=True)
def pass_where_positive(slope: Floats, hidden: Floats) -> None:
    """Slope before the rectifier: that after it where something passed, else 0."""
    for i in range(slope.size):
        slope[i] = slope[i] if hidden[i] > 0.0 else np.float32(0.0)


@njit(fastmath=True)
def pass_chosen(slope: Floats, hidden: Floats, member: Rows, row: Rows, relu: bool) -> None:
    """Slope before the activation, in place, where each line belongs to one row of one member.

    Parameters
    ----------
    slope : float32[B, H]
        Slope after the activation.
    hidden : float32[E, B, H]
        Activations of all members.
    member, row : int64[B]
        Where the activations of each line of ``slope`` are.
    relu : bool
        Whether the activation is the rectifier, else tanh.
    """
    for i in range(slope.shape[0]):
        line, seen = slope[i], hidden[member[i], row[i]]
        if relu:
            for j in range(line.size):
                line[j] = line[j] if seen[j] > 0.0 else np.float32(0.0)
        else:
            for j in range(line.size):
                line[j] *= np.float32(1.0) - seen[j] * seen[j]


@njit(fastmath=True)
def follow(target: Floats, source: Floats, share: float) -> None:
    """Move a vector by a share of the way to another (Polyak averaging), in place."""
    part = np.float32(share)
    for i in range(target.size):
        target[i] += part * (source[i] - target[i])
