"""The vector form of the task product: many environments, one task.

`make_vec` runs copies of an environment side by side, in any of Gymnasium's auto-reset modes.
`VectorTaskEnv` is for environments that are vectorised themselves: one automaton for all of them, arrays
throughout.

The default mode is SAME_STEP: when an episode ends, ``step`` already returns the first observation of the
next one, and what the last one ended with is in ``infos["final_obs"]`` and ``infos["final_info"]``. So every
step is one transition, and none is thrown away.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from gymnasium.vector import AsyncVectorEnv, AutoresetMode, SyncVectorEnv, VectorEnv, VectorWrapper
from gymnasium.vector.utils import batch_space

from lantern.content import find, load_yaml, nearest
from lantern.envs.limits import SAFETY_LIMIT, has_time_limit
from lantern.envs.spaces import ActionCodec, ObservationCodec
from lantern.envs.task_env import (
    STATE,
    End,
    TaskEnv,
    check_end,
    check_propositions,
    vocabulary_of,
)
from lantern.envs.vector_labelling import VectorStep
from lantern.envs.verify import require_inside
from lantern.errors import EnvError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lantern.logic import DFA, Vocabulary

# Vocabularies up to this size get the whole table of transitions (4,096 columns); larger ones are looked up.
_TABLED_PROPOSITIONS = 12


class VectorTaskEnv(VectorEnv[Any, Any, Any]):
    """The product of a labelled vector environment and a task automaton.

    Parameters
    ----------
    envs : gymnasium.vector.VectorEnv
        Labelled environments in auto-reset mode DISABLED: their ``infos["label"]`` is an int64 array of bit
        masks, and they take ``reset(options={"reset_mask": ...})``, as SyncVectorEnv and AsyncVectorEnv do.
    dfa : DFA
        The task.
    vocabulary : Vocabulary, optional
        Propositions of the environments; found on them by default.
    end, max_episode_steps, reward_accept, reward_fail, reward_step, reward_env
        As in `lantern.envs.TaskEnv`.
    autoreset : {"same_step", "disabled"}
        Whether an ended episode is followed by the next one in the same step, or by your own reset with
        ``options={"reset_mask": ...}``. A vectorised environment steps as a whole, so an ended one cannot
        sit out a step as NEXT_STEP wants; `make_vec` has that mode.

    Raises
    ------
    EnvError
        If the environments reset themselves, or are not labelled.
    LabelError
        If the task names a proposition that the environments do not have.
    """

    def __init__(
        self,
        envs: VectorEnv[Any, Any, Any],
        dfa: DFA,
        *,
        vocabulary: Vocabulary | None = None,
        end: End = "auto",
        max_episode_steps: int | None = None,
        reward_accept: float = 1.0,
        reward_fail: float = 0.0,
        reward_step: float = 0.0,
        reward_env: float = 0.0,
        autoreset: str = "same_step",
    ) -> None:
        if envs.metadata.get("autoreset_mode") is not AutoresetMode.DISABLED:
            raise EnvError(
                "VectorTaskEnv resets the environments itself, since the task ends episodes too. Build the "
                "vector environment with autoreset_mode=AutoresetMode.DISABLED, or use lantern.envs.make_vec."
            )
        self.envs, self.num_envs = envs, envs.num_envs
        self.dfa = dfa
        self.vocabulary = vocabulary or _shared_vocabulary(envs)
        check_propositions(dfa, self.vocabulary)
        self.end = check_end(end)
        self.autoreset_mode = _own_mode(autoreset)
        self.metadata = {**envs.metadata, "autoreset_mode": self.autoreset_mode}
        self.render_mode = envs.render_mode
        self._limit = max_episode_steps or (None if _has_limit(envs) else SAFETY_LIMIT)
        self._guarding = max_episode_steps is None
        self._rewards = (float(reward_accept), float(reward_fail), float(reward_step))
        self.reward_env = float(reward_env)
        self._set_spaces()
        self._table = _Table(dfa, self.vocabulary)
        self._accepting = np.asarray(dfa.accepting, dtype=np.bool_)
        self._dead = ~np.asarray(dfa.live, dtype=np.bool_)
        self._settled = np.asarray(dfa.settled, dtype=np.bool_)
        self._state, self._steps = (np.zeros(self.num_envs, dtype=np.int64) for _ in range(2))
        self._until_end, self._ended = (np.zeros(self.num_envs, dtype=np.bool_) for _ in range(2))

    def _set_spaces(self) -> None:
        self._codec = ObservationCodec(self.envs.single_observation_space, self.num_envs)
        actions = ActionCodec(self.envs.single_action_space, self.num_envs)
        self._decode = actions.decode
        self.single_observation_space = spaces.Dict(
            {**self._codec.space, STATE: spaces.Discrete(self.dfa.n_states)}
        )
        self.single_action_space = actions.space
        self.observation_space = batch_space(self.single_observation_space, self.num_envs)
        self.action_space = batch_space(self.single_action_space, self.num_envs)

    def reset(
        self, *, seed: Any = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Reset all environments, or those of ``options["reset_mask"]``."""
        chosen = (options or {}).get("reset_mask")
        everyone = np.ones(self.num_envs, dtype=np.bool_)
        # The environments below take the mask out of the dict they are given, so they get a copy.
        observation, infos = self.envs.reset(seed=seed, options=dict(options) if options else None)
        self._verify(observation)
        self._begin(everyone if chosen is None else chosen, infos)
        return self._encode(observation), infos

    def step(self, actions: Any) -> VectorStep:
        """Step every environment; what follows an episode is for the auto-reset mode to say."""
        if self._ended.any():
            raise EnvError(
                "Some episodes have ended. Reset them first: reset(options={'reset_mask': ended}), or use "
                "autoreset='same_step'."
            )
        observation, reward, terminated, truncated, infos = self._step_all(actions)
        ended = terminated | truncated
        if ended.any():
            if self.autoreset_mode is AutoresetMode.SAME_STEP:
                return self._restart(observation, reward, terminated, truncated, infos)
            self._ended = ended
        return self._encode(observation), reward, terminated, truncated, infos

    def close_extras(self, **kwargs: Any) -> None:
        """Close the environments below."""
        self.envs.close(**kwargs)

    def render(self) -> Any:
        """Render the environments below."""
        return self.envs.render()

    def _begin(self, chosen: NDArray[np.bool_], infos: dict[str, Any]) -> None:
        """Start the automaton of the chosen environments with their first label."""
        states = self._table(np.full(self.num_envs, self.dfa.initial), infos["label"])
        self._state = np.where(chosen, states, self._state)
        self._steps[chosen] = 0
        self._ended[chosen] = False
        waits = self._accepting[self._state] if self.end == "auto" else self.end == "episode"
        self._until_end = np.where(chosen, waits, self._until_end)
        infos[STATE] = self._state.copy()

    def _step_all(self, actions: Any) -> VectorStep:
        """Step environments and automata, and judge, with no reset."""
        if self._decode is not None:
            actions = self._decode(actions)
        observation, env_reward, terminated, truncated, infos = self.envs.step(actions)
        self._state = state = self._table(self._state, infos["label"])
        self._steps += 1
        accepting = self._accepting[state]
        truncated = self._cut(np.asarray(truncated))
        over = self._dead[state] | self._settled[state] | (accepting & ~self._until_end)
        terminated = np.asarray(terminated) | over
        ended = terminated | truncated
        accept, fail, every = self._rewards
        reward = every + accept * (ended & accepting) + fail * (terminated & ~accepting)
        if self.reward_env:
            reward = reward + self.reward_env * np.asarray(env_reward)
        infos["success"] = accepting & ended
        infos["_success"] = ended
        infos["env_reward"] = np.array(env_reward)
        infos[STATE] = state.copy()
        return observation, reward, terminated, truncated, infos

    def _cut(self, truncated: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Apply the time limit of the task."""
        late = self._steps >= self._limit if self._limit is not None else np.zeros_like(truncated)
        if self._guarding and late.any():
            warnings.warn(
                f"{self.envs} did not end within {SAFETY_LIMIT} steps and shows no time limit, so episodes "
                "were cut. Give VectorTaskEnv max_episode_steps.",
                stacklevel=4,
            )
        return truncated | late

    def _restart(
        self,
        observation: Any,
        reward: NDArray[np.float64],
        terminated: NDArray[np.bool_],
        truncated: NDArray[np.bool_],
        infos: dict[str, Any],
    ) -> VectorStep:
        """SAME_STEP: keep how the ended episodes ended, and begin the next ones."""
        ended = terminated | truncated
        last = self._encode(observation)
        label = infos["label"].copy()
        first, begun = self.envs.reset(options={"reset_mask": ended.copy()})
        self._begin(ended, begun)
        final = np.full(self.num_envs, None, dtype=object)
        for index in np.flatnonzero(ended):
            final[index] = {key: value[index] for key, value in last.items()}
        label[ended] = begun["label"][ended]
        merged = {**infos, "label": label, STATE: self._state.copy()}
        merged |= {"final_obs": final, "_final_obs": ended, "final_info": infos, "_final_info": ended}
        return self._encode(first), reward, terminated, truncated, merged

    def _encode(self, observation: Any) -> dict[str, Any]:
        try:
            encoded = self._codec.encode(observation)
        except (LookupError, TypeError, ValueError):
            self._verify(observation)
            raise
        encoded[STATE] = self._state.copy()
        return encoded

    def _verify(self, observation: Any) -> None:
        require_inside(str(self.envs), self.envs.single_observation_space, observation, self.num_envs)


def make_vec(
    env: str | Path | Callable[[], gym.Env[Any, Any]],
    dfa: DFA,
    num_envs: int,
    *,
    autoreset: str = "same_step",
    asynchronous: bool = False,
    **task: Any,
) -> VectorEnv[Any, Any, Any]:
    """Run copies of an environment side by side, each with its task.

    A grid world or a plant given by its file runs in its native vector form, which does what copies of a
    `TaskEnv` would do, thousands at a time; any other environment runs as single ones.

    Parameters
    ----------
    env : str, Path or callable
        Name or file of an environment, or a function that makes a labelled one.
    dfa : DFA
        The task.
    num_envs : int
        How many.
    autoreset : {"same_step", "next_step", "disabled"}
        Gymnasium's auto-reset mode.
    asynchronous : bool
        One process for each environment: worth it only where a step takes milliseconds.
    **task
        Passed on to `TaskEnv`.
    """
    mode = autoreset_mode(autoreset)
    native = _kind_of(env) if isinstance(env, (str, Path)) and not asynchronous else ""
    if native == "grid":
        from lantern.envs.grid.vector import GridVectorEnv

        return GridVectorEnv(env, num_envs, dfa, autoreset=autoreset, **task)  # type: ignore[arg-type]
    if native == "emission_control" and mode is not AutoresetMode.NEXT_STEP:
        from lantern.envs.incinerator.files import load_vector

        plants = load_vector(env, num_envs, autoreset="disabled")  # type: ignore[arg-type]
        return VectorTaskEnv(plants, dfa, autoreset=autoreset, **task)
    makers = [partial(_make_task_env, env, dfa, task) for _ in range(num_envs)]
    if asynchronous:
        return AsyncVectorEnv(makers, autoreset_mode=mode)
    return SyncVectorEnv(makers, autoreset_mode=mode)


def _kind_of(env: str | Path) -> str:
    data, _ = load_yaml(find("envs", env))
    return str(data.get("kind")) if isinstance(data, Mapping) else ""


def _make_task_env(
    env: str | Path | Callable[[], gym.Env[Any, Any]], dfa: DFA, task: dict[str, Any]
) -> TaskEnv:
    from lantern.envs.loader import make_env

    return TaskEnv(make_env(env) if isinstance(env, (str, Path)) else env(), dfa, **task)


class _Table:
    """Transitions of an automaton for arrays of states and of label masks."""

    def __init__(self, dfa: DFA, vocabulary: Vocabulary) -> None:
        self._dfa, self._names = dfa, tuple(vocabulary.names)
        self._full: NDArray[np.int32] | None = None
        if len(self._names) <= _TABLED_PROPOSITIONS:
            every = np.arange(1 << len(self._names), dtype=np.int64)
            self._full = np.asarray(dfa.delta(every, self._names))
        self._columns: dict[int, NDArray[np.int32]] = {}

    def __call__(self, state: NDArray[np.int64], masks: Any) -> NDArray[np.int64]:
        """Next states, int64 (N,)."""
        if self._full is not None:
            following: NDArray[np.int64] = self._full[state, masks].astype(np.int64)
            return following
        distinct, which = np.unique(masks, return_inverse=True)
        table = np.stack([self._column(int(mask)) for mask in distinct], axis=1)
        return table[state, which].astype(np.int64)

    def _column(self, mask: int) -> NDArray[np.int32]:
        if mask not in self._columns:
            one = np.array([mask], dtype=np.int64)
            self._columns[mask] = np.asarray(self._dfa.delta(one, self._names))[:, 0]
        return self._columns[mask]


def autoreset_mode(autoreset: str) -> AutoresetMode:
    """Gymnasium's auto-reset mode of a name."""
    modes = {mode.name.lower(): mode for mode in AutoresetMode}
    if autoreset not in modes:
        raise EnvError(f"autoreset={autoreset!r} is not known. {nearest(autoreset, modes)}")
    return modes[autoreset]


def _has_limit(envs: Any) -> bool:
    """Whether a vector environment, or the first environment in it, has a time limit that can be seen."""
    inner = envs
    while isinstance(inner, VectorWrapper):
        inner = inner.env
    members = getattr(inner, "envs", None)
    return has_time_limit(members[0] if members else inner)


def _own_mode(autoreset: str) -> AutoresetMode:
    """Mode of a vector task, which cannot hold back one environment for a step."""
    mode = autoreset_mode(autoreset)
    if mode is AutoresetMode.NEXT_STEP:
        raise EnvError(
            "VectorTaskEnv cannot hold back one environment for a step, as autoreset='next_step' wants. "
            "Use 'same_step' or 'disabled', or make_vec, which has all three."
        )
    return mode


def _shared_vocabulary(envs: Any) -> Vocabulary:
    """Vocabulary of a vector environment: its own, or that of the first environment in it."""
    if isinstance(envs, (SyncVectorEnv, AsyncVectorEnv)):
        return envs.get_attr("vocabulary")[0]  # type: ignore[no-any-return,unused-ignore]
    return vocabulary_of(envs)
