"""A grid world ready to run: its file turned into arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lantern.content import Lines, load_yaml, nearest, validate
from lantern.envs.grid.kernel import ENTERING, INTERACTING, STANDING, Rules
from lantern.envs.grid.maps import BUILT_IN, Map, parse_map
from lantern.envs.grid.schema import ACTIONS, Amounts, GridFile, Rule, Tile
from lantern.envs.said import vocabulary
from lantern.errors import ContentError
from lantern.logic.vocabulary import Vocabulary

TRIGGERS = {"entering": ENTERING, "standing": STANDING, "interacting": INTERACTING}
UNMOVED = 63  # instance number of tiles that never vanish; no state sets this bit


@dataclass(frozen=True)
class World:
    """A grid world as arrays, and the words to speak about it.

    Parameters
    ----------
    name : str
        Name of the file it came from.
    file : GridFile
        What the file says.
    map : Map
        The drawn map; for a random family an empty map of its size.
    rules : Rules
        Compiled rules.
    tiles : tuple of str
        Names of the tiles, in the order of their numbers.
    vanishing : frozenset of str
        Tiles that some rule removes.
    vocabulary : Vocabulary
        The propositions.
    path : Path or None
        The file.
    map_line : int
        Line of the file on which the map stands.
    """

    name: str
    file: GridFile
    map: Map
    rules: Rules
    tiles: tuple[str, ...]
    vanishing: frozenset[str]
    vocabulary: Vocabulary
    path: Path | None = field(default=None, compare=False)
    map_line: int = field(default=1, compare=False)

    @property
    def n_cells(self) -> int:
        """Number of cells, walls included."""
        return self.map.height * self.map.width

    @property
    def varies(self) -> bool:
        """Whether every episode has a new map."""
        return self.file.random is not None and self.file.random.seed is None

    @property
    def starts(self) -> NDArray[np.int64]:
        """Start cells of the drawn map."""
        if self.map.starts:
            return np.array(self.map.starts, dtype=np.int64)
        return np.flatnonzero(~self.map.walls)

    def layout(self) -> NDArray[np.int32]:
        """Number what is in each cell, as the kernel reads it.

        Returns
        -------
        int32 array, shape (C,)
            0 for nothing, -1 for a wall, else ``1 + tile + 256 * instance``.
        """
        layout = np.where(self.map.walls, -1, 0).astype(np.int32)
        instance = 0
        for cell, name in enumerate(self.map.tiles):
            if name is None:
                continue
            number = UNMOVED
            if name in self.vanishing:
                number, instance = instance, instance + 1
            layout[cell] = 1 + self.tiles.index(name) + 256 * number
        return layout


class _Compiler:
    """Turns a validated file into arrays; every mistake is reported at its line."""

    def __init__(self, file: GridFile, path: Path | str, lines: Lines) -> None:
        self.file, self.path, self.lines = file, path, lines
        placed = [name for name in file.legend.values() if name not in BUILT_IN]
        if file.random is not None:
            placed = [*file.random.fixed, *file.random.place]
        self.tiles = tuple(dict.fromkeys(placed))
        self.items = tuple(file.items)
        self.events = dict.fromkeys(self.tiles, 0)
        self.at = dict.fromkeys(self.tiles, 0)
        self.has: list[tuple[int, Amounts]] = []
        self.rows: list[list[int]] = []
        self.rewards: list[float] = []

    def fail(self, message: str, *where: str | int) -> ContentError:
        return ContentError(f"{self.path}, line {self.lines(*where)}: {message}")

    def check_tiles(self) -> None:
        for name in self.file.tiles:
            if name not in self.tiles:
                hint = nearest(name, self.tiles)
                raise self.fail(f"the tile {name!r} is nowhere on the map. {hint}", "tiles", name)

    def read_propositions(self) -> None:
        for bit, (name, seen) in enumerate(self.file.propositions.items()):
            where = ("propositions", name)
            if seen.has is not None:
                self.check_items(seen.has, *where, "has")
                self.has.append((1 << bit, seen.has))
                continue
            tile = seen.at or seen.event or name
            if tile not in self.tiles:
                hint = nearest(tile, self.tiles)
                raise self.fail(
                    f"the proposition {name!r} is observed on the tile {tile!r}, which is not on the map. "
                    f"{hint} A proposition is the `event` of a tile (that of its own name by default), or it "
                    "holds while the agent is `at` a tile or `has` items.",
                    *where,
                )
            masks = self.at if seen.at is not None else self.events
            masks[tile] |= 1 << bit

    def check_items(self, named: Iterable[str], *where: str | int) -> None:
        for item in named:
            if item not in self.items:
                hint = nearest(item, self.items)
                raise self.fail(f"{item!r} is not one of the items. {hint}", *where, item)

    def bounds(self, amounts: Mapping[str, int | tuple[int, int]]) -> tuple[list[int], list[int]]:
        """Least and most of every item."""
        least, most = [0] * len(self.items), [255] * len(self.items)
        for item, amount in amounts.items():
            index = self.items.index(item)
            least[index], most[index] = amount if isinstance(amount, tuple) else (amount, 255)
        return least, most

    def add_rule(self, tile: str, rule: Rule, *where: str | int) -> int:
        """Append a rule and those it falls back on; return its row."""
        turned = [*rule.turns, *rule.turns.values()]
        for key, used in (
            ("needs", rule.needs),
            ("gives", rule.gives),
            ("takes", rule.takes),
            ("turns", turned),
        ):
            self.check_items(used, *where, key)
        otherwise = -1
        if rule.otherwise is not None:
            otherwise = self.add_rule(tile, rule.otherwise, *where, "otherwise")
        least, most = self.bounds(rule.needs)
        least = [max(n, rule.takes.get(item, 0)) for n, item in zip(least, self.items, strict=True)]
        change = [rule.gives.get(item, 0) - rule.takes.get(item, 0) for item in self.items]
        source, turned_into = (self.items.index(item) for item in turned) if turned else (-1, -1)
        fixed = [self.events[tile], rule.ends, rule.vanishes, otherwise, source, turned_into]
        self.rows.append([int(value) for value in fixed] + change + least + most)
        self.rewards.append(rule.reward)
        return len(self.rows) - 1

    def tile_row(self, name: str) -> list[int]:
        tile = self.file.tiles.get(name, Tile())
        self.check_items(tile.enter, "tiles", name, "enter")
        first = self.add_rule(name, tile, "tiles", name)
        least, most = self.bounds(tile.enter)
        return [first, self.at[name], *least, *most]

    def rules(self, drawn: Map) -> Rules:
        """Compile everything; events are read before the rules that emit them."""
        self.check_tiles()
        self.read_propositions()
        rows = [self.tile_row(name) for name in self.tiles]
        n_items = len(self.items)
        has = [[mask, *low, *high] for mask, amounts in self.has for low, high in [self.bounds(amounts)]]
        return Rules(
            move=_moves(drawn, self.file.actions),
            tile=np.array(rows, dtype=np.int64).reshape(len(rows), 2 + 2 * n_items),
            rule=np.array(self.rows, dtype=np.int64).reshape(len(self.rows), 6 + 3 * n_items),
            reward=np.array(self.rewards, dtype=np.float64),
            has=np.array(has, dtype=np.int64).reshape(len(has), 1 + 2 * n_items),
            capacity=np.array(list(self.file.items.values()), dtype=np.int64),
            trigger=TRIGGERS[self.file.events],
            interact=self.file.actions.index("interact") if "interact" in self.file.actions else -1,
            step_reward=float(self.file.step_reward),
        )


def _moves(drawn: Map, actions: tuple[str, ...]) -> NDArray[np.int64]:
    """Cell that each cell leads to by each action: int64 array, shape (C, A)."""
    stay = np.arange(drawn.height * drawn.width, dtype=np.int64)
    columns = [*drawn.moves().T, stay, stay]
    chosen = np.stack([columns[ACTIONS.index(action)] for action in actions], axis=1)
    # One type whatever the actions are: the kernel is compiled once.
    return np.ascontiguousarray(chosen, dtype=np.int64)


def _vanishing(file: GridFile) -> frozenset[str]:
    def vanishes(rule: Rule | None) -> bool:
        return rule is not None and (rule.vanishes or vanishes(rule.otherwise))

    return frozenset(name for name, tile in file.tiles.items() if vanishes(tile))


def _drawn(file: GridFile, path: Path | str, lines: Lines) -> Map:
    """The drawn map, or an empty one of the size of a random family."""
    if file.map is not None:
        drawn = parse_map(file.map, file.legend, str(path), lines("map") + 1)
        if file.start == "map" and not drawn.starts:
            raise ContentError(
                f"{path}, line {lines('map')}: the map has no start. Draw an A where the agent starts "
                "(several: one is drawn at random), or write `start: anywhere`."
            )
        return drawn
    assert file.random is not None
    n_cells = file.random.height * file.random.width
    blank = np.zeros(n_cells, dtype=bool)
    thin = np.zeros((n_cells, 4), dtype=bool)
    return Map(file.random.height, file.random.width, (None,) * n_cells, blank, thin, ())


def compile_world(file: GridFile, path: Path | str, lines: Lines, name: str = "") -> World:
    """Turn a validated file into arrays.

    Parameters
    ----------
    file : GridFile
        What the file says.
    path : Path or str
        Where it is, for messages.
    lines : Lines
        Where its keys stand, for messages.
    name : str
        What the world is called.

    Raises
    ------
    ContentError
        Naming the file and the line of the mistake.
    """
    drawn = _drawn(file, path, lines)
    compiler = _Compiler(file, path, lines)
    rules = compiler.rules(drawn)
    origin = path if isinstance(path, Path) else None
    line = lines("map" if file.map is not None else "random")
    words = vocabulary(file.propositions)
    return World(name, file, drawn, rules, compiler.tiles, _vanishing(file), words, origin, line)


def read_world(path: Path, name: str = "") -> World:
    """Read and compile a grid-world file.

    Raises
    ------
    ContentError
        Naming the file, the line, what is wrong and what to do.
    """
    data, lines = load_yaml(path)
    file = validate(data, GridFile, path, lines)
    return compile_world(file, path, lines, name or path.stem)
