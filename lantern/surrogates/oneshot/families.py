"""Oscillators in time, and how a body is pretrained for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lantern.surrogates.oneshot.body import ArrayJets, Body
from lantern.surrogates.oneshot.chebyshev import ChebyshevSurrogate
from lantern.surrogates.oneshot.solver import Condition, OneShotSolver, Solution

Floats = NDArray[np.float64]
Function = Callable[[Floats], Floats]
METHODS = ("series", "newton", "picard")


def nodes(count: int, low: float, high: float) -> Floats:
    """Chebyshev points of an interval, its ends left out: denser where polynomials and networks err most."""
    return 0.5 * (low + high) + 0.5 * (high - low) * -np.cos(np.pi * (np.arange(count) + 0.5) / count)


@dataclass(frozen=True)
class Oscillator:
    """x'' + damping x' + stiffness x + beta g(x) = f(t) on [0, horizon].

    Attributes
    ----------
    damping, stiffness : float
    horizon : float
    """

    damping: float
    stiffness: float
    horizon: float = 5.0

    def solver(self, body: Body, points: int = 100) -> OneShotSolver:
        """Decompose for this operator; the body must have one input, time."""
        start = np.zeros((1, 1))
        conditions = [
            Condition(start, lambda jets: jets.value, 10.0),
            Condition(start, lambda jets: jets.first[0], 10.0),
        ]
        inside = nodes(points, 0.0, self.horizon)[:, None]
        return OneShotSolver(body, self._operator, inside, self.grid(), conditions)

    def grid(self) -> Floats:
        """Evenly spaced times at which solutions are judged: float64[201, 1]."""
        return np.linspace(0.0, self.horizon, 201)[:, None]

    def _operator(self, jets: ArrayJets) -> Floats:
        return np.asarray(jets.second[0] + self.damping * jets.first[0] + self.stiffness * jets.value)

    def solve(
        self, solver: OneShotSolver, forcing: Function, position: float, velocity: float,
        beta: float = 0.0, term: ChebyshevSurrogate | None = None, method: str = "series", orders: int = 20,
    ) -> Solution:  # fmt: skip
        """Solve for one forcing and one start.

        Parameters
        ----------
        solver : OneShotSolver
            From :meth:`solver`.
        forcing : callable
            f(t), float64[n] to float64[n].
        position, velocity : float
        beta : float
        term : ChebyshevSurrogate, optional
            g; none makes the equation linear.
        method : {"series", "newton", "picard"}
        orders : int
            Of the series.
        """
        right = forcing(solver.points[:, 0]), forcing(solver.between[:, 0])
        conditions = [np.array([position]), np.array([velocity])]
        return solve_by(solver, *right, conditions, beta, term, method, orders)


def solve_by(
    solver: OneShotSolver, forcing: Floats, judged: Floats, conditions: list[Floats], epsilon: float,
    term: ChebyshevSurrogate | None, method: str, orders: int,
) -> Solution:  # fmt: skip
    """Solve by a method by name; without a nonlinear term in one product."""
    if term is None or epsilon == 0.0:
        return solver.linear_solve(forcing, judged, conditions)
    if method == "series":
        return solver.series(forcing, judged, conditions, epsilon, term, orders)
    if method == "newton":
        return solver.newton(forcing, judged, conditions, epsilon, term)
    if method == "picard":
        return solver.picard(forcing, judged, conditions, epsilon, term)
    raise ValueError(f"method={method!r} is not known; choose one of {', '.join(METHODS)}")


def pretrain_oscillators(
    body: Body, seed: int = 0, steps: int = 150, tasks: int = 16, rate: float = 1e-2
) -> None:
    """Train a body for oscillators, each task's head solved in closed form inside the loss.

    Variable projection (Golub and Pereyra 1973): the gradient sees the body only through the best heads, so
    no head has to be learned and a few hundred steps are enough. A body whose scale was well chosen gains
    little; one that was drawn far too smooth becomes as good.

    Parameters
    ----------
    body : Body
        One input, time; changed in place.
    seed : int
        Of the tasks: damping and stiffness in [0.5, 4.5], f = gamma cos(omega t) with both in [0.5, 3].
    steps, tasks : int
        Adam steps, and tasks drawn at each.
    rate : float
    """
    generator = torch.Generator().manual_seed(seed)
    horizon = body.high[0]
    times = torch.from_numpy(nodes(80, 0.0, horizon)[:, None])
    optimiser = torch.optim.Adam(body.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    for _ in range(steps):
        drawn = torch.rand(tasks, 6, generator=generator, dtype=torch.float64)
        optimiser.zero_grad(set_to_none=True)
        _projected_residual(body, times, drawn).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()


def _projected_residual(body: Body, times: Tensor, drawn: Tensor) -> Tensor:
    """Mean logarithm of the residual after the heads are solved, with a small fixed ridge."""
    damping, stiffness = 0.5 + 4.0 * drawn[:, 0], 0.5 + 4.0 * drawn[:, 1]
    gamma, omega = 0.5 + 2.5 * drawn[:, 2], 0.5 + 2.5 * drawn[:, 3]
    starts = torch.stack([6.0 * drawn[:, 4] - 3.0, 2.0 * drawn[:, 5] - 1.0], dim=1)
    jets, start = body(times), body(torch.zeros(1, 1, dtype=torch.float64))
    scale = len(times) ** -0.5
    rows = scale * (
        jets.second[0] + damping[:, None, None] * jets.first[0] + stiffness[:, None, None] * jets.value
    )
    edge = torch.cat([start.value, start.first[0]]).expand(len(drawn), 2, body.features)
    matrix = torch.cat([rows, 3.0 * edge], dim=1)
    right = torch.cat([scale * gamma[:, None] * torch.cos(omega[:, None] * times[:, 0]), 3.0 * starts], dim=1)
    ridge = 1e-9 * torch.eye(body.features, dtype=torch.float64)
    padded = torch.cat([matrix, ridge.expand(len(drawn), -1, -1)], dim=1)
    right = torch.cat([right, torch.zeros(len(drawn), body.features, dtype=torch.float64)], dim=1)[:, :, None]
    orthogonal = torch.linalg.qr(padded).Q
    rest = (right - orthogonal @ (orthogonal.transpose(1, 2) @ right))[:, :, 0]
    return torch.log(rest.square().sum(dim=1) + 1e-30).mean()
