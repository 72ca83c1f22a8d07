"""From a sweep file to the list of its jobs: a pure function of the file and of what it names."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from lantern.content import Lines, nearest
from lantern.errors import ContentError
from lantern.experiments.library import AgentInfo, EnvInfo, Library, TaskInfo
from lantern.experiments.plan import Plan, Spec, key_of
from lantern.experiments.results import Source
from lantern.experiments.sweepfile import AgentEntry, Budget, SourceEntry, SweepFile, TargetEntry

Where = tuple[str | int, ...]


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
    budget: Budget | None
    about: Source
    file: str = ""
    digest: str = ""


@dataclass(frozen=True)
class _Target:
    """One target, resolved: what is learned there, and its sources by condition."""

    entry: TargetEntry
    where: Where
    place: _Place
    sources: Mapping[str, Sequence[_Source]]

    @property
    def names(self) -> set[str]:
        """What an agent may call it under ``targets:``."""
        return {self.place.name, self.entry.group or self.place.name}

    def describe(self, sweep: SweepFile) -> dict[str, Any]:
        """What the manifest says of it."""
        place, budget = self.place, sweep.budget(self.entry)
        abouts = [
            replace(source.about, condition=condition)
            for condition, sources in self.sources.items()
            for source in sources
        ]
        return {
            "env": place.env.name,
            "task": place.task.text,
            "paraphrase": place.task.paraphrase,
            "formula": place.task.formula,
            "dfa": place.task.dfa,
            "vocabulary": place.env.vocabulary,
            "sources": [asdict(about) for about in abouts],
            "conditions": [condition for condition in self.sources if condition],
            "group": self.entry.group or "",
            "steps": budget.steps,
            "threshold": self.entry.threshold or sweep.threshold,
        }


@dataclass(frozen=True)
class Variant:
    """One agent as it will run: an entry of the file with its settings, grids expanded."""

    name: str
    agent: AgentInfo
    entry: AgentEntry
    where: Where

    def runs_on(self, target: _Target) -> bool:
        """Whether the file wants it on a target."""
        return self.entry.targets is None or bool(target.names & set(self.entry.targets))

    def conditions(self, target: _Target) -> list[str]:
        """Conditions in which it runs on a target; an agent without teachers runs once, under none."""
        if not self.agent.uses_teachers:
            return [""]
        asked = self.entry.conditions
        return [one for one in target.sources if not one or asked is None or one in asked]


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
        targets: dict[str, _Target] = {}
        for index, entry in enumerate(self.sweep.all_targets):
            target = self._target(index, entry, targets)
            targets[target.place.name] = target
        self._check_names(variants, list(targets.values()))
        sources: dict[str, Spec] = {}
        jobs: list[Spec] = []
        for target, variant in itertools.product(targets.values(), variants):
            if not variant.runs_on(target):
                continue
            self._check_fit(variant.name, variant.agent, target.place.env, self.at(*variant.where))
            budget = self._budget(target, variant)
            for condition, seed in itertools.product(variant.conditions(target), budget.seeds):
                used = target.sources.get(condition, ()) if variant.agent.uses_teachers else ()
                taught = [self._teach(source, seed) for source in used]
                sources |= {spec.key: spec for spec in taught if isinstance(spec, Spec)}
                calls = sum(source.place.task.llm_calls for source in used if source.place is not None)
                identity = self._identity(target.place, variant.agent, budget, seed)
                identity["llm_calls"] = target.place.task.llm_calls + calls
                jobs.append(self._job(target.place, variant, condition, identity, taught))
        return Plan(
            name=self.path.stem,
            file=self.path.read_text(encoding="utf-8"),
            sweep=self.sweep,
            agents=tuple(dict.fromkeys(variant.name for variant in variants)),
            targets={name: target.describe(self.sweep) for name, target in targets.items()},
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
                yield Variant(name + suffix, agent, entry, where)

    def _check_names(self, variants: Sequence[Variant], targets: Sequence[_Target]) -> None:
        """Refuse names that mean nothing, and two agents of one name on one target."""
        names = [variant.name for variant in variants]
        known = {name for target in targets for name in target.names}
        conditions = {condition for target in targets for condition in target.sources if condition}
        for variant in variants:
            for key, said, valid in (
                ("targets", variant.entry.targets, known),
                ("conditions", variant.entry.conditions, conditions),
            ):
                for name in said or ():
                    if name not in valid:
                        raise ContentError(
                            f"{self.at(*variant.where, key)}: this sweep has no {key[:-1]} {name!r} "
                            f"(of agent {variant.name!r}). {nearest(name, valid)}"
                        )
        for target in targets:
            here = [variant.name for variant in variants if variant.runs_on(target)]
            if double := sorted({name for name in here if here.count(name) > 1}):
                raise ContentError(
                    f"{self.at('agents')}: two agents are named {double[0]!r}. Give one of them a `name:`, "
                    f"or let them run on different `targets:`."
                )
        compared = [("baseline", self.sweep.baseline or names[0])]
        compared += [("references", name) for name in self.sweep.references]
        for key, name in compared:
            if name not in names:
                raise ContentError(
                    f"{self.at(key)}: {name!r} is not an agent of this sweep. {nearest(name, names)}"
                )

    def _check_fit(self, name: str, agent: AgentInfo, env: EnvInfo, place: str) -> None:
        if why := agent.misfit(env):
            raise ContentError(
                f"{place}: {name!r} cannot run here: it {why}. Name the targets where it can run under "
                "`targets:` of the agent, or choose another (for sources: `agent:` of the source)."
            )

    def _budget(self, target: _Target, variant: Variant) -> Budget:
        budget = self.sweep.budget(target.entry, variant.entry)
        if budget.every > budget.steps:
            raise ContentError(
                f"{self.at(*variant.where)}: {variant.name!r} would be evaluated every {budget.every} steps "
                f"on {target.place.name!r}, but is trained for {budget.steps}. Mend `evaluate:` or `steps:`."
            )
        return budget

    def _target(self, index: int, entry: TargetEntry, taken: Mapping[str, Any]) -> _Target:
        where: Where = ("target",) if self.sweep.target is not None else ("targets", index)
        env = self.library.env(entry.env, self.at(*where, "env"))
        task = self.library.task(entry.task, env, self.at(*where, "task"))
        name = entry.name or task.name or env.name
        if name in taken and entry.name is None:
            name = f"{name} in {env.name}"
        if name in taken:
            raise ContentError(f"{self.at(*where)}: two targets are named {name!r}. Give one a `name:`.")
        base: Where = (*where, "sources") if entry.sources is not None else ("sources",)
        sources = {
            condition: self._sources(entry, listed, (*base, condition) if condition else base)
            for condition, listed in self.sweep.sources_of(entry).items()
        }
        return _Target(entry, where, _Place(name, env, task), sources)

    def _sources(self, target: TargetEntry, listed: Sequence[SourceEntry], where: Where) -> list[_Source]:
        found: list[_Source] = []
        for position, source in enumerate(listed):
            taken = {one.about.name for one in found}
            found.append(self._source(target, source, (*where, position), taken))
        return found

    def _source(self, target: TargetEntry, entry: SourceEntry, where: Where, taken: set[str]) -> _Source:
        if entry.teacher is not None:
            about, digest, path = self.library.teacher(entry.teacher, self.at(*where, "teacher"))
            return _Source(None, None, "", None, replace(about, name=entry.name or about.name), path, digest)
        assert entry.env is not None and entry.task is not None
        env = self.library.env(entry.env, self.at(*where, "env"))
        task = self.library.task(entry.task, env, self.at(*where, "task"))
        name = entry.name or (env.name if env.name not in taken else f"{env.name} ({task.name})")
        if name in taken:
            raise ContentError(f"{self.at(*where)}: two sources are named {name!r}. Give one a `name:`.")
        default = target.teachers or self.sweep.teachers
        label = entry.agent or default.agent
        settings = {**(default.settings if entry.agent is None else {}), **entry.settings}
        asked = self.at(*where, "agent") if entry.agent else self.at("teachers", "agent")
        agent = self.library.agent(label, settings, asked, {})
        self._check_fit(Path(label).stem, agent, env, self.at(*where))
        evaluate = default.evaluate or self.sweep.evaluate
        steps = entry.steps or default.steps or self.sweep.steps
        budget = Budget((), steps, evaluate.every, evaluate.episodes)
        about = Source(name, env.name, task.text, task.formula, task.dfa, Path(label).stem, steps)
        return _Source(_Place(name, env, task), agent, Path(label).stem, budget, about)

    def _identity(self, place: _Place, agent: AgentInfo, budget: Budget, seed: int) -> dict[str, Any]:
        return {
            "code": self.versions["code"],
            "env": place.env.digest,
            "task": {"text": place.task.text, "dfa": place.task.dfa, "options": place.task.options},
            "agent": agent.settings,
            "seed": seed,
            "steps": budget.steps,
            "evaluate": budget.evaluate,
        }

    def _teach(self, source: _Source, seed: int) -> Spec | _Source:
        """Return the job that learns a teacher; a saved teacher needs none."""
        if source.place is None or source.agent is None or source.budget is None:
            return source
        identity = self._identity(source.place, source.agent, source.budget, seed)
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

    def _job(
        self,
        place: _Place,
        variant: Variant,
        condition: str,
        identity: dict[str, Any],
        taught: Sequence[Spec | _Source],
    ) -> Spec:
        needs = tuple(one.key for one in taught if isinstance(one, Spec))
        loaded = [one for one in taught if isinstance(one, _Source)]
        identity |= {
            "kind": "target",
            "names": [place.name, variant.name, *([condition] if condition else [])],
            "teachers": [one.digest for one in loaded],
        }
        return Spec(
            key=key_of(identity, needs),
            kind="target",
            target=place.name,
            agent=variant.name,
            seed=identity["seed"],
            identity=identity,
            env=place.env.path,
            needs=needs,
            teacher_files=tuple(one.file for one in loaded),
            condition=condition,
        )


def grid_points(entry: AgentEntry) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every combination of a grid's values, with the suffix that tells it in tables."""
    for values in itertools.product(*entry.grid.values()):
        point = dict(zip(entry.grid, values, strict=True))
        suffix = ", ".join(f"{key}={value}" for key, value in point.items())
        yield (f" [{suffix}]" if suffix else ""), point
