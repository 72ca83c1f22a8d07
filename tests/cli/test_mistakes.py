"""A user's mistakes: each gives one clear paragraph, exit status 2 and no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lantern.cli import main

SWEEP = """\
target: {env: dungeon_quest/student, task: dungeon_quest}
agents: [product_q]
seeds: 1
steps: 1000
"""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run the command in this process; return its exit status."""
    monkeypatch.setattr(sys, "argv", ["lantern", *arguments])
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


MISTAKES = {
    "unknown agent": (
        SWEEP.replace("product_q", "lantren"),
        ["file.yaml, line 2", "'lantren'", "Did you mean 'lantern'"],
    ),
    "misspelt key": (SWEEP.replace("seeds", "seed"), ["line 3", "'seed' does not exist", "'seeds'"]),
    "unknown env": (
        SWEEP.replace("dungeon_quest/student", "dungeon_quest/studnt"),
        ["line 1", "dungeon_quest/student"],
    ),
    "unknown task": (
        SWEEP.replace("task: dungeon_quest", "task: dungeon_qest"),
        ["line 1", "'dungeon_quest'"],
    ),
    "wrong value": (SWEEP.replace("1000", "many"), ["line 4", "steps", "integer"]),
    "not YAML": (SWEEP + "seeds: [", ["not valid YAML"]),
    "misspelt proposition": (
        SWEEP.replace("task: dungeon_quest", "task: {formula: F(kye & F chest)}"),
        ["'kye'", "key"],
    ),
    "a task that cannot be satisfied": (
        SWEEP.replace("task: dungeon_quest", 'task: {text: "Open the chest. Never open the chest."}'),
        ["contradict"],
    ),
    "English about something else": (
        SWEEP.replace("task: dungeon_quest", "task: {text: Feed the elephant.}"),
        ["elephant"],
    ),
    "no target": (SWEEP.replace("target:", "sources: []\nx:"), ["'x' does not exist"]),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_sweep_file(
    mistake: str, workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text, fragments = MISTAKES[mistake]
    (workspace / "file.yaml").write_text(text)
    assert run(monkeypatch, "sweep", "file.yaml", "--out", "out") == 2
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    assert printed.err.startswith("Error: ")
    assert printed.err.count("\n") == 1, printed.err
    for fragment in fragments:
        assert fragment in printed.err
    assert not (workspace / "out" / "summary.json").exists()


COMMANDS = {
    "missing sweep": (["sweep", "nowhere.yaml"], ["nowhere.yaml"]),
    "misspelt sweep": (["sweep", "quickstrat"], ["'quickstrat'", "'quickstart'"]),
    "no results": (["report", "."], ["sweep"]),
    "misspelt command": (["swep"], ["'swep'"]),
    "misspelt option": (["sweep", "quickstart", "--worker", "2"], ["--worker"]),
    "unknown env": (["translate", "open the door", "--env", "dungon_quest"], ["dungon_quest"]),
    "unknown words": (["translate", "Feed the elephant.", "--env", "dungeon_quest/student"], ["elephant"]),
    "contradiction": (
        ["translate", "Open the chest. Never open the chest.", "--env", "dungeon_quest/student"],
        ["contradict"],
    ),
    "damaged teacher": (["evaluate", "nothing_here"], ["nothing_here"]),
    "unknown backend": (["sweep", "quickstart", "--backend", "slurm"], ["'slurm'", "local or ray"]),
    "unknown logger": (["sweep", "quickstart", "--log", "tensorbord"], ["Did you mean 'tensorboard'?"]),
    "no bucket": (["sweep", "quickstart", "--out", "ftp://host/runs"], ["'ftp://host/runs'", "s3://"]),
    "keys in an address": (["status", "s3://key:secret@bucket/a"], ["Keep keys out of the address"]),
    "unknown agent": (
        ["train", "-e", "dungeon_quest/teacher", "-t", "dungeon_quest", "-a", "lanten"],
        ["'lanten'", "'lantern'"],
    ),
}


@pytest.mark.parametrize("mistake", COMMANDS)
def test_a_mistake_on_the_command_line(
    mistake: str, workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, fragments = COMMANDS[mistake]
    assert run(monkeypatch, *arguments) == 2
    printed = capsys.readouterr().err
    assert "Traceback" not in printed
    for fragment in fragments:
        assert fragment in printed


def test_a_workspace_is_never_overwritten(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "init", "mine") == 0
    before = {path: path.read_bytes() for path in (workspace / "mine").rglob("*") if path.is_file()}
    assert run(monkeypatch, "init", "mine") == 2
    assert "already holds" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in before} == before


def test_a_folder_of_sweeps_names_those_in_it(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "runs" / "one").mkdir(parents=True)
    (workspace / "runs" / "one" / "sweep.json").write_text("{}")
    assert run(monkeypatch, "report", "runs") == 2
    assert "Did you mean runs/one?" in capsys.readouterr().err


def test_the_command_takes_one_thread_unless_told_otherwise() -> None:
    code = (
        "import sys, os; sys.argv = ['lantern', '--help']\nfrom lantern.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(os.environ['OMP_NUM_THREADS'], os.environ['OPENBLAS_NUM_THREADS'], 'numpy' in sys.modules)"
    )
    said = {key: value for key, value in os.environ.items() if not key.endswith("_NUM_THREADS")}
    for given, expected in (({}, "1 1 False"), ({"OMP_NUM_THREADS": "3"}, "3 1 False")):
        done = subprocess.run(
            [sys.executable, "-c", code], env={**said, **given}, capture_output=True, text=True, check=True
        )
        assert done.stdout.splitlines()[-1] == expected


def test_debug_shows_the_traceback(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lantern.errors import ContentError

    with pytest.raises(ContentError):
        run(monkeypatch, "sweep", "nowhere.yaml", "--debug")
