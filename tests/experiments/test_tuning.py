import random
import time
from pathlib import Path

import pytest
import yaml
from fakes import RUNNER, FakeLibrary
from test_faults import finish, start, wait_for

from lantern.errors import ContentError
from lantern.experiments import load_results
from lantern.experiments.study import Study
from lantern.experiments.sweepfile import SweepFile, read_sweep
from lantern.experiments.tuning import FIRST_SEED, read_record, tuned_agents, tuned_settings
from lantern.experiments.upkeep import clean, outlook

pytest.importorskip("optuna", reason="needs the extra tune")

TEXT = """
target: {env: student, task: quest}
agents:
  - plain
  - agent: shaped
    tune: {trials: 12, seeds: 2, space: {speed: {low: 0.01, high: 1.0, log: true}}}
seeds: 3
steps: 1000
evaluate: {every: 50, episodes: 1}
"""


def test_the_better_setting_is_found_and_used(sweep_file, fake_sweep):
    result = fake_sweep(sweep_file(TEXT))
    record = read_record(result.folder, "shaped")
    trials = trials_in(result.folder)
    assert len(trials) == record.done == 12
    # The fake learns faster the smaller its speed is.
    assert record.best == min(trials, key=lambda trial: trial.value).settings
    assert record.best["speed"] < 0.1
    jobs = load_results(result.folder).of("quest", "shaped")
    assert [job.seed for job in jobs] == [0, 1, 2]
    assert {job.settings["speed"] for job in jobs} == {record.best["speed"]}
    seeds = {json_seed(path) for path in (result.folder / "jobs").glob("*.parquet")}
    assert {FIRST_SEED, FIRST_SEED + 1} < seeds
    assert clean(result.folder) == (0, 0)


def trials_in(folder):
    sweep = read_sweep_text(TEXT)
    [(_, _, tuning)] = tuned_agents(sweep)
    return Study(folder / "tune" / "shaped.journal", read_record(folder, "shaped").asked, tuning).trials()


def read_sweep_text(text):
    return SweepFile.model_validate(yaml.safe_load(text))


def json_seed(path):
    from lantern.experiments.jobfile import read_job

    return read_job(path, path.stem).seed


@pytest.mark.parametrize("torn", [0, 40], ids=["between trials", "in the middle of a line"])
def test_a_tuning_that_was_cut_short_goes_on_as_if_nothing_had_happened(
    sweep_file, fake_sweep, tmp_path, torn
):
    whole = fake_sweep(sweep_file(TEXT), tmp_path / "whole")
    out = tmp_path / "cut"
    fake_sweep(sweep_file(TEXT.replace("trials: 12", "trials: 5")), out)
    journal = out / "tune" / "shaped.journal"
    lines = journal.read_bytes().splitlines(keepends=True)
    kept = b"".join(lines[:-1]) + lines[-1][:torn]
    journal.write_bytes(kept)
    fake_sweep(sweep_file(TEXT), out, update=True)
    assert trials_in(out) == trials_in(whole.folder)
    assert read_record(out, "shaped").best == read_record(whole.folder, "shaped").best
    assert (out / "summary.json").read_bytes() == (whole.folder / "summary.json").read_bytes()


def test_kills_in_the_middle_leave_no_running_trial_and_the_same_result(sweep_file, fake_sweep, tmp_path):
    text = TEXT.replace("- plain", "- {agent: plain}").replace("trials: 12", "trials: 8")
    text = text.replace("agent: shaped\n", "agent: shaped\n    settings: {seconds: 0.1}\n")
    whole = fake_sweep(sweep_file(text), tmp_path / "whole")
    out, file, rng = tmp_path / "killed", sweep_file(text), random.Random(3)
    journal = out / "tune" / "shaped.journal"
    for kill in range(3):
        process = start(file, out)
        wait_for(lambda kill=kill: journal.exists() and journal.read_bytes().count(b"\n") > 1 + 2 * kill)
        time.sleep(rng.uniform(0.0, 0.3))
        process.kill()
        process.communicate()
    code, printed, complaints = finish(file, out)
    assert (code, printed.strip()) == (0, "6 of 6"), complaints
    optuna = pytest.importorskip("optuna")
    backend = optuna.storages.journal.JournalFileBackend(str(journal))
    [study] = optuna.study.get_all_study_summaries(optuna.storages.JournalStorage(backend))
    loaded = optuna.load_study(
        study_name=study.study_name, storage=optuna.storages.JournalStorage(backend)
    )  # Optuna's own tools read it
    assert {trial.state.name for trial in loaded.trials} == {"COMPLETE"} and len(loaded.trials) == 8
    assert loaded.best_params == read_record(whole.folder, "shaped").best
    assert (out / "summary.json").read_bytes() == (whole.folder / "summary.json").read_bytes()


def test_running_again_tunes_nothing(sweep_file, fake_sweep):
    result = fake_sweep(sweep_file(TEXT))
    path = result.folder / "tune" / "shaped.json"
    before = path.stat().st_mtime_ns
    fake_sweep(sweep_file(TEXT))
    assert path.stat().st_mtime_ns == before


def test_another_space_is_tuned_anew(sweep_file, fake_sweep):
    fake_sweep(sweep_file(TEXT))
    other = TEXT.replace("{low: 0.01, high: 1.0, log: true}", "[0.2, 0.9]")
    result = fake_sweep(sweep_file(other), update=True)
    assert read_record(result.folder, "shaped").best == {"speed": 0.2}


def test_steps_to_threshold_as_the_metric(sweep_file, fake_sweep):
    text = TEXT.replace("trials: 12", "metric: steps_to_threshold, trials: 4")
    folder = fake_sweep(sweep_file(text)).folder
    [(_, _, tuning)] = tuned_agents(read_sweep_text(text))
    journal = folder / "tune" / "shaped.journal"
    trials = Study(journal, read_record(folder, "shaped").asked, tuning).trials()
    assert len(trials) == 4 and all(0 < trial.value <= 2 for trial in trials)


def test_outlook_counts_the_trials(sweep_file, tmp_path):
    seen = outlook(sweep_file(TEXT), tmp_path / "out", 2, library=FakeLibrary(), runner=RUNNER, probe=False)
    row = next(row for row in seen.rows if row.kind == "tuning")
    assert (row.agent, row.total, row.done) == ("shaped", 24, 0)


def test_mistakes_are_explained(sweep_file, fake_sweep, monkeypatch):
    with pytest.raises(ContentError, match="no setting 'sped'"):
        fake_sweep(sweep_file(TEXT.replace("speed:", "sped:")))
    bad = TEXT.replace("plain\n", "plain\n").replace("space: {speed: {low: 0.01, high: 1.0, log: true}}",
                                                     "space: {behaviour: [raise]}")  # fmt: skip
    with pytest.raises(ContentError, match="every trial failed"):
        fake_sweep(sweep_file(bad.replace("trials: 12", "trials: 2")), out=None, update=True)


def test_a_damaged_record_is_made_again(sweep_file, fake_sweep):
    result = fake_sweep(sweep_file(TEXT))
    before = (result.folder / "summary.json").read_bytes()
    (result.folder / "tune" / "shaped.json").write_text("{")
    assert tuned_settings(result.folder, read_sweep(sweep_file(TEXT))[1]) == {}
    journal = result.folder / "tune" / "shaped.journal"
    journal.write_bytes(b"not a line of JSON\n" + journal.read_bytes())
    fake_sweep(sweep_file(TEXT))
    assert (result.folder / "summary.json").read_bytes() == before
    assert len(trials_in(result.folder)) == 12 and journal.with_suffix(".damaged").exists()
    assert Path(result.folder / "tune" / "shaped.json").read_text().startswith("{\n")
