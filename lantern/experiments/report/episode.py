"""One episode after training, step by step: on the map where the environment is a grid, as a list anyway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from lantern.errors import LanternError
from lantern.experiments.report.automaton import State

if TYPE_CHECKING:
    from lantern.envs.grid.maps import Map

CELL = 44
_ARROWS = {"up": "↑", "down": "↓", "left": "←", "right": "→", "stay": "·", "interact": "⊙"}


@dataclass(frozen=True)
class Moment:
    """What happened in one step, in words, and where the agent then was (None off the map)."""

    action: str
    events: tuple[str, ...]
    state: int
    sentence: str
    cell: int | None
    changed: bool


@dataclass(frozen=True)
class Replay:
    """An episode ready for display.

    Attributes
    ----------
    moments : tuple of Moment
        One for the reset, then one for each step.
    svg : str
        The map with the agent's path; empty where there is no map.
    points : tuple of (float, float)
        Where the agent's marker stands after each step, in the units of the map.
    fulfilled : bool
        Whether the episode ended in success.
    seed : int
        Seed of the run it is from.
    """

    moments: tuple[Moment, ...]
    svg: str
    points: tuple[tuple[float, float], ...]
    fulfilled: bool
    seed: int


def grid_map(env: str) -> tuple[Map, tuple[str, ...]] | None:
    """Map and action names of a shipped grid world that is observed by position; None for anything else."""
    from lantern import content
    from lantern.envs.grid.maps import parse_map
    from lantern.envs.grid.schema import GridFile

    try:
        path = content.find("envs", env)
        data, lines = content.load_yaml(path)
        if not isinstance(data, Mapping) or data.get("kind", "grid") != "grid" or not data.get("map"):
            return None
        file = content.read(path, GridFile)
        if file.map is None or file.observe != "position":
            return None
        return parse_map(file.map, dict(file.legend), str(path), lines("map")), tuple(file.actions)
    except (LanternError, OSError):
        # The report may be made far from where the sweep ran; the list of steps still tells the story.
        return None


def replay(
    episode: Sequence[Mapping[str, Any]],
    states: Sequence[State],
    grid: tuple[Map, tuple[str, ...]] | None,
    seed: int,
    key: str,
) -> Replay | None:
    """Make the display of an episode; None where none was kept.

    Parameters
    ----------
    episode : sequence of dict
        A dict a step: ``action``, ``label``, ``dfa_state``, ``observation`` (those that are there are used).
    states : sequence of State
        States of the task's automaton.
    grid : (Map, tuple of str) or None
        The map, and the names of the actions.
    seed : int
        Seed of the run.
    key : str
        Prefix of the ids of the drawing.
    """
    if not episode:
        return None
    actions = grid[1] if grid else ()
    cells = [_cell(step.get("observation"), grid[0]) if grid else None for step in episode]
    previous = -1
    moments = []
    for step, cell in zip(episode, cells, strict=True):
        state = int(step.get("dfa_state", 0))
        sentence = states[state].sentence if 0 <= state < len(states) else ""
        events = tuple(str(name) for name in step.get("label", ()))
        moments.append(
            Moment(_action(step.get("action"), actions), events, state, sentence, cell, state != previous)
        )
        previous = state
    last = states[previous].tags if 0 <= previous < len(states) else ()
    done = bool(episode[-1].get("success", {"fulfilled", "accepting"} & set(last)))
    drawable = grid is not None and all(cell is not None for cell in cells)
    points = tuple(_centre(cell or 0, grid[0].width) for cell in cells) if drawable and grid else ()
    svg = _draw(grid[0], points, key) if drawable and grid else ""
    return Replay(tuple(moments), svg, points, done, seed)


def _cell(observation: Any, grid: Map) -> int | None:
    """Index of the cell that an observation means; None where it means none."""
    if isinstance(observation, Mapping):
        observation = observation.get("observation", observation.get("position"))
    if isinstance(observation, (list, tuple)) and len(observation) == 1:
        observation = observation[0]
    if isinstance(observation, bool) or not isinstance(observation, (int, float)):
        return None
    cell = int(observation)
    return cell if 0 <= cell < grid.height * grid.width else None


def _action(action: Any, names: Sequence[str]) -> str:
    if action is None or (isinstance(action, int) and action < 0):
        return ""
    if isinstance(action, (int, float)) and 0 <= int(action) < len(names):
        name = names[int(action)]
        return f"{_ARROWS.get(name, '')} {name}".strip()
    return str(action)


def _centre(cell: int, width: int) -> tuple[float, float]:
    row, column = divmod(cell, width)
    return (column + 0.5) * CELL, (row + 0.5) * CELL


def _draw(grid: Map, points: Sequence[tuple[float, float]], key: str) -> str:
    """Draw the map, the whole path, and the agent at its end (the page's script moves it)."""
    width, height = grid.width * CELL, grid.height * CELL
    parts = [
        f'<svg viewBox="-2 -2 {width + 4} {height + 4}" width="{width}" height="{height}" role="img" '
        f'aria-labelledby="{key}-t"><title id="{key}-t">Map with the path of the agent</title>',
        f'<rect width="{width}" height="{height}" style="fill:var(--card)"/>',
    ]
    cells = range(grid.width * grid.height)
    parts += [_square(grid, cell) for cell in cells]
    parts += [_thin_walls(grid, cell) for cell in cells]
    parts.append(
        f'<rect width="{width}" height="{height}" fill="none" style="stroke:var(--muted)" stroke-width="2"/>'
    )
    path = "L".join(f"{x:g} {y:g}" for x, y in _offset(points))
    parts.append(
        f'<path d="M{path}" fill="none" style="stroke:var(--series-0)" stroke-width="3" stroke-opacity=".55" '
        'stroke-linejoin="round" stroke-linecap="round"/>'
    )
    parts += [_name(grid, cell) for cell in cells]
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


def _square(grid: Map, cell: int) -> str:
    row, column = divmod(cell, grid.width)
    x, y = column * CELL, row * CELL
    if grid.walls[cell]:
        size = f'width="{CELL}" height="{CELL}"'
        return f'<rect x="{x}" y="{y}" {size} style="fill:var(--muted)" fill-opacity=".55"/>'
    edge = (
        f'<rect x="{x}" y="{y}" width="{CELL}" height="{CELL}" fill="none" style="stroke:var(--rule)" '
        'stroke-width="1"/>'
    )
    if grid.tiles[cell] is None:
        return edge
    tint = (
        f'<rect x="{x + 2}" y="{y + 2}" width="{CELL - 4}" height="{CELL - 4}" rx="5" '
        'style="fill:var(--series-2)" fill-opacity=".18"/>'
    )
    return edge + tint


def _name(grid: Map, cell: int) -> str:
    """Name of a tile, at the upper edge of its cell, clear of the path and the agent."""
    name = grid.tiles[cell]
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
