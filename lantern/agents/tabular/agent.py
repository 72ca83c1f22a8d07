"""The tabular agent: settings and teachers in, a run out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lantern.agents.config import AgentConfig
from lantern.agents.run import Curve, Run, Trust
from lantern.agents.tabular import allocate
from lantern.agents.tabular.arrays import Advice, Guide, Lesson, Log, Model, Settings, Tables
from lantern.agents.tabular.lesson import TabularLesson
from lantern.agents.tabular.product import build_product, finite_model
from lantern.agents.tabular.recall import Recall, remember_where_needed
from lantern.agents.tabular.stream import make_stream
from lantern.envs.catalogue import find_catalogue
from lantern.transfer.strategy import ALONE, Strategy, own_costs, plan_strategy

if TYPE_CHECKING:
    from lantern.envs import TaskEnv
    from lantern.transfer import Alignment, Tactics, Teacher

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Start:
    """What the compiled learner starts from."""

    tables: Tables
    guide: Guide
    advice: Advice
    advisers: tuple[str, ...]
    strategy: Strategy | None
    alignment: Alignment | None


class TabularAgent:
    """Q-learning on the product of a finite environment and an automaton, with what the settings add.

    Parameters
    ----------
    config : AgentConfig
        The settings.
    task_env : TaskEnv
        A task in a finite environment.
    teachers : sequence of Teacher
        What was learned before.
    seed : int
        Seed of exploration, ties and evaluation.
    """

    def __init__(
        self, config: AgentConfig, task_env: TaskEnv, *, teachers: Sequence[Teacher] = (), seed: int = 0
    ) -> None:
        self.config = config
        self.task_env = task_env
        self.teachers = tuple(teachers[: config.transfer.max_teachers]) if config.uses_teachers else ()
        self.seed = seed
        self.source = finite_model(task_env)
        self.catalogue = find_catalogue(task_env.env, self.source)
        self.model, self.task = build_product(task_env, self.source)
        self.recall: Recall | None = None
        remembering = remember_where_needed(self.source, self.task.delta, self.model.start)
        if remembering is not None:
            self.source, self.recall = remembering
            self.model, self.task = build_product(task_env, self.source)

    def learn(self, steps: int, *, evaluate_every: int = 500, episodes: int = 10) -> Run:
        """Train from scratch; see :meth:`lantern.agents.Agent.learn`."""
        began = time.perf_counter()
        start = self._start()
        states, labels = self.task.delta.shape
        arms, advisers = start.guide.weight.shape[0], start.advice.trust.shape[0]
        log = allocate.make_log(steps, evaluate_every, arms, advisers, states)
        notes = allocate.make_lesson(states, labels)
        values = self._train(start, notes, log, episodes)
        policy = self._policy(values)
        masks = self.source.masks
        lesson = TabularLesson(
            self.config,
            self.task_env,
            masks,
            self.task,
            policy,
            notes,
            steps,
            self.seed,
            self.catalogue,
        )
        return Run(
            curve=Curve(log.step, log.success, log.length, log.reward),
            trust=None if start.strategy is None else Trust(log.step, start.strategy.arms, log.trust),
            tactical_trust=Trust(log.step, start.advisers, log.tactics) if start.advisers else None,
            alignment=start.alignment.to_dict() if start.alignment else None,
            policy=policy,
            episode=self._episode(values),
            source_steps=sum(teacher.steps for teacher in self.teachers),
            steps=steps,
            seconds=time.perf_counter() - began,
            lesson=lesson,
        )

    def _train(self, start: _Start, notes: Lesson, log: Log, episodes: int) -> Floats:
        """Run the compiled loop; return the values that the learned policy is greedy in."""
        from lantern.agents.tabular.kernel import learn

        streams = make_stream(self.seed, 0), make_stream(self.seed, 1)
        learn(
            self.model,
            self.task,
            self._settings(),
            start.tables,
            start.guide,
            start.advice,
            notes,
            log,
            *streams,
            episodes,
        )
        return start.tables.q

    def _policy(self, q: Floats) -> dict[str, NDArray[Any]]:
        """What was learned, as arrays: the table by DFA state, and what its observations remember."""
        table = {"q": np.ascontiguousarray(q.transpose(1, 0, 2), np.float32)}
        return table | self.recall.arrays() if self.recall is not None else table

    @property
    def limit(self) -> int:
        """Longest episode, in steps."""
        return min(self.config.episode_limit or self.source.max_steps, self.source.max_steps)

    def _settings(self) -> Settings:
        config = self.config
        distil = config.distillation_rate if config.distillation != "none" else 0.0
        return Settings(
            step_size=config.step_size,
            discount=config.discount,
            epsilon=config.epsilon,
            limit=self.limit,
            crm=config.crm,
            aliased=self.source.n_observations < self.source.n_states,
            distil=distil,
            guided=config.potential == "goals",
            gated=config.transfer.gate == "learned",
        )

    def _start(self) -> _Start:
        """Align the teachers and set the tables to where learning starts."""
        alignment = self._align()
        strategy = None
        costs = np.zeros((0, self.task.delta.shape[0]))
        prior = costs
        if self.config.potential == "goals":
            transfer = self.config.transfer
            believed = self.teachers if transfer.strategy else ()
            uniform = transfer.gate == "uniform"
            strategy = plan_strategy(self.task_env.dfa, believed, alignment, uniform=uniform)
            costs, prior = strategy.cost, strategy.prior
        shape = (self.source.n_observations, self.task.delta.shape[0], self.source.n_actions)
        unit = self.config.discount**self.config.edge_steps
        guide = allocate.make_guide(shape, self.task, costs, prior, unit)
        tables = allocate.make_tables(shape, self.task.delta.shape[1], self._initial_values(guide))
        if self.config.distillation != "none":
            self._distil(tables, alignment)
        advice, advisers = self._advice(alignment)
        return _Start(tables, guide, advice, advisers, strategy, alignment)

    def _advice(self, alignment: Alignment | None) -> tuple[Advice, tuple[str, ...]]:
        """Tactics of the teachers that observe the same kind of thing, and the names of the arms."""
        found: list[Tactics] = []
        transfer = self.config.transfer
        if alignment is not None and self.config.use_teachers and transfer.tactics:
            modes = ("same place", "whole map") if transfer.carry_over else ("same place",)
            found = [one for one in self.tactics(alignment) if one.mode in modes and one.known.any()]
        advice = allocate.make_advice(
            found,
            self.task.delta.shape[0],
            own_costs(self.task_env.dfa),
            exact=self.source.deterministic,
            learned=self.config.transfer.gate == "learned",
        )
        return advice, (*(one.teacher for one in found), ALONE) if found else ()

    def _align(self) -> Alignment | None:
        if not self.teachers:
            return None
        from lantern.transfer.alignment import Signals, align

        signals = Signals(**self.config.alignment.model_dump())
        dfa, vocabulary = self.task_env.dfa, self.task_env.vocabulary
        return align(self.teachers, dfa, vocabulary, self.config.encoder, signals)

    def tactics(self, alignment: Alignment, *, permissive: bool = False) -> list[Tactics]:
        """Read every teacher's policy in this task's table; see :func:`lantern.transfer.carry_over`."""
        from lantern.transfer.tactics import carry_over

        recall = self.recall.arrays() if self.recall is not None else None
        return [
            carry_over(
                teacher,
                alignment,
                self.task_env.dfa,
                self.task_env.vocabulary,
                self.catalogue,
                recall,
                permissive=permissive,
            )
            for teacher in self.teachers
        ]

    def _initial_values(self, guide: Guide) -> Floats:
        """Potential of each DFA state.

        Q-learning that starts from a potential and Q-learning that starts from zero but is shaped by that
        potential learn the same (Wiewiora 2003), so potentials are put into the initial values.
        """
        if self.config.potential == "goals":
            return guide.floor
        values = np.zeros(self.task.delta.shape[0])
        if self.config.potential == "automaton":
            values[:] = self.task.accept * self.config.potential_base ** own_costs(self.task_env.dfa)
        values[self.task.terminal] = 0.0
        return values

    def _distil(self, tables: Tables, alignment: Alignment | None) -> None:
        """Fill in what automaton distillation is taught."""
        from lantern.transfer.distillation import automaton_values, taught_values

        if self.config.distillation == "static":
            taught = automaton_values(self.task_env.dfa, self.task.delta, self.config.discount)
        else:
            taught = taught_values(
                self.task.delta, self.source.masks, self.task_env.vocabulary, self.teachers, alignment
            )
        known = np.isfinite(taught)
        tables.taught[known] = taught[known] * self.task.accept
        tables.beta[known] = 1.0

    def _episode(self, q: Floats) -> list[dict[str, Any]]:
        """One greedy episode, from the first initial state."""
        model: Model = self.model
        dice = np.random.default_rng(np.random.SeedSequence([self.seed, 2]))
        s, u = int(model.initial[0]), int(model.start[0])
        episode: list[dict[str, Any]] = []
        for step in range(self.limit):
            a = int(np.argmax(q[model.observation[s], u]))
            b = int(np.searchsorted(model.cumulative[s, a], dice.random(), side="right"))
            b = min(b, model.cumulative.shape[2] - 1)
            label = int(model.label[s, a, b])
            observation = int(model.observation[s])
            ended = bool(model.terminated[s, a, b])
            s, u = int(model.next_state[s, a, b]), int(self.task.delta[u, label])
            ended = ended or bool(self.task.terminal[u])
            won = ended and bool(self.task.accepting[u])
            episode.append(
                {
                    "step": step + 1,
                    "observation": observation,
                    "action": a,
                    "label": sorted(self.task_env.vocabulary.label(int(self.source.masks[label]))),
                    "dfa_state": u,
                    "reward": self.task.step + (self.task.accept if won else 0.0),
                }
            )
            if ended:
                break
        return episode
