"""What a typed task means: its LTLf formula.

A clause is compiled together with what has to follow it: ``_then(clause, k)`` is true at a step from which
the clause gets done, with `k` true at the step where it is done. So sequences nest to the right, "any order"
groups hand their continuation to every member, and choices to every alternative.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import singledispatch
from itertools import combinations, pairwise, permutations

from lantern.errors import FormulaError
from lantern.language.ast import (
    AllOf,
    Always,
    And,
    Atom,
    Clause,
    Condition,
    Count,
    Finish,
    Never,
    Not,
    NotBefore,
    Now,
    OneOf,
    Or,
    Reach,
    Requirement,
    Sequence,
    SomeOf,
    Task,
    Until,
    Whenever,
    Within,
)
from lantern.language.requirements import requirement_formula
from lantern.logic.formula import LAST, Formula, build, conjunction, disjunction, proposition

MAX_ORDERS = 4
MAX_COUNT = 20


def to_formula(node: Task | Clause | Condition) -> Formula:
    """LTLf formula of a task, a clause or a condition.

    Raises
    ------
    FormulaError
        If the task is typed correctly but has no meaning, for example a count that is negative.
    """
    if isinstance(node, Task):
        return conjunction(unique(_then(clause, None) for clause in node.clauses))
    if isinstance(node, Atom | Not | And | Or):
        return condition_formula(node)
    return _then(node, None)


def condition_formula(node: Condition) -> Formula:
    """Formula, without temporal operators, of a condition."""
    if isinstance(node, Atom):
        return proposition(node.name)
    if isinstance(node, Not):
        return ~condition_formula(node.body)
    parts = unique(condition_formula(part) for part in node.parts)
    if not parts:
        raise FormulaError("A condition made with 'and' or 'or' needs at least one part.")
    return conjunction(parts) if isinstance(node, And) else disjunction(parts)


def unique(formulas: Iterable[Formula]) -> list[Formula]:
    """Each formula once, in order."""
    return list(dict.fromkeys(formulas))


def _with(formula: Formula, k: Formula | None) -> Formula:
    return formula if k is None else formula & k


@singledispatch
def _then(node: Clause, k: Formula | None) -> Formula:
    raise FormulaError(f"{type(node).__name__} is not a clause of a task.")


@_then.register
def _reach(node: Reach, k: Formula | None) -> Formula:
    goal = condition_formula(node.condition)
    target = _with(goal, k)
    for _ in range(node.steps - 1):
        target = goal & build("X", target)
    if node.avoiding is None:
        return build("F", target)
    return build("U", ~condition_formula(node.avoiding), target)


@_then.register
def _now(node: Now, k: Formula | None) -> Formula:
    return _with(condition_formula(node.condition), k)


@_then.register
def _within(node: Within, k: Formula | None) -> Formula:
    if not 0 <= node.first <= node.last <= MAX_COUNT:
        raise FormulaError(f"Steps from {node.first} to {node.last} are no range within 0 and {MAX_COUNT}.")
    step = "X" if node.strong else "N"
    goal = condition_formula(node.condition) if node.every else _with(condition_formula(node.condition), k)
    # "a or, one step later, a or, one step later ..." from the last step back to the first.
    result = goal
    for _ in range(node.last - node.first):
        result = goal & build(step, result) if node.every else goal | build(step, result)
    for _ in range(node.first):
        result = build(step, result)
    return _with(result, k) if node.every else result


@_then.register
def _finish(node: Finish, k: Formula | None) -> Formula:
    if k is not None:
        raise FormulaError("Nothing can come after what must hold at the end. Put that part last.")
    return build("F", LAST & condition_formula(node.condition))


@_then.register
def _count(node: Count, k: Formula | None) -> Formula:
    low, high = node.at_least, node.at_most
    if (low is None and high is None) or any(n is not None and not 0 <= n <= MAX_COUNT for n in (low, high)):
        raise FormulaError(f"A count needs a lower or an upper bound, between 0 and {MAX_COUNT}.")
    if low is not None and high is not None and low > high:
        raise FormulaError(f"At least {low} times and at most {high} times cannot both be true.")
    goal = condition_formula(node.condition)
    parts = [_repeated(goal, low, node.unit, k)] if low else [] if k is None else [k]
    if high is not None:
        parts.append(~_repeated(goal, high + 1, node.unit, None))
    return conjunction(parts)


def _repeated(goal: Formula, n: int, unit: str, k: Formula | None) -> Formula:
    """At least `n` times from here on, with `k` where the n-th time begins."""
    result = build("F", _with(goal, k))
    for _ in range(n - 1):
        again = build("X", result) if unit == "step" else build("F", ~goal & result)
        result = build("F", goal & again)
    return result


@_then.register
def _sequence(node: Sequence, k: Formula | None) -> Formula:
    if not node.parts:
        raise FormulaError("A sequence needs at least one part.")
    if node.order in ("strict", "once"):
        return _ordered(node, k)
    if node.order == "next":
        return _then(node.parts[0], _next(node.parts[1:], k))
    apart = _apart(node.parts)
    result = _then(node.parts[-1], k)
    for at in reversed(range(len(node.parts) - 1)):
        result = _then(node.parts[at], build("X", result) if at in apart else result)
    return result


def _apart(parts: tuple[Clause, ...]) -> set[int]:
    """Parts whose successor must come at a later step, so that what is named twice is met twice."""
    twice = {at for at, (part, after) in enumerate(pairwise(parts)) if _goals(part) & _goals(after)}
    return twice | {at for at, after in enumerate(parts[1:]) if isinstance(after, Reach) and after.anew}


def _next(parts: tuple[Clause, ...], k: Formula | None) -> Formula | None:
    """Each part at the step after the one before, and `k` with the last."""
    for part in reversed(parts):
        at_once = Now(part.condition) if isinstance(part, Reach) and part.steps == 1 else part
        k = build("X", _then(at_once, k))
    return k


def _goals(node: Clause) -> frozenset[Condition]:
    """Conditions by which a part of a sequence can begin or end: the same one twice must be met twice."""
    if isinstance(node, Reach | Now | Within | Count):
        return frozenset({node.condition})
    if isinstance(node, Sequence):
        return _goals(node.parts[0]) | _goals(node.parts[-1])
    if isinstance(node, AllOf | OneOf | SomeOf):
        return frozenset().union(*map(_goals, node.parts))
    return frozenset()


def _ordered(node: Sequence, k: Formula | None) -> Formula:
    goals = [condition_formula(part.condition) for part in node.parts if isinstance(part, Reach)]
    if len(goals) < len(node.parts):
        raise FormulaError(f"A sequence of order {node.order!r} can only contain goals to reach.")
    parts = [build("U", ~later, sooner) for sooner, later in pairwise(goals)]
    parts.append(build("F", _with(goals[-1], k)))
    if node.order == "once":
        parts += [_left_for_good(sooner, later) for sooner, later in pairwise(goals)]
    return conjunction(parts)


def _left_for_good(sooner: Formula, later: Formula) -> Formula:
    """One visit to `sooner`, then none until `later`."""
    outside = build("U", ~sooner, later)
    return build("U", ~sooner, build("U", sooner, outside))


@_then.register
def _all_of(node: AllOf, k: Formula | None) -> Formula:
    if k is None:
        return conjunction(unique(_then(part, None) for part in node.parts))
    goals = [part for part in node.parts if is_goal(part)]
    rest = [_then(part, None) for part in node.parts if not is_goal(part)]
    return conjunction(unique([_group(goals, k), *rest]))


def _group(goals: list[Clause], k: Formula) -> Formula:
    """All goals in any order, and `k` at a step by which all are done."""
    if _stays_reachable(k):
        return conjunction(unique(_then(goal, k) for goal in goals)) if goals else k
    if len(goals) > MAX_ORDERS:
        raise FormulaError(
            f"A group of {len(goals)} goals in any order is followed by a condition on the very next step. "
            f"At most {MAX_ORDERS} goals can be combined in this way; give their order."
        )
    return disjunction(_then(Sequence(order), k) for order in permutations(goals))


def _stays_reachable(k: Formula) -> bool:
    """Whether `k`, once true, was true at all steps before, so that it can be asked after each goal alone."""
    if k.operator in ("&", "|"):
        return all(_stays_reachable(child) for child in k.children)
    return k.operator in ("F", "true")


@_then.register
def _one_of(node: OneOf, k: Formula | None) -> Formula:
    if not node.parts:
        raise FormulaError("A choice needs at least one part.")
    return disjunction(unique(_then(part, k) for part in node.parts))


@_then.register
def _some_of(node: SomeOf, k: Formula | None) -> Formula:
    if not 0 < node.n <= len(node.parts):
        raise FormulaError(f"{node.n} of {len(node.parts)} parts cannot be chosen.")
    return _then(OneOf(tuple(AllOf(parts) for parts in combinations(node.parts, node.n))), k)


@_then.register
def _always(node: Always, k: Formula | None) -> Formula:
    return _with(build("G", condition_formula(node.condition)), k)


@_then.register
def _never(node: Never, k: Formula | None) -> Formula:
    return _with(build("G", ~condition_formula(node.condition)), k)


@_then.register
def _until(node: Until, k: Formula | None) -> Formula:
    release = _with(condition_formula(node.release), k)
    return build("U" if node.strong else "W", condition_formula(node.hold), release)


@_then.register
def _not_before(node: NotBefore, k: Formula | None) -> Formula:
    if not 0 < node.times <= MAX_COUNT:
        raise FormulaError(f"What must come first must come between 1 and {MAX_COUNT} times.")
    kept, first = ~condition_formula(node.condition), condition_formula(node.first)
    until = "U" if node.strong else "W"
    result = build(until, kept, _with(first, k))
    for _ in range(node.times - 1):
        again = result if node.unit == "step" else build(until, kept, ~first & kept & result)
        result = build(until, kept, first & kept & build("X", again))
    return result


@_then.register
def _whenever(node: Whenever, k: Formula | None) -> Formula:
    trigger, body = condition_formula(node.trigger), _then(node.body, None)
    if node.direction != "if" and not isinstance(node.body, Now):
        raise FormulaError("Only a condition at one step can be allowed 'only if' something else holds.")
    for _ in range(node.delay):
        body = build("X" if node.strong else "N", body)
    both: dict[str, Callable[[], Formula]] = {
        "if": lambda: trigger >> body,
        "only_if": lambda: body >> trigger,
        "iff": lambda: build("<->", trigger, body),
    }
    return _with(build("G", both[node.direction]()), k)


@_then.register
def _requirement(node: Requirement, k: Formula | None) -> Formula:
    return _with(requirement_formula(node, condition_formula), k)


def is_goal(node: Clause) -> bool:
    """Whether a clause is something to get done, rather than a rule to keep."""
    if isinstance(node, Sequence | AllOf | OneOf | SomeOf):
        return any(is_goal(part) for part in node.parts)
    if isinstance(node, Count):
        return bool(node.at_least)
    return isinstance(node, Reach | Now | Within | Finish)
