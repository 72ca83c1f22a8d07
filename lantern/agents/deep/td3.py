"""TD3 as Stable-Baselines3 has it, several times faster for plain networks."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch as th
from numpy.typing import NDArray
from stable_baselines3 import TD3
from stable_baselines3.td3.policies import MultiInputPolicy, TD3Policy

from lantern.agents.deep.actor_critic import Critics, network_policy, plain_actor_critic
from lantern.agents.deep.adam import Adam
from lantern.agents.deep.collect import LeanCollection
from lantern.agents.deep.kernels import follow, smoothed
from lantern.agents.deep.mlp import Floats, Mlp
from lantern.agents.deep.policy import Field, NetworkPolicy
from lantern.agents.deep.replay import Batch


class LeanTD3(LeanCollection, TD3):
    """Stable-Baselines3's TD3 with lean collection and updates.

    The networks, the optimisers' state and the random numbers are those of ``TD3``, so that both learn the
    same from the same seed, up to rounding. Where a policy is no plain network, the usual code runs.

    Parameters
    ----------
    **options
        As for ``stable_baselines3.TD3``.
    """

    _core_: _Core | None = None

    def _lean(self) -> bool:
        return plain_actor_critic(self, (TD3Policy, MultiInputPolicy), ()) and _plain_actor(self.actor)

    def _core(self) -> _Core:
        if self._core_ is None or not self._core_.shared():
            self._core_ = _Core(self)
        return self._core_

    def _act(self, x: Floats) -> Floats:
        net = self._core().net
        out = net.forward(x, net.tape(len(x), "act"))
        action: Floats = np.tanh(out if self.guide is None else self.guide.outputs(x, out))
        return action

    def _best(self, x: Floats) -> Floats:
        return self._act(x)

    def _network(self, potential: NDArray[np.float64], fields: tuple[Field, ...]) -> NetworkPolicy:
        core = self._core()
        return network_policy(self, core.net, core.critics, potential, fields)

    def train(self, gradient_steps: int, batch_size: int = 100) -> None:
        """Update the networks; see ``TD3.train``."""
        if not getattr(self, "_plain", False):
            super().train(gradient_steps, batch_size)
            return
        self._update_learning_rate([self.actor.optimizer, self.critic.optimizer])
        core, sampler = self._core(), self.sampler()
        actor_losses, critic_losses = [], []
        for _ in range(gradient_steps):
            self._n_updates += 1
            batch = sampler.draw(batch_size)
            critic_losses.append(core.fit(batch, self))
            if self._n_updates % self.policy_delay == 0:
                actor_losses.append(core.improve(batch, self.guide))
                core.follow(self.tau)
        self.logger.record("train/n_updates", self._n_updates, exclude="tensorboard")
        if actor_losses:
            self.logger.record("train/actor_loss", float(np.mean(actor_losses)))
        self.logger.record("train/critic_loss", float(np.mean(critic_losses)))


class _Core:
    """Networks and optimisers on plain memory."""

    def __init__(self, model: LeanTD3) -> None:
        self.critics = Critics(model.policy)
        self.judge = self.critics.net.first()
        self.net, self.target = (_actor(actor) for actor in (model.actor, model.actor_target))
        self.adam = Adam(model.actor.optimizer, self.net.parameters, self.net.flat, self.net.gradient)
        self.noise = th.empty(0)

    def shared(self) -> bool:
        """Whether the policy still uses this memory."""
        return self.net.shared() and self.target.shared() and self.adam.shared() and self.critics.shared()

    def fit(self, batch: Batch, model: LeanTD3) -> float:
        """One step of the critics; returns their loss."""
        if self.noise.shape != batch.action.shape:
            self.noise = th.empty(batch.action.shape)
        noise = self.noise.normal_(0, model.target_policy_noise).numpy()
        out, guide = self.target.forward(batch.x2, self.target.tape(len(batch.x2))), model.guide
        means = out if guide is None else guide.outputs(batch.x2, out)
        ahead = smoothed(means, noise, model.target_noise_clip)
        value = self.critics.least_ahead(batch.x2, ahead)
        target = batch.reward + np.float32(model.gamma) * (batch.onward * value)
        if guide is not None:
            target = guide.targets(batch, target)
        return self.critics.fit(batch, target, 1.0, guide)

    def improve(self, batch: Batch, guide: Any = None) -> float:
        """One step of the actor on minus the first critic's value; returns the loss."""
        size, critics = len(batch.x), self.critics
        tape, room = self.net.tape(size), self.judge.tape(size)
        own = self.net.forward(batch.x, tape)
        out = own if guide is None else guide.outputs(batch.x, own)
        action = np.tanh(out)
        values = self.judge.forward(critics.join(batch.x, action, "now"), room)
        first, columns = np.zeros(size, np.int64), slice(batch.x.shape[1], None)
        onward = self.judge.input_slope(room, first, -1.0 / size, columns)
        slope: Floats = np.multiply(onward, 1.0 - action * action)
        if guide is not None:
            guide.actor_slope(batch, out, slope)
            slope = guide.own_outputs_slope(batch, own, slope)
        loss = -float(np.mean(values))
        self.net.backward(tape, slope)
        self.adam.step()
        return loss

    def follow(self, share: float) -> None:
        """Move all targets a share of the way."""
        self.critics.follow(share)
        follow(self.target.flat, self.net.flat, share)


def _modules(actor: Any) -> list[Any]:
    return list(actor.mu.children())


def _plain_actor(actor: Any) -> bool:
    """Whether the actor is linear layers with one kind of activation, and tanh at the end."""
    *body, last = _modules(actor)
    hidden = {type(part) for part in body} - {th.nn.Linear}
    return type(last) is th.nn.Tanh and (hidden <= {th.nn.ReLU} or hidden <= {th.nn.Tanh})


def _actor(actor: Any) -> Mlp:
    *body, _ = _modules(actor)
    layers = [[part] for part in body if isinstance(part, th.nn.Linear)]
    activation = "tanh" if any(type(part) is th.nn.Tanh for part in body) else "relu"
    return Mlp([layers], activation)
