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
