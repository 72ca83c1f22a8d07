"""How far a question lies from the data: the surrogate says so rather than answer with confidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Novelty:
    """A Mahalanobis distance with a floor on small variances, scaled by its own 99 % quantile.

    Attributes
    ----------
    centre : float64[inputs]
    whitening : float64[inputs, inputs]
    scale : float
    """

    centre: Floats
    whitening: Floats
    scale: float

    @classmethod
    def fit(cls, inputs: Floats, floor: float = 0.02) -> Novelty:
        """Learn what is usual.

        Parameters
        ----------
        inputs : float64[n, inputs]
        floor : float
            Smallest variance of a direction that counts, as a share of the mean variance.
        """
        centre = inputs.mean(axis=0)
        values, axes = np.linalg.eigh(np.cov((inputs - centre).T) + 1e-9 * np.eye(inputs.shape[1]))
        values = np.maximum(values, floor * values.mean())
        whitening = axes / np.sqrt(values)
        distances = np.sqrt(np.mean(((inputs - centre) @ whitening) ** 2, axis=1))
        return cls(centre, whitening, float(np.quantile(distances, 0.99)))

    def __call__(self, inputs: Floats) -> Floats:
        """1 at the edge of the outermost percent of the data: float64[n]."""
        whitened = (inputs - self.centre) @ self.whitening
        return np.asarray(np.sqrt(np.mean(whitened**2, axis=1)) / self.scale)
