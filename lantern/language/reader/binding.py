"""A clause and a condition put together, by the word that joins them."""

from __future__ import annotations

from dataclasses import replace

from lantern.language.ast import Reach
from lantern.language.reader.conditions import Cond
from lantern.language.reader.events import EVENTS
from lantern.language.reader.limits import LIMITS, only
from lantern.language.reader.pieces import Piece, Policy

# Words that can stand beside an end, a count or a telling.
_LATE = ("AFTER", "ONCE", "WITHOUT", "AVOIDING", "BEFORE")
BINDERS = {**EVENTS, **LIMITS}


def bind(word: str, cond: Cond, piece: Piece, policy: Policy, *, only_then: bool = False) -> Piece | None:
    """A clause with a condition; None where it is not clear what is meant.

    Parameters
    ----------
    word : str
        What joins them: "IF", "AFTER", "UNTIL" and the like.
    cond : Cond
        The condition.
    piece : Piece
        The clause.
    policy : Policy
        Answers to what the words leave open.
    only_then : bool
        Whether "only" stands before the word.
    """
    if only_then or piece.only:
        return only(word, cond, replace(piece, only=False), policy)
    if piece.form == "may":
        return only(word, cond, piece, policy) if word in ("AFTER", "ONCE") else None
    if piece.form in ("told", "end", "limit", "last") and word not in _LATE:
        return None
    if cond.most is not None and (word != "WITHOUT" or len(cond.leaves) > 1):
        return None
    undone = cond.negated and not cond.lasts
    if isinstance(piece.goal, Reach) and piece.goal.steps > 1:
        return None
    if (piece.soon and piece.goal is None) or (undone and word not in ("WHILE", "WITHOUT", "AVOIDING")):
        return None
    if word == "UNTIL" and piece.named is not None and piece.named.condition == cond.condition:
        return None  # "drain it until it is empty"
    bound = BINDERS[word](cond, piece, policy)
    return replace(bound, bound=True) if bound is not None else None
