"""A sweep whose sources stand under several conditions: what each came to, side by side."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lantern.experiments.report.answer import Answer, Span, answer, versus
from lantern.experiments.report.figure import Plot, Row, scale
from lantern.experiments.report.measures import Measures, Versus
from lantern.experiments.report.methods import hero, title
from lantern.experiments.report.number import listing, percent, percent_interval
from lantern.experiments.report.palette import INK, MUTED, Style
from lantern.experiments.report.parts import slug
from lantern.experiments.report.table import Cell, ratio_cell

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Side:
    """One agent under every condition, over all targets."""

    agent: str
    title: str
    ours: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class SideBySide:
    """What a report shows of conditions beside each other.

    Attributes
    ----------
    answer : Answer
        What the report opens on.
    conditions : tuple of str
    against : str
        The agent that ratios refer to, as readers know it; "" without one.
    rows : tuple of Side
        One row an agent.
    plots : tuple of Plot
        Ratios with their intervals, one figure a condition, on one scale.
    """

    answer: Answer
    conditions: tuple[str, ...]
    against: str
    rows: tuple[Side, ...]
    plots: tuple[Plot, ...]


def side_by_side(
    shown: Sequence[Measures], looks: Mapping[str, Style], titles: Mapping[str, str]
) -> SideBySide:
    """Put the conditions of a sweep side by side.

    Parameters
    ----------
    shown : sequence of Measures
        Numbers under each condition.
    looks, titles : mapping
        How agents are drawn and called.
    """
    baseline = next((one.baseline for one in shown if one.baseline), None)
    rows = ratios(shown)
    return SideBySide(
        _answer(shown, hero(titles, baseline)),
        tuple(one.condition or "plain list" for one in shown),
        titles[baseline] if baseline else "",
        rows,
        tuple(_plots(shown, baseline, looks, titles)),
    )


def ratios(shown: Sequence[Measures]) -> tuple[Side, ...]:
    """Ratios of all agents to the baseline under each condition, over all targets.

    Parameters
    ----------
    shown : sequence of Measures
        Numbers under each condition.
    """
    baseline = next((one.baseline for one in shown if one.baseline), None)
    agents = [agent for agent in shown[0].results.agents if any(agent in one.agents for one in shown)]
    ours = hero(agents, baseline)
    whole = [_against(one, baseline) for one in shown]
    return tuple(
        Side(
            agent,
            title(agent),
            agent == ours,
            tuple(_cell(each.get(agent), agent == baseline) for each in whole),
        )
        for agent in agents
    )


def _against(measures: Measures, baseline: str | None) -> dict[str, Versus]:
    return {agent: measures.overall(agent, baseline or agent) for agent in measures.agents}


def _cell(whole: Versus | None, base: bool) -> Cell:
    if whole is None:
        return Cell("–")
    return ratio_cell(whole.ratio, base)


def _answer(shown: Sequence[Measures], ours: str | None) -> Answer:
    """Open on the first condition; the others follow, a sentence each."""
    found = [(one.condition or "no condition", answer(one)) for one in shown]
    condition, first = found[0]
    headline = (Span(f"{condition[:1].upper()}{condition[1:]}: "), *first.headline)
    points = [f"{name[:1].upper()}{name[1:]}: {one.text}" for name, one in found[1:]]
    if ours is not None:
        for other in shown[0].results.references:
            points += _reference(shown, ours, other)
    points += [f"{condition[:1].upper()}{condition[1:]}: {point}" for point in versus(shown[0], ours)]
    warnings = dict.fromkeys(warning for _, one in found for warning in one.warnings)
    return Answer(headline, tuple(points), tuple(warnings))


def _reference(shown: Sequence[Measures], ours: str, other: str) -> Iterator[str]:
    """Compare with one of the sweep's references under every condition, in one sentence."""
    parts = []
    for one in shown:
        if other == ours or ours not in one.agents or other not in one.agents:
            continue
        ratio = one.overall(ours, other).ratio
        if ratio is not None and ratio.bound != "unknown":
            sign = f"{ratio.bound} " if ratio.bound else ""
            value = f"{sign}{percent(ratio.value)} {percent_interval(ratio.interval)}".rstrip()
            parts.append(f"{value} ({one.condition})" if one.condition else value)
    if parts:
        name = title(ours)
        yield f"Steps of {name} compared with those of {title(other)}: {listing(parts)}."


def _plots(
    shown: Sequence[Measures],
    baseline: str | None,
    looks: Mapping[str, Style],
    titles: Mapping[str, str],
) -> Iterator[Plot]:
    """Draw the ratios under each condition, with one scale for all."""
    if baseline is None:
        return
    whole = [_against(one, baseline) for one in shown]
    ends = [
        value
        for each in whole
        for one in each.values()
        if one.ratio is not None
        for value in (one.ratio.value, *(one.ratio.interval or ()))
        if 0 < value < math.inf
    ]
    if not ends:
        return
    limits = (min(*ends, 0.8) / 1.15, max(*ends, 1.25) * 1.15)
    for measures, each in zip(shown, whole, strict=True):
        yield _ratios(measures, each, limits, titles[baseline], looks, titles)


def _ratios(
    measures: Measures,
    each: Mapping[str, Versus],
    limits: tuple[float, float],
    against: str,
    looks: Mapping[str, Style],
    titles: Mapping[str, str],
) -> Plot:
    found = [one for one in each.values() if one.ratio is not None and one.ratio.bound != "unknown"]
    ordered = sorted(found, key=lambda one: -(one.ratio.value if one.ratio else 0.0))
    rows: list[Row] = [
        (one.agent, f"{one.ratio.value:.6g}", *(f"{end:.6g}" for end in one.ratio.interval or ()))
        for one in ordered
        if one.ratio is not None
    ]
    name = measures.condition or "plain list"
    bounds = any(one.ratio is not None and one.ratio.bound for one in ordered)
    arrow = " An arrow marks a bound: censored runs hide how large the ratio is." if bounds else ""
    targets = len(measures.targets)
    where = f"over {targets} targets (geometric mean)" if targets > 1 else f"on {measures.targets[0]}"
    return Plot(
        f"conditions-{slug(name)}",
        name[:1].upper() + name[1:],
        f"Interquartile mean steps to the threshold divided by those of {against}, {where}; further to the "
        f"left is better.{arrow}",
        lambda axes: _draw(axes, ordered, limits, looks, titles),
        ("agent", "ratio", "low_95", "high_95"),
        rows,
        height=70 + 24 * max(len(ordered), 2),
        left=24 + 6.6 * max((len(titles[one.agent]) for one in ordered), default=10),
    )


def _draw(
    axes: Axes,
    items: Sequence[Versus],
    limits: tuple[float, float],
    looks: Mapping[str, Style],
    titles: Mapping[str, str],
) -> None:
    """Draw ratios with their intervals, one a row, on a logarithmic axis around no difference."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axes.set_xscale("log")
    axes.set_xlim(*limits)
    axes.axvline(1.0, color=MUTED.light, linewidth=0.9, linestyle=(0, (1, 2.5)), zorder=1)
    for row, one in enumerate(items):
        if one.ratio is None:
            continue
        style = looks[one.agent]
        if one.ratio.interval is not None:
            axes.plot(
                one.ratio.interval,
                [row, row],
                color=style.colour.light,
                linewidth=5 * scale(),
                alpha=0.35,
                solid_capstyle="round",
            )
        arrow = {"at most": "<", "at least": ">"}.get(one.ratio.bound or "", style.marker)
        axes.plot(one.ratio.value, row, marker=arrow, color=style.colour.light, clip_on=False)
    axes.set_yticks(range(len(items)), [titles[one.agent] for one in items], color=INK.light)
    axes.set_ylim(-0.6, len(items) - 0.4)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(LogLocator(base=10, subs=(1.0, 2.0, 5.0), numticks=8))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:g}%"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.grid(axis="x")
    axes.set_xlabel("share of the baseline's steps (logarithmic)")
