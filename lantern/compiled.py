"""Compiling with numba, with a cache that notices every change.

Numba caches machine code per function and looks only at that function's own file: after a change in a
function that it calls, or in a constant of another module, old code would run on. Here the cache's folder is
named after all of LANTERN's compiled sources, so that no code made before a change is taken after it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numba

Function = TypeVar("Function", bound=Callable[..., Any])
config: Any = numba.config  # its settings are made at import time, so that no type checker sees them
MARK = b"from lantern.compiled import"


def njit(**options: Any) -> Callable[[Function], Function]:
    """``numba.njit`` with the machine code kept on disk.

    Parameters
    ----------
    **options
        As for ``numba.njit``.
    """

    def decorate(function: Function) -> Function:
        before = config.CACHE_DIR
        config.CACHE_DIR = str(cache_folder())
        try:
            compiled: Function = numba.njit(cache=True, **options)(function)
            return compiled
        finally:
            config.CACHE_DIR = before

    return decorate


@cache
def cache_folder() -> Path:
    """Folder of the machine code of this version of the sources.

    Below ``NUMBA_CACHE_DIR`` where that is set, else below the user's cache folder.
    """
    if config.CACHE_DIR:
        base = Path(config.CACHE_DIR)
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lantern" / "numba"
    return base / sources_digest(Path(__file__).parent)


def sources_digest(package: Path) -> str:
    """Hash of all sources in folders where something is compiled, and below them; 16 hex digits."""
    compiled = {path.parent for path in package.rglob("*.py") if MARK in path.read_bytes()}
    digest = hashlib.sha256()
    for path in sorted({path for folder in compiled for path in folder.rglob("*.py")}):
        digest.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]
