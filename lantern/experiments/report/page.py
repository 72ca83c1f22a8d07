"""What the page shows, gathered from the results: one value for each part of it, ready for the template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lantern.experiments.report.answer import Answer, answer
from lantern.experiments.report.comparison import performance_profiles, probability_of_improvement
from lantern.experiments.report.conditions import SideBySide, side_by_side
from lantern.experiments.report.curves import learning_curves
from lantern.experiments.report.facts import Provenance, provenance
from lantern.experiments.report.figure import Plot
from lantern.experiments.report.measured import Measured, tables_of
from lantern.experiments.report.measures import Measures, views
from lantern.experiments.report.methods import hero, reconstruction_note, title
from lantern.experiments.report.number import percent
from lantern.experiments.report.palette import Style, styles
from lantern.experiments.report.parts import TargetPart, slug, target_part
from lantern.experiments.report.survival import time_to_threshold
from lantern.experiments.report.table import TableRows, bars, table_rows

if TYPE_CHECKING:
    from lantern.experiments.results import Results


@dataclass(frozen=True)
class View:
    """Figures of the page under one condition of the sources; "" for a sweep without any.

    Attributes
    ----------
    condition : str
    learning : mapping of target to tuple of Plot
        Learning curves and time to threshold.
    comparing : tuple of Plot
        Profiles and probability of improvement.
    """

    condition: str
    learning: Mapping[str, tuple[Plot, ...]]
    comparing: tuple[Plot, ...]


@dataclass(frozen=True)
class Page:
    """All of a report.

    Attributes
    ----------
    results : Results
        What it is made of.
    answer : Answer
        What it says first.
    table : TableRows
        The summary table.
    bars : mapping of (place, agent) to str
        Small SVGs for the table.
    measured : tuple of Measured
        What evaluations measured beside success, by condition; empty where nothing was.
    sides : SideBySide or None
        Conditions beside each other; None for a sweep without any.
    styles, titles : mapping
        How agents are drawn and called.
    views : tuple of View
        Figures, by condition.
    targets : tuple of TargetPart
        What is shown of each target.
    provenance : Provenance
        Commands, versions, machine, settings.
    note : str
        Which methods are our reconstruction.
    """

    results: Results
    answer: Answer
    table: TableRows
    bars: Mapping[tuple[str, str], str]
    measured: tuple[Measured, ...]
    sides: SideBySide | None
    styles: Mapping[str, Style]
    titles: Mapping[str, str]
    views: tuple[View, ...]
    targets: tuple[TargetPart, ...]
    provenance: Provenance
    note: str

    @property
    def legend(self) -> dict[str, Style]:
        """Agents as they are called, and how they are drawn."""
        return {self.titles[agent]: style for agent, style in self.styles.items()}

    @property
    def goal(self) -> str:
        """What the table counts steps to."""
        goals = {self.results.threshold_of(target) for target in self.results.targets}
        return f"{percent(goals.pop())} success" if len(goals) == 1 else "the threshold"

    @property
    def plots_compare(self) -> bool:
        """Whether there is anything to compare over all runs."""
        return any(view.comparing for view in self.views)

    @property
    def learning(self) -> dict[str, list[tuple[Plot, ...]]]:
        """Figures of learning by target: of each kind those of all conditions, to stand side by side."""
        found: dict[str, list[tuple[Plot, ...]]] = {}
        for target in self.results.targets:
            shown = [view.learning[target] for view in self.views if target in view.learning]
            if shown:
                kinds = list(zip(*shown, strict=True))
                found[target] = kinds if len(shown) > 1 else [tuple(plot for (plot,) in kinds)]
        return found

    @property
    def plots(self) -> Iterator[Plot]:
        """Every figure, in the order of the page."""
        if self.sides is not None:
            yield from self.sides.plots
        for kinds in self.learning.values():
            for plots in kinds:
                yield from plots
        for view in self.views:
            yield from view.comparing
        for part in self.targets:
            for condition in part.conditions:
                yield from (item.plot for item in condition.trust)
                yield from condition.day
                yield from condition.surrogate


def make_page(results: Results) -> Page:
    """Gather everything that a report shows."""
    shown = views(results)
    agents = tuple(agent for agent in results.agents if any(agent in one.agents for one in shown))
    baseline = next((one.baseline for one in shown if one.baseline), None)
    looks = styles(agents, hero(agents, baseline), baseline)
    titles = {agent: title(agent) for agent in agents}
    table = table_rows(results, shown)
    keys = {target: f"t{index}-{slug(target)}" for index, target in enumerate(results.targets)}
    sides = side_by_side(shown, looks, titles) if results.conditions != ("",) else None
    return Page(
        results=results,
        answer=sides.answer if sides else answer(shown[0]),
        table=table,
        bars=bars(table, looks),
        measured=tables_of(shown),
        sides=sides,
        styles=looks,
        titles=titles,
        views=tuple(_view(measures, keys, looks, titles) for measures in shown),
        targets=tuple(
            target_part(target, keys[name], shown, looks, titles) for name, target in results.targets.items()
        ),
        provenance=provenance(results),
        note=reconstruction_note((*results.agents, *(a for a in _source_agents(results)))),
    )


def _source_agents(results: Results) -> Iterator[str]:
    for target in results.targets.values():
        yield from (source.agent for source in target.sources if source.agent)


def _view(
    measures: Measures, keys: Mapping[str, str], looks: Mapping[str, Style], titles: Mapping[str, str]
) -> View:
    suffix = f"-{slug(measures.condition)}" if measures.condition else ""
    with_runs = [target for target in measures.targets if any(at == target for at, _ in measures.table)]
    return View(
        measures.condition,
        {t: tuple(_learning(measures, t, keys[t] + suffix, looks, titles)) for t in with_runs},
        tuple(_comparing(measures, suffix, looks, titles)),
    )


def _learning(
    measures: Measures, target: str, key: str, looks: Mapping[str, Style], titles: Mapping[str, str]
) -> Iterator[Plot]:
    agents = [agent for at, agent in measures.table if at == target]
    lines = {agent: measures.line(target, agent) for agent in agents}
    reached = {agent: measures.reached(target, agent) for agent in agents}
    shown = {agent: looks[agent] for agent in agents}
    budget = float(max(measures.results.steps_of(target), *(line.step[-1] for line in lines.values())))
    common = (shown, titles, measures.results.threshold_of(target), budget)
    under = f" · {measures.condition}" if measures.condition else ""
    yield learning_curves(f"{key}-curves", f"Success while learning{under}", lines, *common)
    yield time_to_threshold(f"{key}-time", f"Time to threshold{under}", reached, *common)


def _comparing(
    measures: Measures, suffix: str, looks: Mapping[str, Style], titles: Mapping[str, str]
) -> Iterator[Plot]:
    ours = hero(measures.agents, measures.baseline)
    if ours is None:
        return
    count = len(measures.targets)
    where = f"on {count} targets" if count > 1 else f"on {measures.targets[0]}"
    profiles = {agent: measures.profile(agent) for agent in measures.agents}
    yield performance_profiles(f"profiles{suffix}", profiles, looks, titles, where)
    found = [measures.improvement(ours, other) for other in measures.agents if other != ours]
    items = [item for item in found if item is not None]
    if items:
        yield probability_of_improvement(f"improvement{suffix}", ours, items, looks, titles)
