"""A grid world's map as an SVG that follows the colours of the page, with the agent and its path on it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lantern.envs.grid.maps import Map

CELL = 44
Point = tuple[float, float]


def centre(cell: int, width: int) -> Point:
    """Middle of a cell, in the units of the drawing."""
    row, column = divmod(cell, width)
    return (column + 0.5) * CELL, (row + 0.5) * CELL


def draw_map(grid: Map, points: Sequence[Point], key: str, tiles: Sequence[str | None] | None = None) -> str:
    """Draw a map, a path, and the agent at its end.

    Parameters
    ----------
    grid : Map
        The map.
    points : sequence of (float, float)
        Where the agent has been, in the units of the drawing; at least one.
    key : str
        Prefix of the ids of the drawing.
    tiles : sequence of str or None, optional
        What is in each cell now, where some tiles have vanished; the map's own by default.

    Returns
    -------
    str
        An SVG element. The agent's circle has the class ``agent``, for scripts that move it.
    """
    names = grid.tiles if tiles is None else tiles
    width, height = grid.width * CELL, grid.height * CELL
    parts = [
        f'<svg viewBox="-2 -2 {width + 4} {height + 4}" width="{width}" height="{height}" role="img" '
        f'aria-labelledby="{key}-t"><title id="{key}-t">Map with the path of the agent</title>',
        f'<rect width="{width}" height="{height}" style="fill:var(--card)"/>',
    ]
    cells = range(grid.width * grid.height)
    parts += [_square(grid, cell, names[cell]) for cell in cells]
    parts += [_thin_walls(grid, cell) for cell in cells]
    parts.append(
        f'<rect width="{width}" height="{height}" fill="none" style="stroke:var(--muted)" stroke-width="2"/>'
    )
    path = "L".join(f"{x:g} {y:g}" for x, y in _offset(points))
    parts.append(
        f'<path d="M{path}" fill="none" style="stroke:var(--series-0)" stroke-width="3" stroke-opacity=".55" '
        'stroke-linejoin="round" stroke-linecap="round"/>'
    )
    parts += [_name(grid, cell, names[cell]) for cell in cells]
    x, y = points[-1]
    parts.append(
        f'<circle class="agent" r="{CELL * 0.2:g}" cx="{x:g}" cy="{y:g}" '
        'style="fill:var(--series-0);stroke:var(--paper)" stroke-width="2.5"/>'
    )
    return "".join(parts) + "</svg>"


def _offset(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Shift the path a little, more with time, so that ways there and back can be told apart."""
    last = max(len(points) - 1, 1)
    return [(x + 5 * (n / last - 0.5), y + 5 * (n / last - 0.5)) for n, (x, y) in enumerate(points)]


def _square(grid: Map, cell: int, name: str | None) -> str:
    row, column = divmod(cell, grid.width)
    x, y = column * CELL, row * CELL
    if grid.walls[cell]:
        size = f'width="{CELL}" height="{CELL}"'
        return f'<rect x="{x}" y="{y}" {size} style="fill:var(--muted)" fill-opacity=".55"/>'
    edge = (
        f'<rect x="{x}" y="{y}" width="{CELL}" height="{CELL}" fill="none" style="stroke:var(--rule)" '
        'stroke-width="1"/>'
    )
    if name is None:
        return edge
    tint = (
        f'<rect x="{x + 2}" y="{y + 2}" width="{CELL - 4}" height="{CELL - 4}" rx="5" '
        'style="fill:var(--series-2)" fill-opacity=".18"/>'
    )
    return edge + tint


def _name(grid: Map, cell: int, name: str | None) -> str:
    """Name of a tile, at the upper edge of its cell, clear of the path and the agent."""
    if name is None:
        return ""
    row, column = divmod(cell, grid.width)
    font = min(10.5, 1.7 * CELL / max(len(name), 1))
    return (
        f'<text x="{(column + 0.5) * CELL:g}" y="{row * CELL + 11}" text-anchor="middle" '
        f'style="fill:var(--ink);font-size:{font:.1f}px">{escape(name)}</text>'
    )


def _thin_walls(grid: Map, cell: int) -> str:
    """Walls between this cell and those below and to the right; the others belong to their neighbours."""
    row, column = divmod(cell, grid.width)
    x, y = column * CELL, row * CELL
    lines = []
    if grid.blocked[cell, 1] and row < grid.height - 1:
        lines.append(f"M{x} {y + CELL}h{CELL}")
    if grid.blocked[cell, 3] and column < grid.width - 1:
        lines.append(f"M{x + CELL} {y}v{CELL}")
    if not lines:
        return ""
    return f'<path d="{"".join(lines)}" style="stroke:var(--ink)" stroke-width="3" stroke-linecap="round"/>'
