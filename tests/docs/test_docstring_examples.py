"""The examples in docstrings give what they say."""

from __future__ import annotations

import doctest
import importlib
import re

import pytest
from guide_blocks import ROOT

EXAMPLE = re.compile(r"^\s*>>> ", re.MULTILINE)
FILES = [path for path in sorted((ROOT / "lantern").rglob("*.py")) if EXAMPLE.search(path.read_text("utf-8"))]
MODULES = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in FILES]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    outcome = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert outcome.attempted
    assert not outcome.failed


def test_there_are_some():
    assert len(MODULES) >= 10
