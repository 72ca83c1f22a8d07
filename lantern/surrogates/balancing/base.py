"""The protocol of a loss balancer, and the simplest one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor, nn


@runtime_checkable
class LossBalancer(Protocol):
    """Anything that turns named scalar losses into the one scalar to minimise.

    Its parameters, if it has any, go to the same optimiser as the network's. It holds nothing of the network,
    so a user of another library can plug one in: it takes a dict and returns a tensor.
    """

    def __call__(self, losses: Mapping[str, Tensor]) -> Tensor:
        """Return the scalar to minimise.

        Parameters
        ----------
        losses : mapping of str to scalar Tensor
            The same names at every call.
        """
        ...

    def parameters(self) -> Iterable[nn.Parameter]:
        """Parameters to learn along with the network; may be none."""
        ...

    def weights(self) -> dict[str, float]:
        """Factor on each loss at the last call."""
        ...


class Balancer(nn.Module):
    """What our balancers share: the names of the losses and the weights of the last call.

    Parameters
    ----------
    names : sequence of str
        Names of the losses, two or more.
    """

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.names = tuple(names)
        if len(set(self.names)) != len(self.names) or not self.names:
            raise ValueError(f"losses need distinct names, got {list(names)}")
        self._weights = torch.ones(len(self.names))

    def stack(self, losses: Mapping[str, Tensor]) -> Tensor:
        """Losses in the order of ``names``: Tensor[len(names)]."""
        if set(losses) != set(self.names):
            raise ValueError(
                f"this balancer was made for the losses {list(self.names)} and got {sorted(losses)}"
            )
        return torch.stack([losses[name] for name in self.names])

    def weights(self) -> dict[str, float]:
        """Factor on each loss at the last call."""
        return dict(zip(self.names, self._weights.tolist(), strict=True))

    def weighted(self, weights: Tensor, losses: Tensor) -> Tensor:
        """Remember the weights and return the weighted sum; no gradient flows into the weights."""
        self._weights = weights.detach().clone()
        return (self._weights.to(losses) * losses).sum()


class Fixed(Balancer):
    """Weights that do not change.

    Parameters
    ----------
    names : sequence of str
    values : mapping of str to float, optional
        Weight of each loss; 1 where none is given.
    """

    def __init__(self, names: Sequence[str], values: Mapping[str, float] | None = None) -> None:
        super().__init__(names)
        self._weights = torch.tensor([float((values or {}).get(name, 1.0)) for name in self.names])

    def forward(self, losses: Mapping[str, Tensor]) -> Tensor:
        """Return the weighted sum."""
        return self.weighted(self._weights, self.stack(losses))
