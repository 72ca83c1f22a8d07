"""Where a goal goes in a story: after, beside, before or instead of what was told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lantern.language.ast import (
    AllOf,
    Clause,
    Count,
    NotBefore,
    OneOf,
    Reach,
    walk,
)
from lantern.language.ast import Sequence as Steps
from lantern.language.grammar.phrases import Draft, goal_of, leaves
from lantern.language.grammar.story import THEN, Item, Link, Story, joined
from lantern.language.grammar.timing import due

_LATER_MARKS = frozenset({"after_that", "finally", "leave", "left", "returning", "again", "second"})


def comes_after(item: Item) -> bool:
    """Whether a clause comes after what was said before it."""
    later = item.link & THEN or "after_that" in item.draft.marks
    return bool(later) and "FINALLY" not in item.link


def place(story: Story, item: Item) -> None:
    """Put a goal where its link says."""
    draft, link, goal = item.draft, item.link, item.draft.goal
    assert goal is not None
    _recall(story, item)
    _counted_in(story, item, goal)
    if draft.after is not None:
        _place_after(story, item)
    elif due(story, draft) or _lasts_on(story, item):
        pass
    elif "OR" in link:
        story.apart = "COMMA" in link
        _alternative(story, goal)
    elif story.or_binds_all and story.alternatives and len(story.stages) > 1 and link & THEN:
        story.close()
        story.stages.append([goal])
    elif story.choice and story.alternatives and link & THEN and not _binds_last(story, link):
        story.choice = False
        story.close()
        story.stages.append([goal])
    elif (link & {"ONWAY", "PREVIOUSLY"} or draft.marks & {"on_way", "previously"}) and story.stages:
        # "c; before that b; before that a": each goes before the one said just before it.
        again = "PREVIOUSLY" in link and story.inserted is not None
        story.inserted = story.inserted if again else len(story.stages) - 1
        story.stages.insert(story.inserted or 0, [goal])
    elif story.inserted is not None and link == {"AND"} and "BREAK" not in link:
        story.stages[story.inserted].append(goal)
    elif link & THEN or draft.marks & _LATER_MARKS:
        story.dangling = story.dangling or (bool(story.alternatives) and len(story.stages) > 1)
        story.stages.append([goal])
    elif story.stages and (at := _before_others(story, item)) is not None:
        story.stages.insert(at, [goal])
    else:
        _beside(story, goal, link | {"ALSO"} if "also" in draft.marks else link)
    reached(story, goal)
    reorder(story, draft)


def _lasts_on(story: Story, item: Item) -> bool:
    """Read "grasp the cube and hold it for three steps" as holding it so long, once."""
    goal, last = item.draft.goal, story.stages[-1] if story.stages else []
    before = last[0] if len(last) == 1 else None
    if not isinstance(goal, Reach) or not isinstance(before, Reach) or goal.steps < 2 or "OR" in item.link:
        return False
    if replace(goal, steps=before.steps) != before or before.steps > 1:
        return False
    story.stages[-1] = [goal]
    return True


def _counted_in(story: Story, item: Item, goal: Clause) -> None:
    """Note what is only allowed, and how many commands follow each other without an order."""
    if "permitted" in item.draft.marks and not comes_after(item):
        story.permitted.append(goal)
    if item.draft.marks & {"act", "carry"} and item.link <= {"COMMA", "AND"}:
        story.commands += 1


def _recall(story: Story, item: Item) -> None:
    """Let "... before you may open the chest; after that go home" come after the chest."""
    rules = story.previous.rules if story.previous is not None else ()
    if story.stages or not comes_after(item) or not rules:
        return
    known = [rule for rule in rules if isinstance(rule, NotBefore)]
    if len(known) < len(rules):
        return
    goals = {node.condition for node in walk(item.draft.goal) if isinstance(node, Reach)}  # type: ignore[arg-type]
    if {rule.first for rule in known} <= goals:
        return
    if {rule.condition for rule in known} <= goals:
        story.stages.append([Reach(first) for first in dict.fromkeys(rule.first for rule in known)])
    else:
        story.stages.append([Reach(one) for one in dict.fromkeys(rule.condition for rule in known)])


def reached(story: Story, goal: Clause) -> None:
    """Note what a goal reaches."""
    for node in walk(goal):
        if isinstance(node, Reach | Count):
            story.reached.setdefault(node.condition, story.number)


def _place_after(story: Story, item: Item) -> None:
    """Place a goal that names what it comes after, which may have been said already."""
    draft, goal = item.draft, item.draft.goal
    assert goal is not None and draft.after is not None
    first = goal_of(draft.after)
    known = [condition in story.reached for condition in leaves(draft.after)]
    at = next((i for i, stage in enumerate(story.stages) if goal in stage), None)
    if all(known) and at is not None and at > 0:
        return
    if all(known):
        story.stages.append([goal])
    elif at is not None and len(story.stages[at]) == 1:
        story.stages.insert(at, [first])
    elif item.link & THEN or not story.stages:
        story.stages += [[first], [goal]]
    else:
        _beside(story, Steps((first, goal)), item.link)
    reached(story, first)


def _before_others(story: Story, item: Item) -> int | None:
    """Where a goal goes that is said to be first after others were named; None if it is not."""
    if {"first", "bare"} <= item.draft.marks:
        return 0  # "bottling comes last, mashing first"
    first = "first" in item.draft.marks or "FIRST" in item.link
    return len(story.stages) - 1 if first and "BUT" in item.link else None


def _beside(story: Story, goal: Clause, link: Link) -> None:
    """Goals without an order between them: beside the last stage, or beside everything after a full stop."""
    story.repeats = story.repeats or ("OR" not in link and _met_again(story, goal))
    apart = ("BREAK" in link and "ALSO" not in link) or not link
    command = story.previous is not None and "act" in story.previous.marks
    row = link == {"COMMA"} and command  # "do a, do b, and never c": as good as a sentence of its own
    story.loose = story.loose or ((apart or row or story.commands > 2) and bool(story.stages))
    if not story.stages or (story.conventions.order == "text" and (apart or row or not story.keep_and)):
        story.stages.append([goal])
    elif link & {"BREAK", "ALSO"} and len(story.stages) > 1:
        story.close()
        story.stages[-1].append(goal)
    else:
        story.stages[-1].append(goal)


def _met_again(story: Story, goal: Clause) -> bool:
    """Whether a goal joined without an order has been named before ("wood, factory, wood, factory")."""
    beside = [node for part in story.stages[-1:] for other in part for node in walk(other)]
    met = {node.condition for node in beside if isinstance(node, Reach | Count)}
    return any(isinstance(node, Reach | Count) and node.condition in met for node in walk(goal))


def _binds_last(story: Story, link: Link) -> bool:
    """Whether "... and then c" after "a or b" belongs to b alone, as commas tell; doubtful without any."""
    if link & {"COMMA", "BREAK"}:
        return False
    story.bound = story.bound or not story.apart
    return story.apart or story.last_only


def _alternative(story: Story, goal: Clause) -> None:
    if story.beside is not None and len(story.stages[-1]) > story.beside:
        # "get the key, and either open the chest or slay the dragon"
        kept, options = story.stages[-1][: story.beside], story.stages[-1][story.beside :]
        story.stages[-1] = [*kept, OneOf((joined(AllOf, options), goal))]
        return
    if story.either is not None and story.either == len(story.stages) - 1 > 0:
        story.stages[-1] = [OneOf((joined(AllOf, story.stages[-1]), goal))]
        return
    last = story.stages[-1] if story.stages else []
    if len(last) > 1 and story.either is None and not story.apart:
        story.mixed = True  # "a and b or c": a goes with both, or with b alone
        if story.narrow:
            story.stages[-1] = [*last[:-1], OneOf((last[-1], goal))]
            return
    staged = story.staged()
    if staged is not None:
        story.choice = len(story.stages) == 1
        story.alternatives.append(staged)
    story.stages = [[goal]]


def _beside_parts(part: Clause) -> Sequence[Clause]:
    return part.parts if isinstance(part, AllOf) else (part,)


def reorder(story: Story, draft: Draft) -> None:
    """Apply "in that order" and "in any order", said of several clauses at the end of the last."""
    for mark in draft.marks:
        if mark.startswith("order ") and (draft.goal is not None or "order_of" in draft.marks):
            parts = [one for stage in story.stages for part in stage for one in _beside_parts(part)]
            order = mark.removeprefix("order ")
            if order == "any":
                story.stages = [parts]
            else:
                story.stages = [[part] for part in parts]
                story.strict = story.strict or order in ("strict", "once")
                story.once = story.once or order == "once"
