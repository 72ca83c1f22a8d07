"""``lantern check-env``."""

from __future__ import annotations

import sys

from rich.table import Table
from rich.text import Text

from lantern.cli.console import out, say

_MARKS = {
    "ok": ("ok", "green"),
    "note": ("note", "cyan"),
    "warning": ("warning", "yellow"),
    "error": ("error", "red"),
}


def show_check(env: str, task: str | None, steps: int, seed: int) -> None:
    """Check an environment and print what was found; exit with 1 where it cannot be used as it is."""
    from lantern.cli.tasks import find_task
    from lantern.envs import check_env, make_env
    from lantern.envs.task_env import vocabulary_of

    dfa = find_task(task, vocabulary_of(make_env(env))).dfa if task is not None else None
    findings = check_env(env, task=dfa, steps=steps, seed=seed)
    table = Table(box=None, pad_edge=False, show_header=False)
    for _ in range(3):
        table.add_column(overflow="fold")
    for finding in findings:
        mark, colour = _MARKS[finding.level]
        advice = f" {finding.remedy}" if finding.remedy else ""
        table.add_row(Text(mark, style=colour), Text(finding.topic), Text(finding.message + advice))
    out.print(table)
    errors = sum(finding.level == "error" for finding in findings)
    warnings = sum(finding.level == "warning" for finding in findings)
    say(f"{env}: {errors} errors, {warnings} warnings.")
    if errors:
        sys.exit(1)
