"""From a sweep file to the list of its jobs: a pure function of the file and of what it names.

Each job's key is a hash of all that determines its result. What only says where things are (the path of an
environment file) or what they are called in print stays out of it.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from lantern.content import Lines
from lantern.errors import ContentError
from lantern.experiments.library import AgentInfo, EnvInfo, Library, TaskInfo
from lantern.experiments.results import FORMAT, Source
from lantern.experiments.sweepfile import AgentEntry, SourceEntry, SweepFile, TargetEntry


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

    def to_json(self) -> dict[str, Any]:
        """Plain data, to send to another process."""
        return asdict(self)

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
        entries = [
            {"key": s.key, "kind": s.kind, "target": s.target, "agent": s.agent, "seed": s.seed}
            for s in self.specs
        ]
        return {
            "format": FORMAT,
            "name": self.name,
            "file": self.file,
            "steps": self.sweep.steps,
            "threshold": self.sweep.threshold,
            "evaluate": self.sweep.evaluate.model_dump(),
            "agents": list(self.agents),
            "baseline": self.baseline,
            "seeds": list(self.sweep.all_seeds),
            "targets": dict(self.targets),
            "versions": dict(self.versions),
            "jobs": entries,
        }


@dataclass(frozen=True)
class _Place:
    """One environment with one task, resolved."""

    name: str
    env: EnvInfo
    task: TaskInfo


@dataclass(frozen=True)
class _Source:
    """One source of a target, resolved: learned in the sweep, or loaded."""

    place: _Place | None
    agent: AgentInfo | None
    label: str
    steps: int
    file: str = ""
    digest: str = ""
    about: Source | None = None


@dataclass(frozen=True)
class Variant:
    """One agent as it will run: an entry of the file with its settings, grids expanded."""

    name: str
    agent: AgentInfo


def key_of(identity: Mapping[str, Any], needs: Iterable[str]) -> str:
    """Hash of all that determines a job's result."""
    text = json.dumps([identity, list(needs)], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def expand(
    path: Path,
    sweep: SweepFile,
    lines: Lines,
    library: Library,
    versions: Mapping[str, Any],
    tuned: Mapping[str, Mapping[str, Any]] | None = None,
) -> Plan:
    """List all jobs of a sweep.

    Parameters
    ----------
    path, sweep, lines
        The file, as ``read_sweep`` returns it.
    library : Library
        Finds environments, tasks and agents by name.
    versions : mapping
        ``versions()``; its ``code`` is part of every job's key.
    tuned : mapping, optional
        Settings found by tuning, by the agent's name in the sweep.

    Raises
    ------
    ContentError
        If something the file names does not exist or does not fit; the message names file and line.
    """
    return _Expansion(path, sweep, lines, library, versions, tuned or {}).plan()


class _Expansion:
    """Working state of ``expand``: what was resolved already."""

    def __init__(
        self,
        path: Path,
        sweep: SweepFile,
        lines: Lines,
        library: Library,
        versions: Mapping[str, Any],
        tuned: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self.path, self.sweep, self.lines, self.library = path, sweep, lines, library
        self.versions, self.tuned = versions, tuned

    def at(self, *where: str | int) -> str:
        return f"{self.path}, line {self.lines(*where)}"

    def plan(self) -> Plan:
        variants = list(self.variants())
        self._check_names(variants)
        sources: dict[str, Spec] = {}
        targets: dict[str, Any] = {}
        jobs: list[Spec] = []
        for index, entry in enumerate(self.sweep.all_targets):
            place, found = self._target(index, entry, targets)
            targets[place.name] = describe_target(place, found)
            for variant, seed in itertools.product(variants, self.sweep.all_seeds):
                taught = (
                    [self._teach(source, seed) for source in found] if variant.agent.uses_teachers else []
                )
                sources |= {spec.key: spec for spec in taught if isinstance(spec, Spec)}
                jobs.append(self._job(place, variant, seed, taught))
        return Plan(
            name=self.path.stem,
            file=self.path.read_text(encoding="utf-8"),
            sweep=self.sweep,
            agents=tuple(variant.name for variant in variants),
            targets=targets,
            specs=(*sources.values(), *jobs),
            versions=self.versions,
        )

    def variants(self) -> Iterator[Variant]:
        """All agents of the file, grids expanded and tuned settings filled in."""
        for index, entry in enumerate(self.sweep.agents):
            where = ("agents", index)
            name = entry.name or Path(entry.agent).stem
            for suffix, varied in grid_points(entry):
                settings = {**entry.settings, **varied, **self.tuned.get(name, {})}
                places = {
                    key: self.at(*where, section, key)
                    for section, keys in (("settings", entry.settings), ("grid", entry.grid))
                    for key in keys
                }
                agent = self.library.agent(entry.agent, settings, self.at(*where), places)
                yield Variant(name + suffix, agent)

    def _check_names(self, variants: Sequence[Variant]) -> None:
        from lantern.content import nearest

        names = [variant.name for variant in variants]
        if double := sorted({name for name in names if names.count(name) > 1}):
            raise ContentError(
                f"{self.at('agents')}: two agents are named {double[0]!r}. Give one of them a `name:`."
            )
        baseline = self.sweep.baseline
        if baseline is not None and baseline not in names:
            raise ContentError(
                f"{self.at('baseline')}: {baseline!r} is not an agent of this sweep. "
                f"{nearest(baseline, names)}"
            )

    def _target(
        self, index: int, entry: TargetEntry, taken: Mapping[str, Any]
    ) -> tuple[_Place, list[_Source]]:
        where: tuple[str | int, ...] = ("target",) if self.sweep.target is not None else ("targets", index)
        env = self.library.env(entry.env, self.at(*where, "env"))
        task = self.library.task(entry.task, env, self.at(*where, "task"))
        name = entry.name or task.name or env.name
        if name in taken and entry.name is None:
            name = f"{name} in {env.name}"
        if name in taken:
            raise ContentError(f"{self.at(*where)}: two targets are named {name!r}. Give one a `name:`.")
        base = (*where, "sources") if entry.sources is not None else ("sources",)
        sources: list[_Source] = []
        for position, source in enumerate(self.sweep.sources_of(entry)):
            names = {one.about.name for one in sources if one.about is not None}
            sources.append(self._source(source, (*base, position), names))
        return _Place(name, env, task), sources

    def _source(self, entry: SourceEntry, where: tuple[str | int, ...], taken: set[str]) -> _Source:
        if entry.teacher is not None:
            about, digest, path = self.library.teacher(entry.teacher, self.at(*where, "teacher"))
            return _Source(None, None, "", 0, path, digest, replace(about, name=entry.name or about.name))
        assert entry.env is not None and entry.task is not None
        env = self.library.env(entry.env, self.at(*where, "env"))
        task = self.library.task(entry.task, env, self.at(*where, "task"))
        name = entry.name or (env.name if env.name not in taken else f"{env.name} ({task.name})")
        if name in taken:
            raise ContentError(f"{self.at(*where)}: two sources are named {name!r}. Give one a `name:`.")
        default = self.sweep.teachers
        label = entry.agent or default.agent
        settings = {**(default.settings if entry.agent is None else {}), **entry.settings}
        asked = self.at(*where, "agent") if entry.agent else self.at("teachers", "agent")
        agent = self.library.agent(label, settings, asked, {})
        steps = entry.steps or default.steps or self.sweep.steps
        place = _Place(name, env, task)
        about = Source(name, env.name, task.text, task.formula, task.dfa, Path(label).stem, steps)
        return _Source(place, agent, Path(label).stem, steps, about=about)

    def _identity(self, place: _Place, agent: AgentInfo, steps: int, seed: int) -> dict[str, Any]:
        return {
            "code": self.versions["code"],
            "env": place.env.digest,
            "task": {"text": place.task.text, "dfa": place.task.dfa, "options": place.task.options},
            "agent": agent.settings,
            "seed": seed,
            "steps": steps,
            "evaluate": self.sweep.evaluate.model_dump(),
        }

    def _teach(self, source: _Source, seed: int) -> Spec | _Source:
        """Return the job that learns a teacher; a saved teacher needs none."""
        if source.place is None or source.agent is None:
            return source
        identity = self._identity(source.place, source.agent, source.steps, seed)
        identity |= {"kind": "source", "name": source.place.name}
        return Spec(
            key=key_of(identity, ()),
            kind="source",
            target=source.place.name,
            agent=source.label,
            seed=seed,
            identity=identity,
            env=source.place.env.path,
        )

    def _job(self, place: _Place, variant: Variant, seed: int, taught: Sequence[Spec | _Source]) -> Spec:
        identity = self._identity(place, variant.agent, self.sweep.steps, seed)
        needs = tuple(one.key for one in taught if isinstance(one, Spec))
        loaded = [one for one in taught if isinstance(one, _Source)]
        identity |= {
            "kind": "target",
            "names": [place.name, variant.name],
            "teachers": [one.digest for one in loaded],
            "llm_calls": place.task.llm_calls,
        }
        return Spec(
            key=key_of(identity, needs),
            kind="target",
            target=place.name,
            agent=variant.name,
            seed=seed,
            identity=identity,
            env=place.env.path,
            needs=needs,
            teacher_files=tuple(one.file for one in loaded),
        )


def grid_points(entry: AgentEntry) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every combination of a grid's values, with the suffix that tells it in tables."""
    for values in itertools.product(*entry.grid.values()):
        point = dict(zip(entry.grid, values, strict=True))
        suffix = ", ".join(f"{key}={value}" for key, value in point.items())
        yield (f" [{suffix}]" if suffix else ""), point


def describe_target(place: _Place, sources: Sequence[_Source]) -> dict[str, Any]:
    """What the manifest says of a target."""
    return {
        "env": place.env.name,
        "task": place.task.text,
        "paraphrase": place.task.paraphrase,
        "formula": place.task.formula,
        "dfa": place.task.dfa,
        "vocabulary": place.env.vocabulary,
        "sources": [asdict(source.about) for source in sources if source.about is not None],
    }
