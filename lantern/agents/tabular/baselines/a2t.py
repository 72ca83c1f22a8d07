"""A2T: attend, adapt and transfer; values are a learned mixture of the teachers' and the learner's own.

Rajendran et al., Attend, adapt and transfer, ICLR 2017, in its form for values. The mixture's weights are a
softmax over the teachers and the base learner, per observation and DFA state, trained by the TD error of the
mixture; the base learns off-policy from every step, as if it had made it. Logits are the sum of one of the
pair's own and one that all observations of a DFA state share: a table's stand-in for a network that
generalises.

``mixture``: logits; its last row is the shared one, its last column the base.
"""

from __future__ import annotations

import math

from lantern.agents.tabular.arrays import Bools, Floats, Ints
from lantern.agents.tabular.compiled import compiled
from lantern.agents.tabular.stream import highest


@compiled
def mix(
    value: Floats, action: Ints, q: Floats, mixture: Floats, share: Floats, shown: Floats, o: int, u: int
) -> None:
    """Write the weights into ``share`` (float64[K + 1]) and the mixed values into ``shown[o, u]``."""
    teachers = action.shape[0]
    total = 0.0
    for k in range(teachers + 1):
        known = k == teachers or action[k, o, u] >= 0
        share[k] = math.exp(mixture[o, u, k] + mixture[-1, u, k]) if known else 0.0
        total += share[k]
    for k in range(teachers + 1):
        share[k] /= total
    for a in range(q.shape[2]):
        mixed = share[teachers] * q[o, u, a]
        for k in range(teachers):
            mixed += share[k] * value[k, o, u, a]
        shown[o, u, a] = mixed


@compiled
def learn(
    value: Floats,
    action: Ints,
    q: Floats,
    mixture: Floats,
    share: Floats,
    shown: Floats,
    o: int,
    a: int,
    o2: int,
    u: int,
    w: int,
    target: float,
    discount: float,
    rate: float,
) -> None:
    """Train the attention by the TD error of the mixture.

    ``target`` is the whole target where the episode ended, and else the reward, below it (as -1).
    """
    if target < 0.0:
        mix(value, action, q, mixture, share, shown, o2, w)
        target = discount * highest(shown[o2, w])
    mix(value, action, q, mixture, share, shown, o, u)
    mixed = shown[o, u, a]
    error = target - mixed
    # Values shrink with the distance to the goal: the step is measured by their size.
    size = max(abs(target), abs(mixed), 1e-6)
    for k in range(share.shape[0]):
        own = q[o, u, a] if k == action.shape[0] else value[k, o, u, a]
        step = rate * share[k] * error * (own - mixed) / (size * size)
        mixture[o, u, k] = min(max(mixture[o, u, k] + step, -8.0), 8.0)
        mixture[-1, u, k] = min(max(mixture[-1, u, k] + step, -8.0), 8.0)


@compiled
def publish(
    value: Floats, action: Ints, q: Floats, mixture: Floats, share: Floats, shown: Floats, terminal: Bools
) -> None:
    """Write the mixed values of all pairs, for the greedy evaluation."""
    for o in range(q.shape[0]):
        for u in range(q.shape[1]):
            if not terminal[u]:
                mix(value, action, q, mixture, share, shown, o, u)
