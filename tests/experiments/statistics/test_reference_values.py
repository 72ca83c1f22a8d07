"""Values that rliable 1.2.0 gives for the same scores (its own bootstrap draws from numpy's global state)."""

import numpy as np
import pytest

from lantern.experiments.statistics import (
    bootstrap_iqm,
    iqm,
    optimality_gap,
    percentile_interval,
    performance_profile,
    probability_of_improvement,
    profile_band,
)

X = np.round(np.random.default_rng(5).gamma(2.0, size=(8, 3)), 3)  # 8 runs of 3 tasks
Y = np.round(np.random.default_rng(6).gamma(2.5, size=(8, 3)), 3)


def test_the_scores_are_those_that_were_measured():
    np.testing.assert_array_equal(X[0], [0.831, 1.366, 3.606])
    np.testing.assert_array_equal(Y[-1], [1.129, 1.674, 2.8])


def test_aggregates():
    assert float(iqm(X.ravel())) == pytest.approx(1.2006666666666668, abs=1e-14)
    assert optimality_gap(list(X.T), 1.5) == pytest.approx(0.4252083333333332, abs=1e-14)
    assert probability_of_improvement(list(X.T), list(Y.T)) == pytest.approx(0.23958333333333334, abs=1e-14)


def test_profile():
    thresholds = [0.5, 1, 2, 3]
    expected = [0.875, 0.54166667, 0.16666667, 0.08333333]
    np.testing.assert_allclose(performance_profile(list(X.T), thresholds), expected, atol=1e-8)
    _, low, high = profile_band(list(X.T), thresholds, np.random.default_rng(0), 20_000)
    np.testing.assert_allclose(low, [0.75, 0.33333333, 0.04166667, 0.0], atol=0.045)
    np.testing.assert_allclose(high, [1.0, 0.75, 0.33333333, 0.20833333], atol=0.045)


def test_interval_of_the_iqm():
    samples = bootstrap_iqm(list(X.T), np.random.default_rng(0), 100_000)
    interval = percentile_interval(samples, float(iqm(X.ravel())))
    assert interval.low == pytest.approx(0.87341667, abs=0.01)
    assert interval.high == pytest.approx(1.59125208, abs=0.01)
