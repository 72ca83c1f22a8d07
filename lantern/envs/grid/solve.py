"""What can be reached and used on a map, found by a search that never gives anything up.

The search forgets that items are used up and that there are upper bounds. It is exact where nothing has to be
shared out (one chest for one key), and never calls a map unsolvable that is not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantern.envs.grid.maps import Map
from lantern.envs.grid.schema import Amounts, Rule, Tile
from lantern.envs.grid.world import World


@dataclass
class Reach:
    """What a search found.

    Parameters
    ----------
    cells : bool array, shape (C,)
        Cells that can be stood on.
    items : dict
        The most of each item that can be had.
    used : set of str
        Tiles whose first rule can apply.
    """

    cells: NDArray[np.bool_]
    items: dict[str, int]
    used: set[str]


def _met(needs: Amounts, items: dict[str, int]) -> bool:
    return all(
        items[item] >= (amount[0] if isinstance(amount, tuple) else amount) for item, amount in needs.items()
    )


def _flood(world: World, drawn: Map, moves: NDArray[np.int32], reach: Reach) -> bool:
    """Walk everywhere with the present items; whether a new cell was found."""
    before = int(reach.cells.sum())
    frontier: NDArray[np.int64] = np.flatnonzero(reach.cells)
    while len(frontier):
        found: NDArray[np.int64] = np.unique(moves[frontier]).astype(np.int64)
        doors = [cell for cell in found if not _open(world, drawn.tiles[cell], reach.items)]
        found = np.setdiff1d(found, doors)
        frontier = found[~reach.cells[found]]
        reach.cells[frontier] = True
    return int(reach.cells.sum()) > before


def _open(world: World, tile: str | None, items: dict[str, int]) -> bool:
    return tile is None or tile not in world.file.tiles or _met(world.file.tiles[tile].enter, items)


def _collect(world: World, drawn: Map, reach: Reach) -> bool:
    """Use every tile in reach; whether something was gained."""
    gained = False
    totals: dict[str, int] = dict.fromkeys(reach.items, 0)
    for cell in np.flatnonzero(reach.cells):
        name = drawn.tiles[cell]
        if name is None:
            continue
        rule: Rule | None = world.file.tiles.get(name, Tile())
        primary = True
        while rule is not None:
            if _met(rule.needs, reach.items) and _met(dict(rule.takes), reach.items):
                gained |= primary and name not in reach.used
                if primary:
                    reach.used.add(name)
                _gain(rule, totals, reach.items, world)
            rule, primary = rule.otherwise, False
    for item, total in totals.items():
        most = min(total, world.file.items[item])
        gained |= most > reach.items[item]
        reach.items[item] = max(reach.items[item], most)
    return gained


def _gain(rule: Rule, totals: dict[str, int], items: dict[str, int], world: World) -> None:
    """Add what one tile can give: once where it vanishes, without end where it stays."""
    for item, amount in rule.gives.items():
        totals[item] += amount if rule.vanishes else world.file.items[item]
    for source, made in rule.turns.items():
        totals[made] += world.file.items[made] if items[source] else 0


def search(world: World, drawn: Map, start: int) -> Reach:
    """Find what can be reached and used from a start cell."""
    items = dict.fromkeys(world.file.items, 0)
    reach = Reach(np.zeros(world.n_cells, dtype=bool), items, set())
    reach.cells[start] = True
    moves = drawn.moves()
    while True:
        more = _flood(world, drawn, moves, reach)
        if not (_collect(world, drawn, reach) or more):
            return reach


def unusable(world: World, drawn: Map, start: int) -> str | None:
    """Why a map cannot be solved from a start cell: a clause, or None if everything can be used."""
    reach = search(world, drawn, start)
    for cell, name in enumerate(drawn.tiles):
        if name is not None and not (reach.cells[cell] and name in reach.used):
            place = divmod(cell, drawn.width)
            why = "be used: its needs cannot be met" if reach.cells[cell] else "be reached from the start"
            return f"the tile {name!r} at row {place[0]}, column {place[1]} can never {why}"
    for name, seen in world.file.propositions.items():
        if seen.has is not None and not _met(seen.has, reach.items):
            return f"the proposition {name!r} can never hold: the agent cannot get what it names"
    return None
