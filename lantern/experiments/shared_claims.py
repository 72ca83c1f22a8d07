"""Claims where nothing can be created by one process alone: who is running which job, in a bucket.

Each sweep has one object that names the jobs it is at and counts up as a sign of life. To claim a job it
looks whether another living sweep names it, names it itself, and looks again; of two that did so at the same
moment the one with the smaller name keeps it. Should two still run the same job, as can happen between two
looks, they write the same result: a job's outcome is a function of its key.

Clocks are not compared: a sweep is dead when its object has not changed for a while on our own steady clock.
"""

from __future__ import annotations

import json
import os
import platform
import threading
import time
import uuid
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from lantern.experiments.claims import BEAT, PATIENCE, Owner, alive_here, machine_id, process_start

if TYPE_CHECKING:
    from lantern.experiments.remote import Remote


def _read_all(remote: Remote) -> dict[str, dict[str, Any]]:
    """Read the objects of all registered sweeps, by id."""
    found = {}
    for name in remote.sizes("owners"):
        with suppress(FileNotFoundError, ValueError):  # signed off in the meantime, or damaged
            about = json.loads(remote.read(name))
            found[str(about["id"])] = about
    return found


def shared_owners(remote: Remote, watch: float = 2.5 * BEAT) -> list[Owner]:
    """List the sweeps registered in a bucket, watching those on other machines for a sign of life."""
    first = _read_all(remote)
    far = {one for one, about in first.items() if about.get("machine") != machine_id()}
    if far:
        time.sleep(watch)
    now = _read_all(remote) if far else first
    found = []
    for one, about in first.items():
        pid = int(about.get("pid", 0))
        if one in far:
            alive = one in now and now[one].get("beat") != about.get("beat")
        else:
            alive = alive_here(pid, str(about.get("start", "")))
        found.append(Owner(one, str(about.get("host", "")), pid, alive))
    return found


def claimed_keys(remote: Remote) -> set[str]:
    """Keys of the jobs that registered sweeps have claimed."""
    return {str(key) for about in _read_all(remote).values() for key in about.get("keys", ())}


class SharedClaims:
    """The claims of one running sweep on one bucket; use as a context manager.

    Parameters
    ----------
    remote : Remote
    beat, patience : float
        Seconds between signs of life, and without one after which a sweep is taken for dead.
    """

    def __init__(self, remote: Remote, beat: float = BEAT, patience: float = PATIENCE) -> None:
        self.remote, self.beat, self.patience = remote, beat, patience
        self.id = uuid.uuid4().hex
        self._mine: set[str] = set()
        self._beats = 0
        self._others: dict[str, dict[str, Any]] = {}
        self._seen: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._show_life, daemon=True)

    def __enter__(self) -> SharedClaims:
        """Register and start showing life."""
        self._tell()
        self._thread.start()
        self._look()
        dead = [one for one, about in self._others.items() if self._dead(one, about)]
        self.remote.remove(f"owners/{one}.json" for one in dead)
        return self

    def __exit__(self, *_: object) -> None:
        """Give up all claims."""
        self._stop.set()
        self._thread.join()
        with suppress(OSError):  # out of reach, they end with this process
            self.remote.remove([f"owners/{self.id}.json"])

    def claim_all(self, keys: Iterable[str]) -> set[str]:
        """Claim jobs; return those that no other living sweep has."""
        self._look()
        free = {key for key in keys if not self._holders(key)}
        if not free:
            return set()
        self._mine |= free
        self._tell()
        if self._others:  # one of them may have looked at the same moment
            self._look()
            lost = {key for key in free if min([*self._holders(key), self.id]) != self.id}
            self._mine -= lost
            free -= lost
        return free

    def release(self, key: str) -> None:
        """Give up a claim of ours; it is told with the next sign of life."""
        self._mine.discard(key)

    def _holders(self, key: str) -> list[str]:
        """Other living sweeps that have claimed a job."""
        return [
            one
            for one, about in self._others.items()
            if key in about.get("keys", ()) and not self._dead(one, about)
        ]

    def _look(self) -> None:
        others = _read_all(self.remote)
        others.pop(self.id, None)
        self._others = others

    def _tell(self) -> None:
        """Write our object: who we are, what we are at, and a count that moves."""
        with self._lock:
            self._beats += 1
            about = {"id": self.id, "machine": machine_id(), "host": platform.node(), "pid": os.getpid()}
            about |= {"start": process_start(os.getpid()), "beat": self._beats, "keys": sorted(self._mine)}
            self.remote.write(f"owners/{self.id}.json", json.dumps(about).encode())

    def _show_life(self) -> None:
        while not self._stop.wait(self.beat):
            with suppress(OSError):  # a lost connection shows up where results are written
                self._tell()

    def _dead(self, one: str, about: dict[str, Any]) -> bool:
        """Whether another sweep has died: its process here is gone, or its count has stood still too long."""
        if about.get("machine") == machine_id():
            return not alive_here(int(about.get("pid", 0)), str(about.get("start", "")))
        beat, now = int(about.get("beat", 0)), time.monotonic()
        last, since = self._seen.get(one, (beat, now))
        if last != beat:
            since = now
        self._seen[one] = (beat, since)
        return now - since > self.patience
