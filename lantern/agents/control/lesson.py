"""From a controller to a teacher: its policy, and what it is worth in each state of the automaton."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lantern.agents.control.task import ControlTask, Days
from lantern.agents.provenance import provenance
from lantern.agents.tabular.lesson import describe_env

if TYPE_CHECKING:
    from lantern.agents.config import AgentConfig
    from lantern.envs import TaskEnv
    from lantern.transfer import EdgeTable, StateTable, Teacher

KIND = "readings of an incineration line"
"""Observations are scaled alike at all sites, so that a policy can be shown those of another."""


@dataclass(frozen=True)
class ControlLesson:
    """What a controller knows, and the days that it was judged on.

    Attributes
    ----------
    config : AgentConfig
    task_env : TaskEnv
    task : ControlTask
    arrays : dict of str to array
        The policy, and what else is to be handed on.
    days : Days
    steps, seed : int
    """

    config: AgentConfig
    task_env: TaskEnv
    task: ControlTask
    arrays: Mapping[str, NDArray[Any]]
    days: Days
    steps: int
    seed: int

    def teacher(self, name: str | None) -> Teacher:
        """Make the teacher."""
        from lantern.transfer import Teacher

        env = describe_env(self.task_env) | {"name": self.task.site.name}
        dfa = self.task.dfa
        return Teacher(
            name=name or self.task.site.name,
            task_text=str(dfa.formula) if dfa.formula is not None else "",
            dfa=dfa,
            vocabulary=self.task.vocabulary,
            env=env,
            state=state_table(self.task, self.days),
            edge=edge_table(self.task, self.days),
            policy=dict(self.arrays),
            observation_kind=KIND,
            steps=self.steps,
            discount=self.config.discount,
            provenance=provenance(self.config, self.seed),
        )


def state_table(task: ControlTask, days: Days) -> StateTable:
    """What each state of the automaton turned out to be worth."""
    from lantern.transfer import StateTable

    states, accepting = task.dfa.n_states, np.asarray(task.dfa.accepting, bool)
    won = accepting[days.state[-1]]
    visited = np.stack([(days.state == state).any(axis=0) for state in range(states)])
    entered = np.stack([(days.state == state).argmax(axis=0) for state in range(states)])
    count = visited.sum(axis=1)
    success = np.where(accepting, 1.0, (visited & won).sum(axis=1) / np.maximum(count, 1))
    cost, spread = np.full(states, np.inf), np.zeros(states)
    for state in np.flatnonzero((visited & won).any(axis=1)):
        took = (len(days.state) - 1 - entered[state])[visited[state] & won]
        cost[state], spread[state] = took.mean(), took.std()
    cost[accepting] = 0.0
    dead = ~np.asarray(task.dfa.live, bool)
    return StateTable(success.copy(), cost, spread, count.astype(np.int64), success, dead)


def edge_table(task: ControlTask, days: Days) -> EdgeTable:
    """What each transition that was seen led to."""
    from lantern.transfer import EdgeTable

    won = np.asarray(task.dfa.accepting, bool)[days.state[-1]]
    before, after, length = days.state[:-1], days.state[1:], len(days.label)
    keys = np.stack([before.ravel(), days.label.ravel()], axis=1)
    distinct, which = np.unique(keys, axis=0, return_inverse=True)
    which = which.reshape(before.shape)
    entered = np.zeros_like(before)
    for step in range(1, length):
        entered[step] = np.where(before[step] == before[step - 1], entered[step - 1], step)
    at = np.arange(length)[:, None]
    rows = []
    for index in range(len(distinct)):
        here = which == index
        success = float(np.broadcast_to(won, here.shape)[here].mean())
        taken = float((at + 1 - entered)[here].mean())
        left = float((length - np.broadcast_to(at, here.shape))[here].mean()) if success > 0 else np.inf
        following = int(after[here][0])
        rows.append((following, int(here.sum()), success, np.sqrt(success * (1 - success)), taken, left))
    found = np.array(rows, dtype=np.float64).T
    source, mask = distinct[:, 0].astype(np.int64), distinct[:, 1].astype(np.int64)
    target, count = found[0].astype(np.int64), found[1].astype(np.int64)
    won_share, spread, steps, cost = found[2:]
    return EdgeTable(source, target, mask, count, won_share.copy(), spread, steps, won_share, cost)
