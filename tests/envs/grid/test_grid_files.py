"""Mistakes in a grid-world file are reported with the file, the line and the remedy."""

from __future__ import annotations

import pytest

from lantern.envs.grid import load_grid
from lantern.errors import ContentError

GOOD = """\
kind: grid
description: Find the key and open the door.
map: |
  A . k
  . # d
legend: {k: key, d: door}
items: {key: 1}
tiles:
  key: {gives: {key: 1}, vanishes: true}
  door:
    needs: {key: 1}
    reward: 1
    ends: true
limit: 30
propositions:
  key: the agent picks up the key
  door:
    sentence: the agent opens the door
    synonyms: [unlock the door]
"""

WALLED = """\
kind: grid
description: Walk round.
map: |
  +-----+
  |A .|k|
  |   | |
  |. . .|
  +-----+
legend: {k: key}
limit: 30
propositions: {key: the agent is at the key}
"""


def load(tmp_path, text):
    path = tmp_path / "world.yaml"
    path.write_text(text)
    return load_grid(path)


def test_the_good_files_load(tmp_path):
    env = load(tmp_path, GOOD)
    assert env.vocabulary.proposition("door").synonyms == ("unlock the door",)
    assert env.tabular().n_observations == 6
    walled = load(tmp_path, WALLED)
    walled.reset()
    assert [walled.step(action)[0] for action in (3, 3, 1, 3, 0)] == [1, 1, 4, 5, 2]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("A . k", "A . q", 4, "'q' is not in the legend"),
        ("  . # d", "  . # d .", 5, "4 cells, the first row has 3"),
        ("A . k", ". . k", 3, "no start"),
        ("legend: {k: key, d: door}", "legend: {k: key, d: door, z: zoo}", 4, "the map has none"),
        ("  key: {gives", "  kee: {gives", 9, "'kee' is nowhere on the map. Did you mean 'key'"),
        ("gives: {key: 1}", "gives: {kez: 1}", 9, "'kez' is not one of the items. Did you mean 'key'"),
        ("needs: {key: 1}", "needs: {coin: 1}", 11, "'coin' is not one of the items"),
        (
            "    reward: 1",
            "    rewards: 1",
            12,
            "'rewards' does not exist here. Did you mean 'reward'",
        ),
        ("limit: 30", "limit: 0", 14, "greater than or equal to 1"),
        ("  key: the agent picks", "  kye: the agent picks", 16, "Did you mean 'key'"),
        ("limit: 30", "actions: [up, jump]\nlimit: 30", 14, "'up', 'down'"),
        ("  . # d", "  # # d", 3, "never be used"),
        ("A . k", "A # k", 3, "can never be reached from the start"),
        ("limit: 30", "limit: 30\nevents: interacting", 1, "needs the action interact"),
        ("limit: 30", "limit: 30\nrandom: {height: 3, width: 3, place: {key: 1}}", 1, "either map or random"),
    ],
)
def test_a_mistake_is_reported_at_its_line(tmp_path, old, new, line, message):
    text = GOOD.replace(old, new, 1)
    if message == "never be used":
        text = GOOD.replace("gives: {key: 1}", "gives: {}")
    assert text != GOOD
    with pytest.raises(ContentError) as caught:
        load(tmp_path, text)
    said = str(caught.value)
    assert message in said
    assert f"world.yaml, line {line}" in said or f"world.yaml, line {line}," in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  +-----+\n  |A", "  +----+\n  |A", "2H\\+1 lines of 2W\\+1 characters"),
        ("  |   | |", "  |   |  |", "has 8 characters, the first has 7"),
    ],
)
def test_a_badly_drawn_wall_is_reported(tmp_path, old, new, message):
    with pytest.raises(ContentError, match=message):
        load(tmp_path, WALLED.replace(old, new, 1))


def test_an_unknown_name_gets_the_nearest(tmp_path):
    with pytest.raises(ContentError, match="dungeon_quest/student"):
        load_grid("dungeon_quest/studnet")
