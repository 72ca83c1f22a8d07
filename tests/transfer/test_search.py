"""Which saved teachers would help, before any training."""

from __future__ import annotations

from pathlib import Path

import pytest

import lantern
from lantern.envs import tabular_model
from lantern.envs.catalogue import find_catalogue
from lantern.errors import TeacherError
from lantern.language import load_task
from lantern.transfer import load_teachers, would_help


def product(env: str, task: str) -> lantern.TaskEnv:
    labelled = lantern.make_env(env)
    return lantern.TaskEnv(labelled, load_task(task, labelled.vocabulary).dfa)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("teachers")
    for env, task in (
        ("dungeon_quest/teacher", "dungeon_quest"),
        ("treasure_hunt", "treasure_hunt"),
        ("farming_operation", "farming_operation"),
    ):
        run = lantern.make_agent("crm", product(env, task), seed=0).learn(60_000)
        run.teacher().save(place / task)
    (place / "broken").mkdir()
    (place / "broken" / "teacher.json").write_text("{")
    return place


def test_what_cannot_be_read_is_left_out_and_said(folder: Path) -> None:
    teachers, skipped = load_teachers(folder)
    assert len(teachers) == 3
    assert len(skipped) == 1
    assert "broken" in skipped[0]


def test_the_aligned_teacher_comes_first_and_the_irrelevant_one_promises_nothing(folder: Path) -> None:
    target = product("dungeon_quest/student", "dungeon_quest")
    first, *others = would_help(load_teachers(folder)[0], target.dfa, target.vocabulary)
    assert first.teacher.name == "dungeon_quest/teacher"
    assert first.score > 0.5
    assert len(first.places) == first.states == 6
    assert all(other.score < 0.7 * first.score for other in others)
    farming = next(other for other in others if other.teacher.name == "farming_operation")
    assert farming.score == 0.0


def test_who_knows_the_map_could_act_and_who_knows_another_could_not(folder: Path) -> None:
    task = "F(shield & F key)"
    labelled = lantern.make_env("dungeon_quest/teacher")
    dfa = lantern.compile(task, labelled.vocabulary)
    model = tabular_model(labelled)
    assert model is not None
    catalogue = find_catalogue(labelled, model)
    found = would_help(load_teachers(folder)[0], dfa, labelled.vocabulary, catalogue=catalogue)
    first, *others = found
    assert (first.teacher.name, first.mode) == ("dungeon_quest/teacher", "same place")
    assert dfa.initial in {state for state, _, _ in first.acts}
    assert all(other.mode == "none" and not other.acts for other in others)


def test_no_teachers_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    target = product("dungeon_quest/student", "dungeon_quest")
    with pytest.raises(TeacherError, match="lantern train --save"):
        would_help(load_teachers(tmp_path)[0], target.dfa, target.vocabulary)
