"""Grid worlds drawn: as text and as images, with the task's progress in English beside the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lantern.envs.drawing import AGENT, GROUND, INK, PALETTE, WALL, beside, canvas, font, write_notes
from lantern.envs.grid.kernel import CARRIED, CELL, GONE
from lantern.envs.grid.world import World

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

    from lantern.envs.grid.env import GridEnv


def symbols(world: World) -> dict[str, str]:
    """One character for each tile: that of the drawn map, else the first free letter of its name."""
    chosen = {name: symbol for symbol, name in world.file.legend.items()}
    taken = {*chosen.values(), AGENT, "#", "."}
    for name in world.tiles:
        if name not in chosen:
            letters = [*name, *name.upper(), *"abcdefghijklmnopqrstuvwxyz0123456789"]
            chosen[name] = next(letter for letter in letters if letter not in taken)
            taken.add(chosen[name])
    return chosen


def present_tiles(env: GridEnv) -> list[str | None]:
    """Name of the tile that is in each cell now."""
    gone = int(env.state[GONE])
    names = env.world.tiles
    return [
        None if value <= 0 or gone >> (value >> 8) & 1 else names[(value & 255) - 1]
        for value in env.layout.tolist()
    ]


def carried(env: GridEnv) -> dict[str, int]:
    """How many of each item the agent carries."""
    packed = int(env.state[CARRIED])
    return {item: packed >> (8 * index) & 255 for index, item in enumerate(env.world.file.items)}


def ansi(env: GridEnv) -> str:
    """The map as text, with the caption and what is carried to its right."""
    return beside(text_map(env)[0], _notes(env))


def text_map(env: GridEnv) -> tuple[list[str], str]:
    """The map as lines of text, and what its characters mean."""
    legend = [f"{symbol} {name}" for name, symbol in symbols(env.world).items() if name in env.world.tiles]
    return _text_rows(env), f"{AGENT} agent, " + ", ".join(legend)


def _text_rows(env: GridEnv) -> list[str]:
    drawn, known = env.drawn, symbols(env.world)
    cells = ["#" if wall else "." for wall in drawn.walls]
    for cell, name in enumerate(present_tiles(env)):
        if name is not None:
            cells[cell] = known[name]
    cells[int(env.state[CELL])] = AGENT
    grid = [cells[row * drawn.width : (row + 1) * drawn.width] for row in range(drawn.height)]
    if not drawn.blocked.any():
        return [" ".join(row) for row in grid]
    blocked = drawn.blocked.reshape(drawn.height, drawn.width, 4)
    rows = ["+" + "-" * (2 * drawn.width - 1) + "+"]
    for row, line in enumerate(grid):
        across = ["|" if wall else " " for wall in blocked[row, :-1, 3]]
        rows.append("|" + "".join(a + b for a, b in zip(line, [*across, "|"], strict=True)))
        if row + 1 < drawn.height:
            below = ["-" if wall else " " for wall in blocked[row, :, 1]]
            beside = (
                blocked[row, :-1, 3] | blocked[row + 1, :-1, 3] | blocked[row, :-1, 1] | blocked[row, 1:, 1]
            )
            corners = ["+" if wall else " " for wall in beside]
            rows.append("|" + "".join(a + b for a, b in zip(below, [*corners, "|"], strict=True)))
    return [*rows, rows[0]]


def _notes(env: GridEnv) -> list[str]:
    held = [f"{count} {item}" for item, count in carried(env).items() if count]
    notes = list(env.caption)
    if env.world.file.items:
        notes.append(f"Carrying: {', '.join(held) or 'nothing'}.")
    return [*notes, text_map(env)[1]]


def rgb_array(env: GridEnv, cell: int | None = None) -> NDArray[np.uint8]:
    """The map as an image, with the caption to its right.

    Parameters
    ----------
    env : GridEnv
        The environment.
    cell : int, optional
        Size of a cell in pixels; by default the map is about 400 pixels wide.

    Returns
    -------
    uint8 array, shape (height, width, 3)
    """
    drawn = env.drawn
    cell = cell or max(8, min(64, 400 // max(drawn.width, drawn.height)))
    image, pencil = canvas(cell * drawn.width, cell * drawn.height)
    _draw_cells(pencil, env, cell)
    _draw_walls(pencil, env, cell)
    _draw_agent(pencil, divmod(int(env.state[CELL]), drawn.width), cell)
    write_notes(pencil, _notes(env), cell * drawn.width + 12)
    return np.asarray(image, dtype=np.uint8)


def _draw_cells(pencil: ImageDraw, env: GridEnv, size: int) -> None:
    drawn, known = env.drawn, symbols(env.world)
    for cell, name in enumerate(present_tiles(env)):
        row, column = divmod(cell, drawn.width)
        box = (column * size, row * size, (column + 1) * size, (row + 1) * size)
        pencil.rectangle(box, fill=WALL if drawn.walls[cell] else GROUND, outline="#DDDDDD")
        if name is not None:
            colour = PALETTE[env.world.tiles.index(name) % len(PALETTE)]
            edge = size // 8
            inner = (box[0] + edge, box[1] + edge, box[2] - edge, box[3] - edge)
            pencil.rounded_rectangle(inner, radius=size // 6, fill=colour)
            middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
            pencil.text(middle, known[name], fill="black", anchor="mm", font=font(max(8, size // 2)))


def _draw_walls(pencil: ImageDraw, env: GridEnv, size: int) -> None:
    drawn = env.drawn
    right, bottom = drawn.width * size, drawn.height * size
    pencil.rectangle((0, 0, right, bottom), outline=WALL, width=2)
    for cell, blocked in enumerate(drawn.blocked):
        row, column = divmod(cell, drawn.width)
        left, top = column * size, row * size
        if blocked[1]:
            pencil.line((left, top + size, left + size, top + size), fill=WALL, width=3)
        if blocked[3]:
            pencil.line((left + size, top, left + size, top + size), fill=WALL, width=3)


def _draw_agent(pencil: ImageDraw, place: tuple[int, int], size: int) -> None:
    row, column = place
    edge = size // 4
    box = (column * size + edge, row * size + edge, (column + 1) * size - edge, (row + 1) * size - edge)
    pencil.ellipse(box, fill=INK, outline="white", width=2)
