"""Clauses that say what must go on: throughout, until, while, or from something on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lantern.language.ast import (
    Always,
    And,
    Condition,
    Finish,
    Not,
    NotBefore,
    Now,
    Or,
    Reach,
    Until,
    Whenever,
)
from lantern.language.grammar.bans import ban
from lantern.language.grammar.clausal import EVERY, LATER, PLAIN, Clausal, Drafts, lasts, take
from lantern.language.grammar.phrases import Draft, Mod, Thing, condition_of
from lantern.language.grammar.responses import just_when
from lantern.language.making import denied


def stay(clausal: Clausal, mods: list[Mod]) -> Drafts:
    """What must go on, throughout or until something else."""
    core = clausal.core
    assert core.np is not None
    if "other_time" in clausal.kinds:
        return
    hold = condition_of(core.np)
    if take(mods, "doing") and not clausal.kinds & {"until", "while"}:
        return  # "keep visiting the hall" does not say for how long
    if "denial" in clausal.kinds and any(mod.kind == "steps" for mod in mods):
        away = Thing(denied(hold), lasting=True)  # "never leave the hall for more than two steps"
        yield from ban(replace(clausal, core=replace(core, kind="ban", np=away)), mods)
        return
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
    elif len(limits) == 1 and limits[0].kind == "iff":
        if lasts(limits[0].value) and not limits[0].value.count:
            yield just_when(limits[0].value, hold), 0.0
    elif len(limits) == 1 and limits[0].kind in LATER | EVERY | {"since"}:
        trigger = condition_of(limits[0].value.np)  # "once it is ready, it must stay ready": from then on
        kept = limits[0].kind == "since" or "for_good" in clausal.kinds or trigger == hold
        at_once = limits[0].value.state and not kept
        rule = Whenever(trigger, Now(hold) if at_once else Always(hold))
        yield Draft(None, (rule,), core.np, under=trigger if at_once else None), 0.2
    elif len(limits) == 1 and limits[0].kind == "while" and not limits[0].value.active:
        yield _stay_while(clausal, condition_of(limits[0].value.np), limits[0], hold), 0.0
    elif len(limits) == 1 and limits[0].kind == "at_end":
        yield Draft(Finish(hold), (), core.np), 0.0
    elif len(limits) == 2:
        yield from _stay_triggered(clausal, limits, hold)


def _stay_while(clausal: Clausal, under: Condition, mod: Mod, hold: Condition) -> Draft:
    """Read "stay in a while b" as a rule about the steps with b; "wait at a with the lamp lit" as both."""
    if mod.value.beside:
        both = And((hold, under))
        return Draft(None, (Always(both),), Thing(both, lasting=True))
    return Draft(None, (Whenever(under, Now(hold)),), clausal.core.np, under=under)


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
