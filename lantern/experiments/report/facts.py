"""Where the numbers come from: commands, versions, machine, settings, failures."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
    sweep = str(results.provenance.get("command") or f"lantern sweep {shlex.quote(results.name)}")
    report = f"lantern report {shlex.quote(str(results.folder))}"
    shared = _common([job.provenance for job in results.jobs])
    known = {**shared, **results.versions, **results.provenance}
    known.pop("command", None)
    return Provenance(
        commands=(sweep, report),
        facts=tuple(_flatten(known)),
        settings=tuple(_settings(results)),
        sweep_file=results.file.strip(),
    )


def _common(parts: list[Mapping[str, Any]]) -> dict[str, Any]:
    """What all jobs say alike; values that differ between jobs are not facts of the sweep."""
    if not parts:
        return {}
    first = parts[0]
    return {key: value for key, value in first.items() if all(part.get(key) == value for part in parts)}


def _flatten(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in data.items():
        name = f"{prefix}{key}".replace("_", " ")
        if isinstance(value, Mapping):
            if len(value) > 6 or not all(isinstance(part, str) for part in value.values()):
                yield from _flatten(value, f"{name}: ")
            else:
                yield name, ", ".join(f"{part} {text}" for part, text in value.items())
        elif isinstance(value, (list, tuple)):
            yield name, ", ".join(str(part) for part in value)
        elif value not in (None, ""):
            yield name, f"{value:g}" if isinstance(value, float) else str(value)


def _settings(results: Results) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for job in results.jobs:
        if job.agent not in seen and job.settings:
            seen.add(job.agent)
            yield job.agent, json.dumps(dict(job.settings), indent=2, default=str, ensure_ascii=False)
