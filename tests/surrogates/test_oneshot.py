"""One-shot heads: against a classical solver, inside and outside what the polynomials know."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

torch = pytest.importorskip("torch")

from lantern.errors import SurrogateError  # noqa: E402
from lantern.surrogates.oneshot import (  # noqa: E402
    Body,
    ChebyshevSurrogate,
    Helmholtz,
    Oscillator,
    ReactionDiffusion,
    Wave,
    pretrain_oscillators,
)
from lantern.surrogates.oneshot.chebyshev import PowerSeries  # noqa: E402

TIME = Body([0.0], [5.0], (48, 48))


def classical(case, forcing, start, beta=0.0, g=np.sin):
    def slope(t, y):
        return [y[1], forcing(t) - case.damping * y[1] - case.stiffness * y[0] - beta * g(y[0])]

    return solve_ivp(slope, (0, 5), start, "DOP853", case.grid()[:, 0], rtol=1e-10, atol=1e-12).y[0]


def forcing(t):
    return 1.7 * np.cos(2.1 * t)


@pytest.mark.parametrize(("damping", "stiffness"), [(0.5, 4.5), (2.0, 1.0), (4.5, 0.5)])
def test_linear_oscillators_in_one_shot(damping, stiffness):
    case = Oscillator(damping, stiffness)
    solver = case.solver(TIME)
    solved = case.solve(solver, forcing, 2.0, -0.5)
    error = np.mean((solver.values(solved.head) - classical(case, forcing, (2.0, -0.5))) ** 2)
    assert error < 1.35e-6 / 1000  # a thousandth of the published figure
    assert solved.residual < 1e-6


@pytest.mark.parametrize("method", ["series", "newton", "picard"])
def test_duffing(method):
    cube = ChebyshevSurrogate.fit(lambda x: x**3, -2.0, 2.0, 3)
    case = Oscillator(1.0, 2.0)
    solver = case.solver(TIME)
    solved = case.solve(solver, forcing, 0.8, 0.3, 0.5, cube, method)
    error = np.mean(
        (solver.values(solved.head) - classical(case, forcing, (0.8, 0.3), 0.5, lambda x: x**3)) ** 2
    )
    assert error < 3.3e-7 / 100
    assert solved.residual < 1e-4


def test_the_series_gets_better_with_every_order():
    cube = ChebyshevSurrogate.fit(lambda x: x**3, -2.0, 2.0, 3)
    case = Oscillator(1.0, 2.0)
    solver = case.solver(TIME)
    residuals = [case.solve(solver, forcing, 0.8, 0.3, 0.4, cube, orders=p).residual for p in (1, 4, 8, 12)]
    assert residuals == sorted(residuals, reverse=True)
    assert residuals[-1] < residuals[0] / 100


def test_a_strong_term_is_refused_by_the_series_and_solved_by_newton():
    cube = ChebyshevSurrogate.fit(lambda x: x**3, -2.0, 2.0, 3)
    case = Oscillator(0.5, 0.5)
    solver = case.solver(TIME)
    with pytest.raises(SurrogateError, match="Newton"):
        case.solve(solver, forcing, 1.5, 0.5, 3.0, cube)
    solved = case.solve(solver, forcing, 1.5, 0.5, 3.0, cube, "newton")
    error = np.mean(
        (solver.values(solved.head) - classical(case, forcing, (1.5, 0.5), 3.0, lambda x: x**3)) ** 2
    )
    assert error < 1e-4
    assert solved.residual < 1e-2


def test_an_interval_is_widened_until_it_covers_the_solution():
    narrow = ChebyshevSurrogate.fit(np.cos, -0.2, 0.2, 20)
    case = Oscillator(1.0, 2.0)
    solver = case.solver(TIME)
    solved = case.solve(solver, forcing, 1.5, 0.0, 0.3, narrow)
    values = solver.values(solved.head)
    assert solved.interval[0] <= values.min()
    assert solved.interval[1] >= values.max()
    assert np.mean((values - classical(case, forcing, (1.5, 0.0), 0.3, np.cos)) ** 2) < 1e-10


def test_a_pole_is_not_crossed():
    term = ChebyshevSurrogate.fit(lambda u: u / (1 + u), -0.5, 1.0, 20, allowed=(-1.0, np.inf))
    case = Oscillator(0.5, 4.0)
    with pytest.raises(SurrogateError, match="smooth"):
        case.solve(case.solver(TIME), forcing, -3.0, 0.0, 0.2, term)
    with pytest.raises(SurrogateError, match="reaches beyond"):
        ChebyshevSurrogate.fit(lambda u: 1 / u, -1.0, 1.0, 10, allowed=(0.0, np.inf))
    with pytest.raises(SurrogateError, match="interval"):
        ChebyshevSurrogate.fit(np.sin, 1.0, 1.0)
    with pytest.raises(SurrogateError, match="not finite"):
        ChebyshevSurrogate.fit(np.sqrt, -1.0, 1.0)


def test_the_polynomial_of_a_power_series_is_exact():
    """Against composition done with numpy's polynomials in the small parameter; 1/x^2 included."""
    for function, low, high in ((np.cos, -3.0, 3.0), (lambda x: x**-2.0, 0.5, 4.0)):
        term = ChebyshevSurrogate.fit(function, low, high, 24)
        parts = np.array([[1.3, 2.0], [0.2, -0.1], [0.05, 0.3], [-0.02, 0.1]])
        series = PowerSeries(term, 2, 4)
        found = np.array([series.add(part) for part in parts])
        small = 1e-3
        powers = small ** np.arange(4)
        composed, direct = powers @ found, term(powers @ parts)
        assert composed == pytest.approx(direct, abs=1e-10)
        steps = np.array([-2, -1, 0, 1, 2]) * 0.01
        values = np.array([term(e ** np.arange(4) @ parts) for e in steps])
        assert found[:3] == pytest.approx(np.polynomial.polynomial.polyfit(steps, values, 4)[:3], rel=1e-3)


def test_chebyshev_derivative_and_coverage():
    term = ChebyshevSurrogate.fit(np.sin, -2.0, 2.0, 20)
    x = np.linspace(-2, 2, 50)
    assert term(x) == pytest.approx(np.sin(x), abs=1e-12)
    assert term.derivative(x) == pytest.approx(np.cos(x), abs=1e-10)
    assert term.covers(x)
    assert not term.covers(x + 0.1)
    assert term.error < 1e-12


def test_derivatives_of_a_body_are_exact():
    body = Body([0.0, -1.0], [1.0, 2.0], (12, 10), seed=3)
    points = np.random.default_rng(0).uniform([0, -1], [1, 2], size=(7, 2))
    jets = body.arrays(points)
    for axis in range(2):
        shift = np.zeros(2)
        shift[axis] = 1e-4
        up, down = body.arrays(points + shift).value, body.arrays(points - shift).value
        assert jets.first[axis] == pytest.approx((up - down) / 2e-4, abs=1e-5)
        assert jets.second[axis] == pytest.approx((up + down - 2 * jets.value) / 1e-8, abs=1e-4)


def test_pretraining_lowers_what_the_best_heads_leave():
    def left(body):
        found = []
        for damping, stiffness in ((0.6, 4.0), (1.0, 4.4), (3.0, 3.0)):
            case = Oscillator(damping, stiffness)
            found.append(case.solve(case.solver(body), forcing, 1.0, 0.0).residual)
        return np.median(found)

    body = Body([0.0], [5.0], (32, 32), seed=1, reach=0.5)
    before = left(body)
    pretrain_oscillators(body, steps=100, tasks=8)
    assert left(body) < before / 20


@pytest.fixture(scope="module")
def diffusion():
    problem = ReactionDiffusion(1.0)
    return problem, problem.solver(Body([0.0, 0.0], [1.0, 1.0], (32, 128), reach=3.0), 20)


@pytest.mark.parametrize("method", ["series", "picard"])
def test_reaction_and_diffusion(diffusion, method):
    problem, solver = diffusion

    def reaction(u):
        return u / (1 + u) - 0.2 * u

    def solution(points):
        x, t = points.T
        return 1.5 * x * (x - 1) * np.sin(4 * t) + 0.3

    def source(points):
        x, t = points.T
        moving = 6 * x * (x - 1) * np.cos(4 * t) - 3 * np.sin(4 * t)
        return moving - 0.5 * reaction(solution(points))

    term = ChebyshevSurrogate.fit(reaction, -0.9, 1.0, 30, allowed=(-1.0, np.inf))
    solved = problem.solve(solver, source, solution, 0.5, term, method)
    wanted = solution(solver.between)
    off = solver.values(solved.head) - wanted
    assert np.mean(off**2) < 7.12e-5 / 100
    assert np.linalg.norm(off) / np.linalg.norm(wanted) < 0.0116 / 10
    assert solved.residual < 0.101 / 10


@pytest.mark.parametrize("method", ["series", "newton"])
@pytest.mark.parametrize("rate", [0.5, 2.0])
def test_a_travelling_front(diffusion, method, rate):
    """Fisher's equation against its exact front; published errors are about 1e-3."""
    problem, solver = diffusion
    term = ChebyshevSurrogate.fit(lambda u: u * (1 - u), -0.5, 1.5, 2)

    def front(points):
        x, t = points.T
        return (1 + np.exp(np.sqrt(rate / 6) * x - 5 * rate / 6 * t)) ** -2.0

    solved = problem.solve(solver, lambda points: np.zeros(len(points)), front, rate, term, method)
    wanted = front(solver.between)
    assert np.linalg.norm(solver.values(solved.head) - wanted) < 1e-5 * np.linalg.norm(wanted)
    assert solved.residual < 1e-4


@pytest.mark.parametrize("strength", [0.0, 0.5])
def test_standing_waves(strength):
    body, problem = Body([0.0, 0.0], [1.0, 1.0], (64, 256), reach=3.0), Wave(1.0)
    solver, term = problem.solver(body), ChebyshevSurrogate.fit(lambda u: u**3, -2.0, 2.0, 3)

    def standing(points):
        x, t = np.pi * points.T
        return np.sin(x) * np.cos(t)

    still = lambda points: np.zeros(len(points))  # noqa: E731
    solved = problem.solve(
        solver, lambda p: strength * standing(p) ** 3, standing, still, strength, term, "newton"
    )
    off = solver.values(solved.head) - standing(solver.between)
    assert np.abs(off).max() < 1e-4
    assert solved.residual < 1e-3  # where nothing forces it, relative to the conditions


@pytest.mark.parametrize("wavenumber", [0.0, 5.0])
def test_poisson_and_helmholtz(wavenumber):
    body, problem = Body([0.0, 0.0], [1.0, 1.0], (64, 256), reach=3.0), Helmholtz(wavenumber)
    solver = problem.solver(body)

    def solution(points):
        x, y = points.T
        return np.sin(np.pi * x) * np.sin(2 * np.pi * y) + x * y

    def source(points):
        x, y = points.T
        curved = -5 * np.pi**2 * np.sin(np.pi * x) * np.sin(2 * np.pi * y)
        return curved + wavenumber**2 * solution(points)

    solved = problem.solve(solver, source, solution)
    assert np.abs(solver.values(solved.head) - solution(solver.between)).max() < 1e-4
    assert solved.residual < 1e-3


def test_an_unknown_method_is_refused():
    case = Oscillator(1.0, 1.0)
    term = ChebyshevSurrogate.fit(np.cos, -3.0, 3.0)
    with pytest.raises(ValueError, match="newton"):
        case.solve(case.solver(TIME), forcing, 0.0, 0.0, 0.1, term, "guess")
