"""Fixtures of the experiments' tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def synthetic_folder(tmp_path_factory) -> Path:
    """Folder of a made-up finished sweep: two targets, five agents, ten seeds. Do not write to it."""
    from synthetic import write_sweep

    return write_sweep(tmp_path_factory.mktemp("synthetic") / "sweep")


@pytest.fixture
def write_sweep():
    """Return the function that writes a made-up sweep with other numbers of targets, agents and seeds."""
    from synthetic import write_sweep

    return write_sweep


SWEEP = """
target: {env: student, task: quest}
sources: [{env: teacher, task: quest}, {env: other, task: chore}]
agents: [plain, taught, {agent: shaped, settings: {speed: 0.2}}]
seeds: 4
steps: 1000
evaluate: {every: 100, episodes: 1}
"""


@pytest.fixture
def sweep_file(tmp_path):
    """Return a function that writes a sweep file and gives its path."""

    def write(text: str = SWEEP, name: str = "trial.yaml") -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


@pytest.fixture
def fake_sweep(tmp_path, monkeypatch):
    """Return ``sweep`` with the fake library and runner, two workers and a folder of its own."""
    from fakes import RUNNER, FakeLibrary

    from lantern.experiments import sweep, versions

    monkeypatch.setattr(versions, "code_digest", lambda: "fixed")

    def run(file, out=None, workers=2, **more):
        return sweep(
            file, out or tmp_path / "out", workers, **{"library": FakeLibrary(), "runner": RUNNER, **more}
        )

    return run
