import gymnasium as gym
import numpy as np
import pytest
from env_doubles import THIRD, Sampled, every_third
from gymnasium import spaces
from gymnasium.utils.env_checker import check_env
from hypothesis import given, settings
from hypothesis import strategies as st

import lantern
from lantern.envs import TaskEnv
from lantern.envs.spaces import ActionCodec, ObservationCodec, is_image
from lantern.envs.verify import overshoot
from lantern.errors import EnvError

PAIR = spaces.Tuple((spaces.Discrete(2), spaces.Box(0, 1, (2, 2), np.float64)))
IMAGE = spaces.Box(0, 255, (40, 48, 3), np.uint8)

OBSERVATIONS = {
    "box": spaces.Box(-1.0, 1.0, (3,), np.float32),
    "box float64": spaces.Box(-1.0, 1.0, (3,), np.float64),
    "box matrix": spaces.Box(-1.0, 1.0, (2, 3), np.float32),
    "box scalar": spaces.Box(-1.0, 1.0, (), np.float32),
    "box unbounded": spaces.Box(-np.inf, np.inf, (3,), np.float64),
    "box half bounded": spaces.Box(np.array([0.0, -np.inf]), np.array([np.inf, 2.0]), dtype=np.float64),
    "box integer": spaces.Box(0, 9, (4,), np.int64),
    "image": IMAGE,
    "grey image": spaces.Box(0, 255, (40, 40), np.uint8),
    "stacked image": spaces.Box(0, 255, (4, 40, 40), np.uint8),
    "image of 12 channels": spaces.Box(0, 255, (40, 40, 12), np.uint8),
    "small image": spaces.Box(0, 255, (7, 7, 3), np.uint8),
    "discrete": spaces.Discrete(5),
    "discrete from -2": spaces.Discrete(5, start=-2),
    "multi-discrete": spaces.MultiDiscrete([3, 4]),
    "multi-discrete matrix": spaces.MultiDiscrete([[3, 4], [2, 2]]),
    "multi-discrete from 1": spaces.MultiDiscrete([3, 4], start=[1, 1]),
    "multi-binary": spaces.MultiBinary(4),
    "multi-binary matrix": spaces.MultiBinary([2, 3]),
    "dict": spaces.Dict({"a.b": spaces.Discrete(3), "speed": spaces.Box(-1, 1, (2,), np.float32)}),
    "tuple": spaces.Tuple((spaces.Discrete(3), spaces.MultiBinary(2))),
    "nested": spaces.Dict(
        {
            "inner": spaces.Dict(
                {"pair": spaces.Tuple((spaces.Discrete(2), spaces.Box(0, 1, (2, 2), np.float64)))}
            ),
            "mission": spaces.Text(10),
            "image": IMAGE,
        }
    ),
}

ACTIONS = {
    "discrete": spaces.Discrete(3),
    "discrete from 1": spaces.Discrete(3, start=1),
    "multi-discrete": spaces.MultiDiscrete([3, 2]),
    "multi-discrete matrix": spaces.MultiDiscrete([[3, 2], [2, 2]]),
    "multi-discrete from 1": spaces.MultiDiscrete([3, 2], start=[1, 5]),
    "multi-binary": spaces.MultiBinary(3),
    "multi-binary matrix": spaces.MultiBinary([2, 2]),
    "box": spaces.Box(-1, 1, (2,), np.float32),
    "box float64": spaces.Box(np.array([-0.1, 0.3]), np.array([1 / 3, 9.7]), dtype=np.float64),
    "dict of boxes": spaces.Dict(
        {"valve": spaces.Box(0, 1 / 3, (2,), np.float64), "heat": spaces.Box(-5, 5, (1, 2), np.float32)}
    ),
    "tuple of counts": spaces.Tuple(
        (spaces.Discrete(3, start=2), spaces.MultiBinary(2), spaces.MultiDiscrete([2, 4], start=[1, 0]))
    ),
    "nested boxes": spaces.Dict({"a": spaces.Tuple((spaces.Box(0, 1, ()), spaces.Box(0, 1, (2,))))}),
}


def task(observation_space=None, action_space=None, **kwargs):
    env = Sampled(
        OBSERVATIONS["box"] if observation_space is None else observation_space, action_space, **kwargs
    )
    return TaskEnv(lantern.label(env, THIRD, every_third), lantern.compile("F(third & X F third)"))


@pytest.mark.parametrize("name", OBSERVATIONS)
def test_observations_lie_in_a_flat_space(name):
    env = task(OBSERVATIONS[name])
    assert isinstance(env.observation_space, spaces.Dict)
    for part in env.observation_space.values():
        assert isinstance(part, (spaces.Box, spaces.Discrete, spaces.MultiDiscrete, spaces.MultiBinary))
    env.action_space.seed(0)
    observation, _ = env.reset(seed=0)
    for _ in range(5):
        assert env.observation_space.contains(observation), (observation, env.observation_space)
        observation = env.step(env.action_space.sample())[0]


@pytest.mark.parametrize("name", OBSERVATIONS)
def test_product_passes_the_checker_of_gymnasium(name):
    with pytest.warns(UserWarning):
        check_env(task(OBSERVATIONS[name]), skip_render_check=True)


@pytest.mark.parametrize("name", ACTIONS)
def test_actions_reach_the_environment_in_its_own_space(name):
    env = task(action_space=ACTIONS[name])
    assert not isinstance(env.action_space, (spaces.Dict, spaces.Tuple))
    env.action_space.seed(0)
    env.reset(seed=0)
    for _ in range(10):
        env.step(env.action_space.sample())  # the environment asserts that its action space contains it


def test_bounds_of_actions_survive_rounding():
    space = ACTIONS["box float64"]
    codec = ActionCodec(space)
    for corner in (codec.space.low, codec.space.high):
        assert space.contains(codec.decode(corner))


def test_flat_actions_cover_the_whole_space():
    codec = ActionCodec(ACTIONS["tuple of counts"])
    assert codec.space.nvec.tolist() == [3, 2, 2, 2, 4]
    decoded = codec.decode(np.array([2, 0, 1, 1, 3]))
    assert decoded[0] == 4
    assert decoded[1].tolist() == [0, 1]
    assert decoded[2].tolist() == [2, 3]


def test_mixed_actions_stay_as_they_are():
    mixed = spaces.Dict({"mode": spaces.Discrete(2), "power": spaces.Box(0, 1, (1,))})
    env = task(action_space=mixed)
    assert env.action_space == mixed
    env.reset(seed=0)
    env.step(mixed.sample())


def test_values_are_kept():
    codec = ObservationCodec(OBSERVATIONS["nested"])
    observation = {
        "inner": {"pair": (1, np.array([[0.1, 0.2], [0.3, 0.4]]))},
        "mission": "go",
        "image": np.full((40, 48, 3), 7, np.uint8),
    }
    encoded = codec.encode(observation)
    assert set(encoded) == {"observation/inner/pair/0", "observation/inner/pair/1", "observation/image"}
    assert encoded["observation/inner/pair/0"] == 1
    np.testing.assert_allclose(encoded["observation/inner/pair/1"], [0.1, 0.2, 0.3, 0.4], rtol=1e-6)
    assert encoded["observation/image"].shape == (40, 48, 3)
    assert ObservationCodec(spaces.Discrete(5, start=-2)).encode(-2) == {"observation": 0}
    np.testing.assert_array_equal(
        ObservationCodec(OBSERVATIONS["multi-discrete from 1"]).encode(np.array([3, 1]))["observation"],
        [2, 0],
    )


def test_small_overshoots_are_clipped():
    codec = ObservationCodec(spaces.Box(-1.0, 1.0, (2,), np.float32))
    np.testing.assert_array_equal(codec.encode(np.array([-1.00000024, 1.5]))["observation"], [-1.0, 1.0])


def test_overshoot_is_measured_as_a_share_of_the_range():
    box = spaces.Box(np.array([0.0, -np.inf]), np.array([10.0, np.inf]), dtype=np.float64)
    assert overshoot(box, np.array([5.0, 1e9])) == 0
    assert overshoot(box, np.array([11.0, 0.0])) == pytest.approx(0.1)
    assert overshoot(spaces.Dict({"x": box}), {"x": np.array([-2.0, 0.0])}) == pytest.approx(0.2)


def test_images_are_told_from_matrices():
    assert is_image(IMAGE)
    assert not is_image(OBSERVATIONS["small image"])
    assert not is_image(spaces.Box(0, 255, (40, 40, 3), np.float32))
    assert not is_image(spaces.Box(0, 10, (40, 40, 3), np.uint8))


@pytest.mark.parametrize(
    "space",
    [
        spaces.Sequence(spaces.Discrete(2)),
        spaces.Graph(spaces.Box(0, 1, (2,)), None),
        spaces.Dict({"list": spaces.Sequence(spaces.Discrete(2))}),
    ],
)
def test_spaces_without_a_fixed_size_are_refused_with_the_remedy(space):
    with pytest.raises(EnvError, match=r"no fixed size.*TransformObservation"):
        task(space)


def space_trees():
    leaf = st.one_of(
        st.builds(lambda n, s: spaces.Discrete(n, start=s), st.integers(1, 5), st.integers(-3, 3)),
        st.builds(lambda n: spaces.MultiBinary(n), st.integers(1, 4)),
        st.builds(lambda v: spaces.MultiDiscrete(v), st.lists(st.integers(1, 4), min_size=1, max_size=3)),
        st.builds(
            lambda shape, dtype: spaces.Box(-2, 3, tuple(shape), dtype),
            st.lists(st.integers(1, 3), max_size=3),
            st.sampled_from([np.float32, np.float64, np.int32]),
        ),
    )
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: spaces.Tuple(tuple(parts))),
            st.dictionaries(st.sampled_from("abcd"), inner, min_size=1, max_size=3).map(spaces.Dict),
        ),
        max_leaves=6,
    )


@settings(max_examples=40, deadline=None)
@given(space_trees(), st.integers(0, 1000))
def test_any_nesting_is_encoded_into_its_space(space, seed):
    codec = ObservationCodec(space)
    space.seed(seed)
    assert codec.space.contains(codec.encode(space.sample()))


@settings(max_examples=40, deadline=None)
@given(space_trees(), st.integers(0, 1000))
def test_any_nesting_of_actions_is_decoded_into_its_space(space, seed):
    codec = ActionCodec(space)
    codec.space.seed(seed)
    action = codec.space.sample()
    assert space.contains(action if codec.decode is None else codec.decode(action))


@settings(max_examples=25, deadline=None)
@given(space_trees(), st.integers(0, 1000))
def test_batches_are_encoded_as_their_members(space, seed):
    batch = gym.vector.utils.batch_space(space, 3)
    batch.seed(seed)
    sample = batch.sample()
    together = ObservationCodec(space, 3).encode(sample)
    single = ObservationCodec(space)
    for index, member in enumerate(gym.vector.utils.iterate(batch, sample)):
        for key, value in single.encode(member).items():
            np.testing.assert_array_equal(together[key][index], value)
