"""Workers on a Ray cluster: the same batches, the same store, any number of machines.

Ray only places batches; it is asked neither to retry nor to remember anything. A task writes its results into
the store, which every machine must see under the same path, and whatever Ray loses (a process, a machine) the
scheduler finds missing there and runs again.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lantern.errors import LanternError
from lantern.experiments.bucket import open_store
from lantern.experiments.plan import Spec
from lantern.experiments.pool import Event
from lantern.experiments.remote import is_address
from lantern.experiments.threads import ONE_THREAD
from lantern.experiments.worker import DEFAULT_RUNNER


def run_batch(specs: list[dict[str, Any]], folder: str, runner: str) -> list[dict[str, Any]]:
    """Run a batch inside a Ray worker; return what to tell of each job."""
    from lantern.experiments.worker import attempt

    return [attempt(runner, data, folder) for data in specs]


def connect() -> Any:
    """Connect to the cluster that ``RAY_ADDRESS`` names or that runs on this machine, else start one here.

    Raises
    ------
    LanternError
        If Ray is not installed or the cluster does not answer.
    """
    try:
        import ray
    except ModuleNotFoundError:
        raise LanternError(
            "The ray backend needs Ray. Install it with: pip install 'lantern-rl[ray]'."
        ) from None
    if ray.is_initialized():
        return ray
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR", "include_dashboard": False}
    try:
        if os.environ.get("RAY_ADDRESS"):
            quiet.pop("include_dashboard")  # that of the running cluster stays as it is
            ray.init(address="auto", **quiet)
        else:
            ray.init(**quiet)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise LanternError(
            f"Cannot connect to the Ray cluster ({error}). Start one with `ray start --head`, or unset "
            "RAY_ADDRESS to use this machine alone."
        ) from None
    return ray


class RayPool:
    """Slots on a Ray cluster, one CPU each.

    Parameters
    ----------
    size : int, optional
        How many; all CPUs of the cluster by default.
    folder : str
        The store: a path on a file system that all machines share, or the address of a bucket.
    timeout : float
        Longest time a job may take, in s; a batch has that time for each of its jobs.
    runner : str
        ``module:function`` that runs a job.
    """

    def __init__(self, size: int | None, folder: str, timeout: float, runner: str = DEFAULT_RUNNER) -> None:
        self._owner = not _initialised()
        self.ray = connect()
        self.size = size or max(1, int(self.ray.cluster_resources().get("CPU", 1)))
        self.folder = folder if is_address(folder) else str(Path(folder).resolve())
        self.timeout, self.runner = timeout, runner
        variables = {**ONE_THREAD, "PYTHONHASHSEED": "0", "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
        options = {"num_cpus": 1, "max_retries": 0, "runtime_env": {"env_vars": variables}}
        self._remote = self.ray.remote(**options)(run_batch)
        self._tasks: dict[Any, tuple[int, list[Spec], float]] = {}
        self._free = list(range(self.size))

    def idle(self) -> list[int]:
        """Slots without a task."""
        return list(self._free)

    def submit(self, worker: int, specs: Sequence[Spec]) -> None:
        """Start a task for a batch; Ray places it on some machine."""
        self._free.remove(worker)
        batch = [spec.to_json() for spec in specs]
        task = self._remote.remote(batch, self.folder, self.runner)
        self._tasks[task] = (worker, list(specs), time.monotonic())

    def events(self, wait: float) -> list[Event]:
        """Collect the tasks that have ended or were lost."""
        if not self._tasks:
            return []
        ended, _ = self.ray.wait(list(self._tasks), num_returns=1, timeout=wait)
        more, _ = self.ray.wait(list(self._tasks), num_returns=len(self._tasks), timeout=0)
        found: list[Event] = []
        for task in dict.fromkeys([*ended, *more]):
            found += self._collect(task)
        return found + self._overdue()

    def close(self) -> None:
        """Cancel all tasks; leave a cluster that we did not start running."""
        for task in self._tasks:
            self.ray.cancel(task, force=True)
        self._tasks.clear()
        if self._owner:
            self.ray.shutdown()

    def _collect(self, task: Any) -> list[Event]:
        """Tell of each job of an ended task; what a lost one had finished is in the store."""
        worker, specs, _ = self._tasks.pop(task)
        self._free.append(worker)
        try:
            messages = self.ray.get(task)
        except self.ray.exceptions.RayError as error:
            return self._lost(worker, specs, "killed", f"{type(error).__name__}: {error}")
        events = [Event(worker, message.pop("event"), message) for message in messages]
        return [*events, Event(worker, "idle")]

    def _lost(self, worker: int, specs: list[Spec], cause: str, words: str) -> list[Event]:
        store = open_store(self.folder)
        events: list[Event] = []
        rest: list[Spec] = []
        for spec in specs:
            job = store.read_job(spec.key)
            if job is None:
                rest.append(spec)
                continue
            data = {"key": spec.key, "success": float(job.curve.success[-1]), "seconds": job.seconds}
            events.append(Event(worker, "done", data))
        # Jobs of a batch run in order: the first without a result is the one it was lost at.
        key = rest[0].key if rest else ""
        message = words.strip().split("\n")[0]
        data = {"key": key, "cause": cause, "message": message, "traceback": words}
        return [*events, Event(worker, "lost", data)]

    def _overdue(self) -> list[Event]:
        """Cancel tasks that take too long."""
        now = time.monotonic()
        found: list[Event] = []
        for task, (worker, specs, since) in list(self._tasks.items()):
            if now - since > self.timeout * len(specs):
                self.ray.cancel(task, force=True)
                del self._tasks[task]
                self._free.append(worker)
                found += self._lost(worker, specs, "timeout", f"It took more than {self.timeout:g} s.")
        return found


def _initialised() -> bool:
    try:
        import ray
    except ModuleNotFoundError:
        return False
    return bool(ray.is_initialized())
