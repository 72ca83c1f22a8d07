"""What one clause with its modifiers means: a goal, rules, or both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from lantern.language.ast import (
    AllOf,
    Always,
    And,
    Clause,
    Condition,
    Count,
    Finish,
    Never,
    Not,
    NotBefore,
    Now,
    OneOf,
    Reach,
    Until,
    Whenever,
)
from lantern.language.ast import (
    Sequence as Steps,
)
from lantern.language.grammar.conventions import Conventions
from lantern.language.grammar.phrases import (
    Cond,
    Core,
    Draft,
    Group,
    Mod,
    NounPhrase,
    Thing,
    condition_of,
    goal_of,
    is_event,
    leaves,
)

Drafts = Iterator[tuple[Draft, float]]

LATER = frozenset({"after", "once", "when"})
EVERY = frozenset({"if", "whenever", "iff"})
PLAIN = frozenset(
    {
        "later",
        "nothing",
        "always",
        "finally",
        "again",
        "first",
        "soon",
        "only",
        "after_that",
        "for_good",
        "on_way",
        "other_time",
        "returning",
        "previously",
        "gerund",
    }
)


@dataclass
class Clausal:
    """A clause under construction."""

    core: Core
    conventions: Conventions
    kinds: frozenset[str]
    marks: set[str] = field(default_factory=set)

    @property
    def strong(self) -> bool:
        """Whether "not before" demands that what is waited for comes."""
        return self.conventions.until == "strong"

    @property
    def strong_next(self) -> bool:
        """Whether the step after a trigger must exist even for a prohibition."""
        return self.conventions.next == "strong"

    def unit_of(self, phrase: NounPhrase) -> Literal["visit", "step"]:
        """How visits are counted."""
        if self.conventions.visits != "auto":
            return self.conventions.visits
        return "step" if is_event(phrase) else "visit"


def interpret(core: Core, mods: Sequence[Mod], conventions: Conventions) -> Drafts:
    """Meanings of a clause, with what they cost; nothing if the modifiers do not go together with it."""
    kinds = frozenset(mod.kind for mod in mods)
    if sum(1 for mod in mods if mod.kind == "count") > 1 or sum(1 for m in mods if m.kind == "order") > 1:
        return
    clausal = Clausal(core, conventions, kinds)
    handler = _KINDS[core.kind]
    for draft, cost in handler(clausal, list(mods)):
        yield draft.marked(*_marks(core, kinds), *clausal.marks), cost


def _marks(core: Core, kinds: frozenset[str]) -> set[str]:
    marks = set(
        kinds
        & {
            "on_way",
            "first",
            "soon",
            "finally",
            "again",
            "after_that",
            "always",
            "other_time",
            "returning",
            "previously",
            "gerund",
        }
    )
    if core.force:
        marks.add(core.force)
    marks.add(core.kind)
    return marks


def _take(mods: list[Mod], *kinds: str) -> Mod | None:
    """Remove and return the first modifier of these kinds."""
    for mod in mods:
        if mod.kind in kinds:
            mods.remove(mod)
            return mod
    return None


# ---------------------------------------------------------------- things to get done


def _act(clausal: Clausal, mods: list[Mod]) -> Drafts:
    core = clausal.core
    assert core.np is not None
    base = _counted(clausal, mods, _goal(clausal, mods))
    if base is None:
        return
    yield from _limited(clausal, mods, Draft(base[0], base[1], core.np))


def _goal(clausal: Clausal, mods: list[Mod]) -> Clause:
    core, order = clausal.core, _take(mods, "order")
    if order and isinstance(core.np, Thing):
        clausal.marks.add(f"order {order.value}")
    assert core.np is not None
    steps = _take(mods, "steps")
    if steps and isinstance(core.np, Thing):
        return Reach(core.np.condition, steps=steps.value)
    return goal_of(core.np, order.value if order else "")


def _counted(
    clausal: Clausal, mods: list[Mod], goal: Clause
) -> tuple[Clause | None, tuple[Clause, ...]] | None:
    """Goal or rule with its number of times."""
    count = _take(mods, "count")
    core = clausal.core
    assert core.np is not None
    if count is None:
        return goal, ()
    low, high, said = count.value
    only = any(mod.kind == "only" for mod in mods)
    if said == "times" and only:
        high = low
    if (low, high) == (1, None):
        if said == "times":
            clausal.marks.add("once")
        return goal, ()
    if core.force == "may" and said == "times":
        low, high = None, low
    if said in ("at most", "less than") and low is None:
        limit = tuple(_count(clausal, leaf, None, high) for leaf in leaves(core.np))
        return None, limit
    if isinstance(core.np, Group) and core.np.op != "and":
        return None
    goals = tuple(_count(clausal, leaf, low, high) for leaf in leaves(core.np))
    if isinstance(goal, Steps):
        return replace(goal, parts=goals), ()
    return goals[0] if len(goals) == 1 else AllOf(goals), ()


def _count(clausal: Clausal, condition: Condition, low: int | None, high: int | None) -> Clause:
    assert clausal.core.np is not None
    if high is not None and high < 0:
        return Count(condition, low, 0)
    return Count(condition, low, high, clausal.unit_of(clausal.core.np))


def _limited(clausal: Clausal, mods: list[Mod], draft: Draft) -> Drafts:
    """Apply what limits a goal, one modifier after the other."""
    drafts = [(draft, 0.0)]
    for mod in mods:
        if mod.kind in PLAIN:
            continue
        handler = _ON_GOAL.get(mod.kind)
        if handler is None:
            return
        drafts = [(new, cost + more) for old, cost in drafts for new, more in handler(clausal, mod, old)]
    for new, cost in drafts:
        yield from _lasting(clausal, _endings(clausal, new), cost)


def _lasting(clausal: Clausal, draft: Draft, cost: float) -> Drafts:
    """Read "the valve must be open" as once or always, where nothing else tells."""
    core, goal = clausal.core, draft.goal
    doubtful = core.kind == "be" and core.passive and core.force == "must"
    event = core.np is None or is_event(core.np)
    if not doubtful or event or not isinstance(goal, Reach) or clausal.kinds - {"first"}:
        yield draft, cost
        return
    always = replace(draft, goal=None, rules=(*draft.rules, Always(goal.condition)))
    for new, name in ((draft, "at some step"), (always, "at every step")):
        yield replace(new, choices=(*new.choices, ("lasting", name))), cost


def _endings(clausal: Clausal, draft: Draft) -> Draft:
    goal = draft.goal
    np = clausal.core.np
    if goal is None or np is None:
        return draft
    if "at_end" in clausal.kinds and is_event(np):
        return draft.marked("finally")
    if "at_end" in clausal.kinds and isinstance(goal, Reach):
        return replace(draft, goal=Finish(goal.condition))
    if "at_start" in clausal.kinds and isinstance(goal, Reach):
        return replace(draft, goal=None, rules=(*draft.rules, Now(goal.condition)))
    if "for_good" in clausal.kinds:
        return replace(draft, goal=Steps((goal, Always(condition_of(np)))))
    if "always" in clausal.kinds and clausal.core.kind == "be" and isinstance(goal, Reach):
        return replace(draft, goal=None, rules=(*draft.rules, Always(goal.condition)))
    return draft


def _then(first: Clause | None, second: Clause | None) -> Clause | None:
    if first is None or second is None:
        return first or second
    return Steps((first, second))


def _on_later(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    """Read "b after a", "once a, b", "b when a": in order, or a response to every a, or only after it."""
    cond: Cond = mod.value
    if cond.denied:
        return
    if cond.count:
        low, _, said = cond.count
        if said == "times" and low and isinstance(cond.np, Thing):
            times = Count(cond.np.condition, low, None, clausal.unit_of(cond.np))
            yield replace(draft, goal=_then(times, draft.goal)), 0.0
        return
    if mod.only or "only" in clausal.kinds or clausal.core.force == "may":
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
        yield replace(draft, after=cond.np), 0.0


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


def _only_if(clausal: Clausal, draft: Draft, cond: Cond) -> Drafts:
    """Read "b only if a" as a rule, and a command with it perhaps as something to be done too."""
    kept = _precedence(clausal, draft, cond)
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
        firsts = tuple(_denied(first) for first in firsts)
    rules = tuple(
        NotBefore(later, first, clausal.strong) for later in leaves(clausal.core.np) for first in firsts
    )
    if any(rule.condition == rule.first for rule in rules):
        return None
    allowed = clausal.core.force == "may" or clausal.core.passive
    return replace(draft, goal=None if allowed else draft.goal, rules=(*draft.rules, *rules))


def _denied(condition: Condition) -> Condition:
    return condition.body if isinstance(condition, Not) else Not(condition)


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
        yield replace(draft, goal=_then(draft.goal, goal_of(cond.np))), 0.0


def _on_way_to(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    yield replace(draft, goal=_then(draft.goal, goal_of(mod.value.np))), 0.0


def _on_until(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    if clausal.core.kind != "bare":
        yield replace(draft, goal=_then(draft.goal, goal_of(mod.value.np))), 0.5


def _on_while(clausal: Clausal, mod: Mod, draft: Draft) -> Drafts:
    cond: Cond = mod.value
    if cond.denied and cond.active:
        banned = tuple(_denied(condition) for condition in leaves(cond.np))
        yield replace(draft, avoid=(*draft.avoid, *banned)), 0.0
    elif cond.active:
        yield replace(draft, goal=_then(draft.goal, goal_of(cond.np))), 0.3
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
    yield replace(draft, goal=_then(goal_of(mod.value), draft.goal)), 0.0


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
        yield replace(draft, goal=_then(draft.goal, goal_of(mod.value))), 0.0


_ON_GOAL: dict[str, Callable[[Clausal, Mod, Draft], Drafts]] = {
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
    "at_end": lambda clausal, mod, draft: iter([(draft, 0.0)]),
    "at_start": lambda clausal, mod, draft: iter([(draft, 0.0)]),
}


def _bare(clausal: Clausal, mods: list[Mod]) -> Drafts:
    yield from _act(clausal, mods)


def _carry(clausal: Clausal, mods: list[Mod]) -> Drafts:
    core = clausal.core
    assert core.np is not None
    order = _take(mods, "order")
    first = goal_of(core.np, order.value if order else "")
    goal = _then(first, goal_of(core.other[0]))
    yield from _limited(clausal, mods, Draft(goal, (), core.np))


def _deliver(clausal: Clausal, mods: list[Mod]) -> Drafts:
    assert clausal.core.np is not None
    for draft, cost in _limited(clausal, mods, Draft(goal_of(clausal.core.np), (), clausal.core.np)):
        yield draft.marked("after_that"), cost


def _travel(clausal: Clausal, mods: list[Mod]) -> Drafts:
    """Read "from a to b to c": a is to be visited, or is where one is."""
    core = clausal.core
    assert core.np is not None
    goals = tuple(goal_of(np) for np in core.other)
    there = goals[0] if len(goals) == 1 else Steps(goals)
    through = Steps((goal_of(core.np), *goals))
    origin = clausal.conventions.origin
    if origin == "visit" or (origin == "ask" and len(goals) > 1):
        yield from _limited(clausal, mods, Draft(through, (), core.np))
    elif origin == "start":
        yield from _limited(clausal, mods, Draft(there, (), core.np))
    else:
        for goal, name in ((there, "is the start"), (through, "is visited")):
            draft = Draft(goal, (), core.np, choices=(("origin", name),))
            yield from _limited(clausal, list(mods), draft)


# ---------------------------------------------------------------- rules to keep


def _ban(clausal: Clausal, mods: list[Mod]) -> Drafts:
    core = clausal.core
    assert core.np is not None
    banned = leaves(core.np)
    count = _take(mods, "count")
    if count is not None:
        rules = _ban_count(clausal, count)
        if rules is not None and all(mod.kind in PLAIN for mod in mods):
            yield Draft(*rules, core.np), 0.0
            return
        if count.value[:2] != (1, None):
            return
    _take(mods, "order")
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
        goals = tuple(_count(clausal, leaf, low, high) for leaf in leaves(core.np))
        return (goals[0] if len(goals) == 1 else AllOf(goals)), ()
    if low is not None:
        return None, tuple(_count(clausal, leaf, None, low - 1) for leaf in leaves(core.np))
    goals = tuple(_count(clausal, leaf, high + 1, None) for leaf in leaves(core.np))
    return (goals[0] if len(goals) == 1 else AllOf(goals)), ()


def _ban_until(clausal: Clausal, mod: Mod, banned: Sequence[Condition]) -> Drafts:
    cond: Cond = mod.value
    if cond.count:
        return
    either = isinstance(cond.np, Group) and cond.np.op == "or"
    firsts = (condition_of(cond.np),) if either else leaves(cond.np)
    if cond.denied:
        firsts = tuple(_denied(first) for first in firsts)
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
        yield Draft(None, tuple(_count(clausal, leaf, None, 1) for leaf in banned), clausal.core.np), 0.0
        return
    trigger = condition_of(cond.np)
    rules = tuple(Whenever(trigger, Never(condition), 1, "if", clausal.strong_next) for condition in banned)
    yield Draft(None, rules, clausal.core.np), 0.0


def _ban_after_count(clausal: Clausal, cond: Cond, banned: Sequence[Condition]) -> Drafts:
    """Read "do not visit a again after you have visited it n times": at most n."""
    assert cond.count is not None
    low = cond.count[0]
    if low is not None and set(leaves(cond.np)) == set(banned):
        yield Draft(None, tuple(_count(clausal, leaf, None, low) for leaf in banned), clausal.core.np), 0.0


def _ban_asap(clausal: Clausal, mod: Mod, banned: Sequence[Condition]) -> Drafts:
    trigger = condition_of(mod.value.np)
    rules = tuple(Whenever(trigger, Now(Not(one)), 1, "if", clausal.strong_next) for one in banned)
    yield Draft(None, rules, clausal.core.np), 0.0


def _ban_while(clausal: Clausal, mod: Mod, banned: Sequence[Condition]) -> Drafts:
    cond: Cond = mod.value
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
    "asap": _ban_asap,
    "onwayto": _ban_on_way,
    "without": _ban_without,
}


def _stay(clausal: Clausal, mods: list[Mod]) -> Drafts:
    core = clausal.core
    assert core.np is not None
    if "other_time" in clausal.kinds:
        return
    hold = condition_of(core.np)
    steps = _take(mods, "steps")
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
        rule = Whenever(condition_of(limits[0].value.np), Always(hold))
        yield Draft(None, (rule,), core.np), 0.2
    elif len(limits) == 1 and limits[0].kind == "at_end":
        yield Draft(Finish(hold), (), core.np), 0.0


def _stay_until(clausal: Clausal, mod: Mod, hold: Condition) -> Drafts:
    release = condition_of(mod.value.np)
    if isinstance(hold, Not):
        yield Draft(None, (NotBefore(hold.body, release, clausal.strong),), clausal.core.np), 0.0
    else:
        yield Draft(None, (Until(hold, release),), clausal.core.np), 0.0


def _leave(clausal: Clausal, mods: list[Mod]) -> Drafts:
    np = clausal.core.np
    assert np is not None
    if all(mod.kind in PLAIN for mod in mods):
        yield Draft(Reach(Not(condition_of(np))), (), np).marked("leave"), 0.0


def _pointer(clausal: Clausal, mods: list[Mod]) -> Drafts:
    """Clauses that only point back: discourse gives them their meaning."""
    count = _take(mods, "count")
    if all(mod.kind in PLAIN for mod in mods):
        draft = Draft(None, (), None)
        if clausal.core.at >= 0:
            draft = draft.marked(f"unused {clausal.core.at}")
        yield (replace(draft, count=count.value) if count else draft), 0.0


def _fret(clausal: Clausal, mods: list[Mod]) -> Drafts:
    if not mods and clausal.core.rule is not None:
        yield Draft(None, (clausal.core.rule,), clausal.core.np), 0.0


def _begin(clausal: Clausal, mods: list[Mod]) -> Drafts:
    assert clausal.core.np is not None
    if all(mod.kind in PLAIN for mod in mods):
        yield Draft(None, (Now(condition_of(clausal.core.np)),), clausal.core.np), 0.0


def _end(clausal: Clausal, mods: list[Mod]) -> Drafts:
    assert clausal.core.np is not None
    if all(mod.kind in PLAIN for mod in mods):
        yield Draft(None, (Finish(condition_of(clausal.core.np)),), clausal.core.np), 0.0


_KINDS: dict[str, Callable[[Clausal, list[Mod]], Drafts]] = {
    "act": _act,
    "be": _act,
    "bare": _bare,
    "carry": _carry,
    "deliver": _deliver,
    "travel": _travel,
    "ban": _ban,
    "ban_bare": _ban,
    "stay": _stay,
    "leave": _leave,
    "stay_there": _pointer,
    "come_back": _pointer,
    "not_back": _pointer,
    "leave_bare": _pointer,
    "neutral": _pointer,
    "only_once": _pointer,
    "repeat": _pointer,
    "recount": _pointer,
    "recount_not": _pointer,
    "fret": _fret,
    "begin": _begin,
    "end": _end,
}
