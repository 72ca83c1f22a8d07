"""The frozen body: a network whose last hidden layer is a basis, with exact first and second derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from lantern.surrogates.nets import mlp

Floats = NDArray[np.float64]


class Jets(NamedTuple):
    """A basis and its derivatives at some points.

    Attributes
    ----------
    value : [points, features]
    first, second : [inputs, points, features]
        Derivatives along each input; mixed second derivatives are not kept.
    """

    value: Tensor
    first: Tensor
    second: Tensor


class ArrayJets(NamedTuple):
    """The same as numpy arrays, float64."""

    value: Floats
    first: Floats
    second: Floats


class Body(nn.Module):
    """Tanh layers in float64; the features are the last of them, a constant and the inputs.

    Parameters
    ----------
    low, high : sequence of float
        The box of the inputs, mapped to [-1, 1].
    hidden : sequence of int
        Sizes of the layers; the last is the number of learned features.
    seed : int
        Of the weights.
    reach : float
        Factor on the first layer's weights: how quickly the features vary before any training.
    """

    def __init__(
        self,
        low: Sequence[float],
        high: Sequence[float],
        hidden: Sequence[int],
        seed: int = 0,
        reach: float = 4.0,
    ) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.low, self.high, self.hidden = tuple(map(float, low)), tuple(map(float, high)), tuple(hidden)
        net = mlp((len(self.low), *hidden), generator, dtype=torch.float64)
        self.net = net
        with torch.no_grad():
            for index, layer in enumerate(self.layers):
                drawn = torch.rand(layer.bias.shape, generator=generator, dtype=torch.float64)
                layer.weight.mul_(reach if index == 0 else 1.0)
                layer.bias.copy_((2 * drawn - 1) * (reach if index == 0 else 1.0))

    @property
    def layers(self) -> list[nn.Linear]:
        """The linear layers in order."""
        return [layer for layer in self.net if isinstance(layer, nn.Linear)]

    def __call__(self, points: Tensor) -> Jets:
        """Features and derivatives at points: Tensor[points, inputs]."""
        return self.forward(points)

    def forward(self, points: Tensor) -> Jets:
        """As calling it."""
        low = torch.tensor(self.low, dtype=torch.float64)
        scale = 2.0 / (torch.tensor(self.high, dtype=torch.float64) - low)
        value = (points - low) * scale - 1.0
        inputs = value.shape[1]
        first = torch.diag(scale)[:, None, :].expand(inputs, len(points), inputs)
        second = torch.zeros_like(first)
        start, slopes, curves = value, first, second
        for layer in self.layers:
            value = torch.tanh(nn.functional.linear(value, layer.weight, layer.bias))
            first, second = (
                nn.functional.linear(first, layer.weight),
                nn.functional.linear(second, layer.weight),
            )
            gain = 1.0 - value * value
            second = gain * (second - 2.0 * value * first * first)
            first = gain * first
        ones = torch.ones_like(value[:, :1])
        none = torch.zeros_like(first[:, :, :1])
        return Jets(
            torch.cat([value, ones, start], dim=1),
            torch.cat([first, none, slopes], dim=2),
            torch.cat([second, none, curves], dim=2),
        )

    @property
    def features(self) -> int:
        """Number of features, the constant and the inputs included."""
        return self.hidden[-1] + 1 + len(self.low)

    def arrays(self, points: Floats) -> ArrayJets:
        """Features and derivatives as numpy arrays.

        Parameters
        ----------
        points : float64[points, inputs]
        """
        with torch.no_grad():
            jets = self(torch.from_numpy(np.ascontiguousarray(points, dtype=np.float64)))
        return ArrayJets(jets.value.numpy(), jets.first.numpy(), jets.second.numpy())
