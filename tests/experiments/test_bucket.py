"""A store in a bucket, on a real S3-compatible server over HTTP."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("moto.server", reason="needs the S3-compatible server of moto")

from test_faults import start, wait_for

from lantern.errors import ContentError
from lantern.experiments import load_results
from lantern.experiments.bucket import BucketStore, local_copy, open_store
from lantern.experiments.remote import Remote, is_address
from lantern.experiments.shared_claims import SharedClaims
from lantern.experiments.store import Store, StoreError
from lantern.experiments.upkeep import clean, outlook, retry, state

TEXT = """
target: {env: student, task: quest}
sources: [{env: teacher, task: quest}]
teachers: {agent: shaped}
agents: [plain, taught]
seeds: 5
steps: 1000
evaluate: {every: 100, episodes: 1}
"""


class Server:
    """moto's server in a process of its own; keeps what it holds in memory while it is paused."""

    def __init__(self, port):
        self.port = port
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self.answers, 30)

    def answers(self):
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=2).status == 200
        except OSError:
            return False

    def bucket(self, name):
        address = f"http://127.0.0.1:{self.port}/{name}"
        urllib.request.urlopen(urllib.request.Request(address, method="PUT"), timeout=10)
        return f"s3://{name}/runs/one?endpoint_override=127.0.0.1:{self.port}&scheme=http"


@pytest.fixture(scope="module")
def server():
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    found = Server(port)
    yield found
    found.process.kill()
    found.process.wait()


@pytest.fixture
def address(server, request, monkeypatch):
    known = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "us-east-1"}
    for name, value in (*known.items(), ("AWS_EC2_METADATA_DISABLED", "true")):
        monkeypatch.setenv(name, value)
    return server.bucket(request.node.name.replace("_", "-")[:60].strip("-"))


def test_a_bucket_holds_the_same_as_a_folder(fake_sweep, sweep_file, address, tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "log"))
    in_folder = fake_sweep(sweep_file(TEXT))
    in_bucket = fake_sweep(sweep_file(TEXT), address, 1)
    assert (in_bucket.done, in_bucket.total, in_bucket.folder) == (15, 15, address)
    remote = Remote(address)
    assert remote.read("summary.json") == (in_folder.folder / "summary.json").read_bytes()
    ours, theirs = load_results(in_folder.folder), load_results(address)
    assert theirs.folder == address and len(theirs.jobs) == len(ours.jobs) == 10
    assert [job.key for job in theirs.jobs] == [job.key for job in ours.jobs]
    names = remote.sizes()
    kinds = Counter(name.partition("/")[0] for name in names)
    assert (kinds["jobs"], kinds["teachers"], kinds["owners"]) == (15, 5, 0)
    ran = len((tmp_path / "log").read_text().split())
    again = fake_sweep(sweep_file(TEXT), address, 1)  # nothing is run twice
    assert again.done == 15 and len((tmp_path / "log").read_text().split()) == ran == 30


def test_a_changed_file_is_refused_with_a_diff_and_taken_over_on_request(fake_sweep, sweep_file, address):
    fake_sweep(sweep_file(TEXT), address, 1)
    with pytest.raises(ContentError, match=r"(?s)has changed since s3://.*-seeds: 5.*\+seeds: 6"):
        fake_sweep(sweep_file(TEXT.replace("seeds: 5", "seeds: 6")), out=address)
    assert (
        fake_sweep(sweep_file(TEXT.replace("seeds: 5", "seeds: 4")), out=address, workers=1, update=True).done
        == 12
    )
    assert state(address).stale == 3  # one source job, one of each agent
    files, size = clean(address)
    assert files == 4 and size > 1000  # with the teacher
    assert state(address).stale == 0


def test_status_retry_and_outlook_read_it(fake_sweep, sweep_file, address, tmp_path):
    from fakes import RUNNER, FakeLibrary

    broken = f"{{agent: broken, settings: {{behaviour: raise, folder: {tmp_path}}}}}"
    file = sweep_file(TEXT.replace("taught]", f"{broken}]"))
    result = fake_sweep(file, address, 1)
    assert len(result.failures) == 5
    found = state(address)
    assert found.ended and len(found.failures) == 5 and "does not want to" in found.failures[0].message
    assert "RuntimeError" in found.failures[0].traceback and not found.running
    again = retry(address, 1, library=FakeLibrary(), runner=RUNNER)
    assert len(again.failures) == 5 and again.done == 5
    seen = outlook(file, address, probe=False, library=FakeLibrary(), runner=RUNNER)
    assert (seen.folder, sum(row.done for row in seen.rows)) == (address, 5)


def test_damaged_objects_are_run_again(fake_sweep, sweep_file, address):
    before = fake_sweep(sweep_file(TEXT), address, 1).summary
    remote = Remote(address)
    first, second, *_ = (name for name in remote.sizes("jobs"))
    remote.write(first, remote.read(first)[:-20])
    remote.write(second, b"")
    assert len(load_results(address).jobs) < 10 or len(load_results(address).teachers) < 5
    assert fake_sweep(sweep_file(TEXT), address, 1).summary == before
    assert len(load_results(address).jobs) == 10


def test_two_sweeps_share_the_work_and_a_killed_one_is_taken_over(sweep_file, address, tmp_path):
    text = TEXT.replace("[plain, taught]", "[{agent: plain, settings: {seconds: 0.4}}, taught]")
    file, log = sweep_file(text.replace("seeds: 5", "seeds: 8")), tmp_path / "log"
    environment = {**os.environ, "FAKE_LOG": str(log)}
    remote = Remote(address)
    killed = start(file, address, 1, env=environment)
    wait_for(lambda: len(remote.sizes("jobs")) >= 5, 60)
    both = [start(file, address, 1, env=environment) for _ in range(2)]
    wait_for(lambda: len(remote.sizes("owners")) >= 3, 60)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    for process in both:
        printed, complaints = process.communicate(timeout=120)
        assert (process.returncode, printed.strip()) == (0, "24 of 24"), complaints
    counts = Counter(log.read_text().split())
    assert len(counts) == 24 and sum(counts.values()) <= 24 + 4  # what was in flight, or claimed at once
    results = load_results(address)
    assert (len(results.jobs), len(results.teachers), results.missing) == (16, 8, 0)
    assert len({job.provenance["pid"] for job in results.jobs}) >= 2
    assert set(remote.sizes("owners")) == set()


def test_one_sweep_has_a_job_and_a_silent_one_is_outlived(address, monkeypatch):
    remote = Remote(address)
    with SharedClaims(remote, beat=60) as first, SharedClaims(remote, beat=60) as second:
        assert first.claim_all(["a", "b"]) == {"a", "b"} and second.claim_all(["b", "c"]) == {"c"}
        assert first.claim_all(["c", "d"]) == {"d"}
        first.release("a")
        first._tell()
        assert second.claim_all(["a", "b"]) == {"a"}
        third = SharedClaims(remote, beat=60, patience=0.3)
        monkeypatch.setattr("lantern.experiments.shared_claims.machine_id", lambda: "elsewhere")
        with third:
            assert third.claim_all(["a"]) == set()  # nobody says that its owner is dead
            time.sleep(0.4)
            assert third.claim_all(["a"]) == {"a"}  # it has not moved on our own clock
    assert remote.sizes("owners") == {}


class Hasty(SharedClaims):
    """Claims that can be made to act on an old look, and to let something happen after telling."""

    blind = 0
    meanwhile = None

    def _look(self):
        if self.blind:
            self.blind -= 1
        else:
            super()._look()

    def _tell(self):
        super()._tell()
        act, self.meanwhile = self.meanwhile, None
        if act is not None:
            act()


def test_of_two_that_look_at_the_same_moment_only_one_keeps_a_job(address):
    remote = Remote(address)
    kept = []
    with Hasty(remote, beat=60) as first, Hasty(remote, beat=60) as second:
        first._look()

        def other():  # it looked before the first had told
            second.blind = 1
            kept.append(second.claim_all(["a"]))

        first.meanwhile = other
        kept.append(first.claim_all(["a"]))
    assert sorted(map(len, kept)) == [0, 1]


def test_a_bucket_out_of_reach_stops_the_sweep_and_nothing_is_lost(fake_sweep, sweep_file, address, server):
    fast = TEXT.replace("seeds: 5", "seeds: 2")
    fake_sweep(sweep_file(fast), address, 1)
    gone = "s3://no-such-bucket/a?" + address.partition("?")[2]
    with pytest.raises(StoreError, match=r"no-such-bucket.* cannot be written: .*finished jobs are kept"):
        fake_sweep(sweep_file(fast), out=gone)
    assert fake_sweep(sweep_file(fast), address, 1).done == 6


def test_reports_and_other_tools_read_and_write_it(write_sweep, address, tmp_path):
    from lantern.experiments.report import write_report

    folder = write_sweep(tmp_path / "made", targets=("maze",), agents=("product_q", "lantern"), seeds=5)
    with local_copy(address, write=True) as root:
        for path in folder.rglob("*"):
            if path.is_file():
                (root / path.relative_to(folder)).parent.mkdir(exist_ok=True, parents=True)
                (root / path.relative_to(folder)).write_bytes(path.read_bytes())
    page = write_report(address, figures=False)
    assert page == address.partition("?")[0] + "/report.html"
    assert b"LANTERN reached" in Remote(address).read("report.html")
    assert "| maze |" in Remote(address).read("table.md").decode()


def test_addresses_are_told_from_paths_and_bad_ones_explained(tmp_path):
    assert is_address("s3://bucket/a") and not is_address("runs/a") and not is_address(Path("s3:/bucket"))
    assert type(open_store(tmp_path)) is Store
    with pytest.raises(ContentError, match="folder or in a bucket, whose address starts with s3://"):
        open_store("ftp://host/a")
    with pytest.raises(ContentError, match="Keep keys out of the address"):
        open_store("s3://key:secret@bucket/a")
    with pytest.raises(ContentError, match="is not the address of a bucket"):
        BucketStore("s3://bucket/a?endpoint=wrong")
