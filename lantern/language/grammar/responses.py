"""What "after", "when", "whenever", "if" and "as soon as" do to a goal: order, response, permission."""

from __future__ import annotations

from dataclasses import replace

from lantern.language.ast import (
    AllOf,
    Always,
    And,
    Clause,
    Condition,
    Count,
    Never,
    NotBefore,
    Now,
    Reach,
    Until,
    Whenever,
    walk,
)
from lantern.language.ast import Sequence as Steps
from lantern.language.grammar.clausal import EVERY, Clausal, Drafts, lasts, then
from lantern.language.grammar.counted import after_so_many, not_before
from lantern.language.grammar.phrases import (
    Cond,
    Draft,
    Group,
    Mod,
    NounPhrase,
    Thing,
    condition_of,
    goal_of,
    is_event,
    leaves,
    things,
)
from lantern.language.grammar.timing import apart
from lantern.language.making import denied


def lasting_duty(clausal: Clausal) -> bool:
    """Whether a clause says what has to be so, not what has to be done ("the stirrer has to be running")."""
    core = clausal.core
    if (
        core.np is None
        or clausal.kinds & {"later", "finally", "soon", "steps", "count"}
        or core.force == "may"
    ):
        return False
    named = things(core.np)
    if core.kind == "act" and all(thing.manner for thing in named):
        return "starts" not in clausal.kinds  # "drive slowly"; not "go charging"
    if core.kind == "bare" and all(thing.mode for thing in named):
        return True  # "doors closed while moving"
    told = core.force == "must" or "always" in clausal.kinds or (core.passive and not core.force)
    told = told or "whenever" in clausal.kinds  # "be in the shelter whenever it is night"
    holds = core.kind == "act" and "holding" in clausal.kinds and core.force == "must"  # "must wear a veil"
    so = core.kind == "be" and core.passive and core.force == "must"  # "has to be on"
    return (core.kind == "be" or holds) and told and (so or all(thing.lasting for thing in named))


def from_then_on(clausal: Clausal) -> bool:
    """Whether a clause says what has to be so for good: "must always be lit", "on from then on"."""
    core = clausal.core
    if core.np is None or not clausal.kinds & {"always", "for_good"} or core.force == "may":
        return False
    named = things(core.np)
    kept = core.kind == "be" or (core.kind == "act" and "holding" in clausal.kinds)
    return kept and not clausal.kinds & {"later", "finally", "soon"} and all(one.lasting for one in named)


def during(clausal: Clausal, draft: Draft, cond: Cond) -> Draft:
    """Read "the stirrer has to be running when the catalyst is added" as a rule about that very step."""
    assert clausal.core.np is not None
    hold = condition_of(clausal.core.np)
    body: Clause = Always(hold) if "for_good" in clausal.kinds else Now(hold)
    if draft.under is not None and Whenever(draft.under, body) in draft.rules:
        both = _both(draft.under, condition_of(cond.np))  # "... when the kiln is on at night"
        kept = tuple(rule for rule in draft.rules if rule != Whenever(draft.under, body))
        return replace(draft, rules=(*kept, Whenever(both, body)), under=both)
    rule = Whenever(condition_of(cond.np), body)
    under = condition_of(cond.np) if isinstance(body, Now) else None
    return replace(draft, goal=None, rules=(*draft.rules, rule), under=under)


def unless(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    """Read "whenever a, b must be on unless c" and "b must be on unless c": a duty at steps without c."""
    cond: Cond = mod.value
    if cond.count or not cond.state:
        return
    free = denied(condition_of(cond.np))
    own = [rule for rule in draft.rules if isinstance(rule, Whenever) and rule.direction == "if"]
    if draft.goal is None and own and len(own) == len(draft.rules):
        rules = tuple(replace(rule, trigger=_both(rule.trigger, free)) for rule in own)
        yield replace(draft, rules=rules, under=None), 0.0
    elif isinstance(draft.goal, Reach) and (lasting_duty(clausal) or "always" in clausal.kinds):
        yield replace(draft, goal=None, rules=(*draft.rules, Whenever(free, Now(draft.goal.condition)))), 0.0
    elif draft.goal is None and all(isinstance(rule, Always) for rule in draft.rules) and draft.rules:
        kept = tuple(rule.condition for rule in draft.rules if isinstance(rule, Always))
        yield replace(draft, rules=tuple(Whenever(free, Now(one)) for one in kept)), 0.0


def _both(first: Condition, second: Condition) -> Condition:
    parts = first.parts if isinstance(first, And) else (first,)
    return And((*parts, second))


def response(cond: Cond, draft: Draft) -> Draft | None:
    """Read "whenever a, b" as b after every a."""
    if apart(cond) or (cond.denied and not cond.state and is_event(cond.np)):
        return None  # "whenever a and b have been done", "if you have not done a": as seen from which step?
    trigger = condition_of(cond.np)
    body = draft.goal if draft.goal is not None else AllOf(draft.rules)
    if any(node == Reach(trigger) for node in walk(body)):
        return None  # "if you fight the dragon, do it with the shield" says something else
    if draft.goal is None:
        again = any(isinstance(rule, NotBefore | Never) and rule.condition == trigger for rule in draft.rules)
        # "Whenever a, b before a happens again" speaks of the steps after a.
        rule = Whenever(trigger, AllOf(draft.rules), 1 if again else 0, strong=not again)
        return Draft(None, (rule,), draft.np)
    return Draft(None, (*draft.rules, Whenever(condition_of(cond.np), draft.goal)), draft.np)


def counts(draft: Draft) -> bool:
    """Whether a goal counts, which a rule about what comes first cannot say."""
    return draft.goal is not None and any(isinstance(node, Count) for node in walk(draft.goal))


def _responses(cond: Cond, draft: Draft) -> Drafts:
    found = response(cond, draft)
    if found is not None:
        yield found, 0.0


def _when_so(clausal: Clausal, cond: Cond, draft: Draft) -> Drafts:
    """Read "when the pressure is high, vent steam" as said of every time, or of one."""
    after = cond.np if draft.after is None else Group("and", (draft.after, cond.np))
    every, once = response(cond, draft), replace(draft, after=after)
    if every is None:
        return
    own = cond.begins or all(thing.world for thing in things(cond.np))
    if clausal.conventions.each == "ask" and own:
        yield every, 0.0  # nobody brings about that the light is red: it is said of every time
        return
    if clausal.conventions.each != "ask":
        yield (every if clausal.conventions.each == "every" else once), 0.0
        return
    for one, name in ((every, "every time"), (once, "once")):
        yield replace(one, choices=(*one.choices, ("each", name))), 0.0


def only_while(clausal: Clausal, draft: Draft, cond: Cond) -> Draft:
    """Read "b only when the door is open" as a rule about every step with b."""
    assert clausal.core.np is not None
    missing = denied(condition_of(cond.np))
    rules = tuple(Never(And((one, missing))) for one in leaves(clausal.core.np))
    allowed = clausal.core.force == "may" or clausal.core.passive
    return replace(draft, goal=None if allowed else draft.goal, rules=(*draft.rules, *rules))


def _only_if_not_yet(clausal: Clausal, draft: Draft, cond: Cond) -> Drafts:
    """Read "b may be done only if a has not been done" as no b any more after a."""
    assert clausal.core.np is not None
    trigger, strong = denied(condition_of(cond.np)), clausal.strong_next
    rules = tuple(Whenever(trigger, Never(one), 1, "if", strong) for one in leaves(clausal.core.np))
    yield replace(draft, goal=None, rules=(*draft.rules, *rules)), 0.0


def only_or_done(clausal: Clausal, draft: Draft, cond: Cond) -> Drafts:
    """Read "b only while a" as said of when b is allowed; a command may be meant to be carried out, too."""
    kept = only_while(clausal, draft, cond).marked("meanwhile")
    done = clausal.conventions.goal == "done" or (cond.told and _plain(clausal, draft))
    if kept.goal is None or done or clausal.kinds & {"first", "finally"}:
        yield kept, 0.0
        return
    if "only" in clausal.kinds and _plain(
        clausal, draft
    ):  # "only fly when ..." is about when, not about flying
        yield replace(kept, goal=None), 0.0
        return
    yield replace(kept, choices=(*kept.choices, ("only-if", "to be done"))), 0.0
    yield replace(kept, goal=None, choices=(*kept.choices, ("only-if", "only a rule"))), 0.0


def _plain(clausal: Clausal, draft: Draft) -> bool:
    """Whether a clause says no more than what is done, so that a rule loses nothing of it."""
    more = draft.after is not None or draft.avoid or "always" in clausal.kinds
    return isinstance(draft.goal, Reach) and not more


def _only_if(clausal: Clausal, draft: Draft, cond: Cond) -> Drafts:
    """Read "b only if a" as a rule, and a command with it perhaps as something to be done too."""
    if cond.denied and not cond.state and cond.count is None and clausal.core.force == "may":
        yield from _only_if_not_yet(clausal, draft, cond)
        return
    kept = only_while(clausal, draft, cond).marked("meanwhile") if cond.state else None
    kept = kept or precedence(clausal, draft, cond)
    if kept is None:
        return
    done = clausal.conventions.goal == "done" or (cond.told and _plain(clausal, draft))
    if kept.goal is None or done or clausal.conventions.only == "order":
        yield kept, 0.0
        return
    if cond.state and "only" in clausal.kinds and _plain(clausal, draft):
        yield replace(kept, goal=None), 0.0
        return
    yield replace(kept, choices=(*kept.choices, ("only-if", "to be done"))), 0.0
    yield replace(kept, goal=None, choices=(*kept.choices, ("only-if", "only a rule"))), 0.0


def precedence(clausal: Clausal, draft: Draft, cond: Cond) -> Draft | None:
    """Not before; and it is still to be done, unless it is merely allowed."""
    assert clausal.core.np is not None
    if cond.denied and not cond.state:
        return None
    # What must be done at the end is to be done, whatever has to come before it.
    allowed = clausal.core.force == "may" or (clausal.core.passive and "at_end" not in clausal.kinds)
    if allowed and counts(draft):
        return None
    if clausal.conventions.only == "order" and not allowed and not cond.denied:
        return replace(draft, goal=then(goal_of(cond.np), draft.goal))
    rules = not_before(clausal, leaves(clausal.core.np), replace(cond, denied=False))
    if rules is None:
        return None
    return replace(draft, goal=None if allowed else draft.goal, rules=(*draft.rules, *rules))


def on_asap(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    """Read "b right after a": at the very next step, every time or once."""
    cond: Cond = mod.value
    if not isinstance(draft.goal, Reach) or cond.count or apart(cond):
        return
    if draft.goal.condition == condition_of(cond.np):
        return  # "b right after it", where "it" was taken for b itself
    rule = Whenever(condition_of(cond.np), Now(draft.goal.condition), 1)
    only = mod.only or "only" in clausal.kinds
    if only:
        rule = replace(rule, direction="only_if")
    every = replace(draft, goal=None, rules=(*draft.rules, rule))
    # A command may be meant once: "go home right after slaying the dragon".
    command = not clausal.core.force and not clausal.core.passive and "always" not in clausal.kinds
    command = command and not (cond.state and all(thing.world for thing in things(cond.np)))
    if (
        only
        or not command
        or mod.kind in EVERY | {"asap"}
        or cond.denied
        or clausal.conventions.each == "every"
    ):
        yield every, 0.0
        return
    once = replace(draft, goal=Steps((goal_of(cond.np), draft.goal), "next"))
    if clausal.conventions.each == "once":
        yield once, 0.0
        return
    for one, name in ((every, "every time"), (once, "once")):
        yield replace(one, choices=(*one.choices, ("each", name))), 0.0


def _allowed(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    """Read "only after a, b" and "you may b after a": at no step before, or at none without a state."""
    np = clausal.core.np
    # "the door may only be open when the lift is stopped"
    meanwhile = mod.value.present and np is not None and all(thing.lasting for thing in things(np))
    if (mod.value.state or meanwhile) and mod.kind == "when":
        yield from only_or_done(clausal, draft, mod.value)
        return
    kept = precedence(clausal, draft, mod.value)
    if kept is not None:
        yield kept, 0.2 if mod.kind != "after" and not mod.only else 0.0


def _after_so_many(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    """Read "after a has been done twice, b": in order, only after it, or a response to every second time."""
    cond: Cond = mod.value
    if mod.only or clausal.core.force == "may" or "only" in clausal.kinds:
        yield from _allowed(clausal, mod, draft)
        return
    if clausal.core.force == "must" and mod.kind == "after" and draft.goal is not None:
        rule = after_so_many(cond, draft.goal, clausal, strong=False)
        if rule is not None:
            yield Draft(None, (*draft.rules, rule), draft.np), 0.0
        return
    low, _, said = cond.count or (None, None, "")
    if said in ("times", "ordinal", "at least") and low and isinstance(cond.np, Thing):
        times = Count(cond.np.condition, low, None, clausal.unit_of(cond.np))
        yield replace(draft, goal=then(times, draft.goal)), 0.0


def _kept_already(draft: Draft) -> bool:
    """Whether something has to be so from a trigger on, which "when c" does not limit any more."""
    return any(isinstance(rule, Whenever) and isinstance(rule.body, Always) for rule in draft.rules)


def _told_of_others(clausal: Clausal, cond: Cond) -> bool:
    """Whether "when a, do b" may be said of every time: a is a state, or done by somebody ("is pressed")."""
    happens = cond.present and cond.passive
    return (cond.state or happens) and not clausal.core.force and "always" not in clausal.kinds


def on_later(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    """Read "b after a", "once a, b", "b when a": in order, or a response to every a, or only after it."""
    cond: Cond = mod.value
    only = mod.only or "only" in clausal.kinds
    if (cond.denied and not (only and cond.state)) or _kept_already(draft):
        return
    if cond.count:
        yield from _after_so_many(clausal, mod, draft)
        return
    lasts = isinstance(draft.goal, Until)
    if lasts and not only and mod.kind != "after":
        yield from _responses(cond, draft)
    elif mod.kind == "when" and not only and lasting_duty(clausal):
        yield during(clausal, draft, cond), 0.0
    elif not only and from_then_on(clausal) and isinstance(draft.goal, Reach):
        rule = Whenever(condition_of(cond.np), Always(draft.goal.condition))
        yield replace(draft, goal=None, rules=(*draft.rules, rule)), 0.0
    elif only or clausal.core.force == "may":
        yield from _allowed(clausal, mod, draft)
    elif "soon" in clausal.kinds:
        yield from on_asap(clausal, mod, draft)
    elif mod.kind == "when" and _told_of_others(clausal, cond):
        yield from _when_so(clausal, cond, draft)
    elif (
        (clausal.core.force == "must" and not {"finally", "after_that"} & clausal.kinds)
        or "always" in clausal.kinds
        or ("later" in clausal.kinds and mod.kind != "after")
    ):
        yield from _responses(cond, draft)
    else:
        np = _together(cond)
        after = np if draft.after is None else Group("and", (draft.after, np))
        yield replace(draft, after=after), 0.0


def _together(cond: Cond) -> NounPhrase:
    """What a state is about; of several things it is so at the same step ("once both doors are open")."""
    if cond.state and isinstance(cond.np, Group) and cond.np.op == "and":
        return Thing(condition_of(cond.np), lasting=True)
    return cond.np


def just_when(cond: Cond, hold: Condition) -> Draft:
    """Rule that something is so at those steps at which something else is, and at no other."""
    return Draft(None, (Whenever(condition_of(cond.np), Now(hold), 0, "iff"),))


def _just_when(clausal: Clausal, cond: Cond, draft: Draft) -> Drafts:
    """Read "b if and only if a" as b at just the steps with a, or at those after one."""
    np = clausal.core.np
    done = (
        cond.passive and not cond.present and not lasts(cond)
    )  # "exactly when a has been done": from then on?
    if np is None or cond.count or done or draft.goal != Reach(condition_of(np)) or draft.rules:
        return
    if "soon" in clausal.kinds:
        yield Draft(None, (Whenever(condition_of(cond.np), Now(condition_of(np)), 1, "iff"),), np), 0.0
    elif clausal.core.force == "may":
        yield from only_or_done(clausal, draft, cond) if lasts(cond) else ()
    elif not cond.denied or cond.state:
        yield replace(just_when(cond, condition_of(np)), np=np), 0.0


def on_every(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    """Read "if a, b", "whenever a, b": a response to every a."""
    cond: Cond = mod.value
    if mod.kind == "iff":
        yield from _just_when(clausal, cond, draft)
        return
    if mod.only or "only" in clausal.kinds:
        yield from _only_if(clausal, draft, cond)
    elif clausal.core.force == "may":
        return  # "if it is dark, you may ..." asks for nothing
    elif "soon" in clausal.kinds:
        yield from on_asap(clausal, mod, draft)
    elif cond.passive and not cond.present and not lasts(cond) and from_then_on(clausal):
        yield from on_later(clausal, replace(mod, kind="once"), draft)  # "if a has been done, b must always"
    elif cond.count is None and lasting_duty(clausal) and not isinstance(draft.goal, Until):
        yield during(clausal, draft, cond), 0.0
    elif cond.count is None:
        yield from _responses(cond, draft)
