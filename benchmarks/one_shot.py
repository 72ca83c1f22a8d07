"""One-shot heads on a frozen body, beside published figures and a classical solver.

Usage: ``python benchmarks/one_shot.py [--cases 16] [--json FILE]``. Needs torch.

Published figures are printed as their repositories print them (Rao and Protopapas, arXiv 2605.01634; Lei et
al., arXiv 2311.14931); their ranges of forcing are not all public, ours are in this file. Times are CPU
seconds of this process.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal, ParamSpec, TypeVar

import numpy as np
import torch
from numpy.polynomial import chebyshev
from numpy.typing import NDArray
from one_shot_fields import diffusion_table
from scipy.integrate import solve_ivp

from lantern.errors import SurrogateError
from lantern.surrogates.oneshot import (
    Body,
    ChebyshevSurrogate,
    Oscillator,
    pretrain_oscillators,
)
from lantern.surrogates.oneshot.body import ArrayJets

Floats = NDArray[np.float64]
Function = Callable[[Floats], Floats]
P = ParamSpec("P")
R = TypeVar("R")


class Polynomials(Body):
    """No network: Chebyshev polynomials of time as the body, the peer that needs no training at all."""

    def arrays(self, points: Floats) -> ArrayJets:
        """Polynomials and their derivatives."""
        scale = 2.0 / (self.high[0] - self.low[0])
        s = (points[:, 0] - self.low[0]) * scale - 1.0
        unit = np.eye(self.hidden[0])
        parts = [chebyshev.chebval(s, chebyshev.chebder(unit, order)).T * scale**order for order in range(3)]
        value, first, second = (np.asarray(part, dtype=np.float64) for part in parts)
        return ArrayJets(value, first[None], second[None])


def reference(
    case: Oscillator, forcing: Function, start: tuple[float, float], beta: float = 0.0, g: Function = np.sin,
    method: Literal["RK45", "DOP853"] = "DOP853", rtol: float = 1e-11,
) -> Floats:  # fmt: skip
    """A classical solver at the times where solutions are judged."""

    def slope(t: float, y: Floats) -> list[float]:
        drag = case.damping * y[1] + case.stiffness * y[0] + beta * g(y[0])
        return [y[1], float(forcing(np.asarray(t))) - drag]

    solved = solve_ivp(
        slope, (0.0, case.horizon), start, method, case.grid()[:, 0], rtol=rtol, atol=rtol / 10
    )
    return np.asarray(solved.y[0])


def timed(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> tuple[R, float]:
    """Result and CPU seconds."""
    start = time.process_time()
    done = work(*args, **kwargs)
    return done, time.process_time() - start


def draw(generator: np.random.Generator) -> tuple[Oscillator, Function, tuple[float, float]]:
    """A random oscillator of section 3.1: gamma cos(omega t)."""
    damping, stiffness = generator.uniform(0.5, 4.5, size=2)
    gamma, omega = generator.uniform(0.5, 3.0, size=2)
    start = (float(generator.uniform(-3, 3)), float(generator.uniform(-1, 1)))
    return Oscillator(float(damping), float(stiffness)), lambda t: gamma * np.cos(omega * t), start


def bodies() -> dict[str, tuple[Body, float]]:
    """Bodies to compare and the CPU seconds of their pretraining."""
    trained = Body([0.0], [5.0], (64, 64), reach=0.5)
    _, seconds = timed(pretrain_oscillators, trained)
    return {
        "body pretrained (variable projection)": (trained, seconds),
        "the same, not trained": (Body([0.0], [5.0], (64, 64), reach=0.5), 0.0),
        "body drawn at a better scale": (Body([0.0], [5.0], (64, 64)), 0.0),
        "Chebyshev polynomials, no network": (Polynomials([0.0], [5.0], (40,)), 0.0),
    }


def linear_table(made: dict[str, tuple[Body, float]], cases: int) -> dict[str, float]:
    print("Linear oscillators, x(t) on [0, 5]; published: MSE 1.35e-6, solver 0.0025 s, one-shot 0.018 s")
    columns = ("pretrain s", "mean MSE", "largest", "residual", "prepare s", "solve s")
    print(" " * 40 + "".join(f"{name:>11}" for name in columns))
    found = {}
    for name, (body, pretraining) in made.items():
        rows = []
        generator = np.random.default_rng(0)
        for _ in range(cases):
            case, forcing, start = draw(generator)
            solver, preparing = timed(case.solver, body)
            solved, solving = timed(case.solve, solver, forcing, *start)
            error = float(np.mean((solver.values(solved.head) - reference(case, forcing, start)) ** 2))
            rows.append((error, solved.residual, preparing, solving))
        error, residual, preparing, solving = map(float, np.mean(np.array(rows), axis=0))
        found[name] = error
        worst = float(max(row[0] for row in rows))
        line(name, f"{pretraining:.2f}", error, worst, residual, f"{preparing:.4f}", solving)
    peers: tuple[tuple[Literal["RK45", "DOP853"], float], ...] = (("RK45", 1e-6), ("DOP853", 1e-11))
    for method, rtol in peers:
        generator, seconds, errors = np.random.default_rng(0), [], []
        for _ in range(cases):
            case, forcing, start = draw(generator)
            values, spent = timed(reference, case, forcing, start, method=method, rtol=rtol)
            seconds.append(spent)
            errors.append(np.mean((values - reference(case, forcing, start, rtol=1e-13)) ** 2))
        line(
            f"scipy {method}, rtol {rtol:.0e}",
            "-",
            float(np.mean(errors)),
            float(max(errors)),
            None,
            "-",
            float(np.mean(seconds)),
        )
    return found


def line(
    name: str,
    first: str,
    error: float,
    worst: float | None,
    residual: float | None,
    before: str,
    seconds: float,
) -> None:
    """One row of the first table."""
    numbers = "".join(
        f"{value:>11.1e}" if value is not None else f"{'-':>11}" for value in (error, worst, residual)
    )
    print(f"{name:<40}{first:>11}{numbers}{before:>11}{seconds:>11.5f}")


def retraining(body: Body, steps: int = 1000) -> tuple[float, float]:
    """What one-shot replaces: gradient descent on the head alone, from zero; MSE and CPU seconds."""
    case, forcing, start = draw(np.random.default_rng(0))
    solver = case.solver(body)
    rows = [solver.scale * solver.linear, *(s * r for s, r in zip(solver.scales, solver.rows, strict=True))]
    matrix = torch.from_numpy(np.concatenate(rows))
    right = [solver.scale * forcing(solver.points[:, 0])]
    right += [np.array([scale * value]) for scale, value in zip(solver.scales, start, strict=True)]
    target = torch.from_numpy(np.concatenate(right))
    head = torch.zeros(matrix.shape[1], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.Adam([head], lr=1e-2)

    def descend() -> None:
        for _ in range(steps):
            optimiser.zero_grad()
            (matrix @ head - target).square().sum().backward()  # type: ignore[no-untyped-call]
            optimiser.step()

    _, seconds = timed(descend)
    error = np.mean((solver.values(head.detach().numpy()) - reference(case, forcing, start)) ** 2)
    return float(error), seconds


TERMS: dict[str, tuple[Function, tuple[float, float], int, tuple[float, float]]] = {
    "x^3 (Duffing)": (lambda x: x**3, (-2.0, 2.0), 3, (-np.inf, np.inf)),
    "cos x": (np.cos, (-3.5, 3.5), 24, (-np.inf, np.inf)),
    "1/x^2": (lambda x: x**-2.0, (0.5, 4.0), 30, (0.02, np.inf)),
}


def nonlinear_case(
    name: str, generator: np.random.Generator
) -> tuple[Oscillator, Function, tuple[float, float]]:
    """1/x^2 gets the forcing gamma - exp(-t) and starts away from its pole; Duffing starts within [-1, 1]."""
    case, forcing, start = draw(generator)
    if name == "1/x^2":
        gamma = generator.uniform(2.0, 4.0)
        return Oscillator(4.0, 1.5), lambda t: gamma - np.exp(-t), (float(generator.uniform(1.0, 2.0)), 0.0)
    return (case, forcing, (start[0] / 3, start[1])) if "Duffing" in name else (case, forcing, start)


def nonlinear_table(body: Body, cases: int) -> dict[str, float]:
    print("\nNonlinear oscillators; MSE of those solved / share refused with a message")
    print("(published: Duffing, beta 0.5, order 21: MSE 3.3e-7)")
    columns = ("series 5", "series 20", "Picard", "Newton")
    print(f"{'':<18}{'beta':>6}" + "".join(f"{name:>20}" for name in columns) + f"{'Newton steps':>14}")
    found = {}
    for name, (function, interval, degree, allowed) in TERMS.items():
        term = ChebyshevSurrogate.fit(function, *interval, degree, allowed)
        for beta in (0.2, 0.5, 2.0):
            cells, steps = [], 0.0
            for method, orders in (("series", 5), ("series", 20), ("picard", 0), ("newton", 0)):
                generator, errors, refused = np.random.default_rng(1), [], 0
                for _ in range(cases):
                    case, forcing, start = nonlinear_case(name, generator)
                    solver = case.solver(body)
                    try:
                        solved = case.solve(solver, forcing, *start, beta, term, method, orders)
                    except SurrogateError:
                        refused += 1
                        continue
                    steps = solved.iterations
                    wanted = reference(case, forcing, start, beta, function)
                    errors.append(np.mean((solver.values(solved.head) - wanted) ** 2))
                mean = float(np.mean(errors)) if errors else float("nan")
                found[f"{name} {beta} {method} {orders}"] = mean
                cells.append(f"{mean:>11.1e} / {100 * refused / cases:>3.0f} %")
            print(f"{name:<18}{beta:>6}" + "".join(f"{cell:>20}" for cell in cells) + f"{steps:>14.0f}")
    return found


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--cases", type=int, default=16)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    made = bodies()
    found = linear_table(made, options.cases)
    body = made["body pretrained (variable projection)"][0]
    error, seconds = retraining(body)
    line("head by gradient descent, 1000 steps", "-", error, None, None, "-", seconds)
    found |= nonlinear_table(body, options.cases)
    found |= diffusion_table(options.cases)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
