"""Deep agents on Stable-Baselines3: its algorithms, with a replay buffer that knows the task's automaton."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

from lantern.errors import LanternError

if TYPE_CHECKING:
    from lantern.agents.deep.agent import DeepAgent

__all__ = ["DeepAgent"]


def __getattr__(name: str) -> Any:
    """Load the deep agent when it is asked for; say what to install where torch is missing."""
    if name != "DeepAgent":
        raise AttributeError(f"module 'lantern.agents.deep' has no attribute {name!r}")
    missing = [package for package in ("torch", "stable_baselines3") if not importlib.util.find_spec(package)]
    if missing:
        raise LanternError(
            f"Deep agents need {' and '.join(missing)}. Install the extra: pip install 'lantern-rl[deep]'."
        )
    from lantern.agents.deep.agent import DeepAgent

    return DeepAgent
