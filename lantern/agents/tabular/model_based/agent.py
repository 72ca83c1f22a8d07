"""The model-based agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lantern.agents.tabular.agent import TabularAgent, _Start
from lantern.agents.tabular.arrays import Floats, Lesson, Log
from lantern.agents.tabular.model_based.arrays import make_learned, make_memory, upper_bound
from lantern.agents.tabular.product import build_product
from lantern.agents.tabular.recall import remember
from lantern.agents.tabular.stream import make_stream
from lantern.transfer.strategy import own_costs

if TYPE_CHECKING:
    from lantern.envs import TaskEnv


class ModelAgent(TabularAgent):
    """Learns a model of the environment, crosses it with the automaton, and acts greedily by a hopeful plan.

    Parameters are those of :class:`lantern.agents.tabular.agent.TabularAgent`. The model is shared by all DFA
    states, so that the last event is remembered wherever the environment hides something, whatever the DFA
    state tells.
    """

    def __init__(self, config: Any, task_env: TaskEnv, **options: Any) -> None:
        super().__init__(config, task_env, **options)
        if self.recall is None and self.source.n_observations < self.source.n_states:
            self.source, self.recall = remember(self.source)
            self.model, self.task = build_product(task_env, self.source)

    def _train(self, start: _Start, notes: Lesson, log: Log, episodes: int) -> Floats:
        """Run the compiled loop; see :class:`TabularAgent`."""
        from lantern.agents.tabular.model_based.loop import learn

        memory = make_memory(self.source, self.recall)
        bound = upper_bound(self.task, own_costs(self.task_env.dfa), self.config.discount)
        rows, actions = self.source.n_observations, self.source.n_actions
        q = np.zeros((rows, len(bound), actions))
        learn(
            self.model,
            self.task,
            self._settings(),
            memory,
            make_learned(rows, len(memory.rows), actions, bound),
            start.advice,
            q,
            notes,
            log,
            make_stream(self.seed, 0),
            make_stream(self.seed, 1),
            episodes,
        )
        return q
