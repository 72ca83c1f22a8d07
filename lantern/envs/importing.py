"""Find what a file names by ``module:name`` or ``file.py:name``."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any
from zlib import crc32

from lantern.content import nearest
from lantern.errors import ContentError


def load_object(reference: str, place: str, folder: Path, needs: str = "") -> Any:
    """Import an object.

    Parameters
    ----------
    reference : str
        ``package.module:name``, or ``path/to/file.py:name`` relative to `folder` or the current folder.
    place : str
        Where the reference was written, for the error message.
    folder : Path
        Folder of the file it was written in.
    needs : str
        What to install where the module is missing.

    Raises
    ------
    ContentError
        If there is no such module or name, or importing it fails.
    """
    module_name, colon, name = reference.rpartition(":")
    if not colon or not module_name or not name:
        raise ContentError(f"{place}: {reference!r} is not of the form module:name. Write it so.")
    module = load_module(module_name, place, folder, needs)
    found: Any = module
    for part in name.split("."):
        if not hasattr(found, part):
            public = [entry for entry in vars(module) if not entry.startswith("_")]
            raise ContentError(f"{place}: {module_name} has no {name!r}. {nearest(name, public)}")
        found = getattr(found, part)
    return found


def load_module(name: str, place: str, folder: Path, needs: str = "") -> ModuleType:
    """Import a module by name or by the path of its file."""
    try:
        if name.endswith(".py"):
            return _from_file(name, place, folder)
        return _by_name(name)
    except ContentError:
        raise
    except ModuleNotFoundError as error:
        remedy = f"Install it: pip install {needs}" if needs else "Install it, or check the name"
        raise ContentError(
            f"{place}: the module {error.name!r} is not there (looked in the installed packages and in "
            f"{Path.cwd()}). {remedy}."
        ) from None
    except Exception as error:
        raise ContentError(
            f"{place}: importing {name} raised {type(error).__name__}: {error}. Mend that module; "
            "--debug shows where."
        ) from error


def _by_name(name: str) -> ModuleType:
    """Import a module; modules that stand in the workspace (the current folder) count too."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        top = name.partition(".")[0]
        here = str(Path.cwd())
        if error.name != top or here in sys.path:
            raise
        sys.path.append(here)
        try:
            return importlib.import_module(name)
        finally:
            sys.path.remove(here)


def _from_file(name: str, place: str, folder: Path) -> ModuleType:
    path = next((base / name for base in (folder, Path.cwd()) if (base / name).is_file()), None)
    if path is None:
        raise ContentError(f"{place}: there is no file {name} in {folder} or {Path.cwd()}. Check the path.")
    # One entry in sys.modules for each file: labellers must be found again when an environment is pickled.
    key = f"lantern_workspace.{path.stem}_{crc32(str(path.resolve()).encode()):x}"
    if key in sys.modules:
        return sys.modules[key]
    spec = importlib.util.spec_from_file_location(key, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[key] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[key]
        raise
    return module
