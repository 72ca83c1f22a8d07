"""What "if", "when", "whenever", "as soon as", "after" and "once" do to a clause."""

from __future__ import annotations

from dataclasses import replace

from lantern.language.ast import Condition, Never, NotBefore, Now, Reach, Until, Whenever
from lantern.language.ast import Sequence as Steps
from lantern.language.making import denied
from lantern.language.reader.conditions import Cond
from lantern.language.reader.duties import banned_by, both, duty_of, kept_by
from lantern.language.reader.pieces import Piece, Policy, all_of, always, duty, never, steps

Bound = Piece | None
_EACH = ("each", "every time", "once")


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
    banned = banned_by(piece)
    if cond.times:
        return None
    if banned is not None:
        return _forbid(cond, piece, banned, policy)
    held = duty_of(piece, habitual)
    if held is None and piece.halts and policy.pick("manner", "later", "at that step") == "at that step":
        held = piece.named.leaves if piece.named is not None else None
    if held is not None:
        if cond.named.op == "and" and not cond.lasts:
            return None
        return replace(piece, goal=None, rules=tuple(duty(cond.condition, one) for one in held), form="rule")
    if piece.rules:
        body = all_of([*([piece.goal] if piece.goal else []), *piece.rules])
        waits = piece.goal is None and not cond.lasts  # it is said of the steps after what happens
        rule = Whenever(cond.condition, body, int(waits), "if", not waits)
        return replace(piece, goal=None, rules=(rule,), form="rule")
    return _respond(cond, piece)


def _forbid(cond: Cond, piece: Piece, banned: tuple[Condition, ...], policy: Policy) -> Bound:
    if piece.again:
        return _from_then(cond, piece, banned)
    if cond.begins:
        return None  # from then on, or while it goes on?
    if cond.perfect or (not cond.lasts and cond.own):
        return _from_then(cond, piece, banned)
    if not cond.lasts and policy.pick("when", "at that step", "from then on") != "at that step":
        return _from_then(cond, piece, banned)
    return replace(piece, rules=tuple(Never(both(one, cond.condition)) for one in banned), form="rule")


def _from_then(cond: Cond, piece: Piece, banned: tuple[Condition, ...]) -> Bound:
    if cond.times:
        return None
    if len(cond.leaves) > 1 and not cond.lasts:
        return None
    rules = tuple(Whenever(cond.condition, never(one), 1, "if", False) for one in banned)
    return replace(piece, rules=rules, form="rule")


def _limited(cond: Cond, piece: Piece) -> Bound:
    """Read what holds until something else happens, from each step with the condition on."""
    if cond.times or not piece.bound or (cond.named.op == "and" and not cond.lasts):
        return None
    if any(isinstance(rule, Whenever) for rule in piece.rules):
        same = all(isinstance(rule, Whenever) and rule.trigger == cond.condition for rule in piece.rules)
        return piece if same and piece.goal is None else None
    parts = [*([piece.goal] if piece.goal else []), *piece.rules]
    if not parts or not all(isinstance(part, Until | NotBefore) for part in parts):
        return None
    waits = piece.goal is None and not cond.lasts  # it is said of the steps after what happens
    rules = tuple(Whenever(cond.condition, part, int(waits), "if", not waits) for part in parts)
    return replace(piece, goal=None, rules=rules, form="rule")


def _if(cond: Cond, piece: Piece, policy: Policy) -> Bound:
    return _every(cond, piece, policy, habitual=False)


def _whenever(cond: Cond, piece: Piece, policy: Policy) -> Bound:
    return _every(cond, piece, policy, habitual=True)


def _once_done(cond: Cond, piece: Piece) -> Bound:
    if piece.goal is None:
        return None
    together = cond.be and cond.state and cond.named.op == "and"  # "once both doors are open"
    first = Reach(cond.condition) if together and not cond.times else cond.goal
    return replace(piece, goal=steps([first, piece.goal]), verbs=1)


def _when(cond: Cond, piece: Piece, policy: Policy) -> Bound:
    banned = banned_by(piece)
    if banned is not None:
        return _forbid(cond, piece, banned, policy)
    held = duty_of(piece, False)
    if held is not None and not (cond.own and not cond.state and piece.form == "keep"):
        return _every(cond, piece, policy, habitual=False)
    if piece.form == "rule" or (piece.form == "until" and not (cond.own and cond.perfect)):
        return _limited(cond, piece)
    if piece.form == "must" or piece.always or piece.steps:
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
    if banned_by(piece) is not None or kept_by(piece) is not None:
        return _later(cond, piece, policy)
    if not isinstance(piece.goal, Reach):
        return None
    return _respond(cond, replace(piece, soon=True))


def _later(cond: Cond, piece: Piece, policy: Policy) -> Bound:
    """Read "after a, b", "once a, b"."""
    if piece.form == "rule" or (piece.form == "until" and not cond.own):
        return _limited(cond, piece)
    ruled = _ruled_later(cond, piece)
    if ruled is not None or piece.goal is None or (piece.rules and piece.form != "command"):
        return ruled
    several = cond.times > 0 or len(cond.leaves) > 1
    if piece.form == "end":
        return replace(piece, goal=all_of([cond.goal, piece.goal]))
    if piece.soon:
        return _right_after(cond, piece, policy)
    if piece.form == "must" and not cond.times:
        return _respond(cond, piece)
    if piece.steps and several:
        return None
    if piece.steps and policy.pick(*_EACH) == "every time":
        return _respond(cond, piece)
    return _once_done(cond, piece) if piece.form in ("command", "last") else None


def _right_after(cond: Cond, piece: Piece, policy: Policy) -> Bound:
    if not isinstance(piece.goal, Reach) or cond.times or len(cond.leaves) > 1:
        return None
    if piece.form == "must" or policy.pick(*_EACH) == "every time":
        return _respond(cond, piece)
    return replace(piece, goal=Steps((Reach(cond.condition), piece.goal), "next"))


def _ruled_later(cond: Cond, piece: Piece) -> Bound:
    """Read "after a, never b", "once a, keep b on"."""
    banned, kept = banned_by(piece), kept_by(piece)
    left = piece.named is not None and all(one.frames[0].kind == "place" for one in piece.named.mentions)
    if kept is not None and left and all(one.kind == "not" for one in kept):
        banned = tuple(denied(one) for one in kept)  # "stay out of a"
    if banned is not None:
        return _from_then(cond, piece, banned)
    if kept is None or cond.times or (len(cond.leaves) > 1 and not cond.lasts):
        return None
    return replace(piece, rules=tuple(Whenever(cond.condition, always(one)) for one in kept), form="rule")


EVENTS = {
    "IF": _if,
    "WHENEVER": _whenever,
    "WHEN": _when,
    "ASAP": _asap,
    "AFTER": _later,
    "ONCE": _later,
}
