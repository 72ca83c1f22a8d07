"""What a clause forbids, keeps up or wants to be so, as conditions for others to limit."""

from __future__ import annotations

from lantern.language.ast import AllOf, Always, And, Clause, Condition, Never, Reach
from lantern.language.ast import Sequence as Steps
from lantern.language.making import denied
from lantern.language.reader.pieces import Piece


def banned_by(piece: Piece) -> tuple[Condition, ...] | None:
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


def kept_by(piece: Piece) -> tuple[Condition, ...] | None:
    """What a clause says has to be so, if it does no more than that."""
    if piece.form == "keep" and all(isinstance(rule, Always | Never) for rule in piece.rules):
        return tuple(
            rule.condition if isinstance(rule, Always) else denied(rule.condition)
            for rule in piece.rules
            if isinstance(rule, Always | Never)
        )
    return None


def both(*conditions: Condition) -> And:
    """Conditions at the same step."""
    parts: list[Condition] = []
    for one in conditions:
        parts.extend(one.parts if isinstance(one, And) else (one,))
    return And(tuple(dict.fromkeys(parts)))


def duty_of(piece: Piece, habitual: bool) -> tuple[Condition, ...] | None:
    """What has to be so rather than be done, at the steps of a condition."""
    kept = kept_by(piece)
    if kept is not None:
        return kept
    limited = piece.soon or piece.steps or piece.count or piece.later
    if piece.goal is None or piece.named is None or limited or not piece.lasting:
        return None
    manner = all(one.frames[0].manner for one in piece.named.mentions)
    manner = manner and not piece.starts
    told = (piece.be and (piece.form == "must" or habitual)) or (manner and piece.form in ("command", "must"))
    having = all(one.frames[0].kind == "have" and not one.moved for one in piece.named.mentions)
    holds = piece.holds and having
    if not (told or holds):
        return None
    return (piece.named.condition,) if piece.named.op == "or" else piece.named.leaves


def ends_of(goal: Clause) -> tuple[Condition, ...]:
    """What a goal reaches last: each of several in any order, the last of a sequence."""
    if isinstance(goal, Reach):
        return (goal.condition,)
    if isinstance(goal, AllOf):
        return tuple(end for part in goal.parts for end in ends_of(part))
    return ends_of(goal.parts[-1]) if isinstance(goal, Steps) and goal.order == "then" else ()
