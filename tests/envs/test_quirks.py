"""What real third-party environments do that the contract does not foresee, each in a local stand-in.

Seen in gymchem, lettuce-greenhouse-gym, gym-anm, target-gym, pcgym and sustaingym.
"""

import gymnasium as gym
import numpy as np
import pytest
from env_doubles import THIRD, Sampled, every_third
from gymnasium import spaces

import lantern
from lantern.envs import TaskEnv
from lantern.envs.limits import TerminationIsTimeLimit, has_time_limit

UNIT = spaces.Box(-1.0, 1.0, (3,), np.float32)


def task(env, formula="F(third & X F third)", **settings):
    return TaskEnv(lantern.label(env, THIRD, every_third), lantern.compile(formula), **settings)


def test_float64_observations_become_float32():
    env = task(Sampled(UNIT, alter=lambda observation: observation.astype(np.float64)))
    observation, _ = env.reset(seed=0)
    assert observation["observation"].dtype == np.float32
    assert env.observation_space.contains(observation)


def test_observations_slightly_outside_the_box_are_clipped():
    env = task(Sampled(UNIT, alter=lambda observation: np.full(3, -1.00000024)))
    observation, _ = env.reset(seed=0)
    assert env.observation_space.contains(observation)
    assert env.step(0)[0]["observation"].tolist() == [-1.0] * 3


def test_infinite_bounds_are_kept_without_turning_values_into_anything_else():
    space = spaces.Box(np.array([-np.inf, 0.0]), np.array([np.inf, np.inf]), dtype=np.float64)
    env = task(Sampled(space, alter=lambda observation: np.array([-1e6, 3.0])))
    assert env.reset(seed=0)[0]["observation"].tolist() == [-1e6, 3.0]
    assert np.isneginf(env.observation_space["observation"].low[0])


def test_bounds_beyond_float32_become_infinite_quietly(recwarn):
    space = spaces.Box(0.0, 1e300, (1,), np.float64)
    env = task(Sampled(space, alter=lambda observation: np.array([2.0])))
    assert env.reset(seed=0)[0]["observation"].tolist() == [2.0]
    assert not [warning for warning in recwarn if "overflow" in str(warning.message)]


def test_no_time_limit_means_a_safety_limit(monkeypatch):
    monkeypatch.setattr("lantern.envs.task_env.SAFETY_LIMIT", 25)
    env = task(Sampled(UNIT, steps=None), "F(third & X third)")
    assert not has_time_limit(env)
    env.reset(seed=0)
    assert [env.step(0)[2:4] for _ in range(24)] == [(False, False)] * 24
    with pytest.warns(UserWarning, match="Set time_limit in its env file, or max_episode_steps"):
        assert env.step(0)[2:4] == (False, True)


def test_time_limit_reported_as_termination_is_a_truncation():
    env = task(TerminationIsTimeLimit(Sampled(UNIT, steps=4, ends="terminated"), 4), "F G !third")
    assert has_time_limit(env.env)
    env.reset(seed=0)
    flags = [env.step(0)[2:4] for _ in range(4)]
    assert flags[-1] == (False, True)


def test_asymmetric_float64_actions_arrive_inside_their_bounds():
    low, high = np.array([-0.1, 1 / 3, -9.7]), np.array([0.7, 2 / 3, -1.1])
    inner = Sampled(UNIT, spaces.Box(low, high, dtype=np.float64))
    env = task(inner)
    assert env.action_space.dtype == np.float32
    env.reset(seed=0)
    for action in (env.action_space.low, env.action_space.high, env.action_space.sample()):
        env.step(action)
    assert all(action.dtype == np.float64 for action in inner.actions)


def test_environments_without_a_spec():
    env = task(Sampled(UNIT))
    assert env.spec is None
    env.reset(seed=0)
    assert env.step(0)[4]["label"] == 0


def test_dict_observations_and_dict_actions():
    observation_space = spaces.Dict({"t": UNIT, "hour": spaces.Discrete(24)})
    action_space = spaces.Dict({f"valve {i}": spaces.Box(0, 1, (1,), np.float32) for i in range(15)})
    inner = Sampled(observation_space, action_space)
    env = task(inner)
    assert env.action_space.shape == (15,)
    observation, _ = env.reset(seed=0)
    assert set(observation) == {"observation/t", "observation/hour", "dfa_state"}
    env.step(env.action_space.sample())
    assert set(inner.actions[0]) == set(action_space.spaces)


def test_registered_environment_with_the_wrappers_can_be_written_into_a_spec():
    env = lantern.label(gym.make("CartPole-v1"), {"right": "the cart is right"}, lambda o: [])
    spec = TaskEnv(env, lantern.compile("F right")).spec
    assert [wrapper.name for wrapper in spec.additional_wrappers][-2:] == ["LabelledEnv", "TaskEnv"]


def test_integer_rewards_and_numpy_flags():
    class Odd(Sampled):
        def step(self, action):
            observation, _, terminated, truncated, info = super().step(action)
            return observation, 0, np.bool_(terminated), np.bool_(truncated), info

    env = task(Odd(UNIT))
    env.reset(seed=0)
    _, reward, terminated, truncated, _ = env.step(0)
    assert type(reward) is float
    assert type(terminated) is bool
    assert type(truncated) is bool


@pytest.mark.parametrize("name", ["process/stirred_tank", "process/lettuce_greenhouse"])
def test_real_process_environments(name):
    pytest.importorskip({"stirred_tank": "gymchem"}.get(name.split("/")[1], "lettuce_greenhouse_gym"))
    env = lantern.make_env(name)
    env = TaskEnv(env, lantern.compile(f"F {env.vocabulary.names[0]} & !false", env.vocabulary))
    env.action_space.seed(0)
    observation, _ = env.reset(seed=0)
    for _ in range(50):
        assert env.observation_space.contains(observation)
        observation, _, terminated, truncated, _ = env.step(env.action_space.sample())
        if terminated or truncated:
            observation, _ = env.reset()
