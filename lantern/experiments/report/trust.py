"""Trust over time: how far the gate leaned on each teacher, in each state of the target's automaton."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lantern.experiments.report.automaton import State
from lantern.experiments.report.curves import Line
from lantern.experiments.report.figure import Plot, Row, curve, share_axis, step_axis
from lantern.experiments.report.palette import Style, styles

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from lantern.experiments.results import Job

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def arm_styles(arms: Sequence[str]) -> dict[str, Style]:
    """Styles of the arms of a gate: learning alone is drawn in the colour of the text."""
    return styles(arms, None, arms[-1]) if arms else {}


def mean_trust(jobs: Sequence[Job]) -> tuple[tuple[str, ...], Floats, Floats] | None:
    """Stack the trust of all seeds.

    Returns
    -------
    arms : tuple of str
        Names of the teachers, then learning alone.
    step : float64[T]
        Environment steps at which all of these seeds noted their trust; of many, a readable choice.
    weight : float64[n, T, N+1, U]
        Trust by seed, step, arm and DFA state. None where no job noted any.
    """
    noted = [job.trust for job in jobs if job.trust is not None and job.trust.step.size]
    if not noted:
        return None
    arms = (*noted[0].arms[:-1], "learning alone")
    same = [
        one
        for one in noted
        if one.arms == noted[0].arms and one.weight.shape[1:] == noted[0].weight.shape[1:]
    ]
    step = same[0].step
    for one in same[1:]:
        step = np.intersect1d(step, one.step)
    if step.size == 0:
        same, step = same[:1], same[0].step
    step = _thinned(step)
    weight = np.stack([one.weight[np.isin(one.step, step)] for one in same])
    return arms, step.astype(np.float64), weight


def _thinned(step: Integers, most: int = 90) -> Integers:
    """Keep at most so many steps, dense at the start where trust moves, with both ends."""
    if step.size <= most:
        return step
    even = np.linspace(0, step.size - 1, most // 2)
    early = np.geomspace(1, step.size, most // 2) - 1
    return step[np.unique(np.concatenate([even, early]).round().astype(np.int64))]


def trust_plot(
    name: str, state: State, lines: Mapping[str, Line], looks: Mapping[str, Style], budget: float
) -> Plot:
    """Draw the trust in each arm over time, in one DFA state.

    Parameters
    ----------
    name : str
        Stem of the files.
    state : State
        The DFA state.
    lines : mapping of arm to Line
        Mean trust over seeds, in [0, 1], with its interval.
    looks : mapping of arm to Style
        How each arm is drawn.
    budget : float
        Environment steps of a run.
    """

    def draw(axes: Axes) -> None:
        positive = [float(one.step[one.step > 0][0]) for one in lines.values() if np.any(one.step > 0)]
        step_axis(axes, positive, budget)
        share_axis(axes, "share of trust")
        for order, (arm, one) in enumerate(lines.items()):
            curve(axes, one.step, one.estimate, (one.low, one.high), looks[arm], order)

    rows: list[Row] = [
        (arm, f"{x:g}", f"{y:.6g}")
        for arm, one in lines.items()
        for x, y in zip(one.step, one.estimate, strict=True)
    ]
    seeds = max((one.seeds for one in lines.values()), default=0)
    plural = "" if seeds == 1 else "s"
    shown = any(one.low is not None for one in lines.values())
    band = "; the band holds the whole curve with 95 % confidence" if shown else ""
    return Plot(
        name,
        f"State {state.index}",
        " ".join(
            [state.sentence, f"Share of trust, interquartile mean over {seeds} seed{plural}{band}."]
        ).strip(),
        draw,
        ("arm", "environment_steps", "trust"),
        rows,
        looks,
        height=250,
    )
