"""Chains of goals side by side, and goals for any time: "a, then b. Also c, then d. After all that, e"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from lantern.language.ast import AllOf, Count, NotBefore, Reach
from lantern.language.grammar.phrases import is_event
from lantern.language.grammar.story import THEN, Item, Story


def begins_thread(story: Story, item: Item, rest: Sequence[Item]) -> bool:
    """Begin a chain beside the one before, with a sentence that goes on with "then"; False if none begins.

    Parameters
    ----------
    story : Story
        What was told so far.
    item : Item
        The clause that may begin a chain.
    rest : sequence of Item
        The clauses after it.
    """
    new = "BREAK" in item.link or "ALSO" in item.link
    ordered = story.conventions.order == "text" and "ALSO" not in item.link
    if not new or item.link & THEN or item.draft.marks & _TIED or ordered or item.draft.after is not None:
        return False
    if not story.stages or story.alternatives or story.inserted is not None or item.link & {"OR", "ONWAY"}:
        return False
    if not _goes_on(rest):
        return False
    begun = story.staged()
    if begun is None:
        return False
    story.repeats = False
    story.loose = story.loose or "ALSO" not in item.link
    story.threads.append(begun)
    story.stages = []
    return True


_TIED = frozenset(
    {
        "after_that",
        "finally",
        "leave",
        "left",
        "returning",
        "again",
        "on_way",
        "previously",
        "soon",
        "first",
        "second",
    }
)


def _goes_on(rest: Sequence[Item]) -> bool:
    """Whether the sentence of a clause goes on with "then"."""
    for item in rest:
        if "BREAK" in item.link:
            return False
        if item.link & THEN or "after_that" in item.draft.marks:
            return True
    return False


def in_a_row(story: Story, item: Item, rest: Sequence[Item]) -> bool:
    """Whether a command goes on a row that ends with "then": "do a, do b, and then do c"."""
    if item.link != {"COMMA"} or not story.stages or not item.draft.marks & {"act", "carry", "deliver", "be"}:
        return False
    for later in rest:
        if _ends_journey(later):
            return True
        if "BREAK" in later.link or later.draft.goal is None:
            return False
        if later.link & THEN or later.draft.marks & {"again", "second"}:
            return True
        if later.link != {"COMMA"}:
            return False
    return False


def _ends_journey(item: Item) -> bool:
    """Whether a command is the end of a row: "..., and come back to the base", "... and leave the cave"."""
    ends = item.draft.marks & {"returning", "left", "leave", "come_back"}
    return bool(ends) and "AND" in item.link


def second_time(story: Story, item: Item) -> Item | None:
    """Read what was named before as once more, and "a second time" alone as twice; None if unclear."""
    draft = item.draft
    goal = draft.goal
    again = isinstance(goal, Reach) and goal.condition in story.reached and draft.np is not None
    said = draft.marks & {"second", "again"}
    if again and said and isinstance(goal, Reach) and draft.np is not None and is_event(draft.np):
        return replace(item, draft=replace(draft, goal=replace(goal, anew=True)))
    limited = draft.goal is None and draft.rules and all(isinstance(rule, Count) for rule in draft.rules)
    if "second" not in draft.marks or limited:
        return item  # "never a second time"
    if draft.rules or not isinstance(draft.goal, Reach) or draft.np is None:
        return None
    if draft.goal.condition in story.reached:
        return item
    unit: Literal["step", "visit"] = "step" if is_event(draft.np) else "visit"
    return replace(item, draft=replace(draft, goal=Count(draft.goal.condition, 2, None, unit)))


def allowed_then(story: Story, item: Item) -> bool | None:
    """Read "only then may you do b" as no b before what was said; None if it says no such thing."""
    draft = item.draft
    only = "ONLYTHEN" in item.link or {"only", "after_that"} <= draft.marks
    if "permitted" not in draft.marks or not only or not story.stages or story.threads:
        return None
    last = story.stages[-1]
    if not isinstance(draft.goal, Reach) or story.alternatives:
        return False
    parts = [one for part in last for one in (part.parts if isinstance(part, AllOf) else (part,))]
    firsts = [part.condition for part in parts if isinstance(part, Reach)]
    if len(firsts) < len(parts):
        return False
    strong = story.conventions.until == "strong"
    story.rules += [NotBefore(draft.goal.condition, first, strong) for first in firsts]
    return True


def joins_threads(story: Story, item: Item) -> None:
    """Let what comes "after all that" follow every chain; a bare "then" in a new sentence leaves a doubt."""
    later = item.link & THEN or item.draft.marks & {"after_that", "finally"}
    if later and story.free and not story.free_waits:
        story.freed = True
    if later and story.free and story.free_waits:
        story.threads += [joined for joined in (story.staged(),) if joined is not None]
        story.threads += story.free
        story.stages, story.free = [], []
    if not story.threads or not later or not ("BREAK" in item.link or "ALLDONE" in item.link):
        return
    doubtful = "ALLDONE" not in item.link and "FINALLY" not in item.link
    story.threaded = story.threaded or doubtful
    if doubtful and story.last_thread:
        return
    story.close()


def free_goal(story: Story, item: Item) -> bool:
    """Set aside a goal that may be done at any time; False if it is none."""
    if "any_time" not in item.draft.marks or item.draft.goal is None or "OR" in item.link:
        return False
    story.free.append(item.draft.goal)
    return True


def all_needed(story: Story) -> bool:
    """Ask for everything that was named before to be done ("both are compulsory")."""
    previous = story.previous
    if previous is None:
        return False
    rules = previous.rules if previous.goal is None else ()
    named = [one for rule in rules if isinstance(rule, NotBefore) for one in (rule.first, rule.condition)]
    if rules and len(named) < 2 * len(rules):
        return False
    story.free += [Reach(one) for one in dict.fromkeys(named) if one not in story.reached]
    return True
