"""Greedy, unshaped evaluation of deep agents while they learn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from gymnasium.vector import VectorEnv
from numpy.typing import NDArray
from stable_baselines3.common.callbacks import BaseCallback

from lantern.agents.evaluation import Outcome, evaluate
from lantern.agents.run import Curve, Trust
from lantern.transfer.strategy import ALONE

if TYPE_CHECKING:
    from lantern.envs import TaskEnv

#: Greedy actions for observations, one or a batch of them.
Greedy = Callable[[dict[str, Any]], Any]


class Evaluation(BaseCallback):
    """Greedy, unshaped evaluation every so many steps, in an environment of its own with fixed seeds.

    Parameters
    ----------
    env : TaskEnv or gymnasium.vector.VectorEnv
        Where to evaluate.
    greedy : callable
        The policy.
    every, episodes : int
        Steps between evaluations, and episodes of each.
    seed : int
        Seed of the first episode.
    """

    def __init__(
        self, env: TaskEnv | VectorEnv[Any, Any, Any], greedy: Greedy, every: int, episodes: int, seed: int
    ) -> None:
        super().__init__()
        self.env = env
        self.greedy = greedy
        self.every = every
        self.episodes = episodes
        self.seed = seed
        self.rows: list[tuple[int, float, float, float]] = []
        self._next = 0

    def _on_training_start(self) -> None:
        self.evaluate(self.num_timesteps)

    def _on_step(self) -> bool:
        if self.num_timesteps >= self._next:
            self.evaluate(self._next)
        return True

    def evaluate(self, step: int) -> None:
        """Run the greedy policy for some episodes and note success, length and return."""
        self._next = step + self.every
        if isinstance(self.env, VectorEnv):
            ends = evaluate_vector(self.greedy, self.env, self.episodes, self.seed)
        else:
            ends = evaluate(lambda seen, _: self.greedy(seen), self.env, self.episodes, self.seed)
        success = float(np.mean([end.success for end in ends]))
        length = float(np.mean([end.steps for end in ends]))
        self.rows.append((step, success, length, float(np.mean([end.gain for end in ends]))))

    def curve(self) -> Curve:
        """Return the evaluations so far."""
        step, success, length, gain = (np.array(column) for column in zip(*self.rows, strict=True))
        return Curve(step=step.astype(np.int64), success=success, length=length, return_=gain)


class Trusted(BaseCallback):
    """Notes how far each arm of a gate is trusted whenever there has been an evaluation.

    Parameters
    ----------
    evaluation : Evaluation
        Which comes before this among the callbacks.
    guide : Gate or anything
        Only a gate has trust to note.
    """

    def __init__(self, evaluation: Evaluation, guide: Any) -> None:
        super().__init__()
        self.evaluation, self.guide = evaluation, guide
        self.weights: list[NDArray[np.float64]] = []

    def _on_training_start(self) -> None:
        self._on_step()

    def _on_step(self) -> bool:
        if hasattr(self.guide, "trust") and len(self.weights) < len(self.evaluation.rows):
            self.weights.append(self.guide.trust())
        return True

    def trust(self) -> Trust | None:
        """Return what was noted; None without a gate."""
        if not self.weights:
            return None
        step = np.array([row[0] for row in self.evaluation.rows], np.int64)
        arms = (*(one.name for one in self.guide.advisers), ALONE)
        return Trust(step, arms, np.array(self.weights))


def evaluate_vector(
    greedy: Greedy, envs: VectorEnv[Any, Any, Any], episodes: int, seed: int
) -> list[Outcome]:
    """Run a policy in a vector environment (auto-reset SAME_STEP) until enough episodes have ended.

    Every environment plays the same number of episodes, so that short ones are not counted more often.
    """
    each = -(-episodes // envs.num_envs)
    played = np.zeros(envs.num_envs, np.int64)
    gain, length = np.zeros(envs.num_envs), np.zeros(envs.num_envs, np.int64)
    outcomes: list[Outcome] = []
    observation, _ = envs.reset(seed=seed)
    while (played < each).any():
        observation, reward, terminated, truncated, infos = envs.step(greedy(observation))
        gain += reward
        length += 1
        done: NDArray[np.bool_] = terminated | truncated
        for index in np.flatnonzero(done):
            if played[index] < each:
                success = bool(infos["final_info"]["success"][index])
                outcomes.append(Outcome(success, int(length[index]), float(gain[index])))
            played[index] += 1
            gain[index], length[index] = 0.0, 0
    return outcomes[:episodes]
