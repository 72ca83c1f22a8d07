"""Weights are chances: checked on tasks with known correspondence, in words that nothing was fitted on."""

from __future__ import annotations

import numpy as np
import pytest

from lantern.transfer.alignment import calibrated, features
from lantern.transfer.calibration.fit import Sample, draw_sample, fit_logistic, reliability
from lantern.transfer.calibration.tasks import random_pair, truly_equal
from lantern.transfer.encoders import get_encoder


@pytest.fixture(scope="module", params=["wordllama", "ngram"])
def held_back(request) -> tuple[str, Sample]:
    encoder = get_encoder(request.param)
    return request.param, draw_sample(np.random.default_rng(1234), 500, encoder, held_back=True)


def test_pairs_given_weight_four_fifths_are_right_four_times_in_five(held_back):
    """On held-back vocabularies; the standard error of a share is about 0.03."""
    name, sample = held_back
    weights = sample.weights(name)
    (likely,) = reliability(weights, sample.right, [0.7, 0.95])
    assert likely.n >= 50
    assert abs(likely.right - likely.weight) < 0.13
    # On the whole, too: what is given weight w is right with chance w, within a twentieth.
    for one in reliability(weights, sample.right, [0.0, 0.3, 1.0]):
        assert abs(one.right - one.weight) < 0.05


def test_more_of_any_signal_never_counts_against(held_back):
    name, sample = held_back
    base = calibrated(sample.signals, name)
    for signal in ("text", "behaviour", "propositions"):
        better = {
            key: getattr(sample.signals, key) for key in ("text", "behaviour", "propositions", "sampling")
        }
        better[signal] = np.minimum(better[signal] + 0.1 * (better[signal] > 0), 1.0)
        assert (calibrated(type(sample.signals)(**better), name) >= base - 1e-12).all()


def test_the_truth_is_that_of_languages():
    """The same shape is right only for the same things in the same places."""
    rng = np.random.default_rng(0)
    seen = set()
    for _ in range(200):
        pair = random_pair(rng, held_back=False)
        right = pair.right[pair.target.dfa.initial, pair.source.dfa.initial]
        seen.add((pair.change, bool(right)))
        if pair.change in ("reworded", "renamed"):
            assert right
            assert np.array_equal(truly_equal(pair.source, pair.target), pair.right.T)
        if pair.change == "elsewhere":
            assert not right
    assert ("reordered", False) in seen and ("opposite", False) in seen and ("exchanged", False) in seen


def test_the_fit_finds_what_made_the_data(held_back):
    _, sample = held_back
    rng = np.random.default_rng(0)
    alike = features(sample.signals)[:, 3]
    chance = 1 / (1 + np.exp(3 - 6 * alike))
    made = Sample(sample.signals, rng.random(len(chance)) < chance)
    found = fit_logistic(made)
    assert (found[1:] >= 0).all()
    assert found[0] == pytest.approx(-3, abs=1.0)
    assert found[4] == pytest.approx(6, abs=2.0)
