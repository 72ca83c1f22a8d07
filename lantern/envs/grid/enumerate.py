"""All states of a grid world that can be reached, as the arrays that tabular learners run on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantern.envs.grid.kernel import CELL, STATE_SIZE, advance_many, reset_label
from lantern.envs.grid.world import World
from lantern.envs.tabular import TabularModel

MAX_STATES = 200_000
_SIDEWAYS = {
    "up": ("left", "right"),
    "down": ("left", "right"),
    "left": ("up", "down"),
    "right": ("up", "down"),
}


@dataclass(frozen=True)
class Enumeration:
    """A tabular model and what its states are.

    Parameters
    ----------
    model : TabularModel
        The arrays.
    states : int64 array, shape (S, 4)
        Cell, last event, inventory and gone tiles of each state, as in `lantern.envs.grid.kernel`.
    """

    model: TabularModel
    states: NDArray[np.int64]


def branches(world: World) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """What each action may turn into when the agent slips.

    Returns
    -------
    actions : int64 array, shape (A, B)
        The action carried out in each branch.
    cumulative : float64 array, shape (A, B)
        Cumulative probability of the branches.
    """
    names, slip = world.file.actions, world.file.slip
    if slip == 0:
        return np.arange(len(names))[:, None], np.ones((len(names), 1))
    table = np.tile(np.arange(len(names))[:, None], (1, 3))
    for index, name in enumerate(names):
        for branch, sideways in enumerate(_SIDEWAYS.get(name, ())):
            if sideways in names:
                table[index, branch + 1] = names.index(sideways)
    return table, np.tile(np.array([1 - slip, 1 - slip / 2, 1.0]), (len(names), 1))


def start_states(world: World) -> NDArray[np.int64]:
    """One state for each start cell: int64 array, shape (K, 4)."""
    states = np.zeros((world.starts.size, STATE_SIZE), dtype=np.int64)
    states[:, CELL] = world.starts
    return states


@dataclass
class _Steps:
    """Outcomes of all actions in a batch of states; every array starts with (n, A, B)."""

    states: NDArray[np.int64]
    labels: NDArray[np.int64]
    rewards: NDArray[np.float64]
    ended: NDArray[np.bool_]


def _all_steps(
    world: World, layout: NDArray[np.int32], states: NDArray[np.int64], table: NDArray[np.int64]
) -> _Steps:
    shape = (len(states), *table.shape)
    after = np.repeat(states, table.size, axis=0)
    actions = np.tile(table.ravel(), len(states))
    size = len(after)
    labels, rewards, ended = np.zeros(size, np.int64), np.zeros(size), np.zeros(size, np.bool_)
    advance_many(world.rules, layout, after, actions, labels, rewards, ended)
    after = after.reshape(*shape, STATE_SIZE)
    return _Steps(after, labels.reshape(shape), rewards.reshape(shape), ended.reshape(shape))


def _collect(world: World, layout: NDArray[np.int32], limit: int) -> dict[bytes, int] | None:
    """Number every reachable state, breadth first; None if there are more than `limit`."""
    table, _ = branches(world)
    frontier = np.unique(start_states(world), axis=0)
    index = {row.tobytes(): number for number, row in enumerate(frontier)}
    expanded = set(index)
    while len(frontier):
        steps = _all_steps(world, layout, frontier, table)
        for row in np.unique(steps.states.reshape(-1, STATE_SIZE), axis=0):
            index.setdefault(row.tobytes(), len(index))
        if len(index) > limit:
            return None
        # A state that is only reached by ending needs a number, but nothing happens after it.
        going = np.unique(steps.states[~steps.ended], axis=0)
        fresh = [row for row in going if row.tobytes() not in expanded]
        expanded.update(row.tobytes() for row in fresh)
        frontier = np.array(fresh, dtype=np.int64).reshape(-1, STATE_SIZE)
    return index


def enumerate_world(
    world: World, layout: NDArray[np.int32] | None = None, limit: int = MAX_STATES
) -> Enumeration | None:
    """Enumerate a grid world on one map.

    Parameters
    ----------
    world : World
        The world; its start cells are those of `World.starts`.
    layout : int32 array, shape (C,), optional
        What is in each cell; the drawn map by default.
    limit : int
        Most states to enumerate.

    Returns
    -------
    Enumeration or None
        None if there are more states than `limit`.
    """
    layout = world.layout() if layout is None else layout
    index = _collect(world, layout, limit)
    if index is None:
        return None
    states = np.frombuffer(b"".join(index), dtype=np.int64).reshape(-1, STATE_SIZE).copy()
    table, cumulative = branches(world)
    steps = _all_steps(world, layout, states, table)
    shape = steps.labels.shape
    # Where an episode has ended nothing is entered any more: states outside the table cannot be asked for.
    target = [index.get(row.tobytes(), 0) for row in steps.states.reshape(-1, STATE_SIZE)]
    starts = start_states(world)
    start_labels = np.array([reset_label(world.rules, layout, state) for state in starts], dtype=np.int64)
    masks = np.unique(np.concatenate([steps.labels.ravel(), start_labels, [0]]))
    observation, n_observations = _observations(world, states)
    model = TabularModel(
        next_state=np.array(target).reshape(shape),
        cumulative=np.broadcast_to(cumulative, shape),
        label=np.searchsorted(masks, steps.labels).astype(np.int32),
        terminated=steps.ended,
        masks=masks,
        initial=np.array([index[state.tobytes()] for state in starts]),
        initial_label=np.searchsorted(masks, start_labels).astype(np.int32),
        observation=observation,
        n_observations=n_observations,
        max_steps=world.file.limit,
        n_actions=len(world.file.actions),
        reward=steps.rewards,
    )
    return Enumeration(model, states)


def _observations(world: World, states: NDArray[np.int64]) -> tuple[NDArray[np.int32], int]:
    """Index of what is observed in each state: the cell, or with planes all but the last event."""
    if world.file.observe != "planes":
        return states[:, CELL].astype(np.int32), world.n_cells
    visible, index = np.unique(np.delete(states, 1, axis=1), axis=0, return_inverse=True)
    return index.ravel().astype(np.int32), len(visible)
