"""What the set-points do not explain: waste that changes, followed by a Kalman filter with its chances.

Two first-order processes, a slow one (what the waste is) and a fast one (how much falls in), reach the fire
behind the bed, a lag; temperature and oxygen share what they do there. A third moves the temperature alone
(moisture). Because the filter is linear, what it does to readings it does to every column of features as
well: what is left of both are rows of independent noise, in which a head can be solved by least squares. That
is generalised least squares, exactly, gaps included.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_discrete_lyapunov
from scipy.optimize import minimize

from lantern.compiled import njit

Floats = NDArray[np.float64]
#: Where the search begins: minutes of the slow, the fast, the bed, the temperature's own; their sizes; how
#: much the temperature follows; the two noises.
_FIRST = np.concatenate([
    np.log([600.0, 5.0, 12.0, 300.0]), np.log([0.06, 0.04, 0.1]), np.log([7.0]), np.log([1.0, 0.03])
])  # fmt: skip


@dataclass(frozen=True)
class Disturbance:
    """Three processes behind a bed, and the noise of two instruments.

    Attributes
    ----------
    keep : float64[4]
        What is kept from one row to the next, in (0, 1): slow, fast, bed, the temperature's own.
    sizes : float64[3]
        Standard deviations in the long run of slow, fast and the temperature's own.
    share : float
        How much a disturbance of the burning moves the second output, for one of the first.
    noise : float64[2]
        Standard deviations of the readings; of the first relative to the ``weights`` given with them.
    """

    keep: Floats
    sizes: Floats
    share: float
    noise: Floats

    @property
    def observe(self) -> Floats:
        """From the states (slow, fast, bed, the temperature's own) to the two outputs: float64[2, 4]."""
        return np.array([[0.0, 0.0, 1.0, 0.0], [0.0, 0.0, self.share, 1.0]])

    @property
    def transition(self) -> Floats:
        """From the states of one row to those of the next: float64[4, 4]."""
        made = np.diag(self.keep)
        made[2, :2] = (1.0 - self.keep[2]) * self.keep[:2]
        return made

    @property
    def fresh(self) -> Floats:
        """Covariance of what comes new with a row: float64[4, 4]."""
        through = np.eye(4)[:, [0, 1, 3]]
        through[2, :2] = 1.0 - self.keep[2]
        return through * ((1.0 - self.keep[[0, 1, 3]] ** 2) * self.sizes**2) @ through.T

    @property
    def usual(self) -> Floats:
        """Covariance of the states in the long run: float64[4, 4]."""
        return np.asarray(solve_discrete_lyapunov(self.transition, self.fresh))

    def ahead(self, steps: int, covariance: Floats) -> tuple[Floats, Floats]:
        """Look some rows ahead.

        Parameters
        ----------
        steps : int
        covariance : float64[4, 4]
            Of the states now.

        Returns
        -------
        means : float64[steps, 2, 4]
            From the states now to the outputs of each row.
        covariances : float64[steps, 2, 2]
            Of the outputs, without the noise of readings.
        """
        means, covariances = np.empty((steps, 2, 4)), np.empty((steps, 2, 2))
        power, transition, observe, fresh = np.eye(4), self.transition, self.observe, self.fresh
        for step in range(steps):
            power, covariance = transition @ power, transition @ covariance @ transition.T + fresh
            means[step], covariances[step] = observe @ power, observe @ covariance @ observe.T
        return means, covariances

    @classmethod
    def first(cls) -> Disturbance:
        """Where the search of :meth:`fit` begins."""
        return _unpack(_FIRST)

    @classmethod
    def fit(cls, rest: Floats, weights: Floats) -> Disturbance:
        """Find the likeliest disturbance of what a model leaves unexplained.

        Parameters
        ----------
        rest : float64[rows, 2]
            NaN where there is no reading.
        weights : float64[rows]
            Of the first instrument's noise.
        """

        def loss(theta: Floats) -> float:
            white, logs, _, _ = whiten(_unpack(theta), rest[:, :, None], weights)
            return float(0.5 * np.sum(white**2) + logs + 0.5 * np.sum((theta - _FIRST) ** 2))

        return _unpack(minimize(loss, _FIRST, method="L-BFGS-B", options={"maxiter": 60}).x)


def _unpack(theta: Floats) -> Disturbance:
    held = np.clip(theta, -12.0, 8.0)
    keep = np.exp(-1.0 / np.exp(np.maximum(held[:4], -1.0)))
    return Disturbance(keep, np.exp(held[4:7]), float(np.exp(held[7])), np.exp(held[8:]))


def whiten(model: Disturbance, columns: Floats, weights: Floats) -> tuple[Floats, float, Floats, Floats]:
    """Turn columns of two outputs into rows of independent noise of size one.

    Parameters
    ----------
    model : Disturbance
    columns : float64[rows, 2, n]
        NaN in the last column (the readings) where an instrument was out.
    weights : float64[rows]
        Of the first instrument's noise.

    Returns
    -------
    white : float64[rows, 2, n]
        Zero where an instrument was out.
    logs : float
        Half the logarithm of the determinant of what was divided by.
    states : float64[4, n]
        The filter's states after the last row.
    covariance : float64[4, 4]
        Of the states after the last row.
    """
    parts = (model.transition, model.fresh, model.usual, model.observe, model.noise)
    made = [np.ascontiguousarray(part) for part in (*parts, columns, weights)]
    return _whiten(*made)


@njit()
def _whiten(
    transition: Floats, fresh: Floats, usual: Floats, observe: Floats, noise: Floats, columns: Floats,
    weights: Floats,
) -> tuple[Floats, float, Floats, Floats]:  # fmt: skip
    rows, outputs, count = columns.shape
    white = np.zeros((rows, outputs, count))
    states, covariance, logs = np.zeros((len(transition), count)), usual.copy(), 0.0
    for row in range(rows):
        if row > 0:
            states = transition @ states
            covariance = transition @ covariance @ transition.T + fresh
        for output in range(outputs):  # one reading after the other: their noises are independent
            if not np.isfinite(columns[row, output, count - 1]):
                continue
            spread = noise[output] * (weights[row] if output == 0 else 1.0)
            seen = covariance @ observe[output]
            variance = observe[output] @ seen + spread**2
            left = columns[row, output] - observe[output] @ states
            white[row, output] = left / np.sqrt(variance)
            states += np.outer(seen / variance, left)
            covariance = covariance - np.outer(seen, seen) / variance
            logs += 0.5 * np.log(variance)
    return white, logs, states, covariance
