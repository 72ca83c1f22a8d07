"""Worker processes of this machine, one thread each.

A pool knows nothing of sweeps: it takes batches, and says what became of each job.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Protocol

from lantern.experiments.plan import Spec
from lantern.experiments.threads import ONE_THREAD
from lantern.experiments.worker import DEFAULT_RUNNER


@dataclass(frozen=True)
class Event:
    """What became of a job, or of a worker.

    Attributes
    ----------
    worker : int
        Slot of the worker.
    kind : str
        ``ready``, ``start``, ``done``, ``failed``, ``store`` (the store cannot be written), ``idle`` (the
        batch has ended), or ``lost`` (the worker died; ``key`` is the job it was at, "" if none).
    data : dict
        ``key`` and what belongs to the kind: ``success``, ``seconds``, ``message``, ``traceback``, ``errno``,
        ``cause`` (of a loss: ``killed``, ``timeout`` or ``memory``).
    """

    worker: int
    kind: str
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The job."""
        return str(self.data.get("key", ""))


class Pool(Protocol):
    """What runs batches: processes here, or tasks of a cluster."""

    size: int

    def idle(self) -> list[int]:
        """Slots that can take a batch."""
        ...

    def submit(self, worker: int, specs: Sequence[Spec]) -> None:
        """Give a batch to a slot."""
        ...

    def events(self, wait: float) -> list[Event]:
        """Return what has happened, waiting up to ``wait`` seconds for the first."""
        ...

    def close(self) -> None:
        """End all workers at once."""
        ...


class _Process:
    """One worker process and what it is at."""

    def __init__(self, slot: int, inbox: queue.SimpleQueue[Event]) -> None:
        self.slot, self.inbox = slot, inbox
        self.complaints: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the process)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lantern.experiments.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.complaints,
            env={**os.environ, **ONE_THREAD, "PYTHONHASHSEED": "0", "PYTHONPATH": os.pathsep.join(sys.path)},
            start_new_session=True,  # a Ctrl-C in the terminal is for the driver alone
        )
        self.busy = True  # until it says that it is ready
        self.job = ""
        self.since = time.monotonic()
        self.cause = "killed"
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with suppress(ValueError):  # the last line of a killed process may be cut short
                message = json.loads(line)
                self.inbox.put(Event(self.slot, message.pop("event"), message))
        self.process.wait()
        self.inbox.put(Event(self.slot, "gone"))

    def send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        with suppress(BrokenPipeError, ValueError):  # its end is told by the listener
            self.process.stdin.write(json.dumps(message).encode() + b"\n")
            self.process.stdin.flush()

    def kill(self, cause: str = "killed") -> None:
        self.cause = cause
        with suppress(ProcessLookupError):
            self.process.kill()

    def last_words(self) -> str:
        """How it died, and the end of what it printed."""
        code = self.process.returncode
        how = f"exit status {code}"
        if code is not None and code < 0:
            how = f"signal {-code} ({signal.Signals(-code).name})"
        self.complaints.seek(0, os.SEEK_END)
        self.complaints.seek(max(0, self.complaints.tell() - 8000))
        return f"The worker process ended with {how}.\n" + self.complaints.read().decode(errors="replace")

    def dispose(self) -> None:
        """Close what connects us with a process that has ended."""
        self.thread.join(timeout=10)
        for pipe in (self.process.stdin, self.process.stdout, self.complaints):
            with suppress(OSError):  # unsent input of a process that is gone
                if pipe is not None:
                    pipe.close()

    def memory(self) -> float:
        """Resident memory, in GiB; 0 where that cannot be told."""
        try:
            pages = int(Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1])
        except (OSError, ValueError, IndexError):
            return 0.0
        return float(pages * os.sysconf("SC_PAGE_SIZE") / 2**30)


def default_workers(asked: int | None) -> int:
    """Number of processes: as asked, or one for each core that this process may use."""
    if asked is not None:
        return max(1, asked)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class LocalPool:
    """Processes of this machine.

    Parameters
    ----------
    size : int
        How many.
    folder : str
        Path or address of the store.
    timeout : float
        Longest time a job may take, in s.
    memory : float
        Most memory a worker may take, in GiB.
    runner : str
        ``module:function`` that runs a job.
    """

    def __init__(
        self, size: int, folder: str, timeout: float, memory: float, runner: str = DEFAULT_RUNNER
    ) -> None:
        self.size = size
        self.folder, self.timeout, self.memory, self.runner = folder, timeout, memory, runner
        self._inbox: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._processes = [_Process(slot, self._inbox) for slot in range(size)]
        self._looked = time.monotonic()
        self._closing = False

    def idle(self) -> list[int]:
        """Slots whose process waits for work."""
        return [one.slot for one in self._processes if not one.busy]

    def submit(self, worker: int, specs: Sequence[Spec]) -> None:
        """Send a batch to an idle process."""
        process = self._processes[worker]
        process.busy, process.since = True, time.monotonic()
        batch = [spec.to_json() for spec in specs]
        process.send({"runner": self.runner, "folder": self.folder, "specs": batch})

    def events(self, wait: float) -> list[Event]:
        """Collect events, and look after workers that hang or eat memory."""
        self._watch()
        found: list[Event] = []
        try:
            found.append(self._inbox.get(timeout=wait))
            while True:
                found.append(self._inbox.get_nowait())
        except queue.Empty:
            pass
        return [self._note(event) for event in found]

    def close(self) -> None:
        """Kill all processes and wait until they are gone."""
        self._closing = True
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.dispose()

    def _note(self, event: Event) -> Event:
        process = self._processes[event.worker]
        if event.kind in ("ready", "idle"):
            process.busy, process.job = False, ""
        elif event.kind == "start":
            process.job, process.since = event.key, time.monotonic()
        elif event.kind in ("done", "failed", "store"):
            process.job = ""
        elif event.kind == "gone":
            return self._replace(process)
        return event

    def _replace(self, process: _Process) -> Event:
        """Start another process in the place of one that died."""
        words = process.last_words()
        process.dispose()
        self._processes[process.slot] = _Process(process.slot, self._inbox)
        data = {
            "key": process.job,
            "cause": process.cause,
            "traceback": words,
            "message": words.split("\n")[0],
        }
        return Event(process.slot, "lost", data)

    def _watch(self) -> None:
        """Kill workers whose job takes too long or too much memory; twice a second is enough."""
        now = time.monotonic()
        if now - self._looked < 0.5:
            return
        self._looked = now
        for process in self._processes:
            if process.job and now - process.since > self.timeout:
                process.kill("timeout")
            elif process.job and process.memory() > self.memory:
                process.kill("memory")
