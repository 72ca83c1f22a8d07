"""A grid world described from its file: map, spaces, rules."""

from __future__ import annotations

from pathlib import Path

from lantern.envs.grid.env import GridEnv
from lantern.envs.grid.render import text_map
from lantern.envs.grid.schema import Amounts, Rule
from lantern.envs.markdown import table

_EVENTS = {
    "entering": "A tile gives its event when it is entered, and not again before another tile gave one.",
    "standing": "A tile gives its event in every step that ends on it.",
    "interacting": "A tile gives its event when the agent stands on it and takes the action `interact`.",
}
_OBSERVED = {
    "position": "the cell, as one number: row * width + column",
    "coordinates": "row and column",
    "planes": "binary planes of the map (agent, walls, one for each tile), and one for each item: its count",
}


def sections(path: str | Path) -> list[str]:
    """What there is to say of a grid world besides its words: map, facts, tiles."""
    env = GridEnv(path)
    env.reset(seed=0)
    return [_map(env), _facts(env), _tiles(env)]


def _map(env: GridEnv) -> str:
    rows, legend = text_map(env)
    note = "One map of the family (seed 0)." if env.world.varies else ""
    return "## Map\n\n```text\n" + "\n".join(rows) + f"\n```\n\n{legend}. {note}".rstrip()


def _facts(env: GridEnv) -> str:
    file = env.world.file
    model = env.tabular()
    rows = {
        "Observation": f"`{env.observation_space}`: {_OBSERVED[file.observe]}",
        "Actions": ", ".join(f"{number} {action}" for number, action in enumerate(file.actions)),
        "Events": _EVENTS[file.events],
        "Time limit": f"{file.limit} steps, then the episode is truncated",
        "Slip": f"a move goes sideways with probability {file.slip}" if file.slip else "",
        "Reward of a step": f"{file.step_reward}" if file.step_reward else "",
        "States": f"{model.n_states}, what is hidden from the agent included" if model else "",
    }
    return "## Facts\n\n" + table(("", ""), [(f"**{key}**", value) for key, value in rows.items() if value])


def _tiles(env: GridEnv) -> str:
    file = env.world.file
    rows = [
        (name, f"enter with {_amounts(tile.enter)}" if tile.enter else "", _rule(tile))
        for name, tile in file.tiles.items()
    ]
    items = ", ".join(f"{count} {item}" for item, count in file.items.items())
    carried = f"\n\nThe agent carries at most {items}." if items else ""
    return "## Tiles\n\n" + table(("Tile", "Door", "What it does"), rows) + carried if rows else ""


def _rule(rule: Rule) -> str:
    """One rule as a sentence."""
    said = [
        f"needs {_amounts(rule.needs)}" if rule.needs else "",
        f"takes {_amounts(dict(rule.takes))}" if rule.takes else "",
        f"gives {_amounts(dict(rule.gives))}" if rule.gives else "",
        *(f"turns all {source} into {made}" for source, made in rule.turns.items()),
        f"reward {rule.reward:g}" if rule.reward else "",
        "ends the episode" if rule.ends else "",
        "vanishes" if rule.vanishes else "",
    ]
    text = "; ".join(part for part in said if part) or "nothing but its event"
    return f"{text}; otherwise: {_rule(rule.otherwise)}" if rule.otherwise is not None else text


def _amounts(amounts: Amounts) -> str:
    def told(item: str, amount: int | tuple[int, int]) -> str:
        if isinstance(amount, int):
            return f"{amount} {item}"
        low, high = amount
        return (
            f"no {item}"
            if high == 0
            else f"exactly {low} {item}"
            if low == high
            else f"{low} to {high} {item}"
        )

    return " and ".join(told(item, amount) for item, amount in amounts.items())
