"""How long jobs take that have not been run: short ones of each kind, in a temporary folder, for a minute."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from lantern.experiments.plan import Plan, Spec
from lantern.experiments.pool import Event, LocalPool
from lantern.experiments.store import Store

SHARE = 50
"""A short job has this part of the steps of a whole one."""

STRETCH = 3
"""How much longer the last one is: what a job costs apart from its steps must not be scaled up."""

LIMIT = 60.0
"""Seconds for all of it; kinds of which nothing is known by then stay unknown."""


def probe_times(plan: Plan, chosen: Sequence[Spec], runner: str, limit: float = LIMIT) -> dict[str, float]:
    """Estimate how long jobs take, in s, by key; those that fail, or that time is too short for, are missing.

    Parameters
    ----------
    plan : Plan
        The sweep they are of.
    chosen : sequence of Spec
        One job of each kind, those that others need before these.
    runner : str
        What runs a job.
    limit : float
        Time for all of them, in s.
    """
    times: dict[str, float] = {}
    until = time.monotonic() + limit
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        store.create()
        pool = LocalPool(1, store.where, plan.sweep.timeout, float("inf"), runner)
        try:
            for spec in chosen:
                short, longer = _shortened(spec, 1), _shortened(spec, STRETCH)
                # The first time may compile, and reads what later jobs find read already.
                took = [_measure(pool, one, until) for one in (short, short, longer)]
                if time.monotonic() > until:
                    break
                if took[1] is not None and took[2] is not None:
                    near, far, whole = (one.identity["steps"] for one in (short, longer, spec))
                    rate = max(0.0, took[2] - took[1]) / (far - near) if far > near else took[1] / near
                    times[spec.key] = took[1] + rate * (whole - near)
        finally:
            pool.close()
    return times


def _shortened(spec: Spec, times: int) -> Spec:
    """Return the same job with so many of its short ones' steps, but at least two evaluations for each."""
    steps = times * max(2 * spec.identity["evaluate"]["every"], spec.identity["steps"] // SHARE)
    return replace(spec, identity={**spec.identity, "steps": min(steps, spec.identity["steps"])})


def _measure(pool: LocalPool, spec: Spec, until: float) -> float | None:
    """Run one job; return its time in s, or None if it failed or time was up before its end."""
    for _ in _waiting(pool, until):
        pass
    if not pool.idle():
        return None
    pool.submit(0, [spec])
    for event in _waiting(pool, until):
        if event.kind == "done":
            return float(event.data["seconds"])
    return None


def _waiting(pool: LocalPool, until: float) -> Iterator[Event]:
    """What happens until the worker is idle or time is up."""
    while not pool.idle() and time.monotonic() < until:
        yield from pool.events(0.1)
