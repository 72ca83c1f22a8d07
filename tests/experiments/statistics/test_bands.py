import numpy as np

from lantern.experiments.statistics import efficiency_band, iqm
from lantern.experiments.statistics.bands import simultaneous_band


def random_curves(rng, n=20, points=40):
    rate = rng.normal(1.0, 0.3, size=(n, 1))
    return np.clip(rate * np.linspace(0, 1, points) + 0.05 * rng.normal(size=(n, points)), 0, 1)


def test_estimate_is_the_iqm_and_bands_nest():
    success = random_curves(np.random.default_rng(0))
    band = efficiency_band([success[:10], success[10:]], np.random.default_rng(0), resamples=1000)
    np.testing.assert_allclose(band.estimate, iqm(success, axis=0))
    assert (band.band_low <= band.low + 1e-12).all()
    assert (band.band_high >= band.high - 1e-12).all()
    assert (band.band_high - band.band_low).sum() > (band.high - band.low).sum()
    assert band.band_low.min() >= 0 and band.band_high.max() <= 1


def test_simultaneous_band_holds_the_stated_share_of_whole_curves():
    rng = np.random.default_rng(1)
    curves = rng.normal(size=(4000, 30))
    low, high = simultaneous_band(curves)
    inside = ((curves >= low) & (curves <= high)).all(axis=1).mean()
    assert 0.94 <= inside <= 0.97
    point_low, point_high = np.quantile(curves, [0.025, 0.975], axis=0)
    assert ((curves >= point_low) & (curves <= point_high)).all(axis=1).mean() < 0.5


def test_constant_curves_have_a_band_of_no_width():
    low, high = simultaneous_band(np.ones((100, 5)))
    np.testing.assert_array_equal(low, high)


def test_whole_runs_are_drawn_so_that_curves_keep_their_shape():
    # Two kinds of runs that mirror each other: drawn whole, early and late values of a resample are opposed.
    success = np.array([[0.0, 1.0], [1.0, 0.0]] * 6)
    from lantern.experiments.statistics.bands import _resampled_curves

    samples = _resampled_curves(success, [12], np.random.default_rng(0), 500)
    assert np.corrcoef(samples.T)[0, 1] < -0.99
