"""A seeded stream of random numbers for compiled code, and random choices from it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lantern.agents.tabular.compiled import compiled, inlined

Stream = NDArray[np.uint64]


def make_stream(seed: int, purpose: int) -> Stream:
    """Start a stream; streams of different purposes are independent.

    Parameters
    ----------
    seed : int
        The agent's seed, at least 0.
    purpose : int
        What the stream is for: 0 learning, 1 evaluation.
    """
    return np.random.SeedSequence([seed, purpose]).generate_state(1, np.uint64).astype(np.uint64)


@inlined
def draw(stream: Stream) -> np.uint64:
    """Draw 64 random bits (SplitMix64: Steele, Lea & Flood 2014)."""
    stream[0] += np.uint64(0x9E3779B97F4A7C15)
    z = stream[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))  # type: ignore[no-any-return]


@inlined
def uniform(bits: np.uint64) -> float:
    """Number in [0, 1) from the upper 32 of 64 random bits."""
    return np.float64(bits >> np.uint64(32)) * (1.0 / 4294967296.0)


@inlined
def below(bits: np.uint64, n: int) -> int:
    """Number in [0, n) from the lower 32 of 64 random bits (Lemire's multiplication)."""
    product = (bits & np.uint64(0xFFFFFFFF)) * np.uint64(n)
    return np.int64(product >> np.uint64(32))  # type: ignore[return-value]


@inlined
def argmax(values: NDArray[np.float64], bits: np.uint64) -> int:
    """Index of the largest value; ties are broken at random."""
    best, ties, at = values[0], 1, 0
    for i in range(1, values.shape[0]):
        if values[i] > best:
            best, ties, at = values[i], 1, i
        elif values[i] == best:
            ties += 1
    if ties == 1:
        return at
    left = below(bits, ties)
    for i in range(at, values.shape[0]):
        if values[i] == best:
            if left == 0:
                return i
            left -= 1
    return at


@inlined
def highest(values: NDArray[np.float64]) -> float:
    """Largest value; a loop, since methods of arrays count references to them."""
    best = values[0]
    for i in range(1, values.shape[0]):
        best = max(best, values[i])
    return best  # type: ignore[no-any-return]


@compiled
def branch(cumulative: NDArray[np.float64], stream: Stream) -> int:
    """Draw one of the branches of a transition."""
    if cumulative.shape[0] == 1:
        return 0
    x = uniform(draw(stream))
    for b in range(cumulative.shape[0] - 1):
        if x < cumulative[b]:
            return b
    return int(cumulative.shape[0] - 1)
