"""Random maps from a seed, always solvable."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lantern.envs.grid.maps import Map
from lantern.envs.grid.schema import Random
from lantern.envs.grid.solve import unusable
from lantern.envs.grid.world import World
from lantern.errors import ContentError

ATTEMPTS = 1_000


def random_map(world: World, rng: np.random.Generator) -> Map:
    """Draw a map of a random family.

    Tiles are placed at random distinct cells. A map on which some tile could never be used, from every start
    cell it has, is drawn again.

    Parameters
    ----------
    world : World
        A world whose file has a ``random`` section.
    rng : numpy.random.Generator
        Where all chance comes from.

    Raises
    ------
    ContentError
        If a thousand maps in a row cannot be solved.
    """
    family = world.file.random
    assert family is not None
    for _ in range(ATTEMPTS):
        drawn = _draw(family, world, rng)
        starts = _solvable_starts(world, drawn)
        if starts:
            return replace(drawn, starts=starts)
    raise ContentError(
        f"{world.path or world.name}: none of {ATTEMPTS} random maps could be solved. Place fewer obstacles, "
        "or see that every item a tile needs can be found."
    )


class MapSource:
    """Draws the maps of a random family as the kernel reads them.

    Where no obstacle and no door can be in the way, what can be done does not depend on where things are:
    tiles are then placed with no search.

    Parameters
    ----------
    world : World
        A world whose file has a ``random`` section.
    """

    def __init__(self, world: World) -> None:
        family = world.file.random
        assert family is not None
        self.world = world
        self.searches = family.obstacles > 0 or any(tile.enter for tile in world.file.tiles.values())
        example = _draw(family, world, np.random.default_rng(0))
        layout = replace(world, map=example).layout()
        fixed = [row * family.width + column for row, column in family.fixed.values()]
        self._base = np.zeros_like(layout)
        self._base[fixed] = layout[fixed]
        self._free = np.setdiff1d(np.arange(world.n_cells), [*fixed, 0])
        self._pieces = layout[self._free][layout[self._free] > 0]
        self._starts = np.array(example.starts or range(world.n_cells), dtype=np.int64)

    def draw(self, rng: np.random.Generator) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Draw a map.

        Returns
        -------
        layout : int32 array, shape (C,)
            What is in each cell, as in `World.layout`.
        starts : int64 array, shape (K,)
            Start cells.
        """
        if self.searches:
            drawn = replace(self.world, map=random_map(self.world, rng))
            return drawn.layout(), drawn.starts
        layout = self._base.copy()
        layout[rng.permutation(self._free)[: self._pieces.size]] = self._pieces
        return layout, self._starts


def map_of(world: World, layout: NDArray[np.int32]) -> Map:
    """The map that a layout stands for."""
    names = [None if value <= 0 else world.tiles[(value & 255) - 1] for value in layout.tolist()]
    return replace(world.map, tiles=tuple(names), walls=layout < 0)


def _draw(family: Random, world: World, rng: np.random.Generator) -> Map:
    tiles: list[str | None] = [None] * world.n_cells
    walls = np.zeros(world.n_cells, dtype=bool)
    starts: tuple[int, ...] = ()
    taken = []
    for name, (row, column) in family.fixed.items():
        cell = row * family.width + column
        taken.append(cell)
        if name == "start":
            starts = (cell,)
        else:
            tiles[cell] = name
    free = np.setdiff1d(np.arange(world.n_cells), [*taken, 0])
    chosen = iter(rng.permutation(free).tolist())
    for name, count in family.place.items():
        for _ in range(count):
            tiles[next(chosen)] = name
    for _ in range(family.obstacles):
        walls[next(chosen)] = True
    return Map(family.height, family.width, tuple(tiles), walls, world.map.blocked, starts)


def _solvable_starts(world: World, drawn: Map) -> tuple[int, ...]:
    """Start cells from which everything can be used; cells that lead to each other freely are tried once."""
    candidates = drawn.starts or tuple(np.flatnonzero(~drawn.walls).tolist())
    rooms = _rooms(world, drawn)
    verdicts: dict[int, bool] = {}
    for cell in candidates:
        room = int(rooms[cell])
        if room not in verdicts:
            verdicts[room] = room >= 0 and unusable(world, drawn, cell) is None
    return tuple(cell for cell in candidates if verdicts[int(rooms[cell])])


def _rooms(world: World, drawn: Map) -> NDArray[np.int64]:
    """Number of the room of each cell, locked doors taken as walls (their own cells are -1)."""
    closed = drawn.walls.copy()
    for cell, name in enumerate(drawn.tiles):
        if name is not None and name in world.file.tiles and world.file.tiles[name].enter:
            closed[cell] = True
    moves = replace(drawn, walls=closed).moves()
    rooms = np.where(closed, -1, np.arange(drawn.walls.size))
    while True:
        lowest = np.where(closed, -1, np.minimum(rooms, rooms[moves].min(axis=1)))
        if np.array_equal(lowest, rooms):
            return rooms
        rooms = lowest


def ready(world: World) -> World:
    """Check that a drawn map can be solved; settle a family that gives a seed on its one map.

    Raises
    ------
    ContentError
        If some tile of the drawn map can never be used, or a proposition can never hold.
    """
    if world.file.random is None:
        for start in world.starts.tolist():
            why = unusable(world, world.map, start)
            if why is not None:
                where = f"{world.path or world.name}, line {world.map_line}"
                raise ContentError(f"{where}: {why}. Change the map, or what the tile needs.")
        return world
    _check_room(world, world.file.random)
    # One map is drawn in any case: a family that cannot be solved at all is refused when it is read.
    drawn = random_map(world, np.random.default_rng(world.file.random.seed or 0))
    return world if world.varies else replace(world, map=drawn)


def _check_room(world: World, family: Random) -> None:
    """A family must fit its map."""
    where = f"{world.path or world.name}, line {world.map_line}"
    for name, (row, column) in family.fixed.items():
        if not (0 <= row < family.height and 0 <= column < family.width):
            raise ContentError(
                f"{where}: {name!r} is fixed at row {row}, column {column}, outside the map of "
                f"{family.height} x {family.width} cells (rows and columns count from 0)."
            )
    needed = sum(family.place.values()) + family.obstacles
    free = family.height * family.width - len({*family.fixed.values(), (0, 0)})
    if needed > free:
        raise ContentError(
            f"{where}: {needed} tiles and obstacles do not fit in {free} free cells. Place fewer."
        )
