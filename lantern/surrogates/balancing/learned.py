"""The learnable blending neuron: forms that are sound, and the naive one that is not.

The equation of arXiv 2605.05217 is not public. These are our own forms of its idea, that one extra neuron
weighs data against physics by their uncertainty; the naive form is kept to show why a sigmoid is not enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from lantern.surrogates.balancing.base import Balancer


class Homoscedastic(Balancer):
    r"""Weights by learned uncertainty: :math:`\sum_i \tfrac12 e^{-s_i} L_i + \tfrac12 s_i`.

    Kendall, Gal and Cipolla 2018. At the optimum :math:`e^{s_i} = L_i`: each weighted term is one half, so
    the scale of a loss does not matter.

    Parameters
    ----------
    names : sequence of str
    floor : float
        Losses below it are taken no smaller: a loss that reaches zero would else get infinite weight.
    """

    def __init__(self, names: Sequence[str], floor: float = 1e-6) -> None:
        super().__init__(names)
        self.log_variance = nn.Parameter(torch.zeros(len(self.names)))
        self.lowest = float(np.log(floor))

    def forward(self, losses: Mapping[str, Tensor]) -> Tensor:
        """Return the negative log likelihood."""
        values = self.stack(losses)
        logs = self.log_variance.clamp(min=self.lowest).to(values)
        self._weights = (0.5 * torch.exp(-logs)).detach()
        return (0.5 * torch.exp(-logs) * values + 0.5 * logs).sum()


class PriorBlend(Balancer):
    r"""Convex blend with a prior: :math:`\sum_i w_i L_i / L_i(0) - \tau \sum_i p_i \log w_i`, w a softmax.

    The second term is, but for a constant, :math:`\tau\,KL(p \| w)`: no weight can reach zero. At the optimum
    :math:`w_i = \tau p_i / (L_i/L_i(0) + \mu)` with :math:`\mu` such that they add up to one: the term that
    has been fitted better gets more weight, within what the prior allows.

    Parameters
    ----------
    names : sequence of str
    prior : sequence of float, optional
        Expected weights; equal by default.
    strength : float
        tau, above 0. Large: the prior rules.
    """

    def __init__(
        self, names: Sequence[str], prior: Sequence[float] | None = None, strength: float = 1.0
    ) -> None:
        super().__init__(names)
        shares = torch.tensor(prior if prior is not None else [1.0] * len(self.names))
        if strength <= 0 or len(shares) != len(self.names) or bool((shares <= 0).any()):
            raise ValueError("prior needs one positive number per loss, and strength must be above 0")
        self.prior = shares / shares.sum()
        self.strength = strength
        self.logits = nn.Parameter(self.prior.log())
        self._first: Tensor | None = None

    def forward(self, losses: Mapping[str, Tensor]) -> Tensor:
        """Return the blend plus the prior's term."""
        values = self.stack(losses)
        if self._first is None:
            self._first = values.detach().clamp(min=1e-12)
        logs = torch.log_softmax(self.logits.to(values), dim=0)
        self._weights = (logs.exp() / self._first).detach()
        blend = (logs.exp() * values / self._first).sum()
        return blend - self.strength * (self.prior.to(values) * logs).sum()

    def shares(self) -> dict[str, float]:
        """The blend itself: weights of the normalised losses, which add up to one."""
        return dict(zip(self.names, torch.softmax(self.logits.detach(), dim=0).tolist(), strict=True))


class NaiveBlend(Balancer):
    r"""The unsound form, as an ablation: :math:`s L_1 + (1 - s) L_2`, s a sigmoid, nothing else.

    Its gradient for the logit is :math:`s (1 - s)(L_1 - L_2)`: it always moves weight to the smaller loss, so
    it ends by ignoring the harder term. With more than two losses, a softmax.
    """

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(names)
        self.logits = nn.Parameter(torch.zeros(len(self.names)))

    def forward(self, losses: Mapping[str, Tensor]) -> Tensor:
        """Return the blend."""
        values = self.stack(losses)
        shares = torch.softmax(self.logits.to(values), dim=0)
        self._weights = shares.detach()
        return (shares * values).sum()


class PrecisionBlend(NamedTuple):
    """A prediction-level blend.

    Attributes
    ----------
    share : float
        Weight of the network, in [0, 1]; the physics has the rest.
    deviation : float
        Standard deviation that the blend's error would have if the two errors were independent.
    """

    share: float
    deviation: float

    def __call__(self, network: NDArray[np.float64], physics: NDArray[np.float64]) -> NDArray[np.float64]:
        """Blend two predictions."""
        return self.share * network + (1.0 - self.share) * physics


def precision_blend(
    network_errors: NDArray[np.float64], physics_errors: NDArray[np.float64]
) -> PrecisionBlend:
    """Weigh two predictors by the inverse of the mean square of their errors on data neither was fitted to.

    Parameters
    ----------
    network_errors, physics_errors : float64[n]
        Held-out errors, same units.
    """
    network = float(np.mean(np.square(network_errors))) + 1e-300
    physics = float(np.mean(np.square(physics_errors))) + 1e-300
    return PrecisionBlend(
        physics / (network + physics), float(np.sqrt(network * physics / (network + physics)))
    )
