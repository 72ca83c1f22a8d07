"""The jobs of a sweep, as plain values.

Each job's key is a hash of all that determines its result. What only says where things are (the path of an
environment file) or what they are called in print stays out of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from lantern.experiments.loading import FORMAT
from lantern.experiments.sweepfile import SweepFile

# What the manifest says of each job.
ENTRY = ("key", "kind", "target", "condition", "agent", "seed")


@dataclass(frozen=True)
class Spec:
    """A job to run.

    Attributes
    ----------
    key : str
        Hash of ``identity`` and of the keys in ``needs``; 24 hex digits.
    kind : str
        ``"source"`` or ``"target"``.
    target, agent : str
        Names within the sweep.
    seed : int
    identity : mapping
        All that determines the result; JSON-safe.
    env : str
        Path of the environment file.
    needs : tuple of str
        Keys of the source jobs whose teachers it uses.
    teacher_files : tuple of str
        Paths of saved teachers it uses.
    condition : str
        Condition of its sources; "" where the target has a plain list, or the agent uses no teachers.
    """

    key: str
    kind: str
    target: str
    agent: str
    seed: int
    identity: Mapping[str, Any]
    env: str
    needs: tuple[str, ...] = ()
    teacher_files: tuple[str, ...] = ()
    condition: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain data, to send to another process."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Spec:
        """Rebuild a spec that another process sent."""
        lists = {name: tuple(data[name]) for name in ("needs", "teacher_files")}
        return Spec(**{**data, **lists})


@dataclass(frozen=True)
class Plan:
    """All jobs of a sweep, sources first, and what its report will need to know.

    Attributes
    ----------
    name : str
        Name of the sweep.
    file : str
        Text of the sweep file.
    sweep : SweepFile
    agents : tuple of str
        Names of all agents, grids expanded.
    targets : mapping
        Target name to its description, as in the manifest.
    specs : tuple of Spec
    versions : mapping
    """

    name: str
    file: str
    sweep: SweepFile
    agents: tuple[str, ...]
    targets: Mapping[str, Any]
    specs: tuple[Spec, ...]
    versions: Mapping[str, Any] = field(default_factory=dict)

    @property
    def baseline(self) -> str:
        """The agent that ratios refer to."""
        return self.sweep.baseline or self.agents[0]

    def manifest(self) -> dict[str, Any]:
        """What ``sweep.json`` holds."""
        entries = [{name: getattr(spec, name) for name in ENTRY} for spec in self.specs]
        return {
            "format": FORMAT,
            "name": self.name,
            "file": self.file,
            "steps": self.sweep.steps,
            "threshold": self.sweep.threshold,
            "evaluate": self.sweep.evaluate.model_dump(),
            "agents": list(self.agents),
            "baseline": self.baseline,
            "references": list(self.sweep.references),
            "seeds": sorted({spec.seed for spec in self.specs if spec.kind == "target"}),
            "targets": dict(self.targets),
            "versions": dict(self.versions),
            "jobs": entries,
        }


def key_of(identity: Mapping[str, Any], needs: Iterable[str]) -> str:
    """Hash of all that determines a job's result."""
    text = json.dumps([identity, list(needs)], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:24]
