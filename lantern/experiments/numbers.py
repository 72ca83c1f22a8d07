"""Numbers of one agent, over the targets and conditions that are asked for, from its curves alone.

Each interval draws from its own generator, seeded by what it is an interval of, so that adding an
agent to a sweep leaves the numbers of the others as they were.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lantern.experiments import statistics as st
from lantern.experiments.results import Curve, Results, place_of
from lantern.experiments.statistics.bootstrap import draw_counts, iqm_of_counts

Floats = NDArray[np.float64]

RESAMPLES = 5000
FEWEST_SEEDS = 5  # below this a 95 % interval covers the truth less than four times in five
FEW_SEEDS = 10


@dataclass(frozen=True, eq=False)
class Cell:
    """Runs of one agent on one target, under one condition of its sources, ready to be summarised.

    The condition is "" where the target has a plain list of sources or the agent uses none: such runs are
    compared with those of every condition.
    """

    target: str
    condition: str
    agent: str
    seeds: tuple[int, ...]
    step: NDArray[np.int64]
    success: Floats  # [n, E]
    durations: st.Durations
    auc: Floats  # [n]
    source_steps: float
    llm_calls: int
    metrics: Mapping[str, Floats]  # name to [n], at the last evaluation

    @property
    def budget(self) -> float:
        """Environment steps of a run."""
        return float(self.step[-1])

    @property
    def key(self) -> tuple[str, str, str]:
        """Names that tell it from every other cell of a sweep."""
        return self.target, self.condition, self.agent

    @property
    def place(self) -> str:
        """Target and condition."""
        return place_of(self.target, self.condition)


def make_cell(results: Results, target: str, agent: str) -> Cell | None:
    """Collect the runs of one agent on one target; None where none has ended.

    Of a sweep with conditions, give the results under one of them.
    """
    jobs = results.of(target, agent)
    if not jobs:
        return None
    step, success = results.success(target, agent)
    return Cell(
        target=target,
        condition=jobs[0].condition,
        agent=agent,
        seeds=tuple(job.seed for job in jobs),
        step=step,
        success=success,
        durations=st.steps_to_threshold(step, success, results.threshold_of(target)),
        auc=st.area_under_curve(step, success),
        source_steps=float(np.mean([job.source_steps for job in jobs])),
        llm_calls=sum(job.llm_calls for job in jobs),
        metrics=_last_metrics([job.curve for job in jobs]),
    )


def _last_metrics(curves: Sequence[Curve]) -> dict[str, Floats]:
    """What all runs measured at their last evaluation, beside success."""
    shared = [name for name in curves[0].metrics if all(name in curve.metrics for curve in curves)]
    return {name: np.array([curve.metrics[name][-1] for curve in curves]) for name in shared}


def _metrics(cells: Sequence[Cell]) -> dict[str, Any]:
    """Mean and extremes over all runs of what they measured at their last evaluation."""
    shared = [name for name in cells[0].metrics if all(name in cell.metrics for cell in cells)]
    found = {}
    for name in shared:
        pooled = np.concatenate([cell.metrics[name] for cell in cells])
        found[name] = {"mean": float(pooled.mean()), "min": float(pooled.min()), "max": float(pooled.max())}
    return found


def generator_for(*what: str) -> np.random.Generator:
    """Generator of an interval, seeded by what the interval is of."""
    return np.random.default_rng(zlib.crc32("/".join(what).encode()))


def _ends(interval: st.Interval, seeds: int) -> list[float] | None:
    return [interval.low, interval.high] if seeds >= FEWEST_SEEDS else None


def _location(groups: Sequence[Floats], key: str, seeds: int) -> dict[str, Any]:
    """Mean, IQM and the IQM's interval of one score, pooled over targets."""
    pooled = np.concatenate(groups)
    estimate = float(st.iqm(pooled))
    samples = st.bootstrap_iqm(groups, generator_for(key), RESAMPLES)
    interval = st.percentile_interval(samples, estimate)
    return {"iqm": estimate, "mean": float(np.mean(pooled)), "ci95": _ends(interval, seeds)}


def _median(groups: list[Floats]) -> Floats:
    """Median of resampled runs, pooled over groups; the upper one of two middle runs if that is censored."""
    pooled = np.sort(np.concatenate(groups, axis=1), axis=1)
    n = pooled.shape[1]
    low, high = pooled[:, (n - 1) // 2], pooled[:, n // 2]
    return np.asarray(np.where(np.isinf(high), high, 0.5 * (np.where(np.isinf(low), 0.0, low) + high)))


def _durations(cells: Sequence[Cell], key: str, seeds: int) -> dict[str, Any]:
    pooled = st.pool_durations([cell.durations for cell in cells])
    bounds = [cell.durations.bounds for cell in cells]
    all_in = np.concatenate([cell.durations.bounds + cell.source_steps for cell in cells])
    estimate = float(st.iqm(pooled.bounds))
    median = float(_median([pooled.bounds[None, :]])[0])
    samples = st.bootstrap_iqm(bounds, generator_for(key), RESAMPLES)
    medians = st.bootstrap(bounds, _median, generator_for(key, "median"), RESAMPLES)
    horizon = min(cell.budget for cell in cells)
    return {
        "median": median,
        "iqm": estimate,
        "ci95": _ends(st.percentile_interval(samples, estimate), seeds),
        "median_ci95": _ends(st.percentile_interval(medians, median), seeds),
        "kaplan_meier_median": st.kaplan_meier(pooled).median,
        "restricted_mean": st.kaplan_meier(pooled).restricted_mean(horizon),
        "restricted_to": horizon,
        "median_with_source_steps": float(_median([all_in[None, :]])[0]),
        "reached": int(pooled.reached.sum()),
        "censored": pooled.censored,
    }


def _log_ratio(agent: Cell, base: Cell, counts: tuple[Any, Any] | None) -> Floats:
    """Logarithm of the ratio of interquartile mean steps, each censored run at its budget, float64[R]."""
    logs = []
    for index, cell in enumerate((agent, base)):
        steps = np.maximum(cell.durations.steps, 1.0)  # solved before the first step still took one
        if counts is None:
            logs.append(np.log(st.iqm(steps)[None]))
        else:
            order = np.argsort(steps, kind="stable")
            logs.append(np.log(iqm_of_counts(steps[order], counts[index][:, order])))
    return np.asarray(logs[0] - logs[1])


def _drawn(agent: Cell, base: Cell, generator: np.random.Generator) -> tuple[Any, Any]:
    """Resamples of both agents; the same seeds in both where they have the same."""
    first = np.concatenate(list(draw_counts([len(agent.seeds)], RESAMPLES, generator)))
    if agent.seeds == base.seeds:
        return first, first
    return first, np.concatenate(list(draw_counts([len(base.seeds)], RESAMPLES, generator)))


def _bound(pairs: Sequence[tuple[Cell, Cell]]) -> str | None:
    """Which way censoring bends a ratio: its true value is at most, or at least, the estimate."""

    def reaches(cell: Cell) -> bool:
        return bool(np.isinf(st.iqm(cell.durations.bounds)))

    agent = any(reaches(one) for one, _ in pairs)
    base = any(reaches(other) for _, other in pairs)
    return {(True, True): "unknown", (True, False): "at least", (False, True): "at most"}.get((agent, base))


def _ratio(pairs: Sequence[tuple[Cell, Cell]], key: str, seeds: int) -> dict[str, Any]:
    """Ratio of steps to threshold; the geometric mean over targets."""
    generator = generator_for(key, "ratio")
    estimate = float(np.exp(np.mean([_log_ratio(a, b, None) for a, b in pairs])))
    samples = np.exp(np.mean([_log_ratio(a, b, _drawn(a, b, generator)) for a, b in pairs], axis=0))
    interval = st.percentile_interval(samples, estimate)
    return {"estimate": estimate, "ci95": _ends(interval, seeds), "bound": _bound(pairs)}


def _deficit(agent: Cell, base: Cell) -> float:
    """Largest lead of the baseline's interquartile mean success at any evaluation, in success rate."""
    ours, theirs = st.iqm(agent.success, axis=0), st.iqm(base.success, axis=0)
    grid = np.union1d(agent.step, base.step)
    lead = np.interp(grid, base.step, theirs) - np.interp(grid, agent.step, ours)
    return float(max(0.0, lead.max()))


def _against(pairs: Sequence[tuple[Cell, Cell]], key: str, seeds: int) -> dict[str, Any]:
    """Everything that compares an agent with the baseline."""
    faster = [(-a.durations.bounds, -b.durations.bounds) for a, b in pairs]
    improvement = st.improvement_interval(
        [a for a, _ in faster], [b for _, b in faster], generator_for(key, "improvement"), RESAMPLES
    )
    return {
        "ratio": _ratio(pairs, key, seeds),
        "probability_of_improvement": {
            "estimate": improvement.estimate,
            "ci95": _ends(improvement, seeds),
        },
        "transfer_ratio": float(np.mean([st.transfer_ratio(a.auc, b.auc) for a, b in pairs])),
        "largest_deficit": max(_deficit(a, b) for a, b in pairs),
    }


def pair(cells: Sequence[Cell], others: Sequence[Cell]) -> list[tuple[Cell, Cell]]:
    """Put together the runs of two agents that can be compared: same target, and no other condition."""
    return [
        (mine, theirs)
        for mine in cells
        for theirs in others
        if mine.target == theirs.target
        and (mine.condition == theirs.condition or not mine.condition or not theirs.condition)
    ]


def _key(cells: Sequence[Cell]) -> str:
    return "+".join(cell.place for cell in cells) + "/" + cells[0].agent


def _fewest(cells: Sequence[Cell]) -> int:
    return min(len(cell.seeds) for cell in cells)


def compare(cells: Sequence[Cell], others: Sequence[Cell]) -> dict[str, Any]:
    """Compare one agent with another on the targets that both have runs on.

    Returns
    -------
    dict
        ``ratio``, ``probability_of_improvement``, ``transfer_ratio`` and ``largest_deficit``, as in the
        summary; empty without a common target.
    """
    pairs = pair(cells, others)
    mine = list(dict.fromkeys(ours for ours, _ in pairs))
    return _against(pairs, _key(mine), _fewest(mine)) if pairs else {}


def summarise_agent(
    cells: Sequence[Cell], baseline: Sequence[Cell], references: Mapping[str, Sequence[Cell]] | None = None
) -> dict[str, Any]:
    """Numbers of one agent over one target or several.

    Parameters
    ----------
    cells : sequence of Cell
        The agent's runs, one cell a target and condition.
    baseline : sequence of Cell
        The baseline's runs; targets it has no runs on are left out of comparisons.
    references : mapping of str to sequence of Cell, optional
        Runs of further agents to compare with, by name.
    """
    key, seeds = _key(cells), _fewest(cells)
    scores: dict[str, Callable[[Cell], Floats]] = {
        "auc": lambda cell: cell.auc,
        "final_success": lambda cell: cell.success[:, -1],
        "asymptote": lambda cell: st.asymptote(cell.success),
        "jump_start": lambda cell: st.jump_start(cell.success),
    }
    summary: dict[str, Any] = {
        "seeds": seeds,
        "runs": sum(len(cell.seeds) for cell in cells),
        "steps_to_threshold": _durations(cells, key, seeds),
        **{name: _location([of(c) for c in cells], f"{key}/{name}", seeds) for name, of in scores.items()},
        "source_steps": round(sum(cell.source_steps for cell in cells) / len(cells)),
        "llm_calls": sum(cell.llm_calls for cell in cells),
    }
    if metrics := _metrics(cells):
        summary["metrics"] = metrics
    if pairs := pair(cells, baseline):
        summary |= _against(pairs, key, seeds)
    compared = {name: pair(cells, others) for name, others in (references or {}).items()}
    if any(compared.values()):
        summary["references"] = {
            name: _against(pairs, f"{key}/{name}", seeds) for name, pairs in compared.items() if pairs
        }
    return summary
