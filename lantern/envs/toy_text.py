"""Tabular models of environments that list their transitions, as Gymnasium's toy-text set does in ``P``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gymnasium as gym
import numpy as np

from lantern.envs.limits import SAFETY_LIMIT

if TYPE_CHECKING:
    from lantern.envs.tabular import TabularModel

# Wrappers that change neither dynamics nor observations; anything else makes ``P`` untrue.
_NEUTRAL = (
    gym.wrappers.OrderEnforcing,
    gym.wrappers.PassiveEnvChecker,
    gym.wrappers.RecordEpisodeStatistics,
)


def enumerate_transitions(env: gym.Env[Any, Any], label: Callable[[int], int]) -> TabularModel | None:
    """Make a tabular model of an environment with a transition list ``P[state][action]``.

    Parameters
    ----------
    env : gymnasium.Env
        An environment whose innermost layer has ``P``, lists of (probability, next state, reward,
        terminated), and ``initial_state_distrib``, uniform over the start states.
    label : callable
        Bit mask of the propositions that hold in a state.

    Returns
    -------
    TabularModel or None
        None where there is no such list, or a wrapper changes what the list says.
    """
    from lantern.envs.tabular import TabularModel

    limit = _time_limit(env)
    base: Any = env.unwrapped
    starts = _starts(base)
    if limit is None or starts is None:
        return None
    n_states, n_actions = len(base.P), len(base.P[0])
    branches = max(len(row) for actions in base.P.values() for row in actions.values())
    next_state = np.zeros((n_states, n_actions, branches), dtype=np.int32)
    chance = np.zeros(next_state.shape)
    reward = np.zeros(next_state.shape)
    terminated = np.zeros(next_state.shape, dtype=np.bool_)
    for state, actions in base.P.items():
        for action, row in actions.items():
            for branch in range(branches):
                # Padding repeats the last branch with probability 0, so that every entry is a real one.
                p, target, gain, ends = row[min(branch, len(row) - 1)]
                chance[state, action, branch] = p if branch < len(row) else 0.0
                next_state[state, action, branch] = target
                reward[state, action, branch] = gain
                terminated[state, action, branch] = ends
    masks, of_state = np.unique([label(state) for state in range(n_states)], return_inverse=True)
    cumulative = np.cumsum(chance, axis=2)
    return TabularModel(
        next_state=next_state,
        cumulative=cumulative / cumulative[..., -1:],
        label=of_state[next_state].astype(np.int32),
        terminated=terminated,
        masks=masks.astype(np.int64),
        initial=starts,
        initial_label=of_state[starts].astype(np.int32),
        observation=np.arange(n_states, dtype=np.int32),
        n_observations=n_states,
        max_steps=limit,
        n_actions=n_actions,
        reward=reward,
    )


def _time_limit(env: gym.Env[Any, Any]) -> int | None:
    """Steps after which the wrappers truncate; None where a wrapper may change the dynamics."""
    limit = SAFETY_LIMIT
    layer: Any = env
    while isinstance(layer, gym.Wrapper):
        if isinstance(layer, gym.wrappers.TimeLimit):
            limit = min(limit, int(layer._max_episode_steps))
        elif not isinstance(layer, _NEUTRAL):
            return None
        layer = layer.env
    return limit


def _starts(base: Any) -> Any:
    """Start states where they are uniform (as a tabular model has them), else None."""
    chances = getattr(base, "initial_state_distrib", None)
    if chances is None or not isinstance(getattr(base, "P", None), dict):
        return None
    starts = np.flatnonzero(chances).astype(np.int32)
    return starts if np.allclose(np.asarray(chances)[starts], 1.0 / starts.size) else None
