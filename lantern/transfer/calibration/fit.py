"""From signals to the chance that two states correspond: logistic regression, and its reliability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lantern.transfer.alignment import Evidence, calibrated, evidence_of, features, score
from lantern.transfer.calibration.tasks import Pair, random_pair
from lantern.transfer.fitted import Fitted

if TYPE_CHECKING:
    from lantern.logic import DFA, Vocabulary
    from lantern.transfer.encoders import Encoder

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


#: Ranges of the score in which shares are counted.
RANGES = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.97, 1.0)


@dataclass(frozen=True)
class Sample:
    """Signals of N pairs of states of many tasks, and whether they truly correspond."""

    signals: Evidence  # arrays of shape [N]
    right: Bools

    def weights(self, encoder: str) -> Floats:
        """What the alignment makes of the signals, float64[N]."""
        return calibrated(self.signals, encoder)


def draw_sample(rng: np.random.Generator, tasks: int, encoder: Encoder, *, held_back: bool) -> Sample:
    """Align random pairs of tasks; states that are decided already are left out.

    Parameters
    ----------
    rng : Generator
        The only source of chance.
    tasks : int
        Pairs of tasks to draw.
    encoder : Encoder
        Sentence encoder.
    held_back : bool
        Whether to draw from the domains that nothing was fitted on.
    """
    pairs = [random_pair(rng, held_back=held_back) for _ in range(tasks)]
    found = [(evidence_of(*_both(pair), encoder), pair.right, _undecided(pair)) for pair in pairs]
    columns = {
        name: np.concatenate([getattr(signals, name)[keep] for signals, _, keep in found])
        for name in ("text", "behaviour", "propositions")
    }
    right = np.concatenate([truth[keep] for _, truth, keep in found])
    return Sample(Evidence(**columns, sampling=np.ones(len(right))), right)


def _both(pair: Pair) -> tuple[DFA, Vocabulary, DFA, Vocabulary]:
    return pair.target.dfa, pair.target.vocabulary, pair.source.dfa, pair.source.vocabulary


def _undecided(pair: Pair) -> Bools:
    mine, theirs = (
        np.asarray(side.dfa.live) & ~np.asarray(side.dfa.accepting) for side in (pair.target, pair.source)
    )
    undecided: Bools = mine[:, None] & theirs[None, :]
    return undecided


def fit(sample: Sample) -> Fitted:
    """Fit logistic regression, and then what its scores really stand for (isotonic regression in ranges)."""
    coefficients = fit_logistic(sample)
    scores = score(sample.signals, coefficients)
    bins = reliability(scores, sample.right, RANGES)
    chances = _isotonic([one.right for one in bins], [one.n for one in bins])
    knots = (0.0, *(one.weight for one in bins), 1.0), (0.0, *chances, max(1.0, chances[-1]))
    return Fitted(tuple(float(c) for c in coefficients), knots)


def _isotonic(values: Sequence[float], counts: Sequence[int]) -> list[float]:
    """Nearest sequence that never falls (pool adjacent violators: Ayer et al. 1955)."""
    pools: list[list[float]] = []
    for value, count in zip(values, counts, strict=True):
        pools.append([value, float(count), 1.0])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (low, n, a), (high, m, b) = pools.pop(), pools.pop()
            pools.append([(low * n + high * m) / (n + m), n + m, a + b])
    return [value for value, _, members in pools for _ in range(int(members))]


def fit_logistic(sample: Sample, rounds: int = 60) -> Floats:
    """Fit logistic regression (Newton's method, a little ridge), with no signal counting against.

    Returns
    -------
    float64 array
        The intercept, then a coefficient for each of `lantern.transfer.alignment.features`.
    """
    x, y = features(sample.signals), sample.right.astype(np.float64)
    design = np.column_stack([np.ones(len(x)), x])
    free = np.ones(design.shape[1], np.bool_)
    while True:
        found = np.zeros(design.shape[1])
        found[free] = _newton(design[:, free], y, rounds)
        wrong = (found < 0) & (np.arange(len(found)) > 0)
        if not wrong.any():
            return found
        free &= ~wrong


def _newton(design: Floats, y: Floats, rounds: int) -> Floats:
    coefficients = np.zeros(design.shape[1])
    ridge = 1e-3 * np.eye(design.shape[1])
    for _ in range(rounds):
        chance = 1.0 / (1.0 + np.exp(-np.clip(design @ coefficients, -30, 30)))
        slope = design.T @ (y - chance) - ridge @ coefficients
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + ridge
        coefficients = coefficients + np.linalg.solve(curve, slope)
    return coefficients


@dataclass(frozen=True)
class Bin:
    """Pairs of states whose weight lies in a range.

    Attributes
    ----------
    low, high : float
        The range.
    n : int
        How many pairs.
    weight : float
        Their mean weight.
    right : float
        The share of them that truly correspond.
    """

    low: float
    high: float
    n: int
    weight: float
    right: float


def reliability(weights: Floats, right: Bools, edges: Sequence[float]) -> list[Bin]:
    """Compare weights with the truth, in ranges of the weight; empty ranges are left out."""
    bins = []
    for low, high in pairwise(edges):
        inside = (weights >= low) & ((weights < high) | (high >= 1.0))
        if inside.any():
            n = int(inside.sum())
            bins.append(Bin(low, high, n, float(weights[inside].mean()), float(right[inside].mean())))
    return bins
