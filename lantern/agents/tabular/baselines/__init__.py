"""Transfer methods of the literature, on the tabular learner: one module each, and one loop for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lantern.agents.base import Agent
    from lantern.agents.config import AgentConfig
    from lantern.envs import TaskEnv
    from lantern.transfer import Teacher


def make_tabular(config: AgentConfig, task_env: TaskEnv, teachers: Sequence[Teacher], seed: int) -> Agent:
    """Make the tabular agent that the settings ask for; see :func:`lantern.agents.make_agent`."""
    if config.choice != "all" and config.uses_teachers:
        from lantern.agents.tabular.baselines.choice import choose_teachers

        return choose_teachers(config, task_env, teachers, seed)
    return make_with_all(config, task_env, teachers, seed)


def make_with_all(config: AgentConfig, task_env: TaskEnv, teachers: Sequence[Teacher], seed: int) -> Agent:
    """Make the agent with all of the given teachers."""
    from lantern.agents.tabular.agent import TabularAgent

    if config.method == "none":
        return TabularAgent(config, task_env, teachers=teachers, seed=seed)
    from lantern.agents.tabular.baselines.agent import BaselineAgent

    return BaselineAgent(config, task_env, teachers=teachers, seed=seed)
