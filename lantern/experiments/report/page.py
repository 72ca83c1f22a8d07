"""What the page shows, gathered from the results: one value for each part of it, ready for the template."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lantern.experiments.report.alignment import Links, link, proposition_pairs, state_weights
from lantern.experiments.report.answer import Answer, answer
from lantern.experiments.report.automaton import Automaton, State, describe, load_dfa
from lantern.experiments.report.comparison import performance_profiles, probability_of_improvement
from lantern.experiments.report.curves import Line, learning_curves
from lantern.experiments.report.episode import Replay, grid_map, replay
from lantern.experiments.report.facts import Provenance, provenance
from lantern.experiments.report.figure import Plot
from lantern.experiments.report.measures import Measures
from lantern.experiments.report.methods import hero, reconstruction_note, title
from lantern.experiments.report.palette import Style, styles
from lantern.experiments.report.survival import time_to_threshold
from lantern.experiments.report.table import TableRows, bars, table_rows
from lantern.experiments.report.trust import arm_styles, mean_trust, trust_plot

if TYPE_CHECKING:
    from lantern.experiments.results import Job, Results, Target

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class StateTrust:
    """Trust over time in one state of the target's automaton."""

    state: State
    plot: Plot


@dataclass(frozen=True)
class TargetPart:
    """The part of the page about one target; parts that the results do not hold are empty."""

    key: str
    target: Target
    automaton: Automaton | None
    links: tuple[Links, ...]
    trust: tuple[StateTrust, ...]
    trust_legend: Mapping[str, Style]
    replay: Replay | None
    agent: str


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
    bars : mapping of (target, agent) to str
        Small SVGs for the table.
    styles, titles : mapping
        How agents are drawn and called.
    learning : mapping of target to tuple of Plot
        Learning curves and time to threshold.
    comparing : tuple of Plot
        Profiles and probability of improvement.
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
    styles: Mapping[str, Style]
    titles: Mapping[str, str]
    learning: Mapping[str, tuple[Plot, ...]]
    comparing: tuple[Plot, ...]
    targets: tuple[TargetPart, ...]
    provenance: Provenance
    note: str

    @property
    def legend(self) -> dict[str, Style]:
        """Agents as they are called, and how they are drawn."""
        return {self.titles[agent]: style for agent, style in self.styles.items()}

    @property
    def plots(self) -> Iterator[Plot]:
        """Every figure, in the order of the page."""
        for plots in self.learning.values():
            yield from plots
        yield from self.comparing
        for part in self.targets:
            yield from (item.plot for item in part.trust)


def slug(text: str) -> str:
    """Make a name fit for ids and file names."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "x"


def make_page(results: Results) -> Page:
    """Gather everything that a report shows."""
    measures = Measures(results)
    ours = hero(measures.agents, measures.baseline)
    looks = styles(measures.agents, ours, measures.baseline)
    titles = {agent: title(agent) for agent in measures.agents}
    table = table_rows(results, measures)
    keys = {target: f"t{index}-{slug(target)}" for index, target in enumerate(results.targets)}
    learning = {
        target: tuple(_learning(measures, target, keys[target], looks, titles))
        for target in results.targets
        if any(at == target for at, _ in measures.table)
    }
    return Page(
        results=results,
        answer=answer(measures),
        table=table,
        bars=bars(table, looks, results.steps),
        styles=looks,
        titles=titles,
        learning=learning,
        comparing=tuple(_comparing(measures, ours, looks, titles)),
        targets=tuple(
            _target(measures, target, keys[name], ours) for name, target in results.targets.items()
        ),
        provenance=provenance(results),
        note=reconstruction_note((*results.agents, *(a for a in _source_agents(results)))),
    )


def _source_agents(results: Results) -> Iterator[str]:
    for target in results.targets.values():
        yield from (source.agent for source in target.sources if source.agent)


def _learning(
    measures: Measures, target: str, key: str, looks: Mapping[str, Style], titles: Mapping[str, str]
) -> Iterator[Plot]:
    results = measures.results
    agents = [agent for at, agent in measures.table if at == target]
    lines = {agent: measures.line(target, agent) for agent in agents}
    reached = {agent: measures.reached(target, agent) for agent in agents}
    shown = {agent: looks[agent] for agent in agents}
    budget = float(max(results.steps, *(line.step[-1] for line in lines.values())))
    common = (shown, titles, results.threshold, budget)
    yield learning_curves(f"{key}-curves", "Success while learning", lines, *common)
    yield time_to_threshold(f"{key}-time", "Time to threshold", reached, *common)


def _comparing(
    measures: Measures, ours: str | None, looks: Mapping[str, Style], titles: Mapping[str, str]
) -> Iterator[Plot]:
    if ours is None:
        return
    count = len(measures.targets)
    where = f"on {count} targets" if count > 1 else f"on {measures.targets[0]}"
    profiles = {agent: measures.profile(agent) for agent in measures.agents}
    yield performance_profiles("profiles", profiles, looks, titles, where)
    found = [measures.improvement(ours, other) for other in measures.agents if other != ours]
    items = [item for item in found if item is not None]
    if items:
        yield probability_of_improvement("improvement", ours, items, looks, titles)


def _target(measures: Measures, target: Target, key: str, ours: str | None) -> TargetPart:
    results = measures.results
    dfa = load_dfa(target.dfa)
    automaton = describe(dfa, f"{key}-dfa", f"Automaton of the task: {target.task}") if dfa else None
    jobs = results.of(target.name, ours) if ours else ()
    typical = _typical(jobs, measures, target.name)
    states = automaton.states if automaton else ()
    arms, trust = _trust(measures, jobs, key, states)
    shown = None
    if typical is not None:
        shown = replay(typical.episode, states, grid_map(target.env), typical.seed, f"{key}-map")
    return TargetPart(
        key=key,
        target=target,
        automaton=automaton,
        links=tuple(_links(target, typical, states, key)),
        trust=trust,
        trust_legend=arms,
        replay=shown,
        agent=title(ours) if ours else "",
    )


def _typical(jobs: tuple[Job, ...], measures: Measures, target: str) -> Job | None:
    """Return the run in the middle by steps to threshold: the luckiest would not be a fair picture."""
    if not jobs:
        return None
    [cell] = [cell for cell in measures.cells(jobs[0].agent) if cell.target == target]
    order = sorted(range(len(jobs)), key=lambda index: (cell.durations.bounds[index], index))
    return jobs[order[(len(jobs) - 1) // 2]]


def _links(target: Target, job: Job | None, states: tuple[State, ...], key: str) -> Iterator[Links]:
    if job is None or not states:
        return
    for index, source in enumerate(target.sources):
        weights = state_weights(job.alignment, source.name)
        dfa = load_dfa(source.dfa)
        if weights is None or dfa is None:
            continue
        name = f"{key}-s{index}"
        theirs = describe(dfa, f"{name}-dfa", f"Automaton of the source {source.name}")
        pairs = proposition_pairs(job.alignment, source.name)
        yield link(source, weights, states, theirs, f"{name}-links", pairs)


MOST_TRUST = 16  # states whose trust is shown; of more, those where it moved most


def _moving(weight: Floats, states: tuple[State, ...]) -> list[int]:
    """States in which there is something left to decide; of many, those in which trust moved most."""
    over = {state.index for state in states if state.over}
    waiting = [index for index in range(weight.shape[3]) if index not in over]
    moved = np.ptp(weight.mean(axis=0), axis=0).max(axis=0)
    most = sorted(waiting, key=lambda index: (-moved[index], index))[:MOST_TRUST]
    return sorted(most)


def _trust(
    measures: Measures, jobs: tuple[Job, ...], key: str, states: tuple[State, ...]
) -> tuple[dict[str, Style], tuple[StateTrust, ...]]:
    """Trust over time in every state in which there is something left to decide."""
    found = mean_trust(jobs)
    if found is None:
        return {}, ()
    arms, step, weight = found
    looks = arm_styles(arms)
    budget = float(max(measures.results.steps, step[-1]))
    shown = []
    for index in _moving(weight, states):
        state = states[index] if index < len(states) else State(index, "", ())
        name = f"{key}-trust-{index}"
        lines: dict[str, Line] = {
            arm: measures.band(step, weight[:, :, n, index], f"{name}/{arm}", resamples=500)
            for n, arm in enumerate(arms)
        }
        shown.append(StateTrust(state, trust_plot(name, state, lines, looks, budget)))
    return looks, tuple(shown)
