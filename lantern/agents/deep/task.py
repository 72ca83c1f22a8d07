"""The task's automaton as arrays: what a label means in every DFA state."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

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
    rewards : tuple of float
        Reward of success, of failure and of every step, as ``TaskEnv`` gives them.
    pays : bool
        Whether the environment's own reward is part of the task's.
    """

    dfa: DFA
    vocabulary: Vocabulary
    until_end: bool
    potential: Floats
    discount: float
    rewards: tuple[float, float, float] = (1.0, 0.0, 0.0)
    pays: bool = False
    _columns: dict[int, int] = field(default_factory=dict)
    masks: list[int] = field(default_factory=list)
    _delta: NDArray[np.int32] = field(default_factory=lambda: np.zeros((0, 0), np.int32))

    def __post_init__(self) -> None:
        self.accepting = np.asarray(self.dfa.accepting, np.bool_)
        accepted = self.accepting & (not self.until_end)
        self.ends: NDArray[np.bool_] = ~np.asarray(self.dfa.live) | np.asarray(self.dfa.settled) | accepted
        self.worth_learning = np.flatnonzero(~self.ends)
        self._delta = np.zeros((self.dfa.n_states, 0), np.int32)

    def column(self, mask: int) -> int:
        """Index of a label, whose transitions are worked out when it first occurs."""
        index = self._columns.get(mask)
        if index is None:
            index = self._columns[mask] = len(self._columns)
            self.masks.append(mask)
            added = self.dfa.delta(np.array([mask], np.int64), self.vocabulary.names)
            self._delta = np.concatenate([self._delta, added.astype(np.int32)], axis=1)
        return index

    def columns(self, masks: NDArray[np.int64]) -> NDArray[np.int32]:
        """Indices of several labels."""
        distinct, which = np.unique(masks, return_inverse=True)
        return np.array([self.column(int(mask)) for mask in distinct], np.int32)[which]

    def step(
        self,
        state: NDArray[np.int64],
        label: NDArray[np.int32],
        ended: NDArray[np.bool_],
        timeout: NDArray[np.bool_],
    ) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.bool_]]:
        """Take labels in DFA states.

        Parameters
        ----------
        state : int64[B]
        label : int32[B]
            Columns, as :meth:`column` numbers them.
        ended, timeout : bool[B]
            Whether the environment's episode ended there by itself, or by a time limit.

        Returns
        -------
        following : int64[B]
            Next DFA states.
        reward : float32[B]
            Reward of the task, unshaped.
        over : bool[B]
            Whether the task is decided.
        """
        following = self._delta[state, label].astype(np.int64)
        over = self.ends[following]
        accepting = self.accepting[following]
        accept, fail, every = self.rewards
        reward = (accept * (accepting & (over | ended | timeout))).astype(np.float32)
        if fail:
            reward += np.float32(fail) * ((over | ended) & ~accepting)
        if every:
            reward += np.float32(every)
        return following, reward, over

    def shaping(
        self, state: NDArray[np.int64], following: NDArray[np.int64], over: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        """Shaping F = gamma Phi(u') - Phi(u), Phi = 0 where the episode is over (Ng et al. 1999)."""
        ahead = np.where(over, 0.0, self.potential[following])
        return (self.discount * ahead - self.potential[state]).astype(np.float32)
