"""The summary table: as rows of text for a terminal, as Markdown, as LaTeX, and with bars for the page."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lantern.experiments.report.measures import Estimate, Measure, Measures, Ratio, views
from lantern.experiments.report.methods import hero, title
from lantern.experiments.report.number import count, count_interval, percent, percent_interval
from lantern.experiments.report.palette import Style
from lantern.experiments.results import place_of

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
    target, condition, agent, title : str
        Names, and the agent as readers know it; the condition is "" in a sweep without any.
    cells : tuple of Cell
        One for each column after target and agent.
    ours : bool
        Whether this is the agent that the report is about.
    measure : Measure
        The numbers themselves.
    """

    target: str
    condition: str
    agent: str
    title: str
    cells: tuple[Cell, ...]
    ours: bool
    measure: Measure

    @property
    def place(self) -> str:
        """Target and condition."""
        return place_of(self.target, self.condition)


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

    @property
    def places(self) -> tuple[str, ...]:
        """Targets, each with its conditions, in the order of the rows."""
        return tuple(dict.fromkeys(row.place for row in self.rows))

    def lines(self, *, stacked: bool = False) -> list[tuple[str, ...]]:
        """Rows as plain text, one string a column.

        Parameters
        ----------
        stacked : bool
            Whether an interval stands below its number, for narrow terminals, instead of beside it.
        """
        gap = "\n" if stacked else " "
        return [
            (row.place, row.title, *(gap.join(filter(None, (c.value, c.interval))) for c in row.cells))
            for row in self.rows
        ]


def table_rows(results: Results, shown: Sequence[Measures] | None = None) -> TableRows:
    """Make the summary table of a sweep.

    Parameters
    ----------
    results : Results
        What the sweep left.
    shown : sequence of Measures, optional
        Its numbers, one for each condition, where they have been computed already.
    """
    shown = shown or views(results)
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
        _row(cell, measures)
        for target in results.targets
        for measures in shown
        for cell in measures.table.values()
        if cell.target == target
    )
    return TableRows(columns, rows, _caption(results, shown))


def _row(cell: Measure, measures: Measures) -> TableRow:
    ours = cell.agent == hero(measures.agents, measures.baseline)
    names = (cell.target, measures.condition, cell.agent, title(cell.agent))
    return TableRow(*names, _cells(cell, measures), ours, cell)


def _caption(results: Results, shown: Sequence[Measures]) -> str:
    budgets = sorted({results.steps_of(target) for target in results.targets})
    goals = sorted({results.threshold_of(target) for target in results.targets})
    caption = (
        f"Environment steps to {_between(goals, percent)} greedy success, budget {_between(budgets, count)}; "
        "seeds that never got there count as more than the budget. "
        "Brackets: 95 % bootstrap intervals over seeds."
    )
    if baseline := next((one.baseline for one in shown if one.baseline), None):
        caption += f" Ratio: interquartile mean steps divided by those of the baseline, {title(baseline)}."
    return caption


def _between(values: Sequence[float], write: Callable[[float], str]) -> str:
    """Write the only value, or the least and the largest."""
    return write(values[0]) if len(values) == 1 else f"{write(values[0])} to {write(values[-1])}"


def _cells(cell: Measure, measures: Measures) -> tuple[Cell, ...]:
    budget = cell.budget
    return (
        Cell(f"{cell.reached} of {cell.runs}"),
        _steps(cell.median, budget),
        _steps(cell.iqm, budget),
        ratio_cell(cell.ratio, cell.agent == measures.baseline),
        Cell(percent(cell.final.value), percent_interval(cell.final.interval)),
        Cell(count(cell.source_steps)),
    )


def ratio_cell(ratio: Ratio | None, baseline: bool = False) -> Cell:
    """Write a ratio to the baseline; where censored runs hide how large it is, say which way."""
    if ratio is None:
        return Cell("100 %" if baseline else "–")
    if ratio.bound == "unknown":
        return Cell("–")
    sign = {"at most": "≤ ", "at least": "≥ "}.get(ratio.bound or "", "")
    return Cell(sign + percent(ratio.value), percent_interval(ratio.interval))


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


def bars(table: TableRows, styles: Mapping[str, Style]) -> dict[tuple[str, str], str]:
    """Draw each median with its interval on one logarithmic scale a target, as small SVGs for the table.

    Returns
    -------
    dict of (place, agent) to str
    """
    drawn: dict[tuple[str, str], str] = {}
    for target in dict.fromkeys(row.target for row in table.rows):
        rows = [row for row in table.rows if row.target == target]
        ends = [value for row in rows for value in _range(row.measure.median) if 0 < value < math.inf]
        budget = max(row.measure.budget for row in rows)
        low = min(ends, default=budget) * 0.9
        high = max([*ends, budget if any(not row.measure.median.finite for row in rows) else 0.0]) * 1.1
        for row in rows:
            drawn[row.place, row.agent] = _bar(row.measure.median, styles[row.agent], low, high)
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
