"""What evaluations measured beside success, as a table: one row a metric, one column an agent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lantern.experiments.report.measures import Measures, views
from lantern.experiments.report.methods import title
from lantern.experiments.report.table import Cell

if TYPE_CHECKING:
    from lantern.experiments.results import Results


@dataclass(frozen=True)
class Measured:
    """The table of one condition; "" in a sweep without any.

    Attributes
    ----------
    condition : str
    agents, titles : tuple of str
        Those that measured anything.
    rows : tuple of (str, tuple of Cell)
        Name of the metric; for each agent the mean over all its runs at their last evaluation, and the lowest
        and the highest of them.
    """

    condition: str
    agents: tuple[str, ...]
    titles: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def measured_table(results: Results) -> tuple[Measured, ...]:
    """Make the tables of a sweep, one for each condition; empty where no run measured anything else."""
    return tables_of(views(results))


def tables_of(shown: Sequence[Measures]) -> tuple[Measured, ...]:
    """Make the tables; empty where no run measured anything else."""
    return tuple(table for table in map(_table, shown) if table is not None)


def measured_markdown(tables: Sequence[Measured]) -> str:
    """The tables as Markdown, with the extremes in brackets."""
    parts = []
    for table in tables:
        head = f"**{table.condition}**\n\n" if table.condition else ""
        lines = [f"| mean over runs | {' | '.join(table.titles)} |", "|---" * (len(table.titles) + 1) + "|"]
        for name, cells in table.rows:
            told = (f"{cell.value} ({cell.interval})" if cell.interval else cell.value for cell in cells)
            lines.append(f"| {name} | {' | '.join(told)} |")
        parts.append(head + "\n".join(lines) + "\n")
    return "\n".join(parts)


def _table(measures: Measures) -> Measured | None:
    found: dict[str, dict[str, list[float]]] = {}
    for agent in measures.agents:
        for cell in measures.cells(agent):
            for name, numbers in cell.metrics.items():
                found.setdefault(agent, {}).setdefault(name, []).extend(map(float, numbers))
    if not found:
        return None
    names = dict.fromkeys(name for numbers in found.values() for name in numbers)
    rows = [
        (name.replace("_", " "), tuple(_cell(numbers.get(name, [])) for numbers in found.values()))
        for name in names
    ]
    return Measured(measures.condition, tuple(found), tuple(map(title, found)), tuple(rows))


def _cell(values: Sequence[float]) -> Cell:
    if not values:
        return Cell("")
    low, high = _number(min(values)), _number(max(values))
    return Cell(_number(float(np.mean(values))), "" if low == high else f"{low} to {high}")


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
