"""Gymnasium's vector environments as Stable-Baselines3's, with arrays kept as arrays."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from numpy.typing import NDArray
from stable_baselines3.common.vec_env import VecEnv

from lantern.errors import EnvError

Array = NDArray[Any]


class Infos(Sequence[dict[str, Any]]):
    """Infos of a vector step as Stable-Baselines3 wants them, each made when somebody looks at it."""

    def __init__(self, infos: dict[str, Any], count: int, ended: dict[int, dict[str, Any]]) -> None:
        self._infos, self._count, self._ended = infos, count, ended

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(self._count))]
        if not -self._count <= index < self._count:
            raise IndexError(index)
        at = index % self._count
        last = self._ended.get(at)
        return {**_one(self._infos if last is None else last["infos"], at), **(last or {}).get("more", {})}


@dataclass(frozen=True)
class ArrayStep:
    """A step of N environments.

    Attributes
    ----------
    observation : array or dict of arrays
        What is seen next: of the next episode where one has ended.
    final : array or dict of arrays
        What the step led to, before any reset.
    reward : float32[N]
    done, timeout : bool[N]
        Whether the episode ended; whether by a time limit only.
    labels : int64[N]
        Label masks of the step; zeros where the environment has none.
    infos : Infos
    """

    observation: Any
    final: Any
    reward: NDArray[np.float32]
    done: NDArray[np.bool_]
    timeout: NDArray[np.bool_]
    labels: NDArray[np.int64]
    infos: Infos


class ArrayVecEnv(VecEnv):
    """A Gymnasium vector environment for algorithms of Stable-Baselines3.

    Parameters
    ----------
    envs : gymnasium.vector.VectorEnv
        In auto-reset mode SAME_STEP, so that every step is one transition.

    Raises
    ------
    EnvError
        If the environments reset themselves in another way.
    """

    def __init__(self, envs: VectorEnv[Any, Any, Any]) -> None:
        if envs.metadata.get("autoreset_mode") is not AutoresetMode.SAME_STEP:
            raise EnvError(
                "Deep agents need a vector environment in auto-reset mode SAME_STEP, where every step is one "
                "transition. Build it with autoreset='same_step' (lantern.envs.make_vec) or "
                "autoreset_mode=AutoresetMode.SAME_STEP."
            )
        self.gym = envs
        self.render_mode = envs.render_mode
        super().__init__(envs.num_envs, envs.single_observation_space, envs.single_action_space)
        self._actions: Any = None
        self._seed: int | None = None
        self._began = time.perf_counter()
        self._gain, self._length = np.zeros(self.num_envs), np.zeros(self.num_envs, np.int64)

    def reset(self) -> Any:
        """Reset all environments, with the seed given last."""
        observation, self._first_infos = self.gym.reset(seed=self._seed)
        self._seed = None
        self._gain[:], self._length[:] = 0.0, 0
        return observation

    def step_arrays(self, actions: Array) -> ArrayStep:
        """Step all environments."""
        observation, reward, terminated, truncated, infos = self.gym.step(actions)
        done = np.asarray(terminated | truncated)
        self._gain += reward
        self._length += 1
        final, labels = observation, infos.get("label")
        ended: dict[int, dict[str, Any]] = {}
        if done.any():
            final, labels, ended = self._finish(observation, infos, done, truncated & ~terminated)
        if labels is None:
            labels = np.zeros(self.num_envs, np.int64)
        told = Infos(infos, self.num_envs, ended)
        reward = np.asarray(reward, np.float32)
        return ArrayStep(observation, final, reward, done, np.asarray(truncated & ~terminated), labels, told)

    def _finish(
        self, observation: Any, infos: dict[str, Any], done: Array, timeout: Array
    ) -> tuple[Any, Array | None, dict[int, dict[str, Any]]]:
        """What the ended episodes led to, and what is told about them."""
        last = infos["final_info"]
        final = {k: v.copy() for k, v in observation.items()} if isinstance(observation, dict) else None
        rows = observation.copy() if final is None else observation
        ended: dict[int, dict[str, Any]] = {}
        now = time.perf_counter() - self._began
        for index in map(int, np.flatnonzero(done)):
            seen = infos["final_obs"][index]
            if final is None:
                rows[index] = seen
            else:
                for key, values in final.items():
                    values[index] = seen[key]
            episode = {"r": float(self._gain[index]), "l": int(self._length[index]), "t": round(now, 6)}
            more = {"terminal_observation": seen, "TimeLimit.truncated": bool(timeout[index])}
            ended[index] = {"infos": last, "more": {**more, "episode": episode}}
        self._gain[done], self._length[done] = 0.0, 0
        labels = infos.get("label")
        if labels is not None and "label" in last:
            labels = np.where(done, last["label"], labels)
        return (rows if final is None else final), labels, ended

    def step_async(self, actions: Array) -> None:
        """Keep the actions for :meth:`step_wait`."""
        self._actions = actions

    def step_wait(self) -> Any:
        """Step, in the form of Stable-Baselines3."""
        step = self.step_arrays(self._actions)
        return step.observation, step.reward, step.done, list(step.infos)

    def seed(self, seed: int | None = None) -> Sequence[int | None]:
        """Seed the next reset."""
        self._seed = seed
        return [None if seed is None else seed + index for index in range(self.num_envs)]

    def close(self) -> None:
        """Close the environments."""
        self.gym.close()

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        """Attribute of the vector environment, once for each member asked for."""
        return [getattr(self.gym, attr_name)] * len(list(self._get_indices(indices)))

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        """Set an attribute of the vector environment."""
        setattr(self.gym, attr_name, value)

    def env_method(self, method_name: str, *args: Any, indices: Any = None, **options: Any) -> list[Any]:
        """Call a method of the vector environment, once."""
        result = getattr(self.gym, method_name)(*args, **options)
        return [result] * len(list(self._get_indices(indices)))

    def env_is_wrapped(self, wrapper_class: Any, indices: Any = None) -> list[bool]:
        """Nothing wraps the members one by one."""
        return [False] * len(list(self._get_indices(indices)))

    def _get_indices(self, indices: Any) -> Iterable[int]:
        return super()._get_indices(indices)


def _one(infos: dict[str, Any], index: int) -> dict[str, Any]:
    """The infos of one environment, out of those of all."""
    found: dict[str, Any] = {}
    for key, value in infos.items():
        if key.startswith("_") or key in ("final_obs", "final_info"):
            continue
        present = infos.get(f"_{key}")
        if present is None or present[index]:
            found[key] = _one(value, index) if isinstance(value, dict) else value[index]
    return found
