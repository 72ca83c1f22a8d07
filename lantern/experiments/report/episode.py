"""One episode after training, step by step: on the map where the environment is a grid, as a list anyway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lantern.errors import LanternError
from lantern.experiments.report.automaton import State
from lantern.experiments.report.gridmap import centre, draw_map

if TYPE_CHECKING:
    from lantern.envs.grid.maps import Map

_ARROWS = {"up": "↑", "down": "↓", "left": "←", "right": "→", "stay": "·", "interact": "⊙"}


@dataclass(frozen=True)
class Moment:
    """What happened in one step, in words: the action, the events, and the task's state after it."""

    action: str
    events: tuple[str, ...]
    state: int
    sentence: str
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
        A dict a step: ``observation`` before it, ``action``, and the ``label`` and ``dfa_state`` after it.
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
    places = _places(episode, *grid) if grid else None
    moments = [Moment("", (), 0, _sentence(states, 0), False)]
    for step in episode:
        state = int(step.get("dfa_state", 0))
        moments.append(
            Moment(
                _action(step.get("action"), grid[1] if grid else ()),
                tuple(str(name) for name in step.get("label", ())),
                state,
                _sentence(states, state),
                state != moments[-1].state,
            )
        )
    last = moments[-1].state
    tags = states[last].tags if 0 <= last < len(states) else ()
    done = bool(episode[-1].get("success", {"fulfilled", "accepting"} & set(tags)))
    points = tuple(centre(cell, grid[0].width) for cell in places) if places and grid else ()
    svg = draw_map(grid[0], points, key) if points and grid else ""
    return Replay(tuple(moments), svg, points, done, seed)


def _sentence(states: Sequence[State], index: int) -> str:
    return states[index].sentence if 0 <= index < len(states) else ""


def _places(episode: Sequence[Mapping[str, Any]], grid: Map, actions: Sequence[str]) -> list[int] | None:
    """Cells before each step and after the last; None where an observation is no cell."""
    found = [_cell(step.get("observation"), grid) for step in episode]
    cells = [cell for cell in found if cell is not None]
    if len(cells) < len(found):
        return None
    return [*cells, _after(cells[-1], episode[-1].get("action"), grid, actions)]


def _after(cell: int, action: Any, grid: Map, actions: Sequence[str]) -> int:
    """Cell that the last action led to, which no observation shows."""
    from lantern.envs.grid.maps import DIRECTIONS

    name = actions[int(action)] if isinstance(action, int) and 0 <= action < len(actions) else ""
    if name not in DIRECTIONS:
        return cell
    return int(grid.moves()[cell, list(DIRECTIONS).index(name)])


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
