import gymnasium as gym
import numpy as np
import pytest
from env_doubles import CORRIDOR_WORDS, THIRD, Corridor, Sampled, corridor_labeller, every_third
from gymnasium import spaces
from gymnasium.utils.env_checker import check_env

import lantern
from lantern.envs import LabelledEnv, TaskEnv, tabular_model
from lantern.errors import EnvError, LabelError


def product(formula, end="auto", **corridor):
    env = lantern.label(Corridor(**corridor), CORRIDOR_WORDS, corridor_labeller)
    return TaskEnv(env, lantern.compile(formula, env.vocabulary), end=end)


def run(env, actions):
    """Play actions until the episode ends; returns the steps taken and the last step's outcome."""
    env.reset(seed=0)
    for count, action in enumerate(actions, start=1):
        _, reward, terminated, truncated, info = env.step(action)
        if terminated or truncated:
            return count, reward, terminated, truncated, info["success"]
    assert "success" not in info
    return count, reward, False, False, None


def test_acceptance_rewards_and_terminates():
    env = product("F(middle & F end)", max_steps=50)
    assert run(env, [1] * 20) == (5, 1.0, True, False, True)


def test_no_reward_before_acceptance():
    env = product("F(middle & F end)", max_steps=50)
    env.reset()
    assert [env.step(1)[1] for _ in range(5)] == [0.0, 0.0, 0.0, 0.0, 1.0]


def test_dead_automaton_terminates_without_reward():
    assert run(product("!middle U end", max_steps=50), [1] * 20) == (3, 0.0, True, False, False)


def test_environment_that_ends_itself_fails_the_task():
    assert run(product("F end", fatal=4, max_steps=50), [1] * 20) == (4, 0.0, True, False, False)


def test_time_limit_stays_a_truncation():
    assert run(product("F end", max_steps=4), [1] * 20) == (4, 0.0, False, True, False)


def test_acceptance_at_the_time_limit_is_success():
    assert run(product("F end", max_steps=5), [1] * 20) == (5, 1.0, True, True, True)


def test_maintenance_is_judged_at_the_end():
    assert run(product("G !end", max_steps=8), [0] * 20) == (8, 1.0, False, True, True)
    assert run(product("G !end", max_steps=8), [1] * 20) == (5, 0.0, True, False, False)


def test_maintenance_survives_a_termination_by_the_environment():
    assert run(product("G !middle", start=1, fatal=0, max_steps=9), [0] * 20) == (1, 1.0, True, False, True)


def test_acceptance_that_may_be_lost_again():
    task, there_and_back = "F end & G(end -> F middle)", [1] * 5 + [0] * 10
    assert run(product(task, max_steps=9), there_and_back) == (7, 1.0, True, False, True)
    assert run(product(task, end="episode", max_steps=9), there_and_back) == (9, 1.0, False, True, True)
    assert run(product(task, end="episode", max_steps=9), [1] * 20) == (9, 0.0, False, True, False)


def test_certain_success_ends_an_episode_that_is_judged_at_its_end():
    assert run(product("F middle", end="episode", max_steps=50), [1] * 20) == (3, 1.0, True, False, True)


def test_start_label_is_read():
    env = product("middle", start=3, max_steps=10)
    assert env.reset()[1]["dfa_state"] != env.dfa.initial
    assert run(env, [1] * 5) == (1, 1.0, True, False, True)


def test_hopeless_start_warns_with_the_remedy():
    env = product("middle & F end", max_steps=10)
    with pytest.warns(UserWarning, match="put X in front"):
        env.reset()
    assert env.step(1)[2] is True


def test_endless_environment_is_cut_with_a_warning(monkeypatch):
    monkeypatch.setattr("lantern.envs.task_env.SAFETY_LIMIT", 30)
    env = product("F end")
    env.reset()
    for _ in range(29):
        assert env.step(0)[2:4] == (False, False)
    with pytest.warns(UserWarning, match="time_limit"):
        assert env.step(0)[2:4] == (False, True)


def test_own_limit_and_rewards():
    env = lantern.label(Corridor(), CORRIDOR_WORDS, corridor_labeller)
    dfa = lantern.compile("!middle U end", env.vocabulary)
    task = TaskEnv(env, dfa, max_episode_steps=2, reward_accept=10, reward_fail=-5, reward_step=-1)
    assert run(task, [0, 0, 0]) == (2, -1.0, False, True, False)
    task = TaskEnv(env, dfa, reward_accept=10, reward_fail=-5, reward_step=-1, max_episode_steps=9)
    assert run(task, [1] * 9) == (3, -6.0, True, False, False)


def test_info_carries_state_label_and_the_reward_of_the_environment():
    env = product("F end", max_steps=50)
    env.reset()
    observation, _, _, _, info = env.step(1)
    assert info["env_reward"] == 0.5
    assert info["label"] == 0
    assert info["dfa_state"] == observation["dfa_state"] == env.dfa.step(env.dfa.initial, 0)


def test_states_follow_the_automaton_on_random_walks():
    env = product("F(middle & F end) & G(end -> F middle)", end="episode", max_steps=40)
    rng = np.random.default_rng(3)
    for _ in range(20):
        _, info = env.reset()
        trace, states = [env.vocabulary.label(info["label"])], [info["dfa_state"]]
        over = False
        while not over:
            _, _, terminated, truncated, info = env.step(int(rng.integers(2)))
            trace.append(env.vocabulary.label(info["label"]))
            states.append(info["dfa_state"])
            over = terminated or truncated
        assert states == env.dfa.run(trace)[-len(states) :]
        assert info["success"] == env.dfa.accepts(trace)


def test_task_about_something_unobserved_is_refused():
    env = lantern.label(Corridor(), CORRIDOR_WORDS, corridor_labeller)
    with pytest.raises(LabelError, match=r"speaks of 'ends'.*Did you mean 'end'\?"):
        TaskEnv(env, lantern.compile("F ends"))


def test_unlabelled_environment_is_refused():
    with pytest.raises(EnvError, match=r"CartPole-v1 is not labelled.*lantern.label"):
        TaskEnv(gym.make("CartPole-v1"), lantern.compile("F end"))


def test_unknown_end_is_refused():
    with pytest.raises(EnvError, match=r"Did you mean 'accept'\?"):
        product("F end", end="accepted")


def test_satisfies_the_contract_of_gymnasium():
    env = lantern.label(Sampled(spaces.Box(-1, 1, (3,), np.float32)), THIRD, every_third)
    # The checker advises against wrappers; here the wrapper is what is checked.
    with pytest.warns(UserWarning, match="different from the unwrapped version"):
        check_env(TaskEnv(env, lantern.compile("F(third & F(third))")), skip_render_check=True)


def test_wrappers_between_labels_and_task_are_allowed():
    env = gym.wrappers.TimeLimit(LabelledEnv(Corridor(), CORRIDOR_WORDS, corridor_labeller), 7)
    task = TaskEnv(env, lantern.compile("F(end & X F middle)"))
    assert run(task, [0] * 20) == (7, 0.0, False, True, False)


def test_tabular_model_is_found_below_the_product():
    env = lantern.make_env("gymnasium/frozen_lake")
    task = TaskEnv(env, lantern.compile("F goal", env.vocabulary), max_episode_steps=25)
    assert tabular_model(task).max_steps == 25
    assert tabular_model(TaskEnv(env, task.dfa)).max_steps == 100


def test_copies_and_pickles_go_their_own_way():
    import copy

    cloudpickle = pytest.importorskip("cloudpickle")
    env = product("F(middle & F end)", max_steps=50)
    env.reset()
    for _ in range(3):
        env.step(1)
    for twin in (copy.deepcopy(env), cloudpickle.loads(cloudpickle.dumps(env))):
        assert [twin.step(1)[2] for _ in range(2)] == [False, True]
    assert env.unwrapped.position == 3
