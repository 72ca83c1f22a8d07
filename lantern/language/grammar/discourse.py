"""From clauses to a task: what "then", "and", "also", "or", "finally" and full stops do to clauses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

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
    Or,
    Reach,
    Task,
    Whenever,
    walk,
)
from lantern.language.ast import Sequence as Steps
from lantern.language.grammar.conventions import Conventions
from lantern.language.grammar.doubts import Choices
from lantern.language.grammar.phrases import Draft, condition_of, goal_of, leaves

Link = frozenset[str]
THEN = frozenset({"THEN", "ONLYTHEN", "FINALLY"})


@dataclass(frozen=True, slots=True)
class Item:
    """A unit and the words that join it to what stands before."""

    link: Link
    draft: Draft


@dataclass(frozen=True, slots=True)
class Ban:
    """Something not to be touched on the way to some goals; `number` is the unit it was said in."""

    condition: Condition
    goals: tuple[Condition, ...]
    number: int


@dataclass
class Story:
    """The task so far: stages in order, each a list of parts in any order, beside other alternatives."""

    conventions: Conventions
    stages: list[list[Clause]] = field(default_factory=list)
    rules: list[Clause] = field(default_factory=list)
    alternatives: list[Clause] = field(default_factory=list)
    bans: list[Ban] = field(default_factory=list)
    reached: dict[Condition, int] = field(default_factory=dict)
    counted_once: set[Condition] = field(default_factory=set)
    previous: Draft | None = None
    choice: bool = False
    either: int | None = None
    inserted: int | None = None
    strict: bool = False
    once: bool = False
    number: int = 0
    keep_and: bool = False
    or_binds_all: bool = False
    loose: bool = False
    dangling: bool = False

    def main(self) -> Clause | None:
        """Goal made of the stages and the alternatives to them."""
        goal = self.staged()
        parts = [*self.alternatives, *([goal] if goal else [])]
        return None if not parts else parts[0] if len(parts) == 1 else OneOf(tuple(parts))

    def staged(self) -> Clause | None:
        """Goal made of the stages alone."""
        stages = [joined(AllOf, stage) for stage in self.stages if stage]
        if not stages:
            return None
        if self.strict or self.once:
            simple = [_simple(part) for stage in stages for part in _parts(stage)]
            if None not in simple and len(simple) > 1:
                return Steps(tuple(s for s in simple if s), "once" if self.once else "strict")
        return joined(Steps, stages)

    def close(self) -> None:
        """Make one stage of everything so far, so that what follows comes after all of it."""
        goal = self.main()
        self.stages, self.alternatives = ([[goal]] if goal else []), []


def _parts(stage: Clause) -> Sequence[Clause]:
    return stage.parts if isinstance(stage, Steps) and stage.order != "next" else (stage,)


def _simple(stage: Clause) -> Reach | None:
    if isinstance(stage, Count) and (stage.at_least, stage.at_most) == (1, 1):
        return Reach(stage.condition)
    return stage if isinstance(stage, Reach) else None


def joined(kind: type[AllOf] | type[Steps], parts: Sequence[Clause]) -> Clause:
    """The only part, or the parts together; groups of the same kind are not nested."""
    flat: list[Clause] = []
    for part in parts:
        nested = isinstance(part, kind) and (not isinstance(part, Steps) or part.order == "then")
        flat.extend(part.parts if nested and isinstance(part, AllOf | Steps) else [part])
    flat = list(dict.fromkeys(flat)) if kind is AllOf else flat
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def compose(items: Sequence[Item], conventions: Conventions) -> list[tuple[Task, Choices]]:
    """Tasks that a row of clauses may describe, the preferred first; none if they do not hang together."""
    story = Story(conventions)
    task = _told(story, items)
    if task is None:
        return []
    if story.loose and conventions.order == "ask":
        ordered = _told(Story(replace(conventions, order="text"), keep_and=True), items)
        if ordered is not None:
            return [(task, (("order", "any order"),)), (ordered, (("order", "in order"),))]
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
    _settle_bans(story)
    _settle_order(story)
    goal = story.main()
    clauses = list(dict.fromkeys([*([goal] if goal else []), *story.rules]))
    return Task(tuple(clauses)) if clauses else None


# ---------------------------------------------------------------- one clause after the other


def _add(story: Story, item: Item) -> bool:
    draft, link = item.draft, item.link
    if link & {"ONEOF", "EITHER"}:
        story.either = len(story.stages) if link & THEN or not story.stages else None
    if "ONLYTHEN" in link:
        story.strict = True
    if draft.goal is None and not draft.rules:
        done = _point(story, item)
    elif _limits_previous(story, item) or _closes_iff(story, draft) or _answers_permission(story, item):
        done = True
    else:
        done = _take(story, item)
    story.previous = draft if draft.np is not None else story.previous
    return done


def _take(story: Story, item: Item) -> bool:
    draft = item.draft
    _collect_rules(story, item)
    if draft.goal is not None and _counts_known(story, draft):
        return True
    if draft.goal is not None:
        _ban_on_the_way(story, draft)
        _place(story, item)
        if "once" in draft.marks and draft.np is not None:
            story.counted_once.update(leaves(draft.np))
    return True


def _counts_known(story: Story, draft: Draft) -> bool:
    """Read "... visit a, b and c only once" as being about the goals that were named before."""
    parts = draft.goal.parts if isinstance(draft.goal, AllOf) else (draft.goal,)
    once = [part for part in parts if isinstance(part, Count) and (part.at_least, part.at_most) == (1, 1)]
    if len(once) < len(parts) or not all(part.condition in story.reached for part in once):
        return False
    if len(once) > 1:
        story.once = True
        return True
    return _recount(story, once[0].condition, 1, 1)


def _collect_rules(story: Story, item: Item) -> None:
    """Rules hold throughout; a plain "never" may turn out to be meant for the way to the goal before it."""
    draft, previous = item.draft, story.previous
    for rule in draft.rules:
        if isinstance(rule, Never) and "ban" in draft.marks and previous and previous.goal and previous.np:
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
    elif link & THEN or draft.marks & {"after_that", "finally", "leave", "returning"}:
        story.dangling = story.dangling or (bool(story.alternatives) and len(story.stages) > 1)
        story.stages.append([goal])
    elif ("first" in draft.marks or "FIRST" in link) and story.stages and "BUT" in link:
        story.stages.insert(len(story.stages) - 1, [goal])
    else:
        _beside(story, goal, link)
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
    apart = "BREAK" in link or not link
    story.loose = story.loose or (apart and bool(story.stages))
    if not story.stages or (story.conventions.order == "text" and (apart or not story.keep_and)):
        story.stages.append([goal])
    elif link & {"BREAK", "ALSO"} and len(story.stages) > 1:
        story.close()
        story.stages[-1].append(goal)
    else:
        story.stages[-1].append(goal)


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


# ---------------------------------------------------------------- clauses that look back


def _point(story: Story, item: Item) -> bool:
    """Clauses such as "stay there", "come back once more", "and never more than twice"."""
    draft, previous = item.draft, story.previous
    if "only_once" in draft.marks:
        story.once = True
        return True
    if "neutral" in draft.marks:
        return True
    if previous is None or previous.np is None or not story.stages:
        return False
    here = condition_of(previous.np)
    there = here.body if isinstance(here, Not) else here
    if "stay_there" in draft.marks:
        story.stages.append([Always(there)])
        return True
    if "leave_bare" in draft.marks:
        story.stages.append([Reach(Not(there))])
        return True
    if "come_back" in draft.marks:
        story.stages.append([Reach(there)])
        return True
    if "not_back" in draft.marks:
        return _recount(story, there, 1, 1)
    return draft.count is not None and _number(story, there, draft)


def _number(story: Story, condition: Condition, draft: Draft) -> bool:
    """Give a number of times to what was said before."""
    assert draft.count is not None
    low, high, said = draft.count
    if "repeat" in draft.marks and low is not None:
        return _recount(story, condition, low + 1, None if said == "at least" else low + 1)
    if "recount_not" in draft.marks:
        if low is not None and high is None:
            return _recount(story, condition, None, low - 1)
        return low is None and high is not None and _recount(story, condition, high + 1, None)
    if said == "times":
        high = low
    return _recount(story, condition, low, high)


def _limits_previous(story: Story, item: Item) -> bool:
    """Read "visit a twice and then do not visit it any more" as exactly twice."""
    draft = item.draft
    banned = [rule.condition for rule in draft.rules if isinstance(rule, Never)]
    if draft.goal is not None or len(banned) != len(draft.rules) or len(banned) != 1 or not story.stages:
        return False
    again = draft.marks & {"again", "always"} or item.link & THEN
    return bool(again) and _recount(story, banned[0], None, None)


def _recount(story: Story, condition: Condition, low: int | None, high: int | None) -> bool:
    """Change how often a goal is to be met; without numbers, from "at least" to "exactly"."""
    for stage in reversed(story.stages):
        for at, goal in enumerate(stage):
            found = _same(goal, condition)
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


def _same(goal: Clause, condition: Condition) -> Count | None:
    if isinstance(goal, Reach) and goal.condition == condition:
        return Count(condition, 1)
    if isinstance(goal, Count) and goal.condition == condition and goal.at_most is None:
        return goal
    return None


def _drop_leaving(story: Story, condition: Condition) -> None:
    """A count implies leaving in between."""
    story.stages = [stage for stage in story.stages if stage != [Reach(Not(condition))]]


def _closes_iff(story: Story, draft: Draft) -> bool:
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
        story.rules[-1] = Whenever(last.trigger, Now(ban.condition), 1, "iff")
    return same


def _answers_permission(story: Story, item: Item) -> bool:
    """Read "you may go to a, but then you must ..." as a rule for every visit to a."""
    draft, previous = item.draft, story.previous
    later = draft.marks & {"after_that", "soon"}
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


# ---------------------------------------------------------------- at the end


def _settle_bans(story: Story) -> None:
    """Decide what is forbidden throughout, and what only until a goal or again after one."""
    strong = story.conventions.until == "strong"
    for ban in story.bans:
        said = story.reached.get(ban.condition)
        if said is None or ban.condition in ban.goals:
            _ban_throughout(story, ban)
        elif said > ban.number:
            story.rules += [NotBefore(ban.condition, goal, strong) for goal in ban.goals]
        else:
            story.once = True


def _ban_throughout(story: Story, ban: Ban) -> None:
    if story.conventions.avoid == "until" and _avoid_on_the_way(story, ban):
        return
    story.rules.append(Never(ban.condition))


def _avoid_on_the_way(story: Story, ban: Ban) -> bool:
    for stage in story.stages:
        for at, goal in enumerate(stage):
            if isinstance(goal, Reach) and goal.condition in ban.goals:
                both = ban.condition if goal.avoiding is None else Or((goal.avoiding, ban.condition))
                stage[at] = replace(goal, avoiding=both)
                return True
    return False


def _settle_order(story: Story) -> None:
    """Goals each of which is kept for after the one before, and met once, are met once in between."""
    simple = [_simple(stage[0]) if len(stage) == 1 else None for stage in story.stages]
    if len(simple) < 2 or None in simple:
        return
    goals = [goal for goal in simple if goal is not None]
    ruled = all(_kept_for_later(story, a.condition, b.condition) for a, b in pairwise(goals))
    story.strict = story.strict or ruled
    exact = all(
        isinstance(stage[0], Count) or goal.condition in story.counted_once
        for stage, goal in zip(story.stages[:-1], goals, strict=False)
    )
    if story.strict and exact:
        story.once = True
    if story.once or story.strict:
        between = set(_between(goals))
        story.rules = [rule for rule in story.rules if rule not in between]


def _kept_for_later(story: Story, sooner: Condition, later: Condition) -> bool:
    return any(NotBefore(later, sooner, strong) in story.rules for strong in (False, True))


def _between(goals: Sequence[Reach]) -> Iterator[Clause]:
    """Rules that a strict sequence implies."""
    for i, sooner in enumerate(goals):
        for later in goals[i + 1 :]:
            for strong in (False, True):
                yield NotBefore(later.condition, sooner.condition, strong)
