"""Polynomials that stand in for a nonlinear term on an interval, and refuse to be asked outside it.

A series in powers of a small parameter can be put through a polynomial exactly, which is what makes the
perturbation series of the one-shot method linear at every order. The polynomial knows nothing outside its
interval: solutions are checked against it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from lantern.errors import SurrogateError

Floats = NDArray[np.float64]
Function = Callable[[Floats], Floats]


@dataclass(frozen=True)
class ChebyshevSurrogate:
    """A Chebyshev polynomial in place of a function.

    Attributes
    ----------
    function : callable
        What it stands for.
    low, high : float
        Interval on which it stands for it.
    coefficients : float64[degree + 1]
    allowed : tuple of float
        Widest interval to which it may be widened, for a function with a pole, say.
    error : float
        Largest error seen on the interval, between the nodes.
    """

    function: Function
    low: float
    high: float
    coefficients: Floats
    allowed: tuple[float, float]
    error: float

    @classmethod
    def fit(
        cls,
        function: Function,
        low: float,
        high: float,
        degree: int = 30,
        allowed: tuple[float, float] = (-np.inf, np.inf),
    ) -> ChebyshevSurrogate:
        """Interpolate at Gauss-Chebyshev nodes.

        Parameters
        ----------
        function : callable
            float64[n] to float64[n].
        low, high : float
        degree : int
            0 or more.
        allowed : tuple of float
            Open interval on which the function is smooth.

        Raises
        ------
        SurrogateError
            If the interval is empty or leaves ``allowed``, or the function is not finite on it.
        """
        if not low < high:
            raise SurrogateError(f"A polynomial needs an interval; [{low:g}, {high:g}] is none.")
        if low <= allowed[0] or high >= allowed[1]:
            raise SurrogateError(
                f"The interval [{low:.4g}, {high:.4g}] reaches beyond ({allowed[0]:.4g}, {allowed[1]:.4g}), "
                "where the nonlinear term is smooth. Choose a smaller interval, or a problem whose solution "
                "stays inside."
            )
        nodes = np.cos(np.pi * (np.arange(4 * degree + 8) + 0.5) / (4 * degree + 8))
        middle, half = 0.5 * (low + high), 0.5 * (high - low)
        between = np.linspace(-1.0, 1.0, 8 * degree + 33)
        with np.errstate(all="ignore"):  # what is not finite is refused below, in words
            values = np.asarray(function(middle + half * nodes), dtype=float)
            wanted = np.asarray(function(middle + half * between), dtype=float)
        if not (np.isfinite(values).all() and np.isfinite(wanted).all()):
            raise SurrogateError(f"The nonlinear term is not finite on all of [{low:.4g}, {high:.4g}].")
        coefficients = _project(values, nodes, degree)
        error = float(np.abs(chebyshev.chebval(between, coefficients) - wanted).max())
        return cls(function, float(low), float(high), coefficients, allowed, error)

    def scaled(self, x: Floats) -> Floats:
        """Map the interval to [-1, 1]."""
        return (2.0 * x - self.low - self.high) / (self.high - self.low)

    def __call__(self, x: Floats) -> Floats:
        """Value of the polynomial; meaningless outside the interval (see :meth:`covers`)."""
        return np.asarray(chebyshev.chebval(self.scaled(np.asarray(x, dtype=float)), self.coefficients))

    def derivative(self, x: Floats) -> Floats:
        """Derivative of the polynomial."""
        slope = chebyshev.chebder(self.coefficients) * 2.0 / (self.high - self.low)
        return np.asarray(chebyshev.chebval(self.scaled(np.asarray(x, dtype=float)), slope))

    def covers(self, x: Floats, tolerance: float = 1e-9) -> bool:
        """Whether all values lie inside the interval."""
        room = tolerance * (self.high - self.low)
        return bool(np.isfinite(x).all() and x.min() >= self.low - room and x.max() <= self.high + room)

    def widened(self, x: Floats, margin: float = 0.1) -> ChebyshevSurrogate:
        """Fit again on an interval that covers values that lie outside.

        Raises
        ------
        SurrogateError
            If that would reach beyond ``allowed``, or the values are not finite.
        """
        if not np.isfinite(x).all():
            raise SurrogateError(
                "The solution is not finite: the series or iteration diverged. The nonlinear term is too "
                "strong for it; take Newton's method, or a shorter interval of time."
            )
        reach = margin * (self.high - self.low)
        low = min(self.low, float(x.min()) - reach) if x.min() < self.low else self.low
        high = max(self.high, float(x.max()) + reach) if x.max() > self.high else self.high
        return self.fit(self.function, low, high, len(self.coefficients) - 1, self.allowed)


def _project(values: Floats, nodes: Floats, degree: int) -> Floats:
    """Discrete Chebyshev transform; coefficients at the level of rounding are dropped to zero."""
    basis = chebyshev.chebvander(nodes, degree)
    coefficients = 2.0 / len(nodes) * (basis.T @ values)
    coefficients[0] /= 2.0
    coefficients[np.abs(coefficients) < 1e-15 * np.abs(coefficients).max(initial=0.0)] = 0.0
    return np.asarray(coefficients)


class PowerSeries:
    """A polynomial of a power series in a small parameter, one order after the other.

    With u = sum_i eps^i u_i, Chebyshev's recurrence T_{k+1} = 2 s T_k - T_{k-1} holds for the coefficients
    of each power as well; order j needs the orders up to j only.

    Parameters
    ----------
    surrogate : ChebyshevSurrogate
    points : int
        Points at which the series is followed.
    orders : int
        Highest order that will be added, plus one.
    """

    def __init__(self, surrogate: ChebyshevSurrogate, points: int, orders: int) -> None:
        self.surrogate = surrogate
        used = np.flatnonzero(surrogate.coefficients)
        self.degree = int(used[-1]) if len(used) else 0
        self.terms = np.zeros((self.degree + 1, orders, points))
        self.scaled = np.zeros((orders, points))
        self.known = 0

    def add(self, term: Floats) -> Floats:
        """Add the next order of u; return the same order of the polynomial of u: float64[points]."""
        order = self.known
        if order == 0:
            self.scaled[0] = self.surrogate.scaled(term)
            self.terms[0, 0] = 1.0
        else:
            self.scaled[order] = 2.0 * term / (self.surrogate.high - self.surrogate.low)
        if self.degree >= 1:
            self.terms[1, order] = self.scaled[order]
        backwards = self.scaled[order::-1]
        for k in range(1, self.degree):
            product = np.einsum("ij,ij->j", backwards, self.terms[k, : order + 1])
            self.terms[k + 1, order] = 2.0 * product - self.terms[k - 1, order]
        self.known += 1
        return np.asarray(self.surrogate.coefficients[: self.degree + 1] @ self.terms[:, order])
