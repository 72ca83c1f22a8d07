"""Running the saved policy of a deep teacher, without torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lantern.agents.deep.encode import Encoder
from lantern.agents.deep.policy import Interpreter, fits, read_policy
from lantern.agents.evaluation import Policy, teacher_states
from lantern.errors import TeacherError

if TYPE_CHECKING:
    from lantern.envs import TaskEnv
    from lantern.transfer import Teacher


def network_policy(teacher: Teacher, env: TaskEnv) -> Policy:
    """Make the greedy policy of a saved deep run, for a task with an equivalent automaton.

    Raises
    ------
    TeacherError
        If the policy is damaged, or observes or does something else than the environment has.
    """
    policy = read_policy(teacher)
    assert policy is not None
    encoder = Encoder(env.observation_space)
    space: Any = env.action_space
    bounds: Any = None if policy.bounds is None else (getattr(space, "low", 0.0), getattr(space, "high", 0.0))
    count = int(getattr(space, "n", 0)) or int(np.prod(space.shape or (0,)))
    if (bounds is None) != hasattr(space, "n") or not fits(policy, encoder.fields, count, bounds):
        raise TeacherError(
            f"The teacher {teacher.name!r} observes or does something else than this environment has: "
            f"{teacher.observation_kind}. Evaluate it where it was trained: "
            f"--env {teacher.env.get('name', '?')}."
        )
    matched = teacher_states(teacher, env)
    states = np.array([matched[state] for state in range(env.dfa.n_states)], np.int64)
    interpreter = Interpreter(policy, encoder.fields, states)
    x = np.zeros((1, encoder.size), np.float32)

    def act(observation: dict[str, Any], info: dict[str, Any]) -> Any:
        encoder.row(observation, x)
        action = interpreter.actions(x, np.array([int(observation["dfa_state"])]))[0]
        if bounds is None:
            return int(action)
        low, high = bounds
        return low + (0.5 * (action.reshape(low.shape) + 1.0) * (high - low))

    return act
