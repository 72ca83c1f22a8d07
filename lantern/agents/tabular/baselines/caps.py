"""CAPS: the teachers' policies are options whose endings are learned, beside the primitive actions.

Li et al., Context-aware policy reuse, AAMAS 2019. A decision is made among actions and options; an option
acts until its learned termination function ends it (call and return). Values of options and actions learn
from every step that they would have made (intra-option Q-learning, Sutton, Precup & Singh 1999), and endings
by the termination gradient (Bacon, Harb & Precup 2017): an option ends where another decision is worth more.

``number``: 0 the option that is running, or -1. Values of actions are at least those of options with the same
action, so that the greedy policy needs the actions' values alone.
"""

from __future__ import annotations

import math

from lantern.agents.tabular.arrays import Bools, Floats, Ints
from lantern.agents.tabular.compiled import compiled
from lantern.agents.tabular.stream import Stream, below, draw, highest, uniform

RUNNING = 0


def begin(option: Floats, q: Floats) -> None:
    """Let options be worth what the learner takes their DFA state to be worth."""
    option[:] = q.mean(axis=2)[:, :, None]


@compiled
def act(
    number: Floats,
    action: Ints,
    q: Floats,
    option: Floats,
    ending: Floats,
    o: int,
    u: int,
    epsilon: float,
    stream: Stream,
) -> int:
    """Go on with the running option, or decide anew, epsilon-greedily."""
    k = int(number[RUNNING])
    if k >= 0 and action[k, o, u] >= 0 and uniform(draw(stream)) >= chance(ending[o, u, k]):
        return int(action[k, o, u])
    number[RUNNING] = -1
    actions = q.shape[2]
    if uniform(draw(stream)) < epsilon:
        return below(draw(stream), actions)
    best, ties, chosen = -1e300, 0, 0
    for i in range(actions + action.shape[0]):
        k = i - actions
        if k >= 0 and action[k, o, u] < 0:
            continue
        value = q[o, u, i] if k < 0 else option[o, u, k]
        ties = ties + 1 if value == best else 1 if value > best else ties
        if value > best or (value == best and below(draw(stream), ties) == 0):
            best, chosen = value, i
    if chosen < actions:
        return chosen
    number[RUNNING] = chosen - actions
    return int(action[chosen - actions, o, u])


@compiled
def chance(logit: float) -> float:
    """Chance that an option ends; options that nothing is known of end rarely."""
    return 1.0 / (1.0 + math.exp(3.0 - logit))


@compiled
def decision_value(q: Floats, option: Floats, action: Ints, o: int, u: int) -> float:
    """Value of the best action or option."""
    best = highest(q[o, u])
    for k in range(option.shape[2]):
        if action[k, o, u] >= 0:
            best = max(best, float(option[o, u, k]))
    return best


@compiled
def learn(
    number: Floats,
    action: Ints,
    q: Floats,
    option: Floats,
    ending: Floats,
    delta: Ints,
    terminal: Bools,
    alive: Ints,
    o: int,
    a: int,
    o2: int,
    u: int,
    label: int,
    over: bool,
    step_size: float,
    discount: float,
    ending_rate: float,
    margin: float,
) -> None:
    """Learn all options that would have done the same, in all DFA states; and when the running one ends."""
    for i in range(alive.shape[0]):
        v = alive[i]
        w = delta[v, label]
        for k in range(option.shape[2]):
            if action[k, o, v] != a:
                continue
            target = q[o, v, a]  # where the episode ends, an option is worth what its action is
            if not over and not terminal[w]:
                stop = chance(ending[o2, w, k]) if action[k, o2, w] >= 0 else 1.0
                best = decision_value(q, option, action, o2, w)
                target = discount * ((1.0 - stop) * option[o2, w, k] + stop * best)
            option[o, v, k] += step_size * (target - option[o, v, k])
    k, w = int(number[RUNNING]), delta[u, label]
    if k < 0 or over or terminal[w] or action[k, o2, w] < 0:
        return
    best = decision_value(q, option, action, o2, w)
    if best > 0.0:
        stop = chance(ending[o2, w, k])
        lacks = (best - option[o2, w, k]) / best - margin
        logit = ending[o2, w, k] + ending_rate * lacks * stop * (1.0 - stop) * 100.0
        ending[o2, w, k] = min(max(logit, -10.0), 10.0)
