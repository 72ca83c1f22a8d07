"""How far a condition at the beginning of a sentence reaches: "whenever a, b and c"."""

from __future__ import annotations

from dataclasses import replace

from lantern.language.ast import (
    AllOf,
    Always,
    And,
    Clause,
    Never,
    NotBefore,
    Now,
    Reach,
    Until,
    Whenever,
)
from lantern.language.ast import Sequence as Steps
from lantern.language.grammar.conventions import Conventions
from lantern.language.grammar.phrases import Draft, things
from lantern.language.grammar.story import THEN, Item, Story
from lantern.language.making import denied
from lantern.language.semantics import is_goal


def spread(story: Story, item: Item) -> bool:
    """Let "and c" after "whenever a, b" come under the same condition; False if it stands alone."""
    head, draft, link = story.head, item.draft, item.link
    if head is not None and link == {"AND"} and _goes_on(story, head, draft):
        return True
    alone = draft.marks & {"prefixed", "limited", "stay_there", "until_then", "in_between"}
    if "limited" in alone and link == {"AND"} and draft.rules and draft.goal is None:
        alone -= {"limited"} if all(isinstance(rule, NotBefore) for rule in draft.rules) else set()
    if head is not None and head.under is not None and not alone and "BREAK" not in link and link:
        found = meanwhile(head, draft, story)
        story.rules += found
        if found or story.unclear:
            return True
    if (
        head is None
        or alone
        or "other_time" in draft.marks
        or "BREAK" in link
        or not link
        or draft.avoid
        or draft.after is not None
    ):
        return False
    if any(isinstance(rule, Whenever) and rule.direction == "iff" for rule in head.rules):
        story.unclear = True  # "when a, and only then, b and c": not c alone, or neither alone?
        return False
    if "soon" in draft.marks and "soon" not in head.marks:
        story.unclear = True  # "if a, b and c in the next step": when b is due is not said
        return False
    found = _under(head, item, story.conventions)
    if not found:
        stays = draft.goal is None and any(isinstance(rule, Always) for rule in draft.rules)
        triggered = any(isinstance(rule, Whenever) for rule in head.rules)
        story.unclear = story.unclear or (stays and triggered and "AND" in link)
        return False  # "if a, do b and keep c on": for how long is not said
    alike = draft.goal is None and all(not is_goal(_body(rule)) for rule in head.rules)
    doubtful = not link & THEN and (bool(link & {"COMMA", "BUT"}) or (draft.goal is None and not alike))
    story.spreads = story.spreads or doubtful
    wide = draft.goal is not None or alike or all(isinstance(rule, NotBefore) for rule in draft.rules)
    if doubtful and (story.spread == "first" or (not story.spread and not wide)):
        return False
    kept = [rule for rule in story.rules if rule not in head.rules]
    story.rules = [*kept, *found]
    story.head = replace(head, rules=tuple(found))
    return True


def _goes_on(story: Story, head: Draft, draft: Draft) -> bool:
    """Read "if a, open b at once and keep it open until c" as b from then on until c."""
    last, rule = head.rules[-1] if head.rules else None, draft.rules[0] if draft.rules else None
    stays = "stay" in draft.marks and "prefixed" not in draft.marks and draft.goal is None
    if not stays or not isinstance(last, Whenever) or not isinstance(rule, Until | Always):
        return False
    hold = rule.hold if isinstance(rule, Until) else rule.condition
    body = last.body
    same = isinstance(body, Now | Reach) and body.condition == hold and last.direction == "if"
    if len(draft.rules) > 1 or not same or last not in story.rules:
        story.unclear = story.unclear or isinstance(rule, Until)
        return False
    kept: Clause = rule if isinstance(body, Now) else Steps((body, rule))
    story.rules[story.rules.index(last)] = replace(last, body=kept)
    return True


def meanwhile(head: Draft, draft: Draft, story: Story) -> list[Clause]:
    """Rules of a clause that holds in the state that a clause before it names: "at night, a and not b"."""
    under = head.under
    if under is None or "other_time" in draft.marks or draft.avoid or draft.after is not None:
        return []
    delay = 1 if "soon" in draft.marks else 0
    strong = story.conventions.next == "strong"
    banned = [rule.condition for rule in draft.rules if isinstance(rule, Never)]
    kept = [rule.condition for rule in draft.rules if isinstance(rule, Always)]
    if draft.goal is None and draft.rules and len(banned) == len(draft.rules):
        if not delay:
            return [Never(And((one, under))) for one in banned]
        return [Whenever(under, Now(denied(one)), 1, "if", strong) for one in banned]
    lasting = draft.np is not None and all(thing.lasting for thing in things(draft.np))
    doubt = dict(draft.choices).get("lasting")
    if draft.goal is None and len(kept) == len(draft.rules) and lasting:
        story.unclear = story.unclear or doubt == "at every step"
        return [Whenever(under, Now(one), delay) for one in kept]
    duty = doubt is not None or ("bare" in draft.marks and lasting)
    if isinstance(draft.goal, Reach) and not draft.rules and duty:
        if delay and "bare" in draft.marks:  # "... has to be open and the heater off in the next step"
            story.rules = [_later(rule) if rule in head.rules else rule for rule in story.rules]
        return [Whenever(under, Now(draft.goal.condition), delay)]
    return []


def _later(rule: Clause) -> Clause:
    """The same duty, one step later."""
    at_once = isinstance(rule, Whenever) and isinstance(rule.body, Now) and not rule.delay
    return replace(rule, delay=1) if at_once and isinstance(rule, Whenever) else rule


def _body(rule: Clause) -> Clause:
    return rule.body if isinstance(rule, Whenever) else rule


def _under(head: Draft, item: Item, conventions: Conventions) -> list[Clause]:
    """Rules of a clause and of the one joined to it, under the condition of the first; none if they clash."""
    rules, draft = head.rules, item.draft
    if draft.goal is not None and len(rules) == 1 and isinstance(rules[0], Whenever) and not draft.rules:
        rule, goal = rules[0], draft.goal
        later = item.link & THEN or draft.marks & {"after_that", "finally"}
        if rule.direction != "if" or isinstance(rule.body, Never | Always):
            return []
        lasting = draft.np is not None and all(thing.lasting for thing in things(draft.np))
        if isinstance(rule.body, Now) and isinstance(goal, Reach) and "bare" in draft.marks and lasting:
            goal = Now(goal.condition)  # "... must be on and the valve closed"
        elif isinstance(rule.body, Now) and isinstance(goal, Reach) and dict(draft.choices).get("lasting"):
            if dict(draft.choices)["lasting"] != "at some step":
                return []
            goal = Now(goal.condition)  # "then the pump must be running and the valve must be open"
        body: Clause = Steps((rule.body, goal)) if later else AllOf((rule.body, goal))
        return [replace(rule, body=body)]
    plain = all(isinstance(rule, Never) for rule in draft.rules)
    until = all(isinstance(rule, NotBefore) for rule in draft.rules)
    triggered = all(isinstance(rule, Whenever) and rule.direction == "if" for rule in rules)
    if until and triggered and draft.rules and draft.goal is None:  # "..., and c must not be on until d"
        under = dict.fromkeys(rule.trigger for rule in rules if isinstance(rule, Whenever))
        strong_next = conventions.next == "strong"
        return [*rules, *(Whenever(one, rule, 1, "if", strong_next) for rule in draft.rules for one in under)]
    if draft.goal is not None or not draft.rules or not plain:
        return []
    banned = [rule for rule in draft.rules if isinstance(rule, Never)]
    if all(isinstance(rule, NotBefore) for rule in rules):
        firsts = dict.fromkeys((rule.first, rule.strong) for rule in rules if isinstance(rule, NotBefore))
        new: list[Clause] = [NotBefore(one.condition, *first) for one in banned for first in firsts]
        return [*rules, *new]
    if all(isinstance(rule, Whenever) and rule.direction == "if" for rule in rules):
        triggers = dict.fromkeys(rule.trigger for rule in rules if isinstance(rule, Whenever))
        strong = conventions.next == "strong"
        return [*rules, *(Whenever(trigger, one, 1, "if", strong) for one in banned for trigger in triggers)]
    return []
