"""Random numbers inside compiled code: one explicit stream a plant, so that none depends on the others.

The generator is SplitMix64 (Steele, Lea and Flood 2014); normals by the polar form of Box and Muller.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lantern.compiled import njit

Seeds: TypeAlias = NDArray[np.uint64]


def streams(seed: int | np.random.SeedSequence | None, count: int) -> Seeds:
    """Seeds of some independent streams: uint64[count, 1]."""
    sequence = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)
    return np.asarray(sequence.generate_state(count, np.uint64), dtype=np.uint64).reshape(count, 1)


@njit()
def uniform(rng: Seeds) -> float:
    """A number in [0, 1); ``rng`` (uint64[1]) moves on."""
    rng[0] += np.uint64(0x9E3779B97F4A7C15)
    mixed = rng[0]
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed = mixed ^ (mixed >> np.uint64(31))
    return float(mixed >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit()
def normal(rng: Seeds) -> float:
    """A standard normal; ``rng`` (uint64[1]) moves on."""
    while True:
        x, y = 2.0 * uniform(rng) - 1.0, 2.0 * uniform(rng) - 1.0
        square = x * x + y * y
        if 0.0 < square < 1.0:
            return x * math.sqrt(-2.0 * math.log(square) / square)
