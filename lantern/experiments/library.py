"""What a sweep file names, looked up: environments, tasks, agents and saved teachers.

The rest of this package sees only the plain values defined here, so that listing the jobs of a sweep needs no
environment to be kept alive and no learner to be imported.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import ValidationError

from lantern.content import find, load_yaml, nearest, valid_keys, validate
from lantern.errors import ContentError, LanternError
from lantern.experiments.results import Source
from lantern.experiments.sweepfile import TaskEntry

if TYPE_CHECKING:
    from lantern.logic import DFA, Vocabulary


@dataclass(frozen=True)
class EnvInfo:
    """An environment: where its file is, a hash of what it says, and its propositions.

    ``finite`` says whether a table can hold it, ``discrete`` whether its actions can be counted.
    """

    name: str
    path: str
    digest: str
    vocabulary: Mapping[str, str]
    finite: bool = True
    discrete: bool = True


@dataclass(frozen=True)
class TaskInfo:
    """A task, translated for one environment; ``dfa`` is ``DFA.to_dict()``, ``options`` those of TaskEnv."""

    name: str
    text: str
    formula: str
    paraphrase: str
    dfa: Mapping[str, Any]
    options: Mapping[str, Any] = field(default_factory=dict)
    llm_calls: int = 0


@dataclass(frozen=True)
class AgentInfo:
    """An agent's settings in full, and whether it takes anything from teachers."""

    settings: Mapping[str, Any]
    uses_teachers: bool

    def misfit(self, env: EnvInfo) -> str:
        """Say why it cannot learn in an environment; "" where nothing speaks against it."""
        learner = self.settings.get("learner", "")
        if learner == "tabular" and not env.finite:
            return f"learns a table, and {env.name!r} is not finite"
        if learner == "dqn" and not env.discrete:
            return f"chooses among actions that can be counted, and those of {env.name!r} are continuous"
        if learner in ("sac", "td3") and env.discrete:
            return f"needs continuous actions, and those of {env.name!r} can be counted"
        return ""


class Library(Protocol):
    """Looks up what a sweep file names; ``place`` (file and line) goes into error messages."""

    def env(self, name: str, place: str) -> EnvInfo:
        """Look up an environment."""
        ...

    def task(self, entry: TaskEntry, env: EnvInfo, place: str) -> TaskInfo:
        """Look up, or translate, a task for an environment."""
        ...

    def agent(
        self, name: str, settings: Mapping[str, Any], place: str, places: Mapping[str, str]
    ) -> AgentInfo:
        """Look up an agent and change settings of it; ``places`` says where each change is written."""
        ...

    def teacher(self, path: str, place: str) -> tuple[Source, str, str]:
        """Look up a saved teacher: what it learned, a hash of it, and its absolute path."""
        ...


def placed(place: str, error: LanternError) -> ContentError:
    """Say where in the sweep file something was asked for that failed."""
    return ContentError(f"{place}: {error}")


def _bad_setting(error: ValidationError, place: str, places: Mapping[str, str]) -> ContentError:
    """Say which changed setting of an agent is wrong, and where it is written.

    A change may be written as ``deep.gate.most``: a problem belongs to the longest name that leads to it.
    """
    from lantern.agents import AgentConfig

    def written(problem: Mapping[str, Any]) -> str:
        where = [*map(str, problem["loc"]), *problem.get("ctx", {}).get("where", ())]
        ways = (".".join(where[:end]) for end in range(len(where), 0, -1))
        return next((way for way in ways if way in places), "")

    problems = error.errors()
    first: Mapping[str, Any] = next((problem for problem in problems if written(problem)), problems[0])
    setting = ".".join([*map(str, first["loc"]), *first.get("ctx", {}).get("where", ())]) or "settings"
    message = first["msg"].removeprefix("Value error, ").removeprefix(f"{setting}: ")
    if first["type"] == "extra_forbidden":
        hint = nearest(setting.rpartition(".")[2], valid_keys(AgentConfig, first["loc"][:-1]))
        message = f"{hint} There is no such setting"
    shown = f", got {first['input']!r}" if isinstance(first["input"], (str, int, float, bool)) else ""
    what = f"{message}{shown}".rstrip(".")
    return ContentError(f"{places.get(written(first), place)}: {setting}: {what}.")


def digest_files(paths: list[Path]) -> str:
    """Hash of the contents of files, in their order."""
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()[:16]


def env_files(path: Path) -> list[Path]:
    """List the file of an environment, and the user's own modules beside it that it names."""
    modules = {one.stem: one for one in path.parent.glob("*.py")}
    if not modules:  # as in the library; every job of a sweep asks
        return [path]
    named = set(re.findall(r"[A-Za-z_]\w*", path.read_text(encoding="utf-8")))
    return [path, *(modules[name] for name in sorted(named & set(modules)) if modules[name].is_file())]


def kind_of(env: Any) -> tuple[bool, bool]:
    """Whether a table can hold an environment, and whether its actions can be counted."""
    from gymnasium import spaces

    from lantern.envs.tabular import tabular_model

    try:
        finite = tabular_model(env) is not None
    except LanternError:  # too large, or not as it says: the agent will tell
        finite = True
    return finite, isinstance(env.action_space, spaces.Discrete)


class ContentLibrary:
    """The workspace and the shipped library; everything is looked up once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._envs: dict[str, EnvInfo] = {}
        self._vocabularies: dict[str, Vocabulary] = {}
        self._tasks: dict[tuple[str, str], TaskInfo] = {}

    def env(self, name: str, place: str) -> EnvInfo:
        """Look up an environment and make it once, for its propositions."""
        from lantern.envs import make_env
        from lantern.envs.task_env import vocabulary_of

        if name not in self._envs:
            try:
                path = self._find("envs", name)
                made = make_env(path)
            except LanternError as error:
                raise placed(place, error) from None
            vocabulary = vocabulary_of(made)
            finite, discrete = kind_of(made)
            made.close()
            self._vocabularies[name] = vocabulary
            short = path.stem if name.endswith((".yaml", ".yml")) else name
            digest = digest_files(env_files(path))
            self._envs[name] = EnvInfo(short, str(path.resolve()), digest, dict(vocabulary), finite, discrete)
        return self._envs[name]

    def task(self, entry: TaskEntry, env: EnvInfo, place: str) -> TaskInfo:
        """Look up, or translate, a task for an environment, and refuse one that cannot be satisfied."""
        key = (entry.model_dump_json(), env.path)
        if key not in self._tasks:
            vocabulary = next(v for n, v in self._vocabularies.items() if self._envs[n].path == env.path)
            try:
                self._tasks[key] = self._make_task(entry, vocabulary)
            except LanternError as error:
                raise placed(place, error) from None
        return self._tasks[key]

    def agent(
        self, name: str, settings: Mapping[str, Any], place: str, places: Mapping[str, str]
    ) -> AgentInfo:
        """Read an agent's file and change settings of it."""
        from lantern.agents import AgentConfig
        from lantern.agents.config import changed

        try:
            path = self._find("agents", name)
            data, lines = load_yaml(path)
            validate(data, AgentConfig, path, lines)
        except LanternError as error:
            raise placed(place, error) from None
        known = AgentConfig.model_fields
        for key in settings:
            if key.partition(".")[0] not in known:
                raise ContentError(
                    f"{places.get(key, place)}: the agent {name!r} has no setting {key!r}. "
                    f"{nearest(key, known)}"
                )
        try:
            config = AgentConfig.model_validate(changed(data, settings))
        except ValidationError as error:
            raise _bad_setting(error, place, places) from None
        printed = {"name", "description", "paper"}
        return AgentInfo(config.model_dump(mode="json", exclude=printed), config.uses_teachers)

    def teacher(self, path: str, place: str) -> tuple[Source, str, str]:
        """Load a saved teacher."""
        from lantern.transfer import Teacher

        found = Path(path) if Path(path).exists() else self.folder / path
        try:
            teacher = Teacher.load(found)
        except LanternError as error:
            raise placed(place, error) from None
        files = [found] if found.is_file() else sorted(one for one in found.rglob("*") if one.is_file())
        env = str(teacher.env.get("name", ""))
        formula = str(teacher.dfa.formula or "")
        about = Source(teacher.name, env, teacher.task_text, formula, teacher.dfa.to_dict())
        return about, digest_files(files), str(found.resolve())

    def _find(self, kind: str, name: str) -> Path:
        """Find content; a path may also be relative to the sweep file."""
        beside = self.folder / name
        if name.endswith((".yaml", ".yml")) and beside.is_file() and not Path(name).is_file():
            return beside
        return find(kind, name)

    def _make_task(self, entry: TaskEntry, vocabulary: Vocabulary) -> TaskInfo:
        from lantern.language.taskfile import load_task

        options = {} if entry.translator == "auto" else {"translator": entry.translator}
        if entry.name is not None:
            task = load_task(self._find("tasks", entry.name), vocabulary, **options)
            name = Path(entry.name).stem if entry.name.endswith((".yaml", ".yml")) else entry.name
        else:
            given = {"formula": entry.formula} if entry.formula is not None else {"text": entry.text}
            task, name = load_task(given, vocabulary, **options), ""
        text = entry.text or task.text
        check_satisfiable(task.dfa, text)
        return TaskInfo(
            name=name,
            text=text,
            formula=str(task.formula),
            paraphrase=task.translation.paraphrase,
            dfa=task.dfa.to_dict(),
            llm_calls=task.translation.tokens.calls,
        )


def check_satisfiable(dfa: DFA, what: str) -> None:
    """Refuse an automaton that accepts nothing."""
    if not bool(dfa.live[dfa.initial]):
        raise ContentError(
            f"The task {what!r} can never be satisfied: no sequence of events fulfils all of it. "
            "Mend the parts that contradict each other."
        )
