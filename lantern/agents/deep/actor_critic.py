"""What SAC and TD3 share: actor, critics and their targets on plain memory."""

from __future__ import annotations

from typing import Any

import numpy as np
from stable_baselines3.common.torch_layers import CombinedExtractor, FlattenExtractor
from torch import nn

from lantern.agents.deep.adam import Adam, is_plain_adam
from lantern.agents.deep.guide import Guide
from lantern.agents.deep.kernels import follow, join, least, squares
from lantern.agents.deep.mlp import Floats, Layers, Mlp, linear_layers
from lantern.agents.deep.policy import Field, NetworkPolicy
from lantern.agents.deep.replay import Batch


class Critics:
    """Twin critics, their targets and their optimiser.

    Parameters
    ----------
    policy : SACPolicy or TD3Policy
        Where they live.
    """

    def __init__(self, policy: Any) -> None:
        self.net, self.target = (_critics(critic) for critic in (policy.critic, policy.critic_target))
        self.adam = Adam(policy.critic.optimizer, self.net.parameters, self.net.flat, self.net.gradient)
        self._inputs: dict[tuple[int, str], Floats] = {}

    def shared(self) -> bool:
        """Whether the policy still uses this memory."""
        return self.net.shared() and self.target.shared() and self.adam.shared()

    def join(self, x: Floats, action: Floats, name: str) -> Floats:
        """Observations and actions side by side, float32[B, D + A]."""
        size = len(x)
        found = self._inputs.get((size, name))
        if found is None:
            found = self._inputs[size, name] = np.empty((size, x.shape[1] + action.shape[1]), np.float32)
        join(x, action, found)
        return found

    def least_ahead(self, x: Floats, action: Floats) -> Floats:
        """Smaller value of the two targets, float32[B]."""
        joined = self.join(x, action, "ahead")
        return least(_members(self.target.forward(joined, self.target.tape(len(x)))))

    def fit(self, batch: Batch, target: Floats, factor: float, guide: Guide | None) -> float:
        """One step on ``factor`` times the squared errors, summed over critics; returns the loss."""
        x, action, size = batch.x, batch.action, len(batch.x)
        tape = self.net.tape(size)
        values = self.net.forward(self.join(x, action, "now"), tape)
        if guide is not None:
            guide.errors(batch, _members(values)[..., 0].mean(axis=0) - target, target)
        slope = np.empty_like(values)
        loss = factor * squares(_members(values), target, 2.0 * factor / size, _members(slope)) / size
        self.net.backward(tape, slope)
        self.adam.step()
        return loss

    def follow(self, share: float) -> None:
        """Move the targets a share of the way."""
        follow(self.target.flat, self.net.flat, share)


def _critics(critic: Any) -> Mlp:
    found = [linear_layers(net) for net in critic.q_networks]
    members: list[Layers] = []
    activation = "relu"
    for one in found:
        assert one is not None
        members.append([[layer] for layer in one[0]])
        activation = one[1]
    return Mlp(members, activation)


def _members(values: Floats) -> Floats:
    return values if values.ndim == 3 else values[None]


def network_policy(
    model: Any, actor: Mlp, critics: Critics, potential: Any, fields: tuple[Field, ...]
) -> NetworkPolicy:
    """Policy of an actor whose first outputs are means before tanh."""
    space = model.action_space
    count, bounds = int(np.prod(space.shape)), (space.low.reshape(-1), space.high.reshape(-1))
    judges = tuple(critics.net.dense(member) for member in range(critics.net.members))
    return NetworkPolicy("mean", actor.dense(0, count), judges, fields, count, bounds, potential)


def plain_actor_critic(model: Any, policies: tuple[type, ...], heads: tuple[str, ...]) -> bool:
    """Whether a policy's actor and critics are plain networks with Adam on the CPU."""
    policy = model.policy
    extractors = [policy.actor.features_extractor, policy.critic.features_extractor]
    nets: list[nn.Module] = [*policy.critic.q_networks, *(getattr(policy.actor, head) for head in heads)]
    return (
        type(policy) in policies
        and model.device.type == "cpu"
        and all(type(one) in (CombinedExtractor, FlattenExtractor) for one in extractors)
        and is_plain_adam(policy.actor.optimizer)
        and is_plain_adam(policy.critic.optimizer)
        and all(linear_layers(net) is not None for net in nets)
    )
