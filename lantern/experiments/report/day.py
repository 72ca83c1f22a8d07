"""A plant's day under each controller: emissions against their limits, and what the controller asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lantern.experiments.report.figure import Plot, Row, curve
from lantern.experiments.report.palette import MUTED, Style, styles

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]
Episode = Sequence[Mapping[str, Any]]

_NAMES = {"co": "CO", "nox": "NOx", "so2": "SO2", "hcl": "HCl", "dust": "dust"}


def day_figures(
    key: str, episodes: Mapping[str, Episode], ours: str | None, looks: Mapping[str, Style],
    titles: Mapping[str, str],
) -> tuple[Plot, ...]:  # fmt: skip
    """Draw a day.

    Parameters
    ----------
    key : str
        Prefix of file names.
    episodes : mapping of agent to list of dict
        One episode each; those without a ``day`` in their steps are left out.
    ours : str or None
        The agent whose emissions and trims are shown one by one.
    looks, titles : mapping of agent to Style, str
        How agents are drawn and called.

    Returns
    -------
    tuple of Plot
        Empty where no episode is a plant's day.
    """
    days = {agent: one for agent, one in episodes.items() if one and "limits" in one[0].get("day", {})}
    if not days:
        return ()
    plots = [_largest(f"{key}-day", days, looks, titles)]
    if ours in days:
        plots.append(_emissions(f"{key}-day-emissions", days[ours], titles[ours]))
        plots.append(_trims(f"{key}-day-trims", days[ours], titles[ours]))
    return tuple(plots)


def _ratios(episode: Episode, prefix: str = "") -> dict[str, Floats]:
    """Short means of each pollutant relative to their limits, as they run."""
    first = episode[0]["day"]
    hours = np.diff([0.0, *(step["day"]["hour"] for step in episode)])
    length = max(1, round(first["minutes"] / 60.0 / float(np.median(hours))))
    found = {}
    for name, limit in first["limits"].items():
        values = np.array([step["day"][prefix + name] for step in episode], dtype=float)
        sums = np.cumsum(np.concatenate([np.zeros(1), values]))
        start = np.maximum(np.arange(1, len(values) + 1) - length, 0)
        end = np.arange(1, len(values) + 1)
        found[name] = (sums[end] - sums[start]) / (end - start) / limit
    return found


def _hours(episode: Episode) -> Floats:
    return np.array([step["day"]["hour"] for step in episode], dtype=float)


def _axes(axes: Axes, hours: Floats, label: str) -> None:
    axes.set_xlim(0, float(hours[-1]))
    axes.set_xlabel("hour of the day")
    axes.set_ylabel(label)
    axes.grid(axis="y")


def _plot(
    name: str, heading: str, caption: str, lines: Mapping[str, tuple[Floats, Floats]],
    looks: Mapping[str, Style], label: str, limit: float | None,
) -> Plot:  # fmt: skip
    def draw(axes: Axes) -> None:
        for order, (line, (x, y)) in enumerate(lines.items()):
            curve(axes, x, y, (None, None), looks[line], order)
        _axes(axes, next(iter(lines.values()))[0], label)
        if limit is not None:
            axes.axhline(limit, color=MUTED.light, linewidth=0.9, linestyle=(0, (1, 2.5)), zorder=1)
            axes.set_ylim(0, None)

    rows: list[Row] = [
        (line, f"{x:g}", f"{y:.6g}") for line, (xs, ys) in lines.items() for x, y in zip(xs, ys, strict=True)
    ]
    return Plot(name, heading, caption, draw, ("line", "hour", "value"), rows, looks, height=260)


def _largest(
    name: str, days: Mapping[str, Episode], looks: Mapping[str, Style], titles: Mapping[str, str]
) -> Plot:
    lines = {}
    for agent, one in days.items():
        lines[titles[agent]] = (_hours(one), np.max(list(_ratios(one).values()), axis=0))
    minutes = next(iter(days.values()))[0]["day"]["minutes"]
    return _plot(
        name,
        "The same day under each controller",
        f"Largest ratio of a running {minutes:g} min mean to its limit; the dotted line is the limit. The "
        "waste is the same for all and was in no training.",
        lines,
        {titles[agent]: looks[agent] for agent in days},
        "largest ratio to a limit",
        1.0,
    )


def _emissions(name: str, episode: Episode, agent: str) -> Plot:
    ratios, hours = _ratios(episode), _hours(episode)
    lines = {_NAMES.get(pollutant, pollutant): (hours, ratio) for pollutant, ratio in ratios.items()}
    return _plot(
        name,
        f"Emissions under {agent}",
        "Running means of each pollutant relative to its limit on the same day.",
        lines,
        styles(tuple(lines), None, None),
        "ratio to the limit",
        1.0,
    )


def _trims(name: str, episode: Episode, agent: str) -> Plot:
    names = [str(trim).replace("_", " ") for trim in episode[0]["day"]["trims"]]
    actions = np.array([step["action"] for step in episode], dtype=float)
    lines = {trim: (_hours(episode), actions[:, at]) for at, trim in enumerate(names)}
    return _plot(
        name,
        f"What {agent} asked for",
        "Trims of the usual control's set-points, -1 to 1; 0 is usual control. A positive one of NOx and "
        "acid asks for cleaner gas.",
        lines,
        styles(tuple(lines), None, None),
        "trim",
        None,
    )
