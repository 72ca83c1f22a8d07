"""Environments that break their own observation space are told so, by name."""

import numpy as np
import pytest
from env_doubles import THIRD, Sampled, every_third
from gymnasium import spaces
from gymnasium.vector import AutoresetMode, SyncVectorEnv

import lantern
from lantern.envs import TaskEnv, VectorTaskEnv
from lantern.envs.verify import overshoot, require_inside
from lantern.errors import EnvError

UNIT = spaces.Box(-1.0, 1.0, (3,), np.float32)
ARM = spaces.Dict({"arm": spaces.Tuple((UNIT, spaces.Discrete(4, start=1)))})


def task(space, alter):
    env = lantern.label(Sampled(space, alter=alter), THIRD, every_third)
    return TaskEnv(env, lantern.compile("F(third & X F third)"))


@pytest.mark.parametrize(
    ("space", "observation", "message"),
    [
        (UNIT, np.full(3, 1.5), r"the observation leaves Box.* by 25% of its range"),
        (UNIT, np.array([0.0, np.nan, 0.0]), r"not numbers \(NaN\)"),
        (UNIT, np.zeros(4), r"should have shape \(3,\), but has \(4,\)"),
        (UNIT, {"x": 1}, r"is missing or no array"),
        (spaces.Discrete(4), 4, r"should be in Discrete\(4\), but is 4"),
        (spaces.Discrete(4, start=-1), -2, r"should be in Discrete"),
        (spaces.Discrete(4), 1.5, r"should be in Discrete"),
        (spaces.MultiBinary(2), np.array([0, 2]), r"should be in MultiBinary"),
        (spaces.MultiDiscrete([2, 3], start=[1, 0]), np.array([0, 0]), r"should be in MultiDiscrete"),
        (ARM, {"arm": (np.zeros(3),)}, r"arm/1 .* is missing"),
        (ARM, {"arm": (np.zeros(3), 5)}, r"arm/1 should be in Discrete"),
    ],
)
def test_what_is_broken_is_named(space, observation, message):
    with pytest.raises(EnvError, match=rf"The kiln breaks its own observation space: .*{message}"):
        require_inside("The kiln", space, observation)


@pytest.mark.parametrize(
    ("space", "observation"),
    [
        (UNIT, np.array([-1.0000002, 1.01, 0.0])),
        (spaces.Discrete(4, start=1), np.int64(4)),
        (spaces.MultiDiscrete([[2], [3]]), np.array([[1], [2]])),
        (spaces.Box(-np.inf, np.inf, (2,)), np.array([1e30, -np.inf])),
        (ARM, {"arm": (np.zeros(3), 1)}),
        (
            spaces.Dict({"mission": spaces.Text(4), "x": UNIT}),
            {"mission": "anything", "x": np.zeros(3)},
        ),
    ],
)
def test_what_is_sound_passes(space, observation):
    require_inside("It", space, observation)


def test_task_env_refuses_at_the_reset():
    env = task(UNIT, lambda observation: observation + 5)
    with pytest.raises(EnvError, match=r"Sampled breaks its own observation space.*ClipObservation"):
        env.reset(seed=0)


def test_task_env_refuses_a_missing_part_in_the_middle_of_an_episode():
    count = iter(range(100))
    env = task(ARM, lambda observation: observation if next(count) < 3 else {"leg": 1})
    env.reset(seed=0)
    env.step(0)
    env.step(0)
    with pytest.raises(EnvError, match=r"arm/0 should be a Box.* but is missing"):
        env.step(0)


def test_vector_task_env_refuses():
    def make():
        return lantern.label(Sampled(UNIT, alter=lambda observation: observation + 5), THIRD, every_third)

    envs = SyncVectorEnv([make] * 2, autoreset_mode=AutoresetMode.DISABLED)
    with pytest.raises(EnvError, match=r"breaks its own observation space"):
        VectorTaskEnv(envs, lantern.compile("F third")).reset(seed=0)


def test_overshoot_of_a_batch_is_that_of_its_worst():
    assert overshoot(UNIT, np.array([[0.0, 0, 0], [0, 0, 2]])) == pytest.approx(0.5)
