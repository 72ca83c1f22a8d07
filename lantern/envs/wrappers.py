"""Wrappers that env files of third-party environments need now and then, and Gymnasium does not have."""

from __future__ import annotations

import itertools
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from gymnasium.utils import RecordConstructorArgs

from lantern.errors import EnvError

# More choices than this are no longer a small set to choose from.
_MOST_CHOICES = 1000


class DiscreteActions(gym.ActionWrapper[Any, Any, Any], RecordConstructorArgs):
    """Let an agent choose among evenly spaced values of each continuous action.

    Parameters
    ----------
    env : gymnasium.Env
        With a bounded Box of actions.
    levels : int
        Values of each action, 2 or more: from its lower to its upper bound, both included.

    Raises
    ------
    EnvError
        If the actions are no bounded Box, or there would be more than 1,000 choices.

    Examples
    --------
    >>> env = DiscreteActions(gym.make("Pendulum-v1"), levels=3)
    >>> env.action_space
    Discrete(3)
    >>> env.action(0)
    array([-2.], dtype=float32)
    """

    def __init__(self, env: gym.Env[Any, Any], levels: int = 3) -> None:
        RecordConstructorArgs.__init__(self, levels=levels)
        super().__init__(env)
        space = env.action_space
        if not isinstance(space, spaces.Box) or not space.is_bounded():
            raise EnvError(f"DiscreteActions needs a bounded Box of actions, got {space}. Leave it out.")
        size = int(np.prod(space.shape))
        if levels < 2 or levels**size > _MOST_CHOICES:
            raise EnvError(
                f"{levels} levels of {size} actions are {levels**size} choices. Take at least 2 levels, and "
                f"few enough for {_MOST_CHOICES} choices, or an agent for continuous actions."
            )
        low, high = space.low.reshape(-1), space.high.reshape(-1)
        values = [np.linspace(a, b, levels) for a, b in zip(low, high, strict=True)]
        choices = np.array(list(itertools.product(*values)), dtype=space.dtype)
        self._choices = np.clip(choices.reshape(-1, *space.shape), space.low, space.high)
        self.action_space = spaces.Discrete(len(self._choices))

    def action(self, action: Any) -> Any:
        """Give the continuous action of a choice."""
        return self._choices[int(action)].copy()


class ClipObservation(gym.ObservationWrapper[Any, Any, Any], RecordConstructorArgs):
    """Keep an observation inside its Box, for environments whose bounds are narrower than what they return.

    Parameters
    ----------
    env : gymnasium.Env
        With a Box of observations.

    Raises
    ------
    EnvError
        If the observations are no Box.
    """

    def __init__(self, env: gym.Env[Any, Any]) -> None:
        RecordConstructorArgs.__init__(self)
        super().__init__(env)
        if not isinstance(env.observation_space, spaces.Box):
            raise EnvError(f"ClipObservation needs a Box of observations, got {env.observation_space}.")
        self._box = env.observation_space

    def observation(self, observation: Any) -> Any:
        """Clip to the bounds, in the type of the space."""
        return np.clip(np.asarray(observation), self._box.low, self._box.high).astype(self._box.dtype)
