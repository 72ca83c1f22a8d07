"""Make an environment from its file: ``make_env(name or path)``."""

from __future__ import annotations

import importlib
import inspect
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gymnasium as gym

from lantern.content import Lines, find, load_yaml, nearest, validate
from lantern.envs.conditions import Condition, ConditionLabeller
from lantern.envs.envfile import EnvFile
from lantern.envs.importing import load_module, load_object
from lantern.envs.labellers import SHIPPED
from lantern.envs.labelling import AlreadyLabelled, LabelledEnv, Labeller, arity
from lantern.envs.limits import TerminationIsTimeLimit
from lantern.envs.registration import content_name
from lantern.errors import ContentError

if TYPE_CHECKING:
    from lantern.logic import Vocabulary

#: Kinds of env files and the function (path, render_mode) that reads each.
KINDS = {
    "continuous": "lantern.envs.continuous:load_continuous",
    "emission_control": "lantern.envs.incinerator.files:load_emission_control",
    "grid": "lantern.envs.grid:load_grid",
    "gymnasium": "lantern.envs.loader:load_gymnasium",
}

_GENERIC = frozenset(field.alias or name for name, field in Condition.model_fields.items())


def make_env(name: str | Path, *, render_mode: str | None = None) -> gym.Env[Any, Any]:
    """Make a labelled environment from its file.

    Parameters
    ----------
    name : str or Path
        A name in ``envs/`` of the workspace or the library, or the path of a YAML file.
    render_mode : str, optional
        Passed on to the environment.

    Returns
    -------
    gymnasium.Env
        With ``vocabulary`` and, after reset and each step, ``info["label"]``.

    Raises
    ------
    ContentError
        If there is no such file, or something in it is wrong; the message names the line.
    """
    path = _file_of(name)
    data, lines = load_yaml(path)
    kind = data.get("kind") if isinstance(data, Mapping) else None
    if kind not in KINDS:
        raise ContentError(
            f"{path}, line {lines('kind')}: kind: {kind!r} is not a kind of environment. "
            f"{nearest(str(kind), KINDS)}"
        )
    module, _, function = KINDS[kind].partition(":")
    env: gym.Env[Any, Any] = getattr(importlib.import_module(module), function)(path, render_mode)
    return env


def load_gymnasium(path: str | Path, render_mode: str | None = None) -> gym.Env[Any, Any]:
    """Read a file of ``kind: gymnasium``; see `make_env`."""
    path = _file_of(path)
    data, lines = load_yaml(path)
    return _Builder(path, validate(data, EnvFile, path, lines), lines).build(render_mode)


def _file_of(name: str | Path) -> Path:
    try:
        return find("envs", name)
    except ContentError:
        if not is_registered(str(name)):
            raise
        raise ContentError(
            f"{name} is a Gymnasium environment without an env file: nothing says what can be true in it. "
            f"Write envs/NAME.yaml with `env: {name}` and propositions (docs/plug-in.md), or use "
            "lantern.label."
        ) from None


def is_registered(env_id: str) -> bool:
    """Whether Gymnasium knows an id, ``Id-v0`` or ``module:Id-v0``."""
    module, _, name = env_id.rpartition(":")
    try:
        if module:
            importlib.import_module(module)
        gym.spec(name)
    except (gym.error.Error, ModuleNotFoundError):
        return False
    return True


class _Builder:
    """Puts together what one env file describes; every complaint names its line."""

    def __init__(self, path: Path, file: EnvFile, lines: Lines) -> None:
        self.path, self.file, self.lines = path, file, lines

    def build(self, render_mode: str | None) -> LabelledEnv | AlreadyLabelled:
        for index, module in enumerate(self.file.imports):
            load_module(module, self._at("imports", index), self.path.parent, self.file.needs)
        env = self._wrap(self._limit(self._create(render_mode)), "wrappers")
        vocabulary = self._vocabulary()
        labelled = LabelledEnv(env, vocabulary, self._labeller())
        made: LabelledEnv | AlreadyLabelled = labelled
        if self.file.agent_wrappers:
            made = AlreadyLabelled(self._wrap(labelled, "agent_wrappers"), vocabulary)
        made.name = content_name(self.path)
        return made

    def _at(self, *where: str | int) -> str:
        return f"{self.path}, line {self.lines(*where)}"

    def _create(self, render_mode: str | None) -> gym.Env[Any, Any]:
        place, kwargs = self._at("env"), dict(self.file.kwargs)
        if render_mode is not None:
            kwargs["render_mode"] = render_mode
        if not is_import_path(self.file.env):
            return self._from_registry(kwargs, place)
        maker = load_object(self.file.env, place, self.path.parent, self.file.needs)
        env = self._called(maker, kwargs, place, self.file.env)
        if not isinstance(env, gym.Env):
            raise ContentError(
                f"{place}: {self.file.env} made a {type(env).__name__}, not a gymnasium.Env. Name a class or "
                "function that makes one; an old gym environment needs shimmy."
            )
        return env

    def _from_registry(self, kwargs: dict[str, Any], place: str) -> gym.Env[Any, Any]:
        limit = self.file.time_limit
        if limit is not None and limit.reported_as == "truncation":
            kwargs["max_episode_steps"] = limit.steps
        try:
            return gym.make(self.file.env, **kwargs)
        except (gym.error.UnregisteredEnv, ModuleNotFoundError) as error:
            remedy = (
                f"Install it: pip install {self.file.needs}."
                if self.file.needs
                else ("Check the id; where a package registers it, name that package in imports:.")
            )
            raise ContentError(
                f"{place}: Gymnasium does not know {self.file.env!r}: {error} {remedy}"
            ) from None
        except Exception as error:
            raise ContentError(
                f"{place}: making {self.file.env!r} raised {type(error).__name__}: {error}. Check kwargs:."
            ) from error

    def _limit(self, env: gym.Env[Any, Any]) -> gym.Env[Any, Any]:
        limit = self.file.time_limit
        if limit is None:
            return env
        if limit.reported_as == "termination":
            return TerminationIsTimeLimit(env, limit.steps)
        return gym.wrappers.TimeLimit(env, limit.steps) if is_import_path(self.file.env) else env

    def _wrap(self, env: gym.Env[Any, Any], key: str) -> gym.Env[Any, Any]:
        for index, entry in enumerate(getattr(self.file, key)):
            place = self._at(key, index)
            wrapper = load_object(entry.wrapper, place, self.path.parent, self.file.needs)
            env = self._called(
                lambda inner=env, w=wrapper, **kw: w(inner, **kw), entry.kwargs, place, entry.wrapper
            )
        return env

    def _called(self, maker: Callable[..., Any], kwargs: dict[str, Any], place: str, name: str) -> Any:
        try:
            with warnings.catch_warnings():
                # YAML knows only 64-bit floats; Gymnasium remarks on every one that it makes 32-bit.
                warnings.filterwarnings("ignore", message=".*precision lowered by casting")
                return maker(**kwargs)
        except Exception as error:
            raise ContentError(
                f"{place}: {name} with {kwargs or 'no arguments'} raised {type(error).__name__}: {error}. "
                "Check its kwargs:."
            ) from error

    def _vocabulary(self) -> Vocabulary:
        from lantern.errors import LabelError
        from lantern.logic import Proposition, Vocabulary

        try:
            return Vocabulary(
                {
                    name: Proposition(entry.sentence, entry.synonyms, entry.opposite)
                    for name, entry in self.file.propositions.items()
                }
            )
        except LabelError as error:
            raise ContentError(f"{self._at('propositions')}: {error}") from None

    def _labeller(self) -> Labeller:
        """One labeller out of the file's function or family of conditions, and its own conditions."""
        function = self._named_labeller()
        family: Any = function if inspect.isclass(function) and hasattr(function, "Condition") else None
        own: dict[str, Any] = {}
        generic: dict[str, Condition] = {}
        for name, entry in self.file.propositions.items():
            if entry.when is None:
                if function is None or family is not None:
                    raise ContentError(self._unobserved(name))
            elif family is not None and not _GENERIC & set(entry.when):
                own[name] = self._condition(name, entry.when, family.Condition)
            else:
                generic[name] = self._condition(name, entry.when, Condition)
        parts: list[Labeller] = [self._conditions(generic)] if generic else []
        if family is not None:
            parts.append(self._called(lambda: family(own), {}, self._at("labeller"), str(self.file.labeller)))
        elif function is not None:
            plain: Any = function() if inspect.isclass(function) else function
            parts.append(plain)
        return parts[0] if len(parts) == 1 else _Joined(parts)

    def _named_labeller(self) -> Any:
        if self.file.labeller is None:
            return None
        reference = SHIPPED.get(self.file.labeller, self.file.labeller)
        if ":" not in reference:
            hint = nearest(reference, SHIPPED)
            raise ContentError(
                f"{self._at('labeller')}: {reference!r} is neither module:function nor a shipped "
                f"labeller. {hint}"
            )
        return load_object(reference, self._at("labeller"), self.path.parent, self.file.needs)

    def _unobserved(self, name: str) -> str:
        return (
            f"{self._at('propositions', name)}: nothing says how {name!r} is observed. Give it when: with a "
            "condition such as {observe: 0, above: 2.4}, or give the file a labeller: module:function."
        )

    def _condition(self, name: str, when: dict[str, Any], model: Any) -> Any:
        within = _Within(self.lines, ("propositions", name, "when"))
        return validate(when, model, self.path, within)

    def _conditions(self, conditions: dict[str, Condition]) -> Labeller:
        places = {name: self._at("propositions", name) for name in conditions}
        for name, condition in conditions.items():
            try:
                ConditionLabeller({name: condition}, self.file.variables)
            except ValueError as error:
                raise ContentError(f"{self._at('propositions', name, 'when')}: {error}.") from None
        labeller = ConditionLabeller(conditions, self.file.variables, places)
        return labeller if labeller.reads_info else labeller.of_observation


class _Within(Lines):
    """Lines of a part of a file."""

    def __init__(self, lines: Lines, prefix: tuple[str | int, ...]) -> None:
        self._whole, self._prefix = lines, prefix

    def __call__(self, *where: str | int) -> int:
        return self._whole(*self._prefix, *where)


class _Joined:
    """Several labellers as one."""

    def __init__(self, parts: list[Labeller]) -> None:
        self._parts = [(part, arity(part)) for part in parts]

    def __call__(self, observation: Any, info: Mapping[str, Any], env: gym.Env[Any, Any]) -> list[str]:
        given = (observation, info, env)
        return [name for part, count in self._parts for name in part(*given[:count])]


def is_import_path(reference: str) -> bool:
    """Whether ``module:name`` names a callable rather than a registered id (``module:Id-v0``)."""
    _, colon, name = reference.rpartition(":")
    return bool(colon) and name.replace(".", "_").isidentifier()
