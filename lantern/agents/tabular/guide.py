"""Guided learning: goal values, the potentials made of them, and the gate that weighs who is trusted.

A *goal* is a label that moves the automaton. Every step, whatever it was made for, teaches how far each goal
is (``goal``): an off-policy, counterfactual value shared by all DFA states. What a goal is worth in a DFA
state (``after``) is strategic knowledge: it comes from the teachers and from the automaton itself. The
product of the two is the potential of a state-action pair (potential-based advice, Wiewiora et al. 2003).

Compiled functions take arrays one by one, because tuples of arrays cost numba a reference count per call.
Their names and shapes are those of :class:`lantern.agents.tabular.arrays.Guide`.
"""

from __future__ import annotations

import math

from lantern.agents.tabular.arrays import (
    LAST,
    MEMORY,
    NEGLIGIBLE,
    NOTABLE,
    OFTEN,
    PATIENCE,
    RATE,
    SETTLED,
    SHARE,
    UNTRIED,
    VARIES,
    VISIBLE,
    Bools,
    Floats,
    Ints,
)
from lantern.agents.tabular.compiled import compiled, inlined


@compiled
def set_goal(
    goal: Floats,
    best: Floats,
    outcome: Ints,
    version: Ints,
    o: int,
    a: int,
    g: int,
    target: float,
    step_size: float,
) -> None:
    """Move one goal value towards its target.

    The rate is 1 as long as the pair has had one outcome only, and then that of an average.
    """
    rate = 1.0 / (VARIES - outcome[o, a] + 2.0) if outcome[o, a] <= VARIES else 1.0
    goal[o, g, a] += rate * (target - goal[o, g, a])
    top = goal[o, g, 0]
    for b in range(1, goal.shape[2]):
        top = max(top, goal[o, g, b])
    if abs(top - best[o, g]) > (VISIBLE if outcome[o, a] <= VARIES else NEGLIGIBLE) * top:
        best[o, g] = top
        version[o] += 1


@inlined
def learn_goals(
    goal: Floats,
    best: Floats,
    outcome: Ints,
    version: Ints,
    known: Ints,
    o: int,
    a: int,
    o2: int,
    reached: int,
    step_size: float,
    discount: float,
) -> bool:
    """Learn from one step how far every goal is (Q-learning for all goals at once, Kaelbling 1993).

    Nothing is to be learned from a step that went as always, to where nothing is new since.
    """
    happened = o2 * (goal.shape[1] + 1) + reached + 1
    if outcome[o, a] == happened and known[o, a] == version[o2]:
        return False
    if outcome[o, a] != happened:
        if outcome[o, a] == UNTRIED:
            outcome[o, a] = happened
        else:
            outcome[o, a] = max(min(outcome[o, a], VARIES + 1) - 1, -MEMORY)
    known[o, a] = version[o2]
    changed = False
    for g in range(goal.shape[1]):
        target = 1.0 if g == reached else discount * best[o2, g]
        if abs(target - goal[o, g, a]) > NEGLIGIBLE * target:
            set_goal(goal, best, outcome, version, o, a, g, target, step_size)
            changed = True
    return changed


@compiled
def refresh_pair(
    goal: Floats,
    after: Floats,
    floor: Floats,
    alive: Ints,
    tried: Ints,
    potential: Floats,
    q: Floats,
    o: int,
    a: int,
) -> None:
    """Bring the potential of a pair up to date, in all DFA states that do not yet rely on experience alone.

    ``q`` holds value plus potential, so it moves by what the potential moves: dynamic potential-based
    shaping (Devlin & Kudenko 2012).
    """
    for i in range(alive.shape[0]):
        u = alive[i]
        if tried[o, u, a] & 15 >= SETTLED:
            continue
        now = floor[u]
        for g in range(goal.shape[1]):
            now = max(now, goal[o, g, a] * after[u, g])
        q[o, u, a] += now - potential[o, u, a]
        potential[o, u, a] = now


@compiled
def refresh(
    goal: Floats,
    after: Floats,
    floor: Floats,
    alive: Ints,
    tried: Ints,
    potential: Floats,
    q: Floats,
    stamp: Ints,
    o: int,
) -> None:
    """Bring the potentials of an observation up to date; the last stamp says when the gate last moved."""
    stamp[o] = stamp[-1]
    for a in range(q.shape[2]):
        refresh_pair(goal, after, floor, alive, tried, potential, q, o, a)


@inlined
def learn_step(
    goal: Floats,
    best: Floats,
    outcome: Ints,
    version: Ints,
    known: Ints,
    after: Floats,
    floor: Floats,
    alive: Ints,
    tried: Ints,
    potential: Floats,
    q: Floats,
    stamp: Ints,
    path: Ints,
    since: Ints,
    o: int,
    a: int,
    o2: int,
    reached: int,
    t: int,
    step_size: float,
    discount: float,
) -> None:
    """Learn how far the goals are from one step, made at time ``t``.

    A goal that was reached is carried back along the path, to where it was reached before, or to where
    nothing has changed for a while (backward replay, Lin 1992).
    """
    if stamp[o2] != stamp[-1]:
        refresh(goal, after, floor, alive, tried, potential, q, stamp, o2)
    path[t & LAST, 0], path[t & LAST, 1], path[(t + 1) & LAST, 0] = o, a, o2
    if learn_goals(goal, best, outcome, version, known, o, a, o2, reached, step_size, discount):
        refresh_pair(goal, after, floor, alive, tried, potential, q, o, a)
    if reached < 0:
        return
    idle = 0
    for i in range(t - 1, max(since[reached], t - LAST) - 1, -1):
        o, a, o2 = path[i & LAST, 0], path[i & LAST, 1], path[(i + 1) & LAST, 0]
        target = discount * best[o2, reached]
        idle += 1
        if abs(target - goal[o, reached, a]) > NEGLIGIBLE * target:
            set_goal(goal, best, outcome, version, o, a, reached, target, step_size)
            refresh_pair(goal, after, floor, alive, tried, potential, q, o, a)
            idle = 0
        elif idle > PATIENCE:
            break
    since[reached] = t + 1


@compiled
def judge_episode(
    delta: Ints,
    label_goal: Ints,
    terminal: Bools,
    accepting: Bools,
    cost: Floats,
    weight: Floats,
    prior: Floats,
    published: Floats,
    judged: Ints,
    after: Floats,
    floor: Floats,
    stamp: Ints,
    trace: Ints,
    u: int,
    u2: int,
    t: int,
    unit: float,
    accept: float,
) -> None:
    """Let an episode that was decided judge the arms, in every DFA state that it left.

    Potentials follow trust where it has moved notably, the more rarely the more often it was judged.

    An episode cut short says nothing about costs. One that failed says that its last edge was worth nothing.
    """
    won = accepting[u2]
    for v in range(trace.shape[0]):
        if trace[v, 1] < 0 or terminal[v] or (not won and v != u):
            continue
        w = delta[v, trace[v, 2]]
        if w == v:
            continue
        remaining = (t - 1.0 - trace[v, 1]) / (t - trace[v, 0]) if won else 1.0
        judge(cost, weight, prior, v, w, remaining)
        judged[v, 0] += 1
        if judged[v, 0] >= judged[v, 1] and moved(weight, published, v) > NOTABLE:
            judged[v, 1] = judged[v, 0] + judged[v, 0] // OFTEN
            for k in range(weight.shape[0]):
                published[k, v] = weight[k, v]
            stamp[-1] += 1
            value_edges(delta, label_goal, terminal, accepting, cost, weight, after, floor, v, unit, accept)


@inlined
def moved(weight: Floats, published: Floats, u: int) -> float:
    """How far trust in a DFA state has moved since potentials were last worked out for it."""
    total = 0.0
    for k in range(weight.shape[0]):
        total += abs(weight[k, u] - published[k, u])
    return total


@compiled
def judge(cost: Floats, weight: Floats, prior: Floats, u: int, u2: int, remaining: float) -> None:
    """Update the trust in one DFA state from an edge that was followed.

    Every arm predicted the share of the cost that would remain after the edge; ``remaining`` is the share
    that did. Exponentially weighted average with squared loss (Kivinen & Warmuth 1999), some of the prior
    mixed in so that trust can return (Herbster & Warmuth 1998).
    """
    scale = 0.0
    for k in range(weight.shape[0]):
        predicted = min(1.0, cost[k, u2] / cost[k, u])
        weight[k, u] *= math.exp(-RATE * (predicted - remaining) ** 2)
        scale += weight[k, u]
    for k in range(weight.shape[0]):
        weight[k, u] = (1.0 - SHARE) * weight[k, u] / scale + SHARE * prior[k, u]


@compiled
def value_edges(
    delta: Ints,
    label_goal: Ints,
    terminal: Bools,
    accepting: Bools,
    cost: Floats,
    weight: Floats,
    after: Floats,
    floor: Floats,
    u: int,
    unit: float,
    accept: float,
) -> None:
    """Work out what the arms together expect in one DFA state: of each goal, and where no goal is known."""
    floor[u] = accept * unit ** expected_cost(cost, weight, u, u)
    for label in range(delta.shape[1]):
        g, u2 = label_goal[label], delta[u, label]
        if g < 0 or u2 == u:
            continue
        after[u, g] = 0.0
        if terminal[u2] and accepting[u2]:
            after[u, g] = accept
        elif not terminal[u2]:
            after[u, g] = accept * unit ** expected_cost(cost, weight, u, u2)


@compiled
def expected_cost(cost: Floats, weight: Floats, u: int, at: int) -> float:
    """Remaining cost at one DFA state, in edges, by the trust in another."""
    total = 0.0
    for k in range(cost.shape[0]):
        total += weight[k, u] * cost[k, at]
    return total
