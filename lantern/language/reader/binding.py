"""What "if", "when", "after", "before", "until", "unless", "while", "without" and "only" do to a clause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lantern.language.ast import (
    AllOf,
    Always,
    And,
    Clause,
    Condition,
    Never,
    NotBefore,
    Now,
    Reach,
    Until,
    Whenever,
)
from lantern.language.ast import Sequence as Steps
from lantern.language.reader.conditions import Cond
from lantern.language.reader.lists import denied
from lantern.language.reader.pieces import Piece, Policy, all_of, duty, never, steps

Bound = Piece | None


def bind(word: str, cond: Cond, piece: Piece, policy: Policy, *, only: bool = False, leads: bool = False) -> Bound:
    """A clause with a condition; None where it is not clear what is meant."""
    if only or piece.only:
        return _only(word, cond, replace(piece, only=False), policy)
    if piece.form == "may":
        return _allowed(word, cond, piece, policy)
    if piece.form in ("told", "end", "limit", "last") and word not in ("AFTER", "ONCE", "WITHOUT", "BEFORE"):
        return None
    if piece.soon and piece.goal is None:
        return None
    if not cond.lasts and any(one.kind == "not" for one in cond.named.leaves) and word not in ("WHILE", "WITHOUT"):
        return None
    bound = _BINDERS[word](cond, piece, policy)
    return replace(bound, bound=True) if bound is not None else None


def _banned(piece: Piece) -> tuple[Condition, ...] | None:
    """What a clause forbids, if it does no more than that."""
    if piece.goal is not None or not piece.rules or piece.form != "ban" or piece.count:
        return None
    found = []
    for rule in piece.rules:
        if isinstance(rule, Never):
            found.append(rule.condition)
        elif isinstance(rule, Always):
            found.append(denied(rule.condition))
        else:
            return None
    return tuple(found)


def _kept(piece: Piece) -> tuple[Condition, ...] | None:
    """What a clause says has to be so, if it does no more than that."""
    if piece.form == "keep" and all(isinstance(rule, Always | Never) for rule in piece.rules):
        return tuple(
            rule.condition if isinstance(rule, Always) else denied(rule.condition)
            for rule in piece.rules
            if isinstance(rule, Always | Never)
        )
    return None


def _both(*conditions: Condition) -> And:
    parts: list[Condition] = []
    for one in conditions:
        parts.extend(one.parts if isinstance(one, And) else (one,))
    return And(tuple(dict.fromkeys(parts)))


def _duty(piece: Piece, habitual: bool) -> tuple[Condition, ...] | None:
    """What has to be so rather than be done, at the steps of a condition."""
    kept = _kept(piece)
    if kept is not None:
        return kept
    if piece.named is None or piece.soon or piece.steps or piece.count or not piece.lasting or piece.later:
        return None
    manner = all(one.frames[0].manner for one in piece.named.mentions)
    manner = manner and not piece.starts
    told = (piece.be and (piece.form == "must" or habitual)) or (manner and piece.form in ("command", "must"))
    holds = piece.form == "must" and all(
        one.frames[0].kind == "have" and not one.moved for one in piece.named.mentions
    ) and _wears(piece)
    if not (told or holds):
        return None
    return (piece.named.condition,) if piece.named.op == "or" else piece.named.leaves


def _wears(piece: Piece) -> bool:
    return False


def _respond(cond: Cond, piece: Piece) -> Bound:
    """After every such step, the goal."""
    if cond.times or piece.goal is None:
        return None
    if cond.named.op == "and" and not cond.state and not cond.together:
        return None
    if cond.state and cond.named.mentions[0].moved:
        return None
    if piece.soon:
        if not isinstance(piece.goal, Reach):
            return None
        rule = Whenever(cond.condition, Now(piece.goal.condition), 1)
        return replace(piece, goal=None, rules=(*piece.rules, rule), form="rule")
    return replace(piece, goal=None, rules=(*piece.rules, Whenever(cond.condition, piece.goal)), form="rule")


def _every(cond: Cond, piece: Piece, policy: Policy, *, habitual: bool = True) -> Bound:
    """Read "whenever a, b" and "if a, b"."""
    banned = _banned(piece)
    if cond.times:
        return None
    if banned is not None:
        return _forbid(cond, piece, banned, policy)
    held = _duty(piece, habitual)
    if held is None and piece.halts and policy.pick("manner", "later", "at that step") == "at that step":
        held = piece.named.leaves if piece.named is not None else None
    if held is not None:
        if cond.named.op == "and" and not cond.lasts:
            return None
        return replace(piece, goal=None, rules=tuple(duty(cond.condition, one) for one in held), form="rule")
    if piece.rules:
        body = all_of([*([piece.goal] if piece.goal else []), *piece.rules])
        return replace(piece, goal=None, rules=(Whenever(cond.condition, body),), form="rule")
    return _respond(cond, piece)


def _forbid(cond: Cond, piece: Piece, banned: tuple[Condition, ...], policy: Policy) -> Bound:
    if cond.perfect or (not cond.lasts and cond.own):
        return _from_then(cond, piece, banned)
    if not cond.lasts and policy.pick("when", "at that step", "from then on") != "at that step":
        return _from_then(cond, piece, banned)
    return replace(piece, rules=tuple(Never(_both(one, cond.condition)) for one in banned), form="rule")


def _from_then(cond: Cond, piece: Piece, banned: tuple[Condition, ...]) -> Bound:
    if cond.times:
        return None
    if len(cond.leaves) > 1 and not cond.lasts:
        return None
    rules = tuple(Whenever(cond.condition, never(one), 1, "if", False) for one in banned)
    return replace(piece, rules=rules, form="rule")


def _if(cond: Cond, piece: Piece, policy: Policy) -> Bound:
    return _every(cond, piece, policy, habitual=False)


def _whenever(cond: Cond, piece: Piece, policy: Policy) -> Bound:
    return _every(cond, piece, policy, habitual=True)


def _once_done(cond: Cond, piece: Piece) -> Bound:
    if piece.goal is None:
        return None
    return replace(piece, goal=steps([cond.goal, piece.goal]), verbs=1)


def _when(cond: Cond, piece: Piece, policy: Policy) -> Bound:
    banned = _banned(piece)
    if banned is not None:
        return _forbid(cond, piece, banned, policy)
    held = _duty(piece, False)
    if held is not None and not (cond.own and not cond.state and piece.form == "keep"):
        return _every(cond, piece, policy, habitual=False)
    if piece.form in ("must", "rule") or piece.always or piece.steps:
        return _respond(cond, piece) if piece.form == "must" or piece.steps else None
    if piece.goal is None:
        return None
    happens = cond.state or (cond.be and not cond.perfect) or not cond.own
    if not happens:
        return _once_done(cond, piece)
    if cond.world or policy.pick("each", "every time", "once") == "every time":
        return _respond(cond, piece)
    return _once_done(cond, piece)


def _asap(cond: Cond, piece: Piece, policy: Policy) -> Bound:
    if _banned(piece) is not None or _kept(piece) is not None:
        return _later(cond, piece, policy)
    if not isinstance(piece.goal, Reach):
        return None
    return _respond(cond, replace(piece, soon=True))


def _later(cond: Cond, piece: Piece, policy: Policy) -> Bound:
    """Read "after a, b", "once a, b"."""
    banned = _banned(piece)
    if banned is not None:
        return _from_then(cond, piece, banned)
    kept = _kept(piece)
    left = piece.named is not None and all(one.frames[0].kind == "place" for one in piece.named.mentions)
    if kept is not None and left and all(one.kind == "not" for one in kept):
        return _from_then(cond, piece, tuple(denied(one) for one in kept))
    if kept is not None:
        rules = tuple(Whenever(cond.condition, always_(one)) for one in kept)
        if cond.times or (len(cond.leaves) > 1 and not cond.lasts):
            return None
        return replace(piece, rules=rules, form="rule")
    if piece.goal is None or (piece.rules and piece.form != "command"):
        return None
    if piece.soon:
        if not isinstance(piece.goal, Reach) or cond.times or len(cond.leaves) > 1:
            return None
        if piece.form == "must" or policy.pick("each", "every time", "once") == "every time":
            return _respond(cond, piece)
        goal = Steps((Reach(cond.condition), piece.goal), "next")
        return replace(piece, goal=goal)
    if piece.form == "must" and not cond.times:
        return _respond(cond, piece)
    if piece.form == "end":
        return replace(piece, goal=all_of([cond.goal, piece.goal]))
    if piece.steps and len(cond.leaves) == 1 and not cond.times:
        if policy.pick("each", "every time", "once") == "every time":
            return _respond(cond, piece)
    if piece.form not in ("command", "last"):
        return None
    return _once_done(cond, piece)


def always_(condition: Condition) -> Clause:
    """Rule that a condition holds from some step on."""
    return Never(condition.body) if condition.kind == "not" else Always(condition)


def _while(cond: Cond, piece: Piece, policy: Policy) -> Bound:
    banned = _banned(piece)
    undone = cond.condition.kind == "not" and not cond.lasts
    if undone:  # "do not a as long as b has not been done"
        if banned is None or len(cond.named.leaves) > 1:
            return None
        return replace(piece, rules=tuple(NotBefore(one, denied(cond.condition)) for one in banned), form="rule")
    moving = cond.gerund and all(one.verb and one.frames[0].kind == "place" for one in cond.named.mentions)
    if banned is not None and moving:  # "avoid a while going to b"
        return replace(piece, goal=cond.goal, form="command")
    if banned is not None:
        return replace(piece, rules=tuple(Never(_both(one, cond.condition)) for one in banned), form="rule")
    held = _duty(piece, True)
    if held is not None:
        return replace(piece, goal=None, rules=tuple(duty(cond.condition, one) for one in held), form="rule")
    if isinstance(piece.goal, Reach) and not piece.rules and piece.form == "command":
        return replace(piece, goal=Reach(_both(piece.goal.condition, cond.condition)))
    return None


def _until(cond: Cond, piece: Piece, policy: Policy) -> Bound:
    banned = _banned(piece)
    if cond.times and (banned is None or len(cond.leaves) > 1):
        return None
    if banned is not None:
        times = cond.times or 1
        unit = "visit" if cond.named.mentions[0].lasts and cond.times else "step"
        rules = tuple(NotBefore(one, first, False, times, unit) for one in banned for first in _firsts(cond))  # type: ignore[arg-type]
        return replace(piece, rules=rules, form="rule")
    kept = _kept(piece)
    if kept is None:
        return None
    released = cond.condition
    if all(rule.kind == "never" for rule in piece.rules):
        rules = tuple(NotBefore(denied(one), first) for one in kept for first in _firsts(cond))
        return replace(piece, rules=rules, form="rule")
    goal: Clause = Until(kept[0] if len(kept) == 1 else And(kept), released)
    return replace(piece, goal=goal, rules=(), form="until")


def _firsts(cond: Cond) -> tuple[Condition, ...]:
    return (cond.condition,) if cond.together else cond.leaves


def _unless(cond: Cond, piece: Piece, policy: Policy) -> Bound:
    banned = _banned(piece)
    if cond.times:
        return None
    if banned is not None:
        if cond.state or (cond.be and not cond.perfect and cond.lasts):
            missing = denied(cond.condition)
            return replace(piece, rules=tuple(Never(_both(one, missing)) for one in banned), form="rule")
        rules = tuple(NotBefore(one, first) for one in banned for first in cond.leaves)
        return replace(piece, rules=rules, form="rule")
    held = _duty(piece, True)
    before = policy.pick("unless", "at that step", "at some step before") if held and not cond.lasts else ""
    if held is not None and len(held) == 1 and before == "at some step before":
        rule = Until(held[0], cond.condition, False)
        return replace(piece, goal=None, rules=(rule,), form="rule")
    if held is not None:
        return replace(piece, goal=None, rules=tuple(duty(denied(cond.condition), one) for one in held), form="rule")
    return None


def _before(cond: Cond, piece: Piece, policy: Policy) -> Bound:
    banned = _banned(piece)
    if cond.times:
        return None
    if banned is not None:
        rules = tuple(NotBefore(one, first) for one in banned for first in cond.leaves)
        return replace(piece, rules=rules, form="rule")
    if piece.rules or (piece.goal is None and piece.form != "told"):
        return None
    told = piece.form in ("must", "told") or (piece.be and piece.form != "end")
    if told:
        if piece.named is None or piece.count or piece.steps:
            return None
        firsts = (piece.named.condition,) if piece.named.op == "or" else piece.named.leaves
        later = cond.named.leaves
        return replace(piece, goal=None, rules=tuple(NotBefore(b, a) for b in later for a in firsts), form="rule")
    if piece.form != "command" or piece.goal is None:
        return None
    goals = piece.goal.parts if isinstance(piece.goal, AllOf) else (piece.goal,)
    if cond.world and all(isinstance(goal, Reach) for goal in goals):
        firsts = [goal.condition for goal in goals if isinstance(goal, Reach)]
        return replace(piece, rules=tuple(NotBefore(one, first) for one in cond.named.leaves for first in firsts))
    firsts = tuple(NotBefore(one, end) for one in cond.named.leaves for end in _ends(piece.goal))
    firsts = firsts if isinstance(piece.goal, Reach | AllOf) else ()
    return replace(piece, goal=steps([piece.goal, cond.goal]), verbs=1, firsts=firsts)


def _ends(goal: Clause) -> tuple[Condition, ...]:
    """What a goal reaches last: each of several in any order, the last of a sequence."""
    if isinstance(goal, Reach):
        return (goal.condition,)
    if isinstance(goal, AllOf):
        return tuple(end for part in goal.parts for end in _ends(part))
    return _ends(goal.parts[-1]) if isinstance(goal, Steps) and goal.order == "then" else ()


def _without(cond: Cond, piece: Piece, policy: Policy) -> Bound:
    if piece.form == "ban":
        banned = _banned(piece)
        if banned is None or len(cond.leaves) > 1:
            return None
        missing = denied(cond.condition)
        return replace(piece, rules=tuple(Never(_both(one, missing)) for one in banned), form="rule")
    if piece.form == "may":
        return None
    return replace(piece, rules=(*piece.rules, *(never(one) for one in cond.named.leaves)))


def _instead(cond: Cond, piece: Piece, policy: Policy) -> Bound:
    if piece.goal is None:
        return None
    if policy.pick("instead", "not needed", "forbidden") == "not needed":
        return piece
    return replace(piece, rules=(*piece.rules, *(never(one) for one in cond.named.leaves)))


def _things(piece: Piece) -> tuple[Condition, ...] | None:
    if piece.named is None or piece.count or piece.steps or piece.soon or piece.rules:
        return None
    return piece.named.leaves


def _only(word: str, cond: Cond, piece: Piece, policy: Policy) -> Bound:
    """Read "b only if a", "b only after a", "only while a may b"."""
    named = _things(piece)
    if named is None or word not in ("IF", "WHEN", "WHILE", "AFTER", "ONCE", "WHENEVER") or cond.times:
        return None
    if cond.condition.kind == "not" and not cond.state:
        return None
    told = piece.form in ("may", "told") or piece.habit or piece.passive or (piece.be and piece.form == "must")
    if word in ("IF", "WHEN", "WHILE", "WHENEVER") and (cond.state or (cond.be and not cond.perfect) or word == "WHILE"):
        rules: tuple[Clause, ...] = tuple(Never(_both(one, denied(cond.condition))) for one in named)
        if told or policy.pick("only-if", "to be done", "only a rule") == "only a rule":
            return replace(piece, goal=None, rules=rules, form="rule")
        return replace(piece, rules=rules)
    rules = tuple(NotBefore(one, first) for one in named for first in cond.leaves)
    if told:
        return replace(piece, goal=None, rules=rules, form="rule")
    if word == "IF" and policy.pick("only-if", "to be done", "only a rule") == "only a rule":
        return replace(piece, goal=None, rules=rules, form="rule")
    return replace(piece, rules=rules)


def _allowed(word: str, cond: Cond, piece: Piece, policy: Policy) -> Bound:
    if word in ("AFTER", "ONCE"):
        return _only(word, cond, piece, policy)
    return None


_BINDERS: dict[str, Callable[[Cond, Piece, Policy], Bound]] = {
    "IF": _if,
    "WHENEVER": _whenever,
    "WHEN": _when,
    "ASAP": _asap,
    "AFTER": _later,
    "ONCE": _later,
    "WHILE": _while,
    "UNTIL": _until,
    "UNLESS": _unless,
    "BEFORE": _before,
    "WITHOUT": _without,
    "INSTEAD": _instead,
}

__all__ = ["AllOf", "bind"]
