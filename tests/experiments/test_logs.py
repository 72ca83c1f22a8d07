import sys
import types

import pytest

from lantern.errors import ContentError
from lantern.experiments import load_results


def read_events(folder):
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    events = accumulator.EventAccumulator(str(folder))
    events.Reload()
    return [(point.step, point.value) for point in events.Scalars("eval/success")]


def test_tensorboard_gets_every_curve_once(sweep_file, fake_sweep):
    pytest.importorskip("tensorboard", reason="needs the extra tensorboard")
    result = fake_sweep(sweep_file(), loggers=["tensorboard"])
    places = sorted((result.folder / "tensorboard").glob("*/*/*"))
    assert len(places) == 12
    job = load_results(result.folder).of("quest", "plain")[2]
    place = next(one for one in places if one.name.startswith("seed_2") and one.parent.name == "plain")
    assert read_events(place) == list(zip(job.curve.step.tolist(), job.curve.success.tolist(), strict=True))
    before = {path: path.stat().st_mtime_ns for path in places}
    fake_sweep(sweep_file(), loggers=["tensorboard"])
    assert {path: path.stat().st_mtime_ns for path in (result.folder / "tensorboard").glob("*/*/*")} == before


def test_logging_can_be_asked_for_afterwards(sweep_file, fake_sweep):
    pytest.importorskip("tensorboard", reason="needs the extra tensorboard")
    result = fake_sweep(sweep_file())
    assert not (result.folder / "tensorboard").exists()
    fake_sweep(sweep_file(), loggers=["tensorboard"])
    assert len(list((result.folder / "tensorboard").glob("*/*/*"))) == 12


class FakeRun:
    def __init__(self, log, about):
        self.about, self.values = about, []
        log.append(self)

    def log(self, values, step):
        self.values.append((step, values))

    def finish(self):
        self.finished = True


def test_wandb_gets_one_run_a_job(sweep_file, fake_sweep, monkeypatch):
    runs = []
    module = types.ModuleType("wandb")
    module.init = lambda **about: FakeRun(runs, about)
    monkeypatch.setitem(sys.modules, "wandb", module)
    fake_sweep(sweep_file(), loggers=["wandb"])
    fake_sweep(sweep_file(), loggers=["wandb"])
    assert len(runs) == 12
    assert {run.about["project"] for run in runs} == {"trial"}
    first = next(run for run in runs if run.about["name"] == "quest/plain/0")
    assert first.values[0] == (0, {"eval/success": 0.0, "eval/length": 10.0, "eval/return": 0.0})
    assert len(first.values) == 11 and first.finished


def test_a_service_that_fails_does_not_stop_the_sweep(sweep_file, fake_sweep, monkeypatch):
    def refuse(**_):
        raise RuntimeError("no key")

    module = types.ModuleType("wandb")
    module.init = refuse
    monkeypatch.setitem(sys.modules, "wandb", module)
    with pytest.warns(UserWarning, match="WandbLogger failed") as warned:
        assert fake_sweep(sweep_file(), loggers=["wandb"]).done == 20
    assert len(warned) == 1


@pytest.mark.parametrize(("name", "package"), [("tensorboard", "tensorboard"), ("wandb", "wandb")])
def test_a_missing_package_is_named(sweep_file, fake_sweep, monkeypatch, name, package):
    for module in [one for one in sys.modules if one.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ContentError, match=rf"pip install 'lantern-rl\[{package}\]'"):
        fake_sweep(sweep_file(), loggers=[name])


def test_an_unknown_logger_is_named(sweep_file, fake_sweep):
    with pytest.raises(ContentError, match="Did you mean 'tensorboard'"):
        fake_sweep(sweep_file(), loggers=["tensorbord"])
