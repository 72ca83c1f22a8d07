"""Whether a label function leaves the world as it found it.

A labeller that moves the agent, draws from the environment's random numbers or edits the observation makes
every result wrong without a sign. The state is compared before and after, attribute by attribute.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Any

import gymnasium as gym

#: Attributes that hold windows and caches, or that are too large to compare at every check (bytes).
_LARGEST = 5_000_000


def fingerprint(value: Any) -> bytes | None:
    """Bytes that change when a value changes; None where it cannot be told (windows, locks, solvers)."""
    try:
        data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    except Exception:  # anything may be stored on an environment, and pickling it may fail in any way
        return None
    return data if len(data) <= _LARGEST else None


def snapshot(env: gym.Env[Any, Any], observation: Any, info: Mapping[str, Any]) -> dict[str, bytes | None]:
    """Fingerprints of the observation, the info and every attribute of an environment and its wrappers."""
    found = {"the observation": fingerprint(observation), "the info": fingerprint(dict(info))}
    layer: Any = env
    while layer is not None:
        below = getattr(layer, "env", None) if isinstance(layer, gym.Wrapper) else None
        for name, value in vars(layer).items():
            if value is not below:
                found[f"{type(layer).__name__}.{name}"] = fingerprint(value)
        layer = below
    return found


def changes(before: Mapping[str, bytes | None], after: Mapping[str, bytes | None]) -> list[str]:
    """Names of what changed between two snapshots; attributes that are new (caches) do not count."""
    return [name for name, data in before.items() if data is not None and after.get(name, data) != data]
