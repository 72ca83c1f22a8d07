"""A sweep whose sources stand under conditions: run, summarised, taken apart again."""

import shutil

import numpy as np
import pytest
from fakes import RUNNER, FakeLibrary

from lantern.experiments import load_results, sweep, versions

TEXT = """
targets:
  - {env: student, task: quest, steps: 2000, threshold: 0.8}
  - {env: other, task: chore}
sources:
  aligned: [{env: teacher, task: quest}]
  irrelevant: [{env: teacher, task: chore}]
agents:
  - plain
  - {agent: shaped, settings: {speed: 0.3}}
  - {agent: taught, settings: {speed: 0.2}}
references: [shaped]
seeds: 6
steps: 1000
evaluate: {every: 100, episodes: 1}
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """The sweep, run once. Do not write to its folder."""
    folder = tmp_path_factory.mktemp("conditions")
    (folder / "trial.yaml").write_text(TEXT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(versions, "code_digest", lambda: "fixed")
        return sweep(folder / "trial.yaml", folder / "out", 1, library=FakeLibrary(), runner=RUNNER)


def test_the_summary_has_every_agent_over_all_under_each_condition_and_on_each_target(finished):
    summary = finished.summary
    assert finished.total == 2 * 6 + 2 * 6 + 2 * 6 + 2 * 2 * 6  # sources, plain, shaped, taught
    assert {name: one["runs"] for name, one in summary["agents"].items()} == {
        "plain": 12, "shaped": 12, "taught": 24,
    }  # fmt: skip
    assert list(summary["conditions"]) == ["aligned", "irrelevant"]
    for condition in summary["conditions"].values():
        assert {name: one["runs"] for name, one in condition["agents"].items()} == dict.fromkeys(
            ("plain", "shaped", "taught"), 12
        )
    for target in summary["targets"].values():
        assert list(target["conditions"]) == ["aligned", "irrelevant"]
        assert target["conditions"]["aligned"]["agents"]["taught"]["runs"] == 6
        plain = [target["conditions"][c]["agents"]["plain"] for c in ("aligned", "irrelevant")]
        assert plain[0] == plain[1] == target["agents"]["plain"]
    taught = summary["conditions"]["aligned"]["agents"]["taught"]
    measures = {"ratio", "probability_of_improvement", "transfer_ratio", "largest_deficit"}
    assert measures | {"jump_start", "asymptote", "auc"} <= set(taught)
    assert taught["steps_to_threshold"]["restricted_mean"] > 0
    assert taught["references"]["shaped"].keys() == measures
    assert "references" not in summary["agents"]["shaped"]
    assert taught["source_steps"] == 100 and summary["agents"]["plain"]["source_steps"] == 0


def test_the_ratio_under_a_condition_is_that_of_its_runs_alone(finished):
    results = load_results(finished.folder)
    logs = []
    for target in ("quest", "chore"):
        view = results.under("irrelevant")
        steps = {}
        for agent in ("plain", "taught"):
            step, success = view.success(target, agent)
            above = success >= results.threshold_of(target)
            first = np.where(above.any(axis=1), step[above.argmax(axis=1)], step[-1])
            assert len(first) == 6
            ordered = np.sort(np.maximum(first, 1))
            # Six runs: the middle half is the third and fourth whole, the second and fifth by half.
            steps[agent] = (0.5 * ordered[1] + ordered[2] + ordered[3] + 0.5 * ordered[4]) / 3
        logs.append(np.log(steps["taught"] / steps["plain"]))
    found = finished.summary["conditions"]["irrelevant"]["agents"]["taught"]["ratio"]
    assert found["estimate"] == pytest.approx(np.exp(np.mean(logs)), rel=1e-9)
    low, high = found["ci95"]
    assert low <= found["estimate"] <= high


def test_views_hold_one_condition_and_the_agents_without_teachers(finished):
    results = load_results(finished.folder)
    assert results.conditions == ("aligned", "irrelevant")
    view = results.under("irrelevant")
    assert {job.condition for job in view.of("quest", "taught")} == {"irrelevant"}
    assert {job.condition for job in view.of("quest", "plain")} == {""}
    assert len(view.of("quest", "taught")) == len(view.of("quest", "plain")) == 6
    assert [source.task for source in view.targets["quest"].sources] == ["chore"]
    assert (results.threshold_of("quest"), results.threshold_of("chore")) == (0.8, 0.9)
    assert (results.steps_of("quest"), results.steps_of("chore")) == (2000, 1000)


def test_the_same_command_again_runs_nothing_and_one_more_condition_only_its_own(
    fake_sweep, sweep_file, finished, monkeypatch, tmp_path
):
    log, out = tmp_path / "log", shutil.copytree(finished.folder, tmp_path / "copy")
    monkeypatch.setenv("FAKE_LOG", str(log))
    again = fake_sweep(sweep_file(TEXT), out, workers=1)
    assert not log.exists() and again.summary == finished.summary
    more = TEXT.replace("agents:", "  none: []\nagents:")
    fake_sweep(sweep_file(more), out, workers=1, update=True)
    assert len(log.read_text().split()) == 12  # taught on two targets, six seeds, no new teacher
