"""The training loop of the model-based learner, compiled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lantern.agents.tabular.advice import ARM, end_turn, follow
from lantern.agents.tabular.arrays import SETTLED, Advice, Floats, Ints, Lesson, Log, Model, Settings, Task
from lantern.agents.tabular.compiled import allocating, compiled, inlined
from lantern.agents.tabular.evaluation import evaluate
from lantern.agents.tabular.kernel import choose, forget_path
from lantern.agents.tabular.model_based.arrays import KNOWN, OUTCOMES, Learned, Memory
from lantern.agents.tabular.model_based.plan import certain_values, connect, predicted, push, sweep
from lantern.agents.tabular.record import note_end, note_entry, note_step
from lantern.agents.tabular.stream import Stream, below, branch, draw


@allocating
def learn(
    world: Model,
    task: Task,
    settings: Settings,
    memory: Memory,
    learned: Learned,
    advice: Advice,
    q: Floats,
    lesson: Lesson,
    log: Log,
    stream: Stream,
    dice: Stream,
    episodes: int,
) -> None:
    """Train and evaluate until the last step mark of the log; ``q`` ends as the values of what is known."""
    where = np.full(3, -1, np.int64)
    trace = np.full((task.delta.shape[0], 3), -1, np.int32)
    turn, promise = np.full(2, -1, np.int32), np.zeros(1)
    tried = np.zeros(q.shape, np.int32)
    alive = np.flatnonzero(~task.terminal).astype(np.int32)
    certain = np.zeros(learned.value.shape)
    rewards = (task.accept, task.fail, task.step, settings.discount)
    # What is not known is worth no more than never getting anywhere.
    worst = np.full(
        task.delta.shape[0], min(task.fail, 0.0) + min(task.step, 0.0) / (1.0 - settings.discount)
    )
    done = 0
    for mark in range(log.step.shape[0]):
        steps = log.step[mark] - done
        train(
            world,
            task,
            settings,
            memory,
            learned,
            advice,
            lesson,
            stream,
            where,
            trace,
            turn,
            promise,
            tried,
            alive,
            rewards,
            steps,
        )
        done = log.step[mark]
        certain_values(
            task.delta,
            task.terminal,
            task.accepting,
            memory[:4],
            learned[:6],
            certain,
            q,
            worst,
            alive,
            rewards,
        )
        evaluate(world, task, settings.limit, q, log, mark, dice, episodes)
        log.tactics[mark] = advice.trust


@compiled
def train(
    world: Model,
    task: Task,
    settings: Settings,
    memory: Memory,
    learned: Learned,
    advice: Advice,
    lesson: Lesson,
    stream: Stream,
    where: NDArray[np.int64],
    trace: Ints,
    turn: Ints,
    promise: Floats,
    tried: Ints,
    alive: Ints,
    rewards: tuple[float, float, float, float],
    steps: int,
) -> None:
    """Make some environment steps, learn the model and plan after each."""
    next_state, cumulative, labels, terminated, observation, initial, start = world
    delta, terminal, accepting, until_end, _, _, _ = task
    actions, promised, slack, trust, prior, alone, progress, gated = advice
    state_count, state, edge_count, edge = lesson
    q = learned.q
    s, u, t = where
    for _ in range(steps):
        if s < 0:
            first = below(draw(stream), initial.shape[0])
            s, u, t = initial[first], start[first], 0
            forget_path(turn[:0], trace)
            note_entry(state_count, state, trace, q[observation[s], u], u, 0)
        o = observation[s]
        a = choose(q[o, u], settings.epsilon, stream)
        if trust.shape[0] > 0:
            a = follow(actions, promised, trust, tried, turn, promise, u, o, t, a, stream)
        b = branch(cumulative[s, a], stream)
        label, s2, end = labels[s, a, b], next_state[s, a, b], terminated[s, a, b]
        o2, u2 = observation[s2], delta[u, label]
        note_step(edge_count, edge, trace, q[o, u, a], u, label, t)
        tried[o, u, a] = min(tried[o, u, a] + 1, SETTLED)
        t += 1
        if record(memory, learned, o, a, o2, label, end):
            sweep(
                delta,
                terminal,
                accepting,
                memory[:4],
                learned[:6],
                learned.value,
                q,
                learned.bound,
                learned.queue,
                learned.queued,
                learned.place,
                learned.before,
                learned.link,
                learned.needed[0],
                alive,
                rewards,
            )
        over = end or terminal[u2]
        if trust.shape[0] > 0:
            args = (u, u2, o2, t, over and not accepting[u2], gated)
            end_turn(actions, promised, slack, trust, prior, tried, alone, progress, turn, promise, *args)
        s = s2
        if over or t >= settings.limit:
            turn[ARM] = -1
            note_end(state_count, state, edge_count, edge, trace, t, accepting[u2] and (over or until_end))
            s = -1
        elif u2 != u:
            note_entry(state_count, state, trace, q[o2, u2], u2, t)
        u = u2
    where[0], where[1], where[2] = s, u, t


@compiled
def record(memory: Memory, learned: Learned, o: int, a: int, o2: int, label: int, end: bool) -> bool:
    """Enter a step into the model and queue what it changes; return whether there is anything to plan."""
    k = 0
    count = learned.counts[o, a]
    while (
        k < OUTCOMES - 1
        and count[k] > 0
        and not (
            learned.row[o, a, k] == o2 and learned.label[o, a, k] == label and learned.ended[o, a, k] == end
        )
    ):
        k += 1
    pairs = learned.q.shape[2]
    if count[k] == 0:
        learned.row[o, a, k], learned.label[o, a, k], learned.ended[o, a, k] = o2, label, end
        connect(learned.before, learned.link, learned.links, o * pairs + a, o2)
    fresh = count[k] == 0
    count[k] += 1
    learned.tries[o, a] += 1
    varies = k > 0 or count[1] > 0
    if varies and learned.needed[0] == 1:
        learned.needed[0] = KNOWN
        for row in range(learned.value.shape[0]):
            push(learned.queue, learned.queued, learned.place, row)
    if fresh or varies or learned.tries[o, a] == learned.needed[0]:
        push(learned.queue, learned.queued, learned.place, o)
    generalise(memory, learned, o, a, o2, label, end)
    return bool(learned.place[1] > 0)


@inlined
def generalise(memory: Memory, learned: Learned, o: int, a: int, o2: int, label: int, end: bool) -> None:
    """Take it that a step would have gone the same way whatever the last event was, until it is tried.

    A place that gives nothing because it was the last to give something says nothing about that. An event is
    believed rather than none: what is hoped for is tried.
    """
    here, there = memory.base[o], memory.base[o2]
    if memory.rows.shape[1] == 1 or learned.needed[0] > 1:
        return
    gives = memory.event[there, label] >= 0
    if not gives and memory.source[memory.remembered[o]] == there:
        return
    guess = learned.guess[here, a]
    if guess[0] >= 0 and (memory.event[guess[0], guess[1]] >= 0 or not gives):
        return
    guess[0], guess[1], guess[2] = there, label, int(end)
    pairs = learned.q.shape[2]
    for m in range(memory.rows.shape[1]):
        row = memory.rows[here, m]
        if row < 0 or learned.tries[row, a] > 0:
            continue
        target = predicted(memory.base, memory.remembered, memory.rows, memory.event, learned.guess, row, a)
        if target >= 0:
            connect(learned.before, learned.link, learned.links, row * pairs + a, target)
            push(learned.queue, learned.queued, learned.place, row)
