"""Teachers on disk: they come back as they were, and nothing bad comes in."""

from __future__ import annotations

import hashlib
import json
import pickle
from dataclasses import fields, replace

import numpy as np
import pytest
from safetensors.numpy import load, save

from lantern.envs.catalogue import Catalogue
from lantern.errors import TeacherError
from lantern.transfer import Teacher, storage


@pytest.fixture
def folder(quest_teacher, tmp_path):
    return quest_teacher.save(tmp_path / "teacher")


def edit(folder, change):
    """Change the JSON."""
    path = folder / "teacher.json"
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))


def edit_arrays(folder, change):
    """Change the arrays, with a checksum that fits."""
    path = folder / "teacher.safetensors"
    arrays = load(path.read_bytes())
    change(arrays)
    blob = save(arrays)
    path.write_bytes(blob)
    edit(folder, lambda data: data.update(sha256=hashlib.sha256(blob).hexdigest()))


def refused(folder, *words):
    with pytest.raises(TeacherError) as caught:
        Teacher.load(folder)
    for word in words:
        assert word in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("by_file", [False, True])
def test_a_teacher_comes_back_as_it_was(quest_teacher, folder, by_file):
    loaded = Teacher.load(folder / "teacher.json" if by_file else str(folder))
    for name in ("name", "task_text", "env", "observation_kind", "steps", "discount", "provenance"):
        assert getattr(loaded, name) == getattr(quest_teacher, name)
    assert loaded.dfa.equivalent(quest_teacher.dfa)
    assert loaded.vocabulary == quest_teacher.vocabulary
    for table in ("state", "edge"):
        for column in fields(getattr(loaded, table)):
            before = getattr(getattr(quest_teacher, table), column.name)
            assert np.array_equal(before, getattr(getattr(loaded, table), column.name))
    assert np.array_equal(loaded.policy["q"], quest_teacher.policy["q"])
    assert sorted(path.name for path in folder.iterdir()) == ["teacher.json", "teacher.safetensors"]


@pytest.fixture
def catalogued(quest_teacher, tmp_path):
    """A teacher whose table is explained, in a folder."""
    states = quest_teacher.dfa.n_states
    content = np.column_stack([np.arange(9) // 3, np.arange(9) % 3]).astype(np.int32)
    offset = np.zeros((9, len(quest_teacher.vocabulary), 2), np.int32)
    policy = {
        "q": np.zeros((states, 12, 4), np.float32),
        "event": np.array([[-1, 0], [3, 1]], np.int64),
        "index": np.array([[o, 9 + o % 3] for o in range(9)], np.int32),
    }
    catalogue = Catalogue("position", "abc", ("up", "down", "left", "right"), content, offset)
    teacher = replace(quest_teacher, policy=policy, catalogue=catalogue)
    return teacher, teacher.save(tmp_path / "catalogued")


def test_what_observations_mean_comes_back_too(catalogued):
    teacher, place = catalogued
    loaded = Teacher.load(place).catalogue
    assert loaded is not None
    assert (loaded.kind, loaded.place, loaded.actions) == ("position", "abc", teacher.catalogue.actions)
    assert np.array_equal(loaded.content, teacher.catalogue.content)
    assert np.array_equal(loaded.offset, teacher.catalogue.offset)


def test_teachers_of_the_first_version_can_still_be_read(folder):
    def age(data):
        data.update(version=1)
        del data["catalogue"]

    edit(folder, age)
    assert Teacher.load(folder).catalogue is None


@pytest.mark.parametrize(
    ("key", "value", "word"),
    [
        ("catalogue.content", np.zeros((4, 2), np.int32), "catalogue"),
        ("catalogue.content", np.zeros((9, 2), np.float32), "int32"),
        ("catalogue.offset", np.zeros((9, 2, 2), np.int32), "offset"),
        ("catalogue.offset", np.zeros((8, 4, 2), np.int32), "offset"),
        ("policy.q", np.zeros((3, 12, 4), np.float32), "policy.q"),
        ("policy.q", np.zeros((7, 12, 2), np.float32), "policy.q"),
        ("policy.index", np.full((9, 2), 12, np.int32), "do not exist"),
        ("policy.index", np.full((9, 3), 1, np.int32), "policy.index"),
        ("policy.event", np.array([[-1, 0], [99, 1]], np.int64), "do not exist"),
        ("policy.event", np.zeros((2, 2), np.float32), "policy.event"),
    ],
)
def test_a_table_that_does_not_fit_its_catalogue_is_refused(catalogued, key, value, word):
    edit_arrays(catalogued[1], lambda arrays: arrays.update({key: value}))
    refused(catalogued[1], "damaged", word)


def test_what_is_missing_is_named(folder, tmp_path):
    refused(tmp_path / "nowhere", "nowhere", "teacher.json")
    (folder / "teacher.safetensors").unlink()
    refused(folder, "teacher.safetensors")


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("name", ["teacher.json", "teacher.safetensors"])
def test_truncated_files_are_refused(folder, name, share):
    path = folder / name
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    refused(folder, "damaged")


def test_one_changed_byte_is_noticed(folder):
    path = folder / "teacher.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    refused(folder, "checksum")


def test_foreign_files_are_refused(folder):
    (folder / "teacher.json").write_text('{"hello": "world"}')
    refused(folder, "not a teacher")
    (folder / "teacher.json").write_text("[1, 2")
    refused(folder, "JSON")


def test_other_versions_are_refused(folder):
    edit(folder, lambda data: data.update(version=99))
    refused(folder, "99", "version 1 and 2")


class Bomb:
    """Something that would leave a mark if it were unpickled."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return (open, (self.mark, "w"))


@pytest.mark.parametrize("name", ["teacher.json", "teacher.safetensors"])
def test_a_pickle_in_disguise_is_not_run(folder, tmp_path, name):
    mark = tmp_path / "mark"
    blob = pickle.dumps(Bomb(str(mark)))
    (folder / name).write_bytes(blob)
    if name == "teacher.safetensors":
        edit(folder, lambda data: data.update(sha256=hashlib.sha256(blob).hexdigest()))
    refused(folder, "damaged")
    assert not mark.exists()


def test_links_out_of_the_folder_are_not_followed(folder, tmp_path):
    outside = tmp_path / "outside"
    (folder / "teacher.safetensors").rename(outside)
    (folder / "teacher.safetensors").symlink_to(outside)
    refused(folder, "teacher.safetensors")


def test_names_in_a_file_are_never_paths(folder, tmp_path):
    def climb(arrays):
        arrays["../../evil"] = np.zeros(3)

    edit_arrays(folder, climb)
    refused(folder, "foreign")
    assert not list(tmp_path.rglob("*evil*"))


def test_oversized_files_are_not_read(folder, monkeypatch):
    monkeypatch.setattr(storage, "MAX_ARRAYS", 100)
    refused(folder, "too large")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("edge.target", np.int64(999)),
        ("edge.source", np.int64(-1)),
        ("edge.mask", np.int64(1 << 10)),
        ("edge.count", np.int64(-5)),
        ("edge.value", np.nan),
        ("state.value", 7.0),
        ("state.success", -0.5),
        ("edge.steps", np.inf),
        ("policy.q", np.float32(np.nan)),
    ],
)
def test_impossible_numbers_are_refused(folder, key, value):
    def poison(arrays):
        arrays[key] = arrays[key].copy()
        arrays[key].flat[0] = value

    edit_arrays(folder, poison)
    refused(folder, "damaged", key.split(".")[1])


def test_tables_that_do_not_fit_the_automaton_are_refused(folder):
    def shorten(arrays):
        for key in list(arrays):
            if key.startswith("state."):
                arrays[key] = arrays[key][:-1].copy()

    edit_arrays(folder, shorten)
    refused(folder, "states")


def test_wrong_types_are_refused(folder):
    edit_arrays(
        folder, lambda arrays: arrays.update({"state.count": arrays["state.count"].astype(np.float64)})
    )
    refused(folder, "state.count")


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(steps="many"),
        lambda data: data.update(extra=1),
        lambda data: data.pop("dfa"),
        lambda data: data.update(dfa={"states": "none"}),
        lambda data: data["vocabulary"].pop("key"),
        lambda data: data.update(discount=2.0),
    ],
)
def test_a_wrong_document_is_refused(folder, change):
    edit(folder, change)
    refused(folder, "damaged")


def test_a_place_that_cannot_be_written_is_an_error(quest_teacher, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(TeacherError, match="cannot be saved"):
        quest_teacher.save(tmp_path / "file")
