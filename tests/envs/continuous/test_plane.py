"""Continuous worlds: Gymnasium's contract, events, walls, moving discs, mistakes in files, pictures."""

from __future__ import annotations

import math

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from hypothesis import given, settings
from hypothesis import strategies as st

import lantern
from lantern.envs.continuous import PlaneEnv, load_continuous
from lantern.envs.continuous.plane import crosses
from lantern.envs.narrate import NarratedEnv
from lantern.envs.play import play
from lantern.envs.record import record
from lantern.envs.registration import gymnasium_ids
from lantern.envs.task_env import TaskEnv
from lantern.errors import ContentError, LanternError

WORLDS = [
    "dungeon_quest/continuous",
    "dungeon_quest/continuous_small",
    "dungeon_quest/continuous_small_other",
    "flat_world/open",
    "flat_world/open_other",
    "flat_world/small",
    "flat_world/small_other",
    "flat_world/cross",
    "flat_world/corridors",
    "water_world",
]

SMALL = """\
kind: continuous
description: a test
high: [10, 10]
start: [1, 1]
moves: {step: 1}
discs:
  key: {at: [3, 1], radius: 0.5}
  door: {at: [[6, 1], [6, 9]], radius: 0.5}
walls:
  - [4, 2, 5, 8]
limit: 50
edge_reward: -1
propositions:
  key: the agent is at the key
  door:
    sentence: the agent is at the door
"""


def small(tmp_path, text=SMALL):
    path = tmp_path / "small.yaml"
    path.write_text(text)
    return load_continuous(path)


def labels(env, actions):
    _, info = env.reset(seed=0)
    found = [info["label"]] + [env.step(np.array(action, dtype=np.float32))[4]["label"] for action in actions]
    return [set(env.vocabulary.label(label)) for label in found]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", WORLDS)
def test_gymnasium_accepts_every_world(name):
    env_id = next(key for key, value in gymnasium_ids().items() if value == name)
    check_env(gymnasium.make(env_id).unwrapped, skip_render_check=name != "water_world")


def test_stable_baselines3_accepts_the_registered_world():
    checker = pytest.importorskip("stable_baselines3.common.env_checker")
    checker.check_env(gymnasium.make("lantern/DungeonQuestContinuous-v0"))


def test_a_disc_is_seen_on_entering_and_again_only_after_another(tmp_path):
    right, left, stay = (1, 0), (-1, 0), (0, 0)
    found = labels(small(tmp_path), [right, right, stay, left, right, right, right, right, left, left, left])
    nothing, key, door = set(), {"key"}, {"door"}
    expected = [
        nothing,
        nothing,
        key,
        nothing,
        nothing,
        nothing,
        nothing,
        nothing,
        door,
        nothing,
        nothing,
        key,
    ]
    assert found == expected


def test_with_standing_a_disc_is_seen_as_long_as_it_is_touched(tmp_path):
    env = small(tmp_path, SMALL + "events: standing\n")
    found = labels(env, [(1, 0), (1, 0), (0, 0), (-1, 0), (1, 0)])
    assert found == [set(), set(), {"key"}, {"key"}, set(), {"key"}]


def test_walls_stop_the_agent_and_let_it_slide_along(tmp_path):
    env = small(tmp_path)
    env.reset()
    env.x, env.y = 3.6, 5.0
    env.step(np.array([1, 1]))
    assert (env.x, env.y) == (3.6, 6.0)


def test_the_edge_stops_the_agent_and_costs_what_the_file_says(tmp_path):
    env = small(tmp_path)
    env.reset()
    rewards = [env.step(np.array([-1, 0]))[1] for _ in range(2)]
    assert rewards == [0.0, -1.0] and env.x == 0.0


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31), st.sampled_from(["flat_world/cross", "flat_world/corridors"]))
def test_nobody_walks_through_walls(seed, name):
    env = load_continuous(name)
    rng = np.random.default_rng(seed)
    env.reset(seed=seed)
    for _ in range(60):
        before = (env.x, env.y)
        observation, *_ = env.step(rng.uniform(-1, 1, 2).astype(np.float32))
        assert not any(crosses(wall, *before, env.x, env.y) for wall in env.plane.walls)
        assert env.observation_space.contains(observation)


@given(*[st.floats(-1, 1) for _ in range(4)])
def test_crossing_agrees_with_sampling_the_segment(x, y, to_x, to_y):
    wall = (-0.3, -0.2, 0.4, 0.5)
    shares = np.linspace(0, 1, 400)
    xs, ys = x + shares * (to_x - x), y + shares * (to_y - y)
    sampled = bool(((xs > wall[0]) & (xs < wall[2]) & (ys > wall[1]) & (ys < wall[3])).any())
    if sampled:
        assert crosses(wall, x, y, to_x, to_y)
    elif crosses(wall, x, y, to_x, to_y):
        # The segment may clip a corner between two samples.
        grown = 0.01
        near = (
            (xs > wall[0] - grown) & (xs < wall[2] + grown) & (ys > wall[1] - grown) & (ys < wall[3] + grown)
        )
        assert near.any()


def pursue(env, names, towards):
    """Go for discs in their order with a simple controller; the labels that were seen."""
    seen = []
    for name in names:
        for _ in range(env.max_steps):
            *_, info = env.step(towards(env, name))
            seen += env.vocabulary.label(info["label"])
            if name in env.vocabulary.label(info["label"]):
                break
    return seen


def straight(env, name):
    ball = next(ball for ball in env.balls if ball.name == name)
    dx, dy = ball.x - env.x, ball.y - env.y
    size = max(abs(dx), abs(dy), 1e-9) / min(1.0, max(abs(dx), abs(dy)) / env.plane.file.moves.step)
    return np.array([dx / size, dy / size], dtype=np.float32)


def chase(env, name):
    ball = min((b for b in env.balls if b.name == name), key=lambda b: math.hypot(b.x - env.x, b.y - env.y))
    wanted = [(ball.x - env.x) * 1.5 + ball.vx - env.vx, (ball.y - env.y) * 1.5 + ball.vy - env.vy]
    if max(map(abs, wanted)) < 15:
        return 0
    if abs(wanted[0]) > abs(wanted[1]):
        return 4 if wanted[0] > 0 else 3
    return 2 if wanted[1] > 0 else 1


def test_the_dungeon_can_be_solved_by_going_straight():
    env = load_continuous("dungeon_quest/continuous")
    env.reset(seed=0)
    seen = pursue(env, ["key", "chest", "shield", "dragon"], straight)
    assert seen == ["key", "chest", "shield", "dragon"]
    assert 28 <= env._steps <= 60


@pytest.mark.parametrize("seed", range(5))
def test_balls_can_be_caught_and_stay_inside(seed):
    env = load_continuous("water_world")
    observation, _ = env.reset(seed=seed)
    assert observation.shape == (52,)
    seen = pursue(env, ["red", "green", "cyan"], chase)
    assert {"red", "green", "cyan"} <= set(seen)
    assert all(15 <= b.x <= 385 and 15 <= b.y <= 385 for b in env.balls)
    assert all(math.hypot(b.vx, b.vy) == pytest.approx(30) for b in env.balls)


def test_the_same_seed_gives_the_same_episode():
    runs = []
    for seed in (3, 3, 4):
        env = load_continuous("water_world")
        env.reset(seed=seed)
        runs.append([env.step(action % 5)[0].tolist() for action in range(50)][-1])
    assert runs[0] == runs[1] != runs[2]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("start: [1, 1]", "start: [4.5, 5]", 4, "(4.5, 5) is inside a wall"),
        ("at: [3, 1]", "at: [13, 1]", 7, "outside the world"),
        ("  key: the agent", "  kye: the agent", 14, "Did you mean 'key'"),
        ("limit: 50", "limits: 50", 11, "Did you mean 'limit'"),
        ("at: [3, 1], ", "", 7, "either at"),
        ("high: [10, 10]", "high: [0, 10]", 1, "low must be below high"),
    ],
)
def test_a_mistake_is_reported_at_its_line(tmp_path, old, new, line, message):
    with pytest.raises(ContentError) as caught:
        small(tmp_path, SMALL.replace(old, new, 1))
    assert message in str(caught.value) and f"line {line}" in str(caught.value)


def test_wrong_use_is_said_plainly(tmp_path):
    env = small(tmp_path)
    with pytest.raises(LanternError, match=r"before its first reset\(\)"):
        env.step(np.zeros(2))
    env.reset()
    with pytest.raises(LanternError, match="finite"):
        env.step(np.array([np.nan, 0]))
    with pytest.raises(LanternError, match="Known modes"):
        PlaneEnv("water_world", render_mode="opera")
    water = load_continuous("water_world")
    water.reset()
    with pytest.raises(LanternError, match="does not exist"):
        water.step(5)


def test_pictures_play_and_film(tmp_path):
    env = load_continuous("water_world", render_mode="ansi")
    task = TaskEnv(env, lantern.compile("F red", env.vocabulary))
    told = NarratedEnv(task)
    told.reset(seed=0)
    drawn = told.render()
    assert drawn.count("@") == 2 and "Task state 1 of 2" in drawn and "touch a red ball" in drawn
    result = play(task, lambda prompt: "wd q", lambda text: None, seed=0)
    assert result.steps == 3
    actions = iter(range(1000))
    film = record(task, lambda observation, info: next(actions) % 5, tmp_path / "water.gif", max_steps=5)
    assert film.stat().st_size > 1_000


def test_walls_are_in_the_picture(tmp_path):
    env = small(tmp_path)
    env.reset()
    assert "#" in env.text()
    assert env.picture().shape[2] == 3
