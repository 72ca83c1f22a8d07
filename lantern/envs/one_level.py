"""One level of MiniGrid as a finite environment: all its states are found by trying every action.

What the agent observes is the number of the state, so tabular agents learn in it; which level it is follows
from a seed. Levels whose objects move by chance are refused.
"""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, SupportsFloat

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from gymnasium.utils import RecordConstructorArgs
from numpy.typing import NDArray

from lantern.envs.catalogue import NOWHERE, Catalogue, digest
from lantern.errors import EnvError

if TYPE_CHECKING:
    from lantern.envs.tabular import TabularModel

#: More states than this are no longer tried one by one.
MOST_STATES = 20_000


class OneLevel(gym.Wrapper[Any, Any, Any, Any], RecordConstructorArgs):
    """The level that a seed gives, the same in every episode, with the number of its state as observation.

    Parameters
    ----------
    env : gymnasium.Env
        A MiniGrid level that its actions alone change.
    seed : int
        Which level.
    actions : list of str
        The actions to choose from, by MiniGrid's names. Fewer of them make fewer states: whatever may be
        dropped anywhere is a state everywhere.

    Raises
    ------
    EnvError
        If it is no MiniGrid level, an action has no such name, the same action leads to different states, or
        there are more than 20,000 states.
    """

    def __init__(
        self,
        env: gym.Env[Any, Any],
        seed: int = 0,
        actions: tuple[str, ...] = ("left", "right", "forward", "pickup", "toggle"),
    ) -> None:
        RecordConstructorArgs.__init__(self, _disable_deepcopy=True, seed=seed, actions=tuple(actions))
        super().__init__(env)
        self.level_seed = seed
        self.actions = tuple(actions)
        self._codes = _action_codes(env, self.actions)
        self.action_space = spaces.Discrete(len(self.actions))
        self.level = _explored(env, seed, self._codes)
        self.observation_space = spaces.Discrete(len(self.level.states))

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Begin the level anew, whatever the seed."""
        self.action_space.seed(seed)
        _, info = self.env.reset(seed=self.level_seed, options=options)
        if seed is not None:  # the level draws nothing any more; whoever looks finds what was asked for
            self.env.unwrapped.np_random = np.random.default_rng(seed)
        return self._number(), info

    def step(self, action: Any) -> tuple[int, SupportsFloat, bool, bool, dict[str, Any]]:
        """Do one of `actions`."""
        _, reward, terminated, truncated, info = self.env.step(self._codes[int(action)])
        return self._number(), reward, terminated, truncated, info

    def _number(self) -> int:
        return self.level.numbers[state_of(self.env)]

    def labelled_model(self, label: Callable[[int, Any], int]) -> TabularModel:
        """Make a tabular model of the level.

        Parameters
        ----------
        label : callable
            Bit mask of the propositions that hold, from the number of a state and the level in it.
        """
        from lantern.envs.tabular import TabularModel

        level = self.level
        found = [label(number, state) for number, state in enumerate(level.states)]
        masks, of_state = np.unique(found, return_inverse=True)
        following = level.following[:, :, None]
        return TabularModel(
            next_state=following,
            cumulative=np.ones(following.shape),
            label=of_state[following].astype(np.int32),
            terminated=level.terminated[:, :, None],
            masks=masks.astype(np.int64),
            initial=np.zeros(1, np.int32),
            initial_label=of_state[:1].astype(np.int32),
            observation=np.arange(len(found), dtype=np.int32),
            n_observations=len(found),
            max_steps=int(self.env.unwrapped.max_steps),  # type: ignore[attr-defined]
            n_actions=len(self.actions),
            reward=level.reward[:, :, None],
        )

    def catalogue(self, model: TabularModel, propositions: int) -> Catalogue:
        """Say what each state is: place, direction, and how far ahead and to the right things can come true.

        Parameters
        ----------
        model : TabularModel
            The level's, as `labelled_model` gives it.
        propositions : int
            How many there are.
        """
        poses = np.array([[*_place(state), int(state.agent_dir)] for state in self.level.states])
        column, row, direction = poses.T
        content = np.column_stack([row, column, direction, np.arange(len(poses))]).astype(np.int32)
        ahead = poses[:, :2] + _HEADINGS[direction]
        offset = np.full((len(poses), propositions, 2), NOWHERE, np.int32)
        mask = model.masks[model.label[:, :, 0]]
        for p in range(propositions):
            where = _nearest_source(self.level, (mask >> p) & 1 == 1)
            seen = where >= 0
            away = ahead[where[seen]] - poses[seen, :2]
            facing = _HEADINGS[direction[seen]]
            right = np.column_stack([-facing[:, 1], facing[:, 0]])
            offset[seen, p, 0] = (away * facing).sum(axis=1)
            offset[seen, p, 1] = (away * right).sum(axis=1)
        place = digest(model.next_state, model.terminated, mask)
        return Catalogue("level: ahead and right", place, self.actions, content, offset)


#: Column and row that lie ahead, for MiniGrid's directions right, down, left, up.
_HEADINGS = np.array([(1, 0), (0, 1), (-1, 0), (0, -1)])


@dataclass(frozen=True)
class _Level:
    """States found, and where each action leads; S states, A actions."""

    states: tuple[Any, ...]
    numbers: dict[Any, int]
    following: NDArray[np.int32]
    terminated: NDArray[np.bool_]
    reward: NDArray[np.float64]


def state_of(env: gym.Env[Any, Any]) -> tuple[Any, ...]:
    """All that tells two states of a MiniGrid level apart, time aside."""
    level: Any = env.unwrapped
    carried = None if level.carrying is None else level.carrying.encode()
    return (level.grid.encode().tobytes(), *_place(level), int(level.agent_dir), carried)


def _place(level: Any) -> tuple[int, int]:
    """Column and row of the agent."""
    return int(level.agent_pos[0]), int(level.agent_pos[1])


def _action_codes(env: gym.Env[Any, Any], names: tuple[str, ...]) -> list[int]:
    """Numbers of MiniGrid's actions of these names."""
    level: Any = env.unwrapped
    known = getattr(level, "actions", None)
    if known is None or not hasattr(level, "grid") or not hasattr(level, "agent_dir"):
        raise EnvError(f"OneLevel is for levels of MiniGrid, not for {type(level).__name__}. Leave it out.")
    wrong = [name for name in names if name not in known.__members__]
    if wrong or not names:
        raise EnvError(
            f"OneLevel has no action {wrong[0]!r}." if wrong else "OneLevel needs actions to choose from."
        )
    return [int(known[name]) for name in names]


def _explored(env: gym.Env[Any, Any], seed: int, codes: list[int]) -> _Level:
    """Find all states of a level; the same level is searched once in a process."""
    spec = env.unwrapped.spec
    # A level that is watched would show every action that is tried.
    settings = {} if spec is None else {k: v for k, v in spec.kwargs.items() if k != "render_mode"}
    if spec is not None and _is_plain(settings):
        return _explore_once(spec.id, json.dumps(settings, sort_keys=True), seed, tuple(codes))
    level = copy.deepcopy(env.unwrapped)
    level.render_mode = None
    return _explore(level, seed, codes)


def _is_plain(settings: dict[str, Any]) -> bool:
    """Whether JSON gives settings back as they are."""
    try:
        return bool(json.loads(json.dumps(settings)) == settings)
    except TypeError:
        return False


@functools.lru_cache(maxsize=32)
def _explore_once(name: str, settings: str, seed: int, codes: tuple[int, ...]) -> _Level:
    return _explore(gym.make(name, **json.loads(settings)).unwrapped, seed, list(codes))


def _explore(level: Any, seed: int, codes: list[int]) -> _Level:
    """Try every action in every state, nearest states first."""
    level.reset(seed=seed)
    states, numbers, ended = [level], {state_of(level): 0}, [False]
    following, terminated, reward = [], [], []
    for number, state in _growing(states):
        row = [_outcome(state, code) for code in codes] if not ended[number] else []
        for (after, _, ends), code in zip(row, codes, strict=False):
            if state_of(after) not in numbers:
                if len(states) == MOST_STATES:
                    raise EnvError(
                        f"The level has more than {MOST_STATES:,} states. Give OneLevel fewer actions "
                        "(without 'drop', things stay where they are), a smaller level, or use a deep agent."
                    )
                numbers[state_of(after)] = len(states)
                states.append(after)
                ended.append(ends)
            if number < 20 and state_of(_outcome(state, code, other_dice=True)[0]) != state_of(after):
                raise EnvError("OneLevel needs a level that its actions alone change. Use a deep agent.")
        following.append([numbers[state_of(after)] for after, _, _ in row] or [number] * len(codes))
        reward.append([gain for _, gain, _ in row] or [0.0] * len(codes))
        terminated.append([ends for _, _, ends in row] or [True] * len(codes))
    return _Level(
        tuple(states),
        numbers,
        np.array(following, np.int32),
        np.array(terminated, np.bool_),
        np.array(reward, np.float64),
    )


def _growing(states: list[Any]) -> Iterator[tuple[int, Any]]:
    """Iterate over a list that grows meanwhile."""
    number = 0
    while number < len(states):
        yield number, states[number]
        number += 1


def _outcome(state: Any, code: int, *, other_dice: bool = False) -> tuple[Any, float, bool]:
    """The level after an action, its reward as if it were the first step, and whether it ended."""
    after = copy.deepcopy(state)
    if other_dice:
        after.np_random = np.random.default_rng(1)
    after.step_count = 0
    _, reward, terminated, _, _ = after.step(code)
    return after, float(reward), bool(terminated)


def _nearest_source(level: _Level, holds: NDArray[np.bool_]) -> NDArray[np.int64]:
    """For each state, the state from which something comes true soonest; -1 where it cannot.

    Parameters
    ----------
    level : _Level
        The level.
    holds : bool array, shape (S, A)
        Whether it holds after an action.
    """
    held = np.zeros(len(level.states), np.bool_)
    held[level.following[holds]] = True
    came = holds & ~held[:, None]
    source = np.where(came.any(axis=1), np.arange(len(held)), -1).astype(np.int64)
    goes_on = ~level.terminated
    while True:
        ahead = np.where(goes_on, source[level.following], -1)
        found = ahead.max(axis=1)
        fresh = (source < 0) & (found >= 0)
        if not fresh.any():
            return source
        source[fresh] = found[fresh]
