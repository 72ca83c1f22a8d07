"""Claims: who is running which job, so that several sweeps can share one store.

A claim is a file that only one process can create. Its owner shows that it lives by touching its own file
every few seconds. Whether an owner is dead is decided without comparing clocks, which may differ between
machines or jump: on the same machine by asking whether the process still exists, elsewhere by watching
whether the owner's file changes while our own steady clock advances.
"""

from __future__ import annotations

import errno
import json
import os
import platform
import shutil
import threading
import time
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lantern.experiments.store import TEMPORARY, Store, write_json

BEAT = 2.0  # seconds between two signs of life
MOST_TURNS = 100  # owners of one job that died one after the other
REGISTRATIONS = 5  # attempts to register beside a sweep that starts at the same moment
PATIENCE = 30.0  # seconds without one after which an owner on another machine is taken for dead


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def machine_id() -> str:
    """Tell machines (and containers, whose process numbers are their own) apart."""
    namespace = Path("/proc/self/ns/pid")
    own = namespace.readlink() if namespace.exists() else ""
    return f"{platform.node()} {_read(Path('/proc/sys/kernel/random/boot_id'))} {own}".strip()


def process_start(pid: int) -> str:
    """Start time of a process as the kernel counts it; "" where it is gone or that cannot be told."""
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return fields[19] if len(fields) > 19 and fields[0] != "Z" else ""


def alive_here(pid: int, start: str) -> bool:
    """Whether the process of that number is still the one that was meant."""
    if start:
        return process_start(pid) == start
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _about(path: Path) -> dict[str, Any]:
    """What an owner's file, or a claim, says; empty where it is missing or damaged."""
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return about if isinstance(about, dict) else {}


@dataclass(frozen=True)
class Owner:
    """A sweep at work on a store: where, as which process, and whether it still lives."""

    id: str
    host: str
    pid: int
    alive: bool


def owners(store: Store, watch: float = 2.5 * BEAT) -> list[Owner]:
    """List the sweeps registered at a store.

    Parameters
    ----------
    store : Store
    watch : float
        Seconds to watch for a sign of life from owners on other machines, if there are any.
    """
    folder = store.folder / "owners"
    files = {path: _about(path) for path in sorted(folder.glob("*.json"))}
    far = {path: path.stat().st_mtime_ns for path, a in files.items() if a.get("machine") != machine_id()}
    if far:
        time.sleep(watch)
    found = []
    for path, about in files.items():
        pid = int(about.get("pid", 0))
        if path in far:
            alive = path.exists() and path.stat().st_mtime_ns != far[path]
        else:
            alive = path.exists() and alive_here(pid, str(about.get("start", "")))
        found.append(Owner(path.stem, str(about.get("host", "")), pid, alive))
    return found


class Claims:
    """The claims of one running sweep on one store; use as a context manager.

    Parameters
    ----------
    store : Store
    beat, patience : float
        Seconds between signs of life, and without one after which an owner is taken for dead.
    """

    def __init__(self, store: Store, beat: float = BEAT, patience: float = PATIENCE) -> None:
        self.folder = store.folder / "claims"
        self.owners = store.folder / "owners"
        self.id = uuid.uuid4().hex
        self.beat, self.patience = beat, patience
        self._mine: dict[str, int] = {}
        self._seen: dict[str, tuple[int, float]] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._show_life, daemon=True)

    def __enter__(self) -> Claims:
        """Register as an owner and start showing life."""
        pid = os.getpid()
        about: dict[str, Any] = {"id": self.id, "machine": machine_id(), "host": platform.node()}
        about |= {"pid": pid, "start": process_start(pid)}
        self._register(about)
        self._thread.start()
        self._tidy()
        return self

    def _register(self, about: dict[str, Any]) -> None:
        """Write our owner's file; until it is there, a sweep that tidies up may take parts for leftovers."""
        for _ in range(REGISTRATIONS - 1):
            with suppress(FileNotFoundError):
                write_json(self._owner_path(self.id), about)
                return
        write_json(self._owner_path(self.id), about)

    def __exit__(self, *_: object) -> None:
        """Give up all claims."""
        self._stop.set()
        self._thread.join()
        with suppress(OSError):  # on a store that cannot be written, they end with this process
            for key in list(self._mine):
                self.release(key)
            self._owner_path(self.id).unlink(missing_ok=True)

    def _tidy(self) -> None:
        """Remove what sweeps that were killed left half-written, if no other sweep lives.

        Ages are compared on the file system's own clock: only what is older than our owner's file goes.
        """
        others = [path for path in self.owners.glob("*.json") if path.stem != self.id]
        if not all(self._owner_dead(path) for path in others):
            return
        born = self._owner_path(self.id).stat().st_mtime_ns
        for path in others:
            path.unlink(missing_ok=True)
        for part in (*self.folder.iterdir(), *self.folder.parent.rglob(f"{TEMPORARY}*")):
            with suppress(FileNotFoundError):  # a sweep that starts now has newer files, and removes its own
                if part.stat().st_mtime_ns < born:
                    shutil.rmtree(part) if part.is_dir() else part.unlink()

    def _owner_path(self, owner: str) -> Path:
        return self.owners / f"{owner}.json"

    def _show_life(self) -> None:
        path = self._owner_path(self.id)
        while not self._stop.wait(self.beat):
            try:
                os.utime(path)
            except OSError:  # a full disk or a lost mount shows up where results are written
                continue

    def claim(self, key: str) -> bool:
        """Claim a job; False while another living sweep has it."""
        for turn in range(MOST_TURNS):
            path = self._path(key, turn)
            if self._create(path):
                if self._path(key, turn + 1).exists():  # a later owner is just giving it up
                    path.unlink(missing_ok=True)
                    return False
                self._mine[key] = turn
                return True
            if not self._dead(path):
                return False
        return False

    def claim_all(self, keys: Iterable[str]) -> set[str]:
        """Claim jobs; return those that no other living sweep has."""
        return {key for key in keys if self.claim(key)}

    def release(self, key: str) -> None:
        """Give up a claim of ours, and those of the dead before us."""
        for turn in range(self._mine.pop(key, -1) + 1):
            self._path(key, turn).unlink(missing_ok=True)

    def owner(self, key: str) -> str:
        """Name of the sweep that has a job; "" where none has."""
        turns = [turn for turn in range(MOST_TURNS) if self._path(key, turn).exists()]
        return str(_about(self._path(key, turns[-1])).get("id", "")) if turns else ""

    def _path(self, key: str, turn: int) -> Path:
        """Claim number ``turn`` of a job.

        A dead owner's claim is not removed to make room: two sweeps might each remove the other's new one.
        It is outbid by creating the next, which again only one process can do.
        """
        return self.folder / f"{key}.{turn}"

    def _create(self, path: Path) -> bool:
        """Create a claim if there is none; the file system lets only one process succeed.

        A claim is another name of its owner's file: it is complete from its first moment, and needs no space
        on a full disk. Where a file system has no such links, it is a file of its own.
        """
        try:
            os.link(self._owner_path(self.id), path)
        except FileExistsError:
            return False
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK):
                raise
            return self._create_alone(path)
        return True

    def _create_alone(self, path: Path) -> bool:
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
        except FileExistsError:
            return False
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(json.dumps({"id": self.id}))
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return True

    def _dead(self, path: Path) -> bool:
        """Whether a claim's owner has died."""
        owner = str(_about(path).get("id", ""))
        if owner:
            return self._owner_dead(self._owner_path(owner))
        return path.exists() and self._owner_dead(path)

    def _owner_dead(self, path: Path) -> bool:
        """Whether the process behind an owner's file has died; missing, it has signed off."""
        try:
            changed = path.stat().st_mtime_ns
        except OSError:
            return True
        about = _about(path)
        if about.get("machine") == machine_id():
            return not alive_here(int(about.get("pid", 0)), str(about.get("start", "")))
        now = time.monotonic()
        last, since = self._seen.get(path.name, (changed, now))
        if last != changed:
            since = now
        self._seen[path.name] = (changed, since)
        return now - since > self.patience
