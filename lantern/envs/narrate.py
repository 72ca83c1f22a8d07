"""A task told in English beside the map, while it is carried out."""

from __future__ import annotations

from typing import Any

import gymnasium

from lantern.envs.task_env import STATE, TaskEnv


class NarratedEnv(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Writes the state of the task beside the map of a grid world, whenever it is rendered.

    Parameters
    ----------
    env : TaskEnv
        A task on any labelled environment. Where that is a grid world (or anything else with a `caption`),
        its picture shows the state of the automaton, the labels seen and what remains to be done.

    Attributes
    ----------
    lines : tuple of str
        What is written.
    seen : list of str
        The labels of this episode that were not empty, in their order.
    """

    def __init__(self, env: TaskEnv) -> None:
        super().__init__(env)
        self.task = env
        self.dfa = env.dfa
        self.seen: list[str] = []
        self.lines: tuple[str, ...] = ()

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Start an episode and its story."""
        observation, info = self.env.reset(seed=seed, options=options)
        self.seen = []
        self._tell(info, False)
        return observation, info

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Take a step and tell what came of it."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        self._tell(info, terminated or truncated)
        return observation, reward, terminated, truncated, info

    def _tell(self, info: dict[str, Any], over: bool) -> None:
        names = sorted(self.task.vocabulary.label(info["label"]))
        if names:
            self.seen.append("+".join(names))
        state = int(info[STATE])
        lines = [f"Task state {state + 1} of {self.dfa.n_states}. {self.dfa.sentence(state)}"]
        lines.append(f"Seen: {', '.join(self.seen[-12:]) or 'nothing yet'}.")
        if over:
            lines.append("Done!" if info.get("success") else "The episode is over: the task was not done.")
        self.lines = tuple(lines)
        base = self.env.unwrapped
        if hasattr(base, "caption"):
            base.caption = self.lines
