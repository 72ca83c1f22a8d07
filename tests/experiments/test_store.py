import dataclasses

import numpy as np
import pytest

from lantern.experiments.jobfile import DamagedJob, encode, read_job
from lantern.experiments.results import Curve, Failure, Job, Trust
from lantern.experiments.store import Store, StoreError, whole, write_json


def example(**changes):
    step = np.arange(0, 500, 100)
    curve = Curve(step, np.linspace(0, 1, 5), np.full(5, 7.5), np.array([0, np.nan, 0.5, 1, 1]))
    trust = Trust(step[::2], ("near", "alone"), np.full((3, 2, 4), 0.5))
    job = Job(
        key="abc",
        kind="target",
        target="t",
        agent="lantern",
        seed=3,
        curve=curve,
        settings={"step_size": 0.5},
        trust=trust,
        alignment={"states": {"near": np.eye(2)}},
        episode=({"label": frozenset({"b", "a"}), "action": np.int64(2)},),
    )
    return dataclasses.replace(job, **changes)


def test_a_job_reads_back_as_it_was_written(tmp_path):
    path = tmp_path / "abc.parquet"
    path.write_bytes(encode(example()))
    job = read_job(path, "abc")
    for name in ("step", "success", "length", "return_"):
        np.testing.assert_array_equal(getattr(job.curve, name), getattr(example().curve, name))
    assert job.curve.step.dtype == np.int64
    np.testing.assert_allclose(job.trust.weight, 0.5)
    assert job.trust.arms == ("near", "alone")
    assert job.alignment == {"states": {"near": [[1, 0], [0, 1]]}}
    assert job.episode == ({"label": ["a", "b"], "action": 2},)
    assert (job.seed, job.settings) == (3, {"step_size": 0.5})


def test_the_same_job_gives_the_same_bytes():
    assert encode(example()) == encode(example())
    assert encode(example()) != encode(example(seed=4))


def test_other_programs_can_read_the_curve(tmp_path):
    import pyarrow.parquet as pq

    (tmp_path / "abc.parquet").write_bytes(encode(example(trust=None)))
    table = pq.read_table(tmp_path / "abc.parquet")
    assert table.column_names == ["step", "success", "length", "return"]
    assert b"lantern" in table.schema.metadata


def test_every_damaged_byte_is_noticed_or_harmless(tmp_path):
    path, data = tmp_path / "abc.parquet", encode(example(trust=None))
    path.write_bytes(data)
    sound = read_job(path, "abc")
    rng = np.random.default_rng(0)
    noticed = 0
    for position in rng.integers(len(data), size=300):
        damaged = bytearray(data)
        damaged[position] ^= 1 << int(rng.integers(8))
        path.write_bytes(damaged)
        try:
            found = read_job(path, "abc")
        except DamagedJob:
            noticed += 1
            continue
        np.testing.assert_array_equal(found.curve.success, sound.curve.success)
        assert (found.agent, found.seed, found.episode) == (sound.agent, sound.seed, sound.episode)
    assert noticed > 150


def test_a_file_under_another_name_is_damaged(tmp_path):
    (tmp_path / "other.parquet").write_bytes(encode(example()))
    with pytest.raises(DamagedJob, match="holds the job abc"):
        read_job(tmp_path / "other.parquet", "other")


def test_a_failed_write_leaves_the_old_file_and_no_trace(tmp_path):
    path = tmp_path / "x.json"
    write_json(path, {"a": 1})
    with pytest.raises(RuntimeError), whole(path) as part:
        part.write_text("half")
        raise RuntimeError
    assert path.read_text() == '{\n "a": 1\n}\n'
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.json"]


def test_damaged_files_are_set_aside(tmp_path):
    store = Store(tmp_path)
    store.create()
    store.write_job(example())
    store.job_path("bad").write_bytes(b"PAR1 not at all")
    assert set(store.finished(["abc", "bad", "missing"])) == {"abc"}
    assert store.job_path("bad").exists()
    assert set(store.finished(["abc", "bad", "missing"], set_aside=True)) == {"abc"}
    assert store.job_path("bad").with_suffix(".damaged").exists()
    assert store.read_job("bad") is None


def test_failures_are_kept_until_forgotten(tmp_path):
    store = Store(tmp_path)
    store.create()
    failure = Failure("k", "t", "a", 1, "error", "it broke", "Traceback", 2)
    store.write_failure(failure)
    assert store.failures() == {"k": failure}
    (tmp_path / "failed" / "half.json").write_text("{")
    assert store.failures() == {"k": failure}
    store.forget_failure("k")
    store.forget_failure("k")
    assert store.read_failure("k") is None


def test_a_folder_that_cannot_be_made_is_explained(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="a file of that name is in the way"):
        Store(tmp_path / "file").create()
