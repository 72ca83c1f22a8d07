import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import RUNNER, FakeLibrary

from lantern.errors import ContentError
from lantern.experiments import load_results
from lantern.experiments.probing import probe_times
from lantern.experiments.sweeping import make_plan
from lantern.experiments.upkeep import clean, outlook, retry, state

SLOW = """
target: {env: student, task: quest}
agents: [{agent: plain, settings: {seconds: 0.2}}]
seeds: 6
steps: 1000
"""


def look(file, out, **more):
    return outlook(file, out, 2, library=FakeLibrary(), runner=RUNNER, **more)


def test_outlook_lists_jobs_before_anything_is_run_and_measures_a_short_one(sweep_file, tmp_path):
    seen = look(sweep_file(), tmp_path / "out")
    rows = {(row.kind, row.target, row.agent): row for row in seen.rows}
    assert {cell: row.total for cell, row in rows.items()} == {
        ("source", "teacher", "crm_shaping"): 4,
        ("source", "other", "crm_shaping"): 4,
        ("target", "quest", "plain"): 4,
        ("target", "quest", "taught"): 4,
        ("target", "quest", "shaped"): 4,
    }
    assert all(row.missing == 4 and row.seconds is not None for row in seen.rows)
    assert seen.seconds is not None and 0 < seen.seconds < 10
    assert not (tmp_path / "out").exists()
    assert look(sweep_file(), tmp_path / "out", probe=False).seconds is None


def test_outlook_knows_what_is_done_and_what_is_stale(sweep_file, fake_sweep, tmp_path, monkeypatch):
    fake_sweep(sweep_file())
    seen = look(sweep_file(), tmp_path / "out")
    assert all(row.done == row.total for row in seen.rows)
    assert (seen.seconds, seen.stale) == (0.0, 0)
    changed = Path(sweep_file()).read_text().replace("speed: 0.2", "speed: 0.3")
    seen = look(sweep_file(changed), tmp_path / "out")
    assert [row.agent for row in seen.rows if row.missing] == ["shaped"]
    assert seen.stale == 4


def test_state_of_a_running_and_of_a_killed_sweep(sweep_file, fake_sweep, tmp_path):
    out = tmp_path / "out"
    command = [sys.executable, str(Path(__file__).parent / "drive.py"), str(sweep_file(SLOW)), str(out), "1"]
    process = subprocess.Popen(command)
    while not list((out / "jobs").glob("*.parquet") if out.exists() else []):
        time.sleep(0.02)
    seen = state(out)
    assert [owner.pid for owner in seen.running] == [process.pid]
    assert not seen.ended
    while not seen.rows[0].running:  # it may be between two jobs
        seen = state(out)
    with pytest.raises(ContentError, match="is running"):
        clean(out)
    with pytest.raises(ContentError, match="Another version of this sweep"):
        fake_sweep(sweep_file(SLOW.replace("seeds: 6", "seeds: 7"), "other.yaml"), out, update=True)
    process.send_signal(signal.SIGKILL)
    process.wait()
    seen = state(out)
    assert seen.running == () and seen.rows[0].running == 0
    assert 1 <= seen.rows[0].done < 6


def test_retry_runs_failed_jobs_again(sweep_file, fake_sweep, tmp_path):
    settings = f"{{behaviour: raise once, folder: {tmp_path / 'marks'}}}"
    text = SLOW.replace("{seconds: 0.2}", settings).replace("plain", "broken").replace("seeds: 6", "seeds: 2")
    # Without the folder for its marks every try fails.
    assert len(fake_sweep(sweep_file(text)).failures) == 2
    assert len(fake_sweep(sweep_file(text)).failures) == 2
    assert [failure.kind for failure in state(tmp_path / "out").failures] == ["error", "error"]
    (tmp_path / "marks").mkdir()
    result = retry(tmp_path / "out", 2, library=FakeLibrary(), runner=RUNNER)
    assert (result.done, result.failures) == (2, {})
    assert state(tmp_path / "out").failures == ()
    (tmp_path / "trial.yaml").unlink()
    with pytest.raises(ContentError, match="is gone"):
        retry(tmp_path / "out")


def test_clean_removes_what_the_sweep_does_not_need_and_nothing_else(sweep_file, fake_sweep, tmp_path):
    out = fake_sweep(sweep_file()).folder
    assert clean(out) == (0, 0)
    before = (out / "summary.json").read_bytes()
    fewer = Path(sweep_file()).read_text().replace("seeds: 4", "seeds: 3")
    fake_sweep(sweep_file(fewer), update=True)
    (out / "jobs" / "x.damaged").write_bytes(b"123")
    part = out / "jobs" / ".part-x.parquet"
    part.write_bytes(b"123")
    os.utime(part, (1, 1))
    assert state(out).stale == 5 and state(out).damaged == 1
    files, size = clean(out)
    assert files == 3 + 2 + 2 + 1 and size > 3  # jobs of seed 3, its two source jobs, their teachers, damaged
    assert not part.exists()
    assert len(load_results(out).jobs) == 9
    fake_sweep(sweep_file(), update=True)
    assert (out / "summary.json").read_bytes() == before


def test_a_folder_without_a_sweep_is_explained(tmp_path):
    with pytest.raises(ContentError, match="There is no folder"):
        state(tmp_path / "none")
    with pytest.raises(ContentError, match="holds no sweep"):
        clean(tmp_path)


def test_what_a_job_costs_apart_from_its_steps_is_not_scaled_up(sweep_file, tmp_path):
    """Jobs of 0.2 s however long they are: a fiftieth that took 0.2 s does not make them 10 s."""
    file = sweep_file(SLOW.replace("steps: 1000", "steps: 100_000"))
    seen = outlook(file, tmp_path / "out", 1, library=FakeLibrary(), runner=RUNNER)
    assert all(0.15 < row.seconds < 2 for row in seen.rows)


def test_time_that_is_too_short_leaves_the_rest_unknown(sweep_file):
    plan = make_plan(sweep_file(SLOW), FakeLibrary(), None)
    asked = list(plan.specs[:2])
    slow = {**asked[1].identity, "agent": {**asked[1].identity["agent"], "seconds": 30}}
    asked[1] = replace(asked[1], identity=slow)
    started = time.monotonic()
    found = probe_times(plan, asked, RUNNER, limit=8.0)
    assert time.monotonic() - started < 20
    assert asked[1].key not in found


def test_a_wrong_option_leaves_the_folder_as_it_is(sweep_file, fake_sweep, tmp_path):
    for wrong in ({"backend": "slurm"}, {"loggers": ["tensorbord"]}):
        with pytest.raises(ContentError, match=r"There is no (backend|logger)"):
            fake_sweep(sweep_file(), tmp_path / "out", **wrong)
    assert not (tmp_path / "out").exists()
