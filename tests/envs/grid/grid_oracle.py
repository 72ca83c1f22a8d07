"""A second, plain reading of the shipped maps, to check the engine against: no code of the engine is used."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from pathlib import Path

import yaml

ENVS = Path(__file__).resolve().parents[3] / "envs"
MOVES = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}

Cell = tuple[int, int]


class Drawing:
    """The map of a file: which cells there are, what stands on them, and which neighbours are open."""

    def __init__(self, name: str) -> None:
        self.data = yaml.safe_load((ENVS / f"{name}.yaml").read_text())
        rows = self.data["map"].splitlines()
        self.walled = rows[0].startswith("+")
        self.rows = rows if self.walled else [row.replace(" ", "") for row in rows]
        scale = 2 if self.walled else 1
        self.size = (len(self.rows) // scale, len(self.rows[0]) // scale)

    def symbol(self, cell: Cell) -> str:
        row, column = cell
        return self.rows[2 * row + 1][2 * column + 1] if self.walled else self.rows[row][column]

    def cells(self) -> list[Cell]:
        return [(row, column) for row in range(self.size[0]) for column in range(self.size[1])]

    def tile(self, cell: Cell) -> str | None:
        return self.data["legend"].get(self.symbol(cell))

    def start(self) -> Cell:
        (start,) = [cell for cell in self.cells() if self.symbol(cell) == "A"]
        return start

    def neighbour(self, cell: Cell, move: Cell) -> Cell:
        target = (cell[0] + move[0], cell[1] + move[1])
        if not (0 <= target[0] < self.size[0] and 0 <= target[1] < self.size[1]):
            return cell
        if self.symbol(target) == "#":
            return cell
        if self.walled and self.rows[2 * cell[0] + 1 + move[0]][2 * cell[1] + 1 + move[1]] != " ":
            return cell
        return target


def shortest(
    drawing: Drawing,
    automaton: Callable[[Hashable, str | None], Hashable],
    initial: Hashable,
    done: Callable[[Hashable], bool],
    events: str = "entering",
) -> int:
    """Length of the shortest walk whose events the automaton accepts; -1 if there is none."""
    first = (drawing.start(), None, initial)
    queue: deque[tuple[tuple[Cell, Cell | None, Hashable], int]] = deque([(first, 0)])
    seen = {first}
    while queue:
        (cell, last, state), steps = queue.popleft()
        for move in MOVES.values():
            target = drawing.neighbour(cell, move)
            event, latest = drawing.tile(target), last
            if events == "entering":
                if target in (cell, last):
                    event = None
                if event is not None:
                    latest = target
            after = automaton(state, event)
            if done(after):
                return steps + 1
            node = (target, latest, after)
            if after is not None and node not in seen:
                seen.add(node)
                queue.append((node, steps + 1))
    return -1


def table(transitions: dict[int, dict[str, int]]) -> Callable[[Hashable, str | None], Hashable]:
    """An automaton from its edges; an event without an edge changes nothing."""
    return lambda state, event: transitions.get(state, {}).get(event, state)  # type: ignore[call-overload]
