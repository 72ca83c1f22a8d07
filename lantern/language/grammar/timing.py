"""Clauses with a time limit in steps: "whenever a, b within two steps", "after a, no b for two steps"."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lantern.language.ast import AllOf, Always, Clause, Condition, Never, Now, Or, Reach, Whenever, Within
from lantern.language.ast import Sequence as Steps
from lantern.language.grammar.clausal import EVERY, LATER, PLAIN, Clausal, Drafts, take
from lantern.language.grammar.phrases import Cond, Draft, Group, Mod, condition_of, goal_of, leaves, things
from lantern.language.grammar.story import Story, joined
from lantern.language.making import denied

_TRIGGERS = LATER | EVERY | {"asap", "since", "rightafter"}


@dataclass(frozen=True, slots=True)
class Window:
    """Steps from `first` to `last` after what was said; for the kinds see :func:`windows.window`."""

    kind: str
    first: int
    last: int


def timed(clausal: Clausal, mods: list[Mod]) -> Drafts:
    """Meanings of a clause that says in which steps it is due."""
    mod = take(mods, "window")
    triggers = [one for one in mods if one.kind in _TRIGGERS]
    rest = [one for one in mods if one.kind not in _TRIGGERS | PLAIN]
    if mod is None or rest or len(triggers) > 1 or clausal.core.np is None or clausal.core.force == "may":
        return
    if clausal.kinds & {"only", "for_good"} or any(one.only for one in triggers):
        return
    bodies = _bodies(clausal, mod.value)
    if not bodies:
        return
    if mod.value.kind.startswith("start"):
        if not triggers:
            yield Draft(None, bodies, clausal.core.np), 0.0
        return
    if triggers:
        yield from _triggered(clausal, triggers[0], mod.value, bodies)
    elif clausal.core.kind in ("act", "be", "bare") and all(isinstance(body, Within) for body in bodies):
        if clausal.core.passive and any(thing.world for thing in things(clausal.core.np)):
            return  # "a leak must be patched within two steps" counts from the leak
        yield from _untriggered(clausal, bodies)


def _untriggered(clausal: Clausal, bodies: tuple[Clause, ...]) -> Drafts:
    """Read "get wood, and reach the hut within five steps": counted from the wood, or from the beginning."""
    if len(bodies) == 1:
        choice = ("counted", "from what was before")
        yield Draft(bodies[0], (), clausal.core.np, choices=(choice,)).marked("timed"), 0.0
    if any(isinstance(body, Within) and (body.every or body.first) for body in bodies):
        return  # "for three steps after": after what was before only
    choice = ("counted", "from the start")
    yield Draft(None, bodies, clausal.core.np, choices=(choice,)).marked("from_start"), 0.0


def _triggered(clausal: Clausal, mod: Mod, window: Window, bodies: tuple[Clause, ...]) -> Drafts:
    cond: Cond = mod.value
    if apart(cond) or cond.count or (cond.denied and not cond.state):
        return
    delay = 1 if window.kind == "from" else 0
    trigger, core = condition_of(cond.np), clausal.core
    if core.kind not in ("ban", "ban_bare") and core.np is not None and trigger in leaves(core.np):
        return  # "deliver a crate within two steps of picking one up", with "one" taken for a delivery
    strong = core.kind not in ("ban", "ban_bare") or clausal.strong_next
    rules = tuple(Whenever(trigger, body, delay, "if", strong) for body in bodies)
    every = Draft(None, rules, core.np)
    command = core.kind in ("act", "bare") and not core.force and not core.passive
    once = command and mod.kind in LATER and not cond.state and delay == 0 and "always" not in clausal.kinds
    if not once or clausal.conventions.each == "every":
        yield every, 0.0
        return
    first = goal_of(cond.np)
    sequence = replace(every, goal=Steps((first, *bodies)), rules=())
    if clausal.conventions.each == "once":
        yield sequence, 0.0
        return
    for one, name in ((every, "every time"), (sequence, "once")):
        yield replace(one, choices=(("each", name),)), 0.0


def apart(cond: Cond) -> bool:
    """Whether a condition names things that need not happen at the same step ("once a and b are done")."""
    several = isinstance(cond.np, Group) and cond.np.op != "or" and len(cond.np.parts) > 1
    return several and not cond.state and sum(not thing.lasting for thing in things(cond.np)) > 1


def _bodies(clausal: Clausal, window: Window) -> tuple[Clause, ...]:
    """What is due, one clause for each of several things; nothing if it makes no sense."""
    core, kind = clausal.core, window.kind
    assert core.np is not None
    banned = core.kind in ("ban", "ban_bare")
    conditions = tuple(map(denied, leaves(core.np))) if banned else _wanted(clausal)
    if kind == "from":
        return tuple(Never(denied(one)) if banned else Always(one) for one in conditions)
    if kind == "before" or not conditions:
        return ()
    if window.first == window.last == 0:
        return tuple(map(Now, conditions))
    lasts = core.kind == "stay" or (core.kind == "be" and all(thing.lasting for thing in things(core.np)))
    each = banned or kind == "every" or (kind in ("in", "start_in") and lasts) or core.kind == "stay"
    strong = not banned or clausal.strong_next
    return tuple(Within(one, window.first, window.last, each, strong) for one in conditions)


def _wanted(clausal: Clausal) -> tuple[Condition, ...]:
    np = clausal.core.np
    assert np is not None
    if isinstance(np, Group) and np.op == "or":
        return (Or(leaves(np)),) if all(not isinstance(part, Group) for part in np.parts) else ()
    if isinstance(np, Group) and np.op != "and":
        return ()
    return leaves(np)


def due(story: Story, draft: Draft) -> bool:
    """Place a goal that is due so many steps after the one before it; False if it says nothing of that."""
    goal = draft.goal
    if "timed" in draft.marks and goal is not None:
        if story.stages:
            story.stages.append([Steps((joined(AllOf, story.stages.pop()), goal))])
        else:
            story.unclear = True  # "within ten steps" of what?
        return True
    if "soon" not in draft.marks or not story.stages or not isinstance(goal, Reach):
        return False
    story.stages.append([Steps((joined(AllOf, story.stages.pop()), goal), "next")])
    return True
