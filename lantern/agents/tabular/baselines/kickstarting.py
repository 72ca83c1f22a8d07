"""Kickstarting: the learner's policy is drawn towards its teachers', ever less.

Schmitt et al., Kickstarting deep reinforcement learning, arXiv 1803.03835. To the learner's own loss comes,
on the states that the student itself visits, the cross-entropy from each teacher's policy to the student's,
weighted by a factor of the teacher's own that fades. Here the student's policy is the softmax of its values;
the factor is the alignment's trust times what fades with every episode.

``number``: 0 the fading factor.
"""

from __future__ import annotations

import math

from lantern.agents.tabular.arrays import Floats, Ints
from lantern.agents.tabular.compiled import compiled
from lantern.agents.tabular.stream import highest

FACTOR = 0
#: Factors below this no longer matter.
LEAST = 1e-3


def begin(number: Floats, weight: float) -> None:
    """Start with the whole weight."""
    number[FACTOR] = weight


@compiled
def draw_towards(values: Floats, policy: Floats, temperature: float, rate: float) -> None:
    """Take one gradient step of the cross-entropy from ``policy`` to the softmax of ``values`` (float64[A]).

    The gradient with respect to the values is the difference of the policies over the temperature, which the
    step's size takes back.
    """
    top = highest(values)
    total = 0.0
    for a in range(values.shape[0]):
        total += math.exp((values[a] - top) / temperature)
    for a in range(values.shape[0]):  # the share of an action is read before its own value moves
        own = math.exp((values[a] - top) / temperature) / total
        values[a] += rate * temperature * (policy[a] - own)


@compiled
def learn(
    number: Floats,
    policy: Floats,
    trust: Floats,
    q: Floats,
    alive: Ints,
    o: int,
    temperature: float,
    step_size: float,
) -> None:
    """Draw the student's policy at an observation towards every teacher's, in all DFA states as CRM does."""
    if number[FACTOR] < LEAST:
        return
    for i in range(alive.shape[0]):
        u = alive[i]
        for k in range(policy.shape[0]):
            if policy[k, o, u, 0] > 0.0:
                rate = step_size * number[FACTOR] * trust[k, u]
                draw_towards(q[o, u], policy[k, o, u], temperature, rate)


@compiled
def end_episode(number: Floats, fading: float) -> None:
    """Let the teachers' weight fade."""
    number[FACTOR] *= fading
