"""Looking after sweeps: what would run, what is running, trying failed jobs again, removing leftovers."""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from lantern.errors import ContentError
from lantern.experiments.claims import Claims, Owner, owners
from lantern.experiments.library import Library
from lantern.experiments.loading import imported, load_manifest
from lantern.experiments.plan import ENTRY, Plan, Spec
from lantern.experiments.pool import LocalPool, default_workers
from lantern.experiments.results import Failure, Job, place_of
from lantern.experiments.store import TEMPORARY, Store
from lantern.experiments.sweeping import SweepResult, default_folder, make_plan, provenance_of, sweep
from lantern.experiments.tuning import read_record, tuned_agents, tuning_jobs
from lantern.experiments.worker import DEFAULT_RUNNER

Cell = tuple[str, str, str]  # kind, target, agent
PROBE_SHARE = 50


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
    folder : Path
    rows : tuple of Row
    workers : int
    seconds : float or None
        Estimated time left with these workers, in s; None where it was not measured.
    stale : int
        Finished jobs in the folder that are not part of the sweep as it is now.
    """

    folder: Path
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
        Run a fiftieth of one job of each kind, in a temporary folder, where no finished job tells how long
        one takes.

    Raises
    ------
    ContentError
        If the file is wrong.
    """
    folder = Path(out) if out is not None else default_folder(file)
    plan = make_plan(file, library, folder)
    store = Store(folder)
    found = store.finished(spec.key for spec in plan.specs) if (folder / "jobs").is_dir() else {}
    rows = _rows((_entry(spec) for spec in plan.specs), found, store.failures().keys(), set())
    rows += _tuning_rows(plan, folder)
    if probe and any(row.missing and row.seconds is None for row in rows):
        rows = _probe(plan, rows, runner)
    size = default_workers(workers)
    known = all(row.seconds is not None for row in rows if row.missing)
    work = sum(row.missing * (row.seconds or 0.0) for row in rows)
    return Outlook(folder, rows, size, work / size if known else None, len(_stale(store, plan)))


def state(folder: str | Path) -> State:
    """Say how far the sweep in a folder is, and who is at work on it.

    Raises
    ------
    ContentError
        If the folder holds no sweep.
    """
    root = Path(folder)
    manifest, store = load_manifest(root), Store(root)
    keys = [entry["key"] for entry in manifest["jobs"]]
    found = store.finished(keys)
    failed = {key: failure for key, failure in store.failures().items() if key in keys and key not in found}
    claimed = {path.name.partition(".")[0] for path in (root / "claims").glob("[!.]*")} - found.keys()
    living = tuple(owner for owner in owners(store) if owner.alive)
    rows = _rows(manifest["jobs"], found, failed, claimed if living else set())
    return State(
        name=manifest["name"],
        rows=rows,
        failures=tuple(failed.values()),
        running=living,
        ended=len(found) + len(failed) == len(keys),
        stale=len(_stale(store, keys)),
        damaged=len(list((root / "jobs").glob("*.damaged"))),
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
    root = Path(folder)
    load_manifest(root)
    file = provenance_of(root).get("file")
    if not file or not Path(file).is_file():
        raise ContentError(
            f"The sweep file that {root} was made with is gone ({file or 'its path is not recorded'}). "
            f"Run `lantern sweep FILE --out {root} --retry-failed` with the file where it is now."
        )
    return sweep(file, root, workers, retry_failed=True, **more)


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
    root = Path(folder)
    manifest, store = load_manifest(root), Store(root)
    if any(owner.alive for owner in owners(store)):
        raise ContentError(f"A sweep is running in {root}. Wait until it has ended, or stop it with Ctrl-C.")
    with Claims(store):  # removes what killed sweeps left half-written
        pass
    keys = {entry["key"] for entry in manifest["jobs"]}
    gone = [path for path in (root / "failed").glob("*.json") if path.stem not in keys]
    keys |= tuning_jobs(root)
    gone += [path for path in (root / "teachers").iterdir() if path.name not in keys]
    gone += [*_stale(store, keys), *(root / "jobs").glob("*.damaged")]
    files = [one for path in gone for one in ([path] if path.is_file() else path.rglob("*")) if one.is_file()]
    size = sum(one.stat().st_size for one in files)
    for path in gone:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return len(files), size


def _tuning_rows(plan: Plan, folder: Path) -> tuple[Row, ...]:
    """Jobs of tuning, which come before all others; teachers apart."""
    rows = []
    for name, _, tuning in tuned_agents(plan.sweep):
        record = read_record(folder, name)
        each = tuning.seeds * len(plan.targets)
        done = min(len(record.trials), tuning.trials) if record is not None else 0
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


def _stale(store: Store, part: Plan | Iterable[str]) -> list[Path]:
    """List job files that the sweep does not ask for."""
    keys = {spec.key for spec in part.specs} if isinstance(part, Plan) else set(part)
    keys |= {entry["key"] for entry in imported(store.folder)} | tuning_jobs(store.folder)
    files = (store.folder / "jobs").glob("*.parquet")
    return [path for path in files if path.stem not in keys and not path.name.startswith(TEMPORARY)]


def _shorter(spec: Spec) -> Spec:
    """Return the same job with a fiftieth of its steps, but at least two evaluations."""
    steps = max(2 * spec.identity["evaluate"]["every"], spec.identity["steps"] // PROBE_SHARE)
    return replace(spec, identity={**spec.identity, "steps": min(steps, spec.identity["steps"])})


def _probe(plan: Plan, rows: tuple[Row, ...], runner: str) -> tuple[Row, ...]:
    """Measure the kinds of jobs whose time is not known; failing ones stay unknown."""
    wanted = {(row.kind, row.target, row.agent) for row in rows if row.missing and row.seconds is None}
    by_key = {spec.key: spec for spec in plan.specs}
    chosen: dict[str, Spec] = {}
    for spec in plan.specs:
        cell = _cell(spec)
        if cell in wanted:
            wanted.discard(cell)
            chosen |= {key: by_key[key] for key in (*spec.needs, spec.key)}
    seconds = _measure([_shorter(spec) for spec in chosen.values()], plan, runner)
    times: dict[Cell, float] = {}
    for spec in chosen.values():
        if spec.key in seconds:
            scale = spec.identity["steps"] / _shorter(spec).identity["steps"]
            times[_cell(spec)] = scale * seconds[spec.key]
    for (_, _, agent), one in list(times.items()):
        times.setdefault(("tuning", "all targets", agent), one)
    return tuple(
        replace(row, seconds=row.seconds or times.get((row.kind, row.target, row.agent))) for row in rows
    )


def _measure(specs: list[Spec], plan: Plan, runner: str) -> dict[str, float]:
    """Run short jobs twice in one worker (the first time may compile); return the second times, by key."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        store.create()
        pool = LocalPool(1, store.folder, plan.sweep.timeout, float("inf"), runner)
        try:
            for _ in range(2):
                while not pool.idle():
                    pool.events(0.1)
                pool.submit(0, specs)
                while not pool.idle():
                    for event in pool.events(0.1):
                        if event.kind == "done":
                            found[event.key] = float(event.data["seconds"])
        finally:
            pool.close()
    return found
