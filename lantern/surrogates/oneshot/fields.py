"""Equations on the unit square: reaction and diffusion, waves, Poisson's and Helmholtz's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantern.surrogates.oneshot.body import ArrayJets, Body
from lantern.surrogates.oneshot.chebyshev import ChebyshevSurrogate
from lantern.surrogates.oneshot.families import nodes, solve_by
from lantern.surrogates.oneshot.solver import Condition, OneShotSolver, Solution

Floats = NDArray[np.float64]
Function = Callable[[Floats], Floats]


def inside(points: int) -> Floats:
    """Chebyshev points of the unit square: float64[points^2, 2]."""
    line = nodes(points, 0.0, 1.0)
    return np.stack(np.meshgrid(line, line, indexing="ij"), -1).reshape(-1, 2)


def even_grid(count: int = 41) -> Floats:
    """Even grid of the unit square, on which solutions are judged: float64[count^2, 2]."""
    line = np.linspace(0.0, 1.0, count)
    return np.stack(np.meshgrid(line, line, indexing="ij"), -1).reshape(-1, 2)


def edge(points: int, axis: int, at: float) -> Floats:
    """Points of the line on which a coordinate has a value: float64[points, 2]."""
    line = np.full((points, 2), at)
    line[:, 1 - axis] = nodes(points, 0.0, 1.0)
    return line


def _value(jets: ArrayJets) -> Floats:
    return jets.value


@dataclass(frozen=True)
class ReactionDiffusion:
    """u_t - diffusion u_xx = rate R(u) + f in space and time, values given at the start and on both ends.

    With R(u) = u (1 - u) it is the equation of Kolmogorov, Petrovsky, Piskunov and Fisher.

    Attributes
    ----------
    diffusion : float
    """

    diffusion: float = 1.0

    def solver(self, body: Body, points: int = 32) -> OneShotSolver:
        """Decompose for this operator; the body must have two inputs, space and time."""
        edges = [edge(points, 1, 0.0), edge(points, 0, 0.0), edge(points, 0, 1.0)]
        conditions = [Condition(each, _value, 10.0) for each in edges]
        return OneShotSolver(body, self._operator, inside(points), even_grid(), conditions)

    def _operator(self, jets: ArrayJets) -> Floats:
        return np.asarray(jets.first[1] - self.diffusion * jets.second[0])

    def solve(
        self, solver: OneShotSolver, forcing: Function, edge: Function,
        rate: float = 0.0, term: ChebyshevSurrogate | None = None, method: str = "series", orders: int = 20,
    ) -> Solution:  # fmt: skip
        """Solve for one forcing and one set of edge values, both functions of points float64[n, 2]."""
        right = forcing(solver.points), forcing(solver.between)
        conditions = [edge(condition.points) for condition in solver.conditions]
        return solve_by(solver, *right, conditions, -rate, term, method, orders)


@dataclass(frozen=True)
class Wave:
    """u_tt - speed^2 u_xx + strength g(u) = f; u and u_t given at the start, u on both ends.

    Attributes
    ----------
    speed : float
    """

    speed: float = 1.0

    def solver(self, body: Body, points: int = 28) -> OneShotSolver:
        """Decompose for this operator; the body must have two inputs, space and time."""
        start = edge(points, 1, 0.0)
        conditions = [
            Condition(start, _value, 10.0),
            Condition(start, lambda jets: jets.first[1], 10.0),
            *(Condition(edge(points, 0, end), _value, 10.0) for end in (0.0, 1.0)),
        ]
        return OneShotSolver(body, self._operator, inside(points), even_grid(), conditions)

    def _operator(self, jets: ArrayJets) -> Floats:
        return np.asarray(jets.second[1] - self.speed**2 * jets.second[0])

    def solve(
        self, solver: OneShotSolver, forcing: Function, edge: Function, velocity: Function,
        strength: float = 0.0, term: ChebyshevSurrogate | None = None, method: str = "series",
        orders: int = 20,
    ) -> Solution:  # fmt: skip
        """Solve for one forcing, one set of edge values, and u_t at the start; functions of points."""
        right = forcing(solver.points), forcing(solver.between)
        first, second, *ends = (condition.points for condition in solver.conditions)
        conditions = [edge(first), velocity(second), *(edge(end) for end in ends)]
        return solve_by(solver, *right, conditions, strength, term, method, orders)


@dataclass(frozen=True)
class Helmholtz:
    """u_xx + u_yy + wavenumber^2 u = f, values given on all four edges; with no wavenumber, Poisson's.

    Attributes
    ----------
    wavenumber : float
        No eigenvalue of the square: its square is not pi^2 (m^2 + n^2).
    """

    wavenumber: float = 0.0

    def solver(self, body: Body, points: int = 28) -> OneShotSolver:
        """Decompose for this operator; the body must have two inputs, both of space."""
        edges = [edge(points, axis, at) for axis in (0, 1) for at in (0.0, 1.0)]
        conditions = [Condition(each, _value, 100.0) for each in edges]
        return OneShotSolver(body, self._operator, inside(points), even_grid(), conditions)

    def _operator(self, jets: ArrayJets) -> Floats:
        return np.asarray(jets.second[0] + jets.second[1] + self.wavenumber**2 * jets.value)

    def solve(self, solver: OneShotSolver, forcing: Function, edge: Function) -> Solution:
        """Solve for one forcing and one set of edge values, both functions of points float64[n, 2]."""
        conditions = [edge(condition.points) for condition in solver.conditions]
        return solver.linear_solve(forcing(solver.points), forcing(solver.between), conditions)
