"""Random play: one run through an environment, from which most findings are read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import gymnasium as gym
import numpy as np

from lantern.envs.labelling import LabelledEnv
from lantern.envs.purity import changes, snapshot
from lantern.envs.spaces import leaves
from lantern.envs.verify import overshoot
from lantern.errors import LabelError, LanternError

Maker: TypeAlias = Callable[[], gym.Env[Any, Any]]

# Episode ends wanted, so that a time limit shows, and the most seconds to wait for them.
_WANTED_ENDS = 3
_MOST_SECONDS = 8.0

# How often the labeller is watched for side effects and asked twice (each takes milliseconds).
_WATCHED = 20


@dataclass
class Episode:
    """How one episode ended."""

    length: int
    terminated: bool
    truncated: bool


@dataclass
class Play:
    """What random play showed."""

    steps: int = 0
    episodes: list[Episode] = field(default_factory=list)
    worst_overshoot: float = 0.0
    not_finite: int = -1
    wrong_types: set[str] = field(default_factory=set)
    #: Step at which each proposition first held (0 is the reset) and how often it held.
    first: dict[str, int] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    labels: int = 0
    seconds: float = 0.0
    #: Why the play stopped early.
    trouble: str = ""
    label_trouble: str = ""


def random_actions(env: gym.Env[Any, Any], seed: int) -> Iterator[Any]:
    """Endless random actions from a copy of the action space, so that the environment's own is left alone."""
    space = env.action_space
    space.seed(seed)
    while True:
        yield space.sample()


def play(env: gym.Env[Any, Any], steps: int, seed: int) -> Play:
    """Play at random for `steps` steps, and on for up to 5 times as many until three episodes have ended."""
    record = Play()
    began = time.perf_counter()
    try:
        _play(env, steps, seed, record)
    except LabelError as error:
        record.label_trouble = str(error)
    except LanternError as error:
        record.trouble = str(error)
    except Exception as error:  # the environment is a stranger's, and anything it raises is a finding
        record.trouble = f"{type(error).__name__}: {error}"
    record.seconds = time.perf_counter() - began
    return record


def _play(env: gym.Env[Any, Any], steps: int, seed: int, record: Play) -> None:
    actions = random_actions(env, seed)
    deadline = time.perf_counter() + _MOST_SECONDS
    watch = max(1, steps // _WATCHED)
    observation, info = env.reset(seed=seed)
    _look(env, observation, info, record)
    length = 0
    while record.steps < steps or (
        len(record.episodes) < _WANTED_ENDS and record.steps < 5 * steps and time.perf_counter() < deadline
    ):
        observation, reward, terminated, truncated, info = env.step(next(actions))
        record.steps += 1
        length += 1
        _look(env, observation, info, record)
        _types(reward, terminated, truncated, record)
        if record.steps % watch == 0:
            watch_labeller(env, observation, info)
        if terminated or truncated:
            record.episodes.append(Episode(length, bool(terminated), bool(truncated)))
            observation, info = env.reset()
            _look(env, observation, info, record)
            length = 0


def _look(env: gym.Env[Any, Any], observation: Any, info: dict[str, Any], record: Play) -> None:
    """Take down what an observation and its label show."""
    record.worst_overshoot = max(record.worst_overshoot, overshoot(env.observation_space, observation))
    if record.not_finite < 0 and not _finite(env.observation_space, observation):
        record.not_finite = record.steps
    if "label" in info and hasattr(env, "vocabulary"):
        record.labels += 1
        for name in env.vocabulary.label(info["label"]):
            record.first.setdefault(name, record.steps)
            record.held[name] = record.held.get(name, 0) + 1


def _finite(space: gym.Space[Any], observation: Any) -> bool:
    for path, leaf in leaves(space):
        value = observation
        for step in path:
            value = value[step]
        if isinstance(leaf, gym.spaces.Box) and not np.all(np.isfinite(np.asarray(value, dtype=np.float64))):
            return False
    return True


def _types(reward: Any, terminated: Any, truncated: Any, record: Play) -> None:
    if not isinstance(reward, (int, float, np.floating, np.integer)):
        record.wrong_types.add(f"the reward is a {type(reward).__name__}")
    for name, value in (("terminated", terminated), ("truncated", truncated)):
        if not isinstance(value, (bool, np.bool_)):
            record.wrong_types.add(f"{name} is a {type(value).__name__}")


def watch_labeller(env: gym.Env[Any, Any], observation: Any, info: dict[str, Any]) -> None:
    """Ask a labeller twice about one moment.

    Raises
    ------
    LabelError
        If the answers differ, or asking changed something.
    """
    if not isinstance(env, LabelledEnv):
        return
    before = snapshot(env.env, observation, info)
    again = env.observe(observation, info)
    changed = changes(before, snapshot(env.env, observation, info))
    if changed:
        raise LabelError(
            f"The labeller changes {', '.join(changed[:3])}. A labeller only looks: let it work on a copy, "
            "and draw no random numbers from the environment."
        )
    told = env.vocabulary.label(info["label"])
    if again != told:
        raise LabelError(
            f"Asked twice about the same moment, the labeller said {sorted(told)} and then {sorted(again)}. "
            "It may keep nothing between calls and draw no random numbers; a task's memory is its automaton."
        )
