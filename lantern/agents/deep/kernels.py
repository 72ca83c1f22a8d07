"""Compiled loops over the memory of small networks: rectifiers, slopes of chosen networks, Adam, averaging.

Large matrix products are left to BLAS. What lies between them is done here in one pass over the memory each,
with few returns to Python, whose code the products drive out of the processor's cache.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lantern.compiled import njit

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

#: One array for each layer.
Stacks = tuple[Floats, ...]

#: Up to how many inputs or outputs a layer's gradient is worked out here rather than by BLAS.
FEW = 8


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
def pass_and_sum(slope: Floats, hidden: Floats, grad_bias: Floats) -> None:
    """Slope before the rectifier, in place, and its sum over the batch, the gradient of the bias.

    Parameters
    ----------
    slope, hidden : float32[E, B, H]
        Slope after the rectifier, and what passed it.
    grad_bias : float32[E, H]
        Set to the sum.
    """
    grad_bias[:] = 0.0
    for member in range(slope.shape[0]):
        total = grad_bias[member]
        for i in range(slope.shape[1]):
            line, seen = slope[member, i], hidden[member, i]
            for j in range(line.size):
                value = line[j] if seen[j] > 0.0 else np.float32(0.0)
                line[j] = value
                total[j] += value


@njit(fastmath=True)
def slope_of_few(slope: Floats, x: Floats, grad_weight: Floats) -> None:
    """Gradient float32[E, H, I] of weights behind few inputs [B, I], from the slopes [E, B, H] after them."""
    for member in range(slope.shape[0]):
        turned = np.zeros((x.shape[1], slope.shape[2]), np.float32)
        for i in range(x.shape[0]):
            line = slope[member, i]
            for k in range(x.shape[1]):
                value, total = x[i, k], turned[k]
                for j in range(line.size):
                    total[j] += value * line[j]
        grad_weight[member] = turned.T


@njit(fastmath=True)
def back_from_few(
    slope: Floats,
    hidden: Floats,
    weight: Floats,
    grad_weight: Floats,
    grad_bias: Floats,
    grad_below: Floats,
) -> None:
    """Way back through a last layer with few outputs and the rectifier before it, in one pass.

    Parameters
    ----------
    slope : float32[E, B, A]
        Slope in the outputs.
    hidden : float32[E, B, H]
        What the last layer was given; becomes the slope before the rectifier.
    weight : float32[E, A, H]
    grad_weight, grad_bias : float32[E, A, H], float32[E, A]
        Set to the gradients of the last layer.
    grad_below : float32[E, H]
        Set to the gradient of the bias of the layer before.
    """
    grad_weight[:], grad_bias[:], grad_below[:] = 0.0, 0.0, 0.0
    onward = np.empty(hidden.shape[2], np.float32)
    for member in range(hidden.shape[0]):
        below = grad_below[member]
        for i in range(hidden.shape[1]):
            line = hidden[member, i]
            onward[:] = 0.0
            for k in range(weight.shape[1]):
                s, w, grad = slope[member, i, k], weight[member, k], grad_weight[member, k]
                grad_bias[member, k] += s
                for j in range(line.size):
                    grad[j] += s * line[j]
                    onward[j] += s * w[j]
            for j in range(line.size):
                value = onward[j] if line[j] > 0.0 else np.float32(0.0)
                line[j] = value
                below[j] += value


@njit(fastmath=True)
def slope_of_chosen(
    weight: Stacks, hidden: Stacks, back: Stacks, chosen: Rows, scale: float, columns: Floats, relu: bool
) -> Floats:
    """Slope of chosen members' only outputs in some inputs, after a forward pass.

    Samples of the same member are brought side by side, so that there is one product for each member.

    Parameters
    ----------
    weight, hidden : tuple of float32[E, O, I], tuple of float32[E, B, O]
        Of each layer.
    back : tuple of float32[E, B, O]
        Room for the slopes in all layers but the last.
    chosen : int64[B]
        Member of each sample.
    scale : float
        Factor of the slope.
    columns : float32[E, C, H]
        First layer's weights of those inputs.
    relu : bool
        Whether the activation is the rectifier, else tanh.

    Returns
    -------
    float32[B, C]
    """
    size, factor, last = chosen.size, np.float32(scale), len(weight) - 1
    found = np.empty((size, columns.shape[1]), np.float32)
    start = 0
    for member in range(weight[0].shape[0]):
        rows = np.flatnonzero(chosen == member)
        if rows.size == 0:
            continue
        slope = back[last - 1][0, start : start + rows.size]
        for i in range(rows.size):
            line, w = slope[i], weight[last][member, 0]
            for j in range(line.size):
                line[j] = w[j] * factor
        pass_chosen(slope, hidden[last - 1][member], rows, relu)
        for index in range(last - 1, 0, -1):
            below = back[index - 1][0, start : start + rows.size]
            np.dot(slope, weight[index][member], below)
            pass_chosen(below, hidden[index - 1][member], rows, relu)
            slope = below
        for i in range(rows.size):
            line = slope[i]
            for k in range(columns.shape[1]):
                w, total = columns[member, k], np.float32(0.0)
                for j in range(line.size):
                    total += line[j] * w[j]
                found[rows[i], k] = total
        start += rows.size
    return found


@njit(fastmath=True)
def pass_chosen(slope: Floats, hidden: Floats, row: Rows, relu: bool) -> None:
    """Slope before the activation, in place, where line i belongs to row ``row[i]`` of the activations."""
    for i in range(slope.shape[0]):
        line, seen = slope[i], hidden[row[i]]
        if relu:
            for j in range(line.size):
                line[j] = line[j] if seen[j] > 0.0 else np.float32(0.0)
        else:
            for j in range(line.size):
                line[j] *= np.float32(1.0) - seen[j] * seen[j]


@njit()
def join(x: Floats, action: Floats, out: Floats) -> None:
    """Observations float32[B, D] and actions float32[B, A] side by side."""
    for i in range(x.shape[0]):
        out[i, : x.shape[1]] = x[i]
        out[i, x.shape[1] :] = action[i]


@njit()
def smoothed(out: Floats, noise: Floats, clip: float) -> Floats:
    """Actions of TD3's target actor with outputs ``out``: tanh and cut noise, float32[B, A] in [-1, 1]."""
    action, most, one = np.empty_like(out), np.float32(clip), np.float32(1.0)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            value = np.tanh(out[i, j]) + min(max(noise[i, j], -most), most)
            action[i, j] = min(max(value, -one), one)
    return action


@njit()
def least(values: Floats) -> Floats:
    """Least of several critics' values float32[E, B, 1], float32[B]."""
    found = values[0, :, 0].copy()
    for member in range(1, values.shape[0]):
        for i in range(found.size):
            found[i] = min(found[i], values[member, i, 0])
    return found


@njit()
def squares(values: Floats, target: Floats, factor: float, slope: Floats) -> float:
    """Sum of squared errors of critics' values float32[E, B, 1]; sets ``slope`` to ``factor`` times them."""
    total, part = 0.0, np.float32(factor)
    for member in range(values.shape[0]):
        for i in range(target.size):
            error = values[member, i, 0] - target[i]
            total += error * error
            slope[member, i, 0] = part * error
    return total


@njit(fastmath=True)
def follow(target: Floats, source: Floats, share: float) -> None:
    """Move a vector by a share of the way to another (Polyak averaging), in place."""
    part = np.float32(share)
    for i in range(target.size):
        target[i] += part * (source[i] - target[i])
