"""What must not happen to a sweep, whatever happens to it: lost results, double counts, another summary."""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from lantern.experiments import load_results
from lantern.experiments.loading import load_manifest

HERE = Path(__file__).parent
TEXT = """
target: {env: student, task: quest}
sources: [{env: teacher, task: quest}]
teachers: {agent: shaped, settings: {seconds: 0.02}}
agents: [{agent: plain, settings: {seconds: 0.03}}, {agent: taught, settings: {seconds: 0.03}}]
seeds: 40
steps: 1000
evaluate: {every: 100, episodes: 1}
"""


def start(file, out, workers=2, **more):
    command = [sys.executable, str(HERE / "drive.py"), str(file), str(out), str(workers)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)


def finish(file, out, workers=2, **more):
    process = start(file, out, workers, **more)
    printed, complaints = process.communicate(timeout=120)
    return process.returncode, printed, complaints


def children(pid):
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == pid:
                found.append(int(entry.name))
    return found


def done(out):
    """Number of finished jobs."""
    jobs = out / "jobs"
    return sum(path.name[0] != "." for path in jobs.iterdir()) if jobs.is_dir() else 0


def wait_for(condition, seconds=20.0):
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.01)


def summary(out):
    return (out / "summary.json").read_bytes()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Folder of the same sweep with nothing in its way. Do not write to it."""
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "trial.yaml").write_text(TEXT)
    code, printed, complaints = finish(folder / "trial.yaml", folder / "out")
    assert (code, printed.strip()) == (0, "120 of 120"), complaints
    return folder / "out"


def check(out, undisturbed):
    """All jobs are there once, the summary is the same, and nothing is left lying about."""
    assert summary(out) == summary(undisturbed)
    found = load_results(out)
    assert (len(found.jobs), len(found.teachers), found.missing, found.failures) == (80, 40, 0, ())
    keys = {entry["key"] for entry in load_manifest(out)["jobs"]}
    assert {path.stem for path in (out / "jobs").glob("*.parquet")} == keys


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds worker processes through /proc")
def test_fifty_kills_of_driver_and_workers(sweep_file, tmp_path, undisturbed):
    rng, out, file = random.Random(0), tmp_path / "out", sweep_file(TEXT)
    drivers = workers = 0
    while drivers + workers < 50:
        process = start(file, out)
        enough = done(out) + rng.randrange(8)
        for _ in range(rng.randrange(1, 4)):
            wait_for(lambda pid=process.pid, enough=enough: children(pid) and done(out) >= enough)
            time.sleep(rng.uniform(0.0, 0.1))
            if alive := children(process.pid):
                os.kill(rng.choice(alive), signal.SIGKILL)
                workers += 1
        time.sleep(rng.uniform(0.0, 0.2))
        process.kill()
        process.communicate()
        drivers += 1
        if done(out) > 100:  # not much left to disturb: take some away
            for path in rng.sample(sorted((out / "jobs").glob("*.parquet")), 60):
                path.unlink()
    assert workers > 10 and drivers > 10
    code, printed, complaints = finish(file, out)
    assert (code, printed.strip()) == (0, "120 of 120"), complaints
    check(out, undisturbed)


def test_only_what_was_in_flight_is_run_twice(sweep_file, tmp_path, undisturbed):
    out, file, log = tmp_path / "out", sweep_file(TEXT), tmp_path / "log"
    process = start(file, out, env={**os.environ, "FAKE_LOG": str(log)})
    while not log.exists() or len(log.read_text().split()) < 30:
        time.sleep(0.01)
    process.kill()
    process.communicate()
    kept = {path.stem for path in (out / "jobs").glob("*.parquet")}
    assert len(kept) >= 28
    finish(file, out, env={**os.environ, "FAKE_LOG": str(log)})
    again = [key for key, times in Counter(log.read_text().split()).items() if times > 1]
    assert not kept & set(again)
    assert len(again) <= 2  # one a worker: computed, but killed before the file had its name
    check(out, undisturbed)


def test_two_sweeps_on_one_store_share_the_work(sweep_file, tmp_path, undisturbed):
    out, file, log = tmp_path / "out", sweep_file(TEXT), tmp_path / "log"
    both = [start(file, out, 1, env={**os.environ, "FAKE_LOG": str(log)}) for _ in range(2)]
    for process in both:
        printed, complaints = process.communicate(timeout=120)
        assert (process.returncode, printed.strip()) == (0, "120 of 120"), complaints
    counts = Counter(log.read_text().split())
    assert len(counts) == 120 and set(counts.values()) == {1}
    pids = Counter(job.provenance["pid"] for job in load_results(out).jobs)
    assert len(pids) == 2 and min(pids.values()) >= 10
    check(out, undisturbed)


def test_ctrl_c_ends_cleanly_and_the_same_command_goes_on(sweep_file, tmp_path, undisturbed):
    out, file = tmp_path / "out", sweep_file(TEXT)
    process = start(file, out)
    wait_for(lambda: done(out) >= 10)
    workers = children(process.pid)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, complaints = process.communicate(timeout=20)
    assert (process.returncode, complaints.strip()) == (130, "stopped")
    assert time.monotonic() - began < 5
    assert workers and not any(Path(f"/proc/{pid}").exists() for pid in workers)
    assert list((out / "claims").glob("[!.]*")) == [] and list((out / "owners").iterdir()) == []
    assert finish(file, out)[0] == 0
    check(out, undisturbed)


def test_workers_end_when_their_driver_is_killed(sweep_file, tmp_path):
    process = start(sweep_file(TEXT.replace("0.03", "30")), tmp_path / "out")
    while not list((tmp_path / "out" / "claims").glob("[!.]*")):
        time.sleep(0.02)
    workers = children(process.pid)
    process.kill()
    process.communicate()
    until = time.monotonic() + 5
    while any(Path(f"/proc/{pid}").exists() for pid in workers) and time.monotonic() < until:
        time.sleep(0.02)
    assert workers and not any(Path(f"/proc/{pid}").exists() for pid in workers)


def test_corrupt_job_files_are_run_again(sweep_file, tmp_path, undisturbed):
    out, file = tmp_path / "out", sweep_file(TEXT)
    shutil.copytree(undisturbed, out)
    files = sorted((out / "jobs").glob("*.parquet"))
    files[0].write_bytes(b"")
    files[1].write_bytes(files[1].read_bytes()[:200])
    damaged = bytearray(files[2].read_bytes())
    damaged[len(damaged) // 3] ^= 0xFF
    files[2].write_bytes(damaged)
    files[3].write_bytes(files[4].read_bytes())  # whole, but another job's
    files[5].unlink()
    (out / "summary.json").write_text("{")
    for teacher in sorted((out / "teachers").iterdir())[:2]:
        shutil.rmtree(teacher)
    log = tmp_path / "log"
    assert finish(file, out, env={**os.environ, "FAKE_LOG": str(log)})[0] == 0
    assert {file.stem for file in (*files[:4], files[5])} <= set(log.read_text().split())
    check(out, undisturbed)


def test_a_limit_on_file_size_stops_the_sweep_and_loses_nothing(sweep_file, tmp_path, undisturbed):
    out, file = tmp_path / "out", sweep_file(TEXT)
    manifest = (undisturbed / "sweep.json").stat().st_size

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (manifest, manifest))

    shutil.copytree(undisturbed, out)
    # A job file larger than the limit: its curve has many points.
    long = TEXT.replace("steps: 1000", "steps: 1_000_000").replace("every: 100", "every: 10")
    code, _, complaints = finish(sweep_file(long, "long.yaml"), tmp_path / "long", preexec_fn=limit)
    assert code == 1
    assert "size limit" in complaints and "run the same command again" in complaints
    assert "Traceback" not in complaints
    assert not list((tmp_path / "long").rglob(".part-*"))
    assert finish(file, out)[0] == 0
    check(out, undisturbed)


needs_mount = pytest.mark.skipif(
    os.name != "posix" or os.geteuid() != 0 or shutil.which("mount") is None,
    reason="mounts a file system: needs root",
)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 1.5 MiB of memory."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1536k", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True).returncode:
        pytest.skip("this machine does not let us mount a tmpfs")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@needs_mount
def test_full_disk(sweep_file, small_disk, undisturbed):
    out, file = small_disk / "out", sweep_file(TEXT)
    (small_disk / "ballast").write_bytes(b"x" * (1 << 20))
    code, _, complaints = finish(file, out)
    assert code == 1
    assert "the disk is full" in complaints and "Traceback" not in complaints
    kept = {path.name: path.read_bytes() for path in (out / "jobs").glob("*.parquet")}
    assert 5 < len(kept) < 120
    assert not list(out.rglob(".part-*"))
    (small_disk / "ballast").unlink()
    assert finish(file, out)[0] == 0
    assert all((out / "jobs" / name).read_bytes() == data for name, data in kept.items())
    check(out, undisturbed)


@needs_mount
def test_store_made_read_only(sweep_file, small_disk, undisturbed):
    out, file = small_disk / "out", sweep_file(TEXT)
    process = start(file, out)
    wait_for(lambda: done(out) >= 10)
    remount = ["mount", "-o", "remount,ro", str(small_disk)]
    for _ in range(50):  # busy while a file is being written
        if subprocess.run(remount, capture_output=True).returncode == 0:
            break
    _, complaints = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "read-only" in complaints and "Traceback" not in complaints
    assert finish(file, out)[0] == 1  # still read-only: refused at the start
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert finish(file, out)[0] == 0
    check(out, undisturbed)
