"""One figure, three media: inlined in the page, SVG and PDF sized for a paper, CSV of its data."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lantern.experiments.report.palette import INK, MUTED, RULE, Style
from lantern.experiments.report.svg import embed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]
Row = Sequence[object]
WIDTH = 430.0  # pixels: a drawing that is read as well at 500 on a screen as at 360 on a phone
PAPER_WIDTH = 3.4  # inches: one column of the usual two-column conference styles


@dataclass(frozen=True)
class Plot:
    """A figure before it is drawn.

    Attributes
    ----------
    name : str
        Stem of its files and prefix of its ids in the page.
    title : str
        What it shows, in one line.
    caption : str
        How to read it: the statistic, the interval, the number of seeds.
    draw : callable
        Draws the figure into the axes it is given.
    columns : tuple of str
        Names of the columns of its data.
    rows : list of rows
        The data that were drawn.
    legend : mapping of str to Style
        Names and styles of the curves; empty where the figure labels them itself.
    height : float
        Height of the drawing in pixels, at a width of 430.
    left : float
        Room for the labels of the vertical axis, in pixels.
    """

    name: str
    title: str
    caption: str
    draw: Callable[[Axes], None]
    columns: tuple[str, ...]
    rows: list[Row]
    legend: Mapping[str, Style] = field(default_factory=dict)
    height: float = 280.0
    left: float = 56.0

    def inline(self) -> str:
        """Return the figure as an SVG element that follows the colours and the width of the page."""
        import matplotlib as mpl

        # One SVG unit is one pixel of the page, so a point of matplotlib's is written as a pixel.
        with mpl.rc_context(_settings(_SCREEN, self.name)):
            figure, axes = _figure(WIDTH / 72, self.height / 72)
            axes.set_position(
                (self.left / WIDTH, 44 / self.height, 1 - (self.left + 22) / WIDTH, 1 - 54 / self.height)
            )
            self.draw(axes)
            return embed(_save(figure, "svg").decode("utf-8"), self.name, f"{self.title}. {self.caption}")

    def write(self, folder: Path) -> list[Path]:
        """Write the figure for a paper (SVG, PDF) and its data (CSV)."""
        import matplotlib as mpl

        paths = [folder / f"{self.name}.{kind}" for kind in ("svg", "pdf", "csv")]
        height = PAPER_WIDTH * self.height / WIDTH + 0.17 * ((len(self.legend) + 1) // 2)
        with mpl.rc_context(_settings(_PRINT, self.name)):
            figure, axes = _figure(PAPER_WIDTH, height, layout="constrained")
            self.draw(axes)
            if self.legend:
                _legend_below(figure, self.legend)
            paths[0].write_bytes(_save(figure, "svg"))
            figure.set_layout_engine("none")  # the places found for the first file serve the second
            paths[1].write_bytes(_save(figure, "pdf"))
        with paths[2].open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(self.columns)
            writer.writerows(self.rows)
        return paths


_COMMON: dict[str, Any] = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.titlelocation": "left",
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "text.color": INK.light,
    "axes.labelcolor": MUTED.light,
    "axes.edgecolor": MUTED.light,
    "xtick.color": MUTED.light,
    "ytick.color": MUTED.light,
    "grid.color": RULE.light,
    "font.family": "DejaVu Sans",
    "text.parse_math": False,
    "legend.frameon": False,
}
_SCREEN = _COMMON | {
    "svg.fonttype": "none",  # text stays text: it can be searched, and takes the font of the page
    "font.size": 11.5,
    "axes.labelsize": 11.5,
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
    "axes.linewidth": 1.0,
    "lines.markersize": 6,
}
_PRINT = _COMMON | {
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
    "font.size": 7.5,
    "axes.labelsize": 7.5,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "axes.linewidth": 0.6,
    "lines.linewidth": 1.0,
    "lines.markersize": 3.5,
    "grid.linewidth": 0.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
}


def scale() -> float:
    """How thick lines are drawn in the current medium, relative to the page."""
    from matplotlib import rcParams

    return 0.55 if rcParams["font.size"] < 10 else 1.0


def line(style: Style, **more: Any) -> dict[str, Any]:
    """Return matplotlib's keyword arguments for a curve in an agent's style."""
    width = style.width * scale()
    dash: Any = (0, tuple(part / max(style.width, 1.0) * 1.4 for part in style.dash)) if style.dash else "-"
    return {"color": style.colour.light, "linewidth": width, "linestyle": dash, **more}


def _settings(settings: Mapping[str, Any], salt: str) -> Any:
    """Add what makes the files the same, byte for byte, for the same results: ids that depend on the name."""
    return {**settings, "svg.hashsalt": salt}


def _figure(width: float, height: float, **more: Any) -> tuple[Figure, Axes]:
    """Make an empty figure of the given size in inches, without the global state of pyplot."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), **more)
    return figure, figure.add_subplot()


def _save(figure: Figure, kind: str) -> bytes:
    """Return a figure as a file, undated."""
    file = io.BytesIO()
    figure.savefig(file, format=kind, metadata={"CreationDate": None} if kind == "pdf" else {"Date": None})
    return file.getvalue()


def _legend_below(figure: Figure, legend: Mapping[str, Style]) -> None:
    """Put the legend under the axes, where it can hide no data."""
    from matplotlib.lines import Line2D

    keys = [Line2D([], [], marker=style.marker, **line(style)) for style in legend.values()]
    figure.legend(keys, list(legend), loc="outside lower center", ncols=2, handlelength=3.2)


def curve(
    axes: Axes, x: Floats, y: Floats, band: tuple[Floats | None, Floats | None], style: Style, order: int
) -> None:
    """Draw a curve in an agent's style, with its interval where there is one.

    Parameters
    ----------
    axes : Axes
        Where to draw.
    x, y : float64[K]
        The curve.
    band : (float64[K] or None, float64[K] or None)
        Ends of the interval.
    style : Style
        How it looks.
    order : int
        Place among the curves: later ones lie on top, and their markers start further along.
    """
    # Markers are spaced by length on paper, so that they do not pile up where the axis is dense.
    axes.plot(x, y, marker=style.marker, markevery=(0.03 * order, 0.16), zorder=3 + order, **line(style))
    low, high = band
    if low is not None and high is not None:
        axes.fill_between(x, low, high, color=style.colour.light, alpha=0.15, linewidth=0, zorder=2)


def step_axis(axes: Axes, values: Sequence[float], budget: float) -> None:
    """Set up the axis of environment steps: logarithmic where the action spans more than a decade.

    Parameters
    ----------
    axes : Axes
        Where to draw.
    values : sequence of float
        Numbers of steps that the reader must be able to tell apart (> 0).
    budget : float
        Steps that each run was given, the right end of the axis.
    """
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    positive = [value for value in values if value > 0]
    low = min(positive, default=budget)
    if low < budget / 12:
        axes.set_xscale("log")
        axes.set_xlim(low, budget)
        axes.xaxis.set_major_locator(LogLocator(base=10, subs=(1.0, 2.0, 5.0), numticks=12))
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.set_xlabel("environment steps (logarithmic)")
    else:
        axes.set_xlim(0, budget)
        axes.set_xlabel("environment steps")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))


def share_axis(axes: Axes, label: str, top: float = 1.0) -> None:
    """Set up a vertical axis of shares, written in per cent."""
    from matplotlib.ticker import PercentFormatter

    axes.set_ylim(-0.02 * top, 1.03 * top)
    axes.set_yticks([0, 0.25 * top, 0.5 * top, 0.75 * top, top])
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_ylabel(label)
    axes.grid(axis="y")


def short(value: float) -> str:
    """Write a number of steps as axes do: 500, 2k, 1.5M."""
    for factor, suffix in ((1e6, "M"), (1e3, "k")):
        if abs(value) >= factor:
            return f"{value / factor:g}{suffix}"
    return f"{value:g}"
