"""The product of a labelled environment and a task automaton.

The agent's observation says what it sees and how far the task is; its reward says whether the task is done.
The automaton reads the label of the reset observation first, then the label after each step.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from gymnasium.utils import RecordConstructorArgs

from lantern.content import nearest
from lantern.envs.limits import SAFETY_LIMIT, has_time_limit
from lantern.envs.spaces import ActionCodec, ObservationCodec
from lantern.envs.verify import require_inside
from lantern.errors import EnvError, LabelError

if TYPE_CHECKING:
    from lantern.envs.tabular import TabularModel
    from lantern.logic import DFA, Vocabulary

#: When an episode ends, besides when the environment ends it; see `TaskEnv`.
End: TypeAlias = Literal["auto", "accept", "episode"]

#: Key of the automaton's state in the observation.
STATE = "dfa_state"

# How many observations at the beginning and the end of episodes are compared with the observation space.
_VERIFIED = 10


class TaskEnv(gym.Wrapper[Any, Any, Any, Any], RecordConstructorArgs):
    """A Gymnasium environment whose task is given by an automaton.

    Parameters
    ----------
    env : gymnasium.Env
        A labelled environment: one with ``vocabulary`` and ``info["label"]``.
    dfa : DFA
        The task.
    end : {"auto", "accept", "episode"}
        "accept": the episode ends when the automaton accepts. "episode": it goes on until the environment
        ends it, and success is judged there. "auto": "accept", except where the automaton accepts already
        after the reset label (maintenance tasks such as ``G safe``), which are judged at the end. In each
        case the episode also ends when the outcome is settled: acceptance impossible, or certain.
    max_episode_steps : int, optional
        Truncate after so many steps. By default the environment's own limit holds; where it has none that
        can be seen, `SAFETY_LIMIT` cuts an endless episode, with a warning.
    reward_accept, reward_fail, reward_step : float
        Reward of the step that ends the episode with success, of the one that makes success impossible (or
        ends the episode without it by termination), and of every step on top of these.
    reward_env : float
        Weight of the environment's own reward in every step: 0 leaves it out; where it is a cost, a small
        weight makes the task cheap as well as done.

    Attributes
    ----------
    dfa : DFA
        The task.
    vocabulary : Vocabulary
        Propositions of the environment.
    observation_space : gymnasium.spaces.Dict
        ``observation`` (or ``observation/<part>`` for Dict and Tuple spaces) as vectors, images and counts,
        and ``dfa_state``, Discrete: usable by Stable-Baselines3's MultiInputPolicy as it is.

    Notes
    -----
    ``info`` carries ``dfa_state`` (int), ``label`` (int bit mask), ``env_reward`` (the environment's own)
    and, at the end of an episode, ``success`` (bool). The end by a time limit is a truncation, also for a
    maintenance task, which is judged there.

    Raises
    ------
    EnvError
        If the environment is not labelled, or has a space without a fixed size. While running: if its
        observations break its own observation space.
    LabelError
        If the task names a proposition that the environment does not have.
    """

    def __init__(
        self,
        env: gym.Env[Any, Any],
        dfa: DFA,
        *,
        end: End = "auto",
        max_episode_steps: int | None = None,
        reward_accept: float = 1.0,
        reward_fail: float = 0.0,
        reward_step: float = 0.0,
        reward_env: float = 0.0,
    ) -> None:
        given: dict[str, Any] = {"end": end, "max_episode_steps": max_episode_steps}
        given |= {"reward_accept": reward_accept, "reward_fail": reward_fail, "reward_step": reward_step}
        given["reward_env"] = reward_env
        RecordConstructorArgs.__init__(self, _disable_deepcopy=True, dfa=dfa, **given)
        super().__init__(env)
        self.dfa = dfa
        self.vocabulary = vocabulary_of(env)
        self.end = check_end(end)
        check_propositions(dfa, self.vocabulary)
        self._codec = ObservationCodec(env.observation_space)
        self._actions = ActionCodec(env.action_space)
        self._decode = self._actions.decode
        self._observation_space = spaces.Dict({**self._codec.space, STATE: spaces.Discrete(dfa.n_states)})
        self._action_space = self._actions.space
        self._rewards = (float(reward_accept), float(reward_fail), float(reward_step))
        self.reward_env = float(reward_env)
        self._limit = max_episode_steps or (None if has_time_limit(env) else SAFETY_LIMIT)
        self._guarding = max_episode_steps is None and self._limit is not None
        # One dict of mask -> next state for each state: filled as labels occur, so 2**n masks cost nothing.
        self._next: list[dict[int, int]] = [{} for _ in range(dfa.n_states)]
        self._accepting = [bool(x) for x in dfa.accepting]
        self._live = [bool(x) for x in dfa.live]
        self._settled = [bool(x) for x in dfa.settled]
        self._unverified = _VERIFIED
        self._state = -1
        self._steps = 0
        self._until_end = False

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Reset the environment and the automaton, which reads the first label."""
        observation, info = self.env.reset(seed=seed, options=options)
        state = self._advance(int(self.dfa.initial), info["label"])
        self._state, self._steps = state, 0
        self._until_end = self.end == "episode" or (self.end == "auto" and self._accepting[state])
        if not self._live[state]:
            self._warn_dead_start(info["label"])
        info[STATE] = state
        if self._unverified:
            self._verify(observation)
        return self._encode(observation), info

    def step(self, action: Any) -> tuple[dict[str, Any], float, bool, bool, dict[str, Any]]:
        """Step the environment, advance the automaton, and judge."""
        if self._decode is not None:
            action = self._decode(action)
        observation, env_reward, terminated, truncated, info = self.env.step(action)
        mask = info["label"]
        state = self._next[self._state].get(mask, -1)
        if state < 0:
            state = self._advance(self._state, mask)
        self._state = state
        self._steps += 1
        if self._limit is not None and self._steps >= self._limit:
            truncated = self._truncate(terminated, truncated)
        accept, fail, reward = self._rewards
        if not self._live[state] or self._settled[state] or (self._accepting[state] and not self._until_end):
            terminated = True
        if terminated or truncated:
            if self._unverified:
                self._verify(observation)
            success = self._accepting[state]
            info["success"] = success
            if success:
                reward += accept
            elif terminated:
                reward += fail
        if self.reward_env:
            reward += self.reward_env * float(env_reward)
        info["env_reward"] = env_reward
        info[STATE] = state
        return self._encode(observation), reward, bool(terminated), bool(truncated), info

    def tabular(self) -> TabularModel | None:
        """Tabular model of the environment below (without the automaton), None where it is not finite."""
        from dataclasses import replace

        from lantern.envs.tabular import tabular_model

        model = tabular_model(self.env)
        if model is None or self._limit is None or self._guarding or self._limit >= model.max_steps:
            return model
        return replace(model, max_steps=self._limit)

    def _encode(self, observation: Any) -> dict[str, Any]:
        try:
            encoded = self._codec.encode(observation)
        except (LookupError, TypeError, ValueError):
            require_inside(name_of(self.env), self.env.observation_space, observation)
            raise
        encoded[STATE] = self._state
        return encoded

    def _verify(self, observation: Any) -> None:
        """Compare the first observations, which takes some time, with the space they should be in."""
        self._unverified -= 1
        require_inside(name_of(self.env), self.env.observation_space, observation)

    def _advance(self, state: int, mask: int) -> int:
        """Next state of the automaton, remembered for every pair of state and label that occurs."""
        following = self._next[state].get(mask)
        if following is None:
            following = int(self.dfa.delta(np.array([mask], dtype=np.int64), self.vocabulary.names)[state, 0])
            self._next[state][mask] = following
        return following

    def _truncate(self, terminated: bool, truncated: bool) -> bool:
        if self._guarding and not (terminated or truncated):
            warnings.warn(
                f"{name_of(self.env)} did not end within {SAFETY_LIMIT} steps and has no time limit, so the "
                "episode was cut. Set time_limit in its env file, or max_episode_steps of TaskEnv.",
                stacklevel=3,
            )
        return True

    def _warn_dead_start(self, mask: int) -> None:
        names = ", ".join(sorted(self.vocabulary.label(mask))) or "nothing"
        warnings.warn(
            f"The task cannot be done any more from the start: the first label ({names}) rules it out. Where "
            "the task should only count what follows the reset, put X in front of its formula.",
            stacklevel=3,
        )


def check_end(end: str) -> End:
    """Refuse an unknown value of ``end``."""
    if end not in ("auto", "accept", "episode"):
        raise EnvError(f"end={end!r} is not known. {nearest(end, ('auto', 'accept', 'episode'))}")
    return end  # type: ignore[return-value]


def vocabulary_of(env: Any) -> Vocabulary:
    """Find the vocabulary of a labelled environment, through its wrappers.

    Raises
    ------
    EnvError
        If nothing labels the environment.
    """
    layer = env
    while layer is not None:
        vocabulary: Vocabulary | None = getattr(layer, "vocabulary", None)
        if vocabulary is not None:
            return vocabulary
        layer = getattr(layer, "env", None)
    raise EnvError(
        f"{name_of(env)} is not labelled: nothing says which propositions hold. Use lantern.make_env(NAME), "
        "or lantern.label(env, vocabulary, labeller)."
    )


def check_propositions(dfa: DFA, vocabulary: Vocabulary) -> None:
    """Refuse a task about something that the environment cannot observe."""
    for name in dfa.propositions:
        if name not in vocabulary:
            raise LabelError(
                f"The task speaks of {name!r}, which this environment does not observe. "
                f"{nearest(name, vocabulary.names)}"
            )


def name_of(env: Any) -> str:
    """Name of an environment for messages: its id, or its class."""
    spec = getattr(env, "spec", None)
    return str(spec.id) if spec is not None else type(getattr(env, "unwrapped", env)).__name__
