"""Whether a clause can be told at all after those before it, or says something that they do not fit."""

from __future__ import annotations

from lantern.language.ast import Always, Clause, Never, Now, Reach, Whenever
from lantern.language.grammar.lookback import closes_iff
from lantern.language.grammar.otherwise import otherwise
from lantern.language.grammar.phrases import Draft
from lantern.language.grammar.story import THEN, Item, Story
from lantern.language.making import denied


def hangs_together(story: Story, item: Item) -> bool:
    """Whether a clause can be told at all after those before it."""
    draft, before = item.draft, story.previous
    if "other_time" in draft.marks and not (otherwise(story, draft) or closes_iff(story, draft)):
        return False  # "otherwise" says what to do in the other case, which no rule here expresses
    if before is None and _points_back(item):
        return False
    if "soon" in draft.marks and story.head is None and _plain_ban(item):
        return False  # "do not feed the lions at once"
    if "INCASE" in item.link and (before is None or "may" not in before.marks):
        return False
    if "from_start" in draft.marks and story.stages and (item.link & THEN or "led" in draft.marks):
        return False  # "... and within two steps b" counts from what was before
    if before is not None and "inverted" in before.marks and _says_so(item):
        return False  # "at no time may a run and b be open": forbidden is both at once
    if before is not None and "AND" in item.link and "BREAK" not in item.link and _cut_short(before, item):
        return False
    if "OR" in item.link and not _can_be_chosen(story, item):
        return False
    ends = before is not None and bool({"prefixed", "also"} & (before.marks | draft.marks))
    if ends_too(story, item) and not ends:
        return False  # "at the end, not a, and not b": when b must not be is not said
    return "in_between" not in draft.marks or (draft.goal is None and _on_a_way(story))


def _cut_short(before: Draft, item: Item) -> bool:
    """Whether a condition that was told with one of two clauses may be meant for both."""
    draft = item.draft
    if "within" in before.marks and draft.goal is None:
        return True  # "at night, do a and stay in b"
    kept = (
        [rule.condition for rule in draft.rules if isinstance(rule, Always)] if "stay" in draft.marks else []
    )
    told = (
        [rule.body for rule in before.rules if isinstance(rule, Whenever)]
        if "limited" in before.marks
        else []
    )
    if any(isinstance(body, Reach | Now) and body.condition in kept for body in told):
        return True  # "open a if b, and leave it open"
    bare = "bare" in draft.marks and draft.under is not None and item.link == {"AND"}
    return bare and isinstance(before.goal, Reach)  # "close a and b at night"


def _says_so(item: Item) -> bool:
    """Whether a clause joined by "and" says how something is, without a "must" of its own."""
    marks, plain = item.draft.marks, isinstance(item.draft.goal, Reach) and not item.draft.rules
    return (
        item.link == {"AND"} and plain and "be" in marks and not marks & {"must", "may", "at_end", "finally"}
    )


def _points_back(item: Item) -> bool:
    """Whether a clause needs one before it."""
    draft = item.draft
    if "placed" in draft.marks and draft.after is None and draft.goal is not None:
        return True  # "take a sample and wash afterwards", with both taken for things: after what?
    if "after_that" in draft.marks and _plain_ban(item):
        return True
    if "soon" in draft.marks and draft.goal is not None and draft.after is None and not draft.rules:
        return True  # "in the next step": after what?
    if "from_then" in draft.marks and not draft.marks & {"prefixed", "limited"}:
        return True
    return "until_then" in draft.marks  # "stay there until they are ready": until what is not said


def _plain_ban(item: Item) -> bool:
    """Whether a clause forbids something with no limit of its own."""
    rules = item.draft.rules
    alone = item.draft.goal is None and not item.draft.marks & {"prefixed", "limited"}
    return alone and bool(rules) and all(isinstance(rule, Never) for rule in rules)


def _can_be_chosen(story: Story, item: Item) -> bool:
    """Whether a clause after "or" and the one before it are goals: one can be chosen step by step."""
    draft, before = item.draft, story.previous
    if draft.rules or (before is not None and before.rules and before.goal is None):
        return False
    if before is not None and "at_end" in before.marks and "at_end" not in draft.marks:
        return False  # "at the end with a or in b"
    doubts = {point for one in (draft, before) if one is not None for point, _ in one.choices}
    return not doubts & {"lasting", "each", "when", "unless", "counted"}


def _on_a_way(story: Story) -> bool:
    """Whether there is a way for "in between": from one goal to the next, or to the only one."""
    last = story.stages[-1] if story.stages else []
    return len(story.stages) > 1 or (len(last) == 1 and isinstance(last[0], Reach))


def ends_too(story: Story, item: Item) -> bool:
    """Whether a clause is joined to one that says what must be so at the end."""
    before = story.previous
    joined_to = "AND" in item.link and "BREAK" not in item.link
    return before is not None and "at_end" in before.marks and joined_to


def says_nothing(rule: Clause) -> bool:
    """Whether a rule says of a state that it, or its opposite, holds in it: nothing that is meant."""
    if not isinstance(rule, Whenever) or not isinstance(rule.body, Now) or rule.delay:
        return False
    return rule.body.condition in (rule.trigger, denied(rule.trigger))
