"""What subordinate clauses and circumstances do to a goal: "after b", "only if b", "without b", "at b"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lantern.language.ast import (
    AllOf,
    And,
    Count,
    Never,
    Not,
    NotBefore,
    Now,
    OneOf,
    Reach,
    Whenever,
)
from lantern.language.grammar.clausal import (
    EVERY,
    LATER,
    Clausal,
    Drafts,
    denied,
    then,
)
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
)


def _on_later(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    """Read "b after a", "once a, b", "b when a": in order, or a response to every a, or only after it."""
    cond: Cond = mod.value
    if cond.denied:
        return
    if cond.count:
        low, _, said = cond.count
        if said == "times" and low and isinstance(cond.np, Thing):
            times = Count(cond.np.condition, low, None, clausal.unit_of(cond.np))
            yield replace(draft, goal=then(times, draft.goal)), 0.0
        return
    only = mod.only or "only" in clausal.kinds
    if cond.state and mod.kind == "when" and (only or clausal.core.force == "may"):
        yield _only_while(clausal, draft, cond), 0.0
    elif only or clausal.core.force == "may":
        kept = _precedence(clausal, draft, cond)
        if kept is not None:
            yield kept, 0.2 if mod.kind != "after" and not mod.only else 0.0
    elif "soon" in clausal.kinds:
        yield from _on_asap(clausal, mod, draft)
    elif (
        clausal.core.force == "must"
        or "always" in clausal.kinds
        or ("later" in clausal.kinds and mod.kind != "after")
    ):
        yield _response(cond, draft), 0.0
    else:
        after = cond.np if draft.after is None else Group("and", (draft.after, cond.np))
        yield replace(draft, after=after), 0.0


def _on_every(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    """Read "if a, b", "whenever a, b": a response to every a."""
    cond: Cond = mod.value
    if mod.kind == "iff":
        if "soon" in clausal.kinds and clausal.core.np is not None:
            body = Now(condition_of(clausal.core.np))
            yield Draft(None, (Whenever(condition_of(cond.np), body, 1, "iff"),), clausal.core.np), 0.0
        return
    if mod.only or "only" in clausal.kinds:
        yield from _only_if(clausal, draft, cond)
    elif "soon" in clausal.kinds:
        yield from _on_asap(clausal, mod, draft)
    elif cond.count is None:
        yield _response(cond, draft), 0.0


def _only_while(clausal: Clausal, draft: Draft, cond: Cond) -> Draft:
    """Read "b only when the door is open" as a rule about every step with b."""
    assert clausal.core.np is not None
    missing = denied(condition_of(cond.np))
    rules = tuple(Never(And((one, missing))) for one in leaves(clausal.core.np))
    allowed = clausal.core.force == "may" or clausal.core.passive
    return replace(draft, goal=None if allowed else draft.goal, rules=(*draft.rules, *rules))


def _only_if(clausal: Clausal, draft: Draft, cond: Cond) -> Drafts:
    """Read "b only if a" as a rule, and a command with it perhaps as something to be done too."""
    kept = _only_while(clausal, draft, cond) if cond.state else _precedence(clausal, draft, cond)
    if kept is None:
        return
    if kept.goal is None:
        yield kept, 0.0
        return
    yield replace(kept, choices=(*kept.choices, ("only-if", "to be done"))), 0.0
    yield replace(kept, goal=None, choices=(*kept.choices, ("only-if", "only a rule"))), 0.0


def _response(cond: Cond, draft: Draft) -> Draft:
    if draft.goal is None:
        return Draft(None, (Whenever(condition_of(cond.np), AllOf(draft.rules)),), draft.np)
    return Draft(None, (*draft.rules, Whenever(condition_of(cond.np), draft.goal)), draft.np)


def _precedence(clausal: Clausal, draft: Draft, cond: Cond) -> Draft | None:
    """Not before; and it is still to be done, unless it is merely allowed."""
    assert clausal.core.np is not None
    befores = leaves(cond.np) if not (isinstance(cond.np, Group) and cond.np.op == "or") else ()
    firsts = befores or (condition_of(cond.np),)
    if cond.denied:
        firsts = tuple(denied(first) for first in firsts)
    rules = tuple(
        NotBefore(later, first, clausal.strong) for later in leaves(clausal.core.np) for first in firsts
    )
    if any(rule.condition == rule.first for rule in rules):
        return None
    allowed = clausal.core.force == "may" or clausal.core.passive
    return replace(draft, goal=None if allowed else draft.goal, rules=(*draft.rules, *rules))


def _on_asap(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    cond: Cond = mod.value
    if not isinstance(draft.goal, Reach) or cond.count:
        return
    rule = Whenever(condition_of(cond.np), Now(draft.goal.condition), 1)
    if mod.only or "only" in clausal.kinds:
        rule = replace(rule, direction="only_if")
    yield replace(draft, goal=None, rules=(*draft.rules, rule)), 0.0


def _on_right_before(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    """Read "a right before b": b only at the step after a."""
    if isinstance(draft.goal, Reach):
        rule = Whenever(draft.goal.condition, Now(condition_of(mod.value.np)), 1, "only_if")
        yield replace(draft, goal=None, rules=(*draft.rules, rule)), 0.0


def _on_before(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    cond: Cond = mod.value
    if cond.count or cond.denied:
        return
    if clausal.core.force == "must" or clausal.core.passive:
        assert clausal.core.np is not None
        rules = tuple(
            NotBefore(later, first, clausal.strong)
            for later in leaves(cond.np)
            for first in leaves(clausal.core.np)
        )
        yield replace(draft, goal=None, rules=(*draft.rules, *rules)), 0.0
    else:
        yield replace(draft, goal=then(draft.goal, goal_of(cond.np))), 0.0


def _on_way_to(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    yield replace(draft, goal=then(draft.goal, goal_of(mod.value.np))), 0.0


def _on_until(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    happens = clausal.core.np is not None and is_event(clausal.core.np)
    if clausal.core.kind != "bare" and not happens:
        yield replace(draft, goal=then(draft.goal, goal_of(mod.value.np))), 0.5


def _on_while(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    cond: Cond = mod.value
    if mod.only or "only" in clausal.kinds:
        yield _only_while(clausal, draft, cond), 0.0
    elif cond.denied and cond.active:
        banned = tuple(denied(condition) for condition in leaves(cond.np))
        yield replace(draft, avoid=(*draft.avoid, *banned)), 0.0
    elif cond.active:
        yield replace(draft, goal=then(draft.goal, goal_of(cond.np))), 0.3
    elif isinstance(draft.goal, Reach):
        both = And((draft.goal.condition, condition_of(cond.np)))
        yield replace(draft, goal=Reach(both)), 0.0


def _on_without(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    yield replace(draft, avoid=(*draft.avoid, *leaves(mod.value.np))), 0.0


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


def _on_with(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    if clausal.core.np is not None and leaves(mod.value) == leaves(clausal.core.np):
        yield draft, 0.0  # "open the chest with it" adds nothing
        return
    lasting = mod.kind == "with" and not is_event(mod.value)
    if clausal.core.force == "may" or "only" in clausal.kinds:
        if lasting and clausal.core.np is not None:
            missing = Not(condition_of(mod.value))
            rules = tuple(Never(And((one, missing))) for one in leaves(clausal.core.np))
            goal = None if clausal.core.force == "may" else draft.goal
            yield replace(draft, goal=goal, rules=(*draft.rules, *rules)), 0.0
            return
        kept = _precedence(clausal, draft, Cond(mod.value))
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
    if isinstance(draft.goal, Reach) and clausal.core.kind != "bare":
        yield replace(draft, goal=Reach(And((draft.goal.condition, condition_of(mod.value))))), 0.0


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
    **dict.fromkeys(LATER, _on_later),
    **dict.fromkeys(EVERY, _on_every),
    "asap": _on_asap,
    "rightbefore": _on_right_before,
    "before": _on_before,
    "onwayto": _on_way_to,
    "until": _on_until,
    "while": _on_while,
    "without": _on_without,
    "with": _on_with,
    "via": _on_with,
    "at": _on_at,
    "to": _on_to,
    "to_first": _on_to,
    "not_both": _on_not_both,
    "between": _on_between,
    "same_time": _on_same_time,
    "at_end": lambda clausal, mod, draft: iter([(draft, 0.0)]),
    "at_start": lambda clausal, mod, draft: iter([(draft, 0.0)]),
}
