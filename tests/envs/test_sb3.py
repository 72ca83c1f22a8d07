"""Stable-Baselines3 takes a TaskEnv as it is, whatever the environment's spaces."""

import warnings

import numpy as np
import pytest
from env_doubles import THIRD, Sampled, every_third
from gymnasium import spaces
from test_spaces import ACTIONS, OBSERVATIONS

import lantern
from lantern.envs import TaskEnv

pytest.importorskip("stable_baselines3")


@pytest.fixture(autouse=True)
def one_thread():
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def task(observation_space, action_space=None):
    env = lantern.label(Sampled(observation_space, action_space), THIRD, every_third)
    return TaskEnv(env, lantern.compile("F(third & X F third)"))


@pytest.mark.parametrize("name", OBSERVATIONS)
def test_checker_has_nothing_to_say_about_observations(name):
    from stable_baselines3.common.env_checker import check_env

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(task(OBSERVATIONS[name]))


@pytest.mark.parametrize("name", ACTIONS)
def test_checker_accepts_the_actions(name):
    from stable_baselines3.common.env_checker import check_env

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # Physical units are the user's choice; `lantern check-env` advises on them.
        warnings.filterwarnings("ignore", message=".*symmetric and normalized Box action space")
        check_env(task(OBSERVATIONS["box"], ACTIONS[name]))


def smoke(algorithm, env, **settings):
    model = algorithm("MultiInputPolicy", env, device="cpu", seed=0, **settings)
    model.learn(200)
    action, _ = model.predict(env.reset(seed=0)[0], deterministic=True)
    assert env.action_space.contains(action if np.ndim(action) else int(action))


@pytest.mark.parametrize(
    "name", ["box float64", "box unbounded", "small image", "image", "nested", "multi-discrete"]
)
def test_dqn_trains(name):
    from stable_baselines3 import DQN

    smoke(DQN, task(OBSERVATIONS[name]), learning_starts=150, buffer_size=300, batch_size=8)


@pytest.mark.parametrize(
    "name", ["discrete from 1", "multi-discrete from 1", "multi-binary matrix", "dict of boxes"]
)
def test_ppo_trains(name):
    from stable_baselines3 import PPO

    smoke(PPO, task(OBSERVATIONS["tuple"], ACTIONS[name]), n_steps=100, batch_size=50, n_epochs=1)


@pytest.mark.parametrize("name", ["box float64", "dict of boxes", "nested boxes"])
def test_sac_trains(name):
    from stable_baselines3 import SAC

    smoke(SAC, task(OBSERVATIONS["dict"], ACTIONS[name]), learning_starts=190, batch_size=8, buffer_size=300)


def test_time_limits_reach_the_replay_buffer():
    from stable_baselines3.common.vec_env import DummyVecEnv

    env = DummyVecEnv([lambda: task(spaces.Box(-1, 1, (2,), np.float32))])
    env.seed(0)
    env.reset()
    # The third label of an episode is the first to be `third`; the automaton accepts at the sixth.
    for _ in range(5):
        _, reward, done, info = env.step([0])
    assert done[0]
    assert reward[0] == 1
    assert info[0]["success"]
    assert not info[0]["TimeLimit.truncated"]
