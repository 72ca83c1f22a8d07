"""Tactical advice: teachers' actions followed as long as they keep their promises.

An *arm* is a teacher, or learning alone. In a DFA state an arm is drawn by trust and has its turn: a
teacher's actions are carried out, learning alone acts by its own values and explores. A teacher promises
steps to go; its turn is over when the automaton moves, or as soon as more steps have gone by than it
promised. Advice is about behaviour only: what is learned from a step does not depend on who chose it. A pair
that was really tried `SETTLED` times is not advised any more.

Compiled functions take arrays one by one, as in :mod:`lantern.agents.tabular.guide`; K arms, the last of them
learning alone, U DFA states, O observations.
"""

from __future__ import annotations

import math

from lantern.agents.tabular.arrays import ADVICE_RATE, FULL, SETTLED, SHARE, TURN, Floats, Ints
from lantern.agents.tabular.compiled import compiled, inlined
from lantern.agents.tabular.stream import Stream, draw, uniform

#: Columns of the state of a turn: arm (-1 none), when it began; of what learning alone did: steps, edges.
ARM, BEGAN = 0, 1
ALONE_STEPS, ALONE_EDGES = 0, 1


@compiled
def take_turn(
    action: Ints,
    steps: Floats,
    trust: Floats,
    tried: Ints,
    turn: Ints,
    promise: Floats,
    u: int,
    o: int,
    t: int,
    stream: Stream,
) -> None:
    """Draw whose turn it is."""
    alone = trust.shape[0] - 1
    # Who has nothing to say here does not take part in the draw.
    total = trust[alone, u]
    for k in range(alone):
        if advises(action, tried, k, u, o):
            total += trust[k, u]
    x = uniform(draw(stream)) * total - trust[alone, u]
    arm = alone
    for k in range(alone):
        if x >= 0.0 and advises(action, tried, k, u, o):
            arm = k
            x -= trust[k, u]
    turn[ARM], turn[BEGAN] = arm, t
    promise[0] = steps[arm, u, o] if arm < alone else 0.0


@compiled
def follow(
    action: Ints,
    steps: Floats,
    trust: Floats,
    tried: Ints,
    turn: Ints,
    promise: Floats,
    u: int,
    o: int,
    t: int,
    own: int,
    stream: Stream,
) -> int:
    """Let whose turn it is act; ``own`` is what learning alone would do."""
    if turn[ARM] < 0:
        take_turn(action, steps, trust, tried, turn, promise, u, o, t, stream)
    arm = turn[ARM]
    return own if arm == action.shape[0] else int(action[arm, u, o])


@inlined
def advises(action: Ints, tried: Ints, arm: int, u: int, o: int) -> bool:
    """Whether a teacher has an action that was not yet really tried often."""
    a = action[arm, u, o]
    return bool(a >= 0 and tried[o, u, a] & 15 < SETTLED)


@compiled
def end_turn(
    action: Ints,
    steps: Floats,
    slack: Floats,
    trust: Floats,
    prior: Floats,
    tried: Ints,
    alone: Floats,
    progress: Floats,
    turn: Ints,
    promise: Floats,
    u: int,
    u2: int,
    o2: int,
    t: int,
    lost: bool,
    learned: bool,
) -> None:
    """Judge the turn after a step that was made at time ``t - 1``, and end it where it is over.

    A teacher's loss is 1 for a promise broken, and otherwise the steps it took, as a share of twice those
    that learning alone takes between edges in this DFA state. So learning alone loses 1/2 by definition.
    Long turns count for more than short ones, a promise broken never for less than a turn of `FULL` steps.
    """
    arm, last = turn[ARM], trust.shape[0] - 1
    moved = u2 != u and progress[u2] < progress[u]
    if arm == last:
        alone[u, ALONE_STEPS] += 1.0
        alone[u, ALONE_EDGES] += moved
        if u2 != u or t - turn[BEGAN] >= TURN:
            turn[ARM] = -1
        return
    if u2 == u and not lost and action[arm, u, o2] >= 0:
        if not advises(action, tried, arm, u, o2):
            turn[ARM] = -1
            return
        overdue = t - turn[BEGAN] + steps[arm, u, o2] - promise[0]
        if overdue <= slack[arm, 0] + slack[arm, 1] * promise[0]:
            return
    spent = float(t - turn[BEGAN])
    loss, stake = 1.0, max(1.0, spent / FULL)
    if moved and not lost:
        edges = alone[u, ALONE_EDGES]
        usual = alone[u, ALONE_STEPS] / edges if edges > 0.0 else math.inf
        loss, stake = min(1.0, spent / (2.0 * usual)), min(1.0, spent / FULL)
    if learned:
        judge_turn(trust, prior, u, arm, stake * (loss - 0.5))
    # After a promise broken, learning alone has a turn in any case.
    turn[ARM], turn[BEGAN] = -1 if u2 != u else last, t


@compiled
def judge_turn(trust: Floats, prior: Floats, u: int, arm: int, regret: float) -> None:
    """Move the odds of an arm by ``exp(-rate * regret)``; some of the prior is mixed in."""
    trust[arm, u] *= math.exp(-ADVICE_RATE * regret)
    scale = 0.0
    for k in range(trust.shape[0]):
        scale += trust[k, u]
    for k in range(trust.shape[0]):
        trust[k, u] = (1.0 - SHARE) * trust[k, u] / scale + SHARE * prior[k, u]
