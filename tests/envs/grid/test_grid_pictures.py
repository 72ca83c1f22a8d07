"""Rendering, playing, filming and the documentation page."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

import lantern
from lantern.envs.grid import load_grid
from lantern.envs.narrate import NarratedEnv
from lantern.envs.play import play, split_keys
from lantern.envs.record import record
from lantern.envs.task_env import TaskEnv
from lantern.errors import EnvError

UP, DOWN, LEFT, RIGHT = range(4)


@pytest.fixture
def task():
    env = load_grid("dungeon_quest/teacher", render_mode="ansi")
    return TaskEnv(env, lantern.compile("F(key & X F chest)", env.vocabulary))


def test_ansi_shows_the_map_and_the_story(task):
    env = NarratedEnv(task)
    env.reset(seed=0)
    assert env.render().splitlines()[0].startswith("@ . . . .   Task state 1 of 3.")
    for action in [DOWN, RIGHT]:
        env.step(action)
    drawn = env.render()
    assert drawn.splitlines()[1].startswith(". @ . # .")
    assert "Task state 2 of 3." in drawn and "Seen: key." in drawn
    for action in [DOWN, DOWN, RIGHT, RIGHT]:
        env.step(action)
    assert "Seen: key, shield, chest." in env.render() and "Done!" in env.render()


def test_thin_walls_are_drawn_where_the_file_has_them():
    env = load_grid("office/teacher", render_mode="ansi")
    env.reset()
    drawn = [line[:19] for line in env.render().splitlines()]
    file = [line.replace("A", "@") for line in env.world.file.map.splitlines()]
    assert [row[1::2] for row in drawn[1::2]] == [row[1::2] for row in file[1::2]]
    assert [row[2:-1:2] for row in drawn[1::2]] == [row[2:-1:2] for row in file[1::2]]
    assert [row[1::2] for row in drawn[2:-1:2]] == [row[1::2] for row in file[2:-1:2]]


def test_rgb_array_moves_with_the_agent(task):
    env = load_grid("dungeon_quest/teacher", render_mode="rgb_array")
    env.reset()
    before = env.render()
    env.step(DOWN)
    after = env.render()
    assert before.dtype == np.uint8 and before.shape[2] == 3 and before.shape == after.shape
    changed = np.argwhere((before != after).any(axis=2))
    size = 64
    assert changed.max(axis=0)[0] < 2 * size and changed.max(axis=0)[1] < size


def test_human_mode_draws_into_a_window(monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    from matplotlib import pyplot as plt

    env = load_grid("dungeon_quest/teacher", render_mode="human")
    env.reset()
    env.step(DOWN)
    assert plt.figure("LANTERN").axes[0].images[0].get_array().shape[2] == 3
    plt.close("all")


def test_a_person_can_play(task):
    shown, typed = [], iter(["s", "\x1b[C", "x", "ssdd", "q"])
    result = play(task, lambda prompt: next(typed), shown.append, seed=0)
    assert (result.steps, result.success, result.finished) == (6, True, True)
    assert any("The key 'x' does nothing here" in text for text in shown)
    assert "Done!" in shown[-1]


def test_playing_stops_when_the_input_ends_and_starts_again_with_r(task):
    typed = iter(["ssr", "s"])

    def read(prompt):
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    assert play(task, read, lambda text: None).steps == 1


def test_arrow_keys_are_split_from_letters():
    assert split_keys("w\x1b[Ad\n") == ["w", "\x1b[A", "d"]


@pytest.mark.parametrize("ending", [".gif", ".mp4"])
def test_a_film_shows_every_step(task, tmp_path, ending):
    if ending == ".mp4":
        pytest.importorskip("imageio_ffmpeg")
    actions = iter([DOWN, RIGHT, DOWN, DOWN, RIGHT, RIGHT])
    path = record(task, lambda observation, info: next(actions), tmp_path / f"film{ending}", fps=4)
    assert path.stat().st_size > 1_000
    if ending == ".gif":
        with Image.open(path) as film:
            shown = sum(film.seek(n) or film.info["duration"] for n in range(film.n_frames))
            # Seven pictures, and the last one for another second; equal pictures may have been joined.
            assert shown == 250 * (7 + 4)
    else:
        assert path.read_bytes()[4:8] == b"ftyp"


def test_a_film_of_another_kind_is_refused(task, tmp_path):
    with pytest.raises(EnvError, match=r"\.gif or \.mp4"):
        record(task, lambda observation, info: 0, tmp_path / "film.avi")
