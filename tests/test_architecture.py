"""The code is as docs/architecture.md says: imports point down, and there are no circles."""

from __future__ import annotations

import ast
from pathlib import Path

import networkx as nx
import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "lantern"

ALLOWED = {
    "errors": set(),
    "compiled": set(),
    "content": {"errors"},
    "logic": {"errors", "content"},
    "language": {"errors", "content", "logic"},
    "surrogates": {"errors", "compiled", "content", "logic"},
    "envs": {"errors", "compiled", "content", "logic", "language", "surrogates"},
    "transfer": {"errors", "compiled", "content", "logic", "language", "envs"},
    "agents": {"errors", "compiled", "content", "logic", "language", "envs", "transfer", "surrogates"},
    "experiments": {
        "errors",
        "compiled",
        "content",
        "logic",
        "language",
        "envs",
        "transfer",
        "agents",
        "surrogates",
    },
}
TOP = {"cli", "studio"}


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


# What `lantern init` copies is a user's code, not ours.
FILES = [path for path in sorted(PACKAGE.rglob("*.py")) if "templates" not in path.relative_to(PACKAGE).parts]
MODULES = {module_name(path): path for path in FILES}


def imports(name: str, *, only_at_import_time: bool = False) -> set[str]:
    """Modules of ours that a module imports (inside functions and for type checking too, unless told)."""
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    if only_at_import_time:
        nodes = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            for alias in node.names:
                deeper = f"{node.module}.{alias.name}"
                found.add(deeper if deeper in MODULES else node.module)
    return {target for target in found if target.split(".")[0] == "lantern"} - {name}


@pytest.mark.parametrize("package", sorted(ALLOWED))
def test_imports_point_down(package: str) -> None:
    wrong = []
    for name in MODULES:
        parts = name.split(".")
        if len(parts) < 2 or parts[1] != package:
            continue
        for target in imports(name):
            layer = target.split(".")[1] if "." in target else ""
            if layer and layer != package and layer not in ALLOWED[package]:
                wrong.append(f"{name} imports {target}")
    assert not wrong


def test_every_package_has_its_place() -> None:
    layers = {name.split(".")[1] for name in MODULES if "." in name}
    assert layers <= set(ALLOWED) | TOP


def test_the_two_readers_of_english_are_independent() -> None:
    reader = [name for name in MODULES if name.startswith("lantern.language.reader")]
    assert reader
    assert not {target for name in reader for target in imports(name) if "language.grammar" in target}


def test_modules_import_each_other_in_no_circle() -> None:
    graph = nx.DiGraph(
        (name, target) for name in MODULES for target in imports(name, only_at_import_time=True)
    )
    circles = [sorted(part) for part in nx.strongly_connected_components(graph) if len(part) > 1]
    assert not circles


def test_no_module_is_too_long() -> None:
    long = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()}
    assert {name: lines for name, lines in long.items() if lines > 400} == {}
