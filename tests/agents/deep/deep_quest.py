"""The task that deep learners are tested with."""

from __future__ import annotations

from typing import Any

import lantern

QUEST = "F(key & X F(chest & X F dragon)) & F(shield & X F dragon)"


def task(env: str = "dungeon_quest/teacher", formula: str = QUEST) -> lantern.TaskEnv:
    """A formula in a world; by default the quest on the small map."""
    world: Any = lantern.make_env(env)
    return lantern.TaskEnv(world, lantern.compile(formula, world.vocabulary))
