"""Playing and filming on the command line."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from lantern.cli import main


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str, typed: str = "") -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["lantern", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        status = 0
        try:
            main()
        except SystemExit as end:
            status = int(end.code or 0)
        return status, capsys.readouterr().out

    return command


def test_a_task_is_played_with_lines_of_keys(run):
    status, shown = run("play", "dungeon_quest/teacher", "--task", "Pick up the key.", typed="s\nd\nq\n")
    assert status == 0
    assert "Seen: key." in shown and "Done after 2 steps." in shown


def test_playing_ends_with_the_input(run):
    status, shown = run("play", "dungeon_quest/teacher", "--task", "Pick up the key.", typed="s\n")
    assert status == 0 and "Done" not in shown


def test_a_saved_policy_is_filmed(run, tmp_path):
    train = ["train", "-e", "dungeon_quest/teacher", "-t", "Pick up the key.", "-a", "crm", "--steps", "3000"]
    assert run(*train, "--save", "teacher")[0] == 0
    status, shown = run("record", "teacher", "-o", "films/key.gif")
    assert status == 0 and "films/key.gif" in shown
    assert (tmp_path / "films" / "key.gif").read_bytes()[:6] == b"GIF89a"
    assert run("record", "teacher", "-o", "key.avi")[0] == 2
