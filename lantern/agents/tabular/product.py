"""From a task environment to the arrays of the compiled learner."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lantern.agents.tabular.arrays import Model, Task
from lantern.errors import EnvError, LanternError

if TYPE_CHECKING:
    from lantern.envs import TaskEnv
    from lantern.envs.tabular import TabularModel
    from lantern.logic import DFA


def finite_model(task_env: TaskEnv) -> TabularModel:
    """Return the tabular model of a task environment.

    Raises
    ------
    LanternError
        If the environment is not finite.
    """
    from lantern.envs.tabular import tabular_model

    model = tabular_model(task_env)
    if model is None:
        raise LanternError(
            "A tabular agent needs a finite environment, and this one offers no tabular model: "
            "use a deep agent such as 'dqn', or give the environment a method tabular()."
        )
    return model


def build_product(task_env: TaskEnv, model: TabularModel) -> tuple[Model, Task]:
    """Build the arrays of the product: when it ends and what it pays follow ``TaskEnv``."""
    dfa: DFA = task_env.dfa
    delta = np.ascontiguousarray(dfa.delta(model.masks, task_env.vocabulary.names), dtype=np.int32)
    start = delta[dfa.initial, model.initial_label].astype(np.int32)
    accepting = np.array(dfa.accepting, dtype=np.bool_)
    until_end = task_env.end == "episode" or (task_env.end == "auto" and bool(accepting[start].any()))
    terminal = ~np.array(dfa.live, dtype=np.bool_) | np.array(dfa.settled, dtype=np.bool_)
    if not until_end:
        terminal |= accepting
    if task_env.reward_env:
        raise EnvError(
            "Tabular agents learn what the task pays, not what the environment pays: leave reward_env at "
            "0, or use a deep agent."
        )
    accept, fail, step = task_env._rewards
    arrays = Model(
        model.next_state,
        model.cumulative,
        model.label,
        model.terminated,
        model.observation,
        model.initial,
        start,
    )
    return arrays, Task(delta, terminal, accepting, until_end, accept, fail, step)
