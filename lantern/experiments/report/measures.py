"""The numbers of a report: one record for each agent on each target, and the curves behind them.

All statistics are those of ``lantern.experiments.summary`` and ``lantern.experiments.statistics``; a report
only arranges them, so that ``summary.json``, the terminal and the page can never disagree.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lantern.experiments import statistics
from lantern.experiments.numbers import (
    FEW_SEEDS,
    FEWEST_SEEDS,
    compare,
    generator_for,
    make_cell,
    pair,
    summarise_agent,
)
from lantern.experiments.report.comparison import Improvement, Profile
from lantern.experiments.report.curves import Line
from lantern.experiments.report.number import count, percent
from lantern.experiments.report.survival import Reached

if TYPE_CHECKING:
    from lantern.experiments.numbers import Cell
    from lantern.experiments.results import Results

Floats = NDArray[np.float64]
__all__ = ["FEWEST_SEEDS", "FEW_SEEDS", "Estimate", "Measure", "Measures", "Ratio"]

RESAMPLES = 2000
LEVELS = np.linspace(0.0, 1.0, 101)


@dataclass(frozen=True)
class Estimate:
    """A number and its 95 % interval; the interval is None where there are too few seeds."""

    value: float
    interval: tuple[float, float] | None = None

    @property
    def finite(self) -> bool:
        """Whether there is a number at all (censored runs make it infinite)."""
        return math.isfinite(self.value)


@dataclass(frozen=True)
class Ratio(Estimate):
    """Steps to threshold of one agent divided by another's; ``bound`` says which way censoring bends it."""

    bound: str | None = None


@dataclass(frozen=True)
class Measure:
    """What one agent did on one target, or over all of them.

    Attributes
    ----------
    target, agent : str
        Names within the sweep; the target is "" over all.
    runs, reached : int
        Finished runs, and how many of them reached the threshold.
    budget : float
        Environment steps of a run; of the shortest over several targets.
    median, iqm : Estimate
        Environment steps to the threshold: runs that never got there count as infinitely many.
    final, auc : Estimate
        Interquartile mean of the final success rate, and of the mean over training, in [0, 1].
    source_steps : float
        Environment steps spent on the teachers of one run.
    with_sources : float
        Median steps to the threshold, those of the teachers included.
    llm_calls : int
        Calls to a language model, over all runs.
    ratio : Ratio or None
        Steps to threshold divided by those of the agent compared with; None for an agent and itself.
    improvement : Estimate or None
        Probability that a run needs fewer steps than one of the agent compared with.
    behind : float or None
        Largest lead of the other's success curve at any evaluation, in [0, 1].
    """

    target: str
    agent: str
    runs: int
    reached: int
    budget: float
    median: Estimate
    iqm: Estimate
    final: Estimate
    auc: Estimate
    source_steps: float
    with_sources: float
    llm_calls: int
    ratio: Ratio | None
    improvement: Estimate | None
    behind: float | None


@dataclass(frozen=True)
class Versus:
    """One agent compared with another over all targets that both have runs on.

    Attributes
    ----------
    agent : str
        The agent.
    ratio : Ratio or None
        Its steps to the threshold divided by the other's; None for an agent and itself.
    improvement : Estimate or None
        Probability that a run of it needs fewer steps than one of the other.
    behind : float or None
        Largest lead of the other's success curve at any evaluation, in [0, 1].
    """

    agent: str
    ratio: Ratio | None = None
    improvement: Estimate | None = None
    behind: float | None = None


class Measures:
    """All numbers of a report, or of one condition of a sweep that has several.

    Parameters
    ----------
    results : Results
        What the sweep left; of a sweep with conditions, under one of them.
    known : dict, optional
        Numbers and curves of runs that other conditions show, too; what is worked out here is added.
    """

    def __init__(self, results: Results, known: dict[Any, Any] | None = None) -> None:
        self.results = results
        self._known = {} if known is None else known
        self.targets = tuple(results.targets)
        found = {(t, a): make_cell(results, t, a) for t in self.targets for a in results.agents}
        self._cells: dict[tuple[str, str], Cell] = {
            at: cell for at, cell in found.items() if cell is not None
        }
        self.agents = tuple(a for a in results.agents if any(agent == a for _, agent in self._cells))
        self._overall: dict[tuple[str, str], Versus] = {}
        self.baseline = results.baseline if results.baseline in self.agents else None

    def cells(self, agent: str) -> list[Cell]:
        """Runs of an agent, one cell a target that it has runs on."""
        return [self._cells[t, agent] for t in self.targets if (t, agent) in self._cells]

    @property
    def condition(self) -> str:
        """The condition of the sources; "" for a sweep without any."""
        return self.results.condition

    @property
    def goal(self) -> str:
        """The threshold in words: 90 % success, or the threshold where targets have different ones."""
        thresholds = {self.results.threshold_of(target) for target in self.targets}
        return f"{percent(thresholds.pop())} success" if len(thresholds) == 1 else "the threshold"

    @property
    def within(self) -> str:
        """The budget in words: within 100,000 steps, or the budget where targets have different ones."""
        budgets = {self.results.steps_of(target) for target in self.targets}
        return f"within {count(budgets.pop())} steps" if len(budgets) == 1 else "within the budget"

    @cached_property
    def fewest_seeds(self) -> int:
        """Fewest finished runs of any agent on any target that has some."""
        return min((len(cell.seeds) for cell in self._cells.values()), default=0)

    @cached_property
    def most_seeds(self) -> int:
        """Most finished runs of any agent on any target."""
        return max((len(cell.seeds) for cell in self._cells.values()), default=0)

    @cached_property
    def table(self) -> dict[tuple[str, str], Measure]:
        """One record for each target and agent that has finished runs, compared with the baseline."""
        base = self.cells(self.baseline) if self.baseline else []
        return {at: self._of(cell, base) for at, cell in self._cells.items()}

    def _of(self, cell: Cell, base: Sequence[Cell]) -> Measure:
        """Numbers of one agent on one target; those without teachers are the same in all conditions."""
        pairs = pair([cell], base)
        key = ("table", *(one.key for both in pairs for one in both), cell.key)
        if key not in self._known:
            summary = summarise_agent([cell], base)
            self._known[key] = _measure(cell.target, cell.agent, summary, cell.agent != self.baseline)
        found: Measure = self._known[key]
        return found

    def overall(self, agent: str, other: str) -> Versus:
        """One agent over all targets, compared with another on those that both have runs on."""
        if (agent, other) not in self._overall:
            self._overall[agent, other] = self._compare(agent, other)
        return self._overall[agent, other]

    def _compare(self, agent: str, other: str) -> Versus:
        found = compare(self.cells(agent), self.cells(other)) if agent != other else {}
        if not found:
            return Versus(agent)
        improvement = _estimate(found["probability_of_improvement"], "estimate")
        return Versus(agent, _ratio(found), improvement, float(found["largest_deficit"]))

    def line(self, target: str, agent: str) -> Line:
        """Learning curve with its simultaneous band."""
        cell = self._cells[target, agent]
        key = ("curve", *cell.key)
        if key not in self._known:
            step = cell.step.astype(np.float64)
            self._known[key] = self.band(step, cell.success, f"{cell.place}/{agent}/curve")
        found: Line = self._known[key]
        return found

    def band(self, step: Floats, values: Floats, key: str, resamples: int = RESAMPLES) -> Line:
        """Interquartile mean over runs at each step, with a band that holds the whole curve.

        Parameters
        ----------
        step : float64[E]
            Environment steps.
        values : float64[n, E]
            One row a run.
        key : str
            What it is: seeds the bootstrap.
        resamples : int
            Bootstrap resamples.
        """
        seeds = len(values)
        if seeds < FEWEST_SEEDS:
            return Line(step, np.asarray(statistics.iqm(values, axis=0)), None, None, seeds)
        band = statistics.efficiency_band([values], generator_for(key), resamples)
        return Line(step, band.estimate, band.band_low, band.band_high, seeds)

    def reached(self, target: str, agent: str) -> Reached:
        """Share of seeds that had reached the threshold, over steps."""
        durations = self._cells[target, agent].durations
        survival = statistics.kaplan_meier(durations)
        return Reached(survival.time, 1.0 - survival.share, durations.steps.size, durations.censored)

    def profile(self, agent: str) -> Profile:
        """Performance profile of the success averaged over training, over all targets."""
        scores = [cell.auc for cell in self.cells(agent)]
        if min(len(task) for task in scores) < FEWEST_SEEDS:
            return Profile(LEVELS, statistics.performance_profile(scores, LEVELS), None, None)
        generator = generator_for(agent, "profile")
        return Profile(LEVELS, *statistics.profile_band(scores, LEVELS, generator, RESAMPLES))

    def improvement(self, agent: str, over: str) -> Improvement | None:
        """Probability that a run gets there sooner than one of another; None without a common target."""
        found = self.overall(agent, over).improvement
        if found is None:
            return None
        low, high = found.interval or (None, None)
        return Improvement(over, found.value, low, high)


def views(results: Results) -> tuple[Measures, ...]:
    """Numbers under each condition of the sources; of everything at once for a sweep without any."""
    known: dict[Any, Any] = {}
    return tuple(Measures(results.under(condition), known) for condition in results.conditions)


def _estimate(data: Mapping[str, Any], value: str, interval: str = "ci95") -> Estimate:
    ends = data.get(interval)
    return Estimate(float(data[value]), (float(ends[0]), float(ends[1])) if ends else None)


def _ratio(data: Mapping[str, Any]) -> Ratio:
    base = _estimate(data["ratio"], "estimate")
    return Ratio(base.value, base.interval, data["ratio"]["bound"])


def _measure(target: str, agent: str, summary: Mapping[str, Any], compared: bool) -> Measure:
    """Give names and types to what the summary says of an agent."""
    steps = summary["steps_to_threshold"]
    ratio, improvement = None, None
    if compared and "ratio" in summary:
        ratio = _ratio(summary)
        improvement = _estimate(summary["probability_of_improvement"], "estimate")
    return Measure(
        target=target,
        agent=agent,
        runs=int(summary["runs"]),
        reached=int(steps["reached"]),
        budget=float(steps["restricted_to"]),
        median=_estimate(steps, "median", "median_ci95"),
        iqm=_estimate(steps, "iqm"),
        final=_estimate(summary["final_success"], "iqm"),
        auc=_estimate(summary["auc"], "iqm"),
        source_steps=float(summary["source_steps"]),
        with_sources=float(steps["median_with_source_steps"]),
        llm_calls=int(summary["llm_calls"]),
        ratio=ratio,
        improvement=improvement,
        behind=summary.get("largest_deficit") if compared else None,
    )
