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
    Whenever,
    walk,
)
from lantern.language.ast import Sequence as Steps
from lantern.language.grammar.clausal import denied
from lantern.language.grammar.conventions import Conventions
from lantern.language.grammar.doubts import Choices
from lantern.language.grammar.lookback import (
    allows_only_then,
    answers_permission,
    closes_iff,
    limits_previous,
    point,
    recount,
)
from lantern.language.grammar.options import gather
from lantern.language.grammar.phrases import Draft, condition_of, goal_of, leaves
from lantern.language.grammar.settle import settle_bans, settle_order
from lantern.language.grammar.spread import spread
from lantern.language.grammar.story import THEN, Ban, Item, Link, Story, joined
from lantern.language.grammar.threads import begins_thread, free_goal, joins_threads


def compose(items: Sequence[Item], conventions: Conventions) -> list[tuple[Task, Choices]]:
    """Tasks that a row of clauses may describe, the preferred first; none if they do not hang together."""
    items = gather(items, lambda part: _told(Story(conventions), part))
    story = Story(conventions)
    task = _told(story, items)
    if task is None:
        return []
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
    if story.bound:
        last = _told(Story(conventions, last_only=True), items)
        if last is not None:
            return [(task, (("or", "all"),)), (last, (("or", "last"),))]
    if story.dangling:
        every = _told(Story(conventions, or_binds_all=True), items)
        if every is not None:
            return [(task, (("or", "last"),)), (every, (("or", "all"),))]
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
    settle_bans(story)
    settle_order(story)
    goal = story.main()
    clauses = list(dict.fromkeys([*([goal] if goal else []), *story.rules]))
    return Task(tuple(clauses)) if clauses else None


def _add(story: Story, item: Item, rest: Sequence[Item]) -> bool:
    draft, link = item.draft, item.link
    if not _hangs_together(story, item):
        return False
    if link & {"ONEOF", "EITHER"}:
        story.either = len(story.stages) if link & THEN or not story.stages else None
        story.beside = len(story.stages[-1]) if story.stages and not link & THEN else None
    if "ONLYTHEN" in link:
        story.strict = True
    if "order_of" in draft.marks:
        story.loose = False
        anew = bool(draft.marks & {"order any"})
        done = (len(story.stages) == 1 or not anew) and not story.rules and not (story.threads and not anew)
        _reorder(story, draft)
    elif draft.goal is None and not draft.rules:
        done = point(story, item)
    elif (
        spread(story, item)
        or limits_previous(story, item)
        or "other_time" in draft.marks
        or answers_permission(story, item)
        or allows_only_then(story, item)
    ):
        done = True
    else:
        done = _take(story, item, rest)
    if "BREAK" in link or "prefixed" in draft.marks:
        story.head = draft if "prefixed" in draft.marks and draft.goal is None else None
    story.previous = draft if draft.np is not None else story.previous
    return done


def _hangs_together(story: Story, item: Item) -> bool:
    """Whether a clause can be told at all after those before it."""
    draft, link = item.draft, item.link
    if "other_time" in draft.marks and not closes_iff(story, draft):
        return False  # "otherwise" says what to do in the other case, which no rule here expresses
    before = story.previous
    if "OR" in link and (draft.rules or (before is not None and before.rules and before.goal is None)):
        return False  # whether a rule or another one is to be kept cannot be told step by step
    doubts = {point for one in (draft, before) if one is not None for point, _ in one.choices}
    if "OR" in link and "lasting" in doubts:
        return False
    if before is not None and "at_end" in before.marks and "AND" in link and "BREAK" not in link:
        return False  # "at the end, not a, and not b": when b must not be is not said
    return draft.goal is None or "in_between" not in draft.marks


def _take(story: Story, item: Item, rest: Sequence[Item]) -> bool:
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
        if free_goal(story, item):
            _reached(story, draft.goal)
            return True
        joins_threads(story, item)
        if begins_thread(story, item, rest):
            item = replace(item, link=item.link - {"ALSO"})
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
    story.once = story.once or ("order once" in draft.marks and draft.goal is None)
    for rule in draft.rules:
        if _relative(story, item, rule):
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


def _follows(item: Item, rule: Clause) -> bool:
    """Whether a rule begins only after what was said before it ("... then never open the chest")."""
    waits = isinstance(rule, NotBefore) and item.draft.goal is None
    return _comes_after(item) and (waits or isinstance(rule, Never))


def _comes_after(item: Item) -> bool:
    later = item.link & THEN or "after_that" in item.draft.marks
    return bool(later) and "FINALLY" not in item.link


def _relative(story: Story, item: Item, rule: Clause) -> bool:
    """Place a rule that holds until, from, or on the way to what was said before; False if not so said."""
    marks, previous = item.draft.marks, story.previous
    if previous is None or previous.np is None or not isinstance(rule, Never | Always):
        return False
    banned = rule.condition if isinstance(rule, Never) else denied(rule.condition)
    if "until_then" in marks or "PREVIOUSLY" in item.link or "previously" in marks:
        strong = story.conventions.until == "strong"
        story.rules += [NotBefore(banned, first, strong) for first in leaves(previous.np)]
        return True
    if "for_good" in marks and isinstance(rule, Always) and rule.condition in story.reached:
        return False
    if "for_good" in marks and previous.goal is not None:
        later = story.conventions.next == "strong"
        story.rules.append(Whenever(condition_of(previous.np), Never(banned), 1, "if", later))
        return True
    last = story.stages[-1] if story.stages else []
    if "in_between" in marks and len(story.stages) > 1 and len(last) == 1 and isinstance(last[0], Reach):
        story.stages[-1] = [replace(last[0], avoiding=banned)]
        return True
    return False


def _ban_on_the_way(story: Story, draft: Draft) -> None:
    goals = leaves(draft.np) if draft.np is not None else ()
    story.bans.extend(Ban(condition, goals, story.number) for condition in draft.avoid)


def _place(story: Story, item: Item) -> None:
    """Put a goal where its link says."""
    draft, link, goal = item.draft, item.link, item.draft.goal
    assert goal is not None
    _recall(story, item)
    _counted_in(story, item, goal)
    if draft.after is not None:
        _place_after(story, item)
    elif "soon" in draft.marks and story.stages and isinstance(goal, Reach):
        before = joined(AllOf, story.stages.pop())
        story.stages.append([Steps((before, goal), "next")])
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
    elif link & THEN or draft.marks & {"after_that", "finally", "leave", "returning", "again"}:
        story.dangling = story.dangling or (bool(story.alternatives) and len(story.stages) > 1)
        story.stages.append([goal])
    elif ("first" in draft.marks or "FIRST" in link) and story.stages and "BUT" in link:
        story.stages.insert(len(story.stages) - 1, [goal])
    else:
        _beside(story, goal, link | {"ALSO"} if "also" in draft.marks else link)
    _reached(story, goal)
    _reorder(story, draft)


def _counted_in(story: Story, item: Item, goal: Clause) -> None:
    """Note what is only allowed, and how many commands follow each other without an order."""
    if "permitted" in item.draft.marks and not _comes_after(item):
        story.permitted.append(goal)
    if item.draft.marks & {"act", "carry"} and item.link <= {"COMMA", "AND"}:
        story.commands += 1


def _recall(story: Story, item: Item) -> None:
    """Let "... before you may open the chest; after that go home" come after the chest."""
    rules = story.previous.rules if story.previous is not None else ()
    if story.stages or not _comes_after(item) or not rules:
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
    story.loose = story.loose or ((apart or story.commands > 2) and bool(story.stages))
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
    staged = story.staged()
    if staged is not None:
        story.choice = len(story.stages) == 1
        story.alternatives.append(staged)
    story.stages = [[goal]]


def _beside_parts(part: Clause) -> Sequence[Clause]:
    return part.parts if isinstance(part, AllOf) else (part,)


def _reorder(story: Story, draft: Draft) -> None:
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
