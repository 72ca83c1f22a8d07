"""The numbers of a sweep: what ``summary.json`` holds, computed from its curves alone.

Nothing in here depends on the time, the machine or the order in which jobs ended: the same curves give the
same bytes.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from lantern.experiments.numbers import (
    FEW_SEEDS,
    FEWEST_SEEDS,
    RESAMPLES,
    Cell,
    make_cell,
    summarise_agent,
)
from lantern.experiments.results import Results
from lantern.experiments.versions import LIBRARIES


def tidy(value: Any) -> Any:
    """Make numbers fit for JSON: ten significant digits, null for what is not finite."""
    if isinstance(value, Mapping):
        return {str(key): tidy(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [tidy(item) for item in value]
    if isinstance(value, (float, np.floating)):
        return float(f"{value:.10g}") if math.isfinite(value) else None
    return value.item() if isinstance(value, np.generic) else value


def _warnings(results: Results, agents: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What a reader of the numbers should know: too few seeds, jobs of different versions of a library."""
    fewest = min((agent["seeds"] for agent in agents.values()), default=FEW_SEEDS)
    found = []
    if fewest < FEWEST_SEEDS:
        found.append(f"With {fewest} seeds no interval is shown; run at least {FEW_SEEDS} seeds for a claim.")
    elif fewest < FEW_SEEDS:
        found.append(
            f"With {fewest} seeds the intervals are too narrow; run {FEW_SEEDS} or more for a claim."
        )
    for library in LIBRARIES:
        used = sorted({str(job.provenance[library]) for job in results.jobs if library in job.provenance})
        if len(used) > 1:
            found.append(f"Jobs were run with different versions of {library}: {', '.join(used)}.")
    return found


class _Pooling:
    """Numbers of a sweep over any choice of its targets and conditions, each computed once."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self.named = tuple(condition for condition in results.conditions if condition)
        found: dict[tuple[str, str, str], Cell] = {}
        for condition in results.conditions:
            view = results.under(condition) if self.named else results
            for target, agent in itertools.product(view.targets, view.agents):
                if (target, "", agent) in found:  # runs without teachers show under every condition
                    continue
                if (cell := make_cell(view, target, agent)) is not None:
                    found[target, cell.condition, agent] = cell
        order = {target: index for index, target in enumerate(results.targets)}
        self.cells = sorted(found.values(), key=lambda cell: order[cell.target])
        self._done: dict[tuple[Any, ...], dict[str, Any]] = {}

    def agents(self, target: str | None = None, condition: str | None = None) -> dict[str, Any]:
        """Numbers of each agent, over all targets and conditions or over one of them."""
        chosen = {agent: self._choose(agent, target, condition) for agent in self.results.agents}
        base = chosen.get(self.results.baseline, [])
        found = {}
        for agent, cells in chosen.items():
            others = {name: chosen[name] for name in self.results.references if name != agent}
            if cells:
                found[agent] = self._once(cells, base, others)
        return found

    def _choose(self, agent: str, target: str | None, condition: str | None) -> list[Cell]:
        targets = self.results.targets
        return [
            cell
            for cell in self.cells
            if cell.agent == agent
            and target in (None, cell.target)
            and (condition is None or cell.condition in ("", condition))
            and (condition is None or condition in targets[cell.target].conditions)
        ]

    def _once(self, cells: list[Cell], base: list[Cell], others: Mapping[str, list[Cell]]) -> dict[str, Any]:
        parts = (cells, base, *others.values())
        key = (*others, *(tuple(map(id, part)) for part in parts))
        if key not in self._done:
            self._done[key] = summarise_agent(cells, base, others)
        return self._done[key]

    def of_target(self, target: str) -> dict[str, Any]:
        """Numbers on one target, and under each of its conditions."""
        found: dict[str, Any] = {"agents": self.agents(target)}
        if conditions := self.results.targets[target].conditions:
            found["conditions"] = {one: {"agents": self.agents(target, one)} for one in conditions}
        return found

    def conditions(self) -> dict[str, Any]:
        """Numbers under each condition, over the targets that have it; nothing for a sweep without any."""
        if not self.named:
            return {}
        return {"conditions": {one: {"agents": self.agents(condition=one)} for one in self.named}}


def summarise(results: Results) -> dict[str, Any]:
    """Compute everything that ``summary.json`` holds.

    Parameters
    ----------
    results : Results
        A sweep, finished or not; agents without any finished run are left out.

    Returns
    -------
    dict
        JSON-safe; see ``docs/sweeps.md`` for its keys. A number beyond the budget is null.
    """
    pooling = _Pooling(results)
    overall = pooling.agents()
    whole = {
        "agents": overall,
        "targets": {target: pooling.of_target(target) for target in results.targets},
        **pooling.conditions(),
        "baseline": results.baseline,
        "threshold": results.threshold,
        "warnings": _warnings(results, overall),
        "provenance": {
            **results.versions,
            "encoders": sorted({str(job.provenance.get("encoder") or "") for job in results.jobs} - {""}),
            "resamples": RESAMPLES,
        },
    }
    tidied = tidy(whole)
    assert isinstance(tidied, dict)
    return tidied
