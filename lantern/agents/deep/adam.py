"""Adam on plain memory, in the state of torch's optimiser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch as th

from lantern.agents.deep.kernels import adam
from lantern.agents.deep.mlp import Floats


class Adam:
    """Adam (Kingma & Ba 2015) on one vector, in the state of torch's optimiser, which so can be saved.

    Parameters
    ----------
    optimizer : torch.optim.Adam
        Whose state and settings are used.
    parameters : sequence of tensor
        Its parameters, in the order in which they lie in ``flat``.
    flat, gradient : float32[P]
        Weights and gradient.
    """

    def __init__(
        self, optimizer: th.optim.Optimizer, parameters: Sequence[Any], flat: Floats, gradient: Floats
    ) -> None:
        self.optimizer = optimizer
        self.state = optimizer.state
        self.flat, self.gradient = flat, gradient
        self.mean, self.square = np.zeros_like(flat), np.zeros_like(flat)
        self.steps = np.zeros(len(parameters), np.float32)
        addresses = flat.ctypes.data
        for index, parameter in enumerate(parameters):
            start = (parameter.data_ptr() - addresses) // 4
            part = slice(start, start + parameter.numel())
            old = self.state.get(parameter, {})
            if old:
                self.mean[part] = old["exp_avg"].numpy().reshape(-1)
                self.square[part] = old["exp_avg_sq"].numpy().reshape(-1)
                self.steps[index] = float(old["step"])
            self.state[parameter] = {
                "step": th.from_numpy(self.steps[index : index + 1]).reshape(()),
                "exp_avg": th.from_numpy(self.mean[part].reshape(parameter.shape)),
                "exp_avg_sq": th.from_numpy(self.square[part].reshape(parameter.shape)),
            }

    def shared(self) -> bool:
        """Whether torch's optimiser still uses this state."""
        return self.optimizer.state is self.state

    def step(self, max_norm: float = 0.0) -> None:
        """One step down the gradient, which is first cut to a norm where ``max_norm`` is positive."""
        self.steps += 1.0
        group = self.optimizer.param_groups[0]
        beta1, beta2 = group["betas"]
        count = float(self.steps[0])
        adam(
            self.flat,
            self.gradient,
            self.mean,
            self.square,
            float(group["lr"]) / (1.0 - beta1**count),
            beta1,
            beta2,
            float(group["eps"]),
            1.0 / (1.0 - beta2**count) ** 0.5,
            max_norm,
        )


def is_plain_adam(optimizer: th.optim.Optimizer) -> bool:
    """Whether an optimiser is Adam without the options that :class:`Adam` lacks."""
    if type(optimizer) is not th.optim.Adam or len(optimizer.param_groups) != 1:
        return False
    group = optimizer.param_groups[0]
    return not (group["weight_decay"] or group["amsgrad"] or group["maximize"])
