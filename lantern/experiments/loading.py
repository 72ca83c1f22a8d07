"""Reading what a sweep left in its folder.

``load_results(DIR)`` reads the manifest that the sweep wrote first (``sweep.json``), then every job file that
the manifest names. Files of an older version of the sweep that still lie in the folder are never read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lantern.errors import ContentError
from lantern.experiments.results import Failure, Results, Source, Target

FORMAT = 1


def _target(name: str, data: Mapping[str, Any]) -> Target:
    sources = tuple(Source(**source) for source in data["sources"])
    conditions = tuple(data.get("conditions", ()))
    return Target(name=name, **{**data, "sources": sources, "conditions": conditions})


def _json(path: Path) -> dict[str, Any]:
    """Read a JSON object; empty where the file is missing or damaged (it is rebuilt from the jobs)."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def load_manifest(folder: Path) -> dict[str, Any]:
    """Read ``sweep.json``, the list of what belongs to the sweep.

    Raises
    ------
    ContentError
        If the folder holds no sweep, or one of a newer LANTERN.
    """
    if not folder.is_dir():
        raise ContentError(f"There is no folder {str(folder)!r}. Check the path, or run the sweep first.")
    manifest = _json(folder / "sweep.json")
    if not manifest:
        beside = sorted(str(path.parent) for path in folder.glob("*/sweep.json"))
        hint = f"Did you mean {', '.join(beside)}?" if beside else "Run `lantern sweep FILE --out DIR` first."
        raise ContentError(f"{folder} holds no sweep (no readable sweep.json). {hint}")
    if manifest.get("format") != FORMAT:
        raise ContentError(
            f"{folder / 'sweep.json'} has format {manifest.get('format')!r}; this LANTERN reads {FORMAT}. "
            "Use the LANTERN that wrote it, or run the sweep again in another folder."
        )
    return manifest


def imported(folder: Path) -> list[dict[str, Any]]:
    """List the jobs that were read in from elsewhere, as the manifest lists its own."""
    return list(_json(folder / "imported.json").get("jobs", []))


def load_failure(path: Path) -> Failure | None:
    """Read one record of ``failed/``; None where it is damaged."""
    data = _json(path)
    try:
        return Failure(**{name: data[name] for name in Failure.__dataclass_fields__ if name in data})
    except TypeError:
        return None


def load_results(folder: str | Path) -> Results:
    """Read all that a sweep has left in its folder so far.

    Parameters
    ----------
    folder : str or Path
        What was given with ``--out``, a folder or the address of one in a bucket; finished or not.

    Raises
    ------
    ContentError
        If the folder holds no sweep.
    """
    from lantern.experiments.bucket import local_copy

    with local_copy(folder) as root:
        return _load(root, folder)


def _load(root: Path, called: str | Path) -> Results:
    from lantern.experiments.jobfile import read_all

    manifest = load_manifest(root)
    foreign = imported(root)
    entries = [*manifest["jobs"], *foreign]
    found = read_all(root / "jobs", [entry["key"] for entry in entries])
    jobs = {
        kind: tuple(found[e["key"]] for e in entries if e["kind"] == kind and e["key"] in found)
        for kind in ("target", "source")
    }
    lost = {entry["key"]: entry["kind"] for entry in entries if entry["key"] not in found}
    records = [load_failure(root / "failed" / f"{key}.json") for key in sorted(lost)]
    failures = tuple(record for record in records if record is not None)
    failed = {failure.key for failure in failures}
    return Results(
        name=manifest["name"],
        folder=called,
        file=manifest["file"],
        steps=manifest["steps"],
        evaluate_every=manifest["evaluate"]["every"],
        episodes=manifest["evaluate"]["episodes"],
        threshold=manifest["threshold"],
        agents=tuple(dict.fromkeys([*manifest["agents"], *(entry["agent"] for entry in foreign)])),
        baseline=manifest["baseline"],
        references=tuple(manifest.get("references", ())),
        targets={name: _target(name, data) for name, data in manifest["targets"].items()},
        seeds=tuple(manifest["seeds"]),
        jobs=jobs["target"],
        teachers=jobs["source"],
        failures=failures,
        missing=sum(kind == "target" and key not in failed for key, kind in lost.items()),
        summary=_json(root / "summary.json"),
        versions=manifest.get("versions", {}),
        provenance=_json(root / "provenance.json"),
    )
