"""What one clause with its modifiers means: a goal, rules, or both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from lantern.language.ast import (
    Always,
    And,
    Finish,
    Not,
    Now,
    Reach,
    Until,
    Whenever,
)
from lantern.language.grammar.bans import ban
from lantern.language.grammar.clausal import (
    EVERY,
    LATER,
    PLAIN,
    Clausal,
    Drafts,
    take,
)
from lantern.language.grammar.conventions import Conventions
from lantern.language.grammar.goals import act, bare, carry, carry_each, deliver, travel
from lantern.language.grammar.phrases import (
    Cond,
    Core,
    Draft,
    Mod,
    Thing,
    chosen,
    condition_of,
    is_event,
    things,
)
from lantern.language.grammar.staying import stay
from lantern.language.grammar.timing import timed


def interpret(core: Core, mods: Sequence[Mod], conventions: Conventions) -> Drafts:
    """Meanings of a clause, with what they cost; nothing if the modifiers do not go together with it."""
    kinds = frozenset(mod.kind for mod in mods)
    if sum(1 for mod in mods if mod.kind == "count") > 1 or sum(1 for m in mods if m.kind == "order") > 1:
        return
    if core.kind.startswith("ban") and core.np is not None and chosen(core.np):
        return  # "do not open two of the doors": whether one is allowed is not said
    if any(mod.kind == "for_good" and mod.value == "then" for mod in mods):
        kinds |= {"from_then"}
    if any(mod.kind == "for_good" and mod.value == "left" for mod in mods):
        kinds |= {"put_down"}
    clausal = Clausal(core, conventions, kinds)
    handler = _KINDS[core.kind] if "window" not in kinds else _timed
    for draft, cost in handler(clausal, list(mods)):
        yield draft.marked(*_marks(core, mods), *clausal.marks), cost


def _marks(core: Core, mods: Sequence[Mod]) -> set[str]:
    marks = set(
        frozenset(mod.kind for mod in mods)
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
            "also",
            "until_then",
            "in_between",
            "for_good",
            "prefixed",
            "avoids",
            "limited",
            "at_end",
            "if",
            "only",
            "any_time",
            "second",
            "led",
            "left",
            "waits",
            "counted_apart",
            "goes_until",
            "put_down",
            "inverted",
        }
    )
    marks.update("placed" for mod in mods if mod.value == "placed")
    marks.update(f"all {mod.value}" for mod in mods if mod.kind == "until_then" and mod.value)
    marks.update("from_then" for mod in mods if mod.kind == "for_good" and mod.value == "then")
    if core.force:
        marks.add(core.force)
    if core.passive:
        marks.add("passive")
    marks.add(core.kind)
    return marks


def _timed(clausal: Clausal, mods: list[Mod]) -> Drafts:
    if clausal.core.kind in ("act", "be", "bare", "ban", "ban_bare", "stay"):
        yield from timed(clausal, mods)


def _leave(clausal: Clausal, mods: list[Mod]) -> Drafts:
    np = clausal.core.np
    assert np is not None
    if is_event(np):
        return
    limits = [mod for mod in mods if mod.kind not in PLAIN]
    only = "only" in clausal.kinds or any(mod.only for mod in limits)
    if only and len(limits) == 1 and limits[0].kind in LATER:
        cond: Cond = limits[0].value  # "leave home only after b" speaks of one who is at home
        if not cond.denied and not cond.count:
            yield Draft(None, (Until(condition_of(np), condition_of(cond.np), strong=False),), np), 0.0
        return
    if not limits:
        yield Draft(Reach(Not(condition_of(np))), (), np).marked("leave"), 0.0
    else:
        away = replace(clausal.core, kind="act", np=Thing(Not(condition_of(np))))
        yield from act(replace(clausal, core=away), mods)


def _leave_so(clausal: Clausal, mods: list[Mod]) -> Drafts:
    """Read "leave the table clean at the end"; when it has to be so is not said otherwise."""
    assert clausal.core.np is not None
    last = take(mods, "at_end") is not None or bool({"at_end", "finally"} & clausal.kinds)
    if last and all(mod.kind in PLAIN for mod in mods):
        yield Draft(Finish(condition_of(clausal.core.np)), (), clausal.core.np), 0.0


def _stay_there(clausal: Clausal, mods: list[Mod]) -> Drafts:
    """Read "once the kitchen is clean, it has to stay clean" as said of what the trigger names."""
    triggers = [mod for mod in mods if mod.kind in LATER | EVERY | {"asap"}]
    if len(triggers) != 1 or "prefixed" not in clausal.kinds:
        yield from _pointer(clausal, mods)
        return
    cond, until = triggers[0].value, take(mods, "until")
    mods.remove(triggers[0])
    if cond.count or cond.denied or is_event(cond.np) or any(mod.kind not in PLAIN for mod in mods):
        return
    there = condition_of(cond.np)
    stays = Always(there) if until is None else Until(there, condition_of(until.value.np))
    yield Draft(None, (Whenever(there, stays),), cond.np), 0.0


def _pointer(clausal: Clausal, mods: list[Mod]) -> Drafts:
    """Clauses that only point back: discourse gives them their meaning."""
    count = take(mods, "count")
    until = take(mods, "until") if clausal.core.kind == "stay_there" else None
    if all(mod.kind in PLAIN for mod in mods):
        draft = Draft(None, (), None)
        if clausal.core.at >= 0:
            draft = draft.marked(f"unused {clausal.core.at}")
        draft = replace(draft, until=until.value.np) if until else draft
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
    meanwhile = take(mods, "while", "with")  # "finish on the ground floor with the doors open"
    with_ = (
        None if meanwhile is None else meanwhile.value.np if meanwhile.kind == "while" else meanwhile.value
    )
    if with_ is not None and not all(thing.lasting for thing in things(with_)):
        return
    if all(mod.kind in PLAIN for mod in mods):
        parts = [condition_of(np) for np in (clausal.core.np, with_) if np is not None]
        last = Finish(parts[0] if len(parts) == 1 else And(tuple(parts)))
        yield Draft(None, (last,), clausal.core.np), 0.0


def _order_of(clausal: Clausal, mods: list[Mod]) -> Drafts:
    order = take(mods, "order")
    if order is not None and all(mod.kind in PLAIN for mod in mods):
        yield Draft(None, (), None).marked(f"order {order.value}"), 0.0


_KINDS: dict[str, Callable[[Clausal, list[Mod]], Drafts]] = {
    "act": act,
    "be": act,
    "bare": bare,
    "carry": carry,
    "carry_each": carry_each,
    "deliver": deliver,
    "travel": travel,
    "ban": ban,
    "ban_bare": ban,
    "stay": stay,
    "leave": _leave,
    "leave_so": _leave_so,
    "stay_there": _stay_there,
    "not_both_of": _pointer,
    "come_back": _pointer,
    "not_back": _pointer,
    "leave_bare": _pointer,
    "neutral": _pointer,
    "only_once": _pointer,
    "all_needed": _pointer,
    "order_of": _order_of,
    "repeat": _pointer,
    "recount": _pointer,
    "recount_not": _pointer,
    "fret": _fret,
    "begin": _begin,
    "end": _end,
}
