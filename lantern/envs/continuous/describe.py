"""A continuous world described from its file: picture, spaces, discs."""

from __future__ import annotations

from pathlib import Path

from lantern.envs.continuous.env import PlaneEnv
from lantern.envs.continuous.schema import Accelerate
from lantern.envs.markdown import table


def sections(path: str | Path) -> list[str]:
    """What there is to say of a continuous world besides its words: picture, facts, discs."""
    env = PlaneEnv(path)
    env.reset(seed=0)
    return ["## Map\n\n```text\n" + env.text().rstrip() + "\n```", _facts(env), _discs(env)]


def _facts(env: PlaneEnv) -> str:
    file = env.plane.file
    if isinstance(file.moves, Accelerate):
        moves = (
            f"stay, up, down, left, right: the velocity changes by {file.moves.change:g}, up to "
            f"{file.moves.top_speed:g}; a step takes {file.moves.seconds:g} seconds"
        )
    else:
        moves = f"a vector in [-1, 1] x [-1, 1]; the agent moves by {file.moves.step:g} times it"
    seen = "place and velocity of the agent and of every disc" if file.observe == "all" else "the position"
    facts = {
        "World": f"{file.low} to {file.high}",
        "Start": "anywhere" if isinstance(file.start, str) else f"{file.start}",
        "Observation": f"`{env.observation_space}`: {seen}, scaled to [-1, 1]",
        "Actions": moves,
        "Events": "on entering a disc" if file.events == "entering" else "as long as a disc is touched",
        "Time limit": f"{file.limit} steps, then the episode is truncated",
    }
    return "## Facts\n\n" + table(("", ""), [(f"**{key}**", value) for key, value in facts.items()])


def _discs(env: PlaneEnv) -> str:
    rows = []
    for name, disc in env.plane.file.discs.items():
        where = ", ".join(f"({x:g}, {y:g})" for x, y in disc.at) or f"{disc.count} at random places"
        rows.append((name, where, f"{disc.radius:g}", f"{disc.speed:g}" if disc.speed else "still"))
    return "## Discs\n\n" + table(("Disc", "Where", "Radius", "Speed"), rows)
