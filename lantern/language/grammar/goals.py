"""Clauses that say what is to be got done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lantern.language.ast import (
    AllOf,
    Always,
    And,
    Clause,
    Finish,
    Not,
    Now,
    Reach,
)
from lantern.language.ast import (
    Sequence as Steps,
)
from lantern.language.grammar.clausal import (
    EVERY,
    LATER,
    PLAIN,
    Clausal,
    Drafts,
    count_of,
    take,
    then,
)
from lantern.language.grammar.limits import ON_GOAL
from lantern.language.grammar.phrases import (
    Cond,
    Draft,
    Group,
    Mod,
    NounPhrase,
    Thing,
    chosen,
    condition_of,
    goal_of,
    is_event,
    leaves,
    things,
)
from lantern.language.grammar.responses import lasting_duty
from lantern.language.making import no_run


def act(clausal: Clausal, mods: list[Mod]) -> Drafts:
    """Something to get done, so many times and with its limits."""
    core = clausal.core
    assert core.np is not None
    if isinstance(core.np, Group) and core.np.op == "most":
        yield from _at_most(clausal, mods, core.np)
        return
    most = take(mods, "steps_most")
    if most is not None:  # "the pump may run for at most two steps at a time"
        if all(mod.kind in PLAIN for mod in mods):
            rules = tuple(no_run(one, most.value + 1) for one in leaves(core.np))
            yield Draft(None, rules, core.np), 0.0
        return
    if clausal.kinds & (EVERY | LATER | {"asap"}) and any(mod.kind == "steps" for mod in mods):
        return  # "if it is hot for two steps, ...": what lasts so long is the condition
    mods = [mod for mod in mods if not _only_then(core.np, mod)]
    base = _counted(clausal, mods, _goal(clausal, mods))
    if base is None:
        return
    outside = any(mod.kind in ("before", "until", "after") and not mod.only for mod in mods)
    if base[0] is None and outside and "only" not in clausal.kinds:
        return  # "at most once before b": how often after it is not said
    yield from _limited(clausal, mods, Draft(base[0], base[1], core.np))


def _only_then(np: NounPhrase, mod: Mod) -> bool:
    """Whether a condition only says what "or" says: "catch a trout, or a pike if there is no trout"."""
    if mod.kind not in ("if", "when") or mod.only or not isinstance(np, Group) or np.op != "or":
        return False
    cond: Cond = mod.value
    missing = cond.np.condition if isinstance(cond.np, Thing) and cond.denied else None
    return isinstance(missing, Not) and missing.body in leaves(np.parts[0])


def _at_most(clausal: Clausal, mods: list[Mod], np: Group) -> Drafts:
    """Read "at most one of a and b" as a rule: of what lasts, at one step; of what happens, in all."""
    visits = is_event(np) or clausal.core.kind == "act"
    if any(mod.kind not in PLAIN for mod in mods) or not (visits or clausal.core.force == "may"):
        return
    rule: Clause = goal_of(np) if visits else Always(condition_of(np))
    yield Draft(None, (rule,), np), 0.0


def _goal(clausal: Clausal, mods: list[Mod]) -> Clause:
    core, order = clausal.core, take(mods, "order")
    if order and isinstance(core.np, Thing):
        clausal.marks.add(f"order {order.value}")
    assert core.np is not None
    if isinstance(core.np, Group) and not order and (told := _restated(core.np, mods)) is not None:
        return told
    steps = take(mods, "steps")
    if steps and steps.only:
        return Reach(condition_of(core.np), steps=steps.value)
    if steps and isinstance(core.np, Thing):
        return Reach(core.np.condition, steps=steps.value)
    return goal_of(core.np, order.value if order else "")


def _restated(np: Group, mods: Sequence[Mod]) -> Clause | None:
    """Read "visit a, b and c, b first" as b before the others, not as one more visit; else None."""
    *others, named = np.parts
    if np.op != "and" or others.count(named) != 1 or len(set(others)) < len(others) or len(others) < 2:
        return None
    others.remove(named)
    rest = goal_of(others[0] if len(others) == 1 else Group("and", tuple(others)))
    if any(mod.kind == "first" for mod in mods):
        return Steps((goal_of(named), rest))
    last = any(mod.kind == "finally" or mod.value == "last" for mod in mods)
    return Steps((rest, goal_of(named))) if last else None


def _counted(
    clausal: Clausal, mods: list[Mod], goal: Clause
) -> tuple[Clause | None, tuple[Clause, ...]] | None:
    """Goal or rule with its number of times."""
    count = take(mods, "count")
    core = clausal.core
    assert core.np is not None
    if count is None:
        return goal, ()
    low, high, said = count.value
    if said == "times":
        clausal.marks.add("so often")
    only = any(mod.kind == "only" for mod in mods)
    if said == "times" and only:
        high = low
    if (low, high) == (1, None):
        if said == "times":
            clausal.marks.add("once")
        return goal, ()
    if core.force == "may" and said == "times":
        low, high, said = None, low, "at most"
    if said in ("at most", "less than") and low is None:
        limit = tuple(count_of(clausal, leaf, None, high) for leaf in leaves(core.np))
        return None, limit
    if isinstance(core.np, Group) and (core.np.op != "and" or len(set(core.np.parts)) < len(core.np.parts)):
        return None  # "visit a and b, b twice"
    goals = tuple(count_of(clausal, leaf, low, high) for leaf in leaves(core.np))
    if isinstance(goal, Steps):
        return replace(goal, parts=goals), ()
    return goals[0] if len(goals) == 1 else AllOf(goals), ()


def _limited(clausal: Clausal, mods: list[Mod], draft: Draft) -> Drafts:
    """Apply what limits a goal, one modifier after the other."""
    if "previously" in clausal.kinds and (clausal.core.force == "must" or clausal.core.passive):
        return
    limits = [mod for mod in mods if mod.kind not in PLAIN]
    if not all(mod.kind in ON_GOAL for mod in limits):
        return
    if clausal.core.force == "may":
        clausal.marks.add("permitted")
    if clausal.core.force == "must" and {"after", "before"} <= clausal.kinds:
        # "Salt has to be added after the water boils but before the food is served."
        limits = [replace(mod, only=True) if mod.kind == "after" else mod for mod in limits]
    # What triggers the whole is applied last: "whenever a, b before c".
    excuses = [mod for mod in limits if mod.kind in ("unless", "except")]
    limits = [mod for mod in limits if mod not in excuses]
    inner = [mod for mod in limits if not _triggers(clausal, mod)]
    # "When a, b must be on until c": until c each time; "when a, b before c": all of it, each time or once.
    inner.sort(key=lambda mod: (mod.kind != "until", mod.kind == "when"))
    drafts = _applied(clausal, inner, [(draft, 0.0)])
    ended = [(new, cost) for old, cost in drafts if (new := _endings(clausal, old)) is not None]
    triggered = _applied(clausal, [mod for mod in limits if _triggers(clausal, mod)], ended)
    for new, cost in _applied(clausal, excuses, triggered):
        yield from _lasting(clausal, new, cost)


def _triggers(clausal: Clausal, mod: Mod) -> bool:
    """Whether a modifier makes a rule for every time of the clause, with all that is said in it."""
    if mod.only or "only" in clausal.kinds:
        return False
    return mod.kind in EVERY | {"asap", "rightafter"} or (
        mod.kind in LATER
        and clausal.core.force == "must"
        and not clausal.core.passive
        and not {"after_that", "finally"} & clausal.kinds
    )


def _applied(
    clausal: Clausal, mods: Sequence[Mod], drafts: list[tuple[Draft, float]]
) -> list[tuple[Draft, float]]:
    for mod in mods:
        handler = ON_GOAL[mod.kind]
        drafts = [(new, cost + more) for old, cost in drafts for new, more in handler(clausal, mod, old)]
    return drafts


def _lasting(clausal: Clausal, draft: Draft, cost: float) -> Drafts:
    """Read "the valve must be open" as once or always, where nothing else tells."""
    core, goal = clausal.core, draft.goal
    doubtful = core.kind == "be" and core.passive and core.force != "may"
    event = core.np is None or is_event(core.np)
    if not doubtful or event or not isinstance(goal, Reach) or clausal.kinds - {"first"}:
        yield draft, cost
        return
    always = replace(draft, goal=None, rules=(*draft.rules, Always(goal.condition)))
    for new, name in ((draft, "at some step"), (always, "at every step")):
        yield replace(new, choices=(*new.choices, ("lasting", name))), cost


def _endings(clausal: Clausal, draft: Draft) -> Draft | None:
    goal = draft.goal
    np = clausal.core.np
    if goal is None or np is None:
        return draft
    denies = all(isinstance(thing.condition, Not) for thing in things(np))
    if "finally" in clausal.kinds and clausal.core.kind == "be" and clausal.core.passive:
        return replace(draft, goal=Finish(condition_of(np)))  # "the stove must be off in the end"
    if "at_end" in clausal.kinds and clausal.core.kind != "be" and not denies:
        return draft.marked("finally")
    if "at_end" in clausal.kinds and isinstance(goal, Reach):
        return replace(draft, goal=Finish(goal.condition))
    if (
        "at_end" in clausal.kinds
        and isinstance(goal, AllOf)
        and not chosen(np)
        and "count" not in clausal.kinds
    ):
        return replace(draft, goal=Finish(condition_of(np)))
    if "at_start" in clausal.kinds and isinstance(goal, Reach):
        return replace(draft, goal=None, rules=(*draft.rules, Now(goal.condition)))
    untriggered = not clausal.kinds & (EVERY | LATER)
    if clausal.kinds & {"for_good", "from_then"}:
        return _for_good(clausal, draft, untriggered)
    # "You must always hold a when you open b" speaks of the steps with b.
    during = not untriggered and lasting_duty(clausal)
    lasts = (clausal.core.kind == "be" and not during) or (
        untriggered and all(thing.lasting for thing in things(np))
    )
    at_that_step = clausal.kinds & {"when", "whenever", "while"}  # "always hold it when you open the door"
    if "always" in clausal.kinds and lasts and not at_that_step and isinstance(goal, Reach):
        if clausal.kinds & {"later", "finally"}:
            return replace(draft, goal=Steps((goal, Always(goal.condition))))
        return replace(draft, goal=None, rules=(*draft.rules, Always(goal.condition)))
    return draft


def _for_good(clausal: Clausal, draft: Draft, untriggered: bool) -> Draft | None:
    """Read "stay at a for good" as getting there and staying, "from then on a must be on" as a rule."""
    goal, np = draft.goal, clausal.core.np
    assert goal is not None and np is not None
    if "from_then" in clausal.kinds and untriggered and isinstance(goal, Reach) and clausal.core.kind == "be":
        return replace(draft, goal=None, rules=(*draft.rules, Always(goal.condition)))
    if clausal.kinds >= {"while", "for_good"}:
        return None  # "... and stay there with the doors open": for how long they are open is not said
    if "put_down" in clausal.kinds and any(thing.holding for thing in things(np)):
        return None  # "take the tray to the bar and leave it there": it is held no longer
    if isinstance(goal, Reach) and goal.steps > 1:
        return draft  # "go to the hall and stay there for three steps": for so long, and no longer
    return None if is_event(np) else replace(draft, goal=Steps((goal, Always(condition_of(np)))))


def bare(clausal: Clausal, mods: list[Mod]) -> Drafts:
    """A thing named without a verb, which the verb before it reaches."""
    yield from act(clausal, mods)


def carry(clausal: Clausal, mods: list[Mod]) -> Drafts:
    """Something to get and to bring somewhere."""
    core = clausal.core
    assert core.np is not None
    order = take(mods, "order")
    if order and isinstance(core.np, Thing):
        clausal.marks.add(f"order {order.value}")
    first = goal_of(core.np, order.value if order else "")
    goal = then(first, goal_of(core.other[0]))
    carried = "holding" in clausal.kinds and isinstance(core.np, Thing) and core.np.holding
    if carried and _agents_place(core.other[0]):  # what is carried is held where it is taken
        goal = Reach(And((condition_of(core.np), condition_of(core.other[0]))))
    yield from _limited(clausal, mods, Draft(goal, (), core.np))


def _agents_place(place: NounPhrase) -> bool:
    """Whether a thing says where the agent is."""
    return isinstance(place, Thing) and place.lasting and not (place.mode or place.holding or place.event)


def carry_each(clausal: Clausal, mods: list[Mod]) -> Drafts:
    """Several things to get, each to be brought to a place of its own."""
    goals = [goal_of(np) for np in clausal.core.other]
    pairs = tuple(Steps((first, second)) for first, second in zip(goals[::2], goals[1::2], strict=True))
    yield from _limited(clausal, mods, Draft(AllOf(pairs), (), clausal.core.np))


def deliver(clausal: Clausal, mods: list[Mod]) -> Drafts:
    """Where what was got before is to be brought."""
    assert clausal.core.np is not None
    order = take(mods, "order")
    if order:
        clausal.marks.add(f"order {order.value}")
    for draft, cost in _limited(clausal, mods, Draft(goal_of(clausal.core.np), (), clausal.core.np)):
        yield draft.marked("after_that"), cost


def travel(clausal: Clausal, mods: list[Mod]) -> Drafts:
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
