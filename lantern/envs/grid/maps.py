"""Maps drawn in text.

Two drawings are understood. In the plain one every character is a cell (blanks between cells are ignored)::

    A . . #
    . k . .

In the walled one, whose first line starts with ``+``, cells stand at every second character of every second
line, and what stands between two cells says whether one can pass (a blank) or not (``|`` and ``-``)::

    +---+-+
    |A .|k|
    |   | |
    |. . .|
    +---+-+
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantern.content import nearest
from lantern.errors import ContentError

FLOOR = {".": "floor", "#": "wall", "A": "start"}
BUILT_IN = frozenset({"floor", "wall", "start"})
DIRECTIONS = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}


@dataclass(frozen=True)
class Map:
    """A drawn map: what is in each cell, and where one cannot pass.

    Parameters
    ----------
    height, width : int
        Size in cells. A cell has the index ``row * width + column``, counted from the top left.
    tiles : tuple of str or None, length height * width
        Name of the tile in each cell.
    walls : bool array, shape (height * width,)
        Cells that cannot be entered.
    blocked : bool array, shape (height * width, 4)
        Whether a thin wall stands in the way up, down, left, right.
    starts : tuple of int
        Start cells.
    """

    height: int
    width: int
    tiles: tuple[str | None, ...]
    walls: NDArray[np.bool_]
    blocked: NDArray[np.bool_]
    starts: tuple[int, ...]

    def moves(self) -> NDArray[np.int32]:
        """Cell that each cell leads to by up, down, left, right: int32 array, shape (cells, 4)."""
        cells = np.arange(self.height * self.width)
        rows, columns = np.divmod(cells, self.width)
        moves = np.empty((cells.size, 4), dtype=np.int32)
        for index, (down, right) in enumerate(DIRECTIONS.values()):
            row, column = rows + down, columns + right
            inside = (row >= 0) & (row < self.height) & (column >= 0) & (column < self.width)
            target = np.where(inside, row * self.width + column, cells)
            stays = self.walls[target] | self.blocked[:, index]
            moves[:, index] = np.where(stays, cells, target)
        return moves


def parse_map(text: str, legend: dict[str, str], where: str, line: int) -> Map:
    """Read a drawn map.

    Parameters
    ----------
    text : str
        The drawing.
    legend : dict
        Character -> tile name; ``.`` is floor, ``#`` wall and ``A`` a start cell unless it says so.
    where : str
        The file, for error messages.
    line : int
        Line of the file on which the drawing starts.

    Raises
    ------
    ContentError
        Naming the line and the column of the mistake.
    """
    known = {**FLOOR, **legend}
    rows = text.rstrip("\n").split("\n")
    walled = rows[0].lstrip().startswith("+")
    grid, blocked = _walled(rows, where, line) if walled else _plain(rows, where, line)
    step = 2 if walled else 1
    first = 1 if walled else 0
    tiles: list[str | None] = []
    for row, cells in enumerate(grid):
        at = line + first + step * row
        tiles.extend(
            _tile(symbol, known, f"{where}, line {at}, cell {n + 1}") for n, symbol in enumerate(cells)
        )
    _all_used(legend, tiles, where, line)
    return Map(
        height=len(grid),
        width=len(grid[0]),
        tiles=tuple(None if tile in BUILT_IN else tile for tile in tiles),
        walls=np.array([tile == "wall" for tile in tiles]),
        blocked=blocked,
        starts=tuple(cell for cell, tile in enumerate(tiles) if tile == "start"),
    )


def _tile(symbol: str, known: dict[str, str], place: str) -> str:
    if symbol not in known:
        raise ContentError(
            f"{place}: the character {symbol!r} is not in the legend. {nearest(symbol, known)}"
        )
    return known[symbol]


def _all_used(legend: dict[str, str], tiles: list[str | None], where: str, line: int) -> None:
    for symbol, name in legend.items():
        if name not in tiles:
            raise ContentError(
                f"{where}, line {line}: the legend says {symbol!r} is {name!r}, but the map has none. "
                "Draw it, or take it out of the legend."
            )


def _plain(rows: list[str], where: str, line: int) -> tuple[list[str], NDArray[np.bool_]]:
    """Cells of a plain drawing; no thin walls."""
    grid = ["".join(row.split()) for row in rows]
    for index, row in enumerate(grid):
        if len(row) != len(grid[0]) or not row:
            raise ContentError(
                f"{where}, line {line + index}: this row of the map has {len(row)} cells, the first row has "
                f"{len(grid[0])}. All rows must have the same number of cells."
            )
    return grid, np.zeros((len(grid) * len(grid[0]), 4), dtype=bool)


def _walled(rows: list[str], where: str, line: int) -> tuple[list[str], NDArray[np.bool_]]:
    """Cells and thin walls of a walled drawing."""
    size = len(rows[0])
    if len(rows) % 2 == 0 or size % 2 == 0:
        raise ContentError(
            f"{where}, line {line}: a walled map of H x W cells is drawn with 2H+1 lines of 2W+1 characters; "
            f"this one has {len(rows)} lines of {size}."
        )
    for index, row in enumerate(rows):
        if len(row) > size:
            raise ContentError(
                f"{where}, line {line + index}: this line of the map has {len(row)} characters, the first "
                f"has {size}. Make them equal."
            )
    rows = [row.ljust(size) for row in rows]
    height, width = len(rows) // 2, size // 2
    grid = [
        "".join(rows[2 * r + 1][2 * c + 1] for c in range(width)).replace(" ", ".") for r in range(height)
    ]
    blocked = np.zeros((height, width, 4), dtype=bool)
    for r in range(height):
        for c in range(width):
            for index, (down, right) in enumerate(DIRECTIONS.values()):
                blocked[r, c, index] = rows[2 * r + 1 + down][2 * c + 1 + right] in "|-+"
    return grid, blocked.reshape(-1, 4)
