"""Whether an environment's observations keep to its own observation space."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces

from lantern.envs.spaces import Path, leaves
from lantern.errors import EnvError

#: Share of its range by which a value may leave its bounds: rounding and noisy sensors, not a wrong space.
TOLERANCE = 0.01


def require_inside(name: str, space: spaces.Space[Any], observation: Any, batch: int | None = None) -> None:
    """Refuse an observation that breaks the space of its environment.

    Parameters
    ----------
    name : str
        The environment, for the message.
    space : gymnasium.Space
        Its observation space (of a single environment).
    observation : object
        What it returned.
    batch : int, optional
        Number of environments, where it is a batch.

    Raises
    ------
    EnvError
        Naming the part, what was promised and what came.
    """
    for path, leaf in leaves(space):
        where = "/".join(map(str, path)) or "the observation"
        trouble = _trouble(leaf, path, observation, batch)
        if trouble:
            raise EnvError(
                f"{name} breaks its own observation space: {where} {trouble}. Mend the space or what is "
                "returned, or add a wrapper such as lantern.envs.wrappers:ClipObservation; `lantern "
                "check-env` tells more."
            )


def _trouble(leaf: spaces.Space[Any], path: Path, observation: Any, batch: int | None) -> str:
    value = observation
    try:
        for step in path:
            value = value[step]
        array = np.asarray(value, dtype=np.float64)
    except (LookupError, TypeError, ValueError):
        return f"should be a {leaf}, but is missing or no array in {_short(observation)}"
    shape = leaf.shape or ()
    promised = shape if batch is None else (batch, *shape)
    if array.shape != promised:
        return f"should have shape {promised}, but has {array.shape}"
    if np.isnan(array).any():
        return "holds values that are not numbers (NaN)"
    if isinstance(leaf, spaces.Box):
        beyond = _box_overshoot(leaf, array)
        return "" if beyond <= TOLERANCE else f"leaves {leaf} by {beyond:.0%} of its range ({_short(value)})"
    low, high = _whole_bounds(leaf)
    fits = bool(np.all((array >= low) & (array <= high) & (array == np.round(array))))
    return "" if fits else f"should be in {leaf}, but is {_short(value)}"


def _whole_bounds(leaf: Any) -> tuple[Any, Any]:
    """Smallest and largest values of a discrete space."""
    if isinstance(leaf, spaces.MultiBinary):
        return 0, 1
    if isinstance(leaf, spaces.MultiDiscrete):
        return leaf.start, leaf.start + leaf.nvec - 1
    return leaf.start, leaf.start + leaf.n - 1


def _short(value: Any) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 80 else f"{text[:77]}..."


def overshoot(space: spaces.Space[Any], observation: Any) -> float:
    """How far an observation leaves the bounds of its Box parts, as a share of their range (0: inside).

    Where a bound is infinite the other one's size, or 1, stands for the range.
    """
    worst = 0.0
    for path, leaf in leaves(space):
        if isinstance(leaf, spaces.Box):
            value = observation
            for step in path:
                value = value[step]
            worst = max(worst, _box_overshoot(leaf, np.asarray(value, dtype=np.float64)))
    return worst


def _box_overshoot(space: spaces.Box, value: Any) -> float:
    low, high = space.low.astype(np.float64), space.high.astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        span = high - low
        size = np.maximum(
            np.where(np.isfinite(low), np.abs(low), 1), np.where(np.isfinite(high), np.abs(high), 1)
        )
        span = np.where(np.isfinite(span) & (span > 0), span, size)
        outside = np.where(value < low, low - value, np.where(value > high, value - high, 0.0))
    return float(np.max(outside / np.maximum(span, 1e-12), initial=0.0))
