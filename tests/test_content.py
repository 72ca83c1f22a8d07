"""Content is found by name or path, and a mistake in a file is reported where it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field

from lantern import content
from lantern.errors import ContentError


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    every: int = Field(default=1, ge=1)


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    steps: int
    evaluate: Inner = Inner()
    parts: list[Inner] = []


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "tasks" / "deep").mkdir(parents=True)
    (tmp_path / "tasks" / "mine.yaml").write_text("text: x\n")
    (tmp_path / "tasks" / "deep" / "er.yaml").write_text("text: y\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, text: str) -> Path:
    path = folder / "file.yaml"
    path.write_text(text)
    return path


def test_a_name_is_found_in_the_workspace(workspace: Path) -> None:
    assert content.find("tasks", "mine") == workspace / "tasks" / "mine.yaml"
    assert content.find("tasks", "deep/er") == workspace / "tasks" / "deep" / "er.yaml"


def test_a_path_always_works(workspace: Path) -> None:
    assert content.find("tasks", "tasks/mine.yaml") == Path("tasks/mine.yaml")
    assert content.find("tasks", workspace / "tasks" / "mine.yaml") == workspace / "tasks" / "mine.yaml"


def test_the_workspace_comes_before_the_library(workspace: Path) -> None:
    (workspace / "envs" / "dungeon_quest").mkdir(parents=True)
    mine = workspace / "envs" / "dungeon_quest" / "student.yaml"
    shipped = content.find("envs", "dungeon_quest/student")
    assert shipped != mine
    mine.write_text("kind: grid\n")
    assert content.find("envs", "dungeon_quest/student") == mine


def test_the_library_is_found_from_anywhere(workspace: Path) -> None:
    assert content.find("envs", "dungeon_quest/student").is_file()
    assert "quickstart" in content.names("experiments")


@pytest.mark.usefixtures("workspace")
def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(ContentError, match=r"no task named .mime..*Did you mean .mine."):
        content.find("tasks", "mime")


@pytest.mark.usefixtures("workspace")
def test_a_missing_path_says_where_it_looked() -> None:
    with pytest.raises(ContentError, match=r"no file 'nowhere/x\.yaml'"):
        content.find("tasks", "nowhere/x.yaml")


def test_an_unknown_key_names_line_and_neighbour(tmp_path: Path) -> None:
    path = write(tmp_path, "steps: 3\nevaluate:\n  evry: 2\n")
    with pytest.raises(ContentError, match=r"file\.yaml, line 3: the key 'evry' does not exist.*'every'"):
        content.read(path, Outer)


def test_an_unknown_key_in_a_list_names_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, "steps: 3\nparts:\n  - every: 1\n  - evry: 2\n")
    with pytest.raises(ContentError, match="line 4: the key 'evry'"):
        content.read(path, Outer)


def test_a_wrong_value_names_line_and_value(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"line 2: evaluate\.every: .*greater than or equal to 1, got 0"):
        content.read(write(tmp_path, "steps: 3\nevaluate: {every: 0}\n"), Outer)


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="the key 'steps' is missing"):
        content.read(write(tmp_path, "evaluate: {every: 2}\n"), Outer)


def test_broken_yaml_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="line 2: not valid YAML"):
        content.read(write(tmp_path, "steps: 3\nevaluate: }\n"), Outer)


def test_a_key_given_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"line 2: .*'steps' is given twice"):
        content.read(write(tmp_path, "steps: 3\nsteps: 4\n"), Outer)


@pytest.mark.parametrize("text", ["", "- 1\n", "just text\n"])
def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ContentError, match="expected a YAML mapping"):
        content.read(write(tmp_path, text), Outer)


def test_a_binary_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ContentError, match="cannot be read"):
        content.read(path, Outer)


def test_yaml_runs_no_code(tmp_path: Path) -> None:
    path = write(tmp_path, f"steps: !!python/object/apply:pathlib.Path.touch ['{tmp_path / 'made'}']\n")
    with pytest.raises(ContentError):
        content.read(path, Outer)
    assert not (tmp_path / "made").exists()
