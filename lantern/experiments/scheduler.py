"""Which job runs when: from a plan and a pool of workers to a store in which every job has ended.

The scheduler keeps nothing that matters: finished jobs are files, failed ones too. Killed at any moment and
started again, it finds out from the store what is left.
"""

from __future__ import annotations

import heapq
import math
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from lantern.errors import LanternError
from lantern.experiments.plan import Plan, Spec
from lantern.experiments.pool import Event, Pool
from lantern.experiments.progress import Meter, Progress
from lantern.experiments.results import Failure, Job
from lantern.experiments.store import ClaimBook, Store, StoreError, explain_os_error

ATTEMPTS = 2
BATCH_SECONDS = 0.4  # long against the cost of a message, short against a user's patience
BATCH_MOST = 64
FOREIGN_SECONDS = 0.5
DEAD_STARTS = 4
NOTE_SECONDS = 5.0

# Whoever starts a sweep again may have removed the cause of these: a killed process, a missing teacher.
TRANSIENT = frozenset({"killed", "teacher"})
HINTS = {
    "killed": "Its process was killed",
    "timeout": "It ran longer than the sweep's `timeout:`",
    "memory": "Its process took more memory than the sweep's `memory:` allows",
}


class SweepError(LanternError):
    """A sweep that cannot go on."""

    status = 1


@dataclass
class _Queues:
    """Where the jobs that have not ended are."""

    ready: list[tuple[int, int, Spec]] = field(default_factory=list)
    waiting: dict[str, set[str]] = field(default_factory=dict)
    foreign: dict[str, Spec] = field(default_factory=dict)
    running: dict[str, Spec] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.ready or self.waiting or self.foreign or self.running)


class Scheduler:
    """Runs what is missing of a plan.

    Parameters
    ----------
    plan : Plan
    store : Store
    pool : Pool
    claims : ClaimBook
        Ours, entered.
    progress : Progress, optional
        Told how far things are.
    on_done : callable, optional
        Told of every job that has ended well, those finished before this start included.
    """

    def __init__(
        self,
        plan: Plan,
        store: Store,
        pool: Pool,
        claims: ClaimBook,
        progress: Progress | None = None,
        on_done: Callable[[Spec], None] | None = None,
    ) -> None:
        self.plan, self.store, self.pool, self.claims = plan, store, pool, claims
        self.progress, self.on_done = progress, on_done
        self.specs = {spec.key: spec for spec in plan.specs}
        self.rank = {key: index for index, key in enumerate(self.specs)}
        self.needed_by: dict[str, list[str]] = defaultdict(list)
        for spec in self.specs.values():
            for key in spec.needs:
                self.needed_by[key].append(spec.key)
        self.meter = Meter(self.specs.values(), pool.size)
        self.queues = _Queues()
        self.attempts: dict[str, int] = defaultdict(int)
        self.typical: dict[tuple[str, str], float] = {}
        self.batches: dict[int, list[str]] = defaultdict(list)
        self.failed: dict[str, Failure] = {}
        self._dead_starts = 0
        self._told = self._polled = 0.0
        self._noted = False

    def run(self) -> dict[str, Failure]:
        """Run everything that is missing; return the failures, by key.

        Raises
        ------
        StoreError
            If the store cannot be written.
        SweepError
            If workers cannot be started.
        """
        try:
            self._sort_out(self.store.finished(self.specs, set_aside=True))
            while self.queues:
                self._dispatch()
                for event in self.pool.events(0.1):
                    self._handle(event)
                self._look_abroad()
                self._tell()
        except OSError as error:
            raise StoreError(explain_os_error(error, self.store.where)) from None
        self._tell(last=True)
        return self.failed

    def _sort_out(self, finished: dict[str, Job]) -> None:
        """Put every job where it belongs at the start."""
        recorded = self.store.failures()
        for key, spec in self.specs.items():
            if key in finished and self._has_teacher(spec):
                self._note(spec, float(finished[key].curve.success[-1]), None)
            elif key in recorded and recorded[key].kind not in TRANSIENT:
                self._end_failed(spec, recorded[key])
            elif missing := {one for one in spec.needs if not self._ended_well(one, finished)}:
                self.queues.waiting[key] = missing
            else:
                self._make_ready(spec)
        for key in list(self.failed):
            self._fail_dependants(key)

    def _has_teacher(self, spec: Spec) -> bool:
        return spec.kind != "source" or self.store.has_teacher(spec.key)

    def _ended_well(self, key: str, finished: dict[str, Job]) -> bool:
        return key in finished and self._has_teacher(self.specs[key])

    def _make_ready(self, spec: Spec, late: int = 0) -> None:
        heapq.heappush(self.queues.ready, (late, self.rank[spec.key], spec))

    def _dispatch(self) -> None:
        for worker in self.pool.idle():
            batch = self._batch()
            if not batch:
                return
            self.batches[worker] = [spec.key for spec in batch]
            self.queues.running |= {spec.key: spec for spec in batch}
            self.pool.submit(worker, batch)

    def _batch(self) -> list[Spec]:
        """Claim jobs worth about ``BATCH_SECONDS``, leaving as many for the other workers."""
        batch: list[Spec] = []
        while self.queues.ready and not batch:
            most = min(BATCH_MOST, math.ceil(len(self.queues.ready) / self.pool.size))
            chosen: list[Spec] = []
            seconds = 0.0
            while self.queues.ready and len(chosen) < most and seconds < BATCH_SECONDS:
                _, _, spec = heapq.heappop(self.queues.ready)
                chosen.append(spec)
                seconds += self.typical.get((spec.kind, spec.agent), BATCH_SECONDS)
            batch = self._claim(chosen)
        return batch

    def _claim(self, chosen: list[Spec]) -> list[Spec]:
        """Claim jobs that still have to be run; put elsewhere those that another sweep has, or had."""
        ours = self.claims.claim_all(spec.key for spec in chosen)
        done = self.store.read_jobs(ours)
        batch = []
        for spec in chosen:
            if spec.key not in ours:
                self.queues.foreign[spec.key] = spec
            elif spec.key in done and self._has_teacher(spec):
                self.claims.release(spec.key)
                self._end_well(spec, float(done[spec.key].curve.success[-1]), None)
            else:
                batch.append(spec)
        return batch

    def _handle(self, event: Event) -> None:
        if event.kind in ("ready", "start"):
            self._dead_starts = 0
        spec = self.queues.running.get(event.key)
        if event.kind == "done" and spec is not None:
            self._leave(spec)
            seconds = float(event.data["seconds"])
            cell = (spec.kind, spec.agent)
            self.typical[cell] = 0.5 * (self.typical.get(cell, seconds) + seconds)
            self._end_well(spec, float(event.data["success"]), seconds)
        elif event.kind == "failed" and spec is not None:
            self._failed_once(spec, "error", event)
        elif event.kind == "store":
            error = OSError(event.data["errno"], event.data["message"])
            raise StoreError(explain_os_error(error, self.store.where))
        elif event.kind == "lost":
            self._lost(event, spec)

    def _lost(self, event: Event, spec: Spec | None) -> None:
        """A worker died: its job counts as tried, the rest of its batch does not."""
        if spec is not None:
            self._failed_once(spec, str(event.data["cause"]), event)
        elif not self.batches[event.worker]:
            self._dead_starts += 1
            if self._dead_starts >= DEAD_STARTS * self.pool.size:
                raise SweepError(
                    f"Worker processes cannot be started. The last one said: {event.data['traceback']}"
                )
        for key in self.batches.pop(event.worker, []):
            if key in self.queues.running:
                self._again(self.queues.running[key])

    def _again(self, spec: Spec, late: int = 0) -> None:
        self._leave(spec)
        self._make_ready(spec, late)

    def _leave(self, spec: Spec) -> None:
        """Take a job out of the running ones."""
        self.queues.running.pop(spec.key, None)
        self.claims.release(spec.key)

    def _end_well(self, spec: Spec, success: float, seconds: float | None) -> None:
        self._note(spec, success, seconds)
        for key in self.needed_by[spec.key]:
            missing = self.queues.waiting.get(key)
            if missing is not None:
                missing.discard(spec.key)
                if not missing:
                    del self.queues.waiting[key]
                    self._make_ready(self.specs[key])

    def _note(self, spec: Spec, success: float, seconds: float | None) -> None:
        """Take note of a job that has ended well."""
        self.store.forget_failure(spec.key)
        self.meter.end(spec, success, seconds)
        if self.on_done is not None:
            self.on_done(spec)

    def _failed_once(self, spec: Spec, kind: str, event: Event) -> None:
        """Record a failure; try again once, after everything else."""
        self.attempts[spec.key] += 1
        hint = HINTS.get(kind)
        message = f"{hint}. {event.data['message']}" if hint else str(event.data["message"])
        failure = _failure(spec, kind, message, str(event.data["traceback"]), self.attempts[spec.key])
        self.store.write_failure(failure)
        if self.attempts[spec.key] < ATTEMPTS:
            self._again(spec, late=1)
            return
        self._leave(spec)
        self._end_failed(spec, failure)
        self._fail_dependants(spec.key)

    def _end_failed(self, spec: Spec, failure: Failure) -> None:
        self.failed[spec.key] = failure
        self.meter.end(spec, None, None)

    def _fail_dependants(self, key: str) -> None:
        """Jobs that need a teacher which could not be learned cannot run."""
        teacher = self.specs[key]
        for other in self.needed_by[key]:
            if other not in self.queues.waiting:
                continue
            del self.queues.waiting[other]
            message = f"The teacher {teacher.target!r} of seed {teacher.seed} could not be learned."
            failure = _failure(self.specs[other], "teacher", message, f"See failed/{key}.json.", 0)
            self.store.write_failure(failure)
            self._end_failed(self.specs[other], failure)

    def _look_abroad(self) -> None:
        """See what became of the jobs that another sweep on this store has claimed."""
        now = time.monotonic()
        if not self.queues.foreign or now - self._polled < FOREIGN_SECONDS:
            return
        self._polled = now
        for key in self.claims.claim_all(list(self.queues.foreign)):
            self.claims.release(key)
            spec = self.queues.foreign.pop(key)
            failure = self.store.read_failure(key)
            if failure is None or failure.attempts < ATTEMPTS or self.store.has_job(key):
                self._make_ready(spec)  # claimed again, and found finished, when its turn comes
            else:
                self._end_failed(spec, failure)
                self._fail_dependants(key)

    def _tell(self, last: bool = False) -> None:
        now = time.monotonic()
        if self.progress is not None and (last or now - self._told > 0.1):
            self._told = now
            self.progress(self.meter.status(len(self.queues.running), self._note_to_user(now)))

    def _note_to_user(self, now: float) -> str:
        """Explain, once, why nothing seems to happen at first."""
        waits = not self.meter.ended and self.queues.running and now - self.meter.began > NOTE_SECONDS
        if not waits or self._noted:
            return ""
        self._noted = True
        return "The first jobs take longer: learners are compiled when a machine first uses them."


def _failure(spec: Spec, kind: str, message: str, traceback: str, attempts: int) -> Failure:
    what = (spec.target, spec.agent, spec.seed)
    return Failure(spec.key, *what, kind, message, traceback, attempts, spec.condition)
