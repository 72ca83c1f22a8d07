import numpy as np
import pytest
from scipy.stats import CensoredData, ecdf

from lantern.experiments.statistics import Durations, kaplan_meier, pool_durations, steps_to_threshold


def test_first_evaluation_that_reaches_the_threshold():
    success = [[0.0, 0.9, 0.2, 1.0], [0.0, 0.1, 0.2, 0.3], [1.0, 0.0, 0.0, 0.0], [0, 0, 0, 0.1 + 0.2 + 0.6]]
    found = steps_to_threshold([0, 100, 200, 300], success, 0.9)
    np.testing.assert_array_equal(found.steps, [100, 300, 0, 300])
    np.testing.assert_array_equal(found.reached, [True, False, True, True])
    assert found.censored == 1
    np.testing.assert_array_equal(found.bounds, [100, np.inf, 0, 300])


def test_kaplan_meier_equals_scipy():
    rng = np.random.default_rng(0)
    time, censoring = rng.integers(1, 15, 60), rng.integers(1, 15, 60)
    reached = time <= censoring
    steps = np.minimum(time, censoring).astype(float)
    ours = kaplan_meier(Durations(steps, reached))
    data = CensoredData(uncensored=steps[reached], right=steps[~reached])
    theirs = ecdf(data).sf
    np.testing.assert_allclose(ours.share, theirs.evaluate(ours.time), atol=1e-12)


def test_textbook_example():
    # Weeks in remission under 6-MP (Freireich et al. 1963): the standard worked example of the estimator.
    reached = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    steps = np.array(reached + censored, dtype=float)
    flags = np.array([True] * len(reached) + [False] * len(censored))
    survival = kaplan_meier(Durations(steps, flags))
    np.testing.assert_array_equal(survival.time, [6, 7, 10, 13, 16, 22, 23])
    np.testing.assert_allclose(survival.share, [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], atol=5e-4)
    np.testing.assert_array_equal(survival.at_risk, [21, 17, 15, 12, 11, 7, 6])
    assert survival.median == 23


def test_median_with_one_budget_is_the_plain_median_with_censored_last():
    survival = kaplan_meier(Durations(np.array([5.0, 1.0, 9.0, 9.0, 3.0]), np.array([1, 1, 0, 0, 1], bool)))
    assert survival.median == 5.0
    never = kaplan_meier(Durations(np.array([5.0, 9.0, 9.0]), np.array([1, 0, 0], bool)))
    assert never.median == np.inf


def test_restricted_mean_is_the_mean_of_truncated_times():
    rng = np.random.default_rng(0)
    times = rng.integers(1, 30, 25).astype(float)
    budget = 20.0
    durations = Durations(np.minimum(times, budget), times <= budget)
    survival = kaplan_meier(durations)
    assert survival.restricted_mean(budget) == pytest.approx(np.minimum(times, budget).mean())
    assert survival.restricted_mean(7.0) == pytest.approx(np.minimum(times, 7.0).mean())


def test_nobody_reached_it():
    durations = Durations(np.array([9.0, 9.0]), np.array([False, False]))
    survival = kaplan_meier(durations)
    assert survival.median == np.inf
    assert survival.restricted_mean(9.0) == 9.0
    assert pool_durations([durations, durations]).censored == 4
