"""Where the numbers come from: commands, versions, machine, settings, failures."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lantern.experiments.report.number import listing

if TYPE_CHECKING:
    from lantern.experiments.results import Results


@dataclass(frozen=True)
class Provenance:
    """What someone needs to run the sweep again.

    Attributes
    ----------
    commands : tuple of str
        Shell commands, in order.
    facts : tuple of (str, str)
        Name and value: versions, commit, machine, times.
    settings : tuple of (str, str)
        Agent and its settings, as JSON.
    sweep_file : str
        Text of the sweep file.
    """

    commands: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    settings: tuple[tuple[str, str], ...]
    sweep_file: str


def provenance(results: Results) -> Provenance:
    """Collect where the results come from."""
    given = results.provenance.get("command") or ["lantern", "sweep", results.name]
    sweep = given if isinstance(given, str) else shlex.join(str(part) for part in given)
    return Provenance(
        commands=(sweep, f"lantern report {shlex.quote(str(results.folder))}"),
        facts=tuple(_facts(results)),
        settings=tuple(_settings(results)),
        sweep_file=results.file.strip(),
    )


def _facts(results: Results) -> Iterator[tuple[str, str]]:
    """Name what ran, on what, when; whatever else was recorded follows."""
    shared = _common([job.provenance for job in results.jobs])
    record = {
        key: value for key, value in results.provenance.items() if key not in ("command", "packages", "file")
    }
    versions = {**dict(results.provenance.get("packages") or {}), **results.versions}
    known = {**shared, **versions}
    own = known.pop("lantern", "")
    digest = known.pop("code", "")
    yield "LANTERN", f"{own} (code {digest})" if digest else str(own)
    for key, name in (("python", "Python"), ("encoder", "sentence encoder")):
        if said := known.pop(key, None):
            yield name, str(said)
    packages = [f"{name} {value}" for name, value in sorted(known.items()) if isinstance(value, str)]
    if packages:
        yield "packages", ", ".join(packages)
    yield from _record(record)


def _record(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Write the record of a sweep's start and end; times in UTC."""
    for key, value in record.items():
        name = key.replace("_", " ")
        if key in ("started", "ended") and isinstance(value, (int, float)):
            yield name, datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        elif key == "seconds" and isinstance(value, (int, float)):
            yield "took", f"{value:,.0f} s"
        elif isinstance(value, Mapping):
            yield name, ", ".join(f"{part} {said}" for part, said in value.items())
        elif isinstance(value, (list, tuple)):
            yield name, ", ".join(str(part) for part in value)
        elif value not in (None, ""):
            yield name, f"{value:g}" if isinstance(value, float) else str(value)


def _common(parts: list[Mapping[str, Any]]) -> dict[str, Any]:
    """What all jobs say alike that say it; values that differ between jobs are not facts of the sweep."""
    merged: dict[str, Any] = {}
    for part in parts:
        merged = {**part, **merged}
    return {
        key: value for key, value in merged.items() if all(part.get(key, value) == value for part in parts)
    }


def _settings(results: Results) -> Iterator[tuple[str, str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for job in results.jobs:
        if job.settings:
            text = json.dumps(dict(job.settings), indent=2, default=str, ensure_ascii=False)
            targets = found.setdefault((job.agent, text), [])
            targets += [job.target] if job.target not in targets else []
    names = [agent for agent, _ in found]
    for (agent, text), targets in found.items():
        # One name may stand for different agents on different targets.
        yield (f"{agent} on {listing(targets)}" if names.count(agent) > 1 else agent), text
