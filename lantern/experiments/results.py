"""What a sweep left, as plain values: everything a report needs, and no training code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lantern.agents.run import Curve as Curve
from lantern.agents.run import Trust as Trust

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Job:
    """One finished run: one agent on one target with one seed.

    Attributes
    ----------
    key : str
        Hash of all that determines the result; the file is ``jobs/<key>.parquet``.
    kind : str
        ``"target"``, or ``"source"`` for a run that made a teacher.
    target, agent : str
        Names within the sweep; for a source run the target is the source's name.
    settings : mapping
        The agent's settings in full.
    source_steps : int
        Environment steps spent on this job's teachers, in all.
    llm_calls : int
        Calls to a language model that this job's task and alignment needed.
    seconds : float
        Time the run took, compilation included.
    alignment : dict or None
        ``Alignment.to_dict()``, where the agent had teachers to align.
    episode : tuple of dict
        One greedy episode after training, a dict per step, for display.
    provenance : mapping
        Versions, encoder and machine of this very run.
    condition : str
        Condition of its sources; "" where the target has a plain list, or the agent uses no teachers.
    """

    key: str
    kind: str
    target: str
    agent: str
    seed: int
    curve: Curve
    settings: Mapping[str, Any] = field(default_factory=dict)
    source_steps: int = 0
    llm_calls: int = 0
    seconds: float = 0.0
    trust: Trust | None = None
    alignment: Mapping[str, Any] | None = None
    episode: tuple[Mapping[str, Any], ...] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)
    condition: str = ""


@dataclass(frozen=True)
class Source:
    """A source task of a target: where a teacher comes from.

    Attributes
    ----------
    name, env : str
        Name of the source within the sweep, and its environment.
    task, formula : str
        The task in English and in LTLf.
    dfa : dict
        ``DFA.to_dict()``.
    agent : str
        The agent that the teacher was trained with; "" for a teacher loaded from a file.
    steps : int
        Environment steps that each teacher was trained for; 0 for a teacher loaded from a file.
    condition : str
        The condition that it belongs to; "" in a plain list of sources.
    """

    name: str
    env: str
    task: str
    formula: str
    dfa: Mapping[str, Any]
    agent: str = ""
    steps: int = 0
    condition: str = ""


@dataclass(frozen=True)
class Target:
    """A target of the sweep: environment, task and sources.

    Attributes
    ----------
    name, env : str
        Name of the target within the sweep, and its environment.
    task, paraphrase, formula : str
        The task in English, the formula said in English again, the formula.
    dfa : dict
        ``DFA.to_dict()``.
    vocabulary : mapping
        Proposition name to its English sentence.
    sources : tuple of Source
        Of all conditions.
    conditions : tuple of str
        Names of the conditions of its sources; empty where they are a plain list.
    group : str
        What the sweep file calls several targets together; "" for none.
    steps : int
        Environment steps of a run, unless an agent has a budget of its own; 0 for those of the sweep.
    threshold : float or None
        Success rate that counts as having learned it; that of the sweep where None.
    """

    name: str
    env: str
    task: str
    formula: str
    paraphrase: str
    dfa: Mapping[str, Any]
    vocabulary: Mapping[str, str]
    sources: tuple[Source, ...] = ()
    conditions: tuple[str, ...] = ()
    group: str = ""
    steps: int = 0
    threshold: float | None = None

    def under(self, condition: str) -> Target:
        """Return the same target with the sources of one condition alone."""
        mine = tuple(source for source in self.sources if source.condition == condition)
        return replace(self, sources=mine, conditions=())


@dataclass(frozen=True)
class Failure:
    """A job that did not end.

    Attributes
    ----------
    kind : str
        ``"error"`` (it raised), ``"killed"`` (its process died), ``"timeout"``, ``"memory"`` or ``"teacher"``
        (a teacher it needs is missing).
    message, traceback : str
        One line, and everything that is known.
    attempts : int
        How often it was tried.
    """

    key: str
    target: str
    agent: str
    seed: int
    kind: str
    message: str
    traceback: str
    attempts: int
    condition: str = ""


@dataclass(frozen=True)
class Results:
    """All that a sweep found out.

    Attributes
    ----------
    name : str
        Name of the sweep.
    folder : Path or str
        Where it is stored: a path, or an address.
    file : str
        Text of the sweep file.
    steps, evaluate_every, episodes : int
        Environment steps of a job, steps between evaluations, episodes of an evaluation.
    threshold : float
        Success rate that counts as having learned the task, in (0, 1].
    agents : tuple of str
        In the order of the file.
    baseline : str
        The agent that ratios refer to.
    references : tuple of str
        Further agents that every agent is compared with.
    targets : mapping
        Name to Target, in the order of the file.
    seeds : tuple of int
    jobs : tuple of Job
        Finished target jobs, in the order of the manifest.
    teachers : tuple of Job
        Finished source jobs.
    failures : tuple of Failure
    missing : int
        Target jobs that have neither ended nor failed yet.
    summary : mapping
        ``summary.json``; empty while the sweep has not ended.
    versions : mapping
        What was used, and nothing of when or where: LANTERN, its code's digest, libraries, encoder.
    provenance : mapping
        Machine, command and times of the sweep.
    condition : str
        The condition that they were restricted to with ``under``; "" for none.
    """

    name: str
    folder: Path | str
    file: str
    steps: int
    evaluate_every: int
    episodes: int
    threshold: float
    agents: tuple[str, ...]
    baseline: str
    targets: Mapping[str, Target]
    seeds: tuple[int, ...]
    jobs: tuple[Job, ...]
    teachers: tuple[Job, ...] = ()
    failures: tuple[Failure, ...] = ()
    missing: int = 0
    summary: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, Any] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict)
    references: tuple[str, ...] = ()
    condition: str = ""

    @cached_property
    def conditions(self) -> tuple[str, ...]:
        """Conditions of sources, in the order of the file; ``("",)`` for a sweep without any."""
        named = dict.fromkeys(one for target in self.targets.values() for one in target.conditions)
        plain = [""] if not named or any(not target.conditions for target in self.targets.values()) else []
        return (*named, *plain)

    def under(self, condition: str) -> Results:
        """Return the results of one condition: its targets, and the runs of agents without teachers too.

        Parameters
        ----------
        condition : str
            One of ``conditions``.
        """
        targets = {
            name: target.under(condition)
            for name, target in self.targets.items()
            if condition in (target.conditions or ("",))
        }
        jobs = tuple(j for j in self.jobs if j.target in targets and j.condition in ("", condition))
        failures = tuple(f for f in self.failures if f.condition in ("", condition))
        return replace(self, targets=targets, jobs=jobs, failures=failures, condition=condition)

    def threshold_of(self, target: str) -> float:
        """Success rate that counts as having learned a target, in (0, 1]."""
        return self.targets[target].threshold or self.threshold

    def steps_of(self, target: str) -> int:
        """Environment steps of a run on a target, unless an agent has a budget of its own."""
        return self.targets[target].steps or self.steps

    @cached_property
    def _cells(self) -> dict[tuple[str, str], tuple[Job, ...]]:
        cells: dict[tuple[str, str], list[Job]] = {}
        for job in self.jobs:
            cells.setdefault((job.target, job.agent), []).append(job)
        return {cell: tuple(sorted(jobs, key=lambda job: job.seed)) for cell, jobs in cells.items()}

    def of(self, target: str, agent: str) -> tuple[Job, ...]:
        """Return the finished jobs of one agent on one target, by seed; empty where none has ended.

        Where there are several conditions, ask ``under(condition)``: jobs of all of them are returned here.
        """
        return self._cells.get((target, agent), ())

    def success(self, target: str, agent: str) -> tuple[Integers, Floats]:
        """Success curves of one agent on one target.

        Returns
        -------
        step : int64[E]
            Evaluation points, the same for all seeds.
        success : float64[n, E]
            One row a seed, in the order of ``of(target, agent)``; of shape [0, 0] where no job has ended.
        """
        jobs = self.of(target, agent)
        if not jobs:
            return np.zeros(0, dtype=np.int64), np.zeros((0, 0))
        return common_grid([job.curve for job in jobs])


def place_of(target: str, condition: str) -> str:
    """Name of a target under a condition of its sources, for tables."""
    return f"{target} · {condition}" if condition else target


def common_grid(curves: list[Curve]) -> tuple[Integers, Floats]:
    """Put success curves on one grid of steps: the union of theirs, each holding its last value.

    Jobs of one sweep share their evaluation points already; curves read from elsewhere may not.
    Before a curve's first evaluation its first value stands.
    """
    first = curves[0].step
    if all(np.array_equal(curve.step, first) for curve in curves):
        return first, np.stack([curve.success for curve in curves])
    grid = np.unique(np.concatenate([curve.step for curve in curves]))
    rows = [
        curve.success[np.maximum(np.searchsorted(curve.step, grid, side="right") - 1, 0)] for curve in curves
    ]
    return grid, np.stack(rows)
