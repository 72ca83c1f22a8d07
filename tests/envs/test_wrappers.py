import gymnasium as gym
import numpy as np
import pytest
from env_doubles import Sampled
from gymnasium import spaces

from lantern.envs.verify import require_inside
from lantern.envs.wrappers import ClipObservation, DiscreteActions
from lantern.errors import EnvError

UNIT = spaces.Box(-1.0, 1.0, (2,), np.float32)


def test_choices_are_the_corners_and_what_lies_between():
    inner = Sampled(UNIT, spaces.Box(np.array([-1.0, 0.0]), np.array([1.0, 10.0]), dtype=np.float64))
    env = DiscreteActions(inner, levels=3)
    assert env.action_space == spaces.Discrete(9)
    env.reset(seed=0)
    for choice in range(9):
        env.step(choice)
    taken = np.array(inner.actions)
    assert taken.dtype == np.float64
    assert sorted(map(tuple, taken)) == [(a, b) for a in (-1.0, 0.0, 1.0) for b in (0.0, 5.0, 10.0)]


@pytest.mark.parametrize(
    ("space", "levels", "message"),
    [
        (spaces.Discrete(3), 3, "needs a bounded Box"),
        (spaces.Box(-np.inf, 1, (2,)), 3, "needs a bounded Box"),
        (spaces.Box(-1, 1, (2,)), 1, "at least 2 levels"),
        (spaces.Box(-1, 1, (8,)), 3, "6561 choices"),
    ],
)
def test_what_cannot_be_made_discrete(space, levels, message):
    with pytest.raises(EnvError, match=message):
        DiscreteActions(Sampled(UNIT, space), levels)


def test_observations_are_clipped_into_their_box():
    env = ClipObservation(Sampled(UNIT, alter=lambda observation: observation.astype(np.float64) * 5))
    for seed in range(5):
        observation, _ = env.reset(seed=seed)
        require_inside("it", UNIT, observation)
        assert observation.dtype == np.float32


def test_only_boxes_are_clipped():
    with pytest.raises(EnvError, match="needs a Box"):
        ClipObservation(Sampled(spaces.Discrete(3)))


def test_both_can_be_written_into_a_spec():
    env = DiscreteActions(ClipObservation(gym.make("Pendulum-v1")), levels=5)
    again = gym.make(env.spec)
    assert again.action_space == spaces.Discrete(5)
