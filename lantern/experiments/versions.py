"""What a result depends on besides its sweep file: the code that ran, and the libraries under it."""

from __future__ import annotations

import ast
import hashlib
import os
import platform
import sys
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parents[1]
# The parts that decide what a run computes. Translating English is not among them: a job's name holds the
# automaton itself. Neither are statistics and reports: they are computed anew from the curves.
PARTS = ("logic", "envs", "surrogates", "transfer", "agents", "experiments/execute.py")
LIBRARIES = ("numpy", "numba", "scipy", "gymnasium", "torch", "stable-baselines3", "wordllama")


def _without_docstrings(tree: ast.AST) -> ast.AST:
    """Empty every docstring, so that mending a comment or a text does not throw results away."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                first.value.value = None
    return tree


@cache
def code_digest(parts: tuple[str, ...] = PARTS) -> str:
    """Hash of the code that decides results, comments and docstrings apart; 12 hex digits."""
    digest = hashlib.sha256()
    for part in parts:
        root = PACKAGE / part
        for path in sorted(root.rglob("*.py")) if root.is_dir() else [root]:
            digest.update(path.relative_to(PACKAGE).as_posix().encode())
            tree = _without_docstrings(ast.parse(path.read_bytes()))
            digest.update(ast.dump(tree).encode())
    return digest.hexdigest()[:12]


@cache
def _libraries() -> dict[str, str]:
    """Versions of the libraries, looked up once: each look-up reads files, and every job is asked."""
    found = {}
    for library in LIBRARIES:
        try:
            found[library] = metadata.version(library)
        except metadata.PackageNotFoundError:
            continue
    return found


def versions() -> dict[str, str]:
    """Versions of Python, LANTERN and the libraries that are installed."""
    from lantern import __version__

    python = platform.python_version()
    return {"lantern": __version__, "code": code_digest(), "python": python, **_libraries()}


def machine() -> dict[str, Any]:
    """Describe the machine and the command: for the record, never part of a summary."""
    return {
        "system": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": round(total_memory(), 1),
        "host": platform.node(),
        "command": [Path(sys.argv[0]).name, *sys.argv[1:]],
        "commit": commit(),
        "packages": versions(),
    }


def total_memory() -> float:
    """Memory of this machine (or of its container's limit), in GiB."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            total = min(total, int(Path(limit).read_text(encoding="ascii")))
        except (OSError, ValueError):
            continue
    return float(total / 2**30)


def commit() -> str:
    """Commit of the checkout that runs, "" where it is an installed package; changes on top are marked."""
    import subprocess

    root = PACKAGE.parent
    if not (root / ".git").exists():
        return ""
    command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return found.stdout.strip() if found.returncode == 0 else ""
