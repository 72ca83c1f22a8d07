import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from lantern.experiments.statistics import (
    improvement_interval,
    optimality_gap,
    performance_profile,
    probability_of_improvement,
    profile_band,
)


def test_probability_of_improvement_is_mann_whitney_per_task():
    rng = np.random.default_rng(0)
    x = [rng.integers(0, 6, 12).astype(float), rng.normal(size=9)]
    y = [rng.integers(0, 6, 7).astype(float), rng.normal(size=11)]
    expected = np.mean([mannwhitneyu(a, b).statistic / (len(a) * len(b)) for a, b in zip(x, y, strict=True)])
    assert probability_of_improvement(x, y) == pytest.approx(expected)
    assert probability_of_improvement(x, x) == pytest.approx(0.5)


def test_improvement_interval_widens_with_fewer_runs():
    rng = np.random.default_rng(0)
    x, y = rng.normal(1.0, 1.0, 40), rng.normal(0.0, 1.0, 40)
    wide = improvement_interval([x[:8]], [y[:8]], np.random.default_rng(0))
    narrow = improvement_interval([x], [y], np.random.default_rng(0))
    assert narrow.low < narrow.estimate < narrow.high
    assert narrow.high - narrow.low < wide.high - wide.low
    assert narrow.low > 0.5


def test_profile_counts_strictly_above():
    scores = [np.array([0.0, 0.5, 1.0]), np.array([1.0])]
    np.testing.assert_allclose(performance_profile(scores, [-1, 0, 0.5, 0.99, 1.0]), [1, 0.75, 0.5, 0.5, 0])


def test_profile_band_contains_its_estimate():
    scores = [np.random.default_rng(1).uniform(size=20)]
    tau = np.linspace(0, 1, 11)
    estimate, low, high = profile_band(scores, tau, np.random.default_rng(0))
    np.testing.assert_array_equal(estimate, performance_profile(scores, tau))
    assert (low <= estimate).all() and (estimate <= high).all()
    assert (np.diff(low) <= 0).all() and (high - low).max() > 0.2


def test_optimality_gap_ignores_what_is_above_the_target():
    assert optimality_gap([np.array([0.5, 2.0]), np.array([1.0, 0.0])]) == pytest.approx(0.375)
