"""Running a sweep from its file: plan, store, workers, summary."""

from __future__ import annotations

import difflib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lantern import content
from lantern.errors import ContentError
from lantern.experiments.bucket import open_store
from lantern.experiments.expansion import expand
from lantern.experiments.library import ContentLibrary, Library
from lantern.experiments.loading import load_manifest, load_results
from lantern.experiments.logs import log_to, make_loggers
from lantern.experiments.plan import Plan
from lantern.experiments.pool import LocalPool, Pool, default_workers
from lantern.experiments.progress import Progress
from lantern.experiments.results import Failure
from lantern.experiments.scheduler import Scheduler
from lantern.experiments.store import Store, StoreError, explain_os_error
from lantern.experiments.sweepfile import read_sweep
from lantern.experiments.tuning import Tuner, tuned_agents, tuned_settings
from lantern.experiments.worker import DEFAULT_RUNNER

BACKENDS = ("local", "ray")


@dataclass(frozen=True)
class SweepResult:
    """What a sweep came to.

    Attributes
    ----------
    folder : Path or str
        The store's path, or its address.
    summary : mapping
        What ``summary.json`` holds.
    failures : mapping
        Key to Failure.
    done, total : int
        Finished jobs and all jobs, sources included.
    seconds : float
        Time this start took, in s.
    """

    folder: Path | str
    summary: Mapping[str, Any]
    failures: Mapping[str, Failure] = field(default_factory=dict)
    done: int = 0
    total: int = 0
    seconds: float = 0.0


def default_folder(file: str | Path) -> Path:
    """Folder of a sweep's results where none is given: ``runs/<name>`` here."""
    return Path("runs") / Path(file).stem


def make_plan(file: str | Path, library: Library | None = None, folder: Path | None = None) -> Plan:
    """List the jobs of a sweep file, without running anything.

    Parameters
    ----------
    file : str or Path
        Name or path of a sweep.
    library : Library, optional
        Where names are looked up; the workspace and the shipped library by default.
    folder : Path, optional
        The store, for settings that were tuned there.

    Raises
    ------
    ContentError
        If the file, or something it names, is wrong.
    """
    from lantern.experiments.versions import versions

    path, found, lines = read_sweep(file)
    tuned = tuned_settings(folder, found) if folder is not None else {}
    return expand(path, found, lines, library or ContentLibrary(path.parent), versions(), tuned)


def sweep(
    file: str | Path,
    out: str | Path | None = None,
    workers: int | None = None,
    *,
    backend: str = "local",
    progress: Progress | None = None,
    update: bool = False,
    retry_failed: bool = False,
    loggers: Sequence[str] = (),
    library: Library | None = None,
    runner: str = DEFAULT_RUNNER,
) -> SweepResult:
    """Run a sweep, or go on with one: finished jobs are not run again.

    Parameters
    ----------
    file : str or Path
        Name or path of a sweep.
    out : str or Path, optional
        Folder of the results, or the address of one in a bucket (``s3://bucket/prefix``); ``runs/<name>`` by
        default.
    workers : int, optional
        Processes; all cores by default.
    backend : {"local", "ray"}
        Where jobs run.
    progress : Progress, optional
        Told how far things are, a few times a second.
    update : bool
        Take a changed file over into a folder that an earlier version of it made; finished jobs that are
        still part of the sweep are kept.
    retry_failed : bool
        Try jobs again that failed before; otherwise only those whose process was killed are.
    loggers : sequence of {"tensorboard", "wandb"}
        Where curves are handed on to; nowhere by default.
    library, runner
        Replace what looks up names and what runs a job.

    Returns
    -------
    SweepResult

    Raises
    ------
    ContentError
        If the file is wrong, or differs from the one that the folder was made with.
    StoreError
        If the folder cannot be written.
    """
    began = time.monotonic()
    if backend not in BACKENDS:
        raise ContentError(f"There is no backend {backend!r}. Use {' or '.join(BACKENDS)}.")
    store = open_store(out if out is not None else default_folder(file))
    store.refresh()
    plan = make_plan(file, library, store.folder)
    on_done = log_to(make_loggers(loggers, store, plan.name), store)
    store.create()
    # Registered first: a sweep that starts now leaves our unfinished files alone.
    with store.claims() as claims:
        adopt(plan, store, update, ours=claims.id)
        started = record_start(store, file)
        pool = make_pool(plan, store, workers, backend, runner)
        try:
            trial = lambda part: Scheduler(part, store, pool, claims, progress).run()  # noqa: E731
            plan = tune(plan, file, library, store, trial, claims.id)
            if retry_failed:
                forget_failures(plan, store)
            failures = Scheduler(plan, store, pool, claims, progress, on_done).run()
        finally:
            pool.close()
        summary = conclude(store, {**started, "seconds": time.monotonic() - began})
    total = len(plan.specs)
    place = store.folder if store.where == str(store.folder) else store.where
    return SweepResult(place, summary, failures, total - len(failures), total, time.monotonic() - began)


def tune(
    plan: Plan,
    file: str | Path,
    library: Library | None,
    store: Store,
    run: Callable[[Plan], Mapping[str, Failure]],
    ours: str,
) -> Plan:
    """Tune the agents that ask for it; return the plan with what was found. ``ours`` names our claims."""
    if not tuned_agents(plan.sweep):
        return plan
    path, found, lines = read_sweep(file)
    known = library or ContentLibrary(path.parent)
    Tuner(found, store, lambda one: expand(path, one, lines, known, plan.versions), run).tune_all()
    tuned = make_plan(file, library, store.folder)
    adopt(tuned, store, update=True, ours=ours)
    return tuned


def forget_failures(plan: Plan, store: Store) -> None:
    """Forget which jobs of a plan failed, so that they are tried again."""
    for spec in plan.specs:
        store.forget_failure(spec.key)


def make_pool(plan: Plan, store: Store, workers: int | None, backend: str, runner: str) -> Pool:
    """Start the workers of a backend."""
    if backend == "ray":
        from lantern.experiments.raypool import RayPool

        return RayPool(workers, store.where, plan.sweep.timeout, runner)
    size = default_workers(workers)
    from lantern.experiments.versions import total_memory

    memory = plan.sweep.memory or 0.9 * total_memory() / size
    return LocalPool(size, store.where, plan.sweep.timeout, memory, runner)


def adopt(plan: Plan, store: Store, update: bool, ours: str) -> None:
    """Write the manifest of a plan, refusing a folder that was made with another file."""
    path = store.folder / "sweep.json"
    if path.exists() and not update:
        before = load_manifest(store.folder)
        if _meaning(before["file"]) != _meaning(plan.file):
            raise ContentError(_difference(before["file"], plan.file, store.where))
    if path.exists():
        if load_manifest(store.folder) == json.loads(json.dumps(plan.manifest())):
            return
        if any(owner.alive and owner.id != ours for owner in store.owners()):
            raise ContentError(
                f"Another version of this sweep (of its file, of a file it names, or of LANTERN) is running "
                f"in {store.where}. Wait until it has ended, stop it, or give another folder with --out."
            )
    write_record(store, path.name, plan.manifest())


def _meaning(text: str) -> Any:
    """What a YAML file says, comments and layout apart."""
    import yaml

    return yaml.safe_load(text)


def _difference(before: str, now: str, folder: str) -> str:
    old, new = before.splitlines(), now.splitlines()
    lines = difflib.unified_diff(old, new, f"{folder} was made with", "the file says now", n=1, lineterm="")
    shown = "\n".join(lines)
    return (
        f"The sweep file has changed since {folder} was made, and results of the two must not be mixed. "
        "Give another folder with --out, or say --update to go on in this one with the file as it is now "
        f"(finished jobs that are still part of it are kept).\n\n{shown}"
    )


def provenance_of(folder: Path) -> dict[str, Any]:
    """Read what ``provenance.json`` says; empty where there is none."""
    try:
        found = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def record_start(store: Store, file: str | Path) -> dict[str, Any]:
    """Record machine, command and time, apart from the summary, which must not depend on them."""
    from lantern.experiments.versions import machine

    path = content.find("experiments", file).resolve()
    record = {**machine(), "file": str(path), "started": time.time()}
    write_record(store, "provenance.json", record)
    return record


def write_record(store: Store, name: str, data: Mapping[str, Any]) -> None:
    """Write a JSON file of the store, explaining why if that fails."""
    try:
        store.write_record(name, data)
    except OSError as error:
        raise StoreError(explain_os_error(error, store.where)) from None


def conclude(store: Store, record: Mapping[str, Any]) -> dict[str, Any]:
    """Compute the summary from the job files and write it; record machine and time beside it."""
    from lantern.experiments.summary import summarise

    store.refresh(jobs=True)
    summary = summarise(load_results(store.folder))
    write_record(store, "summary.json", summary)
    write_record(store, "provenance.json", {**record, "ended": time.time()})
    return summary
