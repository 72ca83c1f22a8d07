"""From clauses to a task: what "then", "and", "also", "or", "finally" and full stops do to clauses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lantern.language.ast import (
    AllOf,
    Always,
    And,
    Clause,
    Condition,
    Count,
    Finish,
    Never,
    Not,
    NotBefore,
    Reach,
    Task,
    Until,
    Whenever,
)
from lantern.language.ast import Sequence as Steps
from lantern.language.grammar.coherence import ends_too, hangs_together, says_nothing
from lantern.language.grammar.conventions import Conventions
from lantern.language.grammar.doubts import Choices
from lantern.language.grammar.knowns import orders_known
from lantern.language.grammar.lookback import (
    allows_only_then,
    answers_permission,
    chained,
    limits_previous,
    point,
    recount,
)
from lantern.language.grammar.options import gather
from lantern.language.grammar.phrases import Draft, condition_of, leaves, things
from lantern.language.grammar.placing import comes_after, place, reached, reorder
from lantern.language.grammar.reaching import (
    all_again,
    ends_triggered,
    reach_back,
    row_of_commands,
    spread_back,
    unclear_count,
)
from lantern.language.grammar.settle import settle_bans, settle_order
from lantern.language.grammar.spread import spread
from lantern.language.grammar.story import THEN, Ban, Item, Story
from lantern.language.grammar.threads import (
    allowed_then,
    begins_thread,
    free_goal,
    in_a_row,
    joins_threads,
    second_time,
)
from lantern.language.making import denied


def compose(items: Sequence[Item], conventions: Conventions) -> list[tuple[Task, Choices]]:
    """Tasks that a row of clauses may describe, the preferred first; none if they do not hang together."""
    items = all_again(reach_back(gather(items, lambda part: _told(Story(conventions), part))))
    if unclear_count(items) or any(_only_ruled(item.draft, items) for item in items):
        return []
    story = Story(conventions)
    task = _told(story, items)
    if task is None:
        return []
    loose = story.loose or "bare" in items[0].draft.marks
    if loose and conventions.order == "ask" and row_of_commands(items):
        story = Story(replace(conventions, order="text"))
        ordered = _told(story, items)
        return [(ordered or task, ())]
    if story.loose and not story.repeats and conventions.order == "ask":
        keep = story.commands < 3
        ordered = _told(Story(replace(conventions, order="text"), keep_and=keep), items)
        if ordered is not None:
            return [(task, (("order", "any order"),)), (ordered, (("order", "in order"),))]
    if story.repeats and conventions.order != "text":
        ordered = _told(Story(replace(conventions, order="text")), items)
        if ordered is not None:
            return [(ordered, (("order", "in order"),)), (task, (("order", "any order"),))]
    if story.threaded or story.freed:
        return _bindings(story, task, items)
    if story.spreads:
        return _reaches(task, items, conventions)
    return _joined_by_or(story, task, items)


def _only_ruled(draft: Draft, items: Sequence[Item]) -> bool:
    """Whether "b only when a" can only be a rule, which is another reading of the same words.

    In a text that asks for nothing else it says when b may be done, not that it is to be done.
    """
    told = "meanwhile" in draft.marks and ("only-if", "to be done") in draft.choices
    more = draft.after is not None or draft.avoid or "always" in draft.marks
    plain = isinstance(draft.goal, Reach) and not more
    return told and plain and all(item.draft.goal is None or item.draft is draft for item in items)


def _bindings(story: Story, task: Task, items: Sequence[Item]) -> list[tuple[Task, Choices]]:
    """What "then" follows: all that was said side by side, or the last of it."""
    conventions = story.conventions
    other = Story(conventions, last_thread=True) if story.threaded else Story(conventions, free_waits=True)
    told = _told(other, items)
    if told is None:
        return [(task, ())]
    names = ("all", "last") if story.threaded else ("last", "all")
    return [(task, (("follows", names[0]),)), (told, (("follows", names[1]),))]


def _reaches(task: Task, items: Sequence[Item], conventions: Conventions) -> list[tuple[Task, Choices]]:
    """How far a condition at the beginning may reach, the preferred way first."""
    narrow = _told(Story(conventions, spread="first"), items)
    wide = _told(Story(conventions, spread="both"), items)
    told = [(wide, "both"), (narrow, "first")]
    told = told if wide == task else told[::-1]
    return [(one, (("trigger", name),)) for one, name in told if one is not None]


def _joined_by_or(story: Story, task: Task, items: Sequence[Item]) -> list[tuple[Task, Choices]]:
    """What follows "or" and "then": it belongs to the last alternative, or to all of them."""
    conventions = story.conventions
    if story.mixed:
        narrow = _told(Story(conventions, narrow=True), items)
        if narrow is not None:
            return [(task, (("or", "all before"),)), (narrow, (("or", "the last two"),))]
    if story.bound:
        last = _told(Story(conventions, last_only=True), items)
        if last is not None:
            return [(task, (("or", "all"),)), (last, (("or", "last"),))]
    if story.dangling:
        every = _told(Story(conventions, or_binds_all=True), items)
        if every is not None:
            return [(task, (("or", "last"),)), (every, (("or", "all"),))]
    if conventions.each == "ask" and ends_triggered(items):
        wide = _told(Story(conventions), spread_back(items))
        if wide is not None:
            return [(wide, (("reach", "both"),)), (task, (("reach", "last"),))]
    return [(task, ())]


def _told(story: Story, items: Sequence[Item]) -> Task | None:
    """Task of the clauses, told one after the other."""
    for at, item in enumerate(items):
        story.number += 1
        if not _add(story, item, items[at + 1 :]):
            return None
    if story.unclear:
        return None
    if any(goal in stage for goal in story.permitted for stage in story.stages[-1:]):
        return None  # "you may go to a" asks for nothing
    if any(says_nothing(rule) for rule in story.rules):
        return None
    settle_bans(story)
    settle_order(story)
    goal = story.main()
    clauses = list(dict.fromkeys([*([goal] if goal else []), *story.rules]))
    return Task(tuple(clauses)) if clauses else None


def _add(story: Story, item: Item, rest: Sequence[Item]) -> bool:
    draft, link = item.draft, item.link
    if not hangs_together(story, item):
        return False
    if "EITHER" in link and "ban" in draft.marks and not any("OR" in later.link for later in rest):
        return False  # "either never a or b", with "never" over both
    if link & {"ONEOF", "EITHER"}:
        story.either = len(story.stages) if link & THEN or not story.stages else None
        story.beside = len(story.stages[-1]) if story.stages and not link & THEN else None
    if "ONLYTHEN" in link or {"only", "placed"} <= draft.marks:
        story.strict = True  # "b only then", "b after that, and not earlier"
        story.kept.add(len(story.stages))
    if "order_of" in draft.marks:
        story.loose = False
        anew = bool(draft.marks & {"order any"})
        done = (len(story.stages) == 1 or not anew) and not story.rules and not (story.threads and not anew)
        reorder(story, draft)
    elif draft.goal is None and not draft.rules:
        done = point(story, item)
    elif (
        spread(story, item)
        or limits_previous(story, item)
        or "other_time" in draft.marks
        or answers_permission(story, item)
        or allows_only_then(story, item)
        or chained(story, item)
        or orders_known(story, item)
    ):
        done = True
    else:
        done = _take(story, item, rest)
    if "BREAK" in link or "prefixed" in draft.marks:
        story.head = draft if "prefixed" in draft.marks and draft.goal is None else None
    if draft.np is not None:
        story.previous = draft
        story.left = condition_of(draft.np) if "left" in draft.marks else story.left
        story.holding.update(thing.condition for thing in things(draft.np) if thing.lasting)
    return done


def _as_goal(story: Story, item: Item) -> Item:
    """Let rules that are to be got done in their turn, or to hold at the end, be goals."""
    if "stay" in item.draft.marks and len(item.draft.rules) == 1 and isinstance(item.draft.rules[0], Until):
        # "Stay at a until b, then go to c": something to get done in its turn.
        item = replace(item, draft=replace(item.draft, goal=item.draft.rules[0], rules=()))
    item = _ends_as_well(story, _stays_then(item))
    bans = [rule.condition for rule in item.draft.rules if isinstance(rule, Never)]
    if bans and ends_too(story, item) and item.draft.goal is None and len(bans) == len(item.draft.rules):
        goal = AllOf(tuple(Finish(denied(one)) for one in bans))  # "..., and b must not be on either"
        item = replace(item, draft=replace(item.draft, goal=goal, rules=()).marked("at_end"))
    said, before = item.draft.goal, story.previous
    states = isinstance(said, Reach) and not item.draft.rules and item.draft.marks & {"be", "bare"}
    if states and isinstance(said, Reach) and ends_too(story, item) and before is not None:
        ends = before.goal.parts if isinstance(before.goal, AllOf) else (before.goal,)
        if all(isinstance(one, Finish) for one in ends):  # "... and b is on"
            choices = tuple(choice for choice in item.draft.choices if choice[0] != "lasting")
            draft = replace(item.draft, goal=Finish(said.condition), choices=choices)
            item = replace(item, draft=draft.marked("at_end"))
    return item


def _stays_then(item: Item) -> Item:
    """Read "... and then wait in a" as getting there in its turn; "then stay in a" as staying there, too."""
    draft = item.draft
    held = [rule.condition for rule in draft.rules if isinstance(rule, Always)]
    if not comes_after(item) or "stay" not in draft.marks or draft.goal is not None or len(held) != 1:
        return item
    good = "for_good" in draft.marks and (
        isinstance(held[0], Not) or draft.marks & {"from_then", "after_that"}
    )
    if len(draft.rules) > 1 or good or draft.marks & {"must", "until_then", "always"}:
        return item
    there = Reach(held[0])
    goal = there if "waits" in draft.marks else Steps((there, Always(held[0])))
    return replace(item, draft=replace(draft, goal=goal, rules=()))


def _ends_as_well(story: Story, item: Item) -> Item:
    """Read "at the end a must be on and b must be off" as both at the end."""
    draft = item.draft
    if not ends_too(story, item) or not {"be", "must"} <= draft.marks or draft.after is not None:
        return item
    held = [rule.condition for rule in draft.rules if isinstance(rule, Always)]
    if isinstance(draft.goal, Reach) and not draft.rules:
        held = [draft.goal.condition]
    if len(held) != 1 or dict(draft.choices).keys() - {"lasting"}:
        return item
    return replace(item, draft=replace(draft, goal=Finish(held[0]), rules=(), choices=()).marked("at_end"))


def _take(story: Story, item: Item, rest: Sequence[Item]) -> bool:
    told = second_time(story, _as_goal(story, item))
    if told is None:
        return False
    allowed = allowed_then(story, told)
    if allowed is not None:
        return allowed
    draft = _also_before(story, told.draft)
    item = replace(told, draft=draft)
    _collect_rules(story, item)
    if draft.goal is not None and _counts_known(story, draft):
        return True
    if draft.goal is not None:
        _ban_on_the_way(story, draft)
        if free_goal(story, item):
            reached(story, draft.goal)
            return True
        joins_threads(story, item)
        if in_a_row(story, item, rest):
            item = replace(item, link=item.link | {"THEN"})
        if begins_thread(story, item, rest):
            item = replace(item, link=item.link - {"ALSO"})
        place(story, item)
        if not _something_before(story, draft.goal):
            story.rules += draft.firsts
        if "once" in draft.marks and draft.np is not None:
            story.counted_once.update(leaves(draft.np))
    return True


def _something_before(story: Story, goal: Clause) -> bool:
    """Whether "do a before doing b" is to be done after something else, up to which b is free."""
    if len(story.stages) != 1 or goal not in story.stages[0] or story.threads or story.alternatives:
        return True
    chains = goal.parts if isinstance(goal, AllOf) else (goal,)
    return not all(isinstance(chain, Steps) and len(chain.parts) == 2 for chain in chains)


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
    return recount(story, once[0].condition, 1, 1, draft.np)


def _collect_rules(story: Story, item: Item) -> None:
    """Rules hold throughout; a plain "never" may turn out to be meant for the way to the goal before it."""
    draft, previous = item.draft, story.previous
    story.once = story.once or ("order once" in draft.marks and draft.goal is None)
    for rule in draft.rules:
        if _relative(story, item, rule) or _on_arrival(story, item, rule):
            continue
        if _follows(item, rule) and story.stages:
            story.stages.append([rule])
        elif isinstance(rule, Always) and "stay" in draft.marks and rule.condition in story.reached:
            story.stages.append([rule])  # "open the valve and keep it open"
        elif isinstance(rule, Never) and "ban" in draft.marks and previous and previous.goal and previous.np:
            aside = "avoids" in draft.marks
            story.bans.append(Ban(rule.condition, leaves(previous.np), story.number, aside))
        else:
            story.rules.append(rule)


def _on_arrival(story: Story, item: Item, rule: Clause) -> bool:
    """Read "reach the gate, and don't be wet when you get there" as being there dry."""
    last = story.stages[-1] if story.stages else []
    banned = rule.condition if isinstance(rule, Never) else None
    if "arriving" not in item.draft.marks or len(last) != 1 or not isinstance(banned, And):
        return False
    goal, (one, there) = last[0], banned.parts
    if not isinstance(goal, Reach) or goal.condition != there:
        return False
    story.stages[-1] = [replace(goal, condition=And((there, denied(one))))]
    return True


def _follows(item: Item, rule: Clause) -> bool:
    """Whether a rule begins only after what was said before it ("... then never open the chest")."""
    waits = isinstance(rule, NotBefore) and item.draft.goal is None
    return comes_after(item) and (waits or isinstance(rule, Never))


def _relative(story: Story, item: Item, rule: Clause) -> bool:
    """Place a rule that holds until, from, or on the way to what was said before; False if not so said."""
    marks, previous = item.draft.marks, story.previous
    if previous is None or previous.np is None or not isinstance(rule, Never | Always):
        return False
    banned = rule.condition if isinstance(rule, Never) else denied(rule.condition)
    if "until_then" in marks or "PREVIOUSLY" in item.link or "previously" in marks:
        strong = story.conventions.until == "strong"
        told = _told_before(story, marks) or leaves(previous.np)
        story.rules += [NotBefore(banned, first, strong) for first in told]
        return True
    if "for_good" in marks and isinstance(rule, Always) and rule.condition in story.reached:
        return False
    if "for_good" in marks and previous.goal is not None:
        later = story.conventions.next == "strong"
        story.rules.append(Whenever(condition_of(previous.np), Never(banned), 1, "if", later))
        return True
    last = story.stages[-1] if story.stages else []
    if "in_between" in marks and len(last) == 1 and isinstance(last[0], Reach):
        story.stages[-1] = [replace(last[0], avoiding=banned)]
        return True
    return False


def _told_before(story: Story, marks: frozenset[str]) -> tuple[Condition, ...]:
    """What "until it has both" speaks of: the last so many goals, at one step if it can be."""
    said = next((mark.removeprefix("all ") for mark in marks if mark.startswith("all ")), "")
    goals = tuple(story.reached)
    number = int(said) if said.isdigit() else len(goals)
    if not said or not 1 < number <= len(goals):
        return ()
    named = goals[len(goals) - number :]
    return (And(named),) if named and story.holding.issuperset(named) else named


def _ban_on_the_way(story: Story, draft: Draft) -> None:
    goals = leaves(draft.np) if draft.np is not None else ()
    story.bans.extend(Ban(condition, goals, story.number) for condition in draft.avoid)
