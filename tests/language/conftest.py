"""Fixtures of the language tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No model, key or proxy of the machine that runs the tests, and no cache or workspace of its user."""
    for name in list(os.environ):
        if name.startswith(("LANTERN_", "OPENAI_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LANTERN_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
