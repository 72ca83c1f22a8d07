"""``lantern sweep`` and ``lantern report``."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from rich.console import Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from lantern.cli.console import complain, err, heading, out, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lantern.experiments.progress import Status
    from lantern.experiments.report import TableRows
    from lantern.experiments.report.measures import Measures
    from lantern.experiments.results import Failure, Results

MOST_PLACES = 8
"""Targets (under conditions) with a table each in the terminal."""

LINE_EVERY = 5.0
"""Seconds between lines of progress where there is no terminal to draw on."""


class Display:
    """Draws the progress of a sweep: bars on a terminal, plain lines elsewhere."""

    def __init__(self) -> None:
        self.drawn = err.is_terminal
        self.last = time.monotonic()
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}"),
            console=err,
        )
        self.task = self.bar.add_task("jobs", total=None, rate="", left="")
        self.live = Live(self.bar, console=err, refresh_per_second=8, transient=True)

    def __enter__(self) -> Self:
        if self.drawn:
            self.live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.drawn:
            self.live.stop()

    def __call__(self, status: Status) -> None:
        """Take note of the state of the sweep."""
        if status.note:
            err.print(Text(status.note))
        if self.drawn:
            self._draw(status)
        elif time.monotonic() - self.last >= LINE_EVERY:
            self.last = time.monotonic()
            err.print(Text(describe(status)))

    def _draw(self, status: Status) -> None:
        self.bar.update(
            self.task,
            total=status.total,
            completed=status.done + status.failed,
            rate=f"{status.rate:.1f}/s",
            left="" if status.left is None else f"{duration(status.left)} left",
        )
        agents = Text("final success so far: " + successes(status)) if status.success else Text("")
        self.live.update(Group(self.bar, agents))


def describe(status: Status) -> str:
    """Return one line about the state of a sweep."""
    failed = f", {status.failed} failed" if status.failed else ""
    left = "" if status.left is None else f", {duration(status.left)} left"
    learned = f"; {successes(status)}" if status.success else ""
    return f"{status.done} of {status.total} jobs{failed}, {status.rate:.1f}/s{left}{learned}"


def successes(status: Status) -> str:
    """Mean final success of each agent so far."""
    return ", ".join(f"{agent} {100 * value:.0f} %" for agent, value in status.success.items())


def duration(seconds: float) -> str:
    """Write seconds as people do."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.1f} h"


def run_sweep(
    file: str, folder: str | None, workers: int | None, backend: str, dry_run: bool, **options: Any
) -> None:
    """Run a sweep, write its report, print its table."""
    if dry_run:
        from lantern.cli.upkeep import show_outlook

        show_outlook(file, folder, workers)
        return
    from lantern.experiments import sweep

    with Display() as display:
        result = sweep(file, folder, workers, backend=backend, progress=display, **options)
    show_failures(list(result.failures.values()))
    show_report(result.folder)
    took = duration(result.seconds)
    say(f"{result.done} of {result.total} jobs done in {took}; results in {result.folder}")
    if result.failures:
        sys.exit(1)


def import_agents(folder: str, given: list[str], target: str | None, success_return: float | None) -> None:
    """Add curves from elsewhere, each given as NAME=PATH."""
    from lantern.errors import ContentError
    from lantern.experiments.importing import import_curves

    for one in given:
        name, equals, path = one.partition("=")
        if not equals or not name or not path:
            raise ContentError(f"--import {one!r}: expected NAME=PATH, such as dqn=logs/dqn.")
        count = import_curves(folder, name, path, target, success_return)
        say(f"Read {count} runs of {name} from {path}.")


def show_failures(failures: list[Failure]) -> None:
    """Say which jobs failed, and where their tracebacks are."""
    if not failures:
        return
    complain(f"{len(failures)} jobs failed; the others are complete. Their tracebacks are in failed/.")
    for failure in failures[:5]:
        err.print(Text(f"  {failure.target}, {failure.agent}, seed {failure.seed}: {failure.message}"))
    if len(failures) > 5:
        err.print(Text(f"  and {len(failures) - 5} more"))


def _show_measured(results: Results) -> None:
    """Print what evaluations measured beside success, over all targets."""
    from lantern.experiments.report import measured_table

    for found in measured_table(results):
        heading(f"What else was measured{': ' if found.condition else ''}{found.condition}")
        table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
        table.add_column("mean over runs")
        for one in found.titles:
            table.add_column(one, justify="right", overflow="fold")
        for name, cells in found.rows:
            table.add_row(name, *(Text(cell.value) for cell in cells))
        out.print(table)


def _table_of(rows: TableRows, place: str, narrow: bool) -> Table:
    """Make the table of one place; its last column, steps of the teachers, gives way where it is narrow."""
    columns = slice(1, -1 if narrow else None)
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for position, column in enumerate(rows.columns[columns]):
        table.add_column(column, justify="right" if position else "left", overflow="fold")
    for row, line in zip(rows.rows, rows.lines(stacked=True), strict=True):
        if row.place == place:
            table.add_row(*map(Text, line[columns]), style="bold" if row.ours else None)
    return table


def _side_by_side(results: Results, shown: Sequence[Measures]) -> Table:
    """Make the table of all agents under all conditions."""
    from lantern.experiments.report.conditions import ratios

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("agent")
    for measures in shown:
        table.add_column(measures.condition or "plain list", justify="right")
    for row in ratios(shown):
        table.add_row(
            *map(Text, (row.title, *(cell.text for cell in row.cells))), style="bold" if row.ours else None
        )
    return table


def show_report(folder: str | Path) -> None:
    """Write the report of a folder, print its table and where the page is."""
    from lantern.experiments import load_results
    from lantern.experiments.report import table_rows, write_report
    from lantern.experiments.report.measures import views

    results = load_results(folder)
    shown = views(results)
    rows = table_rows(results, shown)
    heading(results.name)
    if results.conditions != ("",):
        say()
        out.print(_side_by_side(results, shown))
        say("Steps to the threshold as a share of the baseline's, over all targets, by condition.")
    for place in rows.places if len(rows.places) <= MOST_PLACES else ():
        say()
        heading(place)
        out.print(_table_of(rows, place, narrow=out.width < 100))
    _show_measured(results)
    say()
    say(rows.caption)
    if len(rows.places) > MOST_PLACES:
        say(f"Each target alone ({len(rows.rows)} rows): table.md beside the report, and in the report.")
    page = write_report(folder)
    say(f"Report: {page}")
