"""QDagger: learn from the teacher's data by values and by imitation, then wean.

Agarwal et al., Reincarnating reinforcement learning, NeurIPS 2022: L = L_TD + lambda_t E[-sum_a pi_T(a|s) log
pi(a|s)], first on data of the teacher alone, then on the student's own, with lambda_t = max(1 - G / G_T, 0)
of the student's and the teacher's returns. The teacher's steps are steps in the target, and count.
"""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from lantern.agents.deep.baselines.taught import MethodSettings, Taught
from lantern.agents.deep.mlp import Floats
from lantern.agents.deep.replay import Batch


class QDaggerSettings(MethodSettings):
    """Settings of QDagger."""

    steps: int = Field(2_000, ge=1, description="environment steps of the teacher at first")
    weight: float = Field(1.0, gt=0, description="lambda at first")
    temperature: float = Field(0.01, gt=0, description="of softmax(Q / temperature)")
    window: int = Field(20, ge=1, description="episodes that the student's return is averaged over")


class QDagger(Taught):
    """See the module."""

    Settings = QDaggerSettings
    settings: QDaggerSettings

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.theirs: list[float] = []
        self.mine: deque[float] = deque(maxlen=self.settings.window)

    @property
    def offline(self) -> bool:
        """Whether the teacher still acts."""
        return self.steps < self.settings.steps and bool((self.best >= 0).any())

    def advise(self, x: Floats, action: NDArray[Any]) -> NDArray[Any]:
        """Let the teacher act at first."""
        return self.follow(x, action, np.ones(len(x), np.bool_)) if self.offline else action

    def ended(self, env: int, success: bool) -> None:
        """Note the return of whoever acted."""
        (self.theirs if self.offline else self.mine).append(float(success))

    def strength(self) -> float:
        """Lambda now."""
        best = float(np.mean(self.theirs)) if self.theirs else 0.0
        if self.offline:
            return self.settings.weight
        if best <= 0.0:  # a teacher that never succeeds has nothing to be imitated for
            return 0.0
        reached = sum(self.mine) / self.settings.window
        return self.settings.weight * max(1.0 - reached / best, 0.0)

    def value_slope(self, batch: Batch, values: Floats, slope: Floats) -> None:
        """Add the cross-entropy."""
        self.pull(batch, values, slope, self.strength(), self.settings.temperature)

    def actor_slope(self, batch: Batch, out: Floats, slope: Floats) -> None:
        """Add the squared distance."""
        self.pull_actor(batch, out, slope, self.strength())
