"""What "while", "until", "unless", "before", "without", "instead of" and "only if" do to a clause."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from lantern.language.ast import AllOf, And, Clause, Condition, Count, Never, NotBefore, Reach, Until
from lantern.language.making import denied
from lantern.language.reader.conditions import Cond
from lantern.language.reader.duties import banned_by, both, duty_of, ends_of, kept_by
from lantern.language.reader.pieces import Piece, Policy, duty, never, steps

Bound = Piece | None


def _while(cond: Cond, piece: Piece, policy: Policy) -> Bound:
    banned = banned_by(piece)
    undone = cond.negated and cond.condition.kind == "not" and (cond.perfect or not cond.lasts)
    if undone and (kept := kept_by(piece)) and len(cond.named.leaves) == 1:
        hold = kept[0] if len(kept) == 1 else And(kept)  # "stay at a as long as b has not been done"
        return replace(piece, goal=Until(hold, denied(cond.condition), False), rules=(), form="until")
    if undone:  # "do not a as long as b has not been done"
        if banned is None or len(cond.named.leaves) > 1:
            return None
        return replace(
            piece, rules=tuple(NotBefore(one, denied(cond.condition)) for one in banned), form="rule"
        )
    moving = cond.gerund and all(one.verb and one.frames[0].kind == "place" for one in cond.named.mentions)
    if banned is not None and moving:  # "avoid a while going to b"
        return replace(piece, goal=cond.goal, form="command")
    if banned is not None:
        return replace(piece, rules=tuple(Never(both(one, cond.condition)) for one in banned), form="rule")
    doing = cond.gerund and cond.own and piece.form == "command"  # "be at a while holding b"
    held = None if doing else duty_of(piece, True)
    if held is not None:
        return replace(piece, goal=None, rules=tuple(duty(cond.condition, one) for one in held), form="rule")
    if piece.named is not None and all(one.states for one in piece.named.mentions) and not cond.gerund:
        # "switch on the lamp while there is smoke"
        rules = tuple(duty(cond.condition, one) for one in piece.named.leaves)
        return replace(piece, goal=None, rules=rules, form="rule") if cond.world else None
    if isinstance(piece.goal, Reach) and not piece.rules and piece.form == "command":
        return replace(piece, goal=Reach(both(piece.goal.condition, cond.condition)))
    return None


def _until(cond: Cond, piece: Piece, policy: Policy) -> Bound:
    banned = banned_by(piece)
    if cond.times and (banned is None or len(cond.leaves) > 1):
        return None
    if banned is not None:
        if _leaving(piece, banned) and not cond.times:  # "do not leave a until b"
            return replace(piece, goal=Until(_held(banned), cond.condition), rules=(), form="until")
        if cond.times > 1:
            return None  # whether the last time may be the same step is not clear
        rules = tuple(
            NotBefore(one, first, times=cond.times or 1) for one in banned for first in _firsts(cond)
        )
        return replace(piece, rules=rules, form="rule")
    kept = kept_by(piece)
    if kept is None:
        return None
    released = cond.condition
    if all(rule.kind == "never" for rule in piece.rules):
        rules = tuple(NotBefore(denied(one), first) for one in kept for first in _firsts(cond))
        return replace(piece, rules=rules, form="rule")
    goal: Clause = Until(kept[0] if len(kept) == 1 else And(kept), released)
    return replace(piece, goal=goal, rules=(), form="until")


def _leaving(piece: Piece, banned: tuple[Condition, ...]) -> bool:
    """Whether what is forbidden is to leave a place."""
    places = piece.named is not None and all(one.frames[0].kind == "place" for one in piece.named.mentions)
    return places and all(one.kind == "not" for one in banned)


def _held(banned: tuple[Condition, ...]) -> Condition:
    kept = tuple(denied(one) for one in banned)
    return kept[0] if len(kept) == 1 else And(kept)


def _firsts(cond: Cond) -> tuple[Condition, ...]:
    return (cond.condition,) if cond.together else cond.leaves


def _unless(cond: Cond, piece: Piece, policy: Policy) -> Bound:
    banned = banned_by(piece)
    if cond.times:
        return None
    if banned is not None:
        if cond.state or (cond.be and not cond.perfect and cond.lasts):
            missing = denied(cond.condition)
            return replace(piece, rules=tuple(Never(both(one, missing)) for one in banned), form="rule")
        rules = tuple(NotBefore(one, first) for one in banned for first in cond.leaves)
        return replace(piece, rules=rules, form="rule")
    held = duty_of(piece, True)
    before = policy.pick("unless", "at that step", "at some step before") if held and not cond.lasts else ""
    if held is not None and len(held) == 1 and before == "at some step before":
        rule = Until(held[0], cond.condition, False)
        return replace(piece, goal=None, rules=(rule,), form="rule")
    if held is not None:
        return replace(
            piece, goal=None, rules=tuple(duty(denied(cond.condition), one) for one in held), form="rule"
        )
    return None


def _before(cond: Cond, piece: Piece, policy: Policy) -> Bound:
    banned = banned_by(piece)
    if cond.times:
        return None
    if banned is not None and _leaving(piece, banned):
        return replace(piece, goal=Until(_held(banned), cond.condition), rules=(), form="until")
    if banned is not None:
        rules = tuple(NotBefore(one, first) for one in banned for first in cond.leaves)
        return replace(piece, rules=rules, form="rule")
    if piece.rules or (piece.goal is None and piece.form != "told"):
        return None
    told = piece.form in ("must", "told") or piece.gets or (piece.be and piece.form != "end")
    others = _of_others(cond)
    if told and not (piece.gets and others):
        if piece.named is None or piece.count or piece.steps:
            return None
        firsts = (piece.named.condition,) if piece.named.op == "or" else piece.named.leaves
        later = cond.named.leaves
        return replace(
            piece, goal=None, rules=tuple(NotBefore(b, a) for b in later for a in firsts), form="rule"
        )
    if piece.form != "command" or piece.goal is None:
        return None
    goals = piece.goal.parts if isinstance(piece.goal, AllOf) else (piece.goal,)
    if others and all(isinstance(goal, Reach) for goal in goals):
        ends = [goal.condition for goal in goals if isinstance(goal, Reach)]
        return replace(piece, rules=tuple(NotBefore(one, end) for one in cond.named.leaves for end in ends))
    none_before = tuple(NotBefore(one, end) for one in cond.named.leaves for end in ends_of(piece.goal))
    none_before = none_before if isinstance(piece.goal, Reach | AllOf) else ()
    return replace(piece, goal=steps([piece.goal, cond.goal]), verbs=1, firsts=none_before)


def _of_others(cond: Cond) -> bool:
    """Whether nobody in the task brings a condition about ("before night", "before the shop closes")."""
    kinds = {one.frames[0].kind for one in cond.named.mentions}
    happens = kinds == {"deed"} or (kinds == {"state"} and not (cond.be or cond.gerund or cond.perfect))
    return cond.world or (happens and not (cond.own or cond.told_of_agent))


def _around(cond: Cond, piece: Piece, policy: Policy) -> Bound:
    """Read "a before and after b"."""
    if (
        piece.form not in ("command", "must")
        or not isinstance(piece.goal, Reach)
        or piece.rules
        or cond.times
    ):
        return None
    again = piece.goal if piece.lasting else replace(piece.goal, anew=True)
    return replace(piece, goal=steps([piece.goal, cond.goal, again]), verbs=1)


def _without(cond: Cond, piece: Piece, policy: Policy) -> Bound:
    if cond.times:
        return None
    if piece.form == "ban":
        banned = banned_by(piece)
        if (
            banned is None
            or cond.most is not None
            or len(cond.leaves) > 1
            or any(one.kind == "not" for one in banned)
        ):
            return None
        missing = denied(cond.condition)
        return replace(piece, rules=tuple(Never(both(one, missing)) for one in banned), form="rule")
    if piece.form == "may":
        return None
    if cond.most is not None:  # "without going there more than once"
        unit: Literal["visit", "step"] = "visit" if cond.lasts else "step"
        return replace(piece, rules=(*piece.rules, Count(cond.condition, None, cond.most, unit)))
    if isinstance(piece.goal, Reach) and cond.lasts and not (cond.gerund or cond.be) and not piece.rules:
        return replace(piece, goal=Reach(both(piece.goal.condition, denied(cond.condition))))
    return replace(piece, rules=(*piece.rules, *(never(one) for one in cond.named.leaves)))


def _avoiding(cond: Cond, piece: Piece, policy: Policy) -> Bound:
    if cond.times or piece.form in ("ban", "may"):
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


def only(word: str, cond: Cond, piece: Piece, policy: Policy) -> Bound:
    """Read "b only if a", "b only after a", "only while a may b"."""
    named = _things(piece) if piece.form not in ("end", "last") else None
    if named is None or word not in ("IF", "WHEN", "WHILE", "AFTER", "ONCE", "WHENEVER") or cond.times:
        return None
    if cond.negated and not cond.state:
        return None
    told = (
        piece.form in ("may", "told") or piece.habit or piece.passive or (piece.be and piece.form == "must")
    )
    if word in ("IF", "WHEN", "WHILE", "WHENEVER") and (
        cond.state or (cond.be and not cond.perfect) or word == "WHILE"
    ):
        rules: tuple[Clause, ...] = tuple(Never(both(one, denied(cond.condition))) for one in named)
        ruled = told or _only_a_rule(piece, policy)
        return replace(piece, goal=None, rules=rules, form="rule") if ruled else replace(piece, rules=rules)
    rules = tuple(NotBefore(one, first) for one in named for first in cond.leaves)
    ruled = told or (word == "IF" and _only_a_rule(piece, policy))
    return replace(piece, goal=None, rules=rules, form="rule") if ruled else replace(piece, rules=rules)


def _only_a_rule(piece: Piece, policy: Policy) -> bool:
    """Whether "b only if a" does not ask for b."""
    if piece.wanted or policy.alone:
        return not piece.wanted
    return policy.pick("only-if", "to be done", "only a rule") == "only a rule"


LIMITS = {
    "WHILE": _while,
    "UNTIL": _until,
    "UNLESS": _unless,
    "BEFORE": _before,
    "BEFOREANDAFTER": _around,
    "WITHOUT": _without,
    "AVOIDING": _avoiding,
    "INSTEAD": _instead,
}
