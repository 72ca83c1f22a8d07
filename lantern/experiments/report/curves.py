"""Learning curves: success of the greedy policy against environment steps, with intervals over seeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lantern.experiments.report.figure import Plot, Row, curve, share_axis, step_axis
from lantern.experiments.report.number import percent
from lantern.experiments.report.palette import MUTED, Style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """One agent's curve: the estimate over seeds at each evaluation, and its band.

    Attributes
    ----------
    step : float64[E]
        Environment steps.
    estimate : float64[E]
        Interquartile mean of the success rate, in [0, 1].
    low, high : float64[E] or None
        Ends of the simultaneous 95 % band; None where there are too few seeds for one.
    seeds : int
        Number of runs behind it.
    """

    step: Floats
    estimate: Floats
    low: Floats | None
    high: Floats | None
    seeds: int


def learning_curves(
    name: str,
    heading: str,
    lines: Mapping[str, Line],
    styles: Mapping[str, Style],
    titles: Mapping[str, str],
    threshold: float,
    budget: float,
) -> Plot:
    """Learning curves of all agents on one target.

    Parameters
    ----------
    name, heading : str
        Stem of the files, and what the figure is called.
    lines, styles, titles : mapping of agent to Line, Style, str
        The curves, and how they are drawn and called.
    threshold : float
        Success rate that counts as having learned the task, in (0, 1].
    budget : float
        Environment steps of a run.
    """

    def draw(axes: Axes) -> None:
        first = [_first_move(one) for one in lines.values()]
        step_axis(axes, first, budget)
        share_axis(axes, "greedy success rate")
        axes.axhline(threshold, color=MUTED.light, linewidth=0.9, linestyle=(0, (1, 2.5)), zorder=1)
        for order, (agent, one) in enumerate(reversed(list(lines.items()))):
            curve(axes, one.step, one.estimate, (one.low, one.high), styles[agent], order)

    rows: list[Row] = [
        (agent, f"{x:g}", f"{y:.6g}", *_ends(one, index))
        for agent, one in lines.items()
        for index, (x, y) in enumerate(zip(one.step, one.estimate, strict=True))
    ]
    return Plot(
        name,
        heading,
        f"{_caption(lines)} The dotted line is the threshold, {percent(threshold)}.",
        draw,
        ("agent", "environment_steps", "success_iqm", "low_95", "high_95"),
        rows,
        {titles[agent]: styles[agent] for agent in lines},
    )


def _ends(one: Line, index: int) -> tuple[str, str]:
    if one.low is None or one.high is None:
        return ("", "")
    return (f"{one.low[index]:.6g}", f"{one.high[index]:.6g}")


def _caption(lines: Mapping[str, Line]) -> str:
    counts = sorted({one.seeds for one in lines.values()})
    seeds = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    noun = "seed" if counts[-1:] == [1] else "seeds"
    if any(one.low is not None for one in lines.values()):
        return f"Interquartile mean over {seeds} {noun}; the band holds the whole curve with 95 % confidence."
    return f"Interquartile mean over {seeds} {noun}; too few for a band."


def _first_move(one: Line) -> float:
    """Where a curve leaves the ground: what a logarithmic axis must still show."""
    moved = np.flatnonzero((one.estimate > 0.02) & (one.step > 0))
    positive = one.step[one.step > 0]
    if positive.size == 0:
        return 1.0
    start = one.step[moved[0]] if moved.size else positive[-1]
    return float(max(positive[0], start / 2))
