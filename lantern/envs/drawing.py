"""What all pictures of our worlds share: colours, letters, the story beside them, a window."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lantern.errors import EnvError

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

AGENT = "@"
# Okabe and Ito's colours, which most colour-blind readers can tell apart.
PALETTE = ("#E69F00", "#56B4E9", "#009E73", "#D55E00", "#CC79A7", "#F0E442", "#0072B2", "#999999")
PANEL = 300  # width of the text beside a picture, in pixels
WALL, GROUND, INK = "#444444", "#FAFAFA", "#1B1B1B"


class Drawable:
    """What our own worlds have in common where pictures are concerned.

    Attributes
    ----------
    render_mode : str or None
        ``ansi``, ``rgb_array`` or ``human``.
    caption : tuple of str
        Lines to write beside the picture.
    """

    metadata: dict[str, Any]
    render_mode: str | None = None
    caption: tuple[str, ...] = ()

    def choose_render_mode(self, mode: str | None) -> None:
        """Take over a render mode.

        Raises
        ------
        EnvError
            If there is no such mode.
        """
        known = self.metadata["render_modes"]
        if mode is not None and mode not in known:
            raise EnvError(f"This world cannot be rendered as {mode!r}. Known modes: {', '.join(known)}.")
        self.render_mode = mode

    def text(self) -> str:
        """The world as text, with the caption beside it."""
        raise NotImplementedError

    def picture(self) -> NDArray[np.uint8]:
        """The world as an image, uint8 array of shape (height, width, 3), with the caption beside it."""
        raise NotImplementedError

    def draw(self) -> Any:
        """Draw in the chosen mode: text, an image, or (returning nothing) into a window."""
        if self.render_mode == "ansi":
            return self.text()
        if self.render_mode == "rgb_array":
            return self.picture()
        if self.render_mode == "human":
            show(self.picture(), self.metadata["render_fps"])
        return None


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
