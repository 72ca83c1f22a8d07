"""Replay of the product of environment and automaton: counterfactual states and potentials, at sampling time.

The buffer stores what the environment did (observation, action, label, whether it ended by itself). What that
meant for the task is computed when a transition is sampled: in the DFA state that the agent was in, or in
another one (counterfactual experience, Toro Icarte et al. 2022), with the potential as it is now. So one
stored transition serves every DFA state and costs the memory of one, and a potential that changes while
learning needs no rewriting.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from stable_baselines3.common.buffers import DictReplayBuffer, ReplayBuffer
from stable_baselines3.common.type_aliases import DictReplayBufferSamples
from stable_baselines3.common.vec_env import VecNormalize

from lantern.agents.deep.encode import Encoder
from lantern.agents.deep.task import TaskModel
from lantern.envs.task_env import STATE

Rows = NDArray[np.int64]


class Meaning(NamedTuple):
    """What stored transitions mean for the task; arrays of shape [B].

    Attributes
    ----------
    state, following : int64
        DFA state before and after.
    reward : float32
        Reward of the task, shaped.
    over : bool
        Whether nothing follows: the task is decided, or the environment ended by itself.
    """

    state: Rows
    following: Rows
    reward: NDArray[np.float32]
    over: NDArray[np.bool_]


class ProductReplayBuffer(DictReplayBuffer):
    """Stable-Baselines3's dictionary replay buffer, sampling the product of environment and automaton.

    Works with every off-policy algorithm there (DQN, SAC, TD3).

    Parameters
    ----------
    buffer_size, observation_space, action_space, **options
        As for ``DictReplayBuffer``.
    model : TaskModel
        The task.
    counterfactual : float
        Share of samples replayed in a DFA state drawn at random, in [0, 1].
    """

    def __init__(
        self,
        buffer_size: int,
        observation_space: spaces.Dict,
        action_space: spaces.Space[Any],
        *,
        model: TaskModel,
        counterfactual: float = 0.5,
        **options: Any,
    ) -> None:
        super().__init__(buffer_size, observation_space, action_space, **options)
        self.model = model
        self.counterfactual = counterfactual
        self.labels = np.zeros((self.buffer_size, self.n_envs), np.int32)

    def add(  # type: ignore[override]
        self,
        obs: dict[str, NDArray[Any]],
        next_obs: dict[str, NDArray[Any]],
        action: NDArray[Any],
        reward: NDArray[Any],
        done: NDArray[Any],
        infos: list[dict[str, Any]],
    ) -> None:
        """Store one step of each environment; ``infos`` carry the labels."""
        position = self.pos
        super().add(obs, next_obs, action, reward, done, infos)
        self.labels[position] = [self.model.column(int(info["label"])) for info in infos]

    def meaning(self, rows: Rows) -> Meaning:
        """Tell what transitions mean, each in its own DFA state or in another.

        Parameters
        ----------
        rows : int64[B]
            Which transitions, counting over steps and, within a step, over environments.
        """
        now = self.observations[STATE].reshape(-1)
        real = now[rows].astype(np.int64)
        reached = self.next_observations[STATE].reshape(-1)[rows].astype(np.int64)
        timeout = self.timeouts.reshape(-1)[rows] > 0
        # Where the task was decided, the environment itself had not ended as far as anyone can tell.
        ended = (self.dones.reshape(-1)[rows] > 0) & ~timeout & ~self.model.ends[reached]
        state = real
        if self.counterfactual:
            other = np.random.random(len(rows)) < self.counterfactual  # noqa: NPY002
            worth = self.model.worth_learning
            drawn = worth[np.random.randint(0, len(worth), len(rows))]  # noqa: NPY002
            state = np.where(other, drawn, real)
        labels = self.labels.reshape(-1)[rows]
        following, reward, over = self.model.step(state, labels, ended, timeout)
        over |= ended
        if self.model.pays:  # what the environment itself gave is the same in every DFA state
            reward += self.rewards.reshape(-1)[rows] - self.model.step(real, labels, ended, timeout)[1]
        reward += self.model.shaping(state, following, over)
        return Meaning(state, following, reward, over)

    def _get_samples(  # type: ignore[override]
        self, batch_inds: NDArray[np.int64], env: VecNormalize | None = None
    ) -> DictReplayBufferSamples:
        """Sample transitions for the algorithms of Stable-Baselines3."""
        which = np.random.randint(0, self.n_envs, len(batch_inds))  # noqa: NPY002
        rows = (batch_inds, which)
        found = self.meaning(batch_inds * self.n_envs + which)
        now = {key: values[rows] for key, values in self.observations.items()}
        then = {key: values[rows] for key, values in self.next_observations.items()}
        now[STATE], then[STATE] = found.state.reshape(-1, 1), found.following.reshape(-1, 1)
        before, after = self._normalize_obs(now, env), self._normalize_obs(then, env)
        assert isinstance(before, dict)
        assert isinstance(after, dict)
        return DictReplayBufferSamples(
            observations={key: self.to_torch(value) for key, value in before.items()},
            actions=self.to_torch(self.actions[rows]),
            next_observations={key: self.to_torch(value) for key, value in after.items()},
            dones=self.to_torch(found.over.astype(np.float32).reshape(-1, 1)),
            rewards=self.to_torch(found.reward.reshape(-1, 1)),
        )


class Batch(NamedTuple):
    """Sampled transitions as rows.

    Attributes
    ----------
    x, x2 : float32[B, D]
        Observations before and after, encoded.
    action : float32[B, A] or int64[B, 1]
        Actions; continuous ones scaled to [-1, 1].
    reward : float32[B]
    onward : float32[B]
        1 where the episode goes on, 0 where nothing follows.
    state, following : int64[B]
        DFA states before and after; 0 where there is no automaton.
    label : int32[B]
        Labels, as ``TaskModel.column`` numbers them.
    """

    x: NDArray[np.float32]
    x2: NDArray[np.float32]
    action: NDArray[Any]
    reward: NDArray[np.float32]
    onward: NDArray[np.float32]
    state: Rows
    following: Rows
    label: NDArray[np.int32]


class Sampler:
    """Draws batches from a replay buffer as rows of numbers, in the order in which the buffer itself would.

    Parameters
    ----------
    buffer : ReplayBuffer
        One of Stable-Baselines3's with observations before and after each step, or ours.
    encoder : Encoder
        How observations become rows.
    """

    def __init__(self, buffer: ReplayBuffer, encoder: Encoder) -> None:
        self.buffer, self.encoder = buffer, encoder
        now: Any = buffer.observations
        then: Any = buffer.next_observations
        if not isinstance(now, dict):
            now, then = {"": now}, {"": then}
        self.now = {key: _flat(values) for key, values in now.items()}
        self.then = {key: _flat(values) for key, values in then.items()}
        self.actions = _flat(buffer.actions)
        self._room: dict[int, tuple[NDArray[np.float32], NDArray[np.float32]]] = {}

    def draw(self, size: int) -> Batch:
        """Draw transitions uniformly, with replacement."""
        buffer = self.buffer
        upper = buffer.buffer_size if buffer.full else buffer.pos
        at = np.random.randint(0, upper, size=size)  # noqa: NPY002
        if buffer.n_envs == 1:  # for which no random number would be used
            return self.take(at)
        which = np.random.randint(0, high=buffer.n_envs, size=(size,))  # noqa: NPY002
        return self.take(at * buffer.n_envs + which)

    def take(self, rows: Rows) -> Batch:
        """Take given transitions."""
        size = len(rows)
        room = self._room.get(size)
        if room is None:
            shape = (size, self.encoder.size)
            room = self._room[size] = (np.zeros(shape, np.float32), np.zeros(shape, np.float32))
        x, x2 = room
        now = {key: values.take(rows, axis=0) for key, values in self.now.items()}
        then = {key: values.take(rows, axis=0) for key, values in self.then.items()}
        if isinstance(self.buffer, ProductReplayBuffer):
            state, following, reward, over = self.buffer.meaning(rows)
            label = self.buffer.labels.reshape(-1)[rows]
            now[STATE], then[STATE] = state, following
            onward = 1.0 - over.astype(np.float32)
        else:
            state = following = np.zeros(size, np.int64)
            label = np.zeros(size, np.int32)
            reward = self.buffer.rewards.reshape(-1)[rows]
            timeout = self.buffer.timeouts.reshape(-1)[rows]
            onward = 1.0 - self.buffer.dones.reshape(-1)[rows] * (1.0 - timeout)
        self.encoder.batch(now, x)
        self.encoder.batch(then, x2)
        return Batch(x, x2, self.actions.take(rows, axis=0), reward, onward, state, following, label)


def _flat(values: NDArray[Any]) -> NDArray[Any]:
    """View of [N, n_envs, ...] as [N * n_envs, size]."""
    return values.reshape(values.shape[0] * values.shape[1], -1)
