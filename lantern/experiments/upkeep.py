"""Looking after sweeps: what would run, what is running, trying failed jobs again, removing leftovers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from lantern.errors import ContentError
from lantern.experiments.bucket import open_store
from lantern.experiments.claims import Owner
from lantern.experiments.library import Library
from lantern.experiments.loading import imported, load_manifest
from lantern.experiments.plan import ENTRY, Plan, Spec
from lantern.experiments.pool import default_workers
from lantern.experiments.probing import probe_times
from lantern.experiments.results import Failure, Job, place_of
from lantern.experiments.store import TEMPORARY, Store
from lantern.experiments.sweeping import SweepResult, default_folder, make_plan, provenance_of, sweep
from lantern.experiments.tuning import read_record, tuned_agents, tuning_jobs
from lantern.experiments.worker import DEFAULT_RUNNER

Cell = tuple[str, str, str]  # kind, target, agent


@dataclass(frozen=True)
class Row:
    """Jobs of one agent on one target (or source).

    Attributes
    ----------
    kind, target, agent : str
    total, done, failed, running : int
    seconds : float or None
        Typical time of one job, in s, where that is known.
    """

    kind: str
    target: str
    agent: str
    total: int
    done: int = 0
    failed: int = 0
    running: int = 0
    seconds: float | None = None

    @property
    def missing(self) -> int:
        """Jobs that have neither ended nor failed."""
        return self.total - self.done - self.failed


@dataclass(frozen=True)
class Outlook:
    """What a sweep would do.

    Attributes
    ----------
    folder : str
        Path or address of the results.
    rows : tuple of Row
    workers : int
    seconds : float or None
        Estimated time left with these workers, in s; None where it was not measured.
    stale : int
        Finished jobs in the folder that are not part of the sweep as it is now.
    """

    folder: str
    rows: tuple[Row, ...]
    workers: int
    seconds: float | None
    stale: int


@dataclass(frozen=True)
class State:
    """State of a sweep's folder.

    Attributes
    ----------
    name : str
    rows : tuple of Row
    failures : tuple of Failure
    running : tuple of Owner
        Sweeps that are at work on it now, with their machine and process.
    ended : bool
        Whether there is nothing left to run.
    stale, damaged : int
        Job files that do not belong to the sweep any more, and unreadable ones.
    """

    name: str
    rows: tuple[Row, ...]
    failures: tuple[Failure, ...]
    running: tuple[Owner, ...]
    ended: bool
    stale: int
    damaged: int


def outlook(
    file: str | Path,
    out: str | Path | None = None,
    workers: int | None = None,
    *,
    probe: bool = True,
    library: Library | None = None,
    runner: str = DEFAULT_RUNNER,
) -> Outlook:
    """Say what a sweep would run, and how long that would take, without running it.

    Parameters
    ----------
    file, out, workers
        As for ``sweep``.
    probe : bool
        Run short jobs of each kind for up to a minute, in a temporary folder, where no finished job tells how
        long one takes.

    Raises
    ------
    ContentError
        If the file is wrong.
    """
    store = open_store(out if out is not None else default_folder(file))
    store.refresh()
    plan = make_plan(file, library, store.folder)
    found = store.finished(spec.key for spec in plan.specs) if (store.folder / "jobs").is_dir() else {}
    rows = _rows((_entry(spec) for spec in plan.specs), found, store.failures().keys(), set())
    rows += _tuning_rows(plan, store.folder)
    if probe and any(row.missing and row.seconds is None for row in rows):
        rows = _probe(plan, rows, runner)
    size = default_workers(workers)
    known = all(row.seconds is not None for row in rows if row.missing)
    work = sum(row.missing * (row.seconds or 0.0) for row in rows)
    stale = _stale(store, (spec.key for spec in plan.specs))
    return Outlook(store.where, rows, size, work / size if known else None, len(stale))


def state(folder: str | Path) -> State:
    """Say how far the sweep in a folder is, and who is at work on it.

    Raises
    ------
    ContentError
        If the folder holds no sweep.
    """
    store = open_store(folder)
    store.refresh()
    manifest = load_manifest(store.folder)
    keys = [entry["key"] for entry in manifest["jobs"]]
    found = store.finished(keys)
    failed = {key: failure for key, failure in store.failures().items() if key in keys and key not in found}
    living = tuple(owner for owner in store.owners() if owner.alive)
    claimed = store.claimed() - found.keys() if living else set()
    rows = _rows(manifest["jobs"], found, failed, claimed)
    return State(
        name=manifest["name"],
        rows=rows,
        failures=tuple(failed.values()),
        running=living,
        ended=len(found) + len(failed) == len(keys),
        stale=len(_stale(store, keys)),
        damaged=sum(name.endswith(".damaged") for name in store.sizes()),
    )


def retry(folder: str | Path, workers: int | None = None, **more: Any) -> SweepResult:
    """Try the failed jobs of a sweep again, and whatever else is missing.

    Parameters
    ----------
    folder : str or Path
        Of the sweep.
    workers, **more
        As for ``sweep``.
    """
    store = open_store(folder)
    store.refresh()
    load_manifest(store.folder)
    file = provenance_of(store.folder).get("file")
    if not file or not Path(file).is_file():
        raise ContentError(
            f"The file that {store.where} was made with is gone ({file or 'its path is not recorded'}). "
            f"Run `lantern sweep FILE --out {store.where} --retry-failed` with the file where it is now."
        )
    return sweep(file, folder, workers, retry_failed=True, **more)


def clean(folder: str | Path) -> tuple[int, int]:
    """Remove what does not belong to the sweep as it is now: results of earlier versions, damaged files.

    Returns
    -------
    files, size : int
        How many files went, and their size in bytes.

    Raises
    ------
    ContentError
        If the folder holds no sweep, or one that is running.
    """
    store = open_store(folder)
    store.refresh()
    manifest = load_manifest(store.folder)
    if any(owner.alive for owner in store.owners()):
        raise ContentError(
            f"A sweep is running in {store.where}. Wait until it has ended, or stop it with Ctrl-C."
        )
    with store.claims():  # removes what killed sweeps left half-written
        pass
    keys = {entry["key"] for entry in manifest["jobs"]}
    sizes = store.sizes()
    gone = [name for name in sizes if name.startswith("failed/") and _key(name) not in keys]
    gone += [name for name in sizes if name.endswith(".damaged")]
    gone += _stale(store, keys)
    keys |= tuning_jobs(store.folder)
    gone += [name for name in sizes if name.startswith("teachers/") and _key(name) not in keys]
    store.remove(gone)
    return len(gone), sum(sizes[name] for name in gone)


def _key(name: str) -> str:
    """Key that a file below ``jobs/``, ``teachers/`` or ``failed/`` belongs to."""
    return name.split("/")[1].partition(".")[0]


def _tuning_rows(plan: Plan, folder: Path) -> tuple[Row, ...]:
    """Jobs of tuning, which come before all others; teachers apart."""
    rows = []
    for name, _, tuning in tuned_agents(plan.sweep):
        record = read_record(folder, name)
        each = tuning.seeds * len(plan.targets)
        done = min(record.done, tuning.trials) if record is not None else 0
        rows.append(Row("tuning", "all targets", name, tuning.trials * each, done * each))
    return tuple(rows)


def _entry(spec: Spec) -> dict[str, str]:
    return {name: getattr(spec, name) for name in ENTRY}


def _rows(
    entries: Iterable[Mapping[str, Any]], found: Mapping[str, Job], failed: Iterable[str], running: set[str]
) -> tuple[Row, ...]:
    """Count jobs by kind, target and agent, in the order of the plan."""
    cells: dict[Cell, list[str]] = defaultdict(list)
    for entry in entries:
        target = place_of(entry["target"], entry.get("condition", ""))
        cells[entry["kind"], target, entry["agent"]].append(entry["key"])
    broken = set(failed) - found.keys()
    rows = []
    for (kind, target, agent), keys in cells.items():
        times = [found[key].seconds for key in keys if key in found]
        rows.append(
            Row(
                kind,
                target,
                agent,
                total=len(keys),
                done=len(times),
                failed=sum(key in broken for key in keys),
                running=sum(key in running for key in keys),
                seconds=float(np.median(times)) if times else None,
            )
        )
    return tuple(rows)


def _cell(spec: Spec) -> Cell:
    return spec.kind, place_of(spec.target, spec.condition), spec.agent


def _stale(store: Store, asked: Iterable[str]) -> list[str]:
    """List the names of job files that the sweep does not ask for."""
    keys = set(asked) | {entry["key"] for entry in imported(store.folder)} | tuning_jobs(store.folder)
    files = [name for name in store.sizes() if name.startswith("jobs/") and name.endswith(".parquet")]
    return [name for name in files if _key(name) not in keys and TEMPORARY not in name]


def _probe(plan: Plan, rows: tuple[Row, ...], runner: str) -> tuple[Row, ...]:
    """Measure the kinds of jobs whose time is not known."""
    wanted = {(row.kind, row.target, row.agent) for row in rows if row.missing and row.seconds is None}
    by_key = {spec.key: spec for spec in plan.specs}
    chosen: dict[str, Spec] = {}
    for spec in plan.specs:
        cell = _cell(spec)
        if cell in wanted:
            wanted.discard(cell)
            chosen |= {key: by_key[key] for key in (*spec.needs, spec.key)}
    found = probe_times(plan, list(chosen.values()), runner)
    times = {_cell(chosen[key]): one for key, one in found.items()}
    for (_, _, agent), one in list(times.items()):
        times.setdefault(("tuning", "all targets", agent), one)
    return tuple(
        replace(row, seconds=row.seconds or times.get((row.kind, row.target, row.agent))) for row in rows
    )
