"""Planning in the learned model: optimism where nothing is known, prioritised sweeping, certain values.

A pair that was not tried is taken to lead to acceptance after as few steps as the automaton has labels to go:
more than it can be, so that acting greedily tries what could matter and nothing else (R-max: Brafman &
Tennenholtz 2002). Changes are passed back to the rows that lead to a changed one (prioritised sweeping: Moore
& Atkeson 1993, here first come, first served).
"""

from __future__ import annotations

from lantern.agents.tabular.arrays import Bools, Floats, Ints
from lantern.agents.tabular.compiled import compiled, inlined
from lantern.agents.tabular.model_based.arrays import BACKUPS, NEGLIGIBLE, OUTCOMES


@compiled
def push(queue: Ints, queued: Bools, place: Ints, row: int) -> None:
    """Put a row at the end of the queue, once."""
    if not queued[row]:
        queued[row] = True
        queue[(place[0] + place[1]) % queue.shape[0]] = row
        place[1] += 1


@compiled
def connect(before: Ints, link: Ints, links: Ints, pair: int, row: int) -> None:
    """Note that a pair leads to a row."""
    n = links[0]
    if n < link.shape[0]:
        link[n, 0], link[n, 1] = pair, before[row]
        before[row] = n
        links[0] = n + 1


@inlined
def gain(
    delta: Ints,
    terminal: Bools,
    accepting: Bools,
    value: Floats,
    u: int,
    row: int,
    label: int,
    ended: bool,
    accept: float,
    fail: float,
    step: float,
    discount: float,
) -> float:
    """Return of one outcome in a DFA state: as in Q-learning's target."""
    w = delta[u, label]
    if ended or terminal[w]:
        return step + (accept if accepting[w] else fail)
    return step + discount * float(value[row, w])


@inlined
def predicted(base: Ints, remembered: Ints, index: Ints, event: Ints, guess: Ints, row: int, a: int) -> int:
    """Row that a pair is taken to lead to, because it did so under another memory; -1 unknown."""
    seen = guess[base[row], a, 0]
    if seen < 0:
        return -1
    memory = event[seen, guess[base[row], a, 1]]
    return int(index[seen, memory if memory >= 0 else remembered[row]])


@compiled
def back_up(
    delta: Ints,
    terminal: Bools,
    accepting: Bools,
    memory: tuple[Ints, Ints, Ints, Ints],
    model: tuple[Ints, Ints, Bools, Ints, Ints, Ints],
    value: Floats,
    q: Floats,
    unknown: Floats,
    needed: int,
    row: int,
    alive: Ints,
    rewards: tuple[float, float, float, float],
) -> float:
    """Work out one row anew, in all DFA states; return the largest change of a value.

    Parameters are those of :class:`Learned` and :class:`Memory`; ``unknown`` (float64[U]) is what a pair that
    is not known is worth, ``rewards`` are accept, fail, step and discount.
    """
    base, remembered, index, event = memory
    rows, labels, ended, count, tries, guess = model
    accept, fail, step, discount = rewards
    actions = q.shape[2]
    for a in range(actions):
        other = predicted(base, remembered, index, event, guess, row, a) if tries[row, a] == 0 else -1
        for i in range(alive.shape[0]):
            u = alive[i]
            if other >= 0:
                label, end = guess[base[row], a, 1], guess[base[row], a, 2] > 0
                args = (u, other, label, end, accept, fail, step, discount)
                q[row, u, a] = gain(delta, terminal, accepting, value, *args)
            elif tries[row, a] < needed:
                q[row, u, a] = unknown[u]
            else:
                total = 0.0
                for k in range(OUTCOMES):
                    if count[row, a, k] == 0:
                        break
                    args = (
                        u,
                        rows[row, a, k],
                        labels[row, a, k],
                        ended[row, a, k],
                        accept,
                        fail,
                        step,
                        discount,
                    )
                    total += count[row, a, k] * gain(delta, terminal, accepting, value, *args)
                q[row, u, a] = total / tries[row, a]
    change = 0.0
    for i in range(alive.shape[0]):
        u = alive[i]
        best = q[row, u, 0]
        for a in range(1, actions):
            best = max(best, q[row, u, a])
        change = max(change, abs(best - value[row, u]))
        value[row, u] = best
    return change


@compiled
def sweep(
    delta: Ints,
    terminal: Bools,
    accepting: Bools,
    memory: tuple[Ints, Ints, Ints, Ints],
    model: tuple[Ints, Ints, Bools, Ints, Ints, Ints],
    value: Floats,
    q: Floats,
    bound: Floats,
    queue: Ints,
    queued: Bools,
    place: Ints,
    before: Ints,
    link: Ints,
    needed: int,
    alive: Ints,
    rewards: tuple[float, float, float, float],
) -> None:
    """Back up what is queued, and what leads to what changed, up to `BACKUPS` rows."""
    actions = q.shape[2]
    for _ in range(BACKUPS):
        if place[1] == 0:
            return
        row = queue[place[0]]
        place[0] = (place[0] + 1) % queue.shape[0]
        place[1] -= 1
        queued[row] = False
        change = back_up(
            delta, terminal, accepting, memory, model, value, q, bound, needed, row, alive, rewards
        )
        if change <= NEGLIGIBLE * rewards[0]:
            continue
        n = before[row]
        while n >= 0:
            push(queue, queued, place, link[n, 0] // actions)
            n = link[n, 1]


@compiled
def certain_values(
    delta: Ints,
    terminal: Bools,
    accepting: Bools,
    memory: tuple[Ints, Ints, Ints, Ints],
    model: tuple[Ints, Ints, Bools, Ints, Ints, Ints],
    value: Floats,
    q: Floats,
    worst: Floats,
    alive: Ints,
    rewards: tuple[float, float, float, float],
) -> None:
    """Value iteration on what is known: the greedy policy in ``q`` relies on nothing that was not seen."""
    for row in range(value.shape[0]):
        for u in range(value.shape[1]):
            value[row, u] = worst[u]
    for _ in range(10_000):
        change = 0.0
        for row in range(value.shape[0]):
            found = back_up(
                delta, terminal, accepting, memory, model, value, q, worst, 1, row, alive, rewards
            )
            change = max(change, found)
        if change <= NEGLIGIBLE * rewards[0]:
            return
