"""The examples in docstrings give what they say."""

import doctest
import importlib

import pytest

MODULES = ["labelling", "units", "labellers.minigrid", "wrappers"]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name):
    outcome = doctest.testmod(importlib.import_module(f"lantern.envs.{name}"))
    assert outcome.attempted
    assert not outcome.failed
