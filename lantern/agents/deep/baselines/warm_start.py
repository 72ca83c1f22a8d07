"""Weight warm start: begin with the teacher's networks, their inputs matched by meaning.

The usual way to transfer networks between tasks. Columns of the first layer that read the teacher's DFA state
go to the student's corresponding DFA states; states without counterpart keep their random weights. Networks
of other sizes are left alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lantern.agents.deep.baselines.taught import MethodSettings, Taught
from lantern.agents.deep.mlp import Mlp
from lantern.agents.deep.policy import Dense, Interpreter


class WarmStart(Taught):
    """See the module."""

    Settings = MethodSettings

    def begin(self, model: Any) -> None:
        """Copy the weights of the teacher that knows most of the task, once, before the first step."""
        if self.model is not None or model.num_timesteps or not self.advisers:
            return
        super().begin(model)
        best = max(self.advisers, key=lambda one: float(one.weight.sum()))
        policy, core = best.interpreter.policy, model._core()
        if policy.head == "values":
            nets = [(core.net, 0, policy.policy), (core.target, 0, policy.policy)]
        else:
            actor = core.net if hasattr(core, "net") else core.actor.net
            nets = [(actor, 0, policy.policy)]
            nets += [(core.target, 0, policy.policy)] if hasattr(core, "target") else []
            for index, critic in enumerate(policy.critics):
                nets += [(core.critics.net, index, critic), (core.critics.target, index, critic)]
        for net, member, dense in nets:
            copy_into(net, member, dense, best.interpreter)


def copy_into(net: Mlp, member: int, dense: Dense, interpreter: Interpreter) -> bool:
    """Copy a teacher's network into a student's; False where their sizes differ."""
    weight = [w if net.members == 1 else w[member] for w in net.weight]
    bias = [b.reshape(net.members, -1)[member] for b in net.bias]
    inner = [w.shape[0] for w in weight[:-1]]
    if member >= net.members or inner != [w.shape[0] for w in dense.weight[:-1]]:
        return False
    outputs = dense.weight[-1].shape[0]
    for index in range(1, len(weight)):
        rows = slice(None) if index < len(weight) - 1 else slice(outputs)
        weight[index][rows] = dense.weight[index]
    for index in range(len(bias)):
        rows = slice(None) if index < len(weight) - 1 else slice(outputs)
        bias[index][rows] = dense.bias[index]
    mine, theirs = interpreter.columns(weight[0].shape[1])
    weight[0][:, mine] = dense.weight[0][:, theirs]
    return bool(np.isfinite(weight[0]).all())
