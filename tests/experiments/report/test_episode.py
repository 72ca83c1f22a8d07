from xml.etree import ElementTree

import pytest

from lantern.experiments.report.automaton import State
from lantern.experiments.report.episode import grid_map, replay
from lantern.experiments.report.gridmap import CELL

STATES = (State(0, "Nothing yet.", ("start",)), State(1, "Done.", ("fulfilled",)))


def step(n, cell, state, action=3, label=()):
    return {"step": n, "observation": cell, "action": action, "label": list(label), "dfa_state": state}


@pytest.fixture
def grid():
    return grid_map("dungeon_quest/student")


def test_the_shipped_map_is_found(grid):
    drawn, actions = grid
    assert (drawn.height, drawn.width) == (10, 10)
    assert actions == ("up", "down", "left", "right")
    assert drawn.tiles[11] == "key"


@pytest.mark.parametrize("env", ["no such environment", "CartPole-v1", "../../etc/passwd"])
def test_an_unknown_environment_has_no_map(env):
    assert grid_map(env) is None


def test_the_episode_is_told_and_drawn(grid):
    shown = replay([step(1, 0, 0, 3), step(2, 1, 1, 1, ["key"])], STATES, grid, 7, "m")
    assert [moment.action for moment in shown.moments] == ["", "→ right", "↓ down"]
    assert shown.moments[2].events == ("key",)
    assert [moment.changed for moment in shown.moments] == [False, False, True]
    assert shown.points == ((CELL / 2, CELL / 2), (1.5 * CELL, CELL / 2), (1.5 * CELL, 1.5 * CELL))
    assert shown.fulfilled and shown.seed == 7
    root = ElementTree.fromstring(shown.svg)
    agent = [node for node in root.iter() if node.get("class") == "agent"]
    assert [(float(node.get("cx")), float(node.get("cy"))) for node in agent] == [shown.points[-1]]
    assert sum(node.text == "key" for node in root.iter() if node.text) == 1


def test_a_last_step_into_a_wall_stays(grid):
    assert replay([step(1, 0, 0, 0)], STATES, grid, 0, "m").points == ((CELL / 2, CELL / 2),) * 2


def test_an_observation_that_is_no_cell_leaves_the_list(grid):
    shown = replay([step(1, [0.1, 0.2], 0), step(2, 400, 0)], STATES, grid, 0, "m")
    assert shown.svg == "" and shown.points == ()
    assert len(shown.moments) == 3 and not shown.fulfilled


def test_without_a_map_actions_keep_their_number():
    shown = replay([step(1, 0, 0, 2)], STATES, None, 0, "m")
    assert shown.moments[1].action == "2" and shown.svg == ""


def test_no_episode_is_none(grid):
    assert replay([], STATES, grid, 0, "m") is None
