"""Soft actor-critic on plants: the deep learner that the other controllers are compared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from lantern.agents.control.policies import Network, still, with_state
from lantern.agents.control.task import ControlTask, Plants, run_days
from lantern.agents.deep.sac import LeanSAC
from lantern.agents.deep.threads import one_thread
from lantern.agents.deep.vector import ArrayVecEnv

SCALE, LEAST = 3.0, -10.0
"""Rewards are multiplied and cut: a missed daily limit costs hundreds of steps at once."""


class PlantsVectorEnv(VectorEnv[Any, Any, Any]):
    """Plants as a Gymnasium vector environment; the state of the automaton is part of the observation.

    Parameters
    ----------
    task : ControlTask
    count : int
    plant : str or SurrogatePlant
    seed : int
    """

    def __init__(self, task: ControlTask, count: int, plant: Any, seed: int) -> None:
        self.plants, self.num_envs, self.states = Plants(task, count, plant), count, task.dfa.n_states
        self.metadata = {"render_modes": [], "autoreset_mode": AutoresetMode.SAME_STEP}
        self.render_mode = None
        inner: Any = self.plants.env.single_observation_space
        low = np.concatenate([inner.low, np.zeros(self.states, np.float32)])
        high = np.concatenate([inner.high, np.ones(self.states, np.float32)])
        self.single_observation_space = spaces.Box(low, high, dtype=np.float32)
        self.single_action_space = self.plants.env.single_action_space
        self.observation_space = batch_space(self.single_observation_space, count)
        self.action_space = batch_space(self.single_action_space, count)
        self._rng = np.random.default_rng([seed, 0x5AC])
        # What a plant's archive says of usual control: rewards are relative to it.
        self.level = float(run_days(self.plants, still, self._seed()).worth.mean())

    def _seed(self) -> int:
        return int(self._rng.integers(2**31))

    def reset(self, *, seed: Any = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        """Start episodes in all plants."""
        observation = self.plants.reset(self._seed())
        return with_state(observation, self.plants.state, self.states), {}

    def step(self, actions: Any) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """Hold trims for a control step."""
        done = self.plants.step(np.asarray(actions, np.float64))
        reward = np.maximum(SCALE * (done.worth - self.level), LEAST)
        observation = with_state(done.observation, done.state, self.states)
        ended = np.full(self.num_envs, done.over)
        infos: dict[str, Any] = {}
        if done.over:
            final = np.full(self.num_envs, None, dtype=object)
            final[:] = list(observation)
            infos = {"final_obs": final, "_final_obs": ended, "final_info": {}, "_final_info": ended}
            observation, _ = self.reset()
        return observation, reward, np.zeros_like(ended), ended, infos


class Learner:
    """SAC on plants, trained piece by piece.

    Parameters
    ----------
    task : ControlTask
    plant : str or SurrogatePlant
    settings : mapping
        ``n_envs``, and constructor arguments of Stable-Baselines3's SAC.
    discount : float
    seed : int
    """

    def __init__(
        self, task: ControlTask, plant: Any, settings: Mapping[str, Any], discount: float, seed: int
    ) -> None:
        options = dict(settings)
        count = int(options.pop("n_envs", 16))
        self.states = task.dfa.n_states
        env = ArrayVecEnv(PlantsVectorEnv(task, count, plant, seed))
        self.model = LeanSAC("MlpPolicy", env, gamma=discount, seed=seed, **options)

    def learn(self, steps: int) -> None:
        """Train for some more control steps, over all plants together."""
        with one_thread():
            self.model.learn(steps, reset_num_timesteps=False)

    def policy(self) -> Network:
        """The greedy policy as it is now."""
        actor = self.model.actor
        layers = [part for part in [*actor.latent_pi, actor.mu] if hasattr(part, "weight")]
        return Network(
            tuple(layer.weight.detach().numpy().copy() for layer in layers),
            tuple(layer.bias.detach().numpy().copy() for layer in layers),
            self.states,
        )

    def pieces(self, steps: int, every: int) -> Iterator[tuple[int, Network]]:
        """Train for some steps, and give the policy after each piece."""
        done = 0
        while done < steps:
            self.learn(min(every, steps - done))
            done = min(done + every, steps)
            yield done, self.policy()
