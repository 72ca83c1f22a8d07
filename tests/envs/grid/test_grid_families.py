"""Random-map families: solvable from every seed, by a search written from their descriptions alone."""

from __future__ import annotations

from collections import deque

import numpy as np
import pytest

from lantern.envs.grid import GridEnv, load_grid
from lantern.envs.grid.env import load_world
from lantern.envs.grid.generate import random_map

MOVES = {0: (-1, 0), 1: (0, 1), 2: (1, 0), 3: (0, -1)}
INTERACT = 5


def dungeon(tile, have):
    key, sword, shield = have
    if tile == "key" and not key:
        return (1, sword, shield), False
    if tile == "shield" and not shield:
        return (key, sword, 1), False
    if tile == "chest" and key:
        return (0, 1, shield), False
    return have, tile == "dragon" and sword == shield == 1


def craftsman(tile, have):
    wood, tools = have
    if tile == "wood":
        return (min(2, wood + 1), tools), False
    if tile == "factory" and wood:
        return (wood - 1, min(3, tools + 1)), False
    return have, tile == "home" and tools == 3


def door(tile, have):
    return (1,) if tile == "key" else have, tile == "door" and have == (1,)


def labyrinth(tile, have):
    red, blue, purple = have
    if tile == "red_key":
        return (1, blue, purple), False
    if tile == "blue_key" and red:
        return (red, 1, purple), False
    if tile == "purple_key":
        return (red, blue, 1), False
    return have, tile == "home" and (blue or purple)


FAMILIES = {
    "dungeon_quest": (dungeon, (0, 0, 0), {"key", "shield"}),
    "blind_craftsman": (craftsman, (0, 0), {"wood"}),
    "blind_craftsman_obstacles": (craftsman, (0, 0), {"wood"}),
    "door_quest": (door, (0,), {"key"}),
    "labyrinth": (labyrinth, (0, 0, 0), {"red_key", "blue_key", "purple_key"}),
}


def plan(planes, tiles, rule, empty, consumable):
    """Shortest plan, read off the observation: planes are agent, walls, tiles, items."""
    height, width = planes.shape[1:]
    (start,) = [tuple(place) for place in np.argwhere(planes[0])]
    walls = {tuple(place) for place in np.argwhere(planes[1])}
    where = {tuple(p): name for i, name in enumerate(tiles) for p in np.argwhere(planes[2 + i])}
    first = (start, empty, frozenset())
    queue, seen = deque([(first, ())]), {first}
    while queue:
        (cell, have, gone), steps = queue.popleft()
        for action in range(5):
            if action == 4:
                tile = None if cell in gone else where.get(cell)
                after, won = rule(tile, have) if tile else (have, False)
                if won:
                    return (*steps, INTERACT)
                used = gone | {cell} if tile in consumable and (after != have or tile == "wood") else gone
                node, chosen = (cell, after, frozenset(used)), INTERACT
            else:
                to = (cell[0] + MOVES[action][0], cell[1] + MOVES[action][1])
                inside = 0 <= to[0] < height and 0 <= to[1] < width and to not in walls
                node, chosen = (to if inside else cell, have, gone), action
            if node not in seen:
                seen.add(node)
                queue.append((node, (*steps, chosen)))
    return None


@pytest.mark.parametrize("role", ["teacher", "student"])
@pytest.mark.parametrize("family", FAMILIES)
def test_every_map_is_solvable_and_the_plan_works_in_the_engine(family, role):
    rule, empty, consumable = FAMILIES[family]
    env = load_grid(f"mineworld/{family}/{role}")
    layouts = set()
    for seed in range(4):
        planes, _ = env.reset(seed=seed)
        layouts.add(planes[1:].tobytes())
        actions = plan(planes, env.world.tiles, rule, empty, consumable)
        assert actions is not None, f"seed {seed} cannot be solved"
        for number, action in enumerate(actions):
            _, reward, terminated, truncated, _ = env.step(action)
            assert terminated == (number == len(actions) - 1) and not truncated
        assert reward == pytest.approx(99.9)
    assert len(layouts) == 4


def walk_to(env, target):
    row, column = divmod(int(env.state[0]), env.drawn.width)
    down, right = target // env.drawn.width - row, target % env.drawn.width - column
    for action in [2 if down > 0 else 0] * abs(down) + [1 if right > 0 else 3] * abs(right):
        env.step(action)


def test_both_ways_through_the_diamond_mine():
    for route in (["silver"] * 10 + ["home"], ["gold"] + ["copper"] * 30 + ["diamond"]):
        env = load_grid("mineworld/diamond_mine/student")
        env.reset(seed=1)
        cells = {name: [c for c, t in enumerate(env.drawn.tiles) if t == name] for name in set(route)}
        for name in route:
            walk_to(env, cells[name].pop())
            _, reward, terminated, _, info = env.step(INTERACT)
        assert terminated and reward == pytest.approx(99.9)
        assert env.vocabulary.label(info["label"]) >= {route[-1]}


def test_silver_and_gold_exclude_each_other():
    env = load_grid("mineworld/diamond_mine/teacher")
    env.reset(seed=2)
    cell = {name: next(c for c, t in enumerate(env.drawn.tiles) if t == name) for name in ("silver", "gold")}
    walk_to(env, cell["silver"])
    assert env.step(INTERACT)[1] == pytest.approx(0.9)
    walk_to(env, cell["gold"])
    observation, reward, *_ = env.step(INTERACT)
    assert reward == pytest.approx(-0.1)
    assert observation[2 + env.world.tiles.index("gold")].sum() == 1, "the gold is still there"


def test_a_third_piece_of_wood_is_lost():
    env = load_grid("mineworld/blind_craftsman/student")
    env.reset(seed=0)
    for cell in [c for c, t in enumerate(env.drawn.tiles) if t == "wood"]:
        walk_to(env, cell)
        observation, *_ = env.step(INTERACT)
    carried = observation[2 + len(env.world.tiles)]
    assert (carried == 2).all()
    assert observation[2 + env.world.tiles.index("wood")].sum() == 0


def test_a_family_with_a_seed_is_one_map_and_has_a_model():
    first, second = load_world("craft_world"), load_world("craft_world")
    assert first.map.tiles == second.map.tiles
    assert not first.varies
    env = GridEnv(first)
    assert env.reset(seed=1)[0] == env.reset(seed=2)[0] == 19 * 39 + 19
    assert env.tabular().n_states == 39 * 39


def test_the_map_comes_from_the_seed():
    world = load_world("mineworld/labyrinth/student")
    drawn = [random_map(world, np.random.default_rng(seed)).tiles for seed in (5, 5, 6)]
    assert drawn[0] == drawn[1] != drawn[2]
