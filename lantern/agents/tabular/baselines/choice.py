"""Controls: which single teacher is used, and by whom it is chosen.

``best`` takes the teacher that the alignment trusts most, before any experience; ``random`` draws one;
``oracle`` learns once with each teacher alone and keeps the run that learned fastest: what a perfect choice
in hindsight would have been worth, and no learner can know.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lantern.agents.tabular.baselines import make_with_all

if TYPE_CHECKING:
    from lantern.agents.base import Agent
    from lantern.agents.config import AgentConfig
    from lantern.agents.run import Run
    from lantern.envs import TaskEnv
    from lantern.transfer import Teacher


def choose_teachers(config: AgentConfig, task_env: TaskEnv, teachers: Sequence[Teacher], seed: int) -> Agent:
    """Make the agent with the one teacher that ``config.choice`` says."""
    if len(teachers) > 1:
        if config.choice == "oracle":
            return OracleAgent(config, task_env, teachers, seed)
        pick = best_aligned if config.choice == "best" else drawn
        teachers = [pick(config, task_env, teachers, seed)]
    return make_with_all(config, task_env, teachers, seed)


def best_aligned(config: AgentConfig, task_env: TaskEnv, teachers: Sequence[Teacher], seed: int) -> Teacher:
    """Return the teacher whose states correspond best to the task's; the first of equals."""
    from lantern.transfer.alignment import align

    alignment = align(teachers, task_env.dfa, task_env.vocabulary, config.encoder)
    return max(teachers, key=lambda teacher: float(alignment.confidence(teacher.name).sum()))


def drawn(config: AgentConfig, task_env: TaskEnv, teachers: Sequence[Teacher], seed: int) -> Teacher:
    """Return a teacher drawn by the agent's seed."""
    dice = np.random.default_rng(np.random.SeedSequence([seed, 3]))
    return teachers[int(dice.integers(len(teachers)))]


class OracleAgent:
    """Learns with each teacher alone, and returns the run that was best in hindsight."""

    def __init__(
        self, config: AgentConfig, task_env: TaskEnv, teachers: Sequence[Teacher], seed: int
    ) -> None:
        self.config = config
        self.agents = [make_with_all(config, task_env, [teacher], seed) for teacher in teachers]

    def learn(self, steps: int, *, evaluate_every: int = 500, episodes: int = 10) -> Run:
        """Learn once with each teacher; ``steps`` are those of one run. See :meth:`Agent.learn`."""
        runs = [agent.learn(steps, evaluate_every=evaluate_every, episodes=episodes) for agent in self.agents]
        return max(runs, key=lambda run: (float(run.curve.success.mean()), float(run.curve.return_.mean())))
