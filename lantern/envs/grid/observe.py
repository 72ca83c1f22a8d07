"""What the agent sees of a grid world: its cell, its row and column, or planes of the whole map."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from lantern.envs.grid.kernel import CELL, draw_planes
from lantern.envs.grid.world import World


def observation_space(world: World) -> spaces.Space[Any]:
    """The observation space that a world's file asks for."""
    height, width = world.map.height, world.map.width
    if world.file.observe == "position":
        return spaces.Discrete(world.n_cells)
    if world.file.observe == "coordinates":
        return spaces.MultiDiscrete([height, width])
    highest = max(world.file.items.values(), default=1)
    return spaces.Box(0, highest, (n_planes(world), height, width), np.uint8)


def n_planes(world: World) -> int:
    """Number of observation planes: the agent, the walls, one a tile, one an item."""
    return 2 + len(world.tiles) + len(world.file.items)


def planes_of(world: World, layouts: NDArray[np.int32], states: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Observation planes of many states.

    Parameters
    ----------
    world : World
        The world.
    layouts : int32 array, shape (1, C) or (N, C)
        What is in each cell.
    states : int64 array, shape (N, 4)
        The states.

    Returns
    -------
    uint8 array, shape (N, P, H, W)
    """
    planes = np.zeros((len(states), n_planes(world), world.n_cells), dtype=np.uint8)
    draw_planes(layouts, states, len(world.tiles), planes)
    return planes.reshape(len(states), -1, world.map.height, world.map.width)


def observations(world: World, layouts: NDArray[np.int32], states: NDArray[np.int64]) -> Any:
    """What the file says that the agent sees in each of N states: an array with N rows."""
    if world.file.observe == "position":
        return states[:, CELL].copy()
    if world.file.observe == "coordinates":
        return np.stack(np.divmod(states[:, CELL], world.map.width), axis=1)
    return planes_of(world, layouts, states)
