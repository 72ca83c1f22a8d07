"""Comparisons over all runs: performance profiles and probability of improvement (Agarwal et al. 2021)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lantern.experiments.report.figure import Plot, Row, curve, scale, share_axis
from lantern.experiments.report.palette import INK, MUTED, Style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Profile:
    """Share of one agent's runs that score above each level.

    Attributes
    ----------
    level : float64[K]
        Levels of the score, increasing.
    share : float64[K]
        Share of runs above it, in [0, 1].
    low, high : float64[K] or None
        Ends of the 95 % interval.
    """

    level: Floats
    share: Floats
    low: Floats | None
    high: Floats | None


@dataclass(frozen=True)
class Improvement:
    """Probability that a run of one agent beats a run of another."""

    over: str
    estimate: float
    low: float | None
    high: float | None


def performance_profiles(
    name: str,
    profiles: Mapping[str, Profile],
    styles: Mapping[str, Style],
    titles: Mapping[str, str],
    where: str,
) -> Plot:
    """Performance profiles of the area under the learning curve."""

    def draw(axes: Axes) -> None:
        share_axis(axes, "share of runs above")
        low = min((_start(one) for one in profiles.values()), default=0.0)
        axes.set_xlim(low, 1.0)
        axes.set_xlabel("mean success during learning, \u03c4")
        for order, (agent, one) in enumerate(reversed(list(profiles.items()))):
            curve(axes, one.level, one.share, (one.low, one.high), styles[agent], order)

    rows: list[Row] = [
        (agent, f"{x:.6g}", f"{y:.6g}")
        for agent, one in profiles.items()
        for x, y in zip(one.level, one.share, strict=True)
    ]
    return Plot(
        name,
        "Performance profiles",
        f"Share of runs {where} whose success rate, averaged over training, is above \u03c4; "
        "higher and further to the right is better.",
        draw,
        ("agent", "tau", "share_of_runs_above"),
        rows,
        {titles[agent]: styles[agent] for agent in profiles},
    )


def _start(one: Profile) -> float:
    """Level from which a profile says something: the last one that all runs exceed, rounded down."""
    full = one.level[one.share >= 1.0]
    return float(np.floor(full[-1] * 10) / 10) if full.size else 0.0


def probability_of_improvement(
    name: str, agent: str, items: list[Improvement], styles: Mapping[str, Style], titles: Mapping[str, str]
) -> Plot:
    """Draw, for each other agent, how probable it is that a run of ``agent`` beats one of its runs."""
    ordered = sorted(items, key=lambda item: item.estimate)
    rows: list[Row] = [
        (
            agent,
            item.over,
            f"{item.estimate:.6g}",
            *("" if v is None else f"{v:.6g}" for v in (item.low, item.high)),
        )
        for item in ordered
    ]
    bars = " Bars are 95 % bootstrap intervals." if any(item.low is not None for item in ordered) else ""
    return Plot(
        name,
        "Probability of improvement",
        f"How probable it is that a run of {titles[agent]} needs fewer steps to the threshold than one of "
        f"the other agent (mean over targets); 50 % is no difference.{bars}",
        lambda axes: _forest(axes, ordered, styles, titles),
        ("agent", "over", "probability", "low_95", "high_95"),
        rows,
        height=64 + 36 * max(len(ordered), 2),
        left=24 + 6.6 * max(len(titles[item.over]) for item in ordered),
    )


def _forest(
    axes: Axes, items: list[Improvement], styles: Mapping[str, Style], titles: Mapping[str, str]
) -> None:
    """Draw estimates with their intervals, one a row, around the line of no difference."""
    axes.axvline(0.5, color=MUTED.light, linewidth=0.9, linestyle=(0, (1, 2.5)), zorder=1)
    for row, item in enumerate(items):
        style = styles[item.over]
        if item.low is not None and item.high is not None:
            axes.plot(
                [item.low, item.high],
                [row, row],
                color=style.colour.light,
                linewidth=5 * scale(),
                alpha=0.35,
                solid_capstyle="round",
            )
        axes.plot(item.estimate, row, marker=style.marker, color=style.colour.light, clip_on=False)
    axes.set_yticks(range(len(items)), [titles[item.over] for item in items], color=INK.light)
    axes.set_ylim(-0.6, len(items) - 0.4)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1.0], ["0%", "25%", "50%", "75%", "100%"])
    axes.grid(axis="x")
    axes.set_xlabel("probability of improvement")
