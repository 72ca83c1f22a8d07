"""``lantern sweep --dry-run``, ``lantern status``, ``lantern retry`` and ``lantern clean``."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from lantern.cli.console import out, say
from lantern.cli.sweeps import Display, duration, show_failures, show_report

if TYPE_CHECKING:
    from lantern.experiments.upkeep import Row


def show_outlook(file: str, folder: str | None, workers: int | None) -> None:
    """Print the jobs of a sweep, what is done of them and how long the rest would take."""
    from lantern.experiments.upkeep import outlook

    found = outlook(file, folder, workers)
    show_rows(found.rows)
    left = sum(row.missing for row in found.rows)
    took = f"about {duration(found.seconds)}" if found.seconds is not None else "an unknown time"
    say(f"{left} jobs to run, {took} with {found.workers} workers; results in {found.folder}")
    if found.seconds is None:
        say("A minute of short jobs was not enough to measure every kind of job.")
    if found.stale:
        say(f"{found.stale} finished jobs there belong to it no longer; see `lantern clean`.")


def show_status(folder: str) -> None:
    """Print how far a sweep is, who works on it and what failed."""
    from lantern.experiments.upkeep import state

    found = state(folder)
    show_rows(found.rows)
    for owner in found.running:
        say(f"At work on it: {owner}")
    if found.stale or found.damaged:
        say(f"{found.stale} jobs of an older file, {found.damaged} unreadable: see `lantern clean`.")
    show_failures(list(found.failures))
    say("Everything is done." if found.ended else "Not finished: run the same sweep again to go on.")


def retry_failed(folder: str, workers: int | None) -> None:
    """Run the failed jobs of a sweep again, and whatever else is missing."""
    from lantern.experiments.upkeep import retry

    with Display() as display:
        result = retry(folder, workers, progress=display)
    show_failures(list(result.failures.values()))
    show_report(result.folder)
    if result.failures:
        sys.exit(1)


def clean_folder(folder: str) -> None:
    """Remove what no longer belongs to a sweep."""
    from lantern.experiments.upkeep import clean

    files, size = clean(folder)
    say(f"Removed {files} files ({size / 1e6:.1f} MB) from {folder}.")


def show_rows(rows: Iterable[Row]) -> None:
    """Print a table of jobs."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("kind", "target", "agent"):
        table.add_column(name)
    for name in ("jobs", "done", "failed", "running", "s each"):
        table.add_column(name, justify="right")
    for row in rows:
        each = "" if row.seconds is None else f"{row.seconds:.2f}"
        counts = (row.total, row.done, row.failed, row.running)
        table.add_row(*map(Text, (row.kind, row.target, row.agent, *map(str, counts), each)))
    out.print(table)
