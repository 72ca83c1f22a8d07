import numpy as np
import pytest

from lantern.experiments.statistics import area_under_curve, asymptote, jump_start, transfer_ratio


def test_area_is_the_mean_height():
    step = [0, 10, 40]
    assert area_under_curve(step, [0.5, 0.5, 0.5]) == pytest.approx(0.5)
    assert area_under_curve(step, [0.0, 1.0, 1.0]) == pytest.approx((5 + 30) / 40)
    rows = area_under_curve(step, [[0.0, 1.0, 1.0], [0.0, 0.0, 1.0]])
    np.testing.assert_allclose(rows, [0.875, 0.375])
    assert area_under_curve([7], [0.3]) == 0.3


def test_start_and_end():
    success = np.linspace(0, 1, 21)[None, :]
    assert jump_start(success)[0] == 0.0
    assert jump_start(success, points=3)[0] == pytest.approx(0.05)
    assert asymptote(success)[0] == pytest.approx(0.975)
    assert asymptote(success, share=0.01)[0] == 1.0


def test_transfer_ratio():
    assert transfer_ratio([0.6, 0.8], [0.5]) == pytest.approx(0.4)
    assert transfer_ratio([0.25], [0.5]) == pytest.approx(-0.5)
    assert transfer_ratio([0.0], [0.0]) == 0.0
    assert transfer_ratio([0.1], [0.0]) == np.inf
