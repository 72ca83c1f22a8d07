"""Kickstarting: the student imitates its teachers on its own states, less and less.

Schmitt et al., Kickstarting deep reinforcement learning, 2018 (arXiv 1803.03835): L = L_RL + lambda
H(pi_T(.|s), pi_S(.|s)) on states that the student visits. Here lambda falls linearly to 0; policies of value-
based learners are softmax(Q / temperature), and for continuous actions the cross-entropy is the squared
distance of the means, which is what it is for Gaussians of equal spread.
"""

from __future__ import annotations

from pydantic import Field

from lantern.agents.deep.baselines.taught import MethodSettings, Taught
from lantern.agents.deep.mlp import Floats
from lantern.agents.deep.replay import Batch


class KickstartingSettings(MethodSettings):
    """Settings of Kickstarting."""

    weight: float = Field(1.0, gt=0, description="lambda at first")
    steps: int = Field(10_000, ge=1, description="environment steps over which lambda falls to 0")
    temperature: float = Field(0.01, gt=0, description="of softmax(Q / temperature)")


class Kickstarting(Taught):
    """See the module."""

    Settings = KickstartingSettings
    settings: KickstartingSettings
    learners = ("dqn", "sac", "td3", "ppo")

    def strength(self) -> float:
        """Lambda now."""
        return self.settings.weight * max(1.0 - self.steps / self.settings.steps, 0.0)

    def value_slope(self, batch: Batch, values: Floats, slope: Floats) -> None:
        """Add the cross-entropy."""
        self.pull(batch, values, slope, self.strength(), self.settings.temperature)

    def actor_slope(self, batch: Batch, out: Floats, slope: Floats) -> None:
        """Add the squared distance."""
        self.pull_actor(batch, out, slope, self.strength())
