"""A continuous world ready to run: its geometry and its words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lantern.content import Lines, load_yaml, nearest, validate
from lantern.envs.continuous.schema import PlaneFile, Point
from lantern.envs.said import vocabulary
from lantern.errors import ContentError
from lantern.logic.vocabulary import Vocabulary

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Plane:
    """A validated file, and what the environment needs of it at every step.

    Parameters
    ----------
    name : str
        What the world is called.
    file : PlaneFile
        What the file says.
    vocabulary : Vocabulary
        The propositions.
    masks : dict
        Disc name -> bit mask of the propositions seen on it.
    walls : tuple of (left, top, right, bottom)
        Walls, corners in order.
    """

    name: str
    file: PlaneFile
    vocabulary: Vocabulary
    masks: dict[str, int]
    walls: tuple[Box, ...]

    def blocked(self, x: float, y: float, to_x: float, to_y: float) -> bool:
        """Whether a straight move would enter a wall."""
        return any(crosses(wall, x, y, to_x, to_y) for wall in self.walls)


def crosses(wall: Box, x: float, y: float, to_x: float, to_y: float) -> bool:
    """Whether a segment meets the inside of a rectangle (Liang and Barsky's clipping)."""
    enters, leaves = 0.0, 1.0
    for start, change, low, high in ((x, to_x - x, wall[0], wall[2]), (y, to_y - y, wall[1], wall[3])):
        if change == 0:
            if not low < start < high:
                return False
            continue
        first, second = sorted(((low - start) / change, (high - start) / change))
        enters, leaves = max(enters, first), min(leaves, second)
    return enters < leaves


def read_plane(path: Path, name: str = "") -> Plane:
    """Read and check the file of a continuous world.

    Raises
    ------
    ContentError
        Naming the file, the line, what is wrong and what to do.
    """
    data, lines = load_yaml(path)
    file = validate(data, PlaneFile, path, lines)
    walls = tuple((min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in file.walls)
    plane = Plane(name or path.stem, file, vocabulary(file.propositions), _masks(file, path, lines), walls)
    _check_places(plane, path, lines)
    return plane


def _masks(file: PlaneFile, path: Path, lines: Lines) -> dict[str, int]:
    masks = dict.fromkeys(file.discs, 0)
    for bit, (name, seen) in enumerate(file.propositions.items()):
        disc = seen.disc or name
        if disc not in masks:
            raise ContentError(
                f"{path}, line {lines('propositions', name)}: the proposition {name!r} is seen on the disc "
                f"{disc!r}, which is not there. {nearest(disc, masks)}"
            )
        masks[disc] |= 1 << bit
    return masks


def _check_places(plane: Plane, path: Path, lines: Lines) -> None:
    """The start and the discs must lie inside the world and outside its walls."""
    file = plane.file
    places: list[tuple[tuple[str, ...], Point]] = [
        (("discs", name, "at"), point) for name, disc in file.discs.items() for point in disc.at
    ]
    if not isinstance(file.start, str):
        places.append((("start",), file.start))
    for where, (x, y) in places:
        inside = file.low[0] <= x <= file.high[0] and file.low[1] <= y <= file.high[1]
        walled = any(left < x < right and top < y < bottom for left, top, right, bottom in plane.walls)
        if not inside or walled:
            problem = "inside a wall" if inside else f"outside the world ({file.low} to {file.high})"
            raise ContentError(
                f"{path}, line {lines(*where)}: the point ({x:g}, {y:g}) is {problem}. Move it."
            )
