"""Running one job: environment, teachers, agent, learning; and putting its result into the store.

Processes of every backend come here. A process keeps the finite environments and the teachers it has met,
since a tabular job takes less time than making them again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lantern.errors import ContentError, LanternError
from lantern.experiments.plan import Spec
from lantern.experiments.results import Job
from lantern.experiments.store import Store
from lantern.experiments.versions import code_digest, versions

if TYPE_CHECKING:
    from lantern.agents import Run
    from lantern.envs import TaskEnv
    from lantern.transfer import Teacher


def run_spec(spec: Spec, store: Store) -> Job:
    """Run one job and store its result; a source job stores its teacher first.

    Raises
    ------
    Exception
        Whatever the job raises.
    """
    began = time.perf_counter()
    if spec.identity["code"] != code_digest():
        raise LanternError("LANTERN's code was changed while the sweep ran. Run the same command again.")
    task_env = _task_env(spec)
    teachers = [_teacher(str(store.teacher_path(key))) for key in spec.needs]
    teachers += [_teacher(path) for path in spec.teacher_files]
    run = _learn(spec, task_env, teachers)
    if spec.kind == "source":
        store.write_teacher(spec.key, run.teacher(spec.target))
    job = make_job(spec, run, time.perf_counter() - began)
    store.write_job(job)
    return job


def _learn(spec: Spec, task_env: TaskEnv, teachers: list[Teacher]) -> Run:
    from lantern.agents import AgentConfig, make_agent

    what = spec.identity
    config = AgentConfig(**what["agent"], name=spec.agent)
    agent = make_agent(config, task_env, teachers=teachers, seed=spec.seed)
    evaluate = what["evaluate"]
    return agent.learn(what["steps"], evaluate_every=evaluate["every"], episodes=evaluate["episodes"])


def make_job(spec: Spec, run: Run, seconds: float) -> Job:
    """Make the record of a run."""
    encoder = (run.alignment or {}).get("encoder", "")
    return Job(
        key=spec.key,
        kind=spec.kind,
        target=spec.target,
        agent=spec.agent,
        seed=spec.seed,
        curve=run.curve,
        settings=spec.identity["agent"],
        source_steps=int(run.source_steps),
        llm_calls=int(spec.identity.get("llm_calls", 0)),
        seconds=seconds,
        trust=run.all_trust(),
        alignment=run.alignment,
        episode=tuple(run.episode),
        provenance={**versions(), "encoder": encoder},
        condition=spec.condition,
    )


def _task_env(spec: Spec) -> TaskEnv:
    """Make the environment with its task; a finite one is made once, since learning leaves no trace in it."""
    from lantern.experiments.library import digest_files, env_files

    path = Path(spec.env)
    if digest_files(env_files(path)) != spec.identity["env"]:
        raise ContentError(f"{path} was changed while the sweep ran. Run the same command again.")
    task = json.dumps(spec.identity["task"], sort_keys=True)
    made = _shared_env(spec.env, spec.identity["env"], task)
    return made if made.tabular() is not None else _make_env(spec.env, task)


@lru_cache(maxsize=64)
def _shared_env(path: str, digest: str, task: str) -> TaskEnv:
    return _make_env(path, task)


def _make_env(path: str, task: str) -> TaskEnv:
    from lantern.envs import TaskEnv, make_env
    from lantern.logic import DFA

    about: Mapping[str, Any] = json.loads(task)
    return TaskEnv(make_env(path), DFA.from_dict(about["dfa"]), **about["options"])


@lru_cache(maxsize=256)
def _teacher(path: str) -> Teacher:
    from lantern.transfer import Teacher

    return Teacher.load(path)
