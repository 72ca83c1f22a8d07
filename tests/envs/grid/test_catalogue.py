"""What the observations of finite environments mean."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import lantern
from lantern.envs.catalogue import NOWHERE, Catalogue, find_catalogue
from lantern.envs.grid import GridEnv
from lantern.envs.tabular import tabular_model
from lantern.errors import LanternError

PLANES = """
kind: grid
description: d
map: |
  A . k
  . # .
  c . .
legend: {k: key, c: chest}
observe: planes
events: interacting
actions: [up, down, left, right, interact]
items: {key: 1}
tiles: {key: {gives: {key: 1}, vanishes: true}}
limit: 50
propositions:
  key: {sentence: the agent carries the key, has: {key: 1}}
  chest: the agent opens the chest
"""


def catalogue(env) -> Catalogue:
    model = tabular_model(env)
    assert model is not None
    return find_catalogue(env, model)


def test_positions_are_rows_and_columns_of_a_place() -> None:
    student, again = (catalogue(lantern.make_env("dungeon_quest/student")) for _ in range(2))
    assert student.kind == "position" and student.offset is None
    assert student.content[37].tolist() == [3, 7]
    assert student.actions == ("up", "down", "left", "right")
    assert student.place == again.place
    teacher = catalogue(lantern.make_env("dungeon_quest/teacher"))
    assert (teacher.kind, teacher.place != student.place) == ("position", True)


@pytest.fixture
def planes(tmp_path) -> GridEnv:
    path = tmp_path / "planes.yaml"
    path.write_text(PLANES)
    return GridEnv(path)


def test_who_sees_the_whole_map_sees_how_far_things_are(planes: GridEnv) -> None:
    found = catalogue(planes)
    assert found.kind == "planes: chest, key"
    model = tabular_model(planes)
    start = int(model.observation[model.initial[0]])
    assert found.content[start, :2].tolist() == [0, 0]
    assert found.offset is not None
    assert found.offset[start].tolist() == [[0, 2], [2, 0]]
    # Where the key is gone, there is none; contents tell all observations apart.
    assert (found.offset[:, 0, 0] == NOWHERE).any()
    assert len(np.unique(found.content, axis=0)) == model.n_observations


def test_other_worlds_are_numbered_and_told_apart_by_their_dynamics() -> None:
    lake, walk = (catalogue(lantern.make_env(f"gymnasium/{n}")) for n in ("frozen_lake", "cliff_walking"))
    assert (lake.kind, walk.kind) == ("index", "index")
    assert lake.place != walk.place
    assert lake.place == catalogue(lantern.make_env("gymnasium/frozen_lake")).place


def test_shapes_that_do_not_fit_are_refused(planes: GridEnv) -> None:
    found = catalogue(planes)
    with pytest.raises(LanternError, match="offsets"):
        replace(found, offset=found.offset[:-1])
    with pytest.raises(LanternError, match="contents"):
        replace(found, content=found.content[:, 0])
