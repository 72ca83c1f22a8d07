"""Small environments with known behaviour, for tests."""

from __future__ import annotations

import gymnasium as gym
import numpy as np
from gymnasium import spaces


class Corridor(gym.Env):
    """Positions 0 to length; actions left, right; ends itself only at `fatal`."""

    def __init__(self, length=5, fatal=None, start=0, max_steps=None):
        self.observation_space = spaces.Discrete(length + 1)
        self.action_space = spaces.Discrete(2)
        self.length, self.fatal, self.start = length, fatal, start
        if max_steps:
            self.max_steps = max_steps
        self._max = max_steps
        self.position = start
        self.count = 0

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.position, self.count = self.start, 0
        return self.position, {"position": self.position}

    def step(self, action):
        self.position = min(max(self.position + (1 if action else -1), 0), self.length)
        self.count += 1
        truncated = self._max is not None and self.count >= self._max
        return self.position, 0.5, self.position == self.fatal, truncated, {"position": self.position}


def corridor_labeller(observation):
    """Propositions `middle` (position 3) and `end` (position 5)."""
    return [name for name, position in (("middle", 3), ("end", 5)) if observation == position]


CORRIDOR_WORDS = {"middle": "the agent is in the middle", "end": "the agent is at the end"}


class Sampled(gym.Env):
    """Observations sampled from any space; takes any action space; ends after `steps`."""

    def __init__(self, observation_space, action_space=None, steps=20, ends="truncated", alter=None):
        self.observation_space = observation_space
        self.action_space = spaces.Discrete(2) if action_space is None else action_space
        self.steps, self.ends, self.alter = steps, ends, alter or (lambda observation: observation)
        self.count = 0
        self.actions = []

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        if seed is not None:
            self.observation_space.seed(seed)
        self.count = 0
        return self.alter(self.observation_space.sample()), {}

    def step(self, action):
        assert self.action_space.contains(action), f"{action!r} is not in {self.action_space}"
        self.actions.append(action)
        self.count += 1
        over = self.steps is not None and self.count >= self.steps
        terminated, truncated = over and self.ends == "terminated", over and self.ends == "truncated"
        return self.alter(self.observation_space.sample()), 0.0, terminated, truncated, {}


def every_third(observation, info, env):
    """Proposition `third` at every third step of a `Sampled` environment."""
    return ["third"] if env.unwrapped.count % 3 == 2 else []


THIRD = {"third": "every third step"}


def float64_box(n=3):
    return spaces.Box(-1.0, 1.0, (n,), np.float64)
