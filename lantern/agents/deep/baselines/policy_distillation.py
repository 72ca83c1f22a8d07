"""Policy distillation: first become the teacher, then go on learning.

Rusu et al., Policy distillation, ICLR 2016: the student minimises KL(softmax(Q_T / tau) || softmax(Q_S /
tau)) on data that the teacher produces, with a small tau; after that it learns as ever. The teacher's steps
are steps in the target, and count.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from lantern.agents.deep.baselines.taught import MethodSettings, Taught
from lantern.agents.deep.mlp import Floats
from lantern.agents.deep.replay import Batch


class DistillationSettings(MethodSettings):
    """Settings of policy distillation."""

    steps: int = Field(2_000, ge=1, description="environment steps of the teacher, distilled")
    temperature: float = Field(0.01, gt=0, description="tau")
    noise: float = Field(0.1, ge=0, le=1, description="share of the student's actions among the teacher's")


class PolicyDistillation(Taught):
    """See the module."""

    Settings = DistillationSettings
    settings: DistillationSettings

    @property
    def distilling(self) -> bool:
        """Whether the first phase is still on."""
        return self.steps < self.settings.steps and bool((self.best >= 0).any())

    def advise(self, x: Floats, action: NDArray[Any]) -> NDArray[Any]:
        """Let the teacher act at first."""
        if not self.distilling:
            return action
        return self.follow(x, action, self.random.random(len(x)) >= self.settings.noise)

    def value_slope(self, batch: Batch, values: Floats, slope: Floats) -> None:
        """Distil instead of learning where the teacher speaks."""
        if self.distilling:
            slope[self.best[batch.state] >= 0] = 0.0
            self.pull(batch, values, slope, 1.0, self.settings.temperature)

    def actor_slope(self, batch: Batch, out: Floats, slope: Floats) -> None:
        """Distil instead of learning where the teacher speaks."""
        if self.distilling:
            slope[np.flatnonzero(self.best[batch.state] >= 0)] = 0.0
            self.pull_actor(batch, out, slope, 1.0)
