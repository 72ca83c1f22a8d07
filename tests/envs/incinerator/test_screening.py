"""Screening of set-points: it lowers the index without raising a pollutant, and the plant agrees."""

from __future__ import annotations

import numpy as np
import pytest

from lantern.envs.incinerator.control.screening import apply, screen


@pytest.fixture(scope="module")
def found() -> object:
    return screen(0, moments=24, candidates=32, hours=1.5, seed=1)


def test_screening_finds_a_cleaner_set_point_at_a_bounded_cost(found) -> None:
    assert 0.02 < found.reduction < 0.3
    assert found.co_reduction >= 0.9
    assert found.cost <= 0.05 + 1e-9
    assert (np.abs(found.trims) <= 1.0).all()
    assert found.tried == 32


def test_an_adjustment_for_each_moment_is_no_worse_than_one_for_all(found) -> None:
    assert found.each_reduction >= found.reduction - 0.02
    assert found.each_co_reduction >= found.co_reduction


def test_the_plant_agrees_with_a_perfect_twin(found) -> None:
    reduction, no_worse = apply(0, found.trims, days=6, seed=9)
    assert reduction == pytest.approx(found.reduction, abs=0.05)
    assert no_worse >= 0.8


def test_nothing_changes_nothing() -> None:
    assert apply(0, np.zeros(5), days=2) == (0.0, 1.0)
