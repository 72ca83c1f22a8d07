"""Greedy evaluation in compiled code: no learning, no exploration, the task's own rewards."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lantern.agents.tabular.arrays import Log, Model, Task
from lantern.agents.tabular.compiled import compiled
from lantern.agents.tabular.stream import Stream, below, branch, draw


@compiled
def evaluate(
    model: Model,
    task: Task,
    limit: int,
    q: NDArray[np.float64],
    log: Log,
    mark: int,
    dice: Stream,
    episodes: int,
) -> None:
    """Roll the greedy policy out and log it.

    In deterministic environments one episode from each initial state says all.
    """
    starts = model.initial.shape[0]
    if model.cumulative.shape[2] == 1:
        episodes = starts
    success, length, reward = 0.0, 0.0, 0.0
    for episode in range(episodes):
        start = episode if model.cumulative.shape[2] == 1 else below(draw(dice), starts)
        won, steps, gained = rollout(model, task, limit, q, start, dice)
        success += won
        length += steps
        reward += gained
    log.success[mark] = success / episodes
    log.length[mark] = length / episodes
    log.reward[mark] = reward / episodes


@compiled
def rollout(
    model: Model, task: Task, limit: int, q: NDArray[np.float64], start: int, dice: Stream
) -> tuple[bool, int, float]:
    """Follow the greedy policy for one episode; return success, length and return."""
    s, u, gained = model.initial[start], model.start[start], 0.0
    for t in range(1, limit + 1):
        a = np.argmax(q[model.observation[s], u])
        b = branch(model.cumulative[s, a], dice)
        terminated = model.terminated[s, a, b]
        u = task.delta[u, model.label[s, a, b]]
        s = model.next_state[s, a, b]
        gained += task.step
        if terminated or task.terminal[u]:
            return task.accepting[u], t, gained + (task.accept if task.accepting[u] else task.fail)
    won = task.until_end and task.accepting[u]
    return won, limit, gained + (task.accept if won else 0.0)
