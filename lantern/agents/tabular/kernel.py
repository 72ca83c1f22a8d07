"""The training loop of all tabular agents, compiled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lantern.agents.tabular.advice import ARM, end_turn, follow
from lantern.agents.tabular.arrays import (
    SETTLED,
    WINDOW,
    Advice,
    Bools,
    Floats,
    Guide,
    Ints,
    Lesson,
    Log,
    Model,
    Settings,
    Tables,
    Task,
)
from lantern.agents.tabular.compiled import allocating, compiled, inlined
from lantern.agents.tabular.evaluation import evaluate
from lantern.agents.tabular.guide import judge_episode, learn_step, refresh
from lantern.agents.tabular.record import note_end, note_entry, note_step
from lantern.agents.tabular.stream import Stream, argmax, below, branch, draw, uniform

RUNNING, TERMINATED, TIME_IS_UP = 0, 1, 2


@allocating
def learn(
    model: Model,
    task: Task,
    settings: Settings,
    tables: Tables,
    guide: Guide,
    advice: Advice,
    lesson: Lesson,
    log: Log,
    stream: Stream,
    dice: Stream,
    episodes: int,
) -> None:
    """Train and evaluate until the last step mark of the log.

    Parameters
    ----------
    model, task, settings, tables, guide, advice, lesson, log
        See :mod:`lantern.agents.tabular.arrays`.
    stream, dice : uint64 array, shape (1,)
        Random numbers of learning and of evaluation.
    episodes : int
        Episodes of an evaluation in a stochastic environment.
    """
    where = np.full(3, -1, np.int64)
    trace = np.full((task.delta.shape[0], 3), -1, np.int32)
    path = np.zeros((WINDOW, 2), np.int32)
    since = np.zeros(guide.best.shape[1], np.int32)
    alive = np.flatnonzero(~task.terminal).astype(np.int32)
    turn, promise = np.full(2, -1, np.int32), np.zeros(1)
    done = 0
    for mark in range(log.step.shape[0]):
        train(
            model,
            task,
            settings,
            tables,
            guide,
            advice,
            lesson,
            stream,
            where,
            trace,
            path,
            since,
            turn,
            promise,
            alive,
            log.step[mark] - done,
        )
        done = log.step[mark]
        evaluate(model, task, settings.limit, tables.q, log, mark, dice, episodes)
        log.trust[mark] = guide.weight
        log.tactics[mark] = advice.trust


@compiled
def train(
    model: Model,
    task: Task,
    settings: Settings,
    tables: Tables,
    guide: Guide,
    advice: Advice,
    lesson: Lesson,
    stream: Stream,
    where: NDArray[np.int64],
    trace: Ints,
    path: Ints,
    since: Ints,
    turn: Ints,
    promise: Floats,
    alive: Ints,
    steps: int,
) -> None:
    """Make some environment steps and learn from each; ``where`` keeps the place between calls."""
    next_state, cumulative, labels, terminated, observation, initial, start = model
    delta, terminal, accepting, until_end, accept, fail, step_reward = task
    step_size, discount, epsilon, limit, crm, aliased, distil, guided, gated = settings
    q, tried, beta, taught = tables
    label_goal, goal, best, outcome, version, known, potential, floor, after, stamp = guide[:10]
    cost, weight, prior, published, judged, unit = guide[10:]
    actions, promised, slack, trust, advice_prior, alone, progress, gate = advice
    advised = trust.shape[0] > 0
    state_count, state, edge_count, edge = lesson
    s, u, t = where
    for _ in range(steps):
        if s < 0:
            first = below(draw(stream), initial.shape[0])
            s, u, t = initial[first], start[first], 0
            forget_path(since, trace)
            note_entry(state_count, state, trace, q[observation[s], u], u, 0)
        o = observation[s]
        if guided and stamp[o] != stamp[-1]:
            refresh(goal, after, floor, alive, tried, potential, q, stamp, o)
        a = choose(q[o, u], epsilon, stream)
        if advised:
            a = follow(actions, promised, trust, tried, turn, promise, u, o, t, a, stream)
        b = branch(cumulative[s, a], stream)
        label, s2 = labels[s, a, b], next_state[s, a, b]
        o2, u2 = observation[s2], delta[u, label]
        note_step(edge_count, edge, trace, q[o, u, a], u, label, t)
        if guided:
            learn_step(
                goal,
                best,
                outcome,
                version,
                known,
                after,
                floor,
                alive,
                tried,
                potential,
                q,
                stamp,
                path,
                since,
                o,
                a,
                o2,
                label_goal[label],
                t,
                step_size,
                discount,
            )
        t += 1
        end = ending(terminated[s, a, b], until_end and t >= limit)
        update(
            delta,
            terminal,
            accepting,
            alive,
            q,
            tried,
            beta,
            taught,
            o,
            a,
            o2,
            u,
            label,
            end,
            step_size,
            discount,
            crm,
            aliased,
            distil,
            accept,
            fail,
            step_reward,
        )
        s = s2
        if advised:
            end_turn(
                actions,
                promised,
                slack,
                trust,
                advice_prior,
                tried,
                alone,
                progress,
                turn,
                promise,
                u,
                u2,
                o2,
                t,
                (end == TERMINATED or terminal[u2]) and not accepting[u2],
                gate,
            )
        if end != RUNNING or terminal[u2] or t >= limit:
            turn[ARM] = -1
            won = accepting[u2] and (end != RUNNING or terminal[u2])
            note_end(state_count, state, edge_count, edge, trace, t, won)
            if guided and gated and terminal[u2] and not until_end:
                judge_episode(
                    delta,
                    label_goal,
                    terminal,
                    accepting,
                    cost,
                    weight,
                    prior,
                    published,
                    judged,
                    after,
                    floor,
                    stamp,
                    trace,
                    u,
                    u2,
                    t,
                    unit,
                    accept,
                )
            s = -1
        elif u2 != u:
            note_entry(state_count, state, trace, q[o2, u2], u2, t)
        u = u2
    where[0], where[1], where[2] = s, u, t


@inlined
def forget_path(since: Ints, trace: Ints) -> None:
    """Start an episode's record of goals reached and of DFA states entered."""
    for g in range(since.shape[0]):
        since[g] = 0
    for v in range(trace.shape[0]):
        for column in range(trace.shape[1]):
            trace[v, column] = -1


@inlined
def choose(values: Floats, epsilon: float, stream: Stream) -> int:
    """Choose an action epsilon-greedily."""
    bits = draw(stream)
    if uniform(bits) < epsilon:
        return below(bits, values.shape[0])
    return argmax(values, bits)


@inlined
def ending(terminated: bool, time_is_up: bool) -> int:
    """How the environment ended the episode for the learner; a cut short of a verdict is no end."""
    if terminated:
        return TERMINATED
    return TIME_IS_UP if time_is_up else RUNNING


@inlined
def update(
    delta: Ints,
    terminal: Bools,
    accepting: Bools,
    alive: Ints,
    q: Floats,
    tried: Ints,
    beta: Floats,
    taught: Floats,
    o: int,
    a: int,
    o2: int,
    u: int,
    label: int,
    end: int,
    step_size: float,
    discount: float,
    crm: bool,
    aliased: bool,
    distil: float,
    accept: float,
    fail: float,
    step_reward: float,
) -> None:
    """Q-learning from one step, in the real DFA state or in all of them (CRM: Toro Icarte et al. 2022).

    Where several environment states look the same, a label may depend on what happened before, so that
    another DFA state would not have met it. There, what really happened in a DFA state comes first: its
    counterfactual experience is used until it disagrees, or until the pair was really tried often enough.
    """
    w = delta[u, label]
    tried[o, u, a] = 16 * w + min(tried[o, u, a] & 15, SETTLED - 1) + 1
    for i in range(alive.shape[0] if crm else 1):
        v = alive[i] if crm else u
        w = delta[v, label]
        if v != u and aliased:
            known = tried[o, v, a]
            if known > 0 and (known >> 4 != w or known & 15 >= SETTLED):
                continue
        if end == RUNNING and not terminal[w]:
            target = q[o2, w, 0]
            for b in range(1, q.shape[2]):
                target = max(target, q[o2, w, b])
            target = step_reward + discount * target
        else:
            target = step_reward
            if accepting[w]:
                target += accept
            elif end != TIME_IS_UP:
                target += fail
        if distil > 0.0:
            target += beta[v, label] * (taught[v, label] - target)
        q[o, v, a] += step_size * (target - q[o, v, a])
    if distil > 0.0:
        beta[u, label] *= distil
