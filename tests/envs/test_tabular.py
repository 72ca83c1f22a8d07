"""The arrays that tabular learners run on: their invariants, and how they are found through wrappers."""

from __future__ import annotations

import gymnasium
import numpy as np
import pytest

from lantern.envs.tabular import TabularModel, tabular_model
from lantern.errors import LanternError


def corridor(**changes) -> TabularModel:
    """Three cells in a row; the label 0b1 is in the last one."""
    values = {
        "next_state": np.array([[[0], [1]], [[0], [2]], [[1], [2]]]),
        "cumulative": np.ones((3, 2, 1)),
        "label": np.array([[[0], [0]], [[0], [1]], [[0], [1]]]),
        "terminated": np.zeros((3, 2, 1), dtype=bool),
        "masks": np.array([0, 1]),
        "initial": np.array([0]),
        "initial_label": np.array([0]),
        "observation": np.arange(3),
        "n_observations": 3,
        "max_steps": 10,
        "n_actions": 2,
    }
    return TabularModel(**{**values, **changes})


class Corridor(gymnasium.Env):
    observation_space = gymnasium.spaces.Discrete(3)
    action_space = gymnasium.spaces.Discrete(2)

    def tabular(self) -> TabularModel:
        return corridor()


def test_arrays_get_their_documented_types():
    model = corridor()
    assert model.next_state.dtype == np.int32
    assert model.masks.dtype == np.int64
    assert model.next_state.flags.c_contiguous
    assert (model.n_states, model.deterministic) == (3, True)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"next_state": np.full((3, 2, 1), 3)}, r"next_state must lie in \[0, 3\)"),
        ({"label": np.full((3, 2, 1), 2)}, r"label must lie in \[0, 2\)"),
        ({"terminated": np.zeros((3, 2, 2), dtype=bool)}, "terminated must be shaped"),
        ({"cumulative": np.full((3, 2, 1), 0.5)}, "last cumulative value"),
        ({"initial": np.array([], dtype=int), "initial_label": np.array([], dtype=int)}, "a start state"),
        ({"max_steps": 0}, "max_steps must be positive"),
        ({"n_actions": 4}, "next_state must be"),
    ],
)
def test_a_model_that_does_not_fit_together_is_refused(changes, message):
    with pytest.raises(LanternError, match=message):
        corridor(**changes)


def test_the_model_is_found_through_wrappers_that_change_nothing():
    env = gymnasium.wrappers.RecordEpisodeStatistics(gymnasium.wrappers.OrderEnforcing(Corridor()))
    model = tabular_model(env)
    assert model is not None and model.n_states == 3


def test_a_tighter_time_limit_on_the_way_in_counts():
    model = tabular_model(gymnasium.wrappers.TimeLimit(Corridor(), 4))
    assert model is not None and model.max_steps == 4
    loose = tabular_model(gymnasium.wrappers.TimeLimit(Corridor(), 400))
    assert loose is not None and loose.max_steps == 10


def test_a_wrapper_that_may_change_the_dynamics_hides_the_model():
    class Sticky(gymnasium.ActionWrapper):
        def action(self, action):
            return action

    assert tabular_model(Sticky(Corridor())) is None
    assert tabular_model(gymnasium.make("CartPole-v1")) is None
