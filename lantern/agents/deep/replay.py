"""Replay of the product of environment and automaton: counterfactual states and potentials, at sampling time.

The buffer stores what the environment did (observation, action, label, whether it ended by itself). What that
meant for the task is computed when a transition is sampled: in the DFA state that the agent was in, or in
another one (counterfactual experience, Toro Icarte et al. 2022), with the potential as it is now. So one
stored transition serves every DFA state and costs the memory of one, and a potential that changes while
learning needs no rewriting.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from stable_baselines3.common.buffers import DictReplayBuffer
from stable_baselines3.common.type_aliases import DictReplayBufferSamples
from stable_baselines3.common.vec_env import VecNormalize

from lantern.envs.task_env import STATE

if TYPE_CHECKING:
    from lantern.logic import DFA, Vocabulary

Floats = NDArray[np.float64]


@dataclass
class TaskModel:
    """The automaton as arrays: what a label means in every DFA state.

    Attributes
    ----------
    dfa : DFA
        The task.
    vocabulary : Vocabulary
        Propositions of the environment, in the order of its label masks.
    until_end : bool
        Whether acceptance is judged when the episode ends (maintenance tasks) and does not end it.
    potential : float64[U]
        Potential of each DFA state; may be changed at any time.
    discount : float
        Discount factor, in (0, 1).
    """

    dfa: DFA
    vocabulary: Vocabulary
    until_end: bool
    potential: Floats
    discount: float
    _columns: dict[int, int] = field(default_factory=dict)
    _delta: NDArray[np.int32] = field(default_factory=lambda: np.zeros((0, 0), np.int32))

    def __post_init__(self) -> None:
        accepted = np.asarray(self.dfa.accepting) & (not self.until_end)
        self.ends: NDArray[np.bool_] = ~np.asarray(self.dfa.live) | np.asarray(self.dfa.settled) | accepted
        self.worth_learning = np.flatnonzero(~self.ends)
        self._delta = np.zeros((self.dfa.n_states, 0), np.int32)

    def column(self, mask: int) -> int:
        """Index of a label, whose transitions are worked out when it first occurs."""
        index = self._columns.get(mask)
        if index is None:
            index = self._columns[mask] = len(self._columns)
            added = self.dfa.delta(np.array([mask], np.int64), self.vocabulary.names)
            self._delta = np.concatenate([self._delta, added.astype(np.int32)], axis=1)
        return index

    def step(
        self, state: NDArray[np.int64], label: NDArray[np.int32], ended: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.bool_]]:
        """Take labels in DFA states.

        Parameters
        ----------
        state : int64[B]
        label : int32[B]
            Columns, as :meth:`column` numbers them.
        ended : bool[B]
            Whether the environment's episode ended there, by itself or by a time limit.

        Returns
        -------
        following : int64[B]
            Next DFA states.
        reward : float32[B]
            1 where the task was done, unshaped.
        over : bool[B]
            Whether the task is decided.
        """
        following = self._delta[state, label].astype(np.int64)
        over = self.ends[following]
        success: NDArray[np.bool_] = self.dfa.accepting[following] & (over | ended)
        return following, success.astype(np.float32), over

    def shaping(
        self, state: NDArray[np.int64], following: NDArray[np.int64], over: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        """Shaping F = gamma Phi(u') - Phi(u), Phi = 0 where the episode is over (Ng et al. 1999)."""
        ahead = np.where(over, 0.0, self.potential[following])
        return (self.discount * ahead - self.potential[state]).astype(np.float32)


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

    def _get_samples(  # type: ignore[override]
        self, batch_inds: NDArray[np.int64], env: VecNormalize | None = None
    ) -> DictReplayBufferSamples:
        """Sample transitions, each in its own DFA state or in another."""
        rows = (batch_inds, np.random.randint(0, self.n_envs, len(batch_inds)))  # noqa: NPY002
        real = self.observations[STATE][rows].reshape(-1).astype(np.int64)
        reached = self.next_observations[STATE][rows].reshape(-1).astype(np.int64)
        timeout = np.greater(self.timeouts[rows], 0)
        # Where the task was decided, the environment itself had not ended as far as anyone can tell.
        ended = np.greater(self.dones[rows], 0) & ~timeout & ~self.model.ends[reached]

        other = np.random.random(len(batch_inds)) < self.counterfactual  # noqa: NPY002
        drawn = np.random.choice(self.model.worth_learning, len(batch_inds))  # noqa: NPY002
        state = np.where(other, drawn, real)
        following, reward, over = self.model.step(state, self.labels[rows], ended | timeout)
        over = over | ended
        reward += self.model.shaping(state, following, over)
        return self._batch(rows, state, following, reward, over, env)

    def _batch(
        self,
        rows: tuple[NDArray[np.int64], NDArray[np.int64]],
        state: NDArray[np.int64],
        following: NDArray[np.int64],
        reward: NDArray[np.float32],
        over: NDArray[np.bool_],
        env: VecNormalize | None,
    ) -> DictReplayBufferSamples:
        now = {key: values[rows] for key, values in self.observations.items()}
        then = {key: values[rows] for key, values in self.next_observations.items()}
        now[STATE], then[STATE] = state.reshape(-1, 1), following.reshape(-1, 1)
        before, after = self._normalize_obs(now, env), self._normalize_obs(then, env)
        assert isinstance(before, dict)
        assert isinstance(after, dict)
        return DictReplayBufferSamples(
            observations={key: self.to_torch(value) for key, value in before.items()},
            actions=self.to_torch(self.actions[rows]),
            next_observations={key: self.to_torch(value) for key, value in after.items()},
            dones=self.to_torch(over.astype(np.float32).reshape(-1, 1)),
            rewards=self.to_torch(reward.reshape(-1, 1)),
        )
