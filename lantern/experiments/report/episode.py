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
    points = tuple(centre(cell or 0, grid[0].width) for cell in cells) if drawable and grid else ()
    svg = draw_map(grid[0], points, key) if drawable and grid else ""
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
