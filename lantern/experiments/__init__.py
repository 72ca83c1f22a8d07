"""Sweeps: files that expand to jobs, the store they leave, statistics and reports."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lantern.experiments.loading import load_results
    from lantern.experiments.results import Results
    from lantern.experiments.sweeping import SweepResult, sweep

_LAZY = {
    "Results": "lantern.experiments.results",
    "SweepResult": "lantern.experiments.sweeping",
    "load_results": "lantern.experiments.loading",
    "sweep": "lantern.experiments.sweeping",
}

__all__ = ["Results", "SweepResult", "load_results", "sweep"]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for (PEP 562)."""
    if name not in _LAZY:
        raise AttributeError(f"module 'lantern.experiments' has no attribute {name!r}")
    return getattr(importlib.import_module(_LAZY[name]), name)
