"""Adding agents that were trained elsewhere to the results of a sweep, to be compared in its report."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from lantern.content import nearest
from lantern.errors import ContentError
from lantern.experiments.bucket import local_copy
from lantern.experiments.foreign import read_curve
from lantern.experiments.loading import imported, load_manifest, load_results
from lantern.experiments.results import Job
from lantern.experiments.store import Store
from lantern.experiments.summary import summarise
from lantern.experiments.sweeping import write_record


def runs_in(path: Path) -> Iterator[tuple[int, Path]]:
    """List the runs of an agent and their seeds: a file alone is one, a folder of folders one each.

    A seed is the last number in a run's name (``seed_3``; ``CartPole-v1__dqn__1__1700000000`` has 1 before
    its time stamp); where names do not tell different seeds, runs are numbered.
    """
    if path.is_file():
        yield 0, path
        return
    if not path.exists():
        raise ContentError(f"There is no file or folder {str(path)!r} to import. Check the path.")
    folders = sorted(
        {file.parent for kind in ("evaluations.npz", "*tfevents*", "*.csv") for file in path.rglob(kind)}
    )
    if not folders:
        raise ContentError(
            f"{path} holds no logs. Expected evaluations.npz, monitor.csv or TensorBoard event files."
        )
    numbers = [[int(one) for one in re.findall(r"\d+", str(folder.relative_to(path)))] for folder in folders]
    seeds = [next((one for one in reversed(found) if one < 10**8), -1) for found in numbers]
    if len(set(seeds)) < len(seeds) or -1 in seeds:
        seeds = list(range(len(folders)))
    yield from zip(seeds, folders, strict=True)


def import_curves(
    folder: str | Path,
    agent: str,
    path: str | Path,
    target: str | None = None,
    success_return: float | None = None,
) -> int:
    """Add an agent's curves from elsewhere to a sweep's results.

    Parameters
    ----------
    folder : str or Path
        Of the sweep.
    agent : str
        What the report calls it; importing again under the same name replaces it.
    path : str or Path
        A log, or a folder with one below it for each seed.
    target : str, optional
        The target that was learned; needed where the sweep has several.
    success_return : float, optional
        Return from which on an episode counts as a success, where the logs have returns only.

    Returns
    -------
    int
        Number of runs read.

    Raises
    ------
    ContentError
        If nothing can be read, or a curve has no success rate to compare.
    """
    with local_copy(folder, write=True) as root:
        return _import(root, agent, path, target, success_return)


def _import(
    root: Path, agent: str, path: str | Path, target: str | None, success_return: float | None
) -> int:
    manifest = load_manifest(root)
    target = _chosen_target(list(manifest["targets"]), target)
    if agent in manifest["agents"]:
        raise ContentError(f"The sweep in {root} has an agent {agent!r} of its own. Give another name.")
    jobs = [_job(agent, target, seed, run, success_return) for seed, run in runs_in(Path(path))]
    store = Store(root)
    store.create()
    for job in jobs:
        store.write_job(job)
    others = [entry for entry in imported(root) if (entry["agent"], entry["target"]) != (agent, target)]
    entries = [
        {"key": job.key, "kind": "target", "target": target, "agent": agent, "seed": job.seed} for job in jobs
    ]
    write_record(store, "imported.json", {"jobs": [*others, *entries]})
    write_record(store, "summary.json", summarise(load_results(root)))
    return len(jobs)


def _chosen_target(targets: list[str], asked: str | None) -> str:
    if asked is None and len(targets) == 1:
        return targets[0]
    if asked is None:
        raise ContentError(f"The sweep has several targets; say which was learned: {', '.join(targets)}.")
    if asked not in targets:
        raise ContentError(f"The sweep has no target {asked!r}. {nearest(asked, targets)}")
    return asked


def _job(agent: str, target: str, seed: int, run: Path, success_return: float | None) -> Job:
    curve = read_curve(run, success_return)
    if np.isnan(curve.success).all():
        raise ContentError(
            f"{run} has returns but no success rate. Say from which return on an episode is a success "
            "(--success-return)."
        )
    digest = hashlib.sha256(curve.step.tobytes() + curve.success.tobytes()).hexdigest()[:12]
    key = hashlib.sha256(f"{target}/{agent}/{seed}/{digest}".encode()).hexdigest()[:24]
    return Job(key, "target", target, agent, seed, curve, provenance={"imported": str(run)})
