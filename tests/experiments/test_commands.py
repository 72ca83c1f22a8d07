"""Sweeps as they are run from the command line."""

import numpy as np
import pytest
from typer.testing import CliRunner

from lantern.cli import main
from lantern.cli.app import app

TEXT = """
target: {env: dungeon_quest/teacher, task: dungeon_quest}
agents: [crm, product_q]
seeds: 5
steps: 4000
"""


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("commands")
    (folder / "trial.yaml").write_text(TEXT)
    out = str(folder / "out")
    ran = CliRunner().invoke(app, ["sweep", str(folder / "trial.yaml"), "--out", out, "--workers", "2"])
    assert ran.exit_code == 0, ran.output
    return folder, ran.output


def test_a_sweep_ends_with_its_table_and_the_path_of_its_report(done):
    folder, output = done
    assert "10 of 10 jobs done" in output and "report.html" in output
    assert "CRM" in output and "5 of 5" in output
    assert (folder / "out" / "report.html").stat().st_size > 10_000


def test_dry_run_status_and_clean(done):
    folder, _ = done
    run = CliRunner().invoke
    dry = run(app, ["sweep", str(folder / "trial.yaml"), "--out", str(folder / "out"), "--dry-run"])
    assert dry.exit_code == 0 and "0 jobs to run" in dry.output
    fresh = run(app, ["sweep", str(folder / "trial.yaml"), "--out", str(folder / "new"), "--dry-run"])
    assert fresh.exit_code == 0 and "10 jobs to run, about" in fresh.output
    assert not (folder / "new").exists()
    status = run(app, ["status", str(folder / "out")])
    assert status.exit_code == 0 and "Everything is done." in status.output
    clean = run(app, ["clean", str(folder / "out")])
    assert clean.exit_code == 0 and "Removed 0 files" in clean.output


def test_curves_from_elsewhere_are_imported_into_the_report(done):
    folder, _ = done
    for seed in range(5):
        path = folder / "logs" / f"seed_{seed}" / "evaluations.npz"
        path.parent.mkdir(parents=True)
        success = np.array([[0.0], [0.0], [1.0]])
        np.savez(path, timesteps=[0, 1000, 4000], results=success, ep_lengths=success + 9, successes=success)
    run = CliRunner().invoke(app, ["report", str(folder / "out"), "--import", f"elsewhere={folder / 'logs'}"])
    assert run.exit_code == 0, run.output
    assert "Read 5 runs of elsewhere" in run.output
    assert "elsewhere" in (folder / "out" / "report.html").read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written_is_status_1(done, tmp_path, capsys, monkeypatch):
    (tmp_path / "taken").write_text("")
    arguments = ["lantern", "sweep", str(done[0] / "trial.yaml"), "--out", str(tmp_path / "taken")]
    monkeypatch.setattr("sys.argv", arguments)
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 1
    assert "in the way" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sweep", "quickstrat"], "Did you mean 'quickstart'?"),
        (["status", "nowhere"], "There is no folder 'nowhere'"),
        (["report", "OUT", "--import", "dqn"], "expected NAME=PATH"),
        (["sweep", "FILE", "--out", "OUT", "--log", "tensorbord"], "Did you mean 'tensorboard'?"),
        (["sweep", "FILE", "--out", "OUT", "--backend", "slurm"], "Use local or ray"),
    ],
)
def test_mistakes_are_one_paragraph_and_status_2(done, arguments, words, capsys, monkeypatch):
    folder, _ = done
    named = {"OUT": str(folder / "out"), "FILE": str(folder / "trial.yaml")}
    monkeypatch.setattr("sys.argv", ["lantern", *(named.get(word, word) for word in arguments)])
    with pytest.raises(SystemExit) as stopped:
        main()
    complaint = capsys.readouterr().err
    assert stopped.value.code == 2
    assert words in " ".join(complaint.split()) and "Traceback" not in complaint
