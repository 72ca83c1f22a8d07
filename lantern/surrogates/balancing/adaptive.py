"""Published adaptive rules, each from its paper: they look at loss values or at gradients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from lantern.surrogates.balancing.base import Balancer


class SoftAdapt(Balancer):
    """Weights by the rate of change: a softmax of beta times each loss's relative change.

    Heydari, Thompson and Mehmood 2019: a loss that falls more slowly gets more weight.
    """

    def __init__(self, names: Sequence[str], beta: float = 0.1) -> None:
        super().__init__(names)
        self.beta = beta
        self._last: Tensor | None = None

    def forward(self, losses: Mapping[str, Tensor]) -> Tensor:
        """Return the weighted sum."""
        values = self.stack(losses)
        seen = values.detach()
        if self._last is None:
            weights = torch.ones_like(seen)
        else:
            change = seen - self._last
            rate = change / (change.abs().sum() + 1e-12)
            weights = len(self.names) * torch.softmax(self.beta * rate, dim=0)
        self._last = seen
        return self.weighted(weights, values)


class ReLoBRaLo(Balancer):
    """Relative loss balancing with random lookback (Bischof and Kraus 2021, arXiv 2110.09813).

    Parameters
    ----------
    names : sequence of str
    decay : float
        alpha, how slowly weights change.
    lookback : float
        Expected rho: the chance of comparing with the last step rather than with the first.
    temperature : float
        tau.
    seed : int
        Of the random lookback.
    """

    def __init__(
        self,
        names: Sequence[str],
        decay: float = 0.95,
        lookback: float = 0.99,
        temperature: float = 1.0,
        seed: int = 0,
    ) -> None:
        super().__init__(names)
        self.decay, self.lookback, self.temperature = decay, lookback, temperature
        self._generator = torch.Generator().manual_seed(seed)
        self._first: Tensor | None = None
        self._last: Tensor | None = None

    def _balance(self, values: Tensor, before: Tensor) -> Tensor:
        ratio = values / (self.temperature * before + 1e-12)
        return len(self.names) * torch.softmax(ratio, dim=0)

    def forward(self, losses: Mapping[str, Tensor]) -> Tensor:
        """Return the weighted sum."""
        values = self.stack(losses)
        seen = values.detach()
        if self._first is None or self._last is None:
            self._first, weights = seen, torch.ones_like(seen)
        else:
            keep = float(torch.rand((), generator=self._generator) < self.lookback)
            history = keep * self._weights.to(seen) + (1 - keep) * self._balance(seen, self._first)
            weights = self.decay * history + (1 - self.decay) * self._balance(seen, self._last)
        self._last = seen
        return self.weighted(weights, values)


class SelfAdaptive(Balancer):
    """The network minimises, the weights maximise (McClenny and Braga-Neto 2023, here one weight a loss).

    The mask is a softplus. The ascent is done by turning the weights' gradient round, so that one optimiser
    serves both players.
    """

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(names)
        self.raw = nn.Parameter(torch.full((len(self.names),), 0.5413))  # softplus of it is 1

    def forward(self, losses: Mapping[str, Tensor]) -> Tensor:
        """Return the weighted sum."""
        values = self.stack(losses)
        turned = 2 * self.raw.detach() - self.raw  # the same value, the opposite gradient
        weights = nn.functional.softplus(turned).to(values)
        self._weights = weights.detach()
        return (weights * values).sum()


class _GradientRule(Balancer):
    """A rule that looks at the gradient of each loss for the network's parameters.

    Parameters
    ----------
    names : sequence of str
    shared : sequence of Parameter
        Parameters of the network that all losses reach.
    decay : float
        Of the running mean of the weights.
    every : int
        Steps between two looks; each costs one backward pass a loss.
    """

    def __init__(
        self, names: Sequence[str], shared: Sequence[nn.Parameter], decay: float = 0.9, every: int = 10
    ) -> None:
        super().__init__(names)
        self._shared = list(shared)  # in a list they do not become parameters of the balancer
        self.decay, self.every, self._calls = decay, every, 0

    def _gradients(self, losses: Tensor) -> list[Tensor]:
        found = []
        for loss in losses:
            parts = torch.autograd.grad(loss, self._shared, retain_graph=True, allow_unused=True)
            kept = [part.flatten() for part in parts if part is not None]
            found.append(torch.cat(kept) if kept else loss.new_zeros(1))
        return found

    def _rule(self, gradients: list[Tensor]) -> Tensor:
        raise NotImplementedError

    def forward(self, losses: Mapping[str, Tensor]) -> Tensor:
        """Return the weighted sum."""
        values = self.stack(losses)
        weights = self._weights.to(values)
        if torch.is_grad_enabled() and self._calls % self.every == 0:
            wanted = self._rule(self._gradients(values))
            weights = wanted if self._calls == 0 else self.decay * weights + (1 - self.decay) * wanted
        self._calls += 1
        return self.weighted(weights, values)


class GradientNorm(_GradientRule):
    """Equal pull: all gradient norms over a loss's own (Wang et al. 2023, arXiv 2308.08468)."""

    def _rule(self, gradients: list[Tensor]) -> Tensor:
        norms = torch.stack([gradient.norm() for gradient in gradients])
        return norms.sum() / (norms + 1e-8) / len(self.names)


class LearningRateAnnealing(_GradientRule):
    """Largest gradient of the first loss over the mean gradient of each other.

    Wang, Teng and Perdikaris 2021. The first name is the reference (the residual, in the paper) and keeps
    weight one.
    """

    def _rule(self, gradients: list[Tensor]) -> Tensor:
        largest = gradients[0].abs().max()
        others = [largest / (gradient.abs().mean() + 1e-12) for gradient in gradients[1:]]
        return torch.stack([torch.ones_like(largest), *others])
