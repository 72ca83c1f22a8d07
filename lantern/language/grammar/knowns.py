"""Clauses that only put in order what was named before: "visit a, b and c; b first", "a before b"."""

from __future__ import annotations

from collections.abc import Sequence

from lantern.language.ast import AllOf, Clause, Count, NotBefore, Reach
from lantern.language.ast import Sequence as Steps
from lantern.language.grammar.phrases import Draft
from lantern.language.grammar.story import THEN, Item, Story, joined

_ANEW = frozenset({"again", "second", "returning", "on_way", "previously", "soon", "timed"})


def orders_known(story: Story, item: Item) -> bool:
    """Put the goals of the last stage in the order that a clause tells; False if it tells of other goals.

    Nothing is to be done a second time: "visit the hall and the attic, the attic first" names it twice.
    """
    draft = item.draft
    told_after = item.link & THEN and not {"finally", "after_that"} & draft.marks
    if (
        draft.goal is None
        or draft.after is not None
        or draft.marks & _ANEW
        or told_after
        or "OR" in item.link
    ):
        return False
    parts = _flat(story.stages[-1]) if story.stages else []
    known = {part.condition for part in parts if isinstance(part, Reach)}
    if draft.rules or isinstance(draft.goal, Count):
        return len(parts) > 1 and _limits_known(story, draft, parts)
    named = [one for one in _flat([draft.goal]) for one in _steps(one)]
    conditions = [goal.condition for part in named for goal in _flat([part]) if isinstance(goal, Reach)]
    if len(known) < len(parts) or len(parts) < 2 or not conditions or not known.issuperset(conditions):
        return False
    if len(set(conditions)) < len(conditions):
        return False
    others: list[Clause] = [
        part for part in parts if isinstance(part, Reach) and part.condition not in conditions
    ]
    if len(named) > 1 and isinstance(draft.goal, Steps):
        story.stages[-1] = [Steps(tuple(named)), *others]
    elif _first(item) and others:
        story.stages[-1:] = [[joined(AllOf, named)], others]
    elif _last(item) and others:
        story.stages[-1:] = [others, [joined(AllOf, named)]]
    else:
        return False
    return True


def _limits_known(story: Story, draft: Draft, parts: list[Clause]) -> bool:
    """Read "do a and b. Do b only after a" and "... Do b twice" as said of the same b."""
    goal = draft.goal
    if isinstance(goal, Reach) and goal in parts and all(isinstance(rule, NotBefore) for rule in draft.rules):
        story.rules += draft.rules
        return True
    if isinstance(goal, Count) and Reach(goal.condition) in parts and not draft.rules:
        story.stages[-1] = [goal if part == Reach(goal.condition) else part for part in parts]
        return True
    return False


def _first(item: Item) -> bool:
    return "first" in item.draft.marks or "FIRST" in item.link


def _last(item: Item) -> bool:
    return "finally" in item.draft.marks or "FINALLY" in item.link or "after_that" in item.draft.marks


def _flat(parts: Sequence[Clause]) -> list[Clause]:
    """Goals in any order, taken out of their groups."""
    return [one for part in parts for one in (_flat(part.parts) if isinstance(part, AllOf) else [part])]


def _steps(clause: Clause) -> Sequence[Clause]:
    return clause.parts if isinstance(clause, Steps) and clause.order == "then" else (clause,)
