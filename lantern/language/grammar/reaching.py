"""How far the end of a sentence reaches back: "do a and b before c", "go to a and return to b, twice"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lantern.language.ast import Count, Finish, NotBefore, Reach, Whenever
from lantern.language.ast import Sequence as Steps
from lantern.language.grammar.clausal import then
from lantern.language.grammar.phrases import goal_of, things
from lantern.language.grammar.story import Item

_JOINTS = frozenset({"COMMA", "AND"})
# Marks of clauses that say of their own when they are to be done.
_PLACED = frozenset(
    {"prefixed", "limited", "first", "after_that", "finally", "at_end", "previously", "any_time", "second"}
    | {"also", "on_way", "soon", "again", "returning", "left", "leave", "permitted"}
)


def reach_back(items: Sequence[Item]) -> list[Item]:
    """Let what a clause comes before wait for the clauses that are joined to it by "and", too.

    Parameters
    ----------
    items : sequence of Item
        Clauses in the order they were told.
    """
    result = list(items)
    for at in range(1, len(result)):
        if result[at].draft.before is None or "AND" not in result[at].link:
            continue
        place = at
        while place and result[place].link <= _JOINTS and _may_wait(result[place - 1]):
            place -= 1
        if place and result[place].link <= _JOINTS:
            continue  # what stands before it is no plain command
        for earlier in range(place, at):
            result[earlier] = _before(result[earlier], result[at])
    return result


def _may_wait(item: Item) -> bool:
    """Whether a clause asks for one thing and says nothing of when."""
    draft = item.draft
    plain = isinstance(draft.goal, Reach) and not draft.rules and not draft.avoid and not draft.choices
    return plain and draft.after is None and not draft.marks & _PLACED and draft.count is None


def _before(earlier: Item, last: Item) -> Item:
    """A clause, with what the last one comes before."""
    draft, rules = earlier.draft, [one for one in last.draft.rules if isinstance(one, NotBefore)]
    assert isinstance(draft.goal, Reach) and last.draft.before is not None
    if rules:
        waits = [replace(rule, first=draft.goal.condition, times=1, unit="step") for rule in rules]
        goal = None if last.draft.goal is None else draft.goal
        return replace(earlier, draft=replace(draft, goal=goal, rules=tuple(dict.fromkeys(waits))))
    firsts = dict.fromkeys(replace(rule, first=draft.goal.condition) for rule in last.draft.firsts)
    chain = then(draft.goal, goal_of(last.draft.before))
    return replace(earlier, draft=replace(draft, goal=chain, firsts=tuple(firsts)))


def ends_triggered(items: Sequence[Item]) -> bool:
    """Whether "stop a and open b when c" ends in a condition that may be meant for both commands."""
    if len(items) != 2 or items[1].link != {"AND"}:
        return False
    last, rules = items[1].draft, items[1].draft.rules
    triggered = bool(rules) and all(isinstance(rule, Whenever) and rule.direction == "if" for rule in rules)
    ends = last.goal is None and "limited" in last.marks and "act" in last.marks and not last.marks & _TOLD
    first = items[0].draft
    return triggered and ends and _may_wait(items[0]) and "act" in first.marks and not first.marks & _TOLD


def spread_back(items: Sequence[Item]) -> list[Item]:
    """Both commands under the condition of the last (see `ends_triggered`)."""
    first, last = items[0].draft, items[1]
    assert first.goal is not None
    waits = tuple(replace(rule, body=first.goal) for rule in last.draft.rules if isinstance(rule, Whenever))
    return [replace(items[0], draft=replace(first, goal=None, rules=waits)), last]


def row_of_commands(items: Sequence[Item]) -> bool:
    """Whether the goals of a text are one row of three or more deeds, which are done as they are told.

    "Chop wood, go to the bench and make an axe" tells a way of doing things; "visit a, visit b and visit c"
    need not, nor do sentences side by side.
    """
    told = [at for at, item in enumerate(items) if item.draft.goal is not None]
    if len(told) < 3 or told[-1] - told[0] + 1 != len(told):
        return False
    row = [items[at] for at in told]
    joined = all(_in_row(item) for item in row[1:])
    first = row[0].draft.marks - {"first"} - ({"bare"} if "THEN" not in row[1].link else set())
    marks = [
        first | {"act"} if "bare" in row[0].draft.marks else first,
        *(item.draft.marks for item in row[1:]),
    ]
    plain = all(one & _DEEDS and not one & _TOLD for one in marks)
    plain = plain and all(isinstance(item.draft.goal, Reach | Count | Finish | Steps) for item in row)
    named = [thing for item in row if item.draft.np is not None for thing in things(item.draft.np)]
    places = all(thing.lasting and not (thing.mode or thing.holding) for thing in named)
    chosen = any(item.draft.choices or item.draft.after is not None for item in row)
    return joined and plain and not places and not chosen


_DEEDS = frozenset({"act", "carry", "carry_each", "deliver", "leave_so", "leave"})
_TOLD = frozenset(
    {"must", "may", "passive", "bare", "after_that", "placed", "again", "second", "any_time", "also", "first"}
    | {"previously", "on_way", "other_time", "so often", "soon", "be"}
)


def _in_row(item: Item) -> bool:
    """Whether a clause goes on in the same sentence, or a sentence with "then"."""
    then = bool(item.link & {"THEN", "FINALLY"})
    return bool(item.link) and item.link <= _JOINTS | {"THEN", "FINALLY"} | ({"BREAK"} if then else set())


def unclear_count(items: Sequence[Item]) -> bool:
    """Whether a number of times set apart by a comma follows "or": "do a or b, twice"."""
    return any("counted_apart" in item.draft.marks and "OR" in item.link for item in items)


def all_again(items: Sequence[Item]) -> list[Item]:
    """Read "go to a and return to b, twice" as all of it in turn, so many times."""
    for at in range(1, len(items)):
        draft = items[at].draft
        start = next((i for i in range(at, -1, -1) if "BREAK" in items[i].link or not i), at)
        told = items[start:at]
        count = draft.goal if isinstance(draft.goal, Count) else None
        if "counted_apart" not in draft.marks or "so often" not in draft.marks or count is None or not told:
            continue
        joined = all(one.link <= _JOINTS | {"THEN"} for one in items[start + 1 : at + 1])
        plain = all(_may_wait(one) for one in told) and not draft.rules and not draft.avoid
        if not joined or not plain or draft.after is not None or count.at_most is not None:
            continue
        once = [*(one.draft.goal for one in told), Reach(count.condition)]
        goal = Steps(tuple(goal for goal in once * (count.at_least or 1) if goal is not None))
        marks = draft.marks - {"returning", "so often", "counted_apart"}
        whole = Item(items[start].link, replace(draft, goal=goal, marks=marks))
        return [*items[:start], whole, *items[at + 1 :]]
    return list(items)
