"""Time to threshold: which share of the seeds had learned the task after how many steps (Kaplan-Meier)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lantern.experiments.report.figure import Plot, Row, line, share_axis, step_axis
from lantern.experiments.report.number import listing, percent
from lantern.experiments.report.palette import Style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Reached:
    """Share of one agent's seeds that had reached the threshold, as a step function.

    Attributes
    ----------
    step : float64[K]
        Environment steps at which the share rises, increasing.
    share : float64[K]
        Share from there on, 1 minus the Kaplan-Meier survival.
    seeds, censored : int
        Number of runs, and how many of them never got there.
    """

    step: Floats
    share: Floats
    seeds: int
    censored: int


def time_to_threshold(
    name: str,
    heading: str,
    reached: Mapping[str, Reached],
    styles: Mapping[str, Style],
    titles: Mapping[str, str],
    threshold: float,
    budget: float,
) -> Plot:
    """Draw the share of seeds that reached the threshold against environment steps."""

    def draw(axes: Axes) -> None:
        step_axis(axes, [x / 1.6 for one in reached.values() for x in one.step[:1]], budget)
        share_axis(axes, "share of seeds that got there")
        left = axes.get_xlim()[0]
        for order, (agent, one) in enumerate(reversed(list(reached.items()))):
            _draw(axes, one, styles[agent], order, left, budget)

    rows: list[Row] = [
        (agent, f"{x:g}", f"{y:.6g}")
        for agent, one in reached.items()
        for x, y in zip(one.step, one.share, strict=True)
    ]
    return Plot(
        name,
        heading,
        f"Share of seeds whose greedy policy had reached {percent(threshold)} success (Kaplan-Meier). "
        + _caption(reached, titles),
        draw,
        ("agent", "environment_steps", "share_reached"),
        rows,
        {titles[agent]: styles[agent] for agent in reached},
    )


def _caption(reached: Mapping[str, Reached], titles: Mapping[str, str]) -> str:
    short = [f"{titles[agent]} {one.censored}" for agent, one in reached.items() if one.censored]
    if not short:
        return "Every seed got there."
    return f"Seeds that never did within the budget, a cross at the right end: {listing(short)}."


def _draw(axes: Axes, one: Reached, style: Style, order: int, left: float, budget: float) -> None:
    x = np.concatenate([[left], one.step, [budget]])
    y = np.concatenate([[0.0], one.share, one.share[-1:] if one.share.size else [0.0]])
    axes.step(x, y, where="post", zorder=3 + order, **line(style))
    if one.share.size:
        middle = int(np.searchsorted(one.share, one.share[-1] / 2))
        axes.plot(
            one.step[middle], one.share[middle], marker=style.marker, color=style.colour.light, zorder=9
        )
    if one.censored:
        axes.plot(budget, y[-1], marker="x", color=style.colour.light, clip_on=False, zorder=9)
