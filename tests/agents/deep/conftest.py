"""A teacher that the tests of deep agents share."""

from __future__ import annotations

import pytest
from deep_quest import task

import lantern


@pytest.fixture(scope="session")
def teacher() -> lantern.Teacher:
    run = lantern.make_agent("dqn_crm", task(), seed=1).learn(3000, evaluate_every=3000, episodes=1)
    assert run.curve.success[-1] == 1.0
    return run.teacher("quest")
