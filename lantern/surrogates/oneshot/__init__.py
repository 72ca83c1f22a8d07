"""One-shot transfer: a frozen body, a head solved in closed form, polynomials for what is nonlinear."""

from lantern.surrogates.oneshot.body import Body, Jets
from lantern.surrogates.oneshot.chebyshev import ChebyshevSurrogate
from lantern.surrogates.oneshot.families import Oscillator, pretrain_oscillators
from lantern.surrogates.oneshot.fields import Helmholtz, ReactionDiffusion, Wave
from lantern.surrogates.oneshot.solver import Condition, OneShotSolver, Solution

__all__ = [
    "Body",
    "ChebyshevSurrogate",
    "Condition",
    "Helmholtz",
    "Jets",
    "OneShotSolver",
    "Oscillator",
    "ReactionDiffusion",
    "Solution",
    "Wave",
    "pretrain_oscillators",
]
