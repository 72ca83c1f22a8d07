"""Clauses that say what must not happen, or must go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

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
    Or,
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
from lantern.language.grammar.counted import after_so_many, not_before
from lantern.language.grammar.phrases import (
    Cond,
    Draft,
    Mod,
    condition_of,
    goal_of,
    is_event,
    leaves,
    things,
)
from lantern.language.grammar.timing import no_run


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
    order = take(mods, "order")
    if order is not None and order.value == "once":
        clausal.marks.add("order once")
    steps = take(mods, "steps")
    if steps is not None:
        yield from _ban_steps(clausal, mods, steps.value)
        return
    limits = [mod for mod in mods if mod.kind not in PLAIN]
    if not limits:
        choices = (("scope", "both"),) if "scope" in clausal.kinds else ()
        yield Draft(None, tuple(map(Never, banned)), core.np, choices=choices), 0.0
    elif len(limits) == 1 and limits[0].only and limits[0].kind in LATER:
        yield from _ban_until(clausal, limits[0], banned)  # "..., at least not before b"
    elif len(limits) == 1 and limits[0].kind in _ON_BAN:
        yield from _ON_BAN[limits[0].kind](clausal, limits[0], banned)
    elif len(limits) == 2:
        yield from _ban_triggered(clausal, limits, banned)


def _ban_triggered(clausal: Clausal, limits: Sequence[Mod], banned: Sequence[Condition]) -> Drafts:
    """Read "whenever a, not b until c" as the rule about b and c after every a."""
    triggers = [mod for mod in limits if mod.kind in LATER | EVERY | {"since"}]
    inner = [mod for mod in limits if mod.kind in ("until", "before", "unless", "without_between")]
    if len(triggers) != 1 or len(inner) != 1:
        return
    trigger: Cond = triggers[0].value
    if trigger.count or (trigger.denied and not trigger.state):
        return
    delay, under = 0 if trigger.state else 1, condition_of(trigger.np)
    for draft, cost in _ban_until(clausal, inner[0], banned):
        rules: tuple[Clause, ...] = tuple(
            Never(And((under, rule.condition)))
            if trigger.state and isinstance(rule, Never)
            else Whenever(under, rule, delay, "if", clausal.strong_next)
            for rule in draft.rules
        )
        yield replace(draft, rules=rules), cost


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
    rules = not_before(clausal, banned, cond)
    if rules is None:
        return
    until = Draft(None, rules, clausal.core.np)
    if mod.kind != "unless" or not (cond.state or _meanwhile(clausal, cond)):
        yield until, 0.0
        return
    # "unless the gas valve is open" says what must be so at that step.
    excused = denied(condition_of(cond.np))
    yield Draft(None, tuple(Never(And((b, excused))) for b in banned), clausal.core.np), 0.0


def _meanwhile(clausal: Clausal, cond: Cond) -> bool:
    """Whether a passive in the present tense tells of the step at which something lasts or does not."""
    np = clausal.core.np
    return cond.present and np is not None and all(thing.lasting for thing in things(np))


def _ban_after(clausal: Clausal, mod: Mod, banned: Sequence[Condition]) -> Drafts:
    cond: Cond = mod.value
    if cond.denied and not (cond.state and mod.kind in ("if", "when", "whenever")):
        yield from _ban_until(clausal, mod, banned)
        return
    if cond.count:
        yield from _ban_after_count(clausal, cond, banned)
        return
    if "soon" in clausal.kinds:
        yield from _ban_asap(clausal, mod, banned)
        return
    bare = not cond.active and not cond.passive and all(thing.lasting for thing in things(cond.np))
    if (cond.state or bare or _meanwhile(clausal, cond)) and mod.kind in ("if", "when", "whenever"):
        ever = "always" in clausal.kinds and mod.kind == "if"  # "if it is ever warm, ... not at any point"
        for draft, cost in _ban_while(clausal, mod, banned):
            yield (replace(draft, choices=(("when", "at that step"),)) if ever else draft), cost
        if ever:
            trigger = condition_of(cond.np)
            rules = tuple(Whenever(trigger, Never(one)) for one in banned)
            yield Draft(None, rules, clausal.core.np, choices=(("when", "from then on"),)), 0.0
        return
    if set(leaves(cond.np)) == set(banned):
        yield Draft(None, tuple(count_of(clausal, leaf, None, 1) for leaf in banned), clausal.core.np), 0.0
        return
    trigger = condition_of(cond.np)
    rules = tuple(Whenever(trigger, Never(condition), 1, "if", clausal.strong_next) for condition in banned)
    later = Draft(None, rules, clausal.core.np)
    if mod.kind != "when" or not cond.present or "prefixed" in clausal.kinds:
        yield later, 0.0
        return
    # "not up when it is overloaded": at that very step, or from then on.
    together = Draft(None, tuple(Never(And((one, trigger))) for one in banned), clausal.core.np)
    for draft, name in ((together, "at that step"), (later, "from then on")):
        yield replace(draft, choices=(("when", name),)), 0.0


def _ban_after_count(clausal: Clausal, cond: Cond, banned: Sequence[Condition]) -> Drafts:
    """Read "do not visit a again after you have visited it n times": at most n."""
    assert cond.count is not None
    low = cond.count[0]
    if low is not None and set(leaves(cond.np)) == set(banned):
        yield Draft(None, tuple(count_of(clausal, leaf, None, low) for leaf in banned), clausal.core.np), 0.0
        return
    rules = tuple(after_so_many(cond, Never(one), clausal, strong=True) for one in banned)
    if None not in rules:
        yield Draft(None, tuple(rule for rule in rules if rule is not None), clausal.core.np), 0.0


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
    if cond.denied and not cond.state and (cond.passive or is_event(cond.np)):
        yield from _ban_until(clausal, mod, banned)  # "while a has not been done" is "before a"
        return
    if cond.active:
        yield Draft(goal_of(cond.np), (), cond.np, avoid=tuple(banned)).marked("act"), 0.0
        return
    under = condition_of(cond.np)
    together = tuple(Never(And((condition, under))) for condition in banned)
    yield Draft(None, together, clausal.core.np, under=under), 0.0


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


def _ban_with(clausal: Clausal, mod: Mod, banned: Sequence[Condition]) -> Drafts:
    """Read "never enter the library with the package" as never both at the same step."""
    if any(thing.event for thing in things(mod.value)):
        return  # "never open the chest with the key": whether the key was picked up before is not said
    together = tuple(Never(And((one, condition_of(mod.value)))) for one in banned)
    yield Draft(None, together, clausal.core.np), 0.0


def _ban_same_as(clausal: Clausal, mod: Mod, banned: Sequence[Condition]) -> Drafts:
    together = tuple(Never(And((one, condition_of(mod.value)))) for one in banned)
    yield Draft(None, together, clausal.core.np), 0.0


def _ban_at_end(clausal: Clausal, mod: Mod, banned: Sequence[Condition]) -> Drafts:
    yield Draft(AllOf(tuple(Finish(denied(one)) for one in banned)), (), clausal.core.np), 0.0


def _ban_except(clausal: Clausal, mod: Mod, banned: Sequence[Condition]) -> Drafts:
    """Read "except while b, never a" as no a at a step without b."""
    cond: Cond = mod.value
    if not cond.count:
        excused = denied(condition_of(cond.np))
        yield Draft(None, tuple(Never(And((one, excused))) for one in banned), clausal.core.np), 0.0


_ON_BAN: dict[str, Callable[[Clausal, Mod, Sequence[Condition]], Drafts]] = {
    "until": _ban_until,
    "before": _ban_until,
    "before_each": _ban_until,
    "unless": _ban_until,
    **dict.fromkeys(LATER | EVERY | {"since"}, _ban_after),
    "while": _ban_while,
    "between": _ban_between,
    "same_time": _ban_same_time,
    "asap": _ban_asap,
    "rightafter": _ban_asap,
    "onwayto": _ban_on_way,
    "without": _ban_without,
    "same_as": _ban_same_as,
    "with": _ban_with,
    "at": _ban_with,
    "at_end": _ban_at_end,
    "except": _ban_except,
}


def stay(clausal: Clausal, mods: list[Mod]) -> Drafts:
    """What must go on, throughout or until something else."""
    core = clausal.core
    assert core.np is not None
    if "other_time" in clausal.kinds:
        return
    hold = condition_of(core.np)
    if take(mods, "doing") and not clausal.kinds & {"until", "while"}:
        return  # "keep visiting the hall" does not say for how long
    steps = take(mods, "steps")
    if steps:
        yield Draft(Reach(hold, steps=steps.value), (), core.np), 0.0
        return
    yield from _stay_limited(clausal, [mod for mod in mods if mod.kind not in PLAIN], hold)


def _stay_limited(clausal: Clausal, limits: list[Mod], hold: Condition) -> Drafts:
    """What must go on, with what limits it."""
    core = clausal.core
    if not limits:
        if "at_end" not in clausal.kinds:
            yield Draft(None, (Always(hold),), core.np), 0.0
    elif len(limits) == 1 and limits[0].kind in ("until", "unless", "before"):
        yield from _stay_until(clausal, limits[0], hold)
    elif len(limits) == 1 and limits[0].kind in LATER | EVERY | {"since"}:
        kept = limits[0].kind == "since" or "for_good" in clausal.kinds
        at_once, trigger = limits[0].value.state and not kept, condition_of(limits[0].value.np)
        rule = Whenever(trigger, Now(hold) if at_once else Always(hold))
        yield Draft(None, (rule,), core.np, under=trigger if at_once else None), 0.2
    elif len(limits) == 1 and limits[0].kind == "while" and not limits[0].value.active:
        under = condition_of(limits[0].value.np)
        yield Draft(None, (Whenever(under, Now(hold)),), core.np, under=under), 0.0
    elif len(limits) == 1 and limits[0].kind == "at_end":
        yield Draft(Finish(hold), (), core.np), 0.0
    elif len(limits) == 2:
        yield from _stay_triggered(clausal, limits, hold)


def _stay_triggered(clausal: Clausal, limits: Sequence[Mod], hold: Condition) -> Drafts:
    """Read "once a, keep b on until c" as b from every a until c; "unless c" leaves out the steps with c."""
    triggers = [mod for mod in limits if mod.kind in LATER | EVERY | {"since", "asap", "while"}]
    ends = [mod for mod in limits if mod.kind in ("until", "before", "unless", "except")]
    if len(triggers) != 1 or len(ends) != 1 or isinstance(hold, Not):
        return
    trigger, end = triggers[0].value, ends[0].value
    if trigger.count or end.count or (trigger.denied and not trigger.state):
        return
    under, release = condition_of(trigger.np), condition_of(end.np)
    if ends[0].kind in ("unless", "except"):
        if trigger.state and end.state:
            yield Draft(None, (Whenever(And((under, denied(release))), Now(hold)),), clausal.core.np), 0.0
        return
    if triggers[0].kind != "while":
        yield Draft(None, (Whenever(under, Until(hold, release)),), clausal.core.np), 0.0


def _stay_until(clausal: Clausal, mod: Mod, hold: Condition) -> Drafts:
    release = condition_of(mod.value.np)
    if mod.kind == "unless" and (mod.value.state or mod.value.present):
        yield Draft(None, (Always(Or((hold, release))),), clausal.core.np), 0.0
    elif mod.kind == "unless" and not isinstance(hold, Not):
        yield Draft(None, (Until(hold, release, clausal.strong),), clausal.core.np), 0.0
    elif isinstance(hold, Not):
        yield Draft(None, (NotBefore(hold.body, release, clausal.strong),), clausal.core.np), 0.0
    else:
        yield Draft(None, (Until(hold, release),), clausal.core.np), 0.0
