"""Balancers by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import nn

from lantern.surrogates.balancing.adaptive import (
    GradientNorm,
    LearningRateAnnealing,
    ReLoBRaLo,
    SelfAdaptive,
    SoftAdapt,
)
from lantern.surrogates.balancing.base import Balancer, Fixed
from lantern.surrogates.balancing.learned import Homoscedastic, NaiveBlend, PriorBlend

Maker = Callable[[Sequence[str], Sequence[nn.Parameter]], Balancer]

BALANCERS: dict[str, Maker] = {
    "fixed": lambda names, _: Fixed(names),
    "homoscedastic": lambda names, _: Homoscedastic(names),
    "prior_blend": lambda names, _: PriorBlend(names),
    "naive_blend": lambda names, _: NaiveBlend(names),
    "relobralo": lambda names, _: ReLoBRaLo(names),
    "softadapt": lambda names, _: SoftAdapt(names),
    "gradient_norm": lambda names, shared: GradientNorm(names, shared),
    "lr_annealing": lambda names, shared: LearningRateAnnealing(names, shared),
    "self_adaptive": lambda names, _: SelfAdaptive(names),
}


def make_balancer(kind: str, names: Sequence[str], shared: Sequence[nn.Parameter] = ()) -> Balancer:
    """Make a balancer with its published settings.

    Parameters
    ----------
    kind : str
        One of ``BALANCERS``.
    names : sequence of str
        Names of the losses.
    shared : sequence of Parameter
        The network's parameters; only the gradient rules look at them.

    Raises
    ------
    ValueError
        If there is no such balancer.
    """
    if kind not in BALANCERS:
        raise ValueError(f"there is no balancer {kind!r}; choose one of {', '.join(BALANCERS)}")
    return BALANCERS[kind](names, shared)
