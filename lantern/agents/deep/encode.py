"""Observations as rows of numbers, in the order in which Stable-Baselines3's policies read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from lantern.agents.deep.policy import Field
from lantern.envs.task_env import STATE

Floats = NDArray[np.float32]


class Encoder:
    """Turn observations into rows of float32, as ``MultiInputPolicy`` and ``MlpPolicy`` do.

    Parameters
    ----------
    space : gymnasium.spaces.Space
        The observations; see :func:`encodes` for what is possible.

    Attributes
    ----------
    fields : tuple of Field
    size : int
        Number of columns.
    state : Field or None
        The part that holds the state of the task's automaton.
    """

    def __init__(self, space: spaces.Space[Any]) -> None:
        fields, start = [], 0
        for key, part in _parts(space).items():
            counts = isinstance(part, spaces.Discrete)
            size = int(part.n) if isinstance(part, spaces.Discrete) else int(np.prod(part.shape or (1,)))
            fields.append(Field(key, start, start + size, counts))
            start += size
        self.fields = tuple(fields)
        self.size = start
        self.state = next((field for field in fields if field.key == STATE), None)
        self._plan = tuple((field.key, field.start, field.stop, field.counts) for field in fields)

    def row(self, observation: Any, out: Floats) -> None:
        """Write one observation into ``out``, float32[1, D]."""
        for key, start, stop, counts in self._plan:
            value = observation[key] if key else observation
            if counts:
                out[0, start:stop] = 0.0
                out[0, start + int(value)] = 1.0
            else:
                out[0, start:stop] = value

    def batch(self, observations: Mapping[str, NDArray[Any]], out: Floats) -> None:
        """Write B observations, whose parts are arrays [B, ...], into ``out``, float32[B, D]."""
        rows = len(out)
        for key, start, stop, counts in self._plan:
            value = observations[key]
            if counts:
                out[:, start:stop] = 0.0
                out[np.arange(rows), start + value.reshape(rows).astype(np.int64)] = 1.0
            else:
                out[:, start:stop] = value.reshape(rows, -1)


def encodes(space: spaces.Space[Any]) -> bool:
    """Whether observations are vectors and counts: no camera images, no several counts in one part."""
    from stable_baselines3.common.preprocessing import is_image_space

    return all(
        isinstance(part, (spaces.Discrete, spaces.MultiBinary))
        or (isinstance(part, spaces.Box) and not is_image_space(part))
        for part in _parts(space).values()
    )


def _parts(space: spaces.Space[Any]) -> dict[str, spaces.Space[Any]]:
    return dict(space.spaces) if isinstance(space, spaces.Dict) else {"": space}
