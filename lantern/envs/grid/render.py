"""Grid worlds drawn: as text and as images, with the task's progress in English beside the map."""

from __future__ import annotations

import textwrap
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lantern.envs.grid.kernel import CARRIED, CELL, GONE
from lantern.envs.grid.world import World

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

    from lantern.envs.grid.env import GridEnv

AGENT = "@"
# Okabe and Ito's colours, which most colour-blind readers can tell apart.
PALETTE = ("#E69F00", "#56B4E9", "#009E73", "#D55E00", "#CC79A7", "#F0E442", "#0072B2", "#999999")
PANEL = 300  # width of the text beside the map, in pixels


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
    """The map as text, with the caption beside it.

    Parameters
    ----------
    env : GridEnv
        The environment; its `caption` is written to the right of the map.
    """
    rows, _ = text_map(env)
    notes = [line for note in _notes(env) for line in (textwrap.wrap(note, 70) or [""])]
    size = max(len(rows), len(notes))
    rows = [row.ljust(len(rows[0])) for row in rows] + [" " * len(rows[0])] * (size - len(rows))
    notes += [""] * (size - len(notes))
    return "\n".join(f"{row}   {note}".rstrip() for row, note in zip(rows, notes, strict=True)) + "\n"


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
    from PIL import Image, ImageDraw

    drawn = env.drawn
    cell = cell or max(8, min(64, 400 // max(drawn.width, drawn.height)))
    width = cell * drawn.width + PANEL
    height = max(cell * drawn.height, 260)
    # Video codecs want even sizes.
    image = Image.new("RGB", (width + width % 2 + 2, height + height % 2 + 2), "white")
    pencil = ImageDraw.Draw(image)
    _draw_cells(pencil, env, cell)
    _draw_walls(pencil, env, cell)
    _draw_agent(pencil, divmod(int(env.state[CELL]), drawn.width), cell)
    _draw_notes(pencil, env, cell * drawn.width + 12)
    return np.asarray(image, dtype=np.uint8)


@lru_cache(maxsize=8)
def _font(size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(size)


def _draw_cells(pencil: ImageDraw, env: GridEnv, size: int) -> None:
    drawn, known = env.drawn, symbols(env.world)
    for cell, name in enumerate(present_tiles(env)):
        row, column = divmod(cell, drawn.width)
        box = (column * size, row * size, (column + 1) * size, (row + 1) * size)
        pencil.rectangle(box, fill="#444444" if drawn.walls[cell] else "#FAFAFA", outline="#DDDDDD")
        if name is not None:
            colour = PALETTE[env.world.tiles.index(name) % len(PALETTE)]
            edge = size // 8
            inner = (box[0] + edge, box[1] + edge, box[2] - edge, box[3] - edge)
            pencil.rounded_rectangle(inner, radius=size // 6, fill=colour)
            middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
            pencil.text(middle, known[name], fill="black", anchor="mm", font=_font(max(8, size // 2)))


def _draw_walls(pencil: ImageDraw, env: GridEnv, size: int) -> None:
    drawn = env.drawn
    right, bottom = drawn.width * size, drawn.height * size
    pencil.rectangle((0, 0, right, bottom), outline="#444444", width=2)
    for cell, blocked in enumerate(drawn.blocked):
        row, column = divmod(cell, drawn.width)
        left, top = column * size, row * size
        if blocked[1]:
            pencil.line((left, top + size, left + size, top + size), fill="#444444", width=3)
        if blocked[3]:
            pencil.line((left + size, top, left + size, top + size), fill="#444444", width=3)


def _draw_agent(pencil: ImageDraw, place: tuple[int, int], size: int) -> None:
    row, column = place
    edge = size // 4
    box = (column * size + edge, row * size + edge, (column + 1) * size - edge, (row + 1) * size - edge)
    pencil.ellipse(box, fill="#1B1B1B", outline="white", width=2)


def _draw_notes(pencil: ImageDraw, env: GridEnv, left: int) -> None:
    top = 8
    for note in _notes(env):
        for line in textwrap.wrap(note, 44) or [""]:
            pencil.text((left, top), line, fill="black", font=_font(13))
            top += 18
        top += 6


def show(env: GridEnv) -> None:
    """Draw into a window, and wait for one frame."""
    from matplotlib import pyplot as plt

    picture = rgb_array(env)
    figure = plt.figure("LANTERN", figsize=(picture.shape[1] / 100, picture.shape[0] / 100))
    figure.clear()
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.imshow(picture)
    figure.canvas.draw_idle()
    figure.canvas.flush_events()
    figure.canvas.start_event_loop(1 / env.metadata["render_fps"])


def image(env: GridEnv) -> Image:
    """The map as a Pillow image."""
    from PIL import Image

    return Image.fromarray(rgb_array(env))
