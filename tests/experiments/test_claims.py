import json
import os
import subprocess
import sys
import threading
import time

import pytest

from lantern.experiments import claims as module
from lantern.experiments.claims import Claims
from lantern.experiments.store import Store


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "out")
    store.create()
    return store


def pretend(store, owner, **about):
    """Register an owner that is not us, holding the job 'job'."""
    path = store.folder / "owners" / f"{owner}.json"
    path.write_text(json.dumps({"id": owner, **about}))
    os.link(path, store.folder / "claims" / "job.0")
    return path


def test_one_owner_at_a_time(store):
    with Claims(store) as first, Claims(store) as second:
        assert first.claim("job")
        assert not second.claim("job")
        assert second.owner("job") == first.id
        second.release("job")  # not its own: nothing happens
        assert not second.claim("job")
        first.release("job")
        assert second.claim("job")
    assert list((store.folder / "owners").iterdir()) == []
    assert list((store.folder / "claims").iterdir()) == []


def test_a_dead_process_of_this_machine_loses_its_claim_at_once(store):
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    process.wait()
    pretend(store, "dead", machine=module.machine_id(), pid=process.pid, start="1")
    with Claims(store, patience=3600) as claims:
        assert claims.claim("job")


def test_a_process_number_used_again_is_not_mistaken_for_its_owner(store):
    pretend(store, "dead", machine=module.machine_id(), pid=os.getpid(), start="1")
    with Claims(store, patience=3600) as claims:
        assert claims.claim("job")


def test_a_living_owner_elsewhere_keeps_its_claim_while_it_shows_life(store):
    path = pretend(store, "far", machine="another", pid=1, start="1")
    with Claims(store, patience=0.3) as claims:
        for beat in range(8):
            os.utime(path, ns=(beat, beat))
            assert not claims.claim("job")
            time.sleep(0.1)
        until = time.monotonic() + 5
        while not claims.claim("job"):
            assert time.monotonic() < until
            time.sleep(0.05)


@pytest.mark.parametrize("jump", [-1e9, 1e9], ids=["back", "forward"])
def test_a_jumping_clock_changes_nothing(store, jump, monkeypatch):
    path = pretend(store, "far", machine="another", pid=1, start="1")
    with Claims(store, patience=3600) as claims:
        assert not claims.claim("job")
        at = time.time() + jump
        monkeypatch.setattr(time, "time", lambda: at)
        os.utime(path, (at, at))
        assert not claims.claim("job")


def test_many_takers_of_a_dead_claim_and_only_one_has_it(store):
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    process.wait()
    for _ in range(20):
        pretend(store, "dead", machine=module.machine_id(), pid=process.pid, start="1")
        takers = [Claims(store) for _ in range(8)]
        gate, won = threading.Barrier(8), []
        for taker in takers:
            taker._owner_path(taker.id).write_text(json.dumps({"id": taker.id}))

        def take(taker, gate=gate, won=won):
            gate.wait()
            if taker.claim("job"):
                won.append(taker)

        threads = [threading.Thread(target=take, args=(taker,)) for taker in takers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        holders = [taker for taker in won if taker.owner("job") == taker.id]
        assert len(won) == len(holders) == 1
        for path in [*(store.folder / "claims").iterdir(), *(store.folder / "owners").iterdir()]:
            path.unlink()


def test_without_links_a_claim_is_a_file_of_its_own(store, monkeypatch):
    def refuse(*_):
        raise OSError(module.errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    with Claims(store) as first, Claims(store) as second:
        assert first.claim("job")
        assert not second.claim("job")
        first.release("job")
        assert second.claim("job")


def test_half_written_files_of_the_dead_are_removed_and_those_of_the_living_kept(store):
    part = store.folder / "jobs" / ".part-old.parquet"
    part.write_bytes(b"half")
    os.utime(part, (1, 1))
    with Claims(store):
        assert not part.exists()
        part.write_bytes(b"half")
        os.utime(part, (1, 1))
        with Claims(store):
            assert part.exists()
