"""Continuous worlds drawn: as text and as images, with the task's progress in English beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lantern.envs.drawing import AGENT, GROUND, INK, PALETTE, WALL, beside, canvas, font, write_notes

if TYPE_CHECKING:
    from lantern.envs.continuous.env import PlaneEnv

ROWS, COLUMNS = 20, 40
SIZE = 400  # width of the picture in pixels, the text aside


def _letters(env: PlaneEnv) -> dict[str, str]:
    """One letter for each disc."""
    chosen: dict[str, str] = {}
    for name in env.plane.file.discs:
        letters = [*name, *name.upper(), *"abcdefghijklmnopqrstuvwxyz"]
        chosen[name] = next(letter for letter in letters if letter not in chosen.values())
    return chosen


def ansi(env: PlaneEnv) -> str:
    """The world as 20 lines of 40 characters, with the caption to their right."""
    (left, top), (right, bottom) = env.plane.file.low, env.plane.file.high
    letters = _letters(env)
    rows = [["."] * COLUMNS for _ in range(ROWS)]
    for row in range(ROWS):
        y = top + (row + 0.5) * (bottom - top) / ROWS
        for column in range(COLUMNS):
            x = left + (column + 0.5) * (right - left) / COLUMNS
            if any(a < x < c and b < y < d for a, b, c, d in env.plane.walls):
                rows[row][column] = "#"

    def put(x: float, y: float, letter: str) -> None:
        column = min(COLUMNS - 1, int((x - left) / (right - left) * COLUMNS))
        rows[min(ROWS - 1, int((y - top) / (bottom - top) * ROWS))][column] = letter

    for ball in env.balls:
        put(ball.x, ball.y, letters[ball.name])
    put(env.x, env.y, AGENT)
    return beside(["".join(row) for row in rows], _notes(env))


def _notes(env: PlaneEnv) -> list[str]:
    legend = ", ".join(f"{letter} {name}" for name, letter in _letters(env).items())
    return [*env.caption, f"{AGENT} agent, {legend}"]


def rgb_array(env: PlaneEnv) -> NDArray[np.uint8]:
    """The world as an image: uint8 array, shape (height, width, 3)."""
    file = env.plane.file
    (left, top), (right, bottom) = file.low, file.high
    scale = SIZE / (right - left)
    image, pencil = canvas(SIZE, round((bottom - top) * scale))
    pencil.rectangle((0, 0, SIZE, (bottom - top) * scale), fill=GROUND, outline=WALL, width=2)
    for a, b, c, d in env.plane.walls:
        pencil.rectangle([(v - o) * scale for v, o in ((a, left), (b, top), (c, left), (d, top))], fill=WALL)
    names, letters = list(file.discs), _letters(env)
    for ball in env.balls:
        middle, radius = ((ball.x - left) * scale, (ball.y - top) * scale), max(3.0, ball.radius * scale)
        box = (middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius)
        pencil.ellipse(box, fill=PALETTE[names.index(ball.name) % len(PALETTE)])
        pencil.text(middle, letters[ball.name], fill="black", anchor="mm", font=font(max(9, round(radius))))
    own = max(4.0, file.agent_radius * scale)
    x, y = (env.x - left) * scale, (env.y - top) * scale
    pencil.ellipse((x - own, y - own, x + own, y + own), fill=INK, outline="white", width=1)
    write_notes(pencil, _notes(env), SIZE + 12)
    return np.asarray(image, dtype=np.uint8)
