"""From clauses to a task: what "then", "and", "also", "or", "finally" and full stops do to clauses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lantern.language.ast import (
    AllOf,
    Always,
    Clause,
    Condition,
    Count,
    Never,
    Not,
    OneOf,
    Reach,
    Task,
)
from lantern.language.ast import Sequence as Steps
from lantern.language.grammar.conventions import Conventions
from lantern.language.grammar.phrases import Draft, condition_of

Link = frozenset[str]
NO_LINK: Link = frozenset()
THEN = frozenset({"THEN", "ONLYTHEN", "FINALLY"})


@dataclass(frozen=True, slots=True)
class Item:
    """A unit and the words that join it to what stands before."""

    link: Link
    draft: Draft


@dataclass
class Story:
    """The task so far: stages in order, each a list of parts in any order, beside other alternatives."""

    conventions: Conventions
    stages: list[list[Clause]] = field(default_factory=list)
    rules: list[Clause] = field(default_factory=list)
    alternatives: list[Clause] = field(default_factory=list)
    choice: bool = False
    previous: Draft | None = None
    order: str = "then"

    def main(self) -> Clause | None:
        """Goal made of the stages and the alternatives to them."""
        goal = self._stages()
        if not self.alternatives:
            return goal
        parts = [*self.alternatives, *([goal] if goal else [])]
        return parts[0] if len(parts) == 1 else OneOf(tuple(parts))

    def _stages(self) -> Clause | None:
        stages = [one_or(AllOf, stage) for stage in self.stages if stage]
        if not stages:
            return None
        if self.order != "then" and len(stages) > 1 and all(isinstance(stage, Reach) for stage in stages):
            return Steps(tuple(stages), self.order)  # type: ignore[arg-type]
        return one_or(Steps, stages)

    def close(self) -> None:
        """Make one stage of everything so far, so that what follows comes after all of it."""
        goal = self.main()
        self.stages, self.alternatives = ([[goal]] if goal else []), []


def one_or(kind: type[AllOf] | type[Steps] | type[OneOf], parts: Sequence[Clause]) -> Clause:
    """The only part, or the parts together."""
    flat: list[Clause] = []
    for part in parts:
        same = isinstance(part, kind) and (not isinstance(part, Steps) or part.order == "then")
        flat.extend(part.parts if same else [part])  # type: ignore[union-attr]
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def compose(items: Sequence[Item], conventions: Conventions) -> Task | None:
    """Task that a row of clauses describes; None if they do not hang together."""
    story = Story(conventions)
    for item in items:
        if not _add(story, item):
            return None
    goal = story.main()
    rules = _simplified(goal, story.rules)
    clauses = ([goal] if goal else []) + rules
    return Task(tuple(clauses)) if clauses else None


def _add(story: Story, item: Item) -> bool:
    draft, link = item.draft, item.link
    if link & {"ONEOF", "EITHER"}:
        story.choice = True
    if draft.goal is None and not draft.rules:
        return _point(story, item)
    if _limits_previous(story, item):
        return True
    story.rules.extend(draft.rules)
    if draft.goal is not None:
        _place(story, item)
    elif link & THEN and _after_rule(story, item):
        pass
    story.previous = draft
    return True


def _place(story: Story, item: Item) -> None:
    """Put a goal where its link says."""
    draft, link = item.draft, item.link
    goal = draft.goal
    assert goal is not None
    if "soon" in draft.marks and story.stages and isinstance(goal, Reach):
        _next_step(story, goal)
    elif "OR" in link:
        _alternative(story, goal)
    elif story.choice and story.alternatives and link & THEN:
        story.choice = False
        story.close()
        story.stages.append([goal])
    elif link & THEN or "after_that" in draft.marks or "finally" in draft.marks:
        story.stages.append([goal])
    elif "first" in draft.marks and story.stages and "BUT" in link:
        story.stages.insert(0, [goal])
    else:
        _beside(story, goal, link)


def _beside(story: Story, goal: Clause, link: Link) -> None:
    """Goals without an order between them: beside the last stage, or beside everything after a full stop."""
    if (story.conventions.order == "text" and story.stages) or not story.stages:
        story.stages.append([goal])
    elif link & {"BREAK", "ALSO"} and len(story.stages) > 1:
        story.close()
        story.stages[-1].append(goal)
    else:
        story.stages[-1].append(goal)


def _alternative(story: Story, goal: Clause) -> None:
    if story.stages:
        story.alternatives.append(story._stages())  # type: ignore[arg-type]
    story.stages = [[goal]]
    story.choice = story.choice or len(story.alternatives) == 1


def _next_step(story: Story, goal: Reach) -> None:
    last = story.stages.pop()
    before = one_or(AllOf, last)
    story.stages.append([Steps((before, goal), "next")])


def _after_rule(story: Story, item: Item) -> bool:
    return False


def _point(story: Story, item: Item) -> bool:
    """Clauses such as "stay there" and "come back once more"."""
    draft, previous = item.draft, story.previous
    if previous is None or previous.np is None or not story.stages:
        return False
    here = condition_of(previous.np)
    if "stay_there" in draft.marks:
        story.stages.append([Always(here)])
        return True
    if "come_back" in draft.marks:
        back = here.body if isinstance(here, Not) else here
        story.stages.append([Reach(back)])
        return True
    if "not_back" in draft.marks:
        gone = here.body if isinstance(here, Not) else here
        return _exactly(story, gone)
    return False


def _limits_previous(story: Story, item: Item) -> bool:
    """Read "visit a twice and then do not visit it any more": exactly twice."""
    draft = item.draft
    banned = [rule.condition for rule in draft.rules if isinstance(rule, Never)]
    if draft.goal is not None or len(banned) != len(draft.rules) or len(banned) != 1 or not story.stages:
        return False
    again = draft.marks & {"again", "always"} or item.link & THEN
    return bool(again) and _exactly(story, banned[0])


def _exactly(story: Story, condition: Condition) -> bool:
    """Turn the goal that a condition was last part of into an exact count."""
    last = story.stages[-1]
    for at, goal in enumerate(last):
        if isinstance(goal, Reach) and goal.condition == condition:
            last[at] = Count(condition, 1, 1)
            return True
        if isinstance(goal, Count) and goal.condition == condition and goal.at_most is None:
            last[at] = replace(goal, at_most=goal.at_least)
            return True
    return False


def _simplified(goal: Clause | None, rules: list[Clause]) -> list[Clause]:
    return list(dict.fromkeys(rules))
