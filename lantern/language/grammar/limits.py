"""What subordinate clauses and circumstances do to a goal: "after b", "only if b", "without b", "at b"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from lantern.language.ast import (
    AllOf,
    Always,
    And,
    Clause,
    Condition,
    Count,
    Never,
    Not,
    NotBefore,
    Now,
    OneOf,
    Reach,
    Until,
    Whenever,
)
from lantern.language.ast import Sequence as Steps
from lantern.language.grammar.clausal import EVERY, LATER, Clausal, Drafts, then
from lantern.language.grammar.counted import not_before
from lantern.language.grammar.meanwhile import on_while
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
from lantern.language.grammar.responses import (
    counts,
    during,
    lasting_duty,
    on_asap,
    on_every,
    on_later,
    precedence,
    unless,
)
from lantern.language.making import denied


def _on_right_before(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    """Read "a right before b": b only at the step after a."""
    if isinstance(draft.goal, Reach):
        rule = Whenever(draft.goal.condition, Now(condition_of(mod.value.np)), 1, "only_if")
        yield replace(draft, goal=None, rules=(*draft.rules, rule)), 0.0


def _on_before(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    ends = "prefixed" not in clausal.kinds
    for new, cost in _earlier(clausal, mod, draft):
        yield replace(new, before=mod.value.np) if ends else new, cost


def _earlier(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    """Read "a before b" as an order, or as a rule where a has to be so before b."""
    cond: Cond = mod.value
    if cond.count or cond.denied:
        return
    if clausal.core.force == "must" or clausal.core.passive:
        assert clausal.core.np is not None
        if "steps" in clausal.kinds:
            return  # "before b, a must have been on for two steps"
        rules = _firsts(clausal, draft, leaves(cond.np))
        if rules is None:
            return
        rule = replace(draft, goal=None, rules=(*draft.rules, *rules))
        comes = all(thing.lasting for thing in things(cond.np))  # "goes up"; not "is picked"
        expected = comes and "so often" in clausal.marks and "prefixed" not in clausal.kinds
        if not counts(draft) or not expected or clausal.conventions.goal != "ask":
            yield rule, 0.0
            return
        # "The gong is struck three times before the curtain goes up": that it goes up may be asked for too.
        yield replace(rule, choices=(*draft.choices, ("goal", "only rules"))), 0.0
        done = replace(rule, goal=goal_of(cond.np))
        yield replace(done, choices=(*draft.choices, ("goal", "to be done"))), 0.0
    elif cond.state or cond.begins or (cond.passive and all(thing.lasting for thing in things(cond.np))):
        # "Before the battery gets low, take a photo": what is not for the agent to do need not come.
        if isinstance(draft.goal, Reach):
            rules = tuple(NotBefore(later, draft.goal.condition, clausal.strong) for later in leaves(cond.np))
            yield replace(draft, rules=(*draft.rules, *rules)), 0.0
    else:
        firsts = _none_before(clausal, draft, cond)
        yield replace(draft, goal=then(draft.goal, goal_of(cond.np)), firsts=firsts), 0.0


def _none_before(clausal: Clausal, draft: Draft, cond: Cond) -> tuple[NotBefore, ...]:
    """Rules of "light the torch before taking the gem": to take it without the torch is a failure."""
    if clausal.conventions.before == "order" or draft.goal is None or clausal.kinds & EVERY:
        return ()
    firsts = _ends(draft.goal)
    return tuple(NotBefore(later, first, clausal.strong) for later in leaves(cond.np) for first in firsts)


def _ends(goal: Clause) -> list[Condition]:
    """What has to be reached last for a goal: each of several in any order, the last of a sequence."""
    if isinstance(goal, Reach):
        return [goal.condition]
    if isinstance(goal, AllOf):
        return [end for part in goal.parts for end in _ends(part)]
    return _ends(goal.parts[-1]) if isinstance(goal, Steps) and goal.order == "then" else []


def _firsts(clausal: Clausal, draft: Draft, banned: Sequence[Condition]) -> tuple[NotBefore, ...] | None:
    """Rules that what a clause says has to be so, perhaps so many times, before something else."""
    assert clausal.core.np is not None
    goal = draft.goal
    if not counts(draft):
        return not_before(clausal, banned, Cond(clausal.core.np))
    if not isinstance(goal, Count) or goal.at_most is not None:
        return None
    return not_before(clausal, banned, Cond(clausal.core.np, count=(goal.at_least, None, "times")))


def _on_way_to(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    yield replace(draft, goal=then(draft.goal, goal_of(mod.value.np))), 0.0


def _on_kept(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    """Read "with the stirrer running throughout" as always."""
    yield replace(draft, rules=(*draft.rules, *map(Always, leaves(mod.value)))), 0.0


def _on_until(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    if clausal.core.force == "may" and clausal.core.np is not None:
        if mod.only or "only" in clausal.kinds:  # "may be burned only until b"
            yield from _on_not_after(clausal, mod, replace(draft, goal=None))
        return
    duty = lasting_duty(clausal) and clausal.core.kind != "bare"
    if duty and not mod.value.count and clausal.core.np is not None:
        rule = Until(condition_of(clausal.core.np), condition_of(mod.value.np))
        if clausal.kinds & (LATER | EVERY | {"since", "asap"}):
            yield replace(draft, goal=rule), 0.0  # the trigger is applied next
        else:
            yield replace(draft, goal=None, rules=(*draft.rules, rule)), 0.0
        return
    np = clausal.core.np
    if np is not None and all(thing.mode for thing in things(np)) and isinstance(draft.goal, Reach):
        yield replace(draft, goal=Until(draft.goal.condition, condition_of(mod.value.np))), 0.0
        return
    happens = clausal.core.np is not None and is_event(clausal.core.np)
    if clausal.core.kind != "bare" and not happens and "for_good" not in clausal.kinds:
        yield replace(draft, goal=then(draft.goal, goal_of(mod.value.np))), 0.5


def _on_since(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    """Read "from the moment that a, b must be on" as b from every a on."""
    np, cond = clausal.core.np, mod.value
    if np is None or cond.count or cond.denied or not isinstance(draft.goal, Reach):
        return
    if all(thing.lasting for thing in things(np)) and clausal.core.force != "may":
        rule = Whenever(condition_of(cond.np), Always(draft.goal.condition))
        yield replace(draft, goal=None, rules=(*draft.rules, rule)), 0.0


def _on_without(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    if "at_end" in clausal.kinds and clausal.core.kind == "be" and isinstance(draft.goal, Reach):
        # "At the end the pen is in the centre and not on the paper": how things are at one step.
        parts = (draft.goal.condition, *map(denied, leaves(mod.value.np)))
        yield replace(draft, goal=Reach(And(parts))), 0.0
        return
    if (
        not mod.value.active
        and isinstance(draft.goal, Reach)
        and all(t.holding for t in things(mod.value.np))
    ):
        parts = (draft.goal.condition, *map(denied, leaves(mod.value.np)))  # "reach the gate without the key"
        yield replace(draft, goal=replace(draft.goal, condition=And(parts))), 0.0
        return
    yield replace(draft, avoid=(*draft.avoid, *leaves(mod.value.np))), 0.0


def _on_without_between(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    """Read "a and, without c in between, b" as no c on the way to b."""
    if isinstance(draft.goal, Reach) and draft.goal.avoiding is None:
        goal = replace(draft.goal, avoiding=condition_of(mod.value.np))
        yield replace(draft, goal=goal).marked("after_that"), 0.0


def _on_not_both(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    """Read "a or b, but not both": one of them, and the other never."""
    np = clausal.core.np
    if isinstance(np, Group) and np.op == "or" and len(np.parts) == 2:
        a, b = (condition_of(part) for part in np.parts)
        options = (AllOf((Reach(a), Never(b))), AllOf((Reach(b), Never(a))))
        yield replace(draft, goal=OneOf(options)), 0.0


def _on_same_time(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    np = clausal.core.np
    if isinstance(np, Group) and np.op == "and":
        yield replace(draft, goal=Reach(condition_of(np))), 0.0


def _on_between(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    first, second = mod.value
    yield replace(draft, goal=then(then(goal_of(first.np), draft.goal), goal_of(second.np))), 0.0


def _on_no_later(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    """Read "a no later than b" as no b before a; a command is to be done, too."""
    cond: Cond = mod.value
    if cond.count or cond.denied or clausal.core.np is None or counts(draft):
        return
    rules = tuple(
        NotBefore(later, first, clausal.strong)
        for later in leaves(cond.np)
        for first in leaves(clausal.core.np)
    )
    rule_only = clausal.core.force == "must" or clausal.core.passive
    yield replace(draft, goal=None if rule_only else draft.goal, rules=(*draft.rules, *rules)), 0.0


def _on_not_while(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    """Read "do a, but not while b" as never both at the same step."""
    if clausal.core.np is not None:
        during = condition_of(mod.value.np)
        rules = tuple(Never(And((one, during))) for one in leaves(clausal.core.np))
        yield replace(draft, rules=(*draft.rules, *rules)), 0.0


def _on_not_after(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    """Read "do a, but not after b" as no a any more once b has happened."""
    cond: Cond = mod.value
    if clausal.core.np is not None and not cond.denied and not cond.count:
        trigger, strong = condition_of(cond.np), clausal.strong_next
        rules = tuple(Whenever(trigger, Never(one), 1, "if", strong) for one in leaves(clausal.core.np))
        yield replace(draft, rules=(*draft.rules, *rules)), 0.0


def _on_not_to(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    """Read "go to a, but not to b"."""
    yield replace(draft, rules=(*draft.rules, *map(Never, leaves(mod.value)))), 0.0


def _on_same_as(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    """Read "a at the same time as b" as one step with both."""
    if isinstance(draft.goal, Reach):
        yield replace(draft, goal=Reach(And((draft.goal.condition, condition_of(mod.value))))), 0.0


def _on_instead(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    """Read "a instead of b": b need not be done, or must not be."""
    banned = tuple(Never(one) for one in leaves(mod.value))
    strict = replace(draft, rules=(*draft.rules, *banned))
    readings = {"free": (draft,), "never": (strict,), "ask": (draft, strict)}
    for one, name in zip(readings[clausal.conventions.instead], ("not needed", "forbidden"), strict=False):
        yield replace(one, choices=(*one.choices, ("instead", name))), 0.0


def _on_with(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    if clausal.core.np is not None and leaves(mod.value) == leaves(clausal.core.np):
        yield draft, 0.0  # "open the chest with it" adds nothing
        return
    if isinstance(mod.value, Thing) and mod.value.pronoun:
        yield replace(draft, after=mod.value), 0.0  # "get the key; with it, open the chest"
        return
    lasting = mod.kind == "with" and all(thing.lasting for thing in things(mod.value))
    if clausal.core.force == "may" or "only" in clausal.kinds:
        if lasting and clausal.core.np is not None:
            missing = Not(condition_of(mod.value))
            rules = tuple(Never(And((one, missing))) for one in leaves(clausal.core.np))
            goal = None if clausal.core.force == "may" else draft.goal
            yield replace(draft, goal=goal, rules=(*draft.rules, *rules)), 0.0
            return
        kept = precedence(clausal, draft, Cond(mod.value))
        if kept is not None:
            yield kept, 0.0
        return
    if lasting and isinstance(draft.goal, Reach):
        both = And((draft.goal.condition, condition_of(mod.value)))
        yield replace(draft, goal=replace(draft.goal, condition=both)), 0.0
        return
    yield replace(draft, goal=then(goal_of(mod.value), draft.goal)), 0.0


def _on_at(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    """Read "craft a pickaxe at the workbench": both at the same step."""
    np, where = clausal.core.np, things(mod.value)
    several = isinstance(mod.value, Group) and mod.value.op == "and"
    if any((thing.mode or thing.holding) and not thing.located for thing in where) or several:
        return  # "the cube in the drawer", where the drawer is open; "ring the bell at every floor"
    if "only" in clausal.kinds and np is not None and clausal.core.kind != "bare":
        elsewhere = tuple(Never(And((one, denied(condition_of(mod.value))))) for one in leaves(np))
        allowed = clausal.core.force == "may" or clausal.core.passive
        yield replace(draft, goal=None if allowed else draft.goal, rules=(*draft.rules, *elsewhere)), 0.0
        return
    duty = lasting_duty(clausal) or ("always" in clausal.kinds and clausal.core.kind == "be")
    duty = duty and "at_end" not in clausal.kinds
    if duty and np is not None and all(thing.mode or thing.lasting for thing in things(np)):
        yield during(clausal, draft, Cond(mod.value, state=True)), 0.0  # "always be quiet in the lounge"
        return
    if isinstance(draft.goal, Reach) and clausal.core.kind != "bare":
        both = And((draft.goal.condition, condition_of(mod.value)))
        yield replace(draft, goal=replace(draft.goal, condition=both)), 0.0


def _on_each(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    """Read "sound the horn at a and at b" as a deed for each of the places."""
    goal = draft.goal
    if isinstance(goal, Reach) and clausal.core.kind == "act" and "only" not in clausal.kinds:
        each = (And((goal.condition, place)) for place in leaves(mod.value))
        yield replace(draft, goal=AllOf(tuple(replace(goal, condition=both) for both in each))), 0.0


def _on_to(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    """Read "go through a to b" and "go to a to reach b" as first a, then b."""
    if clausal.core.force == "must" and mod.kind == "to_first":
        rules = tuple(
            NotBefore(later, first, clausal.strong)
            for later in leaves(mod.value)
            for first in leaves(draft.np or mod.value)
        )
        yield Draft(None, rules, draft.np), 0.0
    elif clausal.core.kind != "bare" and "after_that" not in clausal.kinds:
        yield replace(draft, goal=then(draft.goal, goal_of(mod.value))), 0.0


ON_GOAL: dict[str, Callable[[Clausal, Mod, Draft], Drafts]] = {
    **dict.fromkeys(LATER, on_later),
    **dict.fromkeys(EVERY, on_every),
    "asap": on_asap,
    "rightafter": on_asap,
    "rightbefore": _on_right_before,
    "before": _on_before,
    "onwayto": _on_way_to,
    "until": _on_until,
    "kept": _on_kept,
    "unless": unless,
    "except": unless,
    "while": on_while,
    "since": _on_since,
    "without": _on_without,
    "without_between": _on_without_between,
    "with": _on_with,
    "via": _on_with,
    "at": _on_at,
    "at_each": _on_each,
    "to": _on_to,
    "to_first": _on_to,
    "nolater": _on_no_later,
    "not_while": _on_not_while,
    "not_after": _on_not_after,
    "same_as": _on_same_as,
    "instead": _on_instead,
    "not_to": _on_not_to,
    "not_both": _on_not_both,
    "between": _on_between,
    "same_time": _on_same_time,
    "at_end": lambda clausal, mod, draft: iter([(draft, 0.0)]),
    "at_start": lambda clausal, mod, draft: iter([(draft, 0.0)]),
}
