"""The agent of a transfer method: the tabular learner, with what the method adds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from lantern.agents.tabular.agent import TabularAgent, _Start
from lantern.agents.tabular.arrays import Floats, Lesson, Log
from lantern.agents.tabular.baselines import (
    caps,
    jsrl,
    kickstarting,
    multipolar,
    policy_distillation,
    qdagger,
    sf_fsa_vi,
    warm_start,
)
from lantern.agents.tabular.baselines.advice import make_advice
from lantern.agents.tabular.baselines.memory import CODES, Advice, Memory, make_memory, make_numbers
from lantern.agents.tabular.stream import make_stream
from lantern.transfer.blending import aggregate, blended_values

if TYPE_CHECKING:
    from lantern.transfer.departures import Departures
    from lantern.transfer.tactics import Tactics


class BaselineAgent(TabularAgent):
    """Q-learning with one of the transfer methods of :mod:`lantern.agents.methods`.

    Parameters are those of :class:`lantern.agents.tabular.agent.TabularAgent`.
    """

    def _train(self, start: _Start, notes: Lesson, log: Log, episodes: int) -> Floats:
        """Run the compiled loop of the transfer methods; see :class:`TabularAgent`."""
        from lantern.agents.tabular.baselines.loop import learn

        q = start.tables.q
        tactics: list[Tactics] = []
        if start.alignment is not None:
            tactics = self.tactics(start.alignment, permissive=self.config.positions)
        advice = make_advice(tactics, q.shape, self.config.temperature)
        self._begin_values(q, advice)
        memory = make_memory(self.config, q, len(tactics), self.source.masks)
        self._begin(start, tactics, advice, memory)
        # The blend sets itself how far a target is the teachers', so that nothing fades in the learner.
        settings = self._settings()._replace(distil=1.0 if self.config.method == "lantern_blend" else 0.0)
        learn(
            CODES[self.config.method],
            self.model,
            self.task,
            settings,
            make_numbers(self.config),
            start.tables,
            advice,
            memory,
            notes,
            log,
            make_stream(self.seed, 0),
            make_stream(self.seed, 1),
            episodes,
        )
        return memory.shown

    def _begin_values(self, q: Floats, advice: Advice) -> None:
        """Set the table to where learning starts, for methods that start somewhere else."""
        config = self.config
        if config.method == "warm_start":
            warm_start.start_values(q, advice, config.teacher_weight, self.task.accept)
        elif config.method == "policy_distillation":
            policy_distillation.distil(q, advice, config.temperature, config.teacher_weight)

    def _begin(self, start: _Start, tactics: list[Tactics], advice: Advice, memory: Memory) -> None:
        """Set what a method remembers to where learning starts."""
        config = self.config
        begins: dict[str, Callable[[], None]] = {
            "kickstarting": lambda: kickstarting.begin(memory.number, config.teacher_weight),
            "qdagger": lambda: qdagger.begin(memory.number, config.teacher_weight),
            "jsrl": lambda: jsrl.begin(memory.number, config.levels, self.limit),
            "caps": lambda: caps.begin(memory.option, start.tables.q),
            "multipolar": lambda: multipolar.begin(
                advice.value, advice.action, memory.scale, memory.mixed, start.tables.q, config.teacher_weight
            ),
            "a2t": lambda: memory.mixture[-1, :, :-1].fill(np.log(max(config.teacher_weight, 1e-3))),
            "sf_fsa_vi": lambda: self._begin_features(start, tactics, memory),
            "lantern_blend": lambda: self._begin_blend(start, memory),
        }
        if config.method in begins:
            begins[config.method]()

    def _begin_features(self, start: _Start, tactics: list[Tactics], memory: Memory) -> None:
        """Take over what teachers of the same world imply, and tell places apart."""
        told = self._told(start, tactics)
        memory.lasting[:] = sf_fsa_vi.lasting_labels(self.source)
        sf_fsa_vi.begin(memory.number, memory.feature, memory.exit, told, self.source.masks)
        content = self.catalogue.content[:, :2] if self.catalogue.is_map else self.catalogue.content
        place = np.unique(content, axis=0, return_inverse=True)[1].ravel()
        if self.recall is None:
            memory.place[:] = place
        else:
            seen, remembered = np.nonzero(self.recall.index >= 0)
            memory.place[self.recall.index[seen, remembered]] = place[seen]

    def _told(self, start: _Start, tactics: list[Tactics]) -> list[tuple[Tactics, Departures]]:
        """Teachers that acted in the same world, with where each of their DFA states left for."""
        from lantern.transfer.departures import departures

        return [
            (one, departures(teacher, start.alignment, self.task_env.dfa, self.task_env.vocabulary))
            for teacher, one in zip(self.teachers, tactics, strict=True)
            if one.mode == "same place" and start.alignment is not None
        ]

    def _begin_blend(self, start: _Start, memory: Memory) -> None:
        """Work out what the teachers say of each automaton transition."""
        if start.alignment is None:
            return
        weights, unsure = aggregate(self.teachers, start.alignment, self.config.temperature)
        said = blended_values(
            self.task.delta,
            self.source.masks,
            self.task_env.vocabulary,
            self.teachers,
            start.alignment,
            weights,
        )
        memory.unsure[:] = unsure
        known = np.isfinite(said)
        memory.known[known] = 1.0
        start.tables.taught[known] = said[known] * self.task.accept
