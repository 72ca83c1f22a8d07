"""Running a learned policy greedily, through the Gymnasium interface."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lantern.errors import TeacherError

if TYPE_CHECKING:
    from lantern.envs import TaskEnv
    from lantern.transfer import Teacher


#: Chooses an action from the observation and the info that ``TaskEnv`` returned last.
Policy = Callable[[dict[str, Any], dict[str, Any]], Any]


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
    policy : Policy
        Who acts.
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
    observation, info = env.reset(seed=seed)
    steps, gain = 0, 0.0
    while True:
        observation, reward, terminated, truncated, info = env.step(policy(observation, info))
        steps += 1
        gain += float(reward)
        if terminated or truncated:
            return Outcome(bool(info["success"]), steps, gain)


class TablePolicy:
    """Acts greedily by a table of values, remembering the last event where the table does.

    Parameters
    ----------
    arrays : mapping of str to array
        ``q`` float32[U, O, A]; where the table remembers, ``event`` int64[M, 2] (observation and label mask)
        and ``index`` int32[O, M].
    states : mapping of int to int
        DFA state of the task to that of the table.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]], states: Mapping[int, int]) -> None:
        self.table = arrays["q"]
        self.states = states
        self.index = arrays.get("index")
        events = arrays["event"] if self.index is not None else np.zeros((0, 2), np.int64)
        self.events = {(int(place), int(mask)): at for at, (place, mask) in enumerate(events)}
        self.remembered = 0

    def __call__(self, observation: dict[str, Any], info: dict[str, Any]) -> int:
        """Choose the action of greatest value; a reset, whose info has no reward, starts a new memory."""
        seen = int(observation["observation"])
        if self.index is not None:
            if "env_reward" not in info:
                self.remembered = 0
            if info["label"]:
                self.remembered = self.events.get((seen, int(info["label"])), self.remembered)
            seen = int(self.index[seen, self.remembered])
        return int(np.argmax(self.table[self.states[int(observation["dfa_state"])], seen]))


def greedy_policy(teacher: Teacher, env: TaskEnv) -> Policy:
    """Make the greedy policy of a saved run, for a task with the same automaton and observations.

    Raises
    ------
    TeacherError
        If the teacher holds no table, or its table does not fit the task.
    """
    table = teacher.policy.get("q")
    if table is None and not teacher.network:
        raise TeacherError(f"The teacher {teacher.name!r} has no policy to act by; train it again.")
    difference = teacher.dfa.difference(env.dfa)
    if difference is not None:
        raise TeacherError(
            f"The teacher {teacher.name!r} learned another task: {teacher.task_text}. Its policy cannot be "
            "run on this one; use it with `lantern train --teacher` instead."
        )
    if table is None:
        from lantern.agents.deep.acting import network_policy

        return network_policy(teacher, env)
    size = getattr(env.env.observation_space, "n", None)
    known = teacher.policy["index"].shape[0] if "index" in teacher.policy else table.shape[1]
    if size != known:
        raise TeacherError(
            f"The teacher {teacher.name!r} knows {known} observations, this environment has "
            f"{size or 'no finite number of them'}. Evaluate it where it was trained: "
            f"--env {teacher.env.get('name', '?')}."
        )
    return TablePolicy(teacher.policy, teacher_states(teacher, env))


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
