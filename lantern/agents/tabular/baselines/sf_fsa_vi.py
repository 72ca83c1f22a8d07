"""SF-FSA-VI: successor features of exits, and value iteration over automaton states and exits.

Infante, Jonsson & Gomez, Planning with a learned policy basis to optimally solve complex tasks, ICAPS 2024.
An exit is a place together with what happens on entering it (where labels last as long as the agent is there,
a change of label); where the agent sees more than its place, what
it saw when it last took the exit stands for it. The policy basis has one policy for each exit,
which goes there before any other; its feature is the discounted chance of arriving. Features hold for every
task in the same world: a task only weighs the exits, by value iteration over ``(DFA state, exit)``, and the
agent acts greedily over the basis (generalised policy improvement, Barreto et al. 2017).

Exits are found, and features learned off-policy, in the target, from every step, whatever it was made for.
Where a teacher acted in the same world, its values give the features of the exit that each of its DFA states
left by, so that the first episode can already be right.

``exit``: place and label of each exit, whether only a teacher has seen it, and the observation there.
``landing[u, e]``: observation when exit e was last taken in DFA state u, or -1. ``feature[o, e, a]``: chance
of exit e. ``worth[u, e]``: value of leaving DFA state u by exit e. ``number``: 0 exits found, 1 steps since
planning.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lantern.agents.tabular.arrays import Bools, Floats, Ints
from lantern.agents.tabular.compiled import compiled
from lantern.agents.tabular.stream import highest

if TYPE_CHECKING:
    from lantern.envs.tabular import TabularModel
    from lantern.transfer.departures import Departures
    from lantern.transfer.tactics import Tactics

FOUND, IDLE = 0, 1
PLACE, LABEL, TAUGHT, SEEN = 0, 1, 2, 3
#: Steps after which a plan is made anew; sweeps of value iteration at most, and the change that ends them.
EVERY, SWEEPS, SETTLED = 100, 30, 1e-6


@compiled
def find(number: Floats, exits: Ints, place: int, label: int) -> int:
    """Index of an exit, which is added if it is new; -1 where there is no room left."""
    known = int(number[FOUND])
    for e in range(known):
        if exits[e, PLACE] == place and exits[e, LABEL] == label:
            exits[e, TAUGHT] = 0
            return e
    number[IDLE] = EVERY
    for e in range(known):  # what a teacher told of is now seen to be here
        if exits[e, TAUGHT] == 1 and exits[e, LABEL] == label:
            exits[e, PLACE], exits[e, TAUGHT] = place, 0
            return e
    if known >= exits.shape[0]:
        return -1
    exits[known, PLACE], exits[known, LABEL] = place, label
    number[FOUND] = known + 1
    return known


@compiled
def learn(
    number: Floats,
    feature: Floats,
    exits: Ints,
    landing: Ints,
    place: Ints,
    o: int,
    a: int,
    o2: int,
    u: int,
    label: int,
    event: bool,
    step_size: float,
    discount: float,
) -> None:
    """Learn the features of all exits from one step; an event is an exit, and ends every way to another."""
    reached = find(number, exits, place[o2], label) if event else -1
    if reached >= 0:
        exits[reached, SEEN] = landing[u, reached] = o2
    for e in range(int(number[FOUND])):
        target = 1.0 if e == reached else 0.0
        if not event:
            target = discount * highest(feature[o2, e])
        feature[o, e, a] += step_size * (target - feature[o, e, a])


@compiled
def weigh(number: Floats, feature: Floats, worth: Floats, shown: Floats, o: int, u: int) -> None:
    """Write the values of the actions at a pair into ``shown[o, u]``: the best exit's."""
    for a in range(feature.shape[2]):
        best = 0.0
        for e in range(int(number[FOUND])):
            best = max(best, feature[o, e, a] * worth[u, e])
        shown[o, u, a] = best


@compiled
def plan(
    number: Floats,
    feature: Floats,
    exits: Ints,
    landing: Ints,
    worth: Floats,
    floor: Floats,
    delta: Ints,
    terminal: Bools,
    accepting: Bools,
    accept: float,
    fail: float,
    discount: float,
) -> None:
    """Value iteration over DFA states and exits; what is not known yet is worth its potential.

    ``floor`` (float64[U]) holds the potentials that every agent on this learner begins with.
    """
    number[IDLE] = 0
    known = int(number[FOUND])
    worth[:] = 0.0
    for _ in range(SWEEPS):
        change = 0.0
        for u in range(delta.shape[0]):
            if terminal[u]:
                continue
            for e in range(known):
                w = delta[u, exits[e, LABEL]]
                if terminal[w]:
                    value = accept if accepting[w] else fail
                else:
                    o = landing[u, e] if landing[u, e] >= 0 else exits[e, SEEN]
                    value = 0.0
                    for f in range(known):
                        value = max(value, highest(feature[o, f]) * worth[w, f])
                    # What moves nothing is worth no more for being unknown.
                    value = discount * value if value > 0.0 or w == u else floor[w]
                change = max(change, abs(value - worth[u, e]))
                worth[u, e] = value
        if change < SETTLED:
            break


@compiled
def publish(number: Floats, feature: Floats, worth: Floats, shown: Floats, terminal: Bools) -> None:
    """Write the values of all pairs, for the greedy evaluation."""
    for o in range(shown.shape[0]):
        for u in range(shown.shape[1]):
            if not terminal[u]:
                weigh(number, feature, worth, shown, o, u)


def lasting_labels(model: TabularModel) -> NDArray[np.int32]:
    """Label of each observation where labels tell what is the case, not what happened; -1 elsewhere.

    They do where staying in a place repeats its label, and all ways into it give the same.

    Parameters
    ----------
    model : TabularModel
        O observations.

    Returns
    -------
    int32 array, shape (O,)
    """
    into = model.observation[model.next_state]
    stays = into == model.observation[:, None, None]
    lowest = np.full(model.n_observations, len(model.masks), np.int32)
    highest = np.full(model.n_observations, -1, np.int32)
    np.minimum.at(lowest, into, model.label)
    np.maximum.at(highest, into, model.label)
    if not (stays & (model.masks[model.label] != 0)).any():
        return np.full(model.n_observations, -1, np.int32)
    return np.where(lowest == highest, highest, -1).astype(np.int32)


def begin(
    number: Floats,
    feature: Floats,
    exits: Ints,
    told: Sequence[tuple[Tactics, Departures]],
    masks: NDArray[np.int64],
) -> None:
    """Take over the features that teachers in the same world imply.

    A teacher's values in a DFA state that it left by one event are the features of that exit, times what came
    after: they are divided by the largest. The place of the exit is taken to be where that is, until the exit
    is seen.
    """
    for one, left in told:
        for u in np.flatnonzero(one.known.any(axis=1) & (left.mine >= 0)):
            label = np.flatnonzero(masks == 1 << int(left.mine[u]))
            top = one.q[u].max()
            known = int(number[FOUND])
            taken = label.size and (exits[:known, LABEL] == label[0]).any()
            if not label.size or taken or top <= 0 or known >= len(exits):
                continue
            seen = np.unravel_index(int(one.q[u].argmax()), one.q[u].shape)[0]
            exits[known] = -1, label[0], 1, seen
            feature[:, known, :] = np.where(one.known[u][:, None], one.q[u] / top, 0.0)
            number[FOUND] = known + 1
