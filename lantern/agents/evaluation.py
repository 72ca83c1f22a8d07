"""Running a learned policy greedily, through the Gymnasium interface."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lantern.errors import TeacherError

if TYPE_CHECKING:
    from lantern.envs import TaskEnv
    from lantern.transfer import Teacher

Policy = Callable[[dict[str, Any]], Any]


@dataclass(frozen=True)
class Outcome:
    """How one episode ended.

    Attributes
    ----------
    success : bool
        Whether the task was done.
    steps : int
        Environment steps made.
    gain : float
        Undiscounted, unshaped return.
    """

    success: bool
    steps: int
    gain: float


def evaluate(policy: Policy, env: TaskEnv, episodes: int = 20, seed: int = 0) -> list[Outcome]:
    """Run a policy for some episodes; episode *i* is reset with seed ``seed + i``.

    Parameters
    ----------
    policy : callable
        From an observation of ``env`` to an action.
    env : TaskEnv
        The task.
    episodes : int
        How many, 1 or more.
    seed : int
        Seed of the first reset.
    """
    return [run_episode(policy, env, seed + episode) for episode in range(episodes)]


def run_episode(policy: Policy, env: TaskEnv, seed: int) -> Outcome:
    """Run one episode to its end."""
    observation, _ = env.reset(seed=seed)
    steps, gain = 0, 0.0
    while True:
        observation, reward, terminated, truncated, info = env.step(policy(observation))
        steps += 1
        gain += float(reward)
        if terminated or truncated:
            return Outcome(bool(info["success"]), steps, gain)


def greedy_policy(teacher: Teacher, env: TaskEnv) -> Policy:
    """Make the greedy policy of a saved tabular run, for a task with the same automaton and observations.

    Raises
    ------
    TeacherError
        If the teacher holds no table, or its table does not fit the task.
    """
    table = teacher.policy.get("q")
    if table is None:
        raise TeacherError(f"The teacher {teacher.name!r} has no table of values to act by; train it again.")
    difference = teacher.dfa.difference(env.dfa)
    if difference is not None:
        raise TeacherError(
            f"The teacher {teacher.name!r} learned another task: {teacher.task_text}. Its policy cannot be "
            "run on this one; use it with `lantern train --teacher` instead."
        )
    size = getattr(env.env.observation_space, "n", None)
    if size != table.shape[1]:
        raise TeacherError(
            f"The teacher {teacher.name!r} knows {table.shape[1]} observations, this environment has "
            f"{size or 'no finite number of them'}. Evaluate it where it was trained: "
            f"--env {teacher.env.get('name', '?')}."
        )
    states = teacher_states(teacher, env)

    def act(observation: dict[str, Any]) -> int:
        values = table[states[int(observation["dfa_state"])], int(observation["observation"])]
        return int(np.argmax(values))

    return act


def teacher_states(teacher: Teacher, env: TaskEnv) -> dict[int, int]:
    """Match the states of two equivalent minimal automata, walking both from their starts."""
    names = env.vocabulary.names
    masks = np.array([0, *(1 << index for index in range(len(names)))], np.int64)
    ours, theirs = env.dfa.delta(masks, names), teacher.dfa.delta(masks, names)
    matched = {int(env.dfa.initial): int(teacher.dfa.initial)}
    frontier = [int(env.dfa.initial)]
    while frontier:
        state = frontier.pop()
        for column in range(len(masks)):
            following = int(ours[state, column])
            if following not in matched:
                matched[following] = int(theirs[matched[state], column])
                frontier.append(following)
    for state in range(env.dfa.n_states):  # only reached by several events at once
        matched.setdefault(state, matched[int(env.dfa.initial)])
    return matched
