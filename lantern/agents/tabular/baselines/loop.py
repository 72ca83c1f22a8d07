"""The training loop of the transfer methods, compiled once for all of them.

It is that of the tabular learner (:mod:`lantern.agents.tabular.kernel`): the same update, exploration,
evaluation and notes. A method comes in at four places: when an episode begins, when an action is chosen, when
a step was learned from, and when an episode ends.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lantern.agents.tabular.arrays import Floats, Ints, Lesson, Log, Model, Settings, Tables, Task
from lantern.agents.tabular.baselines import (
    a2t,
    caps,
    jsrl,
    kickstarting,
    lantern_blend,
    multipolar,
    policy_reuse,
    qdagger,
    sf_fsa_vi,
)
from lantern.agents.tabular.baselines.memory import CODES, Advice, Memory, Numbers
from lantern.agents.tabular.compiled import allocating, compiled, inlined
from lantern.agents.tabular.evaluation import evaluate
from lantern.agents.tabular.kernel import RUNNING, choose, ending, forget_path, update
from lantern.agents.tabular.record import note_end, note_entry, note_step
from lantern.agents.tabular.stream import Stream, below, branch, draw

KICKSTARTING, QDAGGER, JSRL = CODES["kickstarting"], CODES["qdagger"], CODES["jsrl"]
POLICY_REUSE, CAPS, A2T = CODES["policy_reuse"], CODES["caps"], CODES["a2t"]
MULTIPOLAR, SF_FSA_VI, BLEND = CODES["multipolar"], CODES["sf_fsa_vi"], CODES["lantern_blend"]


@allocating
def learn(
    method: int,
    model: Model,
    task: Task,
    settings: Settings,
    numbers: Numbers,
    tables: Tables,
    advice: Advice,
    memory: Memory,
    lesson: Lesson,
    log: Log,
    stream: Stream,
    dice: Stream,
    episodes: int,
) -> None:
    """Train and evaluate until the last step mark of the log.

    Parameters
    ----------
    method : int
        Its number in :data:`CODES`.
    model, task, settings, tables, lesson, log
        See :mod:`lantern.agents.tabular.arrays`.
    numbers, advice, memory
        See :mod:`lantern.agents.tabular.baselines.memory`.
    stream, dice : uint64 array, shape (1,)
        Random numbers of learning and of evaluation.
    episodes : int
        Episodes of an evaluation in a stochastic environment.
    """
    where = np.full(3, -1, np.int64)
    trace = np.full((task.delta.shape[0], 3), -1, np.int32)
    alive = np.flatnonzero(~task.terminal).astype(np.int32)
    done = 0
    for mark in range(log.step.shape[0]):
        steps = log.step[mark] - done
        train(
            method,
            model,
            task,
            settings,
            numbers,
            tables,
            advice,
            memory,
            lesson,
            stream,
            where,
            trace,
            alive,
            steps,
        )
        done = log.step[mark]
        publish(method, task, settings.discount, tables.q, advice, memory)
        evaluate(model, task, settings.limit, memory.shown, log, mark, dice, episodes)


@compiled
def train(
    method: int,
    model: Model,
    task: Task,
    settings: Settings,
    numbers: Numbers,
    tables: Tables,
    advice: Advice,
    memory: Memory,
    lesson: Lesson,
    stream: Stream,
    where: NDArray[np.int64],
    trace: Ints,
    alive: Ints,
    steps: int,
) -> None:
    """Make some environment steps and learn from each; ``where`` keeps the place between calls."""
    next_state, cumulative, labels, terminated, observation, initial, start = model
    delta, terminal, accepting, until_end, accept, fail, step_reward = task
    q = tables.q
    state_count, state, edge_count, edge = lesson
    limit = settings.limit
    s, u, t = where
    for _ in range(steps):
        if s < 0:
            first = below(draw(stream), initial.shape[0])
            s, u, t = initial[first], start[first], 0
            forget_path(memory.here, trace)
            note_entry(state_count, state, trace, q[observation[s], u], u, 0)
            begin_episode(method, numbers, memory, stream)
        o = observation[s]
        a = act(method, settings.epsilon, numbers, q, advice, memory, o, u, t, stream)
        b = branch(cumulative[s, a], stream)
        label, s2 = labels[s, a, b], next_state[s, a, b]
        o2, u2 = observation[s2], delta[u, label]
        note_step(edge_count, edge, trace, q[o, u, a], u, label, t)
        t += 1
        end = ending(terminated[s, a, b], until_end and t >= limit)
        if method == BLEND:
            lantern_blend.weigh(
                tables.beta,
                memory.known,
                memory.noise,
                memory.visits,
                memory.unsure,
                alive,
                o,
                a,
                label,
                numbers.volatility,
                numbers.uncertainty,
                numbers.familiarity,
            )
        before = q[o, u, a]
        update(
            delta,
            terminal,
            accepting,
            alive,
            q,
            tables.tried,
            tables.beta,
            tables.taught,
            o,
            a,
            o2,
            u,
            label,
            end,
            settings.step_size,
            settings.discount,
            settings.crm,
            settings.aliased,
            settings.distil,
            accept,
            fail,
            step_reward,
        )
        over = end != RUNNING or terminal[u2]
        error = (q[o, u, a] - before) / settings.step_size
        event = label != memory.quiet and label != memory.lasting[o]
        learn_more(
            method, task, settings, numbers, q, advice, memory, alive, o, a, o2, u, label, over, error, event
        )
        s = s2
        if over or t >= limit:
            won = accepting[u2] and over
            note_end(state_count, state, edge_count, edge, trace, t, won)
            end_episode(method, settings.discount, numbers, q, advice, memory, accept if won else 0.0, t)
            s = -1
        elif u2 != u:
            note_entry(state_count, state, trace, q[o2, u2], u2, t)
        u = u2
    where[0], where[1], where[2] = s, u, t


@inlined
def begin_episode(method: int, numbers: Numbers, memory: Memory, stream: Stream) -> None:
    """What a method decides when an episode begins."""
    if method == POLICY_REUSE:
        policy_reuse.begin_episode(memory.number, memory.score, numbers.reuse, stream)
    elif method == CAPS:
        memory.number[caps.RUNNING] = -1


@inlined
def act(
    method: int,
    epsilon: float,
    numbers: Numbers,
    q: Floats,
    advice: Advice,
    memory: Memory,
    o: int,
    u: int,
    t: int,
    stream: Stream,
) -> int:
    """Choose an action: a teacher's where the method follows one, else epsilon-greedily."""
    if method == CAPS:
        return caps.act(memory.number, advice.action, q, memory.option, memory.ending, o, u, epsilon, stream)
    a = -1
    if method == POLICY_REUSE:
        a = policy_reuse.follow(memory.number, advice.action, o, u, numbers.fading, stream)
    elif method == BLEND:
        a = lantern_blend.follow(
            advice.action,
            advice.lead,
            memory.noise,
            memory.visits,
            memory.unsure,
            o,
            u,
            numbers.volatility,
            numbers.uncertainty,
            numbers.familiarity,
            stream,
        )
    elif guided(method, numbers, memory.number, t) and advice.lead[o, u] >= 0:
        a = advice.action[advice.lead[o, u], o, u]
    if a >= 0:
        return a
    if method == A2T:
        a2t.mix(advice.value, advice.action, q, memory.mixture, memory.share, memory.shown, o, u)
    elif method == SF_FSA_VI:
        sf_fsa_vi.weigh(memory.number, memory.feature, memory.worth, memory.shown, o, u)
    return choose(memory.shown[o, u], epsilon, stream)


@compiled
def guided(method: int, numbers: Numbers, number: Floats, t: int) -> bool:
    """Whether this step is a teacher's to make."""
    if method == JSRL:
        return jsrl.guides(number, numbers.levels, t)
    return bool(method == QDAGGER and number[qdagger.EPISODES] < numbers.teacher_episodes)


@inlined
def learn_more(
    method: int,
    task: Task,
    settings: Settings,
    numbers: Numbers,
    q: Floats,
    advice: Advice,
    memory: Memory,
    alive: Ints,
    o: int,
    a: int,
    o2: int,
    u: int,
    label: int,
    over: bool,
    error: float,
    event: bool,
) -> None:
    """What a method learns from a step beside Q-learning."""
    rate = settings.step_size
    number = memory.number
    w = task.delta[u, label]
    if method == KICKSTARTING:
        kickstarting.learn(number, advice.policy, advice.trust, q, alive, o, numbers.temperature, rate)
    elif method == QDAGGER:
        qdagger.learn(number, advice.policy, advice.lead, q, alive, o, numbers.temperature, rate)
    elif method == CAPS:
        those = alive
        if settings.aliased or not settings.crm:
            those = memory.here
            those[0] = u
        caps.learn(
            number,
            advice.action,
            q,
            memory.option,
            memory.ending,
            task.delta,
            task.terminal,
            those,
            o,
            a,
            o2,
            u,
            label,
            over,
            rate,
            settings.discount,
            numbers.ending_rate,
            numbers.ending_margin,
        )
    elif method == A2T:
        target = -1.0 if not over else task.accept if task.accepting[w] else 0.0
        a2t.learn(
            advice.value,
            advice.action,
            q,
            memory.mixture,
            memory.share,
            memory.shown,
            o,
            a,
            o2,
            u,
            w,
            target,
            settings.discount,
            numbers.mixing_rate,
        )
    elif method == MULTIPOLAR:
        multipolar.learn(advice.value, advice.action, memory.scale, o, u, a, error, numbers.mixing_rate)
    elif method == BLEND:
        lantern_blend.note(memory.noise, memory.visits, o, u, a, error, q[o, u, a])
    elif method == SF_FSA_VI:
        sf_fsa_vi.learn(
            number,
            memory.feature,
            memory.exit,
            memory.landing,
            memory.place,
            o,
            a,
            o2,
            u,
            label,
            event,
            rate,
            settings.discount,
        )
        number[sf_fsa_vi.IDLE] += 1
        if number[sf_fsa_vi.IDLE] >= sf_fsa_vi.EVERY:
            plan(task, settings.discount, memory)


@compiled
def plan(task: Task, discount: float, memory: Memory) -> None:
    """Weigh the exits anew (SF-FSA-VI)."""
    sf_fsa_vi.plan(
        memory.number,
        memory.feature,
        memory.exit,
        memory.landing,
        memory.worth,
        memory.floor,
        task.delta,
        task.terminal,
        task.accepting,
        task.accept,
        task.fail,
        discount,
    )


@inlined
def end_episode(
    method: int,
    discount: float,
    numbers: Numbers,
    q: Floats,
    advice: Advice,
    memory: Memory,
    gain: float,
    t: int,
) -> None:
    """What a method makes of an episode's return ``gain`` after ``t`` steps."""
    if method == KICKSTARTING:
        kickstarting.end_episode(memory.number, numbers.fading)
    elif method == QDAGGER:
        qdagger.end_episode(
            memory.number, memory.returns, gain * discount**t, numbers.teacher_episodes, numbers.weight
        )
    elif method == JSRL:
        jsrl.end_episode(memory.number, memory.returns, gain, t, numbers.tolerance)
    elif method == POLICY_REUSE:
        policy_reuse.end_episode(memory.number, memory.score, gain * discount**t, numbers.greed)
    elif method == MULTIPOLAR:
        multipolar.remix(advice.value, advice.action, memory.scale, memory.mixed, q)


@compiled
def publish(method: int, task: Task, discount: float, q: Floats, advice: Advice, memory: Memory) -> None:
    """Bring the values that the greedy evaluation follows up to date, where they are not the table itself."""
    if method == A2T:
        a2t.publish(advice.value, advice.action, q, memory.mixture, memory.share, memory.shown, task.terminal)
    elif method == SF_FSA_VI:
        plan(task, discount, memory)
        sf_fsa_vi.publish(memory.number, memory.feature, memory.worth, memory.shown, task.terminal)
