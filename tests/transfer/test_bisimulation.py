"""The bisimulation metric: known values, and the properties that make it a metric."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantern.logic import compile
from lantern.transfer.bisimulation import bisimulation_distance, rewards

NAMES = ["a", "b"]
LABELS = np.array([0, 1, 2, 3])


def arrays(formula):
    dfa = compile(formula)
    names = [name for name in NAMES if name in dfa.support]
    positions = {name: i for i, name in enumerate(NAMES)}
    masks = [sum(1 << names.index(n) for n in names if label >> positions[n] & 1) for label in LABELS]
    delta = dfa.delta(np.array(masks), names)
    return delta, rewards(delta, np.asarray(dfa.accepting), np.asarray(dfa.live))


def distance(left, right, discount=0.9):
    return bisimulation_distance(*arrays(left), *arrays(right), discount)


def test_reaching_and_avoiding_are_as_far_apart_as_can_be():
    # On the label a, one becomes accepting (+1) and the other loses every chance (-1).
    assert distance("F a", "G !a")[0, 0] >= 2.0


def test_a_difference_one_step_later_counts_less():
    near = distance("F a", "F b", 0.5)[0, 0]
    # After a, one of the two orders is done with a further b, the other is not.
    far = distance("F(a & X F b)", "F(b & X F a)", 0.5)[0, 0]
    # On a, one is done (1); on b after it, the other (0.5 * 1).
    assert near == pytest.approx(1.5, abs=1e-6)
    assert far == pytest.approx(0.5 * near, abs=1e-6)


formulas = st.sampled_from(
    [
        "F a",
        "F b",
        "G a",
        "F(a & X F b)",
        "F(b & X F a)",
        "!a U b",
        "G(a -> F b)",
        "F a & F b",
        "a U b",
        "F a | F b",
    ]
)


@settings(max_examples=60, deadline=None)
@given(formulas, formulas, formulas)
def test_it_is_a_metric_up_to_equivalence(one, two, three):
    ab, ba = distance(one, two), distance(two, one)
    assert np.allclose(ab, ba.T)
    assert distance(one, one).diagonal().max() < 1e-6
    through = distance(one, three)[:, :, None] + distance(three, two)[None, :, :]
    assert (ab <= through.min(axis=1) + 1e-6).all()


@settings(max_examples=40, deadline=None)
@given(formulas, formulas)
def test_the_start_states_are_near_only_if_the_tasks_are_equivalent(one, two):
    if compile(one).equivalent(compile(two)):
        assert distance(one, two)[0, 0] < 1e-6
    else:
        assert distance(one, two)[0, 0] > 1e-3
