"""DQN as Stable-Baselines3 has it, several times faster for plain networks."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from stable_baselines3 import DQN
from stable_baselines3.common.torch_layers import CombinedExtractor, FlattenExtractor
from stable_baselines3.dqn.policies import DQNPolicy, MultiInputPolicy

from lantern.agents.deep.adam import Adam, is_plain_adam
from lantern.agents.deep.collect import LeanCollection
from lantern.agents.deep.kernels import follow
from lantern.agents.deep.mlp import Floats, Mlp, linear_layers
from lantern.agents.deep.policy import Field, NetworkPolicy
from lantern.agents.deep.replay import Batch


class LeanDQN(LeanCollection, DQN):
    """Stable-Baselines3's DQN with lean collection and updates.

    The networks, the optimiser's state and the random numbers are those of ``DQN``, so that both learn the
    same from the same seed, up to rounding. Where a policy is no plain network (images, own extractors,
    other optimisers, other devices), the usual code runs.

    Parameters
    ----------
    **options
        As for ``stable_baselines3.DQN``.
    """

    _core_: _Core | None = None

    def _lean(self) -> bool:
        policy = self.policy
        return (
            type(policy) in (DQNPolicy, MultiInputPolicy)
            and self.device.type == "cpu"
            and is_plain_adam(policy.optimizer)
            and type(policy.q_net.features_extractor) in (CombinedExtractor, FlattenExtractor)
            and linear_layers(policy.q_net.q_net) is not None
        )

    def _core(self) -> _Core:
        if self._core_ is None or not self._core_.shared():
            self._core_ = _Core(self)
        return self._core_

    def _on_step(self) -> None:
        """Move the target network and the exploration rate on; see ``DQN._on_step``."""
        if not getattr(self, "_plain", False):
            super()._on_step()
            return
        self._n_calls += 1
        if self._n_calls % max(self.target_update_interval // self.n_envs, 1) == 0:
            core = self._core()
            if self.tau == 1.0:
                core.target.flat[:] = core.net.flat
            else:
                follow(core.target.flat, core.net.flat, self.tau)
        self.exploration_rate = self.exploration_schedule(self._current_progress_remaining)
        self.logger.record("rollout/exploration_rate", self.exploration_rate)

    def _act(self, x: Floats) -> NDArray[Any]:
        if len(x) == 1 and np.random.rand() < self.exploration_rate:  # noqa: NPY002
            return np.array([self.action_space.sample()])
        best = self._best(x)
        if len(x) > 1:
            tossed = np.random.rand(len(x)) < self.exploration_rate  # noqa: NPY002
            for index in np.flatnonzero(tossed):
                best[index] = self.action_space.sample()
        return best

    def _best(self, x: Floats) -> NDArray[Any]:
        net = self._core().net
        values = net.forward(x, net.tape(len(x), "act"))
        if self.guide is not None:
            values = self.guide.values(x, values)
        best: NDArray[Any] = values.argmax(axis=-1)
        return best

    def _network(self, potential: NDArray[np.float64], fields: tuple[Field, ...]) -> NetworkPolicy:
        net = self._core().net
        return NetworkPolicy("values", net.dense(), (), fields, net.sizes[-1], None, potential)

    def train(self, gradient_steps: int, batch_size: int = 100) -> None:
        """Update the network; see ``DQN.train``."""
        if not getattr(self, "_plain", False):
            super().train(gradient_steps, batch_size)
            return
        self._update_learning_rate(self.policy.optimizer)
        core, sampler = self._core(), self.sampler()
        losses = [
            core.update(sampler.draw(batch_size), self.gamma, self.max_grad_norm, self.guide)
            for _ in range(gradient_steps)
        ]
        self._n_updates += gradient_steps
        self.logger.record("train/n_updates", self._n_updates, exclude="tensorboard")
        self.logger.record("train/loss", float(np.mean(losses)))


class _Core:
    """The two networks and their optimiser on plain memory."""

    def __init__(self, model: LeanDQN) -> None:
        nets = []
        for module in (model.policy.q_net, model.policy.q_net_target):
            found = linear_layers(module.q_net)
            assert found is not None
            nets.append(Mlp([[[layer] for layer in found[0]]], found[1]))
        self.net, self.target = nets
        self.adam = Adam(model.policy.optimizer, self.net.parameters, self.net.flat, self.net.gradient)
        self._slopes: dict[int, tuple[Floats, NDArray[np.int64]]] = {}

    def shared(self) -> bool:
        """Whether the policy still uses this memory."""
        return self.net.shared() and self.target.shared() and self.adam.shared()

    def update(self, batch: Batch, discount: float, max_norm: float, guide: Any = None) -> float:
        """One gradient step on the Huber loss of a batch; returns the loss."""
        net, size = self.net, len(batch.reward)
        if size not in self._slopes:
            shape = (size, net.sizes[-1])
            self._slopes[size] = np.zeros(shape, np.float32), np.arange(size)
        slope, each = self._slopes[size]
        later = self.target.forward(batch.x2, self.target.tape(size))
        if guide is not None:
            later = guide.values(batch.x2, later)
        ahead = later.max(axis=1)
        target = batch.reward + np.float32(discount) * (batch.onward * ahead)
        if guide is not None:
            target = guide.targets(batch, target)
        tape = net.tape(size)
        own = values = net.forward(batch.x, tape)
        if guide is not None:
            values = guide.values(batch.x, own)
        chosen = batch.action[:, 0]
        error = values[each, chosen] - target
        cut = np.clip(error, -1.0, 1.0)
        loss = float(np.mean(cut * (error - 0.5 * cut)))
        slope[:] = 0.0
        slope[each, chosen] = cut / size
        if guide is not None:
            guide.errors(batch, error, target)
            guide.value_slope(batch, values, slope)
            slope = guide.own_slope(batch, own, slope)
        net.backward(tape, slope)
        self.adam.step(max_norm)
        return loss
