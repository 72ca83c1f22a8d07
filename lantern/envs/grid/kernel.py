"""The one implementation of what a step in a grid world does, compiled.

The single environment, the vector environment and the tabular model all call `advance`. A state is one row of
four integers: the cell of the agent, the last event (1 + the cell that gave it, 0 for none), the inventory (8
bits an item) and the tiles that are gone (one bit an instance).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lantern.compiled import njit

CELL, LAST, CARRIED, GONE = range(4)
STATE_SIZE = 4
ENTERING, STANDING, INTERACTING = range(3)

# Columns of a row of `Rules.rule`, followed by three blocks with one column an item: change, least, most.
EVENT, ENDS, VANISHES, OTHERWISE, TURN_FROM, TURN_TO, RULE_FIXED = range(7)
HEADER = 8  # numbers before the arrays in what `pack` makes
# Columns of a row of `Rules.tile`, followed by two blocks with one column an item: least and most to enter.
FIRST_RULE, AT, TILE_FIXED = range(3)


class Rules(NamedTuple):
    """A compiled grid world without its map's contents.

    Parameters
    ----------
    move : int64 array, shape (C, A)
        Cell that each action leads to, doors aside.
    tile : int64 array, shape (T, 2 + 2 I)
        First rule of each tile, mask of the propositions that hold there, and what stepping onto it needs.
    rule : int64 array, shape (R, 6 + 3 I)
        Mask of the event, whether it ends, whether the tile vanishes, the rule to try otherwise (-1 none),
        the items turned into each other (-1 none); then change, least and most of each item.
    reward : float64 array, shape (R,)
        Reward of each rule.
    has : int64 array, shape (M, 1 + 2 I)
        Mask of a proposition about the inventory, then the least and most of each item.
    capacity : int64 array, shape (I,)
        How many of each item can be carried.
    trigger, interact : int
        When tiles are triggered (entering, standing, interacting), and the action that interacts (-1 none).
    step_reward : float
        Reward of every step.
    """

    move: NDArray[np.int64]
    tile: NDArray[np.int64]
    rule: NDArray[np.int64]
    reward: NDArray[np.float64]
    has: NDArray[np.int64]
    capacity: NDArray[np.int64]
    trigger: int
    interact: int
    step_reward: float


@njit()
def _within(carried: int, row: NDArray[np.int64], items: int) -> bool:
    """Whether the inventory lies between the bounds at the end of a row: columns of least, then of most."""
    least = row.size - 2 * items
    for item in range(items):
        count = (carried >> (8 * item)) & 255
        if count < row[least + item] or count > row[least + items + item]:
            return False
    return True


@njit()
def _exchange(carried: int, row: NDArray[np.int64], capacity: NDArray[np.int64]) -> int:
    """Inventory after a rule: items turned into others, then given and taken, clipped at their capacities."""
    items = capacity.size
    source = row[TURN_FROM]
    turned = (carried >> (8 * source)) & 255 if source >= 0 else 0
    after = 0
    for item in range(items):
        count = (carried >> (8 * item)) & 255
        if source >= 0 and item == source:
            count -= turned
        if source >= 0 and item == row[TURN_TO]:
            count += turned
        count += row[RULE_FIXED + item]
        after |= max(0, min(count, capacity[item])) << (8 * item)
    return after


@njit()
def _applicable(rules: Rules, index: int, carried: int) -> int:
    """First rule in the chain from `index` whose needs are met; -1 if there is none."""
    items = rules.capacity.size
    while index >= 0 and not _within(carried, rules.rule[index], items):
        index = rules.rule[index, OTHERWISE]
    return index


@njit()
def _present(layout: NDArray[np.int32], state: NDArray[np.int64], cell: int) -> int:
    """What is in a cell now, as `layout` has it; 0 for a tile that is gone."""
    here = layout[cell]
    return 0 if here > 0 and (state[GONE] >> (here >> 8)) & 1 else here


@njit()
def _open(rules: Rules, carried: int, here: int) -> bool:
    """Whether a cell with this in it can be entered."""
    if here <= 0:
        return here == 0
    return _within(carried, rules.tile[(here & 255) - 1], rules.capacity.size)


@njit()
def holds(rules: Rules, layout: NDArray[np.int32], state: NDArray[np.int64]) -> int:
    """Mask of the propositions that hold in a state, events aside.

    Parameters
    ----------
    layout : int32 array, shape (C,)
        What is in each cell: 0 for nothing, -1 for a wall, or ``1 + tile + 256 * instance``.
    state : int64 array, shape (4,)
        The state.
    """
    mask = 0
    here = _present(layout, state, state[CELL])
    if here > 0:
        mask = rules.tile[(here & 255) - 1, AT]
    for row in range(rules.has.shape[0]):
        if _within(state[CARRIED], rules.has[row], rules.capacity.size):
            mask |= rules.has[row, 0]
    return mask


@njit()
def reset_label(rules: Rules, layout: NDArray[np.int32], state: NDArray[np.int64]) -> int:
    """Mask of what holds before the first step: events only where standing on a tile is what triggers it."""
    mask = holds(rules, layout, state)
    here = layout[state[CELL]]
    if rules.trigger == STANDING and here > 0:
        index = _applicable(rules, rules.tile[(here & 255) - 1, FIRST_RULE], state[CARRIED])
        if index >= 0:
            mask |= rules.rule[index, EVENT]
    return mask


@njit()
def advance(
    rules: Rules, layout: NDArray[np.int32], state: NDArray[np.int64], action: int
) -> tuple[int, float, bool]:
    """Take one step; `state` is changed in place.

    Returns
    -------
    label : int
        Mask of the propositions that hold after the step.
    reward : float
        The environment's own reward.
    ended : bool
        Whether the episode ends.
    """
    target = rules.move[state[CELL], action]
    entered = target != state[CELL]
    here = _present(layout, state, target)
    if entered and not _open(rules, state[CARRIED], here):
        entered = False
        target = state[CELL]
        here = _present(layout, state, target)
    state[CELL] = target
    if rules.trigger == ENTERING:
        triggered = entered and state[LAST] != target + 1
    else:
        triggered = rules.trigger == STANDING or action == rules.interact
    reward = rules.step_reward
    event = 0
    ended = False
    index = -1
    if triggered and here > 0:
        index = _applicable(rules, rules.tile[(here & 255) - 1, FIRST_RULE], state[CARRIED])
    if index >= 0:
        event = rules.rule[index, EVENT]
        reward += rules.reward[index]
        ended = rules.rule[index, ENDS] != 0
        state[CARRIED] = _exchange(state[CARRIED], rules.rule[index], rules.capacity)
        if rules.rule[index, VANISHES] != 0:
            state[GONE] |= 1 << (here >> 8)
        if rules.trigger == ENTERING:
            state[LAST] = target + 1
    return event | holds(rules, layout, state), reward, ended


@njit()
def advance_packed(
    numbers: NDArray[np.int64],
    rewards: NDArray[np.float64],
    layout: NDArray[np.int32],
    state: NDArray[np.int64],
    action: int,
) -> tuple[int, float, bool]:
    """`advance`, with the rules as `pack` gives them: handing over many arrays costs more than the step."""
    return advance(_unpack(numbers, rewards), layout, state, action)


@njit()
def _unpack(numbers: NDArray[np.int64], rewards: NDArray[np.float64]) -> Rules:
    cells, actions, tiles = numbers[0], numbers[1], numbers[2]
    rules, facts, items = numbers[3], numbers[4], numbers[5]
    a = HEADER
    b = a + cells * actions
    c = b + tiles * (TILE_FIXED + 2 * items)
    d = c + rules * (RULE_FIXED + 3 * items)
    e = d + facts * (1 + 2 * items)
    return Rules(
        numbers[a:b].reshape(cells, actions),
        numbers[b:c].reshape(tiles, TILE_FIXED + 2 * items),
        numbers[c:d].reshape(rules, RULE_FIXED + 3 * items),
        rewards[1:],
        numbers[d:e].reshape(facts, 1 + 2 * items),
        numbers[e:],
        numbers[6],
        numbers[7],
        rewards[0],
    )


def pack(rules: Rules) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """All whole numbers and all rewards of a world's rules, one array each.

    Returns
    -------
    numbers : int64 array
        Sizes (C, A, T, R, M, I), trigger and interact; then move, tile, rule, has and capacity.
    rewards : float64 array, shape (1 + R,)
        Reward of every step, then of each rule.
    """
    sizes = [*rules.move.shape, len(rules.tile), len(rules.rule), len(rules.has), rules.capacity.size]
    parts = (rules.move, rules.tile, rules.rule, rules.has, rules.capacity)
    numbers = np.concatenate(
        [np.array([*sizes, rules.trigger, rules.interact]), *(part.ravel() for part in parts)]
    )
    return numbers.astype(np.int64), np.array([rules.step_reward, *rules.reward])


@njit()
def advance_many(
    rules: Rules,
    layout: NDArray[np.int32],
    states: NDArray[np.int64],
    actions: NDArray[np.int64],
    labels: NDArray[np.int64],
    rewards: NDArray[np.float64],
    ended: NDArray[np.bool_],
) -> None:
    """Take one step in each of many states on one map; all arrays are filled in place."""
    for index in range(states.shape[0]):
        labels[index], rewards[index], ended[index] = advance(rules, layout, states[index], actions[index])


@njit()
def draw_planes(
    layouts: NDArray[np.int32], states: NDArray[np.int64], n_tiles: int, planes: NDArray[np.uint8]
) -> None:
    """Fill the observation planes of N environments: uint8 array, shape (N, P, C), zero at first.

    The planes are the agent, the walls, one for each tile, and one for each item, which holds its count.
    `layouts` has one row, or one for each environment.
    """
    for n in range(states.shape[0]):
        layout = layouts[min(n, layouts.shape[0] - 1)]
        planes[n, 0, states[n, CELL]] = 1
        for cell in range(layout.size):
            value = layout[cell]
            if value < 0:
                planes[n, 1, cell] = 1
            elif value > 0 and (states[n, GONE] >> (value >> 8)) & 1 == 0:
                planes[n, 1 + (value & 255), cell] = 1
        for item in range(planes.shape[1] - 2 - n_tiles):
            planes[n, 2 + n_tiles + item, :] = (states[n, CARRIED] >> (8 * item)) & 255
