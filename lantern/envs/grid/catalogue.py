"""What the observations of a grid world mean."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lantern.envs.catalogue import NOWHERE, Catalogue, digest
from lantern.envs.grid.enumerate import Enumeration
from lantern.envs.grid.kernel import CELL, GONE
from lantern.envs.grid.schema import Rule, Seen, Tile
from lantern.envs.grid.world import World

Ints = NDArray[np.int32]


def catalogue_of(world: World, layout: NDArray[np.int32], enumeration: Enumeration) -> Catalogue:
    """Say what each observation index of an enumerated world means.

    Parameters
    ----------
    world : World
        The world.
    layout : int32 array, shape (C,)
        What is in each cell.
    enumeration : Enumeration
        Its states and model.
    """
    width, planes = world.map.width, world.file.observe == "planes"
    if planes:
        rows = np.zeros(enumeration.model.n_observations, np.int64)
        rows[enumeration.model.observation] = np.arange(len(enumeration.states))
        seen = enumeration.states[rows]
        cells = seen[:, CELL]
        hidden = np.delete(seen, [CELL, 1], axis=1)
        # Inventory and gone tiles are bit fields: in two halves, to fit.
        rest = np.concatenate([hidden & 0x7FFFFFFF, hidden >> 31], axis=1)
    else:
        cells = np.arange(world.n_cells)
        rest = np.zeros((len(cells), 0), np.int64)
    content = np.column_stack([*np.divmod(cells, width), rest]).astype(np.int32)
    rules = world.rules
    place = digest(
        world.map.height,
        width,
        layout,
        rules.move,
        rules.tile,
        rules.rule,
        rules.has,
        rules.capacity,
        rules.trigger,
        rules.interact,
        float(world.file.slip),
    )
    kind = "position"
    offset = None
    if planes:
        kind = "planes: " + ", ".join(sorted({*world.tiles, *world.file.items}))
        offset = _offsets(world, layout, cells, seen[:, GONE])
    return Catalogue(kind, place, world.file.actions, content, offset)


def _offsets(
    world: World, layout: NDArray[np.int32], cells: NDArray[np.int64], gone: NDArray[np.int64]
) -> Ints:
    """Offset from each observation to the nearest tile that can make each proposition true."""
    width = world.map.width
    here = np.stack(np.divmod(cells, width), axis=1)
    propositions = world.file.propositions
    offsets = np.full((len(cells), len(propositions), 2), NOWHERE, np.int32)
    for p, (name, seen) in enumerate(propositions.items()):
        sources = _tiles_of(world, name, seen)
        nearest = np.full(len(cells), np.inf)
        for cell in np.flatnonzero(layout > 0):
            value = int(layout[cell])
            if world.tiles[(value & 255) - 1] not in sources:
                continue
            away = np.array(divmod(int(cell), width)) - here
            distance = np.abs(away).sum(axis=1).astype(np.float64)
            distance[(gone >> (value >> 8)) & 1 == 1] = np.inf
            closer = distance < nearest
            offsets[closer, p] = away[closer]
            nearest[closer] = distance[closer]
    return offsets


def _tiles_of(world: World, name: str, seen: Seen) -> frozenset[str]:
    """Tiles where a proposition can come true: its own, or those that give what it says is carried."""
    if seen.has is None:
        return frozenset([seen.at or seen.event or name])
    return frozenset(
        tile for tile in world.tiles if _gives(world.file.tiles.get(tile, Tile()), frozenset(seen.has))
    )


def _gives(rule: Rule, items: frozenset[str]) -> bool:
    found = bool(items & ({item for item, n in rule.gives.items() if n} | set(rule.turns.values())))
    return found or (rule.otherwise is not None and _gives(rule.otherwise, items))
