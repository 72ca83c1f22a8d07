"""Collecting experience without the overhead of vector environments, dictionaries of arrays and deep copies.

What a user can see of Stable-Baselines3's loop stays: the callbacks with their locals, the monitor, the
logger, the replay buffer, the counters, and the order in which random numbers are drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from stable_baselines3.common.buffers import DictReplayBuffer, ReplayBuffer
from stable_baselines3.common.off_policy_algorithm import OffPolicyAlgorithm
from stable_baselines3.common.type_aliases import RolloutReturn, TrainFreq, TrainFrequencyUnit
from stable_baselines3.common.vec_env import DummyVecEnv, VecEnv

from lantern.agents.deep.encode import Encoder, encodes
from lantern.agents.deep.mlp import Floats
from lantern.agents.deep.policy import Field, NetworkPolicy
from lantern.agents.deep.replay import ProductReplayBuffer, Sampler
from lantern.agents.deep.vector import ArrayVecEnv
from lantern.envs.task_env import STATE
from lantern.errors import LanternError

if TYPE_CHECKING:
    from stable_baselines3.common.callbacks import BaseCallback
    from stable_baselines3.common.noise import ActionNoise

    from lantern.agents.deep.guide import Guide

Base: Any = OffPolicyAlgorithm


@dataclass
class Rows:
    """What the lean loop keeps between steps: the encoder, and room for one encoded step.

    Attributes
    ----------
    encoder : Encoder
    x : float32[N, D]
        Observations of the N environments, encoded.
    """

    encoder: Encoder
    x: Floats


class LeanCollection(Base):  # type: ignore[misc, unused-ignore]
    """Mixin before an off-policy algorithm: its own collection where the case is a plain one.

    Plain is one environment that Stable-Baselines3 wrapped itself, or an :class:`ArrayVecEnv`, with
    observations that :func:`lantern.agents.deep.encode.encodes` takes. All else goes the usual way.
    """

    #: What teachers do to this learner; None for none.
    guide: Guide | None = None
    _sampler_: Sampler | None = None
    _rows_: Any = None
    _last_obs: Any

    def _lean(self) -> bool:
        """Whether networks and optimisers are ones that the lean updates know."""
        raise NotImplementedError

    def _act(self, x: Floats) -> NDArray[Any]:
        """Actions of the learner for encoded observations: int64[N], or float32[N, A] in [-1, 1]."""
        raise NotImplementedError

    def _best(self, x: Floats) -> NDArray[Any]:
        """Greedy actions for encoded observations: int64[N], or float32[N, A] in [-1, 1]."""
        raise NotImplementedError

    def _network(self, potential: NDArray[np.float64], fields: tuple[Field, ...]) -> NetworkPolicy:
        raise NotImplementedError

    def network_policy(self, potential: NDArray[np.float64]) -> NetworkPolicy | None:
        """The policy as it is now, as plain arrays; None where it is no plain network.

        Parameters
        ----------
        potential : float64[U]
            What rewards were shaped by.
        """
        if not getattr(self, "_plain", False):
            return None
        return self._network(potential, self.sampler().encoder.fields)

    def greedy(self, observation: Any) -> Any:
        """Greedy action for one observation, or for each of a batch; fast where ``predict`` is not.

        Parameters
        ----------
        observation : dict or array
            As the environment, or the vector environment, returns it.
        """
        if not hasattr(self, "_plain"):
            self._learn_setup()
        if not getattr(self, "_plain", False):
            return self.predict(observation, deterministic=True)[0]
        encoder, space = self.sampler().encoder, self.observation_space
        count = _members(observation, space)
        x = np.zeros((count or 1, encoder.size), np.float32)
        if count:
            encoder.batch(observation if isinstance(observation, dict) else {"": observation}, x)
        else:
            encoder.row(observation, x)
        chosen = self._best(x)
        if self.guide is not None:
            chosen = self.guide.lead(x, chosen)
        if isinstance(self.action_space, spaces.Box):
            low, high = self.action_space.low, self.action_space.high
            chosen = low + (0.5 * (chosen + 1.0) * (high - low))
        return chosen if count else chosen[0]

    def _learn_setup(self) -> None:
        self._plain = self._lean() and self._is_plain(self.env, self.replay_buffer)
        self._rows_ = None
        if self.guide is not None:
            if not self._plain:
                raise LanternError(
                    "Teachers cannot guide this policy: it is no plain network of linear layers with one "
                    "activation, or not on the CPU. Set net_arch and activation_fn only, or use an agent "
                    "without teachers."
                )
            self.guide.begin(self)

    def _setup_learn(self, *args: Any, **options: Any) -> Any:
        found = super()._setup_learn(*args, **options)
        self._learn_setup()
        return found

    def _is_plain(self, env: VecEnv | None, buffer: ReplayBuffer | None) -> bool:
        one = type(env) is DummyVecEnv and env.num_envs == 1
        return (
            (one or isinstance(env, ArrayVecEnv))
            and buffer is not None
            and type(buffer) in (ReplayBuffer, DictReplayBuffer, ProductReplayBuffer)
            and not buffer.optimize_memory_usage
            and encodes(self.observation_space)
            and not self.use_sde
        )

    def _excluded_save_params(self) -> list[str]:
        ours = ["guide", "_sampler_", "_rows_", "_core_", "_plain"]
        return [*super()._excluded_save_params(), *ours]

    def sampler(self) -> Sampler:
        """How batches are drawn from the replay buffer."""
        found = self._sampler_
        if found is None or found.buffer is not self.replay_buffer:
            found = self._sampler_ = Sampler(self.replay_buffer, Encoder(self.observation_space))
        return found

    def collect_rollouts(
        self,
        env: VecEnv,
        callback: BaseCallback,
        train_freq: TrainFreq,
        replay_buffer: ReplayBuffer,
        action_noise: ActionNoise | None = None,
        learning_starts: int = 0,
        log_interval: int | None = None,
    ) -> RolloutReturn:
        """Collect experience into the replay buffer; see ``OffPolicyAlgorithm.collect_rollouts``."""
        if not getattr(self, "_plain", False):
            found: RolloutReturn = super().collect_rollouts(
                env, callback, train_freq, replay_buffer, action_noise, learning_starts, log_interval
            )
            return found
        if self._rows_ is None:
            encoder = self.sampler().encoder
            self._rows_ = Rows(encoder, np.zeros((env.num_envs, encoder.size), np.float32))
        callback.on_rollout_start()
        loop: Any = self._collect_array if isinstance(env, ArrayVecEnv) else self._collect_one
        steps, episodes, going = loop(env, callback, train_freq, action_noise, learning_starts, log_interval)
        if going:
            callback.on_rollout_end()
        return RolloutReturn(steps * env.num_envs, episodes, continue_training=going)

    def _collect_one(
        self,
        env: Any,
        callback: BaseCallback,
        train_freq: TrainFreq,
        noise: ActionNoise | None,
        learning_starts: int,
        log_interval: int | None,
    ) -> tuple[int, int, bool]:
        """Step the only environment, with observations as it returns them."""
        raw, buffer, guide = env.envs[0], self.replay_buffer, self.guide
        last = self._last_obs
        now = {key: value[0] for key, value in last.items()} if isinstance(last, dict) else last[0]
        by_step = train_freq.unit == TrainFrequencyUnit.STEP
        steps = episodes = 0
        while (steps if by_step else episodes) < train_freq.frequency:
            self._rows_.encoder.row(now, self._rows_.x)
            action, stored = self._choose(self._rows_.x, noise, learning_starts, 1)
            then, reward, terminated, truncated, info = raw.step(action[0])
            done = terminated or truncated
            info["TimeLimit.truncated"] = truncated and not terminated
            follows = then
            if done:
                info["terminal_observation"] = then
                follows, env.reset_infos[0] = raw.reset()
            steps += 1
            self.num_timesteps += 1
            told = _told(self, env, action, stored, reward, done, info, follows)
            callback.update_locals(told)
            if not callback.on_step():
                self._last_obs = _batched(follows)
                return steps, episodes, False
            _store_one(buffer, now, then, stored, reward, done, info)
            if guide is not None:
                guide.note(0, int(now[STATE]), int(then[STATE]), bool(terminated), bool(truncated), info)
            now = follows
            self._advance()
            if done:
                self._update_info_buffer([info], np.ones(1, np.bool_))
                episodes += 1
                self._end_episode(noise, None, log_interval)
        self._last_obs = _batched(now)
        return steps, episodes, True

    def _collect_array(
        self,
        env: ArrayVecEnv,
        callback: BaseCallback,
        train_freq: TrainFreq,
        noise: ActionNoise | None,
        learning_starts: int,
        log_interval: int | None,
    ) -> tuple[int, int, bool]:
        """Step many environments at once, with arrays throughout."""
        buffer, guide = self.replay_buffer, self.guide
        count = env.num_envs
        steps = episodes = 0
        while steps < train_freq.frequency:
            now = self._last_obs
            self._rows_.encoder.batch(now if isinstance(now, dict) else {"": now}, self._rows_.x)
            action, stored = self._choose(self._rows_.x, noise, learning_starts, count)
            step = env.step_arrays(action)
            steps += 1
            self.num_timesteps += count
            told = {"self": self, "env": env, "infos": step.infos, "dones": step.done}
            told |= {"rewards": step.reward, "new_obs": step.observation, "actions": action}
            callback.update_locals({**told, "buffer_actions": stored, "replay_buffer": buffer})
            if not callback.on_step():
                self._last_obs = step.observation
                return steps, episodes, False
            _store_many(buffer, now, step.final, stored, step.reward, step.done, step.timeout, step.labels)
            if guide is not None:
                for index in range(count):
                    ended = bool(step.done[index]), bool(step.timeout[index])
                    states = int(now[STATE][index]), int(step.final[STATE][index])
                    info = {"label": step.labels[index]}
                    guide.note(index, *states, ended[0] and not ended[1], ended[1], info)
            self._last_obs = step.observation
            self._advance()
            for index in np.flatnonzero(step.done).tolist():
                self._update_info_buffer([step.infos[index]], np.ones(1, np.bool_))
                episodes += 1
                self._end_episode(noise, index if count > 1 else None, log_interval)
        return steps, episodes, True

    def _advance(self) -> None:
        self._update_current_progress_remaining(self.num_timesteps, self._total_timesteps)
        self._on_step()

    def _end_episode(self, noise: ActionNoise | None, index: int | None, log_interval: int | None) -> None:
        self._episode_num += 1
        if noise is not None:
            noise.reset(**({} if index is None else {"indices": [index]}))
        if log_interval is not None and self._episode_num % log_interval == 0:
            self.dump_logs()

    def _choose(
        self, x: Floats, noise: ActionNoise | None, learning_starts: int, count: int
    ) -> tuple[Any, Any]:
        """Actions for the environments, and as the replay buffer stores them."""
        space = self.action_space
        warming = self.num_timesteps < learning_starts
        if not isinstance(space, spaces.Box):
            chosen = np.array([space.sample() for _ in range(count)]) if warming else self._act(x)
            if self.guide is not None:
                chosen = self.guide.advise(x, chosen)
            return chosen, chosen
        low, high = space.low, space.high
        if warming:
            given = np.array([space.sample() for _ in range(count)])
            scaled = 2.0 * ((given - low) / (high - low)) - 1.0
        else:
            scaled = self._act(x)
        if noise is not None:
            scaled = np.clip(scaled + noise(), -1.0, 1.0)
        if self.guide is not None:
            scaled = self.guide.advise(x, scaled)
        return low + (0.5 * (scaled + 1.0) * (high - low)), scaled


def _told(
    self: Any, env: Any, action: Any, stored: Any, reward: Any, done: bool, info: dict[str, Any], follows: Any
) -> dict[str, Any]:
    """What callbacks can look up in their ``locals``."""
    return {
        "self": self,
        "env": env,
        "infos": [info],
        "dones": np.array([done]),
        "rewards": np.array([reward], np.float32),
        "new_obs": follows,
        "actions": action,
        "buffer_actions": stored,
        "replay_buffer": self.replay_buffer,
    }


def _store_one(
    buffer: Any, now: Any, then: Any, action: Any, reward: Any, done: bool, info: Mapping[str, Any]
) -> None:
    """Write a transition where ``ReplayBuffer.add`` would."""
    at = buffer.pos
    if isinstance(now, dict):
        for key, values in buffer.observations.items():
            values[at, 0] = now[key]
            buffer.next_observations[key][at, 0] = then[key]
    else:
        buffer.observations[at, 0] = now
        buffer.next_observations[at, 0] = then
    buffer.actions[at, 0] = action[0]
    buffer.rewards[at, 0] = reward
    buffer.dones[at, 0] = done
    buffer.timeouts[at, 0] = info["TimeLimit.truncated"]
    if isinstance(buffer, ProductReplayBuffer):
        buffer.labels[at, 0] = buffer.model.column(int(info["label"]))
    _move_on(buffer)


def _store_many(
    buffer: Any, now: Any, then: Any, action: Any, reward: Any, done: Any, timeout: Any, labels: Any
) -> None:
    """Write a step of all environments."""
    at = buffer.pos
    if isinstance(now, dict):
        for key, values in buffer.observations.items():
            values[at] = now[key].reshape(values.shape[1:])
            buffer.next_observations[key][at] = then[key].reshape(values.shape[1:])
    else:
        buffer.observations[at] = now.reshape(buffer.observations.shape[1:])
        buffer.next_observations[at] = then.reshape(buffer.observations.shape[1:])
    buffer.actions[at] = action.reshape(buffer.actions.shape[1:])
    buffer.rewards[at] = reward
    buffer.dones[at] = done
    buffer.timeouts[at] = timeout
    if isinstance(buffer, ProductReplayBuffer):
        buffer.labels[at] = buffer.model.columns(labels)
    _move_on(buffer)


def _move_on(buffer: Any) -> None:
    buffer.pos += 1
    if buffer.pos == buffer.buffer_size:
        buffer.full = True
        buffer.pos = 0


def _members(observation: Any, space: spaces.Space[Any]) -> int:
    """Number of observations in a batch; 0 for a single one."""
    if isinstance(space, spaces.Dict):
        key, space = next(iter(space.spaces.items()))
        observation = observation[key]
    shape = np.shape(observation)
    return shape[0] if len(shape) > len(space.shape or ()) else 0


def _batched(observation: Any) -> Any:
    """One observation as that of a vector environment with one member."""
    if isinstance(observation, dict):
        return {key: np.asarray(value)[None] for key, value in observation.items()}
    return np.asarray(observation)[None]
