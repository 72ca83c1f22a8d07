"""Where a teacher comes from: settings, seed and versions."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from lantern.agents.config import AgentConfig


def provenance(config: AgentConfig, seed: int, **versions: str) -> dict[str, Any]:
    """What determines a run beside its environment; JSON-safe.

    Parameters
    ----------
    config : AgentConfig
    seed : int
    **versions
        Of further libraries.
    """
    import lantern

    return {
        "agent": config.model_dump(mode="json"),
        "seed": seed,
        "lantern": lantern.__version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        **versions,
    }
