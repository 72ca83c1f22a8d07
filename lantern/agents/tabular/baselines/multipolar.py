"""MULTIPOLAR: a weighted sum of all teachers, and a residual that is learned.

Barekatain, Yonetani & Hamaya, MULTIPOLAR, IJCAI 2020 (arXiv 1909.13111), in its form for values: Q is the
mean over the teachers of ``scale[k, a] * Q_k``, with scales that do not depend on the state, plus a table
that learns the rest. Both follow the TD error. Here the whole sum is kept in the learner's table, so that its
update is that of every agent; the scales take effect when an episode ends.
"""

from __future__ import annotations

from lantern.agents.tabular.arrays import Floats, Ints
from lantern.agents.tabular.compiled import compiled


def begin(value: Floats, action: Ints, scale: Floats, mixed: Floats, q: Floats, weight: float) -> None:
    """Start with equal scales, and with no residual where a teacher says something."""
    scale[:] = weight
    q[(action >= 0).any(axis=0)] = 0.0
    remix(value, action, scale, mixed, q)


@compiled
def learn(
    value: Floats, action: Ints, scale: Floats, o: int, u: int, a: int, error: float, rate: float
) -> None:
    """Move the scales along the gradient of the squared TD error."""
    known = 0
    for k in range(action.shape[0]):
        known += action[k, o, u] >= 0
    for k in range(action.shape[0]):
        if action[k, o, u] >= 0:
            size = max(value[k, o, u, a], 1e-6)
            scale[k, a] += rate * error / size / known


@compiled
def remix(value: Floats, action: Ints, scale: Floats, mixed: Floats, q: Floats) -> None:
    """Bring the teachers' share of ``q`` up to date with their scales."""
    for o in range(q.shape[0]):
        for u in range(q.shape[1]):
            known = 0
            for k in range(action.shape[0]):
                known += action[k, o, u] >= 0
            if known == 0:
                continue
            for a in range(q.shape[2]):
                total = 0.0
                for k in range(action.shape[0]):
                    total += scale[k, a] * value[k, o, u, a]
                q[o, u, a] += total / known - mixed[o, u, a]
                mixed[o, u, a] = total / known
