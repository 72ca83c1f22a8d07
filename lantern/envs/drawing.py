"""What all pictures of our worlds share: colours, letters, the story beside them, a window."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

AGENT = "@"
# Okabe and Ito's colours, which most colour-blind readers can tell apart.
PALETTE = ("#E69F00", "#56B4E9", "#009E73", "#D55E00", "#CC79A7", "#F0E442", "#0072B2", "#999999")
PANEL = 300  # width of the text beside a picture, in pixels
WALL, GROUND, INK = "#444444", "#FAFAFA", "#1B1B1B"


def beside(rows: Sequence[str], notes: Sequence[str], width: int = 70) -> str:
    """Text rows with notes to their right, wrapped at `width` characters."""
    told = [line for note in notes for line in (textwrap.wrap(note, width) or [""])]
    size, wide = max(len(rows), len(told)), max(map(len, rows))
    left = [*rows, *[""] * (size - len(rows))]
    right = [*told, *[""] * (size - len(told))]
    return "\n".join(f"{row:{wide}}   {note}".rstrip() for row, note in zip(left, right, strict=True)) + "\n"


def canvas(width: int, height: int) -> tuple[Any, ImageDraw]:
    """A white image with room for notes on the right, and a pencil for it."""
    from PIL import Image, ImageDraw

    width, height = width + PANEL + 2, max(height, 260) + 2
    # Video codecs want even sizes.
    image = Image.new("RGB", (width + width % 2, height + height % 2), "white")
    return image, ImageDraw.Draw(image)


@lru_cache(maxsize=8)
def font(size: int) -> Any:
    """Pillow's own font."""
    from PIL import ImageFont

    return ImageFont.load_default(size)


def write_notes(pencil: ImageDraw, notes: Sequence[str], left: int) -> None:
    """Write paragraphs into the panel that begins at `left`."""
    top = 8
    for note in notes:
        for line in textwrap.wrap(note, 44) or [""]:
            pencil.text((left, top), line, fill="black", font=font(13))
            top += 18
        top += 6


def show(picture: NDArray[np.uint8], fps: float) -> None:
    """Draw a picture into a window, and wait for one frame."""
    from matplotlib import pyplot as plt

    figure = plt.figure("LANTERN", figsize=(picture.shape[1] / 100, picture.shape[0] / 100))
    figure.clear()
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.imshow(picture)
    figure.canvas.draw_idle()
    figure.canvas.flush_events()
    figure.canvas.start_event_loop(1 / fps)
