"""Weights of a mixture that are learned beside a network: Adam on one vector."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch as th

from lantern.agents.deep.adam import Adam
from lantern.agents.deep.mlp import Floats


class Learned:
    """A vector of weights with its gradient.

    Parameters
    ----------
    start : float32[P]
        Weights at first.
    rate : float
        Learning rate.
    """

    def __init__(self, start: Floats, rate: float) -> None:
        parameter: Any = th.nn.Parameter(th.from_numpy(np.array(start, np.float32)))
        self.value: Floats = parameter.detach().numpy()
        self.gradient = np.zeros_like(self.value)
        self._adam = Adam(th.optim.Adam([parameter], lr=rate), [parameter], self.value, self.gradient)

    def step(self) -> None:
        """One step down the gradient."""
        self._adam.step()
