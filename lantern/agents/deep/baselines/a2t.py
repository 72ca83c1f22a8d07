"""A2T: attend to the teachers or to oneself, state by state.

Rajendran et al., Attend, adapt and transfer, ICLR 2017, in its form for values: Q(s, a) = w_0(s) Q_base(s, a)
+ sum_i w_i(s) Q_i(s, a), w(s) = softmax of an attention network, all but the teachers' Q_i learned from the
same loss. For continuous actions the same mixture is made of the means of the policies, before tanh, and
learned from the actor's loss. What ``model.save`` writes is the base network, without attention and teachers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch as th
from pydantic import Field

from lantern.agents.deep.adam import Adam
from lantern.agents.deep.baselines.taught import MethodSettings, Taught
from lantern.agents.deep.mlp import Floats, Mlp
from lantern.agents.deep.policy import softmax
from lantern.agents.deep.replay import Batch


class A2tSettings(MethodSettings):
    """Settings of A2T."""

    hidden: int = Field(32, ge=1, description="width of the attention network")
    learning_rate: float = Field(0.001, gt=0, description="of the attention network")


class A2t(Taught):
    """See the module."""

    Settings = A2tSettings
    settings: A2tSettings

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.attention: Mlp | None = None
        self.adam: Adam | None = None

    def begin(self, model: Any) -> None:
        """Make the attention network once the width of the observations is known."""
        if self.attention is not None or not self.advisers:
            return
        super().begin(model)
        width = model.sampler().encoder.size
        layers = [
            th.nn.Linear(width, self.settings.hidden),
            th.nn.Linear(self.settings.hidden, len(self.advisers) + 1),
        ]
        optimizer = th.optim.Adam(
            [p for one in layers for p in one.parameters()], self.settings.learning_rate
        )
        net = Mlp([[[one] for one in layers]], "relu")
        self.attention, self.adam = net, Adam(optimizer, net.parameters, net.flat, net.gradient)

    def _experts(self, x: Floats, values: Floats) -> Floats:
        """What the teachers say and, last, the student; where a teacher is silent, what the student says."""
        state = self.state(x)
        said = np.repeat(values[None], len(self.advisers) + 1, axis=0)
        if self.advisers[0].interpreter.policy.bounds is not None:
            means, speaks = self.teacher_means(x, state)
            said[:-1][speaks] = means[speaks]
            return said
        for k, one in enumerate(self.advisers):
            rows = np.flatnonzero(one.weight[state] > 0)
            policy = one.interpreter.policy
            if len(rows) and policy.head == "values":
                seen, theirs = one.interpreter.rows(x[rows], state[rows])
                said[k, rows] = policy.policy(seen) + policy.potential[theirs, None].astype(np.float32)
        return said

    def values(self, x: Floats, values: Floats) -> Floats:
        """Mix what the teachers and the student say."""
        if self.attention is None:
            return values
        share = softmax(self.attention.forward(x, self.attention.tape(len(x), "mix")))
        mixed: Floats = np.einsum("bk,kba->ba", share, self._experts(x, values))
        return mixed

    def outputs(self, x: Floats, out: Floats) -> Floats:
        """Mix the means; how far actions deviate from them is the student's own."""
        if self.attention is None:
            return out
        mixed, width = out.copy(), self.advisers[0].interpreter.policy.n_actions
        mixed[:, :width] = self.values(x, out[:, :width])
        return mixed

    def own_outputs_slope(self, batch: Batch, out: Floats, slope: Floats) -> Floats:
        """Learn the attention, and tell the slope of the student's own means."""
        if self.attention is None:
            return slope
        own, width = slope.copy(), self.advisers[0].interpreter.policy.n_actions
        own[:, :width] = self.own_slope(batch, out[:, :width], slope[:, :width])
        return own

    def own_slope(self, batch: Batch, values: Floats, slope: Floats) -> Floats:
        """Learn the attention, and tell the slope of the student's own part."""
        if self.attention is None or self.adam is None:
            return slope
        tape = self.attention.tape(len(slope))
        share = softmax(self.attention.forward(batch.x, tape))
        experts = self._experts(batch.x, values)
        up = np.einsum("ba,kba->bk", slope, experts)
        self.attention.backward(tape, share * (up - (share * up).sum(axis=1, keepdims=True)))
        self.adam.step()
        silent = (experts == values[None]).all(axis=2).T
        own: Floats = slope * (share * silent).sum(axis=1, keepdims=True)
        return own
