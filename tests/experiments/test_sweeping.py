import json
import os
import random
import shutil
import sys
import time
from pathlib import Path

import pytest
from fakes import FakeLibrary

from lantern.errors import ContentError
from lantern.experiments import load_results, pool, threads
from lantern.experiments.scheduler import SweepError
from lantern.experiments.store import StoreError
from lantern.experiments.sweeping import make_plan


def test_a_sweep_runs_sources_first_and_ends_with_a_summary(sweep_file, fake_sweep, tmp_path):
    told = []
    result = fake_sweep(sweep_file(), progress=told.append)
    assert (result.done, result.total, result.failures) == (20, 20, {})
    found = load_results(result.folder)
    assert len(found.jobs) == 12 and len(found.teachers) == 8
    assert found.missing == 0
    assert [job.source_steps for job in found.of("quest", "taught")] == [200] * 4
    assert set(result.summary["agents"]) == {"plain", "taught", "shaped"}
    assert json.loads((result.folder / "summary.json").read_text()) == result.summary
    assert told[-1].done == told[-1].total == 20 and told[-1].failed == 0
    assert set(told[-1].success) == {"plain", "taught", "shaped"}
    assert found.jobs[0].provenance["threads"] == "1"
    assert list((result.folder / "claims").glob("[!.]*")) == []
    assert list((result.folder / "owners").iterdir()) == []
    assert not list(result.folder.rglob(".part-*"))


def test_running_again_runs_nothing_and_changes_nothing(sweep_file, fake_sweep):
    first = fake_sweep(sweep_file())
    before = (first.folder / "summary.json").read_bytes()
    times = {path: path.stat().st_mtime_ns for path in (first.folder / "jobs").iterdir()}
    told = []
    again = fake_sweep(sweep_file(), progress=told.append)
    assert (again.folder / "summary.json").read_bytes() == before
    assert {path: path.stat().st_mtime_ns for path in (first.folder / "jobs").iterdir()} == times
    assert told[-1].rate == 0.0


def test_a_slow_start_is_explained_once(sweep_file, fake_sweep, monkeypatch):
    from lantern.experiments import scheduler

    monkeypatch.setattr(scheduler, "NOTE_SECONDS", 0.3)
    agents = "[{agent: plain, settings: {seconds: 1.0}}]"
    text = f"target: {{env: student, task: quest}}\nagents: {agents}\nseeds: 2\nsteps: 1000\n"
    told = []
    fake_sweep(sweep_file(text), progress=told.append)
    notes = [status.note for status in told if status.note]
    assert len(notes) == 1 and "compiled" in notes[0]


def test_number_of_workers_does_not_change_the_summary(sweep_file, fake_sweep, tmp_path):
    one = fake_sweep(sweep_file(), tmp_path / "one", workers=1)
    three = fake_sweep(sweep_file(), tmp_path / "three", workers=3)
    assert (one.folder / "summary.json").read_bytes() == (three.folder / "summary.json").read_bytes()


def test_a_job_that_raises_is_tried_twice_recorded_and_stops_no_other(sweep_file, fake_sweep):
    agents = "[plain, {agent: broken, settings: {behaviour: raise}}]"
    text = f"target: {{env: student, task: quest}}\nagents: {agents}\nseeds: 3\nsteps: 1000\n"
    result = fake_sweep(sweep_file(text))
    assert (result.done, result.total) == (3, 6)
    for failure in result.failures.values():
        assert (failure.kind, failure.attempts, failure.agent) == ("error", 2, "broken")
        assert "does not want to" in failure.message
        assert "Traceback" in failure.traceback and "fakes.py" in failure.traceback
    found = load_results(result.folder)
    assert len(found.failures) == 3 and found.missing == 0
    assert result.summary["agents"]["plain"]["seeds"] == 3
    assert "broken" not in result.summary["agents"]


@pytest.mark.parametrize("behaviour", ["raise once", "kill once"])
def test_one_retry_is_enough_for_a_passing_fault(sweep_file, fake_sweep, tmp_path, behaviour):
    agents = f"[plain, {{agent: broken, settings: {{behaviour: {behaviour}, folder: {tmp_path}}}}}]"
    text = f"target: {{env: student, task: quest}}\nagents: {agents}\nseeds: 3\nsteps: 1000\n"
    result = fake_sweep(sweep_file(text))
    assert (result.done, result.total, result.failures) == (6, 6, {})
    assert list((result.folder / "failed").iterdir()) == []


def test_killed_hanging_and_greedy_jobs_are_ended_and_told_apart(sweep_file, fake_sweep):
    names = ("kill", "hang", "eat")
    agents = ", ".join(f"{{agent: broken, name: {n}, settings: {{behaviour: {n}}}}}" for n in names)
    text = (
        f"target: {{env: student, task: quest}}\nagents: [plain, {agents}]\nseeds: 1\nsteps: 1000\n"
        "timeout: 5\nmemory: 0.3\n"
    )
    result = fake_sweep(sweep_file(text), workers=3)
    kinds = {failure.agent: failure.kind for failure in result.failures.values()}
    assert kinds == {"kill": "killed", "hang": "timeout", "eat": "memory"}
    killed = next(one for one in result.failures.values() if one.agent == "kill")
    assert "SIGKILL" in killed.traceback and "about to die" in killed.traceback
    assert result.summary["agents"]["plain"]["seeds"] == 1


def test_failed_teachers_fail_what_needs_them_and_nothing_else(sweep_file, fake_sweep):
    text = (
        "target: {env: student, task: quest}\nsources: [{env: teacher, task: quest}]\n"
        "teachers: {agent: broken, settings: {behaviour: raise}}\n"
        "agents: [plain, taught]\nseeds: 2\nsteps: 1000\n"
    )
    result = fake_sweep(sweep_file(text))
    kinds = sorted(failure.kind for failure in result.failures.values())
    assert kinds == ["error", "error", "teacher", "teacher"]
    assert result.summary["agents"]["plain"]["seeds"] == 2
    again = fake_sweep(sweep_file(text))
    assert sorted(failure.kind for failure in again.failures.values()) == kinds


def test_jobs_may_print(sweep_file, fake_sweep):
    agents = "[{agent: broken, settings: {behaviour: print}}]"
    text = f"target: {{env: student, task: quest}}\nagents: {agents}\nseeds: 2\nsteps: 1000\n"
    assert fake_sweep(sweep_file(text)).done == 2


def test_changing_an_agent_reruns_only_its_jobs(sweep_file, fake_sweep):
    first = fake_sweep(sweep_file())
    names = {path.name for path in (first.folder / "jobs").iterdir()}
    changed = Path(sweep_file()).read_text().replace("speed: 0.2", "speed: 0.3")
    second = fake_sweep(sweep_file(changed), update=True)
    now = {path.name for path in (second.folder / "jobs").iterdir()}
    assert len(now - names) == 4 and names < now
    assert len(load_results(second.folder).jobs) == 12
    shaped = load_results(second.folder).of("quest", "shaped")
    assert all(job.settings["speed"] == 0.3 for job in shaped)


def test_changing_an_environment_reruns_what_happens_in_it(sweep_file):
    before = make_plan(sweep_file(), FakeLibrary())
    after = make_plan(sweep_file(), FakeLibrary({"teacher": "changed"}))
    changed = [new for old, new in zip(before.specs, after.specs, strict=True) if old.key != new.key]
    # The four teachers learned there, and the jobs that use them.
    assert [(spec.kind, spec.target, spec.agent) for spec in changed] == [
        *[("source", "teacher", "crm_shaping")] * 4,
        *[("target", "quest", "taught")] * 4,
    ]


def test_a_changed_file_is_refused_with_the_difference(sweep_file, fake_sweep):
    fake_sweep(sweep_file())
    more = Path(sweep_file()).read_text().replace("seeds: 4", "seeds: 6")
    with pytest.raises(ContentError, match="must not be mixed") as error:
        fake_sweep(sweep_file(more))
    assert "-seeds: 4\n+seeds: 6" in str(error.value)
    result = fake_sweep(sweep_file(more), update=True)
    assert result.total == 30
    commented = "# only a comment\n" + more
    assert fake_sweep(sweep_file(commented)).total == 30


def test_a_file_in_the_way_of_the_folder(sweep_file, fake_sweep, tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(StoreError, match="in the way"):
        fake_sweep(sweep_file(), tmp_path / "taken")


def test_a_clock_that_jumps_changes_nothing(sweep_file, fake_sweep, tmp_path, monkeypatch):
    still = fake_sweep(sweep_file(), tmp_path / "still")
    rng = random.Random(0)
    monkeypatch.setattr(time, "time", lambda: rng.uniform(0.0, 4e9))
    jumping = fake_sweep(sweep_file(), tmp_path / "jumping")
    assert (jumping.folder / "summary.json").read_bytes() == (still.folder / "summary.json").read_bytes()
    for owner in (jumping.folder / "owners").iterdir():
        os.utime(owner, (4e9, 4e9))
    assert fake_sweep(sweep_file(), tmp_path / "jumping").done == 20


def test_a_runner_that_cannot_be_imported_is_a_failure_with_its_traceback(sweep_file, fake_sweep):
    result = fake_sweep(sweep_file(), runner="fakes:nothing_of_that_name")
    failure = next(iter(result.failures.values()))
    assert (failure.kind, failure.attempts) == ("error", 2)
    assert "nothing_of_that_name" in failure.message


def test_workers_that_cannot_start_end_the_sweep(sweep_file, fake_sweep, monkeypatch):
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with pytest.raises(SweepError, match="cannot be started") as error:
        fake_sweep(sweep_file())
    assert error.value.status == 1 and "exit status 1" in str(error.value)


def test_workers_run_with_one_thread_and_a_fixed_hash_seed(sweep_file, fake_sweep):
    assert threads.ONE_THREAD["OMP_NUM_THREADS"] == "1"
    jobs = load_results(fake_sweep(sweep_file()).folder).jobs
    assert {job.provenance["threads"] for job in jobs} == {"1"}


def test_as_many_workers_as_asked_or_as_there_are_cores():
    assert pool.default_workers(3) == 3
    assert pool.default_workers(None) == len(os.sched_getaffinity(0))
