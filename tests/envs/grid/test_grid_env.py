"""The single environment: Gymnasium's contract, the event rule, hidden inventories, tables and kernel."""

from __future__ import annotations

import subprocess
import sys

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import lantern
from lantern.content import names
from lantern.envs.grid import GridEnv, load_grid, read_world
from lantern.envs.grid.generate import ready
from lantern.envs.grid.simulators import KernelSimulator, TableSimulator
from lantern.envs.registration import gymnasium_ids
from lantern.envs.tabular import tabular_model
from lantern.errors import LanternError

UP, DOWN, LEFT, RIGHT = range(4)


def shipped() -> list[str]:
    folder = lantern.content.library() / "envs"
    return [name for name in names("envs") if "kind: grid" in (folder / f"{name}.yaml").read_text()]


def world_of(tmp_path, text):
    path = tmp_path / "world.yaml"
    path.write_text("kind: grid\ndescription: a test\n" + text)
    return ready(read_world(path))


CORRIDOR = """
map: |
  A . k . d
legend: {k: key, d: door}
limit: 20
propositions: {key: the agent is at the key, door: the agent is at the door}
"""


def walk(env, actions):
    """Labels of a walk, that of the start first."""
    _, info = env.reset(seed=0)
    labels = [info["label"]]
    for action in actions:
        labels.append(env.step(action)[4]["label"])
    return [set(env.vocabulary.label(label)) for label in labels]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", shipped())
def test_gymnasium_accepts_every_shipped_world(name):
    env_id = next(key for key, value in gymnasium_ids().items() if value == name)
    # Rendering in every mode takes long, and is the same code for all: one walled and one random map will do.
    rendered = name in ("office/teacher", "mineworld/labyrinth/student")
    check_env(gymnasium.make(env_id).unwrapped, skip_render_check=not rendered)


def test_stable_baselines3_accepts_the_registered_environment():
    checker = pytest.importorskip("stable_baselines3.common.env_checker")
    checker.check_env(gymnasium.make("lantern/DungeonQuest-v0"))


@pytest.mark.parametrize("first", ["lantern", "gymnasium"])
def test_registration_works_in_either_order_of_import(first):
    second = {"lantern": "gymnasium", "gymnasium": "lantern"}[first]
    code = (
        f"import sys, {first}\n"
        f"early = 'gymnasium' in sys.modules\n"
        f"import {second}, gymnasium\n"
        "print(early, gymnasium.make('lantern/DungeonQuest-v0').unwrapped.name)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(first == "gymnasium"), "dungeon_quest/student"]


def test_an_event_is_given_on_entering_and_again_only_after_another(tmp_path):
    env = GridEnv(world_of(tmp_path, CORRIDOR))
    labels = walk(env, [RIGHT, RIGHT, UP, RIGHT, LEFT, RIGHT, RIGHT, RIGHT, LEFT, LEFT])
    nothing, key, door = set(), {"key"}, {"door"}
    # On the key; bumping the wall; leaving and coming back; the door, bumping there; back on the key.
    assert labels == [nothing, nothing, key, nothing, nothing, nothing, nothing, door, nothing, nothing, key]


def test_with_standing_the_label_is_a_function_of_the_cell(tmp_path):
    env = GridEnv(world_of(tmp_path, CORRIDOR + "events: standing\n"))
    assert walk(env, [RIGHT, RIGHT, UP, RIGHT, LEFT]) == [set(), set(), {"key"}, {"key"}, set(), {"key"}]


def test_the_observation_hides_inventory_and_last_event():
    env = load_grid("blind_craftsman/darp")
    model = env.tabular()
    assert env.observation_space == gymnasium.spaces.Discrete(49)
    assert model.n_states > 49 and model.n_observations == 49
    observation, _ = env.reset()
    assert observation == 0 and isinstance(observation, int)


def test_the_inventory_clips_turns_and_ends_the_episode():
    env = load_grid("blind_craftsman/darp")
    env.reset()
    to_factory = [DOWN, RIGHT, DOWN, DOWN, RIGHT, RIGHT]
    rewards = [env.step(action)[1] for action in to_factory]
    assert sum(rewards) == 0
    assert int(env.state[2]) == 1 << 8, "one wood became one tool"
    *_, info = [env.step(action) for action in [DOWN, DOWN, RIGHT, RIGHT]][-1]
    assert env.vocabulary.label(info["label"]) == {"home"}


def test_home_ends_the_episode_without_reward_when_tools_are_missing():
    env = load_grid("blind_craftsman/darp")
    env.reset()
    for action in [DOWN] * 5 + [RIGHT] * 4:
        env.step(action)
    _, reward, terminated, truncated, _ = env.step(RIGHT)
    assert (reward, terminated, truncated) == (0.0, True, False)


def test_the_time_limit_is_a_truncation():
    env = load_grid("dungeon_quest/teacher")
    env.reset()
    outcomes = [env.step(UP)[2:4] for _ in range(env.max_steps)]
    assert outcomes[-2:] == [(False, False), (False, True)]


def test_what_a_user_does_wrong_is_said_plainly(tmp_path):
    env = load_grid("dungeon_quest/teacher")
    with pytest.raises(LanternError, match=r"before its first reset\(\)"):
        env.step(0)
    env.reset()
    with pytest.raises(LanternError, match="0 up, 1 down, 2 left, 3 right"):
        env.step(4)
    with pytest.raises(LanternError, match="Known modes"):
        load_grid("dungeon_quest/teacher", render_mode="holographic")


def test_a_locked_door_opens_to_the_key_only(tmp_path):
    text = """
map: |
  A D .
  k # .
legend: {k: key, D: door}
items: {key: 1}
tiles:
  key: {gives: {key: 1}, vanishes: true}
  door: {enter: {key: 1}}
limit: 20
propositions: {key: the agent has found the key, door: the agent goes through the door}
"""
    env = GridEnv(world_of(tmp_path, text))
    assert walk(env, [RIGHT, DOWN, UP, RIGHT]) == [set(), set(), {"key"}, set(), {"door"}]
    assert env.tabular().n_states < 20


def test_a_locked_door_leaves_the_agent_on_its_tile(tmp_path):
    text = """
map: |
  A r D
  k . .
legend: {r: red, D: door, k: key}
events: standing
items: {key: 1}
tiles:
  key: {gives: {key: 1}}
  door: {enter: {key: 1}}
limit: 20
propositions: {red: the agent is on red, door: the agent is in the door}
"""
    env = GridEnv(world_of(tmp_path, text))
    assert walk(env, [RIGHT, RIGHT, RIGHT, LEFT]) == [set(), {"red"}, {"red"}, {"red"}, set()]


def test_slipping_goes_sideways_as_often_as_the_file_says(tmp_path):
    text = """
map: |
  . . .
  . A .
  . . k
legend: {k: key}
slip: 0.4
limit: 5
propositions: {key: the agent is at the key}
"""
    env = GridEnv(world_of(tmp_path, text))
    model = env.tabular()
    start = int(model.initial[0])
    assert np.diff(model.cumulative[start, UP], prepend=0) == pytest.approx([0.6, 0.2, 0.2])
    env.reset(seed=3)
    ends = []
    for _ in range(3000):
        env.reset()
        ends.append(env.step(UP)[0])
    share = np.bincount(ends, minlength=9) / len(ends)
    assert share[[1, 3, 5]] == pytest.approx([0.6, 0.2, 0.2], abs=0.03)


@pytest.mark.parametrize("name", [name for name in shipped() if not name.startswith("mineworld")])
def test_table_and_kernel_are_the_same_environment(name):
    env = load_grid(name)
    kernel = KernelSimulator(env.world)
    assert isinstance(env._simulator, TableSimulator)
    rng = np.random.default_rng(0)
    for episode in range(3):
        env.reset(seed=episode)
        kernel.reset(np.random.default_rng(episode))
        kernel.state[:] = env.state
        for _ in range(150):
            action = int(rng.integers(env.action_space.n))
            observation, reward, terminated, truncated, info = env.step(action)
            assert (reward, terminated, info["label"]) == kernel.step(action, rng)
            assert np.array_equal(observation, kernel.observe())
            if terminated or truncated:
                break


def test_the_same_seed_gives_the_same_episode(tmp_path):
    world = world_of(tmp_path, CORRIDOR.replace("A .", "A A"))
    first, second = GridEnv(world), GridEnv(world)
    starts = [(first.reset(seed=seed)[0], second.reset(seed=seed)[0]) for seed in range(20)]
    assert all(a == b for a, b in starts)
    assert {a for a, _ in starts} == {0, 1}


def test_the_tabular_model_is_found_through_gymnasium_make():
    model = tabular_model(gymnasium.make("lantern/DungeonQuest-v0"))
    assert model is not None and model.n_observations == 100 and model.max_steps == 200
