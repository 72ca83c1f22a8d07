"""Shipped environments under ``lantern/`` in Gymnasium's registry.

The id is made from the file's name: ``dungeon_quest/student`` is ``lantern/DungeonQuestStudent-v0``, and a
student map is also there under the plain name, ``lantern/DungeonQuest-v0``. Nothing is read or built before
``gymnasium.make`` asks for it, and Gymnasium itself is not imported: its registry is filled when it loads.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

_REGISTRY = "gymnasium.envs.registration"

EMISSION_CONTROL = "lantern/EmissionControl-v0"
"""One id for the whole fleet, and for an engineer's own line: ``site=`` says which."""


def gymnasium_ids() -> dict[str, str]:
    """Gymnasium id -> name of the environment's file, for all shipped environments."""
    from lantern import content

    folder = content.library() / "envs"
    ids: dict[str, str] = {}
    for path in sorted(folder.rglob("*.yaml")):
        name = path.relative_to(folder).with_suffix("").as_posix()
        ids[_gymnasium_id(name)] = name
        if name.endswith("/student"):
            ids.setdefault(_gymnasium_id(name.removesuffix("/student")), name)
    return ids


def _gymnasium_id(name: str) -> str:
    words = name.replace("/", "_").replace("-", "_").split("_")
    return f"lantern/{''.join(word[:1].upper() + word[1:] for word in words)}-v0"


def content_name(path: Path) -> str:
    """Name of an environment's file: its place below the last folder ``envs``, or the bare file name."""
    parts = path.with_suffix("").parts
    after = len(parts) - parts[::-1].index("envs") if "envs" in parts else -1
    return "/".join(parts[after:])


def register() -> None:
    """Enter all shipped environments in Gymnasium's registry; entries that are there already are kept."""
    registry = sys.modules[_REGISTRY]
    for key, name in gymnasium_ids().items():
        if key not in registry.registry:
            registry.register(
                id=key,
                entry_point="lantern.envs.registration:make",
                vector_entry_point="lantern.envs.registration:make_vector",
                kwargs={"name": name},
            )
    if EMISSION_CONTROL not in registry.registry:
        registry.register(
            id=EMISSION_CONTROL,
            entry_point="lantern.envs.incinerator.env:EmissionControlEnv",
            vector_entry_point="lantern.envs.incinerator.vector:EmissionControlVectorEnv",
        )


def make(name: str, render_mode: str | None = None) -> Any:
    """Build a shipped environment for ``gymnasium.make``."""
    from lantern.envs.loader import make_env

    return make_env(name, render_mode=render_mode)


def make_vector(name: str, num_envs: int = 1, **settings: Any) -> Any:
    """Build the native vector form of a grid world or a plant for ``gymnasium.make_vec``."""
    from lantern.content import find, load_yaml

    if load_yaml(find("envs", name))[0]["kind"] == "emission_control":
        from lantern.envs.incinerator.files import load_vector

        return load_vector(name, num_envs, **settings)
    from lantern.envs.grid.vector import GridVectorEnv

    return GridVectorEnv(name, num_envs, **settings)


class _Loaded(importlib.abc.Loader):
    """Runs Gymnasium's registration module, then fills its registry."""

    def __init__(self, loader: importlib.abc.Loader) -> None:
        self._loader = loader

    def create_module(self, spec: Any) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        register()


class _OnImport(importlib.abc.MetaPathFinder):
    """Waits for Gymnasium to be imported, so that importing LANTERN need not import it."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> Any:
        if fullname != _REGISTRY:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loaded(spec.loader)
        return spec


def register_on_import() -> None:
    """Register now if Gymnasium is loaded, else as soon as it is."""
    if _REGISTRY in sys.modules:
        register()
    elif not any(isinstance(finder, _OnImport) for finder in sys.meta_path):
        sys.meta_path.insert(0, _OnImport())
