"""From a model's flat plan to the typed task that all translators share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from lantern.language import ast
from lantern.language.llm.plan import NEGATION, Constraint, Plan, Stage

if TYPE_CHECKING:
    from lantern.language.grammar.conventions import Conventions


@dataclass(frozen=True)
class _Reading:
    """What doubtful words mean, as far as a plan has any."""

    strong_until: bool
    strong_next: bool
    unit: Literal["visit", "step"]


def to_task(plan: Plan, conventions: Conventions | None = None) -> ast.Task:
    """Typed task of a plan: its stages as one sequence, and a clause for each constraint.

    Repeated clauses are kept once. The conventions are those of the grammar, so that the two translators can
    be compared.
    """
    from lantern.language.grammar.conventions import Conventions

    known = conventions or Conventions()
    unit: Literal["visit", "step"] = "step" if known.visits == "step" else "visit"
    words = _Reading(known.until == "strong", known.next == "strong", unit)
    clauses: list[ast.Clause] = []
    stages = [_stage(stage) for stage in plan.stages]
    if len(stages) == 1:
        clauses += stages
    elif stages:
        clauses.append(ast.Sequence(tuple(stages), plan.order))
    for rule in plan.constraints:
        clauses += _RULES[rule.kind](rule, words)
    return ast.Task(tuple(dict.fromkeys(clauses)))


def _literal(text: str) -> ast.Condition:
    name = text.removeprefix(NEGATION)
    atom = ast.Atom(name)
    return ast.Not(atom) if text != name else atom


def _all(literals: Iterable[str]) -> ast.Condition:
    parts = tuple(dict.fromkeys(_literal(text) for text in literals))
    return parts[0] if len(parts) == 1 else ast.And(parts)


def _any(literals: Iterable[str]) -> ast.Condition:
    parts = tuple(dict.fromkeys(_literal(text) for text in literals))
    return parts[0] if len(parts) == 1 else ast.Or(parts)


def _stage(stage: Stage) -> ast.Clause:
    if stage.how == "any":
        return ast.Reach(_any(stage.what))
    if stage.how == "together" or len(set(stage.what)) == 1:
        return ast.Reach(_all(stage.what))
    return ast.AllOf(tuple(ast.Reach(_literal(text)) for text in dict.fromkeys(stage.what)))


def _never(rule: Constraint, words: _Reading) -> list[ast.Clause]:
    return [ast.Never(_literal(text)) for text in rule.what]


def _always(rule: Constraint, words: _Reading) -> list[ast.Clause]:
    return [ast.Always(_literal(text)) for text in rule.what]


def _end_with(rule: Constraint, words: _Reading) -> list[ast.Clause]:
    return [ast.Finish(_all(rule.what))]


def _not_until(rule: Constraint, words: _Reading) -> list[ast.Clause]:
    first = _all(rule.other)
    return [ast.NotBefore(_literal(text), first, words.strong_until) for text in rule.what]


def _hold_until(rule: Constraint, words: _Reading) -> list[ast.Clause]:
    return [ast.Until(_all(rule.what), _any(rule.other))]


def _never_after(rule: Constraint, words: _Reading) -> list[ast.Clause]:
    return [
        ast.Whenever(_any(rule.other), ast.Never(_literal(text)), 1, strong=words.strong_next)
        for text in rule.what
    ]


def _count(rule: Constraint, words: _Reading) -> list[ast.Clause]:
    least = rule.count if rule.kind in ("at_least", "exactly") else None
    most = rule.count if rule.kind in ("at_most", "exactly") else None
    return [ast.Count(_literal(text), least, most, words.unit) for text in rule.what]


def _whenever(
    rule: Constraint, words: _Reading, body: Callable[[ast.Condition], ast.Clause], delay: int
) -> list[ast.Clause]:
    return [ast.Whenever(_any(rule.what), body(_all(rule.other)), delay)]


def _next_iff(rule: Constraint, words: _Reading) -> list[ast.Clause]:
    return [ast.Whenever(_all(rule.what), ast.Now(_all(rule.other)), delay=1, direction="iff")]


_RULES: dict[str, Callable[[Constraint, _Reading], Sequence[ast.Clause]]] = {
    "never": _never,
    "always": _always,
    "end_with": _end_with,
    "not_until": _not_until,
    "hold_until": _hold_until,
    "never_after": _never_after,
    "at_least": _count,
    "at_most": _count,
    "exactly": _count,
    "whenever_now": partial(_whenever, body=ast.Now, delay=0),
    "whenever_next": partial(_whenever, body=ast.Now, delay=1),
    "whenever_later": partial(_whenever, body=ast.Reach, delay=0),
    "always_next_iff": _next_iff,
}
