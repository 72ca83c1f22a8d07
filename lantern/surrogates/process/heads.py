"""A linear head in closed form, drawn towards the one it came from, with the posterior of its weights.

Bayesian linear regression on frozen features: a normal prior about the source's head, its width chosen by
cross-validation over contiguous blocks of time (neighbouring minutes are no independent evidence).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RIDGES = 10.0 ** np.arange(-2.0, 6.5, 0.5)


@dataclass(frozen=True)
class HeadPosterior:
    """Weights and how sure they are.

    Attributes
    ----------
    weights : float64[features, outputs]
    deviation : float64[outputs]
        Of what the features cannot explain, from held-out blocks.
    axes : float64[features, features]
        Directions in which weights move independently of one another.
    moments : float64[features]
        How much the data say of each.
    ridges : float64[outputs]
        Chosen for each output; infinite where the source's head was better left alone.
    """

    weights: Floats
    deviation: Floats
    axes: Floats
    moments: Floats
    ridges: Floats

    def mean(self, features: Floats) -> Floats:
        """Predictions: float64[n, outputs]."""
        return np.asarray(features @ self.weights)

    def spread(self, features: Floats) -> Floats:
        """Standard deviation of a reading about its prediction, uncertain weights included: [n, outputs]."""
        squares = (features @ self.axes) ** 2
        finite = np.minimum(self.ridges, 1e12)
        leverage = squares @ (1.0 / (self.moments[:, None] + finite[None, :]))
        return np.asarray(self.deviation * np.sqrt(1.0 + leverage))


def fit_head(
    features: Floats,
    targets: Floats,
    prior: Floats,
    weights: Floats | None = None,
    *,
    freedom: Floats | None = None,
    shares: tuple[float, ...] = (1.0,),
    blocks: int = 8,
    cautious: bool = True,
) -> HeadPosterior:
    """Fit a head to a site's data.

    Parameters
    ----------
    features : float64[n, features]
        In order of time.
    targets : float64[n, outputs]
    prior : float64[features, outputs]
        The head to stay close to.
    weights : float64[n, outputs], optional
        How much an error of each row matters when the ridge is chosen; the fit itself takes all rows alike.
    freedom : float64[features, features], optional
        Columns are the directions in which weights may move, as long as they may move far; each unit alike by
        default.
    shares : tuple of float
        How much of the prior to believe: for each output, that of the least error in cross-validation.
    blocks : int
        Contiguous blocks of the cross-validation.
    cautious : bool
        Take the strongest ridge within a standard error of the best: for rows in order of time, whose future
        is like none of the blocks. For rows drawn at random the best is better.
    """
    n, outputs = targets.shape
    made = features @ prior
    rest = np.concatenate([targets - share * made for share in shares], axis=1)
    features = features if freedom is None else features @ freedom
    edges = np.linspace(0, n, min(blocks, max(n // 2, 1)) + 1).astype(int)
    matters = np.ones_like(rest) if weights is None else np.tile(weights / weights.mean(axis=0), len(shares))
    gram, cross = features.T @ features, features.T @ rest
    parts = np.zeros((len(edges) - 1, len(RIDGES) + 1, rest.shape[1]))
    for errors, low, high in zip(parts, edges[:-1], edges[1:], strict=True):
        held, wanted, matter = features[low:high], rest[low:high], matters[low:high]
        values, axes = np.linalg.eigh(gram - held.T @ held)
        inner = axes.T @ (cross - held.T @ wanted)
        turned = held @ axes
        for index, ridge in enumerate(RIDGES):
            guess = turned @ (inner / (np.maximum(values, 0.0) + ridge)[:, None])
            errors[index] = (matter * (wanted - guess) ** 2).sum(axis=0)
        errors[-1] = (matter * wanted**2).sum(axis=0)
    errors = parts.sum(axis=0)
    best = _cautious(parts) if cautious else errors.argmin(axis=0)
    least = errors[best, np.arange(len(best))].reshape(len(shares), outputs)
    chosen = least.argmin(axis=0)
    columns = chosen * outputs + np.arange(outputs)
    ridges = np.append(RIDGES, np.inf)[best[columns]]
    values, axes = np.linalg.eigh(gram)
    moments = np.maximum(values, 0.0)
    inner = axes.T @ cross[:, columns]
    axes = axes if freedom is None else freedom @ axes
    change = axes @ (inner / (moments[:, None] + ridges[None, :]))
    deviation = np.sqrt(least.min(axis=0) / n) + 1e-9
    return HeadPosterior(prior * np.array(shares)[chosen] + change, deviation, axes, moments, ridges)


def fit_counted_head(
    features: Floats, targets: Floats, prior: Floats, weights: Floats, counts: Floats, **options: Any
) -> HeadPosterior:
    """Fit a head in which rows count differently, for each output in its own way: weighted least squares.

    Parameters
    ----------
    features, targets, prior, weights
        As in :func:`fit_head`.
    counts : float64[n, outputs]
        How much each row counts in the fit, above 0.
    **options
        Of :func:`fit_head`.

    Returns
    -------
    HeadPosterior
        How much the data say of each direction is that of rows that count alike.
    """
    alike = fit_head(features, targets, prior, weights, **options)
    solved, deviation, ridges = np.zeros_like(prior), alike.deviation.copy(), alike.ridges.copy()
    for output in range(targets.shape[1]):
        here = slice(output, output + 1)
        count = counts[:, here] / counts[:, here].mean()
        matter = weights[:, here] / weights[:, here].mean() / count
        root = np.sqrt(count)
        found = fit_head(features * root, targets[:, here] * root, prior[:, here], matter, **options)
        solved[:, here] = found.weights
        # What matters was put on a mean of one over rows that do not count alike.
        deviation[here], ridges[here] = found.deviation * np.sqrt(matter.mean()), found.ridges
    return HeadPosterior(solved, deviation, alike.axes, alike.moments, ridges)


def _cautious(parts: Floats) -> NDArray[np.int64]:
    """The widest step that the evidence supports: the strongest ridge within a standard error of the best.

    Parameters
    ----------
    parts : float64[blocks, ridges, outputs]
        Squared errors, ridges in rising order.
    """
    errors, outputs = parts.sum(axis=0), np.arange(parts.shape[2])
    best = errors.argmin(axis=0)
    worse = parts - parts[:, best, outputs][:, None, :]
    slack = worse.std(axis=0) * np.sqrt(len(parts))
    allowed = worse.sum(axis=0) <= slack
    allowed[best, outputs] = True
    ranks = np.arange(len(errors))[:, None]
    return np.asarray(np.where(allowed, ranks, -1).max(axis=0))
