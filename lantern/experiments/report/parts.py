"""The part of the page about one target: its task, and what its sources had to say under each condition."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lantern.experiments.report.alignment import Links, link, proposition_pairs, state_weights
from lantern.experiments.report.automaton import Automaton, State, describe, load_dfa
from lantern.experiments.report.curves import Line
from lantern.experiments.report.day import day_figures
from lantern.experiments.report.episode import Replay, grid_map, replay
from lantern.experiments.report.figure import Plot
from lantern.experiments.report.measures import Measures
from lantern.experiments.report.methods import hero, title
from lantern.experiments.report.palette import Style
from lantern.experiments.report.surrogate import surrogate_figures
from lantern.experiments.report.trust import arm_styles, mean_trust, trust_plot

if TYPE_CHECKING:
    from lantern.experiments.results import Job, Target

Floats = NDArray[np.float64]
MOST_TRUST = 16  # states whose trust is shown; of more, those where it moved most
MOST_IN_ALL = 96  # of such figures on a page: a sweep of many targets and conditions shows fewer of each


@dataclass(frozen=True)
class StateTrust:
    """Trust over time in one state of the target's automaton."""

    state: State
    plot: Plot


@dataclass(frozen=True)
class ConditionPart:
    """What happened on a target under one condition; parts that the results do not hold are empty."""

    key: str
    condition: str
    target: Target
    links: tuple[Links, ...]
    trust: tuple[StateTrust, ...]
    trust_legend: Mapping[str, Style]
    replay: Replay | None
    agent: str
    day: tuple[Plot, ...]
    surrogate: tuple[Plot, ...]


@dataclass(frozen=True)
class TargetPart:
    """The part of the page about one target."""

    key: str
    target: Target
    automaton: Automaton | None
    conditions: tuple[ConditionPart, ...]


def target_part(
    target: Target,
    key: str,
    shown: Sequence[Measures],
    looks: Mapping[str, Style],
    titles: Mapping[str, str],
) -> TargetPart:
    """Gather what the page shows of a target.

    Parameters
    ----------
    target : Target
        With the sources of all conditions.
    key : str
        Prefix of ids and file names.
    shown : sequence of Measures
        Numbers under each condition of the sweep.
    looks, titles : mapping of agent to Style, str
        How agents are drawn and called.
    """
    dfa = load_dfa(target.dfa)
    automaton = describe(dfa, f"{key}-dfa", f"Automaton of the task: {target.task}") if dfa else None
    states = automaton.states if automaton else ()
    here = [measures for measures in shown if target.name in measures.targets]
    places = sum(len(measures.targets) for measures in shown)
    most = max(2, min(MOST_TRUST, MOST_IN_ALL // max(places, 1)))
    conditions = tuple(
        _condition(
            measures,
            target.name,
            f"{key}-{slug(measures.condition)}" if measures.condition else key,
            states,
            most,
            (looks, titles),
        )
        for measures in here
    )
    return TargetPart(key, target, automaton, conditions)


def slug(text: str) -> str:
    """Make a name fit for ids and file names."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "x"


def _condition(
    measures: Measures,
    name: str,
    key: str,
    states: tuple[State, ...],
    most: int,
    look: tuple[Mapping[str, Style], Mapping[str, str]],
) -> ConditionPart:
    target = measures.results.targets[name]
    ours = hero(measures.agents, measures.baseline)
    jobs = measures.results.of(name, ours) if ours else ()
    typical = _typical(jobs, measures, name)
    arms, trust = _trust(measures, jobs, key, states, most)
    shown = None
    first = {agent: measures.results.of(name, agent)[:1] for agent in measures.agents}
    order = sorted(first, key=lambda agent: agent != ours)
    day = day_figures(key, {agent: jobs[0].episode for agent, jobs in first.items() if jobs}, ours, *look)
    if typical is not None and not day:
        shown = replay(typical.episode, states, grid_map(target.env), typical.seed, f"{key}-map")
    return ConditionPart(
        key=key,
        condition=measures.condition,
        target=target,
        links=tuple(_links(target, typical, states, key)),
        trust=trust,
        trust_legend=arms,
        replay=shown,
        agent=title(ours) if ours else "",
        day=day,
        surrogate=surrogate_figures(key, [jobs[0].episode for jobs in (first[a] for a in order) if jobs]),
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


def _moving(weight: Floats, states: tuple[State, ...], limit: int) -> list[int]:
    """States in which there is something left to decide; of many, those in which trust moved most."""
    over = {state.index for state in states if state.over}
    waiting = [index for index in range(weight.shape[3]) if index not in over]
    moved = np.ptp(weight.mean(axis=0), axis=0).max(axis=0)
    most = sorted(waiting, key=lambda index: (-moved[index], index))[:limit]
    return sorted(most)


def _trust(
    measures: Measures, jobs: tuple[Job, ...], key: str, states: tuple[State, ...], most: int
) -> tuple[dict[str, Style], tuple[StateTrust, ...]]:
    """Trust over time in every state in which there is something left to decide."""
    found = mean_trust(jobs)
    if found is None:
        return {}, ()
    arms, step, weight = found
    looks = arm_styles(arms)
    budget = float(step[-1])
    shown = []
    for index in _moving(weight, states, most):
        state = states[index] if index < len(states) else State(index, "", ())
        name = f"{key}-trust-{index}"
        lines: dict[str, Line] = {
            arm: measures.band(step, weight[:, :, n, index], f"{name}/{arm}", resamples=500)
            for n, arm in enumerate(arms)
        }
        shown.append(StateTrust(state, trust_plot(name, state, lines, looks, budget)))
    return looks, tuple(shown)
