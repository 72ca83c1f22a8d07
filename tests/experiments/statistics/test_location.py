import numpy as np
import pytest
from scipy.stats import trim_mean

from lantern.experiments.statistics import iqm
from lantern.experiments.statistics.location import middle_weights


def test_equals_scipy_where_a_quarter_is_a_whole_number_of_values():
    rng = np.random.default_rng(0)
    for n in (4, 8, 20, 100):
        scores = rng.normal(size=(7, n))
        np.testing.assert_allclose(iqm(scores), trim_mean(scores, 0.25, axis=1), atol=1e-13)


@pytest.mark.parametrize(
    ("scores", "expected"), [([0, 1, 4], 4 / 3), ([0, 1, 4, 9, 16], 4.6), ([7.0], 7.0), ([1, 3], 2.0)]
)
def test_fractional_edges_by_hand(scores, expected):
    assert float(iqm(scores)) == pytest.approx(expected, abs=1e-14)


def test_is_the_integral_of_the_quantile_function():
    scores = np.sort(np.random.default_rng(1).normal(size=11))
    probability = (np.arange(1_100_000) + 0.5) / 1_100_000
    inside = (probability >= 0.25) & (probability <= 0.75)
    quantile = scores[(probability * 11).astype(int)]
    assert float(iqm(scores)) == pytest.approx(quantile[inside].mean(), abs=1e-5)


def test_weights_are_symmetric_and_sum_to_one():
    for n in range(1, 40):
        weight = middle_weights(n)
        assert weight.sum() == pytest.approx(1.0)
        np.testing.assert_allclose(weight, weight[::-1], atol=1e-15)


def test_censored_values_matter_only_when_they_reach_the_middle():
    few = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, np.inf, np.inf]
    assert float(iqm(few)) == pytest.approx(4.5)
    assert float(iqm([*few, np.inf])) == np.inf


def test_no_values_is_an_error():
    with pytest.raises(ValueError, match="no values"):
        iqm([])
