"""What is decided when the whole text has been heard: how long bans last, and how strict an order is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from lantern.language.ast import (
    AllOf,
    Clause,
    Condition,
    Count,
    Never,
    NotBefore,
    Or,
    Reach,
)
from lantern.language.grammar.story import Ban, Story, simple_goal


def settle_bans(story: Story) -> None:
    """Decide what is forbidden throughout, and what only until a goal or again after one."""
    strong = story.conventions.until == "strong"
    for ban in story.bans:
        said = story.reached.get(ban.condition)
        if said is None or ban.condition in ban.goals:
            _ban_throughout(story, ban)
        elif said > ban.number:
            story.rules += [NotBefore(ban.condition, goal, strong) for goal in ban.goals]
        elif ban.aside:
            story.once = True
        else:
            _ban_throughout(story, ban)


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


def settle_order(story: Story) -> None:
    """Goals each of which is kept for after the one before, and met once, are met once in between."""
    _chained(story)
    simple = [simple_goal(stage[0]) if len(stage) == 1 else None for stage in story.stages]
    if len(simple) < 2 or None in simple:
        story.rules += _kept_back(story)
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


def _kept_back(story: Story) -> list[Clause]:
    """Rules of "a and b in any order, and only then c", which no sequence of single goals tells."""
    stages = [
        [simple_goal(one) for part in stage for one in (part.parts if isinstance(part, AllOf) else (part,))]
        for stage in story.stages
    ]
    strong = story.conventions.until == "strong"
    return [
        NotBefore(later.condition, sooner.condition, strong)
        for at, (before, after) in enumerate(pairwise(stages), 1)
        if at in story.kept
        for later in after
        for sooner in before
        if later is not None and sooner is not None
    ]


def _chained(story: Story) -> None:
    """Make stages of a bare chain "not c before b, not b before a" if each place is to be visited once."""
    rules = [rule for rule in story.rules if isinstance(rule, NotBefore)]
    if story.stages or not story.once or len(rules) < 2 or len(rules) < len(story.rules):
        return
    follows = {rule.first: rule.condition for rule in rules}
    start = [first for first in follows if first not in follows.values()]
    if len(start) != 1 or len(follows) < len(rules):
        return
    chain = start
    while chain[-1] in follows and len(chain) <= len(rules):
        chain.append(follows[chain[-1]])
    story.stages = [[Reach(condition)] for condition in chain]
    story.strict = True


def _kept_for_later(story: Story, sooner: Condition, later: Condition) -> bool:
    return any(NotBefore(later, sooner, strong) in story.rules for strong in (False, True))


def _between(goals: Sequence[Reach]) -> Iterator[Clause]:
    """Rules that a strict sequence implies."""
    for i, sooner in enumerate(goals):
        for later in goals[i + 1 :]:
            for strong in (False, True):
                yield NotBefore(later.condition, sooner.condition, strong)
