"""Small sweeps with everything real: environments, English tasks, agents, teachers."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from lantern.errors import ContentError
from lantern.experiments import load_results, sweep
from lantern.experiments.sweeping import make_plan

TEXT = """
target: {env: dungeon_quest/student, task: dungeon_quest}
sources:
  - {env: dungeon_quest/teacher, task: dungeon_quest}
  - {env: treasure_hunt, task: {text: "Find the old chart, then dig up the treasure."}, name: hunt}
teachers: {agent: crm, steps: 6000}
agents: [product_q, crm, {agent: lantern, name: ours}]
seeds: 5
steps: 12_000
evaluate: {every: 500, episodes: 1}
"""

COMMAND = "import sys; from lantern.experiments import sweep; sweep(sys.argv[1], sys.argv[2], 2)"


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """Folder of the sweep above, run to its end."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "trial.yaml").write_text(TEXT)
    result = sweep(folder / "trial.yaml", folder / "out", workers=2)
    assert not result.failures, next(iter(result.failures.values())).traceback
    return folder


def test_everything_a_report_needs_is_there(done):
    found = load_results(done / "out")
    assert (len(found.jobs), len(found.teachers), found.missing) == (15, 10, 0)
    target = found.targets["dungeon_quest"]
    assert target.env == "dungeon_quest/student" and target.task.startswith("Pick up the key")
    assert [(source.name, source.agent, source.steps) for source in target.sources] == [
        ("dungeon_quest/teacher", "crm", 6000),
        ("hunt", "crm", 6000),
    ]
    ours = found.of("dungeon_quest", "ours")[0]
    assert ours.trust.arms == ("dungeon_quest/teacher", "hunt", "learning alone")
    np.testing.assert_allclose(ours.trust.weight.sum(axis=1), 1.0, atol=1e-3)
    assert set(ours.alignment["states"]) == {"dungeon_quest/teacher", "hunt"}
    assert ours.source_steps == 12_000 and found.of("dungeon_quest", "crm")[0].source_steps == 0
    assert ours.episode and ours.provenance["encoder"]
    assert found.summary["provenance"]["encoders"] == [ours.provenance["encoder"]]
    step, success = found.success("dungeon_quest", "ours")
    assert step[0] == 0 and step[-1] == 12_000 and success.shape == (5, 25)


def test_it_learns(done):
    agents = json.loads((done / "out" / "summary.json").read_text())["agents"]
    assert agents["crm"]["steps_to_threshold"]["reached"] >= 4
    assert agents["ours"]["auc"]["iqm"] > agents["product_q"]["auc"]["iqm"]


def test_a_killed_sweep_ends_with_the_same_summary(done, tmp_path):
    out = tmp_path / "out"
    for _ in range(2):
        process = subprocess.Popen([sys.executable, "-c", COMMAND, str(done / "trial.yaml"), str(out)])
        before = len(list((out / "jobs").glob("*.parquet"))) if out.exists() else 0
        until = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < until:
            if out.exists() and len(list((out / "jobs").glob("*.parquet"))) > before + 5:
                process.send_signal(signal.SIGKILL)
            time.sleep(0.005)
        process.wait()
    subprocess.run([sys.executable, "-c", COMMAND, str(done / "trial.yaml"), str(out)], check=True)
    assert (out / "summary.json").read_bytes() == (done / "out" / "summary.json").read_bytes()
    assert len(load_results(out).jobs) == 15


def test_a_teacher_file_serves_as_a_source(done, tmp_path):
    teacher = next((done / "out" / "teachers").iterdir())
    text = (
        f"target: {{env: dungeon_quest/student, task: dungeon_quest}}\nsources: [{{teacher: {teacher}}}]\n"
        "agents: [lantern]\nseeds: 1\nsteps: 2000\n"
    )
    (tmp_path / "trial.yaml").write_text(text)
    result = sweep(tmp_path / "trial.yaml", tmp_path / "out", workers=1)
    assert not result.failures, next(iter(result.failures.values())).traceback
    job = load_results(result.folder).jobs[0]
    assert len(job.trust.arms) == 2 and job.source_steps == 6000


GOOD = "target: {env: dungeon_quest/student, task: dungeon_quest}\nagents: [crm]\nseeds: 1\nsteps: 1000\n"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("[crm]", "[crmm]"), "line 2: There is no agent named 'crmm'"),
        (("dungeon_quest/student", "dungeon_quest/studnet"), "Did you mean 'dungeon_quest/student'?"),
        (("task: dungeon_quest", "task: dungeon_qest"), "Did you mean 'dungeon_quest'?"),
        (("task: dungeon_quest", "task: {formula: F kee}"), "kee"),
        (("task: dungeon_quest", "task: {formula: 'F key & G !key'}"), "line 1: "),
        (("task: dungeon_quest", "task: {text: 'Paint the fence.'}"), "fence"),
        (("[crm]", "[{agent: crm, settings: {stepsize: 1}}]"), "Did you mean 'step_size'?"),
        (
            ("[crm]", "[{agent: crm, settings: {step_size: 3}}]"),
            "line 2: step_size: Input should be",
        ),
        (("seeds: 1", "sources: [{teacher: nowhere}]"), "line 3: "),
    ],
)
def test_a_users_mistakes_are_one_paragraph_with_file_and_line(tmp_path, change, message):
    path = tmp_path / "trial.yaml"
    path.write_text(GOOD.replace(*change))
    with pytest.raises(ContentError) as error:
        make_plan(path)
    text = str(error.value)
    assert text.startswith(f"{path}, line ") and message in text
    assert "\n\n" not in text


def test_environments_and_tasks_beside_the_sweep_file(tmp_path):
    library = Path(__file__).parents[2]
    for kind, name in (("envs", "dungeon_quest/teacher"), ("tasks", "dungeon_quest")):
        text = (library / kind / f"{name}.yaml").read_text()
        (tmp_path / f"{kind}.yaml").write_text(text)
    path = tmp_path / "trial.yaml"
    path.write_text("target: {env: envs.yaml, task: tasks.yaml}\nagents: [crm]\nseeds: 2\nsteps: 1000\n")
    plan = make_plan(path)
    assert list(plan.targets) == ["tasks"] and plan.targets["tasks"]["env"] == "envs"
    keys = [spec.key for spec in plan.specs]
    assert [spec.key for spec in make_plan(path).specs] == keys
    with (tmp_path / "envs.yaml").open("a") as file:
        file.write("# changed\n")
    assert not set(keys) & {spec.key for spec in make_plan(path).specs}
