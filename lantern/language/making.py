"""Conditions and clauses made of others, for every translator."""

from __future__ import annotations

from lantern.language.ast import Clause, Condition, Not, Now, Whenever, Within


def denied(condition: Condition) -> Condition:
    """The opposite of a condition, without double denial."""
    return condition.body if isinstance(condition, Not) else Not(condition)


def no_run(condition: Condition, length: int) -> Clause:
    """Never so many steps in a row: after each, one of those that follow is without it."""
    if length == 2:
        return Whenever(condition, Now(denied(condition)), 1, "if", False)
    return Whenever(condition, Within(denied(condition), 1, length - 1, strong=False))
