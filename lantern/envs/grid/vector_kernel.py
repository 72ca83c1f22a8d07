"""Many grid worlds and their task at once, compiled: step, judge, restart."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lantern.compiled import njit
from lantern.envs.grid.kernel import CELL, Rules, advance, reset_label

# Bits of an entry of `Product.entry`: the next row in the lowest 32, then the label, then flags.
LABEL_SHIFT, LABEL_BITS = 32, 16
ENDED, ACCEPTING, OVER = 48, 49, 50


class Product(NamedTuple):
    """The product of a tabular model and a task, packed so that a step reads one number.

    A row is a pair of a state of the world and a state of the automaton; entries stand at
    ``(row * A + action) * B + branch``.

    Parameters
    ----------
    entry : int64 array, shape (P * A * B,)
        Next row, label index, and flags: the world ends, the automaton accepts, its outcome is settled.
    own : float64 array, shape (P * A * B,)
        The environment's own reward.
    observation, task : int64 arrays, shape (P,)
        What is observed, and the state of the automaton, in each row.
    masks : int64 array, shape (L,)
        The labels.
    cumulative : float64 array, shape (B,)
        Cumulative probability of the branches.
    start, start_label : int64 arrays, shape (K,)
        Rows in which episodes begin, and their labels as masks.
    n_actions : int
        A.
    """

    entry: NDArray[np.int64]
    own: NDArray[np.float64]
    observation: NDArray[np.int64]
    task: NDArray[np.int64]
    masks: NDArray[np.int64]
    cumulative: NDArray[np.float64]
    start: NDArray[np.int64]
    start_label: NDArray[np.int64]
    n_actions: int


class Task(NamedTuple):
    """A task automaton and its rewards as the kernels read them.

    Parameters
    ----------
    delta : int32 array, shape (U, L)
        State after each label; L counts the masks that `Runner.masks` lists.
    accepting, over : bool arrays, shape (U,)
        Whether the state accepts, and whether nothing can change the outcome any more.
    initial : int
        State before the first label.
    limit : int
        Time limit.
    waits : int
        0: acceptance ends the episode; 1: only where the start does not accept already; 2: it never does.
    accept, fail, every : float
        Rewards for success at the end, for failure at the end, and for every step.
    own : float
        Share of the environment's own reward that is paid as well (1 where there is no task).
    """

    delta: NDArray[np.int32]
    accepting: NDArray[np.bool_]
    over: NDArray[np.bool_]
    initial: int
    limit: int
    waits: int
    accept: float
    fail: float
    every: float
    own: float


class Batch(NamedTuple):
    """The running episodes of N environments.

    Parameters
    ----------
    state : int64 array, shape (N,) or (N, 4)
        State of each world: its row in the product, or as in `lantern.envs.grid.kernel`.
    task : int64 array, shape (N,)
        State of each automaton.
    steps : int64 array, shape (N,)
        Steps taken.
    until_end : uint8 array, shape (N,)
        1 where success is judged only at the end of the episode.
    """

    state: NDArray[np.int64]
    task: NDArray[np.int64]
    steps: NDArray[np.int64]
    until_end: NDArray[np.uint8]


class Outcome(NamedTuple):
    """What a step of N environments fills in: arrays of shape (N,)."""

    observation: NDArray[np.int64]
    reward: NDArray[np.float64]
    own_reward: NDArray[np.float64]
    terminated: NDArray[np.bool_]
    truncated: NDArray[np.bool_]
    label: NDArray[np.int64]
    success: NDArray[np.bool_]


@njit(inline="always")
def _judge(task: Task, batch: Batch, out: Outcome, n: int, column: int, own: float, ended: bool) -> None:
    """Advance the automaton of environment `n` by one label, and decide whether its episode is over."""
    after = task.delta[batch.task[n], column]
    batch.task[n] = after
    batch.steps[n] += 1
    accepting = task.accepting[after]
    terminated = ended or task.over[after] or (accepting and batch.until_end[n] == 0)
    truncated = batch.steps[n] >= task.limit
    reward = task.every + task.own * own
    success = accepting and (terminated or truncated)
    if success:
        reward += task.accept
    elif terminated:
        reward += task.fail
    out.reward[n] = reward
    out.own_reward[n] = own
    out.terminated[n] = terminated
    out.truncated[n] = truncated
    out.success[n] = success


@njit(inline="always")
def _begin(task: Task, batch: Batch, n: int, column: int) -> None:
    """Start the automaton of environment `n` with the label of its start."""
    first = task.delta[task.initial, column]
    batch.task[n] = first
    batch.steps[n] = 0
    batch.until_end[n] = task.waits == 2 or (task.waits == 1 and task.accepting[first])


@njit()
def step_product(
    product: Product,
    task: Task,
    batch: Batch,
    actions: NDArray[np.int64],
    draws: NDArray[np.float64],
    held: NDArray[np.bool_],
    out: Outcome,
) -> bool:
    """Step all environments that are not held, by table.

    Parameters
    ----------
    actions : int64 array, shape (N,)
        Actions, in range.
    draws : float64 array, shape (N,)
        Uniform draws in [0, 1); read only where outcomes are random.
    held : bool array, shape (N,)
        Environments that sit out this step.

    Returns
    -------
    bool
        Whether some episode is over.
    """
    some = 0
    branches = product.cumulative.size
    for n in range(actions.size):
        if held[n]:
            continue
        index = batch.state[n] * product.n_actions + actions[n]
        if branches > 1:
            index *= branches
            branch = 0
            while draws[n] >= product.cumulative[branch]:
                branch += 1
            index += branch
        entry = product.entry[index]
        row = entry & 0xFFFFFFFF
        steps = batch.steps[n] + 1
        # Flags as numbers: the processor cannot guess these branches, and every wrong guess costs a step.
        accepting = (entry >> ACCEPTING) & 1
        ended = ((entry >> ENDED) | (entry >> OVER)) & 1 | (accepting & (1 - batch.until_end[n]))
        late = 1 if steps >= task.limit else 0
        success = accepting & (ended | late)
        batch.state[n] = row
        batch.steps[n] = steps
        batch.task[n] = product.task[row]
        out.observation[n] = product.observation[row]
        out.label[n] = product.masks[(entry >> LABEL_SHIFT) & 0xFFFF]
        own = product.own[index]
        paid = task.accept * success + task.fail * (ended & (1 - success))
        out.reward[n] = task.every + task.own * own + paid
        out.own_reward[n] = own
        out.terminated[n] = ended != 0
        out.truncated[n] = late != 0
        out.success[n] = success != 0
        some |= ended | late
    return some != 0


@njit()
def begin_product(
    product: Product,
    task: Task,
    batch: Batch,
    chosen: NDArray[np.bool_],
    draws: NDArray[np.float64],
    observation: NDArray[np.int64],
    label: NDArray[np.int64],
) -> None:
    """Start new episodes in the chosen environments; `draws` pick the start states."""
    for n in range(chosen.size):
        if chosen[n]:
            start = min(int(draws[n] * product.start.size), product.start.size - 1)
            row = product.start[start]
            state = product.task[row]
            batch.state[n] = row
            batch.task[n] = state
            batch.steps[n] = 0
            batch.until_end[n] = task.waits == 2 or (task.waits == 1 and task.accepting[state])
            observation[n] = product.observation[row]
            label[n] = product.start_label[start]


@njit()
def step_rules(
    rules: Rules,
    layouts: NDArray[np.int32],
    slips: NDArray[np.int64],
    cumulative: NDArray[np.float64],
    task: Task,
    batch: Batch,
    actions: NDArray[np.int64],
    draws: NDArray[np.float64],
    held: NDArray[np.bool_],
    out: Outcome,
) -> bool:
    """Step all environments that are not held, each on its own map; as `step_product`."""
    some = False
    for n in range(actions.size):
        if held[n]:
            continue
        branch = 0
        while branch + 1 < cumulative.size and draws[n] >= cumulative[branch]:
            branch += 1
        label, own, ended = advance(rules, layouts[n], batch.state[n], slips[actions[n], branch])
        out.observation[n] = batch.state[n, CELL]
        out.label[n] = label
        _judge(task, batch, out, n, label, own, ended)
        some = some or out.terminated[n] or out.truncated[n]
    return some


@njit()
def begin_rules(
    rules: Rules,
    layouts: NDArray[np.int32],
    task: Task,
    batch: Batch,
    chosen: NDArray[np.bool_],
    starts: NDArray[np.int64],
    observation: NDArray[np.int64],
    label: NDArray[np.int64],
) -> None:
    """Start new episodes in the chosen environments, on their new maps, from the given cells."""
    for n in range(chosen.size):
        if chosen[n]:
            batch.state[n, :] = 0
            batch.state[n, CELL] = starts[n]
            observation[n] = starts[n]
            label[n] = reset_label(rules, layouts[n], batch.state[n])
            _begin(task, batch, n, label[n])
