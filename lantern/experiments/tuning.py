"""Tuning an agent's settings with Optuna before it is compared.

Trials are ordinary jobs in the sweep's store, on seeds of their own, so that the seeds of the comparison stay
unseen. What has been tried is an Optuna study in ``tune/<agent>.journal``, what was found stands in
``tune/<agent>.json``. A tuning that was killed goes on with the trials it has, and proposes the same next one
as if nothing had happened.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from lantern.errors import ContentError
from lantern.experiments import statistics as st
from lantern.experiments.logs import safe_name
from lantern.experiments.plan import Plan
from lantern.experiments.results import Failure, Job
from lantern.experiments.store import Store
from lantern.experiments.study import Settings, Study, Trial
from lantern.experiments.sweepfile import AgentEntry, Range, SweepFile, Tuning

FIRST_SEED = 1_000_000  # far from any seed that a sweep would list


@dataclass
class Record:
    """What has been tried for one agent.

    Attributes
    ----------
    agent : str
        Its name in the sweep.
    asked : str
        Hash of what was asked for; a record of something else is not used.
    done : int
        How many trials have ended.
    jobs : list of str
        Keys of all jobs that the trials ran.
    best : dict or None
        Settings of the best trial, once all are done.
    """

    agent: str
    asked: str
    done: int = 0
    jobs: list[str] = field(default_factory=list)
    best: Settings | None = None


def record_path(folder: Path, agent: str) -> Path:
    """Where the record of an agent's tuning is."""
    return folder / "tune" / f"{safe_name(agent)}.json"


def read_record(folder: Path, agent: str) -> Record | None:
    """Read what has been tried for an agent; None where there is no readable record."""
    try:
        return Record(**json.loads(record_path(folder, agent).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def tuned_agents(sweep: SweepFile) -> list[tuple[str, AgentEntry, Tuning]]:
    """List the agents of a file that are to be tuned, by name."""
    return [(one.name or Path(one.agent).stem, one, one.tune) for one in sweep.agents if one.tune is not None]


def tuned_settings(folder: Path, sweep: SweepFile) -> dict[str, Settings]:
    """Settings found by finished tunings in a folder, by agent."""
    found = {name: read_record(folder, name) for name, _, _ in tuned_agents(sweep)}
    return {name: record.best for name, record in found.items() if record is not None and record.best}


def tuning_jobs(folder: Path) -> set[str]:
    """Keys of all jobs that tunings in a folder have run."""
    keys: set[str] = set()
    for path in (folder / "tune").glob("*.json"):
        record = read_record(folder, path.stem)
        keys |= set(record.jobs) if record is not None else set()
    return keys


def trial_file(sweep: SweepFile, entry: AgentEntry, tuning: Tuning, settings: Settings) -> SweepFile:
    """Return the sweep of one trial: one agent, all its targets and conditions, seeds of its own."""
    settings = {**entry.settings, **settings}
    agent = entry.model_copy(update={"settings": settings, "tune": None, "seeds": None})
    seeds = [FIRST_SEED + index for index in range(tuning.seeds)]
    alone: dict[str, Any] = {"agents": [agent], "seeds": seeds, "baseline": None, "references": []}
    if sweep.target is not None:
        alone["target"] = sweep.target.model_copy(update={"seeds": None})
    alone["targets"] = [target.model_copy(update={"seeds": None}) for target in sweep.targets]
    return sweep.model_copy(update=alone)


class Tuner:
    """Tunes the agents of one sweep.

    Parameters
    ----------
    sweep : SweepFile
    store : Store
    expand : callable
        Lists the jobs of a trial's sweep file.
    run : callable
        Runs a plan's jobs in the store and returns the failures.
    """

    def __init__(
        self,
        sweep: SweepFile,
        store: Store,
        expand: Callable[[SweepFile], Plan],
        run: Callable[[Plan], Mapping[str, Failure]],
    ) -> None:
        self.sweep, self.store, self.expand, self.run = sweep, store, expand, run

    def tune_all(self) -> dict[str, Settings]:
        """Tune every agent that asks for it, or go on; return the settings found, by agent.

        Raises
        ------
        ContentError
            If Optuna is missing, a setting does not exist, or every trial of an agent failed.
        """
        return {name: self._tune(name, entry, tuning) for name, entry, tuning in tuned_agents(self.sweep)}

    def _tune(self, name: str, entry: AgentEntry, tuning: Tuning) -> Settings:
        middle = {setting: _example(values) for setting, values in tuning.space.items()}
        first = self.expand(trial_file(self.sweep, entry, tuning, middle))
        asked = _digest(tuning, first)
        record = read_record(self.store.folder, name)
        if record is None or record.asked != asked:
            record = Record(name, asked)
        if record.best is not None and record.done == tuning.trials:
            return record.best
        path = record_path(self.store.folder, name).with_suffix(".journal")
        study = Study(path, asked, tuning)
        while len(trials := study.trials()) < tuning.trials:
            settings = study.propose(trials)
            plan = self.expand(trial_file(self.sweep, entry, tuning, settings))
            failures = self.run(plan)
            study.add(len(trials), Trial(settings, None if failures else self._value(plan, tuning)))
            self.store.publish(f"tune/{path.name}")
            record.jobs = sorted({*record.jobs, *(spec.key for spec in plan.specs)})
            record.done, record.best = len(trials) + 1, None
            self._save(record)
        record.done, record.best = tuning.trials, _best(name, trials[: tuning.trials])
        self._save(record)
        return record.best

    def _save(self, record: Record) -> None:
        name = record_path(self.store.folder, record.agent).relative_to(self.store.folder)
        self.store.write_record(name.as_posix(), vars(record))

    def _value(self, plan: Plan, tuning: Tuning) -> float:
        """Value of a trial, lower is better: the mean over targets of the mean over seeds."""
        by_target: dict[tuple[str, str], list[float]] = {}
        for spec in plan.specs:
            job = self.store.read_job(spec.key) if spec.kind == "target" else None
            if job is not None:
                threshold = float(plan.targets[spec.target]["threshold"])
                value = job_value(job, tuning, threshold)
                by_target.setdefault((spec.target, spec.condition), []).append(value)
        return float(np.mean([np.mean(values) for values in by_target.values()]))


def job_value(job: Job, tuning: Tuning, threshold: float) -> float:
    """Value of one job, lower is better.

    The area above the success curve, or the steps to the threshold as a share of the budget; a run that never
    gets there counts two budgets, so that reaching it late is still better than never.
    """
    if tuning.metric == "auc":
        return 1.0 - float(st.area_under_curve(job.curve.step, job.curve.success))
    found = st.steps_to_threshold(job.curve.step, job.curve.success[None, :], threshold)
    budget = float(job.curve.step[-1])
    return float(found.steps[0]) / budget if found.reached[0] else 2.0


def _example(values: Range) -> Any:
    """Return some value of a range, to check the settings before the first trial."""
    if values.choices is not None:
        return values.choices[0]
    assert values.low is not None
    return int(values.low) if values.integer else values.low


def _digest(tuning: Tuning, plan: Plan) -> str:
    """Hash of all that decides what a tuning finds, except how many trials it makes."""
    asked = tuning.model_dump(mode="json", exclude={"trials"})
    text = json.dumps([asked, [spec.key for spec in plan.specs]], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _best(name: str, trials: Sequence[Trial]) -> Settings:
    good = [trial for trial in trials if trial.value is not None]
    if not good:
        raise ContentError(
            f"Tuning {name!r}: every trial failed. Look into failed/ for why, and check the `space:`."
        )
    return dict(min(good, key=lambda trial: trial.value or 0.0).settings)
