"""Clauses that say what must not happen, or must go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from lantern.language.ast import (
    AllOf,
    And,
    Clause,
    Condition,
    Finish,
    Never,
    Not,
    NotBefore,
    Now,
    OneOf,
    Or,
    Reach,
    Whenever,
)
from lantern.language.grammar.clausal import EVERY, LATER, PLAIN, Clausal, Drafts, count_of, lasts, take
from lantern.language.grammar.counted import not_before
from lantern.language.grammar.phrases import (
    Cond,
    Draft,
    Group,
    Mod,
    Thing,
    condition_of,
    goal_of,
    is_event,
    leaves,
    things,
)
from lantern.language.grammar.rationed import ban_after_count, numbered
from lantern.language.making import denied


def ban(clausal: Clausal, mods: list[Mod]) -> Drafts:
    """What must not happen: throughout, until, before, after, while, without or so many times."""
    core = clausal.core
    assert core.np is not None
    banned = leaves(core.np)
    if clausal.kinds & {"count", "order", "steps", "second", "ordinal"}:
        told = numbered(clausal, mods)
        if told is not None:
            yield from told
            return
    both = take(mods, "both") is not None and "same_time" not in clausal.kinds  # "both valves at once"
    if both and len(banned) > 1:
        yield from _ban_both(clausal, mods, banned)
        return
    limits = [mod for mod in mods if mod.kind not in PLAIN]
    if _says_less(clausal, mods, limits):
        return
    if not limits:
        choices = (("scope", "both"),) if "scope" in clausal.kinds else ()
        yield Draft(None, tuple(map(Never, banned)), core.np, choices=choices), 0.0
    elif len(limits) == 1 and limits[0].only and limits[0].kind in LATER:
        yield from _ban_until(clausal, limits[0], banned)  # "..., at least not before b"
    elif len(limits) == 1 and limits[0].kind in _ON_BAN:
        yield from _ON_BAN[limits[0].kind](clausal, limits[0], banned)
    elif len(limits) == 2 and {mod.kind for mod in limits} & _BESIDE:
        yield from _ban_beside(clausal, limits, banned)
    elif len(limits) == 2:
        yield from _ban_triggered(clausal, limits, banned)


def _ban_beside(clausal: Clausal, limits: Sequence[Mod], banned: Sequence[Condition]) -> Drafts:
    """Read "do not fly with the crate while it is windy" as never all of it at one step."""
    beside = next(mod for mod in limits if mod.kind in _BESIDE)
    other = next(mod for mod in limits if mod is not beside)
    if any(thing.event for thing in things(beside.value)) or other.kind not in _ON_BAN:
        return
    together = tuple(And((one, condition_of(beside.value))) for one in banned)
    yield from _ON_BAN[other.kind](clausal, other, together)


def _says_less(clausal: Clausal, mods: Sequence[Mod], limits: Sequence[Mod]) -> bool:
    """Whether an adverb is denied, not the deed: "do not do it first", "must not be on all the time"."""
    order = {"first", "finally", "only"} & clausal.kinds or any(mod.value == "last" for mod in mods)
    partly = "denial" in clausal.kinds and any(m.kind == "always" and m.value == "whole" for m in mods)
    waits = "stays" in clausal.kinds and any(mod.kind in ("until", "before") for mod in limits)
    return partly or waits or (bool(order) and not limits)


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


def _ban_until(clausal: Clausal, mod: Mod, banned: Sequence[Condition]) -> Drafts:
    cond: Cond = mod.value
    rules = not_before(clausal, banned, cond)
    if rules is None:
        return
    until = Draft(None, rules, clausal.core.np)
    so = lasts(cond) or _meanwhile(clausal, cond)
    if mod.kind != "unless" or not (so or (cond.present and not cond.count)):
        yield until, 0.0
        return
    # "unless the gas valve is open" says what must be so at that step; "unless the bell is rung" may.
    excused = denied(condition_of(cond.np))
    then = Draft(None, tuple(Never(And((b, excused))) for b in banned), clausal.core.np)
    if so:
        yield then, 0.0
        return
    for draft, name in ((until, "at some step before"), (then, "at that step")):
        yield replace(draft, choices=(*draft.choices, ("unless", name))), 0.0


def _meanwhile(clausal: Clausal, cond: Cond) -> bool:
    """Whether a passive in the present tense tells of the step at which something lasts or does not."""
    np = clausal.core.np
    return cond.present and np is not None and all(thing.lasting for thing in things(np))


def _ban_after(clausal: Clausal, mod: Mod, banned: Sequence[Condition]) -> Drafts:
    cond: Cond = mod.value
    if mod.kind == "iff":
        return
    if cond.denied and not (cond.state and mod.kind in ("if", "when", "whenever")):
        yield from _ban_until(clausal, mod, banned)
        return
    if cond.count:
        yield from ban_after_count(clausal, cond, banned)
        return
    if "soon" in clausal.kinds:
        yield from _ban_asap(clausal, mod, banned)
        return
    if mod.kind in ("if", "when", "whenever") and _at_those_steps(clausal, cond):
        yield from _ban_in_state(clausal, mod, banned)
        return
    if set(leaves(cond.np)) == set(banned):
        yield Draft(None, tuple(count_of(clausal, leaf, None, 1) for leaf in banned), clausal.core.np), 0.0
        return
    if mod.kind == "when" and cond.active and isinstance(cond.np, Thing) and cond.np.pronoun:
        both = tuple(Never(And((one, condition_of(cond.np)))) for one in banned)
        yield Draft(None, both, clausal.core.np).marked("arriving"), 0.0
        return
    later = _ban_from_then_on(clausal, cond, banned)
    told = cond.present and not is_event(cond.np) and mod.kind in ("if", "when", "whenever")
    if not told and (mod.kind != "when" or not cond.present or "prefixed" in clausal.kinds):
        yield later, 0.0
        return
    # "not up when it is overloaded": at that very step, or from then on.
    trigger = condition_of(cond.np)
    together = Draft(None, tuple(Never(And((one, trigger))) for one in banned), clausal.core.np)
    yield from _when(("at that step", together), ("from then on", later))


def _when(*readings: tuple[str, Draft]) -> Drafts:
    for name, draft in readings:
        yield replace(draft, choices=(("when", name),)), 0.0


def _at_those_steps(clausal: Clausal, cond: Cond) -> bool:
    """Whether what is forbidden "if" something is so is forbidden as long as that is so."""
    np = clausal.core.np
    if clausal.kinds & {"for_good", "again"}:
        return False
    told = cond.present and np is not None and not is_event(cond.np) and not is_event(np)
    return lasts(cond) or _meanwhile(clausal, cond) or told


def _ban_in_state(clausal: Clausal, mod: Mod, banned: Sequence[Condition]) -> Drafts:
    """Read "if it is dark, not a" as never both; "if the bell rings, never a" may be more."""
    together = [draft for draft, _ in _ban_while(clausal, mod, banned)]
    ever = "always" in clausal.kinds and mod.kind == "if"  # "if it is ever warm, ... not at any point"
    begins = mod.value.begins and "evermore" in clausal.kinds and mod.kind != "whenever"
    if not (ever or begins):
        yield from ((draft, 0.0) for draft in together)
        return
    later = _ban_from_then_on(clausal, mod.value, banned, 0 if ever else 1)
    both = [("from then on", later), *(("at that step", draft) for draft in together)]
    yield from _when(*(both if begins else both[::-1]))


def _ban_from_then_on(clausal: Clausal, cond: Cond, banned: Sequence[Condition], delay: int = 1) -> Draft:
    trigger, strong = condition_of(cond.np), clausal.strong_next or not delay
    rules = tuple(Whenever(trigger, Never(one), delay, "if", strong) for one in banned)
    return Draft(None, rules, clausal.core.np)


def _ban_asap(clausal: Clausal, mod: Mod, banned: Sequence[Condition]) -> Drafts:
    trigger = condition_of(mod.value.np)
    rules = tuple(Whenever(trigger, Now(Not(one)), 1, "if", clausal.strong_next) for one in banned)
    yield Draft(None, rules, clausal.core.np), 0.0


def _ban_between(clausal: Clausal, mod: Mod, banned: Sequence[Condition]) -> Drafts:
    """Read "between a and b, never c" as no c after any a until b."""
    first, second = (condition_of(cond.np) for cond in mod.value)
    rules = tuple(Whenever(first, NotBefore(one, second)) for one in banned)
    yield Draft(None, rules, clausal.core.np), 0.0


def _ban_both(clausal: Clausal, mods: Sequence[Mod], banned: Sequence[Condition]) -> Drafts:
    """Read "never open both a and b": not both in an episode, or not both at one step."""
    if any(mod.kind not in PLAIN for mod in mods):
        return
    np = clausal.core.np
    apart = Draft(None, (OneOf(tuple(map(Never, banned))),), np, choices=(("both", "in all"),))
    together = Draft(None, (Never(And(tuple(banned))),), np, choices=(("both", "at one step"),))
    lasting = np is not None and all(thing.lasting for thing in things(np))
    for draft in (together, apart) if lasting and "holding" in clausal.kinds else (apart, together):
        yield draft, 0.0


def _ban_same_time(clausal: Clausal, mod: Mod, banned: Sequence[Condition]) -> Drafts:
    if len(banned) > 1:
        yield Draft(None, (Never(And(tuple(banned))),), clausal.core.np), 0.0


def _ban_while(clausal: Clausal, mod: Mod, banned: Sequence[Condition]) -> Drafts:
    cond: Cond = mod.value
    if cond.denied and not cond.state and (cond.passive or is_event(cond.np)):
        yield from _ban_until(clausal, mod, banned)  # "while a has not been done" is "before a"
        return
    if cond.active and isinstance(cond.np, Group):
        return  # one deed is under way at a time
    if cond.active:
        yield Draft(goal_of(cond.np), (), cond.np, avoid=tuple(banned)).marked("act"), 0.0
        return
    under = condition_of(cond.np)
    together = tuple(Never(And((condition, under))) for condition in banned)
    yield Draft(None, together, clausal.core.np, under=under), 0.0


def _ban_on_way(clausal: Clausal, mod: Mod, banned: Sequence[Condition]) -> Drafts:
    cond: Cond = mod.value
    goal = goal_of(cond.np)
    if isinstance(goal, Reach):  # nothing is said of what comes after the way
        aside = banned[0] if len(banned) == 1 else Or(tuple(banned))
        yield Draft(replace(goal, avoiding=aside), (), cond.np).marked("act"), 0.0
    else:
        yield Draft(goal, (), cond.np, avoid=tuple(banned)).marked("act"), 0.0


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


def _ban_at_each(clausal: Clausal, mod: Mod, banned: Sequence[Condition]) -> Drafts:
    """Read "never sound the horn at a and at b" as at neither of them."""
    rules = tuple(Never(And((one, place))) for one in banned for place in leaves(mod.value))
    yield Draft(None, rules, clausal.core.np), 0.0


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


_BESIDE = frozenset({"with", "at"})
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
    "at_each": _ban_at_each,
    "at_end": _ban_at_end,
    "except": _ban_except,
}
