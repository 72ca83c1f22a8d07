"""Jump-start reinforcement learning: a guide makes the first steps of an episode, the learner the rest.

Uchendu et al., Jump-start reinforcement learning, ICML 2023: the guide's share starts at its whole horizon
and shrinks to the next level whenever the moving average of returns is within a tolerance of the best so far.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from lantern.agents.deep.baselines.taught import MethodSettings, Taught
from lantern.agents.deep.mlp import Floats


class JsrlSettings(MethodSettings):
    """Settings of JSRL."""

    levels: int = Field(10, ge=1, description="stages in which the guide's share shrinks")
    horizon: int | None = Field(
        None, ge=1, description="steps of the guide at first; what the teacher needed by default"
    )
    window: int = Field(10, ge=1, description="episodes that a return is averaged over")
    tolerance: float = Field(0.1, ge=0, le=1, description="share of the best that may be lacking")


class Jsrl(Taught):
    """See the module."""

    Settings = JsrlSettings
    settings: JsrlSettings

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        usual = [one.steps[one.weight > 0].sum() for one in self.advisers]
        self.horizon = self.settings.horizon or int(max(usual, default=0)) or 1
        self.level = self.settings.levels
        self.returns: deque[float] = deque(maxlen=self.settings.window)
        self.best_return = 0.0
        self.age: dict[int, int] = {}

    def advise(self, x: Floats, action: NDArray[Any]) -> NDArray[Any]:
        """Let the guide make the first steps."""
        guided = self.horizon * self.level / self.settings.levels
        young = np.array([self.age.get(env, 0) < guided for env in range(len(x))])
        return self.follow(x, action, young)

    def note(
        self,
        env: int,
        state: int,
        following: int,
        terminated: bool,
        truncated: bool,
        info: Mapping[str, Any],
    ) -> None:
        """Count the steps of the episode."""
        self.age[env] = 0 if terminated or truncated else self.age.get(env, 0) + 1
        super().note(env, state, following, terminated, truncated, info)

    def ended(self, env: int, success: bool) -> None:
        """Shrink the guide's share where the learner keeps up."""
        self.returns.append(float(success))
        if len(self.returns) < self.settings.window or not self.level:
            return
        mean = float(np.mean(self.returns))
        if mean >= (1.0 - self.settings.tolerance) * self.best_return:
            self.best_return = max(self.best_return, mean)
            self.level -= 1
            self.returns.clear()
