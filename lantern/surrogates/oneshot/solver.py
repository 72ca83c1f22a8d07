"""Heads in closed form: L u + eps g(u) = f with conditions, u = H(x) w, only w unknown.

The least-squares problem is decomposed once for an operator and a set of points; a right-hand side then costs
one product. Everything is float64, and the ridge is the one whose residual is smallest at points between.
After Desai et al. 2021 (arXiv 2110.11286) and Rao and Protopapas 2026 (arXiv 2605.01634); the ridge, the
interval check, Newton's and Picard's iterations and the error indicator are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantern.errors import SurrogateError
from lantern.surrogates.oneshot.body import ArrayJets, Body
from lantern.surrogates.oneshot.chebyshev import ChebyshevSurrogate, PowerSeries

Floats = NDArray[np.float64]
Operator = Callable[[ArrayJets], Floats]
Advancing = Callable[[Floats, ChebyshevSurrogate, Floats], Floats]
#: A series that leaves more of the equation than this unsolved is refused.
DIVERGED = 0.5
#: Ridges tried, relative to the square of the largest singular value.
RIDGES = 10.0 ** np.arange(-30.0, -5.0, 2.0)


@dataclass(frozen=True)
class Condition:
    """Initial or boundary condition: a linear operator at some points.

    Attributes
    ----------
    points : float64[n, inputs]
    operator : callable
        From the jets there to the rows of the condition: float64[n, features].
    weight : float
        Of its mean square against that of the equation.
    """

    points: Floats
    operator: Operator
    weight: float = 1.0


@dataclass(frozen=True)
class Solution:
    """A head, and how far it can be believed.

    Attributes
    ----------
    head : float64[features]
    residual : float
        Root mean square of the equation's residual between the collocation points, relative to that of the
        right-hand side (and the nonlinear term), or to the conditions where nothing forces: the indicator.
    condition_residual : float
        Root mean square error of the conditions.
    ridge : float
        The one taken, relative.
    iterations : int
        Orders of the series, or steps of the iteration.
    interval : tuple of float, optional
        On which the polynomial stood for the nonlinear term, after any widening.
    """

    head: Floats
    residual: float
    condition_residual: float
    ridge: float
    iterations: int = 1
    interval: tuple[float, float] | None = None


class OneShotSolver:
    """Solve one family of equations on one set of points.

    Parameters
    ----------
    body : Body
        Frozen.
    operator : callable
        L, from jets to rows.
    points : float64[n, inputs]
        Collocation points.
    between : float64[m, inputs]
        Points at which residuals are judged.
    conditions : sequence of Condition
    """

    def __init__(
        self, body: Body, operator: Operator, points: Floats, between: Floats, conditions: Sequence[Condition]
    ) -> None:
        self.body = body
        inside, judged = body.arrays(points), body.arrays(between)
        self.points, self.between, self.conditions = points, between, tuple(conditions)
        self.linear, self.basis = operator(inside), inside.value
        self.judged_linear, self.judged_basis = operator(judged), judged.value
        self.rows = [condition.operator(body.arrays(condition.points)) for condition in conditions]
        self.scales = [float(np.sqrt(c.weight / len(r))) for c, r in zip(conditions, self.rows, strict=True)]
        self.scale = 1.0 / np.sqrt(len(points))
        self._factors = self._decompose(self.linear)

    @property
    def condition_number(self) -> float:
        """Of the least-squares matrix (its square is that of the normal equations)."""
        singular = self._factors[1]
        return float(singular[0] / max(singular[-1], 1e-300))

    def _decompose(self, linear: Floats) -> tuple[Floats, Floats, Floats]:
        stacked = [self.scale * linear, *(s * rows for s, rows in zip(self.scales, self.rows, strict=True))]
        left, singular, right = np.linalg.svd(np.concatenate(stacked), full_matrices=False)
        return left.T, singular, right.T

    def _target(self, forcing: Floats, conditions: Sequence[Floats]) -> Floats:
        parts = [
            s * np.broadcast_to(c, len(r)) for s, c, r in zip(self.scales, conditions, self.rows, strict=True)
        ]
        return np.concatenate([self.scale * forcing, *parts])

    def _heads(self, factors: tuple[Floats, Floats, Floats], target: Floats, ridges: Floats) -> Floats:
        """Heads for several ridges at once: float64[features, ridges]."""
        left, singular, right = factors
        filters = singular[:, None] / (singular[:, None] ** 2 + ridges[None, :] * singular[0] ** 2)
        return np.asarray(right @ (filters * (left @ target)[:, None]))

    def linear_solve(self, forcing: Floats, judged: Floats, conditions: Sequence[Floats]) -> Solution:
        """Solve L u = f.

        Parameters
        ----------
        forcing : float64[n]
            f at the collocation points.
        judged : float64[m]
            f at the points between.
        conditions : sequence of arrays
            Right-hand side of each condition.
        """
        heads = self._heads(self._factors, self._target(forcing, conditions), RIDGES)
        errors = np.sqrt(np.mean((self.judged_linear @ heads - judged[:, None]) ** 2, axis=0))
        offs = np.array([self._condition_error(head, conditions) for head in heads.T])
        best = int(np.argmin(errors + offs))
        size = float(np.sqrt(np.mean(judged**2)))
        if size < 1e-12:  # nothing forces it: what the conditions ask is the only scale
            size = (
                float(np.sqrt(np.mean(np.concatenate([np.atleast_1d(c) for c in conditions]) ** 2))) + 1e-12
            )
        return Solution(heads[:, best], float(errors[best]) / size, float(offs[best]), float(RIDGES[best]))

    def _condition_error(self, head: Floats, conditions: Sequence[Floats]) -> float:
        parts = [np.atleast_1d(rows @ head - c) for rows, c in zip(self.rows, conditions, strict=True)]
        return float(np.sqrt(np.mean(np.concatenate(parts) ** 2)))

    def values(self, head: Floats, points: Floats | None = None) -> Floats:
        """The solution at points; by default at those between."""
        return np.asarray((self.judged_basis if points is None else self.body.arrays(points).value) @ head)

    def _judge(
        self,
        head: Floats,
        judged: Floats,
        conditions: Sequence[Floats],
        epsilon: float,
        term: ChebyshevSurrogate,
    ) -> tuple[float, float]:
        with np.errstate(all="ignore"):
            nonlinear = epsilon * term.function(self.judged_basis @ head)
        residual = self.judged_linear @ head + nonlinear - judged
        size = np.sqrt(np.mean(judged**2)) + np.sqrt(np.mean(nonlinear**2)) + 1e-12
        return float(np.sqrt(np.mean(residual**2)) / size), self._condition_error(head, conditions)

    def series(
        self, forcing: Floats, judged: Floats, conditions: Sequence[Floats], epsilon: float,
        term: ChebyshevSurrogate, orders: int = 20, widenings: int = 5,
    ) -> Solution:  # fmt: skip
        """Solve L u + eps g(u) = f by the perturbation series, order 0 with the conditions, the rest without.

        Where the solution leaves the polynomial's interval, the interval is widened and the series redone.

        Raises
        ------
        SurrogateError
            If the interval cannot be widened, or the series diverges.
        """
        ground = self.linear_solve(forcing, judged, conditions)
        ridge = np.array([ground.ridge])
        nothing = [np.zeros(len(rows)) for rows in self.rows]
        for _ in range(widenings + 1):
            head = ground.head.copy()
            follower = PowerSeries(term, len(self.points), orders + 1)
            part = follower.add(self.basis @ ground.head)
            for order in range(1, orders + 1):
                step = self._heads(self._factors, self._target(-part, nothing), ridge)[:, 0]
                head = head + epsilon**order * step
                if order < orders:
                    part = follower.add(self.basis @ step)
            wrong = self._outside(head, term)
            if wrong is None:
                residual, off = self._judge(head, judged, conditions, epsilon, term)
                if not residual <= DIVERGED:
                    raise _diverges(residual)
                return Solution(head, residual, off, ground.ridge, orders, (term.low, term.high))
            term = term.widened(wrong)
        raise _never_inside(term)

    def newton(
        self, forcing: Floats, judged: Floats, conditions: Sequence[Floats], epsilon: float,
        term: ChebyshevSurrogate, steps: int = 20, tolerance: float = 1e-8,
    ) -> Solution:  # fmt: skip
        """Solve L u + eps g(u) = f by Gauss-Newton on the head; needs no small parameter.

        Raises
        ------
        SurrogateError
            If the solution leaves what the nonlinear term allows.
        """

        def advance(value: Floats, term: ChebyshevSurrogate, ridge: Floats) -> Floats:
            slope = epsilon * term.derivative(value)
            rest = forcing - epsilon * term(value) + slope * value
            factors = self._decompose(self.linear + slope[:, None] * self.basis)
            return self._heads(factors, self._target(rest, conditions), ridge)[:, 0]

        return self._iterate(advance, forcing, judged, conditions, epsilon, term, steps, tolerance)

    def picard(
        self, forcing: Floats, judged: Floats, conditions: Sequence[Floats], epsilon: float,
        term: ChebyshevSurrogate, steps: int = 50, tolerance: float = 1e-8,
    ) -> Solution:  # fmt: skip
        """Solve L u = f - eps g(u) by iteration: one product a step, but only for a weak nonlinear term.

        Raises
        ------
        SurrogateError
            If it diverges or leaves what the nonlinear term allows.
        """

        def advance(value: Floats, term: ChebyshevSurrogate, ridge: Floats) -> Floats:
            target = self._target(forcing - epsilon * term(value), conditions)
            return self._heads(self._factors, target, ridge)[:, 0]

        return self._iterate(advance, forcing, judged, conditions, epsilon, term, steps, tolerance)

    def _iterate(
        self, advance: Advancing, forcing: Floats, judged: Floats, conditions: Sequence[Floats],
        epsilon: float, term: ChebyshevSurrogate, steps: int, tolerance: float,
    ) -> Solution:  # fmt: skip
        """Repeat until the solution no longer changes; the polynomial follows it."""
        ground = self.linear_solve(forcing, judged, conditions)
        head, ridge, step, change = ground.head, np.array([ground.ridge]), 0, np.inf
        size = 1.0
        while step < steps and change > tolerance * size:
            value = self.basis @ head
            if not term.covers(value):
                term = term.widened(value)
            new = advance(value, term, ridge)
            change, size = float(np.abs(self.basis @ (new - head)).max()), 1.0 + float(np.abs(value).max())
            head, step = new, step + 1
        if change > 1e-3 * size:
            raise SurrogateError(
                f"The iteration has not settled after {steps} steps (the last changed the solution by "
                f"{change:.2g}). Take method='newton', more steps, or a weaker nonlinear term."
            )
        wrong = self._outside(head, term)
        term = term if wrong is None else term.widened(wrong)
        residual, off = self._judge(head, judged, conditions, epsilon, term)
        return Solution(head, residual, off, ground.ridge, step, (term.low, term.high))

    def _outside(self, head: Floats, term: ChebyshevSurrogate) -> Floats | None:
        """Values of a solution if any lies outside the polynomial's interval."""
        value = np.concatenate([self.basis @ head, self.judged_basis @ head])
        return None if term.covers(value) else value


def _diverges(residual: float) -> SurrogateError:
    return SurrogateError(
        f"The perturbation series leaves {100 * residual:.0f} % of the equation unsolved: it diverges, "
        "because the nonlinear term is too strong. Take Newton's method."
    )


def _never_inside(term: ChebyshevSurrogate) -> SurrogateError:
    return SurrogateError(
        f"The solution leaves [{term.low:.4g}, {term.high:.4g}] however often the interval is widened: the "
        "series diverges. Take Newton's method, or a weaker nonlinear term."
    )
