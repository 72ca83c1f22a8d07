"""A mixture of experts over operating regimes, linear in its last layer.

CPMoE-style: a router, regime-specific experts, a load-balance term. The equations of CPMoE (arXiv 2604.26571)
are not public; this is our own definition, not a reproduction of theirs.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from lantern.surrogates.nets import mlp

Floats = NDArray[np.float64]


class MixtureOfExperts(nn.Module):
    r"""A linear part and gated experts: :math:`y = A x + \sum_k p_k(r) (B_k \phi_k(x) + b_k)`.

    p is a softmax of a small network of the regime r; each phi_k has one hidden layer and tanh features.
    Written as features :math:`\psi = (x, p_k \phi_k, p_k)` and one matrix, so that the matrix can be solved
    in closed form.

    Parameters
    ----------
    inputs, regime, outputs : int
        Sizes of x, r and y.
    experts : int
    hidden, features : int
        Sizes of each expert's hidden layer and of its features.
    seed : int
    groups : int
        Nets that were put beside one another (:mod:`lantern.surrogates.process.pooling`): each routes among
        its own experts and has the same part of the whole.
    """

    def __init__(
        self,
        inputs: int,
        regime: int,
        outputs: int,
        experts: int = 4,
        hidden: int = 48,
        features: int = 24,
        seed: int = 0,
        groups: int = 1,
    ) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.sizes = {
            "inputs": inputs,
            "regime": regime,
            "outputs": outputs,
            "experts": experts,
            "hidden": hidden,
            "features": features,
            "groups": groups,
        }
        self.router = mlp((regime, 16 * groups, experts), generator)
        self.first = nn.Parameter(self._draw(generator, experts, inputs, hidden))
        self.first_bias = nn.Parameter(torch.zeros(experts, 1, hidden))
        self.second = nn.Parameter(self._draw(generator, experts, hidden, features))
        self.second_bias = nn.Parameter(torch.zeros(experts, 1, features))
        self.head = nn.Parameter(torch.zeros(inputs + experts * (features + 1), outputs))

    @staticmethod
    def _draw(generator: torch.Generator, experts: int, rows: int, columns: int) -> Tensor:
        drawn: Tensor = torch.randn(experts, rows, columns, generator=generator)
        return drawn / math.sqrt(rows)

    def gate(self, regime: Tensor) -> Tensor:
        """Share of each expert: Tensor[n, experts]."""
        logits: Tensor = self.router(regime)
        groups = self.sizes["groups"]
        return torch.softmax(logits.view(len(logits), groups, -1), dim=2).flatten(1) / groups

    def basis(self, inputs: Tensor, shares: Tensor) -> Tensor:
        """The features psi: Tensor[n, inputs + experts * (features + 1)]."""
        inner = torch.tanh(inputs @ self.first + self.first_bias)
        outer = torch.tanh(inner @ self.second + self.second_bias)  # [experts, n, features]
        gated = (outer * shares.T[:, :, None]).transpose(0, 1).reshape(len(inputs), -1)
        return torch.cat([inputs, gated, shares], dim=1)

    def forward(self, inputs: Tensor, regime: Tensor) -> tuple[Tensor, Tensor]:
        """Outputs and the experts' shares."""
        shares = self.gate(regime)
        return self.basis(inputs, shares) @ self.head, shares


def load_balance(shares: Tensor) -> Tensor:
    """How unevenly experts are used: K times the sum of squared mean shares, less one; 0 is even."""
    mean = shares.mean(dim=0)
    return shares.shape[1] * mean.square().sum() - 1.0


def jensen_shannon(one: Floats, other: Floats) -> float:
    """Jensen-Shannon distance of two distributions, in [0, 1] (base 2, square root)."""
    p, q = np.asarray(one, float) + 1e-12, np.asarray(other, float) + 1e-12
    p, q = p / p.sum(), q / q.sum()
    m = 0.5 * (p + q)
    divergence = 0.5 * float(np.sum(p * np.log2(p / m)) + np.sum(q * np.log2(q / m)))
    return float(max(divergence, 0.0) ** 0.5)
