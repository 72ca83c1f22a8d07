"""Single levels of MiniGrid, enumerated: the model against the level, transfer between levels, refusals."""

import gymnasium as gym
import numpy as np
import pytest

import lantern
from lantern.envs.catalogue import NOWHERE, find_catalogue
from lantern.envs.one_level import OneLevel
from lantern.envs.tabular import tabular_model
from lantern.errors import EnvError

minigrid = pytest.importorskip("minigrid")

LEVELS = ["door_key", "door_key_other", "red_blue", "red_blue_other"]
QUEST = "F(key & X F(door & X F goal))"


@pytest.mark.parametrize("name", LEVELS)
def test_the_model_does_what_the_level_does(name):
    env = lantern.make_env(f"minigrid/level_{name}")
    model = tabular_model(env)
    rng = np.random.default_rng(0)
    state, info = env.reset(seed=5)
    assert state == model.initial[0] and info["label"] == model.masks[model.initial_label[0]]
    ends = 0
    for _ in range(3000):
        action = int(rng.integers(model.n_actions))
        following, _, terminated, truncated, info = env.step(action)
        assert following == model.next_state[state, action, 0]
        assert info["label"] == model.masks[model.label[state, action, 0]]
        assert terminated == model.terminated[state, action, 0]
        ends += terminated
        state = env.reset()[0] if terminated or truncated else following
    assert ends or name.startswith("door_key")


def test_every_seed_gives_the_same_level_and_another_level_differs():
    env = lantern.make_env("minigrid/level_door_key")
    assert {env.reset(seed=seed)[0] for seed in range(5)} == {0}
    first, other = (tabular_model(lantern.make_env(f"minigrid/level_{name}")) for name in LEVELS[:2])
    assert first.next_state.shape != other.next_state.shape


def test_offsets_point_at_what_the_agent_would_act_on():
    env = lantern.make_env("minigrid/level_door_key")
    model = tabular_model(env)
    catalogue = find_catalogue(env, model)
    key = env.vocabulary.names.index("key")
    pickup = catalogue.actions.index("pickup")
    label = model.masks[model.label[:, :, 0]]
    takes = np.flatnonzero(label[:, pickup] >> key & 1)
    fresh = [state for state in takes if not label[state, catalogue.actions.index("left")] >> key & 1]
    assert fresh
    # Right in front of the key, it is one cell ahead and none to the right.
    assert {tuple(catalogue.offset[state, key]) for state in fresh} == {(1, 0)}
    turned = model.next_state[fresh[0], catalogue.actions.index("left"), 0]
    assert tuple(catalogue.offset[turned, key]) == (0, 1)
    assert (catalogue.offset[:, key] < NOWHERE).any()


def test_teachers_of_another_level_act_in_this_one_and_save_steps():
    """Three teachers and 48 students, since single ones differ much; teachers as in the benchmark."""

    def run(name, agent, teachers, seed, steps, **settings):
        env = lantern.make_env(f"minigrid/level_{name}")
        task = lantern.TaskEnv(env, lantern.compile(QUEST, env.vocabulary))
        made = lantern.make_agent(agent, task, teachers=teachers, seed=seed, **settings)
        return made.learn(steps, evaluate_every=50, episodes=1)

    def first(curve):
        return int(curve.step[np.argmax(curve.success > 0.9)])

    learned = [
        run("door_key_other", "crm_shaping", [], seed, 60_000, potential_base=0.6).teacher("other level")
        for seed in range(3)
    ]
    alone = [first(run("door_key", "lantern", [], seed, 8000).curve) for seed in range(48)]
    taught_runs = [run("door_key", "lantern", [learned[seed % 3]], seed, 8000) for seed in range(48)]
    assert taught_runs[0].tactical_trust.arms == ("other level", "learning alone")
    taught = [first(made.curve) for made in taught_runs]
    assert np.mean(np.sort(taught)[12:36]) < 0.9 * np.mean(np.sort(alone)[12:36])


def test_what_cannot_be_enumerated_is_refused_and_says_why():
    with pytest.raises(EnvError, match="levels of MiniGrid, not for CartPole"):
        OneLevel(gym.make("CartPole-v1"))
    level = gym.make("MiniGrid-Empty-5x5-v0")
    with pytest.raises(EnvError, match="no action 'jump'"):
        OneLevel(level, actions=("left", "jump"))
    with pytest.raises(EnvError, match="needs actions"):
        OneLevel(level, actions=())
    with pytest.raises(EnvError, match="actions alone change"):
        OneLevel(gym.make("MiniGrid-Dynamic-Obstacles-5x5-v0"))


def test_too_many_states_are_refused(monkeypatch):
    monkeypatch.setattr("lantern.envs.one_level.MOST_STATES", 10)
    with pytest.raises(EnvError, match="more than 10 states"):
        OneLevel(gym.make("MiniGrid-Empty-8x8-v0"), seed=123)


def test_gymnasiums_checker_is_content():
    from gymnasium.utils.env_checker import check_env

    check_env(lantern.make_env("minigrid/level_red_blue"), skip_render_check=True)


def test_a_teacher_knows_its_environment_by_the_name_of_the_file(tmp_path):
    env = lantern.make_env("minigrid/level_door_key")
    task = lantern.TaskEnv(env, lantern.compile("F key", env.vocabulary))
    run = lantern.make_agent("crm", task, seed=0).learn(3000, evaluate_every=3000)
    saved = lantern.Teacher.load(run.teacher().save(tmp_path / "key"))
    assert saved.env["name"] == "minigrid/level_door_key"
    assert lantern.make_env(saved.env["name"]).observation_space == env.observation_space
