"""Many copies of a grid world and their task in one Gymnasium vector environment, compiled."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from lantern.envs.grid.batches import Bools, Ints, make_runner
from lantern.envs.grid.env import load_world
from lantern.envs.grid.observe import observation_space
from lantern.envs.grid.vector_kernel import Outcome, Task
from lantern.envs.grid.world import World
from lantern.envs.spaces import ObservationCodec
from lantern.envs.task_env import STATE, End, check_end, check_propositions
from lantern.envs.vector import autoreset_mode
from lantern.errors import EnvError

if TYPE_CHECKING:
    from lantern.logic import DFA

_WAITS = {"accept": 0, "auto": 1, "episode": 2}


class GridVectorEnv(VectorEnv[Any, Any, Any]):
    """N copies of a grid world, with or without a task.

    With a task the observations, rewards, ends and infos are those of `lantern.envs.TaskEnv`; without one
    they are those of the grid world. All between the actions and the arrays that come back is compiled.

    Parameters
    ----------
    world : World or str or Path
        A compiled world, or the name or path of its file.
    num_envs : int
        N.
    dfa : DFA, optional
        The task.
    end, max_episode_steps, reward_accept, reward_fail, reward_step, reward_env
        As in `lantern.envs.TaskEnv`.
    autoreset : {"same_step", "next_step", "disabled"}
        Gymnasium's auto-reset mode. With SAME_STEP, an ended episode is followed by the first observation of
        the next one in the same step, and ``infos["final_obs"]`` and ``infos["final_info"]`` have the last of
        the old one. With NEXT_STEP the next step of such an environment ignores its action and resets it.
        With DISABLED it has to be reset with ``options={"reset_mask": ...}``.

    Examples
    --------
    >>> import lantern
    >>> task = lantern.compile("F(key & F chest)")
    >>> envs = GridVectorEnv("dungeon_quest/student", 4096, task)
    >>> observations, infos = envs.reset(seed=0)
    >>> observations["dfa_state"].shape, infos["label"].dtype
    ((4096,), dtype('int64'))
    """

    def __init__(
        self,
        world: World | str | Path,
        num_envs: int = 1,
        dfa: DFA | None = None,
        *,
        end: End = "auto",
        max_episode_steps: int | None = None,
        reward_accept: float = 1.0,
        reward_fail: float = 0.0,
        reward_step: float = 0.0,
        reward_env: float = 0.0,
        autoreset: str = "same_step",
    ) -> None:
        self.world = world if isinstance(world, World) else load_world(world)
        self.vocabulary = self.world.vocabulary
        self.num_envs = num_envs
        self.dfa = dfa
        self.autoreset_mode = autoreset_mode(autoreset)
        self.metadata = {"render_modes": [], "autoreset_mode": self.autoreset_mode}
        self._set_spaces()
        self.end = check_end(end)
        self._waits = _WAITS[self.end]
        self._limit = min(max_episode_steps or self.world.file.limit, self.world.file.limit)
        self._rewards = (float(reward_accept), float(reward_fail), float(reward_step))
        self.reward_env = float(reward_env)
        self._runner = make_runner(self.world, num_envs, self._compile_task)
        self._last_observation: Ints = np.zeros(num_envs, dtype=np.int64)
        self._over = np.zeros(num_envs, dtype=np.bool_)
        self._nobody = np.zeros(num_envs, dtype=np.bool_)
        self._begun = False

    def _set_spaces(self) -> None:
        from gymnasium import spaces

        space = observation_space(self.world)
        self._codec = ObservationCodec(space, self.num_envs) if self.dfa is not None else None
        if self._codec is not None and self.dfa is not None:
            space = spaces.Dict({**self._codec.space, STATE: spaces.Discrete(self.dfa.n_states)})
        self.single_observation_space = space
        self.single_action_space = spaces.Discrete(len(self.world.file.actions))
        self.observation_space = batch_space(space, self.num_envs)
        self.action_space = batch_space(self.single_action_space, self.num_envs)

    def _compile_task(self, masks: Ints) -> Task:
        """The automaton over the labels that occur; without a task, one that never accepts and never ends."""
        if self.dfa is None:
            nothing = np.zeros(1, dtype=np.bool_)
            delta = np.zeros((1, masks.size), dtype=np.int32)
            return Task(delta, nothing, nothing.copy(), 0, self._limit, 2, 0.0, 0.0, 0.0, 1.0)
        check_propositions(self.dfa, self.vocabulary)
        delta = np.ascontiguousarray(self.dfa.delta(masks, self.vocabulary.names), dtype=np.int32)
        over = np.array(self.dfa.settled | ~self.dfa.live, dtype=np.bool_)
        accepting = np.array(self.dfa.accepting, dtype=np.bool_)
        first = int(self.dfa.initial)
        return Task(delta, accepting, over, first, self._limit, self._waits, *self._rewards, 0.0)

    def reset(
        self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Start new episodes in all environments, or in those of ``options["reset_mask"]``.

        Parameters
        ----------
        seed : int, optional
            Seed of the whole batch: all chance in it comes from one generator.
        options : dict, optional
            ``reset_mask``: bool array, shape (N,).
        """
        super().reset(seed=seed[0] if isinstance(seed, list) else seed)
        chosen = np.asarray((options or {}).get("reset_mask", np.ones(self.num_envs, dtype=np.bool_)))
        if chosen.shape != (self.num_envs,) or chosen.dtype != np.bool_:
            raise EnvError(f"reset_mask must be a bool array of shape ({self.num_envs},).")
        if not self._begun and not chosen.all():
            raise EnvError("Some environments have never been reset. Reset all of them first: reset().")
        label = np.zeros(self.num_envs, dtype=np.int64)
        self._runner.begin(chosen, self.np_random, self._last_observation, label)
        self._begun = True
        self._over = self._over & ~chosen
        return self._observe(self._last_observation), self._infos(label)

    def step(self, actions: Any) -> tuple[Any, Any, Bools, Bools, dict[str, Any]]:
        """Step every environment.

        Parameters
        ----------
        actions : int array, shape (N,)
            One action an environment.
        """
        actions = np.ascontiguousarray(actions, dtype=np.int64)
        self._check(actions)
        n = self.num_envs
        own, label = np.zeros(n), np.zeros(n, dtype=np.int64)
        out = Outcome(
            np.empty(n, np.int64), np.zeros(n), own, np.zeros(n, np.bool_), np.zeros(n, np.bool_), label,
            np.zeros(n, np.bool_),
        )  # fmt: skip
        held = self._over if self.autoreset_mode is AutoresetMode.NEXT_STEP else self._nobody
        some = self._runner.step(actions, held, self.np_random, out)
        if self.reward_env and self.dfa is not None:
            out.reward[:] += self.reward_env * own
        infos = self._infos(label)
        if held.any():
            self._runner.begin(held, self.np_random, out.observation, label)
            infos |= self._infos(label)
        ended = out.terminated | out.truncated
        infos |= {"success": out.success, "_success": ended, "env_reward": own}
        observation = self._observe(out.observation)
        if some and self.autoreset_mode is AutoresetMode.SAME_STEP:
            observation, infos = self._restart(observation, infos, ended, out)
        else:
            self._over = ended
        self._last_observation = out.observation
        return observation, out.reward, out.terminated, out.truncated, infos

    def _check(self, actions: Ints) -> None:
        if not self._begun:
            raise EnvError("The environments were stepped before their first reset(). Call reset().")
        if self.autoreset_mode is AutoresetMode.DISABLED and self._over.any():
            raise EnvError(
                "Some episodes have ended. Reset them first: reset(options={'reset_mask': ended}), or use "
                "autoreset='same_step'."
            )
        count = len(self.world.file.actions)
        if actions.shape != (self.num_envs,) or actions.min() < 0 or actions.max() >= count:
            raise EnvError(f"Actions must be {self.num_envs} integers in [0, {count}).")

    def _restart(
        self, observation: Any, infos: dict[str, Any], ended: Bools, out: Outcome
    ) -> tuple[Any, dict[str, Any]]:
        """SAME_STEP: keep how the ended episodes ended, and begin the next ones."""
        final = np.full(self.num_envs, None, dtype=object)
        over = np.flatnonzero(ended)
        final[over] = _objects(_rows(observation, over))
        label = out.label.copy()
        self._runner.begin(ended, self.np_random, out.observation, label)
        merged = {**infos, **self._infos(label)}
        merged |= {"final_obs": final, "_final_obs": ended, "final_info": infos, "_final_info": ended}
        return self._observe(out.observation), merged

    def _infos(self, label: Ints) -> dict[str, Any]:
        if self.dfa is None:
            return {"label": label}
        return {"label": label, STATE: self._runner.batch.task.copy()}

    def _observe(self, cells: Ints) -> Any:
        """Observations from the cells of the agents (or from the whole state, where planes are asked for)."""
        kind = self.world.file.observe
        seen: Any = cells.copy() if kind == "position" else None
        if kind == "coordinates":
            seen = np.stack(np.divmod(cells, self.world.map.width), axis=1)
        elif kind == "planes":
            seen = self._runner.planes()
        if self._codec is None:
            return seen
        encoded = self._codec.encode(seen)
        encoded[STATE] = self._runner.batch.task.copy()
        return encoded


def _rows(observation: Any, over: Ints) -> list[Any]:
    """One observation for each of some environments of a batch."""
    if not isinstance(observation, dict):
        return list(observation[over])
    names = tuple(observation)
    columns = [observation[name][over] for name in names]
    # Numbers become plain ones, which are several times faster to take out of an array.
    listed = [column.tolist() if column.ndim == 1 else list(column) for column in columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*listed, strict=True)]


def _objects(rows: list[Any]) -> Any:
    """An array of objects, also where the objects are arrays themselves."""
    array = np.empty(len(rows), dtype=object)
    for index, row in enumerate(rows):
        array[index] = row
    return array
