import gymnasium as gym
import numpy as np
import pytest

import lantern
from lantern.envs import tabular_model

IDS = ["FrozenLake-v1", "FrozenLake8x8-v1", "CliffWalking-v1", "Taxi-v4"]
WORDS = {"even": "the state is even", "low": "the state is below ten"}


def labeller(observation):
    return [name for name, holds in (("even", observation % 2 == 0), ("low", observation < 10)) if holds]


@pytest.mark.parametrize("env_id", IDS)
def test_model_agrees_with_the_environment(env_id):
    env = lantern.label(gym.make(env_id), WORDS, labeller)
    model = tabular_model(env)
    rng = np.random.default_rng(0)
    state, info = env.reset(seed=0)
    for _ in range(2000):
        action = int(rng.integers(model.n_actions))
        following, reward, terminated, truncated, info = env.step(action)
        chances = np.diff(model.cumulative[state, action], prepend=0.0)
        branches = np.flatnonzero((model.next_state[state, action] == following) & (chances > 0))
        assert branches.size, f"{env_id}: {state} -{action}-> {following} is not in the model"
        branch = branches[0]
        assert model.masks[model.label[state, action, branch]] == info["label"]
        assert model.terminated[state, action, branch] == terminated
        assert model.reward[state, action, branch] == reward
        state = following if not (terminated or truncated) else env.reset()[0]
        assert model.observation[state] == state


@pytest.mark.parametrize("env_id", IDS)
def test_start_states_and_their_labels(env_id):
    env = lantern.label(gym.make(env_id), WORDS, labeller)
    model = tabular_model(env)
    seen = {(state, info["label"]) for state, info in (env.reset(seed=seed) for seed in range(3000))}
    assert seen == {
        (int(s), int(model.masks[label])) for s, label in zip(model.initial, model.initial_label, strict=True)
    }


def test_slippery_lake_has_three_equal_branches():
    model = tabular_model(lantern.label(gym.make("FrozenLake-v1"), WORDS, labeller))
    np.testing.assert_allclose(model.cumulative[6, 1], [1 / 3, 2 / 3, 1])


def test_time_limit_of_the_wrapper_is_kept():
    env = lantern.label(gym.make("FrozenLake-v1", max_episode_steps=17), WORDS, labeller)
    assert tabular_model(env).max_steps == 17


def test_no_model_where_labels_need_more_than_the_observation():
    env = lantern.label(gym.make("FrozenLake-v1"), WORDS, lambda observation, info: [])
    assert tabular_model(env) is None


def test_no_model_through_a_wrapper_that_may_change_the_dynamics():
    sticky = gym.wrappers.StickyAction(gym.make("FrozenLake-v1"), repeat_action_probability=0.2)
    assert tabular_model(lantern.label(sticky, WORDS, labeller)) is None


def test_no_model_of_an_environment_without_transitions():
    assert tabular_model(lantern.label(gym.make("CartPole-v1"), WORDS, lambda observation: [])) is None
