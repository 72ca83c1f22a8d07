"""The summary table: as rows of text for a terminal, as Markdown, as LaTeX, and with bars for the page."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lantern.experiments.report.measures import Estimate, Measure, Measures
from lantern.experiments.report.methods import hero, title
from lantern.experiments.report.number import count, count_interval, percent, percent_interval
from lantern.experiments.report.palette import Style

if TYPE_CHECKING:
    from lantern.experiments.results import Results


@dataclass(frozen=True)
class Cell:
    """A number as text, and its interval as text (empty where there is none)."""

    value: str
    interval: str = ""

    @property
    def text(self) -> str:
        """Both together."""
        return f"{self.value} {self.interval}".rstrip()


@dataclass(frozen=True)
class TableRow:
    """One agent on one target.

    Attributes
    ----------
    target, agent, title : str
        Names, and the agent as readers know it.
    cells : tuple of Cell
        One for each column after target and agent.
    ours : bool
        Whether this is the agent that the report is about.
    measure : Measure
        The numbers themselves.
    """

    target: str
    agent: str
    title: str
    cells: tuple[Cell, ...]
    ours: bool
    measure: Measure


@dataclass(frozen=True)
class TableRows:
    """The summary table as text.

    Attributes
    ----------
    columns : tuple of str
        Headings; the first two are target and agent.
    rows : tuple of TableRow
        In the order of the sweep.
    caption : str
        What the numbers are.
    """

    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    caption: str

    def lines(self, *, stacked: bool = False) -> list[tuple[str, ...]]:
        """Rows as plain text, one string a column.

        Parameters
        ----------
        stacked : bool
            Whether an interval stands below its number, for narrow terminals, instead of beside it.
        """
        gap = "\n" if stacked else " "
        return [
            (row.target, row.title, *(gap.join(filter(None, (c.value, c.interval))) for c in row.cells))
            for row in self.rows
        ]


def table_rows(results: Results, measures: Measures | None = None) -> TableRows:
    """Make the summary table of a sweep.

    Parameters
    ----------
    results : Results
        What the sweep left.
    measures : Measures, optional
        Its numbers, where they have been computed already.
    """
    measures = measures or Measures(results)
    ours = hero(measures.agents, measures.baseline)
    budget = results.steps
    columns = (
        "target",
        "agent",
        "seeds there",
        "median steps",
        "IQM steps",
        "ratio to baseline",
        "final success",
        "source steps",
    )
    rows = tuple(
        TableRow(
            cell.target,
            cell.agent,
            title(cell.agent),
            _cells(cell, measures, budget),
            cell.agent == ours,
            cell,
        )
        for cell in measures.table.values()
    )
    caption = (
        f"Environment steps to {percent(results.threshold)} greedy success, budget {count(budget)}; seeds "
        "that never got there count as more than the budget. Brackets: 95 % bootstrap intervals over seeds."
    )
    if measures.baseline:
        caption += (
            f" Ratio: interquartile mean steps divided by those of the baseline, {title(measures.baseline)}."
        )
    return TableRows(columns, rows, caption)


def _cells(cell: Measure, measures: Measures, budget: float) -> tuple[Cell, ...]:
    ratio = Cell("–")
    if cell.ratio is not None:
        sign = {"at most": "≤ ", "at least": "≥ "}.get(cell.ratio.bound or "", "")
        if cell.ratio.bound != "unknown":
            ratio = Cell(sign + percent(cell.ratio.value), percent_interval(cell.ratio.interval))
    elif cell.agent == measures.baseline:
        ratio = Cell("100 %")
    return (
        Cell(f"{cell.reached} of {cell.runs}"),
        _steps(cell.median, budget),
        _steps(cell.iqm, budget),
        ratio,
        Cell(percent(cell.final.value), percent_interval(cell.final.interval)),
        Cell(count(cell.source_steps)),
    )


def _steps(estimate: Estimate, budget: float) -> Cell:
    value = count(estimate.value) if estimate.finite else f"> {count(budget)}"
    interval = estimate.interval
    # Where even the favourable end was not reached, an interval would say nothing.
    if interval is None or not math.isfinite(interval[0]):
        return Cell(value)
    return Cell(value, count_interval(interval, budget))


def markdown(table: TableRows) -> str:
    """Write the table as Markdown."""
    lines = [
        table.columns,
        tuple("---" if n < 2 else "---:" for n in range(len(table.columns))),
        *table.lines(),
    ]
    text = "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
    return f"{text}\n\n{table.caption}\n"


def latex(table: TableRows) -> str:
    """Write the table as LaTeX, for the package booktabs."""
    head = " & ".join(_tex(column) for column in table.columns)
    body = [" & ".join(_tex(cell) for cell in line) + r" \\" for line in table.lines()]
    aligned = "ll" + "r" * (len(table.columns) - 2)
    lines = [
        r"\begin{table}",
        r"\centering",
        rf"\caption{{{_tex(table.caption)}}}",
        rf"\begin{{tabular}}{{{aligned}}}",
        r"\toprule",
        rf"{head} \\",
        r"\midrule",
        *body,
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


_TEX = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    ">": r"$>$",
    "<": r"$<$",
    "–": "--",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
}


def _tex(text: str) -> str:
    escaped = "".join(_TEX.get(character, character) for character in text)
    return escaped.replace(r" \%", r"\,\%")


def bars(table: TableRows, styles: Mapping[str, Style], budget: float) -> dict[tuple[str, str], str]:
    """Draw each median with its interval on one logarithmic scale a target, as small SVGs for the table."""
    drawn: dict[tuple[str, str], str] = {}
    for target in dict.fromkeys(row.target for row in table.rows):
        rows = [row for row in table.rows if row.target == target]
        ends = [value for row in rows for value in _range(row.measure.median) if 0 < value < math.inf]
        low = min(ends, default=budget) * 0.9
        high = max([*ends, budget if any(not row.measure.median.finite for row in rows) else 0.0]) * 1.1
        for row in rows:
            drawn[target, row.agent] = _bar(row.measure.median, styles[row.agent], low, high)
    return drawn


def _range(estimate: Estimate) -> tuple[float, ...]:
    return (estimate.value, *(estimate.interval or ()))


def _bar(estimate: Estimate, style: Style, low: float, high: float) -> str:
    def x(value: float) -> float:
        if not math.isfinite(value):
            return 100.0
        return 100.0 * math.log(max(value, low) / low) / math.log(high / low) if high > low else 50.0

    colour = f"var({style.colour.variable})"
    parts = [
        '<path d="M0 12H100" style="stroke:var(--rule)" stroke-width="1" vector-effect="non-scaling-stroke"/>'
    ]
    if estimate.interval is not None and math.isfinite(estimate.interval[0]):
        left, right = (x(end) for end in estimate.interval)
        parts.append(
            f'<path d="M{left:.2f} 12H{right:.2f}" style="stroke:{colour}" stroke-width="5" '
            'stroke-opacity=".4" '
            'stroke-linecap="round" vector-effect="non-scaling-stroke"/>'
        )
    if estimate.finite:
        # A line of no length with round ends is a dot that keeps its shape when the drawing is stretched.
        parts.append(
            f'<path d="M{x(estimate.value):.2f} 12h0" style="stroke:{colour}" stroke-width="10" '
            'stroke-linecap="round" vector-effect="non-scaling-stroke"/>'
        )
    else:
        parts.append(
            f'<path d="M97.5 8L100 12L97.5 16" fill="none" style="stroke:{colour}" stroke-width="2" '
            'vector-effect="non-scaling-stroke"/>'
        )
    return (
        '<svg viewBox="0 0 100 24" preserveAspectRatio="none" role="img" aria-hidden="true">'
        + "".join(parts)
        + "</svg>"
    )
