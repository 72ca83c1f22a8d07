"""Small networks and the one loop that trains them, seeded throughout."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from lantern.surrogates.balancing import LossBalancer


def mlp(
    sizes: Sequence[int],
    generator: torch.Generator,
    activation: type[nn.Module] = nn.Tanh,
    dtype: torch.dtype = torch.float32,
) -> nn.Sequential:
    """Make a multilayer perceptron, Glorot-uniform weights, linear at the end.

    Parameters
    ----------
    sizes : sequence of int
        Inputs, hidden layers, outputs.
    generator : torch.Generator
        Draws the weights; the global generator is not touched.
    activation : type of Module
    dtype : torch.dtype
    """
    layers: list[nn.Module] = []
    for index, (inputs, outputs) in enumerate(pairwise(sizes)):
        layer = nn.utils.skip_init(nn.Linear, inputs, outputs, dtype=dtype)  # type: ignore[no-untyped-call]
        bound = (6.0 / (inputs + outputs)) ** 0.5
        with torch.no_grad():
            drawn = torch.rand(outputs, inputs, generator=generator, dtype=torch.float64)
            layer.weight.copy_((2 * drawn - 1) * bound)
            layer.bias.zero_()
        layers.append(layer)
        if index < len(sizes) - 2:
            layers.append(activation())
    return nn.Sequential(*layers)


def minimise(
    parameters: Iterable[nn.Parameter],
    losses: Callable[[], Mapping[str, Tensor]],
    balancer: LossBalancer,
    *,
    steps: int,
    rate: float = 1e-2,
    balancer_rate: float = 1e-2,
    decay: float = 0.0,
) -> None:
    """Train with Adam, cosine decay of the rate, and a balancer that learns along.

    Parameters
    ----------
    parameters : iterable of Parameter
        Of the network.
    losses : callable
        Computes the named losses of the current parameters; called once a step.
    balancer : LossBalancer
    steps : int
    rate, balancer_rate : float
        First learning rates of network and balancer.
    decay : float
        Decoupled weight decay of the network.
    """
    groups = [
        {"params": list(parameters), "lr": rate, "weight_decay": decay},
        {"params": list(balancer.parameters()), "lr": balancer_rate, "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW([group for group in groups if group["params"]])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps, 0.02 * rate)
    for _ in range(steps):
        optimiser.zero_grad(set_to_none=True)
        balancer(losses()).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
