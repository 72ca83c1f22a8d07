"""What "while" does to a goal: both at one step, a duty at each of the steps, or a rule for every time."""

from __future__ import annotations

from dataclasses import replace

from lantern.language.ast import And, Now, Reach, Whenever
from lantern.language.grammar.clausal import EVERY, LATER, Clausal, Drafts, lasts, then
from lantern.language.grammar.phrases import Cond, Draft, Mod, condition_of, goal_of, is_event, leaves, things
from lantern.language.grammar.responses import during, lasting_duty, only_or_done
from lantern.language.making import denied


def on_while(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    """Read "a while b": at one step with b, at each of them, or only there."""
    cond: Cond = mod.value
    if mod.only or "only" in clausal.kinds:
        yield from only_or_done(clausal, draft, cond)
    elif cond.denied and cond.active:
        banned = tuple(denied(condition) for condition in leaves(cond.np))
        yield replace(draft, avoid=(*draft.avoid, *banned)), 0.0
    elif cond.active:
        yield replace(draft, goal=then(draft.goal, goal_of(cond.np))), 0.3
    elif _holds_meanwhile(clausal) or _as_long_as(clausal, cond):
        yield during(clausal, draft, cond), 0.0
    elif isinstance(draft.goal, Reach):
        under = condition_of(cond.np)
        both = And((draft.goal.condition, under))
        once = replace(draft, goal=replace(draft.goal, condition=both))
        alone = "prefixed" in clausal.kinds and not clausal.kinds & (EVERY | LATER | {"asap", "since"})
        if _kept_while(clausal, cond):
            yield during(clausal, draft, cond), 0.0  # "stand still while a worker is near"
            return
        leads = alone and all(thing.world or thing.mode for thing in things(cond.np))
        if leads and clausal.core.force == "may":
            return  # "as long as it is dark, you may ..." asks for nothing
        if not leads or clausal.conventions.each == "once":
            yield once, 0.0
            return
        # "In fog, sound the horn": at every step with fog, or at one.
        rule = Whenever(under, Now(draft.goal.condition))
        once = once.marked("within")
        for one, name in (
            (replace(draft, goal=None, rules=(*draft.rules, rule)), "every time"),
            (once, "once"),
        ):
            yield replace(one, choices=(*one.choices, ("each", name))), 0.0


def _holds_meanwhile(clausal: Clausal) -> bool:
    """Whether a clause says what has to be so as long as something else is, not what is to come."""
    core = clausal.core
    lasts = core.np is not None and (core.kind == "be" or not is_event(core.np))
    told = core.kind == "be" and core.passive and not core.force  # "the doors are closed while it moves"
    duty = core.force == "must" or told or (core.kind == "bare" and lasting_duty(clausal))
    return duty and lasts and not clausal.kinds & {"later", "steps", "count"}


def _as_long_as(clausal: Clausal, cond: Cond) -> bool:
    """Whether "must be locked as long as b" says how long something has to be so."""
    core = clausal.core
    be = core.kind == "be" and not core.force and not core.passive  # "be in the shelter at night"
    duty = ((core.force == "must" and core.passive) or be) and cond.throughout and not cond.denied
    return duty and not clausal.kinds & {"later", "steps", "count"}


def _kept_while(clausal: Clausal, cond: Cond) -> bool:
    """Whether a command is for a state at each step of a state that nobody brings about."""
    core = clausal.core
    limits = EVERY | LATER | {"asap", "since", "steps", "count", "later", "finally", "first"}
    if core.np is None or core.kind not in ("act", "be") or core.passive or core.force:
        return False
    if not lasts(cond) or clausal.kinds & limits:
        return False
    so = all((thing.mode or thing.manner) and not thing.located for thing in things(core.np))
    return so and clausal.conventions.each != "once" and all(thing.world for thing in things(cond.np))
