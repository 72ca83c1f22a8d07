"""Agents: learners made by settings, one YAML file each in ``agents/``.

Public names load on first use: an import of this package costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lantern.agents.base import Agent, make_agent
    from lantern.agents.config import AgentConfig
    from lantern.agents.run import Curve, Run, Trust

__all__ = ["Agent", "AgentConfig", "Curve", "Run", "Trust", "make_agent"]

_LAZY = {
    "Agent": "base",
    "make_agent": "base",
    "AgentConfig": "config",
    "Curve": "run",
    "Run": "run",
    "Trust": "run",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for (PEP 562)."""
    if name not in _LAZY:
        raise AttributeError(f"module 'lantern.agents' has no attribute {name!r}")
    return getattr(importlib.import_module(f"lantern.agents.{_LAZY[name]}"), name)
