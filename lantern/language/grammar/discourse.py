"""From clauses to a task: what "then", "and", "also", "or", "finally" and full stops do to clauses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lantern.language.ast import (
    AllOf,
    Always,
    Clause,
    Count,
    Never,
    NotBefore,
    OneOf,
    Reach,
    Task,
    Until,
    walk,
)
from lantern.language.ast import Sequence as Steps
from lantern.language.grammar.conventions import Conventions
from lantern.language.grammar.doubts import Choices
from lantern.language.grammar.lookback import answers_permission, closes_iff, limits_previous, point, recount
from lantern.language.grammar.options import gather
from lantern.language.grammar.phrases import Draft, goal_of, leaves
from lantern.language.grammar.settle import settle_bans, settle_order
from lantern.language.grammar.story import THEN, Ban, Item, Link, Story, joined


def compose(items: Sequence[Item], conventions: Conventions) -> list[tuple[Task, Choices]]:
    """Tasks that a row of clauses may describe, the preferred first; none if they do not hang together."""
    items = gather(items, lambda part: _told(Story(conventions), part))
    story = Story(conventions)
    task = _told(story, items)
    if task is None:
        return []
    if story.loose and not story.repeats and conventions.order == "ask":
        ordered = _told(Story(replace(conventions, order="text"), keep_and=True), items)
        if ordered is not None:
            return [(task, (("order", "any order"),)), (ordered, (("order", "in order"),))]
    if story.repeats and conventions.order != "text":
        ordered = _told(Story(replace(conventions, order="text")), items)
        if ordered is not None:
            return [(ordered, (("order", "in order"),)), (task, (("order", "any order"),))]
    if story.dangling:
        every = _told(Story(conventions, or_binds_all=True), items)
        if every is not None:
            return [(task, (("or", "last"),)), (every, (("or", "all"),))]
    return [(task, ())]


def _told(story: Story, items: Sequence[Item]) -> Task | None:
    """Task of the clauses, told one after the other."""
    for item in items:
        story.number += 1
        if not _add(story, item):
            return None
    settle_bans(story)
    settle_order(story)
    goal = story.main()
    clauses = list(dict.fromkeys([*([goal] if goal else []), *story.rules]))
    return Task(tuple(clauses)) if clauses else None


def _add(story: Story, item: Item) -> bool:
    draft, link = item.draft, item.link
    if link & {"ONEOF", "EITHER"}:
        story.either = len(story.stages) if link & THEN or not story.stages else None
    if "ONLYTHEN" in link:
        story.strict = True
    if draft.goal is None and not draft.rules:
        done = point(story, item)
    elif limits_previous(story, item) or closes_iff(story, draft) or answers_permission(story, item):
        done = True
    else:
        done = _take(story, item)
    story.previous = draft if draft.np is not None else story.previous
    return done


def _take(story: Story, item: Item) -> bool:
    if "stay" in item.draft.marks and len(item.draft.rules) == 1 and isinstance(item.draft.rules[0], Until):
        # "Stay at a until b, then go to c": something to get done in its turn.
        item = replace(item, draft=replace(item.draft, goal=item.draft.rules[0], rules=()))
    draft = _also_before(story, item.draft)
    item = replace(item, draft=draft)
    _collect_rules(story, item)
    if draft.goal is not None and _counts_known(story, draft):
        return True
    if draft.goal is not None:
        _ban_on_the_way(story, draft)
        _place(story, item)
        if "once" in draft.marks and draft.np is not None:
            story.counted_once.update(leaves(draft.np))
    return True


def _also_before(story: Story, draft: Draft) -> Draft:
    """Read "a must come before b, and b before c" as two rules of the same kind."""
    before, goal = story.previous, draft.goal
    if "bare" not in draft.marks or not isinstance(goal, Steps) or before is None or before.goal is not None:
        return draft
    parts = [part for part in goal.parts if isinstance(part, Reach)]
    if len(parts) != 2 or not before.rules or not all(isinstance(rule, NotBefore) for rule in before.rules):
        return draft
    rule = NotBefore(parts[1].condition, parts[0].condition, story.conventions.until == "strong")
    return replace(draft, goal=None, rules=(rule,))


def _counts_known(story: Story, draft: Draft) -> bool:
    """Read "... visit a, b and c only once" as being about the goals that were named before."""
    parts = draft.goal.parts if isinstance(draft.goal, AllOf) else (draft.goal,)
    once = [part for part in parts if isinstance(part, Count) and (part.at_least, part.at_most) == (1, 1)]
    if len(once) < len(parts) or not all(part.condition in story.reached for part in once):
        return False
    if len(once) > 1:
        story.once = True
        return True
    return recount(story, once[0].condition, 1, 1)


def _collect_rules(story: Story, item: Item) -> None:
    """Rules hold throughout; a plain "never" may turn out to be meant for the way to the goal before it."""
    draft, previous = item.draft, story.previous
    for rule in draft.rules:
        if isinstance(rule, Always) and "stay" in draft.marks and rule.condition in story.reached:
            story.stages.append([rule])  # "open the valve and keep it open"
        elif isinstance(rule, Never) and "ban" in draft.marks and previous and previous.goal and previous.np:
            story.bans.append(Ban(rule.condition, leaves(previous.np), story.number))
        elif isinstance(rule, Never) and item.link & THEN and "FINALLY" not in item.link and story.stages:
            story.stages.append([rule])
        else:
            story.rules.append(rule)


def _ban_on_the_way(story: Story, draft: Draft) -> None:
    goals = leaves(draft.np) if draft.np is not None else ()
    story.bans.extend(Ban(condition, goals, story.number) for condition in draft.avoid)


def _place(story: Story, item: Item) -> None:
    """Put a goal where its link says."""
    draft, link, goal = item.draft, item.link, item.draft.goal
    assert goal is not None
    if draft.after is not None:
        _place_after(story, item)
    elif "soon" in draft.marks and story.stages and isinstance(goal, Reach):
        before = joined(AllOf, story.stages.pop())
        story.stages.append([Steps((before, goal), "next")])
    elif "OR" in link:
        _alternative(story, goal)
    elif story.or_binds_all and story.alternatives and len(story.stages) > 1 and link & THEN:
        story.close()
        story.stages.append([goal])
    elif story.choice and story.alternatives and link & THEN:
        story.choice = False
        story.close()
        story.stages.append([goal])
    elif (link & {"ONWAY", "PREVIOUSLY"} or draft.marks & {"on_way", "previously"}) and story.stages:
        # "c; before that b; before that a": each goes before the one said just before it.
        again = "PREVIOUSLY" in link and story.inserted is not None
        story.inserted = story.inserted if again else len(story.stages) - 1
        story.stages.insert(story.inserted or 0, [goal])
    elif link & THEN or draft.marks & {"after_that", "finally", "leave", "returning", "again"}:
        story.dangling = story.dangling or (bool(story.alternatives) and len(story.stages) > 1)
        story.stages.append([goal])
    elif ("first" in draft.marks or "FIRST" in link) and story.stages and "BUT" in link:
        story.stages.insert(len(story.stages) - 1, [goal])
    else:
        _beside(story, goal, link | {"ALSO"} if "also" in draft.marks else link)
    _reached(story, goal)
    _reorder(story, draft)


def _reached(story: Story, goal: Clause) -> None:
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
    _reached(story, first)


def _beside(story: Story, goal: Clause, link: Link) -> None:
    """Goals without an order between them: beside the last stage, or beside everything after a full stop."""
    story.repeats = story.repeats or ("OR" not in link and _met_again(story, goal))
    apart = ("BREAK" in link and "ALSO" not in link) or not link
    story.loose = story.loose or (apart and bool(story.stages))
    if not story.stages or (story.conventions.order == "text" and (apart or not story.keep_and)):
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


def _alternative(story: Story, goal: Clause) -> None:
    if story.either is not None and story.either == len(story.stages) - 1 > 0:
        story.stages[-1] = [OneOf((joined(AllOf, story.stages[-1]), goal))]
        return
    staged = story.staged()
    if staged is not None:
        story.choice = len(story.stages) == 1
        story.alternatives.append(staged)
    story.stages = [[goal]]


def _reorder(story: Story, draft: Draft) -> None:
    """Apply "in that order" and "in any order", said of several clauses at the end of the last."""
    for mark in draft.marks:
        if mark.startswith("order ") and draft.goal is not None:
            parts = [part for stage in story.stages for part in stage]
            order = mark.removeprefix("order ")
            if order == "any":
                story.stages = [parts]
            else:
                story.stages = [[part] for part in parts]
                story.strict = story.strict or order in ("strict", "once")
                story.once = story.once or order == "once"
