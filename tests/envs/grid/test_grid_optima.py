"""The shortest solutions of the shipped maps, by a search that shares nothing with the engine.

Where the public description of a task leaves two readings, the one that gives the published optimum is used:
an obstacle keeps the agent where it is; a tile gives its event when it is entered, and again only after
another tile gave one; the office doors stand in the middle of the walls.
"""

from __future__ import annotations

from collections import deque

import pytest
from grid_oracle import Drawing, shortest, table

from lantern.envs.grid import load_grid

# Automata of the published tasks, as edges; the highest state accepts.
DUNGEON = {
    0: {"key": 1, "shield": 2},
    1: {"chest": 4, "shield": 3},
    2: {"key": 3},
    3: {"chest": 5},
    4: {"shield": 5},
    5: {"dragon": 6},
}
CRAFTSMAN = {
    0: {"wood": 1},
    1: {"wood": 3, "factory": 2},
    2: {"wood": 4},
    3: {"factory": 5},
    4: {"wood": 7, "factory": 6},
    5: {"wood": 7},
    6: {"wood": 7},
    7: {"factory": 8},
    8: {"home": 9},
}
OFFICE = {0: {"coffee": 1}, 1: {"mail": 2}, 2: {"office": 3}}
BRIDGE = {0: {"wood": 1, "iron": 2}, 1: {"iron": 3}, 2: {"wood": 3}, 3: {"factory": 4}}
TREASURE = {
    0: {"chart": 1, "lantern": 2},
    1: {"treasure": 4, "lantern": 3},
    2: {"chart": 3},
    3: {"treasure": 5},
    4: {"lantern": 5},
    5: {"ship": 6},
}
RESCUE = {0: {"kit": 1, "rope": 2}, 1: {"rope": 3}, 2: {"kit": 3}, 3: {"climber": 4}, 4: {"camp": 5}}


def renamed(edges, **names):
    return {state: {names[event]: after for event, after in row.items()} for state, row in edges.items()}


MINING = renamed(CRAFTSMAN, wood="ore", factory="smelter", home="depot")
FARMING = renamed(CRAFTSMAN, wood="grain", factory="mill", home="market")

OPTIMA = [
    ("dungeon_quest/teacher", DUNGEON, 8),
    ("dungeon_quest/student", DUNGEON, 18),
    ("dungeon_quest/darp", DUNGEON, 12),
    ("blind_craftsman/teacher", CRAFTSMAN, 16),
    ("blind_craftsman/student", CRAFTSMAN, 32),
    ("blind_craftsman/darp", CRAFTSMAN, 22),
    ("office/teacher", OFFICE, 17),
    ("office/student", OFFICE, 15),
    ("building_bridge/teacher", BRIDGE, 14),
    ("building_bridge/student", BRIDGE, 38),
    ("treasure_hunt", TREASURE, 14),
    ("rescue_mission", RESCUE, 23),
    ("mining_operation", MINING, 26),
    ("farming_operation", FARMING, 21),
]


def engine_shortest(name, edges):
    """The same search over the arrays that the learners use."""
    env = load_grid(name)
    model = env.tabular()
    names = [next(iter(env.vocabulary.label(int(mask))), None) for mask in model.masks]
    goal = max(after for row in edges.values() for after in row.values() if after is not None)
    queue = deque((int(state), 0, 0) for state in model.initial)
    seen = {(state, u) for state, u, _ in queue}
    while queue:
        state, u, steps = queue.popleft()
        for action in range(model.n_actions):
            after = edges.get(u, {}).get(names[model.label[state, action, 0]], u)
            if after == goal:
                return steps + 1
            node = (int(model.next_state[state, action, 0]), after)
            if after is not None and node not in seen and not model.terminated[state, action, 0]:
                seen.add(node)
                queue.append((*node, steps + 1))
    return -1


@pytest.mark.parametrize(("name", "edges", "optimum"), OPTIMA, ids=[name for name, _, _ in OPTIMA])
def test_shortest_solution(name, edges, optimum):
    goal = max(after for row in edges.values() for after in row.values())
    assert shortest(Drawing(name), table(edges), 0, lambda state: state == goal) == optimum
    assert engine_shortest(name, edges) == optimum


# Office World: a label holds while standing on a tile, and a plant ends the task.
OFFICE_WORLD = [
    ({0: {"coffee": 1}, 1: {"office": 2}}, 15),
    ({0: {"mail": 1}, 1: {"office": 2}}, 29),
    ({0: {"coffee": 1, "mail": 2}, 1: {"mail": 3}, 2: {"coffee": 3}, 3: {"office": 4}}, 29),
    ({0: {"a": 1}, 1: {"b": 2}, 2: {"c": 3}, 3: {"d": 4}}, 30),
]


@pytest.mark.parametrize(("edges", "optimum"), OFFICE_WORLD)
def test_office_world(edges, optimum):
    goal = max(after for row in edges.values() for after in row.values())
    avoiding = {state: {**row, "plant": None} for state, row in edges.items()}
    found = shortest(Drawing("office_world"), table(avoiding), 0, lambda u: u == goal, events="standing")
    assert found == optimum
    assert engine_shortest("office_world", avoiding) == optimum


CRAFT_WORLD = {
    "plank": {0: {"wood": 1}, 1: {"toolshed": 2}},
    "rope": {0: {"grass": 1}, 1: {"toolshed": 2}},
    "bridge": {0: {"wood": 1, "iron": 2}, 1: {"iron": 3}, 2: {"wood": 3}, 3: {"factory": 4}},
    "axe": {
        0: {"wood": 1, "iron": 2},
        1: {"workbench": 3, "iron": 4},
        2: {"wood": 4},
        3: {"iron": 5},
        4: {"workbench": 5},
        5: {"toolshed": 6},
    },
    "gem": {0: {"wood": 1}, 1: {"workbench": 2}, 2: {"iron": 3}, 3: {"toolshed": 4}, 4: {"gem": 5}},
}


@pytest.mark.parametrize("task", CRAFT_WORLD)
def test_the_tasks_of_craft_world_can_be_done(task):
    steps = engine_shortest("craft_world", CRAFT_WORLD[task])
    # No two things are further apart than the map is wide and high.
    assert 0 < steps <= 2 * 38 * max(CRAFT_WORLD[task])


@pytest.mark.parametrize(("name", "optimum"), [("dungeon_quest/darp", 12), ("blind_craftsman/darp", 22)])
def test_the_reward_of_the_hidden_inventory_agrees_with_the_task(name, optimum):
    """On these two maps the environment itself pays for the task, from an inventory that nobody sees."""
    model = load_grid(name).tabular()
    queue = deque((int(state), 0) for state in model.initial)
    seen = {state for state, _ in queue}
    while queue:
        state, steps = queue.popleft()
        if model.reward[state].max() == 1:
            assert steps + 1 == optimum
            return
        for action in range(model.n_actions):
            after = int(model.next_state[state, action, 0])
            if after not in seen and not model.terminated[state, action, 0]:
                seen.add(after)
                queue.append((after, steps + 1))
    pytest.fail("no rewarded walk found")
