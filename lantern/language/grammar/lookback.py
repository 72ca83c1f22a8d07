"""Clauses that look back: "stay there", "come back", "and never more than twice", "but then you must ..."."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from lantern.language.ast import (
    AllOf,
    Always,
    Clause,
    Condition,
    Count,
    Never,
    Not,
    NotBefore,
    Now,
    OneOf,
    Reach,
    Sequence,
    Until,
    Whenever,
    Within,
)
from lantern.language.grammar.phrases import Draft, NounPhrase, condition_of, is_event, things
from lantern.language.grammar.story import THEN, Item, Story
from lantern.language.grammar.threads import all_needed
from lantern.language.making import denied


def point(story: Story, item: Item) -> bool:
    """Clauses such as "stay there", "come back once more", "and never more than twice"."""
    draft, previous = item.draft, story.previous
    pointing = next((kind for kind in _POINTING if kind in draft.marks), None)
    if pointing is not None:
        return _POINTING[pointing](story)
    if "stay_there" in draft.marks and _stays_so(story, draft):
        return True
    return _of_previous(story, draft, previous)


def _of_previous(story: Story, draft: Draft, previous: Draft | None) -> bool:
    """Clauses that say more of what was named last."""
    if previous is None or previous.np is None or not story.stages:
        return False
    if story.left is not None and draft.marks & _BACK:
        return _back_inside(story, draft, story.left)
    here = condition_of(previous.np)
    there = here.body if isinstance(here, Not) else here
    if "stay_there" in draft.marks:
        if is_event(previous.np):
            return False
        if "put_down" in draft.marks and any(thing.holding for thing in things(previous.np)):
            return False  # "take the tray to the bar and leave it there": it is held no longer
        stays = Always(there) if draft.until is None else Until(there, condition_of(draft.until))
        story.stages.append([stays])
        return True
    if "leave_bare" in draft.marks:
        story.stages.append([Reach(Not(there))])
        return True
    if "come_back" in draft.marks:
        return _come_back(story, there)
    if "not_back" in draft.marks:
        if recount(story, there, 1, 1, previous.np):
            return True
        story.stages.append([Never(there)])  # "leave a and never return"
        return story.stages[-2] == [Reach(Not(there))]
    return draft.count is not None and _number(story, there, draft)


_BACK = frozenset({"come_back", "not_back"})


def _back_inside(story: Story, draft: Draft, here: Condition) -> bool:
    """Read "leave the cave and come back", where a proposition says that one is outside."""
    inside = denied(here)
    story.stages.append([Reach(inside) if "come_back" in draft.marks else Never(inside)])
    return True


def _once_only(story: Story) -> bool:
    """Read "each only once" as said of every goal."""
    story.once = True
    return True


def _not_both(story: Story) -> bool:
    """Read "a or b, but not both" as one of them, and the other never."""
    last = story.stages[-1] if story.stages else []
    if len(last) != 1:
        return False
    if isinstance(last[0], OneOf) and not story.alternatives:
        first, *others = last[0].parts
    elif len(story.alternatives) == len(story.stages) == 1:
        first, others = story.alternatives[0], [last[0]]
    else:
        return False
    if len(others) != 1 or not isinstance(first, Reach) or not isinstance(others[0], Reach):
        return False
    second = others[0]
    options = (AllOf((first, Never(second.condition))), AllOf((second, Never(first.condition))))
    story.alternatives = []
    story.stages[-1] = [OneOf(options)]
    return True


def _stays_so(story: Story, draft: Draft) -> bool:
    """Read "whenever a, b must be on and must stay on until c" as b from every a until c."""
    last, previous = story.rules[-1] if story.rules else None, story.previous
    if not isinstance(last, Whenever) or last.direction != "if":
        return False
    if not isinstance(last.body, Now | Reach | Within) or (isinstance(last.body, Within) and last.body.every):
        return False
    if previous is None or last not in previous.rules:
        return False
    there = last.body.condition
    stays: Clause = Always(there) if draft.until is None else Until(there, condition_of(draft.until))
    body = stays if isinstance(last.body, Now) else Sequence((last.body, stays))
    story.rules[-1] = replace(last, body=body)
    return True


_POINTING: dict[str, Callable[[Story], bool]] = {
    "neutral": lambda story: True,
    "all_needed": all_needed,
    "only_once": _once_only,
    "not_both_of": _not_both,
}


def _come_back(story: Story, there: Condition) -> bool:
    """Read "come back" as going again to the place that was left, else to the one named last."""
    left = [
        part.condition.body
        for stage in story.stages
        for part in stage
        if isinstance(part, Reach) and isinstance(part.condition, Not)
    ]
    assert story.previous is not None and story.previous.np is not None
    if not left and is_event(story.previous.np):
        return False
    story.stages.append([Reach(left[-1] if left else there)])
    return True


def _number(story: Story, condition: Condition, draft: Draft) -> bool:
    """Give a number of times to what was said before."""
    assert draft.count is not None
    low, high, said = draft.count
    np = story.previous.np if story.previous is not None else None
    if "repeat" in draft.marks and low is not None:
        return recount(story, condition, low + 1, None if said == "at least" else low + 1, np)
    if "recount_not" in draft.marks:
        if low is not None and high is None:
            return recount(story, condition, None, low - 1, np)
        return low is None and high is not None and recount(story, condition, high + 1, None, np)
    if said == "times":
        high = low
    return recount(story, condition, low, high, np)


def limits_previous(story: Story, item: Item) -> bool:
    """Read "visit a twice and then do not visit it any more" as exactly twice."""
    draft = item.draft
    banned = [rule.condition for rule in draft.rules if isinstance(rule, Never)]
    if draft.goal is not None or len(banned) != len(draft.rules) or len(banned) != 1 or not story.stages:
        return False
    left = [Reach(Not(banned[0]))]
    if story.stages[-1] == left and draft.marks & {"again", "avoids"}:
        story.stages.append([Never(banned[0])])  # "leave the room and never go back there"
        return True
    again = draft.marks & {"again", "always", "after_that", "returning"} or item.link & THEN
    here = any(isinstance(part, Reach) and part.condition == banned[0] for part in story.stages[-1])
    if item.link & THEN and not here and len(story.stages) > 1:
        return False  # "go to a, then to b; after that, never go back to a" begins at b
    return bool(again) and recount(story, banned[0], None, None, draft.np)


def recount(
    story: Story, condition: Condition, low: int | None, high: int | None, np: NounPhrase | None = None
) -> bool:
    """Change how often a goal is to be met; without numbers, from "at least" to "exactly".

    `np` tells whether what is counted happens, and is counted by steps, or lasts.
    """
    unit: Literal["visit", "step"] = "step" if np is not None and is_event(np) else "visit"
    if story.conventions.visits != "auto":
        unit = story.conventions.visits
    for stage in reversed(story.stages):
        for at, goal in enumerate(stage):
            found = _same(goal, condition, unit)
            if found is None:
                continue
            stage[at] = (
                replace(found, at_most=found.at_least)
                if low is None and high is None
                else replace(found, at_least=low or found.at_least, at_most=high)
            )
            _drop_leaving(story, condition)
            return True
    return False


def _same(goal: Clause, condition: Condition, unit: Literal["visit", "step"]) -> Count | None:
    if isinstance(goal, Reach) and goal.condition == condition:
        return Count(condition, 1, unit=unit)
    if isinstance(goal, Count) and goal.condition == condition and goal.at_most is None:
        return goal
    return None


def _drop_leaving(story: Story, condition: Condition) -> None:
    """A count implies leaving in between."""
    story.stages = [stage for stage in story.stages if stage != [Reach(Not(condition))]]


def closes_iff(story: Story, draft: Draft) -> bool:
    """Read "right after a, b; and b at no other time" as if and only if."""
    if "other_time" not in draft.marks or not story.rules or not draft.rules:
        return False
    last, ban = story.rules[-1], draft.rules[0]
    same = (
        isinstance(last, Whenever)
        and isinstance(ban, Never)
        and isinstance(last.body, Now | Reach)
        and last.body.condition == ban.condition
    )
    if same and isinstance(last, Whenever) and isinstance(ban, Never):
        delay = last.delay if isinstance(last.body, Now) else 1
        story.rules[-1] = Whenever(last.trigger, Now(ban.condition), delay, "iff")
    return same


def answers_permission(story: Story, item: Item) -> bool:
    """Read "you may go to a, but then you must ..." as a rule for every visit to a."""
    draft, previous = item.draft, story.previous
    conditional = "INCASE" in item.link or (item.link & THEN and "must" in draft.marks)
    later = draft.marks & {"after_that", "soon"} or conditional
    if not later or previous is None or "may" not in previous.marks or previous.np is None:
        return False
    if not story.stages or previous.goal not in story.stages[-1]:
        return False
    trigger = condition_of(previous.np)
    story.stages[-1].remove(previous.goal)
    strong = story.conventions.next == "strong"
    if isinstance(draft.goal, Reach):
        soon = "soon" in draft.marks
        body: Clause = Now(draft.goal.condition) if soon else draft.goal
        story.rules.append(Whenever(trigger, body, 1 if soon else 0))
    for rule in draft.rules:
        story.rules.append(Whenever(trigger, rule, 1, "if", strong))
    return True


def chained(story: Story, item: Item) -> bool:
    """Read "a before b and b before c" as one chain of three."""
    goal, last = item.draft.goal, story.stages[-1] if story.stages else []
    if "bare" not in item.draft.marks or "BREAK" in item.link or not item.link & {"AND", "COMMA"}:
        return False
    before = last[0] if len(last) == 1 else None
    if not isinstance(goal, Sequence) or not isinstance(before, Sequence):
        return False
    if goal.order != "then" or before.order != "then" or before.parts[-1] != goal.parts[0]:
        return False
    story.stages[-1] = [Sequence((*before.parts, *goal.parts[1:]))]
    story.rules += item.draft.firsts if len(story.stages) == 1 else ()
    return True


def allows_only_then(story: Story, item: Item) -> bool:
    """Read "first a; only then may you b" as no b before a; b is allowed, not asked for."""
    draft, last = item.draft, story.stages[-1] if story.stages else []
    after = item.link & THEN or "after_that" in draft.marks
    only = "ONLYTHEN" in item.link or ("only" in draft.marks and bool(after))
    if not only or "permitted" not in draft.marks or not isinstance(draft.goal, Reach):
        return False
    firsts = [part.condition for part in last if isinstance(part, Reach | Count)]
    if not firsts or len(firsts) < len(last):
        return False
    strong = story.conventions.until == "strong"
    story.rules += [NotBefore(draft.goal.condition, first, strong) for first in firsts]
    return True
