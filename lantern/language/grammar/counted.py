"""Conditions that count: "not until a has been done twice", "after a for the second time, never b"."""

from __future__ import annotations

from collections.abc import Sequence

from lantern.language.ast import Clause, Condition, NotBefore, Whenever
from lantern.language.grammar.clausal import Clausal
from lantern.language.grammar.phrases import Cond, Group, condition_of, leaves
from lantern.language.making import denied

MOST = 10


def times_of(cond: Cond) -> int | None:
    """How often a condition must have been met; None if its count says something else ("at most")."""
    if cond.count is None:
        return 1
    low, high, _ = cond.count
    if low is None or not 0 < low <= MOST or (high is not None and high != low):
        return None
    return low


def not_before(clausal: Clausal, banned: Sequence[Condition], cond: Cond) -> tuple[NotBefore, ...] | None:
    """Rules that none of some conditions comes before another has been met, so many times if it is counted.

    None if the count cannot be told so, or if something would have to come before itself.
    """
    either = isinstance(cond.np, Group) and cond.np.op == "or"
    firsts = (condition_of(cond.np),) if either else leaves(cond.np)
    times = times_of(cond)
    if times is None or (times > 1 and (either or cond.denied)) or set(firsts) & set(banned):
        return None
    firsts = tuple(map(denied, firsts)) if cond.denied else firsts
    unit = clausal.unit_of(cond.np) if times > 1 else "step"
    return tuple(NotBefore(later, one, clausal.strong, times, unit) for later in banned for one in firsts)


def after_so_many(cond: Cond, body: Clause, clausal: Clausal, strong: bool) -> Clause | None:
    """Rule that something holds after a condition has been met so many times; None if it cannot be told."""
    times = times_of(cond)
    if times is None or cond.denied or isinstance(cond.np, Group):
        return None
    trigger = condition_of(cond.np)
    rule: Clause = body
    for number in range(times):
        # A rule for what comes after the last time begins where the body of a plain one does.
        delay = 1 if number or strong else 0
        rule = Whenever(trigger, rule, delay, "if", False)
        if number < times - 1 and clausal.unit_of(cond.np) == "visit":
            rule = Whenever(denied(trigger), rule, 1, "if", False)
    return rule
