import csv

import numpy as np
import pytest

from lantern.errors import ContentError
from lantern.experiments import load_results
from lantern.experiments.foreign import read_curve
from lantern.experiments.importing import import_curves, runs_in
from lantern.experiments.upkeep import clean


def write_monitor(path, returns, lengths, success=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        file.write('#{"t_start": 1.0, "env_id": "None"}\n')
        writer = csv.writer(file)
        writer.writerow(["r", "l", "t", *(["is_success"] if success else [])])
        for index, (r, length) in enumerate(zip(returns, lengths, strict=True)):
            writer.writerow([r, length, index, *([success[index]] if success else [])])


def write_evaluations(path, success=True):
    path.parent.mkdir(parents=True, exist_ok=True)
    step = np.array([0, 500, 1000])
    results = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    more = {"successes": results > 0.5} if success else {}
    np.savez(path, timesteps=step, results=results, ep_lengths=np.full((3, 2), 20), **more)


def test_evaluations_npz(tmp_path):
    write_evaluations(tmp_path / "evaluations.npz")
    curve = read_curve(tmp_path)
    np.testing.assert_array_equal(curve.step, [0, 500, 1000])
    np.testing.assert_array_equal(curve.success, [0, 0.5, 1])
    np.testing.assert_array_equal(curve.length, [20, 20, 20])


def test_returns_become_success_only_when_told_how(tmp_path):
    write_evaluations(tmp_path / "evaluations.npz", success=False)
    assert np.isnan(read_curve(tmp_path).success).all()
    np.testing.assert_array_equal(read_curve(tmp_path, success_return=1.0).success, [0, 0.5, 1])


def test_monitor_counts_steps_and_averages_over_a_hundred_episodes(tmp_path):
    returns = [0.0] * 100 + [1.0] * 100
    write_monitor(tmp_path / "0.monitor.csv", returns, [10] * 200)
    curve = read_curve(tmp_path / "0.monitor.csv", success_return=0.5)
    assert curve.step[0] == 10 and curve.step[-1] == 2000
    assert curve.success[99] == 0.0
    assert curve.success[149] == pytest.approx(0.5)
    assert curve.success[-1] == pytest.approx(1.0)
    write_monitor(tmp_path / "1.monitor.csv", [5.0, 5.0], [3, 4], success=["True", "False"])
    np.testing.assert_allclose(read_curve(tmp_path / "1.monitor.csv").success, [1.0, 0.5])


def test_files_that_stable_baselines3_writes(tmp_path):
    gymnasium = pytest.importorskip("gymnasium")
    monitor = pytest.importorskip("stable_baselines3.common.monitor")
    env = monitor.Monitor(gymnasium.make("FrozenLake-v1"), str(tmp_path / "run"))
    env.reset(seed=0)
    env.action_space.seed(0)
    last = 0
    for step in range(1, 301):
        if any(env.step(env.action_space.sample())[2:4]):
            last = step
            env.reset()
    env.close()
    curve = read_curve(tmp_path, success_return=1.0)
    assert curve.step[-1] == last
    assert ((curve.success >= 0) & (curve.success <= 1)).all()


def test_tensorboard_files_of_cleanrl(tmp_path):
    writers = pytest.importorskip("tensorboard.summary.writer.event_file_writer")
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary

    writer = writers.EventFileWriter(str(tmp_path))
    for step, value in ((20, 0.0), (40, 1.0), (40, 2.0), (75, 3.0)):
        for tag in ("charts/episodic_return", "charts/SPS"):
            item = Summary.Value(tag=tag, simple_value=value)
            writer.add_event(Event(step=step, wall_time=0.0, summary=Summary(value=[item])))
    writer.close()
    curve = read_curve(tmp_path, success_return=2.0)
    np.testing.assert_array_equal(curve.step, [20, 40, 75])
    np.testing.assert_array_equal(curve.return_, [0, 2, 3])
    np.testing.assert_array_equal(curve.success, [0, 1, 1])
    assert np.isnan(curve.length).all()


def test_plain_tables(tmp_path):
    (tmp_path / "x.csv").write_text("global_step, success\n0, 0.0\n10, 0.5\n".replace(", ", ","))
    curve = read_curve(tmp_path / "x.csv")
    np.testing.assert_array_equal(curve.step, [0, 10])
    np.testing.assert_array_equal(curve.success, [0.0, 0.5])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.csv", "a,b\n1,2\n", "no column 'step'"),
        ("monitor.csv", '#{"t": 1}\nr,l,t\n', "holds no episode"),
        ("evaluations.npz", "not an archive", "cannot be read|not a learning curve"),
        ("events.out.tfevents.1", "", "no scalar is a success rate"),
    ],
)
def test_what_is_not_a_curve_is_named(tmp_path, name, content, message):
    if "tfevents" in name:
        pytest.importorskip("tensorboard")
    (tmp_path / name).write_text(content)
    with pytest.raises(ContentError, match=message) as error:
        read_curve(tmp_path / name)
    assert name in str(error.value)


def test_seeds_come_from_names(tmp_path):
    for name in ("DoorKey__dqn__1__1700000001", "DoorKey__dqn__7__1700000002"):
        write_evaluations(tmp_path / "runs" / name / "evaluations.npz")
    assert [seed for seed, _ in runs_in(tmp_path / "runs")] == [1, 7]
    write_evaluations(tmp_path / "runs" / "again__7" / "evaluations.npz")
    assert [seed for seed, _ in runs_in(tmp_path / "runs")] == [0, 1, 2]
    with pytest.raises(ContentError, match="There is no file or folder"):
        list(runs_in(tmp_path / "runs" / "again__7" / "nothing"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(ContentError, match="holds no logs"):
        list(runs_in(tmp_path / "empty"))


def test_imported_agents_stand_beside_ours_and_survive_another_sweep(sweep_file, fake_sweep, tmp_path):
    out = fake_sweep(sweep_file()).folder
    for seed in range(6):
        write_evaluations(tmp_path / "logs" / f"seed_{seed}" / "evaluations.npz")
    assert import_curves(out, "dqn", tmp_path / "logs") == 6
    found = load_results(out)
    assert found.agents == ("plain", "taught", "shaped", "dqn")
    assert found.summary["agents"]["dqn"]["steps_to_threshold"]["median"] == 1000
    assert found.summary["agents"]["dqn"]["seeds"] == 6
    before = (out / "summary.json").read_bytes()
    assert import_curves(out, "dqn", tmp_path / "logs") == 6
    fake_sweep(sweep_file())
    assert clean(out) == (0, 0)
    assert (out / "summary.json").read_bytes() == before
    with pytest.raises(ContentError, match="an agent 'plain' of its own"):
        import_curves(out, "plain", tmp_path / "logs")
    with pytest.raises(ContentError, match="Did you mean 'quest'"):
        import_curves(out, "dqn", tmp_path / "logs", target="qest")


def test_returns_without_a_success_rate_are_refused(sweep_file, fake_sweep, tmp_path):
    out = fake_sweep(sweep_file()).folder
    write_evaluations(tmp_path / "logs" / "evaluations.npz", success=False)
    with pytest.raises(ContentError, match="no success rate"):
        import_curves(out, "dqn", tmp_path / "logs")
    assert import_curves(out, "dqn", tmp_path / "logs", success_return=1.0) == 1
