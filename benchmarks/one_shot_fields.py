"""Equations on the unit square for ``one_shot.py``: reaction and diffusion, waves, Poisson's and Helmholtz's.

Published: Rao and Protopapas (arXiv 2605.01634), printed by their notebook; Auroy and Protopapas (arXiv
2511.11137) state errors of about 1e-3 for the equation of Kolmogorov, Petrovsky, Piskunov and Fisher and for
the wave equation, adapted in less than 0.2 s; for Poisson's and Helmholtz's (arXiv 2110.11286, 2604.21761) no
figure is known to us.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from lantern.surrogates.oneshot import (
    Body,
    ChebyshevSurrogate,
    Helmholtz,
    OneShotSolver,
    ReactionDiffusion,
    Solution,
    Wave,
)

Floats = NDArray[np.float64]
Function = Callable[[Floats], Floats]
DELTA = 0.2
PUBLISHED: dict[str, dict[float, str]] = {
    "degree (r 0.5, order 20)": {
        2: " (4.1e-4)", 4: " (1.9e-4)", 6: " (8.5e-5)", 8: " (2.8e-5)", 12: " (2.9e-5)",
    },
    "order (r 0.5, degree 30)": {
        1: " (1.4e-5)", 2: " (4.0e-5)", 3: " (3.6e-5)", 5: " (3.0e-5)", 7: " (2.9e-5)", 20: " (2.9e-5)",
    },
    "strength r (order 20, degree 30)": {
        0.05: " (3.8e-6)", 0.1: " (3.9e-6)", 0.2: " (4.7e-6)", 0.5: " (2.9e-5)", 0.8: " (2.4e-4)",
    },
}  # fmt: skip


def reaction(u: Floats) -> Floats:
    return np.asarray(u / (1 + u) - DELTA * u)


def manufactured(generator: np.random.Generator, rate: float) -> tuple[Function, Function]:
    """Test 2: u = A x (x - 1) sin(k t) + b, and the forcing that makes it the solution."""
    size, pace, base = generator.uniform(0.5, 2.0), generator.uniform(1.0, 6.0), generator.uniform(0.0, 0.5)

    def solution(points: Floats) -> Floats:
        x, t = points.T
        return np.asarray(size * x * (x - 1) * np.sin(pace * t) + base)

    def forcing(points: Floats) -> Floats:
        x, t = points.T
        moving = size * x * (x - 1) * pace * np.cos(pace * t) - 2 * size * np.sin(pace * t)
        return np.asarray(moving - rate * reaction(solution(points)))

    return solution, forcing


def line_method(forcing: Function, rate: float, grid: Floats, size: int = 33) -> Floats:
    """Test 1's reference: Chebyshev collocation in space, Radau in time; zero on the edge."""
    x = 0.5 - 0.5 * np.cos(np.pi * np.arange(size) / (size - 1))
    basis = chebyshev.chebvander(2 * x - 1, size - 1)
    second = 4 * chebyshev.chebval(2 * x - 1, chebyshev.chebder(np.eye(size), 2)).T @ np.linalg.inv(basis)

    def slope(t: float, inner: Floats) -> Floats:
        u = np.concatenate([[0.0], inner, [0.0]])
        source = forcing(np.stack([x, np.full(size, t)], -1))
        return np.asarray((second @ u + rate * reaction(u) + source)[1:-1])

    times = np.unique(grid[:, 1])
    solved = solve_ivp(slope, (0.0, 1.0), np.zeros(size - 2), "Radau", times, rtol=1e-9, atol=1e-11).y
    inner = np.concatenate([np.zeros((1, len(times))), solved, np.zeros((1, len(times)))])
    to_grid = chebyshev.chebvander(2 * np.unique(grid[:, 0]) - 1, size - 1) @ np.linalg.inv(basis)
    return np.asarray((to_grid @ inner).ravel())


def diffusion_table(cases: int) -> dict[str, float]:
    problem = ReactionDiffusion(1.0)
    (body, solver), preparing = timed_pair(problem)
    term = ChebyshevSurrogate.fit(reaction, -0.9, 1.0, 30, allowed=(-1.0, np.inf))
    print("\nReaction and diffusion, R = u/(1+u) - 0.2 u")
    print(f"polynomial of degree 30 on [-0.9, 1], largest error {term.error:.0e}; {body.features} features,")
    print(f"drawn and decomposed once in {preparing:.2f} CPU s (published: 2 h 40 min of pretraining)")
    print(f"{'':<34}{'MSE':>10}{'rel. error':>12}{'rel. residual':>15}{'solve s':>10}   published")
    tests = {
        "test 1, series 20": (0.4, "series", "loss 1.15e-4, residual 3.8 %"),
        "test 2, series 20": (0.5, "series", "MSE 7.12e-5, error 1.16 %, residual 10.1 %, 0.098 s"),
        "test 2, Newton": (0.5, "newton", ""),
        "test 2, Picard": (0.5, "picard", ""),
    }
    found = {}
    for name, (rate, method, published) in tests.items():
        sine = "1" in name
        done = [one_diffusion(problem, solver, term, rate, method, seed, sine) for seed in range(cases)]
        rows = np.array(done)
        mse, error, residual, seconds = rows.mean(axis=0)
        found[name] = float(mse)
        percent = f"{100 * error:>10.1e} %{100 * residual:>13.1e} %"
        print(f"{name:<34}{mse:>10.1e}{percent}{seconds:>10.3f}   {published}")
    sweeps(problem, solver, cases)
    return found | fields_table(body)


def timed_pair(problem: ReactionDiffusion) -> tuple[tuple[Body, OneShotSolver], float]:
    start = time.process_time()
    body = Body([0.0, 0.0], [1.0, 1.0], (64, 256), reach=3.0)
    solver = problem.solver(body, 28)
    return (body, solver), time.process_time() - start


def nothing(points: Floats) -> Floats:
    return np.zeros(len(points))


def sines(generator: np.random.Generator) -> Function:
    """Test 1: A sin(m pi x) sin(n pi t)."""
    size, m, n = generator.uniform(1.0, 5.0), generator.integers(1, 4), generator.uniform(0.5, 3.0)

    def forcing(points: Floats) -> Floats:
        return np.asarray(size * np.sin(m * np.pi * points[:, 0]) * np.sin(n * np.pi * points[:, 1]))

    return forcing


def one_diffusion(
    problem: ReactionDiffusion, solver: OneShotSolver, term: ChebyshevSurrogate, rate: float, method: str,
    seed: int, sine: bool, orders: int = 20,
) -> tuple[float, float, float, float]:  # fmt: skip
    """Mean square error, relative error, relative residual and CPU seconds of one case."""
    generator = np.random.default_rng(seed)
    edge: Function = nothing
    if sine:
        forcing = sines(generator)
        wanted = line_method(forcing, rate, solver.between)
    else:
        edge, forcing = manufactured(generator, rate)
        wanted = edge(solver.between)
    start = time.process_time()
    solved = problem.solve(solver, forcing, edge, rate, term, method, orders)
    seconds = time.process_time() - start
    off = solver.values(solved.head) - wanted
    error = float(np.linalg.norm(off) / np.linalg.norm(wanted))
    return float(np.mean(off**2)), error, solved.residual, seconds


def sweeps(problem: ReactionDiffusion, solver: OneShotSolver, cases: int) -> None:
    """Degree, order and strength, test 2: mean square errors."""
    few = range(max(cases // 4, 2))

    def error(rate: float, degree: int, orders: int) -> float:
        term = ChebyshevSurrogate.fit(reaction, -0.9, 1.0, degree, allowed=(-1.0, np.inf))
        rows = [one_diffusion(problem, solver, term, rate, "series", seed, False, orders) for seed in few]
        return float(np.mean([row[0] for row in rows]))

    table: dict[str, dict[float, float]] = {
        "degree (r 0.5, order 20)": {k: error(0.5, k, 20) for k in (2, 4, 6, 8, 12, 30)},
        "order (r 0.5, degree 30)": {p: error(0.5, 30, p) for p in (1, 2, 3, 5, 7, 20)},
        "strength r (order 20, degree 30)": {r: error(r, 30, 20) for r in (0.05, 0.1, 0.2, 0.5, 0.8, 2.0)},
    }
    print("test 2, MSE by (published in brackets)")
    for name, row in table.items():
        cells = [f"{key}: {value:.1e}{PUBLISHED[name].get(key, '')}" for key, value in row.items()]
        print(f"  {name:<34}" + "  ".join(cells))


@dataclass(frozen=True)
class Case:
    """One problem with its exact solution."""

    solver: OneShotSolver
    exact: Function
    solve: Callable[[], Solution]


def fisher(body: Body, rate: float, method: str) -> Case:
    """u_t = u_xx + rate u (1 - u), the travelling front of Ablowitz and Zeppetella (1979)."""
    problem, term = ReactionDiffusion(1.0), ChebyshevSurrogate.fit(lambda u: u * (1 - u), -0.5, 1.5, 2)
    solver = problem.solver(body, 28)

    def front(points: Floats) -> Floats:
        x, t = points.T
        return np.asarray((1 + np.exp(np.sqrt(rate / 6) * x - 5 * rate / 6 * t)) ** -2.0)

    return Case(solver, front, lambda: problem.solve(solver, nothing, front, rate, term, method))


def wave(body: Body, mode: int, strength: float) -> Case:
    """A standing wave; where strength is not 0, with strength u^3 and the forcing that keeps it standing."""
    problem = Wave(1.0)
    solver, term = problem.solver(body), ChebyshevSurrogate.fit(lambda u: u**3, -2.0, 2.0, 3)

    def standing(points: Floats) -> Floats:
        x, t = mode * np.pi * points.T
        return np.asarray(np.sin(x) * np.cos(t))

    def forcing(points: Floats) -> Floats:
        return np.asarray(strength * standing(points) ** 3)

    return Case(
        solver, standing, lambda: problem.solve(solver, forcing, standing, nothing, strength, term, "newton")
    )


def helmholtz(body: Body, mode: int, wavenumber: float) -> Case:
    """Sin sin + x y, and the forcing that makes it the solution."""
    problem = Helmholtz(wavenumber)
    solver = problem.solver(body)

    def solution(points: Floats) -> Floats:
        x, y = points.T
        return np.asarray(np.sin(mode * np.pi * x) * np.sin(np.pi * y) + x * y)

    def forcing(points: Floats) -> Floats:
        x, y = points.T
        curved = -(mode**2 + 1) * np.pi**2 * np.sin(mode * np.pi * x) * np.sin(np.pi * y)
        return np.asarray(curved + wavenumber**2 * solution(points))

    return Case(solver, solution, lambda: problem.solve(solver, forcing, solution))


def fields_table(body: Body) -> dict[str, float]:
    """The other equations on the square, on the same body."""
    rows = {
        "Fisher, r 0.5 1 4, series 20": (
            [fisher(body, r, "series") for r in (0.5, 1.0, 4.0)],
            "error 1e-3, 0.2 s",
        ),
        "Fisher, r 0.5 1 4, Newton": ([fisher(body, r, "newton") for r in (0.5, 1.0, 4.0)], ""),
        "wave, modes 1 2 3": ([wave(body, m, 0.0) for m in (1, 2, 3)], "error 1e-3, 0.2 s"),
        "wave + u^3 / 2, modes 1 2 3, Newton": ([wave(body, m, 0.5) for m in (1, 2, 3)], "error 1e-3, 0.2 s"),
        "Poisson, modes 1 2 3": ([helmholtz(body, m, 0.0) for m in (1, 2, 3)], ""),
        "Helmholtz, k 5, modes 1 2 3": ([helmholtz(body, m, 5.0) for m in (1, 2, 3)], ""),
    }
    print("\nOther equations on the same body, exact solutions known; mean of three")
    print(f"{'':<36}{'MSE':>10}{'rel. error':>13}{'rel. residual':>15}{'solve s':>10}   published")
    found = {}
    for name, (cases, published) in rows.items():
        done = []
        for case in cases:
            start = time.process_time()
            solved = case.solve()
            spent, wanted = time.process_time() - start, case.exact(case.solver.between)
            off = case.solver.values(solved.head) - wanted
            done.append(
                (float(np.mean(off**2)), np.linalg.norm(off) / np.linalg.norm(wanted), solved.residual, spent)
            )
        mse, error, residual, seconds = map(float, np.mean(np.array(done), axis=0))
        found[name] = mse
        percent = f"{100 * error:>11.1e} %{100 * residual:>13.1e} %"
        print(f"{name:<36}{mse:>10.1e}{percent}{seconds:>10.3f}   {published}")
    return found
