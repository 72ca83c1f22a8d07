"""Time limits: whether an environment has one, and one that is reported as the wrong thing."""

from __future__ import annotations

from typing import Any, SupportsFloat

import gymnasium as gym
from gymnasium.utils import RecordConstructorArgs

#: Steps after which an episode is cut where the environment has no time limit that can be seen.
SAFETY_LIMIT = 10_000


class TerminationIsTimeLimit(gym.Wrapper[Any, Any, Any, Any], RecordConstructorArgs):
    """Turn a termination at an environment's time limit into the truncation that it is.

    Parameters
    ----------
    env : gymnasium.Env
        An environment that reports its own time limit as termination.
    steps : int
        The limit: a termination at this step or later is the time limit's.
    """

    def __init__(self, env: gym.Env[Any, Any], steps: int) -> None:
        RecordConstructorArgs.__init__(self, steps=steps)
        super().__init__(env)
        self.max_episode_steps = steps
        self._elapsed = 0

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Reset, and count from zero."""
        self._elapsed = 0
        return self.env.reset(seed=seed, options=options)

    def step(self, action: Any) -> tuple[Any, SupportsFloat, bool, bool, dict[str, Any]]:
        """Step; at the limit, the end is a truncation."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        self._elapsed += 1
        if self._elapsed >= self.max_episode_steps:
            terminated, truncated = False, True
        return observation, reward, terminated, truncated, info


def has_time_limit(env: Any) -> bool:
    """Whether a time limit can be seen: a wrapper's, or ``max_steps`` of the environment itself."""
    layer = env
    while isinstance(layer, gym.Wrapper):
        if isinstance(layer, (gym.wrappers.TimeLimit, TerminationIsTimeLimit)):
            return True
        layer = layer.env
    own = (getattr(layer, name, None) for name in ("max_steps", "max_episode_steps", "_max_episode_steps"))
    return any(isinstance(value, int) and value > 0 for value in own)
