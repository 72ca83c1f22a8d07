"""A documentation page made from a grid world's file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lantern.envs.grid.env import GridEnv
from lantern.envs.grid.render import text_map
from lantern.envs.grid.schema import Amounts, GridFile, Rule, Seen
from lantern.envs.registration import gymnasium_ids

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


def env_page(path: str | Path) -> str:
    """Write the page of a grid world, in Markdown.

    Parameters
    ----------
    path : str or Path
        Name or path of its file.

    Returns
    -------
    str
        Description, map, spaces, tiles, propositions and where it comes from.
    """
    env = GridEnv(path)
    env.reset(seed=0)
    file = env.world.file
    parts = [
        f"# {env.name}",
        file.description,
        _gymnasium_lines(env.name),
        _map(env),
        _facts(env),
        _tiles(env),
        _propositions(env),
    ]
    if file.reference:
        parts.append(f"## Reference\n\n{file.reference}")
    return "\n\n".join(part for part in parts if part) + "\n"


def _gymnasium_lines(name: str) -> str:
    ids = [key for key, value in gymnasium_ids().items() if value == name]
    made = f'lantern.make_env("{name}")'
    return "```python\n" + "\n".join([made, *(f'gymnasium.make("{key}")' for key in ids)]) + "\n```"


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
    return _table(("", ""), [(f"**{key}**", value) for key, value in rows.items() if value], "## Facts")


def _tiles(env: GridEnv) -> str:
    file = env.world.file
    rows = [
        (name, f"enter with {_amounts(tile.enter)}" if tile.enter else "", _rule(tile))
        for name, tile in file.tiles.items()
    ]
    items = ", ".join(f"{count} {item}" for item, count in file.items.items())
    carried = f"\n\nThe agent carries at most {items}." if items else ""
    return _table(("Tile", "Door", "What it does"), rows, "## Tiles") + carried if rows else ""


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


def _propositions(env: GridEnv) -> str:
    file = env.world.file
    rows = [
        (f"`{name}`", seen.sentence, ", ".join(seen.synonyms), _observed(name, seen, file))
        for name, seen in file.propositions.items()
    ]
    return _table(("Name", "Sentence", "Also", "Holds"), rows, "## Propositions")


def _observed(name: str, seen: Seen, file: GridFile) -> str:
    if seen.has is not None:
        return f"while carrying {_amounts(seen.has)}"
    if seen.at is not None:
        return f"while standing on {seen.at}"
    return f"at the event of {seen.event or name}"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], title: str) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return f"{title}\n\n" + "\n".join("| " + " | ".join(row) + " |" for row in lines)
