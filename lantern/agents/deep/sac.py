"""SAC as Stable-Baselines3 has it, several times faster for plain networks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch as th
from numpy.typing import NDArray
from stable_baselines3 import SAC
from stable_baselines3.sac.policies import MultiInputPolicy, SACPolicy

from lantern.agents.deep.actor_critic import Critics, network_policy, plain_actor_critic
from lantern.agents.deep.adam import Adam
from lantern.agents.deep.collect import LeanCollection
from lantern.agents.deep.mlp import Floats, Mlp, linear_layers
from lantern.agents.deep.policy import Field, NetworkPolicy
from lantern.agents.deep.replay import Batch

#: Bounds of the logarithm of the standard deviation, and what keeps the logarithm of 1 - a^2 finite.
LEAST, MOST, TINY = -20.0, 2.0, 1e-6


class LeanSAC(LeanCollection, SAC):
    """Stable-Baselines3's SAC with lean collection and updates.

    The networks, the optimisers' state and the random numbers are those of ``SAC``, so that both learn the
    same from the same seed, up to rounding. Where a policy is no plain network (images, own extractors,
    gSDE, other optimisers, other devices), the usual code runs.

    Parameters
    ----------
    **options
        As for ``stable_baselines3.SAC``.
    """

    _core_: _Core | None = None

    def _lean(self) -> bool:
        plain = plain_actor_critic(self, (SACPolicy, MultiInputPolicy), ("latent_pi", "mu", "log_std"))
        return plain and not self.use_sde

    def _core(self) -> _Core:
        if self._core_ is None or not self._core_.shared(self):
            self._core_ = _Core(self)
        return self._core_

    def _act(self, x: Floats) -> Floats:
        return Sample(self._outputs(x)).action

    def _best(self, x: Floats) -> Floats:
        out = self._outputs(x)
        action: Floats = np.tanh(out[:, : out.shape[1] // 2])
        return action

    def _outputs(self, x: Floats) -> Floats:
        """What the actor says, with what teachers make of it."""
        net = self._core().actor.net
        out = net.forward(x, net.tape(len(x), "act"))
        return out if self.guide is None else self.guide.outputs(x, out)

    def _network(self, potential: NDArray[np.float64], fields: tuple[Field, ...]) -> NetworkPolicy:
        core = self._core()
        return network_policy(self, core.actor.net, core.critics, potential, fields)

    def train(self, gradient_steps: int, batch_size: int = 64) -> None:
        """Update the networks; see ``SAC.train``."""
        if not getattr(self, "_plain", False):
            super().train(gradient_steps, batch_size)
            return
        optimizers = [self.actor.optimizer, self.critic.optimizer]
        if self.ent_coef_optimizer is not None:
            optimizers.append(self.ent_coef_optimizer)
        self._update_learning_rate(optimizers)
        core, sampler = self._core(), self.sampler()
        notes = np.zeros((gradient_steps, 4))
        for step in range(gradient_steps):
            notes[step] = core.update(sampler.draw(batch_size), self)
            if step % self.target_update_interval == 0:
                core.critics.follow(self.tau)
        self._n_updates += gradient_steps
        mean = notes.mean(axis=0)
        self.logger.record("train/n_updates", self._n_updates, exclude="tensorboard")
        self.logger.record("train/ent_coef", float(mean[0]))
        self.logger.record("train/actor_loss", float(mean[1]))
        self.logger.record("train/critic_loss", float(mean[2]))
        if self.ent_coef_optimizer is not None:
            self.logger.record("train/ent_coef_loss", float(mean[3]))


class Sample:
    """Actions drawn from a squashed Gaussian a = tanh(z), z = mean + deviation * noise.

    Attributes
    ----------
    action, noise, deviation : float32[B, A]
    inside : bool[B, A]
        Where the deviation is not cut, so that it has a slope.
    log_std : float32[B, A]
    """

    def __init__(self, out: Floats) -> None:
        half = out.shape[1] // 2
        raw = out[:, half:]
        self.log_std = np.clip(raw, LEAST, MOST)
        self.inside = self.log_std == raw
        self.deviation = np.exp(self.log_std)
        self.noise: Floats = th.randn(len(out), half).numpy()
        self.action: Floats = np.tanh(out[:, :half] + self.deviation * self.noise)
        self.rest = 1.0 - self.action * self.action

    def log_probability(self) -> Floats:
        """Logarithm of the density of the actions, float32[B]."""
        normal = -0.5 * (self.noise * self.noise) - self.log_std
        total: Floats = (normal - np.log(self.rest + TINY)).sum(axis=1)
        return total - np.float32(0.5 * math.log(2.0 * math.pi) * self.noise.shape[1])

    def slope(self, weight: float, action_slope: Floats, out: Floats) -> None:
        """Slope of ``weight * log_probability + f(action)`` in mean and log_std, float32[B, 2A]."""
        half = self.noise.shape[1]
        before = (weight * 2.0) * self.action * self.rest / (self.rest + TINY) + action_slope * self.rest
        out[:, :half] = before
        out[:, half:] = (before * self.deviation * self.noise - weight) * self.inside


class _Actor:
    """The actor: one network whose outputs are means and logarithms of deviations."""

    def __init__(self, actor: Any) -> None:
        body = linear_layers(actor.latent_pi)
        assert body is not None
        layers = [*([layer] for layer in body[0]), [actor.mu, actor.log_std]]
        self.net = Mlp([layers], body[1])
        self.adam = Adam(actor.optimizer, self.net.parameters, self.net.flat, self.net.gradient)


class _Core:
    """Networks and optimisers on plain memory."""

    def __init__(self, model: Any) -> None:
        self.actor = _Actor(model.actor)
        self.critics = Critics(model.policy)
        self.entropy: Adam | None = None
        self._log: Any = model.log_ent_coef
        if model.ent_coef_optimizer is not None:
            flat = self._log.detach().numpy()
            self.entropy = Adam(model.ent_coef_optimizer, [self._log], flat, np.zeros(1, np.float32))

    def shared(self, model: LeanSAC) -> bool:
        """Whether the model still uses this memory."""
        entropy = self.entropy
        return (
            self.actor.net.shared()
            and self.actor.adam.shared()
            and self.critics.shared()
            and (entropy is None or (entropy.shared() and _address(model.log_ent_coef) == _start(entropy)))
        )

    def update(self, batch: Batch, model: LeanSAC) -> tuple[float, float, float, float]:
        """One step of everything; returns entropy coefficient, losses of actor, critics and entropy."""
        size, actor, guide = len(batch.reward), self.actor, model.guide
        tape = actor.net.tape(size)
        own = actor.net.forward(batch.x, tape)
        out = own if guide is None else guide.outputs(batch.x, own)
        drawn = Sample(out)
        log_probability = drawn.log_probability()
        weight, entropy_loss = self._entropy(log_probability, model)

        later = actor.net.forward(batch.x2, actor.net.tape(size, "ahead"))
        ahead = Sample(later if guide is None else guide.outputs(batch.x2, later))
        value = self.critics.least_ahead(batch.x2, ahead.action) - weight * ahead.log_probability()
        target = batch.reward + np.float32(model.gamma) * (batch.onward * value)
        if guide is not None:
            target = guide.targets(batch, target)
        critic_loss = self.critics.fit(batch, target, 0.5, guide)

        actor_loss, slope = self._judge(batch, drawn, log_probability, weight)
        if guide is not None:
            guide.actor_slope(batch, out, slope)
            slope = guide.own_outputs_slope(batch, own, slope)
        actor.net.backward(tape, slope)
        actor.adam.step()
        return weight, actor_loss, critic_loss, entropy_loss

    def _entropy(self, log_probability: Floats, model: LeanSAC) -> tuple[float, float]:
        """Weight of the entropy before this step, and the loss of that weight, on which a step is made."""
        if self.entropy is None:
            return float(model.ent_coef_tensor), 0.0
        log = float(self.entropy.flat[0])
        short = float(np.mean(log_probability)) + float(model.target_entropy)
        self.entropy.gradient[0] = -short
        self.entropy.step()
        return math.exp(log), -log * short

    def _judge(
        self, batch: Batch, drawn: Sample, log_probability: Floats, weight: float
    ) -> tuple[float, Floats]:
        """Loss of the actor, mean(weight * log_probability - least value), and its slope in the outputs."""
        size, critics, net = len(batch.reward), self.critics, self.critics.net
        room = net.tape(size)
        values = net.forward(critics.join(batch.x, drawn.action, "now"), room)
        several = values if values.ndim == 3 else values[None]
        least = several[..., 0].argmin(axis=0)
        each = np.arange(size)
        loss = float(np.mean(weight * log_probability - several[least, each, 0]))
        columns = slice(batch.x.shape[1], None)
        onward = net.input_slope(room, least, -1.0 / size, columns)
        slope: Floats = np.empty((size, 2 * drawn.noise.shape[1]), np.float32)
        drawn.slope(weight / size, onward, slope)
        return loss, slope


def _address(parameter: Any) -> int:
    return int(parameter.data_ptr())


def _start(adam: Adam) -> int:
    return int(adam.flat.ctypes.data)
