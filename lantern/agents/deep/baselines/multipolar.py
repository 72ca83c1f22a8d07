"""MULTIPOLAR: the teachers' actions, weighted, plus a network of the student's own.

Barekatain et al., MULTIPOLAR: multi-source RL with unknown dynamics, IJCAI 2020: F(s) = (1 / N) sum_i theta_i
* A_i(s) + F_aux(s), with learned weights theta that do not depend on the state. For continuous actions, F is
the mean of the policy and A_i(s) the teacher's action, both before tanh. For a value-based learner, A_i(s) is
1 at the teacher's action and 0 elsewhere, and the sum is the action values. What ``model.save`` writes is the
student's own network, without the teachers' part.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import Field

from lantern.agents.deep.baselines.mixing import Learned
from lantern.agents.deep.baselines.taught import MethodSettings, Taught
from lantern.agents.deep.mlp import Floats
from lantern.agents.deep.replay import Batch


class MultipolarSettings(MethodSettings):
    """Settings of MULTIPOLAR."""

    weight: float = Field(0.1, ge=0, description="theta at first")
    learning_rate: float = Field(0.001, gt=0, description="of theta")


class Multipolar(Taught):
    """See the module."""

    Settings = MultipolarSettings
    settings: MultipolarSettings

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        count = len(self.advisers)
        actions = self.advisers[0].interpreter.policy.n_actions if count else 0
        start = np.full(count * actions, self.settings.weight, np.float32)
        self.theta = Learned(start, self.settings.learning_rate)
        self.shape = count, actions

    def _sources(self, x: Floats) -> Floats:
        """A_i(s) / N, float32[N, B, A]; 0 where a teacher has no advice."""
        count, actions = self.shape
        state = self.state(x)
        if self.advisers[0].interpreter.policy.bounds is not None:
            return self.teacher_means(x, state)[0] / np.float32(count)
        said = np.zeros((count, len(x), actions), np.float32)
        for k, one in enumerate(self.advisers):
            rows = np.flatnonzero(one.weight[state] > 0)
            if len(rows):
                said[k, rows, one.interpreter.actions(x[rows], state[rows])] = 1.0 / count
        return said

    def values(self, x: Floats, values: Floats) -> Floats:
        """Add the weighted teachers."""
        return values + self._together(x) if self.shape[0] else values

    def outputs(self, x: Floats, out: Floats) -> Floats:
        """Add the weighted teachers to the means."""
        if not self.shape[0]:
            return out
        mixed = out.copy()
        mixed[:, : self.shape[1]] += self._together(x)
        return mixed

    def _together(self, x: Floats) -> Floats:
        """The weighted sum of the teachers, float32[B, A]."""
        total: Floats = (self._sources(x) * self.theta.value.reshape(*self.shape)[:, None]).sum(0)
        return total

    def own_slope(self, batch: Batch, values: Floats, slope: Floats) -> Floats:
        """Learn the weights; the network's part of the sum has the slope of the sum."""
        if self.shape[0]:
            gradient = (self._sources(batch.x) * slope[None, :, : self.shape[1]]).sum(axis=1)
            self.theta.gradient[:] = gradient.reshape(-1)
            self.theta.step()
        return slope

    def own_outputs_slope(self, batch: Batch, out: Floats, slope: Floats) -> Floats:
        """Learn the weights, as for values."""
        return self.own_slope(batch, out, slope)
