"""Bans that count: "never more than twice", "not twice without b in between", "not two steps in a row"."""

from __future__ import annotations

from collections.abc import Sequence

from lantern.language.ast import AllOf, Clause, Condition, Never, NotBefore, Whenever
from lantern.language.grammar.clausal import PLAIN, Clausal, Drafts, count_of, take
from lantern.language.grammar.counted import after_so_many
from lantern.language.grammar.phrases import Cond, Draft, Mod, condition_of, leaves
from lantern.language.making import no_run


def numbered(clausal: Clausal, mods: list[Mod]) -> list[tuple[Draft, float]] | None:
    """Bans that count times or steps; None if the number is none ("never once")."""
    np = clausal.core.np
    if clausal.kinds & {"second", "ordinal"}:  # "never a third time"
        nth = take(mods, "second", "ordinal")
        times = nth.value if nth is not None and nth.kind == "ordinal" else 2
        if np is None or any(mod.kind not in PLAIN for mod in mods):
            return []
        most = tuple(count_of(clausal, leaf, None, times - 1) for leaf in leaves(np))
        return [(Draft(None, most, np), 0.0)]
    count = take(mods, "count")
    if count is not None and (between := take(mods, "without_between")) is not None:
        return _ban_repeated(clausal, count, mods, between.value)
    if count is not None:
        rules = _ban_count(clausal, count)
        if rules is not None and all(mod.kind in PLAIN for mod in mods):
            return [(Draft(*rules, np), 0.0)]
        if count.value[:2] != (1, None) or count.value[2] != "times":
            return []
    order = take(mods, "order")
    if order is not None and order.value == "once":
        clausal.marks.add("order once")
    steps = take(mods, "steps")
    return None if steps is None else list(_ban_steps(clausal, mods, steps.value))


def _ban_repeated(clausal: Clausal, count: Mod, mods: list[Mod], between: Cond) -> list[tuple[Draft, float]]:
    """Read "never a twice without b in between" as no second a before b, after every a."""
    core = clausal.core
    low, _, said = count.value
    if core.np is None or (low, said) != (2, "times") or any(mod.kind not in PLAIN for mod in mods):
        return []
    first, strong = condition_of(between.np), clausal.strong_next
    rules = tuple(Whenever(one, NotBefore(one, first), 1, "if", strong) for one in leaves(core.np))
    return [(Draft(None, rules, core.np), 0.0)]


def _ban_steps(clausal: Clausal, mods: Sequence[Mod], number: int) -> Drafts:
    """Read "never on for two steps in a row": no second step right after a first."""
    core = clausal.core
    if number > 1 and core.np is not None and all(mod.kind in PLAIN for mod in mods):
        yield Draft(None, tuple(no_run(one, number) for one in leaves(core.np)), core.np), 0.0


def _ban_count(clausal: Clausal, count: Mod) -> tuple[Clause | None, tuple[Clause, ...]] | None:
    """Read "never more than twice" and its like: the negation of a count."""
    low, high, said = count.value
    core = clausal.core
    assert core.np is not None
    if said == "times" and low is not None and low > 1:
        return None, tuple(count_of(clausal, leaf, None, low - 1) for leaf in leaves(core.np))
    if said in ("exactly", "times"):
        return None  # "do not visit it exactly twice": how often, then?
    if said == "off":
        goals = tuple(count_of(clausal, leaf, low, high) for leaf in leaves(core.np))
        return (goals[0] if len(goals) == 1 else AllOf(goals)), ()
    if low is not None:
        return None, tuple(count_of(clausal, leaf, None, low - 1) for leaf in leaves(core.np))
    goals = tuple(count_of(clausal, leaf, high + 1, None) for leaf in leaves(core.np))
    return (goals[0] if len(goals) == 1 else AllOf(goals)), ()


def ban_after_count(clausal: Clausal, cond: Cond, banned: Sequence[Condition]) -> Drafts:
    """Read "do not visit a again after you have visited it n times": at most n."""
    assert cond.count is not None
    low = cond.count[0]
    if low is not None and set(leaves(cond.np)) == set(banned):
        yield Draft(None, tuple(count_of(clausal, leaf, None, low) for leaf in banned), clausal.core.np), 0.0
        return
    rules = tuple(after_so_many(cond, Never(one), clausal, strong=True) for one in banned)
    if None not in rules:
        yield Draft(None, tuple(rule for rule in rules if rule is not None), clausal.core.np), 0.0
