"""What a deep run notes along the way, so that it can teach: values, costs and counts of edges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from stable_baselines3.common.callbacks import BaseCallback

from lantern.envs.task_env import STATE

if TYPE_CHECKING:
    from lantern.agents.deep.task import TaskModel
    from lantern.transfer import EdgeTable, StateTable

#: The last so many entries count; before, all of them.
RECENT = 50
#: Visits after which a state that never led to acceptance is taken for a dead end.
ENOUGH = 20


class Mean:
    """Mean and mean square of what was seen lately.

    Attributes
    ----------
    count : int
    mean, square : float
    """

    __slots__ = ("count", "mean", "square")

    def __init__(self) -> None:
        self.count, self.mean, self.square = 0, 0.0, 0.0

    def add(self, value: float) -> None:
        """Take in a number."""
        self.count += 1
        rate = 1.0 / min(self.count, RECENT)
        self.mean += rate * (value - self.mean)
        self.square += rate * (value * value - self.square)

    @property
    def spread(self) -> float:
        """Standard deviation."""
        return float(max(self.square - self.mean**2, 0.0) ** 0.5)


class Known:
    """What is known of a state or an edge.

    Attributes
    ----------
    count : int
        How often it was entered or taken.
    steps, cost, value, won : Mean
        Steps spent in the state before; steps to acceptance where it came to that; discounted outcome; share
        of successes.
    """

    __slots__ = ("cost", "count", "steps", "value", "won")

    def __init__(self) -> None:
        self.count = 0
        self.steps, self.cost, self.value, self.won = Mean(), Mean(), Mean(), Mean()

    def end(self, left: int, won: bool, discount: float) -> None:
        """Take in how an episode ended, ``left`` steps later."""
        self.won.add(float(won))
        self.value.add(discount ** (left - 1) if won else 0.0)
        if won:
            self.cost.add(float(left))


class Notes(BaseCallback):
    """Notes every move of the automaton while an agent trains, and how the episodes ended.

    Parameters
    ----------
    task : TaskModel
        The task.
    """

    def __init__(self, task: TaskModel) -> None:
        super().__init__()
        self.task = task
        self.states = [Known() for _ in range(task.dfa.n_states)]
        self.edges: dict[tuple[int, int], Known] = {}
        self._now: list[int] = []
        self._time: list[int] = []
        self._trail: list[list[tuple[Known, int]]] = []
        self._entered: list[int] = []

    def _on_training_start(self) -> None:
        observation: Any = self.model._last_obs  # type: ignore[attr-defined, unused-ignore]
        states = np.asarray(observation[STATE]).reshape(-1)
        count = len(states)
        self._now, self._time = [0] * count, [0] * count
        self._entered, self._trail = [0] * count, [[] for _ in range(count)]
        for env, state in enumerate(states):
            self._begin(env, int(state))

    def _begin(self, env: int, state: int) -> None:
        self._time[env] = 0
        self._trail[env] = []
        self._enter(env, state)

    def _enter(self, env: int, state: int) -> None:
        self._now[env], self._entered[env] = state, self._time[env]
        known = self.states[state]
        known.count += 1
        self._trail[env].append((known, self._time[env]))

    def _on_step(self) -> bool:
        told = self.locals
        for env, done in enumerate(told["dones"]):
            info = told["infos"][env]
            self._step(env, int(info[STATE]), int(info["label"]))
            if done:
                self._end(env, bool(info["success"]))
                after = told["new_obs"][STATE]
                self._begin(env, int(np.asarray(after).reshape(-1)[env]))
        return True

    def _step(self, env: int, following: int, mask: int) -> None:
        state = self._now[env]
        edge = self.edges.get((state, mask))
        if edge is None:
            edge = self.edges[state, mask] = Known()
        edge.count += 1
        self._time[env] += 1
        if following != state:
            edge.steps.add(self._time[env] - self._entered[env])
            self._trail[env].append((edge, self._time[env] - 1))
            self._enter(env, following)

    def _end(self, env: int, won: bool) -> None:
        time = self._time[env]
        for known, since in self._trail[env]:
            known.end(max(time - since, 1), won, self.task.discount)

    def state_table(self) -> StateTable:
        """What is known of each DFA state."""
        from lantern.transfer import StateTable

        dfa, states = self.task.dfa, self.states
        accepting = np.asarray(dfa.accepting)
        count = np.array([one.count for one in states], np.int64)
        success = np.array([one.won.mean for one in states])
        found = np.array([one.cost.count > 0 for one in states])
        never = (count >= ENOUGH) & (success < 1e-3)
        return StateTable(
            value=np.where(accepting, 1.0, np.array([one.value.mean for one in states])),
            cost=np.where(
                accepting, 0.0, np.where(found, np.array([one.cost.mean for one in states]), np.inf)
            ),
            spread=np.array([one.cost.spread if one.cost.count else 0.0 for one in states]) * ~accepting,
            count=count,
            success=np.where(accepting, 1.0, success),
            dead=~np.asarray(dfa.live) | (never & ~accepting),
        )

    def edge_table(self) -> EdgeTable:
        """What is known of each transition that was seen."""
        from lantern.transfer import EdgeTable

        pairs = sorted(self.edges)
        known = [self.edges[pair] for pair in pairs]
        names = self.task.vocabulary.names
        source = np.array([pair[0] for pair in pairs], np.int64)
        mask = np.array([pair[1] for pair in pairs], np.int64)
        delta = self.task.dfa.delta(mask, names)
        return EdgeTable(
            source=source,
            target=delta[source, np.arange(len(pairs))].astype(np.int64),
            mask=mask,
            count=np.array([one.count for one in known], np.int64),
            value=np.array([one.value.mean for one in known], np.float64),
            spread=np.array([one.value.spread for one in known], np.float64),
            steps=np.array([one.steps.mean for one in known], np.float64),
            success=np.array([one.won.mean for one in known], np.float64),
            cost=np.array([one.cost.mean if one.cost.count else np.inf for one in known], np.float64),
        )
