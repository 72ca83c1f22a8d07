"""The native vector environment does what the single environments do, in every auto-reset mode."""

from __future__ import annotations

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

import lantern
from lantern.content import find
from lantern.envs.grid import GridEnv, load_grid
from lantern.envs.grid.batches import RulesRunner
from lantern.envs.grid.env import load_world
from lantern.envs.grid.vector import GridVectorEnv
from lantern.envs.task_env import TaskEnv
from lantern.envs.vector import make_vec
from lantern.errors import EnvError, LabelError

TASKS = {
    "dungeon_quest/teacher": "F(key & X F chest) & F shield & (!dragon U shield)",
    "dungeon_quest/darp": "F(key & X F dragon)",
    "blind_craftsman/teacher": "!factory U wood",
    "office/teacher": "F(coffee & X F mail)",
    "rescue_mission": "G !camp",
}
N = 16


def follow(envs, single, dfa, autoreset, steps=400):
    """Run N environments and, beside them, one single environment that sees the actions of the n-th."""
    rng = np.random.default_rng(1)
    actions = rng.integers(0, envs.single_action_space.n, (steps, N))
    observations, infos = envs.reset(seed=5)
    task = TaskEnv(single, dfa)
    n = 3
    observation, info = task.reset(seed=0)
    compare(observations, n, observation)
    assert infos["label"][n] == info["label"]
    over, ends = False, 0
    for row in actions:
        observations, rewards, terminated, truncated, infos = envs.step(row)
        if over:  # NEXT_STEP: this step was the reset
            observation, info = task.reset()
            compare(observations, n, observation)
            assert (rewards[n], terminated[n], truncated[n]) == (0, False, False)
            over = False
            continue
        observation, reward, term, trunc, info = task.step(int(row[n]))
        assert (rewards[n], terminated[n], truncated[n]) == (reward, term, trunc)
        last = infos
        if term or trunc:
            ends += 1
            if autoreset == "same_step":
                last = infos["final_info"]
                assert infos["_final_obs"][n]
                compare({key: {n: value} for key, value in infos["final_obs"][n].items()}, n, observation)
                observation, _ = task.reset()
                compare(observations, n, observation)
            elif autoreset == "disabled":
                observation, _ = task.reset()
                observations, _ = envs.reset(options={"reset_mask": terminated | truncated})
            else:
                over = True
            assert last["success"][n] == info["success"] and last["_success"][n]
        elif autoreset == "disabled" and (terminated | truncated).any():
            observations, _ = envs.reset(options={"reset_mask": terminated | truncated})
        compare(observations, n, observation)
        assert last["label"][n] == info["label"]
        assert last["env_reward"][n] == info["env_reward"]
    return ends


def compare(observations, n, observation):
    assert observations["dfa_state"][n] == observation["dfa_state"]
    assert np.array_equal(observations["observation"][n], observation["observation"])


@pytest.mark.parametrize("autoreset", ["same_step", "next_step", "disabled"])
@pytest.mark.parametrize("name", TASKS)
def test_each_of_many_behaves_as_a_single_task_env(name, autoreset):
    env = load_grid(name)
    dfa = lantern.compile(TASKS[name], env.vocabulary)
    envs = GridVectorEnv(name, N, dfa, autoreset=autoreset)
    assert follow(envs, env, dfa, autoreset) >= 2


@pytest.mark.parametrize("autoreset", ["same_step", "next_step"])
def test_the_rules_do_the_same_as_the_table(autoreset):
    world = load_world("dungeon_quest/teacher")
    dfa = lantern.compile(TASKS["dungeon_quest/teacher"], world.vocabulary)
    envs = GridVectorEnv(world, N, dfa, autoreset=autoreset)
    envs._runner = RulesRunner(world, N, envs._compile_task)
    assert follow(envs, GridEnv(world), dfa, autoreset) >= 2


@pytest.mark.parametrize("observe", ["planes", "coordinates"])
def test_other_observations(tmp_path, observe):
    text = find("envs", "dungeon_quest/teacher").read_text()
    path = tmp_path / "world.yaml"
    path.write_text(text.replace("limit: 100", f"limit: 100\nobserve: {observe}"))
    env = load_grid(path)
    dfa = lantern.compile("F key", env.vocabulary)
    envs = GridVectorEnv(path, N, dfa)
    assert envs.single_observation_space == TaskEnv(env, dfa).observation_space
    assert follow(envs, env, dfa, "same_step") >= 2


def test_without_a_task_it_is_the_plain_world():
    envs = GridVectorEnv("dungeon_quest/darp", N)
    env = load_grid("dungeon_quest/darp")
    observations, infos = envs.reset(seed=0)
    observation, _ = env.reset(seed=0)
    assert observations.tolist() == [observation] * N
    assert set(infos) == {"label"}
    for action in [1, 1, 3, 3, 1, 1, 3, 3]:
        step = env.step(action)
        observations, rewards, terminated, truncated, infos = envs.step(np.full(N, action))
        assert (observations[0], rewards[0], terminated[0], truncated[0]) == step[:4]
        assert infos["label"][0] == step[4]["label"]


def test_gymnasium_makes_it_from_the_id():
    dfa = lantern.compile("F key")
    envs = gymnasium.make_vec(
        "lantern/DungeonQuest-v0", num_envs=8, vectorization_mode="vector_entry_point", dfa=dfa
    )
    assert envs.metadata["autoreset_mode"] is AutoresetMode.SAME_STEP
    observations, _ = envs.reset(seed=1)
    assert envs.observation_space.contains(observations)
    assert envs.step(envs.action_space.sample())[1].shape == (8,)


def test_make_vec_takes_the_native_form_for_a_grid_world():
    dfa = lantern.compile("F key")
    envs = make_vec("dungeon_quest/teacher", dfa, 3, autoreset="next_step", reward_step=-0.1)
    assert isinstance(envs, GridVectorEnv)
    envs.reset(seed=0)
    assert envs.step(np.zeros(3, dtype=int))[1].tolist() == [-0.1] * 3
    single = make_vec(lambda: load_grid("dungeon_quest/teacher"), dfa, 2)
    assert not isinstance(single, GridVectorEnv)


def test_returned_arrays_are_not_changed_by_later_steps():
    envs = GridVectorEnv("dungeon_quest/teacher", 4, lantern.compile("F key"))
    first, infos = envs.reset(seed=0)
    kept = {key: value.copy() for key, value in {**first, **infos}.items()}
    for _ in range(5):
        envs.step(np.array([1, 1, 3, 3]))
    assert all(np.array_equal(kept[key], value) for key, value in {**first, **infos}.items())


def test_the_same_seed_gives_the_same_batch(tmp_path):
    def run(seed):
        envs = GridVectorEnv("mineworld/dungeon_quest/student", 6)
        observations, _ = envs.reset(seed=seed)
        return observations

    assert np.array_equal(run(1), run(1))
    assert not np.array_equal(run(1), run(2))


def test_mistakes_are_said_plainly():
    envs = GridVectorEnv("dungeon_quest/teacher", 4, autoreset="disabled")
    with pytest.raises(EnvError, match="before their first reset"):
        envs.step(np.zeros(4, dtype=int))
    envs.reset()
    with pytest.raises(EnvError, match=r"4 integers in \[0, 4\)"):
        envs.step(np.full(4, 4))
    for _ in range(100):
        envs.step(np.zeros(4, dtype=int))
    with pytest.raises(EnvError, match="Reset them first"):
        envs.step(np.zeros(4, dtype=int))
    with pytest.raises(EnvError, match="bool array"):
        envs.reset(options={"reset_mask": [1, 0]})
    with pytest.raises(EnvError, match="same_step"):
        GridVectorEnv("dungeon_quest/teacher", 4, autoreset="samestep")
    with pytest.raises(LabelError, match="kye"):
        GridVectorEnv("dungeon_quest/teacher", 4, lantern.compile("F kye"))
