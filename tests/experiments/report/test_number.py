import math

import pytest

from lantern.experiments.report import number


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1742, "17 %"),
        (0.034, "3.4 %"),
        (0.0, "0 %"),
        (1.0, "100 %"),
        (2.92, "292 %"),
        (0.05, "5 %"),
        (0.0996, "10 %"),
    ],
)
def test_shares_keep_two_digits_that_mean_something(value, text):
    assert number.percent(value) == text


def test_missing_numbers_are_a_dash():
    assert number.count(None) == number.count(math.inf) == number.percent(math.nan) == "–"


def test_an_interval_beyond_the_budget_says_more_than():
    assert number.count_interval((120.0, math.inf), beyond=1000) == "[120, > 1,000]"
    assert number.count_interval((120.0, math.inf)) == "[120, ∞]"
    assert number.count_interval(None) == number.percent_interval(None) == ""


def test_percent_intervals_drop_the_sign():
    assert number.percent_interval((0.151, 0.204)) == "[15, 20]"
    assert number.percent_interval((0.0634, 0.11)) == "[6.3, 11]"
    assert number.percent_interval((0.5, math.inf)) == "[50, ∞]"


@pytest.mark.parametrize(
    ("items", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_listing(items, text):
    assert number.listing(items) == text
