"""Finite environments as arrays: what tabular learners run on."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lantern.errors import LanternError

# Wrappers that leave the dynamics, the observations and the rewards as they are.
_TRANSPARENT = frozenset({"OrderEnforcing", "PassiveEnvChecker", "RecordEpisodeStatistics", "HumanRendering"})


@dataclass(frozen=True)
class TabularModel:
    """A finite labelled environment, enumerated.

    A transition from state ``s`` under action ``a`` draws ``x`` uniformly from [0, 1) and takes the first
    branch ``b`` with ``x < cumulative[s, a, b]``. States may hold what the agent cannot see (the last event,
    an inventory): learners index their tables by ``observation[s]``, never by ``s``.

    Parameters
    ----------
    next_state : int32 array, shape (S, A, B)
        State that each branch leads to.
    cumulative : float64 array, shape (S, A, B)
        Cumulative probability of the branches; the last one is 1. ``B`` is 1 where all is deterministic.
    label : int32 array, shape (S, A, B)
        Label of the branch, as an index into `masks`.
    terminated : bool array, shape (S, A, B)
        Whether the environment itself ends here.
    masks : int64 array, shape (L,)
        The distinct labels, as bit masks over the vocabulary of the environment.
    initial : int32 array, shape (K,)
        Start states, drawn uniformly.
    initial_label : int32 array, shape (K,)
        Label of each start state, as an index into `masks`.
    observation : int32 array, shape (S,)
        Index of what the agent observes in each state, in [0, `n_observations`).
    n_observations : int
        Number of different observations.
    max_steps : int
        Time limit in steps. Reaching it truncates the episode: it does not mean that the task failed.
    n_actions : int
        Number of actions, A.
    reward : float64 array, shape (S, A, B), optional
        The environment's own reward (not the task's); zero where it is not given.

    Raises
    ------
    LanternError
        If shapes, types or ranges do not fit together.
    """

    next_state: NDArray[np.int32]
    cumulative: NDArray[np.float64]
    label: NDArray[np.int32]
    terminated: NDArray[np.bool_]
    masks: NDArray[np.int64]
    initial: NDArray[np.int32]
    initial_label: NDArray[np.int32]
    observation: NDArray[np.int32]
    n_observations: int
    max_steps: int
    n_actions: int
    reward: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        self._fix_layout()
        shape = self.next_state.shape
        _require(len(shape) == 3 and shape[1] == self.n_actions, "next_state must be (S, n_actions, B)")
        for name in ("cumulative", "label", "terminated", "reward"):
            array = getattr(self, name)
            _require(array is None or array.shape == shape, f"{name} must be shaped as next_state, {shape}")
        _require(self.observation.shape == shape[:1], "observation must have shape (S,)")
        _require(self.initial.size > 0, "there must be a start state")
        _require(self.initial.shape == self.initial_label.shape, "initial_label must match initial")
        _require(self.max_steps > 0, "max_steps must be positive")
        for name, bound in (
            ("next_state", self.n_states),
            ("initial", self.n_states),
            ("label", self.masks.size),
            ("initial_label", self.masks.size),
            ("observation", self.n_observations),
        ):
            array = getattr(self, name)
            _require(bool(((array >= 0) & (array < bound)).all()), f"{name} must lie in [0, {bound})")
        _require(bool(np.allclose(self.cumulative[..., -1], 1.0)), "the last cumulative value must be 1")

    def _fix_layout(self) -> None:
        """Make arrays C-contiguous and of their documented types: one signature for compiled code."""
        types = {"cumulative": np.float64, "reward": np.float64, "terminated": np.bool_, "masks": np.int64}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                fixed: NDArray[Any] = np.ascontiguousarray(value, dtype=types.get(field.name, np.int32))
                object.__setattr__(self, field.name, fixed)

    @property
    def n_states(self) -> int:
        """Number of states, S."""
        return int(self.next_state.shape[0])

    @property
    def deterministic(self) -> bool:
        """Whether every action has one outcome."""
        return int(self.next_state.shape[2]) == 1


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise LanternError(f"This tabular model does not fit together: {message}.")


def tabular_model(env: Any) -> TabularModel | None:
    """Find the tabular model of an environment, looking through wrappers that change nothing.

    Parameters
    ----------
    env : gymnasium.Env
        Any environment. Whoever offers a method ``tabular()`` is asked, from the outside in.

    Returns
    -------
    TabularModel or None
        None where the environment is not finite, or where a wrapper may change what the model says.
    """
    limits: list[int] = []
    while env is not None:
        if callable(getattr(type(env), "tabular", None)):
            model: TabularModel | None = env.tabular()
            return _limited(model, limits)
        name = type(env).__name__
        if name == "TimeLimit":
            limits.append(int(env._max_episode_steps))
        elif name not in _TRANSPARENT:
            return None
        env = getattr(env, "env", None)
    return None


def _limited(model: TabularModel | None, limits: list[int]) -> TabularModel | None:
    """Apply the tightest time limit found on the way in."""
    if model is None or not limits or min(limits) >= model.max_steps:
        return model
    values = {field.name: getattr(model, field.name) for field in fields(model)}
    return TabularModel(**{**values, "max_steps": min(limits)})
