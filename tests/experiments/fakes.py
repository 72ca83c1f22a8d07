"""A library and a runner that need no environments and no learners: jobs that behave as they are told."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

import numpy as np

from lantern.content import nearest
from lantern.errors import ContentError
from lantern.experiments.library import AgentInfo, EnvInfo, TaskInfo
from lantern.experiments.results import Curve, Job, Source

RUNNER = "fakes:run_spec"
ENVS = ("student", "teacher", "other")
AGENTS = {"plain": False, "shaped": False, "taught": True, "broken": False}
SETTINGS = ("speed", "behaviour", "seconds", "folder")


class FakeLibrary:
    """Looks names up in the tuples above; an environment's digest is its name."""

    def __init__(self, digests=None):
        self.digests = digests or {}

    def env(self, name, place):
        if name not in ENVS:
            raise ContentError(f"{place}: no env {name!r}. {nearest(name, ENVS)}")
        return EnvInfo(name, f"/envs/{name}.yaml", self.digests.get(name, name), {"a": "a happens"})

    def task(self, entry, env, place):
        text = entry.name or entry.text or entry.formula
        return TaskInfo(entry.name or "", text, f"F {text}", f"{text}, said again", {"states": [0, 1]})

    def agent(self, name, settings, place, places):
        if name not in AGENTS and name != "crm_shaping":
            raise ContentError(f"{place}: no agent {name!r}. {nearest(name, AGENTS)}")
        for key in settings:
            if key not in SETTINGS:
                raise ContentError(f"{places.get(key, place)}: no setting {key!r}. {nearest(key, SETTINGS)}")
        return AgentInfo({"agent": name, **settings}, AGENTS.get(name, False))

    def teacher(self, path, place):
        return Source("saved", "student", "a task", "F a", {"states": [0, 1]}), "digest", path


class FakeTeacher:
    def __init__(self, seed):
        self.seed = seed

    def save(self, path):
        path.mkdir()
        (path / "teacher.json").write_text(json.dumps({"seed": self.seed}))


def curve_of(spec) -> Curve:
    """A curve that depends on the key alone, as a real job's does."""
    rng = np.random.default_rng(int(spec.key, 16))
    step = np.arange(0, spec.identity["steps"] + 1, spec.identity["evaluate"]["every"])
    learned = rng.uniform(0.1, 1.2) * spec.identity["steps"] * spec.identity["agent"].get("speed", 0.5)
    success = (step >= learned).astype(float)
    return Curve(step, success, 10.0 - success, success)


def misbehave(spec) -> None:
    """Do what the agent's settings ask for; ``once`` leaves a mark so that the second try succeeds."""
    agent = spec.identity["agent"]
    time.sleep(agent.get("seconds", 0.0))
    what = agent.get("behaviour", "")
    if what.endswith("once"):
        mark = Path(agent["folder"]) / f"{spec.key}.tried"
        if mark.exists():
            return
        mark.touch()
    if what.startswith("raise"):
        raise RuntimeError(f"seed {spec.seed} does not want to")
    if what.startswith("kill"):
        print("about to die", file=sys.stderr, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    if what.startswith("hang"):
        time.sleep(3600)
    if what.startswith("eat"):
        hoard = np.ones(50_000_000)
        time.sleep(3600 + hoard[0])
    if what.startswith("print"):
        print("noise on standard output that is not ours")


def run_spec(spec, store) -> Job:
    misbehave(spec)
    for key in spec.needs:
        assert json.loads((store.teacher_path(key) / "teacher.json").read_text())["seed"] == spec.seed
    if spec.kind == "source":
        store.write_teacher(spec.key, FakeTeacher(spec.seed))
    job = Job(
        spec.key, spec.kind, spec.target, spec.agent, spec.seed, curve_of(spec),
        settings=spec.identity["agent"], source_steps=100 * len(spec.needs), seconds=time.time() % 1,
        condition=spec.condition,
        provenance={"pid": os.getpid(), "threads": os.environ.get("OMP_NUM_THREADS")},
    )  # fmt: skip
    if log := os.environ.get("FAKE_LOG"):
        with Path(log).open("a") as file:
            file.write(spec.key + "\n")
    store.write_job(job)
    return job
