"""Clauses that say what must not happen, or must go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lantern.language.ast import (
    AllOf,
    Always,
    And,
    Clause,
    Condition,
    Finish,
    Never,
    Not,
    NotBefore,
    Now,
    Reach,
    Until,
    Whenever,
)
from lantern.language.grammar.clausal import (
    EVERY,
    LATER,
    PLAIN,
    Clausal,
    Drafts,
    count_of,
    denied,
    take,
)
from lantern.language.grammar.phrases import (
    Cond,
    Draft,
    Group,
    Mod,
    condition_of,
    goal_of,
    is_event,
    leaves,
)


def ban(clausal: Clausal, mods: list[Mod]) -> Drafts:
    """What must not happen: throughout, until, before, after, while, without or so many times."""
    core = clausal.core
    assert core.np is not None
    banned = leaves(core.np)
    count = take(mods, "count")
    if count is not None:
        rules = _ban_count(clausal, count)
        if rules is not None and all(mod.kind in PLAIN for mod in mods):
            yield Draft(*rules, core.np), 0.0
            return
        if count.value[:2] != (1, None):
            return
    take(mods, "order")
    limits = [mod for mod in mods if mod.kind not in PLAIN]
    if not limits:
        yield Draft(None, tuple(map(Never, banned)), core.np), 0.0
    elif len(limits) == 1 and limits[0].kind in _ON_BAN:
        yield from _ON_BAN[limits[0].kind](clausal, limits[0], banned)


def _ban_count(clausal: Clausal, count: Mod) -> tuple[Clause | None, tuple[Clause, ...]] | None:
    """Read "never more than twice" and its like: the negation of a count."""
    low, high, said = count.value
    core = clausal.core
    assert core.np is not None
    if said == "exactly" or said == "times":
        if said == "times":
            return None
        goals = tuple(count_of(clausal, leaf, low, high) for leaf in leaves(core.np))
        return (goals[0] if len(goals) == 1 else AllOf(goals)), ()
    if low is not None:
        return None, tuple(count_of(clausal, leaf, None, low - 1) for leaf in leaves(core.np))
    goals = tuple(count_of(clausal, leaf, high + 1, None) for leaf in leaves(core.np))
    return (goals[0] if len(goals) == 1 else AllOf(goals)), ()


def _ban_until(clausal: Clausal, mod: Mod, banned: Sequence[Condition]) -> Drafts:
    cond: Cond = mod.value
    if cond.count:
        return
    either = isinstance(cond.np, Group) and cond.np.op == "or"
    firsts = (condition_of(cond.np),) if either else leaves(cond.np)
    if cond.denied:
        firsts = tuple(denied(first) for first in firsts)
    rules = tuple(NotBefore(later, first, clausal.strong) for later in banned for first in firsts)
    yield Draft(None, rules, clausal.core.np), 0.0


def _ban_after(clausal: Clausal, mod: Mod, banned: Sequence[Condition]) -> Drafts:
    cond: Cond = mod.value
    if cond.denied:
        yield from _ban_until(clausal, mod, banned)
        return
    if cond.count:
        yield from _ban_after_count(clausal, cond, banned)
        return
    if cond.state and mod.kind in ("if", "when", "whenever"):
        yield from _ban_while(clausal, mod, banned)
        return
    if set(leaves(cond.np)) == set(banned):
        yield Draft(None, tuple(count_of(clausal, leaf, None, 1) for leaf in banned), clausal.core.np), 0.0
        return
    trigger = condition_of(cond.np)
    rules = tuple(Whenever(trigger, Never(condition), 1, "if", clausal.strong_next) for condition in banned)
    yield Draft(None, rules, clausal.core.np), 0.0


def _ban_after_count(clausal: Clausal, cond: Cond, banned: Sequence[Condition]) -> Drafts:
    """Read "do not visit a again after you have visited it n times": at most n."""
    assert cond.count is not None
    low = cond.count[0]
    if low is not None and set(leaves(cond.np)) == set(banned):
        yield Draft(None, tuple(count_of(clausal, leaf, None, low) for leaf in banned), clausal.core.np), 0.0


def _ban_asap(clausal: Clausal, mod: Mod, banned: Sequence[Condition]) -> Drafts:
    trigger = condition_of(mod.value.np)
    rules = tuple(Whenever(trigger, Now(Not(one)), 1, "if", clausal.strong_next) for one in banned)
    yield Draft(None, rules, clausal.core.np), 0.0


def _ban_between(clausal: Clausal, mod: Mod, banned: Sequence[Condition]) -> Drafts:
    """Read "between a and b, never c" as no c after any a until b."""
    first, second = (condition_of(cond.np) for cond in mod.value)
    rules = tuple(Whenever(first, NotBefore(one, second)) for one in banned)
    yield Draft(None, rules, clausal.core.np), 0.0


def _ban_same_time(clausal: Clausal, mod: Mod, banned: Sequence[Condition]) -> Drafts:
    if len(banned) > 1:
        yield Draft(None, (Never(And(tuple(banned))),), clausal.core.np), 0.0


def _ban_while(clausal: Clausal, mod: Mod, banned: Sequence[Condition]) -> Drafts:
    cond: Cond = mod.value
    if cond.denied and (cond.passive or is_event(cond.np)):
        yield from _ban_until(clausal, mod, banned)  # "while a has not been done" is "before a"
        return
    if cond.active:
        yield Draft(goal_of(cond.np), (), cond.np, avoid=tuple(banned)).marked("act"), 0.0
        return
    together = tuple(Never(And((condition, condition_of(cond.np)))) for condition in banned)
    yield Draft(None, together, clausal.core.np), 0.0


def _ban_on_way(clausal: Clausal, mod: Mod, banned: Sequence[Condition]) -> Drafts:
    cond: Cond = mod.value
    yield Draft(goal_of(cond.np), (), cond.np, avoid=tuple(banned)).marked("act"), 0.0


def _ban_without(clausal: Clausal, mod: Mod, banned: Sequence[Condition]) -> Drafts:
    cond: Cond = mod.value
    if cond.active or is_event(cond.np):
        yield from _ban_until(clausal, mod, banned)
        return
    rules = tuple(Never(And((one, Not(needed)))) for one in banned for needed in leaves(cond.np))
    yield Draft(None, rules, clausal.core.np), 0.0


_ON_BAN: dict[str, Callable[[Clausal, Mod, Sequence[Condition]], Drafts]] = {
    "until": _ban_until,
    "before": _ban_until,
    "unless": _ban_until,
    **dict.fromkeys(LATER | EVERY, _ban_after),
    "while": _ban_while,
    "between": _ban_between,
    "same_time": _ban_same_time,
    "asap": _ban_asap,
    "onwayto": _ban_on_way,
    "without": _ban_without,
}


def stay(clausal: Clausal, mods: list[Mod]) -> Drafts:
    """What must go on, throughout or until something else."""
    core = clausal.core
    assert core.np is not None
    if "other_time" in clausal.kinds:
        return
    hold = condition_of(core.np)
    steps = take(mods, "steps")
    if steps:
        yield Draft(Reach(hold, steps=steps.value), (), core.np), 0.0
        return
    limits = [mod for mod in mods if mod.kind not in PLAIN]
    if not limits:
        if "at_end" not in clausal.kinds:
            yield Draft(None, (Always(hold),), core.np), 0.0
    elif len(limits) == 1 and limits[0].kind in ("until", "unless", "before"):
        yield from _stay_until(clausal, limits[0], hold)
    elif len(limits) == 1 and limits[0].kind in LATER | EVERY:
        at_once = limits[0].value.state and "for_good" not in clausal.kinds
        rule = Whenever(condition_of(limits[0].value.np), Now(hold) if at_once else Always(hold))
        yield Draft(None, (rule,), core.np), 0.2
    elif len(limits) == 1 and limits[0].kind == "at_end":
        yield Draft(Finish(hold), (), core.np), 0.0


def _stay_until(clausal: Clausal, mod: Mod, hold: Condition) -> Drafts:
    release = condition_of(mod.value.np)
    if isinstance(hold, Not):
        yield Draft(None, (NotBefore(hold.body, release, clausal.strong),), clausal.core.np), 0.0
    else:
        yield Draft(None, (Until(hold, release),), clausal.core.np), 0.0
