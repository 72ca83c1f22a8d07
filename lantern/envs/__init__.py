"""Labelled environments, the product with a task automaton, and the grid-world engine.

The names load on first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lantern.envs.check import Finding, check_env
    from lantern.envs.continuous import PlaneEnv
    from lantern.envs.grid import GridEnv
    from lantern.envs.grid.vector import GridVectorEnv
    from lantern.envs.labelling import LabelledEnv, label
    from lantern.envs.loader import make_env
    from lantern.envs.narrate import NarratedEnv
    from lantern.envs.pages import env_page
    from lantern.envs.tabular import TabularModel, tabular_model
    from lantern.envs.task_env import TaskEnv
    from lantern.envs.vector import VectorTaskEnv, make_vec
    from lantern.envs.vector_labelling import LabelledVectorEnv

__all__ = [
    "Finding",
    "GridEnv",
    "GridVectorEnv",
    "LabelledEnv",
    "LabelledVectorEnv",
    "NarratedEnv",
    "PlaneEnv",
    "TabularModel",
    "TaskEnv",
    "VectorTaskEnv",
    "check_env",
    "env_page",
    "label",
    "make_env",
    "make_vec",
    "tabular_model",
]

_MODULES = {
    "Finding": "check",
    "GridEnv": "grid",
    "GridVectorEnv": "grid.vector",
    "LabelledEnv": "labelling",
    "label": "labelling",
    "LabelledVectorEnv": "vector_labelling",
    "NarratedEnv": "narrate",
    "PlaneEnv": "continuous",
    "TabularModel": "tabular",
    "TaskEnv": "task_env",
    "VectorTaskEnv": "vector",
    "check_env": "check",
    "env_page": "pages",
    "make_env": "loader",
    "make_vec": "vector",
    "tabular_model": "tabular",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for (PEP 562)."""
    if name not in _MODULES:
        raise AttributeError(f"module 'lantern.envs' has no attribute {name!r}")
    return getattr(importlib.import_module(f"lantern.envs.{_MODULES[name]}"), name)
