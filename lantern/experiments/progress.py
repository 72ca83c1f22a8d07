"""How far a sweep is: what whoever draws it is told."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from lantern.experiments.plan import Spec


@dataclass(frozen=True)
class Status:
    """State of a running sweep.

    Attributes
    ----------
    total, done, failed, running : int
        Jobs; ``done`` includes those that were finished before this start.
    seconds : float
        Time since this start, in s.
    rate : float
        Jobs ended per second since this start.
    left : float or None
        Estimated time left, in s; None while nothing is known.
    success : mapping
        Agent to the mean final success of its finished target jobs, in [0, 1].
    note : str
        Something to tell the user once; usually "".
    """

    total: int
    done: int
    failed: int
    running: int
    seconds: float
    rate: float
    left: float | None
    success: Mapping[str, float]
    note: str = ""


class Progress(Protocol):
    """Is called a few times a second while a sweep runs, and once at its end."""

    def __call__(self, status: Status) -> None:
        """Take note of the state."""
        ...


class Meter:
    """Counts what ends and estimates the time left.

    Jobs of one agent and kind take similar times, those of different ones may not: the estimate adds up what
    is left of each.
    """

    def __init__(self, specs: Iterable[Spec], workers: int) -> None:
        self.left: dict[tuple[str, str], int] = defaultdict(int)
        self.total = 0
        for spec in specs:
            self.left[spec.kind, spec.agent] += 1
            self.total += 1
        self.workers = workers
        self.began = time.monotonic()
        self.ended = self.done = self.failed = 0
        self._seconds: dict[tuple[str, str], list[float]] = defaultdict(list)
        self._success: dict[str, list[float]] = defaultdict(list)

    def end(self, spec: Spec, success: float | None, seconds: float | None) -> None:
        """Count a job; ``success`` is None for a failed one, ``seconds`` for one not run now."""
        self.left[spec.kind, spec.agent] -= 1
        if success is None:
            self.failed += 1
            return
        self.done += 1
        if seconds is not None:
            self.ended += 1
            self._seconds[spec.kind, spec.agent].append(seconds)
        if spec.kind == "target":
            self._success[spec.agent].append(success)

    def time_left(self) -> float | None:
        """Estimate the time left, in s; None while nothing has ended."""
        known = {cell: float(np.mean(times)) for cell, times in self._seconds.items()}
        if not known:
            return None
        typical = float(np.mean(list(known.values())))
        work = sum(count * known.get(cell, typical) for cell, count in self.left.items())
        return work / max(1, self.workers)

    def status(self, running: int, note: str = "") -> Status:
        """State of the sweep now."""
        seconds = time.monotonic() - self.began
        return Status(
            total=self.total,
            done=self.done,
            failed=self.failed,
            running=running,
            seconds=seconds,
            rate=self.ended / seconds if seconds > 0 else 0.0,
            left=self.time_left(),
            success={agent: float(np.mean(values)) for agent, values in sorted(self._success.items())},
            note=note,
        )
